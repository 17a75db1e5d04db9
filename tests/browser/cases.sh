#!/bin/bash
# The acceptance test of the four sheets: model cases (tests/cases) are typed into the forms by a
# browser and looked for in pages, paper, history, the family's view and another institution's.
# $KARTE is the program.  CASES=all takes all forty; otherwise it is every fourth, of each sheet in
# another of the four ways to write.  Arguments choose: TYPE or TYPE/NN.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

cd "$ROOT/tests/browser" || exit 1
: "${CHROMIUM:=/usr/bin/chromium}" "${CASES:=some}"
export CHROMIUM CASES

for tool in node npm pdftotext qpdf git "$CHROMIUM"; do
	command -v "$tool" >/dev/null || give_up "$tool is not there: make test installs it"
done
[ -d node_modules/puppeteer-core ] || npm ci --ignore-scripts --no-audit --no-fund >&2 ||
	give_up 'npm ci does not find what the tests need'

V=$T/vault
demo_vault "$V"
PASSWORD=$T/password
echo 'asa-no-kaze-to-aoi-kasa' >"$PASSWORD"

# child NN NAME KANA BORN SEX GUARDIAN RELATION: with a stay at each place that writes about the child
child() {
	local id=cm0de1ca$1 place
	{ karte child add --id "$id" --name "$2" --kana "$3" --born "$4" --sex "$5" &&
		karte account add "case$1-f" --role household --name "$6" --password-file "$PASSWORD" &&
		karte guardian "$id" "case$1-f" --relation "$7"; } || give_up "child $1: $(cat "$T/err")"
	while read -r place; do
		karte enrol "$id" "$place" --from 2026-04-01 || give_up "child $1: $(cat "$T/err")"
	done < <(sed -n 's/^institution: //p' ../cases/*/"$1.md" | grep -v kyoiku-iinkai |
		sort -u - <(echo hoken-center))
	ACCOUNTS+=" case$1-f household $(cat "$PASSWORD") - $6"$'\n'
}
ACCOUNTS=$("$KARTE" demo --accounts)$'\n'
child 01 '青木 みなと' 'あおき みなと' 2020-05-05 male '青木 春香' mother
child 02 '井上 ひかる' 'いのうえ ひかる' 2020-07-07 unknown '井上 ひとみ' mother
child 03 '𠮷野 葛󠄀彦' 'よしの くずひこ' 2020-01-08 male '𠮷野 葛󠄀葉' mother
child 04 'ソウザ・ミゲル' 'そうざ みげる' 2020-02-20 male 'ソウザ・ジュリアナ' mother
child 05 '上野 りく' 'うえの りく' 2020-03-03 male '上野 まさみ' father
child 06 '大谷 なつ' 'おおたに なつ' 2020-08-14 female '大谷 健吾' father
child 07 '野口 あさひ' 'のぐち あさひ' 2011-05-29 female '野口 昭代' grandparent
child 08 '大西 しん' 'おおにし しん' 2020-10-10 unknown '大西 真' other
child 09 '遠藤 るい' 'えんどう るい' 2021-01-31 male '遠藤 ゆかり' mother
child 10 '小池 すず' 'こいけ すず' 2020-12-24 female '小池 千尋' mother

must_serve
# a name, since the other browser tests use one
export KARTE KARTE_VAULT=$V KARTE_URL=${URL/127.0.0.1/localhost} KARTE_DB=$V/vault.db \
	KARTE_ACCOUNTS=$ACCOUNTS TMPDIR=$T
node cases.mjs "$@"
code=$?
kill -0 "$SERVER" 2>/dev/null || {
	echo 'not ok - the server is still there at the end'
	tail -n 5 "$T/server.err" | sed 's/^/# /'
	code=1
}
exit $code
