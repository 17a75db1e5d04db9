#!/bin/bash
# The journal as C2SP logs are read, by a client that shares no code with the vault.
# shellcheck disable=SC2317 # functions are called through holds and trap
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
must_serve
VKEY=$(cat "$V/journal/key.pub") CA=$V/tls/cert.pem
tlog() {
	python3 "$ROOT/tests/http/tlog.py" "$@"
}

# published SIZE: waits until the checkpoint for everybody has so many records.
published() {
	local i
	for ((i = 0; i < 600; i++)); do
		fetch nobody /journal/checkpoint
		[ "$(sed -n 2p "$T/body")" -lt "$1" ] || return 0
		sleep 0.1
	done
	return 1
}

# ---- anybody ------------------------------------------------------------------------------------

karte log --json
first=$(wc -l <"$T/out")
holds 'what was recorded is published by itself' published "$first"
cp "$T/body" "$T/old.note"
is "$(header Content-Type)" 'text/plain; charset=utf-8' 'the checkpoint is plain text'
is "$(header Cache-Control)" no-store 'that nobody keeps'
is "$(header Set-Cookie)" '' 'and no cookie comes with it'
out=$(tlog log "$URL/journal" "$CA" "$VKEY")
is "$out" "$(perl "$ROOT/tests/stock/merkle.pl" "$V/journal")" \
	'an independent client gets the root from the tiles that Perl gets from the records'
size=${out% *}
fetch nobody "/journal/tile/0/000.p/$size"
is "$STATUS/$(header Content-Type)" 200/application/octet-stream 'a tile is bytes'
is "$(header Cache-Control)" 'public, max-age=31536000, immutable' 'that may be kept for ever'
is "$(wc -c <"$T/body")" $((32 * size)) '32 for each hash'
for path in tile/0/001 tile/0/000.p/0 tile/0/000.p/256 tile/0/000.p/255 tile/1/000 tile/9/000 tile/0/0 \
	tile/0/x000/000 tile/00/000 tile/0/000.p tile/0/../../key tile/entries/000 tile/-1/000 tile \
	key sealed tail bodies/read lock key.pub; do
	fetch nobody "/journal/$path"
	matches "$STATUS" '^(303|400|404)$' "/journal/$path is nothing for a stranger"
	lacks "$T/body" PRIVATE "/journal/$path shows no key"
done
karte log --json
is "$(wc -l <"$T/out")" "$first" 'who reads hashes leaves no record, and makes nothing to read'

# ---- the log grows -------------------------------------------------------------------------------

sign_in okada tanaka
for _ in {1..90}; do fetch tanaka /children/c7k3m9q2v4; done
curl -s --cacert "$CA" -b "$T/jar.tanaka" -o /dev/null -o /dev/null \
	"$URL/children/c7k3m9q2v4?[1-120]"
karte log --json
grown=$(wc -l <"$T/out")
matches "$grown" '^(2[6-9]|[3-9])[0-9]+$|^[0-9]{4,}$' 'more than a tile of records are there'
holds 'the checkpoint follows' published "$grown"
holds 'the log goes on from the older checkpoint' tlog log "$URL/journal" "$CA" "$VKEY" "$T/old.note"
fetch nobody /journal/tile/0/000
is "$STATUS $(wc -c <"$T/body")" '200 8192' 'the full tile is there'
fetch nobody "/journal/tile/0/000.p/$size"
is "$STATUS $(wc -c <"$T/body")" "200 $((32 * size))" 'and the part of it that an older checkpoint needs'
sed "3s/^./$(sed -n 3p "$T/old.note" | cut -c 1 | tr 'A-Za-z0-9+/' 'B-ZAb-za1-90/+')/" "$T/old.note" >"$T/bad.note"
refuses 'a note that was changed is refused' tlog note "$VKEY" "$T/bad.note"
"$KARTE" -C "$V" prove --from "$size" >"$T/proof"
holds 'karte prove --from proves the same' tlog consistency "$T/old.note" "$T/proof"
refuses 'not from another size' tlog consistency "$T/bad.note" "$T/proof"

# ---- auditors ------------------------------------------------------------------------------------

for who in nobody tanaka fujii; do
	[ $who != fujii ] || sign_in fujii
	for path in /journal/bodies /journal/bodies/read/2026-11.jsonl; do
		fetch $who $path
		matches "$STATUS" '^(303|404)$' "$path is not for $who"
		lacks "$T/body" '"n":' "$who sees no record"
	done
done
fetch okada /journal/bodies
is "$STATUS" 200 'an auditor sees which files there are'
cp "$T/body" "$T/files"
: >"$T/lines"
while read -r file bytes; do
	fetch okada "/journal/bodies/$file"
	is "$STATUS/$(header Content-Type)" '200/text/plain; charset=utf-8' "$file as text"
	holds "$file is what lies on the disk" cmp -n "$bytes" "$T/body" "$V/journal/bodies/$file"
	is "$(header Cache-Control)" no-store "$file is kept nowhere"
	cat "$T/body" >>"$T/lines"
done <"$T/files"
isnt "$(wc -l <"$T/files")" 0 'there are files'
holds 'the checkpoint follows once more' published "$(wc -l <"$T/lines")"
is "$(tlog leaves "$URL/journal" "$CA" "$VKEY" "$T/lines")" "$(wc -l <"$T/lines")" \
	'every record that the auditor got is the leaf of its number'
sed '7s/allow/aIIow/; 7s/"event":"\(.\)/"event":"x/' "$T/lines" >"$T/changed"
refuses 'a record that was changed is none' tlog leaves "$URL/journal" "$CA" "$VKEY" "$T/changed"
karte log --json --event audit.bodies
is "$(grep -c '"account":"okada"' "$T/out")" $(($(wc -l <"$T/files") + 1)) 'each look was recorded'
has "$T/out" '"object":"read/' 'with the file'
fetch okada /journal/bodies/read/1999-01.jsonl
is "$STATUS" 404 'a month that there is not'
fetch okada '/journal/bodies/read/..%2f..%2fkey.jsonl'
matches "$STATUS" '^40[04]$' 'the folder cannot be left'

# ---- proofs from the command ---------------------------------------------------------------------

for n in 0 5 "$((size - 1))" "$size" 255 256; do
	grep "^{\"n\":$n," "$T/lines" >"$T/record"
	"$KARTE" -C "$V" prove "$n" >"$T/proof"
	holds "karte prove $n is a tlog-proof of that record" tlog inclusion "$VKEY" "$T/proof" "$T/record"
done
grep '^{"n":6,' "$T/lines" >"$T/record"
refuses 'and of no other' tlog inclusion "$VKEY" "$T/proof" "$T/record"
"$KARTE" -C "$V" prove 3 --size 7 --json >"$T/out"
is "$(jq -r '[.index, .size, (.proof | length)] | @csv' "$T/out")" 3,7,3 'as JSON for any size'
karte prove 99999999
is "$RC" 65 'what is not there cannot be proved'
karte prove --from 10 --to 5 --json
is "$RC" 65 'nor that a log shrank'

# ---- not too often -------------------------------------------------------------------------------

curl -s --no-progress-meter --cacert "$CA" -Z -o /dev/null -w '%{http_code} %header{retry-after}\n' \
	"$URL/verify/0?[1-400]" >"$T/codes"
is "$(cut -d ' ' -f 1 "$T/codes" | sort -u | paste -sd ' ')" '404 429' 'who asks too often about prints has to wait'
is "$(grep -c '^429 [1-9][0-9]*$' "$T/codes")" "$(grep -c '^429' "$T/codes")" 'and is told how long'
fetch nobody /about
is "$STATUS" 200 'other pages still open'
stop TERM
finish
