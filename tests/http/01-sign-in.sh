#!/bin/bash
# Signing in and out: what strangers learn, how long they wait, and what a session is.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
must_serve

# ---- the form ------------------------------------------------------------------------------------

fetch nobody /login
is "$STATUS" 200 'the sign-in page needs no account'
has "$T/body" 'autocomplete="current-password"' 'a password manager can fill it in'
matches "$(header Set-Cookie)" '^__Host-pre=[A-Za-z0-9_-]+; Path=/; Secure; HttpOnly; SameSite=Lax$' \
	'the form is tied to a cookie of its own'

fetch nobody /login -X POST -H "Origin: $URL" -d 'csrf=x&account=ito&password=x'
is "$STATUS" 403 'a form that was never shown is refused'

# ---- wrong, unknown, empty: all the same ---------------------------------------------------------

# said ACCOUNT: the newest answer without the account that was typed, and what is new each time
said() {
	plain "$T/body" | sed "s/value=\"$1\"/value=\"ACCOUNT\"/
		s/name=\"challenge\" value=\"[^\"]*\"/name=\"challenge\"/"
}

enter tanaka 'not-the-password-at-all'
is "$STATUS" 422 'a wrong password is told'
has "$T/body" 'IDかパスワードが ちがいます' 'the page says that one of the two is wrong'
has "$T/body" 'value="tanaka"' 'what was typed as ID stays'
lacks "$T/body" 'not-the-password' 'the password does not come back'
is "$(header Set-Cookie | grep -c __Host-karte)" 0 'there is no session'
said tanaka >"$T/wrong"
enter nobody-of-this-name 'not-the-password-at-all'
is "$STATUS" 422 'an unknown account has the same status'
said nobody-of-this-name >"$T/unknown"
same "$T/wrong" "$T/unknown" 'an unknown account has the same page'
enter tanaka ''
is "$STATUS" 422 'an empty password is wrong too'
said tanaka >"$T/empty"
same "$T/wrong" "$T/empty" 'an empty password has the same page'
enter 'My Secret, typed too early' x
is "$STATUS" 422 'what is no ID is wrong too'

# ---- the password alone is half the way ----------------------------------------------------------

FLAGS='^__Host-karte=[A-Za-z0-9_-]{86}; Path=/; Secure; HttpOnly; SameSite=Lax$'
enter tanaka "$(password tanaka)"
is "$STATUS" 303 'the right password is taken'
is "$(header Location)" /login/code 'and leads to the second step'
weak=$(header Set-Cookie | grep __Host-karte=)
matches "$weak" "$FLAGS" 'its session is a cookie for this host alone that ends with the browser'
weak=${weak%%;*}
for path in / /children /children/c7k3m9q2v4 /children/c7k3m9q2v4/karte.pdf \
	/children/c7k3m9q2v4/sheets/kyoiku-shien/2026/edit /account /account/codes /account/sessions \
	/account/password /account/factors /account/factors/totp /kept; do
	fetch nobody "$path" -H "Cookie: $weak"
	case $path in
	/account/factors/totp) is "$STATUS" 404 "with the password alone $path is not there" ;;
	*) matches "$STATUS $(header Location)" '^303 /login/code' "with the password alone $path leads back" ;;
	esac
	lacks "$T/body" 'そら' "with the password alone $path shows nothing"
done
fetch nobody /about -H "Cookie: $weak"
is "$STATUS" 200 'public pages stay open'
lacks "$T/body" '田中' 'and do not greet anybody'
fetch nobody /session -H "Cookie: $weak"
is "$(cat "$T/body")" '0 0' 'there is no session to last'
fetch nobody /login/code -H "Cookie: $weak"
is "$STATUS" 200 'the page of the second step opens'
has "$T/body" 'autocomplete="one-time-code"' 'phones can fill it in'
csrf=$(sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' "$T/body" | head -n 1)
half() { # PATH FIELD…: a form in the weak session
	local path=$1
	shift
	fetch nobody "$path" -X POST -H "Cookie: $weak" -H "Origin: $URL" \
		--data-urlencode "csrf=$csrf" "$@"
}
half /account/factors/drop -d n=1
matches "$STATUS $(header Location)" '^303 /login/code' 'a factor cannot be removed with the password alone'
half /account/codes
matches "$STATUS $(header Location)" '^303 /login/code' 'nor codes made'
half /account/factors/totp -d challenge=x -d code=000000
is "$STATUS" 404 'nor a factor be added'
half /account/sessions -d all=1
matches "$STATUS $(header Location)" '^303 /login/code' 'nor other sessions ended'
half /login/code -d code=000000
is "$STATUS" 422 'a wrong code is told'
has "$T/body" 'コードが合いません' 'in words'
half /login/code -d 'code=１２３ ４５６'
is "$STATUS" 422 'and so is one in wide digits'
half /login/code --data-urlencode 'code=%00' -d code=x
is "$STATUS" 422 'and two at once'

sql 'DELETE FROM throttle' >/dev/null # so many mistakes would have to wait
code tanaka
half /login/code -d "code=$CODE"
is "$STATUS $(header Location)" '303 /' 'the right code signs in, and leads to the home page'
cookie=$(header Set-Cookie | grep __Host-karte=)
matches "$cookie" "$FLAGS" 'the whole session has a cookie like that'
isnt "${cookie%%;*}" "$weak" 'of its own: the session before is not taken over'
fetch nobody / -H "Cookie: $weak"
is "$STATUS/$(header Location)" 303//login 'the one before is over'
fetch nobody / -H "Cookie: ${cookie%%;*}"
is "$STATUS" 200 'the home page opens'
has "$T/body" '田中 和子' 'it greets the person'
enter tanaka "$(password tanaka)"
give_code tanaka "$CODE"
is "$STATUS" 422 'a code that was used is refused'
unused tanaka
login tanaka "$(password tanaka)"
is "$STATUS" 303 'signing in again needs a new one'
fetch tanaka /login
is "$STATUS/$(header Location)" 303// 'who is signed in is not asked again'
fetch tanaka /login/code
is "$STATUS/$(header Location)" 303// 'nor for a code'

login ito "$(password ito)"
first=$(header Set-Cookie | grep __Host-karte=)
login ito "$(password ito)"
isnt "$(header Set-Cookie | grep __Host-karte=)" "$first" 'each sign-in makes another session'

# a token that somebody else has put into the browser is not taken over
planted=$(head -c 64 /dev/urandom | base64 -w 0 | tr '+/' '-_' | tr -d '=')
rm -f "$T/jar.kobayashi"
fetch kobayashi /login
pre=$(sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' "$T/body" | head -n 1)
bound=$(awk '/__Host-pre/ { print $NF }' "$T/jar.kobayashi")
fetch nobody /login -X POST -H "Origin: $URL" -H "Cookie: __Host-karte=$planted; __Host-pre=$bound" \
	--data-urlencode "csrf=$pre" -d account=kobayashi \
	--data-urlencode "password=$(password kobayashi)"
is "$STATUS" 303 'signing in works beside a planted session cookie'
cookie=$(header Set-Cookie | grep __Host-karte=)
matches "$cookie" "$FLAGS" 'and sets a session of its own'
case $cookie in
*"$planted"*) flunk 'the planted token does not become the session' ;;
*) pass 'the planted token does not become the session' ;;
esac
fetch nobody / -H "Cookie: __Host-karte=$planted"
is "$STATUS/$(header Location)" 303//login 'the planted token opens nothing'

# the weak session lasts ten minutes
enter mori "$(password mori)"
unused mori
code mori
sql "UPDATE session SET since = since - 601, seen = seen - 601 WHERE account = 'mori'" >/dev/null
give_code mori "$CODE"
is "$STATUS/$(header Location)" 303//login 'who takes ten minutes for the code begins anew'

# ---- where to next -------------------------------------------------------------------------------

fetch nobody '/children/c7k3m9q2v4?x=1'
is "$STATUS" 303 'who is not signed in is sent to the sign-in page'
matches "$(header Location)" '^/login\?next=/children/c7k3m9q2v4' 'and comes back to the page'
PASS=$(password tanaka)
unused tanaka
login tanaka "$PASS" --data-urlencode 'next=/children/c7k3m9q2v4'
is "$(header Location)" /children/c7k3m9q2v4 'next leads to a page of this site, over both steps'
for next in 'https://evil.example/' '//evil.example/' '/\evil.example' 'evil' \
	$'/x\r\nSet-Cookie: a=b' 'javascript:alert(1)' ' /children' '/ //evil'; do
	enter tanaka "$PASS" --data-urlencode "next=$next"
	is "$STATUS $(header Location)" '303 /login/code' "next=$(tr '\r\n' '~~' <<<"$next") leads nowhere else"
done
fetch nobody '/login?next=//evil.example/'
lacks "$T/body" evil.example 'a foreign next is not even carried by the form'
fetch tanaka '/login/code?next=//evil.example/'
lacks "$T/body" evil.example 'nor by that of the second step'
csrf=$(sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' "$T/body" | head -n 1)
code tanaka
fetch tanaka /login/code -X POST -H "Origin: $URL" --data-urlencode "csrf=$csrf" \
	-d "code=$CODE" --data-urlencode 'next=https://evil.example/'
is "$STATUS $(header Location)" '303 /' 'a foreign next in the second step leads nowhere else'

# ---- signing out ---------------------------------------------------------------------------------

fetch tanaka /logout
is "$STATUS/$(header Allow)" 405/POST 'a link cannot sign anybody out'
old=$(awk '/__Host-karte/ { print $NF }' "$T/jar.tanaka")
post tanaka /logout
is "$STATUS/$(header Location)" 303//login 'signing out leads to the sign-in page'
matches "$(header Set-Cookie)" '^__Host-karte=; .*Max-Age=0$' 'the cookie goes'
matches "$(header Clear-Site-Data)" '"cache".*"cookies".*"storage"' 'the browser forgets the pages'
fetch nobody / -H "Cookie: __Host-karte=$old"
is "$STATUS/$(header Location)" 303//login 'the old session is over on the server too'

# ---- an account that is stopped ------------------------------------------------------------------

sign_in shimizu
fetch shimizu /
is "$STATUS" 200 'an account works'
karte account disable shimizu
is "$RC" 0 'an administrator stops it while the server runs'
fetch shimizu /
is "$STATUS/$(header Location)" 303//login 'its session is over at once'
enter shimizu "$(password shimizu)"
is "$STATUS" 422 'it cannot sign in any more'
said shimizu >"$T/disabled"
same "$T/wrong" "$T/disabled" 'and is told nothing that a stranger is not told'

# ---- too many tries ------------------------------------------------------------------------------

for i in 1 2 3 4 5; do
	enter kato "wrong $i"
	is "$STATUS" 422 "try $i of five is looked at"
done
# Short pauses may be over before the next try arrives.
wait=0
for ((i = 0; i < 16 && wait < 6; i++)); do
	enter kato 'wrong again'
	wait=0
	[ "$STATUS" != 429 ] || wait=$(header Retry-After)
	[ "$wait" -ge 6 ] || sleep "$wait"
done
is "$STATUS" 429 'then tries must wait'
matches "$wait" '^([6-9]|1[0-6])$' 'Retry-After tells how many seconds, growing slowly'
has "$T/body" 'もう一度' 'the page says so in words'
enter kato "$(password kato)"
is "$STATUS" 429 'during the pause the right password is not looked at either'
pause=$(header Retry-After)
login mori "$(password mori)"
is "$STATUS" 303 'others sign in meanwhile'
sleep "$pause"
login kato "$(password kato)"
is "$STATUS" 303 'nobody is locked out for good'
enter kato wrong
is "$STATUS" 422 'and the count begins anew'
for i in 1 2 3 4 5; do enter no-such-person wrong; done
tries=$STATUS
for ((i = 0; i < 6 && STATUS != 429; i++)); do enter no-such-person wrong; done
is "$tries $STATUS" '422 429' 'an unknown account is slowed down just like a real one'

# codes are slowed down too, and the right password in between does not help
for ((i = 0; i < 12; i++)); do
	enter nakamura "$(password nakamura)"
	[ "$STATUS" = 303 ] || break
	give_code nakamura 000000
	[ "$STATUS" = 422 ] || break
done
is "$STATUS" 429 'wrong codes must wait like wrong passwords'
matches "$i" '^[5-9]$' 'after the same five, however often the password was right'

# ---- what is recorded ----------------------------------------------------------------------------

for event in login login.fail login.throttled login.code login.code.fail logout; do
	karte log --json --event "$event"
	isnt "$(wc -l <"$T/out")" 0 "the journal has $event"
done
karte log --json
lacks "$T/out" 'typed too early' 'what was typed into the wrong field is not recorded'
lacks "$T/out" "$PASS" 'no password is recorded'
lacks "$T/server.err" "$PASS" 'no password is in the log of the server'

finish
