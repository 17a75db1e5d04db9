#!/bin/bash
# The server dies by kill -9 between any two steps of a sheet's way, and in the middle of each: what was
# answered is there, nothing is there twice, and everybody goes on where they were.
# shellcheck disable=SC2086,SC2317 # words without spaces; what walk calls by its name
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
CHILD=c4f2j9s7mh SHEET=c4f2j9s7mh/sheets/kyoiku-shien/2026 FILE=sheets/kyoiku-shien/2026.md
PAGE=/children/c4f2j9s7mh
RANDOM=${SEED:-$$}
echo "# SEED=${SEED:-$$}"
demo_vault "$V"
karte guardian $CHILD watanabe-f --relation mother
must_serve
sign_in kobayashi tanaka watanabe-f yamamoto mori

stored() { git -C "$(repo $CHILD)" show "main:$FILE"; }
commits() { git -C "$(repo $CHILD)" rev-list --count main; }
state() { stored | sed -n 's/^status: //p'; }
drafts() { sql 'SELECT count(*) FROM draft'; }

# all that a step may leave behind, each thing once
census() {
	echo "$(commits) commits, $(drafts) drafts, $(sql 'SELECT count(*) FROM kept') kept," \
		"$(git -C "$(repo $CHILD)" ls-tree -r --name-only main | sort | uniq | wc -l) files"
}

# again: kill -9, and a new start
again() {
	stop KILL
	must_serve
}

# ---- the steps: each is one request ---------------------------------------------------------------

# section WHO SECTION FILE: the form of one section, filled from the newest version or the draft
section() {
	fetch "$1" "/children/$SHEET/edit/$2"
	form read "$T/body" >"$3"
}
press() { # WHO SECTION FILE
	body "$3"
	fetch "$1" "/children/$SHEET/edit/$2" -X POST -H "Origin: $URL" --data-binary "@$3.body"
}
step() { # WHO STEP [CURL-OPTION…], about the version in $BASE
	local who=$1 step=$2
	shift 2
	post "$who" "/children/$SHEET/step" -d "base=$BASE" -d "step=$step" "$@"
}

draft() { press kobayashi goals "$T/draft"; }
save() { press kobayashi goals "$T/goals"; }
whole() { send_form kobayashi $SHEET "$T/whole"; }
hand_in() { step kobayashi submit --data-urlencode 'comment=見てください'; }
return_it() { step tanaka return --data-urlencode 'comment=目標を短くしてください'; }
mend() { press kobayashi goals "$T/mended"; }
ask() {
	post tanaka $PAGE/consents/new -d type=kyoiku-shien -d id=2026 -d step=send -d "base=$BASE" \
		-d "due=$DUE" -d make=true -d r0=hoken-center -d s0-health=true -d to-watanabe-f=true
}
agree() { post watanabe-f "$ASK" -d step=send -d "version=$BASE" -d i0=agree -d i1=agree; }
finalise() { step tanaka finalise; }
add_file() {
	fetch tanaka $PAGE/files -X POST -H "Origin: $URL" -H 'Expect:' -F "csrf=$(token tanaka)" \
		-F "file-1=@$T/memo.txt" -F 'title-1=えんそくのしおり' -F category-1=letter -F reader=household
}
hand_over() {
	post tanaka $PAGE/handover/new -d to=minamizaka-gakuen -d purpose=move -d "since=$TODAY" \
		-d "until=$LATER" -d s=kyoiku-shien/2026/goals -d s=kyoiku-shien/2026/wishes
}
let_go() { post watanabe-f "$HANDOVER/answer" -d s=kyoiku-shien/2026/goals; }
open_it() { post tanaka "$HANDOVER/open" -d s=kyoiku-shien/2026/goals; }
confirm() { post yamamoto "$HANDOVER/confirm"; }
reply() { post yamamoto "$HANDOVER/feedback" --data-urlencode 'text=よみました'; }
withdraw() { post watanabe-f "$ASK/withdraw" -d wi1=true -d sure=yes; }

# ---- killing --------------------------------------------------------------------------------------

# sleeps for a moment that is another one each time: about as long as the last request that was
# answered, in which most of what is to be killed happens
TOOK=300 # milliseconds
moment() {
	local ms=$((RANDOM % (TOOK * 5 / 4 + 20)))
	sleep "$((ms / 1000)).$(printf %03d $((ms % 1000)))"
}

# torn STEP: the request is sent, and the server killed before, while or after it is answered; what came
# of it in $ANSWER
torn() {
	echo 000 >"$T/late"
	(
		"$1"
		echo "$STATUS" >"$T/late"
	) &
	local request=$!
	moment
	stop KILL
	wait "$request"
	ANSWER=$(cat "$T/late")
	must_serve
}

# walk STEP COMMITS SENTENCE CHECK…: one step of the way.  Twice the server dies in it: then all
# of it is there, or nothing.  At last it is answered, and the server dies right after.
walk() {
	local step=$1 more=$2 sentence=$3 i was before head now at fault='' answered=
	shift 3
	before=$(commits) head=$(head_of $CHILD)
	for i in 1 2; do
		# a slow machine is not kept for an hour
		[ $SECONDS -lt $((240 / i)) ] || continue
		was=$(census)
		torn "$step"
		now=$(commits)
		[ "$now" = "$before" ] || [ "$now" = $((before + more)) ] || fault+="$now commits; "
		case $ANSWER in
		000) ;;
		200 | 303) answered=$((before + more)) ;;
		*) fault+="killed, then answered $ANSWER; " ;;
		esac
		[ -z "$answered" ] || [ "$now" = "$answered" ] || fault+="answered $ANSWER and not there; "
		git -C "$(repo $CHILD)" merge-base --is-ancestor "$head" main || fault+='the past is gone; '
		head=$(head_of $CHILD)
		TORN=$((TORN + 1))
		if [ "$ANSWER" != 000 ]; then
			AFTER=$((AFTER + 1))
		elif [ "$(census)" != "$was" ]; then
			BETWEEN=$((BETWEEN + 1))
		fi
	done
	is "$fault" '' "$sentence: killed on the way, it is done or not"
	at=$(date +%s%3N)
	"$step"
	[ "$more" = 0 ] || TOOK=$((($(date +%s%3N) - at + TOOK) / 2))
	is "$STATUS $(commits)" "303 $((before + more))" "$sentence: sent again it is done, once"
	LEFT=$(header Location)
	now=$(census)
	again
	is "$(census)" "$now" "$sentence: kill -9 after the answer loses nothing"
	holds "$sentence: it can be seen" "$@"
	karte verify --child $CHILD
	is "$RC" 0 "$sentence: every version is sound"
}
TORN=0 AFTER=0 BETWEEN=0 LEFT=

shows() { # WHO PATH TEXT
	fetch "$1" "$2"
	[ "$STATUS" = 200 ] && grep -qF -- "$3" "$T/body"
}
draft_is() {
	section kobayashi goals "$T/seen"
	[ "$(form get "$T/seen" f.direction)" = "$1" ] && [ "$(drafts)" = 1 ]
}
saved_is() { [ "$(stored | grep -cF -- "$1")" = 1 ] && [ "$(drafts)" = 0 ] && shows kobayashi "/children/$SHEET" "$1"; }
state_is() { [ "$(state)" = "$1" ]; }
returned() { state_is draft && shows kobayashi / 目標を短くしてください; }

# ---- the way --------------------------------------------------------------------------------------

TODAY=$(TZ=Asia/Tokyo date +%F) LATER=$(TZ=Asia/Tokyo date -d '+60 days' +%F)
DUE=$(TZ=Asia/Tokyo date -d '+10 days' +%F)
START=$(commits)

section kobayashi goals "$T/goals"
form set "$T/goals" f.direction 'ひとつめの 方向'
cp "$T/goals" "$T/draft"
form set "$T/draft" draft auto
# the script sends its number from the second time on; before that, the same section is the same draft
draft_sent() {
	draft
	[ "$STATUS" != 200 ] || STATUS=303
}
walk draft_sent 0 'a draft' draft_is 'ひとつめの 方向'
section kobayashi goals "$T/goals"
walk save 1 'a section' saved_is 'ひとつめの 方向'

open_form kobayashi $SHEET "$T/whole"
for field in guardian-wish long-goal support-content; do
	form set "$T/whole" f.$field 'これから書く'
done
walk whole 1 'the whole sheet' state_is draft
BASE=$(head_of $CHILD)
walk hand_in 1 'handing in' state_is review
BASE=$(head_of $CHILD)
walk return_it 1 'returning' returned
section kobayashi goals "$T/mended"
form set "$T/mended" f.direction 'みじかい 方向'
walk mend 1 'mending' saved_is 'みじかい 方向'
BASE=$(head_of $CHILD)
walk hand_in 1 'handing in again' state_is review

BASE=$(version_of $CHILD kyoiku-shien/2026)
walk ask 1 'asking the family' state_is consent
ASK=${LEFT%%\?*}
BASE=$(version_of $CHILD kyoiku-shien/2026)
walk agree 1 'the answer of the family' shows tanaka "$ASK" 'tag-success">同意<'
fetch mori "/children/$SHEET"
is "$STATUS" 200 'who was agreed to reads'
BASE=$(head_of $CHILD)
walk finalise 1 'making it final' state_is final

head -c 300000 /dev/urandom | base64 >"$T/memo.txt"
walk add_file 1 'a file' shows watanabe-f $PAGE/files えんそくのしおり
is "$(git -C "$(repo $CHILD)" ls-tree --name-only main files/ | wc -l)" 1 'which is there once'

walk hand_over 1 'a handover' true
HANDOVER=${LEFT%%\?*}
walk let_go 1 'the consent to it' shows tanaka "$HANDOVER" '支援の方向と目標'
walk open_it 1 'opening it' shows yamamoto "/children/$SHEET" 'みじかい 方向'
walk confirm 1 'confirming it' shows watanabe-f "$HANDOVER" '相手が 読んだ日'
walk reply 1 'what the receiver says' shows tanaka "$HANDOVER" よみました
walk withdraw 1 'taking consent back' shows tanaka "$ASK" '取り消し'
fetch mori "/children/$SHEET"
is "$STATUS" 404 'who was agreed to reads no more'

# ---- at the end -----------------------------------------------------------------------------------

is "$(commits)" $((START + 16)) 'the way has as many versions as steps'
is "$(git -C "$(repo $CHILD)" log --format='%(trailers:key=Karte-Action,valueonly)' -16 main | grep -v '^$' | tac | paste -sd ' ')" \
	'sheet.save sheet.save sheet.submit sheet.return sheet.save sheet.submit sheet.ask consent.give sheet.finalise file.add handover.ask consent.give handover.open handover.confirm handover.feedback consent.revoke' \
	'one after the other'
echo "# killed $TORN times after a request was sent: $AFTER after its answer, $BETWEEN between storing and answer"
stop TERM
verified 'the whole vault is sound'
karte reindex
is "$RC" 0 'and can be indexed anew'
finish
