#!/bin/bash
# docs/audit.md is true: its commands run, one after the other, against a vault served over https,
# and they notice when something is wrong.
# shellcheck disable=SC2317 # again calls functions by their names
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
must_serve
sign_in tanaka yoshida-f okada
SHEET=c7k3m9q2v4/sheets/kyoiku-shien/2026
fetch yoshida-f "/children/$SHEET.pdf"
PRINT=$(pdftotext "$T/body" - | grep -o '[0-9]\+ [0-9a-f]\{4\} [0-9a-f]\{4\} [0-9a-f]\{4\}' | head -n 1)
isnt "$PRINT" '' "a print of today: $PRINT"
open_form tanaka $SHEET "$T/form"
form set "$T/form" f.year-goal 'あとから書いた目標'
send_form tanaka $SHEET "$T/form"
karte account disable kato

# ---- what the auditor gets from the vault --------------------------------------------------------

mkdir "$T/audit" "$T/bin"
ln -s "$ROOT/vault/audit/karte-verify" "$T/bin/karte-verify"
export PYTHONDONTWRITEBYTECODE=1
cp "$V/tls/cert.pem" "$T/audit/cert.pem"
post okada /account/tokens -d name=audit -d scope=children -d days=1 --data-urlencode 'reason=年に一度の監査のため'
grep -o 'class="code-text">[A-Za-z0-9_-]\{86\}<' "$T/body" | sed 's/.*>\(.*\)</\1/' >"$T/audit/token"
is "$(wc -c <"$T/audit/token")" 87 'a token'
awk '$6 == "__Host-karte" { print $6 "=" $7 }' "$T/jar.okada" >"$T/cookie"
cp "$T/cookie" "$T/audit/cookie"
for name in keys.asc keys.csv; do
	fetch okada "/audit/$name"
	cp "$T/body" "$T/audit/$name"
done
post okada /audit/children/c9d4x1e6pj.bundle --data-urlencode 'reason=写しを一つのファイルで'
fetch okada /audit/children/c9d4x1e6pj.bundle
cp "$T/body" "$T/audit/c9d4x1e6pj.bundle"

# ---- the commands of the document ----------------------------------------------------------------

mkdir "$T/blocks"
awk -v to="$T/blocks" '
	/^```sh$/ { on = 1; file = sprintf("%s/%02d", to, ++n); head = title; next }
	/^```$/ { on = 0 }
	/^## / { title = substr($0, 4) }
	on { if (!(file in seen)) { seen[file] = 1; print "# " title >file } print >file }' "$ROOT/docs/audit.md"
BLOCKS=("$T"/blocks/*)
isnt ${#BLOCKS[@]} 1 "the document has ${#BLOCKS[@]} blocks of commands"
is "$(grep -c '^```' "$ROOT/docs/audit.md")" $((2 * ${#BLOCKS[@]})) 'and no block of another kind'

CHILDREN=$(find "$V/children" -name '*.git' -printf '%f\n' | sed 's/[.]git$//' | sort | paste -sd ' ')
# run FOLDER: all blocks, in one shell; says in $T/done which came to their end
run() {
	: >"$T/done"
	{
		for block in "${BLOCKS[@]}"; do
			cat "$block"
			echo "echo $(basename "$block") >>'$T/done'"
		done
	} >"$T/script"
	env -i PATH="$T/bin:$PATH" HOME="$T/audit" LC_ALL=C.UTF-8 TMPDIR="$T" PYTHONDONTWRITEBYTECODE=1 \
		VAULT="$URL" AUDITOR=okada CHILDREN="$CHILDREN" PRINT="$PRINT" FOLDER="$V" \
		bash -c "cd '$1' && set -euo pipefail && . '$T/script'" >"$T/run.out" 2>"$T/run.err"
}
run "$T/audit"
is "$?" 0 'all commands come to their end'
while read -r block; do
	if grep -qx "$(basename "$block")" "$T/done"; then
		pass "$(sed -n '1s/^# //p' "$block"): $(grep -v '^#' "$block" | head -n 1 | cut -c1-60)"
	else
		flunk "$(sed -n '1s/^# //p' "$block"): $(grep -v '^#' "$block" | head -n 1 | cut -c1-60)" \
			"$(tail -n 3 "$T/run.err")" "$(cat "$T/audit/findings" 2>/dev/null)"
	fi
done < <(printf '%s\n' "${BLOCKS[@]}")
is "$(wc -w <<<"$CHILDREN") $(find "$T/audit" -maxdepth 2 -name .git | wc -l)" '12 14' \
	'over all repositories of the demo, cloned over https, and one bundle'
gpgconf --homedir "$T/audit/gnupg" --kill all 2>/dev/null

# ---- and notice what is wrong --------------------------------------------------------------------

# again SENTENCE FIRST COMMAND…: on a copy of the auditor's folder after the command, the block with
# FIRST in it stops.  What was done once is not done again.
again() {
	local sentence=$1 first=$2 stop
	shift 2
	rm -rf "$T/again"
	cp -a "$T/audit" "$T/again"
	rm -rf "$T/again/gnupg" "$T/again/read"
	cp "$T/cookie" "$T/again/cookie"
	(cd "$T/again" && "$@") >/dev/null 2>&1
	# shellcheck disable=SC2016 # the words of the document
	sed -e 's/^tar .*--exclude.*/:/; s/^tar -xf.*/:/; s/^\( *\)git clone .*/\1:/; s/^\( *\)git -C "$repository" \(fetch\|merge\) .*/\1:/' \
		-e 's/^ *git -C registry bundle.*/:/' "$T/script" >"$T/script.again"
	mv "$T/script" "$T/script.full"
	: >"$T/done"
	env -i PATH="$T/bin:$PATH" HOME="$T/again" LC_ALL=C.UTF-8 TMPDIR="$T" PYTHONDONTWRITEBYTECODE=1 \
		VAULT="$URL" AUDITOR=okada CHILDREN="${FEW:-c7k3m9q2v4}" PRINT="${OTHER_PRINT:-$PRINT}" FOLDER="$V" \
		bash -c "cd '$T/again' && set -euo pipefail && . '$T/script.again'" >"$T/run.out" 2>"$T/run.err"
	mv "$T/script.full" "$T/script"
	gpgconf --homedir "$T/again/gnupg" --kill all 2>/dev/null
	stop=$(printf '%s\n' "${BLOCKS[@]##*/}" | grep -vxFf "$T/done" | head -n 1)
	if [ -n "$stop" ] && grep -qF -- "$first" "$T/blocks/$stop"; then
		pass "$sentence"
	else
		flunk "$sentence" "stopped at ${stop:-nothing}: $(sed -n 2p "$T/blocks/${stop:-01}" 2>/dev/null)" "$(tail -n 2 "$T/run.err")"
	fi
}
fake_commit() { git -C c7k3m9q2v4 -c user.name=x -c user.email=x@localhost commit -q --allow-empty -m 'no signature'; }
steal_key() { sed -i 's/,tanaka,/,kobayashi,/' keys.csv; }
shift_key() { sed -i 's/,tanaka,20[0-9][0-9]/,tanaka,2999/' keys.csv; }
edit_record() { sed -i '3s/"decision":"allow"/"decision":"deny"/' journal/bodies/change/*.jsonl; }
drop_record() { sed -i 3d journal/bodies/change/*.jsonl; }
edit_checkpoint() { sed -i -E '5s/^(\S+ \S+ .{10})(.)(.)/\1\3\2/' journal/checkpoint; }
behind() { git -C c7k3m9q2v4 update-ref refs/remotes/origin/main 'HEAD~1'; }
break_object() {
	git -C c7k3m9q2v4 unpack-objects -q < <(cat c7k3m9q2v4/.git/objects/pack/*.pack)
	chmod -R u+w c7k3m9q2v4/.git/objects
	printf x | dd of="$(find c7k3m9q2v4/.git/objects/pack -name '*.pack')" bs=1 seek=300 conv=notrunc
}
again 'an object that is damaged' 'fsck' break_object
again 'a commit without a signature' 'object.asc' fake_commit
again 'a key of somebody else' 'verify-commit' steal_key
again 'a key that was not good yet' 'verify-commit' shift_key
# shellcheck disable=SC2016 # the words of the document
again 'a record that was edited' 'root "$size"' edit_record
again 'a record that was taken out' 'jq -n' drop_record
again 'a checkpoint that nobody signed' 'openssl' edit_checkpoint
OTHER_PRINT="${PRINT%% *} 0123 4567 89ab" again 'a print of another history' 'PRINT' true
again 'a clone that is behind the journal' 'cmp logged' behind
stop TERM
finish
