#!/bin/bash
# karte access and karte reach: exceptions and settings, who can reach what, and who could on a day.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
C=c7k3m9q2v4
for who in fujii tanaka; do password "$who" >"$T/$who"; done
# as ACCOUNT ARGUMENT…: signed in with the password
as() {
	local who=$1
	shift
	karte "$@" --as "$who" --password-file "$T/$who"
}

# ---- reach -------------------------------------------------------------------------------------------

karte reach --account yamamoto
is "$RC" 0 'what an account can reach is printed'
lacks "$T/out" "$C" 'a teacher elsewhere reaches nothing of the child'
karte reach --account tanaka
matches "$(grep "^$C karte" "$T/out")" '^c7k3m9q2v4 karte enrolled R: W:.*教育支援シート' \
	'her teacher reaches the karte, and can make sheets'
matches "$(grep "^$C kyoiku-shien/2026" "$T/out")" ' enrolled R:[^ ]+ W:[^ ]+$' \
	'and sheets by sections, to read and to write'
karte reach --account yoshida-f --json
is "$(jq -sr 'map(.reason) | unique | join(" ")' "$T/out")" guardian 'a family: JSON, a line for each thing'
is "$(jq -sr 'map(.child) | unique | length' "$T/out")" 2 'of both children'
karte reach --account nobody
is "$RC" 66 'an account that is not there'
karte reach --account tanaka --child $C
is "$RC" 64 'one question at a time'
karte reach --at 2026-01-01
is "$RC" 64 'a day needs a child'
as tanaka reach --account fujii
is "$RC $(cat "$T/out")" '77 ' 'whoever is no administrator asks nothing'
karte log --event admin.reach --json
is "$(jq -sr '.[-1] | .account | startswith("os:")' "$T/out")" true 'looking is recorded'

# ---- an opening --------------------------------------------------------------------------------------

open=(access open --account yamamoto --child "$C" --type kyoiku-shien --reason 転校の前に読むため)
karte "${open[@]}" --dry-run
is "$RC" 0 'what it would change is printed'
matches "$(grep -c '^+ yamamoto c7k3m9q2v4 kyoiku-shien/' "$T/out")" '^[1-9]' 'sheets that come'
is "$(grep -vc '^+ yamamoto' "$T/out")" 0 'and nothing else'
karte access list
is "$(cat "$T/out")" '' 'a dry run saves nothing'
karte "${open[@]}"
is "$RC" 0 'an opening is asked for'
read -r R state <"$T/out"
is "$state" asked 'and waits'
karte reach --account yamamoto
lacks "$T/out" "$C" 'it has no effect'
karte access confirm "$R"
is "$RC" 77 'the operator who asked does not confirm'
as tanaka access confirm "$R"
is "$RC" 77 'nor does a teacher'
as fujii access confirm "$R"
is "$RC" 0 'an administrator does'
karte reach --account yamamoto
has "$T/out" "$C kyoiku-shien/2026 range" 'then it is in force'
karte access list --json
is "$(jq -r '[.id, .state, .effect, ."confirmed-by", .type] | join(" ")' "$T/out")" \
	"$R in-force open fujii kyoiku-shien" 'and listed so'
karte access list
matches "$(cat "$T/out")" "^$R in-force +open account:yamamoto -> child:$C kyoiku-shien/\* " 'also as text'
TODAY=$(TZ=Asia/Tokyo date +%F)
karte reach --child $C
matches "$(grep '^yamamoto' "$T/out")" "range:$R read-only set by os:[a-z0-9_-]+ \+ fujii $(date -u +%F)T" \
	'who can see the child, by which rule, set and confirmed by whom, when'
karte reach --child $C --at "$TODAY" --json
is "$(jq -sr '.[] | select(.account == "yamamoto") | [.reason, .range, ."confirmed-by"] | join(" ")' "$T/out")" \
	"range $R fujii" 'on a day, as JSON'
is "$(jq -sr '.[] | select(.account == "yoshida-f") | .reason' "$T/out")" guardian 'her family'
is "$(jq -sr '.[] | select(.account == "tanaka") | [.reason, (."set-by" | startswith("os:"))] | @json' "$T/out")" \
	'["enrolled",true]' 'her teacher, and who wrote the stay down'
is "$(jq -sr '.[] | select(.account == "shimizu") | [.reason, (."set-by" | startswith("os:"))] | @json' "$T/out")" \
	'["oversight",true]' 'the board, and who made the account'
karte access end "$R"
is "$RC" 0 'it ends at once'
karte reach --child $C --at "$TODAY"
lacks "$T/out" yamamoto 'and is over'
karte reach --child $C --at 2001-01-01
is "$RC" 66 'a day before there was anything'
karte reach --child $C --at 2999-01-01
is "$RC" 65 'a day that has not come'
karte reach --child $C --at someday
is "$RC" 64 'what is no day'
karte reach --child c000000000
is "$RC" 66 'a child that is not there'

# ---- a closing ---------------------------------------------------------------------------------------

as fujii access close --institution aozora-es --child $C --write --reason 記入を止めるため
is "$RC" 0 'a narrowing'
read -r N state <"$T/out"
is "$state" in-force 'is in force at once'
karte reach --account tanaka
matches "$(grep "^$C kyoiku-shien/2026" "$T/out")" ' W:$' 'nothing is written any more'
as fujii access end "$N"
as fujii access confirm "$N"
is "$RC" 77 'who asked for its end does not confirm it'
karte access decline "$N"
is "$RC" 0 'it can be kept'
karte reach --account tanaka
matches "$(grep "^$C kyoiku-shien/2026" "$T/out")" ' W:$' 'and goes on'
karte access confirm "$N"
is "$RC" 65 'what does not wait is not confirmed'
for bad in '--child x' '--children-of nowhere' '--type nothing' '--section goals' '--from 2026-02-30' \
	'--to 2020-01-01' '--institution aozora-es'; do
	# shellcheck disable=SC2086
	karte access close --account tanaka --reason 正しくない指定です $bad
	is "$RC" 65 "refused: $bad"
done
karte access close --account tanaka
is "$RC" 65 'a reason is needed'
karte access close --reason だれのか書いていない
is "$RC" 65 'and an account or an institution'
karte access widen
is "$RC" 64 'a form that is none'
karte access confirm rzzzzzzzzz
is "$RC" 65 'a range that is not there'

# ---- settings ----------------------------------------------------------------------------------------

karte access settings
is "$(tr '\n' ' ' <"$T/out")" '# in-force karte: 1 lead-days: 30 tail-days: 30 admin-reads: reason break-glass-minutes: 0 staff-second-factor: true guardians: either ' \
	'settings are printed'
karte access settings --lead-days 10
is "$(cat "$T/out")" in-force 'what narrows is set at once'
karte access settings --break-glass-minutes 30 --dry-run
is "$RC" 0 'what would change can be asked for'
karte access settings --break-glass-minutes 30
is "$(cat "$T/out")" asked 'what widens waits'
karte access settings
has "$T/out" '# asked by os:' 'and is printed beside what is in force'
karte access confirm settings
is "$RC" 77 'who asked does not confirm'
as fujii access confirm settings
is "$RC $(grep -c '^break-glass-minutes: 30' "$T/out")" '0 1' 'an administrator does, and sees what is in force'
karte access settings --staff-second-factor no --json
karte access decline settings
is "$RC" 0 'what waits can be dropped'
karte access decline settings
is "$RC" 65 'once'
for bad in '--lead-days 367' '--tail-days x' '--admin-reads often' '--staff-second-factor maybe' '--guardians none'; do
	# shellcheck disable=SC2086
	karte access settings $bad
	is "$RC" 64 "refused: $bad"
done
karte reindex
karte access settings
has "$T/out" 'break-glass-minutes: 30' 'settings come back from the registry'
karte access list --json
is "$(jq -sr 'map(.state) | sort | join(" ")' "$T/out")" 'ended in-force' 'and so do ranges'
holds 'all of it is signed and recorded' "$KARTE" -C "$V" verify
finish
