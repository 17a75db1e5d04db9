#!/bin/bash
# The end of retention: what is over is listed, an administrator asks, a second one confirms what was
# shown, it can be stopped; then it is gone from everywhere, with a record and a certificate.
# shellcheck disable=SC2317 # functions are called through until_true
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

CLOCK=$(find /usr/lib -name libfaketimeMT.so.1 2>/dev/null | head -n 1)
[ -n "$CLOCK" ] || give_up 'libfaketime is not there (Debian package faketime)'
if [ -n "${SANITIZED:-}" ]; then
	pass 'twenty years # SKIP a sanitizer does not run under a moved clock'
	finish
fi

V=$T/vault
demo_vault "$V"
sed -i 's/^retention-wait:.*/retention-wait: 1h/' "$V/karte.yaml"
# a certificate that outlives the story
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 12000 -subj /CN=localhost \
	-addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' -keyout "$V/tls/key.pem" -out "$V/tls/cert.pem" \
	2>/dev/null || give_up 'no certificate'
echo 'kazaguruma-to-shabondama' >"$T/pw"
C=c7end0000x D=c7end0000y HELD=c7end0000z
NAME='滑川 ほのか' WORD='ひみつのことば五十三'
for child in $C $D $HELD; do
	name=$NAME
	[ "$child" != $HELD ] || name='別所 とどめ'
	karte child add --id "$child" --name "$name" --kana 'なめかわ ほのか' --born 2018-02-28 --sex female ||
		give_up "$(cat "$T/err")"
	karte enrol "$child" aozora-es --from 2026-04-01 || give_up "$(cat "$T/err")"
done
karte account add sato --role staff --institution aozora-es --name '佐藤 次郎' --until none --whole \
	--password-file "$T/pw" 2>/dev/null ||
	karte account add sato --role staff --institution aozora-es --name '佐藤 次郎' --until none \
		--password-file "$T/pw" || give_up "$(cat "$T/err")"
for admin in kudo aida; do
	karte account add $admin --role admin --name "管理 $admin" --until none --password-file "$T/pw" ||
		give_up "$(cat "$T/err")"
done
karte account add kansa --role auditor --name '監査 花子' --until none --password-file "$T/pw"

# comes WHO…: they sign in; who has no second factor yet sets it up
comes() {
	local who
	for who; do
		login "$who" "$(cat "$T/pw")"
		[[ $(header Location) != /account/factors* ]] || enrol "$who"
		[[ $STATUS == [23]* ]] || give_up "$who does not get in: $STATUS $(tail -n 3 "$T/server.err")"
	done
}

# later 'DAY TIME': the server ends, years pass, it starts again
later() {
	stop TERM
	gpgconf --homedir "$V/gnupg" --kill gpg-agent
	FAKETIME=$(printf '%+d' $(($(LD_PRELOAD='' TZ=Asia/Tokyo date -d "$1" +%s) - NOW)))
	export FAKETIME
	must_serve
}

# proposal: the id of the newest answer's redirect
proposal() {
	header Location | sed 's|.*/||'
}

# token of the shown proposal
shown() {
	sed -n 's/.*name="token" value="\([^"]*\)".*/\1/p' "$T/body" | head -n 1
}

# finds TEXT: where in the whole vault these bytes stand, in whatever file
finds() {
	grep -raFl -- "$1" "$V" 2>/dev/null
}

# ---- what there is -------------------------------------------------------------------------------

must_serve
comes sato
post sato "/children/$C/sheets" -d type=mendan -d id=2026-11-01
post sato "/children/$C/sheets" -d type=kyoiku-shien -d id=2026
is "$STATUS" 303 'a teacher makes a plan'
open_form sato "$C/sheets/kyoiku-shien/2026" "$T/form"
field=$(grep -o '^f\.[a-z.-]*wish[a-z-]*' "$T/form" | head -n 1)
form set "$T/form" "${field:-f.child-wish}" "$WORD"
send_form sato "$C/sheets/kyoiku-shien/2026" "$T/form"
is "$STATUS" 303 'with words of its own'
git -C "$(repo $C)" cat-file -p "$(head_of $C):sheets/kyoiku-shien/2026.md" >"$T/sheet.md"
has "$T/sheet.md" "$WORD" 'they are in the repository'
post sato "/children/$C/sheets/kyoiku-shien/2026/edit/all" -d draft=1 -d "f.x=1" >/dev/null
fetch sato "/children/$C"
has "$T/body" "$NAME" 'and the child is there to be read'
comes aida
fetch aida /admin/retention
is "$STATUS" 200 'administrators have the page'
has "$T/body" 'いま、期間のすぎた記録はありません' 'nothing is over while a child is at a school'
post aida /admin/retention/ask -d "item=$C" --data-urlencode 'reason=期間が終わったため'
is "$STATUS" 422 'what is not over cannot be proposed'
stop TERM
NOW=$(date +%s)
export LD_PRELOAD=$CLOCK FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_DISABLE_SHM=1
rm -f "$T"/step.*
later '2030-03-31 12:00'
comes kudo
for child in $C $D $HELD; do
	post kudo "/admin/children/$child/leave" -d 'leave-stay=aozora-es 2026-04-01' -d leave-until=2030-03-31
	is "$STATUS" 303 "$child leaves"
done

# ---- after the years of the type, before those of the child ---------------------------------------

later '2035-03-31 12:00'
comes kudo
fetch kudo /admin/retention
lacks "$T/body" "$C/kyoiku-shien/2026" 'on the last day nothing is over'
later '2035-04-01 12:00'
comes kudo
fetch kudo /admin/retention
has "$T/body" "value=\"$C/kyoiku-shien/2026\"" 'the day after, the sheet is'
is "$(grep -o 'name="item" value="c7end[^"]*"' "$T/body" | sed 's/.*="//' | tr -d '"' | xargs)" \
	"$C/kyoiku-shien/2026 $C/mendan/2026-11-01" 'and that is all: no child as a whole'
has "$T/body" '在籍の終わりから 5年' 'with the rule'
lacks "$T/body" "$WORD" 'never with content'
for who in sato kansa; do
	comes "$who"
	for path in /admin/retention /admin/retention/e000000000; do
		fetch "$who" "$path"
		is "$STATUS" 404 "$who has no $path"
	done
done
post sato /admin/retention/ask -d "item=$C/kyoiku-shien/2026" --data-urlencode 'reason=期間が終わったため'
is "$STATUS" 404 'staff propose nothing'

# a single sheet
post kudo /admin/retention/ask -d "item=$C/mendan/2026-11-01" --data-urlencode 'reason=面談の記録の期間が終わったため'
is "$STATUS" 303 'one administrator proposes a sheet'
P=$(proposal)
post kudo /admin/retention/ask -d "item=$C/mendan/2026-11-01" --data-urlencode 'reason=面談の記録の期間が終わったため'
is "$STATUS" 422 'not twice'
comes aida
fetch aida "/admin/retention/$P"
post aida "/admin/retention/$P/confirm" -d "token=$(shown)"
is "$STATUS" 303 'another confirms it'
later '2035-04-01 14:00'
sheet_gone() { ! git -C "$(repo "$C")" cat-file -e "main:sheets/mendan/2026-11-01.md" 2>/dev/null; }
until_true 90 sheet_gone
refuses 'the sheet is out of the newest version' git -C "$(repo $C)" cat-file -e "main:sheets/mendan/2026-11-01.md"
is "$(git -C "$(repo $C)" log -1 --format='%(trailers:key=Karte-Action,valueonly)%(trailers:key=Karte-Confirmed,valueonly)' | xargs)" \
	'sheet.remove aida' 'by a commit that says who confirmed'
karte verify
is $RC 0 "verify accepts it: $(tail -n 3 "$T/out")"
verified_again 'so does the second verifier'

# ---- all of a child -------------------------------------------------------------------------------

later '2046-05-01 12:00'
comes kudo
fetch kudo /admin/retention
is "$(grep -o 'name="item" value="c7end[^"]*"\|value="c7end[^"]*"' "$T/body" | grep -c '"c7end0000[xyz]"')" 3 \
	'children whose whole record is over are told as such'
post kudo /admin/retention/hold -d hold-child=$HELD --data-urlencode 'hold-reason=訴訟が続いているため'
is "$STATUS" 303 'one is held'
fetch kudo /admin/retention
lacks "$T/body" "name=\"item\" value=\"$HELD\"" 'and is not in the list any more'
has "$T/body" '訴訟が続いているため' 'but among what is held'
post kudo /admin/retention/ask -d item=$HELD --data-urlencode 'reason=期間が終わったため'
is "$STATUS" 422 'what is held cannot be proposed'
post kudo /admin/retention/ask -d item=$C -d item=$D --data-urlencode 'reason=期間が終わったため'
P=$(proposal)
fetch kudo /admin/retention
lacks "$T/body" "name=\"item\" value=\"$C\"" 'what is proposed cannot be ticked'
has "$T/body" '提案ずみ' 'and the list says why'
fetch kudo "/admin/retention/$P"
lacks "$T/body" 'name="token"' 'who proposed has no button to confirm'
post kudo "/admin/retention/$P/confirm" -d "token=x"
is "$STATUS" 404 'nor a way to'
comes aida
fetch aida "/admin/retention/$P"
TOKEN=$(shown)
has "$T/body" "$NAME" 'the second administrator sees names and numbers'
lacks "$T/body" "$WORD" 'and no content'
post kudo /admin/retention/hold -d hold-child=$D --data-urlencode 'hold-reason=確かめるまで待つため'
post aida "/admin/retention/$P/confirm" -d "token=$TOKEN"
is "$STATUS" 409 'what changed since it was shown is not confirmed'
post kudo /admin/retention/unhold -d child=$D --data-urlencode 'reason=確かめ終えたため'
is "$STATUS" 303 'the hold ends'
post aida "/admin/retention/$P/confirm" -d "token=$TOKEN"
is "$STATUS" 303 'as it was shown it is confirmed'
post kudo "/admin/retention/$P/decline"
is "$STATUS" 303 'until its time it can be stopped'
later '2046-05-01 14:00'
sleep 8
holds 'then nothing goes' test -d "$(repo $C)"
comes kudo aida sato
post kudo /admin/retention/ask -d item=$C -d item=$D --data-urlencode 'reason=期間が終わったため'
P=$(proposal)
fetch aida "/admin/retention/$P"
HEAD=$(head_of $C)
finds "$NAME" >"$T/before"
isnt "$(wc -l <"$T/before")" 0 'before, the name is found in the vault'
post aida "/admin/retention/$P/confirm" -d "token=$(shown)"
is "$STATUS" 303 'confirmed again'
later '2046-05-01 16:00'
certified() { [ "$(find "$V/certificates" -name "*-[cd]7end0000[xy].pdf.asc" 2>/dev/null | wc -l)" -ge 3 ]; }
until_true 90 certified
comes aida sato
refuses 'the repository is gone' test -e "$(repo $C)"
refuses 'the other child is gone, too' test -e "$(repo $D)"
holds 'who is held is not' test -d "$(repo $HELD)"
fetch aida "/admin/children/$C"
is "$STATUS" 404 'no page of it'
fetch sato "/children/$C"
isnt "$STATUS" 200 'for nobody'
finds "$NAME" >"$T/after"
finds 滑川 >"$T/pair"
stop TERM
verified 'all that is left holds'
verified_again 'for the second verifier, too'
echo '#' >>"$T/after" # a file of lines, also if there are none
lacks "$T/after" index.db 'the name is not in the index, not even in free pages'
lacks "$T/after" vault.db 'nor in vault.db'
is "$(cat "$T/pair")" '' 'no pair of its characters is left in the index of names'
is "$(xargs <"$T/after")" '#' "nor anywhere"
is "$(finds "$WORD" | wc -l)" 0 'nor is a word of its sheet'
karte log --event retention.remove --json
is "$(jq -r "select(.child == \"$C\") | .object" "$T/out")" "$HEAD" 'the journal has the last head'
matches "$(jq -r "select(.child == \"$C\") | .reason" "$T/out")" 'asked=kudo confirmed=aida' 'and who decided'
karte child add --id $C --name "$NAME" --kana x --born 2018-02-28 --sex female
isnt $RC 0 'the number is never given again'

# ---- the certificate ------------------------------------------------------------------------------

pdf=$(find "$V/certificates" -name "*-$C.pdf" | sort -V | tail -n 1)
holds 'a sound PDF' qpdf --check "$pdf"
pdftotext -layout "$pdf" "$T/paper.txt"
has "$T/paper.txt" 消去証明書 'with its title'
has "$T/paper.txt" "$C" 'number'
has "$T/paper.txt" "$HEAD" 'last version'
has "$T/paper.txt" kudo 'who asked'
has "$T/paper.txt" aida 'who confirmed'
lacks "$T/paper.txt" '滑川' 'and no name'
git -C "$V/registry.git" show main:keys/"$(cat "$V/gnupg/vault-key")".asc >"$T/vault.asc"
mkdir -m 700 "$T/gpg"
gpg --homedir "$T/gpg" --quiet --import "$T/vault.asc" 2>/dev/null
holds 'gpg verifies its signature with the published key' \
	gpg --homedir "$T/gpg" --verify "$pdf.asc" "$pdf"
gpgconf --homedir "$T/gpg" --kill all
[ -z "${SHOW:-}" ] || tail -n 5 "$T/server.err"
finish
