/* Two people wrote the same field: both texts, and what to do. */
#include "generator/base/day.h"
#include "vault/page/edit.h"

static const char *yours(bool kept)
{
	return kept ? "あなたの文章は 下書きに 取ってあります。下の欄にも そのまま あります。"
		    : "あなたの文章は 下の欄に そのまま あります。";
}

/* 「小林 直樹さん（あおぞら小学校）が 14:31 に このシートを 保存しました。…」 */
static const char *name_first(struct page *p, bool kept, const struct shield *s,
			      const struct sheet_row *v, const struct account *a)
{
	char at[DAY_TEXT];
	struct institution i;
	struct span name = shield_person(s, a), place = span_of(role_label(a->role));

	if (!name.n)
		return NULL;
	if (a->staff && institution_get(p->app->db, span_of(a->institution), &i) == ST_OK)
		place = shield_place(s, &i);
	time_jst(v->at, at);
	return arena_printf(p->arena, "%.*sさん（%.*s）が %s に このシートを 保存しました。%s",
			    SPAN_ARG(name), SPAN_ARG(place), at + sizeof "2026-11-20", yours(kept));
}

/* Of this sheet: the child's newest commit may be another's.  Without a name if it is not known, or
   not for this reader. */
static const char *who_was_first(struct page *p, bool kept)
{
	struct shield shield;
	struct sheet_row row;
	struct account a;
	const char *text = NULL;

	if (shield_load(&shield, p->app, p->q.child, p->who) == ST_OK &&
	    sheet_row_get(p->app->db, p->q.child, p->q.type, p->q.id, &row) == ST_OK &&
	    account_get(p->app->db, span_of(row.account), &a) == ST_OK)
		text = name_first(p, kept, &shield, &row, &a);
	shield_clear(&shield);
	return text ? text
		    : arena_printf(p->arena,
				   "あなたが書いている間に、ほかの人が このシートを "
				   "保存しました。%s",
				   yours(kept));
}

/* 「あとで決める」 keeps the version from which the text began: then both are shown again. */
static void put_buttons(struct page *p, struct html *h, const struct edit_form *in)
{
	char list[HREF_MAX];

	html_open(h, "div");
	html_class(h, "edit-more");
	edit_button(h, "あとで決める（下書きのまま）", "draft", arena_str(p->arena, in->base),
		    "button button-secondary");
	href_sheet(list, p->q.child, p->q.type, p->q.id, "/edit");
	html_link(h, list, SPAN("一覧へ もどる"));
	html_close(h);
	html_open(h, "div");
	html_class(h, "actions");
	edit_button(h, "この内容で保存する", NULL, NULL, "button");
	html_close(h);
}

enum status edit_conflict(struct page *p, const struct saved *saved, const struct edit_form *in)
{
	struct edit_choices choices;
	struct name_source source;
	struct render_names names;
	struct form_fill fill = {.sent = in->fields,
				 .nsent = in->count,
				 .problems = &saved->problems,
				 .names = &names,
				 .only = edit_section(p)};
	const struct edit_screen screen = {.problems = &saved->problems,
					   .banner_kind = "warning",
					   .banner = who_was_first(p, in->draft != 0)};
	char base[OID_HEX];
	struct html h;
	struct buf body;
	enum status st = edit_choices(p, &choices);

	names_init(&names, &source, p->app);
	frame_body(&h, &body);
	if (!st) {
		fill.institutions = choices.list;
		fill.ninstitutions = choices.count;
		oid_hex(&saved->newest, base);
		edit_open_form(p, &h, span_of(base), in->draft, !in->draft);
		if (saved->mine)
			html_conflict(&h, saved->base, saved->theirs, saved->mine, &fill);
		else
			html_form(&h, saved->theirs, &fill);
		edit_reason(&h, in->reason, view_status(saved->theirs) == SHEET_FINAL,
			    &saved->problems);
		put_buttons(p, &h, in);
		html_close(&h);
		st = edit_record(p);
	}
	if (!st)
		st = edit_send(p, 409, "ほかの人が 先に 保存しました", &screen,
			       view_title(saved->theirs), &body);
	buf_clear(&body);
	return st;
}
