/* Guardians of a child on the administrator's page: who, since when their right rests. */
#include "vault/page/admin_child.h"

#include "generator/base/day.h"

#include <stdio.h>

struct people {
	struct admin_child *a;
	struct field_choice active[CHILD_GUARDIANS_MAX];
	size_t count, nactive;
};

static const char *account_name(struct page *p, const char *id)
{
	struct account a;

	if (account_get(p->app->db, span_of(id), &a))
		return id;
	return arena_printf(p->arena, "%s", a.name);
}

void admin_suspended(struct html *h, const struct guardian *g, int64_t now)
{
	char today[DAY_TEXT], text[DAY_TEXT] = "";
	struct day d;

	if (!g->suspended[0])
		return;
	day_iso(day_jst(now), today);
	if (day_parse(span_of(g->suspended), &d))
		day_era(d, text);
	html_texts(h, "　");
	html_leaf_class(
	    h, "span", strcmp(g->suspended, today) <= 0 ? "tag tag-error" : "tag tag-warning",
	    strcmp(g->suspended, today) <= 0 ? SPAN("止めています") : SPAN("止める予定"));
	html_textf(h, " %sから", text);
}

static void guardian_buttons(struct people *s, const struct guardian *g)
{
	struct html *h = s->a->h;
	char action[HREF_MAX];

	html_open(h, "div");
	html_class(h, "actions");
	if (g->suspended[0]) {
		snprintf(action, sizeof action, "/admin/children/%s/guardians/%s/resume",
			 s->a->row.id, g->account);
		button_form(h, s->a->p, action, "止めるのをやめる", "secondary");
	}
	snprintf(action, sizeof action, "/admin/children/%s/guardians/%s/remove", s->a->row.id,
		 g->account);
	button_form(h, s->a->p, action, "保護者から外す", "danger");
	html_close(h);
}

static enum status one_guardian(void *ctx, const struct guardian *g)
{
	struct people *s = ctx;
	struct html *h = s->a->h;
	struct arena *arena = s->a->p->arena;
	const char *name = account_name(s->a->p, g->account);
	char href[HREF_MAX];
	struct field_choice choice = {.value = arena_printf(arena, "%s", g->account),
				      .label = arena_printf(arena, "%s（%s）", name, g->account)};

	if (s->count++ == 0) {
		html_open(h, "ul");
		html_class(h, "cards");
	}
	if (s->nactive < CHILD_GUARDIANS_MAX)
		s->active[s->nactive++] = choice;
	html_open(h, "li");
	html_class(h, "card");
	snprintf(href, sizeof href, "/admin/accounts/%s", g->account);
	html_link(h, href, span_of(name));
	html_open(h, "p");
	html_textf(h, "%s　%s", g->account,
		   admin_label(admin_relations, ADMIN_RELATIONS, g->relation));
	admin_suspended(h, g, s->a->p->req->now);
	html_close(h);
	guardian_buttons(s, g);
	html_close(h);
	return choice.value && choice.label ? ST_OK : ST_NOMEM;
}

static void add_form(struct admin_child *a)
{
	admin_form_begin(a, "guardians", "保護者を足す");
	field_text(a->h,
		   &(struct field_look){.id = "account",
					.label = "家庭のアカウントの番号",
					.hint = "例 yamada-f。番号は「世帯」の一覧にあります。",
					.width = "m",
					.required = true},
		   admin_typed(a, "guardians", "account", SPAN_NONE));
	field_select(a->h, &(struct field_look){.id = "relation", .label = "続柄", .width = "m"},
		     admin_relations, ADMIN_RELATIONS,
		     admin_typed(a, "guardians", "relation", SPAN_NONE));
	admin_form_end(a, "保護者を足す", "");
}

static void suspend_form(struct admin_child *a, const struct people *s)
{
	char today[DAY_TEXT];

	day_iso(day_jst(a->p->req->now), today);
	admin_form_begin(a, "suspend", "保護者の権利を止める");
	html_leafs(a->h, "p",
		   "止めた日から、その人は この子どものことを 何も見られなくなります。"
		   "止めたことは、その人の画面には出ません。");
	field_select(a->h, &(struct field_look){.id = "suspend-account", .label = "保護者"},
		     s->active, s->nactive,
		     admin_typed(a, "suspend", "suspend-account", SPAN_NONE));
	field_text(a->h,
		   &(struct field_look){
		       .id = "suspend-from", .label = "止める日", .width = "m", .required = true},
		   admin_typed(a, "suspend", "suspend-from", span_of(today)));
	admin_reason_field(a, "suspend", "suspend-reason");
	admin_form_end(a, "この日から止める", "danger");
}

enum status admin_child_guardians(struct admin_child *a)
{
	struct people s = {.a = a};
	enum status st;

	admin_heading(a, "保護者", "guardian");
	st = child_guardians(a->p->app->db, span_of(a->row.id), one_guardian, &s);
	if (s.count)
		html_close(a->h);
	else
		html_leafs(a->h, "p", "まだ 保護者が いません。");
	add_form(a);
	if (s.nactive)
		suspend_form(a, &s);
	return st;
}

/* ---- what the forms do -------------------------------------------------------------------- */

enum status page_admin_guardian_add(struct page *p)
{
	struct admin_change c;
	enum status st = admin_change_begin(p, &c, NULL);

	if (!st)
		st = child_add_guardian(p->app, &c.actor, &c.task,
					span_trim(form_get(&p->form, "account")),
					form_get(&p->form, "relation"));
	return admin_change_end(p, &c, "guardians", st);
}

enum status page_admin_guardian_suspend(struct page *p)
{
	char from[DAY_ROOM] = "";
	struct admin_change c;
	enum status st = admin_change_begin(p, &c, "suspend-reason");

	if (!st)
		st = admin_day(p, "suspend-from", "止める日", from);
	if (!st)
		st = child_suspend_guardian(p->app, &c.actor, &c.task,
					    form_get(&p->form, "suspend-account"), span_of(from));
	return admin_change_end(p, &c, "suspend", st);
}

enum status page_admin_guardian_resume(struct page *p)
{
	struct admin_change c;
	enum status st = admin_change_begin(p, &c, NULL);

	if (!st)
		st = child_resume_guardian(p->app, &c.actor, &c.task, param(&p->params, "account"));
	return admin_change_end(p, &c, "guardian", st);
}

enum status page_admin_guardian_remove(struct page *p)
{
	struct admin_change c;
	enum status st = admin_change_begin(p, &c, NULL);

	if (!st)
		st = child_remove_guardian(p->app, &c.actor, &c.task, param(&p->params, "account"));
	return admin_change_end(p, &c, "guardian", st);
}
