#!/bin/bash
# Who reads which child and which part of a sheet; everybody else cannot tell it from nothing.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
must_serve
EVERYBODY='ito kato tanaka kobayashi yamamoto nakamura mori shimizu hayashi
	yoshida-f takahashi-f watanabe-f okada fujii'
# shellcheck disable=SC2086 # a list of words
sign_in $EVERYBODY

# line CHILD SHEET SECTION: the first sentence that a stored sheet says in a section, from git
line() {
	git -C "$(repo "$1")" show "main:sheets/$2.md" | awk -v section="## $3" '
		/^## / { on = $0 == section; next }
		on && /^[^#]/ { sub(/。.*/, ""); print; exit }'
}

# expect SHEET OF CHILD: "who who …" may open it; all others get the page of nothing
expect() {
	local child=$1 sheet=$2 who want
	shift 2
	for who in $EVERYBODY; do
		fetch "$who" "/children/$child/sheets/$sheet"
		want=404
		[[ " $* " != *" $who "* ]] || want=200
		is "$STATUS" "$want" "$child $sheet: $who gets $want"
		cp "$T/body" "$T/$who.html"
		[ "$want" = 404 ] || continue
		plain "$T/body" >"$T/plain"
		same "$NOTHING" "$T/plain" "$child $sheet: for $who there is no such thing"
	done
}

# sees WHO TEXT WHAT; blind WHO TEXT WHAT: on the newest page of WHO
sees() {
	has "$T/$1.html" "$2" "$1 sees $3"
}
blind() {
	lacks "$T/$1.html" "$2" "$1 does not see $3"
}

fetch tanaka /children/czzzzzzzzz
is "$STATUS" 404 'an unknown child is not found'
plain "$T/body" >"$T/nothing"
NOTHING=$T/nothing

# ---- a plan of a school --------------------------------------------------------------------------

C=c7k3m9q2v4
INTERNAL=$(line $C kyoiku-shien/2026 校内での検討)
WISH=$(line $C kyoiku-shien/2026 本人と保護者の願い)
isnt "$INTERNAL" '' 'the plan has an internal part'
expect $C kyoiku-shien/2026 tanaka kobayashi shimizu yoshida-f mori
for who in tanaka kobayashi shimizu; do
	sees $who "$INTERNAL" 'the internal part'
	sees $who 校内委員会の記録 'its table'
done
sees yoshida-f "$WISH" 'the wishes'
blind yoshida-f "$INTERNAL" 'the internal part'
blind yoshida-f 校内での検討 'its title'
blind yoshida-f 通級を終える時期 'its table'
blind yoshida-f 発達検査の記録 'the title of the tests'
sees tanaka /edit 'the way to the form'
lacks "$T/shimizu.html" '/edit"' 'the board has no form'
# the guardian shares the plan with the health centre, which reads only what concerns health
sees mori 命に関わること 'what is urgent'
blind mori "$INTERNAL" 'the internal part'
blind mori "$WISH" 'the wishes'
blind mori 住所と連絡先 'where the family lives'
blind mori '/edit"' 'any way to write'
# and nobody shares these, so their readers are those who wrote them and the board
expect c4f2j9s7mh kyoiku-shien/2026 tanaka kobayashi shimizu
expect cjn4p9x6ew shugaku-shien/2025 shimizu

C=c8b5y0d2rx
expect $C kyoiku-shien/2024 yamamoto nakamura shimizu watanabe-f mori
TESTED=$(git -C "$(repo $C)" show main:sheets/kyoiku-shien/2024.md |
	sed -n 's/^    - {on: .*name: [a-z0-9]*, place: \([^,]*\), score.*/\1/p' | head -n 1)
if [ -n "$TESTED" ]; then
	sees nakamura 発達検査の記録 'the tests'
	blind watanabe-f 発達検査の記録 'the tests'
fi

# ---- a handover sheet of a nursery ---------------------------------------------------------------

C=c2h8r5t0wn
INTERNAL=$(line $C shugaku-shien/2025 園内での検討)
TESTS=$(line $C shugaku-shien/2025 発達検査の詳細)
isnt "$INTERNAL$TESTS" '' 'the sheet has hidden parts'
expect $C shugaku-shien/2025 ito kato shimizu yoshida-f hayashi
for phrase in "$INTERNAL" "$TESTS" 園内での検討 発達検査の詳細 加配の方針; do
	[ -n "$phrase" ] || continue
	blind yoshida-f "$phrase" "«$phrase»"
done
[ -z "$INTERNAL" ] || sees ito "$INTERNAL" 'the internal part'
[ -z "$TESTS" ] || sees ito "$TESTS" 'what the tests say'
[ -z "$TESTS" ] || sees hayashi "$TESTS" 'what the tests say, since the guardian agrees'
[ -z "$INTERNAL" ] || blind hayashi "$INTERNAL" 'the internal part'

# a sheet of an institution where the child has been before
expect c7k3m9q2v4 shugaku-shien/2023 shimizu yoshida-f tanaka kobayashi
for who in yoshida-f tanaka; do
	blind $who 園内での検討 'the internal part of the nursery'
	blind $who 発達検査の詳細 'its tests'
done

# ---- the karte of a child ------------------------------------------------------------------------

for row in 'c7k3m9q2v4 tanaka kobayashi mori shimizu yoshida-f' \
	'c2h8r5t0wn ito kato hayashi mori shimizu yoshida-f' \
	'c9d4x1e6pj yamamoto nakamura mori shimizu takahashi-f' \
	'c8b5y0d2rx yamamoto nakamura mori shimizu watanabe-f'; do
	read -r C MAY <<<"$row"
	for who in $EVERYBODY; do
		want=404
		[[ " $MAY " != *" $who "* ]] || want=200
		fetch "$who" "/children/$C"
		is "$STATUS" "$want" "karte of $C: $who gets $want"
		[ "$want" = 200 ] || {
			plain "$T/body" >"$T/plain"
			same "$NOTHING" "$T/plain" "karte of $C: for $who there is no such child"
		}
	done
done
fetch mori /children/c4f2j9s7mh
lacks "$T/body" kyoiku-shien 'a karte does not list sheets that its reader may not open'
has "$T/body" '読めるシートがありません' 'but says that there is nothing to read'
fetch okada /children
is "$STATUS" 404 'an auditor has no list of children'
fetch fujii /children
is "$STATUS" 404 'an administrator has no list of children'

# ---- what is not there, or not like that ---------------------------------------------------------

for path in /children/c7k3m9q2v4/sheets/kyoiku-shien/1999 /children/c7k3m9q2v4/sheets/nothing/2026 \
	/children/c7k3m9q2v4/sheets/kyoiku-shien/2026/history/0000000000000000000000000000000000000000 \
	/children/c7k3m9q2v4/sheets/kyoiku-shien/2026/history/x \
	/children/c7k3m9q2v4/sheets/kyoiku-shien/2026/history/HEAD \
	/children/c7k3m9q2v4/sheets/kyoiku-shien/2026.md /children/c9d4x1e6pj/sheets/kyoiku-shien/2026 \
	/children/c9d4x1e6pj/sheets/kyoiku-shien/2026/edit /children/c9d4x1e6pj/karte.pdf \
	/children/c9d4x1e6pj/sheets/kyoiku-shien/2026/history \
	/children/c9d4x1e6pj/sheets/kyoiku-shien/2026.pdf /children/C7K3M9Q2V4 /children/x \
	/children/c7k3m9q2v4.git /children/v4/c7k3m9q2v4.git /registry.git /karte.yaml /vault.db \
	/journal/key /gnupg/vault-key '/children/c7k3m9q2v4%20' /children/c7k3m9q2v4/nothing; do
	fetch tanaka "$path"
	plain "$T/body" >"$T/plain"
	is "$STATUS" 404 "$path: 404"
	same "$NOTHING" "$T/plain" "$path: the page of nothing"
done
for path in /children/../karte.yaml /children/%2e%2e/karte.yaml /children/..%2fkarte.yaml \
	'/children/c7k3m9q2v4/sheets/../../../vault.db' '/children/%00' '/children/..\vault.db' \
	/children//c7k3m9q2v4; do
	fetch tanaka "$path"
	is "$STATUS" 400 "$path: refused before anything is looked up"
	lacks "$T/body" hostname "$path: tells nothing"
done

# ---- those who never see content -----------------------------------------------------------------

for who in okada fujii; do
	: >"$T/all"
	for path in / /children/c7k3m9q2v4 /children/c7k3m9q2v4/sheets/kyoiku-shien/2026 /audit \
		/children/c7k3m9q2v4/sheets/kyoiku-shien/2026/history /children/c7k3m9q2v4/karte.pdf; do
		fetch $who "$path"
		cat "$T/body" >>"$T/all"
	done
	lacks "$T/all" "$WISH" "$who never sees content"
	lacks "$T/all" そら "$who never sees the name of a child"
done

# ---- a child that leaves -------------------------------------------------------------------------

fetch hayashi /children/c2h8r5t0wn
is "$STATUS" 200 'staff open the karte of a child that comes to them'
karte enrol c2h8r5t0wn tsubomi-ryoiku --to 2026-03-31
is "$RC" 0 'the child leaves while the server runs'
fetch hayashi /children/c2h8r5t0wn
is "$STATUS" 404 'and its karte is closed to them at once'

# ---- refusals are recorded -----------------------------------------------------------------------

karte log --json --child c9d4x1e6pj --account tanaka
is "$(grep -c -- '"decision":"deny"' "$T/out")" "$(wc -l <"$T/out")" 'each refused look is recorded'
has "$T/out" '"reason":"no-relation"' 'with its reason'

finish
