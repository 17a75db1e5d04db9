#!/bin/bash
# Only a form of ours, sent from our own page by the same session, changes anything.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
must_serve
sign_in tanaka kobayashi

CHILD=c7k3m9q2v4 SHEET=c7k3m9q2v4/sheets/kyoiku-shien/2026
BEFORE=$(head_of $CHILD)
open_form tanaka $SHEET "$T/form"
form set "$T/form" f.year-goal 'わるい人が書いた'
unchanged() {
	is "$(head_of $CHILD)" "$BEFORE" "$1: nothing is saved"
}

# attempt STATUS WHAT CURL-OPTION…: the form of $T/try as tanaka
attempt() {
	local want=$1 what=$2
	shift 2
	body "$T/try"
	fetch tanaka "/children/$SHEET/edit" -X POST --data-binary "@$T/try.body" "$@"
	is "$STATUS" "$want" "$what: $want"
	lacks "$T/body" '本人が会議に出た' "$what: the answer tells nothing"
	unchanged "$what"
}

# ---- the token -----------------------------------------------------------------------------------

ORIGIN=(-H "Origin: $URL")
cp "$T/form" "$T/try"
form drop "$T/try" csrf
attempt 403 'no token' "${ORIGIN[@]}"
form add "$T/try" csrf ''
attempt 403 'an empty token' "${ORIGIN[@]}"
form set "$T/try" csrf "$(token kobayashi)"
isnt "$(token kobayashi)" "$(token tanaka)" 'each session has a token of its own'
attempt 403 "another session's token" "${ORIGIN[@]}"
TOKEN=$(form get "$T/form" csrf)
form set "$T/try" csrf "${TOKEN%?}"
attempt 403 'a token that is cut short' "${ORIGIN[@]}"
form set "$T/try" csrf "$TOKEN"
form add "$T/try" csrf "$TOKEN"
attempt 403 'two tokens' "${ORIGIN[@]}"

# ---- where it comes from -------------------------------------------------------------------------

cp "$T/form" "$T/try"
attempt 403 'no Origin and no Sec-Fetch-Site'
attempt 403 'a foreign Origin' -H 'Origin: https://evil.example'
attempt 403 'an Origin that begins like ours' -H "Origin: $URL.evil.example"
attempt 403 'our Origin without TLS' -H "Origin: http${URL#https}"
attempt 403 'our host at another port' -H 'Origin: https://127.0.0.1:1'
attempt 403 'an Origin that hides' -H 'Origin: null'
attempt 403 'sent from another site' "${ORIGIN[@]}" -H 'Sec-Fetch-Site: cross-site'
attempt 403 'sent from a neighbour' "${ORIGIN[@]}" -H 'Sec-Fetch-Site: same-site'
attempt 403 'typed into the address bar' -H 'Sec-Fetch-Site: none'

# ---- how it is written ---------------------------------------------------------------------------

attempt 415 'a form as plain text' "${ORIGIN[@]}" -H 'Content-Type: text/plain'
attempt 415 'a form as JSON' "${ORIGIN[@]}" -H 'Content-Type: application/json'
attempt 415 'a form without a type' "${ORIGIN[@]}" -H 'Content-Type:'
fetch tanaka "/children/$SHEET/edit" -X POST "${ORIGIN[@]}" -F "csrf=$TOKEN" -F base=x
is "$STATUS" 415 'a form in parts'
printf '%s' "$(paste -sd '&' "$T/form")%zz=1" >"$T/torn"
fetch tanaka "/children/$SHEET/edit" -X POST "${ORIGIN[@]}" --data-binary "@$T/torn"
is "$STATUS" 400 'a form with a broken escape: 400'
unchanged 'a form with a broken escape'

# ---- other forms ---------------------------------------------------------------------------------

fetch tanaka /logout -X POST "${ORIGIN[@]}" -d x=1
is "$STATUS" 403 'nobody is signed out by a stranger: no token'
fetch tanaka /logout -X POST -H 'Origin: https://evil.example' --data-urlencode "csrf=$TOKEN"
is "$STATUS" 403 'nobody is signed out by a stranger: foreign Origin'
fetch tanaka /
is "$STATUS" 200 'and is still signed in'
fetch tanaka /children/$CHILD/sheets -X POST "${ORIGIN[@]}" -d 'type=kyoiku-shien&id=2030'
is "$STATUS" 403 'a new sheet needs the token too'
unchanged 'a new sheet without token'
fetch nobody /login
PRE=$(sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' "$T/body" | head -n 1)
fetch nobody /login -X POST "${ORIGIN[@]}" --data-urlencode "csrf=$PRE" -d account=tanaka \
	--data-urlencode "password=$(password tanaka)"
is "$STATUS" 403 'the sign-in form needs the cookie that came with it'
fetch nobody /login -X POST -H 'Origin: https://evil.example' -d account=tanaka
is "$STATUS" 403 'nobody is signed in by a stranger'

# ---- reading changes nothing ---------------------------------------------------------------------

fetch tanaka "/children/$SHEET/edit/all?$(paste -sd '&' "$T/form" | head -c 3000 | sed "s/&[^&]*$//")"
is "$STATUS" 200 'a form sent by GET only shows the form'
lacks "$T/body" 'わるい人が書いた' 'what the address says is not taken over'
unchanged 'a form sent by GET'
fetch tanaka "/children/$CHILD/sheets?type=kyoiku-shien&id=2030"
is "$STATUS" 405 'a sheet is not made by GET'
unchanged 'a sheet made by GET'
fetch tanaka '/login?account=kobayashi&password=x'
is "$STATUS" 303 'nobody is signed in by GET'

# ---- each refusal is on record -------------------------------------------------------------------

karte log --account tanaka --event sheet.write --json
is "$(jq -r 'select(.decision == "deny" and .reason == "form") | .child' "$T/out" | sort -u)" $CHILD \
	'a form that is none of ours is refused with a record'

# ---- and now as it should be ---------------------------------------------------------------------

cp "$T/form" "$T/try"
body "$T/try"
fetch tanaka "/children/$SHEET/edit" -X POST -H 'Origin: null' -H 'Sec-Fetch-Site: same-origin' \
	--data-binary "@$T/try.body"
is "$STATUS" 303 'the same form from our own page is saved, as browsers send it'
isnt "$(head_of $CHILD)" "$BEFORE" 'there is a new version'

finish
