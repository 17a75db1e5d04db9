#include "vault/page/frame.h"

/* What a person reads.  404 is also the answer for what one may not know exists. */
static const struct words {
	int status;
	const char *title, *text;
} table[] = {
    {400, "送られた内容を読めませんでした",
     "画面が古くなっているかもしれません。前の画面にもどって、もう一度 おためしください。"},
    {401, "アクセストークンが いります", "利用者の名前と アクセストークンを 送ってください。"},
    {403, "この操作はできませんでした",
     "画面が古くなっているか、別の場所から送られました。前の画面を開き直して、もう一度 "
     "おためしください。"},
    {404, "ページが見つかりません",
     "アドレスが ちがうか、見ることができる期間が 終わったページです。ホームから "
     "おさがしください。"},
    {405, "この開き方はできません", "ホームから おすすみください。"},
    {413, "送られた内容が大きすぎます",
     "文章を短くするか、いくつかに分けて "
     "保存してください。前の画面にもどると、入力は残っています。"},
    {415, "送られた内容の形式が ちがいます", "このサイトの画面から 送ってください。"},
    {429, "しばらく待ってください",
     "短い間に たくさんの操作がありました。少し待ってから、もう一度 おためしください。"},
    {500, "問題が起きました",
     "うまく動きませんでした。保存したことは 残っています。下の番号を そえて、役所の担当の課に "
     "お知らせください。"},
    {503, "いまは使えません",
     "記録を残すことができないため、止めています。少し待ってから、もう一度 "
     "おためしください。前の画面に"
     "もどると、入力は残っています。"},
};

enum status page_error(struct page *p, int status, long retry_after)
{
	const struct words *w = &table[8]; /* 500 */

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (table[i].status == status)
			w = &table[i];
	if (retry_after > 0)
		response_retry_after(p->res, retry_after);
	return frame_send_plain(p, w->status, w->title, w->text);
}
