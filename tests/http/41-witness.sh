#!/bin/bash
# Witnesses in other hands: they cosign only a log that grew, whatever they are sent and whenever they
# are killed; and the vault's checkpoints reach them by themselves.
# shellcheck disable=SC2317 # functions are called through holds and trap
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
VKEY=$(cat "$V/journal/key.pub")
ORIGIN=${VKEY%%+*}
HASH=$(printf %s "$ORIGIN" | sha256sum | cut -d ' ' -f 1)
declare -A WITNESS=() WURL=()
tlog() {
	python3 "$ROOT/tests/http/tlog.py" "$@"
}

# witness N: starts it; $WITNESS[N] is its process, $WURL[N] its address.
witness() {
	local i
	: >"$T/w$1.address"
	"$KARTE" witness serve "$T/w$1" --listen "127.0.0.1:${2:-0}" >"$T/w$1.address" 2>>"$T/w$1.err" &
	WITNESS[$1]=$!
	for ((i = 0; i < 1200; i++)); do
		[ ! -s "$T/w$1.address" ] || break
		sleep 0.05
	done
	WURL[$1]=$(cat "$T/w$1.address")
	[ -n "${WURL[$1]}" ] || give_up "the witness does not start: $(cat "$T/w$1.err")"
}
unwitness() {
	kill "-$2" "${WITNESS[$1]}" 2>/dev/null
	wait "${WITNESS[$1]}" 2>/dev/null
	unset "WITNESS[$1]"
}
leave() {
	local n
	for n in "${!WITNESS[@]}"; do unwitness "$n" KILL; done
	[ -z "$SERVER" ] || stop KILL
	rm -rf "$T"
}

# add N FILE [CURL-OPTION…]: sends a request as it is; fills $STATUS, $T/body and $T/head.
add() {
	local n=$1 file=$2
	shift 2
	STATUS=$(curl -s --max-time 20 --cacert "$T/w$n/tls/cert.pem" -o "$T/body" -D "$T/head" \
		-w '%{http_code}' --data-binary "@$file" "$@" "${WURL[$n]}/add-checkpoint")
}

# note SIZE [FORK]: a checkpoint of the first SIZE records, signed by the log, into $T/note.SIZE.
note() {
	tlog sign "$V/journal/key" "$1" "$(perl "$ROOT/tests/stock/merkle.pl" "$V/journal" "$1" |
		cut -d ' ' -f 2 | xxd -r -p | base64)" >"$T/note.$1"
}
# request OLD SIZE: add-checkpoint with a right proof, into $T/request.
request() {
	note "$2"
	"$KARTE" -C "$V" prove --from "$1" --to "$2" --json | jq -r '.proof[]' >"$T/hashes"
	tlog request "$1" "$T/hashes" "$T/note.$2" >"$T/request"
}
size_of() {
	"$KARTE" witness show "$T/w$1" --json | jq -r .size
}

# ---- making --------------------------------------------------------------------------------------

for n in 1 2; do
	"$KARTE" witness init "$T/w$n" --name "witness.example.jp/$n" >"$T/w$n.vkey"
done
same "$T/w1.vkey" "$T/w1/key.pub" 'a new witness prints its verifier key'
matches "$(cat "$T/w1.vkey")" '^witness\.example\.jp/1\+[0-9a-f]{8}\+B[A-Za-z0-9+/]{43}$' 'of type 0x04'
is "$(stat -c %a "$T/w1/key")" 600 'its own key is for itself'
refuses 'a witness is not made twice' "$KARTE" witness init "$T/w1" --name other
refuses 'nor with a name that breaks the format' "$KARTE" witness init "$T/w3" --name 'a b'
witness 1
request 0 10
cp "$T/request" "$T/first"
add 1 "$T/first"
is "$STATUS" 404 'a log that is not known is 404'
holds 'a log is added' "$KARTE" witness add-log "$T/w1" "$VKEY"
refuses 'not twice' "$KARTE" witness add-log "$T/w1" "$VKEY"
refuses 'a witness is no log' "$KARTE" witness add-log "$T/w1" "$(cat "$T/w2.vkey")"
STATUS=$(curl -s --cacert "$T/w1/tls/cert.pem" -o "$T/body" -w '%{http_code}' "${WURL[1]}/$HASH/checkpoint")
is "$STATUS" 404 'nothing was cosigned yet'

# ---- what it cosigns -----------------------------------------------------------------------------

add 1 "$T/first" -H 'Content-Type:'
is "$STATUS" 200 'the first checkpoint needs no proof, and no content type'
cat "$T/note.10" "$T/body" >"$T/signed"
before=$(tlog cosigned "$(cat "$T/w1.vkey")" "$T/signed")
matches "$before" '^[1-9][0-9]{9}$' 'openssl finds its cosignature good'
refuses 'for this witness only' tlog cosigned "$(cat "$T/w2.vkey")" "$T/signed"
sed '2s/10/11/' "$T/signed" >"$T/other"
refuses 'and for this text only' tlog cosigned "$(cat "$T/w1.vkey")" "$T/other"
curl -s --cacert "$T/w1/tls/cert.pem" "${WURL[1]}/$HASH/checkpoint" >"$T/newest"
is "$(tlog note "$VKEY" "$T/newest")/$(tlog cosigned "$(cat "$T/w1.vkey")" "$T/newest")" \
	"$(tlog note "$VKEY" "$T/note.10")/$before" 'it shows what it cosigned, with both signatures'
request 10 20
add 1 "$T/request"
is "$STATUS" 200 'a log that grew is cosigned'
cp "$T/request" "$T/second"
request 20 20
add 1 "$T/request"
is "$STATUS" 200 'the same once more is cosigned anew'

# ---- what it does not ----------------------------------------------------------------------------

add 1 "$T/second"
is "$STATUS/$(header Content-Type)/$(cat "$T/body")" '409/text/x.tlog.size/20' \
	'what was sent already is 409 with the size'
add 1 "$T/first"
is "$STATUS/$(cat "$T/body")" 409/20 'a rollback from nothing is 409'
tlog request 20 - "$T/note.10" >"$T/request"
add 1 "$T/request"
is "$STATUS" 400 'an old size beyond the checkpoint is 400'
request 10 15
add 1 "$T/request"
is "$STATUS/$(cat "$T/body")" 409/20 'a smaller tree is never cosigned'
request 20 40
awk 'NR == 2 { print substr($0, 1, 5) ($0 ~ /^.....A/ ? "B" : "A") substr($0, 7); next } 1' "$T/request" >"$T/bad"
add 1 "$T/bad"
is "$STATUS" 422 'a wrong proof is 422'
tlog request 20 - "$T/note.40" >"$T/bad"
add 1 "$T/bad"
is "$STATUS" 422 'so is none'
FORK=$(head -c 32 /dev/zero | base64)
tlog sign "$V/journal/key" 40 "$FORK" >"$T/note.fork"
tlog request 20 "$T/hashes" "$T/note.fork" >"$T/bad"
add 1 "$T/bad"
is "$STATUS" 422 'a split view with the key of the log is 422'
tlog sign "$V/journal/key" 20 "$FORK" >"$T/note.fork"
tlog request 20 - "$T/note.fork" >"$T/bad"
add 1 "$T/bad"
is "$STATUS" 422 'another root of the same size too'
is "$("$KARTE" witness show "$T/w1" --json | jq .refused)" 4 'and all of these are kept as evidence'
same "$T/bad" "$T/w1/logs/$HASH/refused/4" 'as they came'
"$KARTE" witness init "$T/w9" --name x >/dev/null
python3 - "$V/journal/key" "$T/w9.key" <<'END'
import base64, sys
text = open(sys.argv[1]).read().strip()
head, data = text.rsplit("+", 1)[0], base64.b64decode(text[len("PRIVATE+KEY+"):].split("+", 2)[2])
name, ident = text[len("PRIVATE+KEY+"):].split("+", 2)[:2]
open(sys.argv[2], "w").write("PRIVATE+KEY+%s+%s+%s\n" % (
    name, ident, base64.b64encode(bytes([1]) + bytes(32)).decode()))
END
tlog sign "$T/w9.key" 40 "$FORK" >"$T/note.key"
tlog request 20 - "$T/note.key" >"$T/bad"
add 1 "$T/bad"
is "$STATUS" 403 'a signature that is not of the key is 403'
sed "s/^— [^ ]*/— somebody/" "$T/note.40" >"$T/note.name"
tlog request 20 - "$T/note.name" >"$T/bad"
add 1 "$T/bad"
is "$STATUS" 403 'without a signature of the log it is 403'
sed "1s/.*/else.example/" "$T/note.40" >"$T/note.origin"
tlog request 20 - "$T/note.origin" >"$T/bad"
add 1 "$T/bad"
is "$STATUS" 404 'another origin is 404'
is "$("$KARTE" witness show "$T/w1" --json | jq .refused)" 4 'of strangers nothing is kept'
request 20 40
while IFS=$'\t' read -r why change; do
	perl -0pe "$change" "$T/request" >"$T/bad"
	add 1 "$T/bad"
	is "$STATUS" 400 "$why is 400"
done <<'END'
no old size	s/^old 20\n//
a size with a zero	s/^old 20/old 020/
a size with a sign	s/^old 20/old +20/
two spaces	s/^old 20/old  20/
no empty line	s/\n\n/\n/
a line that is no hash	s/\n/\nAAAA\n/
64 hashes	s/(\n[^\n]{44})/$1 x 64/e
a return	s/\n/\r\n/g
no end of line	s/\n\z//
a control character	s/old/old\t/
a root that is too long	s/(\n40\n)/$1A/
an empty text	s/.*/\n/s
no signature	s/\n\n\xe2\x80\x94.*/\n\n/s
END
head -c 40000 /dev/zero | tr '\0' a >"$T/bad"
add 1 "$T/bad"
matches "$STATUS" '^(400|413)$' 'too much is refused'
is "$(curl -s --cacert "$T/w1/tls/cert.pem" -o /dev/null -w '%{http_code}' "${WURL[1]}/add-checkpoint")" 405 \
	'only POST adds'
is "$(curl -s --cacert "$T/w1/tls/cert.pem" --path-as-is -o /dev/null -w '%{http_code}' "${WURL[1]}/../key")" 400 \
	'no other file is served'
is "$(size_of 1)" 20 'after all of this it is where it was'
add 1 "$T/request"
is "$STATUS" 200 'and the right request is cosigned'

# ---- killed ---------------------------------------------------------------------------------------

unwitness 1 TERM
witness 1
is "$(size_of 1)" 40 'a restart forgets nothing'
add 1 "$T/second"
is "$STATUS/$(cat "$T/body")" 409/40 'and does not go back'
acknowledged=40 lost=0
for round in 1 2 3 4; do
	for step in 1 2 3; do
		request "$acknowledged" $((acknowledged + 1))
		if [ $step = 3 ]; then
			(sleep "0.0$round"; kill -KILL "${WITNESS[1]}") 2>/dev/null &
			killer=$!
		fi
		add 1 "$T/request"
		if [ "$STATUS" = 200 ]; then acknowledged=$((acknowledged + 1)); fi
	done
	wait "$killer"
	wait "${WITNESS[1]}" 2>/dev/null
	now=$(size_of 1)
	[ "$now" -ge "$acknowledged" ] || lost=$((lost + 1))
	acknowledged=$now
	witness 1
done
is "$lost" 0 'kill -9 loses nothing that was signed'
request "$acknowledged" $((acknowledged + 1))
add 1 "$T/request"
is "$STATUS" 200 'and it goes on from there'

# two at once: one of them is second
before=$acknowledged
acknowledged=$((acknowledged + 1))
request "$acknowledged" $((acknowledged + 1))
cp "$T/request" "$T/race.1"
request "$acknowledged" $((acknowledged + 2))
cp "$T/request" "$T/race.2"
for n in 1 2; do
	curl -s --cacert "$T/w1/tls/cert.pem" -o /dev/null -w '%{http_code}\n' --data-binary "@$T/race.$n" \
		"${WURL[1]}/add-checkpoint" >"$T/code.$n" &
	racer[n]=$!
done
wait "${racer[@]}"
is "$(sort "$T/code.1" "$T/code.2" | paste -sd ' ')" '200 409' 'of two at once only one is cosigned'

# ---- the vault sends by itself -------------------------------------------------------------------

witness 2
"$KARTE" witness add-log "$T/w2" "$VKEY"
sed -i '/^witnesses:/d; s/^witness-every:.*/witness-every: 1s/' "$V/karte.yaml"
cat >>"$V/karte.yaml" <<END
witnesses:
  - url: ${WURL[1]}
    vkey: $(cat "$T/w1.vkey")
    ca: $T/w1/tls/cert.pem
  - url: ${WURL[2]}/
    vkey: $(cat "$T/w2.vkey")
    ca: $T/w2/tls/cert.pem
END
# cosigned N: waits until the note for everybody is cosigned by N witnesses
cosigned() {
	local i n
	for ((i = 0; i < 300; i++)); do
		fetch nobody /journal/checkpoint
		cp "$T/body" "$T/public"
		n=0
		for w in 1 2; do
			tlog cosigned "$(cat "$T/w$w.vkey")" "$T/public" >/dev/null 2>&1 && n=$((n + 1))
		done
		[ "$n" != "$1" ] || return 0
		sleep 0.2
	done
	return 1
}
must_serve
holds 'both witnesses cosign, and everybody gets the note' cosigned 2
holds 'which the log signed too' tlog note "$VKEY" "$T/public"
is "$(tlog log "$URL/journal" "$V/tls/cert.pem" "$VKEY")" "$(tlog note "$VKEY" "$T/public")" \
	'and its tiles are there'
is "$(size_of 2)" "$(sed -n 2p "$T/public")" 'the witness knows this size'
size=$(size_of 2)
unwitness 2 KILL
sign_in tanaka
fetch tanaka /children
holds 'while one is away the other goes on' cosigned 1
until_true 60 grep -q 'witness.example.jp/2 is away' "$T/server.err"
sleep 2
karte log --json --event witness.refused
is "$(wc -l <"$T/out")" 0 'being away is no refusal'
is "$(grep -c 'witness.example.jp/2 is away' "$T/server.err")" 1 'it is said once'
stop TERM

# a vault that was put back is refused, once
witness 2 "${WURL[2]##*:}"
cp -a "$V" "$T/yesterday"
must_serve
sign_in tanaka
for _ in 1 2 3; do fetch tanaka /children; done
for ((i = 0; i < 600; i++)); do
	[ "$(size_of 2)" -le "$size" ] || [ "$(size_of 1)" -le "$size" ] || break
	sleep 0.1
done
stop TERM
rm -rf "$V"
cp -a "$T/yesterday" "$V"
"$KARTE" -C "$V" serve --listen 127.0.0.1:0 --accept-older 'ためし' >"$T/address" 2>>"$T/server.err" &
SERVER=$!
for ((i = 0; i < 600; i++)); do
	karte log --json --event witness.refused
	[ "$(wc -l <"$T/out")" -lt 2 ] || break
	sleep 0.1
done
is "$(wc -l <"$T/out")" 2 'both witnesses refuse a vault that was put back, and that is a record'
has "$T/out" 'it has seen' 'which says why'
# as its own records make the journal grow beyond what they have seen, they say that it is another one
sleep 3
karte log --json --event witness.refused
is "$(jq -r '[.object, .reason] | join(" ")' "$T/out" | sort | uniq -d)" '' 'once, however often they are asked'
holds 'and with one more reason at the most' test "$(wc -l <"$T/out")" -le 4
stop TERM
verified 'the journal in itself is sound'
finish
