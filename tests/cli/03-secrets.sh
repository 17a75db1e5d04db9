#!/bin/bash
# Passwords and keys are nowhere: not in arguments, not in messages, not in any file of the vault.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
SECRET='himitsu-no-kotoba-desu-42'
printf '%s\n' "$SECRET" >"$T/pw"
"$KARTE" init "$V" --admin suzuki --password-file "$T/pw" >"$T/said" 2>&1 || give_up "$(cat "$T/said")"

# arguments and environment of the program, and of those that it starts, while commands run
watch() {
	local p
	while :; do
		for p in /proc/[0-9]*; do
			case $(readlink "$p/exe") in
			"$KARTE" | */gpg | */gpg-agent) tr '\0' '\n' <"$p/cmdline"; tr '\0' '\n' <"$p/environ" ;;
			esac
		done
		sleep 0.02
	done
}
watch >"$T/seen" 2>/dev/null &
WATCH=$!
{
	karte institution add hikari --kind nursery --name ひかり
	cat "$T/out" "$T/err"
	karte account add sato --role staff --institution hikari --name 佐藤 --password-file "$T/pw"
	cat "$T/out" "$T/err"
	karte account reset sato --password-file "$T/pw"
	cat "$T/out" "$T/err"
	karte child add --name 見本 --kana みほん --born 2021-04-02 --sex male --as suzuki --password-file "$T/pw"
	cat "$T/out" "$T/err"
	must_serve
	login sato "$SECRET"
	echo "$STATUS" >"$T/signed"
	login sato "$SECRET-wrong"
	cat "$T/body" "$T/head"
	login "$SECRET" x
	fetch nobody "/login?password=$SECRET"
	# the watcher takes its time on a busy machine: the server stays until it has been seen
	for _ in $(seq 600); do
		grep -qF "$V" "$T/seen" && break
		sleep 0.1
	done
	stop TERM
} >>"$T/said" 2>&1
kill "$WATCH" 2>/dev/null
wait "$WATCH" 2>/dev/null
is "$(cat "$T/signed")" 303 'the password signs in'
has "$T/seen" "$V" 'the program was seen at work'
lacks "$T/seen" "$SECRET" 'without the password among its arguments or in its environment'
lacks "$T/said" "$SECRET" 'no message, page or header says it'
lacks "$T/server.err" "$SECRET" 'nor does the log of the server'
is "$(grep -rlF -- "$SECRET" "$V" | wc -l)" 0 'no file of the vault has it'
karte log --json
lacks "$T/out" "$SECRET" 'nor has the journal'

# ---- keys ----------------------------------------------------------------------------------------

karte account list --json
FPR=$(jq -r 'select(.id == "sato") | .key' "$T/out")
matches "$FPR" '^[0-9A-F]{40}$' 'a person has a key'
SHORT=$(mktemp -d /tmp/kg.XXXXXX)
cp -a "$V/gnupg/." "$SHORT/"
echo text >"$T/text"
refuses 'whoever copies the disk cannot sign with it' timeout 20 gpg --homedir "$SHORT" --batch \
	--pinentry-mode loopback --passphrase '' -u "$FPR" --detach-sign -o "$T/sig" "$T/text"
refuses 'not even with the password itself' timeout 20 gpg --homedir "$SHORT" --batch \
	--pinentry-mode loopback --passphrase "$SECRET" -u "$FPR" --detach-sign -o "$T/sig" "$T/text"
gpgconf --homedir "$SHORT" --kill all 2>/dev/null
rm -rf "$SHORT"
is "$(git -C "$V/registry.git" grep -c 'PRIVATE KEY' main -- | wc -l)" 0 'the registry has public keys only'
is "$(find "$V" -type f -perm /077 ! -name key.pub | wc -l)" 0 'no file can be read by others'
is "$(find "$V" -type d -perm /077 | wc -l)" 0 'no folder can be entered by others'
finish
