# shellcheck shell=bash
# What somebody with the disk in hand may do to a vault: one function each, on the vault $V.
#
# Source it after tests/lib.sh and call `sound_vault`; `fresh` gives the sound vault once more.
# TAMPERINGS has a line for each function: its name, the code by which a proof must name it, and a
# sentence.  Nothing of it needs a server.

CHILD=c7k3m9q2v4
SOUND=$T/sound
FORGED=''
SIGN=()

# sound_vault: one school, one child and two sheets, in $SOUND; $V is a copy.
sound_vault() {
	V=$SOUND
	password tanaka >"$T/pw"
	{
		"$KARTE" init "$V"
		karte institution add aozora-es --kind school --name あおぞら小学校
		karte account add tanaka --role staff --institution aozora-es --name '田中 和子' --password-file "$T/pw"
		karte child add --id $CHILD --name '𠮷田 そら' --kana 'よしだ そら' --born 2017-05-12 --sex female
		karte enrol $CHILD aozora-es --from 2024-04-01
		for year in 2025 2026; do
			karte sheet put $CHILD kyoiku-shien/$year "$ROOT/content/demo/sheets/$CHILD/kyoiku-shien/$year.md" \
				--as tanaka --password-file "$T/pw" || give_up "$(cat "$T/err")"
		done
	} 2>/dev/null
	fresh
}

fresh() {
	V=$T/vault
	rm -rf "$V"
	cp -a "$SOUND" "$V"
	GIT=$(repo $CHILD)
}

# The body file of a class.
records() {
	find "$V/journal/bodies/$1" -name '*.jsonl' | head -n 1
}

# The object of a blob, as a file that can be written.
loose() {
	local file=$GIT/objects/${1:0:2}/${1:2}
	chmod u+w "$file"
	echo "$file"
}

# ---- forged commits ------------------------------------------------------------------------------

# forge FILE: a commit on top of main that changes a sheet, with the message in FILE, signed as $SIGN
# says; it has no record.
forge() {
	local tree blob index=$T/index message=$1
	rm -f "$index"
	GIT_INDEX_FILE=$index git -C "$GIT" read-tree main
	git -C "$GIT" show main:sheets/kyoiku-shien/2026.md | sed 's/まちの地図/よその地図/' >"$T/forged.md"
	blob=$(git -C "$GIT" hash-object -w "$T/forged.md")
	GIT_INDEX_FILE=$index git -C "$GIT" update-index --cacheinfo "100644,$blob,sheets/kyoiku-shien/2026.md"
	tree=$(GIT_INDEX_FILE=$index git -C "$GIT" write-tree)
	FORGED=$(GIT_AUTHOR_NAME='田中 和子' GIT_AUTHOR_EMAIL=tanaka@localhost GIT_COMMITTER_NAME=karte \
		GIT_COMMITTER_EMAIL=karte@localhost git -C "$GIT" commit-tree "$tree" -p main -F "$message" "${SIGN[@]}")
	git -C "$GIT" update-ref refs/heads/main "$FORGED"
}

# forge_save: with the message of the newest save, without its digest
forge_save() {
	git -C "$SOUND/children/v4/$CHILD.git" log -1 --format=%B \
		"$(V=$SOUND version_of $CHILD kyoiku-shien/2026)" | grep -v '^Karte-Digest' >"$T/message"
	forge "$T/message"
}

# with_home FUNCTION: calls it with a GNUPGHOME of its own.
with_home() {
	GNUPGHOME=$(mktemp -d /tmp/kg.XXXXXX)
	export GNUPGHOME
	"$1"
	gpgconf --kill all 2>/dev/null
	rm -rf "$GNUPGHOME"
	unset GNUPGHOME
	SIGN=()
}

by_vault_key() {
	cp -a "$V/gnupg/." "$GNUPGHOME/"
	SIGN=("-S$(cat "$V/gnupg/vault-key")")
	forge_save
}

by_stranger() {
	gpg --batch -q --pinentry-mode loopback --passphrase '' --quick-gen-key '田中 和子 <tanaka@localhost>' \
		ed25519 sign never >/dev/null 2>&1
	SIGN=("-S$(gpg --batch --list-secret-keys --with-colons 2>/dev/null | awk -F : '/^fpr/ { print $10; exit }')")
	forge_save
}

# ---- repositories --------------------------------------------------------------------------------

flip_sheet() {
	printf 'x' | dd of="$(loose "$(git -C "$GIT" rev-parse main:sheets/kyoiku-shien/2025.md)")" bs=1 seek=100 \
		conv=notrunc 2>/dev/null
}
drop_sheet() { rm -f "$(loose "$(git -C "$GIT" rev-parse main:sheets/kyoiku-shien/2025.md)")"; }
drop_commit() { rm -f "$(loose "$(git -C "$GIT" rev-parse 'main~1')")"; }
back_one() { git -C "$GIT" update-ref refs/heads/main 'main~1'; }
back_two() { git -C "$GIT" update-ref refs/heads/main 'main~2'; }
delete_repository() { rm -rf "$GIT"; }
unsigned() { forge_save; }
vault_key_for_person() { with_home by_vault_key; }
stranger_for_person() { with_home by_stranger; }
old_signature() {
	git -C "$GIT" cat-file commit main | sed 's/^Karte-Account: .*/Karte-Account: kobayashi/' >"$T/object"
	FORGED=$(git -C "$GIT" hash-object -t commit -w "$T/object")
	git -C "$GIT" update-ref refs/heads/main "$FORGED"
}
second_branch() { git -C "$GIT" update-ref refs/heads/other 'main~1'; }
swap_children() { # the repository of one child in the place of another's
	local other=$V/children/00/c000000000.git
	mkdir -p "${other%/*}"
	cp -a "$GIT" "$other"
}
registry_back() { git -C "$V/registry.git" update-ref refs/heads/main 'main~1'; }
delete_registry() { rm -rf "$V/registry.git"; }

# ---- the journal ---------------------------------------------------------------------------------

edit_record() { sed -i '5s/"decision":"allow"/"decision":"allo3"/' "$(records change)"; }
drop_record() { sed -i '5d' "$(records change)"; }
swap_records() { sed -i '5{h;d};6{G}' "$(records change)"; }
double_record() { sed -i '$p' "$(records change)"; }
cut_body() { sed -i '$d' "$(records change)"; }
cut_tail() { truncate -s -2000 "$V/journal/tail"; }
edit_checkpoint() { sed -i '2s/.*/1/' "$V/journal/checkpoint"; }
foreign_key() { sed -i 's/.$/A/' "$V/journal/key.pub"; }
edit_tile() {
	printf 'x' | dd of="$(find "$V/journal/tile" -type f | sort | tail -n 1)" bs=1 conv=notrunc 2>/dev/null
}
drop_tile() { rm -f "$(find "$V/journal/tile" -type f | sort | tail -n 1)"; }
other_month() { mv "$(records change)" "$V/journal/bodies/change/2001-01.jsonl"; }
torn_line() { printf '{"n":' >>"$(records change)"; }
no_line() { printf 'this is no record\n' >>"$(records change)"; }

# shellcheck disable=SC2034 # used by those who source this
TAMPERINGS='flip_sheet	digest.wrong	a byte of a sheet is flipped
drop_sheet	digest.wrong	a sheet is taken out
drop_commit	repository.corrupt	a version is taken out of the middle
back_one	branch.elsewhere	a branch is set back by one version
back_one	commit.missing	and the version that is gone is named
back_two	branch.elsewhere	a branch is set back by two versions
delete_repository	repository.missing	a repository is deleted
unsigned	signature.none	an unsigned commit on top
unsigned	commit.unrecorded	which has no record
unsigned	digest.missing	and no digest
vault_key_for_person	key.account	the key of the vault signs in the name of a person
vault_key_for_person	commit.unrecorded	which has no record either
stranger_for_person	signature.unknown	the key of a stranger signs in the name of a person
old_signature	signature.bad	a commit is written anew under its old signature
second_branch	branch.extra	another branch is made
swap_children	repository.unknown	the repository of a child is put in the place of another
registry_back	branch.elsewhere	the registry is set back
delete_registry	registry.missing	the registry is deleted
edit_record	journal.body	a record is edited
drop_record	journal.missing	a record is taken out
swap_records	journal.order	two records change places
double_record	journal.extra	a record is written twice
cut_body	journal.lag	the end of a body is cut off
cut_tail	journal.short	the journal is cut off
edit_checkpoint	journal.checkpoint	the checkpoint is edited
foreign_key	journal.key	the key of the journal is edited
edit_tile	journal.tile	a tile is edited
drop_tile	journal.tile	a tile is taken out
other_month	journal.place	a body has the name of another month
no_line	journal.line	a line that is no record'
