#include "vault/page/handover.h"

#include "generator/base/day.h"

#include <stdio.h>

void href_handover(char out[static HREF_MAX], struct span child, struct span id, const char *rest)
{
	char below[HREF_MAX];

	snprintf(below, sizeof below, "/handover%s%.*s%s", id.n ? "/" : "", SPAN_ARG(id), rest);
	href_child(out, child, below);
}

struct span handover_place(struct handover_look *l, struct span institution)
{
	struct institution i;

	if (institution_get(l->app->db, institution, &i))
		return span_of(SHIELD_PLACE);
	return arena_copy(l->arena, shield_place(&l->shield, &i));
}

struct span handover_receiver(struct handover_look *l)
{
	return l->h.outside.n ? shield_say(&l->shield, l->h.outside, span_of(SHIELD_PLACE))
			      : handover_place(l, l->h.to);
}

void handover_tag(struct html *h, const struct handover_look *l)
{
	const struct handover *o = &l->h;
	struct span today = span_of(l->today);

	if (o->state == HANDOVER_CLOSED)
		html_leaf_class(h, "span", "tag tag-plain", SPAN("終わりました"));
	else if (span_cmp(o->until, today) < 0)
		html_leaf_class(h, "span", "tag tag-plain", SPAN("期間が 終わりました"));
	else if (o->state == HANDOVER_ASKED)
		html_leaf_class(h, "span", "tag tag-warning", SPAN("保護者に お願い中"));
	else if (span_cmp(today, o->since) < 0)
		html_leaf_class(h, "span", "tag tag-info", SPAN("はじまる日を 待っています"));
	else
		html_leaf_class(h, "span", "tag tag-success",
				o->confirmed_at ? SPAN("引き継ぎずみ") : SPAN("引き継ぎ中"));
}

void handover_day(struct html *h, struct span iso)
{
	char text[DAY_TEXT] = "";
	struct day d;

	if (day_parse(iso, &d))
		day_era(d, text);
	html_texts(h, text);
}

struct span handover_fingerprint(struct arena *a, struct span fpr)
{
	struct buf b;
	struct span out;

	buf_init(&b, 1024);
	for (size_t i = 0; i < fpr.n; i++) {
		if (i && i % 4 == 0)
			buf_addc(&b, ' ');
		buf_addc(&b, fpr.p[i]);
	}
	out = arena_copy(a, buf_span(&b));
	buf_clear(&b);
	return out;
}

struct span handover_section_title(const struct app *app, struct span type, struct span section)
{
	const struct sheet_type *t = types_find(app->types, type, 0);
	const struct section *s = t ? type_section(t, section) : NULL;

	return s ? s->title : section;
}

/* ---- ticks ---------------------------------------------------------------------------------- */

void handover_tick(struct html *h, size_t n, const char *value, struct span title, bool on,
		   const char *why)
{
	html_open(h, "div");
	html_open(h, "label");
	html_class(h, "check");
	html_open(h, "input");
	html_attrs(h, "type", "checkbox");
	html_attrs(h, "name", "s");
	html_attrs(h, "value", value);
	html_flag(h, "checked", on && !why);
	html_flag(h, "disabled", why != NULL);
	if (why)
		html_attrf(h, "aria-describedby", "why-%zu", n);
	html_open(h, "span");
	html_text(h, title);
	html_close(h);
	html_close(h);
	if (why) {
		html_open(h, "p");
		html_class(h, "hint");
		html_attrf(h, "id", "why-%zu", n);
		html_texts(h, why);
		html_close(h);
	}
	html_close(h);
}

const struct span *handover_ticks(struct page *p, size_t *n)
{
	struct span *ticks = arena_array(p->arena, p->form.count + 1, sizeof *ticks);
	size_t at = 0;

	*n = 0;
	while (ticks) {
		ticks[*n] = form_next(&p->form, "s", &at);
		if (!ticks[*n].p)
			break;
		(*n)++;
	}
	return ticks;
}

/* ---- the page ------------------------------------------------------------------------------- */

enum status handover_send(struct page *p, const struct handover_screen *s, const struct buf *body)
{
	struct child_row child;
	char karte[HREF_MAX], list[HREF_MAX];
	struct crumb crumbs[] = {
	    {"/", SPAN("ホーム")}, {karte, SPAN("カルテ")}, {list, SPAN("引き継ぎ")}};
	struct frame f = {.title = s->title,
			  .child = &child,
			  .crumbs = crumbs,
			  .ncrumbs = s->list ? 2 : 3,
			  .errors = s->error != NULL};
	enum status st = child_get(p->app->db, p->q.child, &child);

	href_child(karte, p->q.child, "");
	href_handover(list, p->q.child, SPAN_NONE, "");
	return st ? st : frame_send(p, s->status, &f, body);
}
