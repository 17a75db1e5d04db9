#!/usr/bin/env bash
# Format, warnings as errors with both compilers, static analysis, scripts, manuals.
set -u
cd "$(dirname "$0")/.." || exit 1
: "${PC_CFLAGS:=}"
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

# What goes wrong in C.  Not the analyser's core: it does not see that a pointer is set when a
# status is ST_OK, and cries wolf at every `if (!st)`; the sanitizers run there.
checks='-*,clang-analyzer-deadcode*,clang-analyzer-security*,clang-analyzer-unix*,bugprone-*'
checks+=',-clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling'
checks+=',-bugprone-easily-swappable-parameters,-bugprone-narrowing-conversions'
checks+=',-bugprone-assignment-in-if-condition,-bugprone-reserved-identifier'
checks+=',-bugprone-implicit-widening-of-multiplication-result,-bugprone-sizeof-expression'
checks+=',-bugprone-not-null-terminated-result,-bugprone-suspicious-string-compare'
checks+=',-bugprone-branch-clone'
read -ra flags <<<"-std=c11 -I. -D_GNU_SOURCE $PC_CFLAGS"
compile() { printf '%s\n' "${sources[@]}" | xargs -P 2 -I{} "$1" "${flags[@]}" "${warnings[@]}" -O1 -fsyntax-only {}; }
tidy() {
	# shellcheck disable=SC2016 # for the inner shell
	printf '%s\n' "${product[@]}" | xargs -P 2 -n 8 bash -c 'clang-tidy --quiet \
		--warnings-as-errors="*" --checks="$0" "${@:2}" -- $1 2>/dev/null' \
		"$checks" "${flags[*]}"
}
check() {
	cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr -I. \
		--enable=warning,portability --suppress=missingIncludeSystem \
		--suppress=normalCheckLevelMaxBranches --suppress=uninitvar -j 2 generator vault
}

step "clang-format" clang-format --dry-run -Werror "${sources[@]}" "${headers[@]}"
step "gcc without warnings" compile gcc
step "clang without warnings" compile clang
step "clang-tidy" tidy
step "cppcheck" check
step "shellcheck" shellcheck -x "${scripts[@]}"
[ -d docs/man ] && step "mandoc" mandoc -T lint -W warning docs/man/*
[ $failed = 0 ]
