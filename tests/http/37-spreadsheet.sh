#!/bin/bash
# What leaves as a workbook, opened by LibreOffice: the same cells as the CSV has, texts as texts.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

command -v soffice >/dev/null || give_up 'soffice is not there (Debian package libreoffice-calc-nogui)'
V=$T/vault
demo_vault "$V"
must_serve
sign_in okada fujii
LONG=$(printf '長い理由を 書きます。%.0s' $(seq 8))
# one child is as good as another: each door is opened once
while IFS=$'\t' read -r child reason; do
	post fujii "/children/$child/open" --data-urlencode "reason=$reason"
	is "$STATUS" 303 "opened with: ${reason:0:30}"
done <<END
c7k3m9q2v4	=HYPERLINK("http://evil.example","見る") を確かめる
c2h8r5t0wn	+81 3 0000 0000 へ電話するため
c5v0g7b3yq	-1+1 と書いてあった件を見る
c4f2j9s7mh	@SUM(A1:A9) の様式を確かめます
c9d4x1e6pj	0012 番の書類を、もう一度 "確かめる" ため
END
OTHER=$(find "$V/children" -name '*.git' -printf '%f\n' | grep -vE 'c7k3m9q2v4|c2h8r5t0wn|c5v0g7b3yq|c4f2j9s7mh|c9d4x1e6pj' | sort | head -n 1)
post fujii "/children/${OTHER%.git}/open" --data-urlencode "reason=$LONG"
is "$STATUS" 303 'and with a long text'

# takes FORM: the export of those records, unpacked; $FILE
takes() {
	fetch okada "/audit/log/export?form=$1&event=child.open"
	is "$STATUS" 200 "$1 is given"
	mkdir "$T/$1"
	unzip -q "$T/body" -d "$T/$1"
	FILE=$(find "$T/$1" -name "*.$1")
}
takes csv
cp "$FILE" "$T/ours.csv"
takes xlsx
# separator, quote, UTF-8, first line, columns as they are, cells as they are shown, every sheet
timeout 120 soffice "-env:UserInstallation=file://$T/office" --headless \
	--convert-to 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1' \
	--outdir "$T/office-out" "$FILE" >"$T/out" 2>&1
is "$(find "$T/office-out" -name '*.csv' | wc -l)" 2 'LibreOffice opens both sheets'
cat >"$T/compare.py" <<'END'
import csv, glob, sys
ours = list(csv.reader(open(sys.argv[1], encoding="utf-8-sig", newline=""), strict=True))
end = next(i for i, row in enumerate(ours) if not any(row))
ours = ours[:end]
sheets = [list(csv.reader(open(name, encoding="utf-8", newline=""))) for name in glob.glob(sys.argv[2] + "/*.csv")]
theirs = max(sheets, key=lambda rows: max(len(row) for row in rows))
guarded = 0
for n, row in enumerate(ours):
    for k, cell in enumerate(row):
        if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@"):
            cell, guarded = cell[1:], guarded + 1  # text by a mark in CSV, by its type in a workbook
        if theirs[n][k] != cell:
            print(f"row {n} column {k}: {cell!r} is {theirs[n][k]!r}")
print(f"{len(ours) - 1} records, {len(theirs) - 1} in the workbook, {guarded} guarded")
END
python3 "$T/compare.py" "$T/ours.csv" "$T/office-out" >"$T/compared" 2>&1
is "$(tail -n 1 "$T/compared")" '6 records, 6 in the workbook, 4 guarded' 'with as many records'
is "$(grep -v records "$T/compared" | head -n 3)" '' 'each cell is that of the CSV, to the last character'
for text in '=HYPERLINK("http' '+81 3 0000 0000' '-1+1 と' '@SUM(A1:A9)' '0012 番の書類'; do
	matches "$(cat "$T"/office-out/*.csv | sed 's/""/"/g' | grep -cF -- "$text")" '^[1-9]' "as a text: $text"
done
is "$(cat "$T"/office-out/*.csv | grep -cE 'Err:|#NAME|#VALUE|#REF')" 0 'and nothing was computed'
stop TERM
finish
