#!/bin/bash
# People in a real browser: journeys, small screens, the keyboard, and the gates of every page.
# $KARTE is the program; $KARTE_DEMO may name a demo vault, which is only copied.  Arguments choose
# parts: journeys, reach, gates, proof, writing, sheet.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

cd "$ROOT/tests/browser" || exit 1
: "${CHROMIUM:=/usr/bin/chromium}"
export CHROMIUM

for tool in node npm java pdftotext "$CHROMIUM"; do
	command -v "$tool" >/dev/null || give_up "$tool is not there: make test installs it"
done
[ -d node_modules/puppeteer-core ] || npm ci --ignore-scripts --no-audit --no-fund >&2 ||
	give_up 'npm ci does not find what the tests need'

V=$T/vault
demo_vault "$V"
must_serve
KARTE_ACCOUNTS=$("$KARTE" demo --accounts)
# a name, since browsers make passkeys for no address
export KARTE_URL=${URL/127.0.0.1/localhost} KARTE_DB=$V/vault.db KARTE_ACCOUNTS TMPDIR=$T
timeout -k 10 1600 node main.mjs "$@"
code=$?
kill -0 "$SERVER" 2>/dev/null || {
	echo 'not ok - the server is still there at the end'
	tail -n 5 "$T/server.err" | sed 's/^/# /'
	code=1
}
exit $code
