# shellcheck shell=bash
# A real vault with some life in it, and what an attacker needs to change a copy of it.
#
# $SOUND is the vault that nobody touched; each attack works on $V, a copy.  $MARK is the checkpoint
# that stood on a print of the last day; $FIRST that of the first.
# shellcheck disable=SC2034 # the parts of the suite use what is set here
# shellcheck source=tests/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

FORGE=$(realpath "${BUILD:-$ROOT/build}/attack/forge") || give_up 'tests/attack/forge is not built'
SOUND=$T/sound V=$T/sound
SORA=c7k3m9q2v4 YUI=c5v0g7b3yq SAKURA=c4f2j9s7mh
PAGE=$SORA/sheets/kyoiku-shien/2026
DETECTED=0 LAWFUL=0

# ---- the vault ------------------------------------------------------------------------------------

# mark WHO: the newest checkpoint, as it stands at the foot of a page
mark() {
	fetch "$1" /about
	grep -o '[0-9]\+ [0-9a-f]\{4\} [0-9a-f]\{4\} [0-9a-f]\{4\}' "$T/body" | head -n 1
}

# step WHO STEP [CURL-OPTION…]: with the sheet of SAKURA
step() {
	local who=$1 step=$2
	shift 2
	post "$who" "/children/$SAKURA/sheets/kyoiku-shien/2026/step" -d "base=$(head_of "$SAKURA")" \
		-d "step=$step" "$@"
	[ "$STATUS" = 303 ] || give_up "$who cannot take the step $step: $STATUS"
}

# writes WHO SHEET FIELD TEXT
writes() {
	open_form "$1" "$2" "$T/form"
	form set "$T/form" "$3" "$4"
	send_form "$1" "$2" "$T/form"
	[ "$STATUS" = 303 ] || give_up "$1 cannot write $2: $STATUS"
}

fill_draft() {
	local sheet=$SAKURA/sheets/kyoiku-shien/2026 field
	open_form kobayashi "$sheet" "$T/form"
	for field in guardian-wish direction long-goal support-content homeroom; do
		form set "$T/form" f.$field '学校で 見たことを 書く'
	done
	form set "$T/form" f.grade es4
	send_form kobayashi "$sheet" "$T/form"
	[ "$STATUS" = 303 ] || give_up "the draft cannot be filled: $STATUS"
}

asks_consent() {
	local base
	base=$(version_of "$YUI" kyoiku-shien/2026)
	post tanaka "/children/$YUI/consents/new" -d type=kyoiku-shien -d id=2026 -d step=send \
		-d "base=$base" -d "due=$(TZ=Asia/Tokyo date -d '+10 days' +%F)" -d make=true \
		-d r0=hoken-center -d s0-health=true -d to-takahashi-f=true
	[ "$STATUS" = 303 ] || give_up "nothing can be asked: $STATUS"
	ASK=$(header Location | sed 's|.*/||; s|?.*||')
}

answers_consent() {
	post takahashi-f "/children/$YUI/consents/$ASK" -d step=send -d i0=agree -d i1=agree \
		-d "version=$(version_of "$YUI" kyoiku-shien/2026)"
	[ "$STATUS" = 303 ] || give_up "nothing can be answered: $STATUS"
}

widens_a_right() {
	local range
	post fujii /admin/access/ranges -d step=save -d effect=open -d account=yamamoto \
		-d "child=$SORA" -d what=kyoiku-shien --data-urlencode 'reason=転校の前に読むため'
	karte access list --json
	range=$(jq -sr '.[0].id' "$T/out")
	post kudo "/admin/access/ranges/$range/confirm"
	[ "$STATUS" = 303 ] || give_up "no range can be confirmed: $STATUS"
	RANGE=$range
}

make_sound() {
	demo_vault "$SOUND"
	echo 'himitsu-no-kagi-no-bango' >"$T/pw"
	karte account add kudo --role admin --name '工藤 渉' --password-file "$T/pw" || give_up "$(cat "$T/err")"
	must_serve
	sign_in tanaka
	FIRST=$(mark tanaka)
	sign_in kobayashi fujii takahashi-f yoshida-f
	enter kudo "$(cat "$T/pw")"
	enrol kudo
	writes tanaka "$PAGE" f.year-goal '図鑑で しらべる'
	fill_draft
	step kobayashi submit
	step tanaka return --data-urlencode 'comment=目標を もう少し くわしく'
	step kobayashi submit
	asks_consent
	answers_consent
	widens_a_right
	fetch yoshida-f "/children/$PAGE"
	fetch tanaka "/children/$SORA"
	MARK=$(mark tanaka)
	[ "${FIRST:+x}${MARK:+x}" = xx ] || give_up 'pages have no checkpoint'
	stop TERM
	karte account disable kato || give_up "$(cat "$T/err")"
	GIT_SOUND=$(repo "$SORA")
	readonly SOUND GIT_SOUND FIRST MARK
	V=$T/vault
}

# fresh: the sound vault once more
fresh() {
	rm -rf "$V"
	cp -a --reflink=auto "$SOUND" "$V"
	GIT=$(repo "$SORA")
}

# ---- the verdict ----------------------------------------------------------------------------------

# detected "MAIN [ALSO…]" SENTENCE [VERIFY-OPTION…]: verify ends with 65, names MAIN, and nothing
# that is not listed.
detected() {
	local want=$1 sentence=$2 code extra=''
	shift 2
	karte verify --json "$@"
	jq -r '.code // empty' "$T/out" 2>/dev/null | sort -u | paste -sd ' ' >"$T/codes"
	while read -r code; do
		[[ " $want " == *" $code "* ]] || extra+=" $code"
	done < <(tr ' ' '\n' <"$T/codes" | grep .)
	if [ "$RC" = 65 ] && grep -qw -- "${want%% *}" "$T/codes" && [ -z "$extra" ]; then
		pass "$sentence: ${want%% *}"
		DETECTED=$((DETECTED + 1))
	else
		flunk "$sentence: ${want%% *}" "exit $RC, codes: $(cat "$T/codes")" "$(head -n 6 "$T/out")" \
			"$(tail -n 3 "$T/err")"
	fi
}

# lawful SENTENCE [VERIFY-OPTION…]: verify holds.
lawful() {
	local sentence=$1
	shift
	karte verify --json "$@"
	if [ "$RC" = 0 ]; then
		pass "lawful: $sentence"
		LAWFUL=$((LAWFUL + 1))
	else
		flunk "lawful: $sentence" "exit $RC" "$(head -n 8 "$T/out")" "$(tail -n 3 "$T/err")"
	fi
}

# ---- an attacker's tools --------------------------------------------------------------------------

# forge commit|journal OPTION…: with our own library and the vault's key; $FORGED is the version
forge() {
	FORGED=$("$FORGE" "$V" "$@" 2>"$T/err") || flunk "the forgery is made: $*" "$(cat "$T/err")"
}

# as_person ACCOUNT: how one who takes part signs
as_person() {
	if [ "$1" = kudo ]; then echo "kudo:$(cat "$T/pw")"; else echo "$1:$(password "$1")"; fi
}

# object ID: the file of a loose object in $GIT
object() {
	local id
	id=$(git -C "$GIT" rev-parse "$1")
	chmod u+w "$GIT/objects/${id:0:2}/${id:2}"
	echo "$GIT/objects/${id:0:2}/${id:2}"
}

# flip FILE OFFSET: one byte is another one
flip() {
	python3 - "$1" "$2" <<'P'
import sys
path, at = sys.argv[1], int(sys.argv[2])
data = bytearray(open(path, "rb").read())
data[at] ^= 1
open(path, "wb").write(data)
P
}

# content PATH SED-SCRIPT: a file of $GIT's newest version, changed, in $T/content
content() {
	git -C "$GIT" show "main:$1" | sed "$2" >"$T/content"
}

# tree_with PATH FILE: the newest tree of $GIT with another content of one file
tree_with() {
	local blob index=$T/index
	rm -f "$index"
	GIT_INDEX_FILE=$index git -C "$GIT" read-tree main
	blob=$(git -C "$GIT" hash-object -w "$2")
	GIT_INDEX_FILE=$index git -C "$GIT" update-index --add --cacheinfo "100644,$blob,$1"
	GIT_INDEX_FILE=$index git -C "$GIT" write-tree
}

# stock_commit TREE [GIT-OPTION…]: on top of main in the name of tanaka, with the words of the commit
# before; main moves there
stock_commit() {
	local tree=$1
	shift
	git -C "$GIT" log -1 --format=%B main | grep -v '^Karte-Digest' >"$T/message"
	FORGED=$(GIT_AUTHOR_NAME='田中 和子' GIT_AUTHOR_EMAIL=tanaka@localhost GIT_COMMITTER_NAME=karte \
		GIT_COMMITTER_EMAIL=karte@localhost git -C "$GIT" commit-tree "$tree" -p main -F "$T/message" "$@")
	git -C "$GIT" update-ref refs/heads/main "$FORGED"
}

# body_of CLASS: its newest file of records
body_of() {
	find "$V/journal/bodies/$1" -name '*.jsonl' | sort | tail -n 1
}

# widest_tile: the newest tile of leaves
widest_tile() {
	find "$V/journal/tile/0" -type f -printf '%s %p\n' | sort -n | tail -n 1 | cut -d' ' -f2-
}
