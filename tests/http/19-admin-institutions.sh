#!/bin/bash
# Administrators manage institutions in pages: the list, changes, closing, merging.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
must_serve
sign_in fujii tanaka okada yoshida-f

institution() {
	"$KARTE" -C "$V" institution list --json | jq -r "select(.id == \"$1\") | $2"
}
head_of_registry() {
	git -C "$V/registry.git" rev-parse main
}

# ---- who may -------------------------------------------------------------------------------------

for path in /admin/institutions /admin/institutions/new /admin/institutions/aozora-es \
	'/admin/institutions/aozora-es/merge?into=minamizaka-gakuen&day=2026-11-20'; do
	fetch fujii "$path"
	is "$STATUS" 200 "an administrator opens $path"
	for who in tanaka okada yoshida-f; do
		fetch "$who" "$path"
		is "$STATUS" 404 "$who does not"
	done
done
before=$(head_of_registry)
for path in new aozora-es aozora-es/close aozora-es/reopen aozora-es/merge; do
	for who in tanaka okada yoshida-f; do
		post "$who" "/admin/institutions/$path" --data-urlencode name=x \
			--data-urlencode into=minamizaka-gakuen --data-urlencode day=2026-11-20 \
			--data-urlencode closed=2026-11-20
		is "$STATUS" 404 "$who does not post to /admin/institutions/$path"
	done
	post fujii "/admin/institutions/${path/aozora-es/nowhere}" --data-urlencode name= \
		--data-urlencode id=
	matches "$STATUS" '^(404|422)$' "what is not there is not changed: $path"
done
is "$(head_of_registry)" "$before" 'and nothing has changed'
fetch fujii /admin/institutions/nowhere
is "$STATUS" 404 'what is not there is not found'

# ---- add, change ---------------------------------------------------------------------------------

post fujii /admin/institutions/new --data-urlencode id=aozora-2 --data-urlencode 'name=あおぞら "第二" 小' \
	--data-urlencode kind=school --data-urlencode opened=令和8年4月1日 --data-urlencode by-class=true \
	--data-urlencode closed=2026-01-01 --data-urlencode into=aozora-es
is "$STATUS $(header Location)" '303 /admin/institutions/aozora-2?done=added' 'an institution is added'
is "$(institution aozora-2 '[.name, .kind, .opened, .closed, .into, ."by-class"] | @json')" \
	'["あおぞら \"第二\" 小","school","2026-04-01",null,null,true]' 'with what the form has and no more'
fetch fujii /admin/institutions
has "$T/body" 'あおぞら "第二" 小' 'it is in the list'
for bad in id=../x id=new id=aozora-es name= kind=admin kind=household opened=x; do
	before=$(head_of_registry)
	fields=(id=another name=別の kind=school opened=)
	for i in "${!fields[@]}"; do
		[ "${fields[i]%%=*}" != "${bad%%=*}" ] || fields[i]=$bad
	done
	args=()
	for field in "${fields[@]}"; do args+=(--data-urlencode "$field"); done
	post fujii /admin/institutions/new "${args[@]}"
	is "$STATUS $(head_of_registry)" "422 $before" "not with «$bad»"
done
post fujii /admin/institutions/aozora-2 --data-urlencode name=あおぞら第二小学校 \
	--data-urlencode kind=school --data-urlencode opened=
is "$STATUS $(institution aozora-2 '[.name, .opened, ."by-class"] | @json')" \
	'303 ["あおぞら第二小学校",null,false]' 'it is changed'
post fujii /admin/institutions/aozora-es --data-urlencode name=あおぞら小学校 --data-urlencode kind=nursery
is "$STATUS $(institution aozora-es .kind)" '422 school' 'not the kind of one where people are'

# ---- close, open again ---------------------------------------------------------------------------

post fujii /admin/institutions/aozora-2/close --data-urlencode closed=
is "$STATUS" 422 'closing needs a day'
post fujii /admin/institutions/aozora-2/close --data-urlencode closed=2099-03-31
is "$STATUS $(institution aozora-2 .closed)" '303 2099-03-31' 'it has a last day'
fetch fujii '/admin/institutions/aozora-2?done=closed'
has "$T/body" 'もうすぐ閉じる' 'which its page says'
post fujii /admin/institutions/aozora-2/close --data-urlencode closed=2098-03-31
is "$STATUS" 422 'not two'
post fujii /admin/institutions/aozora-2/reopen
is "$STATUS $(institution aozora-2 .closed)" '303 null' 'it is opened again'
post fujii /admin/institutions/aozora-2/reopen
is "$STATUS" 422 'once'

# ---- merge ---------------------------------------------------------------------------------------

for bad in 'into=aozora-es&day=2026-11-20' 'into=hikari-hoikuen&day=2026-11-20' 'into=none&day=2026-11-20' \
	'into=aozora-2&day=x' 'into=aozora-2&day=' ''; do
	fetch fujii "/admin/institutions/aozora-es/merge?$bad"
	is "$STATUS" 422 "what cannot be merged: $bad"
done
before=$(head_of_registry)
fetch fujii '/admin/institutions/aozora-es/merge?into=aozora-2&day=2026-11-20'
has "$T/body" '次のように変わります' 'the page says first what will happen'
is "$(head_of_registry)" "$before" 'and changes nothing'
post fujii /admin/institutions/aozora-es/merge --data-urlencode into=aozora-2 --data-urlencode day=2026-11-20
is "$STATUS $(institution aozora-es '[.closed, .into] | @json')" '200 ["2026-11-20","aozora-2"]' \
	'then it is done'
fetch tanaka /
is "$STATUS" 303 'what its staff had open ends'
login tanaka "$(password tanaka)"
fetch tanaka /children
is "$STATUS" 200 'they sign in at the other'
fetch tanaka /children/c7k3m9q2v4
is "$STATUS" 200 'and have the children there'
post fujii /admin/institutions/aozora-es/merge --data-urlencode into=aozora-2 --data-urlencode day=2026-11-21
is "$STATUS $(institution aozora-es .closed)" '200 2026-11-20' 'doing it again changes nothing'
post fujii /admin/institutions/aozora-es/reopen
is "$STATUS" 422 'a merged one is not opened again'
post fujii /admin/accounts/new --data-urlencode id=late --data-urlencode name=x --data-urlencode role=staff \
	--data-urlencode institution=aozora-es
is "$STATUS" 422 'and gets no more staff'
fetch fujii /admin
lacks "$T/body" '統合の残り' 'nothing of it waits'

stop TERM
holds 'all of it is signed and recorded' "$KARTE" -C "$V" verify
finish
