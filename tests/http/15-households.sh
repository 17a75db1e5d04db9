#!/bin/bash
# Administrators manage children, stays, guardians and what is kept from one of them, in pages: what
# is refused comes back with what was typed, and nobody else gets there.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
must_serve
sign_in fujii okada tanaka yoshida-f takahashi-f
CHILD=c7k3m9q2v4 PAGE=/admin/children/c7k3m9q2v4

# send PATH FIELD=VALUE…: a form of fujii's with the base that the page shows
send() {
	local path=$1 field fields=()
	shift
	fetch fujii "$PAGE"
	for field; do fields+=(--data-urlencode "$field"); done
	post fujii "$PAGE$path" --data-urlencode "base=$(sed -n \
		's/.*name="base" value="\([0-9a-f]*\)".*/\1/p' "$T/body" | head -n 1)" "${fields[@]}"
}

# taken SENTENCE PATH FIELD=VALUE…
taken() {
	local sentence=$1 before
	shift
	before=$(head_of $CHILD)
	send "$@"
	is "$STATUS $(header Location)" "303 $PAGE" "$sentence: taken"
	isnt "$(head_of $CHILD)" "$before" "$sentence: a new version"
}

# refused SENTENCE WORDS PATH FIELD=VALUE…: 422 with these words, and what was typed is there
refused() {
	local sentence=$1 words=$2 before field
	shift 2
	before=$(head_of $CHILD)
	send "$@"
	is "$STATUS" 422 "$sentence: 422"
	has "$T/body" "$words" "$sentence: says why"
	shift
	for field; do
		# chosen and typed values alike; but an empty one is nothing to look for, and x is no choice
		[[ ${field#*=} == ?(x) ]] || has "$T/body" "value=\"${field#*=}\"" "$sentence: ${field%%=*} stays"
	done
	is "$(head_of $CHILD)" "$before" "$sentence: nothing changed"
}

# shows TEXT SENTENCE
shows() {
	fetch fujii "$PAGE"
	has "$T/body" "$1" "$2"
}

# ---- finding -------------------------------------------------------------------------------------

fetch fujii /admin/children -G --data-urlencode 'q=よしだ'
is "$STATUS" 200 'an administrator finds children'
has "$T/body" "href=\"$PAGE\"" 'of every institution'
karte log --json --event admin.children
has "$T/out" '"object":"n=2"' 'how many were found is in the journal'
lacks "$T/out" よしだ 'what was searched for is not'
fetch fujii /admin/children -G --data-urlencode 'q=だれもいない'
has "$T/body" '見つかりませんでした' 'nobody is nobody'
fetch fujii /admin/children -G --data-urlencode 'q="><script>alert(1)</script>'
lacks "$T/body" '<script>alert' 'what was searched for comes back as text'
fetch fujii /admin/children?page=99999
is "$STATUS" 200 'a page behind the last one is empty'
fetch fujii /admin/children?page=-1
is "$STATUS" 200 'a page that is no number is the first'

# ---- the page ------------------------------------------------------------------------------------

fetch fujii "$PAGE"
is "$STATUS" 200 'the page of a child'
has "$T/body" '𠮷田 そら' 'has the name'
has "$T/body" 'あおぞら小学校' 'and the school'
lacks "$T/body" '昆虫' 'and nothing of the sheets'
lacks "$T/body" '教育支援シート' 'not even their titles'
has "$T/body" "href=\"/children/$CHILD/open\"" 'it leads to where a reason is asked for'
karte log --json --event admin.child
has "$T/out" "\"child\":\"$CHILD\"" 'the look is in the journal'
fetch fujii /admin/children/c000000000
is "$STATUS" 404 'a child that there is not'
fetch fujii /admin/children/etc
is "$STATUS" 404 'a number that is none'

# ---- master data ---------------------------------------------------------------------------------

taken 'a new name' /edit 'name=𠮷田 そらこ' 'kana=よしだ そらこ' 'born=平成29年5月12日' sex=female \
	'edit-reason=改名の届け出'
shows '𠮷田 そらこ' 'the page has it'
shows '改名の届け出' 'and the reason among the changes'
shows '前：氏名 𠮷田 そら<' 'with what it was before'
refused 'a day that there is not' '実際にある日付' /edit 'name=あ' 'kana=い' 'born=2017-02-30' sex=female
refused 'no name' '氏名を書いてください' /edit 'name= ' 'kana=い' 'born=2017-05-12' sex=female
refused 'a sex that is none' '性別は' /edit 'name=あ' 'kana=い' 'born=2017-05-12' sex=x
refused 'a name of two thousand letters' '長すぎます' /edit \
	"name=$(printf 'a%.0s' {1..2000})" 'kana=い' 'born=2017-05-12' sex=female

# somebody else was first
fetch fujii "$PAGE"
old=$(sed -n 's/.*name="base" value="\([0-9a-f]*\)".*/\1/p' "$T/body" | head -n 1)
karte child edit $CHILD --kana 'よしだ そらみ'
post fujii "$PAGE/edit" -d "base=$old" --data-urlencode 'name=𠮷田 そらこ' \
	--data-urlencode 'kana=よしだ そらね' -d born=2017-05-12 -d sex=female
is "$STATUS" 409 'a form that is older than the newest change: 409'
has "$T/body" 'ほかの人が先に' 'says why'
has "$T/body" 'value="よしだ そらね"' 'and keeps what was typed'
shows 'よしだ そらみ' 'what the other wrote is there'

# ---- a new child ---------------------------------------------------------------------------------

fetch fujii /admin/children/new
is "$STATUS" 200 'the form for a new child'
post fujii /admin/children/new --data-urlencode 'name=新井 光' --data-urlencode 'kana=' \
	--data-urlencode 'born=2020/4/1' -d sex=male
is "$STATUS" 422 'without a reading: 422'
has "$T/body" 'value="新井 光"' 'what was typed stays'
post fujii /admin/children/new --data-urlencode 'name=新井 光' --data-urlencode 'kana=あらい ひかる' \
	--data-urlencode 'born=令和2年4月1日' -d sex=male
is "$STATUS" 303 'a new child'
matches "$(header Location)" '^/admin/children/c[0-9a-z]{9}$' 'has a number that tells nothing'
new=$(header Location)
fetch fujii "$new"
has "$T/body" '2020年' 'and the day that was typed in the era'
is "$(git -C "$(repo "${new##*/}")" log -1 --format='%(trailers:key=Karte-Account,valueonly)' main |
	head -n 1)" fujii 'signed by the administrator'

# ---- stays ---------------------------------------------------------------------------------------

refused 'a stay where the child is' 'もう機関' /enrol institution=aozora-es since=2026-04-01
refused 'a stay nowhere' '機関をえらんで' /enrol institution= since=2026-04-01 class=1組
refused 'a stay from no day' 'はじまりの日を書いて' /enrol institution=minamizaka-gakuen since=
taken 'a class' /class 'class-stay=aozora-es 2024-04-01' class-to=3年2組
shows 3年2組 'is shown'
refused 'a class with a comma' '組・学級は' /class 'class-stay=aozora-es 2024-04-01' class-to=1,2
refused 'an end before the beginning' '在籍の日付' /leave 'leave-stay=aozora-es 2024-04-01' leave-until=2024-03-31
taken 'the end of a stay' /leave 'leave-stay=aozora-es 2024-04-01' leave-until=令和9年3月31日
taken 'the next stay' /enrol institution=minamizaka-gakuen since=2027/4/1 class=4年1組

# ---- guardians -----------------------------------------------------------------------------------

fetch takahashi-f "/children/$CHILD"
is "$STATUS" 404 'a stranger does not see the child'
refused 'a guardian that there is not' 'アカウント「nobody」' /guardians account=nobody relation=father
refused 'a teacher' '家庭のアカウントではありません' /guardians account=tanaka relation=father
taken 'a second guardian' /guardians account=takahashi-f relation=father
fetch takahashi-f "/children/$CHILD"
is "$STATUS" 200 'now the child is seen'
refused 'the same guardian' 'もうこの子どもの保護者' /guardians account=takahashi-f relation=father
taken 'a right that rests' /suspend suspend-account=takahashi-f suspend-from=2026-05-01 \
	'suspend-reason=ひみつの理由'
fetch takahashi-f "/children/$CHILD"
is "$STATUS" 404 'now no more'
fetch takahashi-f /
lacks "$T/body" "$CHILD" 'not at home either'
fetch yoshida-f "/children/$CHILD"
is "$STATUS" 200 'the other guardian does'
taken 'it comes back' /guardians/takahashi-f/resume
fetch takahashi-f "/children/$CHILD"
is "$STATUS" 200 'and the child is seen again'
send /guardians/takahashi-f/resume
is "$STATUS" 422 'what does not rest does not come back'

# ---- what is kept from one of them ---------------------------------------------------------------

fetch tanaka "/children/$CHILD"
fetch takahashi-f "/children/$CHILD"
has "$T/body" 'あおぞら小学校' 'without a protection the school is there'
taken 'a school' /protect protect-guardian=takahashi-f protect-kind=school protect-value=aozora-es \
	'protect-reason=ひみつの措置'
for path in "/children/$CHILD" "/children/$CHILD/accesses"; do
	fetch takahashi-f "$path"
	is "$STATUS" 200 "$path is there"
	lacks "$T/body" 'あおぞら' "$path does not have it"
	lacks "$T/body" 'aozora-es' "$path: nor its number"
	lacks "$T/body" 'ひみつ' "$path: nor why"
	lacks "$T/body" '支援措置' "$path: nor that there is anything"
	fetch yoshida-f "$path"
	has "$T/body" 'あおぞら' "$path has it for the other guardian"
	lacks "$T/body" 'ひみつ' "$path: without why"
done
refused 'one letter' '2字から' /protect protect-guardian=takahashi-f protect-kind=word protect-value=山
refused 'a school that there is not' '機関「nowhere」' /protect protect-guardian=takahashi-f \
	protect-kind=school protect-value=nowhere
refused 'a kind that is none' '見せないもの' /protect protect-guardian=takahashi-f protect-kind=x \
	protect-value=abc
shows 'ひみつの措置' 'administrators see why'
taken 'a school no more' /unprotect protect-guardian=takahashi-f protect-kind=school \
	protect-value=aozora-es
taken 'a guardian no more' /guardians/takahashi-f/remove
fetch takahashi-f "/children/$CHILD"
is "$STATUS" 404 'and the child is not seen'

# ---- households ----------------------------------------------------------------------------------

fetch fujii /admin/households
is "$STATUS" 200 'the list of households'
has "$T/body" 'href="/admin/accounts/yoshida-f"' 'leads to the account'
has "$T/body" "href=\"$PAGE\"" 'and to the children'
karte guardian $CHILD watanabe-f --relation other
karte guardian $CHILD watanabe-f --suspend --from 2026-05-01
fetch fujii /admin/households -G --data-urlencode 'q=ワタナベ'
lacks "$T/body" 'yoshida-f' 'a search leaves the others out'
has "$T/body" '止めています' 'whose right rests is listed too'
karte log --json --event admin.households
isnt "$(wc -l <"$T/out")" 0 'the look is in the journal'

# ---- nobody else ---------------------------------------------------------------------------------

before=$(head_of $CHILD)
for who in tanaka yoshida-f okada; do
	for path in /admin/children /admin/children/new "$PAGE" /admin/households; do
		fetch "$who" "$path"
		is "$STATUS" 404 "$who does not get $path"
	done
	for path in edit enrol leave class guardians suspend guardians/yoshida-f/remove \
		guardians/yoshida-f/resume protect unprotect; do
		post "$who" "$PAGE/$path" -d account="$who" -d relation=father -d name=x
		is "$STATUS" 404 "$who does not change $path"
	done
	post "$who" /admin/children/new -d name=x
	is "$STATUS" 404 "$who makes no child"
done
fetch fujii "$PAGE/edit" -X POST -H "Origin: $URL" -d csrf=wrong -d name=x
is "$STATUS" 403 'a form without the token of the session changes nothing'
fetch fujii "$PAGE/edit"
is "$STATUS" 405 'an address that only takes forms is not opened'
is "$(head_of $CHILD)" "$before" 'all of this has written nothing'
holds 'the vault verifies' karte verify
finish
