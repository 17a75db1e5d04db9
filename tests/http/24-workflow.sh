#!/bin/bash
# From draft to final: who may take which step, what is said with it, and whose work it is then.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
must_serve
sign_in tanaka kobayashi yamamoto mori shimizu takahashi-f fujii
# a draft that kobayashi began; tanaka is at the same school
CHILD=c4f2j9s7mh SHEET=c4f2j9s7mh/sheets/kyoiku-shien/2026 FILE=sheets/kyoiku-shien/2026.md

state() { git -C "$(repo $CHILD)" show "main:$FILE" | sed -n 's/^status: //p'; }
trailer() { git -C "$(repo $CHILD)" log -1 --format="%(trailers:key=$1,valueonly)" main | head -n 1; }
# step WHO STEP [CURL-OPTION…]: on the newest version unless $BASE says another
BASE=
step() {
	local who=$1 step=$2
	shift 2
	post "$who" "/children/$SHEET/step" -d "base=${BASE:-$(head_of $CHILD)}" -d "step=$step" "$@"
}
# work WHO GROUP: is this sheet in the group of WHO's list?  yes, no
work() {
	fetch "$1" /
	sed -n '/<main/,/<\/main>/p' "$T/body" | tr '\n' ' ' | sed 's/<h3>/\n&/g; s/<h2>/\n&/g' |
		grep -F "$2" | grep -qF "/children/$SHEET" && echo yes || echo no
}
stays() { is "$(head_of $CHILD)/$STATUS" "$HEAD/$1" "$2: $1, and nothing is changed"; }

# ---- whose work it is ----------------------------------------------------------------------------

is "$(state)" draft 'there is a draft'
is "$(work kobayashi 書きかけの下書き)" yes 'it is the work of who began it'
is "$(work tanaka "/children/$SHEET")" no 'and of nobody else of the school'
for who in yamamoto mori; do
	fetch $who /
	lacks "$T/body" "/children/$SHEET" "nor of anybody elsewhere: $who"
done
has "$T/body" 'いま お願いしている仕事はありません' 'who has nothing to do is told so'

# ---- what is missing -------------------------------------------------------------------------------

open_form kobayashi $SHEET "$T/form"
cp "$T/form" "$T/whole"
for field in guardian-wish direction long-goal support-content; do
	form set "$T/whole" f.$field 'これから書く'
done
form set "$T/form" f.homeroom ''
form set "$T/form" f.grade es1
send_form kobayashi $SHEET "$T/form"
is "$STATUS" 303 'a draft is saved with gaps'
HEAD=$(head_of $CHILD)
fetch kobayashi "/children/$SHEET"
has "$T/body" "/children/$SHEET/check" 'the sheet leads to the page on which one looks again'
fetch kobayashi "/children/$SHEET/check"
is "$STATUS" 200 'it opens'
has "$T/body" "/children/$SHEET/edit#f.homeroom" 'and leads to what is missing'
has "$T/body" '「担任」を書いてください' 'by its name'
has "$T/body" '生年月日からは' 'a grade that does not fit the birth date is asked about'
lacks "$T/body" 'value="submit"' 'there is no button yet'
step kobayashi submit
stays 422 'a sheet with gaps is not submitted'
has "$T/body" '「担任」を書いてください' 'what is missing is told'
open_form kobayashi $SHEET "$T/again"
form set "$T/whole" base "$(form get "$T/again" base)"
send_form kobayashi $SHEET "$T/whole"
is "$STATUS" 303 'the gaps are filled'
fetch kobayashi "/children/$SHEET/check"
has "$T/body" 'value="submit"' 'now there is the button'
has "$T/body" '変更<span class="visually-hidden">' 'and a way back to each section'

# ---- who may not ---------------------------------------------------------------------------------

HEAD=$(head_of $CHILD)
for who in yamamoto mori shimizu takahashi-f fujii; do
	fetch $who "/children/$SHEET/check"
	stays 404 "$who has no check page"
	for what in submit return recall finalise revise ask none; do
		step $who $what -d comment=x
		stays 404 "$who takes no step: $what"
	done
done
for what in return recall finalise revise; do
	step kobayashi $what -d comment=x
	stays 404 "a step that does not start in draft: $what"
done
karte log --event sheet.write --json
is "$(jq -sr '[.[] | select(.account == "kobayashi" and .decision == "deny") | .reason] | unique | join(" ")' "$T/out")" \
	no-step 'which is recorded'
step kobayashi ask
stays 400 'guardians are not asked without a request'
step kobayashi none
stays 400 'a step that is none'
BASE=main step kobayashi submit
stays 400 'a version that is none'
BASE=$(head_of c7k3m9q2v4) step kobayashi submit
stays 400 'a version of another child'
fetch kobayashi "/children/$SHEET/step" -X POST -H "Origin: $URL" -d "base=$HEAD" -d step=submit
stays 403 'a form without its token'

# ---- submitted ----------------------------------------------------------------------------------

BASE=$HEAD
step kobayashi submit --data-urlencode 'comment=算数のところを <b>見て</b>ください'
is "$STATUS $(header Location)" "303 /children/$SHEET" 'it is put before the others'
is "$(state)" review 'the file says so'
is "$(trailer Karte-Action) $(trailer Karte-Account)" 'sheet.submit kobayashi' 'one commit of that person says it'
is "$(git -C "$(repo $CHILD)" rev-list --count "$HEAD..main")" 1 'and no other'
HEAD=$(head_of $CHILD)
step kobayashi submit
stays 303 'pressed twice, it is done once'
BASE=
fetch kobayashi "/children/$SHEET"
has "$T/body" '確認を お願いしました' 'a banner says what was done'
has "$T/body" '取りもどす' 'who submitted may take it back'
lacks "$T/body" '差しもどす</summary>' 'and does not return it to themselves'
fetch kobayashi "/children/$SHEET/edit"
is "$STATUS" 404 'nobody writes while it is looked at'
is "$(work kobayashi "/children/$SHEET")" no 'it is no work of who submitted'
is "$(work tanaka 確認を)" yes 'but of the other teacher'
fetch tanaka "/children/$SHEET/check"
is "$STATUS" 200 'who looks through it'
has "$T/body" '算数のところを &lt;b&gt;見て&lt;/b&gt;ください' 'with the words of who asked, as text'
has "$T/body" '小林 直樹さんが' 'and the name'
fetch takahashi-f "/children/$SHEET"
is "$STATUS" 404 'no family sees it'

# ---- wrong people and old pages ----------------------------------------------------------------

HEAD=$(head_of $CHILD)
for what in return ask; do
	step kobayashi $what -d comment=x
	matches "$STATUS" '^40[04]$' "who submitted does not look at it alone: $what"
done
step tanaka recall
stays 404 'nobody takes back what another submitted'
step tanaka finalise
stays 404 'it does not become final without the family'
step tanaka return
stays 422 'to return it needs a word'
has "$T/body" 'どこを直してほしいかを' 'which is asked for'
step tanaka return --data-urlencode "comment=$(printf 'あ%.0s' {1..1001})"
stays 422 'but not a book'
has "$T/body" 'ああああ' 'and what was typed stays'

# ---- recalled while somebody looks -------------------------------------------------------------

LOOKED=$HEAD
step kobayashi recall
is "$STATUS/$(state)/$(trailer Karte-Action)" 303/draft/sheet.recall 'it is taken back'
is "$(work kobayashi 書きかけの下書き)/$(work tanaka "/children/$SHEET")" yes/no 'and is the work of its writer again'
HEAD=$(head_of $CHILD)
BASE=$LOOKED step tanaka return --data-urlencode 'comment=目標を短くしてください'
stays 409 'who looked at the old version is told'
has "$T/body" 'ほかの人が 先に このシートを 変えました' 'in words'
open_form kobayashi $SHEET "$T/form"
form set "$T/form" f.class-name 3組
send_form kobayashi $SHEET "$T/form"
step kobayashi submit
is "$STATUS" 303 'it is submitted again'

# ---- returned ------------------------------------------------------------------------------------

BASE=$(head_of $CHILD)
step tanaka return --data-urlencode $'comment=目標を短くしてください。\n<script>alert(1)</script>'
is "$STATUS/$(state)/$(trailer Karte-Action)" 303/draft/sheet.return 'the other teacher returns it'
HEAD=$(head_of $CHILD)
step tanaka return --data-urlencode 'comment=目標を短くしてください。'
stays 303 'pressed twice, it is done once'
BASE=
has <(git -C "$(repo $CHILD)" log -1 --format=%B main) '目標を短くしてください。' 'the comment is the reason of the version'
is "$(work tanaka "/children/$SHEET")" no 'it is no work of who returned it'
is "$(work kobayashi 差しもどされたシート)" yes 'but of who submitted it'
has "$T/body" '目標を短くしてください。' 'the list says why'
fetch kobayashi "/children/$SHEET"
has "$T/body" '差しもどしました' 'so does the sheet'
has "$T/body" '目標を短くしてください。' 'with the comment'
lacks "$T/body" '<script>alert' 'as text'
fetch shimizu "/children/$SHEET"
is "$STATUS" 200 'the board reads the draft'
lacks "$T/body" '目標を短くしてください。' 'and not what its writers said to each other above it'
fetch kobayashi "/children/$SHEET/history"
for word in 作った 確認をお願いした 取りもどした 差しもどした; do
	has "$T/body" "$word" "the list of versions says: $word"
done

# ---- what was final ------------------------------------------------------------------------------

CHILD=c7k3m9q2v4 SHEET=c7k3m9q2v4/sheets/kyoiku-shien/2026
sign_in yoshida-f
is "$(state)" final 'another sheet is final'
HEAD=$(head_of $CHILD)
fetch tanaka "/children/$SHEET/check"
is "$STATUS $(header Location)" "303 /children/$SHEET" 'there is nothing to look at again'
open_form tanaka $SHEET "$T/form"
form set "$T/form" f.class-name 9組
form set "$T/form" reason ' '
send_form tanaka $SHEET "$T/form"
stays 422 'it is not changed without a reason'
has "$T/body" '変更の理由を書いてください' 'which is asked for'
form read "$T/body" >"$T/back"
is "$(form get "$T/back" f.class-name)" 9組 'what was typed stays'
step tanaka revise
stays 422 'nor written anew without one'
step yoshida-f revise -d comment=x
stays 404 'nor by the family'
fetch yoshida-f "/children/$SHEET/history"
lacks "$T/body" したこと 'which does not read what staff did to each other'
step tanaka revise --data-urlencode 'comment=学級が変わった'
is "$STATUS/$(state)" 303/draft 'with a reason it is a draft again'
is "$(work tanaka 書きかけの下書き)/$(work kobayashi "/children/$SHEET")" yes/no 'the work of who began to write it anew'
fetch yoshida-f "/children/$SHEET"
lacks "$T/body" 支援の目標 'and until it is ready the family sees no more than what it writes itself'

# ---- a second person, where there is none ---------------------------------------------------------

sql 'DELETE FROM draft' >/dev/null # of what was refused above, which is work, too
step tanaka submit
is "$STATUS/$(work tanaka "/children/$SHEET")" 303/no 'it waits for somebody else'
post fujii /admin/accounts/kobayashi/disable
is "$STATUS" 303 'the only other teacher leaves'
is "$(work tanaka 確認を)" yes 'then it waits for who is left'
fetch tanaka "/children/$SHEET"
lacks "$T/body" '差しもどす</summary>' 'who may not return it to themselves'

# ---- the command ----------------------------------------------------------------------------------

as=(--as tanaka --password-file "$T/pw")
password tanaka >"$T/pw"
karte sheet step $CHILD kyoiku-shien/2026 return "${as[@]}" --comment x
is "$RC" 77 'a command refuses, too'
karte sheet step $CHILD kyoiku-shien/2026 ask "${as[@]}"
is "$RC" 64 'and asks nobody'
karte sheet step $CHILD kyoiku-shien/2026 recall "${as[@]}"
is "$RC $(cat "$T/out")/$(state)" "0 $(head_of $CHILD)/draft" 'it takes a step and says the version'
karte sheet step $CHILD kyoiku-shien/2026 recall "${as[@]}"
is "$RC" 77 'which does not start where it has led'
git -C "$(repo $CHILD)" show "main:$FILE" | sed 's/^status: .*/status: final/' >"$T/final.md"
karte sheet put $CHILD kyoiku-shien/2026 "$T/final.md" "${as[@]}"
is "$RC/$(state)" 77/draft 'a file does not change the state'
has "$T/err" put.status 'and says so'
verified 'all of it verifies'
finish
