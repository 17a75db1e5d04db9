#!/bin/bash
# Auditors' pages: is the record sound, what changed and how much, whose signature, whose keys, the
# proof and its report; and not a name of a child nor a word of a sheet without a reason.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
must_serve
sign_in okada tanaka yoshida-f fujii
CHILD=c7k3m9q2v4 SHEET=c7k3m9q2v4/sheets/kyoiku-shien/2026 REASON='保護者からの問い合わせを調べるため'

# text: what stands on the page, a cell a line
text() {
	sed -n '/<main/,/<\/main/p' "$T/body" | tr -d '\n' |
		sed 's/<\/\(td\|th\|dd\|dt\|li\|p\|h[1-3]\|tr\|a\|div\|summary\|caption\|pre\)>/\n/g' |
		sed 's/<[^>]*>//g' | grep -v '^ *$'
}

# rows: of the first table, one a line
rows() {
	sed -n '/<tbody>/,/<\/tbody>/p' "$T/body" | tr -d '\n' | sed 's/<\/tr>/\n/g; s/<\/t[dh]>/|/g' |
		sed 's/<[^>]*>//g' | grep '|' >"$T/rows"
}

# key_rows SQL: in index.db
key_rows() {
	python3 -c 'import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=20)
db.execute(sys.argv[2])
db.commit()' "$V/index.db" "$1"
}

# ---- a change ------------------------------------------------------------------------------------

BEFORE=$(git -C "$(repo $CHILD)" show main:sheets/kyoiku-shien/2026.md |
	sed -n '/^### 今年度の目標/,/^#/p' | sed '1,2d;$d' | sed '$d' | tr -d '\n')
open_form tanaka $SHEET "$T/form"
form set "$T/form" f.year-goal 'ひみつの目標'
form set "$T/form" reason 'わけ <b>です</b>'
send_form tanaka $SHEET "$T/form"
SAVED=$(head_of $CHILD)
PAGE=/audit/children/$CHILD/changes/$SAVED

# ---- is it sound ---------------------------------------------------------------------------------

fetch okada /
is "$STATUS $(header Location)" '303 /audit' 'an auditor begins at the state of the record'
fetch okada /audit
is "$STATUS" 200 'it opens'
has "$T/body" 'banner-error' 'red, since nothing was ever proved'
has "$T/body" '<a href="/audit/verify">全部の検証</a>：まだ 全部を 検証していません' 'and says what to do, with the way there'
for path in /audit/log /audit/changes /audit/verify /audit/keys /help/auditor; do
	has "$T/body" "<a href=\"$path\"" "leads to $path"
	fetch okada "$path"
	is "$STATUS" 200 "$path opens"
	fetch okada /audit
done

fetch okada /audit/exposure
has "$T/body" 'href="/audit/log" aria-current="true"' 'what belongs to a place of the bar has it marked'
fetch okada /audit/certificates
has "$T/body" 'href="/audit/retention" aria-current="true"' 'as have certificates'
has "$T/body" 'href="/audit/certificates" aria-current="page"' 'which say where they are'

# ---- the proof -----------------------------------------------------------------------------------

post okada /audit/verify -d what=else
is "$STATUS" 400 'only what there is can be begun'
fetch okada /audit/verify
has "$T/body" 'まだ 検証していません' 'no run yet'
fetch okada /audit/verify -X POST -d what=full
is "$STATUS" 403 'not without the token of a form'
# proved WHAT: runs it and waits for its end; the page stays in $T/body
proved() {
	local i
	post okada /audit/verify -d "what=$1"
	is "$STATUS $(header Location)" '303 /audit/verify' "a proof ($1) is begun in the background"
	for ((i = 0; i < 600; i++)); do
		fetch okada /audit/verify
		grep -q 'いま 検証しています' "$T/body" || return 0
		sleep 0.1
	done
	flunk 'the proof ends'
}
proved full
has "$T/body" 'すべて正しい' 'all holds'
has "$T/body" 'okada' 'who asked for it'
COMMITS=$(for r in "$V"/registry.git "$V"/children/*/*.git; do git -C "$r" rev-list --count main; done |
	paste -sd + | bc)
rows
is "$(sed -n 's/^○ 正しい|\([0-9]*\)|$/\1/p' "$T/rows")" "$COMMITS" 'so many signatures are good as git counts versions'
is "$(grep -c '^[○△×？－]' "$T/rows")" 6 'six states'
has "$T/body" '<a href="/audit/verify/1">' 'it is in the list of runs'
proved new
fetch okada /audit/verify/2
has "$T/body" '前の検証のあと' 'the second looked at what is new'
fetch okada /audit
has "$T/body" 'すべて 正しい' 'now the state of the record is good'
lacks "$T/body" '<a href="/audit/verify">全部の検証</a>：' 'and no proof is asked for'
has "$T/body" 'バックアップ' 'but nobody has made a backup yet'

# ---- its report ----------------------------------------------------------------------------------

export GNUPGHOME=$T/gnupg
mkdir -m 700 "$GNUPGHOME"
git -C "$V/registry.git" ls-tree -r --name-only main keys | grep 'asc$' | while read -r key; do
	git -C "$V/registry.git" show "main:$key"
done | gpg -q --import 2>/dev/null
for kind in pdf csv; do
	fetch okada /audit/verify/1/report.$kind
	is "$STATUS" 200 "the report as $kind"
	cp "$T/body" "$T/report.$kind"
	fetch okada /audit/verify/1/report.$kind.asc
	cp "$T/body" "$T/report.$kind.asc"
	holds 'has a good signature of the vault' gpg -q --verify "$T/report.$kind.asc" "$T/report.$kind"
	echo x >>"$T/report.$kind"
	refuses 'over just these bytes' gpg -q --verify "$T/report.$kind.asc" "$T/report.$kind"
done
has "$T/report.csv" "正しい,$COMMITS" 'the report has the same figures'
fetch okada /audit/verify/1/report.pdf
holds 'the PDF is one' qpdf --check "$T/body"
for path in 1/report.exe 99/report.pdf 99 x 1/x/report.pdf; do
	fetch okada "/audit/verify/$path"
	is "$STATUS" 404 "there is no $path"
done

# ---- the list ------------------------------------------------------------------------------------

fetch okada /audit/changes
is "$STATUS" 200 'the list of changes opens'
rows
is "$(wc -l <"$T/rows")" 50 'fifty on a page'
matches "$(head -n 1 "$T/rows")" "^${SAVED:0:7}\|[-0-9: ]+\|tanaka田中 和子学校 あおぞら小学校（見本） aozora-es受け付け：karte@localhost\|シートを保存した教育支援シート 2026お子さん $CHILD\|書いてある\|○ 正しい\|" \
	'newest first: version, time, author and committer, what, that there is a reason, the signature'
cut -d '|' -f 1 "$T/rows" >"$T/all"
fetch okada '/audit/changes?page=1'
rows
cut -d '|' -f 1 "$T/rows" >>"$T/all"
has "$T/body" 'href="/audit/changes?page=2"' 'older ones on further pages'
fetch okada '/audit/changes?page=2'
rows
cut -d '|' -f 1 "$T/rows" >>"$T/all"
is "$(sort -u "$T/all" | wc -l)" "$COMMITS" 'all pages together have each version once'

# only NAME VALUE PATTERN SENTENCE: all rows have the pattern, and there are some
only() {
	fetch okada /audit/changes -G --data-urlencode "$1=$2"
	rows
	is "$STATUS $(grep -vc -- "$3" "$T/rows") $([ -s "$T/rows" ] && echo some)" '200 0 some' "$4"
}
only child $CHILD "お子さん $CHILD|" 'by child'
only account tanaka '|tanaka' 'by person'
only institution minamizaka-gakuen '|[a-z]*.*みなみざか学園' 'by institution'
only type kyoiku-shien '教育支援シート' 'by sheet type'
only action account. 'アカウント' 'by a kind of action'
only action sheet.save 'シートを保存した' 'by one action'
has "$T/body" '<option value="sheet.save" selected' 'which stays chosen'
today=$(TZ=Asia/Tokyo date +%Y/%m/%d)
only from "$today" '|' 'by period: today'
fetch okada /audit/changes -G --data-urlencode 'to=2020/1/1'
has "$T/body" 'あてはまる変更は ありません' 'none before'
fetch okada "/audit/changes?child=$CHILD&account=tanaka&action=sheet.save"
rows
is "$(wc -l <"$T/rows")" 1 'conditions together'
has "$T/body" "href=\"/audit/changes?child=$CHILD&amp;action=sheet.save\"" 'each can be taken away alone'
fetch okada /audit/changes -G --data-urlencode 'from=きのう' --data-urlencode 'account="><script>x'
has "$T/body" '日付は' 'a day that is none is told'
lacks "$T/body" '<script>x' 'and what was typed comes back as text'

# ---- one change: which parts, how much -----------------------------------------------------------

fetch okada "$PAGE"
is "$STATUS" 200 'a change opens'
rows
GONE=$(python3 -c 'import sys; print(len(sys.argv[1]))' "$BEFORE")
is "$(cat "$T/rows")" "支援の方向と目標|今年度の目標|6字|${GONE}字|" 'the field, and how many characters came and went'
text >"$T/text"
has "$T/text" "$SAVED" 'which version'
has "$T/text" '田中 和子' 'whose'
has "$T/text" '版 2' 'the second of the sheet'
FPR=$(git -C "$V/registry.git" grep -l 'account: tanaka$' main -- keys | sed 's/.*\/\(.*\).yaml/\1/')
has "$T/text" "$(sed 's/..../& /g; s/ $//' <<<"$FPR")" 'the fingerprint in fours'
for word in そのとき いま 今の鍵の状態 使えます; do has "$T/text" "$word" "the signature: $word"; done
has "$T/text" "git -C $CHILD verify-commit --raw $SAVED" 'how to look oneself'
SUM=$(git -C "$(repo $CHILD)" cat-file commit "$SAVED" | sha256sum | cut -c1-64)
has "$T/text" "$SUM" 'with the hash that git and sha256sum give'
holds 'and git says the same of the signature' git -C "$(repo $CHILD)" verify-commit --raw "$SAVED"
fetch okada "/audit/children/$CHILD/changes/$(git -C "$(repo $CHILD)" rev-parse "$SAVED^")"
is "$STATUS" 200 'the version before'
for path in "/audit/children/c000000000/changes/$SAVED" "/audit/children/c9d4x1e6pj/changes/$SAVED" \
	"/audit/children/$CHILD/changes/0123456789012345678901234567890123456789" \
	"/audit/children/$CHILD/changes/x" "/audit/registry/changes/$SAVED"; do
	fetch okada "$path"
	is "$STATUS" 404 'what is not there is not found'
done

# ---- not a word ----------------------------------------------------------------------------------

# names of children and of households, and every longer line that somebody wrote
for r in "$V"/children/*/*.git; do
	git -C "$r" show main:child.md | sed -n 's/^\(name\|kana\): //p' | tr -d '"'
	git -C "$r" ls-tree -r --name-only main sheets | while read -r file; do
		git -C "$r" show "main:$file" >"$T/sheet"
		sed '1d' "$T/sheet" | sed '1,/^---$/d' | grep -v '^#' | grep -E '.{14,}' | cut -c1-60
		sed -n '/^values:/,/^---$/p' "$T/sheet" | grep -oP '[^ {},":]*[ぁ-ん][^ {},":]*' | grep -E '.{10,}' | grep -v '（見本）'
	done
	git -C "$r" log --format=%b main | grep -v '^Karte-' | grep -E '.{4,}'
done | sort -u >"$T/written"
# what a sheet type itself gives as an example is nobody's
cat "$ROOT"/content/types/*/*.yaml >"$T/types"
while read -r line; do
	grep -qF -- "$line" "$T/types" || echo "$line"
done <"$T/written" >"$T/canaries"
for account in yoshida-f takahashi-f watanabe-f; do
	git -C "$V/registry.git" show "main:accounts/$account.yaml" | sed -n 's/^\(name\|kana\): //p' | tr -d '"'
done >>"$T/canaries"
printf '%s\n' ひみつの目標 'わけ <b>' 'わけ &lt;b' >>"$T/canaries"
matches "$(wc -l <"$T/canaries")" '^[0-9]{3,}$' 'there are hundreds of words to be looked for'
for r in "$V"/children/*/*.git; do
	child=$(basename "$r" .git)
	git -C "$r" rev-list main | sed "s|^|/audit/children/$child/changes/|"
done >"$T/paths"
git -C "$V/registry.git" rev-list main | sed 's|^|/audit/registry/changes/|' >>"$T/paths"
printf '%s\n' /audit /audit/log /audit/changes '/audit/changes?page=1' '/audit/changes?page=2' \
	/audit/keys /audit/verify /audit/verify/1 /audit/verify/1/report.csv >>"$T/paths"
: >"$T/odd"
: >"$T/leaks"
while read -r path; do
	fetch okada "$path"
	[ "$STATUS" = 200 ] || echo "$STATUS $path" >>"$T/odd"
	grep -F -o -f "$T/canaries" "$T/body" | sed "s|^|$path: |" >>"$T/leaks"
done <"$T/paths"
is "$(cat "$T/odd")" '' "all $(wc -l <"$T/paths") pages open"
is "$(sort -u "$T/leaks" | head -n 5)" '' 'and none says a name of a child or household, or a word of a sheet'
fetch yoshida-f "/children/$CHILD/accesses"
has "$T/body" '中身は 見ていません' 'the family sees that somebody looked at what changed'
fetch okada "$PAGE/content"
is "$STATUS" 404 'the content is shut'

# ---- with a reason -------------------------------------------------------------------------------

for reason in '' 見たい; do
	post okada "$PAGE" --data-urlencode "reason=$reason"
	is "$STATUS" 422 'an empty or short reason is none'
	has "$T/body" '10字以上' 'which is said'
done
fetch okada "$PAGE/content"
is "$STATUS" 404 'and nothing is open'
post okada "$PAGE" --data-urlencode "reason=$REASON"
is "$STATUS $(header Location)" "303 $PAGE/content" 'with a reason'
fetch okada "$PAGE/content"
is "$STATUS" 200 'the content opens'
text >"$T/text"
has "$T/text" 'ひみつの目標' 'what was written'
has "$T/text" "$BEFORE" 'what stood there before'
has "$T/text" '+ ひみつの目標' 'also line by line'
has "$T/body" 'わけ &lt;b&gt;です' 'the reason that was given, as text'
fetch okada "$PAGE"
lacks "$T/body" 'ひみつの目標' 'the page of the change still does not say it by itself'
has "$T/body" "href=\"$PAGE/content\"" 'but leads there'
for path in "/children/$CHILD" "/children/$SHEET" "/children/$SHEET/history/$SAVED" \
	"/children/$CHILD/accesses" "/children/$CHILD/open"; do
	fetch okada "$path"
	is "$STATUS" 404 "nothing else is open: $path"
done
OTHER=$(head_of c9d4x1e6pj)
fetch okada "/audit/children/c9d4x1e6pj/changes/$OTHER/content"
is "$STATUS" 404 'nor another child'
karte log --json --child $CHILD --event child.open
is "$(jq -r 'select(.decision == "allow") | [.account, .reason, .object] | join(" ")' "$T/out")" \
	"okada audit-reads $REASON" 'the journal has who and why'
for _ in {1..60}; do # the server tells it by itself
	karte log --json --child $CHILD --event alert
	! grep -q audit-reads "$T/out" || break
	sleep 1
done
is "$(jq -r 'select(.reason == "audit-reads") | .account' "$T/out")" okada 'and an alert'
karte log --json --child $CHILD --event audit.content
is "$(jq -r 'select(.decision == "allow") | [.account, .reason, .object] | join(" ")' "$T/out")" \
	"okada glass @$SAVED" 'and the look, with the version'
fetch yoshida-f "/children/$CHILD/accesses"
text >"$T/text"
has "$T/text" "理由：$REASON" 'the family sees the reason'
has "$T/text" '監査の 担当' 'and by whom'
has "$T/text" '変更の 中身を 見ました' 'and that it was content'

# ---- what is kept from a guardian, and when the time is over --------------------------------------

karte protect $CHILD yoshida-f --word ひみつの目標
is "$RC" 0 'a word is kept from a guardian'
fetch okada "$PAGE/content"
is "$STATUS" 200 'the content is still open'
lacks "$T/body" 'ひみつの目標' 'without that word'
lacks "$T/body" 'ファイルのままの ちがい</summary>' 'and without the lines of the file'
KEPT=/audit/children/$CHILD/changes/$(head_of $CHILD)
fetch okada "$KEPT/content"
is "$STATUS" 200 'the change that kept it'
lacks "$T/body" 'ひみつの目標' 'does not repeat it'
sql 'UPDATE glass SET until = until - 3600'
fetch okada "$PAGE/content"
is "$STATUS" 404 'after its time it is shut'

# ---- the registry ----------------------------------------------------------------------------------

REGISTRY=$(git -C "$V/registry.git" log -1 --format=%H main -- accounts/tanaka.yaml)
fetch okada "/audit/registry/changes/$REGISTRY"
text >"$T/text"
has "$T/text" 'name: 田中 和子' 'of the registry the content is shown: staff'
HOUSEHOLD=$(git -C "$V/registry.git" log -1 --format=%H main -- accounts/yoshida-f.yaml)
fetch okada "/audit/registry/changes/$HOUSEHOLD"
text >"$T/text"
has "$T/text" 'role: household' 'households too'
has "$T/text" 'name: （ここには 出しません）' 'but not how they are called'

# ---- keys ------------------------------------------------------------------------------------------

fetch okada '/audit/keys?account=tanaka'
rows
is "$(wc -l <"$T/rows")" 1 'the keys of one person'
N=$(for r in "$V"/registry.git "$V"/children/*/*.git; do git -C "$r" log --format='%(trailers:key=Karte-Account,valueonly)' main; done | grep -cx tanaka)
matches "$(cat "$T/rows")" "^tanaka田中 和子\|$(sed 's/..../& /g; s/ $//' <<<"$FPR")\|[-0-9: ]+\|使えます\|変更を見る　$N\|" \
	'fingerprint, since when, still good, and how many versions git has of them'
fetch fujii /about
post fujii /admin/accounts/tanaka/disable -d reason=taishoku
is "$STATUS" 303 'an account is stopped'
fetch okada '/audit/keys?account=tanaka'
rows
matches "$(cat "$T/rows")" 'アカウントを止めた（fujii）' 'its key says when it ended, why and by whom'
fetch okada "$PAGE"
has "$T/body" '鍵はその後終わった' 'what was signed before is still good, and its key has ended since'
fetch okada /audit/keys
rows
matches "$(cat "$T/rows")" 'yoshida-f保護者' 'households are not named'

# ---- states of a signature, by what the registry says of keys ----------------------------------------

key_rows "UPDATE key SET until = since + 1, since = since - 9 WHERE fingerprint = '$FPR'"
key_rows "UPDATE key SET until = 1000, since = 900 WHERE fingerprint = '$FPR'"
fetch okada "$PAGE"
has "$T/body" 'そのとき この鍵は 使えないはずでした' 'a key that was not good then: not right'
key_rows "UPDATE key SET until = 0, since = 900, account = 'ito' WHERE fingerprint = '$FPR'"
fetch okada "$PAGE"
has "$T/body" '書いた人の鍵では ありません' 'the key of somebody else: not right'
key_rows "DELETE FROM key WHERE fingerprint = '$FPR'"
fetch okada "$PAGE"
has "$T/body" '登録簿に ない鍵' 'a key that nobody has: not known'
fetch okada "/audit/changes?child=$CHILD&action=sheet.save"
rows
matches "$(cat "$T/rows")" '\|？ 鍵がわからない\|' 'the list says so too'

# ---- histories that are not as recorded ---------------------------------------------------------------

fetch okada '/audit/changes?child=c9d4x1e6pj'
lacks "$T/body" 'banner-error' 'a whole history has no banner'
R=$(repo c9d4x1e6pj)
git -C "$R" update-ref refs/heads/main "$OTHER^"
fetch okada '/audit/changes?child=c9d4x1e6pj'
has "$T/body" '記録と 合わない変更が あります' 'a branch that was turned back: red'
git -C "$R" update-ref refs/heads/main "$OTHER"
object=$R/objects/${OTHER:0:2}/${OTHER:2}
if [ -f "$object" ]; then
	mv "$object" "$T/object"
	fetch okada '/audit/changes?child=c9d4x1e6pj'
	has "$T/body" '版がない' 'a version that is gone: red'
	fetch okada "/audit/children/c9d4x1e6pj/changes/$OTHER"
	is "$STATUS" 200 'its page opens all the same'
	has "$T/body" '版が ありません' 'and says that it is gone'
	mv "$T/object" "$object"
fi
mv "$R" "$R.away"
fetch okada '/audit/changes?child=c9d4x1e6pj'
has "$T/body" '記録と 合わない変更が あります' 'a repository that is gone: red'
proved full
has "$T/body" 'repository.missing' 'the proof finds it'
has "$T/body" '入れものが ありません' 'and says it in plain words'
fetch okada /audit
has "$T/body" '正しくない点が' 'the state of the record says so'
has "$T/body" 'banner-error' 'in red'
mv "$R.away" "$R"
is "$(wc -c <"$T/server.err")" "$(grep '^karte: verify:' "$T/server.err" | wc -c)" 'the server complains of nothing else'
finish
