#!/bin/bash
# Consent, from asking to taking back: staff ask about one version of a sheet, guardians answer with
# their own key, what they agree to opens at once and what they take back shuts at once.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
C=c5v0g7b3yq
S=$C/sheets/kyoiku-shien/2026
A=/children/$C/consents
demo_vault "$V"
sed -i 's|^scan:.*|scan: off|' "$V/karte.yaml"
karte guardian $C watanabe-f --relation mother
is "$RC" 0 'the child has two guardians'
must_serve
sign_in kobayashi tanaka takahashi-f watanabe-f yoshida-f mori yamamoto shimizu okada

# ask WHO [CURL-OPTION…]: the form as the page gives it, sent.
ask() {
	local who=$1
	shift
	post "$who" "$A/new" -d type=kyoiku-shien -d id=2026 -d step=send \
		-d "base=$(version_of $C kyoiku-shien/2026)" -d "due=$DUE" "$@"
}
# number: of what was asked or answered last, by where the answer leads.
number() {
	header Location | sed 's|.*/||; s|?.*||'
}
# answer WHO ASK STEP [CURL-OPTION…]: about the version that is shown.
answer() {
	local who=$1 ask=$2 step=$3
	shift 3
	post "$who" "$A/$ask" -d "step=$step" -d "version=$(version_of $C kyoiku-shien/2026)" "$@"
}
mori_reads() {
	fetch mori "/children/$S"
	echo "$STATUS"
}
DUE=$(TZ=Asia/Tokyo date -d '+10 days' +%F)

# ---- asking -----------------------------------------------------------------------------------------

fetch kobayashi "$A/new?type=kyoiku-shien&id=2026"
is "$STATUS" 200 'staff of the sheet get the form'
has "$T/body" 髙橋 'with the guardians by name'
has "$T/body" 'name="r0"' 'and receivers, each alone'
fetch takahashi-f "/children/$S"
lacks "$T/body" 's-strengths' 'a sheet in review shows the family only what it writes itself'
for who in mori yamamoto takahashi-f yoshida-f shimizu okada; do
	BEFORE=$(head_of $C)
	fetch "$who" "$A/new?type=kyoiku-shien&id=2026"
	is "$STATUS" 404 "$who has nothing to ask here"
	ask "$who" -d make=true -d to-takahashi-f=true
	is "$STATUS $(head_of $C)" "404 $BEFORE" "and cannot, either"
done
BEFORE=$(head_of $C)
wrong() { # SENTENCE CURL-OPTION…
	local sentence=$1
	shift
	ask tanaka "$@"
	is "$STATUS $(head_of $C)" "422 $BEFORE" "$sentence"
}
wrong 'nothing is asked' -d to-takahashi-f=true
wrong 'nobody is asked' -d make=true
wrong 'a stranger is asked' -d make=true -d to-yoshida-f=true
wrong 'staff are asked' -d make=true -d to-tanaka=true
wrong 'a draft cannot be shown alone' -d r0=hoken-center -d to-takahashi-f=true
wrong 'the same receiver twice' -d make=true -d r0=hoken-center -d r1=hoken-center -d to-takahashi-f=true
wrong 'the own institution' -d make=true -d r0=aozora-es -d to-takahashi-f=true
wrong 'a receiver that never reads it' -d make=true -d r0=hikari-hoikuen -d to-takahashi-f=true
wrong 'a section that the receiver never reads' -d make=true -d r0=hoken-center -d s0-goals=true -d to-takahashi-f=true
wrong 'sections of no receiver' -d make=true -d s1-goals=true -d to-takahashi-f=true
OLD=$DUE DUE=2020-01-01
wrong 'a day that is over' -d make=true -d to-takahashi-f=true
DUE=9999-99-99
wrong 'no day at all' -d make=true -d to-takahashi-f=true
DUE=$OLD
wrong 'a line that is too long' -d make=true -d to-takahashi-f=true -d "note=$(printf 'あ%.0s' {1..401})"
ask tanaka -d make=true -d r0=no-such -d to-takahashi-f=true
is "$STATUS $(head_of $C)" "400 $BEFORE" 'an institution that is none'

ask tanaka -d make=true -d r0=hoken-center -d s0-health=true -d to-takahashi-f=true \
	-d 'note=健診のときに 使うためです' -d step=check
ask tanaka --data-urlencode 'step=check' -d make=true
is "$(head_of $C)" "$BEFORE" 'a form with two steps is sent nowhere'
post tanaka "$A/new" -d type=kyoiku-shien -d id=2026 -d "base=$(version_of $C kyoiku-shien/2026)" \
	-d "due=$DUE" -d make=true -d r0=hoken-center -d s0-health=true -d s0-condition=true -d to-takahashi-f=true
is "$STATUS $(head_of $C)" "200 $BEFORE" 'it is looked at first, as the guardian will read it'
has "$T/body" '保健センター' 'with who will read'

WAS=$(version_of $C kyoiku-shien/2026)
ASKED='-d make=true -d r0=hoken-center -d s0-health=true -d s0-condition=true -d to-takahashi-f=true'
# shellcheck disable=SC2086
ask tanaka $ASKED --data-urlencode 'note=健診のときに 使うためです'
is "$STATUS" 303 'then it is asked'
Q=$(number)
is "$(git -C "$(repo $C)" log -1 --format=%s)" "consents/ask-$Q.md: ask" 'in one commit'
is "$(git -C "$(repo $C)" diff --name-only HEAD~1 HEAD | tr '\n' ' ')" \
	"consents/ask-$Q.md sheets/kyoiku-shien/2026.md " 'with the state of the sheet'
is "$(git -C "$(repo $C)" show HEAD:sheets/kyoiku-shien/2026.md | grep -c '^status: consent')" 1 \
	'which waits for consent now'
git -C "$(repo $C)" show "HEAD:consents/ask-$Q.md" >"$T/ask"
has "$T/ask" "version: $WAS" 'and what is asked names the version'
is "$(sed -n 's/^digest: //p' "$T/ask")" \
	"$(git -C "$(repo $C)" show HEAD:sheets/kyoiku-shien/2026.md | sed '0,/^status: /{/^status: /d}' | sha256sum | cut -d' ' -f1)" \
	'and its text, as stock tools compute it'
is "$(git -C "$(repo $C)" log -1 --format='%(trailers:key=Karte-Action,valueonly)' | head -n 1)" \
	sheet.ask 'its action is the step of the sheet'
BEFORE=$(head_of $C)
# shellcheck disable=SC2086
ask tanaka $ASKED --data-urlencode 'note=健診のときに 使うためです'
is "$STATUS $(number) $(head_of $C)" "303 $Q $BEFORE" 'pressed twice, it is asked once'
post tanaka "$A/new" -d type=kyoiku-shien -d id=2026 -d step=send -d "base=${BEFORE//[0-9]/0}" \
	-d "due=$DUE" -d make=true -d to-takahashi-f=true
is "$STATUS $(head_of $C)" "409 $BEFORE" 'another version than the one that was shown is not asked about'

# ---- reading what is asked --------------------------------------------------------------------------

fetch takahashi-f "$A/$Q"
is "$STATUS" 200 'the guardian reads it'
for text in あおぞら小学校 保健センター 健診のときに 取り消せます いつまで; do
	has "$T/body" "$text" "with $text"
done
lacks "$T/body" 'checked' 'nothing is chosen beforehand'
has "$T/body" "/children/$S" 'and the sheet is one link away'
fetch takahashi-f "/children/$S"
is "$STATUS" 200 'which can be read now'
for who in watanabe-f yoshida-f mori yamamoto okada; do
	fetch "$who" "$A/$Q"
	is "$STATUS" 404 "$who was not asked"
	answer "$who" "$Q" send -d i0=agree -d i1=agree
	is "$STATUS" 404 'and has nothing to answer'
	post "$who" "$A/$Q/withdraw" -d wi1=true -d sure=yes
	is "$STATUS" 404 'nor to take back'
	post "$who" "$A/$Q/cancel"
	is "$STATUS" 404 'nor to cancel'
	post "$who" "$A/$Q/paper" -d account=takahashi-f -d "on=$(TZ=Asia/Tokyo date +%F)" -d i0=agree -d i1=agree
	is "$STATUS" 404 'nor to write down'
	fetch "$who" "$A/$Q/paper.pdf"
	is "$STATUS" 404 'nor to print'
done
answer kobayashi "$Q" send -d i0=agree -d i1=agree
is "$STATUS" 404 'who asks does not answer'
post takahashi-f "$A/$Q/cancel"
is "$STATUS" 404 'a guardian does not cancel'
post takahashi-f "$A/$Q/paper" -d account=takahashi-f -d "on=$(TZ=Asia/Tokyo date +%F)" -d i0=agree -d i1=agree
is "$STATUS" 404 'a guardian writes down no paper'
fetch shimizu "$A/$Q"
is "$STATUS" 200 'the board sees that it was asked'
lacks "$T/body" "/cancel" 'and has no button'
is "$(head_of $C)" "$BEFORE" 'all of this has changed nothing'
is "$(mori_reads)" 404 'nothing is shared yet'

# ---- answering --------------------------------------------------------------------------------------

answer takahashi-f "$Q" check -d i0=agree
is "$STATUS" 422 'each is answered'
has "$T/body" '3つから 1つ えらんでください' 'in these words'
answer takahashi-f "$Q" check -d i0=changes -d i1=agree
is "$STATUS" 422 'what is to be put right is said'
answer takahashi-f "$Q" check -d i0=agree -d i1=agree
is "$STATUS $(head_of $C)" "200 $BEFORE" 'the answer is looked at before it is sent'
has "$T/body" 'この内容で おくる' 'with the button'
answer takahashi-f "$Q" send -d i0=agree -d i1=agree -d i2=agree
is "$STATUS $(head_of $C)" "404 $BEFORE" 'what was never asked is not answered'
answer takahashi-f "$Q" send -d i0=agree -d i1=agree -d i1=decline
is "$STATUS $(head_of $C)" "400 $BEFORE" 'nor is one thing answered twice'
answer takahashi-f "$Q" send -d i0=agree -d i1=revoke
is "$STATUS $(head_of $C)" "422 $BEFORE" 'nor with a word that is no answer'
post takahashi-f "$A/$Q" -d step=send -d i0=agree -d i1=agree
is "$STATUS $(head_of $C)" "400 $BEFORE" 'nor without the version that was shown'
answer takahashi-f "$Q" send -d i0=agree -d i1=agree --data-urlencode 'text='
is "$STATUS" 303 'it is sent'
fetch takahashi-f "$(header Location)"
has "$T/body" '受付番号' 'and has a number'
COMMIT=$(head_of $C)
is "$(git -C "$(repo $C)" log -1 --format='%(trailers:key=Karte-Action,valueonly)%an' | tr -d '\n')" \
	'consent.give髙橋 健' 'a commit of the guardian'
FILE=$(git -C "$(repo $C)" diff --name-only HEAD~1 HEAD)
git -C "$(repo $C)" show "HEAD:$FILE" >"$T/reply"
has "$T/reply" "version: $BEFORE" 'that names the exact version'
has "$T/reply" "ask: $Q" 'and what was asked'
karte verify --child $C
is "$RC" 0 'signed with the key of the guardian, as the registry knows it'
KEY=$(git -C "$V/registry.git" grep -h -A9 'account: takahashi-f' main -- keys | sed -n 's/^fingerprint: *//p' | tr -d '"' | head -n 1)
mkdir -p "$T/gpg"
git -C "$V/registry.git" ls-tree --name-only main keys/ | grep '\.asc$' | while read -r key; do
	git -C "$V/registry.git" show "main:$key" | gpg --homedir "$T/gpg" --batch -q --import 2>/dev/null
done
GNUPGHOME=$T/gpg git -C "$(repo $C)" verify-commit --raw "$COMMIT" 2>"$T/raw"
if [ -n "$KEY" ]; then has "$T/raw" "VALIDSIG $KEY" 'stock git and gpg say so, too'; else
	has "$T/raw" "VALIDSIG" 'stock git and gpg say so, too'
fi
answer takahashi-f "$Q" send -d i0=agree -d i1=agree
is "$STATUS $(head_of $C)" "303 $COMMIT" 'pressed twice, it is answered once'
fetch kobayashi "$A/$Q"
has "$T/body" 'tag-success">同意<' 'staff see the answer'

# ---- what it opens ----------------------------------------------------------------------------------

is "$(mori_reads)" 200 'the receiver reads at once'
has "$T/body" 's-health' 'the sections that were agreed to'
has "$T/body" 's-condition' 'both'
lacks "$T/body" 's-history' 'and no other, although the type would show it'
fetch yamamoto "/children/$S"
is "$STATUS" 404 'nobody else does'

# ---- taking back ------------------------------------------------------------------------------------

post takahashi-f "$A/$Q/withdraw" -d sure=yes
is "$STATUS $(head_of $C)" "422 $COMMIT" 'what is taken back is chosen'
post takahashi-f "$A/$Q/withdraw" -d wi1=true
is "$STATUS $(head_of $C)" "200 $COMMIT" 'and looked at with what follows'
is "$(mori_reads)" 200 'nothing has happened yet'
post takahashi-f "$A/$Q/withdraw" -d wi1=true -d sure=yes
is "$STATUS" 303 'it is taken back'
is "$(mori_reads)" 404 'and shut in the next request'
is "$(git -C "$(repo $C)" log -1 --format='%(trailers:key=Karte-Action,valueonly)' | head -n 1)" \
	consent.revoke 'its action'
COMMIT=$(head_of $C)
post takahashi-f "$A/$Q/withdraw" -d wi1=true -d sure=yes
is "$STATUS $(head_of $C)" "303 $COMMIT" 'once is enough'
fetch kobayashi "$A/$Q"
has "$T/body" 'tag-attention">取り消し<' 'staff see it'
answer takahashi-f "$Q" send -d i0=agree -d i1=agree
is "$(mori_reads)" 200 'and the guardian can agree again'

# ---- paper ------------------------------------------------------------------------------------------

TODAY=$(TZ=Asia/Tokyo date +%F)
fetch kobayashi "$A/$Q/paper.pdf?for=takahashi-f"
is "$STATUS $(header Content-Type)" '200 application/pdf' 'a page to be signed'
holds 'which is a good PDF' qpdf --check "$T/body"
is "$(pdfinfo "$T/body" | awk '/^Pages/ { print $2 }')" 1 'of one page'
pdftotext "$T/body" "$T/pdf.txt"
has "$T/pdf.txt" 保健センター 'with who will read'
fetch kobayashi "$A/$Q/paper.pdf?for=yoshida-f"
is "$STATUS" 404 'for nobody who was not asked'
COMMIT=$(head_of $C)
paper() { # SENTENCE CURL-OPTION…
	local sentence=$1
	shift
	post kobayashi "$A/$Q/paper" "$@"
	is "$STATUS $(head_of $C)" "422 $COMMIT" "$sentence"
}
paper 'a paper of somebody who was not asked' -d account=yoshida-f -d "on=$TODAY" -d i0=agree -d i1=agree
paper 'a paper without a name' -d account= -d "on=$TODAY" -d i0=agree -d i1=agree
paper 'a paper of tomorrow' -d account=takahashi-f -d on=2999-01-01 -d i0=agree -d i1=agree
paper 'a paper older than what was asked' -d account=takahashi-f -d on=2020-01-01 -d i0=agree -d i1=agree
paper 'a paper with half an answer' -d account=takahashi-f -d "on=$TODAY" -d i0=agree
paper 'a scan that is not there' -d account=takahashi-f -d "on=$TODAY" -d i0=agree -d i1=agree -d file=f0000
paper 'a yes without a scan' -d account=takahashi-f -d "on=$TODAY" -d i0=agree -d i1=decline
post kobayashi "$A/$Q/paper" --data-urlencode 'name=髙橋 花子' -d relation=祖母 -d account= -d "on=$TODAY" -d i0=changes -d i1=decline
is "$STATUS" 303 'what came on paper is written down, and a no needs no scan'
is "$(git -C "$(repo $C)" log -1 --format='%(trailers:key=Karte-Action,valueonly)%an' | tr -d '\n')" \
	'consent.paper小林 直樹' 'by a commit of staff'
fetch kobayashi "$A/$Q"
has "$T/body" '紙で受け取りました（記録：小林 直樹' 'and shown as that'
is "$(mori_reads)" 404 'its no counts like any other'

# add WHO CHILD FILE TITLE: the id of a file that somebody adds
add() {
	fetch "$1" "/children/$2/files" -X POST -H "Origin: $URL" -F "csrf=$(token "$1")" -F "file-1=@$3" \
		-F "title-1=$4" -F category-1=other -F reader=school
	[ "$STATUS" = 303 ] || flunk "$4 is not taken: $STATUS"
	git -C "$(repo "$2")" diff --name-only HEAD~1 HEAD | sed -n 's|files/\([^/]*\)/meta.md|\1|p'
}
fetch kobayashi "$A/$Q/paper.pdf?for=takahashi-f"
cp "$T/body" "$T/kami.pdf"
printf 'かみ\n' >"$T/kami.txt"
SCAN=$(add kobayashi $C "$T/kami.pdf" 同意書)
TEXT=$(add kobayashi $C "$T/kami.txt" めも)
THEIRS=$(add takahashi-f $C "$T/kami.pdf" 家から)
ELSEWHERE=$(add tanaka c7k3m9q2v4 "$T/kami.pdf" ほかの子)
isnt "$SCAN/$TEXT/$THEIRS/$ELSEWHERE" /// 'four files'
COMMIT=$(head_of $C)
for file in "$TEXT" "$THEIRS" "$ELSEWHERE"; do
	paper "a yes with a file that is no scan of theirs: $file" -d account= --data-urlencode 'name=髙橋 花子' \
		-d relation=祖母 -d "on=$TODAY" -d i0=agree -d i1=agree -d "file=$file"
done
fetch kobayashi "$A/$Q"
has "$T/body" "value=\"$SCAN\"" 'the form offers the scan'
lacks "$T/body" "value=\"$TEXT\"" 'and no text'

# ---- a second person --------------------------------------------------------------------------------

yes_on_paper() { # WHO [SIGNER]
	post "$1" "$A/$Q/paper" --data-urlencode "name=${2:-髙橋 花子}" -d relation=祖母 -d account= -d "on=$TODAY" \
		-d i0=agree -d i1=agree -d "file=$SCAN"
	is "$STATUS" 303 "$1 writes down a yes on paper"
	git -C "$(repo $C)" diff --name-only HEAD~1 HEAD >"$T/said"
	P=$(sed 's|consents/||; s|\.md$||' "$T/said")
}
yes_on_paper kobayashi
is "$(mori_reads)" 404 'a yes opens nothing before a second person has confirmed it'
git -C "$(repo $C)" show "main:consents/$P.md" >"$T/reply"
has "$T/reply" 'rule: two-people' 'its file says so'
has "$T/reply" "file: $SCAN" 'and names the scan'
fetch kobayashi "$A/$Q"
has "$T/body" '紙の同意：確認待ち' 'it waits'
fetch kobayashi "$A/$Q/papers/$P"
is "$STATUS" 200 'who wrote it down looks at it'
lacks "$T/body" "papers/$P/confirm" 'and has no button'
fetch tanaka /
has "$T/body" "$A/$Q/papers/$P" 'it is work of the second person'
fetch kobayashi /
lacks "$T/body" "$A/$Q/papers/$P" 'and not of who wrote it down'
COMMIT=$(head_of $C)
for who in mori yamamoto takahashi-f yoshida-f shimizu okada; do
	fetch "$who" "$A/$Q/papers/$P"
	is "$STATUS" 404 "$who sees no paper"
	fetch "$who" "$A/$Q/papers/$P/scan"
	is "$STATUS" 404 'opens none'
	post "$who" "$A/$Q/papers/$P/confirm"
	is "$STATUS" 404 'confirms none'
	post "$who" "$A/$Q/papers/$P/return" -d text=だめ
	is "$STATUS $(head_of $C)" "404 $COMMIT" 'and sends none back'
done
post kobayashi "$A/$Q/papers/$P/confirm"
is "$STATUS $(head_of $C)" "404 $COMMIT" 'who wrote it down does not confirm it'
post tanaka "$A/$Q/papers/$P/confirm"
is "$STATUS $(head_of $C)" "422 $COMMIT" 'nor who has not opened the scan'
post tanaka "$A/$Q/papers/$P/return"
is "$STATUS $(head_of $C)" "422 $COMMIT" 'nor is it sent back without a word'
post tanaka "$A/$Q/papers/2026-01-01-1/confirm"
is "$STATUS" 404 'there is no other paper'
fetch tanaka "$A/$Q/papers/$P/scan"
is "$STATUS $(header Location)" "303 /children/$C/files/$SCAN/kami.pdf" 'the second person opens it'
post tanaka "$A/$Q/papers/$P/return" -d 'text=日付が ちがいます'
is "$STATUS $(mori_reads)" '303 404' 'and sends it back'
is "$(git -C "$(repo $C)" log -1 --format='%(trailers:key=Karte-Action,valueonly)%an' | tr -d '\n')" \
	'consent.paper.return田中 和子' 'by a commit of their own'
fetch kobayashi /
has "$T/body" '日付が ちがいます' 'who wrote it down learns why'
post tanaka "$A/$Q/papers/$P/confirm"
is "$STATUS" 422 'what was sent back is not confirmed'
BACK=$P
yes_on_paper kobayashi
isnt "$P" "$BACK" 'it is written down anew'
fetch kobayashi /
lacks "$T/body" '日付が ちがいます' 'which ends that work'
post tanaka "$A/$Q/papers/$P/confirm"
is "$STATUS" 422 'each paper is opened anew'
fetch tanaka "$A/$Q/papers/$P/scan"
post tanaka "$A/$Q/papers/$P/confirm"
is "$STATUS $(mori_reads)" '303 200' 'confirmed by a second person, its yes counts'
is "$(git -C "$(repo $C)" log -1 --format='%(trailers:key=Karte-Action,valueonly)%an' | tr -d '\n')" \
	'consent.paper.confirm田中 和子' 'by a commit of theirs'
COMMIT=$(head_of $C)
post tanaka "$A/$Q/papers/$P/confirm"
is "$STATUS $(head_of $C)" "303 $COMMIT" 'pressed twice, once'
fetch kobayashi "$A/$Q"
has "$T/body" '紙の同意：確認ずみ' 'as everybody there sees'
verified 'the papers are lawful'

# ---- of a guardian with an account --------------------------------------------------------------------

post takahashi-f "$A/$Q/withdraw" -d wi1=true -d sure=yes
is "$(mori_reads)" 404 'a guardian takes back'
post kobayashi "$A/$Q/paper" -d account=takahashi-f -d "on=$TODAY" -d i0=agree -d i1=agree -d "file=$SCAN"
P=$(git -C "$(repo $C)" diff --name-only HEAD~1 HEAD | sed 's|consents/||; s|\.md$||')
fetch takahashi-f "$A/$Q"
has "$T/body" '取り消し（紙の同意：確認待ち）' 'on the page of the family the paper waits'
fetch takahashi-f "$A"
has "$T/body" '紙の同意：確認待ち' 'in their list, too'
is "$(mori_reads)" 404 'and what was said before stands'
fetch tanaka "$A/$Q/papers/$P/scan"
post tanaka "$A/$Q/papers/$P/confirm"
is "$STATUS $(mori_reads)" '303 200' 'until it is confirmed'
yes_on_paper kobayashi '髙橋 一郎'
answer takahashi-f "$Q" send -d i0=agree -d i1=decline
is "$(mori_reads)" 404 'the no of a guardian shuts it'
fetch tanaka "$A/$Q/papers/$P/scan"
post tanaka "$A/$Q/papers/$P/confirm"
is "$STATUS $(mori_reads)" '303 404' "another's paper does not open it again"
post kobayashi "$A/$Q/paper" -d account=takahashi-f -d "on=$TODAY" -d i0=agree -d i1=agree -d "file=$SCAN"
P=$(git -C "$(repo $C)" diff --name-only HEAD~1 HEAD | sed 's|consents/||; s|\.md$||')
answer takahashi-f "$Q" send -d i0=agree -d i1=decline --data-urlencode 'text=自分で 書きました'
fetch tanaka "$A/$Q/papers/$P/scan"
post tanaka "$A/$Q/papers/$P/confirm"
is "$STATUS $(mori_reads)" '422 404' 'a paper after which the guardian answered is over'
answer takahashi-f "$Q" send -d i0=agree -d i1=agree
is "$(mori_reads)" 200 'as the guardian says'

# ---- taken back by those who asked ------------------------------------------------------------------

post mori "$A/$Q/cancel"
is "$STATUS" 404 'who reads does not cancel'
post kobayashi "$A/$Q/cancel"
is "$STATUS" 303 'who asked does'
is "$(mori_reads)" 404 'and nothing is open by it any more'
answer takahashi-f "$Q" send -d i0=agree -d i1=agree
is "$STATUS" 422 'it takes no answer'
post kobayashi "$A/$Q/cancel"
is "$STATUS" 422 'and is not cancelled twice'
fetch takahashi-f "$A"
has "$T/body" 'お願いの取りやめ' 'the record of the guardian keeps it'

# ---- a sheet that changes between showing and sending -------------------------------------------------

C=c7k3m9q2v4
S=$C/sheets/kyoiku-shien/2026
A=/children/$C/consents
ask tanaka -d make=true -d r0=hoken-center -d s0-health=true -d to-yoshida-f=true
is "$STATUS" 303 'a final sheet is asked about as it is'
Q=$(number)
SHOWN=$(version_of $C kyoiku-shien/2026)
is "$(git -C "$(repo $C)" diff --name-only HEAD~1 HEAD)" "consents/ask-$Q.md" 'and stays as it is'
git -C "$(repo $C)" show main:sheets/kyoiku-shien/2026.md |
	sed 's/社会科の「まちの地図」で/けん玉もできます。社会科の「まちの地図」で/' >"$T/new.md"
password tanaka >"$T/pw"
karte sheet put $C kyoiku-shien/2026 "$T/new.md" --as tanaka --password-file "$T/pw" --reason 直した
is "$RC" 0 'the school writes on'
NEW=$(version_of $C kyoiku-shien/2026)
COMMIT=$(head_of $C)
post yoshida-f "$A/$Q" -d step=send -d "version=$SHOWN" -d i0=agree -d i1=agree --data-urlencode 'text=よろしく'
is "$STATUS $(head_of $C)" "409 $COMMIT" 'an answer about what was shown before is not taken'
has "$T/body" 'けん玉もできます' 'the difference is shown'
has "$T/body" "name=\"version\" value=\"$NEW\"" 'and asked again about the new one'
lacks "$T/body" checked 'with nothing chosen'
has "$T/body" よろしく 'what was typed is there'
answer yoshida-f "$Q" send -d i0=agree -d i1=agree
is "$STATUS" 303 'the answer about the new one is taken'
fetch tanaka "$A/$Q"
has "$T/body" 'tag-success">同意<' 'and counts'
sed -i 's/けん玉もできます/けん玉が とても上手です/' "$T/new.md"
karte sheet put $C kyoiku-shien/2026 "$T/new.md" --as tanaka --password-file "$T/pw" --reason 直した
fetch tanaka "$A/$Q"
has "$T/body" 'お願いのあとに、シートが 書きかえられました' 'a change after it is told to those who asked'
has "$T/body" 'tag-info">お願い中<' 'making it waits again'
fetch yoshida-f "$A/$Q"
has "$T/body" 'もう一度 返事が いります' 'and to the guardian'
has "$T/body" '前に 同意したときからの ちがい' 'with the difference to what was agreed to'
fetch takahashi-f "$A/$Q"
is "$STATUS" 404 'another family sees nothing of it'

# ---- the race of an answer and a change -----------------------------------------------------------------

for i in 1 2 3; do
	VERSION=$(version_of $C kyoiku-shien/2026)
	sed -i "s/とても上手です/とても上手です$i/" "$T/new.md"
	karte sheet put $C kyoiku-shien/2026 "$T/new.md" --as tanaka --password-file "$T/pw" --reason 直した &
	post yoshida-f "$A/$Q" -d step=send -d "version=$VERSION" -d i0=agree -d i1=agree -d "text=$i"
	wait $!
	SAID=$(git -C "$(repo $C)" log -1 --format=%H main -- consents)
	if [ "$STATUS" = 303 ]; then
		is "$(git -C "$(repo $C)" log -1 --format=%H "$SAID" -- sheets/kyoiku-shien/2026.md)" "$VERSION" \
			"race $i: it was first, and the sheet was what it names"
	else
		is "$STATUS" 409 "race $i: it was second, and is asked again"
	fi
done

# ---- two guardians, all of whom are needed ------------------------------------------------------------------

C=c5v0g7b3yq
S=$C/sheets/kyoiku-shien/2026
A=/children/$C/consents
karte access settings --guardians both
is "$RC $(cat "$T/out")" '0 in-force' 'to need both narrows, and is set at once'
karte access settings --guardians either
is "$RC $(cat "$T/out")" '0 asked' 'to need one widens, and waits for a second administrator'
karte access decline settings
ask tanaka -d make=true -d r0=hoken-center -d to-takahashi-f=true
Q=$(number)
git -C "$(repo $C)" show "main:consents/ask-$Q.md" >"$T/ask"
has "$T/ask" 'need: both' 'what is asked says it'
has "$T/ask" watanabe-f 'and nobody is left out'
answer takahashi-f "$Q" send -d i0=agree -d i1=agree
is "$STATUS $(mori_reads)" '303 404' 'one of them is not enough'
fetch watanabe-f "$A/$Q"
lacks "$T/body" '髙橋 健' 'one is not told about the other'
answer watanabe-f "$Q" send -d i0=agree -d i1=agree
is "$STATUS $(mori_reads)" '303 200' 'both are'
karte guardian $C watanabe-f --suspend
is "$(mori_reads)" 200 'one whose right rests is not counted'
answer watanabe-f "$Q" send -d i0=decline -d i1=decline
is "$STATUS" 404 'and says nothing'
karte guardian $C takahashi-f --suspend
is "$(mori_reads)" 404 'where nobody counts, nothing is open'
karte guardian $C takahashi-f --resume
karte guardian $C watanabe-f --resume
is "$(mori_reads)" 200 'what was said counts again'

# ---- 支援措置: a receiver that one of them must not learn of --------------------------------------------------

karte protect $C watanabe-f --school hoken-center
is "$RC" 0 'one guardian must not learn of a place'
fetch watanabe-f "$A/$Q"
is "$STATUS" 200 'the rest of what is asked stays'
lacks "$T/body" 保健センター 'the place is not named'
lacks "$T/body" 'name="i1"' 'nor asked about'
fetch watanabe-f "$A"
lacks "$T/body" 保健センター 'in the record, neither'
is "$(mori_reads)" 200 'who must not know does not count'
fetch kobayashi "$A/$Q/paper.pdf?for=watanabe-f"
pdftotext "$T/body" "$T/pdf.txt"
lacks "$T/pdf.txt" 保健センター 'nor does it stand on paper for that guardian'
fetch kobayashi "$A/$Q/paper.pdf"
pdftotext "$T/body" "$T/pdf.txt"
lacks "$T/pdf.txt" 保健センター 'nor on one that is nobody'"'"'s in particular'
fetch kobayashi "$A/$Q/paper.pdf?for=takahashi-f"
pdftotext "$T/body" "$T/pdf.txt"
has "$T/pdf.txt" 保健センター 'but on the other'"'"'s'
answer watanabe-f "$Q" send -d i0=agree -d i1=agree
is "$STATUS" 404 'a form that says it anyway is refused'
karte protect $C watanabe-f --school aozora-es
fetch watanabe-f "$A/$Q"
is "$STATUS" 404 'what a hidden institution asks is not there'
fetch watanabe-f "$A"
lacks "$T/body" あおぞら 'nor in the list'
ask tanaka -d make=true -d to-watanabe-f=true -d note=また
is "$STATUS" 422 'and that guardian is not asked by it again'

# ---- who could see it ------------------------------------------------------------------------------------------

karte reach --child $C --json
is "$(jq -r 'select(.account == "mori") | .shared' "$T/out")" kyoiku-shien 'the past knows what was agreed to'

# ---- a paper where there is nobody else ------------------------------------------------------------------------

C=c7k3m9q2v4
A=/children/$C/consents
ask kobayashi -d make=true -d to-yoshida-f=true -d note=紙で
Q=$(number)
post kobayashi "$A/$Q/paper" -d account=yoshida-f -d "on=$TODAY" -d i0=agree -d "file=$ELSEWHERE"
P=$(git -C "$(repo $C)" diff --name-only HEAD~1 HEAD | sed 's|consents/||; s|\.md$||')
fetch kobayashi /
lacks "$T/body" "$A/$Q/papers/$P" 'while there is a second person it is their work'
karte account disable tanaka
is "$RC" 0 'there is nobody else any more'
fetch kobayashi /
has "$T/body" "$A/$Q/papers/$P" 'then it is work of who wrote it down'
fetch kobayashi "$A/$Q/papers/$P"
has "$T/body" 'ひとりで' 'who is told what that means'
post kobayashi "$A/$Q/papers/$P/return" -d text=だめ
is "$STATUS" 404 'and sends nothing back to themselves'
post kobayashi "$A/$Q/papers/$P/confirm"
is "$STATUS" 422 'and has to open it, too'
fetch kobayashi "$A/$Q/papers/$P/scan"
post kobayashi "$A/$Q/papers/$P/confirm"
fetch kobayashi "$A/$Q"
has "$T/body" 'tag-success">同意<' 'confirmed alone, it counts'
is "$(git -C "$(repo $C)" log -1 --format='%(trailers:key=Karte-Review,valueonly)' | head -n 1)" alone \
	'which the commit says'

# ---- everything as the files say ------------------------------------------------------------------------------

stop TERM
dump() {
	python3 -c 'import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for t in ("share", "ask", "ask_wait", "ask_paper"):
    for row in db.execute(f"SELECT * FROM {t} ORDER BY 1, 2, 3"):
        print(t, *row, sep="|")' "$V/index.db"
}
dump >"$T/before"
karte reindex
dump >"$T/after"
same "$T/before" "$T/after" 'an index made again is the same'
has "$T/before" 'share|' 'and was not empty'
verified 'the whole vault is sound'
finish
