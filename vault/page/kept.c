/* What was typed after a session had ended, for the person who typed it. */
#include "vault/flow/kept.h"

#include "generator/sheet/type.h"
#include "vault/page/account.h"
#include "vault/page/lists.h"

#include <stdio.h>

/* Forms are copied into the page: a few large ones fill it, the rest comes after them. */
enum {
	SHOWN_MAX = 8 * 1024 * 1024,
	FORM_ARENA_MAX = 8 * 1024 * 1024,
	VALUES_SHOWN = 40,
	VALUE_BYTES = 600
};

/* ---- in words ------------------------------------------------------------------------------ */

/* What sort of page it was; the first pattern that fits. */
static const struct {
	const char *pattern, *words;
} places[] = {
    {"/children/:child/sheets/:type/:id/edit", "シートの記入"},
    {"/children/:child/sheets/:type/:id/edit/:section", "シートの記入"},
    {"/children/:child/sheets", "新しいシート"},
    {"/children/*rest", "子どものページ"},
    {"/admin/*rest", "管理のページ"},
};

static void put_sheet(struct html *h, const struct sheet_type *type, struct span id)
{
	struct buf period;

	buf_init(&period, 256);
	period_label(type->period, id, &period);
	html_textf(h, "%.*s %s", SPAN_ARG(type->title), buf_str(&period));
	buf_clear(&period);
}

static void put_place(struct html *h, const struct page *p, struct span path)
{
	const struct sheet_type *type;
	struct params params;

	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		if (!route_match(places[i].pattern, path, &params))
			continue;
		type = types_find(p->app->types, param(&params, "type"), 0);
		if (type)
			put_sheet(h, type, param(&params, "id"));
		else
			html_texts(h, places[i].words);
		return;
	}
	html_text(h, path);
}

/* ---- one ----------------------------------------------------------------------------------- */

/* At most VALUE_BYTES, whole characters. */
static struct span beginning(struct span text)
{
	if (text.n <= VALUE_BYTES)
		return text;
	text.n = VALUE_BYTES;
	while (text.n && ((unsigned char)text.p[text.n] & 0xc0) == 0x80)
		text.n--;
	return text;
}

/* What the page put in, not the person. */
static bool is_mark(struct span name)
{
	static const char *const marks[] = {"base", "draft", "draft-n", "use",
					    "from", "next",  "sure"};

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (span_is(name, marks[i]))
			return true;
	return false;
}

/* What was typed, so that nobody sends what they do not know; values are texts, one a line. */
static void put_content(struct html *h, const struct form *form)
{
	size_t shown = 0;

	html_open(h, "details");
	html_leafs(h, "summary", "内容を見る");
	html_open(h, "ul");
	for (size_t i = 0; i < form->count; i++) {
		struct span value = form->pairs[i].value;

		if (!value.n || is_mark(form->pairs[i].name))
			continue;
		if (shown++ == VALUES_SHOWN) {
			html_leafs(h, "li", "…");
			break;
		}
		html_leaf(h, "li", beginning(value));
	}
	html_close(h);
	html_close(h);
}

static void put_again(struct html *h, const struct page *p, const struct kept_row *row,
		      const struct form *form)
{
	char number[24];

	snprintf(number, sizeof number, "%lld", row->n);
	html_open(h, "form");
	html_class(h, "inline");
	html_attrs(h, "method", "post");
	html_attrs(h, "action", row->path);
	frame_csrf(h, p);
	html_hidden(h, "kept", span_of(number));
	for (size_t i = 0; i < form->count; i++) {
		html_open(h, "input");
		html_attrs(h, "type", "hidden");
		html_attr(h, "name", form->pairs[i].name);
		html_attr(h, "value", form->pairs[i].value);
	}
	html_open(h, "button");
	html_class(h, "button");
	html_texts(h, "もう一度 送る");
	html_close(h);
	html_close(h);
}

static void put_drop(struct html *h, const struct page *p, const struct kept_row *row)
{
	char action[48];

	snprintf(action, sizeof action, "/kept/%lld", row->n);
	button_form(h, p, action, "すてる", "secondary");
}

/* Opens one into an arena of its own and writes its form.  *room shrinks by what it took. */
static enum status put_form(struct html *h, struct page *p, const struct seal_secret *secret,
			    const struct kept_row *row, size_t *room)
{
	struct arena *arena = arena_new(FORM_ARENA_MAX);
	struct form form;
	struct buf text;
	enum status st = arena ? ST_OK : fail(ST_NOMEM, "no memory for a form");

	buf_init_secret(&text, KEPT_BYTES_MAX);
	if (!st)
		st = kept_open(p->app, &p->session, secret, row->n, &text);
	if (!st && text.len > *room)
		st = ST_TOOBIG;
	if (!st)
		st = form_parse(&form, buf_span(&text), arena);
	if (!st) {
		*room -= text.len;
		put_again(h, p, row, &form);
		put_content(h, &form);
	} else if (st == ST_TOOBIG) {
		html_leafs(h, "p", "大きいので、ほかのものを 片づけると ここに 出ます。");
		st = ST_OK;
	} else if (st == ST_DENIED) {
		html_leafs(h, "p", "署名の鍵が新しくなったため、開けられません。");
		st = ST_OK;
	}
	buf_clear(&text);
	arena_free(arena);
	return st;
}

static enum status put_one(struct html *h, struct page *p, const struct seal_secret *secret,
			   const struct kept_row *row, size_t *room)
{
	enum status st;

	html_open(h, "li");
	html_open(h, "strong");
	put_place(h, p, span_of(row->path));
	html_close(h);
	html_open(h, "p");
	list_moment(h, row->at);
	html_texts(h, " に 送られました");
	html_close(h);
	html_open(h, "div");
	html_class(h, "inline");
	st = put_form(h, p, secret, row, room);
	put_drop(h, p, row);
	html_close(h);
	html_close(h);
	return st;
}

/* ---- the page ------------------------------------------------------------------------------ */

static enum status put_list(struct html *h, struct page *p, const struct kept_list *list)
{
	struct seal_secret *secret = NULL;
	size_t room = SHOWN_MAX;
	enum status st;

	if (!list->count) {
		html_leaf_class(h, "p", "empty-state",
				SPAN("いま お預かりしているものは ありません。"));
		return ST_OK;
	}
	html_leafs(h, "p",
		   "ログアウトしたあとに 送られた内容を、7日のあいだ お預かりしています。"
		   "あなたのほかに 読める人は いません。");
	st = session_secret(p->app, &p->session, &secret);
	html_open(h, "ul");
	html_class(h, "cards");
	for (size_t i = 0; i < list->count && !st; i++)
		st = put_one(h, p, secret, &list->rows[i], &room);
	html_close(h);
	seal_secret_free(secret);
	return st;
}

enum status page_kept(struct page *p)
{
	static const struct crumb home[] = {{"/", SPAN("ホーム")}};
	struct frame f = {.title = "お預かりしている入力", .crumbs = home, .ncrumbs = 1};
	struct kept_list list;
	struct html h;
	struct buf body;
	enum status st = kept_of(p->app, &p->session, p->req->now, &list);

	frame_body(&h, &body);
	if (!st)
		st = put_list(&h, p, &list);
	html_open(&h, "p");
	html_link(&h, "/", SPAN("あとにする（ホームへ）"));
	html_close(&h);
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}

enum status page_kept_drop(struct page *p)
{
	struct span self = span_of(account_self(p)->id);
	struct kept_row row;
	enum status st;
	long n;

	if (!span_number(param(&p->params, "n"), 1000000000, &n))
		return page_error(p, 404, 0);
	st = kept_get(p->app->db, self, n, &row, NULL);
	if (!st)
		st = kept_drop(p->app->db, self, n);
	return st ? st : response_redirect(p->res, "/kept");
}
