/* Who set what of a child, and when: the versions of child.md in words. */
#include "vault/page/admin_child.h"

#include <stdio.h>

enum { CHANGES_SHOWN = 50, LINES_BYTES = 64 * 1024 };

static const char *const heads[] = {"日時", "だれが", "なにを", "理由"};

static const struct field_choice actions[] = {
    {"child.create", "登録した"},
    {"child.update", "登録を変えた"},
    {"enrol", "在籍を足した"},
    {"leave", "在籍を終えた"},
    {"guardian.add", "保護者を足した"},
    {"guardian.remove", "保護者から外した"},
    {"guardian.suspend", "保護者の権利を止めた"},
    {"guardian.resume", "止めるのをやめた"},
    {"protect", "見せないものを足した"},
    {"unprotect", "見せないものから外した"},
};

/* What child.md says, a fact a line. */
static void put_facts(const struct child *c, struct buf *out)
{
	buf_addf(out, "氏名 %s\nふりがな %s\n生年月日 %s\n性別 %s\n", c->row.name, c->row.kana,
		 c->row.born, admin_label(admin_sexes, ADMIN_SEXES, c->row.sex));
	for (size_t i = 0; i < c->enrolment_count; i++) {
		const struct enrolment *e = &c->enrolments[i];

		buf_addf(out, "在籍 %s %s〜%s %s\n", e->institution, e->since, e->until, e->class);
	}
	for (size_t i = 0; i < c->guardian_count; i++) {
		const struct guardian *g = &c->guardians[i];

		buf_addf(out, "保護者 %s %s%s%s\n", g->account,
			 admin_label(admin_relations, ADMIN_RELATIONS, g->relation),
			 g->suspended[0] ? " 止める日 " : "", g->suspended);
	}
	for (size_t i = 0; i < c->protection_count; i++) {
		const struct protection *t = &c->protections[i];

		buf_addf(out, "見せない %s に %s %s\n", t->guardian,
			 admin_label(admin_kinds, ADMIN_KINDS, t->kind), t->value);
	}
}

static bool has_line(struct span text, struct span line)
{
	while (text.n)
		if (span_eq(span_cut(&text, '\n'), line))
			return true;
	return false;
}

/* The lines of one text that the other does not have. */
static void put_only(struct html *h, struct span text, struct span other, const char *mark)
{
	while (text.n) {
		struct span line = span_cut(&text, '\n');

		if (!line.n || has_line(other, line))
			continue;
		html_open(h, "div");
		html_texts(h, mark);
		html_text(h, line);
		html_close(h);
	}
}

static enum status put_difference(struct html *h, const struct child_event *e)
{
	struct buf before, after;
	enum status st;

	buf_init(&before, LINES_BYTES);
	buf_init(&after, LINES_BYTES);
	if (e->before)
		put_facts(e->before, &before);
	put_facts(e->after, &after);
	st = before.st ? before.st : after.st;
	if (!st && e->before) {
		put_only(h, buf_span(&before), buf_span(&after), "前：");
		put_only(h, buf_span(&after), buf_span(&before), "後：");
	}
	buf_clear(&before);
	buf_clear(&after);
	return st;
}

static enum status one_change(void *ctx, const struct child_event *e)
{
	struct admin_child *a = ctx;
	struct html *h = a->h;
	struct account who;
	char action[64];
	enum status st;

	span_copy(e->action, action, sizeof action);
	html_open(h, "tr");
	list_cell(h, heads[0]);
	list_time(h, e->at);
	html_close(h);
	list_cell(h, heads[1]);
	html_text(h, e->account);
	if (account_get(a->p->app->db, e->account, &who) == ST_OK)
		html_leaf_class(h, "div", "note", span_of(who.name));
	html_close(h);
	list_cell(h, heads[2]);
	html_leafs(h, "div", admin_label(actions, sizeof actions / sizeof *actions, action));
	st = put_difference(h, e);
	html_close(h);
	list_cell(h, heads[3]);
	html_text(h, e->reason);
	html_close(h);
	html_close(h);
	return st;
}

enum status admin_child_changes(struct admin_child *a)
{
	char caption[64];
	enum status st;

	snprintf(caption, sizeof caption, "新しい順に %d件まで", CHANGES_SHOWN);
	html_leafs(a->h, "h2", "だれが いつ 変えたか");
	list_table(a->h, &(struct list_table){"changes", caption, "dense list", heads, 4});
	st = child_history(a->p->app, span_of(a->row.id), CHANGES_SHOWN, one_change, a);
	html_close_to(a->h, "div");
	return st;
}
