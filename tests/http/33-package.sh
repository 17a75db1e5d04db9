#!/bin/bash
# A handover to a school that is not in the system: the family agrees as ever, nothing opens here, and
# what they agreed to leaves as an archive that only the key of the receiver opens.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
CHILD=c7k3m9q2v4 SHEET=kyoiku-shien/2026 BASE=/children/c7k3m9q2v4
TODAY=$(TZ=Asia/Tokyo date +%F) LATER=$(TZ=Asia/Tokyo date -d '+60 days' +%F)
NAME='となり市立 ひがし小学校'
karte guardian $CHILD takahashi-f --relation father
karte protect $CHILD takahashi-f --word ひがし小
[ "$RC" = 0 ] || give_up "nothing is protected: $(cat "$T/err")"
mkdir "$T/temporary"
export TMPDIR=$T/temporary
must_serve
sign_in tanaka yamamoto ito mori yoshida-f takahashi-f fujii

# sends WHO STEP [FIELD=VALUE…]: one step of the handover $H
sends() {
	local who=$1 step=$2 field fields=()
	shift 2
	for field; do fields+=(--data-urlencode "$field"); done
	post "$who" "$BASE/handover/$H/$step" "${fields[@]}"
}

# asks FIELD=VALUE…
asks() {
	local field fields=()
	for field; do fields+=(--data-urlencode "$field"); done
	post tanaka $BASE/handover/new "${fields[@]}"
}

# last: action and account of the newest commit
last() {
	git -C "$(repo $CHILD)" log -1 --format=%B main |
		sed -n 's/^Karte-\(Action\|Account\): //p' | paste -sd ' '
}

# made HOME USER ALGORITHM USAGE EXPIRY: a key of its own home; its public part in HOME.asc, $FPR
made() {
	mkdir -m 700 "$T/$1"
	gpg -q --homedir "$T/$1" --batch --pinentry-mode loopback --passphrase '' ${6:+"$6"} \
		--quick-generate-key "$2" "$3" "$4" "$5" 2>"$T/gpg.err" || give_up "no key: $(cat "$T/gpg.err")"
	FPR=$(gpg --homedir "$T/$1" --with-colons --list-keys 2>/dev/null | awk -F: '$1 == "fpr" { print $10; exit }')
	gpg --homedir "$T/$1" --armor --export "$FPR" >"$T/$1.asc" 2>/dev/null
}

# ring: what the vault's own keyring holds
ring() {
	gpg --homedir "$V/gnupg" --with-colons --list-keys 2>/dev/null | grep '^fpr' | sort
}

# ---- a receiver outside ---------------------------------------------------------------------------

fetch tanaka "$BASE/handover/new?to=outside:school"
is "$STATUS" 200 'a school outside can be chosen'
has "$T/body" 'name="outside"' 'and is named'
has "$T/body" "value=\"$SHEET/goals\"" 'its sections can be chosen'
fetch tanaka "$BASE/handover/new?to=outside:admin"
is "$STATUS" 422 'not every kind can'
HEAD=$(head_of $CHILD)
plan=(to=outside:school purpose=move "since=$TODAY" "until=$LATER" "s=$SHEET/goals" "s=$SHEET/wishes"
	"s=$SHEET/accommodations")
asks "${plan[@]}" 'message=ひとこと'
is "$STATUS" 422 'without a name: nothing'
has "$T/body" 'ひとこと' 'what was typed stays'
asks "${plan[@]}" "outside=$(printf 'あ%.0s' {1..101})"
is "$STATUS" 422 'a name that is too long'
asks "${plan[@]}" $'outside=a\nto: minamizaka-gakuen'
is "$STATUS" 422 'one of two lines'
asks to=outside:robot "outside=$NAME" purpose=move "since=$TODAY" "until=$LATER" "s=$SHEET/goals"
is "$STATUS" 422 'a kind that there is not'
is "$(head_of $CHILD)" "$HEAD" 'and nothing is written'
asks "${plan[@]}" "outside=$NAME"
is "$STATUS $(last)" '303 handover.ask tanaka' 'the guardians are asked'
H=$(basename "$(header Location)")
[ "$STATUS" = 303 ] || give_up "nothing was asked: $(grep -A3 form-error "$T/body")"
git -C "$(repo $CHILD)" show "main:handovers/$H.md" >"$T/file"
has "$T/file" "outside: $NAME" 'the file names the receiver'
has "$T/file" 'kind: school' 'and its kind'
lacks "$T/file" 'to:' 'and no institution'
fetch yoshida-f "$BASE/handover/$H"
has "$T/body" "$NAME" 'the family reads the name'
has "$T/body" 'システムの外の 学校' 'and that it is outside'
fetch yoshida-f /
has "$T/body" "handover/$H" 'it is among what is asked of them'
fetch takahashi-f /
lacks "$T/body" "handover/$H" 'a guardian from whom the name is kept is not asked'
fetch takahashi-f $BASE/handover
is "$STATUS" 200 'has a list'
lacks "$T/body" "$H" 'without it'
fetch takahashi-f "$BASE/handover/$H"
is "$STATUS" 404 'and it does not exist for them'
sends yoshida-f answer "s=$SHEET/goals" "s=$SHEET/wishes"
is "$STATUS" 303 'the family agrees to two of three'
sends tanaka package/key "key=x"
is "$STATUS" 422 'nothing leaves before it has begun'
sends tanaka open "s=$SHEET/goals" "s=$SHEET/wishes"
is "$STATUS" 303 'it begins'
for who in yamamoto ito fujii; do
	fetch $who "$BASE/handover/$H"
	is "$STATUS" 404 "nothing opens to $who"
done
fetch yamamoto $BASE
is "$STATUS" 404 'nor the child to any school here'
fetch yamamoto /
lacks "$T/body" "$H" 'and nothing waits for anybody'
python3 - "$V/index.db" "$H" >"$T/out" <<'END'
import sqlite3, sys
print(sqlite3.connect(sys.argv[1]).execute("SELECT count(*) FROM share WHERE source=?", (sys.argv[2],)).fetchone()[0])
END
is "$(cat "$T/out")" 0 'the index has opened nothing'

# ---- the key is looked at -------------------------------------------------------------------------

made bad 'Weak <weak@example.jp>' rsa1024 encrypt never
made signs 'Signs <signs@example.jp>' ed25519 sign never
made old 'Old <old@example.jp>' future-default default 1d --faked-system-time=20200101T000000
made other 'Other <other@example.jp>' future-default default never
made revoked 'Revoked <revoked@example.jp>' future-default default never
sed 's/^:---/---/' "$T/revoked/openpgp-revocs.d/$FPR.rev" >"$T/rev"
gpg -q --homedir "$T/revoked" --batch --import "$T/rev" 2>/dev/null
gpg --homedir "$T/revoked" --armor --export "$FPR" >"$T/revoked.asc" 2>/dev/null
gpg --homedir "$T/other" --armor --export-secret-keys >"$T/secret.asc" 2>/dev/null
OTHER=$(gpg --homedir "$T/other" --with-colons --list-keys 2>/dev/null | awk -F: '$1 == "fpr" { print $10; exit }')
made receiver '教頭 <b>ひがし</b> <higashi@example.jp>' future-default default never
KEY=$(cat "$T/receiver.asc")
RING=$(ring)
isnt "$RING" '' 'the vault has keys of its own'
HEAD=$(head_of $CHILD)
while read -r file sentence word; do
	sends tanaka package/key "key=$(cat "$T/$file.asc")"
	is "$STATUS" 422 "$sentence"
	has "$T/body" "$word" 'and it says why'
	lacks "$T/body" 'name="fingerprint"' 'and leads no further'
	sends tanaka package/key "key=$(cat "$T/$file.asc")" reason=x \
		"fingerprint=$(gpg --homedir "$T/$file" --with-colons --list-keys 2>/dev/null | awk -F: '$1 == "fpr" { print $10; exit }')"
	is "$STATUS" 422 'nor without the page before'
done <<'END'
bad a-key-that-is-too-short 短すぎて
signs one-that-only-signs 暗号に
old one-that-has-expired 期間が
revoked one-that-was-revoked 失効
END
for key in '' 'x' "$(cat "$T/secret.asc")" "$KEY
$(cat "$T/other.asc")" "$(printf 'x%.0s' {1..66000})"; do
	sends tanaka package/key "key=$key"
	is "$STATUS" 422 'what is not one public key'
	has "$T/body" '1つだけ' 'it says so'
done
sends tanaka package/key "key=$KEY"
is "$STATUS" 200 'a good key is shown'
has "$T/body" "value=\"$FPR\"" 'with its fingerprint'
has "$T/body" "$(sed 's/..../& /g; s/ $//' <<<"$FPR")" 'to be read out'
has "$T/body" '教頭 &lt;b&gt;ひがし' 'and whose it says to be, as text'
sends tanaka package/key "key=$KEY" 'reason=転校先へ'
is "$STATUS" 422 'it must have been compared'
has "$T/body" 'value="転校先へ"' 'what was typed stays'
sends tanaka package/key "key=$KEY" 'reason=転校先へ' "fingerprint=$OTHER"
is "$STATUS" 422 'the fingerprint of another key'
sends tanaka package/key "key=$KEY" reason= "fingerprint=$FPR"
is "$STATUS" 422 'without a reason: nothing'
for who in yamamoto yoshida-f takahashi-f ito fujii mori; do
	sends $who package/key "key=$KEY" reason=x "fingerprint=$FPR"
	is "$STATUS" 404 "$who gives nothing out"
done
is "$(head_of $CHILD)" "$HEAD" 'and nothing is written'

# ---- what leaves ----------------------------------------------------------------------------------

sends tanaka package/key "key=$KEY" 'reason=転校先へ' "fingerprint=$FPR"
is "$STATUS $(header Content-Type)" '200 application/octet-stream' 'the archive'
[ "$STATUS" = 200 ] || give_up "no archive: $(grep -A3 form-error "$T/body") $(tail -n 3 "$T/server.err")"
matches "$(header Content-Disposition)" '^attachment.*handover-c7k3m9q2v4\.zip\.gpg' 'to be kept as a file'
cp "$T/body" "$T/sealed.gpg"
is "$(last)" 'handover.package tanaka' 'and the commit that says so'
git -C "$(repo $CHILD)" show "main:handovers/$H.md" >"$T/file"
has "$T/file" "$FPR" 'with the key'
karte log --json --child $CHILD --account tanaka
has "$T/out" '"event":"handover.package"' 'the journal has it'
is "$(ring)" "$RING" "the vault's own keys are as they were"
is "$(ls -A "$T/temporary")" '' 'nothing is left in temporary folders'
refuses 'another key does not open it' gpg -q --homedir "$T/other" --batch -o "$T/no" -d "$T/sealed.gpg"
holds 'the key of the receiver does' gpg -q --homedir "$T/receiver" --batch -o "$T/open.zip" -d "$T/sealed.gpg"
holds 'the archive is whole' unzip -tqq "$T/open.zip"
is "$(unzip -Z1 "$T/open.zip" | sort | paste -sd ' ')" \
	'README.txt checkpoint.txt handover.pdf index.html sheet-1.html style.css' 'these files and no other'
mkdir "$T/site"
unzip -qq -d "$T/site" "$T/open.zip"
cd "$T/site" || exit 1
holds 'the PDF is whole' qpdf --check handover.pdf
pdftotext handover.pdf "$T/text"
has "$T/text" '支援の方向と目標' 'an agreed section is in it'
has sheet-1.html '支援の方向と目標' 'and on the page'
is "$(grep -o 'id="s-[a-z-]*"' sheet-1.html | sort -u | paste -sd ' ')" 'id="s-goals" id="s-wishes"' \
	'the two sections'
cat sheet-1.html index.html README.txt "$T/text" >"$T/all"
for word in 03-0000-0101 合図を笛と旗 合理的配慮 田中; do
	lacks "$T/all" $word "but not $word"
done
lacks "$T/open.zip" 'よしだ' 'and the names of files say nothing'
has README.txt "$NAME" 'the readme names the receiver'
matches "$(grep 確認番号 README.txt)" '[0-9]+ [0-9a-f]{4} [0-9a-f]{4} [0-9a-f]{4}' 'and the promise of the journal'
tr -d '\r' <README.txt | grep -E '^[0-9a-f]{64}  ' >"$T/sums"
is "$(wc -l <"$T/sums")" 5 'and what the others must be'
holds 'which they are' sha256sum -c "$T/sums"
# links PAGE: what it leads to
links() {
	grep -oE '(href|src)="[^"#]+' "$1" | sed 's/.*"//'
}
for page in index.html sheet-1.html; do
	lacks $page 'http' "$page leads nowhere else"
	lacks $page '/children/' 'nor back into the system'
	holds 'is well made' xmllint --html --noout --nowarning "$page"
	while read -r to; do
		holds "leads to $to" test -s "$to"
	done < <(links $page)
done
cd "$ROOT" || exit 1
fetch yoshida-f "$BASE/handover/$H"
has "$T/body" '暗号にして 出した日' 'the family sees that it was given out'
has "$T/body" "$(sed 's/..../& /g; s/ $//' <<<"$FPR")" 'to which key'
fetch tanaka "$BASE/handover/$H/package"
PASS=$(sed -n 's/.*name="password" value="\([^"]*\)".*/\1/p' "$T/body")
sends tanaka package "password=$PASS" 'reason=転校先へ'
is "$STATUS $(header Content-Type)" '200 application/pdf' 'a locked PDF can be made for it too'
if grep -rqF 'BEGIN PGP PUBLIC' "$V/journal" "$T/server.err"; then
	flunk 'the key is not in the journal'
else
	pass 'the key is not in the journal'
fi

# ---- and what does not any more -------------------------------------------------------------------

karte reindex
is "$RC" 0 'made again from the files'
fetch yamamoto $BASE
is "$STATUS" 404 'nothing is open'
sends yoshida-f answer "s=$SHEET/goals"
sends tanaka package/key "key=$KEY" 'reason=もう一度' "fingerprint=$FPR"
is "$STATUS" 200 'one section was taken back'
gpg -q --homedir "$T/receiver" --batch -d "$T/body" >"$T/open.zip" 2>/dev/null
is "$(unzip -p "$T/open.zip" sheet-1.html | grep -o 'id="s-[a-z-]*"' | paste -sd ' ')" 'id="s-goals"' \
	'it is not in what leaves now'
sends yoshida-f answer
is "$STATUS $(last)" '303 consent.decline yoshida-f' 'the family takes all back'
HEAD=$(head_of $CHILD)
sends tanaka package/key "key=$KEY" 'reason=もう一度' "fingerprint=$FPR"
is "$STATUS" 422 'when all is taken back nothing leaves'
isnt "$(header Content-Type)" application/octet-stream 'no file'
sends tanaka package "password=$PASS" 'reason=もう一度'
is "$STATUS" 422 'neither way'
is "$(head_of $CHILD)" "$HEAD" 'and nothing is written'
sends tanaka close
sends tanaka package/key "key=$KEY" 'reason=もう一度' "fingerprint=$FPR"
is "$STATUS" 422 'nor when it is over'
asks to=outside:school "outside=$NAME" purpose=move "until=$LATER" "s=$SHEET/goals" \
	"since=$(TZ=Asia/Tokyo date -d tomorrow +%F)"
H=$(basename "$(header Location)")
sends yoshida-f answer "s=$SHEET/goals"
sends tanaka open "s=$SHEET/goals"
is "$STATUS" 303 'one that begins tomorrow'
sends tanaka package/key "key=$KEY" 'reason=もう' "fingerprint=$FPR"
is "$STATUS" 422 'gives nothing out today'
is "$(ls -A "$T/temporary")" '' 'nothing is left in temporary folders'
verified 'every commit is signed and recorded'
finish
