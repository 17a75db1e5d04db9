#!/bin/bash
# What a person proves oneself with: setting it up, using it, losing it, changing it.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
must_serve
sign_in tanaka yoshida-f fujii
SHEET=c7k3m9q2v4/sheets/kyoiku-shien/2026

# field NAME: of the newest page's form
field() {
	sed -n "s/.*name=\"$1\" value=\"\([^\"]*\)\".*/\1/p" "$T/body" | head -n 1
}

# ---- one's own page ------------------------------------------------------------------------------

fetch tanaka /account
is "$STATUS" 200 'there is a page about one'\''s own account'
karte account list --json
fpr=$(jq -r 'select(.id == "tanaka") | .key' "$T/out")
has "$T/body" "${fpr:0:4} ${fpr:4:4}" 'it names the key that signs'
has "$T/body" '見本の認証アプリ' 'it lists what the person proves oneself with'
has "$T/body" 'さいごの 1つは 消せません' 'and says that the last stays'
has "$T/body" 'いま 使っている端末' 'it lists the devices'
lacks "$T/body" "$(secret tanaka)" 'it does not say the secret'
fetch tanaka /
has "$T/body" 'href="/account"' 'each page leads to it'

# ---- the last one stays, another may be added ----------------------------------------------------

n=$(sql "SELECT n FROM factor WHERE account = 'tanaka'")
post tanaka /account/factors/drop -d "n=$n"
is "$STATUS" 422 'the last one is not removed, whatever form is sent'
other=$(sql "SELECT n FROM factor WHERE account = 'kobayashi'")
post tanaka /account/factors/drop -d "n=$other"
is "$STATUS" 404 "another person's factor is not there"
is "$(sql "SELECT count(*) FROM factor WHERE account = 'kobayashi'")" 1 'and stays'

before=$(secret tanaka)
enrol tanaka
is "$STATUS $(header Location)" '303 /account?done=totp' 'a second app can be added'
isnt "$(secret tanaka)" "$before" 'it has a secret of its own'
is "$(sql "SELECT count(*) FROM factor WHERE account = 'tanaka'")" 2 'and is kept beside the first'
is "$(grep -rlaF -- "$(secret tanaka)" "$V" | wc -l)" 0 'no file of the vault has its secret'
unused tanaka
login tanaka "$(password tanaka)"
is "$STATUS" 303 'it signs in'
post tanaka /account/factors/drop -d "n=$n"
is "$STATUS" 303 'then the first can be removed'

fetch tanaka /account/factors/totp
has "$T/body" '<svg' 'the secret is shown as a code'
lacks "$T/body" 'style=' 'without style in the page'
challenge=$(field challenge)
post tanaka /account/factors/totp --data-urlencode "challenge=$challenge" -d code=000000
is "$STATUS" 422 'a wrong code does not set it up'
is "$(field challenge)" "$challenge" 'the same secret can be tried again'
post yoshida-f /account/factors/totp --data-urlencode "challenge=$challenge" -d code=000000
is "$STATUS" 422 'in another session it means nothing'
isnt "$(field challenge)" "$challenge" 'and is not taken over'

# ---- codes on paper ------------------------------------------------------------------------------

post tanaka /account/codes
is "$STATUS" 200 'codes can be made'
grep -o '<span class="code-text">[0-9A-Z-]\{19\}' "$T/body" | sed 's/.*>//' >"$T/codes"
is "$(sort -u "$T/codes" | wc -l)" 10 'ten of them'
body_codes=$(cat "$T/codes")
printed=()
for c in $body_codes; do printed+=(--data-urlencode "printed-code=$c"); done
post tanaka /account/codes.pdf "${printed[@]}"
is "$STATUS $(header Content-Type)" '200 application/pdf' 'they can be had as a letter'
matches "$(header Content-Disposition)" '^attachment; filename="recovery-codes.pdf"' 'to be saved'
pdftotext -layout "$T/body" - | tr -d ' ' >"$T/letter" # they are set wide
for c in $body_codes; do
	grep -qF -- "$c" "$T/letter" || flunk "the letter has $c"
done
has "$T/letter" "$(head -n 1 "$T/codes")" 'with each of them'
has "$T/letter" '田中' 'and the name'
post tanaka /account/codes.pdf -d 'printed-code=<script>'
is "$STATUS" 400 'only codes are printed'
is "$(grep -rlaF -- "$(head -n 1 "$T/codes")" "$V" | wc -l)" 0 'no file of the vault has a code'
fetch tanaka /account/codes
lacks "$T/body" "$(head -n 1 "$T/codes")" 'they are shown once'
has "$T/body" 'のこり 10こ' 'how many are left is said'

enter tanaka "$(password tanaka)"
give_code tanaka "$(head -n 1 "$T/codes" | tr 'A-Z-' 'a-z ')" -d paper=1
is "$STATUS $(header Location)" '303 /account/codes?used=1' 'one of them signs in, however it is typed'
fetch tanaka '/account/codes?used=1'
has "$T/body" 'のこり 9こ' 'and is used up'
enter tanaka "$(password tanaka)"
give_code tanaka "$(head -n 1 "$T/codes")"
is "$STATUS" 422 'it does not sign in twice'
give_code tanaka "$(sed -n 2p "$T/codes")"
enter yoshida-f "$(password yoshida-f)"
give_code yoshida-f "$(sed -n 3p "$T/codes")"
is "$STATUS" 422 'nor anybody else'
unused tanaka
login tanaka "$(password tanaka)"
post tanaka /account/codes
enter tanaka "$(password tanaka)"
give_code tanaka "$(sed -n 4p "$T/codes")"
is "$STATUS" 422 'new codes end the old ones'
sign_in tanaka yoshida-f

# ---- another password ----------------------------------------------------------------------------

NEW='ame-no-hi-wa-ie-de-hon-wo-yomu'
change() { # OLD NEW
	post tanaka /account/password --data-urlencode "old-password=$1" --data-urlencode "new-password=$2"
}
change wrong "$NEW"
is "$STATUS" 422 'the present password is asked for'
has "$T/body" 'いまのパスワードが ちがいます' 'and said to be wrong'
change "$(password tanaka)" 'password1234'
is "$STATUS" 422 'a common one is refused'
change "$(password tanaka)" "$(password tanaka)"
is "$STATUS" 422 'the same is refused'
change "$(password tanaka)" 'みじかい'
is "$STATUS" 422 'a short one is refused'
lacks "$T/body" 'みじかい' 'and does not come back'

cp "$T/jar.tanaka" "$T/jar.here"
rm -f "$T/csrf.tanaka"
unused tanaka
login tanaka "$(password tanaka)"
cp "$T/jar.tanaka" "$T/jar.there"
cp "$T/jar.here" "$T/jar.tanaka"
rm -f "$T/csrf.tanaka"
karte account list --json
fpr=$(jq -r 'select(.id == "tanaka") | .key' "$T/out")
change "$(password tanaka)" "$NEW"
is "$STATUS $(header Location)" '303 /account?done=password' 'a good one is taken'
fetch there /
is "$STATUS" 303 'other sessions end'
fetch tanaka /
is "$STATUS" 200 'this one stays'
enter tanaka "$(password tanaka)"
is "$STATUS" 422 'the old password is over'
unused tanaka
login tanaka "$NEW"
is "$STATUS" 303 'the new one signs in, with the same app'
karte account list --json
is "$(jq -r 'select(.id == "tanaka") | .key' "$T/out")" "$fpr" 'the key is the same'
open_form tanaka $SHEET "$T/form"
form set "$T/form" f.year-goal '新しいパスワードで書いた'
send_form tanaka $SHEET "$T/form"
is "$STATUS" 303 'and signs as before'
karte verify --json
is "$RC" 0 'every signature holds'

# ---- devices -------------------------------------------------------------------------------------

cp "$T/jar.tanaka" "$T/jar.here"
unused tanaka
login tanaka "$NEW" -A $'Mozilla/5.0 (iPhone; CPU) CriOS/1 \x01<b>'
cp "$T/jar.tanaka" "$T/jar.there"
cp "$T/jar.here" "$T/jar.tanaka"
rm -f "$T/csrf.tanaka"
fetch tanaka /account/sessions
has "$T/body" '127.0.0.1' 'each device is listed with its address'
is "$(grep -c 'この端末を ログアウトする' "$T/body")" 1 'the others can be ended'
foreign=$(sql "SELECT max(n) FROM session WHERE account = 'yoshida-f'")
post tanaka /account/sessions -d "n=$foreign"
is "$STATUS" 404 "another person's session is not there"
fetch yoshida-f /
is "$STATUS" 200 'and goes on'
fetch tanaka /account/sessions
post tanaka /account/sessions -d "n=$(field n)"
is "$STATUS" 303 'one device is ended'
fetch there /
is "$STATUS" 303 'and is out at once'
fetch tanaka /
is "$STATUS" 200 'this one is not'
unused tanaka
login tanaka "$NEW"
cp "$T/jar.tanaka" "$T/jar.there"
cp "$T/jar.here" "$T/jar.tanaka"
rm -f "$T/csrf.tanaka"
post tanaka /account/sessions -d all=1
is "$STATUS" 303 'all others are ended at once'
fetch there /
is "$STATUS" 303 'they are out'

# ---- how long it lasts ---------------------------------------------------------------------------

fetch tanaka /session
read -r idle all <"$T/body"
[ "$idle" -gt 1700 ] && [ "$idle" -le 1800 ]
is "$?" 0 'a page can ask how long the session lasts'
sql "UPDATE session SET seen = seen - 1000 WHERE account = 'tanaka'" >/dev/null
fetch tanaka /session
read -r idle _ <"$T/body"
[ "$idle" -le 800 ]
is "$?" 0 'asking does not make it longer'
fetch tanaka '/session?stay=1'
read -r idle _ <"$T/body"
[ "$idle" -gt 1700 ]
is "$?" 0 'asking for more does'
sql "UPDATE session SET since = since - 42300, seen = since WHERE account = 'tanaka'" >/dev/null
sql "UPDATE session SET seen = since + 42300 WHERE account = 'tanaka'" >/dev/null
fetch tanaka '/session?stay=1'
read -r idle all <"$T/body"
[ "$idle" = "$all" ] && [ "$all" -le 900 ]
is "$?" 0 'but not beyond its end'
fetch nobody /session
is "$(cat "$T/body")" '0 0' 'a stranger has none'

# ---- the first sign-in ---------------------------------------------------------------------------

# slip ACCOUNT: a code as an administrator gives it out; into $CODE
slip() {
	CODE=$(python3 - "$1" <<'PY'
import hashlib, secrets, sys
digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
raw = secrets.token_bytes(10)
n = int.from_bytes(raw, "big")
text = "".join(digits[n >> 5 * i & 31] for i in reversed(range(16)))
h = hashlib.blake2b(b"karte code 1\0" + b"first " + sys.argv[1].encode() + raw, digest_size=32)
print("-".join(text[i:i + 4] for i in range(0, 16, 4)), h.hexdigest())
PY
	)
	sql "DELETE FROM code WHERE account = '$1' AND purpose = 'first'"
	sql "INSERT INTO code VALUES('$1', 'first', '${CODE#* }', strftime('%s') + ${2:-1209600})"
	CODE=${CODE% *}
}

# first WHO CODE PASSWORD
first() {
	local pre
	rm -f "$T/csrf.$1" "$T/jar.$1"
	fetch "$1" /first
	pre=$(field csrf)
	fetch "$1" /first -X POST -H "Origin: $URL" --data-urlencode "csrf=$pre" \
		--data-urlencode "account=$1" --data-urlencode "code=$2" --data-urlencode "password=$3"
}
said() {
	plain "$T/body" | sed 's/id="account" name="account"[^>]*/ACCOUNT/; s/value="[^"]*"//g'
}

FIRST='yama-no-ue-de-onigiri-wo-taberu'
echo "$FIRST" >"$T/pw"
karte account add suzuki-f --role household --name '鈴木 花' --password-file "$T/pw"
is "$RC" 0 'an account of a family'
fpr=$(karte account list --json; jq -r 'select(.id == "suzuki-f") | .key' "$T/out")
slip suzuki-f
first suzuki-f 0000-0000-0000-0000 "$FIRST"
is "$STATUS" 422 'a wrong code is told'
said >"$T/wrong"
first nobody-at-all 0000-0000-0000-0000 "$FIRST"
is "$STATUS" 422 'an unknown account has the same status'
said >"$T/unknown"
same "$T/wrong" "$T/unknown" 'and the same page'
first suzuki-f "$CODE" short
is "$STATUS" 422 'a short password is refused'
first suzuki-f "$CODE" 'suzuki-f suzuki-f'
is "$STATUS" 422 'and one made of the account'
first nobody-at-all "$CODE" "$FIRST"
is "$STATUS" 422 'the code is of one account alone'
sql 'DELETE FROM throttle'
first suzuki-f "$(tr 'A-Z-' 'a-z ' <<<"$CODE")" "$FIRST-2"
is "$STATUS $(header Location)" '303 /account/factors' 'the right one leads to setting up a factor'
fetch suzuki-f /
is "$STATUS $(header Location)" '303 /account/factors' 'which cannot be skipped'
fetch suzuki-f /account/factors
is "$STATUS" 200 'the page opens'
has "$T/body" '認証アプリを登録する' 'and offers an app'
old=$(awk '/__Host-karte/ { print $NF }' "$T/jar.suzuki-f")
enrol suzuki-f
is "$STATUS $(header Location)" '303 /account/codes?first=1' 'after that codes on paper are offered'
fetch nobody / -H "Cookie: __Host-karte=$old"
is "$STATUS/$(header Location)" 303//login 'the session before it is over'
fetch suzuki-f /
is "$STATUS" 200 'and the person is in'
karte account list --json
isnt "$(jq -r 'select(.id == "suzuki-f") | .key' "$T/out")" "$fpr" 'with a key of their own'
karte verify --json
is "$RC" 0 'and the registry holds'
first suzuki-f "$CODE" "$FIRST-3"
is "$STATUS" 422 'the code does not work twice'
slip suzuki-f -5
first suzuki-f "$CODE" "$FIRST-3"
is "$STATUS" 422 'nor after its time'
unused suzuki-f
login suzuki-f "$FIRST-2"
is "$STATUS $(header Location)" '303 /' 'the chosen password signs in'
karte log --json --event first
is "$(jq -r '.account + " " + .reason' "$T/out")" 'suzuki-f slip' 'the journal has the first sign-in'

# ---- what is recorded ----------------------------------------------------------------------------

karte log --json --event password.change
is "$(jq -r '.account + " " + .reason' "$T/out")" 'tanaka password' 'the journal has the new password, not what it is'
for event in factor.add factor.drop session.end; do
	karte log --json --event "$event"
	isnt "$(wc -l <"$T/out")" 0 "the journal has $event"
done
karte log --json
lacks "$T/out" "$NEW" 'no password is recorded'
for c in $body_codes; do
	! grep -qF -- "$c" "$T/out" || flunk 'no code is recorded'
done
lacks "$T/server.err" "$NEW" 'nor in the log of the server'
finish
