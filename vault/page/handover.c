/* GET /children/:child/handover/:handover: one handover, for each side. */
#include "vault/page/handover.h"

#include "generator/render/html_view.h"

#include <stdio.h>

struct screen {
	struct page *p;
	struct html *h;
	struct handover_look *l;
	size_t counted; /* ticks */
};

/* ---- what it is ----------------------------------------------------------------------------- */

static void facts(struct screen *s)
{
	struct handover_look *l = s->l;
	struct html *h = s->h;
	const char *purpose = handover_purpose(l->h.purpose);

	html_open(h, "p");
	handover_tag(h, l);
	html_close(h);
	facts_begin(h);
	fact_text(h, "だれから", handover_place(l, l->h.from));
	fact_text(h, "だれへ", handover_receiver(l));
	if (l->h.outside.n)
		fact_text(
		    h, "相手の種類",
		    span_of(arena_printf(s->p->arena, "システムの外の %s", role_label(l->h.kind))));
	fact_text(h, "何のため", span_of(purpose ? purpose : "—"));
	html_open(h, "div");
	html_leafs(h, "dt", l->h.outside.n ? "わたせる日" : "見られる日");
	html_open(h, "dd");
	handover_day(h, l->h.since);
	html_texts(h, "から ");
	handover_day(h, l->h.until);
	html_texts(h, "まで");
	html_close(h);
	html_close(h);
	list_fact_moment(h, "保護者に お願いした日", l->h.asked_at);
	list_fact_moment(h, "引き継ぎを はじめた日", l->h.opened_at);
	list_fact_moment(h, "相手が 読んだ日", l->h.confirmed_at);
	for (size_t i = 0; i < l->h.npackages; i++) {
		const struct handover_package *k = &l->h.packages[i];

		list_fact_moment(h, k->key.n ? "暗号にして 出した日" : "PDFを 出した日", k->at);
		if (k->key.n)
			fact_text(h, "あて先の鍵", handover_fingerprint(l->arena, k->key));
		fact_text(h, "その理由",
			  shield_say(&l->shield, k->reason, SPAN("お見せできません")));
	}
	list_fact_moment(h, "終えた日", l->h.closed_at);
	if (l->h.message.n)
		fact_text(h, "ひとこと",
			  shield_say(&l->shield, l->h.message, SPAN("お見せできません")));
	html_close(h);
}

/* ---- what goes to whom ---------------------------------------------------------------------- */

static void section_list(struct screen *s, const struct handover_sheet *sheet, struct span list)
{
	html_open(s->h, "ul");
	while (list.n)
		html_leaf(s->h, "li",
			  handover_section_title(s->p->app, sheet->type, span_cut(&list, ',')));
	html_close(s->h);
}

/* The link is for who reads the sheet itself: giver, receiver and family. */
static void sheet_heading(struct screen *s, size_t i, struct span title)
{
	const struct handover_sheet *sheet = &s->l->h.sheets[i];
	char href[HREF_MAX];

	href_sheet(href, s->l->q.child, sheet->type, sheet->id, "");
	html_open(s->h, "h3");
	html_link(s->h, href, title);
	html_close(s->h);
	if (!handover_is_newest(s->l, i))
		html_leaf_class(s->h, "p", "note",
				SPAN("このシートは そのあとに 書きかえられました。書きかえたあとの"
				     "内容は、引き継がれません。"));
}

/* What is open now, or was. */
static void shown_sheets(struct screen *s)
{
	bool any = false;

	html_leafs(s->h, "h2", "引き継ぐ内容");
	for (size_t i = 0; i < s->l->h.nsheets; i++) {
		const struct handover_sheet *sheet = &s->l->h.sheets[i];
		struct span list = handover_shown(sheet, s->l->arena);
		struct span title = handover_title(s->l, i);

		if (!list.n || !title.n)
			continue;
		any = true;
		sheet_heading(s, i, title);
		section_list(s, sheet, list);
	}
	if (!any)
		html_leafs(s->h, "p", "いま 引き継がれる内容は ありません。");
}

/* ---- feedback ------------------------------------------------------------------------------- */

static void feedback(struct screen *s)
{
	const struct handover *o = &s->l->h;

	if (!o->nwords)
		return;
	html_leafs(s->h, "h2", "相手からの 返事");
	for (size_t i = 0; i < o->nwords; i++) {
		html_open(s->h, "div");
		html_class(s->h, "card");
		html_open(s->h, "p");
		html_class(s->h, "muted");
		list_moment(s->h, o->words[i].at);
		html_texts(s->h, "　");
		html_text(s->h, handover_receiver(s->l));
		html_close(s->h);
		html_open(s->h, "p");
		html_class(s->h, "as-typed");
		html_text(s->h,
			  shield_say(&s->l->shield, o->words[i].text, SPAN("お見せできません")));
		html_close(s->h);
		html_close(s->h);
	}
}

/* ---- steps ---------------------------------------------------------------------------------- */

static void action(const struct screen *s, const char *rest, char out[static HREF_MAX])
{
	href_handover(out, s->l->q.child, s->l->h.id, rest);
}

/* Ticks for each section of a sheet that was asked about. */
static void ticks(struct screen *s, size_t i, struct span on,
		  const char *(*why_not)(const struct handover_sheet *, struct span))
{
	const struct handover_sheet *sheet = &s->l->h.sheets[i];
	struct span rest = sheet->asked, title = handover_title(s->l, i);

	html_open(s->h, "div");
	html_class(s->h, "field");
	html_open(s->h, "fieldset");
	html_leaf(s->h, "legend", title.n ? title : SPAN("シート"));
	html_open(s->h, "div");
	html_class(s->h, "checks");
	while (rest.n) {
		struct span one = span_cut(&rest, ',');
		const char *value =
		    arena_printf(s->p->arena, "%.*s/%.*s/%.*s", SPAN_ARG(sheet->type),
				 SPAN_ARG(sheet->id), SPAN_ARG(one));

		handover_tick(s->h, s->counted++, value ? value : "",
			      handover_section_title(s->p->app, sheet->type, one),
			      handover_lists(on, one), why_not ? why_not(sheet, one) : NULL);
	}
	html_close_to(s->h, "fieldset");
	html_close(s->h);
}

static const char *why_not(const struct handover_sheet *sheet, struct span section)
{
	if (!sheet->answered)
		return "保護者の 返事を 待っています";
	return handover_lists(sheet->agreed, section) ? NULL : "保護者が 同意していません";
}

/* Exactly what the receiver will read of it. */
static enum status preview(struct screen *s)
{
	struct name_source source;
	struct render_names names;
	enum status st = ST_OK;

	names_init(&names, &source, s->p->app);
	html_open(s->h, "details");
	html_leafs(s->h, "summary", "相手に 見える内容を 確かめる");
	for (size_t i = 0; i < s->l->h.nsheets && !st; i++) {
		const struct handover_sheet *sheet = &s->l->h.sheets[i];
		struct view *v = NULL;
		char prefix[32];

		snprintf(prefix, sizeof prefix, "v%zu-", i);
		st = handover_view(s->l, i,
				   s->l->h.state == HANDOVER_ASKED
				       ? sheet->asked
				       : handover_shown(sheet, s->l->arena),
				   &v);
		if (v) {
			html_leaf(s->h, "h2", view_title(v));
			html_view(
			    s->h, v,
			    &(struct view_look){.level = 3, .prefix = prefix, .names = &names});
		}
		view_free(v);
	}
	html_close(s->h);
	return st;
}

static enum status for_giver(struct screen *s)
{
	char href[HREF_MAX];
	enum status st = preview(s);
	bool may = handover_gives(s->p->who, &s->l->decision);

	if (st || s->l->h.state == HANDOVER_CLOSED || !may)
		return st;
	if (s->l->h.state == HANDOVER_ASKED) {
		html_leafs(s->h, "h2", "引き継ぎを はじめる");
		action(s, "/open", href);
		form_begin(s->h, s->p, href);
		for (size_t i = 0; i < s->l->h.nsheets; i++)
			ticks(s, i, s->l->h.sheets[i].agreed, why_not);
		form_button(s->h, "引き継ぎを はじめる", "");
		html_close(s->h);
	}
	if (s->l->h.state == HANDOVER_IS_OPEN &&
	    span_cmp(s->l->h.since, span_of(s->l->today)) <= 0) {
		action(s, "/package", href);
		html_open(s->h, "p");
		html_link(s->h, href, SPAN("ファイルにして 出す"));
		html_close(s->h);
	}
	html_leafs(s->h, "h2", "引き継ぎを 終える");
	html_leafs(
	    s->h, "p",
	    s->l->h.outside.n
		? "終えると、もう わたせません。わたした ファイルは、相手のところに 残ります。"
		: "終えると、相手からは すぐに 何も見えなくなります。");
	action(s, "/close", href);
	button_form(s->h, s->p, href, "引き継ぎを 終える", "danger");
	return ST_OK;
}

static void for_receiver(struct screen *s)
{
	char href[HREF_MAX];

	if (!s->l->h.confirmed_at) {
		html_leafs(s->h, "h2", "読みおわったら");
		action(s, "/confirm", href);
		button_form(s->h, s->p, href, "読んだことを 知らせる", "");
	}
	html_leafs(s->h, "h2", "返事を 書く");
	action(s, "/feedback", href);
	form_begin(s->h, s->p, href);
	field_area(s->h,
		   &(struct field_look){.id = "text",
					.label = "返事",
					.hint = "引き継いだ機関と 保護者が 読みます。1000字まで。",
					.required = true},
		   5, form_get(&s->p->form, "text"));
	form_button(s->h, "返事を おくる", "secondary");
	html_close(s->h);
}

static bool has_answered(const struct handover_look *l)
{
	for (size_t i = 0; i < l->h.nanswers; i++)
		if (span_is(l->h.answers[i].by, l->q.who->id))
			return true;
	return false;
}

static void for_family(struct screen *s)
{
	char href[HREF_MAX];
	bool again = has_answered(s->l);

	if (s->l->h.state == HANDOVER_CLOSED || span_cmp(s->l->h.until, span_of(s->l->today)) < 0)
		return;
	html_leafs(s->h, "h2", again ? "返事を 変える" : "渡してよい欄を えらんでください");
	html_leafs(
	    s->h, "p",
	    "チェックを つけた欄だけ、相手の機関が 読めるように なります。ひとつも つけないと、"
	    "「同意しない」になります。あとから いつでも 変えられます。");
	html_open(s->h, "ul");
	for (size_t i = 0; i < s->l->h.nsheets; i++) {
		struct span title = handover_title(s->l, i);

		href_sheet(href, s->l->q.child, s->l->h.sheets[i].type, s->l->h.sheets[i].id, "");
		if (!title.n)
			continue;
		html_open(s->h, "li");
		html_link(s->h, href, title);
		html_texts(s->h, " を 読む");
		html_close(s->h);
	}
	html_close(s->h);
	action(s, "/answer", href);
	form_begin(s->h, s->p, href);
	for (size_t i = 0; i < s->l->h.nsheets; i++)
		if (handover_knows_sheet(s->l, i))
			ticks(s, i, s->l->h.sheets[i].agreed, NULL);
	form_button(s->h, "この内容で おくる", "");
	html_close(s->h);
}

static enum status put_all(struct screen *s)
{
	facts(s);
	if (s->l->h.state != HANDOVER_ASKED)
		shown_sheets(s);
	feedback(s);
	if (s->l->side == HANDOVER_GIVER)
		return for_giver(s);
	if (s->l->side == HANDOVER_RECEIVER)
		for_receiver(s);
	else if (s->l->side == HANDOVER_FAMILY)
		for_family(s);
	return ST_OK;
}

enum status handover_show(struct page *p, int status, const char *error)
{
	struct handover_look l;
	struct html h;
	struct buf body;
	struct screen s = {p, &h, &l, 0};
	enum status st = handover_begin(&l, p->app, &p->q, param(&p->params, "handover"));

	frame_body(&h, &body);
	if (error)
		error_box(&h, error);
	if (!st)
		st = put_all(&s);
	if (!st)
		st = handover_noted(&l, "handover.read");
	if (!st)
		st = handover_send(p,
				   &(struct handover_screen){
				       .status = status, .title = "引き継ぎ", .error = error},
				   &body);
	handover_end(&l);
	buf_clear(&body);
	return st;
}

enum status page_handover(struct page *p)
{
	return handover_show(p, 200, NULL);
}
