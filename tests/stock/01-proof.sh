#!/bin/bash
# An auditor without our program: git, gpg and sha256sum prove what the vault says.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
# some life in it: a save by hand and a look
must_serve
sign_in tanaka yoshida-f
SHEET=c7k3m9q2v4/sheets/kyoiku-shien/2026
open_form tanaka $SHEET "$T/form"
form set "$T/form" f.year-goal '監査のための目標'
send_form tanaka $SHEET "$T/form"
fetch yoshida-f "/children/$SHEET"
stop TERM
karte account disable kato

# ---- git -----------------------------------------------------------------------------------------

REPOS=$(find "$V/children" -name '*.git' -type d | sort)
isnt "$(wc -l <<<"$REPOS")" 0 'there are repositories of children'
bad=''
for git in $V/registry.git $REPOS; do
	out=$(git -C "$git" fsck --strict --full --no-dangling 2>&1) || bad+="$git: $out"
	! grep -qv '^\(Checking\|notice\)' <<<"$out" || [ -z "$out" ] || bad+="$git: $out"
done
is "$bad" '' 'git fsck --strict finds nothing in any repository'
is "$(for git in $V/registry.git $REPOS; do git -C "$git" for-each-ref --format='%(refname)'; done | sort -u)" \
	refs/heads/main 'each has one branch, main'
is "$(find "$V/children" "$V/registry.git" -path '*hooks*' -o -name alternates | wc -l)" 0 'no hooks, no alternates'
git clone -q "$(repo c7k3m9q2v4)" "$T/clone" 2>"$T/err"
is "$?" 0 'a child can be cloned'
has "$T/clone/sheets/kyoiku-shien/2026.md" 監査のための目標 'and read as files'

# ---- signatures, with the keys of the registry and nothing else ----------------------------------

GNUPGHOME=$(mktemp -d /tmp/kg.XXXXXX)
export GNUPGHOME
trap 'gpgconf --kill all 2>/dev/null; rm -rf "$GNUPGHOME"; leave' EXIT
git clone -q "$V/registry.git" "$T/registry" 2>/dev/null
gpg --batch -q --import "$T"/registry/keys/*.asc 2>"$T/import"
is "$?" 0 'the keys of the registry can be imported'
is "$(gpg --batch --list-keys --with-colons | grep -c '^pub')" "$(find "$T/registry/keys" -name '*.asc' | wc -l)" \
	'one for each file'
is "$(gpg --batch --list-secret-keys --with-colons | grep -c '^sec')" 0 'all public'
: >"$T/bad"
commits=0
for git in $V/registry.git $REPOS; do
	for commit in $(git -C "$git" rev-list main); do
		commits=$((commits + 1))
		git -C "$git" verify-commit --raw "$commit" 2>"$T/raw" || echo "$git $commit" >>"$T/bad"
		account=$(git -C "$git" log -1 --format='%(trailers:key=Karte-Account,valueonly)' "$commit" | head -n 1)
		fpr=$(awk '$2 == "VALIDSIG" { print $3 }' "$T/raw")
		owner=$(sed -n 's/^account: //p' "$T/registry/keys/$fpr.yaml" 2>/dev/null | tr -d '"')
		case $account/$owner in
		"$owner/$owner" | os:*/karte) ;;
		*) echo "$git $commit: $account signed by the key of $owner" >>"$T/bad" ;;
		esac
	done
done
is "$(cat "$T/bad")" '' "git verify-commit: each of $commits commits is signed by the one whom it names"
is "$(git -C "$V/registry.git" log --show-signature main 2>&1 | grep -c 'Good signature\|正しい署名')" \
	"$(git -C "$V/registry.git" rev-list --count main)" 'git log --show-signature agrees'

# one by hand, without git's help: the signed bytes are the commit without its signature
COMMIT=$(version_of c7k3m9q2v4 kyoiku-shien/2026)
git -C "$(repo c7k3m9q2v4)" cat-file commit "$COMMIT" >"$T/object"
sed -n '/^gpgsig /,/-----END/{s/^gpgsig //; s/^ //; p}' "$T/object" >"$T/object.asc"
sed '/^gpgsig /,/-----END/d' "$T/object" >"$T/payload"
gpg --batch --status-fd 1 --verify "$T/object.asc" "$T/payload" >"$T/status" 2>/dev/null
is "$?" 0 'gpg --verify checks the bare signature'
has "$T/status" '<tanaka@localhost>' 'it is that of the person'
sed -i 's/save/sane/' "$T/payload"
refuses 'and holds for these bytes alone' gpg --batch --verify "$T/object.asc" "$T/payload"
is "$(grep -c . <<<"$(git -C "$V/registry.git" grep -l '^until:' main -- keys)")" 1 'a key that has ended says so'

# ---- Karte-Digest: the content by SHA-256 --------------------------------------------------------

digest() { # REPOSITORY COMMIT: as the manual tells it
	git -C "$1" ls-tree -r -z --name-only "$2" | LC_ALL=C sort -z | while IFS= read -r -d '' path; do
		printf '%s %s\n' "$path" "$(git -C "$1" cat-file blob "$2:$path" | sha256sum | cut -d ' ' -f 1)"
	done | sha256sum | cut -d ' ' -f 1
}
bad=''
for git in $V/registry.git $REPOS; do
	for commit in $(git -C "$git" rev-list -n 4 main); do
		said=$(git -C "$git" log -1 --format='%(trailers:key=Karte-Digest,valueonly)' "$commit" | head -n 1)
		[ "$said" = "sha256:$(digest "$git" "$commit")" ] || bad+=" $commit"
	done
done
is "$bad" '' 'Karte-Digest can be recomputed with git and sha256sum'

# ---- the journal ---------------------------------------------------------------------------------

ROOT_HASH=$(perl "$ROOT/tests/stock/merkle.pl" "$V/journal" 2>&1)
is "$?" 0 "the root of the journal can be recomputed: $ROOT_HASH"
SIZE=${ROOT_HASH%% *} HASH=${ROOT_HASH#* }
is "$(cat "$V"/journal/bodies/*/*.jsonl | wc -l)" "$SIZE" 'it counts each record'
karte verify --checkpoint "$SIZE ${HASH:0:4} ${HASH:4:4} ${HASH:8:4}"
is "$RC" 0 'the program agrees with the root that was recomputed'
BEFORE=$(perl "$ROOT/tests/stock/merkle.pl" "$V/journal" 50)
karte verify --checkpoint "50 ${BEFORE:3:4} ${BEFORE:7:4} ${BEFORE:11:4}"
is "$RC" 0 'also with that of the first fifty records'
# the note: Ed25519 over the lines above the signature, key as in key.pub
perl -MMIME::Base64 -e '
	local $/; my ($note, $pub) = map { open my $f, "<:raw", $_ or die; <$f> } @ARGV[0, 1];
	my ($text, $sig) = $note =~ /\A(.*?\n)\n\S+ \S+ (\S+)\n/s or die "no note\n";
	my $key = decode_base64((split /\+/, $pub, 3)[2]);
	open my $o, ">:raw", "$ARGV[2]/text" or die; print $o $text;
	open $o, ">:raw", "$ARGV[2]/sig" or die; print $o substr decode_base64($sig), 4;
	open $o, ">:raw", "$ARGV[2]/der" or die;
	print $o pack("H*", "302a300506032b6570032100"), substr $key, 1;
' "$V/journal/checkpoint" "$V/journal/key.pub" "$T"
holds 'openssl checks the signature of the checkpoint' openssl pkeyutl -verify -rawin -pubin -keyform DER \
	-inkey "$T/der" -sigfile "$T/sig" -in "$T/text"
sed -i 's/^[0-9]*$/1/' "$T/text"
refuses 'which holds for this checkpoint alone' openssl pkeyutl -verify -rawin -pubin -keyform DER \
	-inkey "$T/der" -sigfile "$T/sig" -in "$T/text"

# each commit has one record, with the SHA-256 of its bytes, in the order of the branch
cat "$V"/journal/bodies/change/*.jsonl >"$T/changes"
bad=''
while read -r repository want; do
	git=$V/$repository
	[ -d "$git" ] || git=$V/$repository.git
	[ -d "$git" ] || git=$(find "$V/children" -name "$(basename "$repository" .git).git")
	is_now=$(git -C "$git" rev-parse main)
	[ "$is_now" = "$want" ] || bad+=" $repository"
done < <(jq -r '[.repository, .new] | join(" ")' "$T/changes" | awk '{ last[$1] = $2 } END { for (r in last) print r, last[r] }')
is "$bad" '' 'each branch is at the newest version of the journal'
is "$(jq -r .new "$T/changes" | sort | uniq -d | wc -l) $(wc -l <"$T/changes")" "0 $commits" 'each commit has exactly one record'
is "$(jq -r --arg c "$COMMIT" 'select(.new == $c) | .sha256' "$T/changes")" \
	"$(sha256sum <"$T/object" | cut -d ' ' -f 1)" 'with the SHA-256 of the commit'
is "$(jq -r --arg c "$COMMIT" 'select(.new == $c) | .request' "$T/changes")" \
	"$(git -C "$(repo c7k3m9q2v4)" log -1 --format='%(trailers:key=Karte-Request,valueonly)' "$COMMIT" | head -n 1)" \
	'and the request that both name'
finish
