/* 印刷の見え方: what was typed, as it will be read. */
#include "generator/render/html_view.h"
#include "vault/page/edit.h"

/* All that was typed, so that the form can be shown again as it was. */
static void carry(struct html *h, const struct edit_form *in)
{
	html_hidden(h, "reason", in->reason.p ? in->reason : SPAN(""));
	for (size_t i = 0; i < in->count; i++) {
		html_open(h, "input");
		html_attrs(h, "type", "hidden");
		html_attr(h, "name", in->fields[i].name);
		html_attr(h, "value", in->fields[i].value);
	}
}

static void put_buttons(struct page *p, struct html *h, const struct edit_form *in)
{
	char pdf[HREF_MAX];

	html_leaf_class(h, "p", "hint",
			SPAN("まだ 保存していない文章も 入っています。"
			     "PDFは、さいごに保存した版で 作ります。"));
	href_sheet(pdf, p->q.child, p->q.type, p->q.id, ".pdf");
	html_open(h, "p");
	html_link(h, pdf, SPAN("保存した版の PDFを 開く"));
	html_close(h);
	edit_open_form(p, h, in->base, in->draft, false);
	carry(h, in);
	html_open(h, "div");
	html_class(h, "actions");
	edit_button(h, "記入に もどる", "use", "back", "button");
	edit_button(h, "下書きを保存", "draft", "1", "button button-secondary");
	html_close(h);
	html_close(h);
}

static enum status show(struct page *p, const struct edit_form *in, const struct view *v)
{
	struct name_source source;
	struct render_names names;
	const struct view_look look = {.names = &names};
	const struct edit_screen s = {.status = 200};
	struct html h;
	struct buf body;
	enum status st;

	names_init(&names, &source, p->app);
	frame_body(&h, &body);
	put_buttons(p, &h, in);
	html_open(&h, "div");
	html_view(&h, v, &look);
	html_close(&h);
	st = edit_send(p, 200, "印刷の見え方", &s, view_title(v), &body);
	buf_clear(&body);
	return st;
}

enum status edit_record(struct page *p)
{
	struct reading r;
	enum status st = reading_begin(&r, p->app, &p->q, SPAN_NONE);

	if (!st)
		st = reading_view(&r);
	if (!st)
		st = reading_done(&r, "sheet.edit");
	reading_clear(&r);
	return st;
}

enum status edit_preview(struct page *p, const struct edit_form *in)
{
	const struct save what = {
	    .base = in->base, .form = in->fields, .nform = in->count, .section = edit_section(p)};
	struct problems ps;
	struct view *v = NULL;
	enum status st;

	problems_init(&ps);
	st = preview_sheet(&v, p->app, &p->q, &what, &ps);
	if (!st)
		st = edit_record(p);
	if (!st)
		st = show(p, in, v);
	else if (st == ST_INVALID)
		st = edit_show_typed(p, in, (struct edit_screen){.status = 422, .problems = &ps});
	view_free(v);
	problems_clear(&ps);
	return st;
}
