# shellcheck shell=bash disable=SC2034,SC2154
# Root with the vault's own key and our own library, but without the keys of persons: versions that
# are whole, recorded and signed, and were not lawful.

sheet=(--repo "children/$SORA" --child "$SORA" --sheet kyoiku-shien/2026)
SHEET_FILE=sheets/kyoiku-shien/2026.md

# edited SED-SCRIPT: the sheet, changed, as an option
edited() {
	content $SHEET_FILE "$1"
	edit=(--put "$SHEET_FILE=$T/content")
}

fresh
edited 's/図鑑/絵本/'
forge commit "${sheet[@]}" --action sheet.save --reason 見直した "${edit[@]}"
detected 'law.operator' 'the operator writes a sheet'

fresh
forge commit "${sheet[@]}" --action sheet.save --reason 見直した --as tanaka --role school --institution aozora-es "${edit[@]}"
detected key.account "the vault's key signs in the name of a person"

fresh
forge commit "${sheet[@]}" --action sheet.save --reason 見直した --as tanaka --role school --institution aozora-es \
	--no-record "${edit[@]}"
detected 'commit.unrecorded branch.elsewhere key.account' 'and leaves no record'

fresh
forge commit --repo "children/$SORA" --child "$SORA" --action child.update --no-move --put "child.md=$T/content"
detected 'commit.missing branch.elsewhere' 'a record is written of a version that nobody sees'

content child.md 's/^kana: .*/kana: にせ なまえ/'
fresh
forge commit --repo "children/$SORA" --child "$SORA" --action child.update --time -86400 --put "child.md=$T/content"
detected 'commit.time key.time law.account' 'a version is dated back by a day'

fresh
forge commit --repo "children/$SORA" --child "$SORA" --action child.update --time 3600 --put "child.md=$T/content"
detected 'commit.time' 'a version is dated forward by an hour'

fresh
forge commit --repo "children/$SORA" --child "$SORA" --action child.update --event child.create --put "child.md=$T/content"
detected 'commit.trailers' 'the record calls it something else'

fresh
forge commit --repo "children/$SORA" --child "$SORA" --action child.look --put "child.md=$T/content"
detected law.action 'an action that there is not'

fresh
forge commit --repo registry --action child.update --put "accounts/nobody.yaml=$T/content"
detected 'law.action law.paths registry.account law.registry' 'an action about a child in the registry'

fresh
forge commit --repo "children/$SORA" --child "$SORA" --action child.update \
	--put "child.md=$T/content" --put "sheets/kyoiku-shien/2020.md=$T/content"
detected law.paths 'a change of master data carries a sheet along'

fresh
forge commit --repo "children/$SORA" --child "$SORA" --sheet kyoiku-shien/2025 --action sheet.save --reason 見直した --drop sheets/kyoiku-shien/2025.md
detected 'law.operator law.paths' 'the operator removes a sheet'

# ---- rights -----------------------------------------------------------------------------------------

fresh
GIT=$V/registry.git
content "ranges/$RANGE.yaml" 's/yamamoto/mori/'
forge commit --repo registry --action range.confirm --put "ranges/$RANGE.yaml=$T/content"
detected 'law.registry law.operator' 'a right is widened by nobody'

fresh
GIT=$V/registry.git
git -C "$GIT" show "main:ranges/$RANGE.yaml" | sed "s/yamamoto/mori/; s/$RANGE/r000000001/" >"$T/content"
forge commit --repo registry --action range.ask --put "ranges/r000000001.yaml=$T/content"
forge commit --repo registry --action range.end --drop ranges/r000000001.yaml
detected 'law.registry law.operator law.paths' 'a right is widened, used, and the trace removed'

fresh
GIT=$V/registry.git
key=$(git -C "$GIT" grep -l 'account: kato' main -- keys | sed 's/^main://')
content "$key" '/^until/d'
forge commit --repo registry --action key.add --put "$key=$T/content"
detected 'key.changed law.registry law.paths law.operator' 'a key that has ended is good again'

fresh
GIT=$V/registry.git
key=$(git -C "$GIT" grep -l 'account: tanaka' main -- keys | sed 's/^main://')
content "$key" 's/account: tanaka/account: mori/'
forge commit --repo registry --action key.add --put "$key=$T/content"
detected 'key.changed key.account law.registry law.paths law.operator' 'a key is given to another person'

fresh
GIT=$V/registry.git
content "$key" 's/^since: .*/since: "2001-01-01T00:00:00Z"/'
forge commit --repo registry --action key.add --put "$key=$T/content"
detected 'key.changed law.registry law.paths law.operator' 'a key is dated back'

fresh
GIT=$V/registry.git
other=$(git -C "$GIT" grep -l 'account: mori' main -- keys | sed 's/^main://; s/yaml$/asc/')
git -C "$GIT" show "main:$other" >"$T/content"
forge commit --repo registry --action key.add --put "${key%yaml}asc=$T/content"
detected 'key.changed law.registry law.paths law.operator signature.bad signature.unknown' 'a public key is another one'

# ---- consent ----------------------------------------------------------------------------------------

fresh
GIT=$(repo "$YUI")
reply=$(git -C "$GIT" ls-tree -r --name-only main consents | tail -n 1)
content "$reply" 's/^account: .*/account: takahashi-f/'
forge commit --repo "children/$YUI" --child "$YUI" --sheet kyoiku-shien/2026 --action consent.give --as takahashi-f \
	--role household --put "consents/2026-01-01-9.md=$T/content"
detected 'key.account law.consent law.paths' "a guardian's consent is made by the vault"

# ---- sheet types ------------------------------------------------------------------------------------

fresh
cp -a "$ROOT/content" "$T/types-content"
sed -i "s|^content:.*|content: $T/types-content|" "$V/karte.yaml"
grep -q '^content:' "$V/karte.yaml" || echo "content: $T/types-content" >>"$V/karte.yaml"
sed -i 's/readers: \[school, health, board\]/readers: [school, health, board, household]/' \
	"$T/types-content/types/kyoiku-shien/1.yaml"
detected 'types.changed' 'a sheet type is altered afterwards: others may read it'
rm -rf "$T/types-content"

fresh
mkdir -p "$V/forms"
printf 'form: kyoiku-shien\nfields: {homeroom: 先生}\n' >"$V/forms/kyoiku-shien.yaml"
detected 'types.changed' "a municipality's form appears that nobody recorded"
