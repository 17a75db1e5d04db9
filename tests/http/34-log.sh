#!/bin/bash
# The log of operations and looks: filters, kinds, pages of a hundred, one record with its leaf,
# exactly what is found as a signed file, who opened something, and how long records stay.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
must_serve
sign_in tanaka yoshida-f shimizu okada fujii ito yamamoto
CHILD=c7k3m9q2v4 SHEET=c7k3m9q2v4/sheets/kyoiku-shien/2026

fetch tanaka "/children/$SHEET"
fetch tanaka "/children/$SHEET.pdf"
fetch tanaka "/children/$SHEET"
fetch shimizu "/children/$CHILD/karte.pdf"
fetch ito "/children/$SHEET" # refused
post fujii "/children/$CHILD/open" --data-urlencode 'reason=けがの連絡のため 様式を確かめます'
# enough looks for three pages
curl -s --cacert "$V/tls/cert.pem" -b "$T/jar.shimizu" -o /dev/null "$URL/children/$SHEET?[1-230]"

rows() { # of the newest page, one a line
	sed -n '/<tbody>/,/<\/tbody>/p' "$T/body" | tr -d '\n' | sed 's/<\/tr>/\n/g; s/<\/td>/|/g' |
		sed 's/<[^>]*>//g' | grep '|' >"$T/rows"
}
# ask QUERY…: the list with these fields of the address
ask() {
	local field fields=()
	for field; do fields+=(--data-urlencode "$field"); done
	fetch okada /audit/log -G "${fields[@]}"
	rows
}
count() { wc -l <"$T/rows"; }
every() { # PATTERN SENTENCE: there are rows, and all have it
	is "$STATUS $(grep -vc -- "$1" "$T/rows") $([ -s "$T/rows" ] && echo some)" '200 0 some' "$2"
}

# ---- filters -------------------------------------------------------------------------------------

ask institution=aozora-es
every 'aozora-es' 'by institution'
ask class=read
every '見た\|開いた\|読んだ\|出した\|作った' 'by class'
ask class=operation
is "$(grep 'シートを読んだ' "$T/rows" | grep -vc 断った)" 0 'operations without looks'
ask decision=deny
every '断った' 'refusals'
ask event=child.open decision=allow
every 'けがの連絡のため' 'doors that were opened with a reason'
ask object=kyoiku-shien/2026 account=tanaka
every '|kyoiku-shien/2026' 'by object'
VERSION=$(version_of $CHILD kyoiku-shien/2026)
ask "object=kyoiku-shien/2026@$VERSION"
every "${VERSION:0:7}" 'by one version of it'
ask object=kyoiku-shien/2026@0000000000000000000000000000000000000000
is "$(count)" 0 'of another version nothing'
ask 'word=けが'
every 'けがの連絡のため' 'by a word of a reason'
ask word=nowhere
is "$(count)" 0 'by a word that stands nowhere'
ask account=tanaka event=sheet. class=read institution=aozora-es decision=allow object=kyoiku-shien/2026
every '|tanaka.*|シートを読んだ\|PDFを開いた' 'all of them together'
ask class=nothing
has "$T/body" '種類は 一覧から' 'a class that is none is told'
ask "word=$(printf 'あ%.0s' $(seq 60))"
has "$T/body" '条件が長すぎます' 'a text that is too long, too'

ask account=tanaka class=read
has "$T/body" '人：tanaka を外す' 'what is in force is said'
has "$T/body" 'href="/audit/log?class=read">人' 'and can be taken away one by one'
has "$T/body" '種類：見た記録 を外す' 'in words'

# ---- pages ---------------------------------------------------------------------------------------

ask class=read
is "$(count)" 100 'a hundred at a time'
next=$(grep -o '/audit/log?class=read&amp;before=[0-9]*' "$T/body" | sed 's/&amp;/\&/' | head -n 1)
grep -o '/audit/log/[0-9]*"' "$T/body" >"$T/numbers"
fetch tanaka "/children/$SHEET" # comes in between
while [ -n "$next" ]; do
	fetch okada "$next"
	grep -o '/audit/log/[0-9]*"' "$T/body" >>"$T/numbers"
	next=$(grep -o '/audit/log?class=read&amp;before=[0-9]*' "$T/body" | sed 's/&amp;/\&/' | head -n 1)
done
karte log --json --class read
head -n -3 "$T/out" >"$T/all" # the looks at the pages themselves, and the one in between
is "$(wc -l <"$T/numbers") $(sort -u "$T/numbers" | wc -l)" "$(wc -l <"$T/all") $(wc -l <"$T/all")" \
	'page by page each record comes once'

# ---- one record ----------------------------------------------------------------------------------

karte log --json --account tanaka --event sheet.read --newest --limit 1
N=$(jq .n "$T/out")
LEAF=$( (printf '\0'; tr -d '\n' <"$T/out") | sha256sum | cut -d ' ' -f 1)
fetch okada "/audit/log/$N"
is "$STATUS" 200 'a record has a page'
has "$T/body" "$LEAF" 'with the hash of its leaf, as sha256sum has it'
has "$T/body" "$(jq -r .request "$T/out")" 'its request'
has "$T/body" 'シートを読んだ' 'what was done'
has "$T/body" "/audit/log?child=$CHILD" 'and leads to what belongs to it'
has "$T/body" "$(head -n 1 "$V/journal/checkpoint")" 'the newest checkpoint stands below'
has "$T/body" 'ふくまれています' 'in which it is, as was computed just now'
lacks "$T/body" そら 'without names'
for bad in 99999999 -1 x 18446744073709551615 999999999999999999999; do
	fetch okada "/audit/log/$bad"
	is "$STATUS" 404 "record $bad is none"
done

# ---- a file --------------------------------------------------------------------------------------

take() { # FORM QUERY: unpacks it into $T/zip
	rm -rf "$T/zip"
	fetch okada "/audit/log/export?form=$1$2"
	is "$STATUS" 200 "$1 is given"
	unzip -q "$T/body" -d "$T/zip"
	FILE=$(basename "$(ls "$T"/zip/*."$1")")
}
gpg --homedir "$V/gnupg" --batch --armor --export "$(cat "$V/gnupg/vault-key")" >"$T/vault.asc" 2>/dev/null
mkdir -m 700 "$T/gnupg"
gpg --homedir "$T/gnupg" --batch --quiet --import "$T/vault.asc" 2>/dev/null

ask account=tanaka class=read
SEEN=$(count)
take csv '&account=tanaka&class=read'
is "$(head -c 3 "$T/zip/$FILE" | xxd -p)" efbbbf 'a spreadsheet takes it for UTF-8'
holds 'the hash is right' bash -c "cd '$T/zip' && sha256sum --quiet -c '$FILE.sha256'"
holds 'and the signature of the vault' \
	gpg --homedir "$T/gnupg" --batch --quiet --verify "$T/zip/$FILE.asc" "$T/zip/$FILE"
python3 - "$T/zip/$FILE" >"$T/csv" <<'PY'
import csv, sys
rows = list(csv.reader(open(sys.argv[1], encoding="utf-8-sig", newline=""), strict=True))
width = {len(r) for r in rows}
end = next(i for i, r in enumerate(rows) if not any(r))
print(len(width), end - 1, {r[6] for r in rows[1:end]}, {r[3] for r in rows[1:end]})
for r in rows[end + 1:]:
    print(r[0], r[1].split("\n")[0], sep="=")
PY
is "$(head -n 1 "$T/csv")" "1 $SEEN {'tanaka'} {'read'}" 'it has exactly what the list had'
has "$T/csv" '条件=人=tanaka 種類=read' 'it says what was asked'
has "$T/csv" "件数=$SEEN" 'how many it is'
has "$T/csv" '出した人=okada' 'who took it'
has "$T/csv" "チェックポイント=$(head -n 1 "$V/journal/checkpoint")" 'and the checkpoint'
karte log --json --event audit.export
is "$(jq -r .object "$T/out" | cut -d ' ' -f 2-)" "$SEEN sha256:$(sha256sum <"$T/zip/$FILE" | cut -d ' ' -f 1)" \
	'that is recorded with its hash'
is "$(jq -r .reason "$T/out")" '人=tanaka 種類=read' 'and its filter'

post fujii /children/c2h8r5t0wn/open --data-urlencode 'reason==cmd|x 様式を確かめるために開きます'
take csv '&event=child.open'
has "$T/zip/$FILE" "'=cmd|x" 'what begins as a formula is none'
take xlsx '&event=child.open'
holds 'the signature of a workbook' \
	gpg --homedir "$T/gnupg" --batch --quiet --verify "$T/zip/$FILE.asc" "$T/zip/$FILE"
mkdir "$T/book"
unzip -q "$T/zip/$FILE" -d "$T/book"
holds 'a workbook is XML' xmllint --noout "$T"/book/xl/worksheets/*.xml "$T"/book/xl/workbook.xml
has "$T/book/xl/worksheets/sheet1.xml" 'けがの連絡のため' 'with the records'
is "$(grep -c '<f>' "$T/book/xl/worksheets/sheet1.xml")" 0 'and no formula'
has "$T/book/xl/worksheets/sheet2.xml" 'okada' 'and who took it'
is "$(find "$V/incoming" -name 'export-*' 2>/dev/null | wc -l)" 0 'no copy of it stays'
fetch okada '/audit/log/export?form=doc'
is "$STATUS" 400 'there is no other form'
fetch okada '/audit/log/export?form=csv&from=x'
is "$STATUS" 422 'a filter that is not understood gives no file'
for who in tanaka yoshida-f shimizu fujii; do
	for path in /audit/log "/audit/log/$N" '/audit/log/export?form=csv' \
		"/audit/exposure?child=$CHILD" /audit/retention; do
		fetch "$who" "$path"
		is "$STATUS" 404 "$who gets nothing of $path"
	done
done

# ---- who opened it -------------------------------------------------------------------------------

fetch okada "/audit/exposure?child=$CHILD&object=kyoiku-shien/2026"
rows
has "$T/rows" 'tanaka' 'who read a sheet'
matches "$(grep '^tanaka.*|画面|' "$T/rows")" '\|3回\|' 'how often on a page'
matches "$(grep '^tanaka.*|PDF' "$T/rows")" '\|1回\|' 'as a PDF'
matches "$(grep '^shimizu' "$T/rows")" 'カルテ全体' 'who had the whole karte'
lacks "$T/rows" 'ito' 'not who was refused'
lacks "$T/body" そら 'by number, without a name'
fetch okada "/audit/exposure?child=$CHILD&object=kyoiku-shien/2026@0000000000000000000000000000000000000000"
rows
is "$(grep -c '^tanaka.*|画面|' "$T/rows")" 0 'nobody read a version that is none'
fetch okada '/audit/exposure?child=nobody'
has "$T/body" '番号ではありません' 'a child that is none is told'
karte log --exposure $CHILD kyoiku-shien/2026 --json
is "$(jq -r 'select(.account == "tanaka" and .way == "pdf") | .times' "$T/out")" 1 'the same by command'
karte log --exposure $CHILD --csv
is "$(head -c 3 "$T/out" | xxd -p)" efbbbf 'and for a spreadsheet'
karte log --exposure nobody
isnt "$RC" 0 'not of what is no child'
fetch shimizu "/children/$CHILD/exposure"
is "$STATUS" 200 'the board asks the same of a child'
rows
has "$T/rows" 'tanaka' 'with names'
for who in tanaka yoshida-f okada; do
	fetch "$who" "/children/$CHILD/exposure"
	is "$STATUS" 404 "$who does not"
done
fetch yoshida-f "/children/$CHILD/accesses"
has "$T/body" 'だれが 開いたかを 調べました' 'and the family sees that it was asked'

# ---- retention -----------------------------------------------------------------------------------

fetch okada /audit/retention
rows
is "$STATUS" 200 'how long records stay is for auditors to see'
matches "$(grep '見た記録' "$T/rows")" '24か月' 'two years for looks'
has "$T/body" '消した記録は まだありません' 'and what went'

# ---- the index is only an index ------------------------------------------------------------------

stop TERM
karte log --csv
cp "$T/out" "$T/before"
echo 'no database' >"$V/trace.db"
rm -f "$V"/trace.db-*
karte log --csv
same "$T/out" "$T/before" 'a broken index is made anew'
rm -f "$V"/trace.db*
karte log --csv
same "$T/out" "$T/before" 'and a lost one'
BODY=$(find "$V/journal/bodies/session" -name "*.jsonl" | sort | tail -n 1)
sed -i 2d "$BODY"
karte log --class session
isnt "$RC" 0 'a record that was taken away is missed'
has "$T/out" 'journal.unreadable' 'and stands in the list as one that cannot be read'
finish
