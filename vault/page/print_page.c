/* Printing: which sheets, which pages, and why they leave the house; then the PDF. */
#include "generator/base/text.h"
#include "vault/flow/note.h"
#include "vault/page/frame.h"
#include "vault/page/print.h"
#include "vault/page/tabs.h"
#include "vault/page/widgets.h"

#include <stdio.h>

enum { REASON_MOST = 200, SHEET_NAME = 2 * ID_MAX + 2 };

/* What stands in the form: what was sent, or one sheet, or nothing yet (then all are ticked). */
struct wish {
	const struct form *sent; /* NULL: nothing */
	struct span type, id;	 /* of the one sheet; absent: none */
	const char *error;
};

static void name_of(char out[static SHEET_NAME], const struct sheet_row *r)
{
	snprintf(out, SHEET_NAME, "%s/%s", r->type, r->id);
}

static bool was_sent(const struct form *f, const char *name)
{
	size_t at = 0;
	struct span s;

	while ((s = form_next(f, "s", &at)).p)
		if (span_is(s, name))
			return true;
	return false;
}

static bool is_chosen(const struct wish *w, const struct sheet_row *r)
{
	char name[SHEET_NAME];

	name_of(name, r);
	if (w->type.n)
		return span_is(w->type, r->type) && span_is(w->id, r->id);
	return !w->sent || !form_count(w->sent, "s") || was_sent(w->sent, name);
}

/* ---- the page ------------------------------------------------------------------------------- */

static void one_choice(struct html *h, const struct shield *shield, const struct sheet_row *r,
		       const struct wish *w)
{
	char name[SHEET_NAME];

	name_of(name, r);
	html_open(h, "label");
	html_class(h, "check");
	html_open(h, "input");
	html_attrs(h, "type", "checkbox");
	html_attrs(h, "name", "s");
	html_attrs(h, "value", name);
	html_flag(h, "checked", is_chosen(w, r));
	html_texts(h, " ");
	html_open(h, "span");
	html_text(h, shield_say(shield, span_of(r->title), SPAN("シート")));
	html_texts(h, "　");
	list_status(h, r->status);
	html_close(h);
	html_close(h);
}

static void put_choices(struct html *h, const struct shield *shield, const struct sheet_list *list,
			const struct wish *w)
{
	html_open(h, "fieldset");
	html_class(h, "field");
	html_leafs(h, "legend", "印刷するシート");
	html_open(h, "div");
	html_class(h, "checks");
	for (size_t i = 0; i < list->count; i++)
		one_choice(h, shield, &list->rows[i], w);
	html_close(h);
	html_close(h);
}

static void put_form(struct page *p, struct html *h, const struct shield *shield,
		     const struct sheet_list *list, const struct wish *w)
{
	static const struct field_look pages = {
	    .id = "pages",
	    .label = "ページ",
	    .hint = "全部のときは 空のまま。一部だけのときは「2-5,8」のように 入れます。"
		    "ページの番号は、全部を印刷したときと 同じです。",
	    .width = "m"};
	static const struct field_look reason = {
	    .id = "reason",
	    .label = "持ち出す理由",
	    .hint =
		"紙やファイルを 外へ持ち出すときに 書きます（面談で使う など）。記録に残ります。"};
	char href[HREF_MAX];

	href_child(href, p->q.child, "/print");
	form_begin(h, p, href);
	put_choices(h, shield, list, w);
	field_text(h, &pages, w->sent ? form_get(w->sent, "pages") : SPAN_NONE);
	if (p->who->role != ROLE_HOUSEHOLD)
		field_text(h, &reason, w->sent ? form_get(w->sent, "reason") : SPAN_NONE);
	html_leafs(h, "p",
		   "紙は A4の たて、左に とじしろが あります。両面で 印刷するときは「長辺とじ」を "
		   "えらんでください。どのページにも「取扱注意」と 印刷した人が 入ります。");
	form_button(h, "PDFを作る", "");
	html_close(h);
}

static enum status show(struct page *p, int status, const struct wish *w)
{
	struct child_row child;
	char karte[HREF_MAX];
	struct crumb crumbs[] = {{"/", SPAN("ホーム")}, {karte, SPAN("カルテ")}};
	struct frame f = {
	    .title = "印刷", .child = &child, .crumbs = crumbs, .ncrumbs = 2, .errors = w->error};
	struct sheet_list list = {NULL, 0};
	struct shield shield;
	struct html h;
	struct buf body;
	enum status st = shield_load(&shield, p->app, p->q.child, p->who);

	href_child(karte, p->q.child, "");
	frame_body(&h, &body);
	if (!st)
		st = child_get(p->app->db, p->q.child, &child);
	if (!st)
		st = list_readable(p, p->q.child, &shield, &list);
	if (!st) {
		child_tabs(p, &h, TAB_PRINT);
		if (w->error)
			error_box(&h, w->error);
		if (list.count)
			put_form(p, &h, &shield, &list, w);
		else
			html_leafs(&h, "p", "印刷できるシートが ありません。");
		st = note_add(p->app, &(struct note){.class = "read",
						     .event = "child.read",
						     .who = p->who,
						     .child = p->q.child,
						     .decision = "allow",
						     .reason = reason_name(p->decision.reason),
						     .request = p->req->id,
						     .hold = p->q.hold});
	}
	if (!st)
		st = frame_send(p, status, &f, &body);
	shield_clear(&shield);
	buf_clear(&body);
	return st;
}

enum status page_print(struct page *p)
{
	return show(p, 200, &(struct wish){.sent = p->query.count ? &p->query : NULL});
}

enum status print_again(struct page *p, struct span type, struct span id, const char *error)
{
	struct question q = p->q;
	enum status st;

	/* a sheet's page has not decided about the child's other sheets */
	q.action = ACT_CHILD_READ;
	q.type = q.id = SPAN_NONE;
	st = decide(p->app, &q, &p->decision, NULL);
	return st ? st
		  : show(p, 422,
			 &(struct wish){.sent = p->req->method == M_POST ? &p->form : &p->query,
					.type = type,
					.id = id,
					.error = error});
}

/* ---- the answer ----------------------------------------------------------------------------- */

/* Those that were asked for, or all; a name that is none of this reader's sheets is refused. */
static enum status choose(struct page *p, const struct form *f, struct sheet_list *list)
{
	size_t n = 0, at = 0, asked = 0;
	char name[SHEET_NAME];

	if (!form_count(f, "s"))
		return ST_OK;
	for (size_t i = 0; i < list->count; i++) {
		name_of(name, &list->rows[i]);
		if (was_sent(f, name))
			list->rows[n++] = list->rows[i];
	}
	list->count = n;
	while (form_next(f, "s", &at).p)
		asked++;
	return asked > n ? refuse(p->app, &p->q, "no-sheet") : ST_OK;
}

/* All sheets in one document, recorded one by one and with the reason. */
static enum status send_sheets(struct page *p, const struct form *f, const struct sheet_list *list,
			       struct span reason)
{
	struct paper paper;
	const char *error = NULL;
	enum status st = paper_begin(&paper, p, list->count);

	if (st)
		return st;
	if (paper_pages(&paper, form_get(f, "pages"), &error)) {
		st = print_again(p, SPAN_NONE, SPAN_NONE, error);
	} else {
		for (size_t i = 0; i < list->count && !st; i++)
			st = paper_add(&paper, &list->rows[i], SPAN_NONE);
		paper.event = p->req->method == M_POST ? "child.print" : "child.pdf";
		paper.reason = reason;
		if (!st)
			st = paper_send(&paper, "karte");
	}
	paper_clear(&paper);
	return st;
}

static const char *wrong_reason(struct span reason)
{
	for (size_t i = 0; i < reason.n; i++)
		if ((unsigned char)reason.p[i] < 0x20 || reason.p[i] == 0x7f)
			return "理由は 改行をせずに 1行で 書いてください。";
	return text_graphemes(reason) > REASON_MOST ? "理由は 200字までで 書いてください。" : NULL;
}

static enum status answer(struct page *p, const struct form *f)
{
	struct span reason = span_trim(form_get(f, "reason"));
	const char *error = wrong_reason(reason);
	struct sheet_list list = {NULL, 0};
	struct shield shield;
	enum status st;

	if (error)
		return print_again(p, SPAN_NONE, SPAN_NONE, error);
	if (p->req->method == M_POST && !form_count(f, "s"))
		return print_again(p, SPAN_NONE, SPAN_NONE,
				   "印刷するシートを 1つ以上 えらんでください。");
	st = shield_load(&shield, p->app, p->q.child, p->who);
	if (!st)
		st = list_readable(p, p->q.child, &shield, &list);
	shield_clear(&shield);
	if (!st && !list.count)
		st = refuse(p->app, &p->q, "nothing-to-print");
	if (!st)
		st = choose(p, f, &list);
	return st ? st : send_sheets(p, f, &list, p->req->method == M_POST ? reason : SPAN_NONE);
}

enum status page_print_post(struct page *p)
{
	return answer(p, &p->form);
}

/* All sheets that this reader may see, or those of ?s=TYPE/ID, one after the other. */
enum status page_karte_pdf(struct page *p)
{
	return answer(p, &p->query);
}
