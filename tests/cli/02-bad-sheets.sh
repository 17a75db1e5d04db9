#!/bin/bash
# A file that is wrong is refused with its place, and nothing in the vault changes.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
CHILD=c7k3m9q2v4 SHEET=kyoiku-shien/2026
password tanaka >"$T/pw"
karte sheet get $CHILD $SHEET
cp "$T/out" "$T/good.md"

# all that is written anywhere: refs and objects of every repository, and every record
state() {
	find "$V/children" "$V/registry.git" -type f | sort | xargs -d '\n' sha256sum
	"$KARTE" -C "$V" log --json
}
state >"$T/before"

put() { # FILE [CHILD [SHEET]]
	karte sheet put "${2:-$CHILD}" "${3:-$SHEET}" "$1" --as tanaka --password-file "$T/pw" \
		--reason 見直した
}

# bad SENTENCE PLACE [CHILD [SHEET]]: $T/bad.md is refused at LINE:COL ("" where a file has no place)
bad() {
	local sentence=$1 place=$2
	shift 2
	put "$T/bad.md" "$@"
	is "$RC" 65 "$sentence: exit 65"
	if [ -n "$place" ]; then
		matches "$(head -n 1 "$T/err")" "bad\\.md:$place: [a-z0-9.-]+: ." "$sentence: at $place"
	else
		matches "$(head -n 1 "$T/err")" 'bad\.md(:[0-9]+:[0-9]+)?: [a-z0-9.-]+: .' "$sentence: says what"
	fi
	is "$(wc -c <"$T/out")" 0 "$sentence: no version"
	state >"$T/after"
	same "$T/before" "$T/after" "$sentence: nothing has changed"
}

# edit SED-EXPRESSION…: $T/bad.md is the good file with these changes
edit() {
	sed "$@" "$T/good.md" >"$T/bad.md"
}
line() { # TEXT: the first line of $T/bad.md that has it
	grep -n -F -m 1 -- "$1" "$T/bad.md" | cut -d : -f 1
}

# ---- the head ------------------------------------------------------------------------------------

edit 's/^status: .*/status: [draft/'
bad 'broken YAML' '[0-9]+:[0-9]+'
edit 's/^title: /title: "/'
bad 'a quotation mark that is never closed' '[0-9]+:[0-9]+'
{ printf -- '---\na: &a [x,x,x,x,x,x,x,x,x]\n'
	for i in b c d e f g h i; do
		printf '%s: &%s [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n' $i $i
	done
	printf -- '---\n'
} >"$T/bad.md"
bad 'a billion laughs' '2:[0-9]+'
{ printf -- '---\nkarte: '; head -c 100000 /dev/zero | tr '\0' '['; printf '\n---\n'; } >"$T/bad.md"
bad 'a hundred thousand brackets' '[0-9]+:[0-9]+'
edit 's/^title:/nothing: x\ntitle:/'
bad 'an unknown key' "$(line nothing):1"
edit 's/^  grade:/  nothing: x\n  grade:/'
bad 'an unknown field' "$(line nothing):3"
edit 's/^title:/title: x\ntitle:/'
bad 'a key twice' '[0-9]+:1'
edit 's/^  recorded-on: .*/  recorded-on: 2026-02-30/'
bad 'a day that does not exist' "$(line 2026-02-30):16"
edit 's/^  recorded-on: .*/  recorded-on: 2026-13-01/'
bad 'a month that does not exist' "$(line 2026-13-01):16"
edit 's/^  resource-hours: .*/  resource-hours: 99/'
bad 'a number out of range' "$(line 'resource-hours: 99'):[0-9]+"
edit 's/^  grade: .*/  grade: es9/'
bad 'a choice that is none' "$(line 'grade: es9'):[0-9]+"
edit 's/^  individual-hours.*//; s/^  resource-hours: .*/&\n  individual-hours: 9/'
bad 'a value that is computed' "$(line individual-hours):[0-9]+"
edit 's/^status: .*/status: done/'
bad 'a state that is none' "$(line 'status: done'):[0-9]+"
edit 's/^type-version: .*/type-version: 99/'
bad 'a version of the type that is not there' '[0-9]+:[0-9]+'
edit 's/^type: .*/type: nothing/'
bad 'a type that is not there' '[0-9]+:[0-9]+'
edit 's/^karte: 1/karte: 2/'
bad 'another format' '2:[0-9]+'
edit 1d
bad 'no head' '1:1'
: >"$T/bad.md"
bad 'an empty file' '1:1'

# ---- whose it is ---------------------------------------------------------------------------------

edit 's/^child: .*/child: c2h8r5t0wn/'
bad 'a sheet of another child' ''
edit 's/^child: .*/child: ..\/..\/x/'
bad 'a child that climbs' "$(line 'child: ..'):[0-9]+"
edit 's/^id: .*/id: "..\/2026"/'
bad 'an id that climbs' "$(line 'id: "../2026"'):[0-9]+"
edit 's/^type: .*/type: ..\/kyoiku-shien/'
bad 'a type that climbs' "$(line 'type: ..'):[0-9]+"
edit 's/^institution: .*/institution: ..\/x/'
bad 'an institution that climbs' "$(line 'institution: ..'):[0-9]+"
edit 's/^id: .*/id: "2027"/'
bad 'another sheet' ''
edit 's/^id: .*/id: "99999"/'
bad 'an id that does not fit the period' '[0-9]+:[0-9]+'

# ---- the body ------------------------------------------------------------------------------------

edit 's/^## 学校での支援/## 支援の方向と目標/'
bad 'two sections of one name' '[0-9]+:1'
edit 's/^## 学校での支援/## そんな区分はない/'
bad 'a section that is none' "$(line そんな区分):1"
edit 's/^### 支援の方向/### そんな欄はない/'
bad 'a field that is none' "$(line そんな欄):1"
edit 's/^### 支援の目標/### 支援の方向/'
bad 'two fields of one name' '[0-9]+:1'
edit 's/^## 学校での支援/# 学校での支援/'
bad 'a heading of the first level' "$(grep -n '^# 学校' "$T/bad.md" | cut -d : -f 1):1"
edit 's/^### 支援の方向/どの欄でもない文\n\n&/'
bad 'text outside of a field' "$(line どの欄でもない):1"
{ sed '/^### 支援の方向/q' "$T/good.md"; echo; head -c 10000 /dev/zero | tr '\0' '>'; echo x; } >"$T/bad.md"
bad 'ten thousand nested quotations' '[0-9]+:[0-9]+'
{ sed '/^### 支援の方向/q' "$T/good.md"; echo; head -c 10485760 /dev/zero | tr '\0' a; echo; } >"$T/bad.md"
bad 'a line of ten megabytes' ''
{ sed '/^### 支援の方向/q' "$T/good.md"; echo; head -c 500000 /dev/zero | tr '\0' '['; echo; } >"$T/bad.md"
bad 'half a million brackets' '[0-9]+:[0-9]+'
{ sed '/^### 支援の方向/q' "$T/good.md"; echo; for ((i = 0; i < 2000; i++)); do echo -n 'とても長い文。'; done; echo; } >"$T/bad.md"
bad 'more letters than the field takes' '[0-9]+:[0-9]+'

# ---- the bytes -----------------------------------------------------------------------------------

{ sed '/^### 支援の方向/q' "$T/good.md"; printf '\na\0b\n'; } >"$T/bad.md"
bad 'a NUL' '[0-9]+:2'
{ sed '/^### 支援の方向/q' "$T/good.md"; printf '\na\xff\xfe\n'; } >"$T/bad.md"
bad 'what is not UTF-8' '[0-9]+:2'
{ sed '/^### 支援の方向/q' "$T/good.md"; printf '\n\xe3\x81\n'; } >"$T/bad.md"
bad 'half a character' '[0-9]+:1'
{ sed '/^### 支援の方向/q' "$T/good.md"; printf '\n\xed\xa0\x80\n'; } >"$T/bad.md"
bad 'a surrogate' '[0-9]+:1'
iconv -f UTF-8 -t UTF-16 <<<'kyoiku' >"$T/bad.md"
bad 'UTF-16' '1:1'
head -c 100000 /dev/urandom >"$T/bad.md"
bad 'noise' ''

# ---- names on the command line -------------------------------------------------------------------

for name in ../2026 kyoiku-shien/../2026 kyoiku-shien kyoiku-shien/ /2026 KYOIKU/2026 kyoiku-shien/2026/x; do
	put "$T/good.md" $CHILD "$name"
	is "$RC" 64 "the sheet «$name»: exit 64"
done
for child in ../c7k3m9q2v4 c7k3m9q2v4.git ../../registry c000000000 C7K3M9Q2V4 ''; do
	karte sheet put "$child" $SHEET "$T/good.md" --as tanaka --password-file "$T/pw"
	matches "$RC" '^6[56]$' "the child «$child»: exit $RC"
	karte sheet get "$child" $SHEET
	is "$RC" 66 "reading of «$child»: exit 66"
done
state >"$T/after"
same "$T/before" "$T/after" 'names that are none change nothing'

# ---- what is not this person's to write ----------------------------------------------------------

heads() {
	for_each=$(find "$V/children" -name '*.git' | sort)
	for r in $for_each; do git -C "$r" rev-parse main; done
}
heads >"$T/heads"
forbidden() { # SENTENCE WHO CHILD SHEET: $T/bad.md
	password "$2" >"$T/pw2"
	karte sheet put "$3" "$4" "$T/bad.md" --as "$2" --password-file "$T/pw2"
	is "$RC" 77 "$1: exit 77"
	heads >"$T/now"
	same "$T/heads" "$T/now" "$1: nothing is written"
}
edit 's/^  class-name: .*/  class-name: 8組/'
forbidden 'a teacher of another school' yamamoto $CHILD $SHEET
forbidden 'a family, of a sheet that is final' yoshida-f $CHILD $SHEET
forbidden 'the board, which only reads' shimizu $CHILD $SHEET
forbidden 'the health centre, with whom it is shared' mori $CHILD $SHEET
forbidden 'the auditor' okada $CHILD $SHEET
forbidden 'the administrator' fujii $CHILD $SHEET
edit 's/^institution: .*/institution: minamizaka-gakuen/'
forbidden 'a sheet does not move to another institution' tanaka $CHILD $SHEET
karte sheet get c2h8r5t0wn shugaku-shien/2026
cp "$T/out" "$T/draft.md"
sed 's/^status: .*/status: review/' "$T/draft.md" >"$T/bad.md"
forbidden 'a family does not change the state' yoshida-f c2h8r5t0wn shugaku-shien/2026
sed 's/^  class-name: .*/  class-name: よその組/' "$T/draft.md" >"$T/bad.md"
forbidden 'a family does not change what the nursery writes' yoshida-f c2h8r5t0wn shugaku-shien/2026
karte sheet get c3m8v1q7sb shugaku-shien/2026
sed 's/^  class-name: .*/  class-name: よその組/' "$T/out" >"$T/bad.md"
forbidden 'therapists, of a sheet that is not shared' hayashi c3m8v1q7sb shugaku-shien/2026
karte log --json --event sheet.write
isnt "$(grep -c '"decision":"deny"' "$T/out")" 0 'refusals are recorded'

# ---- and what is good, though it looks odd -------------------------------------------------------

# shellcheck disable=SC2016 # the fences of a code block
edit '/^### 支援の方向/,/^###/ s/^本人が書いた.*/```\n## 区分ではない\n```\n\n> ### 見出しではない/'
put "$T/bad.md"
is "$RC" 0 'headings in code blocks and quotations are text'
verified 'and all is still proven'
finish
