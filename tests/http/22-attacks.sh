#!/bin/bash
# What an attacker tries: to learn what is kept from one guardian, to go on after a right has ended,
# to guess in parallel, to send what no form of ours has, to reach what is another person's.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
CHILD=c7k3m9q2v4 SHEET=c7k3m9q2v4/sheets/kyoiku-shien/2026
KID=c2h8r5t0wn DRAFT=c2h8r5t0wn/sheets/shugaku-shien/2026
karte build --role household -o "$T/site"
holds 'a site for families has the child, of whom nothing is kept yet' grep -rqaF -e $CHILD "$T/site"
karte guardian $CHILD takahashi-f --relation father
karte guardian $KID takahashi-f --relation father
echo 'futari-me-no-kanri-no-hito' >"$T/pw"
karte account add kudo --role admin --name '工藤 京' --password-file "$T/pw"
must_serve
sign_in tanaka kato ito yoshida-f takahashi-f fujii okada shimizu

# silent WHO WHERE WORD…: the newest answer has none of the words, in its text or in its head
silent() {
	local who=$1 where=$2 word
	shift 2
	case $(header Content-Type) in
	application/pdf)
		{
			pdftotext -layout "$T/body" - | tr -d ' \n'
			pdfinfo "$T/body"
			pdftohtml -xml -stdout "$T/body" 2>/dev/null | sed -n '/<outline>/,$p'
		} >"$T/said"
		;;
	# The choices of a form are all institutions that there are, the same for everybody: one that
	# was missing there would be the one that is kept.
	*) grep -v '^<option value="[a-z0-9-]*">' "$T/body" >"$T/said" ;;
	esac
	cat "$T/head" >>"$T/said"
	for word; do lacks "$T/said" "$word" "$who learns nothing of $word: $where"; done
}

# versions SHEET: of the newest page of versions
versions() {
	grep -o "/children/$1/history/[0-9a-f]\{40\}" "$T/body" | sort -u
}

# everywhere WHO CHILD SHEET WORD…: whatever page and paper there is
everywhere() {
	local who=$1 child=$2 sheet=$3 path paths
	shift 3
	fetch "$who" "/children/$sheet/history"
	paths="${FIRST-/} /children /children/$child /children/$child/karte.pdf /children/$child/accesses
		/children/$sheet /children/$sheet.pdf /children/$sheet/edit /children/$sheet/history /kept
		/children/$child/timeline /children/$child/growth /children/$child/print /children/$child/files
		/children/$child/consents /children/$child/handover /drafts /children/$sheet/check
		/children/$child/growth.pdf /children/$sheet/edit/all /children/$sheet/edit/all?draft=none"
	fetch "$who" "/children/$sheet/edit"
	paths+=" $(grep -o "/children/$sheet/edit/[a-z-]*" "$T/body" | sort -u | tr '\n' ' ')"
	fetch "$who" "/children/$child/consents"
	paths+=" $(grep -o "/children/$child/consents/[0-9-]*" "$T/body" | sort -u | tr '\n' ' ')"
	fetch "$who" "/children/$sheet/history"
	for path in $(versions "$sheet"); do paths+=" $path $path.pdf"; done
	for path in $paths; do
		fetch "$who" "$path"
		silent "$who" "$path ($STATUS)" "$@"
	done
}

# away: the same, but for the first page, which says where this guardian's other children are
away() {
	local FIRST=
	everywhere "$@"
}

# ---- a word that is kept from one guardian -------------------------------------------------------

open_form takahashi-f $DRAFT "$T/before"
karte protect $KID takahashi-f --word 加藤
karte protect $KID takahashi-f --word つぼみ
open_form kato $DRAFT "$T/form"
form set "$T/form" f.child-wish '加藤が書きました'
send_form kato $DRAFT "$T/form"
is "$STATUS" 303 'the teacher saves'
everywhere takahashi-f $KID $DRAFT 加藤 つぼみ
fetch takahashi-f "/children/$KID/timeline"
has "$T/body" '関係機関' 'a place whose name has the word stays in the list of stays, without its name'
fetch takahashi-f "/children/$DRAFT"
has "$T/body" 'この内容は表示できません' 'a field with the word is withheld'
form set "$T/before" f.child-wish '先に開いた'
send_form takahashi-f $DRAFT "$T/before"
is "$STATUS" 409 'somebody saved first'
silent takahashi-f 'the page about it' 加藤 つぼみ
fetch yoshida-f "/children/$DRAFT/history"
has "$T/body" '加藤 亮子' 'the other guardian sees who wrote it'
karte protect $CHILD takahashi-f --word つぼみ
fetch takahashi-f "/children/$CHILD/sheets/shugaku-shien/2023"
silent takahashi-f 'a sheet that names the place by its number' つぼみ tsubomi
fetch yoshida-f "/children/$CHILD/sheets/shugaku-shien/2023"
has "$T/body" 'つぼみ療育センター' 'the other guardian sees it, although the page was just made for the first'
fetch yoshida-f "/children/$KID/timeline"
has "$T/body" 'つぼみ療育センター' 'also among the stays'

# who was first is said of this sheet, not of whatever was saved last
open_form yoshida-f $DRAFT "$T/before"
open_form kato $DRAFT "$T/form"
form set "$T/form" f.child-wish 'また書きました'
send_form kato $DRAFT "$T/form"
post ito "/children/$KID/sheets" -d type=shugaku-shien -d id=2027
is "$STATUS" 303 'then another sheet is made'
form set "$T/before" f.child-wish 'あとから'
send_form yoshida-f $DRAFT "$T/before"
is "$STATUS" 409 'the sheet has moved on'
has "$T/body" '加藤 亮子さん（ひかり保育園' 'who was first is named'

# ---- a school that is kept from one guardian -----------------------------------------------------

karte protect $CHILD takahashi-f --school aozora-es
away takahashi-f $CHILD $SHEET あおぞら小 aozora 田中
fetch takahashi-f "/children/$SHEET"
is "$STATUS" 404 'what the school wrote does not exist'
base=$(version_of $CHILD kyoiku-shien/2026)
fetch nobody "/verify/$base"
silent nobody 'the check of a print' あおぞら aozora 田中 教育支援 𠮷田 $CHILD
# the school is merged into another: the child goes on there
karte institution merge aozora-es --into minamizaka-gakuen --day 2027-03-31
away takahashi-f $CHILD $SHEET あおぞら小 aozora みなみざか minamizaka
fetch yoshida-f "/children/$CHILD/timeline"
has "$T/body" 'みなみざか学園' 'the other guardian sees where the child goes on'

# a site is for families as such: nothing is made of this child
karte build --role household -o "$T/family" --child $CHILD
isnt "$RC" 0 'no site for families is made of a child of whom something is kept'
has "$T/err" '支援措置' 'and it is said why'
refuses 'nothing of it is there' test -e "$T/family"
karte build --role household -o "$T/site"
is "$RC" 0 'a site of all children is made without this one'
is "$(grep -rlaF -e $CHILD "$T/site" | wc -l)" 0 'whose number stands nowhere'
isnt "$(grep -rlaF -e c8b5y0d2rx "$T/site" | wc -l)" 0 'and with the others'
karte build --role school -o "$T/school" --child $CHILD
is "$RC" 0 'a site for schools has the child'

# ---- a sheet that is kept from one guardian ------------------------------------------------------

open_form takahashi-f $DRAFT "$T/form"
karte protect $KID takahashi-f --sheet shugaku-shien/2026
everywhere takahashi-f $KID $DRAFT '就学（園）支援シート 令和8年度' '就学（園）支援シート令和8年度' shugaku-shien/2026
before=$(head_of $KID)
send_form takahashi-f $DRAFT "$T/form"
is "$STATUS" 404 'a form that was open is not taken'
is "$(head_of $KID)" "$before" 'and nothing is written'

# ---- a right that ends while somebody is signed in -----------------------------------------------

karte protect $KID takahashi-f --sheet shugaku-shien/2026 --remove
open_form takahashi-f $DRAFT "$T/form"
form set "$T/form" f.group 'もう だめなはず'
karte guardian $KID takahashi-f --suspend --from 2026-05-01
before=$(head_of $KID)
send_form takahashi-f $DRAFT "$T/form"
is "$STATUS" 404 'a guardian whose right rests sends a form that was open: 404'
is "$(head_of $KID)" "$before" 'nothing is written'
for path in "/children/$KID" "/children/$KID/karte.pdf" "/children/$KID/accesses" "/children/$DRAFT" \
	"/children/$KID/timeline" "/children/$KID/growth" "/children/$KID/growth.pdf" "/children/$KID/print" \
	"/children/$KID/files" "/children/$KID/consents" "/children/$KID/handover" "/children/$DRAFT/edit/all" \
	"/children/$DRAFT/check" "/children/$KID/karte.pdf?s=shugaku-shien/2026" \
	"/children/$DRAFT.pdf" "/children/$DRAFT/edit" "/children/$DRAFT/history" \
	"/children/$DRAFT/history/$(version_of $KID shugaku-shien/2026)"; do
	fetch takahashi-f "$path"
	is "$STATUS" 404 "and sees nothing: $path"
done
for path in / /children /drafts /kept; do
	fetch takahashi-f "$path"
	lacks "$T/body" $KID "not in a list either: $path"
done
karte log --json --event sheet.write
isnt "$(jq -r 'select(.account == "takahashi-f" and .decision == "deny") | .reason' "$T/out" |
	grep -c suspended)" 0 'the refusal is in the journal with its reason'

# ---- guesses at the same moment ------------------------------------------------------------------

# together N COMMAND…: all at once; what each printed goes to $T/together
together() {
	local n=$1 i pids=()
	shift
	rm -f "$T"/together.*
	for ((i = 0; i < n; i++)); do
		"$@" "$i" >"$T/together.$i" 2>/dev/null &
		pids+=($!)
	done
	for i in "${pids[@]}"; do wait "$i"; done
	cat "$T"/together.* >"$T/together"
}
# shellcheck disable=SC2317 # run by together
try_code() { # NUMBER
	curl -s --max-time 60 --cacert "$V/tls/cert.pem" -b "$T/jar.mori" -o /dev/null \
		-w '%{http_code} %header{location}\n' -H "Origin: $URL" --data-urlencode "csrf=$CSRF" \
		-d "code=${CODES[$1 % ${#CODES[@]}]}" "$URL/login/code"
}
weak() { # WHO: the password only; $CSRF is the token of that session
	enter "$1" "$(password "$1")"
	fetch "$1" /login/code
	CSRF=$(sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' "$T/body" | head -n 1)
}
# how often a code was looked at
looked_at() {
	karte log --json --event "$1"
	jq -r 'select(.account == "mori") | .n' "$T/out" | wc -l
}

weak mori
# so often wrong that after this pause one may be tried, and then none for a quarter of an hour
sql "INSERT OR REPLACE INTO throttle VALUES('account:mori', 15, strftime('%s', 'now') - 1000)"
CODES=(000001 000002 000003 000004 000005 000006 000007)
together 40 try_code
is "$(awk '{ print $1 }' "$T/together" | grep -vcE '^(422|429)$')" 0 'wrong codes do not get in'
is "$(looked_at login.code.fail)" 1 'of forty at the same moment one is looked at, as one after the other'
sql "DELETE FROM throttle"

# a right code in two windows: one of them is in
weak mori
code mori
CODES=("$CODE")
together 4 try_code
is "$(grep -c '^303 /$' "$T/together")" 1 'one code sent four times at once signs in once'
sql "DELETE FROM throttle"

# codes on paper likewise
unused mori
login mori "$(password mori)"
post mori /account/codes
grep -o '<span class="code-text">[0-9A-Z-]\{19\}' "$T/body" | sed 's/.*>//' >"$T/codes"
paper=$(head -n 1 "$T/codes")
weak mori
CODES=("$paper")
together 4 try_code
is "$(grep -c '^303 /account/codes' "$T/together")" 1 'one code of paper sent four times at once signs in once'
sql "DELETE FROM throttle"

# what the right password gets back: it is no failure
for ((i = 0; i < 8; i++)); do
	enter mori "$(password mori)"
	[ "$STATUS" = 303 ] || break
done
is "$STATUS" 303 'a right password again and again is no failure'
is "$(sql "SELECT count(*) FROM throttle WHERE name = 'account:mori'")" 0 'and leaves no trace'

# ---- is there such an account? -------------------------------------------------------------------

# Unknown names share counters; two that the same hash would put together must not show that.
name=$(python3 -c '
import hashlib, itertools
want = hashlib.sha256(b"no-such-person").hexdigest()[:4]
print(next(f"n{i}" for i in itertools.count() if hashlib.sha256(f"n{i}".encode()).hexdigest()[:4] == want))')
enter "$name" 'not-the-right-one'
sql "UPDATE throttle SET failures = 20 WHERE name LIKE 'unknown:%'"
enter "$name" 'not-the-right-one'
is "$STATUS" 429 'an unknown name has to wait like a known one'
enter no-such-person 'not-the-right-one'
is "$STATUS" 422 'another name does not wait with it, as a known one would not'
sql "DELETE FROM throttle"
for ((i = 0; i < 5; i++)); do
	enter hayashi 'not-the-right-one' -H "X-Forwarded-For: 192.0.2.$i"
done
is "$(sql "SELECT group_concat(name) FROM throttle WHERE name LIKE 'peer:%'")" 'peer:127.0.0.1' \
	'without proxies nobody chooses the address that is counted'
sql "DELETE FROM throttle"

# ---- the password alone --------------------------------------------------------------------------

# routes: METHOD PATH ACTION of each page, with something in the places of its parameters
routes() {
	gcc -E -P -I"$ROOT" "$ROOT/vault/page/routes.c" | tr -s ' \t\n' ' ' |
		grep -o 'page_routes\[\] = {.*' | grep -o '{{M_[^}]*}[^}]*}' | sed 's/" *"//g' |
		sed -E 's/^\{\{M_([A-Z]+), "([^"]*)"\}, ([A-Z_]+), ([a-z_0-9]+), (.*)\}$/\1 \2 \3/' |
		sed -e "s|/admin/accounts/:account|/admin/accounts/tanaka|; s|:institution|aozora-es|
			s|:range|r000000000|; s|:child|$CHILD|; s|:type|kyoiku-shien|; s|:id\b|2026|
			s|:version|$base|; s|:account|yoshida-f|; s|:n\b|1|; s|:page|about|; s|:name|x|
			s|:section|goals|; s|:file|f000000000|; s|:ask|2026-11-21-1|; s|:paper|2026-11-21-2|; s|:handover|h000000000|
			s|:release|r000000000|; s|:record|1|; s|:run|1|; s|:proposal|p000000000|
			s|:class|read|; s|:month|2026-01|; s|[*]path|0/000.p/1|"
}
routes >"$T/routes"
[ "$(wc -l <"$T/routes")" -gt 90 ]
is $? 0 "each page is tried ($(wc -l <"$T/routes"))"
is "$(grep -cE ':|^[A-Z]+ [^/]' "$T/routes")" 0 'at an address that there could be'

weak mori
before=$(head_of $CHILD)
while read -r method path action; do
	[ "$action" != ACT_PUBLIC ] || continue
	case $path in /login/code | /logout | /account/factors | /account/factors/totp | \
		/account/factors/passkey | /git/*) continue ;; esac # tokens have 40-git.sh
	if [ "$method" = GET ]; then
		fetch mori "$path"
	else
		fetch mori "$path" -X POST -H "Origin: $URL" --data-urlencode "csrf=$CSRF" -d n=1
	fi
	matches "$STATUS $(header Location)" '^303 /login/code' "the password alone does not open $method $path"
done <"$T/routes"
for path in /account/factors /account/factors/totp; do
	fetch mori "$path"
	isnt "$STATUS" 200 "nor does it set up another factor: $path"
done
fetch mori /account/factors/totp -X POST -H "Origin: $URL" --data-urlencode "csrf=$CSRF" -d challenge=x -d code=1
is "$STATUS" 404 'not by sending the form either'
fetch mori /account/factors/passkey -X POST -H "Origin: $URL" --data-urlencode "csrf=$CSRF" \
	-d id=AAAA -d client=AAAA -d data=AAAA -d challenge=x
is "$STATUS" 422 'nor a passkey'
is "$(sql "SELECT count(*) FROM factor WHERE account = 'mori'")" 1 'there is one factor as before'

# ---- forms of strangers --------------------------------------------------------------------------

stolen=$(token tanaka)
GETS=" $(awk '$1 == "GET" { printf "%s ", $2 }' "$T/routes") "
while read -r method path action; do
	[ "$method/${action#ACT_PUBLIC}" = "POST/$action" ] || continue
	[[ $path != /git/* ]] || continue # no form, and no cookie counts there
	fetch fujii "$path" -X POST -H "Origin: $URL" -d name=x -d account=fujii
	is "$STATUS" 403 "a form without a token: $path"
	fetch fujii "$path" -X POST -H "Origin: $URL" --data-urlencode "csrf=$stolen" -d name=x
	is "$STATUS" 403 "a form with another session's token: $path"
	[ "${GETS/ $path /}" = "$GETS" ] || continue # the page of the form
	fetch fujii "$path?csrf=$(token fujii)&confirm=1"
	is "$STATUS" 405 "no form is taken by GET: $path"
done <"$T/routes"
is "$(head_of $CHILD)" "$before" 'all of this has written nothing'
fetch fujii /admin
is "$STATUS" 200 'and nobody is signed out'

# a cookie that somebody else chose
fetch nobody /login -H "Cookie: __Host-karte=$(printf 'A%.0s' {1..86})"
is "$(header Set-Cookie | grep -c '__Host-karte=A')" 0 'a cookie that was planted is not taken over'

# ---- where a sign-in leads -----------------------------------------------------------------------

for next in //evil.example /\\evil.example https://evil.example '/%0d%0aSet-Cookie:x=1' $'/\r\nX-Evil: 1' \
	'/ /evil' javascript:alert\(1\) '\\evil.example' '/	/evil.example'; do
	enter kobayashi "$(password kobayashi)" --data-urlencode "next=$next"
	is "$STATUS" 303 "signed in with next=$(printf %q "$next")"
	to=$(header Location)
	matches "$to" '^/login/code(\?next=/[A-Za-z0-9%/:.=-]*)?$' 'leads to the second step'
	unused kobayashi
	code kobayashi
	give_code kobayashi "$CODE"
	matches "$(header Location)" '^/([^/\\].*)?$' 'and then to one of our pages'
	is "$(header X-Evil)$(header Set-Cookie | grep -c 'x=1')" 0 'without a line of theirs'
done

# ---- an administrator ----------------------------------------------------------------------------

karte account list --json
key=$(jq -r 'select(.id == "kato") | .key' "$T/out")
post fujii /admin/accounts/kato --data-urlencode 'name=加藤 亮子' --data-urlencode 'kana=かとう りょうこ' \
	-d institution=hikari-hoikuen -d until=2027-03-31 -d role=admin -d staff= -d disabled=1 -d key=x \
	-d whole=1 -d id=fujii -d account=fujii
karte account list --json
is "$(jq -r 'select(.id == "kato") | .role + " " + .key' "$T/out")" "nursery $key" \
	'fields that the form does not have change nothing: role, key'
git -C "$V/registry.git" show main:accounts/kato.yaml >"$T/kato"
lacks "$T/kato" 'disabled: "true"' 'nor is anybody stopped by them'
for what in '' /disable /enable /reset /slip; do
	post fujii "/admin/accounts/fujii$what" --data-urlencode 'name=ほかの名前' -d until=2030-01-01
	is "$STATUS" 404 "nobody changes one's own account: /admin/accounts/fujii$what"
done
post fujii /admin/access/ranges -d account=yamamoto -d child=$CHILD -d effect=open -d what=kyoiku-shien \
	--data-urlencode 'reason=転校の前に読むため' -d state=in-force -d confirmed-by=kudo -d asked-by=kudo \
	-d id=r000000000 -d step=save
range=$(git -C "$V/registry.git" ls-tree --name-only main:ranges 2>/dev/null | head -n 1)
if [ -n "$range" ]; then
	git -C "$V/registry.git" show "main:ranges/$range" >"$T/range"
	has "$T/range" 'state: asked' 'a range that opens waits, whatever the form says'
	has "$T/range" 'asked-by: fujii' 'of whoever asked'
	lacks "$T/range" confirmed-by 'confirmed by nobody'
	isnt "$range" r000000000.yaml 'with a number of its own'
	post fujii "/admin/access/ranges/${range%.yaml}/confirm" -d asked-by=kudo
	is "$STATUS" 404 'and not confirmed by whoever asked'
else
	flunk 'a range was asked for' "$STATUS" "$(grep -o 'error[^<]*<[^<]*' "$T/body" | head -n 3)"
fi
for path in "/children/$CHILD" "/children/$SHEET" "/children/$SHEET/history" "/children/$CHILD/karte.pdf" \
	"/children/$SHEET/history/$base" "/children/$SHEET/edit" "/children/$CHILD/accesses" /audit; do
	fetch fujii "$path"
	is "$STATUS" 404 "an administrator without a reason does not read: $path"
done
for path in "/admin/children/$CHILD" '/admin/access?account=tanaka' "/admin/access?child=$CHILD" \
	"/admin/access?child=$CHILD&at=$(TZ=Asia/Tokyo date +%F)" /admin/accounts /admin/households /admin; do
	fetch fujii "$path"
	is "$STATUS" 200 "what is managed is there: $path"
	for word in 昆虫 年間目標 本人が会議に出た; do
		lacks "$T/body" "$word" "without a word of a sheet: $word"
	done
done

# what an institution has besides its name is not sent with it
git -C "$V/registry.git" show main:institutions/tsubomi-ryoiku.yaml >"$T/was"
post fujii /admin/institutions/tsubomi-ryoiku --data-urlencode 'name=つぼみ療育センター（見本）' -d kind=therapy \
	-d into=aozora-es -d closed=2026-01-01 -d id=aozora-es
git -C "$V/registry.git" show main:institutions/tsubomi-ryoiku.yaml >"$T/is"
is "$(grep -c 'into\|closed' "$T/is")" "$(grep -c 'into\|closed' "$T/was")" 'nor closed or merged on the way'
post fujii "/admin/access/ranges" -d effect=close -d account=fujii -d child=$CHILD -d step=save \
	--data-urlencode 'reason=自分のための範囲'
is "$STATUS" 404 'nobody asks for a range of their own'

# ---- what is another person's --------------------------------------------------------------------

for what in '../../etc/passwd' '%2e%2e%2f' "c7k3m9q2v4'--" 'c7k3m9q2v4%00' 'C7K3M9Q2V4' '%F0%A0%AE%B7' \
	"$(printf 'c%.0s' {1..300})"; do
	for path in "/children/$what" "/admin/children/$what" "/admin/accounts/$what" "/verify/$what" \
		"/children/$CHILD/sheets/kyoiku-shien/$what" "/children/$SHEET/history/$what"; do
		fetch fujii "$path"
		matches "$STATUS" '^(404|400)$' "no such thing: ${path:0:60}"
	done
done
other=$(version_of $KID shugaku-shien/2026)
fetch tanaka "/children/$SHEET/history/$other"
is "$STATUS" 404 "a version of another child's sheet is not of this one"
fetch yoshida-f "/children/c9d4x1e6pj"
is "$STATUS" 404 "another family's child is not there"

# ---- what is typed ends nowhere else -------------------------------------------------------------

enter kobayashi "$(password kobayashi)" -A $'x\tevil "} {"n":1,"event":"login"'
enter $'ghost\n{"n":9,"event":"login","account":"fujii"}' 'not-the-right-one'
karte log --json
is "$(jq -e . "$T/out" >/dev/null && echo good)" good 'each line of the journal is a record'
lacks "$T/out" ghost 'what was typed as an account is not recorded'
post fujii "/children/$CHILD/open" --data-urlencode $'reason=本人のために読みます\nKarte-Account: kudo'
is "$STATUS" 422 'a reason of two lines is refused'
post fujii "/admin/accounts/new" -d id=evil -d role=household --data-urlencode $'name=あ\nrole: admin'
is "$STATUS" 422 'a name of two lines is refused'
post fujii "/admin/accounts/new" -d id=evil2 -d role=household --data-urlencode 'name=a", role: admin, x: "b'
karte account list --json
is "$(jq -r 'select(.id == "evil2") | .role' "$T/out")" household 'a name with the signs of YAML stays a name'
head -c 3000000 /dev/zero | tr '\0' 'a' >"$T/big"
for path in /login /first "/children/$SHEET/edit" /admin/accounts/new; do
	fetch fujii "$path" -X POST -H "Origin: $URL" --data-binary "@$T/big"
	matches "$STATUS" '^(400|403|413)$' "three megabytes of nothing: $path"
done
{
	echo 'id,name,role'
	for ((i = 0; i < 20000; i++)); do echo "x$i,名前,household"; done
} >"$T/many.csv"
fetch fujii /admin/accounts/import -X POST -H "Origin: $URL" -F "csrf=$(token fujii)" -F "file=@$T/many.csv"
matches "$STATUS" '^(200|413|422)$' 'a CSV file of twenty thousand rows is answered'
is "$(sql "SELECT count(*) FROM account WHERE id LIKE 'x%'" 2>/dev/null || echo 0)" 0 'and nothing is made of it'

# ---- sessions that go ----------------------------------------------------------------------------

cp "$T/jar.tanaka" "$T/jar.left"
post fujii /admin/accounts/tanaka/disable
is "$STATUS" 303 'an account is stopped'
fetch left "/children/$CHILD"
is "$STATUS $(header Location)" "303 /login?next=/children/$CHILD" 'a session that was open is over'
post fujii /admin/accounts/tanaka/enable
fetch left "/children/$CHILD"
is "$STATUS" 303 'and does not come back with the account'
enter tanaka "$(password tanaka)"
is "$STATUS" 422 'nor does the password'
cp "$T/jar.kato" "$T/jar.left"
karte institution close hikari-hoikuen --day "$(TZ=Asia/Tokyo date -d yesterday +%F)"
fetch left "/children/$KID"
is "$STATUS" 303 'staff of an institution that has closed are out'

# two administrators stop each other at the same moment
enter kudo "$(cat "$T/pw")"
enrol kudo
is "$STATUS" 303 'there is a second administrator'
ADMINS=(fujii kudo)
token fujii >/dev/null
token kudo >/dev/null
# shellcheck disable=SC2317 # run by together
stop_other() { # NUMBER
	local me=${ADMINS[$1]} other=${ADMINS[1 - $1]}
	curl -s --max-time 60 --cacert "$V/tls/cert.pem" -b "$T/jar.$me" -o /dev/null -w '%{http_code}\n' \
		-H "Origin: $URL" --data-urlencode "csrf=$(cat "$T/csrf.$me")" -X POST \
		"$URL/admin/accounts/$other/disable"
}
together 2 stop_other
is "$(grep -c '^303$' "$T/together")" 1 'of two administrators who stop each other one is stopped'
karte account list --json
is "$(jq -r 'select(.role == "admin" and (.disabled | not)) | .id' "$T/out" | wc -l)" 1 'and one is left'

# ---- secrets -------------------------------------------------------------------------------------

for who in mori kobayashi yoshida-f; do
	is "$(grep -rlaF -e "$(password $who)" -e "$(secret $who)" "$V" "$T/server.err" | wc -l)" 0 \
		"no file has a password or a secret of $who"
done
is "$(grep -rlaF -e "$paper" "$V" "$T/server.err" | wc -l)" 0 'or a code of paper'
cookie=$(awk '/__Host-karte/ { print $NF }' "$T/jar.shimizu")
is "$(grep -rlaF -e "$cookie" -e "${cookie:0:40}" "$V" "$T/server.err" | wc -l)" 0 'or the token of a session'
is "$(find "$V" -perm /077 ! -type l ! -name key.pub)" '' 'and nobody else on the machine can read any'
is "$(tr '\0' ' ' <"/proc/$SERVER/cmdline" | grep -c password)" 0 'nothing secret is on the command line'
is "$(awk '/^Max core file size/ { print $5 + $6 }' "/proc/$SERVER/limits")" 0 'there are no core dumps'
holds 'after all this the vault verifies' karte verify
stop TERM
is "$RC" 0 'and the server ends well'
finish
