#!/usr/bin/env bash
# Scanners against a running demo: wapiti and sqlmap signed in as each role, testssl.sh and sslscan at
# its TLS, slowhttptest with clients that never finish.  First the same scanners must find the faults of
# a bad server, since a scanner that finds nothing there says nothing about ours.
#
# BUILD: the build folder; reports go to $BUILD/scan.  KARTE: the program.  SCAN_MINUTES: about how
# long in all [20].  SLOW_CLIENTS: more than the vault takes at a time [2000].
# ONLY: a pattern; only parts whose name (self tls slow nobody tanaka …) matches are run.
# The last line is "N passed, N failed".  Everything happens on the loopback, in vaults of its own.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
: "${BUILD:=build}" "${SCAN_MINUTES:=20}" "${SLOW_CLIENTS:=2000}" "${ONLY:=.}"

HERE=$ROOT/tests/scan
REPORTS=$BUILD/scan
rm -rf "$REPORTS"
mkdir -p "$REPORTS" "$T/home"
REPORTS=$(realpath "$REPORTS")
export HOME=$T/home # where sqlmap and wapiti keep what they remember

# The time: what TLS and the bad server need is fixed, the rest is shared.
VISITORS=6
SECONDS_ALL=$((SCAN_MINUTES * 60))
SLOW_EACH=$((SECONDS_ALL / 30 < 10 ? 10 : SECONDS_ALL / 30))
EACH=$(((SECONDS_ALL - 150 - 3 * SLOW_EACH) / VISITORS))
[ "$EACH" -ge 20 ] || EACH=20
CRAWL=$((EACH / 5)) ATTACK=$((EACH / 2)) INJECT=$((EACH * 3 / 10))

OTHERS='' # processes of ours besides the server
end_others() {
	local p
	for p in $OTHERS; do
		kill "$p" 2>/dev/null
		wait "$p" 2>/dev/null
	done
	OTHERS=
}
trap 'end_others; leave' EXIT

# ---- one scanner each: RESULT is what the judge says, the exit code whether it found nothing --------

judge() {
	RESULT=$("$HERE/judge.py" "$@")
}

# verdict SENTENCE: of the newest judgement
verdict() {
	local code=$? summary found
	summary=$(head -n 1 <<<"$RESULT")
	if [ $code = 0 ]; then
		pass "$1 ($summary)"
	else
		mapfile -t found < <(tail -n +2 <<<"$RESULT")
		flunk "$1 ($summary)" "${found[@]}"
	fi
}

# found PATTERN SENTENCE: the newest judgement is a finding like this
found() {
	if grep -qE -- "$1" < <(tail -n +2 <<<"$RESULT"); then
		pass "$2"
	else
		flunk "$2" "want $1" "$RESULT"
	fi
}

# cookie WHO: as a header has it; nothing for who has none
cookie() {
	[ ! -f "$T/jar.$1" ] || sed -n 's/^#HttpOnly_//; /^#/!p' "$T/jar.$1" |
		awk 'NF >= 7 { printf "%s%s=%s", sep, $6, $7; sep = "; " }'
}

# run_wapiti NAME URL WHO CRAWL-SECONDS ATTACK-SECONDS [KIND…]
run_wapiti() {
	local name=$REPORTS/$1-wapiti url=$2 who=$3 crawl=$4 attack=$5 cookies=/dev/null starts=() path
	[ ! -f "$T/jar.$who" ] || cookies=$T/jar.$who
	shift 5
	while read -r path; do
		starts+=(-s "$url$path")
	done < <(awk -F'|' -v who="$who" '$1 == who && $3 == "" && !/\*/ { print $2 }' "$HERE/targets.txt")
	jq -Rn '[inputs | sub("^#HttpOnly_"; "") | split("\t") | select(length == 7)
		| {(.[5]): {value: .[6], expires: null, secure: true, port: null, version: 0}}]
		| {"127.0.0.1": {"/": (add // {})}}' \
		<"$cookies" >"$T/cookie.json"
	timeout -k 5 $((crawl + attack + 60)) "$HERE/wapiti.py" "$attack" "$name.notes.json" \
		-u "$url/" "${starts[@]}" -c "$T/cookie.json" -H "Origin: $url" \
		--max-scan-time "$crawl" -t 10 -v 1 --store-session "$name.session" --no-bugreport \
		-f json -o "$name.json" \
		>"$name.log" 2>&1 </dev/null
	judge wapiti "$name.json" "$name.notes.json" "$name.log" "$@"
}

# run_sqlmap NAME URL COOKIE DATA PARAMETERS [OPTION…]
run_sqlmap() {
	local log=$REPORTS/$1-sqlmap.log url=$2 cookie=$3 data=$4 parameters=$5
	shift 5
	timeout -k 5 180 sqlmap -u "$url" ${cookie:+--cookie "$cookie"} ${data:+--data "$data"} \
		${parameters:+-p "$parameters"} --headers "Origin: ${url%"${url#https://*/}"}" --batch \
		--dbms sqlite --level 2 --risk 2 --flush-session --output-dir "$T/sqlmap" \
		--ignore-code '*' --answers 'follow=N' --disable-coloring "$@" >"$log" 2>&1 </dev/null
	judge sqlmap "$log"
}

# run_testssl NAME URL [OPTION…]
run_testssl() {
	local name=$REPORTS/$1-testssl url=$2
	shift 2
	timeout -k 5 300 testssl --quiet --color 0 -n none --warnings off --connect-timeout 5 \
		--openssl-timeout 10 "$@" -oj "$name.json" "$url/login" >"$name.log" 2>&1 </dev/null
	judge testssl "$name.json"
}

# run_sslscan NAME URL
run_sslscan() {
	local name=$REPORTS/$1-sslscan
	timeout -k 5 120 sslscan --no-colour --xml="$name.xml" "${2#https://}" >"$name.log" 2>&1 </dev/null
	judge sslscan "$name.xml"
}

# run_renego NAME URL: a client that asks for a second handshake
run_renego() {
	local log=$REPORTS/$1-renego.log
	{
		sleep 1
		echo R
		sleep 1
		printf 'GET /login HTTP/1.1\r\nHost: localhost\r\n\r\n'
		sleep 1
	} | timeout -k 5 20 openssl s_client -tls1_2 -connect "${2#https://}" >"$log" 2>&1
	judge renego "$log"
}

# run_slow NAME URL PATH COOKIE SECONDS CLIENTS OPTION…: while it works, somebody else opens PATH
# once a second.
run_slow() {
	local name=$REPORTS/$1-slow url=$2 path=$3 cookie=$4 seconds=$5 clients=$6 attack
	shift 6
	: >"$name.samples"
	timeout -k 5 $((seconds + 20)) slowhttptest "$@" -c "$clients" -r $((clients / 5)) \
		-l "$seconds" -p 3 -v 1 >"$name.log" 2>&1 </dev/null &
	attack=$!
	OTHERS+=" $attack"
	sleep 2
	while kill -0 "$attack" 2>/dev/null; do
		curl -sk -o /dev/null --interface 127.0.0.2 --max-time 5 ${cookie:+-b "$cookie"} \
			-w '%{http_code} %{time_total}\n' "$url$path" >>"$name.samples"
		sleep 1
	done
	wait "$attack"
	OTHERS=${OTHERS% "$attack"}
	judge slow "$name.log" "$name.samples" "$clients" "$seconds"
}

# ---- they do find what is wrong --------------------------------------------------------------------

self_check() {
	local bad i
	"$KARTE" init "$T/bad" >/dev/null 2>&1
	: >"$T/bad.url"
	"$HERE/bad.py" "$T/bad/tls/cert.pem" "$T/bad/tls/key.pem" >"$T/bad.url" 2>/dev/null &
	OTHERS+=" $!"
	for ((i = 0; i < 100; i++)); do
		[ ! -s "$T/bad.url" ] || break
		sleep 0.1
	done
	bad=$(cat "$T/bad.url")
	run_wapiti bad "$bad" nobody 10 25
	found 'Cross Site Scripting.*q' 'wapiti finds the script that a bad server echoes'
	found 'SQL Injection.*id' 'wapiti finds its SQL'
	found 'Secure' 'wapiti finds its cookie'
	run_sqlmap bad "$bad/?id=1" '' '' ''
	found 'Parameter: id' 'sqlmap finds the SQL of a bad server'
	run_testssl bad "$bad" -p
	found 'TLS1 |TLS1:' 'testssl.sh finds its old protocol'
	run_sslscan bad "$bad"
	found 'protocol tls 1.0' 'sslscan finds its old protocol'
	found 'cipher' 'sslscan finds its weak ciphers'
	run_renego bad "$bad"
	found 'without end' 'and it does as many handshakes as a client likes'
	run_slow bad "$bad" / '' 8 50 -H -u "$bad/" -i 1
	found 'status 000|in [2-9]' 'slowhttptest stops its other clients'
	end_others
}

# ---- the vault -------------------------------------------------------------------------------------

# open_vault WHO…: a fresh vault, its server, and who has signed in
open_vault() {
	V=$T/vault
	rm -rf "$V" "$T"/jar.* "$T"/csrf.* "$T"/step.*
	demo_vault "$V"
	must_serve
	sign_in "$@"
}

# close_vault NAME: whatever was sent, the vault is whole.
close_vault() {
	fetch nobody /readyz
	is "$STATUS" 200 "$1: the server still answers"
	stop TERM
	is "$RC" 0 "$1: and ends in order"
	karte verify
	is "$RC" 0 "$1: commits, journal and signatures are whole"
	cp "$T/server.err" "$REPORTS/$1-server.log"
	: >"$T/server.err"
}

tls() {
	open_vault
	run_sslscan tls "$URL"
	verdict 'sslscan finds nothing weak'
	run_testssl tls "$URL"
	verdict 'testssl.sh finds nothing weak'
	run_renego tls "$URL"
	verdict 'a second handshake is refused'
	close_vault tls
}

slow() {
	local sheet=/children/c7k3m9q2v4/sheets/kyoiku-shien/2026/edit path=/children reader
	open_vault shimizu tanaka
	reader=$(cookie shimizu)
	run_slow headers "$URL" "$path" "$reader" "$SLOW_EACH" "$SLOW_CLIENTS" \
		-H -u "$URL/login" -i 3
	verdict "slow headers stop nobody else"
	run_slow body "$URL" "$path" "$reader" "$SLOW_EACH" "$SLOW_CLIENTS" \
		-B -u "$URL/login" -i 3 -s 8192 -x 10
	verdict "slow bodies stop nobody else"
	run_slow read "$URL" "$path" "$reader" "$SLOW_EACH" "$SLOW_CLIENTS" \
		-X -u "$URL$sheet" -j "$(cookie tanaka)" -w 10 -y 20 -n 5 -z 32 -k 3
	verdict "slow readers stop nobody else"
	close_vault slow
}

# inject WHO: targets.txt has lines "WHO|PATH|BODY|PARAMETERS", where TOKEN is the session's and *
# marks a part of the path; sqlmap tries these, then the forms that wapiti saw, as far as time goes.
# What has neither BODY nor * is also where wapiti begins.
inject() {
	local who=$1 end=$((SECONDS + INJECT)) n=0 done_=0 visitor kind url data names
	while IFS='|' read -r visitor url data names; do
		[ "$visitor" = "$who" ] || continue
		[[ $names || $url == *\** ]] || continue
		n=$((n + 1))
		run_sqlmap "$who-$n" "$URL$url" "$(cookie "$who")" "${data//TOKEN/$TOKEN}" "$names"
		verdict "sqlmap as $who: ${names:-path} of $url"
	done <"$HERE/targets.txt"
	INJECTED='' REST=0
	while IFS=$'\t' read -r kind url data names; do
		if [ "$SECONDS" -ge "$end" ]; then
			REST=$((REST + 1))
			continue
		fi
		n=$((n + 1)) done_=$((done_ + 1))
		run_sqlmap "$who-$n" "$url" "$(cookie "$who")" "$data" "$names" || {
			verdict "sqlmap as $who: $kind"
			INJECTED=no
		}
	done < <(jq -r '.forms[] | [.kind, .url, .data, (.names | join(","))] | @tsv' \
		"$REPORTS/$who-wapiti.notes.json")
	is "$INJECTED" '' "sqlmap as $who: $done_ forms that wapiti saw, $REST left out for want of time"
}

# visit WHO [KIND…]: one role; the kinds are pages that wapiti must have come to
visit() {
	local who=$1
	shift
	if [ "$who" = nobody ]; then
		open_vault
		fetch guest /login # the cookie that a sign-in begins with
		mv "$T/jar.guest" "$T/jar.nobody"
		TOKEN=$(sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' "$T/body" | head -n 1)
	else
		open_vault "$who"
		TOKEN=$(token "$who")
	fi
	run_wapiti "$who" "$URL" "$who" "$CRAWL" "$ATTACK" "$@"
	verdict "wapiti as $who finds nothing"
	inject "$who"
	if [ "$who" != nobody ]; then
		fetch "$who" /about
		has "$T/body" /logout "$who is still signed in"
	fi
	close_vault "$who"
}

# ---- all -------------------------------------------------------------------------------------------

# part NAME COMMAND…
part() {
	local name=$1 began=$SECONDS
	shift
	[[ $name =~ $ONLY ]] || return 0
	"$@"
	echo "# $name took $((SECONDS - began)) s"
}

SHEET='/children/:child/sheets/kyoiku-shien/:n'
part self self_check
part tls tls
part slow slow
part nobody visit nobody 'GET /login' 'POST /login' 'GET /first' 'POST /first'
part tanaka visit tanaka 'GET /children?q' 'GET /children/:child' "GET $SHEET" \
	"GET $SHEET/edit" "POST $SHEET/edit" "GET $SHEET/history" 'GET /account' 'GET /account/codes' \
	'GET /account/factors/totp' 'GET /kept'
part yoshida-f visit yoshida-f 'GET /children/:child' "GET $SHEET" \
	'POST /children/:child/sheets/shugaku-shien/:n/edit' 'GET /children/:child/accesses'
part okada visit okada 'GET /audit' 'GET /audit?account&child&event&from&to'
part fujii visit fujii 'GET /admin' 'GET /admin/accounts' 'GET /admin/accounts/new' \
	'GET /admin/accounts/import' 'GET /admin/accounts/:account' 'POST /admin/accounts/:account' \
	'GET /admin/institutions' 'GET /admin/institutions/:institution' 'GET /admin/children' \
	'GET /admin/children/:child' 'GET /admin/households' 'GET /admin/access' \
	'GET /admin/access/ranges/new' 'GET /account'
part shimizu visit shimizu 'GET /children?q' 'GET /children/:child' "GET $SHEET"

echo "1..$COUNT"
echo "reports: $REPORTS"
echo "$((COUNT - BAD)) passed, $BAD failed"
[ "$BAD" -eq 0 ] && [ "$COUNT" -gt 0 ]
