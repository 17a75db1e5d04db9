# shellcheck shell=bash disable=SC2034,SC2154
# Somebody who takes part, with their own key and a changed program: signed, recorded, not lawful.

# by ACCOUNT ROLE INSTITUTION: how a commit of theirs is signed and what it says
by() {
	who=(--as "$1" --role "$2" --sign "$(as_person "$1")")
	[ -z "$3" ] || who+=(--institution "$3")
}

fresh
edited 's/図鑑/絵本/'
by nakamura school minamizaka-gakuen
forge commit "${sheet[@]}" --action sheet.save --reason 見直した "${who[@]}" "${edit[@]}"
detected 'law.relation law.write' 'a teacher of another school writes'

fresh
by okada auditor ''
forge commit "${sheet[@]}" --action sheet.save --reason 見直した "${who[@]}" "${edit[@]}"
detected 'law.relation law.write law.role' 'an auditor writes'

fresh
by fujii admin ''
forge commit "${sheet[@]}" --action sheet.save --reason 見直した "${who[@]}" "${edit[@]}"
detected 'law.relation law.write' 'an administrator writes'

fresh
by yoshida-f household ''
forge commit "${sheet[@]}" --action sheet.save --reason 見直した "${who[@]}" "${edit[@]}"
detected 'law.write law.relation' "a guardian changes what staff wrote"

fresh
by takahashi-f household ''
forge commit "${sheet[@]}" --action sheet.save --reason 見直した "${who[@]}" "${edit[@]}"
detected 'law.relation law.write' "a guardian of another child writes"

fresh
by tanaka board kyoiku-iinkai
forge commit "${sheet[@]}" --action sheet.save --reason 見直した "${who[@]}" "${edit[@]}"
detected 'law.role' 'a teacher says that she is of the board'

fresh
by tanaka school aozora-es
forge commit "${sheet[@]}" --action sheet.save --reason 見直した "${who[@]}" "${edit[@]}" --put "child.md=$T/content"
detected 'law.paths' 'a save changes master data too'

fresh
GIT=$(repo "$SAKURA")
saku=(--repo "children/$SAKURA" --child "$SAKURA" --sheet kyoiku-shien/2026)
content sheets/kyoiku-shien/2026.md 's/^status: .*/status: final/'
by kobayashi school aozora-es
forge commit "${saku[@]}" --action sheet.finalise "${who[@]}" --put "sheets/kyoiku-shien/2026.md=$T/content"
detected 'law.workflow law.review law.consent' 'who submitted makes it final'

fresh
GIT=$(repo "$SAKURA")
forge commit "${saku[@]}" --action sheet.finalise --alone "${who[@]}" --put "sheets/kyoiku-shien/2026.md=$T/content"
detected 'law.workflow law.review law.consent' 'and says that nobody else was there'

fresh
GIT=$(repo "$SAKURA")
by yamamoto school minamizaka-gakuen
forge commit "${saku[@]}" --action sheet.finalise "${who[@]}" --put "sheets/kyoiku-shien/2026.md=$T/content"
detected 'law.workflow law.relation law.review law.consent law.write' 'another school makes it final'

# given NAME SAYS: a file with these bytes and a meta.md that says the hash of those
given() {
	printf '%s' "$1" >"$T/bytes"
	printf -- '---\nkarte: 1\nid: %s\nname: a.txt\ntitle: 手紙\ncategory: letter\ntype: text/plain\nbytes: 7\n' f000000001 >"$T/meta"
	printf 'sha256: "%s"\nreaders: [school]\nsharing: consent\ninstitution: aozora-es\nby: tanaka\nat: %s\n---\n' \
		"$(printf '%s' "$2" | sha256sum | cut -d ' ' -f 1)" "$(date -u +%FT%TZ)" >>"$T/meta"
	forge commit --repo "children/$SORA" --child "$SORA" --action file.add "${who[@]}" \
		--put "files/f000000001/a.txt=$T/bytes" --put "files/f000000001/meta.md=$T/meta"
}

fresh
by tanaka school aozora-es
given 'first A' 'first A'
lawful 'a file as its description says'

fresh
given 'other A' 'first A'
detected 'digest.file' 'a file is another one than its description says'
PYTHONDONTWRITEBYTECODE=1 timeout 120 "$ROOT/vault/audit/karte-verify" --json "$V" >"$T/out2" 2>"$T/err2"
is "$(jq -r '.code // empty' "$T/out2" | sort -u | paste -sd ' ')" digest.file 'and the other verifier says the same'

fresh
who=(--as os:root)
given 'other A' 'first A'
detected 'digest.file' 'the vault gives other bytes than were scanned'

# ---- consent ----------------------------------------------------------------------------------------

fresh
GIT=$(repo "$YUI")
reply=$(git -C "$GIT" log --format= --name-only --diff-filter=A -1 --grep 'Karte-Action: consent.give' -- consents)
content "$reply" 's/takahashi-f/yoshida-f/'
by yoshida-f household ''
forge commit --repo "children/$YUI" --child "$YUI" --sheet kyoiku-shien/2026 --action consent.give "${who[@]}" \
	--put "${reply/takahashi-f/yoshida-f}2.md=$T/content"
detected 'law.relation law.consent law.paths' 'one who was not asked agrees'

fresh
GIT=$(repo "$YUI")
by tanaka school aozora-es
forge commit --repo "children/$YUI" --child "$YUI" --sheet kyoiku-shien/2026 --action consent.give "${who[@]}" \
	--put "${reply%.md}9.md=$T/content"
detected 'law.consent law.relation law.paths' "a teacher agrees in a guardian's place"

# says_on_paper SED-SCRIPT: tanaka writes down that takahashi-f agrees, on paper
says_on_paper() {
	fresh
	GIT=$(repo "$YUI")
	content "$reply" "s/^by: .*/by: tanaka\npaper: true\naccount: takahashi-f\non: $(TZ=Asia/Tokyo date +%F)/; $1"
	by tanaka school aozora-es
	forge commit --repo "children/$YUI" --child "$YUI" --sheet kyoiku-shien/2026 --action consent.paper "${who[@]}" \
		--put "${reply%-*}-9.md=$T/content"
}
says_on_paper ''
detected 'law.consent' 'a teacher writes down a yes on paper that counts at once'
has "$T/out" 'without a second person' 'since nobody confirms it'
says_on_paper 's/\npaper: true/&\nrule: two-people/'
detected 'law.consent' 'and one that waits, but without a scan'
has "$T/out" 'no scan' 'which is said'
printf -- '---\nkarte: 1\nchild: %s\nask: %s\nabout: kyoiku-shien/2026\nby: tanaka\nat: %s\nconfirms: %s\n---\n' "$YUI" "$ASK" \
	"$(date -u +%FT%TZ)" "$(basename "${reply%-*}")-9" >"$T/content"
forge commit --repo "children/$YUI" --child "$YUI" --sheet kyoiku-shien/2026 --action consent.paper.confirm "${who[@]}" \
	--put "${reply%-*}-10.md=$T/content"
detected 'law.review law.consent' 'and confirms it, too'
has "$T/out" 'checks it, too' 'by the same hand'

# ---- rights -----------------------------------------------------------------------------------------

fresh
GIT=$V/registry.git
content "ranges/$RANGE.yaml" 's/yamamoto/mori/'
by fujii admin ''
forge commit --repo registry --action range.confirm "${who[@]}" --put "ranges/$RANGE.yaml=$T/content"
detected 'law.registry' 'one administrator widens a right alone'

fresh
GIT=$V/registry.git
content accounts/nakamura.yaml 's/^institution: .*/institution: aozora-es/'
by nakamura school minamizaka-gakuen
forge commit --repo registry --action account.move "${who[@]}" --put "accounts/nakamura.yaml=$T/content"
detected 'law.registry' 'a teacher puts himself into another school'

fresh
GIT=$V/registry.git
# shellcheck disable=SC2016 # $ is the last line, for sed
content accounts/fujii.yaml 's/^role: .*/role: staff/; $ainstitution: "kyoiku-iinkai"'
by fujii admin ''
forge commit --repo registry --action account.update "${who[@]}" --put "accounts/fujii.yaml=$T/content"
detected 'law.registry' "an administrator changes his own role"

fresh
content child.md '/^enrolments/a\  - {institution: "minamizaka-gakuen", from: 2020-01-01}'
by nakamura school minamizaka-gakuen
forge commit --repo "children/$SORA" --child "$SORA" --action enrol "${who[@]}" --put "child.md=$T/content"
detected 'law.relation law.registry' 'a teacher enrols a child at her own school'
