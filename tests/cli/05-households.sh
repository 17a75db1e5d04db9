#!/bin/bash
# Children, stays, guardians and what is kept from one of them, by commands: what they write, what
# they refuse, and that looking is recorded.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
CHILD=c7k3m9q2v4

# exits CODE SENTENCE ARGUMENT…: a refusal says why on stderr and makes no version.
exits() {
	local want=$1 sentence=$2 before
	shift 2
	before=$(head_of $CHILD)
	karte "$@"
	is "$RC" "$want" "$sentence: exit $want"
	[ "$want" != 0 ] || return 0
	matches "$(grep '^karte: ' "$T/err" | head -n 1)" '^karte: ' "$sentence: says why"
	is "$(head_of $CHILD)" "$before" "$sentence: and changes nothing"
}

# says ACTION SENTENCE: the newest version is signed and says so.
says() {
	is "$(git -C "$(repo $CHILD)" log -1 --format='%(trailers:key=Karte-Action,valueonly)' main |
		head -n 1)" "$1" "$2"
}

file() {
	git -C "$(repo $CHILD)" show main:child.md >"$T/child.md"
}

# ---- master data ---------------------------------------------------------------------------------

exits 0 'a new reading of the name' child edit $CHILD --kana 'よしだ そらこ' --reason '届け出'
says child.update 'and the version says that it was a change'
has <(git -C "$(repo $CHILD)" log -1 --format=%B main) 届け出 'with its reason'
karte child show $CHILD --json
is "$(jq -r .kana "$T/out")" 'よしだ そらこ' 'and it is shown'
exits 65 'a day that there is not' child edit $CHILD --born 2017-02-30
exits 73 'the same again' child edit $CHILD --kana 'よしだ そらこ'
exits 64 'an edit of nothing' child edit $CHILD
exits 66 'a child that there is not' child edit c000000000 --kana 'あ'
password tanaka >"$T/pw"
exits 77 'a teacher' child edit $CHILD --kana 'あ' --as tanaka --password-file "$T/pw"

# ---- stays ---------------------------------------------------------------------------------------

exits 0 'a class' enrol $CHILD aozora-es --class '3年2組'
file
has "$T/child.md" '{institution: "aozora-es", from: 2024-04-01, class: 3年2組}' 'is written in the stay'
exits 73 'a stay where the child is' enrol $CHILD aozora-es --from 2026-04-01
exits 66 'a school that there is not' enrol $CHILD nowhere --from 2026-04-01
exits 65 'a class of two' enrol $CHILD aozora-es --class 1組,2組
exits 64 'neither day nor class' enrol $CHILD aozora-es
exits 64 'an end and a class' enrol $CHILD aozora-es --to 2027-03-31 --class 1組
exits 0 'the end of a stay' enrol $CHILD aozora-es --to 2027-03-31
says leave 'is a version of its own'
exits 66 'the end of a stay that ended' enrol $CHILD aozora-es --to 2028-03-31
exits 0 'the next one' enrol $CHILD minamizaka-gakuen --from 2027-04-01 --class 4年1組
says enrol 'too'

# ---- guardians -----------------------------------------------------------------------------------

exits 0 'a second guardian' guardian $CHILD takahashi-f --relation father
says guardian.add 'is a version'
exits 73 'the same guardian' guardian $CHILD takahashi-f --relation father
exits 65 'a teacher as a guardian' guardian $CHILD tanaka --relation other
exits 65 'an uncle' guardian $CHILD watanabe-f --relation uncle
exits 64 'two wishes' guardian $CHILD takahashi-f --remove --resume
exits 64 'a day without suspending' guardian $CHILD takahashi-f --resume --from 2026-01-01
exits 0 'a right that rests' guardian $CHILD takahashi-f --suspend --from 2026-05-01
says guardian.suspend 'is a version'
karte child show $CHILD
has "$T/out" '保護者 takahashi-f（father） 止めた日 2026-05-01' 'and is shown'
exits 0 'it comes back' guardian $CHILD takahashi-f --resume
exits 73 'which rests no more' guardian $CHILD takahashi-f --resume
exits 0 'a right that rests from today' guardian $CHILD takahashi-f --suspend
file
has "$T/child.md" "suspended: $(TZ=Asia/Tokyo date +%F)" 'has today'"'"'s date'

# ---- what is kept from whom ----------------------------------------------------------------------

exits 0 'an address' protect $CHILD takahashi-f --address '九段南1-2-1' --reason '支援措置'
says protect 'is a version'
exits 0 'a school' protect $CHILD takahashi-f --school aozora-es
exits 0 'a sheet' protect $CHILD takahashi-f --sheet kyoiku-shien/2026
exits 0 'a word' protect $CHILD takahashi-f --word '山の家'
exits 73 'a word again' protect $CHILD takahashi-f --word '山の家'
exits 65 'one letter' protect $CHILD takahashi-f --word 山
exits 66 'a sheet that there is not' protect $CHILD takahashi-f --sheet kyoiku-shien/1999
exits 66 'a school that there is not' protect $CHILD takahashi-f --school nowhere
exits 66 'somebody who is no guardian' protect $CHILD watanabe-f --word '山の家'
exits 64 'two at once' protect $CHILD takahashi-f --word '山の家' --school aozora-es
exits 64 'nothing' protect $CHILD takahashi-f
karte protect list $CHILD --json
is "$(jq -r '[.guardian, .kind, .value] | join(" ")' "$T/out" | sort | paste -sd ';')" \
	'takahashi-f address 九段南1-2-1;takahashi-f school aozora-es;takahashi-f sheet kyoiku-shien/2026;takahashi-f word 山の家' \
	'all four are listed'
exits 0 'a school no more' protect $CHILD takahashi-f --school aozora-es --remove
says unprotect 'is a version'
exits 66 'a school twice no more' protect $CHILD takahashi-f --school aozora-es --remove
exits 0 'a guardian no more' guardian $CHILD takahashi-f --remove
file
has "$T/child.md" '{guardian: "takahashi-f", kind: word, value: 山の家}' 'what was kept stays written'

# ---- looking is recorded -------------------------------------------------------------------------

# looks EVENT: how many the journal has of the operator's
looks() {
	karte log --json --event "$1"
	grep -c '"account":"os:' "$T/out"
}
for command in "child list/child.list" "child show $CHILD/child.read" "protect list $CHILD/child.read"; do
	before=$(looks "${command#*/}")
	# shellcheck disable=SC2086 # words
	karte ${command%/*}
	is "$(looks "${command#*/}")" "$((before + 1))" "${command%/*} is in the journal"
done

# ---- all of it holds -----------------------------------------------------------------------------

holds 'the vault verifies' karte verify
cp "$T/child.md" "$T/before"
karte child show $CHILD --json
cp "$T/out" "$T/shown"
holds 'the index can be made again' karte reindex
karte child show $CHILD --json
same "$T/shown" "$T/out" 'and says the same'
finish
