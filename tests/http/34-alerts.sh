#!/bin/bash
# What is unusual is told, once, to the journal, by mail and on the administrators' page: a virus scanner
# that stops and comes back, refusals, many children, a reason, odd hours, rights; over a restart, too.
# shellcheck source=tests/lib.sh
# shellcheck disable=SC2317 # functions that holds and refuses call
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
C=c7k3m9q2v4 CLAMD='' SINK=''
trap '[ -z "$CLAMD$SINK" ] || kill $CLAMD $SINK 2>/dev/null; leave' EXIT

# ---- a scanner and a mail server of our own ------------------------------------------------------

# clamd itself needs seconds to start and megabytes; of it only PONG counts here
cat >"$T/clamd.py" <<'END'
import os, socket, sys
s = socket.socket(socket.AF_UNIX)
if os.path.exists(sys.argv[1]):
    os.unlink(sys.argv[1])
s.bind(sys.argv[1])
s.listen()
while True:
    c = s.accept()[0]
    if c.recv(100).startswith(b"zPING"):
        c.sendall(b"PONG\0")
    c.close()
END
start_clamd() {
	python3 "$T/clamd.py" "$T/clamd" &
	CLAMD=$!
	until [ -S "$T/clamd" ]; do sleep 0.05; done
}
stop_clamd() {
	kill "$CLAMD"
	wait "$CLAMD" 2>/dev/null
	CLAMD=''
	rm -f "$T/clamd"
}

# mail_server [OPTION…]: $SINK, at $PORT; what it takes lies in $T/mails
mail_server() {
	mkdir -p "$T/mails"
	: >"$T/port"
	python3 "$ROOT/tests/http/smtp_sink.py" "$T/mails" "$@" >"$T/port" 2>"$T/sink.err" &
	SINK=$!
	until [ -s "$T/port" ]; do
		kill -0 "$SINK" 2>/dev/null || give_up "no mail server: $(cat "$T/sink.err")"
		sleep 0.05
	done
	PORT=$(cat "$T/port")
}

# setting KEY VALUE: of karte.yaml
setting() {
	sed -i "/^$1:/d" "$V/karte.yaml"
	printf '%s: "%s"\n' "$1" "$2" >>"$V/karte.yaml"
}

# told RULE COUNT: so many records of a rule are in the journal
told() {
	karte log --json --event alert && [ "$(grep -c "\"reason\":\"$1\"" "$T/out")" = "$2" ]
}

# mailed SUBJECT COUNT: so many mails have this in their subject
mailed() {
	[ "$(python3 "$ROOT/tests/http/mails.py" --subjects "$T/mails" | grep -c -- "$1")" = "$2" ]
}

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
	-addext subjectAltName=DNS:localhost -keyout "$T/mail.key" -out "$T/mail.pem" 2>/dev/null
echo 'yuubin-no-himitsu' >"$T/mail.pw"
start_clamd
mail_server --tls "$T/mail.pem" "$T/mail.key" --user karte yuubin-no-himitsu
setting scan clamd
setting clamd "$T/clamd"
setting mail-server "smtp://localhost:$PORT"
setting mail-ca "$T/mail.pem"
setting mail-user karte
setting mail-password-file "$T/mail.pw"
setting mail-from karte@karte.example.jp
setting mail-severe security@karte.example.jp
setting mail-warning 'security@karte.example.jp, kacho@karte.example.jp'
setting mail-notice ''
setting disk-warn 0
setting disk-fail 0
setting backup-age 0
cat >"$V/alerts.yaml" <<'END'
rules:
  - {id: clamd, after: 0s}
  - {id: outside-hours, off: true}
  - {id: refused-account, count: 6, within: 5m}
  - {id: mass-reading, count: 5, usual: 0}
  - {id: break-glass, severity: warning}
  - {id: chores, off: true}
END
karte check "$V/alerts.yaml"
is "$RC" 0 "the municipality's own rules are right"
must_serve
sign_in fujii tanaka shimizu okada

# ---- checks ---------------------------------------------------------------------------------------

fetch fujii /admin/alerts
is "$STATUS" 200 'an administrator opens the page'
has "$T/body" 'clamd が答えています' 'which says that the scanner runs'
has "$T/body" 'まだ見ていない知らせは ありません' 'and that there is nothing to see'
stop_clamd
holds 'a scanner that has stopped is told' until_true 60 told clamd 1
holds 'by mail to both' until_true 60 mailed '警告：ウイルス検査が止まっている（起きた）' 2
fetch fujii /admin
has "$T/body" 'まだ見ていない知らせ' "the administrators' home has a line about it"
fetch fujii /admin/alerts
has "$T/body" 'ウイルス検査が止まっている' 'and their page has it'
has "$T/body" 'clamd を動かしてください' 'with what is to be done'

mail=$(grep -l kacho "$T"/mails/*.eml | head -n 1)
python3 "$ROOT/tests/http/mails.py" "$mail" >"$T/mail"
is "$(sed -n 1p "$T/mail")" 'kacho@karte.example.jp' 'the mail goes to one receiver'
is "$(sed -n 2p "$T/mail")" '【こどもカルテ】警告：ウイルス検査が止まっている（起きた）' 'its subject reads as it was meant'
has "$T/mail" '/admin/alerts' 'its text leads to the page'
has "$mail" 'X-Tls: True' 'it went through TLS'
has "$mail" 'X-User: karte' 'by one who signed in'
is "$(LC_ALL=C grep -c $'[^\x01-\x7f]' "$mail")" 0 'what goes over the line is ASCII'
is "$(LC_ALL=C awk 'length($0) > 79' "$mail" | wc -l)" 0 'in short lines'

# ---- what people do -------------------------------------------------------------------------------

for i in 1 2 3 4 5 6 7 8 9; do
	fetch tanaka "/children/c00000000$i"
done
for child in $(find "$V/children" -name "c*.git" -printf "%f\n" | sed "s/.git$//" | sort | head -n 7); do
	fetch shimizu "/children/$child"
	is "$STATUS" 200 "the board opens $child"
done
post fujii /children/$C/open --data-urlencode 'reason=保護者からの問い合わせのため'
is "$STATUS" 303 'an administrator opens a child with a reason'
holds 'refusals are told once' until_true 60 told refused-account 1
holds 'many children are told once' until_true 60 told mass-reading 1
holds 'a reason is told' until_true 60 told admin-reads 1
holds 'refusals by mail' until_true 60 mailed '一人が続けて断られた' 2
holds 'many children by mail' until_true 60 mailed 'たくさんの子ども' 2
karte log --json --event alert
is "$(jq -r 'select(.reason == "refused-account") | .account' "$T/out")" tanaka 'the record says whom it is about'
matches "$(jq -r 'select(.reason == "mass-reading") | .account + " " + .object' "$T/out")" \
	'^shimizu mass-reading/[0-9]+:5$' 'and how many there were'
is "$(jq -r 'select(.reason == "admin-reads") | .account + " " + .child' "$T/out")" "fujii $C" 'and which child'
python3 "$ROOT/tests/http/mails.py" "$T"/mails/*.eml >"$T/all"
for word in そら tanaka shimizu $C 問い合わせ; do
	lacks "$T/all" "$word" "no mail says «$word»"
done

# ---- seen -----------------------------------------------------------------------------------------

fetch fujii /admin/alerts
n=$(grep -o '/admin/alerts/[0-9]*/seen' "$T/body" | head -n 1 | tr -dc 0-9)
has "$T/body" 'tanaka' 'the page says whom it is about'
lacks "$T/body" '問い合わせ' 'never the reason'
post okada "/admin/alerts/$n/seen"
is "$STATUS" 404 'an auditor presses nothing'
post fujii "/admin/alerts/$n/seen"
is "$STATUS" 303 'an administrator says that it was seen'
fetch fujii /admin/alerts
lacks "$T/body" "/admin/alerts/$n/seen" 'then it is not among what is open'
fetch fujii '/admin/alerts?state=all'
has "$T/body" "id=\"n$n\"" 'but among all'
fetch okada '/audit/alerts?state=all'
is "$STATUS" 200 'an auditor reads the same'
has "$T/body" "id=\"n$n\"" 'all of it'
lacks "$T/body" 藤井 'without names'
lacks "$T/body" '/seen' 'and without buttons'
karte log --json --event alert.seen
is "$(jq -r .account "$T/out")" fujii 'who has seen it is recorded'

# ---- a restart, a mail server that is away, rights ------------------------------------------------

before=$(find "$T/mails" -name '*.eml' | wc -l)
echo busy >"$T/mails/mode"
start_clamd
echo 'himitsu-no-kagi-no-bango' >"$T/pw"
karte account add kudo --role admin --name '工藤 渉' --password-file "$T/pw"
is "$RC" 0 'another administrator is made'
holds 'which is told' until_true 60 told administrators 1
stop KILL
must_serve
sleep 4
holds 'refusals are not told again after a crash' told refused-account 1
holds 'nor is the new administrator' told administrators 1
holds 'nor many children' told mass-reading 1
is "$(sql 'SELECT count(*) FROM mail WHERE sent = 0 AND receiver LIKE "security%" AND subject LIKE "%管理か監査%"')" 1 \
	'its mail waits'
is "$(find "$T/mails" -name '*.eml' | wc -l)" "$before" 'as long as the server is busy'
echo ok >"$T/mails/mode"
sql 'UPDATE mail SET due = 0 WHERE sent = 0' # what a minute would do
holds 'and is sent when it is not' until_true 60 mailed '重大：管理か監査のアカウント' 1
holds 'that the scanner is back is told' until_true 60 mailed '（もとに戻った）' 2
is "$(python3 "$ROOT/tests/http/mails.py" --subjects "$T/mails" | sort | uniq -c | awk '$1 > 2' | wc -l)" 0 \
	'nothing was sent more than once to anybody'
verified 'and the journal is sound'

# ---- in the night, under a clock of its own ---------------------------------------------------------

CLOCK=$(find /usr/lib -name libfaketimeMT.so.1 2>/dev/null | head -n 1)
if [ -n "${SANITIZED:-}" ]; then
	pass 'odd hours # SKIP a sanitizer does not run under a moved clock'
	finish
fi
[ -n "$CLOCK" ] || give_up 'libfaketime is not there (Debian package faketime)'
stop TERM
gpgconf --homedir "$V/gnupg" --kill gpg-agent
sed -i '/outside-hours/d' "$V/alerts.yaml"
night=$(($(TZ=Asia/Tokyo date -d 'next sunday 03:10' +%s) + 7 * 86400 - $(date +%s)))
export LD_PRELOAD=$CLOCK FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_DISABLE_SHM=1 FAKETIME=+$night
sql "UPDATE session SET since = $(date +%s), seen = $(date +%s)"
must_serve
fetch tanaka /children/$C
is "$STATUS" 200 'a teacher opens a child in a night of Sunday'
fetch tanaka /children/$C/timeline
holds 'which is told once' until_true 60 told outside-hours 1
is "$(grep outside-hours "$T/out" | jq -r .account)" tanaka 'of the teacher'
finish
