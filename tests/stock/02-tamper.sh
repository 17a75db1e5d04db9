#!/bin/bash
# Somebody with the disk in hand: whatever is changed, the proof names it.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/stock/lib.sh
. "$(dirname "$0")/lib.sh"

sound_vault
V=$SOUND
karte verify --json
is "$RC $(jq -r '[.commits, .findings] | join(" ")' "$T/out")" '0 8 0' 'an untouched vault holds'

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

while IFS=$'\t' read -r what code sentence; do
	fresh
	"$what"
	found "$code" "$sentence"
done <<<"$TAMPERINGS"

# ---- and no server goes on from it ---------------------------------------------------------------

fresh
back_one
must_serve # which finishes the move, as after a crash
is "$(git -C "$GIT" rev-parse main)" "$(V=$SOUND head_of $CHILD)" 'a server that starts puts a branch where the journal says'
stop TERM
fresh
back_two
karte serve --listen 127.0.0.1:0
is "$RC" 65 'on a branch that is further back no server starts'
fresh
delete_repository
karte serve --listen 127.0.0.1:0
is "$RC" 65 'nor without a repository'

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
