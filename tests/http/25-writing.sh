#!/bin/bash
# Writing section by section: drafts that only their writer can read and that outlive the server,
# two people on one sheet, what was told before, a guardian's own part, an old version again.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
must_serve
sign_in tanaka kobayashi yoshida-f ito shimizu

CHILD=c7k3m9q2v4 SHEET=c7k3m9q2v4/sheets/kyoiku-shien/2026 FILE=sheets/kyoiku-shien/2026.md
stored() { git -C "$(repo $CHILD)" show "main:$FILE"; }
versions() { git -C "$(repo $CHILD)" rev-list --count main -- $FILE; }
rows() { sql "SELECT count(*) FROM draft"; }

# section WHO SECTION FILE [QUERY]: the form of one section
section() {
	fetch "$1" "/children/$SHEET/edit/$2${4:-}"
	form read "$T/body" >"$3"
	# what is final asks for a reason
	[ -z "$(form get "$3" base)" ] || [ -n "$(form get "$3" reason)" ] || form set "$3" reason 見直した
}
# press WHO SECTION FILE [NAME VALUE]: sends it, with the button of that name
press() {
	cp "$3" "$T/pressed"
	[ -z "${4:-}" ] || form set "$T/pressed" "$4" "$5"
	body "$T/pressed"
	fetch "$1" "/children/$SHEET/edit/$2" -X POST -H "Origin: $URL" --data-binary "@$T/pressed.body"
}

# ---- the list, and one section of it -------------------------------------------------------------

fetch tanaka "/children/$SHEET/edit"
is "$STATUS" 200 'a writer gets the list of sections'
has "$T/body" "/children/$SHEET/edit/goals\"" 'each leads to its page'
has "$T/body" '記入ずみ' 'it says what is done'
has "$T/body" '田中 和子' 'and who wrote it last'
section tanaka goals "$T/form"
is "$STATUS" 200 'a section has a page'
is "$(form typed "$T/form" | cut -d = -f 1 | paste -sd ' ')" \
	'f.direction f.long-goal-until f.long-goal f.year-goal' 'with its fields and no others'
before=$(versions)
form set "$T/form" f.year-goal 'ことしの目標を 書きなおした。'
cp "$T/form" "$T/try"
form add "$T/try" f.child-wish 'ほかの項目'
press tanaka goals "$T/try" next 1
is "$STATUS $(versions)" "400 $before" 'a field of another section is refused'
press tanaka goals "$T/form" next 1
is "$STATUS $(header Location)" "303 /children/$SHEET/edit/school-support" 'saving leads to the next section'
is "$(versions)" $((before + 1)) 'it is a version'
stored >"$T/saved"
has "$T/saved" 'ことしの目標を 書きなおした。' 'with what was typed'
fetch yoshida-f "/children/$SHEET/edit/goals"
is "$STATUS" 404 'a family has no page for what the school writes'

# ---- drafts --------------------------------------------------------------------------------------

section tanaka goals "$T/form"
SECRET='だれにも見せない 書きかけの文'
form set "$T/form" f.direction "$SECRET"
before=$(versions)
press tanaka goals "$T/form" draft 1
matches "$STATUS $(header Location)" "^303 /children/$SHEET/edit/goals\?draft=[0-9]+&kept=1$" 'a draft is kept'
fetch tanaka "$(header Location)"
has "$T/body" 'に下書きを保存しました。' 'and said, with the time'
has "$T/body" "$SECRET" 'the form goes on with it'
is "$(versions)" "$before" 'it is no version'
is "$(grep -rlaF -- "$SECRET" "$V" | wc -l)" 0 'no file of the vault has the text'
section tanaka goals "$T/form"
is "$(form get "$T/form" f.direction)" "$SECRET" 'opening the section again goes on with the draft'
number=$(form get "$T/form" draft-n)
form set "$T/form" f.direction "$SECRET 2"
press tanaka goals "$T/form" draft auto
is "$STATUS" 200 'the script is answered'
matches "$(header Content-Type)" '^text/plain' 'in plain text'
matches "$(paste -sd ' ' "$T/body")" "^$number [0-9]{2}:[0-9]{2} に下書きを保存しました。$" 'with the number and the time'
is "$(rows)" 1 'it is the same draft'
fetch kobayashi "/children/$SHEET/edit"
has "$T/body" '田中 和子さんが' 'another writer is told who is writing'
lacks "$T/body" 'だれにも' 'but not what'
fetch kobayashi "/children/$SHEET/edit/goals?draft=$number"
is "$STATUS" 404 'nobody opens the draft of another'
post kobayashi "/drafts/$number" -d do=drop
is "$STATUS" 404 'nor throws it away'
sql "UPDATE draft SET account='kobayashi'" >/dev/null
fetch kobayashi "/children/$SHEET/edit/goals?draft=$number"
has "$T/body" '前の下書きは開けません' 'even if the row says that it is theirs'
lacks "$T/body" 'だれにも' 'it is sealed'
sql "UPDATE draft SET account='tanaka', section='wishes'" >/dev/null
fetch tanaka "/children/$SHEET/edit/wishes?draft=$number"
lacks "$T/body" 'だれにも' 'nor does it open in another place'
sql "UPDATE draft SET section='goals'" >/dev/null

# the server dies: what was said to be kept is there
stop KILL
must_serve
section tanaka goals "$T/again"
is "$(form get "$T/again" f.direction)" "$SECRET 2" 'after kill -9 the draft is there'
form set "$T/form" f.direction "$SECRET 3"
press tanaka goals "$T/form" draft auto
is "$STATUS" 200 'a form that was open over the restart is still taken'
press tanaka goals "$T/form"
is "$STATUS" 303 'and saved'
is "$(rows)" 0 'what was saved is no draft any more'
stop KILL
must_serve
stored >"$T/saved"
has "$T/saved" "$SECRET 3" 'after another kill -9 the version is there'

# thrown away, taken out again
section tanaka goals "$T/form"
form set "$T/form" f.direction 'すてられる文'
press tanaka goals "$T/form" draft 1
number=$(sql 'SELECT n FROM draft')
post tanaka "/drafts/$number" -d do=drop
is "$STATUS" 303 'a draft can be thrown away'
section tanaka goals "$T/form"
is "$(form get "$T/form" f.direction)" "$SECRET 3" 'then it is not opened'
fetch tanaka /drafts
has "$T/body" 'ごみ箱から 出す' 'it lies in the bin'
post tanaka "/drafts/$number" -d do=take
section tanaka goals "$T/form"
is "$(form get "$T/form" f.direction)" 'すてられる文' 'and comes out again'
fetch tanaka /drafts
has "$T/body" "/edit/goals?draft=$number" 'the list leads to it'
fetch ito /drafts
lacks "$T/body" 'goals' 'nobody else has it there'
sql 'DELETE FROM draft' >/dev/null

# the session ends while somebody types: the script's last draft waits after signing in
section tanaka goals "$T/form"
form set "$T/form" f.direction 'おわりのあとの文'
sql "UPDATE session SET seen = seen - 3600, since = since - 3600 WHERE account = 'tanaka'" >/dev/null
press tanaka goals "$T/form" draft auto
is "$STATUS $(header Location)" '303 /login?kept=1' 'a draft after the end of the session is kept aside'
stop KILL
must_serve
press tanaka goals "$T/form"
is "$STATUS $(header Location)" '303 /login?kept=1' 'so is a form that was open over a restart'
unused tanaka
login tanaka "$(password tanaka)"
is "$(header Location)" /kept 'signing in leads there'
fetch tanaka /kept
has "$T/body" 'name="draft" value="1"' 'sent again it is a draft as before'
sql 'DELETE FROM kept' >/dev/null

# a wrong value is kept as a draft, and the list says so
section tanaka goals "$T/form"
form set "$T/form" f.long-goal-until '令和8年13月1日'
press tanaka goals "$T/form"
is "$STATUS" 422 'a wrong date is said'
is "$(grep -c 'href="#f.long-goal-until"' "$T/body")" 1 'once'
fetch tanaka "/children/$SHEET/edit"
has "$T/body" '直してください' 'the list says that there is something to put right'
sql 'DELETE FROM draft' >/dev/null

# ---- two people ----------------------------------------------------------------------------------

section tanaka goals "$T/a"
section kobayashi goals "$T/b"
section kobayashi wishes "$T/c"
form set "$T/a" f.direction 'タナカの方向'
form set "$T/b" f.year-goal 'コバヤシの目標'
form set "$T/c" f.child-wish 'コバヤシの聞いた願い'
press tanaka goals "$T/a"
is "$STATUS" 303 'one saves a field'
press kobayashi goals "$T/b" next 1
is "$STATUS" 303 'the other saves another field of the same section: nobody is asked'
matches "$(header Location)" "^/children/$SHEET/edit\?merged=" 'and the list'
fetch kobayashi "$(header Location)"
has "$T/body" '「支援の方向」' 'names what the first had written meanwhile'
press kobayashi wishes "$T/c"
is "$STATUS" 303 'another section goes through as well'
stored >"$T/saved"
for phrase in タナカの方向 コバヤシの目標 コバヤシの聞いた願い; do
	has "$T/saved" "$phrase" "the sheet has $phrase"
done
section tanaka goals "$T/a"
section kobayashi goals "$T/b"
form set "$T/a" f.direction 'ひとつめ'
form set "$T/b" f.direction 'ふたつめ'
press tanaka goals "$T/a"
before=$(versions)
press kobayashi goals "$T/b"
is "$STATUS $(versions)" "409 $before" 'the same field is a conflict'
has "$T/body" 'ひとつめ' 'with the text of the first'
has "$T/body" 'あなたの文章は 下書きに 取ってあります' 'and the own one is a draft'
is "$(rows)" 1 'indeed'
form read "$T/body" >"$T/both"
is "$(form typed "$T/both" | cut -d = -f 1 | paste -sd ' ')" \
	'f.direction f.long-goal-until f.long-goal f.year-goal' 'the form is that of the section'
form set "$T/both" f.direction 'まだ決めない文'
press kobayashi goals "$T/both" draft "$(form get "$T/b" base)"
is "$STATUS $(header Location)" "303 /children/$SHEET/edit" 'it can be decided later'
section kobayashi goals "$T/later"
is "$(form get "$T/later" f.direction)" 'まだ決めない文' 'the draft waits'
press kobayashi goals "$T/later"
is "$STATUS" 409 'and asks again'
form read "$T/body" >"$T/both"
press kobayashi goals "$T/both"
is "$STATUS $(rows)" '303 0' 'decided, it is saved, and no draft is left'

# ---- last year, other sheets, phrases ------------------------------------------------------------

before=$(versions)
section tanaka goals "$T/form"
has "$T/body" '前の答え：' 'last year stands beside the field'
has "$T/body" '言葉の例' 'and phrases'
form set "$T/form" f.year-goal 'うちかけの文'
press tanaka goals "$T/form" use before:direction
is "$STATUS" 200 'its answer can be put into the field'
form read "$T/body" >"$T/filled"
git -C "$(repo $CHILD)" show main:sheets/kyoiku-shien/2025.md >"$T/2025"
holds 'it is that of last year' grep -qF -- "$(form get "$T/filled" f.direction | head -n 1 | tr -d '\r')" "$T/2025"
is "$(form get "$T/filled" f.year-goal)" 'うちかけの文' 'what was typed elsewhere stays'
form set "$T/form" from kyoiku-shien/2025
press tanaka goals "$T/form" use look
has "$T/body" 'との ちがい' 'what differs is shown first'
press tanaka goals "$T/form" use take:kyoiku-shien/2025
form read "$T/body" >"$T/filled"
isnt "$(form get "$T/filled" f.year-goal)" 'うちかけの文' 'a whole section can be taken over'
is "$(versions)" "$before" 'nothing is saved by that'
press tanaka goals "$T/form" use take:kyoiku-shien/1999
is "$STATUS" 400 'only from what is there'
press tanaka goals "$T/form" use print
is "$STATUS" 200 'the print preview'
has "$T/body" 'うちかけの文' 'shows what is typed'
form read "$T/body" >"$T/preview"
press tanaka goals "$T/preview" use back
form read "$T/body" >"$T/filled"
is "$(form get "$T/filled" f.year-goal)" 'うちかけの文' 'and leads back without losing it'

# ---- an old version again ------------------------------------------------------------------------

first=$(git -C "$(repo $CHILD)" rev-list --reverse main -- $FILE | head -n 1)
fetch tanaka "/children/$SHEET/history/$first"
has "$T/body" 'この版にもどす' 'a writer can make an old version the newest again'
fetch shimizu "/children/$SHEET/history/$first"
lacks "$T/body" 'この版にもどす' 'who only reads cannot'
before=$(versions)
post tanaka "/children/$SHEET/history/$first"
is "$STATUS $(versions)" "422 $before" 'not without a reason'
post shimizu "/children/$SHEET/history/$first" -d reason=x
is "$STATUS $(versions)" "404 $before" 'nor by others'
post tanaka "/children/$SHEET/history/$first" --data-urlencode 'reason=まちがえて書いた'
is "$STATUS $(versions)" "303 $((before + 1))" 'it becomes a new version'
git -C "$(repo $CHILD)" show "$first:$FILE" >"$T/old"
stored >"$T/saved"
same "$T/old" "$T/saved" 'with the old content'
git -C "$(repo $CHILD)" log -1 --format=%B main >"$T/message"
has "$T/message" 'Karte-Action: sheet.restore' 'recorded as such'
has "$T/message" 'まちがえて書いた' 'with the reason'

# ---- told once -----------------------------------------------------------------------------------

post tanaka /children/$CHILD/sheets -d type=kobetsu-shido -d id=2026-1
SHEET=$CHILD/sheets/kobetsu-shido/2026-1
section tanaka strengths "$T/form"
form set "$T/form" f.strengths '個別の計画に書いた とくいなこと'
press tanaka strengths "$T/form"
is "$STATUS" 303 'something is written in one sheet'
post tanaka /children/$CHILD/sheets -d type=kyoiku-shien -d id=2028
SHEET=$CHILD/sheets/kyoiku-shien/2028 FILE=sheets/kyoiku-shien/2028.md
section tanaka strengths "$T/form" '?draft=none'
has "$T/body" 'いまも そうですか' 'another that asks for the same offers it'
has "$T/body" '個別の指導計画' 'with its source'
has "$T/body" '個別の計画に書いた とくいなこと' 'and the text'
form set "$T/form" f.what-helps 'うちかけの手だて'
press tanaka strengths "$T/form" use told:strengths
form read "$T/body" >"$T/filled"
is "$STATUS $(form get "$T/filled" f.strengths | tr -d '\r\n')" '200 個別の計画に書いた とくいなこと' \
	'one press puts it into the field'
is "$(form get "$T/filled" f.what-helps)" 'うちかけの手だて' 'and nothing that was typed is lost'
section tanaka home "$T/none"
is "$STATUS" 404 "staff have no page for a guardian's own part"

# ---- unusual values ------------------------------------------------------------------------------

section tanaka health "$T/form"
form set "$T/form" f.height.0.on 2026-04-10
form set "$T/form" f.height.0.value 128
press tanaka health "$T/form"
is "$STATUS" 303 'a height is saved'
section tanaka health "$T/form"
form set "$T/form" f.height.1.on 2026-11-01
form set "$T/form" f.height.1.value 82
before=$(versions)
press tanaka health "$T/form"
is "$STATUS $(versions)" "422 $before" 'an unusual height is asked about'
has "$T/body" 'ふだんと違う値です。このままでよいですか' 'in words'
form read "$T/body" >"$T/sure"
press tanaka health "$T/sure"
is "$STATUS $(versions)" "303 $((before + 1))" 'once: then it is taken as it is'
section tanaka health "$T/form"
press tanaka health "$T/form"
is "$STATUS" 303 'and not asked about again'

# ---- a guardian's own part -----------------------------------------------------------------------

CHILD=c2h8r5t0wn SHEET=c2h8r5t0wn/sheets/shugaku-shien/2026 FILE=sheets/shugaku-shien/2026.md
fetch yoshida-f "/children/$SHEET/edit"
is "$STATUS" 200 'a family has a list of its own'
lacks "$T/body" 'ほかの人が 書くところ' 'with nothing of others'
for own in $(grep -o "/children/$SHEET/edit/[a-z-]*\"" "$T/body" | grep -v /all | tr -d '"'); do
	section yoshida-f "${own##*/}" "$T/form"
	is "$STATUS" 200 "and the page of ${own##*/}"
	form get "$T/form" f.guardian-wish >/dev/null && break
done
form set "$T/form" f.guardian-wish 'かぞくが じぶんで書いた'
press yoshida-f "${own##*/}" "$T/form"
is "$STATUS" 303 'it saves one'
is "$(git -C "$(repo $CHILD)" log -1 --format=%ae main)" yoshida-f@localhost 'under its own name'
holds 'and its own key' env GNUPGHOME="$V/gnupg" git -C "$(repo $CHILD)" verify-commit main
key=$(git -C "$V/registry.git" show HEAD:accounts/yoshida-f.yaml | sed -n 's/^key: //p' | tr -d '"')
is "$(env GNUPGHOME="$V/gnupg" git -C "$(repo $CHILD)" log -1 --format=%GP main)" "$key" \
	'which is the one of the registry'

# what only the family writes: staff read it under its signature
CHILD=c7k3m9q2v4 SHEET=c7k3m9q2v4/sheets/kyoiku-shien/2028 FILE=sheets/kyoiku-shien/2028.md
section yoshida-f home "$T/form"
is "$STATUS" 200 'a family has a part that is its alone'
WORDS='うちでは となりに座ると 落ち着きます'
form set "$T/form" f.family-words "$WORDS"
press yoshida-f home "$T/form"
is "$STATUS" 303 'it writes there'
signed=$(git -C "$(repo $CHILD)" rev-parse main)
fetch tanaka "/children/$SHEET/edit"
has "$T/body" '保護者の方が書きました（署名 ' 'staff are told who wrote it and when'
has "$T/body" "$WORDS" 'and read it'
lacks "$T/body" '/edit/home"' 'but have no way to write there'
section tanaka strengths "$T/form"
cp "$T/form" "$T/try"
form add "$T/try" f.family-words 'かえた'
press tanaka strengths "$T/try"
is "$STATUS" 400 'a form with it in it is refused'
cp "$T/form" "$T/try"
form add "$T/try" f.family-words 'かえた'
form set "$T/try" draft-n 0
body "$T/try"
fetch tanaka "/children/$SHEET/edit/home" -X POST -H "Origin: $URL" --data-binary "@$T/try.body"
is "$STATUS" 404 'and so is one for that part'
form set "$T/form" f.strengths 'そのあとに学校が書いた'
press tanaka strengths "$T/form"
is "$STATUS" 303 'the school writes its own'
is "$(git -C "$(repo $CHILD)" log -1 --format=%H -S "$WORDS" main -- $FILE)" "$signed" \
	"the family's words are still those of its own commit"
is "$(env GNUPGHOME="$V/gnupg" git -C "$(repo $CHILD)" log -1 --format='%G? %GP' "$signed")" "G $key" \
	"which bears the family's signature"

stop TERM
verified 'all of it is signed and recorded'
finish
