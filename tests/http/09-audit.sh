#!/bin/bash
# Auditors see who did what and when, never what is written in a sheet; nobody else sees the list.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
must_serve
sign_in tanaka yoshida-f shimizu okada fujii ito
CHILD=c7k3m9q2v4 SHEET=c7k3m9q2v4/sheets/kyoiku-shien/2026

# ---- things happen -------------------------------------------------------------------------------

open_form tanaka $SHEET "$T/form"
form set "$T/form" f.year-goal 'ひみつの目標'
form set "$T/form" reason 'わけ <b>です</b>'
send_form tanaka $SHEET "$T/form"
SAVED=$(head_of $CHILD)
fetch yoshida-f "/children/$SHEET"
fetch ito "/children/$SHEET"
fetch shimizu "/children/$SHEET.pdf"
fetch shimizu '/children?q=%E3%81%9D%E3%82%89'
login kato wrong-password

# ---- the list ------------------------------------------------------------------------------------

fetch okada /
is "$STATUS/$(header Location)" 303//audit 'an auditor begins at the list'

# rows of the newest page, one a line: time, account, event, child, object, outcome
rows() {
	sed -n '/<tbody>/,/<\/tbody>/p' "$T/body" | tr -d '\n' | sed 's/<\/tr>/\n/g; s/<\/td>/|/g' |
		sed 's/<[^>]*>//g' | grep '|' >"$T/rows"
}

# listed PATTERN SENTENCE
listed() {
	if grep -q -- "$1" "$T/rows"; then pass "$2"; else flunk "$2" "want $1" "$(head -n 5 "$T/rows")"; fi
}

fetch okada /audit/log
is "$STATUS" 200 'the list opens'
rows
listed "|tanaka[^|]*|シートを保存した|$CHILD|kyoiku-shien/2026.*${SAVED:0:7}" 'a save: who, what, which child, which version'
listed "|yoshida-f[^|]*|シートを読んだ|$CHILD|kyoiku-shien/2026" 'a look'
listed "|ito[^|]*|.*|$CHILD|kyoiku-shien/2026[^|]*|断った[^|]*出てから" 'a refusal with its reason'
listed '|shimizu[^|]*|PDFを開いた|' 'a print'
listed '|tanaka[^|]*|ログインした|' 'a sign-in'
listed 'ログインに失敗した|.*断った' 'a sign-in that failed'
matches "$(head -n 1 "$T/rows")" '\|okada[^|]*\|記録を見た\|' 'and this look itself, newest first'
listed '|tanaka[^|]*学校 あおぞら小学校（見本） aozora-es|' 'staff with role and institution'
for word in ひみつの目標 そら わけ 班の友だち wrong-password 美咲; do
	lacks "$T/body" "$word" "the list does not say «$word»"
done

# ---- filters -------------------------------------------------------------------------------------

only() { # NAME VALUE PATTERN SENTENCE: all rows have the pattern, and there are some
	fetch okada /audit/log -G --data-urlencode "$1=$2"
	rows
	is "$STATUS $(grep -vc -- "$3" "$T/rows") $([ -s "$T/rows" ] && echo some)" '200 0 some' "$4"
}
only account tanaka '|tanaka[^|]*|' 'by account'
only child $CHILD "|$CHILD|" 'by child'
only event sheet.save '|シートを保存した|' 'by event'
only event sheet. '|[^|]*\(シート\|記入\|PDF\|版\)[^|]*|' 'by a group of events'
today=$(TZ=Asia/Tokyo date +%Y/%m/%d)
fetch okada /audit/log -G --data-urlencode "from=$today" --data-urlencode "to=$today"
rows
isnt "$(wc -l <"$T/rows")" 0 'by day: today'
fetch okada /audit/log -G --data-urlencode 'to=2020/1/1'
rows
is "$(wc -l <"$T/rows")" 0 'by day: none before'
fetch okada /audit/log -G --data-urlencode 'from=きのう'
is "$STATUS" 200 'a day that is none is told'
has "$T/body" '日付は' 'in words'
has "$T/body" 'value="きのう"' 'and stays in the form'
fetch okada /audit/log -G --data-urlencode 'account="><script>alert(1)</script>'
lacks "$T/body" '<script>alert' 'a filter comes back as text'
fetch okada /audit/log -G --data-urlencode "account=tanaka" --data-urlencode "child=$CHILD" \
	--data-urlencode event=sheet.save
rows
is "$(wc -l <"$T/rows")" 1 'filters together'

# ---- others --------------------------------------------------------------------------------------

for who in tanaka yoshida-f shimizu fujii; do
	fetch "$who" /audit/log
	is "$STATUS" 404 "$who does not get the list"
	lacks "$T/body" sheet.save "$who learns nothing of it"
done
karte log --json --event audit.read
is "$(grep -c '"account":"okada"' "$T/out")" "$(grep -c '"decision":"allow"' "$T/out")" \
	'only the auditor has looked'
is "$(grep -c '"decision":"deny"' "$T/out")" 4 'and the four others were recorded'

# ---- the same on the command line ----------------------------------------------------------------

karte log --csv --account tanaka --event sheet.save
is "$(head -c 3 "$T/out" | xxd -p)" efbbbf 'a spreadsheet reads the list as UTF-8'
is "$(wc -l <"$T/out")" "$(($(grep -c tanaka "$T/out") + 1))" 'a head and the lines'
has "$T/out" "\"tanaka\",\"school\",\"aozora-es\",\"$CHILD\"" 'with account, role, institution, child'
is "$(sed 1d "$T/out" | grep -vc $'\r$')" 0 'lines end as RFC 4180 has them'
finish
