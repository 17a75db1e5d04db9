#!/bin/bash
# Being let in with a reason: for staff only where the municipality wants it, for administrators;
# recorded, told as an alert, shown to the family; and nobody learns which numbers there are.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
CHILD=c7k3m9q2v4 REASON='夜の救急外来からの問い合わせのため'
must_serve
sign_in yamamoto tanaka yoshida-f takahashi-f shimizu okada fujii

# asks WHO PATH [FIELD=VALUE…]: sends the form
asks() {
	local who=$1 path=$2 field fields=()
	shift 2
	for field; do fields+=(--data-urlencode "$field"); done
	post "$who" "$path" "${fields[@]}"
}

# answer FILE: without what differs from request to request, and from one number to another
answer() {
	plain "$T/body" | sed 's/id="child" [^>]*>//; s/.*class="checkpoint".*//; s/田中 和子/山本 恵/' >"$1"
}

# ---- as long as the municipality does not want it ------------------------------------------------

for path in /children/open "/children/$CHILD/open"; do
	fetch yamamoto "$path"
	is "$STATUS" 404 "without the setting there is no $path for staff"
	asks yamamoto "$path" "child=$CHILD" "reason=$REASON"
	is "$STATUS" 404 "and nothing is opened by $path"
done
fetch yamamoto "/children/$CHILD"
is "$STATUS" 404 'the child stays shut'

# ---- administrators ------------------------------------------------------------------------------

fetch fujii "/children/$CHILD"
is "$STATUS" 404 'an administrator does not read'
fetch fujii "/children/$CHILD/open"
is "$STATUS" 200 'but is asked for a reason'
has "$T/body" 'だれが見たか' 'and told that the family will see it'
has "$T/body" '60分' 'and for how long it opens'
lacks "$T/body" '𠮷田' 'without a word about the child'
asks fujii "/children/$CHILD/open" 'reason=見たい'
is "$STATUS" 422 'a short reason: 422'
has "$T/body" '10字以上' 'says so'
has "$T/body" 'value="見たい"' 'and keeps it'
fetch fujii "/children/$CHILD"
is "$STATUS" 404 'nothing is open'
asks fujii "/children/$CHILD/open" 'reason=<b>様式の移行の確認のため</b>'
is "$STATUS $(header Location)" "303 /children/$CHILD" 'with a reason'
fetch fujii "/children/$CHILD"
is "$STATUS" 200 'the karte is open'
fetch fujii "/children/$CHILD/sheets/kyoiku-shien/2026"
is "$STATUS" 200 'and its sheets'
fetch fujii "/children/$CHILD/sheets/kyoiku-shien/2026/edit"
is "$STATUS" 404 'for reading only'
fetch fujii /children/c9d4x1e6pj
is "$STATUS" 404 'no other child is open'

# ---- staff, where it is wanted -------------------------------------------------------------------

karte access settings --break-glass-minutes 15
password fujii >"$T/fujii"
karte access confirm settings --as fujii --password-file "$T/fujii"
is "$RC" 0 'a second person confirms that the municipality wants it'
fetch yamamoto /children
has "$T/body" 'href="/children/open"' 'the search leads to it'
fetch yamamoto /children/open
is "$STATUS" 200 'the form that asks for number and reason'
has "$T/body" '15分' 'says how long'
for number in c000000000 '' 'x' '../../etc/passwd' "$CHILD'--"; do
	asks yamamoto /children/open "child=$number" "reason=$REASON"
	is "$STATUS" 422 "no child has the number «$number»"
	answer "$T/none"
	[ -s "$T/first" ] || cp "$T/none" "$T/first"
	same "$T/first" "$T/none" 'and all such answers are alike'
done
asks tanaka /children/open "child=$CHILD" "reason=$REASON"
is "$STATUS" 422 'who may read anyway needs none'
answer "$T/none"
same "$T/first" "$T/none" 'and gets the same answer as for no child'
karte access close --account yamamoto --child c2h8r5t0wn --reason 'きょうだいの担任のため'
asks yamamoto /children/open child=c2h8r5t0wn "reason=$REASON"
is "$STATUS" 422 'nor is a child opened that an administrator closed'
answer "$T/none"
same "$T/first" "$T/none" 'and the answer does not tell'
asks yamamoto /children/open "child= $CHILD " 'reason=短い'
is "$STATUS" 422 'a short reason'
has "$T/body" "value=\" $CHILD \"" 'keeps the number'
asks yamamoto /children/open "child=$CHILD" "reason=$REASON"
is "$STATUS $(header Location)" "303 /children/$CHILD" 'with number and reason'
fetch yamamoto "/children/$CHILD"
is "$STATUS" 200 'the karte is open'
has "$T/body" '𠮷田 そら' 'with the child'
fetch yamamoto "/children/$CHILD/accesses"
is "$STATUS" 404 'who looked is for the family'
post yamamoto "/children/$CHILD/sheets" -d type=kyoiku-shien -d id=2027
is "$STATUS" 404 'nothing can be written'

# ---- what is written down ------------------------------------------------------------------------

karte log --json --child $CHILD --event child.open
grep '"account":"yamamoto"' "$T/out" | grep '"decision":"allow"' | tail -n 1 >"$T/record"
is "$(jq -r '[.reason, .object, .institution] | join(" ")' "$T/record")" \
	"break-glass $REASON minamizaka-gakuen" 'the journal has who, where from and why'
for _ in {1..60}; do # the server tells it by itself
	karte log --json --child $CHILD --event alert
	[ "$(grep -cE 'admin-reads|break-glass' "$T/out")" -lt 2 ] || break
	sleep 1
done
is "$(jq -r 'select(.reason | test("admin-reads|break-glass")) | [.account, .reason] | join(" ")' "$T/out" | paste -sd ';')" \
	'fujii admin-reads;yamamoto break-glass' 'each was told as an alert'
lacks "$T/out" "$REASON" 'without the words'
fetch yoshida-f "/children/$CHILD/accesses"
has "$T/body" "理由：$REASON" 'the family sees the reason'
has "$T/body" 'みなみざか学園' 'and who it was'
has "$T/body" '理由：&lt;b&gt;様式' 'as text'
is "$(grep -o '理由：' "$T/body" | wc -l)" 2 'what was refused opened nothing and is not told'
lacks "$T/body" '山本' 'but no name'
karte guardian $CHILD takahashi-f --relation father
karte protect $CHILD takahashi-f --school minamizaka-gakuen
karte protect $CHILD takahashi-f --word 様式の移行
fetch takahashi-f "/children/$CHILD/accesses"
has "$T/body" '理由：お見せできません' 'the words of whom is kept from a guardian are too'
lacks "$T/body" "$REASON" 'not a word of them'
lacks "$T/body" 'みなみざか' 'nor who it was'
lacks "$T/body" '様式の移行' 'nor a word that is kept'

# ---- nobody else, and not for ever ---------------------------------------------------------------

for who in yoshida-f takahashi-f okada; do
	for path in /children/open /children/c9d4x1e6pj/open; do
		fetch "$who" "$path"
		is "$STATUS" 404 "$who does not get $path"
		asks "$who" "$path" child=c9d4x1e6pj "reason=$REASON"
		is "$STATUS" 404 "$who opens nothing by $path"
	done
done
fetch shimizu /children/c9d4x1e6pj/open
is "$STATUS" 404 'the board needs no reason'
fetch yamamoto /children/c000000000/open
is "$STATUS" 404 'a child that there is not'
sql 'UPDATE glass SET until = until - 900'
fetch yamamoto "/children/$CHILD"
is "$STATUS" 404 'after its time it is shut'
fetch yamamoto "/children/$CHILD/sheets/kyoiku-shien/2026"
is "$STATUS" 404 'with all that is in it'

# ---- administrators, where the municipality says never -------------------------------------------

fetch fujii "/admin/children/$CHILD"
has "$T/body" "href=\"/children/$CHILD/open\"" 'the page of a child leads to the reason'
karte access settings --admin-reads never
is "$RC" 0 'that nobody who manages reads needs no second person'
fetch fujii "/admin/children/$CHILD"
lacks "$T/body" "href=\"/children/$CHILD" 'then it does not'
fetch fujii "/children/$CHILD/open"
is "$STATUS" 404 'no reason is taken'
fetch fujii "/children/$CHILD"
is "$STATUS" 404 'and what was open is shut'
finish
