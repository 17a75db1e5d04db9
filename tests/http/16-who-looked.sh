#!/bin/bash
# The family sees who looked: which institution, in what role, what and when; no names of staff, no
# refusals, and nothing of what is kept from one of the guardians.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
CHILD=c7k3m9q2v4 PAGE=/children/c7k3m9q2v4/accesses SHEET=c7k3m9q2v4/sheets/kyoiku-shien/2026
karte guardian $CHILD takahashi-f --relation father
must_serve
sign_in tanaka shimizu mori ito hayashi yoshida-f takahashi-f watanabe-f okada fujii

# rows: of the newest page, one a line: when|who|what
rows() {
	sed -n '/<tbody>/,/<\/tbody>/p' "$T/body" | tr -d '\n' | sed 's/<\/tr>/\n/g; s/<\/td>/|/g' |
		sed 's/<[^>]*>//g' | grep '|' >"$T/rows"
}

# listed PATTERN SENTENCE
listed() {
	if grep -q -- "$1" "$T/rows"; then pass "$2"; else flunk "$2" "want $1" "$(head -n 8 "$T/rows")"; fi
}

# ---- nobody yet ----------------------------------------------------------------------------------

fetch yoshida-f "$PAGE"
is "$STATUS" 200 'the page is there before anybody looked'
has "$T/body" 'この月に 見た人は いません' 'and says so'

# ---- people look ---------------------------------------------------------------------------------

fetch tanaka "/children/$CHILD"
fetch tanaka "/children/$SHEET"
fetch tanaka "/children/$SHEET.pdf"
fetch tanaka "/children/$SHEET/edit"
fetch tanaka "/children/$SHEET/history"
fetch shimizu "/children/$CHILD/karte.pdf"
fetch mori "/children/$SHEET"
fetch ito "/children/$SHEET" # refused
fetch takahashi-f "/children/$SHEET"
fetch fujii "/admin/children/$CHILD"
fetch okada "/audit/log?child=$CHILD"
karte sheet get $CHILD kyoiku-shien/2026

fetch yoshida-f "$PAGE"
rows
listed '|あおぞら小学校[^|]*学校[^|]*|カルテを 見ました|' 'a school looked at the karte'
listed '|あおぞら小学校[^|]*|[^|]*教育支援シート[^|]*を 読みました|' 'read a sheet, which is named'
listed '|あおぞら小学校[^|]*|[^|]*の PDFを 出しました|' 'printed it'
listed '|あおぞら小学校[^|]*|[^|]*記入の画面を 開きました|' 'opened the form'
listed '|あおぞら小学校[^|]*|[^|]*これまでの版を 見ました|' 'looked at its versions'
listed '|教育委員会[^|]*|カルテ全体の PDFを 出しました|' 'the board printed all'
listed '|保健センター[^|]*|' 'the health centre looked'
listed '|保護者|[^|]*を 読みました|' 'the other guardian is a guardian'
listed '|役所の 管理の 担当|登録の内容を 見ました|' 'an administrator looked at the master data'
listed '|役所の 監査の 担当|[^|]*記録を 見ました|' 'an auditor at the records'
listed '|サーバーの 担当|[^|]*ファイルに 出しました|' 'the operator took a sheet out'
listed '|あなた|「だれが見たか」を 見ました|' 'one'"'"'s own looks are one'"'"'s own'
matches "$(head -n 1 "$T/rows")" 'ファイルに 出しました' 'newest first'
for word in 田中 tanaka 清水 shimizu 髙橋 takahashi 藤井 fujii 岡田 ひかり保育園 断っ; do
	lacks "$T/body" "$word" "no names of people, no refusals: $word"
done
karte log --json --event child.accesses
is "$(grep -c '"account":"yoshida-f"' "$T/out")" 2 'the looks at this page are in the journal'

# ---- months and pages ----------------------------------------------------------------------------

month=$(TZ=Asia/Tokyo date +%Y-%m)
fetch yoshida-f "$PAGE?month=$month"
rows
isnt "$(wc -l <"$T/rows")" 0 'this month by name'
fetch yoshida-f "$PAGE?month=2020-01"
is "$STATUS" 200 'a month long ago'
has "$T/body" 'この月に 見た人は いません' 'is empty and says so'
has "$T/body" "accesses?month=$month" 'and leads to where there is something'
for bad in 2020-13 2020-1 x 2020-01-01 '2020-01%00' '2020-01;DROP'; do
	fetch yoshida-f "$PAGE?month=$bad"
	is "$STATUS" 400 "a month that is none: $bad"
done
for ((i = 0; i < 105; i++)); do
	fetch tanaka "/children/$CHILD"
done
fetch yoshida-f "$PAGE"
rows
is "$(wc -l <"$T/rows")" 100 'a hundred on a page'
has "$T/body" "accesses?month=$month&amp;page=1" 'with a link to the older ones'
fetch yoshida-f "$PAGE?month=$month&page=1"
rows
listed '|保健センター' 'which has the first'
lacks "$T/body" 'page=2' 'and is the last'
has "$T/body" "accesses?month=$month\"" 'and leads back'

# ---- what is kept from one of the guardians ------------------------------------------------------

karte protect $CHILD takahashi-f --school aozora-es
karte protect $CHILD takahashi-f --sheet kyoiku-shien/2026
karte protect $CHILD takahashi-f --word 保健センター
for page in 0 1; do
	fetch takahashi-f "$PAGE?month=$month&page=$page"
	rows
	listed '|関係機関|' "page $page: an institution that is kept from a guardian has no name"
	for word in あおぞら aozora 教育支援シート kyoiku-shien 保健センター hoken; do
		lacks "$T/body" "$word" "page $page: nowhere $word"
	done
	# nothing but the words; the kind of the institution would tell of it
	is "$(grep '|関係機関' "$T/rows" | grep -vc '|関係機関|')" 0 "page $page: and no kind"
done
listed '|関係機関|シートを 読みました|' 'a sheet that is kept from a guardian has no title'
fetch yoshida-f "$PAGE?month=$month&page=1"
has "$T/body" 'あおぞら小学校' 'the other guardian sees the name'

# ---- who sees this -------------------------------------------------------------------------------

fetch shimizu "$PAGE"
is "$STATUS" 200 'the board sees it'
for who in tanaka ito hayashi watanabe-f okada fujii; do
	fetch "$who" "$PAGE"
	is "$STATUS" 404 "$who does not"
	lacks "$T/body" 見ました "$who learns nothing"
done
fetch nobody "$PAGE"
is "$STATUS" 303 'nobody is asked to sign in'
karte guardian $CHILD takahashi-f --suspend --from 2026-01-01
fetch takahashi-f "$PAGE"
is "$STATUS" 404 'a guardian whose right rests does not'
fetch yoshida-f /children/c000000000/accesses
is "$STATUS" 404 'a child that there is not'
finish
