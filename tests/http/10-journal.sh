#!/bin/bash
# What cannot be recorded is not done, and what was acknowledged survives a kill -9.
# shellcheck disable=SC2317 # functions are called through holds
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
must_serve
sign_in tanaka yoshida-f shimizu
CHILD=c7k3m9q2v4 SHEET=c7k3m9q2v4/sheets/kyoiku-shien/2026
VERSION=$(version_of $CHILD kyoiku-shien/2026)

# ---- a look is recorded before it is answered ----------------------------------------------------

while read -r who path event object; do
	karte log --json
	before=$(wc -l <"$T/out")
	fetch "$who" "$path"
	is "$STATUS" 200 "$who opens $path"
	karte log --json
	# on a Sunday the server tells that somebody works
	sed "1,${before}d" "$T/out" | grep -v '"event":"alert"' >"$T/new"
	is "$(wc -l <"$T/new")" 1 "$path leaves one record"
	for part in "\"event\":\"$event\"" "\"account\":\"$who\"" "\"child\":\"$CHILD\"" \
		'"decision":"allow"' "$object"; do
		[ "$part" = - ] || has "$T/new" "$part" "$path: its record says $part"
	done
done <<END
tanaka /children/$CHILD child.read -
tanaka /children/$SHEET sheet.read "object":"kyoiku-shien/2026@$(head_of $CHILD)"
tanaka /children/$SHEET/edit sheet.edit kyoiku-shien/2026
tanaka /children/$SHEET/history sheet.history kyoiku-shien/2026
tanaka /children/$SHEET/history/$VERSION sheet.version kyoiku-shien/2026@$VERSION
tanaka /children/$SHEET.pdf sheet.pdf kyoiku-shien/2026
yoshida-f /children/$SHEET sheet.read "role":"household"
shimizu /children/$SHEET sheet.read "institution":"kyoiku-iinkai"
END
fetch tanaka "/children/$CHILD"
sheets=$(grep -o 'class="card"><a href="[^"]*/sheets/' "$T/body" | wc -l)
isnt "$sheets" 0 'a karte lists sheets'
fetch tanaka "/children/$CHILD/karte.pdf"
karte log --json --event child.pdf --child $CHILD
is "$(wc -l <"$T/out")" 1 'printing a whole karte leaves a record'
karte log --json --event sheet.pdf --child $CHILD
is "$(wc -l <"$T/out")" $((sheets + 1)) 'and one for each sheet on it'

# a page from the cache is a look as well
karte log --json --event sheet.read
before=$(wc -l <"$T/out")
for _ in 1 2 3; do fetch tanaka "/children/$SHEET"; done
karte log --json --event sheet.read
is "$(wc -l <"$T/out")" $((before + 3)) 'each look is a record of its own'

# ---- a disk that takes no more -------------------------------------------------------------------

# From now on no file of the server may grow beyond what the journal has.
full() {
	prlimit --pid "$SERVER" --fsize="$(stat -c %s "$V/journal/tail")":unlimited
}
empty() {
	prlimit --pid "$SERVER" --fsize=unlimited:unlimited
}

open_form tanaka $SHEET "$T/form"
form set "$T/form" f.year-goal 'ディスクがいっぱい'
HEAD=$(head_of $CHILD)
karte log --json
before=$(wc -l <"$T/out")
full
for path in /children/$CHILD /children/$SHEET /children/$SHEET.pdf /children/$SHEET/history \
	/children/$SHEET/edit "/children?q=%E3%81%9D" /; do
	fetch tanaka "$path"
	is "$STATUS" 503 "$path: 503 when its record cannot be written"
	lacks "$T/body" そら "$path: the answer has no content"
	matches "$(header Retry-After)" '^[1-9][0-9]*$' "$path: says when to try again"
	has "$T/body" '記録を残すことができない' "$path: says why"
done
fetch tanaka /children/c9d4x1e6pj
is "$STATUS" 503 'a refusal that cannot be recorded is no answer either'
send_form tanaka $SHEET "$T/form"
is "$STATUS" 503 'nothing is saved'
is "$(head_of $CHILD)" "$HEAD" 'the branch has not moved'
fetch nobody /about
is "$STATUS" 200 'pages about nobody still open'
login kobayashi "$(password kobayashi)"
is "$STATUS" 503 'nobody can sign in unrecorded'
is "$(header Set-Cookie | grep -c __Host-karte=)" 0 'there is no session'
empty
fetch tanaka "/children/$SHEET"
is "$STATUS" 200 'when there is room again, pages open again'
send_form tanaka $SHEET "$T/form"
is "$STATUS" 303 'and the same form is saved'
karte log --json --event sheet.save
is "$(tail -n 1 "$T/out" | grep -c '"account":"tanaka"')" 1 'with its record'
stop TERM
is "$RC" 0 'the server ends well'
verified 'a full disk leaves nothing half done'

# ---- kill -9 -------------------------------------------------------------------------------------

# One person saves as fast as the server answers; each saving that was acknowledged is noted.
saver() {
	local i=0
	while :; do
		i=$((i + 1))
		open_form tanaka $SHEET "$T/k.form" 2>/dev/null || return 0
		form set "$T/k.form" f.year-goal "回 $1-$i の文"
		form set "$T/k.form" reason "回$1-$i"
		send_form tanaka $SHEET "$T/k.form"
		[ "$STATUS" = 303 ] || return 0
		echo "回$1-$i" >>"$T/acknowledged"
	done
}

: >"$T/acknowledged"
must_serve
more_than() { [ "$(wc -l <"$T/acknowledged")" -gt "$1" ]; }
for round in 1 2 3 4 5 6; do
	rm -f "$T/csrf.tanaka"
	before=$(wc -l <"$T/acknowledged")
	saver $round &
	player=$!
	holds "kill $round: something was acknowledged before it" until_true 60 more_than "$before"
	sleep "0.$((round * 3 % 7))"
	stop KILL
	wait "$player"
	serve || flunk "the server starts again after kill $round" "$(tail -n 2 "$T/server.err")"
	git -C "$(repo $CHILD)" log --format=%B main >"$T/log"
	missing=0
	while read -r reason; do
		grep -qxF "$reason" "$T/log" || missing=$((missing + 1))
	done <"$T/acknowledged"
	is "$missing" 0 "kill $round: each of $(wc -l <"$T/acknowledged") acknowledged versions is there"
	fetch tanaka "/children/$SHEET/history"
	is "$(grep -o '>版 [0-9]*' "$T/body" | wc -l)" \
		"$(git -C "$(repo $CHILD)" rev-list --count main -- sheets/kyoiku-shien/2026.md)" \
		"kill $round: the list of versions agrees with the repository"
done
stop TERM
verified 'afterwards all is signed, recorded and in order'
is "$(find "$V/children" -name '*.lock' | wc -l)" 0 'no lock is left behind'

# ---- an index that fell behind -------------------------------------------------------------------

# A kill between the move of the branch and the index leaves the index of before.
cp "$V/index.db" "$T/index.before"
must_serve
rm -f "$T/csrf.tanaka"
open_form tanaka $SHEET "$T/form"
form set "$T/form" f.class-name 9組
send_form tanaka $SHEET "$T/form"
stop TERM
rm -f "$V"/index.db*
cp "$T/index.before" "$V/index.db"
must_serve
fetch tanaka "/children/$SHEET"
has "$T/body" 9組 'the newest version is shown'
fetch tanaka "/children/$SHEET/history"
is "$(grep -o '>版 [0-9]*' "$T/body" | wc -l)" \
	"$(git -C "$(repo $CHILD)" rev-list --count main -- sheets/kyoiku-shien/2026.md)" \
	'and the list of versions has caught up'
stop TERM
rm -f "$V"/index.db*
must_serve
fetch shimizu '/children'
is "$(grep -o 'href="/children/c[0-9a-z]*"' "$T/body" | sort -u | wc -l)" 12 \
	'an index that is gone is made anew at the start'
login tanaka "$(password tanaka)"
is "$STATUS" 303 'and people can sign in'
finish
