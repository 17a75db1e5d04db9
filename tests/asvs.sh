#!/bin/bash
# docs/asvs.md is complete and names nothing that is not there: each control of ASVS 4.0.3, levels 1
# and 2, in one row with its status; each class of IPA's; tests where a row says that there are some.
set -u
cd "$(dirname "$0")/.." || exit 1
LC_ALL=C.UTF-8
DOC=docs/asvs.md
COUNT=0 BAD=0

sentence() { # FOUND SENTENCE: ok if nothing was found
	COUNT=$((COUNT + 1))
	if [ -z "$1" ]; then
		echo "ok $COUNT - $2"
	else
		BAD=$((BAD + 1))
		echo "not ok $COUNT - $2"
		printf '# %s\n' "${1//$'\n'/$'\n'# }"
	fi
}

# The numbers of the standard: level, section, controls.  What 4.0.3 has deleted or asks at level 3
# only is not among them.
numbers() {
	local level section numbers n
	while read -r level section numbers; do
		for n in $numbers; do
			echo "$section.$n $level"
		done
	done <<'END'
1 2.1 1 2 3 4 5 6 7 8 9 10 11 12
1 2.2 1 2 3
1 2.3 1
1 2.5 1 2 3 4 5 6
1 2.7 1 2 3 4
1 2.8 1
1 3.1 1
1 3.2 1 2 3
1 3.3 1 2
1 3.4 1 2 3 4 5
1 3.7 1
1 4.1 1 2 3 5
1 4.2 1 2
1 4.3 1 2
1 5.1 1 2 3 4 5
1 5.2 1 2 3 4 5 6 7 8
1 5.3 1 2 3 4 5 6 7 8 9 10
1 5.5 1 2 3 4
1 6.2 1
1 7.1 1 2
1 7.4 1
1 8.2 1 2 3
1 8.3 1 2 3 4
1 9.1 1 2 3
1 10.3 1 2 3
1 11.1 1 2 3 4 5
1 12.1 1
1 12.3 1 2 3 4 5
1 12.4 1 2
1 12.5 1 2
1 12.6 1
1 13.1 1 3
1 13.2 1 2 3
1 13.3 1
1 14.2 1 2 3
1 14.3 2 3
1 14.4 1 2 3 4 5 6 7
1 14.5 1 2 3
2 1.1 1 2 3 4 5 6 7
2 1.2 1 2 3 4
2 1.4 1 4 5
2 1.5 1 2 3 4
2 1.6 1 2 3 4
2 1.7 1 2
2 1.8 1 2
2 1.9 1 2
2 1.10 1
2 1.11 1 2
2 1.12 2
2 1.14 1 2 3 4 5 6
2 2.3 2 3
2 2.4 1 2 3 4 5
2 2.5 7
2 2.6 1 2 3
2 2.7 5 6
2 2.8 2 3 4 5 6 7
2 2.9 1 2 3
2 2.10 1 2 3 4
2 3.2 4
2 3.3 3 4
2 3.5 1 2 3
2 4.3 3
2 5.4 1 2 3
2 6.1 1 2 3
2 6.2 2 3 4 5 6
2 6.3 1 2
2 6.4 1 2
2 7.1 3 4
2 7.2 1 2
2 7.3 1 3 4
2 7.4 2 3
2 8.1 1 2 3 4
2 8.3 5 6 7 8
2 9.2 1 2 3 4
2 10.2 1 2
2 11.1 6 7 8
2 12.1 2 3
2 12.2 1
2 12.3 6
2 13.1 4 5
2 13.2 5 6
2 13.3 2
2 13.4 1 2
2 14.1 1 2 3 4
2 14.2 4 5 6
2 14.5 4
END
}

# "NUMBER<tab>LEVEL<tab>STATUS<tab>CONTROL<tab>HERE<tab>TESTS" of each row about a control
rows() {
	awk -F ' *[|] *' -v OFS='\t' '$2 ~ /^[0-9]+[.][0-9]+[.][0-9]+$/ {
		print $2, $3, $4, $5, $6, $7 }' "$DOC"
}

ROWS=$(rows)
[ -n "$ROWS" ] || { echo "Bail out! $DOC has no rows" && exit 1; }

sentence "$(diff <(numbers | sort) <(cut -f 1,2 <<<"$ROWS" | tr '\t' ' ' | sort) | grep '^[<>]')" \
	'each control of levels 1 and 2 stands there once, with its level, and no other'
sentence "$(grep -cE '^\| [0-9]+\.[0-9]' "$DOC" | grep -vx "$(wc -l <<<"$ROWS")")" 'every row is read as one'
sentence "$(awk -F '\t' '$3 !~ /^(met|seen|part|open|n\/a)$/ { print $1 ": " $3 }' <<<"$ROWS")" \
	'every row has a status'
sentence "$(awk -F '\t' '$3 == "met" && $6 == "" { print $1 }' <<<"$ROWS")" 'what is met names a test'
sentence "$(awk -F '\t' '$3 !~ /^(met|part)$/ && $6 != "" { print $1 }' <<<"$ROWS")" \
	'and what is not, or was only seen, names none'
sentence "$(awk -F '\t' '$4 == "" || ($3 != "met" && $5 == "") { print $1 }' <<<"$ROWS")" \
	'every row says what the control is, and why it is not simply met'
# shellcheck disable=SC2016 # those are the marks of the Markdown
sentence "$(grep -E '^\| ' "$DOC" | grep -oE '`tests/[^`]*`' | tr -d '`' | sort -u |
	while read -r path; do [ -e "$path" ] || echo "$path"; done)" 'every test that is named exists'
sentence "$(awk -F '\t' '{ n[$3]++ } END { printf "Counted: %d met, %d seen, %d part, %d open, %d n/a.\n",
	n["met"], n["seen"], n["part"], n["open"], n["n/a"] }' <<<"$ROWS" | grep -vxFf "$DOC")" \
	'the rows are counted right'

# What is said first about gaps: each number there has a row that is not met.
sentence "$(sed -n '/^## Gaps first/,/^## /p' "$DOC" | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | sort -u |
	while read -r number; do
		awk -F '\t' -v n="$number" '$1 == n && ($3 == "part" || $3 == "open") { found = 1 }
			END { if (!found) print n }' <<<"$ROWS"
	done)" 'every gap that is named first is one'
sentence "$(awk -F '\t' '$3 == "open" { print $1 }' <<<"$ROWS" | while read -r number; do
	sed -n '/^## Gaps first/,/^## /p' "$DOC" | grep -qE "(^|[^0-9.])${number//./\\.}([^0-9]|$)" || echo "$number"
done)" 'everything that is open is named first'

# ---- IPA -----------------------------------------------------------------------------------------

CLASSES=$(awk -F ' *[|] *' -v OFS='\t' '/^## 安全/ { on = 1; next } /^## / { on = 0 }
	on && $2 ~ /^[0-9]+ / { split($2, n, " "); print n[1], $3, $4, $6 }' "$DOC")
sentence "$(diff <(seq 11) <(cut -f 1 <<<"$CLASSES") | grep '^[<>]')" 'the eleven classes stand there once, in order'
sentence "$(awk -F '\t' '$2 !~ /^(met|part|open|n\/a)$/ || $3 == "" || ($2 != "n/a" && $4 !~ /tests\//)' <<<"$CLASSES")" \
	'each has a status, what is done and a test'

echo "1..$COUNT"
[ "$BAD" -eq 0 ]
