#!/bin/bash
# A municipality's own form of a type, and carrying sheets over to a new version, in a vault.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
C=c7k3m9q2v4
demo_vault "$V"
mkdir -p "$T/content" "$V/forms"
cp -R content/. "$T/content/"
cp -R tests/forms/types/renraku "$T/content/types/"
sed -i "s|^content: .*|content: $T/content|" "$V/karte.yaml"
password tanaka >"$T/tanaka"

# sheet STATUS VALUES: a sheet of version 1.
sheet() {
	cat <<-END
		---
		karte: 1
		type: renraku
		type-version: 1
		id: "2026"
		child: $C
		title: 連絡シート
		institution: aozora-es
		status: $1
		values:
		  mood: $2
		---

		## 一日のようす

		### できごと

		砂場で山を作った。
	END
}
put() {
	sheet "$@" >"$T/sheet.md"
	karte sheet put "$C" renraku/2026 "$T/sheet.md" --as tanaka --password-file "$T/tanaka"
}

# ---- a form --------------------------------------------------------------------------------------

put draft low
is "$RC" 0 'a sheet of the old version is stored'
cp tests/forms/good/renraku.yaml "$V/forms/"
karte sheet get "$C" renraku/2026 --role school
has "$T/out" 園でのようす 'the section has the name of the municipality'
has "$T/out" 気分 'and so has the field'
lacks "$T/out" きげん 'not the shipped one'
karte sheet get "$C" renraku/2026
has "$T/out" '## 一日のようす' 'the file keeps the shipped title'
karte check "$V/forms/renraku.yaml"
is "$RC" 0 'the form is right'
for years in 20 4; do
	{ cat tests/forms/good/renraku.yaml; echo "retention: {years: $years}"; } >"$V/forms/renraku.yaml"
	karte check "$V/forms/renraku.yaml"
	is "$RC" $((years > 5 ? 0 : 65)) "a form may keep sheets longer than the type says, not shorter: $years"
done
has "$T/err" 'form.retention' 'and why is said'
sed 's/to: home/to: nowhere/' tests/forms/good/renraku.yaml >"$V/forms/renraku.yaml"
karte check "$V/forms/renraku.yaml"
is "$RC" 65 'a form that does not fit is wrong'
has "$T/err" 'forms/renraku.yaml:12:' 'at its line'
karte sheet get "$C" renraku/2026
is "$RC" 78 'and the vault does not open with it'
rm "$V/forms/renraku.yaml"

# ---- versions ------------------------------------------------------------------------------------

karte migrate renraku
is "$RC" 65 'what has no place in the new version stays'
has "$T/out" $'2026\t1\tそのまま' 'and is told'
has "$T/out" きげん 'with the field'
karte sheet get "$C" renraku/2026
has "$T/out" 'type-version: 1' 'it is still of version 1'
put draft good
is "$RC" 0 'and can still be written under it'
before=$(head_of "$C")
karte migrate renraku --dry-run
is "$RC" 0 'a look only says what would move'
is "$(head_of "$C")" "$before" 'and changes nothing'
karte migrate renraku
is "$RC" 0 'what fits is carried over'
karte sheet get "$C" renraku/2026
has "$T/out" 'type-version: 2' 'to version 2'
has "$T/out" '### きょうのできごと' 'under its new name'
has "$T/out" 砂場で山を作った 'with its words'
git --git-dir="$(repo "$C")" log -1 --format=%B >"$T/message"
has "$T/message" 'Karte-Action: sheet.migrate' 'in a version that says so'
karte migrate renraku
is "$RC $(head_of "$C")" "0 $(head_of "$C")" 'again moves nothing'
karte migrate nothing
is "$RC" 66 'there is no such type'
verified 'the vault is sound'

finish
