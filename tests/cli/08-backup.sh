#!/bin/bash
# Backups: of a running vault, consistent, read again; nothing comes back whose key was destroyed; what
# is altered, cut short or not ours is refused, and nothing is left half done.
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

V=$T/vault
demo_vault "$V"
echo 'nagai aikotoba desu yo' >"$T/pass"
echo 'chigau aikotoba desu yo' >"$T/wrong"
C=c7k3m9q2v4

# heads DIR: every repository with its newest commit
heads() {
	(cd "$1" && find registry.git children -name '*.git' -prune | sort | while read -r r; do
		echo "$r $(git -C "$r" rev-parse refs/heads/main)"
	done)
}

# plain NAME ARGUMENT…: without a vault
plain() {
	timeout 60 "$KARTE" "$@" >"$T/out" 2>"$T/err" </dev/null
	RC=$?
}

# ---- a round trip --------------------------------------------------------------------------------

must_serve
karte backup "$T/one.backup"
is $RC 0 "a running vault is backed up: $(tail -n 1 "$T/err")"
has "$T/out" 'すべて読めました' 'and what was written is read again'
cp "$T/out" "$T/one.out"
karte log --event backup --json
is "$(jq -r .object "$T/out")" "$(sed -n 's/^チェックポイント \([^、]*\)、.*/\1/p' "$T/one.out")" \
	'the journal has it, with its checkpoint'
karte backup "$T/one.backup"
is $RC 73 'nothing is overwritten'
karte backup --check "$T/one.backup"
is $RC 0 'it can be looked at again'
tar tf "$T/one.backup" >"$T/members"
has "$T/members" "$C/git/children/$C" 'stock tar lists it'
karte backup --keys "$T/keys" --password-file "$T/pass"
is $RC 0 'its keys go elsewhere'
lacks "$T/members" backup-keys 'and are not in it'
grep -aqF 'さくら' "$T/one.backup" "$T/keys"
is $? 1 'nothing in it can be read'
plain restore "$T/one.backup" "$T/back" --keys "$T/keys" --password-file "$T/pass"
is $RC 0 "it is restored: $(tail -n 1 "$T/err")"
heads "$V" >"$T/heads.before"
heads "$T/back" >"$T/heads.after"
isnt "$(wc -l <"$T/heads.before")" 0 'there are repositories'
same "$T/heads.before" "$T/heads.after" 'each at the same commit'
bad=0
while read -r r _; do
	git -C "$T/back/$r" fsck --strict >/dev/null 2>&1 || bad=$((bad + 1))
done <"$T/heads.after"
is $bad 0 'git fsck --strict finds nothing'
"$KARTE" -C "$T/back" verify >"$T/verify" 2>&1
is $? 0 "what was restored verifies: $(tail -n 1 "$T/verify")"
"$KARTE" -C "$T/back" log --event restore --json >"$T/log"
has "$T/log" '"event":"restore"' 'and its journal says that it was restored'
# the bundle of a child is one that stock git takes
python3 - "$V" "$T" $C <<'PY'
import sys, tarfile
vault, tmp, child = sys.argv[1:]
tarfile.open(tmp + '/one.backup').extract(child + '/git/children/' + child, tmp + '/member')
PY
holds 'a member is there for each child' test -s "$T/member/$C/git/children/$C"

# ---- what is not taken ---------------------------------------------------------------------------

# refused SENTENCE FILE KEYS PASSWORD
refused() {
	plain restore "$2" "$T/no" --keys "$3" --password-file "$4"
	isnt $RC 0 "$1: $(tail -n 1 "$T/err")"
	is "$(find "$T" -maxdepth 1 -name 'no*' | wc -l)" 0 "$1: nothing is left"
}
refused 'a wrong passphrase' "$T/one.backup" "$T/keys" "$T/wrong"
head -c 100000 "$T/one.backup" >"$T/cut"
refused 'one that was cut short' "$T/cut" "$T/keys" "$T/pass"
# within the first, a middle, the largest and the last member: between them a tar has bytes that say nothing
python3 - "$T/one.backup" >"$T/places" <<'PY'
import sys, tarfile
members = [m for m in tarfile.open(sys.argv[1]) if m.size]
for m in (members[0], members[len(members) // 2], max(members, key=lambda m: m.size), members[-1]):
    print(m.offset_data + m.size // 2)
PY
while read -r at; do
	cp "$T/one.backup" "$T/altered"
	printf 'X' | dd of="$T/altered" bs=1 seek="$at" conv=notrunc status=none
	cmp -s "$T/one.backup" "$T/altered" && printf 'Y' | dd of="$T/altered" bs=1 seek="$at" conv=notrunc status=none
	karte backup --check "$T/altered"
	isnt $RC 0 "one with another byte at $at"
done <"$T/places"
python3 - "$T" <<'PY'
import sys, tarfile
tmp = sys.argv[1]
src = tarfile.open(tmp + '/one.backup')
members = src.getmembers()
def write(name, order):
    out = tarfile.open(tmp + '/' + name, 'w', format=tarfile.PAX_FORMAT)
    for m in order:
        out.addfile(m, src.extractfile(m))
    out.close()
git = [m for m in members if '/git/children/' in m.name]
write('dropped', [m for m in members if m is not git[0]])
swapped = list(members)
i, j = members.index(git[0]), members.index(git[1])
swapped[i], swapped[j] = swapped[j], swapped[i]
write('swapped', swapped)
write('endless', members[:-1])
write('whole', members)
PY
for name in dropped swapped endless; do
	karte backup --check "$T/$name"
	isnt $RC 0 "one with members $name"
done
karte backup --check "$T/whole"
is $RC 0 'one that another program packed again is as good'
printf 'no archive' >"$T/text"
refused 'another file' "$T/text" "$T/keys" "$T/pass"
plain restore "$T/one.backup" "$V" --keys "$T/keys" --password-file "$T/pass"
is $RC 73 'a folder that is there is not overwritten'
head -c 200 "$T/keys" >"$T/keys.cut"
refused 'keys that were cut short' "$T/one.backup" "$T/keys.cut" "$T/pass"

# ---- killed --------------------------------------------------------------------------------------

for after in 0.05 0.2 0.4; do
	timeout -s KILL $after "$KARTE" -C "$V" backup "$T/killed" >/dev/null 2>&1
done
karte backup "$T/after" >/dev/null
is $RC 0 'after three that were killed the next one is whole'
is "$(find "$V" -maxdepth 1 -name '.backup-*' | wc -l)" 0 'and nothing of them is left in the vault'
holds 'a backup on standard output' bash -c "'$KARTE' -C '$V' backup - >'$T/piped' 2>/dev/null"
holds 'is the same kind of archive' "$KARTE" -C "$V" backup --check "$T/piped"

# ---- keys for somebody's OpenPGP key --------------------------------------------------------------

mkdir -m 700 "$T/gpg"
gpg --homedir "$T/gpg" --batch --quiet --passphrase '' --quick-gen-key 'Keeper <k@example.jp>' default default never 2>/dev/null
gpg --homedir "$T/gpg" --armor --export >"$T/keeper.asc" 2>/dev/null
karte backup --keys "$T/keys.gpg" --recipient "$T/keeper.asc"
is $RC 0 'the keys are encrypted to a public key'
gpg --homedir "$T/gpg" --batch --quiet --decrypt "$T/keys.gpg" >"$T/keys.plain" 2>/dev/null
gpgconf --homedir "$T/gpg" --kill all
has "$T/keys.plain" "key $C " 'and gpg opens them'
plain restore "$T/one.backup" "$T/by-gpg" --keys "$T/keys.plain"
is $RC 0 'with which a backup comes back'

# ---- a set of keys that knows too much -------------------------------------------------------------

karte backup "$T/before.backup"
lacks "$T/err" 'まだ開きます' 'while no key was destroyed no set is stale'
cp -a "$V" "$T/ended"
sleep 1
printf %s "$(date -u +%FT%TZ)" >"$T/ended/backup-keys/c000000009.gone" # as the end of a child leaves it
plain -C "$T/ended" backup "$T/after.backup"
is $RC 0 'after a child has gone there are backups as before'
is "$(grep -c 'まだ開きます.*書き出し直し' "$T/err")" 1 'which say that the keys have to be written anew'
plain -C "$T/ended" backup --keys "$T/keys.new" --password-file "$T/pass"
is "$(grep -c '子ども 1人の.*まだ開きます.*消してください' "$T/err")" 2 'that names both older sets'
sleep 1
plain -C "$T/ended" backup "$T/later.backup"
lacks "$T/err" 'まだ開きます' 'the new one is not stale'
plain restore "$T/one.backup" "$T/old-set" --keys "$T/keys" --password-file "$T/pass"
isnt "$(find "$T/old-set/children" -name "$C*" | wc -l)" 0 'an old set with an old backup still has the child: the files must go'

# ---- who is gone stays gone ------------------------------------------------------------------------

grep -v "key $C " "$T/keys.plain" >"$T/keys.lacking"
refused 'a set without the key of a child' "$T/one.backup" "$T/keys.lacking" "$T/pass"
plain restore "$T/one.backup" "$T/lacking" --keys "$T/keys.lacking" --without-missing
is $RC 0 'unless it is told to go on'
has "$T/out" "$C: 鍵がない" 'then it says who is missing'
{ grep -v "key $C " "$T/keys.plain"; echo "gone $C 2046-05-01T00:00:00Z"; } >"$T/keys.gone"
plain restore "$T/one.backup" "$T/gone" --keys "$T/keys.gone"
is $RC 0 'a child whose key is destroyed does not keep the others'
has "$T/out" "$C: 保存期間が終わって" 'it is said'
is "$(find "$T/gone/children" -name "$C*" | wc -l)" 0 'nowhere'
"$KARTE" -C "$T/gone" verify >"$T/verify" 2>&1
is $? 0 "what is left verifies: $(tail -n 1 "$T/verify")"
is "$("$KARTE" -C "$T/gone" child list | grep -c "$C")" 0 'it is in no list'
stop TERM

# ---- every day --------------------------------------------------------------------------------------

sed -i "s|^backup:.*|backup: $T/daily|; s|^backup-time:.*|backup-time: 00:00|; s|^backup-keep:.*|backup-keep: 2|" \
	"$V/karte.yaml"
mkdir "$T/daily"
touch "$T/daily/karte-2020-01-01.backup" "$T/daily/karte-2020-01-02.backup" "$T/daily/karte-2020-01-02.txt"
must_serve
for ((i = 0; i < 160; i++)); do
	[ -f "$T/daily/karte-2020-01-01.backup" ] || break
	sleep 0.5
done
stop TERM
today=$(TZ=Asia/Tokyo date +%F)
holds 'the server makes one a day' "$KARTE" -C "$V" backup --check "$T/daily/karte-$today.backup"
is "$(find "$T/daily" -name '*.backup' | wc -l)" 2 'and keeps so many'
holds 'other files stay' test -f "$T/daily/karte-2020-01-02.txt"
finish
