#!/bin/bash
# The first index of a journal with many records: pages say how far it is and that it goes on by
# itself, the command line shows it, and in the end everything is found.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

FORGE=$(realpath "${BUILD:-$ROOT/build}/attack/forge") || give_up 'tests/attack/forge is not built'
MANY=130000 # more than a search adds at once
V=$T/vault
demo_vault "$V"
CHILD=c7k3m9q2v4

# many EVENT: so many looks more
many() {
	timeout 300 "$FORGE" "$V" fill $MANY --event "$1" --child $CHILD >"$T/out" 2>&1 ||
		flunk 'many records are added' "$(tail -n 2 "$T/out")"
}

# ---- the command line ----------------------------------------------------------------------------

many site.build
karte log --event site.build --limit 3 --json
is "$RC $(wc -l <"$T/out")" '0 3' 'the first search over many records finds what it asks for'
matches "$(cat "$T/err")" '^記録の索引を作っています [0-9]+%$' 'and says meanwhile how far the index is'
karte log --event site.build --limit 3 --json
is "$RC $(cat "$T/err")" '0 ' 'the next one has nothing to wait for'

# ---- pages ---------------------------------------------------------------------------------------

must_serve
sign_in okada yoshida-f
# The server's own chore may be there first: once more, then.
STATUS=200
for event in site.pages site.print site.index; do
	many $event
	fetch okada "/audit/log?event=$event&decision=allow"
	[ "$STATUS" = 200 ] || break
done
is "$STATUS" 503 'a page that needs the index before it is made says so'
has "$T/body" '索引を 作っています' 'in words'
matches "$(grep -o 'いま [0-9]*%' "$T/body")" '^いま [0-9]{1,2}%$' 'with how far it is'
has "$T/body" 'サーバーが 続けて作ります' 'and that it goes on by itself'
is "$(header Retry-After)" 10 'programs are told when to come again'
has "$T/body" "href=\"/audit/log?event=$event&amp;decision=allow\"" 'a link leads to the same search'
lacks "$T/body" 'http-equiv' 'and nothing reloads under somebody who reads'
is "$(grep -c '<nav' "$T/body" | sed 's/^[1-9].*/some/')" some 'with the navigation of all pages'
for _ in $(seq 20); do
	fetch okada "/audit/log?event=$event&decision=allow"
	[ "$STATUS" = 503 ] || break
done
is "$STATUS" 200 'who follows it gets the list'
has "$T/body" '/audit/log/' 'with what was asked for'
fetch yoshida-f "/children/$CHILD/accesses"
is "$STATUS" 200 'so does a family that asks who looked'
stop TERM
finish
