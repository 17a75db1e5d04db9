#include "vault/http/plain.h"

static const struct {
	int status;
	const char *title, *text;
} pages[] = {
    {400, "リクエストを読み取れませんでした",
     "ブラウザーから届いた内容が正しい形式ではありません。前の画面に戻って、もう一度お試しください"
     "。"},
    {405, "この操作は使えません", "このアドレスでは、その操作を受け付けていません。"},
    {413, "送られた内容が大きすぎます", "内容を分けるか、小さくしてから、もう一度お送りください。"},
    {414, "アドレスが長すぎます", "前の画面に戻って、もう一度お試しください。"},
    {415, "この形式の内容は受け付けていません", "画面の入力欄からお送りください。"},
    {417, "この要求には応じられません", "前の画面に戻って、もう一度お試しください。"},
    {431, "リクエストの見出しが大きすぎます",
     "ブラウザーの Cookie を消してから、もう一度お試しください。"},
    {501, "この操作には対応していません", "このサーバーが知らない操作です。"},
    {503, "ただいま混み合っています", "しばらく待ってから、もう一度お試しください。"},
    {505, "この版の HTTP には対応していません", "新しいブラウザーでお試しください。"},
    {500, "エラーが起きました",
     "申し訳ありません。しばらく待っても直らないときは、管理者にお知らせください。"},
};

enum { LAST = sizeof pages / sizeof *pages - 1 };

void plain_page(struct response *res, int status)
{
	unsigned i = 0;

	while (i < LAST && pages[i].status != status)
		i++;
	response_clear(res);
	res->status = status;
	res->type = "text/html; charset=utf-8";
	buf_addf(&res->body,
		 "<!DOCTYPE html>\n<html lang=\"ja\">\n<head>\n<meta charset=\"utf-8\">\n"
		 "<title>%s｜こどもカルテ</title>\n</head>\n<body>\n<main id=\"main\">\n"
		 "<h1>%s</h1>\n<p>%s</p>\n</main>\n</body>\n</html>\n",
		 pages[i].title, pages[i].title, pages[i].text);
	if (status == 405)
		response_header(res, "Allow", "GET, HEAD, POST");
	if (status == 503)
		response_retry_after(res, 10);
}
