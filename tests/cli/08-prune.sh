#!/bin/bash
# Retention of the journal: months go after their time and not before, by themselves, provably; if
# the municipality wants it only after they were written outside.  Two and a half years go by.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

CLOCK=$(find /usr/lib -name libfaketimeMT.so.1 2>/dev/null | head -n 1)
[ -n "$CLOCK" ] || give_up 'libfaketime is not there (Debian package faketime)'
if [ -n "${SANITIZED:-}" ]; then
	pass 'two years # SKIP a sanitizer does not run under a moved clock'
	finish
fi

V=$T/vault
demo_vault "$V"
CHILD=c7k3m9q2v4
year=$(date -u +%Y) month=$(date -u +%-m)

# month_of N: "2027-04", N months from now; then N commands are run in the middle of that month.
month_of() {
	local m=$((year * 12 + month - 1 + $1))
	printf '%04d-%02d' $((m / 12)) $((m % 12 + 1))
}
at() { # N ARGUMENT…
	local when
	when=$(date -u -d "$(month_of "$1")-28 12:00" +%s)
	shift
	LD_PRELOAD=$CLOCK FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_DISABLE_SHM=1 \
		FAKETIME="+$((when - $(date +%s)))s" karte "$@"
}
months() { # CLASS: which there are
	find "$V/journal/bodies/$1" -name '*.jsonl' -printf '%f\n' | sort | cut -c1-7 | paste -sd ' '
}
on_disk() { # TEXT: files of the journal and its index that have it
	grep -rlaF -- "$1" "$V/journal" "$V"/trace.db* 2>/dev/null | sort -u
}

# ---- records of thirty months --------------------------------------------------------------------

at 0 build --role household --child $CHILD -o "$T/site"
is "$RC" 0 'a look that nobody does again'
at 0 sheet get $CHILD kyoiku-shien/2026
karte log --json --newest --limit 1
REQUEST=$(jq -r .request "$T/out") FIRST=$(jq -r .n "$T/out")
cat "$V/journal/bodies/read/$(month_of 0).jsonl" >"$T/first-month"
isnt "$(on_disk site/household | grep -c trace)" 0 'it is in the index'
karte log --event site.build --child $CHILD
is "$(wc -l <"$T/out")" 1 'which finds it'

for n in $(seq 1 23); do at "$n" sheet get $CHILD kyoiku-shien/2026 >/dev/null; done
is "$(months read | wc -w)" 24 'a month of looks for two years'

# ---- not too early -------------------------------------------------------------------------------

at 24 prune --dry-run
is "$(cat "$T/out")" '' 'in the twenty-fifth month nothing is due: a look of its last day is not two years old'
at 24 prune
is "$RC $(months read | cut -c1-7)" "0 $(month_of 0)" 'and nothing goes'

# ---- then by month -------------------------------------------------------------------------------

at 25 prune --dry-run
is "$(cat "$T/out")" "read/$(month_of 0) を消します" 'a month later the first is due'
isnt "$(on_disk "$REQUEST")" '' 'which only says so'
at 25 prune --json
is "$(jq -r '[.do, .month, .done] | @text' "$T/out")" "[\"prune\",\"read/$(month_of 0)\",true]" 'now it goes'
is "$(months read | cut -c1-7)" "$(month_of 1)" 'with its file'
is "$(on_disk "$REQUEST")" '' 'nothing on the disk has the request'
is "$(on_disk site/household)" '' 'nor what was looked at, in no index either'
karte log --event site.build
is "$(wc -l <"$T/out")" 0 'nobody finds it'
karte log --json --event journal.prune
is "$(jq -r .object "$T/out")" \
	"read/$(month_of 0) $(jq -r .n "$T/first-month" | head -n 1) $FIRST $(wc -l <"$T/first-month") $(sha256sum <"$T/first-month" | cut -d ' ' -f 1)" \
	'a record says what went: numbers, how many, the hash of the file'
is "$(jq -r .account "$T/out" | cut -c1-3)" 'os:' 'and who'
at 25 prune
is "$RC $(months read | cut -c1-7)" "0 $(month_of 1)" 'once'

# ---- not while somebody reads it -----------------------------------------------------------------

at 26 sheet get $CHILD kyoiku-shien/2026 >/dev/null
exec {READS}<"$V/journal/bodies"
flock -s $READS
at 26 prune >"$T/waiting" 2>&1 &
PRUNES=$!
at 26 verify
is "$RC" 0 'while a pruning waits a proof goes on'
sleep 1
is "$(months read | cut -c1-7)" "$(month_of 1)" 'no month goes while somebody reads the journal'
flock -u $READS
wait $PRUNES
is "$(months read | cut -c1-7)" "$(month_of 2)" 'then it goes'
flock -x $READS
at 26 verify >"$T/waiting" 2>&1 &
READER=$!
sleep 1
isnt "$(jobs -rp | grep -cx "$READER")" 0 'and who reads waits for a pruning'
flock -u $READS
wait "$READER"
is "$?" 0 'which then proves all'
exec {READS}<&-
for n in 27 28 29 30; do
	at "$n" sheet get $CHILD kyoiku-shien/2026 >/dev/null
	at "$n" prune
	is "$(months read | cut -c1-7)" "$(month_of $((n - 24)))" "month $n: the next one goes"
done
is "$(months change | cut -c1-7)" "$(month_of 0)" 'changes stay'
is "$(months system | cut -c1-7)" "$(month_of 25)" 'and so does what says what went'
at 30 verify
is "$RC" 0 'all that is left is proved'
[ "$RC" = 0 ] || head -n 5 "$T/out" "$T/err"
verified_again 'by a verifier of other hands, too'
karte log --json
is "$(jq -r .n "$T/out" | sort -n | uniq | wc -l)" "$(wc -l <"$T/out")" 'each record is found once'
is "$(wc -l <"$T/out")" "$(cat "$V"/journal/bodies/*/*.jsonl | wc -l)" 'and every one that is there'

# ---- what went cannot be claimed otherwise -------------------------------------------------------

cp "$V/journal/bodies/read/$(month_of 9).jsonl" "$T/ninth"
rm "$V/journal/bodies/read/$(month_of 9).jsonl"
at 30 verify
isnt "$RC" 0 'a month that somebody else removed is missed'
PYTHONDONTWRITEBYTECODE=1 "$ROOT/vault/audit/karte-verify" --json "$V" >"$T/out" 2>"$T/err"
RC=$?
is "$RC $(jq -r '.code // empty' "$T/out" | sort -u)" '65 journal.missing' 'by the other verifier, too'
cp "$T/ninth" "$V/journal/bodies/read/$(month_of 9).jsonl"
at 30 verify
is "$RC" 0 'and nothing else was wrong'

# ---- the setting ---------------------------------------------------------------------------------

sed -i 's/^keep-read: .*/keep-read: 23/' "$V/karte.yaml"
at 30 prune
is "$RC" 78 'looks are kept for two years at least'
has "$T/err" 'keep-read' 'which is said'
sed -i 's/^keep-read: .*/keep-read: 36/' "$V/karte.yaml"
at 33 prune
is "$(months read | cut -c1-7)" "$(month_of 6)" 'a longer time keeps them longer'
sed -i 's/^keep-read: .*/keep-read: 24/' "$V/karte.yaml"

# ---- outside before they go ----------------------------------------------------------------------

export GNUPGHOME=$T/gnupg
mkdir -m 700 "$GNUPGHOME"
gpg --batch --quiet --passphrase '' --quick-generate-key archive@city.example.jp default default never 2>/dev/null
gpg --batch --quiet --armor --export archive@city.example.jp >"$T/archive.asc"
sed -i "s|^keep-outside: .*|keep-outside: $T/medium|; s|^keep-outside-key: .*|keep-outside-key: $T/archive.asc|" "$V/karte.yaml"
at 33 prune
isnt "$RC" 0 'a medium that is not there is told'
has "$T/err" "$T/medium is not there" 'by name'
has "$T/out" '外に写すまで消しません' 'and what would go waits'
is "$(months read | cut -c1-7)" "$(month_of 6)" 'nothing went'
mkdir "$T/medium"
cp "$V/journal/bodies/read/$(month_of 6).jsonl" "$T/sixth"
at 33 prune --export-only
is "$RC" 0 'with it, all months that are over are written'
is "$(months read | cut -c1-7)" "$(month_of 6)" 'which removes none'
FILE=localhost-read-$(month_of 6).jsonl.gpg
[ -e "$T/medium/$FILE" ] || FILE=$(basename "$(ls "$T/medium"/*-read-"$(month_of 6)".jsonl.gpg)")
is "$(find "$T/medium" -name "*.gpg" | wc -l)" \
	"$(($(months read | wc -w) + $(months access | wc -w) + $(months session | wc -w) + $(months admin | wc -w)))" \
	'one file for each month and class'
lacks "$T/medium/$FILE" "$CHILD" 'which nobody can read'
holds 'its hash is beside it' bash -c "cd '$T/medium' && sha256sum --quiet -c '$FILE.sha256'"
FPR=$(cat "$V/gnupg/vault-key")
gpg --homedir "$V/gnupg" --batch --armor --export "$FPR" 2>/dev/null | gpg --batch --quiet --import 2>/dev/null
holds 'and the signature of the vault' gpg --batch --quiet --verify "$T/medium/$FILE.asc" "$T/medium/$FILE"
gpg --batch --quiet --decrypt "$T/medium/$FILE" >"$T/opened" 2>/dev/null
same "$T/opened" "$T/sixth" 'the owner of the key opens it, and has the month byte by byte'
karte log --json --event journal.outside
is "$(jq -r --arg m "read/$(month_of 6)" 'select(.object | startswith($m)) | .object' "$T/out")" \
	"read/$(month_of 6) $(sha256sum <"$T/sixth" | cut -d ' ' -f 1) $(sha256sum <"$T/medium/$FILE" | cut -d ' ' -f 1)" \
	'a record has both hashes'
at 33 prune
is "$RC $(months read | cut -c1-7)" "0 $(month_of 9)" 'then what is due goes'

# A month that was opened years later is proved by the journal that does not have it any more: the
# hash of each line is a leaf of its tree.
leaf() { (printf '\0'; printf '%s' "$1") | sha256sum | cut -d ' ' -f 1; }
tile() { # N: the leaf's hash from the tiles
	local index=$(($1 / 256)) path
	path=$V/journal/tile/0/$(printf '%03d' "$index")
	[ -e "$path" ] || path=$(find "$path.p" -type f | sort -V | tail -n 1)
	dd if="$path" bs=32 skip=$(($1 % 256)) count=1 2>/dev/null | xxd -p -c 32
}
line=$(head -n 1 "$T/opened")
is "$(leaf "$line")" "$(tile "$(jq .n <<<"$line")")" 'what was opened is in the journal'
isnt "$(leaf "${line/kyoiku/kyoikU}")" "$(tile "$(jq .n <<<"$line")")" 'what was changed is not'

chmod 500 "$T/medium"
if [ "$(id -u)" != 0 ]; then
	at 36 prune
	isnt "$RC" 0 'a medium that cannot be written is told'
fi
at 36 verify
is "$RC" 0 'in the end all that is left is proved'
finish
