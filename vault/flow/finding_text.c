#include "vault/flow/finding_text.h"

/* The first that fits; one that ends in a dot stands for all that begin so. */
static const struct {
	const char *code, *text;
} texts[] = {
    {"branch.elsewhere", "いちばん新しい版が、記録と ちがいます。戻されたか、消されています。"},
    {"branch.extra", "記録にない 枝が あります。"},
    {"commit.author", "書いた人や 受け付けたものの 名前が、中の記述と ちがいます。"},
    {"commit.bytes", "版の内容が、記録されたときと ちがいます。"},
    {"commit.merge", "この仕組みが 書かない形の 版です。"},
    {"commit.missing", "記録にある版が ありません。"},
    {"commit.parent", "前の版に つながっていません。"},
    {"commit.time", "版の日時が、記録の日時と ちがいます。"},
    {"commit.trailers", "版に書いてあることが、記録と ちがいます。"},
    {"commit.unrecorded", "記録にない版が あります。"},
    {"digest.file", "ファイルの中身が、追加したときの説明と ちがいます。"},
    {"digest.missing", "内容の印が ありません。"},
    {"digest.wrong", "内容が、署名された内容の印と ちがいます。"},
    {"journal.body", "記録の中身が、記録されたときと ちがいます。"},
    {"journal.checkpoint", "記録の確認番号が ないか、署名が 合いません。"},
    {"journal.fork", "前に出した確認番号と、記録が 合いません。別の記録に 替えられています。"},
    {"journal.missing", "記録が ぬけています。"},
    {"journal.promise", "前に出した確認番号より、記録が 短くなっています。"},
    {"journal.short", "記録の数が、確認番号より 少なくなっています。"},
    {"journal.time", "記録の日時が 前後しています。"},
    {"journal.", "記録（操作ログ）が、書かれたときと ちがいます。"},
    {"key.account", "ほかの人の鍵で 署名されています。"},
    {"key.changed", "公開鍵のファイルが、はじめに登録されたものと ちがいます。"},
    {"key.time", "鍵が 使えない時に 署名されています。"},
    {"key.unknown", "登録簿にない鍵で 署名されています。"},
    {"law.account", "そのとき 使えないはずの アカウントが 書いています。"},
    {"law.action", "ここでは できないはずの 操作です。"},
    {"law.consent", "同意の順番や 相手が、決まりと 合いません。"},
    {"law.operator", "人だけが できる操作を、サーバーの操作で 行っています。"},
    {"law.paths", "その操作では 変わらないはずの ファイルが 変わっています。"},
    {"law.registry", "権限の変更が、ふたりの確認の決まりと 合いません。"},
    {"law.relation", "そのとき このお子さんに 関わりのない人が 書いています。"},
    {"law.review", "ふたりめの確認が ありません。"},
    {"law.role", "役割や 機関が、登録簿と ちがいます。"},
    {"law.workflow", "確認や確定の順番が、決まりと 合いません。"},
    {"law.write", "その役割では 書けない欄が 変わっています。"},
    {"law.", "そのときの決まりに 合いません。"},
    {"registry.key", "登録簿の鍵が 読めません。"},
    {"registry.", "登録簿が 読めません。"},
    {"repository.corrupt", "お子さんの記録の入れものが こわれています。"},
    {"repository.missing", "記録にある お子さんの記録の入れものが ありません。"},
    {"repository.revived", "保存期間が終わって 消したはずのものが あります。"},
    {"repository.unknown", "記録にない お子さんの記録の入れものが あります。"},
    {"signature.bad", "署名が 合いません。"},
    {"signature.none", "署名が ありません。"},
    {"signature.unchecked", "署名を 確かめられません。"},
    {"signature.unknown", "わからない鍵で 署名されています。"},
    {"types.changed", "シートの様式が、登録簿の記録と ちがいます。"},
};

const char *finding_text(struct span code)
{
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct span c = span_of(texts[i].code);

		if (span_eq(code, c) || (span_ends(c, SPAN(".")) && span_starts(code, c)))
			return texts[i].text;
	}
	return "あるべき形と ちがいます。";
}
