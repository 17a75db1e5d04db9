#!/bin/bash
# The generator without a vault: render, build, check and reach; what they make, what they refuse
# with file, line and column, and that a refusal changes nothing on disk.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

export XDG_STATE_HOME=$T/state
types=$ROOT/content/types theme=$ROOT/themes/standard
mkdir -p "$T/sheets"
cp -R "$ROOT/content/demo/sheets/c7k3m9q2v4" "$ROOT/content/demo/sheets/c2h8r5t0wn" "$T/sheets"
good=$T/sheets/c7k3m9q2v4/kyoiku-shien/2026.md
cp "$good" "$T/good.md"

# run ARGUMENT…: without a vault; $RC, $T/out and $T/err are what came of it
run() {
	timeout 120 "$KARTE" "$@" >"$T/out" 2>"$T/err" </dev/null
	RC=$?
}
check() {
	run check --types "$types" "$@"
}
render() {
	run render --types "$types" --theme "$theme" "$@"
}
build() { # FOLDER ARGUMENT…
	local out=$1
	shift
	run build -o "$out" --sheets "$T/sheets" --types "$types" --theme "$theme" "$@"
}
# state FOLDER: every file with its time and content
state() {
	find "$1" ! -type d -printf '%P %T@\n' | sort
	find "$1" -type d -printf '%P\n' | sort
	find "$1" -type f -print0 | sort -z | xargs -0r sha256sum
}

# ---- check ---------------------------------------------------------------------------------------

check "$types"/*/*.yaml "$T"/sheets/*/*/*.md
is "$RC $(wc -c <"$T/out") $(wc -c <"$T/err")" '0 0 0' 'what is shipped passes, in silence'
check "$good" "$T/none.md"
is "$RC" 66 'a file that is not there: exit 66'
has "$T/err" "none.md: file.read: " 'and it is named'
check "$T"
is "$RC" 74 'a folder is no file: exit 74'
run check "$good" --types "$T/none"
is "$RC" 78 'types that are not there: exit 78'
check
is "$RC" 64 'nothing to check: exit 64'

# ---- render --------------------------------------------------------------------------------------

secret='検討したこと'
render "$good" --role school
is "$RC" 0 'a page for the school'
has "$T/out" '<!DOCTYPE html>' 'is a whole document'
has "$T/out" "$secret" 'with what the school talks about'
render "$good" --role household
is "$RC" 0 'a page for the family'
lacks "$T/out" "$secret" 'without it'
has "$T/out" 'href="assets/style.' 'names its style beside it'
render "$good" --role household --assets /static
has "$T/out" 'href="/static/style.' 'or where it is told'
render "$good" --role household --format text
is "$RC" 0 'the lines of the printed page'
lacks "$T/out" "$secret" 'hide the same'
render "$ROOT/tests/cases/hoiku-shien/01.md" --role nursery --format text
has "$T/out" '・言葉だけの指示では理解できないため、集団生活に支障がある' 'a check list has a line for each sentence'
SOURCE_DATE_EPOCH=1790000000 render "$good" --role household --format pdf -o "$T/one.pdf"
is "$RC $(head -c 5 "$T/one.pdf")" '0 %PDF-' 'a PDF'
SOURCE_DATE_EPOCH=1790000000 render "$good" --role household --format pdf -o "$T/two.pdf"
same "$T/one.pdf" "$T/two.pdf" 'the same again, to the byte'
mkdir "$T/pages"
render "$T"/sheets/c7k3m9q2v4/kyoiku-shien/*.md --role school -o "$T/pages"
is "$RC" 0 'several files into a folder'
is "$(cd "$T/pages" && echo *.html)" '2024.html 2025.html 2026.html' 'each under its name'
style=$(sed -n 's/.*href="\(assets\/style[^"]*\)".*/\1/p' "$T/pages/2026.html")
holds 'and the style is there' test -s "$T/pages/$style"
render "$T"/sheets/*/*/*.md --role school -o "$T/pages"
is "$RC" 64 'two files of one name: exit 64'
render "$good" "$good" --role school
is "$RC" 64 'several files and no folder: exit 64'
render "$good"
is "$RC" 64 'nobody to read it: exit 64'
render "$good" --role king
is "$RC" 64 'a role that is none: exit 64'
render "$good" --role school --format docx
is "$RC" 64 'a form that is none: exit 64'
render "$good" --role admin
is "$RC $(wc -c <"$T/out")" '77 0' 'who may read nothing gets nothing: exit 77'
render "$T/none.md" --role school
is "$RC" 66 'a file that is not there: exit 66'
render "$good" --role school --format text -o "$T/folders/to/make.txt"
is "$RC $(ls "$T/folders/to")" '0 make.txt' 'folders on the way are made'

# ---- build ---------------------------------------------------------------------------------------

build "$T/site" --role school --pages "$ROOT/content/pages"
is "$RC" 0 'a site for the school'
has "$T/site/index.html" 'href="children/c7k3m9q2v4/index.html"' 'its first page leads to a child'
has "$T/site/children/c7k3m9q2v4/index.html" 'href="kyoiku-shien/2026.html"' 'and that to a sheet'
# every link and every style of every page leads to a file
dead=0
while IFS= read -r page; do
	while IFS= read -r to; do
		[ -e "$(dirname "$page")/${to%%#*}" ] || dead=$((dead + 1))
	done < <(grep -o 'href="[^"]*"' "$page" | sed 's/^href="//; s/"$//' | grep -v -e '^#' -e '^https:')
done < <(find "$T/site" -name '*.html')
is "$dead" 0 'no link is dead, from a folder, without a server'
is "$(grep -rlE '<script|(src|href)="/' "$T/site" --include '*.html' | wc -l)" 0 'and nothing needs one'
state "$T/site" >"$T/before"
build "$T/site" --role school --pages "$ROOT/content/pages" --json
# two sheets of the nursery leave nothing for a school by which the next build could know them
matches "$(cat "$T/out")" '"parsed":2,"rendered":0,' 'a second build does nothing'
state "$T/site" >"$T/after"
same "$T/before" "$T/after" 'and writes nothing'
echo mine >"$T/site/mine.txt"
build "$T/site" --role household --json
matches "$(cat "$T/out")" '"kept":4,' 'for another role all pages are made anew; assets stay'
is "$(grep -rlF "$secret" "$T/site" | wc -l)" 0 'and nothing of the first is left'
is "$(cat "$T/site/mine.txt")" mine 'but a file that is not ours is'
sed -i 's/^  class-name: .*/  class-name: 9組/' "$good"
build "$T/site" --role household --json
matches "$(cat "$T/out")" '"parsed":1,"rendered":1,' 'a changed sheet makes one page'
gone=$(find "$T/site/children/c2h8r5t0wn" -type f | wc -l)
rm -r "$T/sheets/c2h8r5t0wn"
build "$T/site" --role household --json
matches "$(cat "$T/out")" "\"removed\":$gone}" 'sheets that are gone go, with their list'
holds 'and their folder' test ! -e "$T/site/children/c2h8r5t0wn"
mkdir "$T/thesis"
echo mine >"$T/thesis/one.tex"
build "$T/thesis" --role school
is "$RC $(ls -A "$T/thesis")" '73 one.tex' 'a folder with other things in it: exit 73'
run build --role school -o "$T/x" --types "$types" --theme "$theme"
is "$RC" 64 'nothing to build from: exit 64'
build "$T/x" --role school --child c7k3m9q2v4
is "$RC" 64 'a child, and no vault: exit 64'
run build --role school -o "$T/x" --sheets "$T/none" --types "$types" --theme "$theme"
is "$RC" 66 'a folder that is not there: exit 66'
build "$T/site" --role school --theme "$T/none"
is "$RC" 78 'a theme that is not there: exit 78'
build ''
is "$RC" 64 'no folder: exit 64'

# ---- what is wrong is refused with its place -----------------------------------------------------

build "$T/site" --role school
is "$RC" 0 'the site before'
state "$T/site" >"$T/before"

# bad SENTENCE PLACE: the sheet $good is refused at LINE:COL by check, render and build
bad() {
	local place=${2:+:$2}
	check "$good"
	is "$RC" 65 "$1: exit 65"
	matches "$(head -n 1 "$T/err")" "2026\\.md$place: [a-z0-9.-]+: ." "$1: check says where"
	render "$good" --role school -o "$T/bad.html"
	is "$RC" 65 "$1: render exits 65"
	matches "$(head -n 1 "$T/err")" "2026\\.md$place: [a-z0-9.-]+: ." "$1: render says where"
	holds "$1: render writes nothing" test ! -e "$T/bad.html"
	build "$T/site" --role school
	is "$RC" 65 "$1: build exits 65"
	matches "$(head -n 1 "$T/err")" "2026\\.md$place: [a-z0-9.-]+: ." "$1: build says where"
	state "$T/site" >"$T/after"
	same "$T/before" "$T/after" "$1: the site is as it was"
	build "$T/new" --role school
	holds "$1: and no new one begun" test ! -e "$T/new"
}
edit() { # SED-ARGUMENT…: the good sheet with these changes
	sed "$@" "$T/good.md" >"$good"
}
after() { # TEXT…: the good sheet up to a field, then the output of a command
	sed '/^### 支援の方向/q' "$T/good.md" >"$good"
	echo >>"$good"
	"$@" >>"$good"
}
# shellcheck disable=SC2317 # called by after
many() { # COUNT CHARACTER
	head -c "$1" /dev/zero | tr '\0' "$2"
	echo
}
bomb() {
	printf -- '---\na: &a [x,x,x,x,x,x,x,x,x]\n'
	for name in b c d e f g h i; do
		printf '%s: &%s [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n' $name $name
	done
	printf -- '---\n'
}

edit 's/^status: .*/status: [draft/'
bad 'broken YAML' '[0-9]+:[0-9]+'
bomb >"$good"
bad 'a YAML bomb' '2:[0-9]+'
after many 10485760 a
bad 'a line of ten megabytes' ''
after printf 'a\0b\n'
bad 'a NUL' '[0-9]+:2'
after printf 'a\xff\xfe\n'
bad 'what is not UTF-8' '[0-9]+:2'
edit 's/^title:/nothing: x\ntitle:/'
bad 'an unknown key' '[0-9]+:1'
edit 's/^## 学校での支援/## 支援の方向と目標/'
bad 'two sections of one name' '[0-9]+:1'
after many 10000 '>'
bad 'ten thousand nested quotations' '[0-9]+:[0-9]+'
edit 's/^  recorded-on: .*/  recorded-on: 2026-02-30/'
bad 'a day that does not exist' '[0-9]+:16'
edit 's/^id: .*/id: "..\/..\/2026"/'
bad 'an id that climbs' '[0-9]+:[0-9]+'
edit 's/^child: .*/child: ..\/x/'
bad 'a child that climbs' '[0-9]+:[0-9]+'

edit 's/^child: .*/child: c2h8r5t0wn/'
build "$T/site" --role school
is "$RC" 65 'a sheet in the folder of another child: exit 65'
has "$T/err" '2026.md:1:1: site.place: ' 'and it is named'
state "$T/site" >"$T/after"
same "$T/before" "$T/after" 'the site is as it was'

# shellcheck disable=SC2016 # the backquotes are Markdown
edit '/^### 支援の方向/,/^###/ s/^[^#].*/```\n## 区分ではない\n# 題ではない\n```\n\n> ### 欄ではない/'
check "$good"
is "$RC" 0 'headings in code blocks and quotations are text'
render "$good" --role school
has "$T/out" '## 区分ではない' 'and are shown'
cp "$T/good.md" "$good"

# ---- types that are wrong ------------------------------------------------------------------------

mkdir -p "$T/types"
cp -R "$types"/. "$T/types"
bad_type() { # SENTENCE SED-EXPRESSION
	local file=$T/types/kyoiku-shien/1.yaml
	sed "$2" "$types/kyoiku-shien/1.yaml" >"$file"
	run check "$file"
	is "$RC" 65 "$1: check exits 65"
	matches "$(head -n 1 "$T/err")" '1\.yaml:[0-9]+:[0-9]+: [a-z0-9.-]+: .' "$1: and says where"
	run reach --types "$T/types"
	is "$RC" 78 "$1: reach exits 78"
	run build --role school -o "$T/site" --sheets "$T/sheets" --types "$T/types" --theme "$theme"
	is "$RC" 78 "$1: build exits 78"
	matches "$(head -n 1 "$T/err")" '1\.yaml:[0-9]+:[0-9]+: ' "$1: and says where"
	state "$T/site" >"$T/after"
	same "$T/before" "$T/after" "$1: the site is as it was"
}
bad_type 'an unknown kind of field' 's/kind: time/kind: clock/'
bad_type 'an unknown role' 's/^readers: .*/readers: [school, king]/'
bad_type 'an unknown key' 's/^period:/colour: red\nperiod:/'
bad_type 'a tab' 's/^sections:/\tsections:/'

# ---- themes that are wrong -----------------------------------------------------------------------

cp -R "$theme" "$T/theme"
sed -i 's|/[^ ]*BIZUD[^ ]*|/nonexistent/font.ttf|' "$T/theme/print.yaml"
run render "$good" --role school --format pdf -o "$T/bad.pdf" --types "$types" --theme "$T/theme"
is "$RC" 78 'a font that is not there: exit 78'
has "$T/err" '/nonexistent/font.ttf' 'and it is named'
holds 'nothing is written' test ! -e "$T/bad.pdf"
run render "$good" --role school --types "$types" --theme "$T/theme"
is "$RC" 0 'HTML needs no font'
echo '{{#open}}' >>"$T/theme/site.mustache"
run build --role school -o "$T/site" --sheets "$T/sheets" --types "$types" --theme "$T/theme"
is "$RC" 78 'a template that does not parse: exit 78'
matches "$(head -n 1 "$T/err")" 'site\.mustache:[0-9]+:[0-9]+: ' 'says where'
state "$T/site" >"$T/after"
same "$T/before" "$T/after" 'the site is as it was'

# ---- reach ---------------------------------------------------------------------------------------

run reach kyoiku-shien --types "$types"
is "$RC" 0 'reach prints a type'
same "$T/out" "$ROOT/tests/reach/kyoiku-shien.txt" 'as it was agreed upon'
run reach --types "$types" --json
is "$RC $(jq -r .type "$T/out" | sort | paste -sd ' ')" "0 $(cd "$types" && printf '%s\n' * | sort | paste -sd ' ')" 'all types, as JSON'
run reach nothing --types "$types"
is "$RC" 66 'a type that is not there: exit 66'

# ---- from a vault --------------------------------------------------------------------------------

V=$T/vault
demo_vault "$V"
karte build --role household -o "$T/family" --child c7k3m9q2v4 --child c2h8r5t0wn
is "$RC" 0 'a site of two children of a vault'
has "$T/family/index.html" '𠮷田 そら' 'calls them by name'
is "$(find "$T/family/children" -mindepth 1 -maxdepth 1 | wc -l)" 2 'and holds no other'
is "$(grep -rlF "$secret" "$T/family" | wc -l)" 0 'and nothing that the family may not see'
karte log --json --event site.build
is "$(jq -r '[.decision, .child, .object] | join(" ")' "$T/out" | sort | paste -sd ';')" \
	'allow c2h8r5t0wn site/household;allow c7k3m9q2v4 site/household' 'each look is on record'
karte build --role household -o "$T/family" --child c7k3m9q2v4 --child c2h8r5t0wn --json
matches "$(cat "$T/out")" '"rendered":0,' 'a second build does nothing'
karte log --json --event site.build
is "$(wc -l <"$T/out")" 4 'but is on record too'
karte build --role household -o "$T/nobody" --child c000000000
is "$RC" 66 'a child that is not there: exit 66'
holds 'makes no folder' test ! -e "$T/nobody"
finish
