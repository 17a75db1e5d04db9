#!/bin/bash
# Every header compiles alone, and twice.
set -u
cd "$(dirname "$0")/.." || exit 1
CC=${CC:-gcc}
T=$(mktemp -d "${TMPDIR:-/tmp}/karte-headers.XXXXXX")
trap 'rm -rf "$T"' EXIT
mapfile -t HEADERS < <(find generator vault -name '*.h' | sort)
FLAGS=$(pkg-config --cflags libcmark yaml-0.1 libsodium harfbuzz harfbuzz-subset icu-uc libqrencode \
	lcms2 libgit2 gpgme libmicrohttpd sqlite3 gnutls jansson 2>/dev/null)

one() { # HEADER
	local header=$1 out
	# shellcheck disable=SC2086 # words
	if out=$(printf '#include "%s"\n#include "%s"\nint karte_%s;\n' "$header" "$header" "$$" |
		$CC -std=c11 -D_GNU_SOURCE -I. -Wall -Wextra -Werror $FLAGS -fsyntax-only -x c - 2>&1); then
		echo "ok - $header"
	else
		echo "not ok - $header"
		head -n 5 <<<"$out" | sed 's/^/# /'
	fi
}
export -f one
export CC FLAGS
printf '%s\0' "${HEADERS[@]}" | xargs -0 -P 2 -I {} bash -c 'one {}' >"$T/out"
awk '/^(not )?ok - / { n++; sub(/ - /, " " n " - ") } { print } END { print "1.." n + 0 }' "$T/out"
[ "${#HEADERS[@]}" -gt 0 ] && [ "$(grep -c '^ok ' "$T/out")" -eq "${#HEADERS[@]}" ]
