#!/bin/bash
# On paper: what each reader may see and no more, who it was made for, and how to check it.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
must_serve
sign_in tanaka yoshida-f shimizu nakamura ito

CHILD=c7k3m9q2v4 SHEET=c7k3m9q2v4/sheets/kyoiku-shien/2026
VERSION=$(version_of $CHILD kyoiku-shien/2026)

# print WHO PATH NAME: NAME.pdf, and NAME.txt without spaces and line ends
print() {
	fetch "$1" "$2"
	cp "$T/body" "$T/$3.pdf"
	is "$STATUS $(header Content-Type)" '200 application/pdf' "$1 gets $2"
	is "$(qpdf --check "$T/$3.pdf" 2>&1 | grep -c 'No syntax or stream encoding errors')" 1 \
		"$1, $2: qpdf finds no error"
	pdftotext "$T/$3.pdf" - 2>"$T/$3.err" | tr -d ' \n\f' >"$T/$3.txt"
	is "$(cat "$T/$3.err")" '' "$1, $2: poppler reads it without a word"
}

print tanaka "/children/$SHEET.pdf" school
print yoshida-f "/children/$SHEET.pdf" family
print shimizu "/children/$SHEET.pdf" board

for who in school family board; do
	has "$T/$who.txt" '𠮷田そら' "$who: the child's name as it is written"
	has "$T/$who.txt" 教育支援シート令和8年度 "$who: the title"
	has "$T/$who.txt" わたしの取りあつかい説明書 "$who: the text"
	has "$T/$who.txt" "${VERSION:0:7}" "$who: the version"
done
has "$T/school.txt" 田中和子 'it says for whom it was made'
has "$T/family.txt" 𠮷田美咲 'also for a guardian'
for who in school board; do
	has "$T/$who.txt" 校内での検討 "$who: the internal part"
	has "$T/$who.txt" 本人が会議に出たのは今回がはじめて "$who: and its text"
done
for phrase in 校内での検討 本人が会議に出た 校内委員会 通級を終える時期 発達検査の記録; do
	lacks "$T/family.txt" "$phrase" "family: «$phrase» is not on the paper"
	qpdf --qdf --object-streams=disable "$T/family.pdf" "$T/open.pdf" 2>/dev/null
	lacks "$T/open.pdf" "$phrase" "family: «$phrase» is not in the file"
	lacks "$T/open.pdf" "$(printf '%s' "$phrase" | iconv -t UTF-16BE | xxd -p | tr -d '\n' |
		head -c 24)" "family: «$phrase» is not in its outline or tags"
done

# ---- names beyond the usual fonts ----------------------------------------------------------------

sign_in kobayashi
print kobayashi /children/c4f2j9s7mh/sheets/kyoiku-shien/2026.pdf sakura
has "$T/sakura.txt" 葛󠄀城 'a name with a variation selector'
print kobayashi /children/c1z6w8n4ka/sheets/kyoiku-shien/2026.pdf yamato
has "$T/yamato.txt" 﨑山 'a name of the compatibility area'
print nakamura /children/c6q1a8z3fv/sheets/kyoiku-shien/2026.pdf alexandra
has "$T/alexandra.txt" 'アレクサンドラ・マリア・フェルナンデス・ダ・シルヴァ' 'a name of 26 characters'

# ---- the whole karte -----------------------------------------------------------------------------

print tanaka "/children/$CHILD/karte.pdf" karte
for year in 6 7 8; do
	has "$T/karte.txt" "教育支援シート令和${year}年度" "the karte has the sheet of year $year"
done
has "$T/karte.txt" 就学（園）支援シート 'and that of the nursery, which the guardian shares'
lacks "$T/karte.txt" 園内での検討 'without what the nursery keeps to itself'
print nakamura /children/c0t7e5k2hg/karte.pdf minato
lacks "$T/minato.txt" 就学（園）支援シート 'a karte has no sheet that is not shared'
print yoshida-f "/children/$CHILD/karte.pdf" family-karte
for phrase in 校内での検討 園内での検討 発達検査の記録 発達検査の詳細; do
	lacks "$T/family-karte.txt" "$phrase" "the family's karte: «$phrase» is not on the paper"
done

# ---- who may not read may not print --------------------------------------------------------------

fetch nakamura "/children/$SHEET.pdf"
is "$STATUS" 404 'another school prints nothing'
fetch ito "/children/$CHILD/karte.pdf"
is "$STATUS" 404 'a nursery prints no karte of a child that has left'
sign_in mori
print mori "/children/$SHEET.pdf" health
has "$T/health.txt" 発達検査の記録 'a health centre prints its part of a shared sheet'
lacks "$T/health.txt" 校内での検討 'and no more'
fetch mori /children/c4f2j9s7mh/karte.pdf
is "$STATUS" 404 'a karte without a sheet to read is no paper'

# ---- the check of a print ------------------------------------------------------------------------

ADDRESS=/verify/$VERSION
if command -v zbarimg >/dev/null; then
	pdftoppm -r 200 -f 1 -l 1 -png "$T/school.pdf" "$T/first"
	is "$(zbarimg -q --raw "$T"/first*.png 2>/dev/null | head -n 1)" \
		"https://localhost:8443$ADDRESS" 'the square on the paper names the version'
else
	echo '# zbarimg is not here: the square on the paper is not read'
fi
fetch nobody "$ADDRESS"
is "$STATUS" 200 'anybody can ask whether a print is genuine'
has "$T/body" 'ほんものの版です' 'it is'
has "$T/body" 'いちばん新しい版です' 'and is the newest'
for word in そら 𠮷田 $CHILD kyoiku 教育支援 tanaka; do
	lacks "$T/body" "$word" "the answer does not say «$word»"
done
fetch nobody /verify/0123456789012345678901234567890123456789
is "$STATUS" 404 'a version that was never made is not genuine'
fetch nobody "/verify/$(git -C "$V/registry.git" rev-parse main)"
is "$STATUS" 404 'nor is a version of the registry'
fetch nobody "/verify/${VERSION:0:10}"
is "$STATUS" 404 'nor half of one'
open_form tanaka $SHEET "$T/form"
form set "$T/form" f.class-name 7組
send_form tanaka $SHEET "$T/form"
fetch nobody "$ADDRESS"
has "$T/body" '新しい版が 保存されています' 'later it says that there is a newer version'
lacks "$T/body" 'いちばん新しい版です' 'and no longer that this is the newest'

# the checkpoint on the paper is kept by the journal
print tanaka "/children/$SHEET.pdf" later
MARK=$(pdftotext "$T/later.pdf" - | grep -o '[0-9]\+ [0-9a-f]\{4\} [0-9a-f]\{4\} [0-9a-f]\{4\}' | head -n 1)
matches "$MARK" '^[0-9]+ ' 'the paper bears a checkpoint'
stop TERM
karte verify --checkpoint "$MARK"
is "$RC" 0 "the journal keeps what the paper promised: $MARK"
karte verify --checkpoint "$(tr 0-9a-f 1-9a-f0 <<<"${MARK#* }" | sed "s/^/${MARK%% *} /")"
is "$RC" 65 'a checkpoint that was never printed is not kept'
finish
