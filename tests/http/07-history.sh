#!/bin/bash
# What became different from version to version, by character, and only for those who may see it.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
must_serve
sign_in tanaka yoshida-f shimizu nakamura okada

CHILD=c7k3m9q2v4 SHEET=c7k3m9q2v4/sheets/kyoiku-shien/2026
FIRST=$(version_of $CHILD kyoiku-shien/2026)

# change FIELD VALUE [REASON]: a save by tanaka; $NEW is the version
change() {
	open_form tanaka $SHEET "$T/form"
	form set "$T/form" "$1" "$2"
	form set "$T/form" reason "${3:-見直した}"
	send_form tanaka $SHEET "$T/form"
	[ "$STATUS" = 303 ] || flunk "a save for the story" "$STATUS"
	NEW=$(head_of $CHILD)
}
# diff_of WHO VERSION: what the page says has changed
diff_of() {
	fetch "$1" "/children/$SHEET/history/$2"
	sed -n '/前の版との ちがい/,/この版の内容/p' "$T/body" >"$T/diff"
}

change f.year-goal '班の友だちに「少し休む」「もう一度言って」と、週に3回は自分のことばで伝える。'
SECOND=$NEW
change f.internal-notes 'かくれた検討の文' 'かくれた理由'
HIDDEN=$NEW
open_form tanaka $CHILD/sheets/kyoiku-shien/2025 "$T/other"
form set "$T/other" f.year-goal '別のシート'
send_form tanaka $CHILD/sheets/kyoiku-shien/2025 "$T/other"
ELSEWHERE=$(head_of $CHILD)
change f.class-name 5組
FOURTH=$NEW

# ---- the list ------------------------------------------------------------------------------------

fetch tanaka "/children/$SHEET/history"
is "$STATUS" 200 'the list of versions opens'
grep -o 'history/[0-9a-f]*">版 [0-9]*' "$T/body" | sed 's/history\///; s/">版//' >"$T/list"
printf '%s 4\n%s 3\n%s 2\n%s 1\n' "$FOURTH" "$HIDDEN" "$SECOND" "$FIRST" >"$T/want"
same "$T/want" "$T/list" 'it has the versions of this sheet alone, newest first, numbered'
has "$T/body" '田中 和子' 'with who wrote them'
has "$T/body" 'あおぞら小学校' 'and for which institution'

# ---- differences ---------------------------------------------------------------------------------

diff_of tanaka "$SECOND"
is "$STATUS" 200 'a version opens'
has "$T/diff" '<del' 'what went is marked'
has "$T/diff" '<ins' 'what came is marked'
# the words for those who hear the page are no part of the text
sed 's/<span class="visually-hidden">[^<]*<\/span>//g' "$T/diff" >"$T/bare"
is "$(grep -o '<del>[^<]*' "$T/bare")/$(grep -o '<ins>[^<]*' "$T/bare")" '<del>2/<ins>3' 'by character'
has "$T/diff" ［削除］ 'and said to those who do not see it'
lacks "$T/diff" '校内での検討' 'what did not change is not in the difference'
diff_of tanaka "$FOURTH"
has "$T/diff" '<h4>組' 'a field of one line is compared too'
diff_of tanaka "$HIDDEN"
has "$T/diff" かくれた検討の文 'who may see it sees a change of a hidden part'
fetch tanaka "/children/$SHEET/history/$FIRST"
is "$STATUS" 200 'the first version opens though nothing is before it'
has "$T/body" 'これは 前の版です' 'an old version says that it is old'
fetch tanaka "/children/$SHEET"
has "$T/body" 5組 'the sheet itself is the newest version'
fetch tanaka "/children/$SHEET/history/$FIRST"
has "$T/body" '<dd>2組' 'an old version shows what stood there then'
fetch tanaka "/children/$SHEET/history/$FIRST.pdf"
is "$STATUS $(header Content-Type)" '200 application/pdf' 'it can be printed'

# ---- a family ------------------------------------------------------------------------------------

fetch yoshida-f "/children/$SHEET/history"
is "$STATUS" 200 'a family sees the list'
lacks "$T/body" かくれた 'without reasons that speak of hidden parts'
diff_of yoshida-f "$HIDDEN"
is "$STATUS" 200 'a version that only changed a hidden part opens'
lacks "$T/body" かくれた 'and shows nothing of it'
lacks "$T/body" 校内での検討 'nor where it was'
is "$(grep -c '<ins\|<del' "$T/diff")" 0 'nor that anything changed'
diff_of yoshida-f "$SECOND"
has "$T/diff" '<ins' 'what the family may read is compared for it too'
for version in "$FIRST" "$SECOND" "$HIDDEN" "$FOURTH"; do
	fetch yoshida-f "/children/$SHEET/history/$version"
	lacks "$T/body" 本人が会議に出た "no version shows the hidden part: ${version:0:7}"
done

# ---- versions that are not of this sheet ---------------------------------------------------------

fetch tanaka "/children/$SHEET/history/0000000000000000000000000000000000000000"
plain "$T/body" >"$T/nothing"
while read -r what version; do
	fetch tanaka "/children/$SHEET/history/$version"
	plain "$T/body" >"$T/plain"
	is "$STATUS" 404 "a version of $what: 404"
	same "$T/nothing" "$T/plain" "a version of $what: as if it were not there"
	fetch tanaka "/children/$SHEET/history/$version.pdf"
	is "$STATUS" 404 "a version of $what is not printed either"
done <<END
another-sheet $ELSEWHERE
another-child $(head_of c9d4x1e6pj)
the-child-itself $(git -C "$(repo $CHILD)" rev-list main | tail -n 1)
the-registry $(git -C "$V/registry.git" rev-parse main)
a-tree $(git -C "$(repo $CHILD)" rev-parse 'main^{tree}')
a-short-id ${FIRST:0:12}
the-branch main
END
fetch nakamura "/children/$SHEET/history"
is "$STATUS" 404 'no list for another school'
fetch nakamura "/children/$SHEET/history/$FIRST"
is "$STATUS" 404 'and no version'
fetch okada "/children/$SHEET/history/$FIRST"
is "$STATUS" 404 'auditors see no version'
fetch shimizu "/children/$SHEET/history/$HIDDEN"
has "$T/body" かくれた検討の文 'the board reads the internal part'

karte log --json --event sheet.version --account yoshida-f
has "$T/out" "kyoiku-shien/2026@$HIDDEN" 'the journal knows which version was looked at'
finish
