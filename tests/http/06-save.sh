#!/bin/bash
# Writing: what is typed is kept, what somebody else wrote is never lost, nothing else is touched.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
must_serve
sign_in tanaka kobayashi yoshida-f shimizu ito nakamura mori

CHILD=c7k3m9q2v4 SHEET=c7k3m9q2v4/sheets/kyoiku-shien/2026 FILE=sheets/kyoiku-shien/2026.md

stored() { # PATH at the head of the child
	git -C "$(repo $CHILD)" show "main:$1"
}
versions() {
	git -C "$(repo $CHILD)" rev-list --count main -- $FILE
}
stays() { # WHAT: nothing was written since $HEAD was taken
	is "$(head_of $CHILD)" "$HEAD" "$1: no version is made"
}

# ---- saving --------------------------------------------------------------------------------------

stored $FILE >"$T/before.md"
open_form tanaka $SHEET "$T/form"
is "$STATUS" 200 'a writer gets the form'
is "$(form get "$T/form" base)" "$(head_of $CHILD)" 'it knows the version that it was made from'
GOAL=$'班の友だちに「少し休む」と言う。\r\n\r\n- 週に**2回**\r\n- <3&amp;"\'\\\r\n\r\n葛󠄀城さん、𠮷田さん、髙橋さん'
form set "$T/form" f.year-goal "$GOAL"
form set "$T/form" reason '目標を見直した'
send_form tanaka $SHEET "$T/form"
is "$STATUS" 303 'a form that is right is saved'
is "$(header Location)" "/children/$SHEET" 'and leads back to the sheet'
is "$(versions)" 2 'there is one version more'
fetch tanaka "/children/$SHEET"
has "$T/body" '週に<strong>2回</strong>' 'the sheet shows what was written'
has "$T/body" '葛󠄀城さん、𠮷田さん、髙橋さん' 'names are kept as they were typed'
stored $FILE >"$T/after.md"
diff "$T/before.md" "$T/after.md" | grep '^[<>]' >"$T/changed"
is "$(grep -c '^<' "$T/changed")" 1 'in the file only that field has changed'
open_form tanaka $SHEET "$T/again"
is "$(form get "$T/again" f.year-goal)" "$GOAL" 'the form gives it back to the letter'
git -C "$(repo $CHILD)" log -1 --format=%B main >"$T/message"
for line in 'kyoiku-shien/2026: save' 目標を見直した 'Karte-Action: sheet.save' \
	'Karte-Account: tanaka' 'Karte-Role: school' 'Karte-Institution: aozora-es' \
	"Karte-Child: $CHILD" 'Karte-Sheet: kyoiku-shien/2026'; do
	has "$T/message" "$line" "the version says: $line"
done
is "$(git -C "$(repo $CHILD)" log -1 --format='%an <%ae>' main)" '田中 和子 <tanaka@localhost>' \
	'its author is the person'

HEAD=$(head_of $CHILD)
send_form tanaka $SHEET "$T/again"
is "$STATUS/$(header Location)" "303//children/$SHEET" 'saving without a change is no error'
stays 'saving without a change'

cp "$T/again" "$T/form"
form set "$T/form" f.year-goal '<script>alert(1)</script>と<b>太字</b>'
send_form tanaka $SHEET "$T/form"
is "$STATUS" 303 'markup may be typed'
fetch tanaka "/children/$SHEET"
has "$T/body" '&lt;script&gt;alert(1)&lt;/script&gt;と&lt;b&gt;太字' 'and is shown as it was typed'
lacks "$T/body" '<script>alert' 'but is never markup'
open_form tanaka $SHEET "$T/again"
HEAD=$(head_of $CHILD)

# ---- what is wrong stays on the screen -----------------------------------------------------------

cp "$T/again" "$T/wrong"
form set "$T/wrong" f.recorded-on '令和8年2月30日'
form set "$T/wrong" f.resource-hours 'いくつか'
form set "$T/wrong" f.long-goal $'長い目標\r\n<script>alert(1)</script>'
form set "$T/wrong" f.internal-meetings.0.on '13月'
form set "$T/wrong" f.class-name 'とても長い組の名前とても長い組の名前とても長い組の名前'
form set "$T/wrong" reason 'わけ "と" <しるし>'
send_form tanaka $SHEET "$T/wrong"
is "$STATUS" 422 'values that are wrong are told'
cp "$T/body" "$T/422.html"
form read "$T/422.html" >"$T/back"
form typed "$T/wrong" >"$T/typed"
form typed "$T/back" >"$T/kept"
same "$T/typed" "$T/kept" 'everything typed is still in the form'
is "$(form get "$T/back" reason)" 'わけ "と" <しるし>' 'the reason too'
is "$(form get "$T/back" base)" "$(form get "$T/wrong" base)" 'and the version that it was made from'
has "$T/422.html" 'role="alert"' 'a summary tells what is wrong'
for field in recorded-on resource-hours internal-meetings.0.on class-name; do
	has "$T/422.html" "href=\"#f.$field\"" "the summary leads to $field"
	matches "$(grep -o "<input[^>]*id=\"f.$field\"[^>]*>" "$T/422.html")" 'aria-invalid="true"' \
		"$field is marked"
done
matches "$(grep -o '<title>[^<]*' "$T/422.html")" 'エラー' 'the title says so first'
lacks "$T/422.html" '<script>alert' 'what was typed comes back as text'
stays 'wrong values'
form set "$T/back" f.recorded-on 令和8年5月23日
form set "$T/back" f.resource-hours １．５
form set "$T/back" f.internal-meetings.0.on 2026/4/18
form set "$T/back" f.class-name 2組
send_form tanaka $SHEET "$T/back"
is "$STATUS" 303 'mended, the same form is saved'
stored $FILE >"$T/mended.md"
has "$T/mended.md" 'recorded-on: 2026-05-23' 'a date of the era is stored as a date'
has "$T/mended.md" 'resource-hours: 1.5' 'wide digits are stored as a number'

# ---- forms that are none of ours -----------------------------------------------------------------

HEAD=$(head_of $CHILD)
open_form tanaka $SHEET "$T/form"
bad() { # WHAT: $T/try is refused
	send_form tanaka $SHEET "$T/try"
	is "$STATUS" 400 "$1: 400"
	stays "$1"
}
try() {
	cp "$T/form" "$T/try"
}
try; form add "$T/try" f.nothing x; bad 'an unknown field'
try; form add "$T/try" f.homeroom x; bad 'a field twice'
try; form drop "$T/try" f.homeroom; bad 'a missing field'
try; form add "$T/try" f.individual-hours 9; bad 'a field that is computed'
try; form add "$T/try" status final; bad 'a name that no form has'
try; form add "$T/try" institution x; bad 'a key of the head'
try; form add "$T/try" base "$HEAD"; bad 'two bases'
try; form set "$T/try" base ''; bad 'no base'
try; form set "$T/try" base main; bad 'a base that is a name'
try; form set "$T/try" base 0000000000000000000000000000000000000000; bad 'a base that is nothing'
try; form set "$T/try" base "$(head_of c2h8r5t0wn)"; bad 'a base of another child'
try; form set "$T/try" base "$(git -C "$(repo $CHILD)" rev-parse 'main^{tree}')"; bad 'a base that is no version'
try; form set "$T/try" base "$(git -C "$(repo $CHILD)" rev-list main | tail -n 1)"
bad 'a base from before the sheet'
try; form drop "$T/try" f.internal-meetings.0.done; bad 'a row without one of its columns'
try; form set "$T/try" f.grade es9; send_form tanaka $SHEET "$T/try"
matches "$STATUS" '^4(00|22)$' 'a choice that is not offered is refused'
stays 'a choice that is not offered'
try; form set "$T/try" f.helps-by "words"; form add "$T/try" f.helps-by words
send_form tanaka $SHEET "$T/try"
matches "$STATUS" '^4(00|22)$' 'a choice twice is refused'
stays 'a choice twice'
try
{ printf 'f.nul='; printf '%%00'; echo; } >>"$T/try"
bad 'a NUL'
try
echo 'f.year-goal=%ff%fe' >>"$T/try"
bad 'what is not UTF-8'
try; form set "$T/try" f.year-goal $'a\x01b'; send_form tanaka $SHEET "$T/try"
matches "$STATUS" '^4(00|22)$' 'a control character is refused'
stays 'a control character'

try
head -c 2200000 /dev/zero | tr '\0' x | sed 's/^/f.year-goal=/' >>"$T/try"
send_form tanaka $SHEET "$T/try"
is "$STATUS" 413 'a body over two megabytes: 413'
stays 'a body over two megabytes'
try
head -c 1200000 /dev/zero | tr '\0' x | sed 's/^/f.year-goal=/' >>"$T/try"
send_form tanaka $SHEET "$T/try"
is "$STATUS" 413 'a form over one megabyte: 413'
stays 'a form over one megabyte'
try
form set "$T/try" f.year-goal "$(head -c 60000 /dev/zero | tr '\0' '>')"
# the server's own time, in hundredths of a second: others on the machine do not count
worked() { awk '{ print $14 + $15 }' "/proc/$SERVER/stat"; }
started=$(worked)
send_form tanaka $SHEET "$T/try"
is "$STATUS" 422 'sixty thousand quotation marks are a mistake'
matches "$(($(worked) - started))" '^[0-4]?[0-9]?[0-9]$' 'and no work'
stays 'sixty thousand quotation marks'

# ---- somebody was first --------------------------------------------------------------------------

open_form tanaka $SHEET "$T/mine"
open_form kobayashi $SHEET "$T/theirs"
form set "$T/theirs" f.year-goal 'コバヤシが書いた目標'
form set "$T/theirs" f.direction 'コバヤシが書いた方向'
send_form kobayashi $SHEET "$T/theirs"
is "$STATUS" 303 'the first one saves'
HEAD=$(head_of $CHILD)
form set "$T/mine" f.year-goal 'タナカが書いた目標'
form set "$T/mine" f.long-goal 'タナカが書いた支援の目標'
form set "$T/mine" reason 'タナカの理由'
send_form tanaka $SHEET "$T/mine"
is "$STATUS" 409 'the second one is told'
has "$T/body" 'ほかの人が 先に 保存しました' 'in words'
has "$T/body" 'コバヤシが書いた目標' 'with what the other wrote'
has "$T/body" 'タナカが書いた目標' 'and what was typed here'
stays 'a conflict'
form read "$T/body" >"$T/resolve"
is "$(form get "$T/resolve" base)" "$HEAD" 'the form is now based on the newest version'
is "$(form get "$T/resolve" f.long-goal)" 'タナカが書いた支援の目標' \
	'what only this editor changed is in the form'
is "$(form get "$T/resolve" f.direction)" 'コバヤシが書いた方向' 'what only the other changed too'
is "$(form get "$T/resolve" reason)" 'タナカの理由' 'and the reason'
form set "$T/resolve" f.year-goal 'ふたりで決めた目標'
send_form tanaka $SHEET "$T/resolve"
is "$STATUS" 303 'the merged form is saved'
stored $FILE >"$T/merged.md"
for phrase in ふたりで決めた目標 タナカが書いた支援の目標 コバヤシが書いた方向; do
	has "$T/merged.md" "$phrase" "the sheet now says $phrase"
done
git -C "$(repo $CHILD)" show "$HEAD:$FILE" >"$T/first.md"
has "$T/first.md" コバヤシが書いた目標 'the version of the first one is still there'

HEAD=$(head_of $CHILD)
send_form tanaka $SHEET "$T/mine"
is "$STATUS" 409 'a stale form stays a conflict, however often it is sent'
stays 'a stale form'
open_form tanaka $SHEET "$T/same"
form set "$T/same" f.year-goal '同じ文'
send_form tanaka $SHEET "$T/same"
form set "$T/mine" f.recorded-on 'いつか'
send_form tanaka $SHEET "$T/mine"
is "$STATUS" 409 'a stale form with a mistake is a conflict first'
has "$T/body" 'いつか' 'and keeps what was typed'

# another sheet of the same child is no conflict
open_form kobayashi $CHILD/sheets/kyoiku-shien/2025 "$T/other"
open_form tanaka $SHEET "$T/mine"
form set "$T/other" f.year-goal '別のシートの目標'
send_form kobayashi $CHILD/sheets/kyoiku-shien/2025 "$T/other"
is "$STATUS" 303 'meanwhile another sheet of the child is saved'
isnt "$(head_of $CHILD)" "$(form get "$T/mine" base)" 'so the child has a newer version'
form set "$T/mine" f.year-goal 'このシートの目標'
send_form tanaka $SHEET "$T/mine"
is "$STATUS" 303 'which is no conflict for this sheet'
stored sheets/kyoiku-shien/2025.md >"$T/2025.md"
has "$T/2025.md" '別のシートの目標' 'and the other sheet keeps its text'

# ---- eight at once -------------------------------------------------------------------------------

open_form tanaka $SHEET "$T/form"
before=$(versions)
jobs=()
for i in 1 2 3 4 5 6 7 8; do
	cp "$T/form" "$T/race.$i"
	form set "$T/race.$i" f.year-goal "競争 $i 番"
	body "$T/race.$i"
	curl -s --max-time 60 --cacert "$V/tls/cert.pem" -b "$T/jar.tanaka" -H "Origin: $URL" \
		-o "$T/race.$i.html" -w '%{http_code}' --data-binary "@$T/race.$i.body" \
		"$URL/children/$SHEET/edit" >"$T/race.$i.status" &
	jobs+=($!)
done
wait "${jobs[@]}"
is "$(cat "$T"/race.?.status | grep -o '303' | wc -l)" 1 'of eight savers one is the first'
is "$(cat "$T"/race.?.status | grep -o '409' | wc -l)" 7 'and seven are told'
is "$(versions)" $((before + 1)) 'there is exactly one version more'
winner=$(grep -l 303 "$T"/race.?.status | grep -o '[0-9].status' | cut -d . -f 1)
stored $FILE >"$T/won.md"
has "$T/won.md" "競争 $winner 番" 'it is that of the first'
lost=0
for i in 1 2 3 4 5 6 7 8; do
	[ "$i" = "$winner" ] || grep -q "競争 $i 番" "$T/race.$i.html" || lost=$((lost + 1))
done
is "$lost" 0 'nobody of the others has lost what was typed'

# ---- whose field it is ---------------------------------------------------------------------------

CHILD=c2h8r5t0wn SHEET=c2h8r5t0wn/sheets/shugaku-shien/2026 FILE=sheets/shugaku-shien/2026.md
sign_in hayashi
HEAD=$(head_of $CHILD)
stored $FILE >"$T/before.md"
open_form yoshida-f $SHEET "$T/family"
is "$STATUS" 200 'a guardian gets the form of a draft'
form typed "$T/family" | cut -d = -f 1 >"$T/names"
for field in interest child-wish guardian-wish relation health-body; do
	has "$T/names" "f.$field" "with $field, which families write"
done
for field in care-points therapy-goal org-writer meetings tests internal-notes extra-staff stage; do
	is "$(grep -c "^f[.]$field\($\|[.]\)" "$T/names")" 0 "without $field, which they do not"
done
form set "$T/family" f.guardian-wish 'かぞくの願い'
cp "$T/family" "$T/try"
form add "$T/try" f.therapy-goal 'かぞくの目標'
send_form yoshida-f $SHEET "$T/try"
is "$STATUS" 400 'a field of the nursery in it: 400'
stays 'a field of the nursery'
cp "$T/family" "$T/try"
form add "$T/try" f.internal-notes 'x'
send_form yoshida-f $SHEET "$T/try"
is "$STATUS" 400 'a hidden field in it: 400'
lacks "$T/body" '園内での検討' 'and not a word about it'
stays 'a hidden field'
send_form yoshida-f $SHEET "$T/family"
is "$STATUS" 303 'the own section is saved'
stored $FILE >"$T/after.md"
has "$T/after.md" かぞくの願い 'it is in the sheet'
is "$(git -C "$(repo $CHILD)" log -1 --format=%ae main)" yoshida-f@localhost 'as written by the guardian'
grep -v -x -F -f "$T/after.md" "$T/before.md" >"$T/gone"
is "$(grep -c . "$T/gone")" "$(grep -c . <<<"$(awk '/^### これからの希望/ { on = 1; next } /^#/ { on = 0 } on' \
	"$T/before.md")")" 'only what the guardian replaced is gone'

CHILD=c7k3m9q2v4 SHEET=c7k3m9q2v4/sheets/kyoiku-shien/2026
HEAD=$(head_of $CHILD)
fetch yoshida-f "/children/$SHEET/edit"
is "$STATUS" 404 'a family has no form of a sheet that is final'
fetch yoshida-f "/children/$SHEET"
lacks "$T/body" '/edit"' 'nor a way to it'
open_form tanaka $SHEET "$T/form"
for who in yoshida-f shimizu ito nakamura mori; do
	fetch $who "/children/$SHEET/edit"
	is "$STATUS" 404 "$who gets no form"
	cp "$T/form" "$T/try"
	form set "$T/try" csrf "$(token $who)"
	send_form $who $SHEET "$T/try"
	is "$STATUS" 404 "$who cannot send one either"
	stays "$who"
done

# a sheet that is not shared with another institution of the same child, whose role may write the type
CHILD=c3m8v1q7sb SHEET=c3m8v1q7sb/sheets/shugaku-shien/2026
HEAD=$(head_of $CHILD)
open_form ito $SHEET "$T/form"
for section in extra-staff internal-notes; do form drop "$T/form" f.$section; done
form set "$T/form" f.interest 'ほかの機関が書いた'
form set "$T/form" csrf "$(token hayashi)"
fetch hayashi "/children/$SHEET"
is "$STATUS" 404 'therapists do not see what the nursery writes without consent'
send_form hayashi $SHEET "$T/form"
is "$STATUS" 404 'and cannot write into it, though they may write such sheets'
stays 'a sheet of another institution'
plain "$T/body" >"$T/plain"
send_form hayashi $CHILD/sheets/shugaku-shien/2020 "$T/form"
plain "$T/body" >"$T/none"
same "$T/none" "$T/plain" 'the answer does not tell that it is there'

# and one that the guardian shares: both write it, but not each other's part
CHILD=c2h8r5t0wn SHEET=c2h8r5t0wn/sheets/shugaku-shien/2026
open_form hayashi $SHEET "$T/form"
is "$STATUS" 200 'with consent therapists write into the sheet of the nursery'
is "$(form get "$T/form" f.internal-notes)" '' 'though not into its internal part'
form set "$T/form" f.therapy-goal '療育の目標を書いた'
send_form hayashi $SHEET "$T/form"
is "$STATUS" 303 'it is saved'
HEAD=$(head_of $CHILD)
open_form hayashi $SHEET "$T/form"
form add "$T/form" f.internal-notes 'x'
send_form hayashi $SHEET "$T/form"
is "$STATUS" 400 'a field of the nursery alone: 400'
stays 'a field of the nursery alone'
CHILD=c7k3m9q2v4

# ---- new sheets ----------------------------------------------------------------------------------

post tanaka /children/$CHILD/sheets -d type=kyoiku-shien -d id=2027
is "$STATUS/$(header Location)" "303//children/$CHILD/sheets/kyoiku-shien/2027/edit" \
	'a teacher makes a sheet'
fetch tanaka "$(header Location)"
is "$STATUS" 200 'and gets its form'
HEAD=$(head_of $CHILD)
post tanaka /children/$CHILD/sheets -d type=kyoiku-shien -d id=2027
is "$STATUS/$(header Location)" "303//children/$CHILD/sheets/kyoiku-shien/2027" \
	'one that is there is opened'
stays 'making it twice'
for pair in 'kyoiku-shien ../x 400' 'kyoiku-shien x 400' 'kyoiku-shien  400' '../x 2028 400' \
	'nothing 2028 404' 'shugaku-shien 2028 404'; do
	IFS=' ' read -r type id want <<<"${pair/  / - }"
	[ "$id" != - ] || id=''
	post tanaka /children/$CHILD/sheets -d "type=$type" -d "id=$id"
	is "$STATUS" "$want" "a new sheet «$type» «$id»: $want"
	stays "a new sheet «$type» «$id»"
done
TOKEN=$(token tanaka) WAIT=()
for year in {2031..2038} 2038 2038; do
	curl -s --max-time 60 --cacert "$V/tls/cert.pem" -b "$T/jar.tanaka" -o /dev/null \
		-w '%{http_code}\n' -H "Origin: $URL" --data-urlencode "csrf=$TOKEN" -d type=kyoiku-shien \
		-d "id=$year" "$URL/children/$CHILD/sheets" >"$T/new.${#WAIT[@]}" &
	WAIT+=($!)
done
wait "${WAIT[@]}"
is "$(cat "$T"/new.* | sort | uniq -c | xargs)" '10 303' 'many sheets of a child are made at the same time'
is "$(git -C "$(repo $CHILD)" log --format=%s "$HEAD..main" -- sheets | sort | uniq -d)" '' 'each of them once'
is "$(git -C "$(repo $CHILD)" rev-list --count "$HEAD..main")" 8 'and none is lost'
HEAD=$(head_of $CHILD)
post yoshida-f /children/$CHILD/sheets -d type=kyoiku-shien -d id=2028
is "$STATUS" 404 'a family makes no sheet'
stays 'a family'
post tanaka /children/c9d4x1e6pj/sheets -d type=kyoiku-shien -d id=2028
is "$STATUS" 404 'nobody makes a sheet for a child of another school'

# ---- at the end all of it is proven --------------------------------------------------------------

stop TERM
verified 'everything that was saved is signed and recorded'
finish
