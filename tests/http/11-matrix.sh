#!/bin/bash
# Every route for every kind of visitor: matrix.tsv says what each gets, and is complete.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
TABLE=$ROOT/tests/http/matrix.tsv

# ---- the table has each route, and no other ------------------------------------------------------

# "METHOD PATTERN" of each row of page_routes, with the macros of paths written out
awk '
	/^#define [A-Z]+ "/ { split($0, d, "\""); macro[$2] = d[2] }
	/\{\{M_[A-Z]+, / {
		method = $0; sub(/^.*\{\{M_/, "", method); sub(/,.*/, "", method)
		pattern = $0; sub(/^[^,]*, */, "", pattern); sub(/\}.*/, "", pattern)
		for (name in macro) sub("(^|[^A-Z\"/])" name, "\"" macro[name] "\"", pattern)
		gsub(/" *"/, "", pattern); gsub(/"/, "", pattern); print method, pattern
	}' "$ROOT/vault/page/routes.c" | sort -u >"$T/routes"
grep -v '^#' "$TABLE" | awk -F '\t' 'NF { print $1, $2 }' | sort -u >"$T/rows"
isnt "$(wc -l <"$T/routes")" 0 'routes.c can be read'
is "$(grep -c '{{M_' "$ROOT/vault/page/routes.c")" "$(wc -l <"$T/routes")" 'and no row is overlooked'
is "$(comm -23 "$T/routes" "$T/rows" | paste -sd ';')" '' 'each route has a row in matrix.tsv'
is "$(comm -13 "$T/routes" "$T/rows" | paste -sd ';')" '' 'each row of matrix.tsv is a route'

# ---- and everybody gets what it says -------------------------------------------------------------

must_serve
read -r _ _ _ WHO <<<"$(sed -n 's/^#\t//p' "$TABLE" | tr '\t' ' ')"
read -ra WHO <<<"$WHO"
for who in "${WHO[@]}"; do
	[ "$who" = nobody ] || sign_in "$who"
done
fetch nobody /login
ASSET=$(grep -o '/assets/[a-z0-9.-]*' "$T/body" | head -n 1)
VERSION=$(version_of c7k3m9q2v4 kyoiku-shien/2026)
HEAD=$(head_of c7k3m9q2v4)
REGISTRY=$(git -C "$V/registry.git" rev-parse refs/heads/main)

while IFS=$'\t' read -ra row; do
	if [ "${#row[@]}" -le 3 ] || [[ ${row[0]} == \#* ]]; then continue; fi
	path=${row[2]//VERSION/$VERSION}
	path=${path//REGISTRY/$REGISTRY}
	path=${path//ASSET/$ASSET}
	for i in "${!WHO[@]}"; do
		who=${WHO[i]} want=${row[i + 3]:-none}
		if [ "${row[0]}" = GET ]; then
			fetch "$who" "$path"
		else
			# a form with the right token and nothing that could be saved
			empty=(-d "base=$HEAD")
			[[ $path != */sheets ]] || empty=(-d type=none -d id=2026)
			post "$who" "$path" "${empty[@]}"
		fi
		is "$STATUS" "$want" "${row[0]} ${row[2]}: $who gets $want"
	done
done <"$TABLE"

# ---- methods that no page has --------------------------------------------------------------------

for method in PUT DELETE PATCH OPTIONS TRACE; do
	fetch tanaka /children/c7k3m9q2v4 -X $method
	matches "$STATUS" '^(405|501)$' "$method is not answered"
	is "$(head_of c7k3m9q2v4)" "$HEAD" "$method changes nothing"
done
fetch tanaka /children -X POST -H "Origin: $URL" -d x=1
is "$STATUS/$(header Allow)" '405/GET, HEAD' 'a page that only reads takes no form'
is "$(head_of c7k3m9q2v4)" "$HEAD" 'all of this has written nothing'
finish
