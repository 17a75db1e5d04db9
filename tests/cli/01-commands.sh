#!/bin/bash
# A vault from nothing by commands alone: what they print, what they refuse, and how they exit.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
printf 'asa-gohan-wa-pan-datta\nnot this line\n' >"$T/pw"

# exits CODE SENTENCE ARGUMENT…; a failure says why on stderr, beginning with "karte: "
exits() {
	local want=$1 sentence=$2
	shift 2
	karte "$@"
	is "$RC" "$want" "$sentence: exit $want"
	[ "$want" = 0 ] || {
		matches "$(grep '^karte: ' "$T/err" | head -n 1)" '^karte: ' "$sentence: says why"
		is "$(wc -c <"$T/out")" 0 "$sentence: and nothing on standard output"
	}
}

# ---- help and usage ------------------------------------------------------------------------------

"$KARTE" --help >"$T/help"
is $? 0 '--help is good'
"$KARTE" --version >"$T/out"
is "$?" 0 '--version is good'
matches "$(cat "$T/out")" '^karte [0-9]' 'and names the version'
commands=$(sed -n 's/^    {"\([a-z]*\)",.*/\1/p' "$ROOT/vault/cmd/table.c")
isnt "$commands" '' 'the table of commands can be read'
for command in $commands; do
	has "$T/help" "  $command " "--help lists $command"
	"$KARTE" "$command" --help >"$T/out" 2>"$T/err"
	is "$? $(wc -c <"$T/err")" '0 0' "$command --help is good and silent on stderr"
	has "$T/out" "karte [-C VAULT] $command" "$command --help shows how it is written"
	"$KARTE" "$command" --no-such-option >"$T/out" 2>"$T/err"
	is "$? $(wc -c <"$T/out")" '64 0' "$command refuses an option that it does not know: exit 64"
	has "$T/err" '--no-such-option' "$command names it"
done
for arguments in '' 'frobnicate' '--frobnicate' '-C' 'log' 'child list'; do
	# shellcheck disable=SC2086 # words
	"$KARTE" $arguments >"$T/out" 2>"$T/err"
	is "$?" 64 "karte $arguments: exit 64"
	isnt "$(wc -c <"$T/err")" 0 "karte $arguments: says why"
done
"$KARTE" -C "$T/none" log 2>"$T/err"
is "$?" 66 'a vault that is not there: exit 66'
mkdir "$T/empty"
"$KARTE" -C "$T/empty" log 2>"$T/err"
is "$?" 66 'a folder that is no vault: exit 66'

# ---- init ----------------------------------------------------------------------------------------

"$KARTE" init "$V" --hostname karte.example.jp --admin suzuki --password-file "$T/pw" 2>"$T/err"
is "$?" 0 'init makes a vault'
"$KARTE" init "$V" 2>"$T/err"
is "$?" 73 'but not over another: exit 73'
is "$(stat -c %a "$V" "$V/tls/key.pem" "$V/journal/key" "$V/vault.db" "$V/gnupg" | paste -sd ' ')" \
	'700 600 600 600 700' 'nobody else can read it'
has "$V/karte.yaml" 'hostname: karte.example.jp' 'it has the name that was asked for'
KARTE_VAULT=$V "$KARTE" account list --json >"$T/out"
is "$? $(jq -r '[.id, .role, .disabled] | join(" ")' "$T/out")" '0 suzuki admin false' \
	'KARTE_VAULT stands in for -C'

# ---- institutions --------------------------------------------------------------------------------

exits 0 'an institution' institution add hikari --kind nursery --name 'ひかり "園"'
exits 0 'another' institution add aozora --kind school --name あおぞら小学校
exits 0 'a third' institution add kita --kind school --name きた小学校
exits 73 'the same again' institution add hikari --kind nursery --name x
exits 65 'an id that climbs' institution add ../hikari --kind nursery --name x
exits 65 'an id of capitals' institution add Hikari --kind nursery --name x
exits 65 'a kind that is none' institution add x --kind admin --name x
exits 65 'no name' institution add x --kind nursery --name ''
exits 64 'no id' institution add --kind nursery --name x
karte institution list --json
is "$(jq -r '[.id, .kind, .name] | join("|")' "$T/out" | sort | paste -sd ';')" \
	'aozora|school|あおぞら小学校;hikari|nursery|ひかり "園";kita|school|きた小学校' 'the list as JSON'
exits 0 'closing one' institution close aozora
exits 73 'closing it twice' institution close aozora
exits 66 'closing none' institution close nothing

# ---- accounts ------------------------------------------------------------------------------------

exits 0 'an account' account add sato --role staff --institution hikari --name '佐藤 花' \
	--kana 'さとう はな' --password-file "$T/pw"
exits 73 'the same again' account add sato --role staff --institution hikari --name x --password-file "$T/pw"
exits 0 'a family' account add ito-f --role household --name '伊藤 空' --password-file "$T/pw"
exits 0 'another' account add kato-f --role household --name '加藤 海' --password-file "$T/pw"
exits 66 'staff of nowhere' account add x --role staff --institution none --name x --password-file "$T/pw"
exits 65 'a role that is none' account add x --role king --name x --password-file "$T/pw"
exits 65 'an id that climbs' account add ../x --role auditor --name x --password-file "$T/pw"
exits 65 'a name of two lines' account add x --role auditor --name $'a\nb' --password-file "$T/pw"
exits 65 'a name with an address in it' account add x --role auditor --name 'a <b@c>' --password-file "$T/pw"
for password in short 12345678901234 password123456; do
	printf '%s\n' "$password" >"$T/weak"
	exits 65 "the password «$password»" account add x --role auditor --name x --password-file "$T/weak"
done
: >"$T/weak"
exits 64 'an empty password' account add y --role auditor --name x --password-file "$T/weak"
exits 66 'a password file that is not there' account add y --role auditor --name x --password-file "$T/nothing"
exits 64 'no password and no terminal' account add y --role auditor --name x
"$KARTE" -C "$V" account add y --role auditor --name Y --password-file - <"$T/pw" 2>"$T/err"
is "$?" 0 'a password from standard input'
karte account list --json
is "$(jq -r 'select(.id == "sato") | [.role, .institution, .name, .kana] | join("|")' "$T/out")" \
	'nursery|hikari|佐藤 花|さとう はな' 'the list has the role that an institution gives'
karte account list
has "$T/out" 'sato' 'the list for people too'
exits 0 'stopping one' account disable y
exits 73 'stopping it twice' account disable y
exits 66 'stopping none' account disable nobody
karte account list --json
is "$(jq -r 'select(.id == "y") | .disabled' "$T/out")" true 'it is stopped'
exits 0 'giving it out again' account reset y --password-file "$T/pw"
is "$(git -C "$V/registry.git" grep -h until: main -- keys | wc -l)" 1 'its old key is good no more'
old=$(git -C "$V/registry.git" log --format=%H main | wc -l)
exits 66 'giving out none' account reset nobody --password-file "$T/pw"
is "$(git -C "$V/registry.git" log --format=%H main | wc -l)" "$old" 'a refusal writes nothing'

# ---- children ------------------------------------------------------------------------------------

exits 0 'a child' child add --name '見本 空' --kana 'みほん そら' --born 2021-04-02 --sex female
CHILD=$(cat "$T/out")
matches "$CHILD" '^c[0-9a-hjkmnp-tv-z]{9}$' 'its id is random and tells nothing'
exits 73 'the same id again' child add --name x --kana x --born 2021-04-02 --sex female --id "$CHILD"
exits 65 'a day that does not exist' child add --name x --kana x --born 2021-02-29 --sex female
exits 65 'no name' child add --kana x --born 2021-04-02 --sex female
exits 65 'an id that climbs' child add --name x --kana x --born 2021-04-02 --sex female --id ../x
exits 65 'an id of another form' child add --name x --kana x --born 2021-04-02 --sex female --id cIIIIIIIII
exits 65 'a sex that is none' child add --name x --kana x --born 2021-04-02 --sex x
exits 0 'an enrolment' enrol "$CHILD" hikari --from 2026-04-01
exits 66 'at an institution that is none' enrol "$CHILD" nowhere --from 2026-04-01
exits 66 'of a child that is none' enrol c000000000 hikari --from 2026-04-01
exits 66 'of what is no child' enrol ../../x hikari --from 2026-04-01
exits 65 'from a day that is none' enrol "$CHILD" kita --from 2026-13-01
exits 64 'without a day' enrol "$CHILD" hikari
exits 0 'a guardian' guardian "$CHILD" ito-f --relation mother
exits 65 'who is no family' guardian "$CHILD" sato --relation mother
exits 65 'of a relation that is none' guardian "$CHILD" kato-f --relation boss
exits 66 'who has no account' guardian "$CHILD" nobody --relation mother
karte child show "$CHILD" --json
is "$(jq -r '[.name, .born, .sex, .enrolments[0].institution, .enrolments[0].from,
	.guardians[0].account, .guardians[0].relation] | join("|")' "$T/out")" \
	'見本 空|2021-04-02|female|hikari|2026-04-01|ito-f|mother' 'all of it as JSON'
is "$(jq -r .version "$T/out")" "$(head_of "$CHILD")" 'with the version of the repository'
karte child list --json
is "$(jq -r .id "$T/out")" "$CHILD" 'the list has it'
exits 66 'showing what is no child' child show ../../registry

# ---- sheets --------------------------------------------------------------------------------------

cat >"$T/sheet.md" <<END
---
karte: 1
type: shugaku-shien
type-version: 1
id: "2026"
child: $CHILD
title: 就学（園）支援シート 令和8年度
institution: hikari
status: draft
values:
  class-age: age4
---

## 好きなことと活動

### 興味・関心

\`\`\`
## 見出しではない
\`\`\`

虫の観察が好きです。
END
PUT=(sheet put "$CHILD" shugaku-shien/2026 "$T/sheet.md" --as sato --password-file "$T/pw")
exits 0 'a sheet is put' "${PUT[@]}" --reason 'はじめに'
VERSION=$(cat "$T/out")
is "$VERSION" "$(head_of "$CHILD")" 'its version is printed'
is "$(git -C "$(repo "$CHILD")" log -1 --format='%an %ae|%s' main)" \
	'佐藤 花 sato@karte.example.jp|shugaku-shien/2026: create' 'the person wrote it'
exits 0 'it comes out again' sheet get "$CHILD" shugaku-shien/2026
same "$T/sheet.md" "$T/out" 'byte for byte, a heading in a code block too'
exits 0 'for a role' sheet get "$CHILD" shugaku-shien/2026 --role household
has "$T/out" '虫の観察' 'as text'
exits 73 'the same file again changes nothing' "${PUT[@]}"
exits 0 'the list' sheet list "$CHILD" --json
is "$(jq -r '[.type, .id, .status, .version, .account] | join("|")' "$T/out")" \
	"shugaku-shien|2026|draft|$VERSION|sato" 'has it'
CLOCK=$(find /usr/lib -name libfaketimeMT.so.1 2>/dev/null | head -n 1)
if [ -z "${SANITIZED:-}" ]; then # which does not run under a moved clock
	[ -n "$CLOCK" ] || give_up 'libfaketime is not there (Debian package faketime)'
	cp -a "$V" "$T/hasty"
	sed 's/虫の観察/虫と石の観察/' "$T/sheet.md" >"$T/hasty.md"
	LD_PRELOAD=$CLOCK FAKETIME='+0 x2000' "$KARTE" -C "$T/hasty" sheet put "$CHILD" shugaku-shien/2026 \
		"$T/hasty.md" --as sato --password-file "$T/pw" >/dev/null 2>"$T/err"
	is $? 0 'a save while the clock runs very fast'
	"$KARTE" -C "$T/hasty" sheet list "$CHILD" --json >"$T/hasty.before"
	"$KARTE" -C "$T/hasty" reindex >/dev/null 2>&1
	"$KARTE" -C "$T/hasty" sheet list "$CHILD" --json >"$T/hasty.after"
	lacks "$T/hasty.before" "$VERSION" 'makes a version'
	same "$T/hasty.before" "$T/hasty.after" 'whose time is that of its commit, also in a new index'
fi
exits 64 'without a person' sheet put "$CHILD" shugaku-shien/2026 "$T/sheet.md"
printf 'wrong-password-of-sato\n' >"$T/weak"
exits 77 'with a wrong password' sheet put "$CHILD" shugaku-shien/2026 "$T/sheet.md" --as sato --password-file "$T/weak"
exits 77 'as somebody unknown' sheet put "$CHILD" shugaku-shien/2026 "$T/sheet.md" --as x-x --password-file "$T/pw"
exits 66 'a file that is not there' sheet put "$CHILD" shugaku-shien/2026 "$T/none.md" --as sato --password-file "$T/pw"
exits 66 'a sheet that is not there' sheet get "$CHILD" shugaku-shien/2020
exits 64 'a name that climbs' sheet get "$CHILD" ../../x
exits 64 'a role that is none' sheet get "$CHILD" shugaku-shien/2026 --role king
for who in admin auditor; do
	exits 77 "for $who there is nothing" sheet get "$CHILD" shugaku-shien/2026 --role $who
done

# ---- log, verify, reindex ------------------------------------------------------------------------

exits 0 'the journal' log --json
is "$(jq -r .n "$T/out" | tail -n 1)" "$(($(wc -l <"$T/out") - 1))" 'is numbered without a gap'
is "$(jq -r 'select(.event == "sheet.create") | [.account, .child, .object, .new] | join("|")' "$T/out")" \
	"sato|$CHILD|shugaku-shien/2026|$VERSION" 'and has the sheet'
is "$(jq -r 'select(.event == "account.add") | .account' "$T/out" | sort -u)" "os:$(id -un)" \
	'what a command did is recorded under the user of the system'
exits 0 'by event' log --json --event sheet.get
is "$(jq -r .event "$T/out" | sort -u)" sheet.get 'only those'
exits 64 'a day that is none' log --from yesterday
exits 0 'the proof' verify --json
is "$(jq -r '.findings' "$T/out")" 0 'finds nothing'
is "$(jq -r '.repositories' "$T/out")" 2 'in two repositories'
exits 64 'a checkpoint that is none' verify --checkpoint xyz
exits 0 'of one child' verify --child "$CHILD"
for part in institution account child; do
	karte $part list --json
	cp "$T/out" "$T/before.$part"
done
karte sheet list "$CHILD" --json
cp "$T/out" "$T/before.sheet"
exits 0 'reindex' reindex
for part in institution account child; do
	karte $part list --json
	same "$T/before.$part" "$T/out" "afterwards the list of $part is the same"
done
karte sheet list "$CHILD" --json
same "$T/before.sheet" "$T/out" 'and that of sheets'

# ---- configuration -------------------------------------------------------------------------------

cp "$V/karte.yaml" "$T/karte.yaml"
for line in 'nothing: 1' 'threads: 9' 'url: [1]' '- x' "$(printf '\t')x: 1"; do
	printf '%s\n' "$line" >>"$V/karte.yaml"
	exits 78 "karte.yaml with «$line»" log
	matches "$(head -n 1 "$T/err")" 'karte\.yaml:[0-9]+:[0-9]+: ' 'and where'
	cp "$T/karte.yaml" "$V/karte.yaml"
done
sed -i 's/^threads:.*/threads: 0/' "$V/karte.yaml"
exits 78 'a value out of range' log
finish
