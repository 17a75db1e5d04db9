#!/bin/bash
# 配布: what goes to the families of several children goes out only after a second person has opened the
# list of all who get it and the first page of each attachment; it waits, can be stopped, and can be
# taken back with one press, also when the server is killed meanwhile.
# shellcheck disable=SC2317 # functions are called through until_true
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
CHILD=c7k3m9q2v4 OTHER=c9d4x1e6pj NEW=cr0000000a FAR=cr0000000b
mkdir -p "$T/f"

# ---- a second child with a family of its own at the same school, and one of another school --------

# child ID NAME KANA ACCOUNT RELATION: a child of the school
child() {
	karte child add --id "$1" --name "$2" --kana "$3" --born 2017-06-01 --sex unknown &&
		karte enrol "$1" aozora-es --from 2024-04-01 && karte guardian "$1" "$4" --relation "$5"
	[ "$RC" = 0 ] || give_up "$(cat "$T/err")"
}
child $NEW '山田 はな' 'やまだ はな' takahashi-f father
child $FAR '佐藤 ほし' 'さとう ほし' watanabe-f mother
sed -i 's|^scan:.*|scan: off|; s|^release-delay:.*|release-delay: 1h|' "$V/karte.yaml"

# pdf FILE TEXT: one page with a text that pdftotext reads
pdf() {
	python3 - "$1" "$2" <<'PY'
import sys
text = sys.argv[2]
hexes = text.encode('utf-16-be').hex()
cmap = ('/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def '
        '1 begincodespacerange <0000> <ffff> endcodespacerange 1 beginbfrange <0000> <ffff> <0000> endbfrange '
        'endcmap end end')
objs = ['<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Kids[3 0 R]/Count 1>>',
        '<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>',
        None,
        '<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>',
        '<</Type/Font/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor 8 0 R>>',
        None,
        '<</Type/FontDescriptor/FontName/X/Flags 4/FontBBox[0 0 1 1]/ItalicAngle 0/Ascent 1/Descent 0/CapHeight 1/StemV 1>>']
streams = {3: 'BT /F 12 Tf 20 100 Td <%s> Tj ET' % hexes, 6: cmap}
out = b'%PDF-1.4\n'
at = []
for i, o in enumerate(objs):
    at.append(len(out))
    if i in streams:
        s = streams[i].encode()
        body = b'<</Length %d>>stream\n' % len(s) + s + b'\nendstream'
    else:
        body = o.encode()
    out += b'%d 0 obj' % (i + 1) + body + b'endobj\n'
x = len(out)
out += b'xref\n0 %d\n0000000000 65535 f \n' % (len(objs) + 1)
for a in at:
    out += b'%010d 00000 n \n' % a
out += b'trailer<</Size %d/Root 1 0 R>>startxref\n%d\n%%%%EOF\n' % (len(objs) + 1, x)
open(sys.argv[1], 'wb').write(out)
PY
}
pdf "$T/f/letter.pdf" 'うんどうかいの おしらせ'
pdf "$T/f/named.pdf" 'がんばった人：佐藤 ほし'
pdf "$T/f/secret.pdf" 'これは 職員限り の資料です'
pdftotext -q "$T/f/named.pdf" - 2>/dev/null | grep -q 佐藤 || give_up 'pdftotext cannot read the test PDF'

must_serve
sign_in tanaka kobayashi yamamoto yoshida-f takahashi-f watanabe-f

# prepare WHO [CURL-OPTION…]: the form as a browser sends it; $R is the release
prepare() {
	local who=$1
	shift
	fetch "$who" /releases/new -X POST -H "Origin: $URL" -H 'Sec-Fetch-Site: same-origin' -H 'Expect:' \
		-F "csrf=$(token "$who")" "$@"
	R=$(header Location)
	R=${R#/releases/}
}
# letter [CURL-OPTION…]: tanaka's usual one, to two families
letter() {
	prepare tanaka -F 'title=うんどうかい' -F 'message=とうじつは はれるでしょう。' -F "child=$CHILD" -F "child=$NEW" "$@"
}
state() { sql "SELECT state FROM release WHERE id = '$R'"; }
# look WHO: opens the page as a browser does, with its pictures; $TOKEN and $ODD are of its form
look() {
	local src
	fetch "$1" "/releases/$R"
	cp "$T/body" "$T/page"
	TOKEN=$(sed -n 's/.*name="token" value="\([0-9a-f]*\)".*/\1/p' "$T/page" | head -n 1)
	ODD=()
	while read -r src; do ODD+=(--data-urlencode "odd=$src"); done < <(
		grep -o 'name="odd" value="[^"]*"' "$T/page" | sed 's/.*value="\(.*\)"/\1/')
	while read -r src; do fetch "$1" "$src"; done < <(
		grep -o 'src="/releases/[^"]*"' "$T/page" | sed 's/src="\(.*\)"/\1/')
}
# step WHO STEP [CURL-OPTION…]
step() {
	local who=$1 what=$2
	shift 2
	post "$who" "/releases/$R/$what" "$@"
}
# confirm WHO: with what look() saw
confirm() { step "$1" confirm --data-urlencode "token=$TOKEN" "${ODD[@]}"; }
# its_time: the hour in which it can be stopped is over
its_time() { sql "UPDATE release SET due = strftime('%s', 'now') WHERE id = '$R' AND due > 0"; }
# until_given: the chores come to it
until_given() {
	its_time
	until_true 60 state_is given || flunk 'the release is given' "it is $(state)"
}
state_is() { [ "$(state)" = "$1" ]; }
nothing_left() { [ "$(left_to_do)" = 0 ]; }
# left_to_do: children whose repositories are not as they should be
left_to_do() { sql "SELECT count(*) FROM release_child WHERE release = '$R' AND state IN ('waits', 'given')"; }
files_of() { git -C "$(repo "$1")" ls-tree -r --name-only main | grep -c '^files/'; }
F1() { sql "SELECT file FROM release_file WHERE release = '$R' AND n = 1"; }

# ---- the way around is shut ----------------------------------------------------------------------

fetch tanaka "/children/$CHILD/files" -X POST -H "Origin: $URL" -H 'Expect:' -F "csrf=$(token tanaka)" \
	-F "file-1=@$T/f/letter.pdf" -F 'category-1=letter' -F 'reader=household' -F "also=$NEW"
is "$STATUS" 422 'files for several families cannot just be added'
has "$T/body" '「配布」を 使ってください' 'and it is said how'
is "$(files_of $CHILD) $(files_of $NEW)" '0 0' 'nothing was kept'
fetch tanaka "/children/$CHILD/files" -X POST -H "Origin: $URL" -H 'Expect:' -F "csrf=$(token tanaka)" \
	-F "file-1=@$T/f/secret.pdf" -F 'category-1=letter' -F 'reader=household'
is "$STATUS" 422 'what says of itself that it is for staff is not given to one family either'
has "$T/body" '職員限り' 'and it is said why'
fetch tanaka "/children/$CHILD/files" -X POST -H "Origin: $URL" -H 'Expect:' -F "csrf=$(token tanaka)" \
	-F "file-1=@$T/f/letter.pdf" -F 'category-1=letter' -F 'reader=household' -F 'staff-only=true'
is "$STATUS" 422 'nor what somebody marked so'
fetch tanaka "/children/$CHILD/files" -X POST -H "Origin: $URL" -H 'Expect:' -F "csrf=$(token tanaka)" \
	-F "file-1=@$T/f/letter.pdf" -F 'title-1=うちわ' -F 'category-1=letter' -F 'staff-only=true'
is "$STATUS" 303 'staff keep such a file for themselves'
git -C "$(repo $CHILD)" log -1 -p --format= main >"$T/commit"
has "$T/commit" '+staff-only: true' 'its head says so'

# ---- preparing -----------------------------------------------------------------------------------

fetch tanaka /releases/new
is "$STATUS" 200 'the form is there'
refuses 'nobody is chosen by default' grep -q 'name="child"[^>]* checked' "$T/body"
fetch tanaka "/releases/new?child=$CHILD&child=$NEW&q=%E3%81%95%E3%81%A8%E3%81%86"
has "$T/body" '選んだ子ども' 'those who were chosen stay through a search'
has "$T/body" "value=\"$FAR\"" 'and others are found'
has "$T/body" 'いま 選んでいるのは 2人です' 'they are counted'
fetch yoshida-f /releases/new
is "$STATUS" 404 'not for families'
letter -F "file-1=@$T/f/secret.pdf"
is "$STATUS" 422 'a document for staff only is refused outright'
has "$T/body" 'value="うんどうかい"' 'what was typed stays'
letter -F "file-1=@$T/f/letter.pdf;filename=4年1組 名簿.pdf"
is "$STATUS" 422 'also by its name'
letter -F 'staff-only=true'
is "$STATUS" 422 'also by its mark'
letter -F "child=$OTHER"
is "$STATUS" 404 'not to a child of another institution, in a form of one'"'"'s own'
prepare tanaka -F 'title=x' -F 'message=y'
is "$STATUS" 422 'not to nobody'
is "$(find "$V/incoming" -name 'f*.klk' | wc -l)" 0 'nothing lies about'
letter -F "file-1=@$T/f/letter.pdf" -F 'title-1=ちらし'
is "$STATUS" 303 'a draft is made'
is "$(state)" draft 'and is one'
fetch tanaka "/releases/$R"
has "$T/body" '山田 はな' 'its page names the children'
has "$T/body" '髙橋 健（父）' 'and their guardians'
fetch tanaka "/releases/$R/attachments/1.png"
is "$STATUS $(head -c 4 "$T/body" | tail -c 3)" '200 PNG' 'and shows the first page as a picture'

# ---- wrong people --------------------------------------------------------------------------------

for who in yamamoto yoshida-f takahashi-f; do
	fetch $who "/releases/$R"
	is "$STATUS" 404 "$who knows nothing of it"
	fetch $who "/releases/$R/attachments/1.png"
	is "$STATUS" 404 "nor of its attachment"
	for s in ask confirm stop recall drop; do
		step $who $s
		is "$STATUS" 404 "and cannot $s"
	done
done
step kobayashi ask
is "$STATUS" 404 'only the preparer asks'
step kobayashi drop
is "$STATUS" 404 'or throws it away'
is "$(state)" draft 'it is still a draft'

# ---- the second person ---------------------------------------------------------------------------

step tanaka ask
is "$STATUS" 303 'the preparer asks for a second person'
is "$(state)" asked 'it waits for one'
fetch kobayashi /
has "$T/body" "href=\"/releases/$R\"" 'and is work of the other teacher'
fetch yamamoto /
lacks "$T/body" '/releases/r' 'not of another school'
look tanaka
lacks "$T/page" 'name="token"' 'the preparer gets no form to confirm'
step tanaka confirm --data-urlencode "token=$(sql "SELECT hex(zeroblob(32))")"
is "$STATUS" 404 'and cannot confirm'
step kobayashi confirm --data-urlencode "token=$(printf '%064d' 0)"
is "$STATUS" 422 'nobody confirms without having opened the list'
fetch kobayashi "/releases/$R"
TOKEN=$(sed -n 's/.*name="token" value="\([0-9a-f]*\)".*/\1/p' "$T/body" | head -n 1)
ODD=()
confirm kobayashi
is "$STATUS" 422 'nor without the pictures of the attachments'
is "$(state)" asked 'it still waits'
look kobayashi
has "$T/page" '𠮷田 美咲（母）' 'the list has every guardian by name'
# the list changes after it was opened
OLD=$TOKEN
karte guardian $NEW watanabe-f --relation other
is "$RC" 0 'another guardian comes'
confirm kobayashi
is "$STATUS" 422 'a list that has changed is not confirmed'
has "$T/body" '渡邉 真理子' 'it is shown as it is now'
look kobayashi
isnt "$TOKEN" "$OLD" 'with another token'
confirm kobayashi
is "$STATUS" 303 'what was seen is confirmed'
is "$(state)" confirmed 'and waits'
look takahashi-f
fetch takahashi-f "/children/$NEW/files"
lacks "$T/body" ちらし 'families see nothing yet'

# ---- stop ----------------------------------------------------------------------------------------

step kobayashi stop
is "$STATUS" 303 'the second person stops it in time'
its_time
sleep 5
is "$(state)" draft 'it is a draft again, and stays one'
is "$(files_of $NEW)" 0 'nothing was given'
confirm kobayashi
is "$STATUS" 409 'an old confirmation does not hold'
step tanaka ask
confirm kobayashi
is "$STATUS" 422 'nor that of an earlier asking'

# ---- given ---------------------------------------------------------------------------------------

look kobayashi
BEFORE=$(head_of $FAR)
for i in 1 2; do
	curl -s --max-time 30 --cacert "$V/tls/cert.pem" -b "$T/jar.kobayashi" -H "Origin: $URL" -o /dev/null \
		-w '%{http_code}\n' --data-urlencode "csrf=$(token kobayashi)" --data-urlencode "token=$TOKEN" \
		"${ODD[@]}" "$URL/releases/$R/confirm" >"$T/two.$i" &
	KID[i]=$!
done
wait "${KID[@]}"
is "$(cat "$T"/two.? | sort | tr '\n' ' ')" '303 409 ' 'of two confirmations at once one counts'
until_given
F=$(F1)
is "$(git -C "$(repo $NEW)" log -1 --format='%(trailers:key=Karte-Release,valueonly)' main | head -n 1)" "$R" \
	'one commit in each repository says which release'
is "$(git -C "$(repo $NEW)" log -1 --format='%(trailers:key=Karte-Action,valueonly)' main | head -n 1)" release.give 'and what it was'
is "$(git -C "$(repo $NEW)" log --format=%h --grep "Karte-Release: $R" main | wc -l)" 1 'once'
is "$(git -C "$(repo $CHILD)" log --format=%h --grep "Karte-Release: $R" main | wc -l)" 1 'for each child'
git -C "$(repo $NEW)" cat-file blob "main:files/$F/letter.pdf" | cmp - "$T/f/letter.pdf"
is $? 0 'with the very bytes'
is "$(head_of $FAR)" "$BEFORE" 'a child who was not chosen got nothing'
is "$(find "$V/incoming" -name 'f*.klk' | wc -l)" 0 'nothing waits any more'
fetch takahashi-f "/children/$NEW/files"
has "$T/body" ちらし 'the father finds it among the files of his child'
fetch takahashi-f "/children/$NEW/files/$F"
has "$T/body" 'とうじつは はれるでしょう。' 'with the message'
fetch takahashi-f "/children/$NEW/files/$F/letter.pdf"
is "$STATUS" 200 'and opens it'
sign_in okada
# exposed QUERY: the auditor's list of who opened it and to whom it was given, one row a line
exposed() {
	fetch okada "/audit/exposure?child=$NEW$1"
	tr -d '\n' <"$T/body" | sed 's/<\/tr>/\n/g; s/<\/td>/|/g' | sed 's/<[^>]*>//g' | grep '|' >"$T/exposed"
}
exposed "&object=files/$F"
matches "$(grep takahashi-f "$T/exposed")" '\|ファイル\|[1-9][0-9]*回' 'who asks who opened the file is told of the father'
is "$(grep -c yoshida-f "$T/exposed")" 0 'and of nobody who opened it for another child'
exposed ''
matches "$(grep 'お子さんの家庭' "$T/exposed")" '配布' 'of the child, that it was given to the household by a release'
fetch takahashi-f "/children/$CHILD/files/$F/letter.pdf"
is "$STATUS" 404 'not at another child'
fetch watanabe-f "/children/$FAR/files/$F"
is "$STATUS" 404 'a family that was not chosen gets nothing'
fetch yamamoto "/children/$NEW/files/$F"
is "$STATUS" 404 'nor another school'
fetch tanaka "/releases/$R"
has "$T/body" '受け取りました' 'who opened it is listed'
has "$T/body" '<td data-label="だれが">父</td>' 'by relation'
step tanaka stop
is "$STATUS" 409 'it is too late to stop it'

# a word of the letter that is kept from the father (支援措置)
LETTER=$(git -C "$(repo $NEW)" ls-tree -r -z --name-only main files | tr '\0' '\n' |
	sed -n 's|^files/\(f[^/]*\)/おたより.txt$|\1|p')
LETTER=/children/$NEW/files/$LETTER
TEXT=$LETTER/%E3%81%8A%E3%81%9F%E3%82%88%E3%82%8A.txt
fetch takahashi-f "$TEXT"
is "$STATUS" 200 'the letter can be taken home'
karte protect $NEW takahashi-f --word はれるで
for path in "/children/$NEW/files/$F" "$LETTER"; do
	fetch takahashi-f "$path"
	is "$STATUS" 200 'with a word in it that is kept from him the page is there'
	lacks "$T/body" はれる 'without the letter'
done
fetch takahashi-f "$TEXT"
is "$STATUS" 404 'and the letter is not given out'
lacks "$T/body" はれる 'in any way'
fetch watanabe-f "$LETTER"
has "$T/body" 'とうじつは はれるでしょう。' 'the other guardian has it'
fetch watanabe-f "$TEXT"
is "$STATUS" 200 'as it came'
karte protect $NEW takahashi-f --word はれるで --remove

# ---- recalled, and killed meanwhile ---------------------------------------------------------------

fetch yoshida-f "/children/$CHILD/files/$F"
is "$STATUS" 200 'the mother can open it'
step kobayashi recall
is "$STATUS" 303 'one press takes it back'
fetch yoshida-f "/children/$CHILD/files/$F"
is "$STATUS" 404 'the next request of the mother finds nothing'
fetch yoshida-f "/children/$CHILD/files/$F/letter.pdf"
is "$STATUS" 404 'nor its content'
stop KILL
karte reindex
is "$RC" 0 'the index is made again from git'
must_serve
rm -f "$T"/csrf.* # forms of the server before
fetch yoshida-f "/children/$CHILD/files/$F/letter.pdf"
is "$STATUS" 404 'after kill -9 and a new index, still nothing'
until_true 60 nothing_left
is "$(left_to_do)" 0 'the repositories follow'
is "$(git -C "$(repo $NEW)" ls-tree -r --name-only main | grep -c "$F")" 0 'the newest version has it no more'
is "$(git -C "$(repo $NEW)" log -1 --format='%(trailers:key=Karte-Action,valueonly)' main | head -n 1)" release.recall 'a commit says so'
fetch tanaka "/releases/$R"
has "$T/body" '取りもどした' 'its page says so'
has "$T/body" '受け取りました' 'and still who had opened it'

# ---- names of others ------------------------------------------------------------------------------

letter -F "file-1=@$T/f/named.pdf" -F 'title-1=ひょうしょう'
step tanaka ask
look kobayashi
has "$T/page" '「佐藤 ほし」の名前が「ひょうしょう」に あります' 'a name of a child who is not among those who get it is told'
step kobayashi confirm --data-urlencode "token=$TOKEN"
is "$STATUS" 422 'and must be ticked'
confirm kobayashi
is "$STATUS" 303 'then it is confirmed'

# ---- facts are looked at again; a server that dies goes on ----------------------------------------

stop KILL
karte guardian $NEW takahashi-f --suspend --from 2024-05-01
is "$RC" 0 'meanwhile the right of a guardian rests'
its_time
must_serve
rm -f "$T"/csrf.*
until_given
is "$(sql "SELECT state || ' ' || why FROM release_child WHERE release = '$R' AND child = '$NEW'")" 'left changed' \
	'that child is left out'
is "$(sql "SELECT state FROM release_child WHERE release = '$R' AND child = '$CHILD'")" given 'the other gets it, although the server was killed'
for who in tanaka kobayashi; do
	fetch $who "/releases/$R"
	has "$T/body" '渡さなかった子どもが います' "$who is told"
done
fetch takahashi-f "/children/$NEW/files"
lacks "$T/body" ひょうしょう 'and the guardian sees nothing'

# ---- the records, and the whole vault -------------------------------------------------------------

cat "$V"/journal/bodies/*/*.jsonl "$V"/journal/tail >"$T/journal" 2>/dev/null
for e in prepare ask confirm stop given recall left; do
	has "$T/journal" "\"event\":\"release.$e\"" "release.$e is recorded"
done
grep '"event":"release\.' "$T/journal" >"$T/records"
refuses 'no record has a name' grep -q -e 山田 -e 髙橋 -e 佐藤 "$T/records"
stop TERM
verified 'verify passes'
finish
