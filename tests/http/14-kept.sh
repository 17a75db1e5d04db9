#!/bin/bash
# A session ends while somebody writes: what was sent after that comes back, to that person alone.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
must_serve
sign_in tanaka kobayashi
SHEET=c7k3m9q2v4/sheets/kyoiku-shien/2026
TEXT='おわったあとに書いた <b>文章</b> & ＋＋。'

# idle WHO: as if nothing had been done for an hour
idle() {
	sql "UPDATE session SET seen = seen - 3600, since = since - 3600 WHERE account = '$1'" >/dev/null
}

open_form tanaka $SHEET "$T/form"
form set "$T/form" f.year-goal "$TEXT"
form set "$T/form" reason 'つづきを書く'
before=$(head_of c7k3m9q2v4)
idle tanaka
send_form tanaka $SHEET "$T/form"
is "$STATUS $(header Location)" '303 /login?kept=1' 'a form after the end of the session leads to signing in'
is "$(head_of c7k3m9q2v4)" "$before" 'nothing is saved by nobody'
fetch nobody '/login?kept=1'
has "$T/body" '預かっています' 'and the page says that it is kept'
is "$(sql 'SELECT count(*) FROM kept')" 1 'it is kept once'
is "$(grep -rlaF -- "おわったあと" "$V" | wc -l)" 0 'no file of the vault has the text'
is "$(sql "SELECT wrapped = x'' FROM session WHERE account = 'tanaka' AND since < strftime('%s') - 3000")" 1 \
	'the secret of the session that ended is gone'
fetch tanaka /
is "$STATUS/$(header Location)" 303//login 'the ended session opens nothing'

# ---- who does not get it -------------------------------------------------------------------------

fetch kobayashi /kept
is "$STATUS" 200 'there is a page for what is kept'
has "$T/body" 'ありません' 'another person has nothing there'
lacks "$T/body" 'おわったあと' 'and does not see it'
n=$(sql 'SELECT n FROM kept')
post kobayashi "/kept/$n"
is "$STATUS" 404 'nor can throw it away'
is "$(sql 'SELECT count(*) FROM kept')" 1 'it is still there'
enter tanaka "$(password tanaka)"
weak=$(awk '/__Host-karte/ { print $NF }' "$T/jar.tanaka")
fetch nobody /kept -H "Cookie: __Host-karte=$weak"
matches "$STATUS $(header Location)" '^303 /login/code' 'the password alone does not show it'

# ---- it comes back -------------------------------------------------------------------------------

unused tanaka
login tanaka "$(password tanaka)"
is "$STATUS $(header Location)" '303 /kept' 'signing in leads to it'
fetch tanaka /kept
has "$T/body" '教育支援シート' 'it is said in words what it was'
has "$T/body" '令和8年度' 'and which'
# the form as the browser sends it: from this page, for that address
python3 - "$T/body" >"$T/again" <<'PY'
import html.parser, sys, urllib.parse
class P(html.parser.HTMLParser):
    inside, out, action = False, [], None
    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "form":
            self.inside = a.get("action", "").endswith("/edit")
            self.action = a["action"] if self.inside else self.action
        if tag == "input" and self.inside and a.get("name"):
            self.out.append((a["name"], a.get("value", "")))
    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
p = P()
p.feed(open(sys.argv[1]).read())
print(p.action)
print(urllib.parse.urlencode(p.out), end="")
PY
is "$(head -n 1 "$T/again")" "/children/$SHEET/edit" 'it goes where it was sent'
tail -n +2 "$T/again" >"$T/again.body"
fetch tanaka "/children/$SHEET/edit" -X POST -H "Origin: $URL" --data-binary "@$T/again.body"
is "$STATUS" 303 'sent again it is saved'
isnt "$(head_of c7k3m9q2v4)" "$before" 'as a new version'
git -C "$(repo c7k3m9q2v4)" show "main:sheets/kyoiku-shien/2026.md" >"$T/saved"
has "$T/saved" "おわったあとに書いた" 'with the text'
git -C "$(repo c7k3m9q2v4)" log -1 --format=%B main >"$T/message"
has "$T/message" 'つづきを書く' 'and the reason'
is "$(sql 'SELECT count(*) FROM kept')" 0 'then it is kept no longer'

# ---- thrown away, too old ------------------------------------------------------------------------

lose() { # one more form after the end
	open_form tanaka $SHEET "$T/form"
	form set "$T/form" f.year-goal "$TEXT $1"
	idle tanaka
	send_form tanaka $SHEET "$T/form"
}
lose again
unused tanaka
login tanaka "$(password tanaka)"
n=$(sql 'SELECT n FROM kept')
post tanaka "/kept/$n"
is "$STATUS $(header Location)" '303 /kept' 'it can be thrown away'
is "$(sql 'SELECT count(*) FROM kept')" 0 'and is gone'
lose later
sql 'UPDATE kept SET at = at - 8 * 86400' >/dev/null
unused tanaka
login tanaka "$(password tanaka)"
is "$STATUS $(header Location)" '303 /' 'after a week it does not come back'
fetch tanaka /kept
lacks "$T/body" '教育支援シート' 'nor is it shown'

# ---- what is not kept ----------------------------------------------------------------------------

rows() { sql 'SELECT count(*) FROM kept'; }
sql 'DELETE FROM kept' >/dev/null
open_form tanaka $SHEET "$T/form"
TOKEN=$(token tanaka)
idle tanaka
body "$T/form"
fetch tanaka "/children/$SHEET/edit" -X POST -H 'Origin: https://evil.example' \
	--data-binary "@$T/form.body"
is "$STATUS $(rows)" '403 0' 'what another site sent is not kept'
fetch tanaka /account/password -X POST -H "Origin: $URL" --data-urlencode "csrf=$TOKEN" \
	-d old-password=a -d new-password=b
is "$STATUS $(rows)" '303 0' 'passwords are not kept'
fetch tanaka /logout -X POST -H "Origin: $URL" --data-urlencode "csrf=$TOKEN"
is "$STATUS $(rows)" '303 0' 'nor is signing out'
fetch nobody "/children/$SHEET/edit" -X POST -H "Origin: $URL" --data-binary "@$T/form.body"
is "$STATUS $(header Location) $(rows)" '303 /login 0' 'nor what nobody sent'
fetch tanaka /children -X POST -H "Origin: $URL" -d x=1
is "$STATUS $(rows)" '405 0' 'nor what no page takes'
fetch tanaka "/children/$SHEET/edit" -X POST -H "Origin: $URL" -d "f.x=1" -d csrf=none
is "$STATUS $(rows)" '303 0' 'nor a form that the session was never given'
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	fetch tanaka "/children/$SHEET/edit" -X POST -H "Origin: $URL" -d "f.x=$i" \
		--data-urlencode "csrf=$TOKEN"
done
is "$(rows)" 10 'no more than ten things are kept'
# whoever has no more than the password must not lay something before the person
sql 'DELETE FROM kept' >/dev/null
unused kobayashi
login kobayashi "$(password kobayashi)"
open_form kobayashi $SHEET "$T/form"
enter kobayashi "$(password kobayashi)"
fetch kobayashi /login/code
form set "$T/form" csrf "$(sed -n 's/.*name="csrf" value="\([^"]*\)".*/\1/p' "$T/body" | head -n 1)"
send_form kobayashi $SHEET "$T/form"
is "$STATUS $(header Location) $(rows)" '303 /login/code 0' 'what is sent before the second step is not kept'
finish
