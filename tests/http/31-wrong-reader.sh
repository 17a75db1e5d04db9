#!/bin/bash
# Wrong readers: whoever has nothing to do with a child, with the numbers of everything that there is
# about it, before every page and every form; the right ones after their day, after a no, or for
# something else than they were let in for; and looks that would leave no record.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
CHILD=c7k3m9q2v4 OTHER=c5v0g7b3yq
PLAN=kyoiku-shien/2026 BASE=/children/$CHILD
TODAY=$(TZ=Asia/Tokyo date +%F) TOMORROW=$(TZ=Asia/Tokyo date -d tomorrow +%F)
LATER=$(TZ=Asia/Tokyo date -d '+60 days' +%F)
karte guardian $OTHER watanabe-f --relation mother
must_serve
sign_in tanaka kobayashi yamamoto ito mori hayashi yoshida-f takahashi-f watanabe-f okada fujii

# index STATEMENT: into the index, for what only time would do
index() {
	python3 -c 'import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=20)
db.execute(sys.argv[2])
db.commit()' "$V/index.db" "$1"
}

# looks EVENT: how many looks of this kind are in the journal
looks() {
	karte log --json --event "$1"
	jq -r .n "$T/out" | wc -l
}

# ---- something of everything ---------------------------------------------------------------------

printf 'そらの ひみつの かみ\n' >"$T/paper.txt"
fetch tanaka $BASE/files -X POST -H "Origin: $URL" -F "csrf=$(token tanaka)" \
	-F "file-1=@$T/paper.txt;type=text/plain" -F title-1=ひみつの題 -F category-1=other -F reader=school
is "$STATUS" 303 'a file'
fetch tanaka $BASE/files
F=$(grep -o "$BASE/files/f[0-9a-z]*" "$T/body" | head -n 1 | sed 's|.*/||')
post tanaka $BASE/consents/new -d type=kyoiku-shien -d id=2026 -d step=send -d "due=$LATER" \
	-d "base=$(version_of $CHILD $PLAN)" -d r0=hikari-hoikuen -d to-yoshida-f=true
[ "$STATUS" = 303 ] || post tanaka $BASE/consents/new -d type=kyoiku-shien -d id=2026 -d step=send \
	-d "due=$LATER" -d "base=$(version_of $CHILD $PLAN)" -d r0=hoken-center -d to-yoshida-f=true
is "$STATUS" 303 'something that is asked'
A=$(header Location | sed 's|.*/||; s|?.*||')

# hand SINCE: a handover of the goals to the next school, opened; its number in $H
hand() {
	post tanaka $BASE/handover/new -d to=minamizaka-gakuen -d purpose=move -d "since=$1" \
		-d "until=$LATER" -d "s=$PLAN/goals"
	H=$(basename "$(header Location)")
	post yoshida-f "$BASE/handover/$H/answer" -d "s=$PLAN/goals"
	post tanaka "$BASE/handover/$H/open" -d "s=$PLAN/goals"
	is "$STATUS" 303 "a handover from $1"
}
hand "$TOMORROW"

open_form tanaka $CHILD/sheets/$PLAN "$T/form"
form set "$T/form" draft 1
send_form tanaka $CHILD/sheets/$PLAN "$T/form"
is "$STATUS" 303 'a draft'
D=$(sql 'SELECT max(n) FROM draft')
version=$(version_of $CHILD $PLAN)

# ---- every page and every form, with the numbers -------------------------------------------------

# about CHILD: METHOD PATH of each page about a child, with all numbers put in
about() {
	sed -n '/^const struct page_route/,/^};/p' "$ROOT/vault/page/routes.c" | tr -d '\n' |
		sed 's/},[[:space:]]*{/},\n{/g' | grep -o 'M_[A-Z]*, [^}]*}' |
		sed -E "s|SHEET |\"/children/:child/sheets/:type/:id\"|; s|SHEET\}|\"/children/:child/sheets/:type/:id\"|
			s|FILES\b|\"/children/:child/files\"|; s|CONSENTS\b|\"/children/:child/consents\"|
			s|HANDOVER\b|\"/children/:child/handover\"|" |
		tr -d '", {}' | sed 's/^M_\([A-Z]*\)/\1 /' | grep ' /children/:child' | grep -v '/open$' |
		sed "s|:child|$1|; s|:type/:id|$PLAN|; s|:section|goals|; s|:version|$version|; s|:file|$F|
			s|:ask|$A|; s|:paper|2026-11-21-2|; s|:handover|$H|; s|:name|paper.txt|"
	for path in "consents/new?type=kyoiku-shien&id=2026" "karte.pdf?s=$PLAN" "files/$F/paper.txt?preview=1" \
		"consents/$A/paper.pdf?for=yoshida-f" "handover/new?to=minamizaka-gakuen" \
		"sheets/$PLAN/edit/all?draft=$D" "sheets/$PLAN/edit?merged=$version"; do
		echo "GET /children/$1/$path"
	done
}
about $CHILD >"$T/about"
[ "$(wc -l <"$T/about")" -gt 45 ]
is $? 0 "there is something to be tried ($(wc -l <"$T/about"))"
lacks "$T/about" : 'and each number is known'

# fields that some form or other has, so that what refuses is not a missing one
ANY=(-d "base=$version" -d "version=$version" -d step=send -d i0=agree -d wi0=true -d sure=yes -d "s=$PLAN/goals"
	-d type=kyoiku-shien -d id=2026 -d do=drop -d make=true -d to-yoshida-f=true -d "due=$LATER"
	-d to=minamizaka-gakuen -d purpose=move -d "since=$TODAY" -d "until=$LATER" -d account=yoshida-f
	-d "on=$TODAY" --data-urlencode 'reason=なんとなく' --data-urlencode 'text=こんにちは')

# nothing WHO METHOD PATH: as if there were nothing
nothing() {
	if [ "$2" = GET ]; then fetch "$1" "$3"; else post "$1" "$3" "${ANY[@]}"; fi
	case $3 in */edit | */edit/goals) [ "$2" = GET ] || STATUS=${STATUS/400/404} ;; esac
	is "$STATUS" 404 "$1 gets nothing: $2 $3"
	cat "$T/head" >>"$T/body"
	for word in '𠮷田 そら' 教育支援シート ひみつ 田中 みなみざか; do
		lacks "$T/body" "$word" "and learns nothing of $word"
	done
}

before=$(head_of $CHILD)
rows=$(sql 'SELECT count(*) FROM draft')
karte log --json
lines=$(wc -l <"$T/out")
for who in ito yamamoto hayashi takahashi-f okada fujii; do
	while read -r method path; do nothing "$who" "$method" "$path"; done <"$T/about"
done
is "$(head_of $CHILD) $(sql 'SELECT count(*) FROM draft')" "$before $rows" 'and nothing is written'
karte log --json
tail -n "+$((lines + 1))" "$T/out" >"$T/new"
is "$(jq -r "select(.child == \"$CHILD\" and .class == \"read\") | .event" "$T/new" | head -n 1)$(
	jq -r "select(.child == \"$CHILD\" and .decision == \"allow\") | .event" "$T/new" | head -n 1)" '' \
	'no look is in the journal'
[ "$(jq -r "select(.child == \"$CHILD\" and .decision == \"deny\") | .n" "$T/new" | wc -l)" -gt 250 ]
is $? 0 'but the refusals'

# numbers of one child in the address of another that the same teacher reads
for path in "files/$F" "files/$F/paper.txt" "files/$F/paper.txt?preview=1" "consents/$A" "handover/$H" \
	"handover/$H/package" "consents/$A/paper.pdf" "sheets/$PLAN/history/$version" \
	"sheets/$PLAN/history/$version.pdf" "sheets/$PLAN/edit/all?draft=$D" "karte.pdf?s=shugaku-shien/2023"; do
	fetch tanaka "/children/$OTHER/$path"
	is "$STATUS" 404 "of another child: $path"
	lacks "$T/body" ひみつ 'and the answer does not say what it is'
done
for step in "files/$F/remove" "consents/$A/cancel" "consents/$A/paper" "handover/$H/close" "handover/$H/open" \
	"handover/$H/package" "sheets/$PLAN/history/$version"; do
	post tanaka "/children/$OTHER/$step" "${ANY[@]}"
	is "$STATUS" 404 "nor by a form: $step"
done
for section in all goals; do
	fetch tanaka "/children/$OTHER/sheets/$PLAN/edit/$section" -X POST -H "Origin: $URL" \
		--data-urlencode "csrf=$(token tanaka)" -d "base=$version" -d f.year-goal=x
	is "$STATUS" 400 "a form that begins from another child's version: $section"
	fetch tanaka "/children/$OTHER/sheets/$PLAN/edit/$section" -X POST -H "Origin: $URL" \
		--data-urlencode "csrf=$(token tanaka)" -d "base=$version" -d use=print
	is "$STATUS" 400 'is not shown on paper either'
done
# what is one's own and another's
for who in kobayashi yoshida-f; do
	post $who "/drafts/$D" -d do=drop
	is "$STATUS" 404 "the draft of another cannot be thrown away by $who"
	fetch $who "$BASE/sheets/$PLAN/edit/all?draft=$D"
	is "$STATUS" 404 'nor read'
done
# a guardian before what is the staff's, and the staff before what is a guardian's
for step in "consents/$A/cancel" "consents/$A/paper" consents/new "handover/$H/open" "handover/$H/close" \
	"handover/$H/package" "handover/$H/confirm" handover/new "sheets/$PLAN/step" "files/$F/remove"; do
	post yoshida-f "$BASE/$step" "${ANY[@]}"
	is "$STATUS" 404 "a guardian does not do what is the staff's: $step"
done
for step in "consents/$A" "consents/$A/withdraw" "handover/$H/answer" "handover/$H/confirm" "handover/$H/feedback"; do
	post tanaka "$BASE/$step" "${ANY[@]}"
	is "$STATUS" 404 "staff do not answer for a guardian: $step"
done

# ---- a handover: its days, and no more than it names ---------------------------------------------

fetch tanaka "$BASE/handover/$H/package"
is "$STATUS" 422 'before its first day nothing is given out on paper'
post tanaka "$BASE/handover/$H/package" -d password=aaaa-bbbb-cccc-dddd-eeee --data-urlencode reason=はやく
is "$STATUS" 422 'by no form'
hand "$TODAY"
fetch yamamoto $BASE/timeline
is "$STATUS" 200 'the receiver has a timeline'
has "$T/body" '令和8年度' 'with the sheet that was handed over'
for word in 'に 入りました' 'を 出ました' ひかり保育園 つぼみ 3年2組 '版 '; do
	lacks "$T/body" "$word" "but not with what was not: $word"
done
fetch tanaka $BASE/timeline
has "$T/body" 'に 入りました' 'the school has it with all stays'
for path in "" /timeline /print /growth /karte.pdf "/sheets/$PLAN" "/sheets/$PLAN.pdf" "/handover/$H"; do
	fetch yamamoto "$BASE$path"
	is "$STATUS" 200 "in its days the receiver reads: $path"
done
for path in "/sheets/$PLAN/history" "/sheets/$PLAN/history/$version" "/sheets/$PLAN/edit" "/sheets/$PLAN/check" \
	"/karte.pdf?s=kyoiku-shien/2025" "/files/$F" "/consents/$A" "/handover/$H/package" /accesses; do
	fetch yamamoto "$BASE$path"
	is "$STATUS" 404 "and not: $path"
done
fetch yamamoto $BASE/files
lacks "$T/body" ひみつ 'no file'
index "UPDATE share SET until = date('now', '-2 days') WHERE source <> ''"
while read -r method path; do nothing yamamoto "$method" "$path"; done < <(about $CHILD)
fetch yamamoto /
lacks "$T/body" $CHILD 'after its last day nothing waits'

# ---- consent: taken back while what it opened lies in the cache ----------------------------------

for path in "" /timeline /print /growth /karte.pdf "/sheets/$PLAN"; do
	fetch mori "$BASE$path"
	is "$STATUS" 200 "with consent: $path"
done
fetch yoshida-f $BASE/consents
grep -o "$BASE/consents/[0-9][0-9-]*" "$T/body" | sort -u >"$T/asks"
while read -r ask; do post yoshida-f "$ask/withdraw" -d wi0=true -d sure=yes; done <"$T/asks"
for path in "/sheets/$PLAN" "/sheets/$PLAN.pdf" "/sheets/$PLAN/history" "/sheets/$PLAN/history/$version" \
	"/karte.pdf?s=$PLAN"; do
	fetch mori "$BASE$path"
	is "$STATUS" 404 "without it: $path"
done
for path in "" /timeline /print /growth /karte.pdf /files; do
	fetch mori "$BASE$path"
	if [ "$(header Content-Type)" = application/pdf ]; then
		pdftotext "$T/body" "$T/said"
		pdfinfo "$T/body" >>"$T/said"
	else
		cp "$T/body" "$T/said"
	fi
	lacks "$T/said" 教育支援シート（令和8年度 "and nowhere is a word of it: $path"
done

# ---- looks that a form makes ---------------------------------------------------------------------

# use WHO SECTION WHAT: a button that fills the form
use() {
	fetch "$1" "$BASE/sheets/$PLAN/edit/$2" -X POST -H "Origin: $URL" \
		--data-urlencode "csrf=$(token "$1")" -d "base=$(version_of $CHILD $PLAN)" -d "use=$3"
}
for what in take:kyoiku-shien/2025 before:year-goal; do
	for section in goals all; do
		[ "$section$what" != all$what ] || [ $what = before:year-goal ] || continue
		n=$(looks sheet.told)
		use kobayashi $section $what
		is "$STATUS" 200 "$what fills $section"
		[ "$(looks sheet.told)" -gt "$n" ]
		is $? 0 'and the look at the other sheet is in the journal'
	done
done
use kobayashi goals take:shugaku-shien/1999
is "$STATUS" 400 'of a sheet that there is not'
use kobayashi goals take:nyuyoji-kenshin/2017-08-24
is "$STATUS" 400 'as of one that is not for the school'

section() {
	fetch "$1" "$BASE/sheets/$PLAN/edit/goals?draft=none"
	form read "$T/body" >"$2"
	form set "$2" reason 見直した
}
section kobayashi "$T/first"
section tanaka "$T/second"
form set "$T/first" f.year-goal 'さきに書いた ひとの ことば'
form set "$T/second" f.year-goal 'あとから書いた ひとの ことば'
for who in kobayashi tanaka; do
	[ $who = kobayashi ] && file=$T/first || file=$T/second
	n=$(looks sheet.edit)
	body "$file"
	fetch $who "$BASE/sheets/$PLAN/edit/goals" -X POST -H "Origin: $URL" --data-binary "@$file.body"
done
is "$STATUS" 409 'two write the same field'
has "$T/body" 'さきに書いた' "the second reads the first one's text"
[ "$(looks sheet.edit)" -gt "$n" ]
is $? 0 'and that look is in the journal'

# ---- 支援措置: what goes to one guardian on paper -------------------------------------------------

karte protect $OTHER takahashi-f --word ひなげし
post tanaka "/children/$OTHER/consents/new" -d type=kyoiku-shien -d id=2026 -d step=send -d "due=$LATER" \
	-d "base=$(version_of $OTHER $PLAN)" -d make=true -d to-takahashi-f=true -d to-watanabe-f=true \
	--data-urlencode 'note=ひなげし寮に いるので、いそいでいます'
is "$STATUS" 303 'both guardians are asked, with a word that one must not read'
A=$(header Location | sed 's|.*/||; s|?.*||')
fetch takahashi-f "/children/$OTHER/consents/$A"
is "$STATUS" 200 'he is asked'
lacks "$T/body" ひなげし 'without the word'
paper() {
	fetch tanaka "/children/$OTHER/consents/$A/paper.pdf$1"
	is "$STATUS" 200 "on paper: ${1:-whoever signs}"
	pdftotext "$T/body" - | tr -d ' \n' >"$T/said"
}
paper '?for=takahashi-f'
lacks "$T/said" ひなげし 'his paper has no such word'
paper ''
lacks "$T/said" ひなげし "nor has one that is nobody's in particular"
paper '?for=watanabe-f'
has "$T/said" ひなげし 'hers has it'

verified 'every commit is signed and recorded'
finish
