#!/bin/bash
# Each answer carries the headers of the house, whatever it is; nothing about anybody is kept.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
must_serve
sign_in tanaka okada

CSP="default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; \
base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
upgrade-insecure-requests"

# headers WHAT: the newest answer has all of them, once each
headers() {
	local bad=''
	[ "$(header Content-Security-Policy)" = "$CSP" ] || bad+=' CSP'
	[ "$(header X-Content-Type-Options)" = nosniff ] || bad+=' nosniff'
	[ "$(header X-Frame-Options)" = DENY ] || bad+=' frame'
	[ "$(header Referrer-Policy)" = no-referrer ] || bad+=' referrer'
	[ "$(header Cross-Origin-Opener-Policy)" = same-origin ] || bad+=' coop'
	[ "$(header Cross-Origin-Resource-Policy)" = same-origin ] || bad+=' corp'
	[ "$(header Strict-Transport-Security)" = 'max-age=31536000; includeSubDomains' ] || bad+=' hsts'
	[[ $(header Permissions-Policy) == *'camera=()'*'geolocation=()'*'microphone=()'* ]] ||
		bad+=' permissions'
	[ -z "$(header Server)$(header X-Powered-By)$(header Access-Control-Allow-Origin)" ] ||
		bad+=' chatter'
	is "$bad" '' "$1: all security headers"
}

personal() {
	is "$(header Cache-Control)" no-store "$1: is kept nowhere"
}

SHEET=/children/c7k3m9q2v4/sheets/kyoiku-shien/2026
VERSION=$(version_of c7k3m9q2v4 kyoiku-shien/2026)
while read -r who path want type; do
	fetch "$who" "$path"
	is "$STATUS" "$want" "$who $path: $want"
	headers "$who $path"
	personal "$who $path"
	if [ "$want" = 303 ]; then
		is "$(wc -c <"$T/body")" 0 "$who $path: a redirect says nothing"
	else
		matches "$(header Content-Type)" "^$type" "$who $path: says what it is"
	fi
done <<END
nobody / 303 -
nobody /login 200 text/html;.charset=utf-8$
nobody /about 200 text/html;.charset=utf-8$
nobody /help/staff 200 text/html;.charset=utf-8$
nobody /nothing 404 text/html;.charset=utf-8$
nobody /healthz 200 text/plain;.charset=utf-8$
nobody /readyz 200 text/plain;.charset=utf-8$
nobody /verify/$VERSION 200 text/html;.charset=utf-8$
nobody /verify/0000000000000000000000000000000000000000 404 text/html;.charset=utf-8$
nobody $SHEET 303 -
tanaka / 200 text/html;.charset=utf-8$
tanaka /children 200 text/html;.charset=utf-8$
tanaka /children/c7k3m9q2v4 200 text/html;.charset=utf-8$
tanaka /children/c7k3m9q2v4/karte.pdf 200 application/pdf$
tanaka $SHEET 200 text/html;.charset=utf-8$
tanaka $SHEET.pdf 200 application/pdf$
tanaka $SHEET/edit 200 text/html;.charset=utf-8$
tanaka $SHEET/history 200 text/html;.charset=utf-8$
tanaka $SHEET/history/$VERSION 200 text/html;.charset=utf-8$
tanaka $SHEET/history/$VERSION.pdf 200 application/pdf$
tanaka /children/c9d4x1e6pj 404 text/html;.charset=utf-8$
tanaka /audit 404 text/html;.charset=utf-8$
okada /audit 200 text/html;.charset=utf-8$
END

post tanaka "$SHEET/edit" -d base=x
is "$STATUS" 400 'a form that is none of ours'
headers 'a form that is none of ours'
fetch tanaka /children -X DELETE
is "$STATUS" 405 'a method that is not used'
headers 'a method that is not used'
head -c 3000000 /dev/zero | tr '\0' a >"$T/big"
fetch tanaka "$SHEET/edit" -X POST -H "Origin: $URL" --data-binary "@$T/big"
is "$STATUS" 413 'a body that is too big'
headers 'a body that is too big'
fetch nobody '/%2e%2e/etc/passwd'
is "$STATUS" 400 'a path that climbs'
headers 'a path that climbs'

fetch tanaka "$SHEET.pdf"
matches "$(header Content-Disposition)" '^inline; filename="kyoiku-shien-c7k3m9q2v4.pdf"' \
	'the name of a PDF says the number of the child, never the name'
curl -s --cacert "$V/tls/cert.pem" -b "$T/jar.tanaka" -I "$URL$SHEET" >"$T/head"
matches "$(head -n 1 "$T/head")" ' 200 ' 'HEAD is answered as GET'
headers 'HEAD'
personal 'HEAD'

# ---- files of the theme --------------------------------------------------------------------------

fetch nobody /login
ASSETS=$(grep -o '/assets/[a-z0-9.-]*' "$T/body" | sort -u)
isnt "$ASSETS" '' 'a page names its files'
for asset in $ASSETS; do
	fetch nobody "$asset"
	is "$STATUS" 200 "$asset: is there"
	headers "$asset"
	is "$(header Cache-Control)" 'public, max-age=31536000, immutable' "$asset: may be kept for ever"
	tag=$(header ETag)
	matches "$tag" '^"[0-9a-f]{64}"$' "$asset: has a tag"
	is "\"$(sha256sum <"$T/body" | cut -d ' ' -f 1)\"" "$tag" "$asset: the tag is of its bytes"
	fetch nobody "$asset" -H "If-None-Match: $tag"
	is "$STATUS $(wc -c <"$T/body")" '304 0' "$asset: is not sent twice"
	headers "$asset, unchanged"
	fetch nobody "$asset" -H 'If-None-Match: "0"'
	is "$STATUS" 200 "$asset: is sent when the tag is another"
	is "$(header Set-Cookie)" '' "$asset: sets no cookie"
done
fetch nobody /assets/style.0000000000000000.css
is "$STATUS" 404 'a name with another hash is not there'
fetch nobody /assets/..
is "$STATUS" 400 'the folder of the theme cannot be left'

# ---- TLS -----------------------------------------------------------------------------------------

refuses 'TLS 1.1 is refused' curl -s --max-time 5 --cacert "$V/tls/cert.pem" \
	--tlsv1.0 --tls-max 1.1 --ciphers 'DEFAULT@SECLEVEL=0' "$URL/healthz"
holds 'TLS 1.2 is good' curl -s --max-time 5 --cacert "$V/tls/cert.pem" --tls-max 1.2 "$URL/healthz"
holds 'TLS 1.3 is good' curl -s --max-time 5 --cacert "$V/tls/cert.pem" --tlsv1.3 "$URL/healthz"
refuses 'plain HTTP is not answered' curl -sf --max-time 5 "http${URL#https}/healthz"

stop TERM
is "$RC" 0 'the server ends well'
finish
