#!/bin/bash
# The whole proof of many versions beside `git verify-commit` in a loop over some of them, and the
# proof of one day among ten years.  $KARTE is the program, $BUILD the build folder, $1 a folder to
# work in.  VERIFY_VERSIONS (100000), VERIFY_CHILDREN (1000), VERIFY_SAMPLE (300): how many.
set -eu
cd "$(dirname "$0")/../.."
work=$1
: "${VERIFY_VERSIONS:=100000}" "${VERIFY_CHILDREN:=1000}" "${VERIFY_SAMPLE:=300}"
V=$work/verify-vault
clock=$(find /usr/lib -name libfaketimeMT.so.1 2>/dev/null | head -n 1)
[ -n "$clock" ] || {
	echo 'libfaketime is not there (Debian package faketime)' >&2
	exit 1
}
past() { # COMMAND…: ten years ago
	env LD_PRELOAD="$clock" FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_DISABLE_SHM=1 FAKETIME=-3650d "$@"
}
seconds() { # COMMAND…: how long it takes; its output goes to $work/verify-out
	local from=$EPOCHREALTIME
	"$@" >"$work/verify-out" 2>&1
	awk -v a="$from" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.3f", b - a }'
}

past "$KARTE" init "$V" >/dev/null 2>&1
coproc MAKER {
	past "$BUILD/bench/verify" "$V" "$VERIFY_VERSIONS" "$VERIFY_CHILDREN" \
		content/demo/sheets/c7k3m9q2v4/kyoiku-shien/2026.md
}
maker=$MAKER_PID
trap 'kill "$maker" 2>/dev/null || true' EXIT
read -r word <&"${MAKER[0]}" && [ "$word" = made ]

full=$(seconds "$KARTE" -C "$V" verify)
cat "$work/verify-out"
one=$(seconds "$KARTE" -C "$V" verify --threads 1)

# the same of some versions, by git and gpg with the registry's keys
export GNUPGHOME=$work/verify-gnupg
mkdir -m 700 "$GNUPGHOME"
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_COUNT=1 \
	GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'
git --git-dir="$V/registry.git" archive main keys | tar -x -C "$GNUPGHOME"
gpg --quiet --batch --import "$GNUPGHOME"/keys/*.asc
for repository in "$V"/children/*/*.git; do
	git --git-dir="$repository" rev-list -n "$((VERIFY_SAMPLE / VERIFY_CHILDREN + 1))" main |
		sed "s|^|$repository |"
done | head -n "$VERIFY_SAMPLE" >"$work/verify-sample"
by_git() {
	local repository version
	while read -r repository version; do
		git --git-dir="$repository" verify-commit "$version" || exit 1
	done <"$work/verify-sample"
}
sample=$(seconds by_git)
gpgconf --kill all 2>/dev/null || true

echo >&"${MAKER[1]}"
read -r word <&"${MAKER[0]}" && [ "$word" = more ]
wait "$maker" || true
day=$(seconds "$KARTE" -C "$V" verify --since-last)
cat "$work/verify-out"
again=$(seconds "$KARTE" -C "$V" verify --since-last)

awk -v full="$full" -v one="$one" -v n="$VERIFY_VERSIONS" -v sample="$sample" \
	-v m="$(wc -l <"$work/verify-sample")" -v day="$day" -v again="$again" 'BEGIN {
	printf "full: %.2f s for %d versions, %.0f/s (one thread %.2f s)\n", full, n, n / full, one
	printf "git verify-commit: %.2f s for %d, %.0f/s; full is %.1f times as fast (at least 8)\n",
		sample, m, m / sample, (sample / m) / (full / n)
	printf "one day more, --since-last: %.3f s; nothing more: %.3f s (under 1 s)\n", day, again
}'
