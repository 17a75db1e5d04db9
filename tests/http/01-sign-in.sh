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

# said ACCOUNT: the newest answer without the account that was typed
said() {
	plain "$T/body" | sed "s/value=\"$1\"/value=\"ACCOUNT\"/"
}

login tanaka 'not-the-password-at-all'
is "$STATUS" 422 'a wrong password is told'
has "$T/body" 'IDかパスワードが ちがいます' 'the page says that one of the two is wrong'
has "$T/body" 'value="tanaka"' 'what was typed as ID stays'
lacks "$T/body" 'not-the-password' 'the password does not come back'
is "$(header Set-Cookie | grep -c __Host-karte)" 0 'there is no session'
said tanaka >"$T/wrong"
login nobody-of-this-name 'not-the-password-at-all'
is "$STATUS" 422 'an unknown account has the same status'
said nobody-of-this-name >"$T/unknown"
same "$T/wrong" "$T/unknown" 'an unknown account has the same page'
login tanaka ''
is "$STATUS" 422 'an empty password is wrong too'
said tanaka >"$T/empty"
same "$T/wrong" "$T/empty" 'an empty password has the same page'
login 'My Secret, typed too early' x
is "$STATUS" 422 'what is no ID is wrong too'

# ---- a session -----------------------------------------------------------------------------------

login tanaka "$(password tanaka)"
is "$STATUS" 303 'the right password signs in'
is "$(header Location)" / 'and leads to the home page'
FLAGS='^__Host-karte=[A-Za-z0-9_-]{86}; Path=/; Secure; HttpOnly; SameSite=Lax$'
cookie=$(header Set-Cookie | grep __Host-karte=)
matches "$cookie" "$FLAGS" 'the session is a cookie for this host alone that ends with the browser'
fetch tanaka /
is "$STATUS" 200 'the home page opens'
has "$T/body" '田中 和子' 'it greets the person'
fetch tanaka /login
is "$STATUS/$(header Location)" 303// 'who is signed in is not asked again'

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

# ---- where to next -------------------------------------------------------------------------------

fetch nobody '/children/c7k3m9q2v4?x=1'
is "$STATUS" 303 'who is not signed in is sent to the sign-in page'
matches "$(header Location)" '^/login\?next=/children/c7k3m9q2v4' 'and comes back to the page'
PASS=$(password tanaka)
login tanaka "$PASS" --data-urlencode 'next=/children/c7k3m9q2v4'
is "$(header Location)" /children/c7k3m9q2v4 'next leads to a page of this site'
for next in 'https://evil.example/' '//evil.example/' '/\evil.example' 'evil' \
	$'/x\r\nSet-Cookie: a=b' 'javascript:alert(1)' ' /children' '/ //evil'; do
	login tanaka "$PASS" --data-urlencode "next=$next"
	is "$STATUS $(header Location)" '303 /' "next=$(tr '\r\n' '~~' <<<"$next") leads nowhere else"
done
fetch nobody '/login?next=//evil.example/'
lacks "$T/body" evil.example 'a foreign next is not even carried by the form'

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
login shimizu "$(password shimizu)"
is "$STATUS" 422 'it cannot sign in any more'
said shimizu >"$T/disabled"
same "$T/wrong" "$T/disabled" 'and is told nothing that a stranger is not told'

# ---- too many tries ------------------------------------------------------------------------------

for i in 1 2 3 4 5; do
	login kato "wrong $i"
	is "$STATUS" 422 "try $i of five is looked at"
done
# The first pauses are so short that they may be over before the next try arrives.
wait=0
for ((i = 0; i < 12 && wait < 3; i++)); do
	login kato 'wrong again'
	wait=0
	[ "$STATUS" != 429 ] || wait=$(header Retry-After)
	[ "$wait" -ge 3 ] || sleep "$wait"
done
is "$STATUS" 429 'then tries must wait'
matches "$wait" '^[3-8]$' 'Retry-After tells how many seconds, growing slowly'
has "$T/body" 'もう一度' 'the page says so in words'
login kato "$(password kato)"
is "$STATUS" 429 'during the pause the right password is not looked at either'
pause=$(header Retry-After)
login mori "$(password mori)"
is "$STATUS" 303 'others sign in meanwhile'
sleep "$pause"
login kato "$(password kato)"
is "$STATUS" 303 'nobody is locked out for good'
login kato wrong
is "$STATUS" 422 'and the count begins anew'
for i in 1 2 3 4 5; do login no-such-person wrong; done
tries=$STATUS
for ((i = 0; i < 6 && STATUS != 429; i++)); do login no-such-person wrong; done
is "$tries $STATUS" '422 429' 'an unknown account is slowed down just like a real one'

# ---- what is recorded ----------------------------------------------------------------------------

for event in login login.fail login.throttled logout; do
	karte log --json --event "$event"
	isnt "$(wc -l <"$T/out")" 0 "the journal has $event"
done
karte log --json
lacks "$T/out" 'typed too early' 'what was typed into the wrong field is not recorded'
lacks "$T/out" "$PASS" 'no password is recorded'
lacks "$T/server.err" "$PASS" 'no password is in the log of the server'

finish
