#!/bin/bash
# Administrators manage accounts in pages: what a form may carry, who may, letters, CSV.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
must_serve
sign_in fujii tanaka okada yoshida-f

# account ID FILTER: what the registry says of it.
account() {
	"$KARTE" -C "$V" account list --json | jq -r "select(.id == \"$1\") | $2"
}
head_of_registry() {
	git -C "$V/registry.git" rev-parse main
}
# said SENTENCE TEXT…: the page has all these texts.
said() {
	local sentence=$1 text
	shift
	for text; do
		has "$T/body" "$text" "$sentence: $text"
	done
}

# ---- who may -------------------------------------------------------------------------------------

for path in /admin /admin/accounts /admin/accounts/new /admin/accounts/tanaka \
	/admin/accounts/import /admin/accounts/template.csv; do
	fetch fujii "$path"
	is "$STATUS" 200 "an administrator opens $path"
	for who in tanaka okada yoshida-f; do
		fetch "$who" "$path"
		is "$STATUS" 404 "$who does not"
	done
	fetch nobody "$path"
	is "$STATUS" 303 'a stranger is asked to sign in'
done
before=$(head_of_registry)
for path in new kobayashi kobayashi/disable kobayashi/enable kobayashi/reset kobayashi/slip slips import; do
	for who in tanaka okada yoshida-f; do
		post "$who" "/admin/accounts/$path" --data-urlencode name=x --data-urlencode account=kobayashi
		is "$STATUS" 404 "$who does not post to /admin/accounts/$path"
	done
	fetch fujii "/admin/accounts/$path" -X POST -H "Origin: $URL" --data-urlencode name=x
	is "$STATUS" 403 "nor does anybody without a token: $path"
done
is "$(head_of_registry)" "$before" 'and nothing has changed'
fetch fujii /admin/accounts/nobody
is "$STATUS" 404 'who is not there is not found'
for act in '' /disable /enable /reset /slip; do
	post fujii "/admin/accounts/nobody$act" --data-urlencode name=x
	is "$STATUS" 404 "nor changed: nobody$act"
done

# ---- the list ------------------------------------------------------------------------------------

fetch fujii '/admin/accounts?q=%E3%82%BF%E3%83%8A%E3%82%AB'
said 'found by katakana' '/admin/accounts/tanaka"'
lacks "$T/body" '/admin/accounts/kato"' 'and nobody else'
fetch fujii '/admin/accounts?role=household'
said 'families' '/admin/accounts/yoshida-f"'
lacks "$T/body" '/admin/accounts/tanaka"' 'and no staff'
fetch fujii '/admin/accounts?institution=hikari-hoikuen&state=fine&page=1'
said 'staff of an institution' '/admin/accounts/kato"'
lacks "$T/body" '/admin/accounts/tanaka"' 'and of no other'
fetch fujii '/admin/accounts?q=%22%3E%3Cscript%3E&role=%3Cb%3E&page=-1'
is "$STATUS" 200 'a strange filter is no failure'
lacks "$T/body" '<script>' 'and is escaped'
"$KARTE" -C "$V" log --event admin.accounts --json >"$T/log"
isnt "$(wc -l <"$T/log")" 0 'each look is recorded'

# ---- a new account -------------------------------------------------------------------------------

post fujii /admin/accounts/new --data-urlencode id=sato-h --data-urlencode 'name=佐藤 花' \
	--data-urlencode 'kana=さとう はな' --data-urlencode role=staff \
	--data-urlencode institution=hikari-hoikuen --data-urlencode 'classes=ほし組、つき組' \
	--data-urlencode disabled=true --data-urlencode key=AAAA --data-urlencode whole=
is "$STATUS $(header Location)" '303 /admin/accounts/sato-h?done=added' 'an account is made'
is "$(account sato-h '[.role, .institution, .classes, .whole, .disabled, .key] | @json')" \
	'["nursery","hikari-hoikuen","ほし組,つき組",false,false,""]' \
	'with what the form has, and not with fields that it does not have'
fetch fujii '/admin/accounts/sato-h?done=added'
said 'its page' '佐藤 花' '紙を作る' '作りました'
fetch fujii '/admin/accounts/sato-h?done=%3Cscript%3E&name=Mallory'
lacks "$T/body" Mallory 'an address fills no form in'
lacks "$T/body" '<script>' 'and no banner'
for bad in id=Sato id= id=sato-h name= role=king role=staff until=2020-01-01 until=never; do
	before=$(head_of_registry)
	# the field that is tried comes alone: a form with a field twice has no value for it
	fields=(id=another 'name=別の & 人' role=household until=)
	for i in "${!fields[@]}"; do
		[ "${fields[i]%%=*}" != "${bad%%=*}" ] || fields[i]=$bad
	done
	args=()
	for field in "${fields[@]}"; do args+=(--data-urlencode "$field"); done
	post fujii /admin/accounts/new "${args[@]}"
	is "$STATUS $(head_of_registry)" "422 $before" "not with «$bad»"
	[[ $bad == name=* ]] || has "$T/body" '別の &amp; 人' 'and what was typed is still there'
done

fetch fujii '/admin/accounts?state=new'
said 'who has not signed in yet' 'name="account" value="sato-h"' '選んだ人の紙を作る'
fetch fujii /admin
said 'waits on the home page' '/admin/accounts?state=new'

# ---- letters -------------------------------------------------------------------------------------

letter() {
	pdftotext -layout "$T/body" - | tr -d ' ' >"$T/letter"
	CODE=$(grep -oE '^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$' "$T/letter" | head -n 1)
}
post fujii /admin/accounts/sato-h/slip
is "$STATUS $(header Content-Type)" '200 application/pdf' 'a letter is made'
is "$(header Cache-Control)" no-store 'and kept by nobody'
letter
old=$CODE
has "$T/letter" '佐藤花' 'it has the name'
has "$T/letter" 'sato-h' 'the ID'
matches "$old" '^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$' 'and a code'
post fujii /admin/accounts/sato-h/slip
letter
isnt "$CODE" "$old" 'another letter has another code'
code=$CODE
refuses 'which stands in no file' grep -raqF -- "$code" "$V" "$T/server.err"
post fujii /admin/accounts/tanaka/slip
is "$STATUS" 422 'none for somebody who signs in already'
post fujii /admin/accounts/slips
is "$STATUS" 422 'none for nobody'
post fujii /admin/accounts/slips --data-urlencode account=sato-h --data-urlencode account=tanaka
is "$STATUS" 422 'and not for one who needs it with one who does not'

# first WHO CODE: the page of the letter, filled in.
first() {
	local pre
	rm -f "$T/jar.$1" "$T/csrf.$1"
	fetch "$1" /first
	pre=$(sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' "$T/body" | head -n 1)
	fetch "$1" /first -X POST -H "Origin: $URL" --data-urlencode "csrf=$pre" \
		--data-urlencode "account=$1" --data-urlencode "code=$2" \
		--data-urlencode 'password=tsukimi-dango-to-susuki'
}
first sato-h "$old"
is "$STATUS" 422 'the code of the first letter is good no more'
first sato-h "$code"
is "$STATUS" 303 'that of the second is'
isnt "$(account sato-h .key)" '' 'and makes a key'
enrol sato-h
fetch sato-h /
is "$STATUS" 200 'so that she is in'
first sato-h "$code"
isnt "$STATUS" 303 'the same code again is not'

# ---- change --------------------------------------------------------------------------------------

login sato-h tsukimi-dango-to-susuki
key=$(account sato-h .key)
post fujii /admin/accounts/sato-h --data-urlencode 'name=加藤 花' --data-urlencode kana= \
	--data-urlencode until=なし --data-urlencode institution=hikari-hoikuen \
	--data-urlencode classes= --data-urlencode whole=true --data-urlencode role=admin \
	--data-urlencode id=fujii --data-urlencode disabled=true --data-urlencode key=
is "$STATUS" 303 'an account is changed'
is "$(account sato-h '[.name, .role, .until, .classes, .whole, .disabled] | @json')" \
	'["加藤 花","nursery",null,null,true,false]' 'as far as the form goes'
is "$(account sato-h .key)" "$key" 'its key is as it was'
fetch sato-h /
is "$STATUS" 200 'and she is still in'
post fujii /admin/accounts/sato-h --data-urlencode name= --data-urlencode until=
is "$STATUS" 422 'not to a name of nothing'
post fujii /admin/accounts/sato-h --data-urlencode 'name=加藤 花' --data-urlencode institution=aozora-es
is "$STATUS" 303 'to another institution'
fetch sato-h /
is "$STATUS" 303 'ends what she had open'
login sato-h tsukimi-dango-to-susuki
is "$STATUS" 303 'she signs in anew'

# ---- one's own, the last -------------------------------------------------------------------------

before=$(head_of_registry)
for act in '' /disable /reset; do
	post fujii "/admin/accounts/fujii$act" --data-urlencode name=x
	is "$STATUS" 404 "nobody changes their own account: $act"
done
is "$(head_of_registry)" "$before" 'nothing came of it'
"$KARTE" -C "$V" log --event admin.change --json >"$T/log"
has "$T/log" own-rights 'and it is recorded'
fetch fujii /admin/accounts/fujii
lacks "$T/body" '/disable"' 'its page has no button for it'

# ---- stop ----------------------------------------------------------------------------------------

post fujii /admin/accounts/sato-h/disable
is "$STATUS" 303 'an account is stopped'
fetch sato-h /
is "$STATUS" 303 'what she had open ends at once'
login sato-h tsukimi-dango-to-susuki
isnt "$STATUS" 303 'and she does not get in'
matches "$(git -C "$V/registry.git" show "main:keys/$key.yaml" | grep ^until:)" '^until: .*20' \
	'the registry says until when her key was good'
post fujii /admin/accounts/sato-h/disable
is "$STATUS" 422 'not twice'
post fujii /admin/accounts/sato-h/slip
is "$STATUS" 422 'no letter for who is stopped'
post fujii /admin/accounts/sato-h/enable
is "$STATUS" 303 'started again'
login sato-h tsukimi-dango-to-susuki
isnt "$STATUS" 303 'the old password is none'
post fujii /admin/accounts/sato-h/slip
letter
first sato-h "$CODE"
is "$STATUS" 303 'a new letter is'

# ---- give out again ------------------------------------------------------------------------------

key=$(account tanaka .key)
post fujii /admin/accounts/tanaka/reset
is "$STATUS $(header Location)" '303 /admin/accounts/tanaka?done=reset' 'an account is given out again'
fetch tanaka /
is "$STATUS" 303 'what was open ends'
is "$(account tanaka .key)" '' 'there is no key'
matches "$(git -C "$V/registry.git" show "main:keys/$key.yaml" | grep ^until:)" '^until: .*20' \
	'the old one ended'

# ---- CSV -----------------------------------------------------------------------------------------

fetch fujii /admin/accounts/template.csv
is "$(header Content-Type)" 'text/csv; charset=utf-8' 'there is a file to fill in'
is "$(head -c 3 "$T/body" | od -An -tx1 | tr -d ' ')" efbbbf 'that Excel opens'
iconv -f UTF-8 -t CP932 >"$T/list.csv" <<'CSV'
氏名,ID,役割,機関,最後の日
髙橋 & 﨑子,takasaki,職員,あおぞら小学校（見本）,なし
管 理,kanri,管理,,
家 庭,katei,家庭,,
CSV
# upload FILE: as the form with the file does.
upload() {
	fetch fujii /admin/accounts/import -X POST -H "Origin: $URL" -F "csrf=$(token fujii)" \
		-F "file=@$1;filename=../../x.csv;type=text/csv" -F text=
}
before=$(head_of_registry)
upload "$T/list.csv"
is "$STATUS" 200 'a list is looked at'
said 'row by row' '髙橋 &amp; 﨑子' '作れます' '直してください' 'CSVでは作れません' \
	'2人のアカウントを作る'
is "$(head_of_registry)" "$before" 'and nothing made'
has "$T/body" 'name="text" value="' 'the page carries it on'
python3 - "$T/body" "$T/text" <<'PY'
import html, re, sys
page = open(sys.argv[1], encoding="utf-8").read()
text = re.search(r'name="text" value="([^"]*)"', page).group(1)
open(sys.argv[2], "w", encoding="utf-8").write(html.unescape(text))
PY
fetch fujii /admin/accounts/import -X POST -H "Origin: $URL" -F "csrf=$(token fujii)" \
	-F confirmed=true -F "text=<$T/text"
is "$STATUS" 200 'and then confirmed'
said 'what came of it' '作りました' '直してください'
is "$(account takasaki '[.name, .institution, .until] | @json')" '["髙橋 & 﨑子","aozora-es",null]' \
	'the good rows are made'
is "$(account katei .role)" household 'all of them'
is "$(account kanri .role)" '' 'and no administrator'
for bad in 'ID,氏名' 'ID,氏名,役割,key\nx,y,家庭,z' '\xff\xfe' ''; do
	printf '%b\n' "$bad" >"$T/bad.csv"
	upload "$T/bad.csv"
	is "$STATUS" 422 "a file that is none: $bad"
done
printf 'ID,氏名,役割\n%01200000d,y,家庭\n' 0 >"$T/big.csv"
upload "$T/big.csv"
is "$STATUS" 422 'a file that is too big'
has "$T/body" 'ファイルが大きすぎます' 'which is said'
post fujii /admin/accounts/import --data-urlencode 'text=ID,氏名,役割
pasted,貼った人,家庭'
is "$STATUS" 200 'a table may be pasted'
said 'too' '貼った人' '1人のアカウントを作る'
post fujii /admin/accounts/slips --data-urlencode account=takasaki --data-urlencode account=katei
is "$STATUS $(pdfinfo "$T/body" | awk '/^Pages/ { print $2 }')" '200 2' 'letters for both'

stop TERM
holds 'all of it is signed and recorded' "$KARTE" -C "$V" verify
lacks "$T/server.err" 'ERROR' 'and no sanitizer complained'
finish
