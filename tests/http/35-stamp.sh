#!/bin/bash
# The day's checkpoint in other hands: a time stamper's answer that openssl takes, checked before it is
# kept; and by mail, once a day, to those who keep it.
# shellcheck source=tests/lib.sh
# shellcheck disable=SC2317 # functions that holds and refuses call
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
TSA='' SINK=''
trap '[ -z "$TSA$SINK" ] || kill $TSA $SINK 2>/dev/null; leave' EXIT

# ---- a stamper of our own, and one that nobody knows ------------------------------------------------

mkdir -p "$T/tsa" "$T/mails"
(
	cd "$T/tsa" || exit 1
	for ca in ca other; do
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$ca" \
			-keyout $ca.key -out $ca.pem
	done
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=stamper \
		-keyout tsa.key -out tsa.csr
	printf 'extendedKeyUsage=critical,timeStamping\n' >ext
	openssl x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -set_serial 7 -days 2 -extfile ext -out tsa.pem
	echo 01 >serial
	cat >tsa.cnf <<'END'
[tsa]
default_tsa = one
[one]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
certs = ca.pem
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
END
) >"$T/openssl.out" 2>&1 || give_up "$(tail -n 3 "$T/openssl.out")"
[ -s "$T/tsa/tsa.pem" ] || give_up "$(tail -n 3 "$T/openssl.out")"
python3 "$ROOT/tests/http/tsa.py" "$T/tsa" >"$T/tsa.port" 2>"$T/tsa.err" &
TSA=$!
python3 "$ROOT/tests/http/smtp_sink.py" "$T/mails" >"$T/sink.port" 2>"$T/sink.err" &
SINK=$!
until_true 60 test -s "$T/tsa.port" || give_up "no stamper: $(cat "$T/tsa.err")"
until_true 60 test -s "$T/sink.port" || give_up "no mail server: $(cat "$T/sink.err")"

# setting KEY VALUE: of karte.yaml
setting() {
	sed -i "/^$1:/d" "$V/karte.yaml"
	printf '%s: "%s"\n' "$1" "$2" >>"$V/karte.yaml"
}

stamped() { compgen -G "$V/stamps/*.tsr" >/dev/null; }
tried() { [ "$(sql "SELECT count(*) FROM chore WHERE name = 'time stamp' AND failed > 0")" = 1 ]; }
mails() { [ "$(find "$T/mails" -name '*.eml' | wc -l)" = "$1" ]; }

# again: the server once more, as if it had never tried
again() {
	stop TERM
	sql "UPDATE chore SET failed = 0"
	must_serve
}

setting stamper "http://127.0.0.1:$(cat "$T/tsa.port")/"
karte verify
is "$RC" 78 'a stamper without its certificates is a mistake'
has "$T/err" 'stamper-ca' 'which is named'

# ---- answers that are not good ----------------------------------------------------------------------

setting stamper-ca "$T/tsa/ca.pem"
setting mail-server "smtp://127.0.0.1:$(cat "$T/sink.port")"
setting mail-from karte@karte.example.jp
setting checkpoint-mail 'notary@example.org, kansa@example.jp'
echo other >"$T/tsa/mode"
must_serve
holds 'a stamp over something else is a failure' until_true 60 tried
refuses 'and is not kept' stamped
setting stamper-ca "$T/tsa/other.pem"
echo ok >"$T/tsa/mode"
again
holds 'so is one by a stamper whom nobody knows' until_true 60 tried
refuses 'which is not kept either' stamped
setting stamper-ca "$T/tsa/ca.pem"
echo error >"$T/tsa/mode"
again
holds 'and no answer at all' until_true 60 tried
refuses 'of which nothing is kept' stamped

# ---- one that is ------------------------------------------------------------------------------------

echo ok >"$T/tsa/mode"
again
holds 'a good stamp is kept' until_true 60 stamped
tsr=$(compgen -G "$V/stamps/*.tsr") note=${tsr%.tsr}.note
matches "$(basename "$tsr")" "^$(date -u +%Y-%m-%d).tsr$" 'under its day'
holds 'openssl takes it' openssl ts -verify -data "$note" -in "$tsr" -CAfile "$T/tsa/ca.pem"
cp "$note" "$T/changed"
printf ' ' >>"$T/changed"
refuses 'and takes it for nothing else' openssl ts -verify -data "$T/changed" -in "$tsr" -CAfile "$T/tsa/ca.pem"
openssl ts -reply -in "$tsr" -text >"$T/text" 2>/dev/null
has "$T/text" 'sha256' 'it is over SHA-256'
matches "$(grep -o 'Nonce: .*' "$T/text")" '0x[0-9A-F]{8}' 'with a nonce'
is "$(head -n 1 "$note")" "$(head -n 1 "$V/journal/checkpoint")" 'what it is over is a checkpoint of this journal'
karte verify --checkpoint "$(cat "$note")"
is "$RC" 0 'that the journal still keeps'
karte log --json --event stamp
is "$(jq -r .object "$T/out")" "stamps/$(basename "$tsr")" 'and the journal says that it was stamped'

# ---- by mail ----------------------------------------------------------------------------------------

holds 'the checkpoint goes to both' until_true 60 mails 2
mail=$(grep -l notary "$T"/mails/*.eml | head -n 1)
python3 "$ROOT/tests/http/mails.py" "$mail" >"$T/mail"
tr -d '\r' <"$T/mail" | sed '1,/^----------/d; /^----------/,$d' >"$T/promised"
karte verify --checkpoint "$(cat "$T/promised")"
is "$RC" 0 'and what came by mail can be checked as it is'
sed -i 's/^\([0-9][0-9]*\)$/\12/' "$T/promised"
karte verify --checkpoint "$(cat "$T/promised")"
is "$RC" 65 'but not another one'
again
sleep 4
holds 'a server that starts again sends no second one' mails 2
is "$(compgen -G "$V/stamps/*.tsr" | wc -l)" 1 'nor asks for a second stamp'
finish
