#!/bin/bash
# Two verifiers that share no code find nothing in what is sound, and the same in what is not.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/stock/lib.sh
. "$(dirname "$0")/lib.sh"

OURS=$ROOT/vault/audit/karte-verify
# What one judges further than the other.
ONLY_OURS='law\.|types\.'
export PYTHONDONTWRITEBYTECODE=1

# proves [ARGUMENT…]: both on $V; $CODES and $OTHER are their codes, $RC and $RC2 their exits.
proves() {
	karte verify --json "$@"
	CODES=$(jq -r '.code // empty' "$T/out" | sort -u | paste -sd ' ')
	timeout 120 "$OURS" --json "$V" "$@" >"$T/out2" 2>"$T/err2"
	RC2=$?
	OTHER=$(jq -r '.code // empty' "$T/out2" 2>/dev/null | sort -u | paste -sd ' ')
}

# Of a broken journal only what is said of itself: what is left of it is read differently.  Whose a
# key is, one asks the registry alone, the other first the keyring of the vault.
common() {
	tr ' ' '\n' <<<"$1" | grep -vE "^($ONLY_OURS)" | sed 's/^signature\.unknown$/key.unknown/' | sort -u |
		awk '{ code[NR] = $0; broken = broken || /^journal/ } END { for (i = 1; i <= NR; i++) if (!broken || code[i] ~ /^journal/) print code[i] }' |
		paste -sd ' '
}

# ---- what is sound -------------------------------------------------------------------------------

sound_vault
proves
is "$RC/$RC2 $CODES$OTHER" '0/0 ' 'an untouched vault holds for both'
is "$(jq -c '[.repositories, .commits, .signatures, .findings]' "$T/out" "$T/out2" | uniq | wc -l)" 1 \
	'and both looked at the same'
demo_vault "$T/demo-vault"
V=$T/demo-vault
proves
is "$RC/$RC2 $CODES$OTHER" '0/0 ' 'the demo holds for both'
# some life: a save, steps, somebody who is refused, an account that ends
must_serve
sign_in tanaka kobayashi fujii
SHEET=$CHILD/sheets/kyoiku-shien/2026
open_form tanaka $SHEET "$T/form"
form set "$T/form" f.year-goal '二つの道具のための目標'
send_form tanaka $SHEET "$T/form"
is "$STATUS" 303 'something is written'
post tanaka "/children/$SHEET/step" -d step=revise -d "base=$(version_of $CHILD kyoiku-shien/2026)" -d comment=見直し
post tanaka "/children/$SHEET/step" -d step=submit -d "base=$(version_of $CHILD kyoiku-shien/2026)"
fetch kobayashi "/children/$CHILD"
stop TERM
karte account disable kato
proves
is "$RC/$RC2 $CODES$OTHER" '0/0 ' 'a vault with some life holds for both'
SIZE=$(sed -n 2p "$V/journal/checkpoint")
SHORT="$SIZE $(sed -n 3p "$V/journal/checkpoint" | base64 -d | head -c 6 | od -An -tx1 | tr -d ' ')"
proves --checkpoint "$SHORT"
is "$RC/$RC2" 0/0 "both find the checkpoint of a print in it: $SHORT"
proves --checkpoint "$SIZE 0000 0000 0000"
is "$RC/$RC2 $CODES $OTHER" '65/65 journal.fork journal.fork' 'and not another one'
proves --checkpoint "999999 0000 0000 0000"
is "$RC/$RC2 $CODES $OTHER" '65/65 journal.promise journal.promise' 'nor one that is yet to come'
proves --child $CHILD
is "$RC/$RC2 $CODES$OTHER" '0/0 ' 'one child alone can be proved'

# from clones and the journal's folder
mkdir "$T/clones"
for git in "$V"/registry.git "$V"/children/*/*.git; do
	git clone -q "$git" "$T/clones/$(basename "$git" .git)" 2>/dev/null
done
cp -a "$V/journal" "$T/journal"
rm -f "$T/journal/key" "$T/journal/tail" "$T/journal/sealed" "$T/journal/lock"
"$OURS" --journal "$T/journal" --clones "$T/clones" >"$T/out" 2>"$T/err"
is "$?" 0 "clones and the read interface of the journal hold too: $(tail -n 1 "$T/out")"
git -C "$T/clones/$CHILD" update-ref refs/remotes/origin/main 'HEAD~1'
"$OURS" --journal "$T/journal" --clones "$T/clones" --json >"$T/out"
is "$(jq -r '.code // empty' "$T/out" | sort -u | paste -sd ' ')" 'branch.elsewhere commit.missing' \
	'an old clone is told from the newest'

# ---- what is not ---------------------------------------------------------------------------------

last=''
while IFS=$'\t' read -r what code sentence; do
	if [ "$what" != "$last" ]; then
		fresh
		"$what"
		proves
		is "$RC/$RC2" 65/65 "$sentence: both find it"
		is "$(common "$OTHER")" "$(common "$CODES")" "$sentence: and say the same of it"
	fi
	last=$what
	for list in "$CODES" "$OTHER"; do
		matches " $list " " ${code//./[.]} " "$sentence: $code"
	done
done <<<"$TAMPERINGS"

# ---- what it judges besides ----------------------------------------------------------------------

# names CODE SENTENCE: the other verifier alone
names() {
	"$OURS" --json "$V" >"$T/out2" 2>"$T/err2"
	jq -r '.code // empty' "$T/out2" | sort -u | paste -sd ' ' >"$T/codes"
	if grep -qw -- "$1" "$T/codes"; then pass "$2: $1"; else flunk "$2: $1" "codes: $(cat "$T/codes")" "$(tail -n 1 "$T/err2")"; fi
}
for wrong in 's/^Karte-Action: .*/Karte-Action: sheet.finalise/:law.workflow' \
	's/^Karte-Action: .*/Karte-Action: sheet.burn/:law.action' \
	's/^Karte-Action: .*/Karte-Action: enrol/:law.paths' \
	's/^Karte-Action: .*/Karte-Action: sheet.remove/:law.review' \
	's/^Karte-Account: .*/Karte-Account: os:root/:law.operator' \
	's/^Karte-Account: .*/Karte-Account: nobody/:law.account' \
	's/^Karte-Account: .*/Karte-Account: os:root/:commit.author' \
	's/^Karte-Role: .*/Karte-Role: board/:law.role' \
	's/^Karte-Institution: .*/Karte-Institution: hikari-hoikuen/:law.role'; do
	fresh
	git -C "$GIT" log -1 --format=%B "$(version_of $CHILD kyoiku-shien/2026)" | sed "${wrong%:*}
		s/sheet.create/sheet.save/" >"$T/wrong"
	[[ ! $wrong =~ workflow ]] || sed -i 's/sheet.create/sheet.finalise/' "$T/wrong"
	forge "$T/wrong"
	names "${wrong##*:}" "a forged commit (${wrong%:*})"
done

# decides ACTION LINE…: a proposal to remove a child, with these lines, by tanaka
decides() {
	local action=$1 blob index=$T/index
	shift
	printf '%s\n' 'karte: 1' 'id: e000000001' "$@" 'items:' "  - {child: $CHILD, until: 2020-03-31}" >"$T/proposal"
	rm -f "$index"
	GIT_INDEX_FILE=$index git -C "$GIT" read-tree main
	blob=$(git -C "$GIT" hash-object -w "$T/proposal")
	GIT_INDEX_FILE=$index git -C "$GIT" update-index --add --cacheinfo "100644,$blob,retention/e000000001.yaml"
	printf 'x\n\nKarte-Action: %s\nKarte-Account: tanaka\n' "$action" >"$T/wrong"
	FORGED=$(GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=tanaka@localhost GIT_COMMITTER_NAME=karte \
		GIT_COMMITTER_EMAIL=karte@localhost git -C "$GIT" commit-tree \
		"$(GIT_INDEX_FILE=$index git -C "$GIT" write-tree)" -p main -F "$T/wrong")
	git -C "$GIT" update-ref refs/heads/main "$FORGED"
}
fresh
GIT=$V/registry.git
decides retention.ask 'state: asked' 'asked-by: tanaka'
decides retention.confirm 'state: confirmed' 'asked-by: tanaka' 'confirmed-by: tanaka'
decides retention.done 'state: done' 'asked-by: kudo' 'confirmed-by: tanaka' 'ended-by: tanaka'
decides retention.decline 'state: declined' 'asked-by: kudo' 'ended-by: kudo'
names law.registry 'a removal that one decided alone'
while read -r text; do
	has "$T/out2" "$text" "and says: $text"
done <<'END'
retention.ask by tanaka, who was no administrator
who asked for retention/e000000001.yaml confirmed it, too
retention.done is done by the vault itself
retention/e000000001.yaml says something else than what was asked
retention/e000000001.yaml goes from 'done' to 'declined'
retention/e000000001.yaml names 'kudo'
END

# ---- answers on paper ----------------------------------------------------------------------------

# adds ACTION NAME LINE…: a commit of tanaka's that adds a file to consents/
adds() {
	local action=$1 name=$2 at tree blob index=$T/index
	shift 2
	at=$(date -u +%FT%TZ)
	rm -f "$index"
	blob=$(printf '%s\n' --- 'karte: 1' "child: $CHILD" 'about: kyoiku-shien/2026' 'by: tanaka' "at: $at" "$@" --- |
		git -C "$GIT" hash-object -w --stdin)
	GIT_INDEX_FILE=$index git -C "$GIT" read-tree main
	GIT_INDEX_FILE=$index git -C "$GIT" update-index --add --cacheinfo "100644,$blob,consents/$name.md"
	tree=$(GIT_INDEX_FILE=$index git -C "$GIT" write-tree)
	git -C "$GIT" update-ref refs/heads/main "$(GIT_AUTHOR_NAME='田中 和子' GIT_AUTHOR_EMAIL=tanaka@localhost \
		GIT_COMMITTER_NAME=karte GIT_COMMITTER_EMAIL=karte@localhost git -C "$GIT" commit-tree "$tree" -p main \
		-m "$(printf 'consents/%s.md: x\n\nKarte-Action: %s\nKarte-Account: tanaka\nKarte-Role: school\nKarte-Institution: aozora-es\nKarte-Child: %s\n' "$name" "$action" "$CHILD")")"
}
# tells SENTENCE WORDS: the other verifier says them (absent: says nothing) of consents/
tells() {
	"$OURS" --json "$V" >"$T/out2" 2>"$T/err2"
	jq -r 'select(.code | startswith("law.")) | .code + " " + .text' "$T/out2" >"$T/told"
	if [ -n "$2" ]; then has "$T/told" "$2" "$1"; else is "$(cat "$T/told")" '' "$1"; fi
}
ITEM='  - {scope: share, institution: hoken-center, type: kyoiku-shien, answer: agree}'
fresh
adds consent.ask ask-2026-11-21-1 'id: 2026-11-21-1' 'institution: aozora-es' items: "${ITEM/, answer: agree/}"
tells 'an ask' ''
cp -a "$GIT" "$T/asked.git"
adds consent.paper 2026-11-21-2 'ask: 2026-11-21-1' 'paper: true' items: "${ITEM/agree/decline}"
tells 'a no on paper' ''
adds consent.paper 2026-11-21-3 'ask: 2026-11-21-1' 'paper: true' items: "$ITEM"
tells 'a yes on paper that counts at once' 'law.consent consents/2026-11-21-3.md agrees without a second person'
rm -rf "$GIT"
cp -a "$T/asked.git" "$GIT"
adds consent.paper 2026-11-21-2 'ask: 2026-11-21-1' 'paper: true' 'rule: two-people' items: "$ITEM"
tells 'a yes on paper without a scan' 'law.consent consents/2026-11-21-2.md has no scan'
adds consent.paper.confirm 2026-11-21-3 'ask: 2026-11-21-1' 'confirms: 2026-11-21-2'
tells 'confirmed by who wrote it down' 'law.review who wrote 2026-11-21-2 down checked it, too'
adds consent.paper.confirm 2026-11-21-4 'ask: 2026-11-21-1' 'confirms: 2026-11-21-2'
tells 'confirmed once more' 'which is no paper that waits'

# ---- hostile copies ------------------------------------------------------------------------------

# Bytes are flipped everywhere, files are cut and emptied: an answer, never an accident.
cat >"$T/flip.py" <<'END'
import os, random, sys
random.seed(int(sys.argv[2]))
files = [os.path.join(at, name) for at, _, names in os.walk(sys.argv[1]) for name in names
         if "/gnupg" not in at and "/tls" not in at and ".db" not in name]
for path in random.sample(sorted(files), 6):
    os.chmod(path, 0o600)
    data = bytearray(open(path, "rb").read())
    how = random.randrange(4)
    if how == 0 or not data:
        data = data[:random.randrange(len(data) + 1)]
    elif how == 1:
        data += bytes(random.randrange(256) for _ in range(50))
    else:
        for _ in range(random.choice((1, 1, 5, 60))):
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    open(path, "wb").write(data)
END
accidents=0 quiet=0
for seed in $(seq 8); do
	fresh
	python3 "$T/flip.py" "$V" "$seed"
	timeout 60 "$OURS" --json "$V" >"$T/out2" 2>"$T/err2"
	case $? in
	65 | 64) ;;
	0) quiet=$((quiet + 1)) ;;
	*) accidents=$((accidents + 1)) && cp "$T/err2" "$T/accident" && echo "# seed $seed" ;;
	esac
	! grep -q Traceback "$T/err2" || tail -n 4 "$T/err2" | sed 's/^/# /'
done
is "$accidents" 0 'eight vaults with flipped bytes: always an answer'
if [ "$quiet" -lt 3 ]; then
	pass "and hardly ever that all holds ($quiet, where only what nobody reads was hit)"
else
	flunk 'what was flipped is found' "$quiet of 8 were not"
fi
finish
