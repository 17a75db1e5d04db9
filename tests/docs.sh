#!/usr/bin/env bash
# What is written about Karte is true: manuals are well formed, every path that is named exists,
# every command, option, key, kind and role is described, and every example runs.
#
# KARTE: the program.  KARTE_DEMO: a demo vault made before, only copied; without it one is made.
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/lib.sh
. "$here/lib.sh"
cd "$ROOT" || exit 1
shopt -s lastpipe # so that what ends in a pipe still counts

MAN=docs/man
BOOKS=(README.md docs/*.md)
mkdir "$T/bin"
ln -s "$KARTE" "$T/bin/karte"

# none SENTENCE: what is read from standard input is what is missing; nothing is good.
none() {
	local lines
	mapfile -t lines
	if [ ${#lines[@]} -eq 0 ]; then pass "$1"; else flunk "$1" "${lines[@]}"; fi
}

# examples PAGE WORD: the lines of its examples of one kind, as a reader sees them; a line of
# "--" ends each.
examples() {
	awk -v want="$2" '
		$0 == ".\\\" example: " want { on = 1; next }
		/^\.\\" end$/ { if (on) print "--"; on = 0 }
		on && !/^\.(Bd|Ed)/ { gsub(/\\e/, "\\"); print }' "$MAN/$1"
}

# example PAGE WORD: the only one.
example() {
	examples "$1" "$2" | sed '$d'
}

# section PAGE MACRO NAME: from a heading (.Ss, .Sh) to the next.
section() {
	awk -v head="$2 $3" '/^\.S[hs] / { on = $0 == head } on' "$MAN/$1"
}

# ---- form ----------------------------------------------------------------------------------------

lint() {
	local page
	for page in "$MAN"/*; do
		holds "mandoc finds nothing wrong in ${page##*/}" mandoc -T lint -W warning "$page"
	done
}

# Pages that are named in another as ours exist.
cross_references() {
	local name volume
	sed -nE 's/^\.Xr (karte[a-z.-]*) ([0-9]).*/\1 \2/p' "$MAN"/* | sort -u |
		while read -r name volume; do
			[ -f "$MAN/$name.$volume" ] || echo "$name($volume)"
		done | none "every manual page that another names is there"
}

# ---- paths ---------------------------------------------------------------------------------------

# Code in backquotes that begins with a folder or is a file of ours, and the targets of links.
named_paths() {
	{
		grep -ohE $'\x60[^\x60]+\x60' "$1" | tr -d '\140' | sed 's/[ ,]/\n/g' |
			grep -E '^((generator|vault|content|themes|tests|docs|\.ci)/|Makefile$|README\.md$|LICENSE$)'
		grep -ohE '\]\([^)#]+' "$1" | cut -c3- | grep -vE '^(https?|mailto):' |
			sed "s|^|$(dirname "$1")/|"
	} | sort -u
}

paths_exist() {
	local book path
	for book in "${BOOKS[@]}"; do
		named_paths "$book" | while read -r path; do
			compgen -G "$path" >/dev/null || echo "$path"
		done | none "every path that $book names is there"
	done
}

folders_are_named() {
	local folder
	for folder in generator/*/ vault/*/; do
		grep -qF "$(printf '\140%s\140' "$folder")" README.md || echo "$folder"
	done | none "README.md names every folder of generator/ and vault/"
}

no_foreign_paths() {
	grep -nE '(^|[^[:alnum:]._])/(tmp|work|root|home)/' "${BOOKS[@]}" "$MAN"/* content/pages/*.md \
		content/pages/*/*.md | none "no text names a path of somebody's machine"
}

# ---- commands ------------------------------------------------------------------------------------

commands_of_help() {
	"$KARTE" --help | sed -nE 's/^  ([a-z]+) .*/\1/p' | sort
}

every_command_has_a_section() {
	diff <(commands_of_help) <(awk '/^\.Sh /{on = $0 == ".Sh COMMANDS"}
		on && /^\.Ss /{print $2}' "$MAN/karte.1" | sort) |
		grep '^[<>]' | none "karte(1) describes the commands of karte --help and no others"
}

# Forms such as `institution close ID`: the words that are typed as they are.
every_form_is_described() {
	local c verb
	commands_of_help | while read -r c; do
		"$KARTE" "$c" --help | sed -nE "s/^karte \[-C VAULT\] $c ([a-z]+(-[a-z]+)*)( .*)?$/\1/p" |
			while read -r verb; do
				section karte.1 .Ss "$c" | grep -qE "Cm $c $verb( |\$)" || echo "$c $verb"
			done
	done | none "karte(1) has every form that --help of a command prints"
}

# "command option" from the tables of options: those after `cmd_NAME(` are NAME's, and those of
# vault/cmd/cmd.c are everybody's.
options_of_source() {
	awk '
		FNR == 1 { command = FILENAME ~ /\/cmd\.c$/ ? "-" : "" }
		match($0, /^enum status cmd_[a-z]+\(struct cmd_env/) && FILENAME !~ /\/cmd\.c$/ {
			command = substr($0, 17, RLENGTH - 31)
		}
		{
			rest = $0
			while (match(rest, /\{"[a-z-]+", (NULL|&?[a-z_.]+), ?(NULL|&)/)) {
				option = substr(rest, RSTART + 2)
				sub(/".*/, "", option)
				print command, option
				rest = substr(rest, RSTART + RLENGTH)
			}
		}' vault/cmd/*.c | sort -u
}

every_option_is_described() {
	local c option
	options_of_source >"$T/options"
	holds "the tables of options are found in the source" grep -qx 'render format' "$T/options"
	while read -r c option; do
		case $c in
		-) section karte.1 .Sh DESCRIPTION ;;
		*) section karte.1 .Ss "$c" ;;
		esac | grep -qE "^\.It .*Fl -$option( |\$)" || echo "$c --$option"
	done <"$T/options" | none "karte(1) describes every option in its command's section"
}

every_exit_code_is_described() {
	local code
	sed -nE 's/.*\{ST_[A-Z]+, .*(EX_[A-Z]+)\}.*/\1/p' generator/base/status.c | sort -u |
		while read -r code; do
			code=$(echo "$code" | gcc -E -P -include sysexits.h - | tail -n 1)
			section karte.1 .Sh 'EXIT STATUS' | grep -qx "\.It $code" || echo "$code"
		done | none "karte(1) explains every exit code"
}

# ---- keys ----------------------------------------------------------------------------------------

settings_are_described() {
	local key value
	"$KARTE" init "$T/fresh" >/dev/null 2>&1 || give_up "karte init"
	grep -oE '^[a-z-]+: .*' "$T/fresh/karte.yaml" >"$T/settings"
	diff <(cut -d: -f1 "$T/settings" | sort) \
		<(sed -nE 's/^\.It Ic ([a-z-]+)$/\1/p' "$MAN/karte.yaml.5" | sort) |
		grep '^[<>]' | none "karte.yaml(5) has the keys that karte init writes and no others"
	grep -vE '^(content|theme):' "$T/settings" | while IFS= read -r key; do
		value=${key#*: } value=${value//\"/}
		key=${key%%:*}
		awk -v key="$key" '/^\.It Ic /{on = $3 == key} on && $1 == ".Li"{gsub(/"/, "", $2); print $2}' \
			"$MAN/karte.yaml.5" | grep -qxF "$value" || echo "$key: $value"
	done | none "karte.yaml(5) tells the defaults that karte init writes"
}

# What the readers of sheet types ask for.
keys_of_types() {
	{
		grep -ohE '(type_need|ymap_get)\([^"]*"[a-z-]+"' generator/sheet/type_{read,field,computed}.c
		grep -ohE '^    \{"[a-z]+", [A-Z]' generator/sheet/type_field.c
	} | grep -oE '"[a-z-]+"' | tr -d '"' | sort -u
}

types_are_described() {
	local word
	keys_of_types | while read -r word; do
		grep -qE "^\.(It )?Ic (.* , )?$word( , |\$)" "$MAN/karte-type.5" || echo "$word"
	done | none "karte-type(5) has every key of a sheet type"
	sed -nE 's/^ +\[F_[A-Z]+\] = "([a-z]+)",?$/\1/p' generator/sheet/type.c | while read -r word; do
		section karte-type.5 .Ss 欄の種類 | grep -qx "\.It Cm $word" || echo "$word"
	done | none "karte-type(5) has every kind of field"
	"$KARTE" reach --types content/types | sed -n 2p | tr -s ' ' '\n' | tail -n +2 |
		while read -r word; do
			section karte-type.5 .Ss 役割 | grep -qx "\.It Cm $word" || echo "$word"
		done | none "karte-type(5) has every role"
	example karte-type.5 type | grep -oE 'kind: [a-z]+' | sort -u >"$T/kinds"
	sed -nE 's/^ +\[F_[A-Z]+\] = "([a-z]+)",?$/kind: \1/p' generator/sheet/type.c | sort |
		comm -23 - "$T/kinds" | none "the example of karte-type(5) shows every kind of field"
}

# ---- examples ------------------------------------------------------------------------------------

example_type_and_sheet() {
	local types=$T/types/sodachi-no-kiroku
	mkdir -p "$types"
	example karte-type.5 type >"$types/1.yaml"
	example karte-sheet.5 sheet >"$T/sheet.md"
	holds "the type of karte-type(5) is right" "$KARTE" check "$types/1.yaml"
	holds "the sheet of karte-sheet(5) is right" "$KARTE" check --types "$T/types" "$T/sheet.md"
	mkdir "$T/forms"
	example karte-form.5 form >"$T/forms/kyoiku-shien.yaml"
	holds "the form of karte-form(5) is right" \
		"$KARTE" check --types content/types "$T/forms/kyoiku-shien.yaml"
	"$KARTE" reach --types "$T/types" >"$T/reach"
	example karte-type.5 reach >"$T/reach.man"
	same "$T/reach.man" "$T/reach" "the table in karte-type(5) is what karte reach prints"
	"$KARTE" render --types "$T/types" --role household --format text "$T/sheet.md" >"$T/seen" 2>&1
	has "$T/seen" 電車の図かん "the household sees the example's open section"
	has "$T/sheet.md" 発表の場 "the example has a hidden text"
	lacks "$T/seen" 発表の場 "the household does not see the example's hidden section"
	sed 's/^  nap: true/  nap: yes/' "$T/sheet.md" >"$T/wrong.md"
	refuses "a wrong value in that sheet is found" \
		"$KARTE" check --types "$T/types" "$T/wrong.md"
}

# The same sheet, put into a vault and taken out again, has the same bytes.
example_is_canonical() {
	V=$T/canonical
	demo_vault "$V"
	cp -R content "$T/content"
	cp -R "$T/types/sodachi-no-kiroku" "$T/content/types/"
	sed -i "s|^content: .*|content: $T/content|" "$V/karte.yaml"
	sed 's/c7k3m9q2v4/c2h8r5t0wn/; /^## 家庭から/,/^## 園での話し合い/{/^## 園での話し合い/!d}' \
		"$T/sheet.md" >"$T/put.md"
	password ito >"$T/ito"
	karte sheet put c2h8r5t0wn sodachi-no-kiroku/2026 "$T/put.md" --as ito --password-file "$T/ito"
	is "$RC" 0 "a nursery puts the sheet of karte-sheet(5)"
	karte sheet get c2h8r5t0wn sodachi-no-kiroku/2026
	same "$T/put.md" "$T/out" "and it comes out as it went in"
}

example_configuration() {
	V=$T/fresh
	example karte.yaml.5 conf >"$V/karte.yaml"
	holds "the example of karte.yaml(5) is taken" karte verify
	echo 'colour: blue' >>"$V/karte.yaml"
	karte verify
	is "$RC" 78 "and a key that it does not know is refused"
}

# Each shell example goes on where the one before it ended.
shell_examples() {
	local part script=$T/script n=0 make_demo='karte demo'
	mkdir "$T/try"
	[ -z "${KARTE_DEMO:-}" ] || make_demo="cp -a $KARTE_DEMO"
	examples karte.1 shell | csplit -s -z -f "$T/part" - '/^--$/1' '{*}'
	for part in "$T"/part*; do
		n=$((n + 1))
		# a demo vault that has been made before need not be made again
		sed "/^--\$/d; s|^karte demo |$make_demo |" "$part" >"$script"
		holds "shell example $n of karte(1) runs" \
			env -C "$T/try" PATH="$T/bin:$PATH" timeout 120 bash -eu "$script"
	done
	[ "$n" -ge 4 ] || flunk "karte(1) has shell examples" "found $n"
	holds "and they left a PDF" grep -q '^%PDF-' "$T/try/2026.pdf"
	holds "and a site" test -f "$T/try/site/children/c7k3m9q2v4/kyoiku-shien/2026.html"
}

lint
cross_references
paths_exist
folders_are_named
no_foreign_paths
every_command_has_a_section
every_form_is_described
every_option_is_described
every_exit_code_is_described
settings_are_described
types_are_described
example_type_and_sheet
example_is_canonical
example_configuration
shell_examples
finish
