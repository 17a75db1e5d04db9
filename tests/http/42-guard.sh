#!/bin/bash
# An old copy of a vault cannot pass as today's: the server does not start behind a checkpoint that
# is known outside, unless it is told to, and then the journal says so.
# shellcheck disable=SC2317 # functions are called through holds and trap
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
COPY=$T/other-disk/karte.checkpoint
mkdir "$T/other-disk"
WITNESS=''
leave() {
	[ -z "$WITNESS" ] || kill -KILL "$WITNESS" 2>/dev/null
	[ -z "$SERVER" ] || stop KILL
	rm -rf "$T"
}

# starts [OPTION…]: the server starts; $SERVER is its process.
starts() {
	local i
	: >"$T/address"
	"$KARTE" -C "$V" serve --listen 127.0.0.1:0 "$@" >"$T/address" 2>"$T/start.err" &
	SERVER=$!
	for ((i = 0; i < 600; i++)); do
		[ ! -s "$T/address" ] || break
		kill -0 "$SERVER" 2>/dev/null || break
		sleep 0.05
	done
	URL=$(head -n 1 "$T/address")
	[ -n "$URL" ] && return
	wait "$SERVER"
	RC=$?
	SERVER=
	return 1
}
# unstartable SENTENCE CODE [OPTION…]
unstartable() {
	local sentence=$1 code=$2
	shift 2
	if starts "$@"; then
		stop TERM
		flunk "$sentence" 'it started'
	else
		is "$RC" "$code" "$sentence"
	fi
}
# started SENTENCE [OPTION…]
started() {
	local sentence=$1
	shift
	if starts "$@"; then pass "$sentence"; else flunk "$sentence" "$(cat "$T/start.err")"; fi
}
conf() {
	sed -i "s,^$1:.*,$1: $2," "$V/karte.yaml"
}
# until_copied: waits until the copy has as many records as the journal.
until_copied() {
	local i
	for ((i = 0; i < 600; i++)); do
		[ "$(sed -n 2p "$COPY" 2>/dev/null)" != "$("$KARTE" -C "$V" log --json | wc -l)" ] || return 0
		sleep 0.1
	done
	return 1
}
back() { # to the vault in DIR
	rm -rf "$V"
	cp -a "$1" "$V"
}

# ---- a file on another disk ----------------------------------------------------------------------

conf checkpoint-copy "$COPY"
started 'without a copy it starts'
holds 'and writes it' until_copied
stop TERM
cp -a "$V" "$T/monday"
started 'with it, it starts too'
sign_in tanaka
for _ in 1 2 3; do fetch tanaka /children; done
holds 'the copy follows' until_copied
stop TERM
cp "$COPY" "$T/tuesday.note"
SHORT="$(sed -n 2p "$COPY") $(sed -n 3p "$COPY" | base64 -d | head -c 6 | xxd -p)"
cp -a "$V" "$T/tuesday"
back "$T/monday"
find "$V" -type f ! -name '*.db*' -exec sha256sum {} + | sort >"$T/before"
unstartable 'the copy of yesterday does not start: 65' 65
has "$T/start.err" "$COPY" 'and says what knows better'
has "$T/start.err" --accept-older 'and what to do'
find "$V" -type f ! -name '*.db*' -exec sha256sum {} + | sort >"$T/after"
same "$T/before" "$T/after" 'nothing was changed'
karte verify
is "$RC" 65 'karte verify names it too'
has "$T/out" 'journal.promise' 'as a promise that is not kept'
unstartable 'a reason must be there' 64 --accept-older ''
unstartable 'and not too long' 64 --accept-older "$(head -c 600 /dev/zero | tr '\0' a)"

started 'told to, it starts' --accept-older '昨夜の障害から戻した'
karte log --json --event start.behind
is "$(wc -l <"$T/out")" 1 'that it was told is a record'
has "$T/out" '昨夜の障害から戻した' 'with the reason'
has "$T/out" "\"object\":\"$(sed -n 2p "$T/tuesday.note") " 'and the checkpoint that is missing'
has "$V/journal/bodies/system/$(date -u +%Y-%m).jsonl" start.behind 'of the system'
for ((i = 0; i < 600; i++)); do
	karte log --json --event witness.refused
	[ ! -s "$T/out" ] || break
	sleep 0.1
done
has "$T/out" checkpoint-copy 'that the copy does not fit is a record'
same "$COPY" "$T/tuesday.note" 'the copy is left alone: it is evidence'
stop TERM
karte verify
matches "$(cat "$T/out")" 'journal\.(promise|fork)' 'verify goes on naming it, shorter or grown beyond it'
started 'once told, it starts again by itself'
has "$T/start.err" "$(sed -n 2p "$T/tuesday.note") " 'but says it each time'
karte log --json --event start.behind
is "$(wc -l <"$T/out")" 1 'and it is not asked again'
sign_in tanaka
for _ in {1..30}; do fetch tanaka /children; done
stop TERM
karte verify
has "$T/out" 'journal.fork' 'grown beyond it, it is another history, and verify says so'
is "$RC" 65 'still'
unstartable 'what was accepted is that checkpoint, no other' 65 --known '90 000000000000'

# ---- somebody says so ----------------------------------------------------------------------------

back "$T/monday"
conf checkpoint-copy '""'
unstartable 'a print that is not kept' 65 --known "$SHORT"
unstartable 'a note that is not kept' 65 --known "$(cat "$T/tuesday.note")"
unstartable 'nonsense is no checkpoint' 64 --known 'nonsense'
back "$T/tuesday"
conf checkpoint-copy '""'
started 'a print that is kept' --known "$SHORT"
stop TERM
started 'a note that is kept' --known "$(cat "$T/tuesday.note")"
stop TERM
conf checkpoint-copy "$T/other-disk/notes.txt"
echo 'not a checkpoint' >"$T/other-disk/notes.txt"
unstartable 'a file that is something else is not overwritten: 78' 78
is "$(cat "$T/other-disk/notes.txt")" 'not a checkpoint' 'indeed'
conf checkpoint-copy /nowhere/karte.checkpoint
started 'a disk that is away does not stop it'
stop TERM

# ---- a witness -----------------------------------------------------------------------------------

"$KARTE" witness init "$T/w" --name witness.example.jp >"$T/w.vkey"
"$KARTE" witness add-log "$T/w" "$(cat "$V/journal/key.pub")"
"$KARTE" witness serve "$T/w" --listen 127.0.0.1:0 >"$T/w.address" 2>"$T/w.err" &
WITNESS=$!
until_true 60 test -s "$T/w.address" || give_up "no witness: $(cat "$T/w.err")"
conf checkpoint-copy '""'
conf witness-every 1s
sed -i '/^witnesses:/d' "$V/karte.yaml"
cat >>"$V/karte.yaml" <<END
witnesses:
  - {url: "$(cat "$T/w.address")", vkey: "$(cat "$T/w.vkey")", ca: "$T/w/tls/cert.pem"}
END
cp -a "$V" "$T/wednesday"
started 'a witness that knows nothing yet stops nobody'
for ((i = 0; i < 600; i++)); do
	[ "$("$KARTE" witness show "$T/w" --json | jq .size)" != "$("$KARTE" -C "$V" log --json | wc -l)" ] || break
	sleep 0.1
done
stop TERM
started 'with what it knows, it starts'
stop TERM
cp -a "$V" "$T/thursday"
back "$T/wednesday"
unstartable 'an old copy of everything does not start against a witness' 65
has "$T/start.err" 'witness witness.example.jp' 'which is named'
back "$T/thursday"
kill -TERM $WITNESS
wait $WITNESS
WITNESS=
started 'a witness that does not answer does not stop it'
has "$T/start.err" 'witness witness.example.jp' 'but is named'
stop TERM
conf witness-required true
unstartable 'unless karte.yaml says so: 75' 75
# only the journal was put back: what the witness signed lies in the vault
conf witness-required false
rm -rf "$V/journal"
cp -a "$T/wednesday/journal" "$V/journal"
unstartable 'the cosignatures that were kept know it too' 65
sed -i 's,vkey: "[^"]*",vkey: "nonsense",' "$V/karte.yaml"
unstartable 'a key that is none is said: 78' 78
finish
