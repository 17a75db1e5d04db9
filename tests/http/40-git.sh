#!/bin/bash
# Stock git fetches repositories over https: with an access token, for a reason, and reading only.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
must_serve
CHILD=c7k3m9q2v4
REASON='定期監査で署名を確かめるため'
sign_in okada

export GIT_SSL_CAINFO=$V/tls/cert.pem GIT_TERMINAL_PROMPT=0 GIT_CONFIG_NOSYSTEM=1 HOME=$T
unset GIT_ASKPASS SSH_ASKPASS

# git_as USER TOKEN ARGUMENT…: git with these credentials, which it sends when it is asked.
git_as() {
	local user=$1 token=$2
	shift 2
	git -c credential.helper="!f() { echo username=$user; echo password=$token; }; f" "$@" >"$T/out" 2>"$T/err"
}

# new_token NAME SCOPE CHILDREN DAYS REASON: $TOKEN is what the page shows.
new_token() {
	post okada /account/tokens --data-urlencode "name=$1" --data-urlencode "scope=$2" \
		--data-urlencode "children=$3" --data-urlencode "days=$4" --data-urlencode "reason=$5"
	TOKEN=$(grep -o 'class="code-text">[A-Za-z0-9_-]\{86\}<' "$T/body" | sed 's/.*>\(.*\)</\1/')
}

# records FILTER: how many records of the journal jq lets through.
records() {
	cat "$V"/journal/bodies/*/*.jsonl "$V/journal/tail" | grep -o '{"n".*' |
		jq -s "unique_by(.n) | map(select($1)) | length"
}

# ---- tokens --------------------------------------------------------------------------------------

fetch okada /account/tokens
is "$STATUS" 200 'an auditor has a page for access tokens'
new_token git all '' 30 "$REASON"
is "$STATUS" 422 'a scope that there is not is refused'
new_token git registry '' 91 "$REASON"
is "$STATUS" 422 'more than 90 days are refused'
new_token git registry '' 30 短い
is "$STATUS" 422 'a reason that is none is refused'
new_token git named 'c000000000' 30 "$REASON"
is "$STATUS" 422 'a child that is not there cannot be named'
is "$(sql 'SELECT count(*) FROM access_token')" 0 'none of that made a token'
new_token registry registry '' 30 "$REASON"
is "$STATUS ${#TOKEN}" '200 86' 'a token is shown once'
R=$TOKEN
fetch okada /account/tokens
lacks "$T/body" "$R" 'and never again'
lacks "$V/vault.db" "$R" 'nor is it kept'
new_token one named "$CHILD" 30 "$REASON"
C=$TOKEN
new_token all children '' 30 "$REASON"
A=$TOKEN
is "$(records '.event == "token.add"')" 3 'each is recorded'
for _ in {1..60}; do # the server tells it by itself
	[ "$(records '.event == "alert" and .reason == "tokens" and .account == "okada"')" = 0 ] || break
	sleep 1
done
isnt "$(records '.event == "alert" and .reason == "tokens" and .account == "okada"')" 0 'and told as an alert'
sql 'UPDATE session SET since = since - 1000' >/dev/null
new_token late registry '' 30 "$REASON"
is "$STATUS" 422 'whoever signed in a while ago signs in again first'
sql 'UPDATE session SET since = since + 1000' >/dev/null

# ---- clone and fetch -----------------------------------------------------------------------------

fetch okada "/git/children/$CHILD.git/info/refs?service=git-upload-pack"
is "$STATUS/$(header WWW-Authenticate)" '401/Basic realm="karte", charset="UTF-8"' 'a cookie opens no repository'
git_as okada "$C" clone -q "$URL/git/children/$CHILD.git" "$T/child"
is "$?" 0 "a child's repository can be cloned"
is "$(git -C "$T/child" rev-parse HEAD)" "$(head_of $CHILD)" 'up to its newest version'
is "$(git -C "$T/child" rev-list --count HEAD)" "$(git -C "$(repo $CHILD)" rev-list --count main)" 'with all versions'
holds 'and git finds no fault in it' git -C "$T/child" fsck --strict --full
is "$(git -C "$T/child" branch --show-current)" main 'on its branch'
is "$(records ".event == \"child.open\" and .child == \"$CHILD\" and .object == \"$REASON\" and .account == \"okada\"")" 1 \
	'the reason is recorded'
is "$(records ".event == \"git.clone\" and .child == \"$CHILD\" and .object == \"$(head_of $CHILD)\"")" 1 \
	'and what was taken'
git_as okada "$R" clone -q "$URL/git/registry.git" "$T/registry"
is "$?" 0 'the registry can be cloned'
git_as okada "$C" clone -q --bare -c protocol.version=0 "$URL/git/registry.git" "$T/registry-0"
is "$?" 0 'also by the older protocol, and with a token for a child'

git_as okada "$R" clone -q "$URL/git/children/$CHILD.git" "$T/no"
isnt "$?" 0 'a token for the registry opens no child'
git_as okada "$C" clone -q "$URL/git/children/c9d4x1e6pj.git" "$T/no"
isnt "$?" 0 'nor one for a child another'
has "$T/err" 'not found' 'which is not found'
git_as okada "$A" clone -q "$URL/git/children/c9d4x1e6pj.git" "$T/other"
is "$?" 0 'one for all opens it'
git_as okada "$A" clone -q "$URL/git/children/c000000000.git" "$T/no"
isnt "$?" 0 'but no child that is not there'
is "$(records '.decision == "deny" and .event == "audit.copy" and .reason == "scope"')" 2 \
	'refusals are recorded with their reason'

# something new, and only that
sign_in tanaka
SHEET=$CHILD/sheets/kyoiku-shien/2026
for i in 1 2 3; do
	open_form tanaka $SHEET "$T/form"
	form set "$T/form" f.year-goal "監査のあとの目標$i"
	send_form tanaka $SHEET "$T/form"
done
git_as okada "$C" -C "$T/child" fetch -q
is "$? $(git -C "$T/child" rev-parse origin/main)" "0 $(head_of $CHILD)" 'fetching brings what is new'
GIT_TRACE_PACKET=$T/packets git_as okada "$C" -C "$T/child" fetch
is "$?" 0 'and nothing when nothing is new'
git -C "$T/child" reset -q --hard HEAD
git_as okada "$C" -C "$T/child" pull -q
has "$T/child/sheets/kyoiku-shien/2026.md" 監査のあとの目標3 'the newest text is there'
holds 'and git finds no fault in it either' git -C "$T/child" fsck --strict --full

# a client with so many versions of its own that git sends its list compressed, in parts
for i in $(seq 150); do
	git -C "$T/child" -c user.name=x -c user.email=x@localhost commit -q --allow-empty -m "$i"
done
open_form tanaka $SHEET "$T/form"
form set "$T/form" f.year-goal '長いやりとりのあと'
send_form tanaka $SHEET "$T/form"
git_as okada "$C" -C "$T/child" fetch -q
is "$? $(git -C "$T/child" rev-parse origin/main)" "0 $(head_of $CHILD)" 'a long conversation comes to its end'
git -C "$(repo $CHILD)" gc -q
git_as okada "$C" clone -q "$URL/git/children/$CHILD.git" "$T/packed"
is "$? $(git -C "$T/packed" rev-parse HEAD)" "0 $(head_of $CHILD)" 'a repository that an operator packed can be cloned'

# ---- what is refused -----------------------------------------------------------------------------

git_as okada "$C" -C "$T/child" push -q origin HEAD:main
isnt "$?" 0 'nothing is taken'
has "$T/err" 403 'writing is forbidden'
is "$(git -C "$(repo $CHILD)" for-each-ref | wc -l)" 1 'and no reference was made'
git_as okada "$C" clone -q --depth 1 "$URL/git/children/$CHILD.git" "$T/no"
isnt "$?" 0 'no part of a history is given'

# ask BODY [CURL-OPTION…]: a request for a pack, as a program of somebody else's could write it
ask() {
	local body=$1
	shift
	STATUS=$(printf '%b' "$body" | curl -s --max-time 30 --cacert "$V/tls/cert.pem" -u "okada:$C" -o "$T/body" \
		-w '%{http_code}' -H 'Content-Type: application/x-git-upload-pack-request' --data-binary @- "$@" \
		"$URL/git/children/$CHILD.git/git-upload-pack")
}
HEAD=$(head_of $CHILD)
ask '0000'
is "$STATUS/$(wc -c <"$T/body")" 200/0 'who wants nothing gets nothing'
ask "0032want $HEAD\n00000009done\n"
is "$STATUS/$(head -c 12 "$T/body")" '200/0008NAK'$'\n''PACK' 'a plain request is answered'
blob=$(git -C "$(repo $CHILD)" rev-parse "main:child.md")
for wrong in "0032want $blob\n00000009done\n" "0032want 0123456789012345678901234567890123456789\n00000009done\n"; do
	ask "$wrong"
	is "$STATUS" 404 'what is no version of the branch is not found'
done
for wrong in 'zzzz' '0003' 'ffff' '0032want' "0032want $HEAD\n000Cdeepen 1\n0000" "0032want $HEAD\n" '0005' \
	"0032want $HEAD\n00000032have xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"; do
	ask "$wrong"
	is "$STATUS" 400 "refused: ${wrong:0:24}"
done
ask 'nonsense' -H 'Content-Encoding: gzip'
is "$STATUS" 400 'what is not compressed as it says is refused'
head -c 30000000 /dev/zero | gzip >"$T/bomb"
STATUS=$(curl -s --max-time 30 --cacert "$V/tls/cert.pem" -u "okada:$C" -o /dev/null -w '%{http_code}' \
	-H 'Content-Type: application/x-git-upload-pack-request' -H 'Content-Encoding: gzip' \
	--data-binary @"$T/bomb" "$URL/git/children/$CHILD.git/git-upload-pack")
is "$STATUS" 413 'and so is what would be too long'
curl -s -o /dev/null -D "$T/head" --cacert "$V/tls/cert.pem" -u "okada:$C" "$URL/git/children/$CHILD.git/HEAD"
has "$T/head" 404 'files of a repository cannot be asked for'

# ---- a bundle, and keys --------------------------------------------------------------------------

fetch okada "/audit/children/$CHILD.bundle"
is "$STATUS/$(header Content-Type)" '200/text/html; charset=utf-8' 'a bundle wants a reason first'
post okada "/audit/children/$CHILD.bundle" --data-urlencode 'reason=みじかい'
is "$STATUS" 422 'and not any'
is "$(records '.event == "audit.bundle"')" 0 'nothing was taken yet'
post okada "/audit/children/$CHILD.bundle" --data-urlencode 'reason=苦情のあった版を確かめるため'
is "$STATUS/$(header Location)" "303//audit/children/$CHILD.bundle" 'with a reason it opens'
fetch okada "/audit/children/$CHILD.bundle"
is "$STATUS/$(header Content-Type)" 200/application/x-git-bundle 'and the bundle comes'
cp "$T/body" "$T/child.bundle"
git init -q "$T/empty"
holds 'git verifies the bundle' git -C "$T/empty" bundle verify "$T/child.bundle"
holds 'and clones from it' git clone -q "$T/child.bundle" "$T/unbundled"
is "$(git -C "$T/unbundled" rev-parse HEAD)" "$(head_of $CHILD)" 'the newest version'
is "$(records ".event == \"audit.bundle\" and .child == \"$CHILD\" and .object == \"$(head_of $CHILD)\"")" 1 'it is recorded'
is "$(records '.event == "child.open" and .object == "苦情のあった版を確かめるため" and .reason == "audit-reads"')" 1 'with the reason'
fetch okada /audit/children/c9d4x1e6pj.bundle
is "$(header Content-Type)" 'text/html; charset=utf-8' 'a reason is for one child'
sql "UPDATE glass SET until = since" >/dev/null
fetch okada "/audit/children/$CHILD.bundle"
is "$(header Content-Type)" 'text/html; charset=utf-8' 'and for a while'
fetch okada "/children/$CHILD"
is "$STATUS" 404 'pages of the child stay shut'

karte keys export "$T/keys"
is "$RC" 0 'keys can be exported at the command line'
for name in keys.asc keys.csv; do
	fetch okada "/audit/$name"
	same "$T/keys/$name" "$T/body" "and on a page: $name"
done
mkdir -m 700 "$T/gnupg"
gpg --homedir "$T/gnupg" --batch -q --import "$T/keys/keys.asc" 2>"$T/err"
is "$(gpg --homedir "$T/gnupg" --batch --list-keys --with-colons | awk -F : '/^fpr/ { print $10 }' | sort)" \
	"$(tail -n +2 "$T/keys/keys.csv" | cut -d , -f 1)" 'gpg has the keys that the table names'
gpgconf --homedir "$T/gnupg" --kill all 2>/dev/null
is "$(head -n 1 "$T/keys/keys.csv" | tr -d '\r')" 'fingerprint,account,from,to,why' 'each with account and times'

# ---- the family, and the end ---------------------------------------------------------------------

sign_in yoshida-f
fetch yoshida-f "/children/$CHILD/accesses"
has "$T/body" "$REASON" 'the family reads the reason'
has "$T/body" 'カルテ全体を 写しました' 'and that a copy was taken'
fetch tanaka /account/tokens
is "$STATUS" 404 'nobody else has that page'

for i in 1 2; do
	fetch nobody "/git/children/$CHILD.git/info/refs?service=git-upload-pack" -u "okada:${C}x"
	is "$STATUS" 404 'a wrong token finds nothing'
done
fetch nobody "/git/children/$CHILD.git/info/refs?service=git-upload-pack" -u "fujii:$C"
is "$STATUS" 404 'a token is good under the name of its account alone'
is "$(records '.decision == "deny" and .reason == "token"')" 3 'each is recorded'
for i in $(seq 52); do
	fetch nobody "/git/children/$CHILD.git/info/refs?service=git-upload-pack" -u "okada:x$i"
done
is "$STATUS" 429 'many wrong ones are slowed down'
sql "DELETE FROM throttle" >/dev/null

n=$(sql "SELECT n FROM access_token WHERE name='all'")
post okada /account/tokens/end -d "n=$n"
is "$STATUS" 303 'a token can be ended'
git_as okada "$A" ls-remote "$URL/git/registry.git"
isnt "$?" 0 'and opens nothing any more'
sql "UPDATE access_token SET until = since + 1 WHERE name = 'one'" >/dev/null
sleep 1
git_as okada "$C" ls-remote "$URL/git/registry.git"
isnt "$?" 0 'nor does one whose days are over'
git_as okada "$R" ls-remote "$URL/git/registry.git"
is "$?" 0 'the others do'
karte account disable kato
karte keys export "$T/keys"
is "$(grep ',kato,' "$T/keys/keys.csv" | tr -d '\r' | cut -d , -f 5)" account.disable 'a key that ended says why'
karte account disable okada
git_as okada "$R" ls-remote "$URL/git/registry.git"
isnt "$?" 0 'with its account a token ends'
is "$(sql "SELECT count(*) FROM access_token WHERE account = 'okada'")" 0 'for good'
stop TERM
verified 'the vault holds'
finish
