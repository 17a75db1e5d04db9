/* /admin/accounts/import: accounts from a CSV file, looked at first. */
#include "vault/flow/import_accounts.h"
#include "vault/page/admin_account.h"

#include <stdio.h>

enum { AT_ONCE = 200 }; /* as many as can be waited for; the rest with another press */

static const char path[] = "/admin/accounts/import";

/* ---- the form ----------------------------------------------------------------------------- */

static void files_form(struct html *h, const struct page *p)
{
	html_open(h, "form");
	html_attrs(h, "method", "post");
	html_attrs(h, "action", path);
	html_attrs(h, "enctype", "multipart/form-data");
	html_flag(h, "novalidate", true);
	html_flag(h, "data-guard", true);
	frame_csrf(h, p);
}

static void put_file(struct html *h)
{
	html_open(h, "div");
	html_class(h, "field");
	html_open(h, "label");
	html_attrs(h, "for", "file");
	html_texts(h, "CSVファイル");
	html_close(h);
	html_open(h, "p");
	html_class(h, "hint");
	html_attrs(h, "id", "file-hint");
	html_textf(h, "Excelで保存したCSVも使えます（文字コードは自動でわかります）。%d行まで。",
		   IMPORT_ROWS_MAX);
	html_close(h);
	html_open(h, "input");
	html_attrs(h, "type", "file");
	html_class(h, "input");
	html_attrs(h, "id", "file");
	html_attrs(h, "name", "file");
	html_attrs(h, "accept", ".csv,text/csv");
	html_attrs(h, "aria-describedby", "file-hint");
	html_close(h);
}

static void put_about(struct html *h)
{
	html_leafs(
	    h, "p",
	    "職員と家庭のアカウントを、まとめて作ります。はじめに内容を確かめ、まちがいのない"
	    "行だけを作れます。");
	html_open(h, "ul");
	html_leafs(h, "li", "1行目に、列の名前を書きます。ID、氏名、役割は、かならず要ります。");
	html_leafs(h, "li", "役割は「職員」か「家庭」です。管理と監査は、1つずつ作ります。");
	html_leafs(h, "li", "機関は、番号でも名前でもかまいません。");
	html_leafs(h, "li",
		   "最後の日を書かない職員は、この年度の終わりまでです。終わりを決めないときは"
		   "「なし」と書きます。");
	html_close(h);
	html_open(h, "p");
	html_link(h, "/admin/accounts/template.csv", SPAN("書きこみ用のCSVを受け取る"));
	html_close(h);
}

static enum status send(struct page *p, int status, const char *title, bool errors,
			struct buf *body)
{
	const struct crumb crumbs[] = {{"/admin", SPAN("ホーム")},
				       {"/admin/accounts", SPAN("アカウント")}};
	struct frame f = {
	    .title = title, .wide = true, .crumbs = crumbs, .ncrumbs = 2, .errors = errors};

	return frame_send(p, status, &f, body);
}

static enum status ask(struct page *p, int status, const char *error)
{
	struct html h;
	struct buf body;
	enum status st;

	frame_body(&h, &body);
	if (error)
		error_box(&h, error);
	put_about(&h);
	files_form(&h, p);
	put_file(&h);
	field_area(&h,
		   &(struct field_look){.id = "text",
					.label = "または、表をここに貼りつける",
					.hint = "「,」で区切った形です"},
		   6, form_get(&p->form, "text"));
	form_button(&h, "内容を確かめる", "");
	html_close(&h);
	st = send(p, status, "CSVでまとめて作る", error != NULL, &body);
	buf_clear(&body);
	return st;
}

enum status page_admin_import(struct page *p)
{
	return ask(p, 200, NULL);
}

/* ---- what came of each row ---------------------------------------------------------------- */

static const char *const heads[] = {"行", "結果", "ID", "氏名", "役割", "機関", "最後の日", "組"};
enum { HEADS = sizeof heads / sizeof *heads };

static const char *const tags[IMPORT_STATES] = {
    [IMPORT_READY] = "tag tag-success", [IMPORT_THERE] = "tag tag-plain",
    [IMPORT_WRONG] = "tag tag-error",	[IMPORT_MADE] = "tag tag-success",
    [IMPORT_FAILED] = "tag tag-error",
};

static void text_cell(struct html *h, size_t column, const char *text)
{
	list_cell(h, heads[column]);
	html_texts(h, text);
	html_close(h);
}

static void put_result(struct html *h, const struct import_row *r)
{
	list_cell(h, heads[1]);
	html_leaf_class(h, "span", tags[r->state], span_of(import_label(r->state)));
	if (r->why) {
		html_open(h, "div");
		html_class(h, "error-text");
		if (r->column)
			html_textf(h, "%s：", r->column);
		html_texts(h, r->why);
		html_close(h);
	}
	html_close(h);
}

static void put_row(struct html *h, const struct import_row *r)
{
	const struct account *a = &r->account;
	char line[24];

	snprintf(line, sizeof line, "%zu", r->line);
	html_open(h, "tr");
	text_cell(h, 0, line);
	put_result(h, r);
	text_cell(h, 2, a->id);
	text_cell(h, 3, a->name);
	text_cell(h, 4, a->staff ? "職員" : a->role == ROLE_HOUSEHOLD ? "家庭" : "");
	text_cell(h, 5, a->institution);
	list_cell(h, heads[6]);
	if (a->id[0] && r->state != IMPORT_WRONG)
		html_leaf_class(h, "span", "nowrap", span_of(a->until[0] ? a->until : "なし"));
	html_close(h);
	text_cell(h, 7, a->classes);
	html_close(h);
}

static void put_counts(struct html *h, const struct import *in)
{
	html_open(h, "p");
	html_textf(h, "全部で %zu行：", in->count);
	for (size_t i = 0, n = 0; i < IMPORT_STATES; i++)
		if (in->in[i])
			html_textf(h, "%s%s %zu行", n++ ? "、" : "",
				   import_label((enum import_state)i), in->in[i]);
	html_close(h);
}

/* What is to be mended comes first. */
static void put_rows(struct html *h, const struct import *in)
{
	list_table(h, &(struct list_table){"rows", "行ごとの結果", "dense list", heads, HEADS});
	for (size_t i = 0; i < in->count; i++)
		if (in->rows[i].state == IMPORT_WRONG || in->rows[i].state == IMPORT_FAILED)
			put_row(h, &in->rows[i]);
	for (size_t i = 0; i < in->count; i++)
		if (in->rows[i].state != IMPORT_WRONG && in->rows[i].state != IMPORT_FAILED)
			put_row(h, &in->rows[i]);
	html_close_to(h, "div");
}

static enum status put_confirm(struct page *p, struct html *h, const struct import *in)
{
	size_t n = in->in[IMPORT_READY] < AT_ONCE ? in->in[IMPORT_READY] : AT_ONCE;
	char label[96];
	struct buf text;
	enum status st;

	buf_init(&text, 2 * 1024 * 1024);
	import_text(in, &text);
	snprintf(label, sizeof label, "%s%zu人のアカウントを作る",
		 in->in[IMPORT_MADE] ? "つづけて、" : "", n);
	files_form(h, p);
	html_hidden(h, "confirmed", SPAN("true"));
	html_hidden(h, "text", buf_span(&text));
	form_button(h, label, "");
	html_close(h);
	st = text.st;
	buf_clear(&text);
	return st;
}

static void put_next(struct html *h, const struct import *in)
{
	if (in->in[IMPORT_MADE] && !in->in[IMPORT_READY])
		html_leafs(
		    h, "p",
		    "アカウントを作りました。次に、はじめてのログインの紙を作って、本人に渡して"
		    "ください。");
	html_open(h, "p");
	html_link(h, "/admin/accounts?state=new", SPAN("まだログインしていないアカウント"));
	html_close(h);
}

static enum status show(struct page *p, const struct import *in, bool done)
{
	struct html h;
	struct buf body;
	enum status st = ST_OK;

	frame_body(&h, &body);
	put_counts(&h, in);
	if (done)
		put_next(&h, in);
	else if (in->in[IMPORT_WRONG])
		html_leafs(&h, "p",
			   "直すところがある行は、作りません。直したCSVを、もう一度読みこむことも"
			   "できます。");
	if (in->in[IMPORT_READY])
		st = put_confirm(p, &h, in);
	else if (!done)
		html_leafs(&h, "p", "作れる行がありません。");
	put_rows(&h, in);
	html_open(&h, "p");
	html_link(&h, path, SPAN("別のCSVを読みこむ"));
	html_close(&h);
	if (!st)
		st = send(p, 200, done ? "作った結果" : "内容の確認", false, &body);
	buf_clear(&body);
	return st;
}

/* ---- sent --------------------------------------------------------------------------------- */

static struct span sent_text(struct page *p)
{
	const struct part *file = multipart_file(&p->files, "file");

	return file && file->bytes.n ? file->bytes : form_get(&p->form, "text");
}

static enum status run(struct page *p, struct import *in)
{
	struct actor who = {.secret = NULL};
	enum status st = people_actor(p, &who);

	if (!st)
		st = import_run(in, p->app, &who, AT_ONCE, NULL);
	actor_clear(&who);
	return st;
}

enum status page_admin_import_post(struct page *p)
{
	bool confirmed = span_is(form_get(&p->form, "confirmed"), "true");
	struct span text = sent_text(p);
	struct import in;
	enum status st;

	if (!text.n)
		return ask(p, 422, "CSVファイルを選ぶか、表を貼りつけてください");
	st = import_read(&in, p->app, text, p->req->now);
	if (people_mistake(st))
		st = ask(p, 422, form_failed(p, NULL).error);
	else if (!st && confirmed)
		st = run(p, &in);
	if (!st && in.count)
		st = show(p, &in, confirmed);
	import_clear(&in);
	return st;
}

enum status page_admin_template(struct page *p)
{
	buf_clear(&p->res->body);
	import_template(&p->res->body, p->req->now);
	p->res->status = 200;
	p->res->type = "text/csv; charset=utf-8";
	return response_download(p->res, SPAN("accounts.csv"));
}
