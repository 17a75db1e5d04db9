#!/bin/bash
# The karte of a child with 120 sheets beside that of a child with one, and the PDF of all of it.
# $KARTE is the program, $1 a folder to work in; rate() of run.sh measured with wrk, 8 connections.
set -eu
cd "$(dirname "$0")/../.."
work=$1
child=c7k3m9q2v4
V=$work/karte-vault
"$KARTE" demo "$V" >/dev/null 2>&1
printf '%s\n' haru-no-kaze-ga-fuku >"$work/password"
# one child keeps one sheet: made now, of the same content
one=$("$KARTE" -C "$V" child add --name '見本 ひとり' --kana 'みほん ひとり' --born 2017-05-12 --sex unknown)
"$KARTE" -C "$V" enrol "$one" aozora-es --from 2024-04-01 >/dev/null
put() { # CHILD YEAR
	sed "s/^id: .*/id: \"$2\"/; s/^child: .*/child: $1/; s/^status: .*/status: draft/" \
		content/demo/sheets/$child/kyoiku-shien/2026.md >"$work/sheet.md"
	"$KARTE" -C "$V" sheet put "$1" "kyoiku-shien/$2" "$work/sheet.md" --as tanaka \
		--password-file "$work/password" >/dev/null
}
put "$one" 2026
for year in $(seq 1900 2015); do put $child "$year"; done
"$KARTE" -C "$V" serve --listen 127.0.0.1:0 >"$work/karte-url" 2>"$work/karte-err" &
server=$!
trap 'kill "$server"' EXIT
for _ in $(seq 100); do
	[ ! -s "$work/karte-url" ] || break
	sleep 0.1
done
url=$(head -n 1 "$work/karte-url")
cookie=$(python3 tests/bench/cookie.py "$url" tanaka haru-no-kaze-ga-fuku)
ms() { # PATH TIMES: the median of milliseconds, one after the other over one connection
	local urls=() i
	for ((i = 0; i < $2; i++)); do urls+=(-o /dev/null "$url$1"); done
	curl -sk -H "Cookie: $cookie" -w '%{time_starttransfer} %{http_code}\n' "${urls[@]}" |
		awk '$2 != 200 { exit 1 } { print $1 * 1000 }' | sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'
}
size() {
	curl -sk -H "Cookie: $cookie" "$url$1" | wc -c
}
ms "/children/$one" 20 >/dev/null
ms "/children/$child" 20 >/dev/null
small=$(ms "/children/$one" 200) large=$(ms "/children/$child" 200)
awk -v a="$small" -v b="$large" -v c="$(size "/children/$one")" -v d="$(size "/children/$child")" 'BEGIN {
	printf "karte: 1 sheet %.2f ms (%d bytes), 120 sheets %.2f ms (%d bytes), %.2f times (at most 3)\n", a, c, b, d, b / a }'
echo "PDF of 60 pages: $(ms "/children/$child/karte.pdf?pages=1-60" 5) ms of all sheets' pages"
some=$(seq -f 's=kyoiku-shien/%g' -s '&' 1986 2005)
curl -sk -H "Cookie: $cookie" "$url/children/$child/karte.pdf?$some" -o "$work/some.pdf"
echo "PDF of 20 sheets, $(pdfinfo "$work/some.pdf" | awk '/^Pages/ { print $2 }') pages:" \
	"$(ms "/children/$child/karte.pdf?$some" 9) ms (60 pages: under 150)"
