#!/bin/bash
# How long each class of the log is kept is a setting of its own: its months go when their time is
# over and not before, those of the other classes stay, and what is left is proved.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

CLOCK=$(find /usr/lib -name libfaketimeMT.so.1 2>/dev/null | head -n 1)
[ -n "$CLOCK" ] || give_up 'libfaketime is not there (Debian package faketime)'
if [ -n "${SANITIZED:-}" ]; then
	pass 'two years # SKIP a sanitizer does not run under a moved clock'
	finish
fi

V=$T/vault
demo_vault "$V"
for setting in 'session: 12' 'access: 14' 'admin: 16' 'read: 24'; do
	sed -i "s/^keep-${setting%:*}: .*/keep-$setting/" "$V/karte.yaml"
	has "$V/karte.yaml" "keep-$setting" "set: keep-$setting"
done

# something of each class: a sign-in, a refusal, a look of an administrator, a look at a sheet
must_serve
sign_in tanaka ito fujii
fetch ito /children/c7k3m9q2v4
is "$STATUS" 404 'somebody is refused'
fetch fujii /admin/accounts/tanaka
is "$STATUS" 200 'an administrator looks at an account'
fetch tanaka /children/c7k3m9q2v4/sheets/kyoiku-shien/2026
is "$STATUS" 200 'and a teacher at a sheet'
stop TERM
karte log --json
jq -r '"\(.class) \(.t[0:7])"' "$T/out" | sort -u >"$T/first"
MONTH=$(cut -d ' ' -f 2 "$T/first" | sort -u | tail -n 1) # of all this, unless one ended just now
for class in session access admin read change system; do
	holds "there are records of class $class" grep -q "^$class " "$T/first"
done
year=${MONTH%-*} month=${MONTH#*-}

# at N ARGUMENT…: a command in the middle of the month that is N later
at() {
	local m=$((10#$year * 12 + 10#$month - 1 + $1)) when
	when=$(date -u -d "$(printf '%04d-%02d-15 12:00' $((m / 12)) $((m % 12 + 1)))" +%s)
	shift
	LD_PRELOAD=$CLOCK FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_DISABLE_SHM=1 \
		FAKETIME="+$((when - $(date +%s)))s" karte "$@"
}
# left: which classes still have that month
left() {
	local class
	for class in session access admin read change system; do
		[ ! -e "$V/journal/bodies/$class/$MONTH.jsonl" ] || echo $class
	done | paste -sd ' '
}

at 30 prune
is "$RC $(cat "$T/out")" '0 ' 'a clock that jumps ahead takes nothing that the journal has not seen the end of'
while IFS=: read -r months want sentence; do
	at "$months" sheet get c7k3m9q2v4 kyoiku-shien/2026 # time goes on in the journal
	at "$months" prune
	is "$RC $(left)" "0 $want" "after $months months $sentence"
done <<'END'
12:session access admin read change system:all is there: a sign-in of the last day is not twelve months old
13:access admin read change system:sign-ins go
14:access admin read change system:nothing more
15:admin read change system:refusals go
17:read change system:looks of administrators go
24:read change system:nothing more
25:change system:looks go; what was changed and what went stays
END
karte log --json --event journal.prune
is "$(jq -r '.object | split(" ")[0]' "$T/out" | grep -c "/$MONTH$")" 4 'four records say what went'
is "$(jq -r '.reason' "$T/out" | sort -u | paste -sd ' ')" \
	'keep-access 14か月 keep-admin 16か月 keep-read 24か月 keep-session 12か月' 'and by which setting'
karte log --json --class session --to "$(date -d "$MONTH-01 +1 month" +%F)"
is "$(jq -r 'select(.class == "session") | .n' "$T/out" | wc -l)" 0 'no search finds what went'
at 25 verify
is "$RC" 0 'and all that is left is proved'
finish
