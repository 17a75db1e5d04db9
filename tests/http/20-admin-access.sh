#!/bin/bash
# Access ranges and settings: what a change would do is shown before it is saved, a widening waits for
# a second administrator, a narrowing holds at once; who could see a child on a day has an answer.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
echo 'himitsu-no-kagi-no-bango' >"$T/pw"
karte account add kudo --role admin --name '工藤 渉' --password-file "$T/pw" || give_up "$(cat "$T/err")"
must_serve
sign_in fujii yamamoto tanaka shimizu yoshida-f okada
enter kudo "$(cat "$T/pw")"
enrol kudo
C=c7k3m9q2v4 SHEET=/children/c7k3m9q2v4/sheets/kyoiku-shien/2026

# said SENTENCE TEXT…: the newest answer has all of these
said() {
	local sentence=$1 text
	shift
	for text; do
		grep -qF -- "$text" "$T/body" || { flunk "$sentence" "not found: $text" "$STATUS"; return; }
	done
	pass "$sentence"
}

# ranges FILTER: of `karte access list`
ranges() {
	karte access list --json
	jq -sr "$1" "$T/out"
}

# range STEP WHO PAGE [NAME=VALUE…]: sends the form of a range
range() {
	local step=$1 who=$2 pair args=()
	shift 2
	for pair; do args+=(--data-urlencode "$pair"); done
	post "$who" /admin/access/ranges -d "step=$step" "${args[@]}"
}

opening=(effect=open account=yamamoto "child=$C" what=kyoiku-shien 'reason=転校の前に読むため')

# ---- the page --------------------------------------------------------------------------------------

fetch fujii /admin/access
is "$STATUS" 200 'an administrator sees the page'
said 'settings in force' '入る前' '30日前から見られる' '理由を書いたときだけ'
said 'the matrix: sections and roles' '役割と欄の表' '教育支援シート' '読み書き' '<th scope="row">'
said 'and that nothing has been changed' 'いま、変えている範囲はありません'
fetch fujii '/admin/access/ranges/new?account=yamamoto'
is "$STATUS" 200 'the form opens'
said 'with the account of the page it came from' 'value="yamamoto"'
said 'types and sections are chosen from one list' '<optgroup label="教育支援シート">' \
	'<option value="kyoiku-shien">' '<option value="kyoiku-shien/'
said 'institutions too' '<option value="aozora-es">あおぞら小学校（見本）（aozora-es）'

# ---- who may --------------------------------------------------------------------------------------

for who in yamamoto shimizu yoshida-f okada; do
	for path in /admin/access "/admin/access?account=tanaka" "/admin/access?child=$C" \
		/admin/access/ranges/new; do
		fetch "$who" "$path"
		is "$STATUS" 404 "$who has no $path"
	done
	range save "$who" "${opening[@]}"
	is "$STATUS" 404 "$who asks for nothing"
	post "$who" /admin/access/settings -d step=save -d lead-days=1 -d tail-days=1 \
		-d admin-reads=always -d break-glass-minutes=0
	is "$STATUS" 404 "$who sets nothing"
done
karte log --event admin --json
is "$(jq -sr '[.[] | select(.event == "admin" and .decision == "deny" and .account == "okada")] | length' "$T/out")" 4 \
	'each refusal is in the journal'
karte log --event admin.change --json
is "$(jq -sr '[.[] | select(.decision == "deny") | .account] | unique | join(" ")' "$T/out")" \
	'okada shimizu yamamoto yoshida-f' 'of changes too'
is "$(ranges length)" 0 'and nothing is there'

# ---- before it is saved -----------------------------------------------------------------------------

fetch yamamoto $SHEET
is "$STATUS" 404 'a teacher of another school does not read the sheet'
range preview fujii "${opening[@]}"
is "$STATUS" 200 'what an opening would add is shown'
said 'for whom, about whom' '山本 恵（yamamoto）' "（$C）" '教育支援シート' 'を 読める'
said 'karte and sheets' '加わる' '教育支援シート 令和8年度' '読むだけ'
lacks "$T/body" なくなる 'nothing goes'
lacks "$T/body" 就学支援シート 'sheets of other types do not come'
is "$(ranges length)" 0 'and nothing is saved by looking'
fetch yamamoto $SHEET
is "$STATUS" 404 'nor opened'
range edit fujii "${opening[@]}"
is "$STATUS" 200 'the form comes back to be mended'
said 'as it was filled in' 'value="転校の前に読むため"' '<option value="kyoiku-shien" selected' \
	'value="open" checked'

# ---- a widening waits -------------------------------------------------------------------------------

range save fujii "${opening[@]}" state=in-force confirmed-by=kudo asked-by=kudo id=rzzzzzzzzz
is "$STATUS $(header Location)" '303 /admin/access' 'an opening is asked for'
R=$(ranges '.[0].id')
is "$(ranges '.[0] | [.state, ."asked-by", ."confirmed-by"] | @json')" '["asked","fujii",""]' \
	'it waits, whatever else the form said'
matches "$R" '^r[0-9a-z]{9}$' 'under a number of its own'
fetch yamamoto $SHEET
is "$STATUS" 404 'it has no effect yet'
fetch fujii "/admin/access?range=$R"
said 'who asked waits for somebody else' 'ほかの管理者の確認を 待っています'
lacks "$T/body" "/ranges/$R/confirm" 'and finds no button to confirm'
post fujii "/admin/access/ranges/$R/confirm"
is "$STATUS" 404 'nor can they confirm it'
karte log --event admin.confirm --json
is "$(jq -sr '.[-1] | [.account, .decision, .reason] | @json' "$T/out")" \
	'["fujii","deny","same-person"]' 'which is recorded with the reason'
post yamamoto "/admin/access/ranges/$R/confirm"
is "$STATUS" 404 'nor can whom it is for'
fetch yamamoto $SHEET
is "$STATUS" 404 'it still has no effect'
fetch kudo "/admin/access?range=$R"
said 'a second administrator sees what it adds, and the button' '加わる' "/ranges/$R/confirm" \
	'藤井 明（fujii）' '転校の前に読むため'
post kudo "/admin/access/ranges/$R/confirm"
is "$STATUS" 303 'and confirms'
fetch yamamoto $SHEET
is "$STATUS" 200 'now the teacher reads the sheet'
fetch yamamoto "/children/$C/sheets/shugaku-shien/2023"
is "$STATUS" 404 'and no other type'
fetch yamamoto "$SHEET/edit"
is "$STATUS" 404 'and writes nothing'
fetch yamamoto "/children/$C"
has "$T/body" "$SHEET" 'the karte lists it'

# ---- as this person ---------------------------------------------------------------------------------

# sheets_of: the links to sheets of a karte, sorted
links() { grep -oE "/children/$C/sheets/[a-z-]+/[0-9]+" "$T/body" | sort -u; }
fetch fujii '/admin/access?account=yamamoto'
is "$STATUS" 200 'what this person can reach'
said 'with the rule and its number' '管理者が広げた範囲' "/admin/access?range=$R" '𠮷田 そら'
is "$(grep -o ">$C<" "$T/body" | wc -l)" "$(($(
	fetch yamamoto "/children/$C"
	links | wc -l
) + 1))" 'as many lines as sheets in that karte, and the karte'
fetch fujii '/admin/access?account=nobody-there'
is "$STATUS" 404 'an account that is not there'
fetch fujii '/admin/access?account=yoshida-f'
said 'a family' '保護者' '𠮷田 はる'
fetch fujii "/children/$C"
is "$STATUS" 404 'to look at what somebody reaches is not to read it'

# ---- it ends at once ---------------------------------------------------------------------------------

post fujii "/admin/access/ranges/$R/end"
is "$STATUS" 303 'any administrator ends an opening'
fetch yamamoto $SHEET
is "$STATUS" 404 'it holds on the next request'
post kudo "/admin/access/ranges/$R/confirm"
is "$STATUS" 422 'and is not confirmed again'
said 'which is said' 'もう別の状態'
post kudo /admin/access/ranges/rzzzzzzzzz/end
is "$STATUS" 422 'one that is not there'

# ---- a narrowing ------------------------------------------------------------------------------------

closing=(effect=close institution=aozora-es "child=$C" 'reason=支援措置の相談のため')
fetch tanaka $SHEET
is "$STATUS" 200 'a teacher reads a sheet of her school'
range preview fujii "${closing[@]}"
said 'what a closing would take away' 'なくなる' '田中 和子' '小林 直樹'
lacks "$T/body" 加わる 'and nothing comes'
fetch tanaka $SHEET
is "$STATUS" 200 'looking takes nothing away'
range save fujii "${closing[@]}"
is "$STATUS" 303 'it is saved by one administrator'
fetch tanaka $SHEET
is "$STATUS" 404 'and holds on the next request'
fetch tanaka "/children/$C"
is "$STATUS" 404 'for all of the child'
fetch shimizu $SHEET
is "$STATUS" 200 'and for nobody else'
N=$(ranges '.[] | select(.state == "in-force") | .id')
post fujii "/admin/access/ranges/$N/end"
is "$(ranges ".[] | select(.id == \"$N\") | .state")" end-asked 'its end is asked for'
fetch tanaka $SHEET
is "$STATUS" 404 'and waits: it is still closed'
fetch kudo "/admin/access?range=$N"
said 'the second administrator sees what would come back' '加わる' '田中 和子' '終わりを頼んだ人'
post fujii "/admin/access/ranges/$N/confirm"
is "$STATUS" 404 'who asked does not confirm'
post kudo "/admin/access/ranges/$N/confirm"
is "$STATUS" 303 'somebody else does'
fetch tanaka $SHEET
is "$STATUS" 200 'and it is open again'
SECTION=$(sed -n 's/^  - id: //p' "$ROOT/content/types/kyoiku-shien/1.yaml" | tail -n 1)
fetch fujii '/admin/access?account=tanaka'
before=$(grep -c 区分をひとつ閉じるため "$T/body")
range save fujii effect=close account=tanaka child=$C "what=kyoiku-shien/$SECTION" \
	'reason=区分をひとつ閉じるため'
is "$STATUS" 303 'one section is closed'
fetch fujii '/admin/access?account=tanaka'
is "$before $(grep -c 区分をひとつ閉じるため "$T/body")" '0 1' 'and told on the page of that person'

# ---- what is wrong ----------------------------------------------------------------------------------

wrong() { # TEXT NAME=VALUE…
	local text=$1 before after
	shift
	before=$(ranges length)
	range save fujii child=$C 'reason=転校の前に読むため' "$@"
	after=$(ranges length)
	is "$STATUS $((after - before))" '422 0' "refused: $text"
	said 'and said' "$text"
}
wrong どうするかを選んでください account=yamamoto
wrong どうするかを選んでください effect=opened account=yamamoto
wrong 'どちらか1つ' effect=open account=yamamoto institution=aozora-es
wrong アカウントはありません effect=open account=nobody
wrong 職員のアカウントだけ effect=open account=yoshida-f
wrong 種類はありません effect=open account=yamamoto what=nothing
wrong 欄はありません effect=open account=yamamoto what=kyoiku-shien/nothing
wrong 実際にある日付 effect=open account=yamamoto since=2026-02-30
wrong もう過ぎています effect=open account=yamamoto since=2020-04-01 until=令和2年5月1日
wrong 長すぎます effect=open "account=$(printf 'a%.0s' {1..40})"
fetch fujii /admin/access/ranges -X POST -H "Origin: $URL" -d 'step=save&effect=close&account=tanaka'
is "$STATUS" 403 'a form without the token of the session'

# ---- settings ---------------------------------------------------------------------------------------

setting() { # WHO STEP TAIL GLASS [NAME=VALUE]
	post "$1" /admin/access/settings -d "step=$2" -d lead-days=30 -d "tail-days=$3" \
		-d admin-reads=reason -d "break-glass-minutes=$4" -d staff-second-factor=true \
		-d "guardians=${5:-either}"
}
in_force() {
	karte access settings --json
	jq -sr '.[0] | "\(."tail-days") \(."break-glass-minutes")"' "$T/out"
}
setting fujii preview 7 0
is "$STATUS $(in_force)" '200 30 0' 'what settings would change is shown, and nothing saved'
said 'what is different' '30日後まで' '7日後まで'
setting fujii save 7 0
is "$STATUS $(in_force)" '303 7 0' 'what narrows is set at once'
setting fujii save 7 0
is "$STATUS" 422 'the same again is none'
setting fujii save 7 20
is "$STATUS $(in_force)" '303 7 0' 'what widens waits'
fetch fujii '/admin/access?settings=asked'
lacks "$T/body" settings/confirm 'who asked finds no button'
fetch kudo '/admin/access?settings=asked'
said 'a second administrator does' settings/confirm '理由を書いて 20分だけ' '藤井 明（fujii）'
TOKEN=$(sed -n 's/.*name="token" value="\([^"]*\)".*/\1/p' "$T/body")
post fujii /admin/access/settings/confirm -d "token=$TOKEN"
is "$STATUS $(in_force)" '404 7 0' 'who asked does not confirm'
post kudo /admin/access/settings/confirm
is "$STATUS $(in_force)" '422 7 0' 'nor is anything confirmed that was not seen'
setting fujii save 300 20
post kudo /admin/access/settings/confirm -d "token=$TOKEN"
is "$STATUS $(in_force)" '422 7 0' 'nor what was put in its place meanwhile'
fetch kudo '/admin/access?settings=asked'
TOKEN=$(sed -n 's/.*name="token" value="\([^"]*\)".*/\1/p' "$T/body")
post kudo /admin/access/settings/confirm -d "token=$TOKEN"
is "$STATUS $(in_force)" '303 300 20' 'what was seen is'
setting kudo save 366 20
post fujii /admin/access/settings/decline
is "$STATUS $(in_force)" '303 300 20' 'what waits can be dropped'
fetch fujii '/admin/access?settings=asked'
is "$STATUS" 404 'then nothing waits'
for bad in 'lead-days=367' 'lead-days=-1' 'lead-days=x' 'admin-reads=sometimes'; do
	post fujii /admin/access/settings -d step=save -d "$bad" -d tail-days=1 \
		-d break-glass-minutes=0 -d admin-reads=never
	is "$STATUS" 422 "settings that are none: $bad"
done

# ---- on that day ------------------------------------------------------------------------------------

TODAY=$(TZ=Asia/Tokyo date +%F)
fetch fujii "/admin/access?child=$C&at=$TODAY"
is "$STATUS" 200 'who could see a child today'
said 'her teachers, her family, the board' '田中 和子' '𠮷田 美咲' '清水 聡' '担当の機関' '保護者' '見守る機関'
lacks "$T/body" '山本 恵' 'and not whose range has ended'
fetch fujii "/admin/access?child=$C&at=2001-01-01"
is "$STATUS" 404 'a day before there was anything'
fetch fujii "/admin/access?child=$C&at=2999-01-01"
is "$STATUS" 422 'a day that has not come'
fetch fujii "/admin/access?child=$C&at=yesterday"
is "$STATUS" 422 'what is no day'
fetch fujii '/admin/access?child=c000000000'
is "$STATUS" 404 'a child that is not there'

# ---- what is recorded --------------------------------------------------------------------------------

for page in /admin/access '/admin/access?account=tanaka' "/admin/access?child=$C"; do
	karte log --event admin. --json
	before=$(wc -l <"$T/out")
	fetch fujii "$page"
	karte log --event admin. --json
	is "$(($(wc -l <"$T/out") - before))" 1 "looking is recorded: $page"
done
holds 'the commits are signed by who did it' \
	test "$(git -C "$V/registry.git" log --format='%ae %s' main -- ranges/"$R".yaml | sed 's/@[^ ]*//' |
		sed "s|ranges/$R|R|" | tr '\n' ';')" = 'fujii R: end;kudo R: confirm;fujii R: ask;'
stop TERM
holds 'and verified' "$KARTE" -C "$V" verify
lacks "$T/server.err" ERROR 'and no sanitizer complained'
finish
