#!/bin/bash
# The karte at a glance, the timeline, printing and the look of the pages: for a teacher, another
# institution, a mother, also while her right rests, the board, an auditor.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
must_serve
C=c7k3m9q2v4 PLAN=kyoiku-shien/2026
sign_in tanaka mori shimizu yoshida-f hayashi okada fujii

# sees WHO TEXT SENTENCE, blind WHO TEXT SENTENCE: on the newest page of WHO
sees() { has "$T/$1.html" "$2" "$1: $3"; }
blind() { lacks "$T/$1.html" "$2" "$1: $3"; }
# opens WHO PATH: the page is there, and kept for sees
opens() {
	fetch "$1" "$2"
	is "$STATUS" 200 "$1 opens $2"
	cp "$T/body" "$T/$1.html"
}
# at WHO TEXT: the line on which a text first stands
at() { grep -nF -- "$2" "$T/$1.html" | head -n 1 | cut -d : -f 1; }

# ---- at a glance ---------------------------------------------------------------------------------

# glance HEADING: the first thing said below a heading of the page of tanaka, and the sheet it names
glance() {
	python3 - "$T/tanaka.html" "$1" <<-'PY'
		import re, sys
		page = open(sys.argv[1]).read().split("<h2>" + sys.argv[2], 1)[1]
		said = re.sub("<[^>]*>", "", page.split('class="said">', 1)[1].split("</p>", 1)[0])
		print(said.strip().split("。")[0])
		print(re.search(r'class="source"><a href="/children/[^/]*/sheets/([^"]*)"', page)[1])
	PY
}

opens tanaka /children/$C
{ read -r STRENGTH && read -r STRENGTH_SHEET; } < <(glance 好きなこと・得意なこと)
{ read -r GOAL && read -r GOAL_SHEET; } < <(glance めざしていること)
isnt "$STRENGTH" '' 'it is said what the child likes'
for pair in "$STRENGTH_SHEET=$STRENGTH" "$GOAL_SHEET=$GOAL"; do
	git -C "$(repo $C)" show "main:sheets/${pair%%=*}.md" >"$T/stored.md"
	has "$T/stored.md" "${pair#*=}" "${pair%%=*} says so, from which it is"
done
for who in tanaka shimizu yoshida-f; do
	opens $who /children/$C
	sees $who "$STRENGTH" 'what the child likes'
	sees $who "$GOAL" 'what is aimed at'
	sees $who '<section class="urgent"' 'what is life-threatening'
	[ "$(at $who 'class="urgent"')" -lt "$(at $who '好きなこと・得意なこと')" ] &&
		[ "$(at $who '好きなこと・得意なこと')" -lt "$(at $who 'めざしていること')" ]
	is $? 0 "$who: urgent first, strengths before goals"
	sees $who "href=\"/children/$C/sheets/$STRENGTH_SHEET\"" 'the sheet that says it'
	sees $who '<p class="source">' 'with its source'
done
blind yoshida-f 見る権限 'nothing that institutions keep to themselves is announced'
blind yoshida-f 校内での検討 'nor its title'
opens tanaka /children/$C
sees tanaka '就学（園）支援シートの「発達検査の詳細」：見る権限がありません' 'what the role may not see is named'
opens mori /children/$C
sees mori 見る権限がありません 'so it is for another institution'
blind mori "$STRENGTH" 'which reads nothing of the sections that are not its own'
blind mori "$GOAL" 'nor goals'
opens shimizu /children/$C
blind shimizu '教育支援シートの「' 'the board reads every section of the plan'
for who in hayashi okada fujii; do
	fetch $who /children/$C
	is "$STATUS" 404 "$who: no karte"
done
# the tabs lead only to what there is
opens yoshida-f /children/$C
grep -o 'href="/children/[^"#]*"' "$T/yoshida-f.html" | sort -u | cut -d '"' -f 2 >"$T/links"
while read -r path; do
	fetch yoshida-f "$path"
	is "$STATUS" 200 "the link $path leads somewhere"
done <"$T/links"
sees yoshida-f だれが見たか 'who looked'
opens tanaka /children/$C
blind tanaka /accesses 'no such link for a school'

# ---- a guardian whose right rests ----------------------------------------------------------------

# change PATH FIELD=VALUE…: a form of the administrator's
change() {
	local path=$1 field fields=()
	shift
	fetch fujii /admin/children/$C
	for field; do fields+=(--data-urlencode "$field"); done
	post fujii "/admin/children/$C$path" --data-urlencode "base=$(sed -n \
		's/.*name="base" value="\([0-9a-f]*\)".*/\1/p' "$T/body" | head -n 1)" "${fields[@]}"
}

change /suspend suspend-account=yoshida-f suspend-from=2026-05-01 suspend-reason=x
is "$STATUS" 303 'the right rests'
for path in '' /timeline /print /karte.pdf; do
	fetch yoshida-f /children/$C$path
	is "$STATUS" 404 "nothing at /children/C$path while the right rests"
done
post yoshida-f /children/$C/print -d s=$PLAN
is "$STATUS" 404 'nor on paper'
change /guardians/yoshida-f/resume
is "$STATUS" 303 'and again it does not'

# ---- the timeline --------------------------------------------------------------------------------

for who in tanaka shimizu yoshida-f; do
	opens $who /children/$C/timeline
	sees $who 生まれた日 'birth'
	sees $who 18歳の誕生日 'and the 18th birthday'
	sees $who '小学1年の年' 'school years'
	sees $who ひかり保育園 'where the child was'
done
karte log --json --child $C --event child.timeline
has "$T/out" '"account":"yoshida-f"' 'each look is recorded'
fetch hayashi /children/$C/timeline
is "$STATUS" 404 'nothing for a stranger'

# a protection: the school is nowhere
change /protect protect-guardian=yoshida-f protect-kind=school protect-value=aozora-es protect-reason=x
is "$STATUS" 303 'a school is kept from the mother'
for path in '' /timeline /print; do
	opens yoshida-f /children/$C$path
	blind yoshida-f あおぞら小学校 "the school is not on /children/C$path"
	blind yoshida-f kyoiku-shien "nor its sheets on /children/C$path"
done
opens yoshida-f /
blind yoshida-f あおぞら小学校 'nor at home'
post yoshida-f /children/$C/print -d s=$PLAN
is "$STATUS" 404 'and they cannot be printed'
fetch yoshida-f "/children/$C/karte.pdf?s=$PLAN"
is "$STATUS" 404 'nor by the address'
change /unprotect protect-guardian=yoshida-f protect-kind=school protect-value=aozora-es
is "$STATUS" 303 'a school no more'

# ---- printing ------------------------------------------------------------------------------------

# paper WHO PATH [CURL-OPTION…]: the PDF, and its text
paper() {
	fetch "$@"
	is "$STATUS/$(header Content-Type)" 200/application/pdf "$2: a PDF"
	cp "$T/body" "$T/paper.pdf"
	qpdf --check "$T/paper.pdf" >/dev/null 2>&1 || flunk "$2: qpdf finds mistakes"
	pdftotext -layout "$T/paper.pdf" "$T/paper.txt"
}
pages() { pdfinfo "$T/paper.pdf" | awk '/^Pages/ { print $2 }'; }

opens tanaka /children/$C/print
is "$(grep -c 'name="s" value="[^"]*" checked' "$T/tanaka.html")" "$(grep -c 'name="s"' "$T/tanaka.html")" \
	'all sheets are ticked'
paper tanaka /children/$C/karte.pdf
ALL=$(pages)
paper tanaka "/children/$C/karte.pdf?s=$PLAN&s=kyoiku-shien/2025"
[ "$(pages)" -lt "$ALL" ]
is $? 0 'two sheets are less than all'
lacks "$T/paper.txt" 令和6年度 'and no other'
paper tanaka "/children/$C/karte.pdf?pages=2-3"
is "$(pages)" 2 'two pages'
has "$T/paper.txt" "2/$ALL" 'numbered as in the whole'
paper tanaka "/children/$C/sheets/$PLAN.pdf"
ONE=$(pages)
paper tanaka "/children/$C/sheets/$PLAN.pdf?pages=2"
is "$(pages)" 1 'one page of one sheet'
has "$T/paper.txt" "2/$ONE" 'with its number'
for bad in x 0 3-2 99 1-2-3 '%00' '1%0A' 2001 $(printf '1,%.0s' {1..99})1; do
	fetch tanaka "/children/$C/karte.pdf?pages=$bad"
	matches "$STATUS" '^(400|422)$' "pages=${bad:0:12} is refused"
done
fetch tanaka "/children/$C/karte.pdf?pages=99"
has "$T/body" "全部で ${ALL}ページ" 'and it says how many there are'
fetch tanaka "/children/$C/sheets/$PLAN.pdf?pages=x"
is "$STATUS" 422 'of one sheet, too'
has "$T/body" "value=\"$PLAN\" checked" 'with that sheet ticked'
for bad in nothing/2026 kyoiku-shien/1999 ../../x "$PLAN&s=shugaku-shien/1999"; do
	fetch tanaka "/children/$C/karte.pdf?s=$bad"
	is "$STATUS" 404 "s=$bad: there is no such sheet"
done
post tanaka /children/$C/print -d s=$PLAN -d pages=1 --data-urlencode 'reason=面談で使うため'
is "$STATUS/$(header Content-Type)" 200/application/pdf 'a form makes a PDF'
karte log --json --child $C --event child.print
has "$T/out" 面談で使うため 'the reason is recorded'
karte log --json --child $C --event sheet.pdf
has "$T/out" "$PLAN@" 'and which sheets'
post tanaka /children/$C/print -d pages=1 --data-urlencode 'reason=理由だけ'
is "$STATUS" 422 'no sheet is chosen'
has "$T/body" 1つ以上 'and it says so'
has "$T/body" 'value="理由だけ"' 'what was typed stays'
post tanaka /children/$C/print -d s=$PLAN --data-urlencode "reason=$(printf 'あ%.0s' {1..201})"
is "$STATUS" 422 'a reason that is too long'
post tanaka /children/$C/print -d s=$PLAN --data-urlencode $'reason=a\nb'
is "$STATUS" 422 'or of two lines'
fetch tanaka /children/$C/print -X POST -H "Origin: $URL" -d s=$PLAN
is "$STATUS" 403 'a form without our token'
paper yoshida-f "/children/$C/karte.pdf?s=$PLAN"
lacks "$T/paper.txt" 校内での検討 'the paper of the mother has nothing internal'
opens yoshida-f /children/$C/accesses
sees yoshida-f 'カルテを 印刷しました' 'the family sees that it was printed'
blind yoshida-f 面談で使うため 'but not what staff wrote for the record'

# ---- a family's sheet ----------------------------------------------------------------------------

opens yoshida-f /children/$C/sheets/$PLAN
[ "$(at yoshida-f 'id="s-strengths"')" -lt "$(at yoshida-f 'id="s-basics"')" ]
is $? 0 'strengths come first for the family'
sees yoshida-f むずかしい言葉 'difficult words'
sees yoshida-f '合理的配慮<span' 'those that are in the sheet'
blind yoshida-f エピペン 'and no others'
sees yoshida-f 見られる人 'who else reads it'
matches "$(grep -o 'PDFを保存する（[^）]*）' "$T/yoshida-f.html")" '^PDFを保存する（A4・[0-9]+まい・[0-9.]+MB）$' \
	'how much paper it is'
opens tanaka /children/$C/sheets/$PLAN
[ "$(at tanaka 'id="s-basics"')" -lt "$(at tanaka 'id="s-strengths"')" ]
is $? 0 'for staff it stays in the order of the form'
blind tanaka むずかしい言葉 'and needs no explanation'
opens yoshida-f /
sees yoshida-f 'いま お願いしていることは ありません' 'nothing is asked at home'

# ---- the look of the pages -----------------------------------------------------------------------

look() { post "$1" /settings/display -d "size=$2" -d "ruby=$3" -d "colour=$4" -d "motion=$5"; }
for who in yoshida-f guest; do
	opens $who /settings/display
done
look yoshida-f huge ruby dark still
is "$STATUS" 303 'an account sets its look'
opens yoshida-f /children/$C
sees yoshida-f 'class="size-huge dark still"' 'the look is on every page'
sees yoshida-f '<ruby>健康<rt>けんこう</rt></ruby>' 'with readings'
sees yoshida-f '<ruby>𠮷田<rt>よしだ</rt></ruby> そら' 'names have theirs'
python3 - "$T/yoshida-f.html" <<'PY'
import re, sys
from html.parser import HTMLParser
class P(HTMLParser):
    stack, bad = [], []
    def handle_starttag(self, tag, attrs):
        if tag == "ruby" and set(self.stack) & {"title", "textarea", "select", "option", "script", "ruby"}:
            self.bad.append(self.stack[:])
        if tag not in ("meta", "link", "input", "br", "img", "hr"):
            self.stack.append(tag)
    def handle_endtag(self, tag):
        if not self.stack or self.stack.pop() != tag:
            self.bad.append(tag)
p = P(); p.feed(open(sys.argv[1]).read())
sys.exit(1 if p.bad or p.stack else 0)
PY
is $? 0 'tags stay in order, and no reading is where it may not be'
sed 's/<rt>[^<]*<\/rt>//g; s/<\/\?ruby>//g; s/<[^>]*>//g' "$T/yoshida-f.html" >"$T/with"
look yoshida-f huge '' dark still
opens yoshida-f /children/$C
sed 's/<span class="kana">[^<]*<\/span>//; s/<[^>]*>//g' "$T/yoshida-f.html" >"$T/plain"
is "$(grep -v 記録の確認番号 "$T/with" | sha256sum)" "$(grep -v 記録の確認番号 "$T/plain" | sha256sum)" \
	'without the readings the text is the same'
lacks "$T/yoshida-f.html" '<rt>' 'readings are off unless they are asked for'
opens tanaka /children/$C
lacks "$T/tanaka.html" size-huge 'a look is that of one account only'
look yoshida-f enormous ruby dark still
is "$STATUS" 400 'no other sizes'
fetch yoshida-f /settings/display -X POST -H "Origin: $URL" -d size=huge
is "$STATUS" 403 'a form without our token'
# before signing in it is the browser's
opens guest /settings/display
pre=$(sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' "$T/body" | head -n 1)
fetch guest /settings/display -X POST -H "Origin: $URL" --data-urlencode "csrf=$pre" -d size=large \
	-d ruby= -d colour=light -d motion=
is "$STATUS" 303 'somebody who is not signed in'
opens guest /login
sees guest 'class="size-large light "' 'gets that look'
fetch nobody /login -H 'Cookie: __Host-display="><script>'
lacks "$T/body" '><script>' 'a strange cookie is nothing'
# ---- the manual ----------------------------------------------------------------------------------

# manual WHO PATH PAGE: the foot of the page leads to this page of the manual
manual() {
	opens "$1" "$2"
	sees "$1" "<a href=\"/help/$3\">このページの使いかた</a>" "$2 leads to its manual"
}
manual tanaka /children/$C/sheets/$PLAN/edit write
manual tanaka /children/$C/consents ask
manual tanaka /releases release
manual yoshida-f /children/$C/consents consent
manual yoshida-f /children/$C/print print
opens yoshida-f /children/$C/files
blind yoshida-f 'このページの使いかた' 'what is written for staff is not where it leads'
opens fujii /admin/children/$C
blind fujii 'このページの使いかた' 'administrators have theirs in the bar'
for page in "$ROOT"/content/pages/help/*.md; do
	page=$(basename "$page" .md)
	fetch nobody "/help/$page.html"
	is "$STATUS" 200 "the manual has $page"
	grep -o 'href="[a-z]*\.html"' "$T/body" | cut -d '"' -f 2 | sort -u >"$T/links"
	while read -r link; do
		[ -f "$ROOT/content/pages/help/${link%.html}.md" ] || flunk "$page leads to $link"
	done <"$T/links"
done
lead=$(grep -ohE '"/help/[a-z]+"' "$ROOT/vault/page/help_link.c" | tr -d '"' | sort -u | while read -r to; do
	[ -f "$ROOT/content/pages$to.md" ] || echo "$to"
done)
is "$lead" '' 'every manual that a page names is there'

finish
