#!/bin/bash
# How a child grew: what was measured in all sheets, as charts and tables, for each reader what it
# may see and no more; the same on paper.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
CHILD=c7k3m9q2v4 PAGE=/children/c7k3m9q2v4/growth
must_serve
sign_in tanaka yoshida-f ito mori yamamoto

# charts NAME: each chart of the newest page as a file of its own: NAME.1.svg …
charts() {
	awk -v name="$T/$1" '
		{ text = text $0 "\n" }
		END {
			while ((from = index(text, "<svg class=\"chart\"")) > 0) {
				text = substr(text, from)
				to = index(text, "</svg>") + 5
				print substr(text, 1, to) >(name "." ++n ".svg")
				text = substr(text, to + 1)
			}
		}' "$T/body"
}

# ---- on a page -----------------------------------------------------------------------------------

fetch tanaka $PAGE
cp "$T/body" "$T/school.html"
is "$STATUS" 200 'the school reads how the child grew'
for word in '身長（cm）' '体重（kg）' BMI '肥満度（%）' '検査の結果' '性別 女' '平成29年5月12日' \
	'令和8年9月2日' '127.7' '113.6' '新版K式2020' 'WISC-V'; do
	has "$T/school.html" "$word" "the school: «$word»"
done
is "$(grep -o '<td data-label="身長（cm）">113.6</td>' "$T/school.html" | wc -l)" 1 \
	'a value that stands in the sheets of three years is there once'
has "$T/school.html" '>108.1<' 'a value of another type of sheet is in the same table'
has "$T/school.html" '表の終わりのあとの値は' 'and it says where the published curves end'
charts school
is "$(grep -o '<svg class="chart"' "$T/school.html" | wc -l)" 6 'six charts: height, weight, obesity, BMI, vision, tests'
for chart in "$T"/school.*.svg; do
	holds "${chart##*/} is well-formed" xmllint --noout "$chart"
	is "$(xmllint --xpath 'string(/svg/@role)' "$chart")" img "${chart##*/} is an image"
	is "$(xmllint --xpath 'string(/svg/@aria-labelledby)' "$chart")" \
		"$(xmllint --xpath 'concat(/svg/title/@id, " ", /svg/desc/@id)' "$chart")" \
		"${chart##*/} is named by its title and description"
	is "$(xmllint --xpath 'count(//@style | //script | //style | //@*[starts-with(name(), "on")])' \
		"$chart")" 0 "${chart##*/} has nothing that the content policy forbids"
done
is "$(xmllint --xpath 'count(//path[contains(@class, "dashed") and contains(@class, "ink-muted")])' \
	"$T/school.1.svg")" 6 'six dashed percentiles stand behind the heights'
# 「異常なし」 is what a school wrote of a hearing test
sed 's/異常なし//g' "$T/school.html" >"$T/judged.html"
for word in 異常 正常 低身長 肥満傾向 NaN; do
	lacks "$T/judged.html" "$word" "no judgement: «$word»"
done

fetch yoshida-f $PAGE
cp "$T/body" "$T/family.html"
is "$STATUS" 200 'the family reads it too'
has "$T/family.html" '127.7' 'with the heights'
for word in '検査の結果' '新版K式' WISC 'growth-score'; do
	lacks "$T/family.html" "$word" "the family: «$word» is of a section that it does not read"
done
fetch mori $PAGE
is "$STATUS" 200 'so does the health centre with whom the sheet is shared'
fetch ito $PAGE
is "$STATUS" 404 'a nursery that the child has left sees nothing'
fetch yamamoto $PAGE
is "$STATUS" 404 'nor does another school'

# ---- nothing measured ----------------------------------------------------------------------------

fetch mori /children/c4f2j9s7mh/growth
is "$STATUS" 200 'without a sheet to read there is a page'
has "$T/body" 'まだ 出せる値がありません' 'that says why it is empty'
lacks "$T/body" '<svg class="chart"' 'and has no chart'
fetch mori /children/c4f2j9s7mh/growth.pdf
is "$STATUS" 404 'and there is no paper'

# ---- on paper ------------------------------------------------------------------------------------

paper() { # WHO NAME
	fetch "$1" $PAGE.pdf
	cp "$T/body" "$T/$2.pdf"
	is "$STATUS $(header Content-Type)" '200 application/pdf' "$1 gets the paper"
	is "$(qpdf --check "$T/$2.pdf" 2>&1 | grep -c 'No syntax or stream encoding errors')" 1 \
		"$1: qpdf finds no error"
	pdftotext "$T/$2.pdf" - 2>"$T/err" | tr -d ' \n\f' >"$T/$2.txt"
	is "$(cat "$T/err")" '' "$1: poppler reads it without a word"
	qpdf --qdf --object-streams=disable "$T/$2.pdf" "$T/$2.open" 2>/dev/null
}
paper tanaka school
for word in 成長の記録 𠮷田そら '身長（cm）' 127.7 検査の結果 WISC-V 田中和子; do
	has "$T/school.txt" "$word" "paper of the school: «$word»"
done
is "$(grep -ac '/S /Figure' "$T/school.open")" 6 'each chart is a tagged figure'
is "$(grep -ac '/Alt' "$T/school.open")" 6 'with words in its place'
paper yoshida-f family
has "$T/family.txt" 127.7 'paper of the family: the heights'
for word in 検査の結果 新版K式 WISC; do
	lacks "$T/family.txt" "$word" "paper of the family: «$word» is not on it"
	lacks "$T/family.open" "$(printf '%s' "$word" | iconv -t UTF-16BE | xxd -p | tr -d '\n')" \
		"paper of the family: «$word» is not in its tags"
done
fetch ito $PAGE.pdf
is "$STATUS" 404 'a nursery that the child has left prints nothing'

# ---- the record ----------------------------------------------------------------------------------

stop TERM
for who in tanaka yoshida-f; do
	karte log --json --child $CHILD --account $who
	is "$(jq -r '.event | select(startswith("child."))' "$T/out" | sort | tr '\n' ' ')" \
		'child.growth child.growth.pdf ' "both looks of $who are recorded, once each"
done
finish
