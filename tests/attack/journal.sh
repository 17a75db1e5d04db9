# shellcheck shell=bash disable=SC2034,SC2154
# Root on the machine: the journal, its tiles, its checkpoint, and yesterday's disk.

# ---- records ----------------------------------------------------------------------------------------

fresh
sed -i '5s/"decision":"allow"/"decision":"deny"/' "$(body_of change)"
detected 'journal.body journal.line' 'a record is edited'

fresh
sed -i '5s/"t":"20/"t":"19/' "$(body_of change)"
detected 'journal.place journal.body journal.line journal.time journal.order commit.time commit.unrecorded' "a record's clock is turned back"

fresh
sed -i '1s/"account":"[^"]*"/"account":"mori"/' "$(body_of read)"
detected 'journal.body journal.line' 'a look is put on another person'

fresh
sed -i '5d' "$(body_of change)"
detected 'journal.missing commit.unrecorded commit.parent branch.elsewhere' 'the record of a version is taken out'

fresh
sed -i '1d' "$(body_of read)"
detected journal.missing 'the record of a look is taken out'

fresh
sed -i '5{h;d};6{G}' "$(body_of change)"
detected 'journal.order commit.unrecorded commit.missing commit.parent branch.elsewhere' 'two records change places'

fresh
sed -i '$p' "$(body_of read)"
detected 'journal.extra journal.order' 'a record stands there twice'

fresh
sed -i '$d' "$(body_of session)"
detected 'journal.lag journal.missing' 'the end of a file of records is cut off'

fresh
rm -f "$(body_of read)"
detected 'journal.lag journal.missing' 'all looks of a month are deleted'

fresh
cat "$(body_of read)" >>"$(body_of session)"
rm -f "$(body_of read)"
detected 'journal.line journal.order journal.missing journal.lag journal.place journal.body journal.extra' 'looks are hidden among sessions'

fresh
mv "$(body_of read)" "$(dirname "$(body_of read)")/2020-01.jsonl"
detected 'journal.place journal.missing journal.lag journal.order journal.time' 'a month becomes another one'

fresh
: >"$V/journal/bodies/read/notes.txt"
detected journal.place 'a foreign file lies among the records'

# ---- tail, tiles, checkpoint ------------------------------------------------------------------------

fresh
truncate -s -2000 "$V/journal/tail"
detected 'journal.short journal.extra journal.tail journal.lag journal.missing journal.root journal.tile' 'the end of the journal is cut off'

fresh
flip "$(widest_tile)" 40
detected 'journal.tile' 'a tile is edited'

fresh
rm -f "$(widest_tile)"
detected 'journal.tile' 'a tile is deleted'

fresh
sed -i '2s/.*/1/' "$V/journal/checkpoint"
detected 'journal.checkpoint journal.root journal.short' 'the checkpoint is edited'

fresh
rm -f "$V/journal/checkpoint"
detected journal.checkpoint 'the checkpoint is deleted'

fresh
sed -i '4s/.$/A/' "$V/journal/checkpoint"
sed -i '5s/\(.\{60\}\)./\1A/' "$V/journal/checkpoint"
detected 'journal.checkpoint' 'the signature of the checkpoint is edited'

fresh
sed -i 's/.\{4\}$/AAAA/' "$V/journal/key.pub"
detected 'journal.key journal.checkpoint' "the log's public key is altered"

fresh
rm -rf "$V/journal"
karte verify --json
isnt "$RC" 0 'the whole journal is deleted: no proof is made'

# ---- yesterday's disk -------------------------------------------------------------------------------

rm -rf "$V"
cp -a "$KARTE_DEMO" "$V"
detected journal.promise "yesterday's disk does not keep the print of today" --checkpoint "$MARK"
must_serve
sign_in tanaka
for _ in $(seq 40); do fetch tanaka "/children/$PAGE"; done
stop TERM
detected journal.fork 'nor does what grows from it' --checkpoint "$MARK"

# ---- with the log's own key: another journal, sound in itself ---------------------------------------

look=$(jq -r .n "$SOUND"/journal/bodies/read/*.jsonl | sort -n | tail -n 1)
change=$(jq -r 'select(.event == "sheet.submit") | .n' "$SOUND"/journal/bodies/change/*.jsonl | head -n 1)
size=$(jq -r .n "$SOUND"/journal/bodies/*/*.jsonl | sort -n | tail -n 1)

fresh
forge journal --drop "$look"
detected journal.fork 'a journal is made anew without one look' --checkpoint "$MARK"

fresh
forge journal --drop "$change"
detected 'commit.unrecorded commit.parent' 'a journal is made anew without one change'

fresh
forge journal --until "$((size - 8))"
detected 'journal.promise commit.unrecorded branch.elsewhere journal.fork' 'a journal is made anew without its end' --checkpoint "$MARK"

fresh
forge journal --shift -86400
detected 'commit.time journal.fork key.time law.account law.consent law.registry' 'a journal is made anew with another clock' --checkpoint "$MARK"

fresh
forge journal
detected journal.fork 'a journal is made anew with other salts' --checkpoint "$FIRST"
