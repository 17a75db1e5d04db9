# shellcheck shell=bash disable=SC2034,SC2154
# What may happen to a vault and is no attack.

rm -rf "$V"
cp -a "$KARTE_DEMO" "$V"
lawful 'the demo'

fresh
lawful 'a vault with a save, a return, a consent, a range and an ended account'
lawful 'which keeps the print of its last day' --checkpoint "$MARK"
lawful 'and of its first' --checkpoint "$FIRST"

fresh
for git in "$V"/children/*/*.git "$V/registry.git"; do
	git -C "$git" repack -q -a -d
	git -C "$git" pack-refs --all
done
lawful 'repositories packed by stock git'

fresh
karte child add --name 'あたらしい こ' --kana 'あたらしい こ' --born 2024-05-05 --sex male
CHILD=$(cat "$T/out")
karte enrol "$CHILD" hikari-hoikuen --from 2026-04-01
karte guardian "$CHILD" watanabe-f --relation mother
lawful 'a child is added by the operator'

fresh
karte institution add sakura-es --kind school --name さくら小学校
karte account add saito --role staff --institution sakura-es --name '斎藤 学' --password-file "$T/pw"
karte account reset saito
karte account disable saito
lawful 'an account comes and goes'

fresh
karte institution close minamizaka-gakuen
lawful 'an institution closes after its people have written'

fresh
must_serve
unused tanaka
sign_in tanaka
writes tanaka "$PAGE" f.year-goal 'さいごに 書いたこと'
stop KILL
lawful 'the server is killed after a save'
must_serve
stop TERM
lawful 'and starts again'

fresh
rm -f "$V/index.db"
karte reindex
lawful 'the index is made anew'

fresh
must_serve
unused tanaka
sign_in tanaka
for i in 1 2 3 4 5; do writes tanaka "$PAGE" f.year-goal "$i回め"; done
stop TERM
lawful 'one sheet is saved again and again'

fresh
karte protect "$SORA" yoshida-f --reason '支援措置の申し出' 2>/dev/null
lawful 'a guardian is shut out by a protection'
