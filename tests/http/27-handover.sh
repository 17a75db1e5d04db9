#!/bin/bash
# Handing a child over: the school asks the family section by section, opens what was agreed to for
# some days, the next school reads exactly that, confirms and answers; what is withdrawn or closed is
# gone at once, and nobody else learns of any of it.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
CHILD=c7k3m9q2v4 SHEET=kyoiku-shien/2026 BASE=/children/c7k3m9q2v4
TODAY=$(TZ=Asia/Tokyo date +%F) TOMORROW=$(TZ=Asia/Tokyo date -d tomorrow +%F)
LATER=$(TZ=Asia/Tokyo date -d '+60 days' +%F)
must_serve
sign_in tanaka yamamoto ito mori shimizu yoshida-f takahashi-f okada fujii kobayashi

# asks FIELD=VALUE…: the school's form for a new handover
asks() {
	local field fields=()
	for field; do fields+=(--data-urlencode "$field"); done
	post tanaka $BASE/handover/new "${fields[@]}"
}

# sends WHO STEP [FIELD=VALUE…]: one step of the handover $H
sends() {
	local who=$1 step=$2 field fields=()
	shift 2
	for field; do fields+=(--data-urlencode "$field"); done
	post "$who" "$BASE/handover/$H/$step" "${fields[@]}"
}

# gone WHO PATH SENTENCE: the same answer as for a child that there is not
gone() {
	fetch "$1" "$2"
	is "$STATUS" 404 "$3"
	lacks "$T/body" '𠮷田 そら' 'and the answer says nothing'
}

# last CHILD: action and account of the newest commit
last() {
	git -C "$(repo "$1")" log -1 --format=%B main |
		sed -n 's/^Karte-\(Action\|Account\): //p' | paste -sd ' '
}

# ---- before ---------------------------------------------------------------------------------------

gone yamamoto $BASE 'the next school knows nothing of the child'
fetch yamamoto '/children?q=%E3%82%88%E3%81%97%E3%81%A0%20%E3%81%9D%E3%82%89'
is "$STATUS" 200 'it searches'
lacks "$T/body" $CHILD 'and does not find the child'
fetch tanaka $BASE
has "$T/body" "href=\"$BASE/handover\"" 'the karte leads to the handovers'
fetch tanaka $BASE/handover
is "$STATUS" 200 'the list'
has "$T/body" "href=\"$BASE/handover/new\"" 'leads to a new one'
fetch tanaka "$BASE/handover/new?to=minamizaka-gakuen"
is "$STATUS" 200 'for one school'
has "$T/body" "value=\"$SHEET/goals\"" 'sections can be chosen'
grep -o '<input[^>]*value="kyoiku-shien/2026/[a-z-]*"[^>]*>' "$T/body" >"$T/inputs"
has "$T/inputs" 'disabled' 'one that the family cannot read cannot'
has "$T/body" '保護者が 読めない欄' 'and it says why'
lacks "$T/body" 'shugaku-shien/2023/' "another institution's sheet is not offered"
for who in ito yamamoto takahashi-f okada fujii; do
	gone $who $BASE/handover "$who gets no list"
	gone $who $BASE/handover/new "$who makes none"
done
fetch yoshida-f $BASE/handover
is "$STATUS" 200 'the family gets the list'
lacks "$T/body" 'handover/new' 'without a way to a new one'
fetch yoshida-f $BASE/handover/new
is "$STATUS" 404 'a family hands nothing over'

# ---- asking ---------------------------------------------------------------------------------------

HEAD=$(head_of $CHILD)
plan=(to=minamizaka-gakuen purpose=move "since=$TODAY" "until=$LATER" 'message=よろしく <b>お願い</b>します')
asks "${plan[@]}"
is "$STATUS" 422 'without a section: 422'
has "$T/body" 'よろしく &lt;b&gt;お願い' 'what was typed stays'
asks "${plan[@]}" "s=$SHEET/memo"
is "$STATUS" 422 'a section that there is not'
asks "${plan[@]}" "s=shugaku-shien/2023/health"
is "$STATUS" 422 "another institution's sheet"
asks to=aozora-es purpose=move "since=$TODAY" "until=$LATER" "s=$SHEET/goals"
is "$STATUS" 422 'to itself'
asks to=none purpose=move "since=$TODAY" "until=$LATER" "s=$SHEET/goals"
is "$STATUS" 422 'to nobody'
asks to=minamizaka-gakuen purpose=fun "since=$TODAY" "until=$LATER" "s=$SHEET/goals"
is "$STATUS" 422 'for no purpose'
for days in "$LATER $TODAY" "2020-04-01 2020-04-30" "$TODAY 2031-01-01" "x y" " "; do
	read -r since until <<<"$days"
	asks to=minamizaka-gakuen purpose=move "since=$since" "until=$until" "s=$SHEET/goals"
	is "$STATUS" 422 "days that cannot be: $days"
done
is "$(head_of $CHILD)" "$HEAD" 'nothing was written'
fetch tanaka $BASE/handover/new -X POST -H "Origin: $URL" -d csrf=x -d to=minamizaka-gakuen
is "$STATUS" 403 'a form that is none of ours'
fetch tanaka $BASE/handover/new -X POST -H 'Origin: https://evil.example' -d "csrf=$(token tanaka)"
is "$STATUS" 403 'or comes from elsewhere'
asks "${plan[@]}" "s=$SHEET/goals" "s=$SHEET/wishes" "s=$SHEET/accommodations"
is "$STATUS" 303 'three sections are asked for'
H=$(basename "$(header Location)")
matches "$H" '^h[0-9a-z]{9}$' 'it has a number'
[ "$STATUS" = 303 ] || give_up "nothing was asked: $(grep -A3 form-error "$T/body")"
is "$(last $CHILD)" 'handover.ask tanaka' "it is tanaka's commit"
git -C "$(repo $CHILD)" cat-file -p main >"$T/commit"
has "$T/commit" 'gpgsig' 'with a signature'
git -C "$(repo $CHILD)" show "main:handovers/$H.md" >"$T/file"
has "$T/file" "$(version_of $CHILD $SHEET)" 'the file names the version'
gone yamamoto "$BASE/handover/$H" 'the next school sees nothing yet'
gone yamamoto "$BASE" 'nor the child'
gone mori "$BASE/handover/$H" 'another institution of the child learns nothing of it'
fetch tanaka "$BASE/handover/$H"
is "$STATUS" 200 'the giver sees it'
has "$T/body" '保護者の 返事を 待っています' 'and why no section can be ticked'
lacks "$T/body" 'handover/new' 'and no more than it'
sends tanaka open "s=$SHEET/goals"
is "$STATUS" 422 'what nobody agreed to cannot be opened'
gone yamamoto $BASE 'and is not'
fetch kobayashi "$BASE/handover/$H"
is "$STATUS" 200 'a colleague sees it too'

fetch yoshida-f /
has "$T/body" "href=\"$BASE/handover/$H\"" 'the family finds it among what is asked of it'

# ---- the family answers ---------------------------------------------------------------------------

fetch yoshida-f "$BASE/handover/$H"
is "$STATUS" 200 'the family sees what is asked'
has "$T/body" 'みなみざか学園' 'to whom'
has "$T/body" "value=\"$SHEET/wishes\"" 'and each section'
lacks "$T/body" 'checked' 'none is chosen before'
sends yoshida-f answer "s=$SHEET/memo"
is "$STATUS" 422 'they cannot agree to what was not asked'
for who in tanaka yamamoto takahashi-f fujii okada mori; do
	sends $who answer "s=$SHEET/goals"
	is "$STATUS" 404 "$who cannot answer for them"
done
sends yoshida-f answer "s=$SHEET/goals" "s=$SHEET/wishes"
is "$STATUS" 303 'they agree to two of three'
is "$(last $CHILD)" 'consent.give yoshida-f' "with the guardian's own commit"
git -C "$(repo $CHILD)" show "main:handovers/$H/yoshida-f.md" >"$T/answer"
has "$T/answer" "$(version_of $CHILD $SHEET)" 'that names the version'
gone yamamoto $BASE 'that alone opens nothing'

fetch tanaka /
has "$T/body" "href=\"$BASE/handover/$H\"" 'the giver is told of the answer'
fetch yamamoto /
lacks "$T/body" $CHILD 'the receiver is told nothing yet'
fetch yoshida-f /
lacks "$T/body" "handover/$H" 'and who has answered is asked no more'

# ---- opening --------------------------------------------------------------------------------------

fetch tanaka "$BASE/handover/$H"
has "$T/body" '保護者が 同意していません' 'one section was declined'
sends tanaka open "s=$SHEET/goals" "s=$SHEET/accommodations"
is "$STATUS" 422 'the declined one cannot be opened'
for who in yoshida-f yamamoto takahashi-f mori; do
	sends $who open "s=$SHEET/goals"
	is "$STATUS" 404 "$who cannot open it"
done
sends tanaka open "s=$SHEET/goals" "s=$SHEET/wishes"
is "$STATUS" 303 'the agreed ones are'
is "$(last $CHILD)" 'handover.open tanaka' 'by a commit'

# handed QUERY: the rows of to whom it was given, as the auditor's exposure list has them
handed() {
	fetch okada "/audit/exposure?child=$CHILD$1"
	sed -n '/だれに渡したか/,$p' "$T/body" | tr -d '\n' | sed 's/<\/tr>/\n/g; s/<\/td>/|/g' | sed 's/<[^>]*>//g' | grep "$H"
}
matches "$(handed "&object=$SHEET")" '引き継ぎ.*minamizaka-gakuen.*から.*まで.*\|tanaka[^|]*\|' \
	'who asks who has the sheet is told of the school that it was opened to, until when and by whom'
is "$(handed "&object=$SHEET@0000000000000000000000000000000000000000" | wc -l)" 0 'not of a version that was not opened'

# ---- the receiver reads exactly that --------------------------------------------------------------

fetch yamamoto $BASE
is "$STATUS" 200 'now the next school sees the child'
has "$T/body" "href=\"$BASE/sheets/$SHEET\"" 'with the sheet'
lacks "$T/body" 'kyoiku-shien/2025' "and no other year's"
lacks "$T/body" 'shugaku-shien' 'nor another type'
fetch yamamoto '/children?q=%E3%82%88%E3%81%97%E3%81%A0%20%E3%81%9D%E3%82%89'
has "$T/body" $CHILD 'a search finds the child'
fetch yamamoto $BASE/sheets/$SHEET
is "$STATUS" 200 'it reads the sheet'
is "$(grep -o 'id="s-[a-z-]*"' "$T/body" | sort -u | paste -sd ' ')" 'id="s-goals" id="s-wishes"' \
	'the two sections'
lacks "$T/body" '本人と話す' 'no word of the third'
lacks "$T/body" '03-0000-0101' 'nor of the others'
lacks "$T/body" '/history' 'no way to its history'
fetch yamamoto $BASE/sheets/$SHEET.pdf
is "$STATUS" 200 'and its PDF'
pdftotext "$T/body" "$T/text"
lacks "$T/text" '03-0000-0101' 'with no more'
gone yamamoto $BASE/sheets/$SHEET/history 'its history is shut'
gone yamamoto "$BASE/sheets/$SHEET/history/$(version_of $CHILD $SHEET)" 'and each version'
gone yamamoto $BASE/sheets/$SHEET/edit 'nothing can be written'
gone yamamoto $BASE/sheets/kyoiku-shien/2025 'another year is shut'
fetch yamamoto /
has "$T/body" "href=\"$BASE/handover/$H\"" 'it waits among the work of the receiver'
for who in ito takahashi-f; do
	fetch $who /
	lacks "$T/body" "handover/$H" "and not among that of $who"
done
for who in ito takahashi-f okada fujii; do
	gone $who "$BASE/handover/$H" "$who learns nothing"
	gone $who "$BASE" "and does not see the child"
done
fetch yamamoto "$BASE/handover/$H"
is "$STATUS" 200 'the receiver sees the handover'
has "$T/body" 'よろしく &lt;b&gt;お願い' 'with the message, as text'
lacks "$T/body" '保護者が 同意していません' 'and not what was declined'

# ---- confirming and answering ---------------------------------------------------------------------

for step in confirm feedback; do
	for who in tanaka yoshida-f ito mori; do
		sends $who $step text=x
		is "$STATUS" 404 "$who cannot $step"
	done
done
sends yamamoto confirm
is "$STATUS" 303 'the receiver confirms'
is "$(last $CHILD)" 'handover.confirm yamamoto' 'with its own commit'
fetch yamamoto /
lacks "$T/body" "handover/$H" 'then it waits no more'
HEAD=$(head_of $CHILD)
sends yamamoto confirm
is "$(head_of $CHILD)" "$HEAD" 'once is enough'
sends yamamoto feedback text=
is "$STATUS" 422 'an empty answer'
sends yamamoto feedback "text=$(printf 'あ%.0s' {1..1001})"
is "$STATUS" 422 'one that is too long'
has "$T/body" 'ああああ' 'stays in the form'
sends yamamoto feedback $'text=読みました。\n<i>ありがとう</i>ございます。'
is "$STATUS" 303 'an answer'
for who in tanaka yoshida-f; do
	fetch $who "$BASE/handover/$H"
	has "$T/body" '&lt;i&gt;ありがとう' "$who reads it"
	has "$T/body" '相手が 読んだ日' 'and when it was confirmed'
done
fetch tanaka /
has "$T/body" "href=\"$BASE/handover/$H\"" 'the answer is among the work of the giver'
fetch yoshida-f $BASE/accesses
has "$T/body" 'みなみざか学園' 'the family sees who looked'
karte log --json --child $CHILD --account yamamoto
has "$T/out" '"reason":"handover"' 'the journal knows by which right'

# ---- for whom there is no way in: a locked PDF ---------------------------------------------------

for who in yamamoto yoshida-f ito takahashi-f fujii; do
	gone $who "$BASE/handover/$H/package" "$who gives nothing out"
	sends $who package password=aaaa-bbbb-cccc-dddd-eeee reason=x
	is "$STATUS" 404 'and gets no document'
done
fetch tanaka "$BASE/handover/$H/package"
is "$STATUS" 200 'the giver gets a password'
PASS=$(sed -n 's/.*name="password" value="\([^"]*\)".*/\1/p' "$T/body")
matches "$PASS" '^([0-9a-hjkmnp-tv-z]{4}-){4}[0-9a-hjkmnp-tv-z]{4}$' 'of 100 random bits'
fetch tanaka "$BASE/handover/$H/package"
lacks "$T/body" "$PASS" 'another one each time'
HEAD=$(head_of $CHILD)
sends tanaka package "password=$PASS" reason=
is "$STATUS" 422 'without a reason: nothing'
sends tanaka package password=himitsu 'reason=となりの市の学校へ'
is "$STATUS" 422 'nor with a password of one'"'"'s own'
is "$(head_of $CHILD)" "$HEAD" 'and nothing is written'
sends tanaka package "password=$PASS" 'reason=となりの市の学校へ'
is "$STATUS $(header Content-Type)" '200 application/pdf' 'the document'
cp "$T/body" "$T/locked.pdf"
is "$(last $CHILD)" 'handover.package tanaka' 'and the commit that says so'
refuses 'it does not open without the password' qpdf --decrypt "$T/locked.pdf" "$T/open.pdf"
refuses 'nor with a wrong one' qpdf --decrypt --password=aaaa-bbbb-cccc-dddd-eeee "$T/locked.pdf" "$T/open.pdf"
holds 'it opens with it' qpdf --decrypt "--password=$PASS" "$T/locked.pdf" "$T/open.pdf"
qpdf --show-encryption "--password=$PASS" "$T/locked.pdf" >"$T/enc"
has "$T/enc" 'R = 6' 'it is AES-256'
holds 'it is whole' qpdf --check "$T/open.pdf"
pdftotext "$T/open.pdf" "$T/text"
has "$T/text" '支援の方向と目標' 'an agreed section is in it'
for word in 03-0000-0101 合図を笛と旗 合理的配慮 田中; do
	lacks "$T/text" $word "but not $word"
done
lacks "$T/locked.pdf" '支援' 'nothing can be read in the locked one'
if grep -rqF -- "$PASS" "$V" "$T/server.err"; then
	flunk 'the password is written down nowhere'
else
	pass 'the password is written down nowhere'
fi
fetch yoshida-f "$BASE/handover/$H"
has "$T/body" 'PDFを 出した日' 'the family sees that it was given out'

fetch fujii "/admin/access?child=$CHILD&at=$TODAY"
grep -A12 '>yamamoto<' "$T/body" >"$T/reader"
has "$T/reader" '引き継ぎを受けた機関' 'who could see the child that day, by which rule'
has "$T/reader" '田中 和子' 'and who set it'

# ---- the index is derived -------------------------------------------------------------------------

karte reindex
is "$RC" 0 'made again from the files'
fetch yamamoto $BASE/sheets/$SHEET
is "$STATUS" 200 'the index opens the same'
is "$(grep -o 'id="s-[a-z-]*"' "$T/body" | sort -u | paste -sd ' ')" 'id="s-goals" id="s-wishes"' \
	'and no more'

# ---- a guardian from whom the receiver is protected -----------------------------------------------

karte guardian $CHILD takahashi-f --relation father
karte protect $CHILD takahashi-f --school minamizaka-gakuen
fetch takahashi-f $BASE/handover
is "$STATUS" 200 'another guardian gets the list'
lacks "$T/body" "$H" 'without the handover to the school that is kept from them'
lacks "$T/body" 'みなみざか' 'nor its name'
gone takahashi-f "$BASE/handover/$H" 'and the handover does not exist'
sends takahashi-f answer "s=$SHEET/goals"
is "$STATUS" 404 'nor can they answer'
fetch yamamoto $BASE
is "$STATUS" 200 'it goes on'

# ---- withdrawing ----------------------------------------------------------------------------------

sends yoshida-f answer "s=$SHEET/goals"
is "$STATUS" 303 'the family takes one section back'
fetch yamamoto $BASE/sheets/$SHEET
is "$(grep -o 'id="s-[a-z-]*"' "$T/body" | sort -u | paste -sd ' ')" 'id="s-goals"' 'it is gone at once'
sends yoshida-f answer
is "$STATUS $(last $CHILD)" '303 consent.decline yoshida-f' 'and then all'
gone yamamoto $BASE 'the child is gone'
gone yamamoto $BASE/sheets/$SHEET 'and the sheet'
gone yamamoto "$BASE/handover/$H" 'and the handover'
sends yamamoto feedback text=x
is "$STATUS" 404 'nothing more can be said'
sends yoshida-f answer "s=$SHEET/goals"
fetch yamamoto $BASE/sheets/$SHEET
is "$STATUS" 200 'agreed to again: open again'

# ---- a sheet that is saved again is no more handed over -------------------------------------------

open_form tanaka $CHILD/sheets/$SHEET "$T/form"
form set "$T/form" f.class-name 5組
form set "$T/form" reason 組がえ
send_form tanaka $CHILD/sheets/$SHEET "$T/form"
is "$STATUS" 303 'the school saves the sheet again'
gone yamamoto $BASE/sheets/$SHEET 'what nobody agreed to is not read'
fetch yamamoto "$BASE/handover/$H"
has "$T/body" '書きかえられました' 'and the receiver is told'
fetch tanaka "$BASE/handover/$H"
has "$T/body" '書きかえられました' 'so is the giver'

# ---- closing, and days ----------------------------------------------------------------------------

sends tanaka close
is "$STATUS $(last $CHILD)" '303 handover.close tanaka' 'the giver ends it'
gone yamamoto $BASE 'the child is gone'
sends yoshida-f answer "s=$SHEET/goals"
is "$STATUS" 422 'nothing more is asked'
asks to=minamizaka-gakuen purpose=school "since=$TOMORROW" "until=$LATER" "s=$SHEET/goals"
H=$(basename "$(header Location)")
sends yoshida-f answer "s=$SHEET/goals"
sends tanaka open "s=$SHEET/goals"
is "$STATUS" 303 'one that begins tomorrow'
gone yamamoto $BASE 'opens nothing today'
gone yamamoto "$BASE/handover/$H" 'and is not told'
verified 'every commit is signed and recorded'
finish
