#!/usr/bin/env bash
# Coverage-guided fuzzing of every target for SECONDS_EACH seconds, under sanitizers (libFuzzer).
# New inputs go to build/fuzz/<target>/corpus; the corpora in the tree are only read.
set -eu
cd "$(dirname "$0")/../.."
: "${BUILD:=build}" "${SECONDS_EACH:=60}" "${TARGETS:=}"
out=$BUILD/fuzz
mkdir -p "$out"
libs=(libcmark yaml-0.1 libsodium harfbuzz harfbuzz-subset icu-uc icu-i18n libqrencode lcms2
	libgit2 gpgme libmicrohttpd sqlite3 gnutls jansson zlib
	liboath libfido2)
read -ra cflags < <(pkg-config --cflags "${libs[@]}")
read -ra ldflags < <(pkg-config --libs "${libs[@]}")
sanitize=(-O1 -g "-fsanitize=fuzzer-no-link,address,undefined" -std=c11 -D_GNU_SOURCE -I.)
echo "building with libFuzzer"
compile() { # SOURCE: the object beside its like under build/fuzz/obj, if it is older
	local o=$out/obj/${1%.c}.o
	mkdir -p "${o%/*}"
	[ "$o" -nt "$1" ] || clang "${sanitize[@]}" "${cflags[@]}" -c -o "$o" "$1"
}
find generator vault -name '*.c' ! -path vault/main.c >"$out/sources"
# two at a time
while IFS= read -r one && IFS= read -r other || [ -n "$one" ]; do
	compile "$one" &
	[ -z "${other:-}" ] || compile "$other"
	wait "$!"
	other=
done <"$out/sources"
rm -f "$out/libkarte.a"
find "$out/obj" -name '*.o' -print0 | xargs -0 ar rcs "$out/libkarte.a"
for t in $TARGETS; do
	clang "${sanitize[@]}" -fsanitize=fuzzer "${cflags[@]}" -o "$out/$t.bin" "tests/fuzz/$t.c" \
		"$out/libkarte.a" "${ldflags[@]}" -lhpdf -lcsv -lm -lpthread
	mkdir -p "$out/$t/corpus"
	echo "== $t, $SECONDS_EACH seconds"
	"$out/$t.bin" -max_total_time="$SECONDS_EACH" -timeout=10 -rss_limit_mb=2048 \
		-artifact_prefix="$out/$t/" -print_final_stats=1 "$out/$t/corpus" "tests/fuzz/corpora/$t" \
		2>&1 | tail -n 12
done
