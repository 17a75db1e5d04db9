#!/bin/bash
# Which folder may include which, and through which door each library comes in: read from the
# #include lines.  The arrows are those of the first table, the doors those of the second.
set -u
cd "$(dirname "$0")/.." || exit 1
COUNT=0 BAD=0

sentence() { # FOUND SENTENCE: ok if nothing was found
	COUNT=$((COUNT + 1))
	if [ -z "$1" ]; then
		echo "ok $COUNT - $2"
	else
		BAD=$((BAD + 1))
		echo "not ok $COUNT - $2"
		printf '# %s\n' "${1//$'\n'/$'\n'# }"
	fi
}

# "FILE INCLUDED" of every line of the two trees
LINES_OF=$(find generator vault -name '*.[ch]' -print0 | sort -z |
	xargs -0 sed -n 's/^[ \t]*#[ \t]*include[ \t]*["<]\([^">]*\)[">].*/\1/;T;F;p' | paste -d ' ' - -)
[ -n "$LINES_OF" ] || exit 1

# ---- arrows --------------------------------------------------------------------------------------

# A folder, and the folders that it may include beside itself.  vault/ stands for the files at its
# root (app, conf), which put the parts together; main is above all.
ARROWS='
generator/base
generator/sheet		base
generator/role		base sheet
generator/growth	base sheet role
generator/render	base sheet role growth
generator/site		base sheet role render
vault/http		base
vault/auth		base
vault/access		base sheet role
vault/store		base
vault/scan		base
vault/journal		base
vault/db		base sheet role
vault/flow		base sheet role growth render http auth access store scan journal db vault
vault/page		base sheet role growth render site http auth access store scan journal db flow vault
vault/cmd		base sheet role render site http auth access store scan journal db flow page vault
vault			base sheet role growth render site http auth access store scan journal db flow page cmd
'
while read -r folder allowed; do
	[ -n "$folder" ] || continue
	wrong=$(awk -v folder="$folder" -v allowed=" $allowed " '
		function place(path) { sub(/\/[^\/]*$/, "", path); return path }
		place($1) == folder && $2 ~ /^(generator|vault)\// {
			to = place($2)
			name = to; sub(/.*\//, "", name)
			if (to != folder && index(allowed, " " name " ") == 0) print $1 " includes " $2
		}' <<<"$LINES_OF")
	sentence "$wrong" "$folder includes only: itself ${allowed}"
	[ -d "$folder" ] || sentence "$folder" 'the folder is there'
done <<<"$ARROWS"
known=$(awk 'NF { print $1 }' <<<"$ARROWS" | sort)
sentence "$(find generator vault -name '*.[ch]' -printf '%h\n' | sort -u | comm -13 <(echo "$known") -)" \
	'every folder with sources is in the table'
sentence "$(awk '$1 ~ /^generator\// && $2 ~ /^vault\//' <<<"$LINES_OF")" 'the generator knows nothing of the vault'

# ---- the gate ------------------------------------------------------------------------------------

sentence "$(awk '$1 ~ /^generator\/(render|site)\// && $2 == "generator/sheet/sheet.h" && $1 !~ /^generator\/site\//' <<<"$LINES_OF")" \
	'nothing that renders can see a sheet'
sentence "$(awk '$2 == "generator/sheet/sheet_impl.h" && $1 !~ /^generator\/(sheet|role)\//' <<<"$LINES_OF")" \
	'what a sheet is made of is known to sheet/ and to the gate alone'
sentence "$(awk '$1 ~ /^vault\/page\// && $2 ~ /^vault\/(store|db)\/(internal|db_impl|raw|tree|digest)/' <<<"$LINES_OF")" \
	'pages know no git and no SQL'

# ---- doors ---------------------------------------------------------------------------------------

# A header, and the files in which it may stand (awk patterns).
while read -r header door; do
	wrong=$(awk -v header="$header" -v door="$door" '$2 ~ header && $1 !~ door { print $1 " includes " $2 }' <<<"$LINES_OF")
	sentence "$wrong" "$header stands only in $door"
	COUNT=$((COUNT + 1))
	if awk -v header="$header" '$2 ~ header { found = 1 } END { exit !found }' <<<"$LINES_OF"; then
		echo "ok $COUNT - $header is used at all"
	else
		BAD=$((BAD + 1))
		echo "not ok $COUNT - $header is used at all"
	fi
done <<'END'
^yaml[.]h$ ^generator/sheet/yaml
^cmark ^generator/sheet/markdown
^unicode/ ^generator/base/text[.]c$
^hpdf ^generator/render/dev_pdf
^hb(-|[.]|/) ^generator/render/(font|dev_pdf)
^lcms2 ^generator/render/(icc|dev_pdf|font)
^qrencode ^generator/render/qr[.]c$
^microhttpd[.]h$ ^vault/http/mhd_impl[.]h$
^vault/http/mhd_impl[.]h$ ^vault/http/mhd
^gnutls/ ^vault/http/
^git2 ^vault/store/
^gpgme[.]h$ ^vault/store/(sign|recipient)[.]c$
^sqlite3[.]h$ ^vault/db/
^sodium ^(generator/base/sha256[.]c$|vault/auth/|vault/journal/|vault/store/openpgp[.]c$)
^jansson[.]h$ ^vault/(journal/|auth/passkey)
^csv[.]h$ ^generator/base/csv[.]c$
^liboath ^vault/auth/totp[.]c$
^fido ^vault/auth/passkey
^magic[.]h$ ^vault/scan/magic[.]c$
^zlib[.]h$ ^(vault/scan/zip[.]c$|vault/http/gunzip[.]c$|generator/)
^qpdf/ ^vault/flow/pdf_lock[.]c$
^xlsxwriter ^vault/flow/xlsx[.]c$
^curl/ ^vault/(http/client|flow/courier)[.]c$
^archive ^vault/flow/(zip_pack|tar_file)[.]c$
^openssl/ ^vault/flow/tsp[.]c$
END

# ---- what is not done at all ---------------------------------------------------------------------

sentence "$(grep -nE '\<(system|popen|gets|tmpnam|mktemp|execlp|execvp)[ ]*\(' -r generator vault \
	--include='*.[ch]' | grep -v '^[^:]*:[0-9]*:[ \t]*\(/\?\*\|//\)')" 'no function is called that cannot be used safely'
echo "1..$COUNT"
[ "$BAD" -eq 0 ]
