# shellcheck shell=bash
# What every story shares: the vault it plays in, the server, the visitors, and the TAP lines.
#
# A story sources this file, says its sentences with is, has, holds … and ends with `finish`.
# $KARTE is the program.  $KARTE_DEMO may name a demo vault made once for a whole run; it is only
# copied, never used itself.  Everything else lies in $T, which goes away at the end.

set -u
export LC_ALL=C.UTF-8
unset KARTE_VAULT GNUPGHOME XDG_CONFIG_HOME
umask 077

: "${KARTE:?set it to the program}"
KARTE=$(realpath "$KARTE")
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
T=$(mktemp -d "${TMPDIR:-/tmp}/karte-story.XXXXXX")
SERVER='' COUNT=0 BAD=0 PASSWORDS=''
# What the newest request and the newest command left, for the story to look at.
STATUS='' RC=0 URL='' CODE=''

# shellcheck source=tests/day_lib.sh
. "$ROOT/tests/day_lib.sh"
one_day 240

leave() {
	[ -z "$SERVER" ] || stop KILL
	rm -rf "$T"
}
trap leave EXIT
trap 'exit 130' INT TERM

# ---- sentences -----------------------------------------------------------------------------------

pass() {
	COUNT=$((COUNT + 1))
	echo "ok $COUNT - $1"
}

# flunk SENTENCE [LINE…]: the lines say what was seen.
flunk() {
	COUNT=$((COUNT + 1)) BAD=$((BAD + 1))
	echo "not ok $COUNT - $1"
	shift
	[ $# -eq 0 ] || printf '# %s\n' "$@" | cut -c1-300 | head -n 20
}

# is GOT WANT SENTENCE
is() {
	if [ "$1" = "$2" ]; then pass "$3"; else flunk "$3" "got  $1" "want $2"; fi
}

# isnt GOT UNWANTED SENTENCE
isnt() {
	if [ "$1" != "$2" ]; then pass "$3"; else flunk "$3" "got  $1"; fi
}

# matches GOT REGEX SENTENCE
matches() {
	if [[ $1 =~ $2 ]]; then pass "$3"; else flunk "$3" "got  $1" "want $2"; fi
}

# has FILE TEXT SENTENCE
has() {
	if grep -qF -- "$2" "$1"; then pass "$3"; else flunk "$3" "not found: $2"; fi
}

# lacks FILE TEXT SENTENCE.  An absent file or an empty text proves nothing, so both are failures.
lacks() {
	if [ -z "$2" ] || [ ! -f "$1" ]; then
		flunk "$3" "nothing to look for, or no file to look into: $1"
	elif grep -qF -- "$2" "$1"; then
		flunk "$3" "found: $2"
	else
		pass "$3"
	fi
}

# holds SENTENCE COMMAND…: the command succeeds.
holds() {
	local sentence=$1 out
	shift
	if out=$("$@" 2>&1); then pass "$sentence"; else flunk "$sentence" "failed: $*" "$out"; fi
}

# refuses SENTENCE COMMAND…: the command fails.
refuses() {
	local sentence=$1
	shift
	if "$@" >/dev/null 2>&1; then flunk "$sentence" "succeeded: $*"; else pass "$sentence"; fi
}

# until_true SECONDS COMMAND…: the command succeeds in time.  What a server does by itself takes on a
# busy machine as long as it takes: give it a minute.
until_true() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.2
	done
}

# same FILE FILE SENTENCE
same() {
	local out
	if out=$(diff "$1" "$2" 2>&1); then pass "$3"; else flunk "$3" "$out"; fi
}

finish() {
	echo "1..$COUNT"
	[ "$BAD" -eq 0 ] || echo "# $BAD of $COUNT failed: $0"
	[ "$BAD" -eq 0 ] && [ "$COUNT" -gt 0 ]
	exit
}

give_up() {
	echo "Bail out! $1"
	exit 1
}

# ---- the vault -----------------------------------------------------------------------------------

# demo_vault DIR: a demo vault of one's own.
demo_vault() {
	if [ -z "${KARTE_DEMO:-}" ] || [ ! -f "$KARTE_DEMO/karte.yaml" ]; then
		KARTE_DEMO=$T/demo
		"$KARTE" demo "$KARTE_DEMO" >/dev/null 2>"$T/demo.err" || give_up "$(cat "$T/demo.err")"
	fi
	cp -a "$KARTE_DEMO" "$1"
}

# karte ARGUMENT…: on the vault $V; $RC, $T/out and $T/err are what came of it.
karte() {
	timeout 120 "$KARTE" -C "$V" "$@" >"$T/out" 2>"$T/err" </dev/null
	RC=$?
	return $RC
}

# verified SENTENCE: the whole proof of $V holds.
verified() {
	karte verify
	if [ "$RC" = 0 ]; then pass "$1"; else flunk "$1" "exit $RC" "$(head -n 12 "$T/out")" "$(tail -n 2 "$T/err")"; fi
}

# verified_again SENTENCE: so does that of the verifier which shares no code with the program; not
# under a moved clock, which Python does not bear.
verified_again() {
	env -u LD_PRELOAD PYTHONDONTWRITEBYTECODE=1 "$ROOT/vault/audit/karte-verify" "$V" >"$T/out" 2>"$T/err"
	RC=$?
	if [ "$RC" = 0 ]; then pass "$1"; else flunk "$1" "exit $RC" "$(head -n 12 "$T/out")" "$(tail -n 2 "$T/err")"; fi
}

# password ACCOUNT: of the demo's.
password() {
	[ -n "$PASSWORDS" ] || PASSWORDS=$("$KARTE" demo --accounts)
	awk -v id="$1" '$1 == id { print $2 == "staff" ? $4 : $3 }' <<<"$PASSWORDS"
}

# secret ACCOUNT: of its one-time passwords, the demo's or what enrol has seen.
secret() {
	if [ -s "$T/secret.$1" ]; then
		cat "$T/secret.$1"
		return
	fi
	[ -n "$PASSWORDS" ] || PASSWORDS=$("$KARTE" demo --accounts)
	awk -v id="$1" '$1 == id { print $2 == "staff" ? $5 : $4 }' <<<"$PASSWORDS"
}

# sql STATEMENT: into vault.db of $V, for what only time would do.
sql() {
	python3 -c 'import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=20)
for row in db.execute(sys.argv[2]).fetchall():
    print(*row, sep="|")
db.commit()' "$V/vault.db" "$1"
}

# repo CHILD: where its repository lies.
repo() {
	echo "$V/children/${1:8:2}/$1.git"
}

# head_of CHILD: the newest commit.
head_of() {
	git -C "$(repo "$1")" rev-parse refs/heads/main
}

# version_of CHILD SHEET: the newest commit of one sheet.
version_of() {
	git -C "$(repo "$1")" log -1 --format=%H main -- "sheets/$2.md"
}

# ---- the server ----------------------------------------------------------------------------------

# serve: starts the server on $V at a free port; $SERVER is its process, $URL its address.
serve() {
	local i
	: >"$T/address"
	"$KARTE" -C "$V" serve --listen 127.0.0.1:0 >"$T/address" 2>>"$T/server.err" &
	SERVER=$!
	for ((i = 0; i < 600; i++)); do
		[ ! -s "$T/address" ] || break
		kill -0 "$SERVER" 2>/dev/null || return 1
		sleep 0.05
	done
	URL=$(head -n 1 "$T/address")
	[ -n "$URL" ]
}

must_serve() {
	serve || give_up "the server does not start: $(tail -n 3 "$T/server.err")"
}

# stop SIGNAL
stop() {
	[ -n "$SERVER" ] || return 0
	kill "-$1" "$SERVER" 2>/dev/null
	wait "$SERVER" 2>/dev/null
	RC=$?
	SERVER=
}

# ---- visitors ------------------------------------------------------------------------------------

# fetch WHO PATH [CURL-OPTION…]: one request with the cookies of WHO ("nobody" has none); fills
# $STATUS, $T/body and $T/head.
fetch() {
	local who=$1 path=$2 jar=()
	shift 2
	[ "$who" = nobody ] || jar=(-b "$T/jar.$who" -c "$T/jar.$who")
	: >"$T/body"
	: >"$T/head"
	STATUS=$(curl -s --max-time 60 --cacert "$V/tls/cert.pem" --path-as-is "${jar[@]}" \
		-o "$T/body" -D "$T/head" -w '%{http_code}' "$@" "$URL$path")
}

# header NAME: of the newest answer, without the line end; nothing if it is not there.
header() {
	awk -v name="${1,,}" 'tolower($0) ~ "^" name ":" {
		sub(/^[^:]*: */, ""); sub(/\r$/, ""); print }' "$T/head"
}

# post WHO PATH [CURL-OPTION…]: as a form of ours would send it, with the token of the session.
post() {
	local who=$1 path=$2
	shift 2
	fetch "$who" "$path" -X POST -H "Origin: $URL" -H 'Sec-Fetch-Site: same-origin' \
		--data-urlencode "csrf=$(token "$who")" "$@"
}

# token WHO: what proves that a form is of this session; taken from a page that is not recorded.
token() {
	[ "$1" = nobody ] && return
	[ -s "$T/csrf.$1" ] || curl -s --max-time 60 --cacert "$V/tls/cert.pem" -b "$T/jar.$1" \
		"$URL/about" | sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' | head -n 1 >"$T/csrf.$1"
	cat "$T/csrf.$1"
}

# enter WHO PASSWORD [CURL-OPTION…]: fills the form of the sign-in page, and no more; $STATUS is the
# outcome.
enter() {
	local who=$1 password=$2 pre
	shift 2
	rm -f "$T/csrf.$who" "$T/jar.$who"
	fetch "$who" /login
	pre=$(sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' "$T/body" | head -n 1)
	fetch "$who" /login -X POST -H "Origin: $URL" --data-urlencode "csrf=$pre" \
		--data-urlencode "account=$who" --data-urlencode "password=$password" "$@"
}

# code WHO: a one-time password that has not been used yet.  Good are those of the step before, of
# now and of the next; only when all are used it waits for another.  Into $CODE.
code() {
	local who=$1 last=0 at step
	[ ! -s "$T/step.$who" ] || last=$(cat "$T/step.$who")
	while :; do
		at=$(date +%s)
		# near its end a step may be over when the server looks
		for ((step = (at + 3) / 30 - 1; step <= at / 30 + 1; step++)); do
			[ "$step" -gt "$last" ] || continue
			echo "$step" >"$T/step.$who"
			CODE=$(oathtool --totp -b -N "@$((step * 30))" "$(secret "$who")")
			return
		done
		sleep 1
	done
}

# unused WHO: as if no one-time password had been used: for stories in which somebody signs in often.
unused() {
	rm -f "$T/step.$1"
	sql "UPDATE factor SET count = 0 WHERE account = '$1' AND kind = 'totp'"
}

# give_code WHO CODE [CURL-OPTION…]: the second step, in the session that the password opened.
give_code() {
	local who=$1 code=$2 token next
	shift 2
	fetch "$who" "$(header Location)"
	token=$(sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' "$T/body" | head -n 1)
	next=$(sed -n 's/.*name="next" value="\([^"]*\)".*/\1/p' "$T/body" | head -n 1)
	fetch "$who" /login/code -X POST -H "Origin: $URL" --data-urlencode "csrf=$token" \
		--data-urlencode "code=$code" ${next:+--data-urlencode "next=$next"} "$@"
}

# login WHO PASSWORD [CURL-OPTION…]: the password and, where it is asked for, a one-time password.
login() {
	enter "$@"
	[[ $(header Location) == /login/code* ]] || return 0
	code "$1"
	give_code "$1" "$CODE"
}

# enrol WHO: sets up one-time passwords, which a new account has to do before anything else.
enrol() {
	local who=$1 token challenge
	fetch "$who" /account/factors/totp
	token=$(sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' "$T/body" | head -n 1)
	challenge=$(sed -n 's/.*name="challenge" value="\([^"]*\)".*/\1/p' "$T/body" | head -n 1)
	grep -o 'class="code-text">[A-Z2-7 ]\{39\}<' "$T/body" | sed 's/.*>\(.*\)</\1/' | tr -d ' ' \
		>"$T/secret.$who"
	rm -f "$T/step.$who" "$T/csrf.$who"
	code "$who"
	fetch "$who" /account/factors/totp -X POST -H "Origin: $URL" \
		--data-urlencode "csrf=$token" --data-urlencode "challenge=$challenge" \
		--data-urlencode "code=$CODE"
}

# sign_in WHO…: people of the demo.
sign_in() {
	local who
	for who; do
		login "$who" "$(password "$who")"
		[ "$STATUS" = 303 ] || give_up "$who cannot sign in: $STATUS"
	done
}

# ---- forms: a file of encoded name=value lines, see form.pl ---------------------------------------

form() {
	perl "$ROOT/tests/http/form.pl" "$@"
}

# open_form WHO SHEET FILE: the whole form of /children/CHILD/sheets/TYPE/ID as the browser would send it,
# with a reason.
open_form() {
	fetch "$1" "/children/$2/edit/all?draft=none"
	form read "$T/body" >"$3"
	[ ! -s "$3" ] || form set "$3" reason 見直した # what is final asks for one
}

# body FILE: FILE.body is the form as it goes over the line
body() {
	paste -sd '&' "$1" | tr -d '\n' >"$1.body"
}

# send_form WHO SHEET FILE [CURL-OPTION…]: presses its button.
send_form() {
	local who=$1 sheet=$2 file=$3
	shift 3
	body "$file"
	fetch "$who" "/children/$sheet/edit" -X POST -H "Origin: $URL" \
		--data-binary "@$file.body" "$@"
}

# plain FILE: an answer without what differs from request to request.
plain() {
	sed -E 's/<span class="code-text">[0-9a-f]{16}</<span class="code-text">N</
		s/(name="csrf" value=")[^"]*/\1T/' "$1"
}
