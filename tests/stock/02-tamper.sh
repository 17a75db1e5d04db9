#!/bin/bash
# Somebody with the disk in hand: whatever is changed, the proof names it.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

# A vault of one school and one child: a proof is made for each of the attacks.
SOUND=$T/sound
V=$SOUND
CHILD=c7k3m9q2v4
password tanaka >"$T/pw"
{
	"$KARTE" init "$V"
	karte institution add aozora-es --kind school --name あおぞら小学校
	karte account add tanaka --role staff --institution aozora-es --name '田中 和子' --password-file "$T/pw"
	karte child add --id $CHILD --name '𠮷田 そら' --kana 'よしだ そら' --born 2017-05-12 --sex female
	karte enrol $CHILD aozora-es --from 2024-04-01
	for year in 2025 2026; do
		karte sheet put $CHILD kyoiku-shien/$year "$ROOT/content/demo/sheets/$CHILD/kyoiku-shien/$year.md" \
			--as tanaka --password-file "$T/pw" || give_up "$(cat "$T/err")"
	done
} 2>/dev/null
karte verify --json
is "$RC $(jq -r '[.commits, .findings] | join(" ")' "$T/out")" '0 7 0' 'an untouched vault holds'
V=$T/vault
GIT=$(repo $CHILD)

# fresh: the sound vault once more
fresh() {
	rm -rf "$V"
	cp -a "$SOUND" "$V"
}

# found CODE SENTENCE [VERIFY-ARGUMENT…]: verify exits 65 and one finding has this code
found() {
	local code=$1 sentence=$2
	shift 2
	karte verify --json "$@"
	is "$RC" 65 "$sentence: exit 65"
	jq -r '.code // empty' "$T/out" | sort -u | paste -sd ' ' >"$T/codes"
	if grep -qw -- "$code" "$T/codes"; then
		pass "$sentence: $code"
	else
		flunk "$sentence: $code" "codes: $(cat "$T/codes")" "$(tail -n 3 "$T/err")"
	fi
}

# ---- repositories --------------------------------------------------------------------------------

fresh
blob=$(git -C "$GIT" rev-parse main:sheets/kyoiku-shien/2025.md)
object=$GIT/objects/${blob:0:2}/${blob:2}
chmod u+w "$object"
printf 'x' | dd of="$object" bs=1 seek=100 conv=notrunc 2>/dev/null
found digest.wrong 'a byte of a sheet is flipped'

fresh
rm -f "$GIT/objects/${blob:0:2}/${blob:2}"
found digest.wrong 'a sheet is taken out'

fresh
git -C "$GIT" update-ref refs/heads/main 'main~1'
found branch.elsewhere 'a branch is set back by one version'
has "$T/codes" commit.missing 'and the version that is gone is named'
must_serve # which finishes the move, as after a crash
is "$(git -C "$GIT" rev-parse main)" "$(V=$SOUND head_of $CHILD)" 'a server that starts puts it where the journal says'
stop TERM

fresh
git -C "$GIT" update-ref refs/heads/main 'main~2'
found branch.elsewhere 'a branch is set back by two versions'
karte serve --listen 127.0.0.1:0
is "$RC" 65 'on which no server starts'

fresh
rm -rf "$GIT"
found repository.missing 'a repository is deleted'
karte serve --listen 127.0.0.1:0
is "$RC" 65 'on which no server starts either'

# forge: a commit on top of main that changes a sheet, signed as $SIGN says
forge() {
	local tree index=$T/index
	rm -f "$index"
	GIT_INDEX_FILE=$index git -C "$GIT" read-tree main
	git -C "$GIT" show main:sheets/kyoiku-shien/2026.md | sed 's/まちの地図/よその地図/' >"$T/forged.md"
	blob=$(git -C "$GIT" hash-object -w "$T/forged.md")
	GIT_INDEX_FILE=$index git -C "$GIT" update-index --cacheinfo "100644,$blob,sheets/kyoiku-shien/2026.md"
	tree=$(GIT_INDEX_FILE=$index git -C "$GIT" write-tree)
	FORGED=$(GIT_AUTHOR_NAME='田中 和子' GIT_AUTHOR_EMAIL=tanaka@localhost GIT_COMMITTER_NAME=karte \
		GIT_COMMITTER_EMAIL=karte@localhost git -C "$GIT" commit-tree "$tree" -p main -F "$T/message" \
		"${SIGN[@]}")
	git -C "$GIT" update-ref refs/heads/main "$FORGED"
}

git -C "$SOUND/children/v4/$CHILD.git" log -1 --format=%B "$(V=$SOUND version_of $CHILD kyoiku-shien/2026)" |
	grep -v '^Karte-Digest' >"$T/message"
fresh
SIGN=()
forge
found signature.none 'an unsigned commit on top'
has "$T/codes" commit.unrecorded 'which has no record'
has "$T/codes" digest.missing 'and no digest'

fresh
# an operator has the vault's own key, and signs with it what a person never wrote
GNUPGHOME=$(mktemp -d /tmp/kg.XXXXXX)
export GNUPGHOME
cp -a "$V/gnupg/." "$GNUPGHOME/"
SIGN=("-S$(cat "$V/gnupg/vault-key")")
forge
found key.account "the vault's key signs in the name of a person"
has "$T/codes" commit.unrecorded 'which has no record either'
gpgconf --kill all 2>/dev/null
rm -rf "$GNUPGHOME"

fresh
# a stranger's key under the name of a person
GNUPGHOME=$(mktemp -d /tmp/kg.XXXXXX)
gpg --batch -q --pinentry-mode loopback --passphrase '' --quick-gen-key '田中 和子 <tanaka@localhost>' \
	ed25519 sign never >/dev/null 2>&1
SIGN=("-S$(gpg --batch --list-secret-keys --with-colons 2>/dev/null | awk -F : '/^fpr/ { print $10; exit }')")
forge
found signature.unknown "a stranger's key signs in the name of a person"
gpgconf --kill all 2>/dev/null
rm -rf "$GNUPGHOME"
unset GNUPGHOME

fresh
# a signature is taken from one commit to another: the newest commit says something else now
git -C "$GIT" cat-file commit main | sed 's/^Karte-Account: .*/Karte-Account: kobayashi/' >"$T/object"
FORGED=$(git -C "$GIT" hash-object -t commit -w "$T/object")
git -C "$GIT" update-ref refs/heads/main "$FORGED"
found signature.bad 'a commit is written anew under its old signature'

fresh
git -C "$V/registry.git" update-ref refs/heads/main 'main~1'
found branch.elsewhere 'the registry is set back'

fresh
rm -rf "$V/registry.git"
found registry.missing 'the registry is deleted'

# ---- the journal ---------------------------------------------------------------------------------

records() {
	find "$V/journal/bodies/$1" -name '*.jsonl' | head -n 1
}

fresh
sed -i '5s/"decision":"allow"/"decision":"allo3"/' "$(records change)"
found journal.body 'a record is edited'

fresh
sed -i '5d' "$(records change)"
found journal.missing 'a record is taken out'

fresh
sed -i '5{h;d};6{G}' "$(records change)"
found journal.order 'two records change places'

fresh
sed -i '$p' "$(records change)"
found journal.extra 'a record is written twice'

fresh
sed -i '$d' "$(records change)"
found journal.lag 'the end of a body is cut off'

fresh
# all that the journal wrote in its last batches is gone, as if it had never been
truncate -s -2000 "$V/journal/tail"
found journal.short 'the journal is cut off'

fresh
sed -i '2s/.*/1/' "$V/journal/checkpoint"
found journal.checkpoint 'the checkpoint is edited'

fresh
tile=$(find "$V/journal/tile" -type f | sort | tail -n 1)
printf 'x' | dd of="$tile" bs=1 conv=notrunc 2>/dev/null
found journal.tile 'a tile is edited'

# ---- yesterday's disk ----------------------------------------------------------------------------

fresh
must_serve
sign_in tanaka
enrol tanaka
SHEET=$CHILD/sheets/kyoiku-shien/2026
open_form tanaka $SHEET "$T/form"
form set "$T/form" f.year-goal 'きょう書いた'
send_form tanaka $SHEET "$T/form"
is "$STATUS" 303 'today something is written'
fetch tanaka "/children/$SHEET.pdf"
MARK=$(pdftotext "$T/body" - | grep -o '[0-9]\+ [0-9a-f]\{4\} [0-9a-f]\{4\} [0-9a-f]\{4\}' | head -n 1)
stop TERM
cp "$V/journal/checkpoint" "$T/checkpoint"
karte verify --checkpoint "$MARK"
is "$RC" 0 "the vault keeps what the print of today promises: $MARK"
fresh
karte verify
is "$RC" 0 "yesterday's disk is sound in itself"
found journal.promise "but does not keep today's print" --checkpoint "$MARK"
found journal.promise "nor today's checkpoint" --checkpoint "$(cat "$T/checkpoint")"
# … and somebody goes on from there
must_serve
sign_in tanaka
enrol tanaka
for path in "/children/$SHEET" / /children "/children/$CHILD"; do fetch tanaka "$path"; done
for _ in 1 2 3 4 5 6; do fetch tanaka "/children/$SHEET"; done
stop TERM
karte verify
is "$RC" 0 'another history that grows from it is sound in itself'
found journal.fork "but is not the one of today's print" --checkpoint "$MARK"
finish
