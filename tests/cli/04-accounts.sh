#!/bin/bash
# Staff accounts and institutions by commands: letters, CSV, what ends and what stays.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
printf 'tsukimi-dango-to-susuki\n' >"$T/pw"

# exits CODE SENTENCE ARGUMENT…
exits() {
	local want=$1 sentence=$2
	shift 2
	karte "$@"
	is "$RC" "$want" "$sentence: exit $want"
}

# account ID FILTER: what jq makes of one line of the list.
account() {
	karte account list --json
	jq -r "select(.id == \"$1\") | $2" "$T/out"
}
institution() {
	karte institution list --json
	jq -r "select(.id == \"$1\") | $2" "$T/out"
}
# code FILE: what is printed on a letter, without the spaces between its letters.
code_of() {
	pdftotext -layout "$1" - | tr -d ' ' | grep -oE '^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$' | head -n 1
}

# ---- one account ---------------------------------------------------------------------------------

exits 0 'an account with a letter' account add moriya --role staff --institution aozora-es \
	--name '森谷 𠮷平' --kana 'もりや きっぺい' --classes '3年2組、3年3組' --slip "$T/slip.pdf"
is "$(account moriya '[.classes, .whole, .key] | @json')" '["3年2組,3年3組",false,""]' \
	'it has its classes and no key yet'
matches "$(account moriya .until)" '^20[0-9]{2}-03-31$' 'and ends with the fiscal year'
is "$(stat -c %a "$T/slip.pdf")" 600 'nobody else can read the letter'
pdftotext -layout "$T/slip.pdf" "$T/slip.txt"
has "$T/slip.txt" '森谷 𠮷平 様' 'the letter has the name with every character'
has "$T/slip.txt" 'あおぞら小学校' 'and the institution'
first=$(code_of "$T/slip.pdf")
matches "$first" '^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$' 'and a code'
refuses 'the code is in no file of the vault' grep -raqF -- "$first" "$V"
exits 0 'another letter' account slip moriya -o "$T/again.pdf"
isnt "$(code_of "$T/again.pdf")" "$first" 'has another code'
exits 73 'a letter for somebody who signs in already' account slip tanaka -o "$T/no.pdf"
exits 66 'a letter for nobody' account slip nobody -o "$T/no.pdf"
exits 64 'a letter without a file' account slip moriya
exits 64 'a letter and a password' account add x --role auditor --name x --slip "$T/no.pdf" \
	--password-file "$T/pw"
refuses 'nothing was written then' test -e "$T/no.pdf"
exits 65 'an end that has passed' account add x --role auditor --name x --until 2020-03-31 \
	--password-file "$T/pw"
exits 65 'an end that is no day' account add x --role auditor --name x --until x --password-file "$T/pw"

exits 0 'a change' account edit tanaka --name '田中 和' --until none --whole
is "$(account tanaka '[.name, .until, .whole, .institution] | @json')" \
	'["田中 和",null,true,"aozora-es"]' 'changes what was named'
exits 73 'the same again' account edit tanaka --name '田中 和'
exits 64 'no change' account edit tanaka
exits 64 'both ways at once' account edit tanaka --whole --no-whole
exits 66 'a change of nobody' account edit nobody --name x
exits 66 'an institution that is not there' account edit tanaka --institution none
is "$(account tanaka .name)" '田中 和' 'after mistakes all is as it was'

# ---- keys ----------------------------------------------------------------------------------------

key=$(account kobayashi .key)
exits 0 'giving out again with a letter' account reset kobayashi --slip "$T/kobayashi.pdf"
is "$(account kobayashi .key)" '' 'leaves no key'
matches "$(git -C "$V/registry.git" show "main:keys/$key.yaml" | grep ^until:)" '^until: .*20' \
	'and the registry says until when the old one was good'
exits 65 'too weak a password' account reset yamamoto --password-file <(echo short)
key=$(account yamamoto .key)
exits 0 'giving out again with a password' account reset yamamoto --password-file "$T/pw"
isnt "$(account yamamoto .key)" "$key" 'makes another key'
exits 0 'stopping' account disable kato
exits 73 'stopping twice' account disable kato
exits 0 'starting again' account enable kato --slip "$T/kato.pdf"
exits 73 'starting twice' account enable kato
is "$(account kato '[.disabled, .key] | @json')" '[false,""]' 'it runs, and waits for a new key'
exits 77 'the last administrator is not stopped' account disable fujii
is "$(account fujii .disabled)" false 'and still there'
exits 0 'but may be given out again by the operator' account reset fujii --password-file "$T/pw"
holds 'every signature is good, also of those who were stopped' "$KARTE" -C "$V" verify

# ---- CSV -----------------------------------------------------------------------------------------

iconv -f UTF-8 -t CP932 >"$T/list.csv" <<'CSV'
氏名,ID,役割,機関,最後の日,組
髙橋 﨑子,takasaki,職員,あおぞら小学校（見本）,なし,3年1組
家 庭,katei,家庭,,,
管 理,kanri,管理,,,
だれか,takasaki,職員,aozora-es,,
田中 和,tanaka,職員,aozora-es,なし,
CSV
head=$(git -C "$V/registry.git" rev-parse main)
exits 65 'a look at a list with mistakes' account import "$T/list.csv" --dry-run --json
is "$(jq -r '[.line, .state, .id, .column] | join(" ")' "$T/out" | paste -sd ';')" \
	'2 ready takasaki ;3 ready katei ;4 wrong kanri 役割;5 wrong takasaki ID;6 wrong tanaka ID' \
	'tells what each row comes to'
is "$(git -C "$V/registry.git" rev-parse main)" "$head" 'and changes nothing'
exits 65 'the list itself' account import "$T/list.csv" --json
is "$(jq -r '[.line, .state] | join(" ")' "$T/out" | sort | paste -sd ';')" \
	'2 made;3 made;4 wrong;5 wrong;6 wrong' 'makes what is good'
is "$(account takasaki '[.name, .institution, .until, .classes, .key] | @json')" \
	'["髙橋 﨑子","aozora-es",null,"3年1組",""]' 'with all that it said'
is "$(account kanri .id)" '' 'and nothing else'
grep -v -a kanri "$T/list.csv" | sed -n '1,3p' >"$T/again.csv"
exits 0 'the good part again' account import "$T/again.csv"
is "$(grep -c 'もうあります' "$T/out")" 2 'is there already'
exits 66 'a file that is not there' account import "$T/none.csv"
printf 'ID,氏名,役割,key\nx,y,家庭,z\n' >"$T/sly.csv"
exits 65 'a column that is nobody'\''s to set' account import "$T/sly.csv"
exits 0 'letters for both' account slip takasaki katei -o "$T/two.pdf"
is "$(pdfinfo "$T/two.pdf" | awk '/^Pages/ { print $2 }')" 2 'are two pages'
pdftotext -layout "$T/two.pdf" - | tr -d ' 　' >"$T/two.txt"
has "$T/two.txt" '髙橋﨑子様' 'the first to the one'
has "$T/two.txt" '家庭様' 'the second to the other'

# ---- institutions --------------------------------------------------------------------------------

exits 0 'an institution' institution add aozora-2 --kind school --name あおぞら第二小学校 --by-class
is "$(institution aozora-2 '[.kind, ."by-class", .opened] | @json')" '["school",true,null]' 'as it was said'
exits 0 'a change of it' institution edit aozora-2 --no-by-class --opened 令和8年4月1日
is "$(institution aozora-2 '[.opened, ."by-class"] | @json')" '["2026-04-01",false]' 'changes it'
exits 65 'another kind, where there are people' institution edit aozora-es --kind nursery
exits 65 'closing before it began' institution close aozora-2 --day 2020-01-01
exits 0 'closing' institution close aozora-2 --day 2099-03-31
exits 73 'closing twice' institution close aozora-2
exits 0 'opening again' institution reopen aozora-2
exits 73 'opening what is open' institution reopen aozora-2
exits 65 'merging with another kind' institution merge aozora-es --into hikari-hoikuen --day 2026-11-20
exits 64 'merging with nothing' institution merge aozora-es
before=$(git -C "$V/registry.git" rev-list --count main)
exits 0 'merging' institution merge aozora-es --into aozora-2 --day 2026-11-20 --json
is "$(jq .failed "$T/out")" 0 'moves every child'
isnt "$(jq .children "$T/out")" 0 'of whom there are some'
staff=$(jq .staff "$T/out")
is "$(($(git -C "$V/registry.git" rev-list --count main) - before))" $((staff + 1)) \
	'and each of the staff, in a commit of its own'
is "$(institution aozora-es '[.closed, .into] | @json')" '["2026-11-20","aozora-2"]' \
	'and closes the old one'
is "$(account tanaka .institution)" aozora-2 'whose staff are at the new one'
exits 0 'merging again' institution merge aozora-es --into aozora-2 --json
is "$(jq -c '[.children, .staff]' "$T/out")" '[0,0]' 'finds nothing left to do'
exits 65 'opening a merged one' institution reopen aozora-es
karte child list --json
for child in $(jq -r .id "$T/out"); do
	git -C "$(repo "$child")" log -1 --format=%B main | grep -q '^Karte-Action: transfer$' && break
done
git -C "$(repo "$child")" show main:child.md >"$T/child"
has "$T/child" 'to: 2026-11-20' 'a child left with the day'
has "$T/child" '"aozora-2", from: 2026-11-21' 'and is at the new one from the next'
holds 'all of it is signed and recorded' "$KARTE" -C "$V" verify
holds 'and found again from the repositories' "$KARTE" -C "$V" reindex
is "$(institution aozora-es .into)" aozora-2 'the merger too'
finish
