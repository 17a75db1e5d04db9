/* /children/:child/handover/new: to whom, for what, which sections, on which days. */
#include "vault/page/handover.h"

#include "vault/flow/note.h"

#include <stdio.h>
#include <string.h>

enum { CHOICES_MAX = 1000 };

/* ---- to whom -------------------------------------------------------------------------------- */

struct choices {
	struct page *p;
	char today[DAY_TEXT];
	struct field_choice *list;
	size_t n;
};

static enum status one_institution(void *ctx, const struct institution *i)
{
	struct choices *c = ctx;
	struct arena *a = c->p->arena;

	if (c->n == CHOICES_MAX || strcmp(i->id, c->p->who->institution) == 0 ||
	    (i->closed[0] && strcmp(i->closed, c->today) < 0))
		return ST_OK;
	c->list[c->n] =
	    (struct field_choice){arena_str(a, span_of(i->id)),
				  arena_printf(a, "%s（%s）", i->name, role_label(i->kind))};
	return c->list[c->n++].label ? ST_OK : ST_NOMEM;
}

/* Somebody who is not in the registry: chosen by kind, named below. */
static enum status add_outside(struct choices *c)
{
	struct arena *a = c->p->arena;

	for (size_t i = 0; handover_kinds[i] != ROLE_NOBODY && c->n < CHOICES_MAX; i++) {
		c->list[c->n] = (struct field_choice){
		    arena_printf(a, "outside:%s", role_name(handover_kinds[i])),
		    arena_printf(a, "システムの外の %s", role_label(handover_kinds[i]))};
		if (!c->list[c->n].value || !c->list[c->n++].label)
			return ST_NOMEM;
	}
	return ST_OK;
}

/* What it is called, and that it will see nothing here. */
static void outside_name(struct page *p, struct html *h)
{
	html_leafs(h, "p",
		   "システムの外の 相手は、ここでは 何も 見られません。同意のあった欄を "
		   "暗号にした ファイルで わたします。");
	field_text(h,
		   &(struct field_look){.id = "outside",
					.label = "相手の 名前",
					.hint = "例 となり市立 ひがし小学校。保護者も 読みます。",
					.required = true},
		   form_get(&p->form, "outside"));
}

static enum status to_whom(struct page *p, struct html *h, struct span chosen)
{
	struct choices c = {.p = p, .list = arena_array(p->arena, CHOICES_MAX, sizeof *c.list)};
	char href[HREF_MAX];
	enum status st = c.list ? ST_OK : ST_NOMEM;

	day_iso(day_jst(p->req->now), c.today);
	if (!st)
		st = institution_each(p->app->db, one_institution, &c);
	if (!st)
		st = add_outside(&c);
	href_handover(href, p->q.child, SPAN("new"), "");
	html_open(h, "form");
	html_attrs(h, "method", "get");
	html_attrs(h, "action", href);
	field_select(
	    h,
	    &(struct field_look){.id = "to",
				 .label = "引き継ぐ先",
				 .hint = "先に えらぶと、その機関に 見せられる欄が 出ます。"},
	    c.list, c.n, chosen);
	form_button(h, "この機関にする", chosen.n ? "secondary" : "");
	html_close(h);
	return st;
}

/* ---- what ----------------------------------------------------------------------------------- */

struct filled {
	struct page *p;
	const struct span *ticks;
	size_t nticks, counted;
};

static bool was_ticked(const struct filled *f, const char *value)
{
	for (size_t i = 0; i < f->nticks; i++)
		if (span_is(f->ticks[i], value))
			return true;
	return false;
}

static void one_offer(struct filled *f, struct html *h, const struct handover_offer *o)
{
	html_open(h, "div");
	html_class(h, "field");
	html_open(h, "fieldset");
	html_leaf(h, "legend", o->title);
	html_open(h, "div");
	html_class(h, "checks");
	for (size_t i = 0; i < o->nsections; i++) {
		const struct handover_section *s = &o->sections[i];
		const char *value = arena_printf(f->p->arena, "%.*s/%.*s/%.*s", SPAN_ARG(o->type),
						 SPAN_ARG(o->id), SPAN_ARG(s->id));

		handover_tick(h, f->counted++, value ? value : "", s->title,
			      value && was_ticked(f, value), s->why_not);
	}
	html_close_to(h, "fieldset");
	html_close(h);
}

static void purposes(struct page *p, struct html *h)
{
	struct field_choice choices[8];
	size_t n = 0;

	for (; handover_purposes[n]; n++)
		choices[n] = (struct field_choice){handover_purposes[n],
						   handover_purpose(span_of(handover_purposes[n]))};
	field_radios(h,
		     &(struct field_look){
			 .id = "purpose", .label = "何のための 引き継ぎですか", .required = true},
		     choices, n, form_get(&p->form, "purpose"));
}

static void rest_of_form(struct page *p, struct html *h, bool outside)
{
	purposes(p, h);
	field_text(h,
		   &(struct field_look){.id = "since",
					.label = outside ? "わたせる日の はじまり"
							 : "見られる日の はじまり",
					.hint = "例 2027/4/1、令和9年4月1日",
					.width = "m",
					.required = true},
		   form_get(&p->form, "since"));
	field_text(h,
		   &(struct field_look){
		       .id = "until",
		       .label = outside ? "わたせる日の おわり" : "見られる日の おわり",
		       .hint = outside
				   ? "この日をすぎると、もう わたせません。1年まで。"
				   : "この日をすぎると、相手からは 何も見えなくなります。1年まで。",
		       .width = "m",
		       .required = true},
		   form_get(&p->form, "until"));
	field_area(h,
		   &(struct field_look){.id = "message",
					.label = "ひとこと",
					.hint = "相手の機関と 保護者が 読みます。1000字まで。"},
		   4, form_get(&p->form, "message"));
}

static enum status what(struct page *p, struct html *h, struct span to, const char **error)
{
	struct filled f = {.p = p};
	struct handover_offer *offers;
	char href[HREF_MAX];
	size_t n;
	enum status st = handover_offers(p->app, &p->q, to, p->arena, &offers, &n);

	if (st == ST_INVALID) {
		if (!*error)
			*error = arena_printf(p->arena, "%s", fail_why());
		return ST_OK;
	}
	if (st)
		return st;
	if (!n) {
		html_leafs(h, "p",
			   "引き継げるシートが ありません。確定した 自分の機関のシートを "
			   "引き継げます。");
		return ST_OK;
	}
	f.ticks = handover_ticks(p, &f.nticks);
	href_handover(href, p->q.child, SPAN("new"), "");
	html_leafs(h, "h2", "引き継ぐ欄");
	form_begin(h, p, href);
	html_hidden(h, "to", to);
	if (handover_outside(to) != ROLE_NOBODY)
		outside_name(p, h);
	for (size_t i = 0; i < n; i++)
		one_offer(&f, h, &offers[i]);
	rest_of_form(p, h, handover_outside(to) != ROLE_NOBODY);
	html_leafs(h, "p",
		   "保護者に、えらんだ欄ごとの 同意を お願いします。同意のあった欄だけを、"
		   "あとで 引き継げます。");
	form_button(h, "保護者に お願いする", "");
	html_close(h);
	return ST_OK;
}

static enum status show(struct page *p, int status, struct span to, const char *error)
{
	struct note n = {.class = "read",
			 .event = "handover.new",
			 .who = p->who,
			 .child = p->q.child,
			 .decision = "allow",
			 .reason = "role",
			 .request = p->req->id,
			 .hold = p->q.hold};
	struct html h, parts;
	struct buf body, rest;
	enum status st = handover_may_give(p->app, &p->q);

	frame_body(&parts, &rest);
	if (!st)
		st = to_whom(p, &parts, to);
	if (!st && to.n)
		st = what(p, &parts, to, &error);
	frame_body(&h, &body);
	if (error)
		error_box(&h, error);
	html_raw(&h, buf_span(&rest));
	if (!st)
		st = note_add(p->app, &n);
	if (!st)
		st = handover_send(p,
				   &(struct handover_screen){.status = error ? 422 : status,
							     .title = "新しい引き継ぎ",
							     .error = error},
				   &body);
	buf_clear(&rest);
	buf_clear(&body);
	return st;
}

enum status page_handover_new(struct page *p)
{
	return show(p, 200, form_get(&p->query, "to"), NULL);
}

enum status page_handover_ask(struct page *p)
{
	struct handover_plan plan = {.receiver = form_get(&p->form, "to"),
				     .outside = form_get(&p->form, "outside"),
				     .purpose = form_get(&p->form, "purpose"),
				     .since = span_trim(form_get(&p->form, "since")),
				     .until = span_trim(form_get(&p->form, "until")),
				     .message = form_get(&p->form, "message")};
	char id[HANDOVER_ID + 1], to[HREF_MAX];
	struct actor actor;
	enum status st = session_actor(p->app, &p->session, p->req->id, &actor);

	plan.ticks = handover_ticks(p, &plan.nticks);
	if (!plan.outside.p)
		plan.outside = SPAN("");
	if (!plan.message.p)
		plan.message = SPAN("");
	if (!st)
		st = handover_ask(p->app, &actor, &p->q, &plan, id);
	actor_clear(&actor);
	if (st == ST_INVALID)
		return show(p, 422, plan.receiver, arena_printf(p->arena, "%s", fail_why()));
	href_handover(to, p->q.child, span_of(id), "");
	return st ? st : response_redirect(p->res, to);
}
