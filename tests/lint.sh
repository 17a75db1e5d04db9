#!/usr/bin/env bash
# Format, warnings as errors with both compilers, static analysis, scripts, manuals.
set -u
cd "$(dirname "$0")/.." || exit 1
: "${BUILD:=build}" "${CFLAGS:=-std=c11 -I. -D_GNU_SOURCE}"
failed=0
step() {
	local name=$1
	shift
	if "$@"; then
		echo "ok - $name"
	else
		echo "not ok - $name"
		failed=1
	fi
}
mapfile -t sources < <(git ls-files -co --exclude-standard '*.c')
mapfile -t headers < <(git ls-files -co --exclude-standard '*.h')
mapfile -t product < <(git ls-files -co --exclude-standard 'generator/*.c' 'vault/*.c')
mapfile -t scripts < <(git ls-files -co --exclude-standard '*.sh' '.ci/run')
warnings=(-Wall -Wextra -Wshadow -Wconversion -Wformat=2 -Wimplicit-fallthrough -Wvla
	-Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Werror)

flags=()
eval "flags=($CFLAGS)"
compile() { printf '%s\n' "${sources[@]}" | xargs -P 2 -I{} "$1" "${flags[@]}" "${warnings[@]}" -O1 -fsyntax-only {}; }
tidy() {
	printf '%s\n' "${product[@]}" | xargs -P 2 -n 8 clang-tidy --quiet --warnings-as-errors='*' \
		--checks='-*,clang-analyzer-*,bugprone-*,-bugprone-easily-swappable-parameters,-bugprone-narrowing-conversions,-bugprone-assignment-in-if-condition,-bugprone-implicit-widening-of-multiplication-result,-bugprone-reserved-identifier,-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling,-clang-analyzer-optin.performance.Padding' \
		-- "${flags[@]}" 2>/dev/null
}
check() {
	cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr -I. \
		--enable=warning,portability --suppress=missingIncludeSystem \
		--suppress=normalCheckLevelMaxBranches -j 2 generator vault
}

step "clang-format" clang-format --dry-run -Werror "${sources[@]}" "${headers[@]}"
step "gcc without warnings" compile gcc
step "clang without warnings" compile clang
step "clang-tidy" tidy
step "cppcheck" check
step "shellcheck" shellcheck -x "${scripts[@]}"
[ -d docs/man ] && step "mandoc" mandoc -T lint -W warning docs/man/*
[ $failed = 0 ]
