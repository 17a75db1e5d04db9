/* Stays of a child at institutions, with their classes, on the administrator's page. */
#include "vault/page/admin_child.h"

#include "generator/base/day.h"

#include <stdio.h>

static const char *const heads[] = {"機関", "はじまり", "おわり", "組・学級"};

struct stays {
	struct admin_child *a;
	struct field_choice open[CHILD_ENROLMENTS_MAX], all[CHILD_ENROLMENTS_MAX];
	size_t nopen, nall;
};

static const char *institution_name(struct page *p, const char *id)
{
	struct institution i;

	if (institution_get(p->app->db, span_of(id), &i))
		return id;
	return arena_printf(p->arena, "%s", i.name);
}

static void day_cell(struct html *h, const char *label, const char *iso)
{
	char text[DAY_TEXT] = "";
	struct day d;

	if (day_parse(span_of(iso), &d))
		day_era(d, text);
	list_cell(h, label);
	html_texts(h, text);
	html_close(h);
}

static enum status one_stay(void *ctx, const struct enrolment *e)
{
	struct stays *s = ctx;
	struct html *h = s->a->h;
	struct arena *arena = s->a->p->arena;
	const char *name = institution_name(s->a->p, e->institution);
	struct field_choice choice = {
	    .value = arena_printf(arena, "%s %s", e->institution, e->since),
	    .label = arena_printf(arena, "%s（%s から）", name, e->since),
	};

	if (s->nall == CHILD_ENROLMENTS_MAX)
		return ST_OK;
	if (s->nall == 0)
		list_table(h, &(struct list_table){"stays", "これまでの在籍", "list", heads, 4});
	s->all[s->nall++] = choice;
	if (!e->until[0])
		s->open[s->nopen++] = choice;
	html_open(h, "tr");
	html_open(h, "th");
	html_attrs(h, "scope", "row");
	html_texts(h, name);
	html_leaf_class(h, "div", "note", span_of(e->institution));
	html_close(h);
	day_cell(h, heads[1], e->since);
	day_cell(h, heads[2], e->until);
	list_cell(h, heads[3]);
	html_texts(h, e->class);
	html_close(h);
	html_close(h);
	return choice.value && choice.label ? ST_OK : ST_NOMEM;
}

static enum status enrol_form(struct admin_child *a)
{
	struct html *h = a->h;
	enum status st;

	admin_form_begin(a, "enrol", "在籍を足す");
	st = admin_institution_field(
	    a, &(struct field_look){.id = "institution", .label = "機関", .required = true},
	    admin_typed(a, "enrol", "institution", SPAN_NONE));
	field_text(h,
		   &(struct field_look){.id = "since",
					.label = "はじまりの日",
					.hint = "例 2026/4/1、令和8年4月1日",
					.width = "m",
					.required = true},
		   admin_typed(a, "enrol", "since", SPAN_NONE));
	field_text(
	    h,
	    &(struct field_look){.id = "until",
				 .label = "おわりの日",
				 .hint = "この日も在籍しています。決まっていなければ空けます。",
				 .width = "m"},
	    admin_typed(a, "enrol", "until", SPAN_NONE));
	field_text(h, &(struct field_look){.id = "class", .label = "組・学級", .width = "m"},
		   admin_typed(a, "enrol", "class", SPAN_NONE));
	admin_form_end(a, "在籍を足す", "");
	return st;
}

static void leave_form(struct admin_child *a, const struct stays *s)
{
	admin_form_begin(a, "leave", "在籍を終える");
	field_select(a->h, &(struct field_look){.id = "leave-stay", .label = "在籍"}, s->open,
		     s->nopen, admin_typed(a, "leave", "leave-stay", SPAN_NONE));
	field_text(a->h,
		   &(struct field_look){.id = "leave-until",
					.label = "おわりの日",
					.hint = "この日も在籍しています。",
					.width = "m",
					.required = true},
		   admin_typed(a, "leave", "leave-until", SPAN_NONE));
	admin_form_end(a, "在籍を終える", "");
}

static void class_form(struct admin_child *a, const struct stays *s)
{
	admin_form_begin(a, "class", "組・学級を変える");
	field_select(a->h, &(struct field_look){.id = "class-stay", .label = "在籍"}, s->all,
		     s->nall,
		     admin_typed(a, "class", "class-stay",
				 s->nall ? span_of(s->all[s->nall - 1].value) : SPAN_NONE));
	field_text(a->h,
		   &(struct field_look){.id = "class-to",
					.label = "新しい組・学級",
					.hint = "空けると、組・学級がなくなります。",
					.width = "m"},
		   admin_typed(a, "class", "class-to", SPAN_NONE));
	admin_form_end(a, "組・学級を変える", "");
}

enum status admin_child_stays(struct admin_child *a)
{
	struct stays s = {.a = a};
	enum status st;

	html_leafs(a->h, "h2", "在籍");
	st = child_enrolments(a->p->app->db, span_of(a->row.id), one_stay, &s);
	if (s.nall)
		html_close_to(a->h, "div");
	else
		html_leafs(a->h, "p", "まだ 在籍が ありません。");
	if (!st)
		st = enrol_form(a);
	if (s.nopen)
		leave_form(a, &s);
	if (s.nall)
		class_form(a, &s);
	return st;
}

/* ---- what the forms do -------------------------------------------------------------------- */

enum status page_admin_child_enrol(struct page *p)
{
	struct enrolment e = {.institution = ""};
	struct admin_change c;
	enum status st = admin_change_begin(p, &c, NULL);

	if (!st)
		st = admin_text(p, "institution", "機関", e.institution, sizeof e.institution);
	if (!st && !e.institution[0])
		st = fail(ST_INVALID, "機関をえらんでください");
	if (!st)
		st = admin_day(p, "since", "はじまりの日", e.since);
	if (!st && !e.since[0])
		st = fail(ST_INVALID, "はじまりの日を書いてください");
	if (!st)
		st = admin_day(p, "until", "おわりの日", e.until);
	if (!st)
		st = admin_text(p, "class", "組・学級", e.class, sizeof e.class);
	if (!st)
		st = child_enrol(p->app, &c.actor, &c.task, &e);
	return admin_change_end(p, &c, "enrol", st);
}

/* "INSTITUTION DAY" of a choice. */
static enum status read_stay(struct page *p, const char *field, struct enrolment *e)
{
	struct span rest = form_get(&p->form, field), institution = span_cut(&rest, ' ');

	if (institution.n && span_copy(institution, e->institution, sizeof e->institution) &&
	    rest.n && span_copy(rest, e->since, sizeof e->since))
		return ST_OK;
	return fail(ST_INVALID, "在籍をえらんでください");
}

enum status page_admin_child_leave(struct page *p)
{
	struct enrolment e = {.institution = ""};
	struct admin_change c;
	enum status st = admin_change_begin(p, &c, NULL);

	if (!st)
		st = read_stay(p, "leave-stay", &e);
	if (!st)
		st = admin_day(p, "leave-until", "おわりの日", e.until);
	if (!st)
		st = child_leave(p->app, &c.actor, &c.task, span_of(e.institution),
				 span_of(e.until));
	return admin_change_end(p, &c, "leave", st);
}

enum status page_admin_child_class(struct page *p)
{
	struct enrolment e = {.institution = ""};
	struct admin_change c;
	enum status st = admin_change_begin(p, &c, NULL);

	if (!st)
		st = read_stay(p, "class-stay", &e);
	if (!st)
		st = admin_text(p, "class-to", "組・学級", e.class, sizeof e.class);
	if (!st)
		st = child_set_class(p->app, &c.actor, &c.task, &e);
	return admin_change_end(p, &c, "class", st);
}
