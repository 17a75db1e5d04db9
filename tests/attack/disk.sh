# shellcheck shell=bash disable=SC2034,SC2154
# Root on the machine, with an editor and stock git: objects, branches, repositories.

# ---- objects ----------------------------------------------------------------------------------------

fresh
flip "$(object main:sheets/kyoiku-shien/2025.md)" 60
detected 'digest.wrong repository.corrupt' 'a byte of a sheet is flipped'

fresh
rm -f "$(object main:sheets/kyoiku-shien/2025.md)"
detected 'digest.wrong repository.corrupt' 'the content of a sheet is taken out'

fresh
: >"$(object main:sheets/kyoiku-shien/2025.md)"
detected 'digest.wrong repository.corrupt' 'the content of a sheet is emptied'

fresh
cp "$(object main:sheets/kyoiku-shien/2024.md)" "$(object main:sheets/kyoiku-shien/2025.md)"
detected 'digest.wrong repository.corrupt' 'one sheet lies in the place of another'

fresh
flip "$(object main~1)" 30
detected 'repository.corrupt commit.missing' 'a byte of a commit is flipped'

fresh
rm -f "$(object main~2)"
detected 'repository.corrupt commit.missing' 'a commit is dropped from the middle'

fresh
rm -f "$(object 'main^{tree}')"
detected 'digest.wrong repository.corrupt' 'a folder is taken out'

# ---- branches ---------------------------------------------------------------------------------------

fresh
git -C "$GIT" update-ref refs/heads/main main~1
detected 'branch.elsewhere commit.missing' 'a branch is set back by one version'

fresh
git -C "$GIT" update-ref refs/heads/main "$(git -C "$GIT" rev-list main | tail -n 1)"
detected 'branch.elsewhere commit.missing' 'a branch is set back to its beginning'

fresh
git -C "$GIT" update-ref -d refs/heads/main
detected 'branch.elsewhere commit.missing' 'a branch is deleted'

fresh
git -C "$GIT" fetch -q "$(repo "$SAKURA")" main
git -C "$GIT" update-ref refs/heads/main FETCH_HEAD
detected 'branch.elsewhere commit.missing commit.unrecorded commit.parent law.action law.paths law.relation law.write law.workflow law.account law.role law.review commit.trailers' \
	'a branch is set onto the versions of another child'

fresh
git -C "$GIT" update-ref refs/heads/hidden main
detected branch.extra 'another branch stands beside'

fresh
git -C "$GIT" update-ref "refs/replace/$(git -C "$GIT" rev-parse main)" main~1
detected branch.extra 'git is told to show another version in the place of one'

fresh
mkdir -p "$GIT/objects/info"
echo "$GIT_SOUND/objects" >"$GIT/objects/info/alternates"
rm -f "$(object main:sheets/kyoiku-shien/2025.md)"
detected 'branch.extra digest.wrong repository.corrupt' 'objects are lent from another place'

fresh
git -C "$GIT" rev-parse main~1 >"$GIT/shallow"
detected branch.extra 'history is cut for stock git by a file "shallow"'

# ---- versions by stock git --------------------------------------------------------------------------

fresh
content sheets/kyoiku-shien/2026.md 's/図鑑/絵本/'
stock_commit "$(tree_with sheets/kyoiku-shien/2026.md "$T/content")"
detected 'signature.none commit.unrecorded digest.missing branch.elsewhere commit.author' 'an unsigned version on top'

fresh
git -C "$GIT" cat-file commit main | sed 's/^Karte-Account: .*/Karte-Account: kobayashi/' >"$T/object"
git -C "$GIT" update-ref refs/heads/main "$(git -C "$GIT" hash-object -t commit -w "$T/object")"
detected 'signature.bad commit.unrecorded commit.author branch.elsewhere commit.missing law.account law.role' \
	'a version says another account under its old signature'

fresh
content sheets/kyoiku-shien/2026.md 's/図鑑/絵本/'
tree=$(tree_with sheets/kyoiku-shien/2026.md "$T/content")
git -C "$GIT" cat-file commit main | sed "1s/.*/tree $tree/" >"$T/object"
git -C "$GIT" update-ref refs/heads/main "$(git -C "$GIT" hash-object -t commit -w "$T/object")"
detected 'signature.bad commit.unrecorded digest.wrong branch.elsewhere commit.missing' \
	'a version has another content under its old signature'

fresh
stock_commit 'main^{tree}' -p main~2
detected 'commit.merge commit.unrecorded signature.none digest.missing branch.elsewhere commit.author' \
	'two histories are merged'

# a stranger's key under the name of a person
STRANGER=$(mktemp -d /tmp/kg.XXXXXX)
GNUPGHOME=$STRANGER gpg --batch -q --pinentry-mode loopback --passphrase '' \
	--quick-gen-key '田中 和子 <tanaka@localhost>' ed25519 sign never >/dev/null 2>&1
fpr=$(GNUPGHOME=$STRANGER gpg --batch --list-secret-keys --with-colons 2>/dev/null | awk -F : '/^fpr/ { print $10; exit }')

fresh
content sheets/kyoiku-shien/2026.md 's/図鑑/絵本/'
GNUPGHOME=$STRANGER stock_commit "$(tree_with sheets/kyoiku-shien/2026.md "$T/content")" "-S$fpr"
detected 'signature.unknown key.unknown commit.unrecorded digest.missing branch.elsewhere commit.author' \
	"a stranger's key signs in the name of a person"

fresh
# the newest version once more, signed by another
git -C "$GIT" update-ref refs/heads/main main~1
git -C "$GIT" log -1 --format=%B "$(git -C "$GIT_SOUND" rev-parse main)" >"$T/message"
FORGED=$(GNUPGHOME=$STRANGER GIT_AUTHOR_NAME='田中 和子' GIT_AUTHOR_EMAIL=tanaka@localhost GIT_COMMITTER_NAME=karte \
	GIT_COMMITTER_EMAIL=karte@localhost git -C "$GIT" commit-tree "$(git -C "$GIT_SOUND" rev-parse 'main^{tree}')" \
	-p main -F "$T/message" "-S$fpr")
git -C "$GIT" update-ref refs/heads/main "$FORGED"
detected 'signature.unknown key.unknown commit.unrecorded branch.elsewhere commit.missing commit.author' \
	'the newest version is signed again by another'
GNUPGHOME=$STRANGER gpgconf --kill all 2>/dev/null
rm -rf "$STRANGER"

fresh
# two versions change places: the older on top of the newer
newer=$(git -C "$GIT" rev-parse main) older=$(git -C "$GIT" rev-parse main~1)
base=$(git -C "$GIT" rev-parse main~2)
git -C "$GIT" cat-file commit "$newer" | sed "s/^parent .*/parent $base/" >"$T/object"
first=$(git -C "$GIT" hash-object -t commit -w "$T/object")
git -C "$GIT" cat-file commit "$older" | sed "s/^parent .*/parent $first/" >"$T/object"
git -C "$GIT" update-ref refs/heads/main "$(git -C "$GIT" hash-object -t commit -w "$T/object")"
detected 'signature.bad commit.unrecorded branch.elsewhere commit.missing law.workflow law.write law.paths law.relation' \
	'two versions change places'

# ---- repositories -----------------------------------------------------------------------------------

fresh
rm -rf "$GIT"
detected repository.missing 'a repository is deleted'

fresh
rm -rf "$GIT"
cp -a "$KARTE_DEMO/children/v4/$SORA.git" "$GIT"
detected 'branch.elsewhere commit.missing commit.unrecorded' 'an old copy of one repository is put back'

fresh
mv "$GIT" "$T/swap"
mv "$(repo "$SAKURA")" "$GIT"
mv "$T/swap" "$(repo "$SAKURA")"
detected 'branch.elsewhere commit.missing commit.unrecorded commit.parent commit.trailers law.action law.paths law.relation law.write law.workflow law.account law.role law.review' \
	'two children are swapped'

fresh
mkdir -p "$V/children/zz"
cp -a "$GIT" "$V/children/zz/c0000000zz.git"
detected 'repository.unknown commit.unrecorded commit.trailers law.action law.paths law.relation law.write law.workflow law.account law.role law.review branch.elsewhere' \
	'a repository is there that nobody made'

fresh
git -C "$V/registry.git" update-ref refs/heads/main main~1
detected 'branch.elsewhere commit.missing key.time' 'the registry is set back'

fresh
rm -rf "$V/registry.git"
detected 'registry.missing repository.missing key.unknown law.account law.role law.relation law.registry law.workflow law.write law.operator law.consent types.changed signature.unknown' \
	'the registry is deleted'

fresh
GIT=$V/registry.git
key=$(git -C "$GIT" ls-tree --name-only main keys/ | grep asc | head -n 1)
git -C "$GIT" show "$(git -C "$GIT" ls-tree -r main keys/ | awk '/asc$/ { print $3 }' | tail -n 1)" >"$T/content"
stock_commit "$(tree_with "$key" "$T/content")"
detected 'signature.none key.changed commit.unrecorded digest.missing branch.elsewhere commit.author law.action law.paths registry.key law.registry' \
	'a public key is altered in the registry'
