#!/bin/bash
# When something goes wrong, people get a page of the house: in words, with a number to tell.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
must_serve
sign_in tanaka
SHEET=c7k3m9q2v4/sheets/kyoiku-shien/2026

# failure STATUS WORDS WHAT: the newest answer is a proper page
failure() {
	local number
	is "$STATUS" "$1" "$3: $1"
	is "$(header Content-Type)" 'text/html; charset=utf-8' "$3: a page"
	has "$T/body" '<html lang="ja">' "$3: in Japanese, and says so"
	is "$(grep -c '<h1' "$T/body")" 1 "$3: one heading"
	has "$T/body" "$2" "$3: in words"
	has "$T/body" '<main id="main">' "$3: with a place to skip to"
	matches "$(grep -o '/assets/style[^"]*css' "$T/body" | head -n 1)" '^/assets/style' \
		"$3: in the style of the site"
	has "$T/body" 'href="/"' "$3: with a way on"
	number=$(grep -o 'class="code-text">[0-9a-f]\{16\}' "$T/body" | sed 's/.*>//')
	matches "$number" '^[0-9a-f]{16}$' "$3: with the number of the request"
	matches "$(grep -o '<title>[^<]*' "$T/body")" '^<title>.+｜こどもカルテ$' "$3: with a title"
	is "$(grep -c -i 'error:\|exception\|ST_\|sqlite\|\.c:[0-9]\|/vault/' "$T/body")" 0 \
		"$3: nothing of the inside"
	NUMBER=$number
}

fetch tanaka /nothing
failure 404 'ページが見つかりません' 'a page that is not there'
first=$NUMBER
fetch tanaka /nothing
failure 404 'ページが見つかりません' 'the same again'
isnt "$NUMBER" "$first" 'each request has a number of its own'
fetch nobody /nothing
failure 404 'ページが見つかりません' 'for a stranger'
fetch tanaka /children/c9d4x1e6pj
failure 404 'ページが見つかりません' 'what is not for this reader'
karte log --json --child c9d4x1e6pj
has "$T/out" "\"request\":\"$NUMBER\"" 'the number leads to the record in the journal'
fetch tanaka "/children/$SHEET/edit" -X POST -H "Origin: $URL" -d x=1
failure 403 'この操作はできませんでした' 'a form without token'
post tanaka "/children/$SHEET/edit" -d base=x
failure 400 '送られた内容を読めませんでした' 'a form that is none of ours'
fetch tanaka /children -X POST -H "Origin: $URL" -d x=1
failure 405 'この開き方はできません' 'a form where none is'
fetch tanaka "/children/$SHEET/edit" -X POST -H "Origin: $URL" -H 'Content-Type: text/plain' -d x
failure 415 '形式が ちがいます' 'a form of another type'
head -c 2200000 /dev/zero | tr '\0' a >"$T/big"
fetch tanaka "/children/$SHEET/edit" -X POST -H "Origin: $URL" --data-binary "@$T/big"
failure 413 '大きすぎます' 'a form that is too big'
prlimit --pid "$SERVER" --fsize="$(stat -c %s "$V/journal/tail")":unlimited
fetch tanaka "/children/$SHEET"
failure 503 '記録を残すことができない' 'a journal that cannot be written'
has "$T/server.err" "$NUMBER" 'its number is in the log of the server'
lacks "$T/server.err" そら 'but no content is'
prlimit --pid "$SERVER" --fsize=unlimited:unlimited

# a sheet that was damaged on the disk
stop TERM
GIT=$(repo c7k3m9q2v4)
blob=$(git -C "$GIT" rev-parse main:sheets/kyoiku-shien/2026.md)
chmod u+w "$GIT/objects/${blob:0:2}/${blob:2}"
printf 'x' | dd of="$GIT/objects/${blob:0:2}/${blob:2}" bs=1 seek=40 conv=notrunc 2>/dev/null
must_serve
rm -f "$T/csrf.tanaka"
fetch tanaka "/children/$SHEET"
failure 500 '問題が起きました' 'a sheet that is damaged'
lacks "$T/body" 'まちの地図' 'not a part of it is shown'
has "$T/server.err" "$NUMBER" 'the operator finds it by its number'
fetch tanaka /children/c7k3m9q2v4/sheets/kyoiku-shien/2025
is "$STATUS" 200 'the others can still be read'
finish
