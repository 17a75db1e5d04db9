#!/bin/bash
# Makes docs/pictures again, from a demo vault; "pictures.sh all [ROLE…]" makes pictures of every page
# in every state instead, into $BUILD/pictures.  $KARTE is the program; needs ImageMagick, poppler and
# what run.sh installs.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

: "${BUILD:=build}"
MOST=204800 # bytes of one picture
TO=$ROOT/docs/pictures
cd "$ROOT/tests/browser" || exit 1
[ -d node_modules/puppeteer-core ] || npm ci --ignore-scripts --no-audit --no-fund || exit

V=$T/vault
demo_vault "$V"
must_serve
KARTE_ACCOUNTS=$("$KARTE" demo --accounts)
export KARTE_URL=$URL KARTE_DB=$V/vault.db KARTE_ACCOUNTS TMPDIR=$T
if [ "${1:-}" = all ]; then
	shift
	rm -rf "$ROOT/$BUILD/pictures"
	node gallery.mjs "$ROOT/$BUILD/pictures" "$@"
	exit
fi
mkdir -p "$T/pictures" "$TO"
node pictures.mjs "$T/pictures" || exit
pdftoppm -r 70 -f 1 -l 1 -singlefile -png "$T/pictures/sheet.pdf" "$T/pictures/pdf" || exit

for picture in staff edit household audit proof pdf; do
	umask 022
	convert "$T/pictures/$picture.png" -strip +dither -colors 64 \
		-define png:compression-level=9 "PNG8:$TO/$picture.png" || exit
	size=$(stat -c %s "$TO/$picture.png")
	echo "$picture.png: $size"
	[ "$size" -le $MOST ] || give_up "$picture.png is too large"
done
