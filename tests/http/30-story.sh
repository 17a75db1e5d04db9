#!/bin/bash
# One child from the check-up at three months to high school, through six institutions, in fifteen years:
# what each reader gets at each time, by the table tests/story/sees.tsv, on pages and on paper; and at
# the end what the past says about it.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

# A clock for every process of an epoch: libfaketime moves it by the same number of seconds for all.
# It comes before the library of a sanitizer, which wants to be first.
CLOCK=$(find /usr/lib -name libfaketimeMT.so.1 2>/dev/null | head -n 1)
[ -n "$CLOCK" ] || give_up 'libfaketime is not there (Debian package faketime)'
if [ -n "${SANITIZED:-}" ]; then
	pass 'fifteen years # SKIP a sanitizer does not run under a moved clock'
	finish
fi
NOW=$(date +%s) BEGUN=$SECONDS
export LD_PRELOAD=$CLOCK FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_DISABLE_SHM=1

V=$T/vault
C=c7s1t0ry15
STORY=$ROOT/tests/story
SEES=$STORY/sees.py
READERS=''
echo 'kazaguruma-to-shabondama' >"$T/pw"

# ---- time ----------------------------------------------------------------------------------------

# moved 'DAY TIME': the clock of all that follows, in Japan
moved() {
	local to
	to=$(LD_PRELOAD='' TZ=Asia/Tokyo date -d "$1" +%s)
	FAKETIME=$(printf '%+d' $((to - NOW)))
	export FAKETIME
}

# epoch 'DAY TIME': the server ends, years pass, it starts again.  The mother signs in anew; of the others
# the sessions are carried over, since each password costs a second of hashing.
epoch() {
	stop TERM
	gpgconf --homedir "$V/gnupg" --kill gpg-agent
	moved "$1"
	sql "UPDATE session SET since = $(date +%s), seen = $(date +%s)"
	must_serve
	comes mother
}

# comes WHO…: they sign in; who has no second factor yet sets it up
comes() {
	local who
	for who; do
		login "$who" "$(cat "$T/pw")"
		[[ $(header Location) != /account/factors* ]] || enrol "$who"
		[[ $STATUS == [23]* ]] || give_up "$who does not get in: $STATUS $(grep -o '<h1>[^<]*' "$T/body")"
	done
}

# joins WHO NAME ROLE [INSTITUTION]: an account
joins() {
	karte account add "$1" --name "$2" --role "$3" ${4:+--institution "$4"} --until none \
		--password-file "$T/pw" || give_up "no account: $(cat "$T/err")"
	READERS+=" $1"
}

# ---- what people do ------------------------------------------------------------------------------

# does WHO PATH STATUS [FIELD=VALUE…]: sends a form below the child
does() {
	local who=$1 path=$2 want=$3 field fields=()
	shift 3
	for field; do fields+=(--data-urlencode "$field"); done
	post "$who" "/children/$C$path" "${fields[@]}"
	[ "$STATUS" = "$want" ] || flunk "$who: $path" "got  $STATUS, want $want" \
		"$(grep -oE 'class="[a-z-]*error[^>]*>[^<]*|<h1>[^<]*' "$T/body" | head -n 6)"
}

# writes WHO SHEET FIELD=VALUE…: in the form as it is opened
writes() {
	local who=$1 sheet=$2 field
	shift 2
	open_form "$who" "$C/sheets/$sheet" "$T/form"
	for field; do
		if [[ $field = +* ]]; then
			field=${field#+}
			form add "$T/form" "f.${field%%=*}" "${field#*=}"
		else
			form set "$T/form" "f.${field%%=*}" "${field#*=}"
		fi
	done
	send_form "$who" "$C/sheets/$sheet" "$T/form"
	is "$STATUS" 303 "$who writes in $sheet"
	[ "$STATUS" = 303 ] || grep -oE 'class="[a-z-]*error[^>]*>[^<]*' "$T/body" | head -n 5 | sed 's/^/# /'
}

# makes WHO SHEET FIELD=VALUE…: a new draft, and what is written first
makes() {
	does "$1" /sheets 303 "type=${2%%/*}" "id=${2#*/}"
	writes "$@"
}

# steps WHO SHEET STEP…
steps() {
	local who=$1 sheet=$2 step
	shift 2
	for step; do
		does "$who" "/sheets/$sheet/step" 303 "base=$(head_of $C)" "step=$step"
		is "$STATUS" 303 "$who: $sheet: $step"
	done
}

# asks WHO SHEET FIELD=VALUE…: the mother, about a sheet
asks() {
	local who=$1 sheet=$2
	shift 2
	does "$who" /consents/new 303 "type=${sheet%%/*}" "id=${sheet#*/}" step=send \
		"base=$(version_of $C "$sheet")" "due=$(TZ=Asia/Tokyo date -d '+10 days' +%F)" to-mother=true "$@"
	ASK=$(header Location | sed 's|.*/||; s|?.*||')
}

# says SHEET FIELD=VALUE…: the mother answers what was asked last
says() {
	local sheet=$1
	shift
	does mother "/consents/$ASK" 303 step=send "version=$(version_of $C "$sheet")" "$@"
	is "$STATUS" 303 "the mother answers about $sheet: $*"
}

# hands WHO FIELD=VALUE…: asks the mother for a handover
hands() {
	does "$1" /handover/new 303 "${@:2}"
	H=$(basename "$(header Location)")
}

# ---- what everybody gets -------------------------------------------------------------------------

# look MOMENT [paper]: each reader asks for everything that there is of the child, also for each sheet as a
# PDF; then the table is asked
LOOKS=0
look() {
	local moment=$1 paper=${2:-} who at n path result reader wrong
	local folder=$T/seen.$moment
	mkdir -p "$folder"
	git -C "$(repo $C)" ls-tree -r --name-only main sheets | sed 's|^sheets/||; s|\.md$||' >"$folder/sheets"
	# shellcheck disable=SC2046
	python3 "$SEES" paths "${paper:-page}" $(cat "$folder/sheets") >"$folder/paths"
	for who in $READERS; do
		mkdir -p "$folder/$who"
		n=0
		while IFS= read -r path; do
			printf 'url = "%s/children/%s%s"\noutput = "%s"\n' "$URL" $C "$path" "$folder/$who/$n"
			n=$((n + 1))
		done <"$folder/paths" >"$folder/$who.curl"
		at=0
		while read -r n; do
			[ -f "$folder/$who/$at" ] || : >"$folder/$who/$at"
			mv "$folder/$who/$at" "$folder/$who/$at.$n"
			at=$((at + 1))
		done < <(curl -s --max-time 60 --cacert "$V/tls/cert.pem" -b "$T/jar.$who" -w '%{http_code}\n' \
			-K "$folder/$who.curl")
		LOOKS=$((LOOKS + at))
	done
	# shellcheck disable=SC2086
	while IFS=$'\t' read -r result reader wrong; do
		if [ "$result" = ok ]; then
			pass "$moment: $reader gets what the table says"
		else
			flunk "$moment: $reader gets what the table says" "${wrong//; /$'\n# '}"
		fi
	done < <(python3 "$SEES" check "$folder" "$moment" $READERS)
	DAY_OF[$moment]=$(TZ=Asia/Tokyo date +%F)
}
declare -A DAY_OF=()

# ---- 2012: a town --------------------------------------------------------------------------------

moved '2012-07-10 10:00'
holds 'a vault is made in 2012' "$KARTE" init "$V" --hostname localhost
# a certificate for all those years; the server's own is good for 825 days
certtool --generate-privkey --key-type ecdsa --outfile "$V/tls/key.pem" 2>/dev/null
printf '%s\n' 'cn = localhost' 'dns_name = localhost' 'ip_address = 127.0.0.1' tls_www_server signing_key \
	'expiration_days = 9000' >"$T/cert.cfg"
certtool --generate-self-signed --load-privkey "$V/tls/key.pem" --template "$T/cert.cfg" \
	--outfile "$V/tls/cert.pem" 2>/dev/null || give_up 'no certificate'
while read -r id kind name; do
	karte institution add "$id" --kind "$kind" --name "$name" || give_up "no institution: $(cat "$T/err")"
done <<'END'
hoken health ほけんセンター
hikari nursery ひかり園
tsubomi therapy つぼみ教室
aozora school あおぞら小
minami school みなみ小
sakura school さくら中
kaede school かえで高
iinkai board 教育委員会
END
joins admin '藤井 明' admin
joins auditor '岡田 誠' auditor
joins health '森 千夏' staff hoken
joins nursery '伊藤 まゆみ' staff hikari
joins other '山本 恵' staff minami
joins board '清水 聡' staff iinkai
joins mother '月島 ゆり' household
joins father '月島 岳' household
joins stranger '高井 健' household
karte child add --id $C --name '月島 りん' --kana 'つきしま りん' --born 2012-03-15 --sex female
is "$RC" 0 'a child is born'
karte guardian $C mother --relation mother
karte guardian $C father --relation father
karte enrol $C hoken --from 2012-03-15
must_serve
# shellcheck disable=SC2086
comes $READERS

makes health nyuyoji-kenshin/2012-07-10 checkup=m3 exam-on=2012-07-10 place=北の会場 form=group height=61.3 \
	weight=6240 'summary=がらがらを目で追い、よく笑います。' skin-note=うすいあざ parenting=ねむれない夜が続く judgement=none
look draft
steps health nyuyoji-kenshin/2012-07-10 finalise
look check

# ---- 2013: the nursery ---------------------------------------------------------------------------

karte enrol $C hikari --from 2013-04-01 --class ひよこ組
epoch '2013-05-10 10:00'
look nursery
asks health nyuyoji-kenshin/2012-07-10 r0=hikari s0-body=true
says nyuyoji-kenshin/2012-07-10 i0=agree
look measures
epoch '2013-10-10 10:00'
makes health nyuyoji-kenshin/2013-10-05 checkup=m18 exam-on=2013-10-05 place=南の会場 form=group height=78.9 \
	weight=10100 summary=積み木を三つ重ねました。 judgement=none
steps health nyuyoji-kenshin/2013-10-05 finalise
look walks

# ---- 2015: a plan of the nursery, and the therapy centre -----------------------------------------

moved '2015-06-01 09:00'
joins therapy '林 さとみ' staff tsubomi
joins es '田中 和子' staff aozora
karte account add nursery2 --name '加藤 亮子' --role staff --institution hikari --until none \
	--password-file "$T/pw"
karte enrol $C tsubomi --from 2015-06-01
epoch '2015-10-05 10:00'
comes therapy es nursery2
makes health nyuyoji-kenshin/2015-10-01 checkup=y3 exam-on=2015-10-01 place=南の会場 form=group height=97.4 \
	weight=14600 summary=でんしゃごっこが好きです。 parenting=夜の電話 judgement=watch
steps health nyuyoji-kenshin/2015-10-01 finalise
makes nursery hoiku-shien/2015 recorded-on=2015-10-05 'recorded-by=伊藤 まゆみ' class-age=age3 \
	class-name=もも組の部屋 entered-on=2013-04-01 strengths=どんぐり集めが得意です。 +behaviors-words=w2 \
	annual-goal=写真の順番を見て動きます。 t1-goal=席を選ぶ guardian-meetings.0.on=2015-09-30 \
	guardian-meetings.0.with=母 guardian-meetings.0.content=夕方の面談 candidate=considering \
	candidate-reason=加配の理由 internal-notes=主任の見立て
writes mother hoiku-shien/2015 home-life=おふろの歌をうたいます。
look plan
steps nursery hoiku-shien/2015 submit
asks nursery2 hoiku-shien/2015 make=true r0=hoken s0-strengths=true s0-annual-goal=true
says hoiku-shien/2015 i0=agree i1=agree
steps nursery2 hoiku-shien/2015 finalise
look agreed paper

# ---- 2017: the winter before school --------------------------------------------------------------

epoch '2017-12-12 10:00'
joins jh '佐藤 一' staff sakura
comes jh
makes nursery mendan/2017-12-05 kind=guardian held-on=2017-12-05 'recorded-by=伊藤 まゆみ' \
	'members.0.name=月島 ゆり' purpose=就学 content=参観のあとの話です。 internal-notes=園だけの心配
steps nursery mendan/2017-12-05 submit
steps nursery2 mendan/2017-12-05 finalise
makes nursery shugaku-shien/2017 stage=school recorded-on=2017-12-12 home-institution=hikari \
	next-institution=aozora class-age=age5 interest=昆虫図鑑を広げています。 \
	care-points=席の札を見せると待てます。 urgent=卵の入った菓子は食べません。 health-body=ありません \
	internal-notes=園長と話した 'org-writer=伊藤 まゆみ' org-written-on=2017-12-12
writes mother shugaku-shien/2017 home-life=朝の見通しがあると安心します。
steps nursery shugaku-shien/2017 submit
asks nursery2 shugaku-shien/2017 make=true r0=tsubomi
says shugaku-shien/2017 i0=agree i1=agree
steps nursery2 shugaku-shien/2017 finalise
writes therapy shugaku-shien/2017 therapy-goal=ぶらんこの課題を続けます。
hands nursery to=aozora purpose=school since=2018-02-01 until=2018-04-30 'message=四月から、よろしくお願いします' \
	s=shugaku-shien/2017/{activity,care,health}
does mother "/handover/$H/answer" 303 s=shugaku-shien/2017/{activity,care}
does nursery "/handover/$H/open" 422 s=shugaku-shien/2017/{activity,care,health}
is "$STATUS" 422 'what the mother did not agree to is not opened'
does nursery "/handover/$H/open" 303 s=shugaku-shien/2017/{activity,care}
fetch es "/children/$C/handover/$H"
is "$STATUS" 404 'the school does not see a handover that begins in February'
look winter

# ---- 2018: school --------------------------------------------------------------------------------

epoch '2018-02-10 10:00'
look handed paper
fetch es "/children/$C/sheets/shugaku-shien/2017/history"
is "$STATUS" 404 'what is handed over has no history for the school'
does es "/handover/$H/confirm" 303
does es "/handover/$H/feedback" 303 text=席の札を用意しました。
for who in nursery mother; do
	fetch $who "/children/$C/handover/$H"
	has "$T/body" 席の札を用意しました "$who reads what the school answered"
done
for who in therapy health stranger other jh; do
	fetch $who "/children/$C/handover/$H"
	is "$STATUS" 404 "$who learns nothing of the handover"
done
for place in hoken hikari tsubomi; do karte enrol $C $place --to 2018-03-31; done
karte enrol $C aozora --from 2018-04-01 --class 1年1組
epoch '2018-04-02 10:00'
look school
epoch '2018-05-10 10:00'
teeth=(jaw=s0 plaque=s0 gum=s0 tb=none heart=none urine-protein=minus urine-sugar=minus urine-blood=minus)
makes es gakko-kenshin/2018 grade=es1 age=6 exam-on=2018-05-08 height=113.7 weight=19.8 vision-right=a \
	vision-left=b "${teeth[@]}" doctor-opinion=眼科の紹介
steps es gakko-kenshin/2018 finalise
look alone

# ---- 2023: what the father must not learn, and his right rests -----------------------------------

epoch '2023-06-20 10:00'
school_sheet=(recorded-on=2023-06-01 enrolment-type=resource class-name=2組 guardian-name=月島 \
	guardian-wish=ゆっくり difficulties=急な予定の変更 direction=見通し support-content=予定を見せる)
makes es kyoiku-shien/2023 "${school_sheet[@]}" 'recorded-by=田中 和子' 'homeroom=田中 和子' \
	'coordinator=田中 和子' grade=es6 address=見本市九段南1-2-1 tel=03-0000-0777 \
	strengths=かぶと虫の研究を発表しました。 child-wish=音読をほめてほしい long-goal=発表を三回する internal-notes=校内の打合せ
steps es kyoiku-shien/2023 submit
asks es kyoiku-shien/2023 make=true
says kyoiku-shien/2023 i0=agree
steps es kyoiku-shien/2023 finalise
karte protect $C father --address 九段南1-2-1
karte protect $C father --school hikari
karte protect $C father --sheet mendan/2017-12-05
look kept paper
karte guardian $C father --suspend --from 2023-07-01
epoch '2023-07-02 10:00'
look rests

# ---- 2024: junior high school --------------------------------------------------------------------

epoch '2024-02-15 10:00'
joins hs '鈴木 英' staff kaede
comes hs
hands es to=sakura purpose=school since=2024-02-15 until=2024-04-30 s=kyoiku-shien/2023/{strengths,goals}
does mother "/handover/$H/answer" 303 s=kyoiku-shien/2023/{strengths,goals}
does es "/handover/$H/open" 303 s=kyoiku-shien/2023/{strengths,goals}
look junior
does jh "/handover/$H/confirm" 303
karte enrol $C aozora --to 2024-03-31
karte enrol $C sakura --from 2024-04-01 --class 1年A組
epoch '2024-04-10 10:00'
look moved

# ---- 2027: high school ---------------------------------------------------------------------------

epoch '2026-06-20 10:00'
makes jh kyoiku-shien/2026 "${school_sheet[@]}" 'recorded-by=佐藤 一' 'homeroom=佐藤 一' 'coordinator=佐藤 一' \
	grade=jh3 address=見本市若葉町3 tel=03-0000-0888 strengths=天文部の観測を続けました。 child-wish=星の仕事がしたい \
	long-goal=提出物の一覧を作る internal-notes=職員会の記録
steps jh kyoiku-shien/2026 submit
asks jh kyoiku-shien/2026 make=true
says kyoiku-shien/2026 i0=agree
steps jh kyoiku-shien/2026 finalise
makes jh gakko-kenshin/2026 grade=jh3 age=14 exam-on=2026-06-10 height=158.4 weight=47.2 vision-right=b \
	vision-left=b "${teeth[@]}" doctor-opinion=歯科の相談
steps jh gakko-kenshin/2026 finalise
epoch '2027-02-20 10:00'
hands jh to=kaede purpose=school since=2027-02-20 until=2027-05-31 s=kyoiku-shien/2026/{strengths,wishes,goals}
does mother "/handover/$H/answer" 303 s=kyoiku-shien/2026/{strengths,wishes}
does jh "/handover/$H/open" 303 s=kyoiku-shien/2026/{strengths,wishes}
look high paper
does mother "/handover/$H/answer" 303
look revoked
karte enrol $C sakura --to 2027-03-31
karte enrol $C kaede --from 2027-04-01 --class 1年1組
epoch '2027-05-10 10:00'
look today
for who in mother hs; do
	fetch $who "/children/$C/growth"
	cp "$T/body" "$T/growth.$who"
done
for value in 61.3 78.9 97.4 113.7 158.4; do
	has "$T/growth.mother" ">$value<" "fifteen years on one page: $value cm"
	lacks "$T/growth.hs" ">$value<" "and not for the high school: $value cm"
done

# ---- the past, as it is told today ---------------------------------------------------------------

# a day has one answer: that of its last moment
declare -A LAST=()
MOMENTS=$(python3 "$SEES" moments)
for moment in $MOMENTS; do
	isnt "${DAY_OF[$moment]:-}" '' "the story has the moment «$moment» of the table"
	LAST[${DAY_OF[$moment]:-never}]=$moment
done
for moment in $MOMENTS; do
	day=${DAY_OF[$moment]:-never}
	[ "${LAST[$day]}" = "$moment" ] || continue
	karte reach --child $C --at "$day" --json
	jq -r .account "$T/out" | grep -v '^nursery2$' | sort -u >"$T/could"
	python3 "$SEES" open "$moment" | sort -u >"$T/did"
	same "$T/did" "$T/could" "who could see the child on $day is who was answered then"
done

# ---- proofs --------------------------------------------------------------------------------------

stop TERM
karte reindex
is "$RC" 0 'the index is made again'
must_serve
mv "$T/seen.today" "$T/seen.before"
look today
for who in $READERS; do
	(cd "$T/seen.before/$who" && find . -type f | sort) >"$T/a"
	(cd "$T/seen.today/$who" && find . -type f | sort) >"$T/b"
	same "$T/a" "$T/b" "$who gets the same answers from an index made again"
done
stop TERM
verified 'fifteen years verify'
[ "$RC" = 0 ] || head -n 5 "$T/out" | sed 's/^/# /'
holds 'git fsck --strict finds nothing' git -C "$(repo $C)" fsck --strict
mkdir -p "$T/gpg"
git -C "$V/registry.git" ls-tree --name-only main keys/ | grep '\.asc$' | while read -r key; do
	git -C "$V/registry.git" show "main:$key"
done | gpg --homedir "$T/gpg" --batch -q --import 2>/dev/null
signed=0
for commit in $(git -C "$(repo $C)" rev-list main); do
	if GNUPGHOME=$T/gpg git -C "$(repo $C)" verify-commit "$commit" 2>/dev/null; then
		signed=$((signed + 1))
	else
		flunk "git verify-commit $commit"
	fi
done
is "$signed" "$(git -C "$(repo $C)" rev-list --count main)" 'git and gpg find each version signed'
gpgconf --homedir "$T/gpg" --kill gpg-agent
gpgconf --homedir "$V/gnupg" --kill gpg-agent
echo "# $LOOKS answers about the child in $((SECONDS - BEGUN)) s"
finish
