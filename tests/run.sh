#!/usr/bin/env bash
# Runs every test, two at a time, and counts.  Each test prints TAP lines ("ok - …", "not ok - …");
# the last line of all is "N passed, N failed[, N skipped]".
#
# BUILD: the build folder.  KARTE: the program.  SANITIZED: leave out what drives a browser.
# ONLY: a pattern; only tests whose name matches are run.
set -u
cd "$(dirname "$0")/.." || exit 1
: "${BUILD:=build}" "${KARTE:=$PWD/build/karte}" "${SANITIZED:=}" "${ONLY:=}"
logs=$BUILD/test-logs
rm -rf "$logs"
mkdir -p "$logs"
export BUILD KARTE SANITIZED
export CMOCKA_MESSAGE_OUTPUT=TAP
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1
TMPDIR=$(mktemp -d "${TMPDIR:-/tmp}/karte-test.XXXXXX")
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT

# What there is to run: name, seconds allowed, command.
list() {
	local f
	for f in "$BUILD"/unit/*; do
		[ -x "$f" ] && [ ! -d "$f" ] && echo "unit/${f##*/} 300 $f"
	done
	for f in "$BUILD"/replay/*; do
		[ -x "$f" ] && [ ! -d "$f" ] &&
			echo "fuzz/${f##*/} 300 $f tests/fuzz/corpora/${f##*/}"
	done
	[ -x "$BUILD/fault/store" ] &&
		echo "fault/store 600 env LD_PRELOAD=$(realpath "$BUILD")/fault/failnth.so $BUILD/fault/store"
	for f in tests/*.sh tests/cli/*.sh tests/stock/*.sh tests/property/*.sh tests/http/*.sh \
		tests/attack/[0-9]*.sh; do
		case $f in tests/run.sh | tests/lint.sh | */lib.sh | */*lib.sh) continue ;; esac
		[ ! -f "$f" ] || echo "${f#tests/} 900 bash $f"
	done
	[ -n "$SANITIZED" ] || [ ! -x tests/browser/run.sh ] || echo "browser 1700 tests/browser/run.sh"
	[ -n "$SANITIZED" ] || [ ! -x tests/browser/cases.sh ] || echo "cases 900 tests/browser/cases.sh"
}

run_one() {
	local name=$1 seconds=$2 log code
	shift 2
	log=$logs/${name//\//_}.log
	# a story waits by itself, see lib.sh; what waits must not be ended for it
	case $name in unit/*) one_day 240 ;; esac
	timeout -k 10 "$seconds" "$@" >"$log" 2>&1 </dev/null
	code=$?
	# a replay prints nothing that counts, and a test that dies has not passed
	case $name in fuzz/*) [ $code = 0 ] && echo "ok - the corpus of $name" >>"$log" ;; esac
	if [ $code != 0 ] && ! grep -q '^not ok' "$log"; then
		echo "not ok - $name ended with $code" >>"$log"
	fi
	printf '%-44s %4d ok %4d not ok\n' "$name" \
		"$(grep -c '^ok' "$log")" "$(grep -c '^not ok' "$log")"
	grep -h '^not ok' "$log" | head -n 20
	[ $code = 0 ]
}
# shellcheck source=tests/day_lib.sh
. tests/day_lib.sh
export -f run_one one_day
export logs

# One demo vault for all who only read it; they copy it.
KARTE_DEMO=$TMPDIR/demo
export KARTE_DEMO
"$KARTE" demo "$KARTE_DEMO" >"$logs/demo.log" 2>&1 || echo "not ok - karte demo" | tee -a "$logs/demo.log"

list | grep -E "${ONLY:-.}" |
	xargs -P 2 -L 1 bash -c 'run_one "$@"' run_one

passed=$(cat "$logs"/*.log | grep -cE '^ok' || true)
skipped=$(cat "$logs"/*.log | grep -cE '^ok.*# SKIP' || true)
failed=$(cat "$logs"/*.log | grep -cE '^not ok' || true)
echo
if [ "$skipped" -gt 0 ]; then
	echo "$((passed - skipped)) passed, $failed failed, $skipped skipped"
else
	echo "$passed passed, $failed failed"
fi
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
