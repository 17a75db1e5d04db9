#!/bin/bash
# karte verify: from the beginning and from the last run on, for people and programs, and a report
# that stock tools can check.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
C=c7k3m9q2v4
demo_vault "$V"
password tanaka >"$T/tanaka"

# summary FIELD…: of the last line of JSON
summary() {
	tail -n 1 "$T/out" | jq -r "[$1] | map(tostring) | join(\" \")"
}

# save NAME: one more version of a sheet
save() {
	karte sheet get $C kyoiku-shien/2026
	sed "s/^  class-name: .*/  class-name: $1/" "$T/out" >"$T/sheet.md"
	karte sheet put $C kyoiku-shien/2026 "$T/sheet.md" --as tanaka --password-file "$T/tanaka" \
		--reason '学級が変わった'
}

# ---- all of it -----------------------------------------------------------------------------------

verified 'a demo holds'
has "$T/out" 'すべて正しいです。' 'and says so'
has "$T/out" 'チェックポイント: ' 'with the checkpoint'
is "$(wc -c <"$T/err")" 0 'nothing is shown of progress where there is no terminal'
MARK=$(sed -n 's/^チェックポイント: //p' "$T/out")
karte verify --json
is "$RC $(summary '.full, .findings')" '0 true 0' 'as JSON, too'
is "$(summary '.states.good == .signatures, .signatures == .commits, .ended >= .began')" 'true true true' \
	'every version is signed, every signature is good'
karte log --event verify --json
is "$(jq -r '[.class // "system", .account, .decision] | join(" ")' "$T/out" | sort -u | head -n 1)" \
	"system os:$(id -un) allow" 'each run is a record of the journal'
has "$T/out" 'full sound: repositories 13' 'with what came of it'

# ---- from the last one on ------------------------------------------------------------------------

karte verify --since-last --json
is "$RC $(summary '.full, .commits, .repositories')" '0 false 0 13' 'nothing is new'
save 5組
is "$RC" 0 'a sheet is saved'
karte verify --since-last --json
is "$RC $(summary '.full, .commits, .findings')" '0 false 1 0' 'that one version is new'
karte verify --since-last
has "$T/out" '前回からあとの分' 'people are told what was looked at'
sql 'DELETE FROM proof_state'
karte verify --since-last
is "$RC" 0 'without a state it begins again'
has "$T/out" '前回からの続きではなく、すべてを確かめました' 'and says so'
sql "UPDATE proof_head SET head = '0123456789012345678901234567890123456789' WHERE repository = 'children/$C'"
karte verify --since-last --json
is "$RC $(summary '.full, .findings')" '0 true 0' 'a state that does not fit is not believed'

# ---- checkpoints ---------------------------------------------------------------------------------

cp "$V/journal/checkpoint" "$T/note"
save 6組
karte verify --checkpoint "$MARK" --checkpoint "@$T/note"
is "$RC" 0 'the journal begins with what both checkpoints say'
timeout 60 "$KARTE" -C "$V" verify --checkpoint - <"$T/note" >"$T/out" 2>"$T/err"
is "$?" 0 'a note comes from standard input, too'
karte verify --since-last --checkpoint "$MARK" --json
is "$RC $(summary .full)" '0 true' 'an older checkpoint needs all of the journal'
karte verify --checkpoint "$MARK" --checkpoint '20 0000 0000 0000'
is "$RC" 65 'one that is false among them'
has "$T/out" 'journal.fork: journal' 'is named'
runs=$(sql 'SELECT count(*) FROM proof_run')
for wrong in '--checkpoint なにか' '--report x.txt' '--threads 0' '--threads 99' '--child ../x' 'more'; do
	# shellcheck disable=SC2086
	karte verify $wrong
	is "$RC" 64 "wrong: $wrong"
done
is "$(sql 'SELECT count(*) FROM proof_run')" "$runs" 'what was asked wrongly is no run'

# ---- the report ----------------------------------------------------------------------------------

export GNUPGHOME=$T/gnupg
mkdir -m 700 "$GNUPGHOME"
git -c safe.directory='*' --git-dir="$V/registry.git" archive main keys | tar -x -C "$T"
gpg --quiet --batch --import "$T"/keys/*.asc 2>/dev/null

# signed FILE: by the vault's key
signed() {
	# shellcheck disable=SC2317 # called by holds and refuses
	gpg --batch --status-fd 1 --verify "$1.asc" "$1" 2>/dev/null |
		grep -q "^\[GNUPG:\] VALIDSIG $(cat "$V/gnupg/vault-key") "
}

karte verify --report "$T/r.pdf" --report "$T/r.csv"
is "$RC" 0 'a report is written as PDF and CSV'
holds 'the PDF is whole' qpdf --check "$T/r.pdf"
holds 'and signed by the vault' signed "$T/r.pdf"
holds 'as is the table' signed "$T/r.csv"
cp "$T/r.csv.asc" "$T/other.csv.asc"
sed 's/すべて正しいです/すべて正しい/' "$T/r.csv" >"$T/other.csv"
refuses 'another text is not' signed "$T/other.csv"
pdftotext -layout "$T/r.pdf" "$T/r.txt"
for word in '記録の検証の報告' 'すべて正しいです' 'localhost' "os:$(id -un)" 'はじめから、すべて' \
	'チェックポイント' 'まもなく終わる鍵' 'localhost/journal'; do
	has "$T/r.txt" "$word" "the PDF says $word"
done
has "$T/r.txt" "$(sed -n 's/^チェックポイント: //p' "$T/out")" 'and the checkpoint'
python3 - "$T/r.csv" >"$T/rows" <<'PYTHON'
import csv, sys
for row in csv.reader(open(sys.argv[1], encoding="utf-8-sig", newline="")):
    print("|".join(row))
PYTHON
has "$T/rows" '確かめたこと|結果|すべて正しいです' 'the table has a row for each fact'
has "$T/rows" '署名|内容と合わない|0' 'and for each state of signatures'
karte verify --since-last --report "$T/day.pdf"
pdftotext -layout "$T/day.pdf" "$T/day.txt"
has "$T/day.txt" '前回からあとの分' 'a report says when it is not about everything'
mkdir "$T/away"
rmdir "$T/away"
karte verify --since-last --report "$T/away/r.pdf"
isnt "$RC" 0 'a report that cannot be written is an error'

# ---- nothing is written --------------------------------------------------------------------------

sums() {
	(cd "$V" && find journal registry.git children karte.yaml -type f -print0 | sort -z | xargs -0 sha256sum)
}
sums >"$T/before"
runs=$(sql 'SELECT count(*) FROM proof_run')
karte verify --leave --json
is "$RC" 0 'a copy can be looked at'
sums >"$T/after"
same "$T/before" "$T/after" 'without a byte that changes'
is "$(sql 'SELECT count(*) FROM proof_run')" "$runs" 'and without a run that is kept'

# ---- beside the server ---------------------------------------------------------------------------

must_serve
karte verify --json
is "$RC $(summary .findings)" '0 0' 'the server may be running'
is "$(wc -c <"$T/err")" 0 'and the run is kept and recorded all the same'
fetch nobody /healthz
is "$STATUS" 200 'the server goes on'
stop TERM
karte verify --since-last --json
is "$RC $(summary '.full, .findings')" '0 false 0' 'what it wrote at its end is new'

# ---- what is wrong -------------------------------------------------------------------------------

git -c safe.directory='*' -C "$(repo $C)" update-ref refs/heads/main main~1
git -c safe.directory='*' -C "$(repo c5v0g7b3yq)" update-ref refs/heads/extra main
karte verify --since-last --report "$T/bad.pdf" --report "$T/bad.csv"
is "$RC" 65 'a branch that went back ends with 65'
has "$T/out" 'branch.elsewhere: children/'$C 'it is named'
has "$T/out" 'branch.extra: children/c5v0g7b3yq' 'as is the other'
has "$T/out" '前回からの続きではなく' 'after a look at everything'
pdftotext -layout "$T/bad.pdf" "$T/bad.txt"
has "$T/bad.txt" '正しくないところがあります' 'the report says so'
has "$T/bad.txt" 'branch.elsewhere' 'and what'
has "$T/bad.txt" 'いちばん新しい' 'in plain words as well'
has "$T/bad.csv" '正しくないところ,branch.elsewhere,' 'the table has the code by itself'
has "$T/bad.csv" 'いちばん新しい版が、記録と ちがいます' 'and what it means'
holds 'it is signed as well' signed "$T/bad.pdf"
karte verify --threads 1 --json
grep code "$T/out" >"$T/one"
for n in 2 3 8; do
	karte verify --threads $n --json
	grep code "$T/out" >"$T/many"
	same "$T/one" "$T/many" "$n threads say the same in the same order"
done
is "$(sql "SELECT count(*) FROM proof_finding WHERE run = (SELECT max(id) FROM proof_run)")" \
	"$(wc -l <"$T/one")" 'findings are kept'
karte log --event verify --json
is "$(tail -n 1 "$T/out" | jq -r .decision)" deny 'and the run is recorded as one that was not sound'
karte verify --child c5v0g7b3yq --json
is "$RC $(summary '.repositories, .findings')" '65 2 1' 'one child alone'

sed -i '5s/"decision":"allow"/"decision":"allo3"/' "$V"/journal/bodies/change/*.jsonl
sums >"$T/before"
karte verify
is "$RC" 65 'a journal that does not hold'
has "$T/err" 'not recorded in the journal' 'gets no record of it'
sums >"$T/after"
same "$T/before" "$T/after" 'and is left as it is'
finish
