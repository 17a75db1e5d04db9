/*
 * What the tests of reach share: people and children, lines as texts, and the same said by the way
 * of the pages.
 */
#ifndef KARTE_TESTS_UNIT_FLOW_REACH_H
#define KARTE_TESTS_UNIT_FLOW_REACH_H

#include "flow_help.h"

#include "generator/base/day.h"
#include "vault/flow/reach_of.h"

#include <string.h>

#define REASON "担任を代わりにするため"

static char kid[11], other[11], soon[11];
static struct actor sato, mori;
static int64_t now;

static const char *const everybody[] = {"tanaka", "yamada", "suzuki", "ito",  "ueda",
					"shim",	  "sato",   "mori",   "kanjo"};
enum { EVERYBODY = sizeof everybody / sizeof *everybody };

/* ---- people and children ------------------------------------------------------------------ */

static inline void iso_in(int days, char out[static DAY_ROOM])
{
	char text[DAY_TEXT];

	day_iso(day_plus(day_jst(now), days), text);
	assert_true(span_copy(span_of(text), out, DAY_ROOM));
}

static inline void make_child(char id[static 11], const char *institution, const char *since,
			      const char *until, const char *guardian)
{
	struct child c = {.row = {.name = "鈴木 花",
				  .kana = "すずき はな",
				  .born = "2017-05-12",
				  .sex = "female"},
			  .enrolment_count = 1,
			  .guardian_count = 1};
	struct problems ps;

	assert_true(span_copy(span_of(institution), c.enrolments[0].institution, ID_MAX + 1));
	assert_true(span_copy(span_of(since), c.enrolments[0].since, DAY_ROOM));
	assert_true(span_copy(span_of(until), c.enrolments[0].until, DAY_ROOM));
	assert_true(span_copy(span_of(guardian), c.guardians[0].account, ID_MAX + 1));
	snprintf(c.guardians[0].relation, sizeof c.guardians[0].relation, "mother");
	problems_init(&ps);
	assert_ok(child_create(app, &chief, &c, &ps));
	problems_clear(&ps);
	memcpy(id, c.row.id, 11);
}

/* One that is done: other institutions see no draft. */
static inline void final_sheet(const char *child, const char *id)
{
	struct question q = ask_for(ACT_SHEET_WRITE, &tanaka, child, id);
	struct problems ps;
	struct oid version;
	struct buf text;
	enum status st;

	problems_init(&ps);
	buf_init(&text, 65536);
	buf_addf(&text,
		 "---\nkarte: 1\ntype: kihon\ntype-version: 1\nid: \"%s\"\nchild: %s\n"
		 "title: だれかが書いた題名\ninstitution: kudan-es\nstatus: final\n"
		 "values:\n  name: 山田 健\n---\n\n## 本人・保護者の願い\n\n### 保護者の願い\n\n"
		 "走りたい\n\n## 発達検査\n\n### 所見\n\n落ち着いている\n",
		 id, child);
	st = put_sheet(app, &tanaka, &q, "x.md", buf_span(&text), SPAN_NONE, &ps, &version);
	if (st)
		print_problems(&ps);
	assert_ok(st);
	problems_clear(&ps);
	buf_clear(&text);
}

static inline int make_people(void **state)
{
	struct oid version;
	char begins[DAY_ROOM];

	if (make_vault(state))
		return -1;
	now = (int64_t)time(NULL);
	put_institution("third-es", ROLE_SCHOOL);
	put_account("sato", ROLE_ADMIN, NULL);
	put_account("mori", ROLE_ADMIN, NULL);
	put_account("kanjo", ROLE_AUDITOR, NULL);
	put_account("ito", ROLE_SCHOOL, "other-es");
	put_account("ueda", ROLE_SCHOOL, "third-es");
	put_account("shim", ROLE_BOARD, "kyoi");
	assert_ok(actor_account(&sato, app, SPAN("sato"), SPAN(PASSWORD)));
	assert_ok(actor_account(&mori, app, SPAN("mori"), SPAN(PASSWORD)));
	iso_in(10, begins);
	make_child(kid, "kudan-es", "2020-04-01", "", "yamada");
	make_child(other, "kudan-es", "2020-04-01", "", "suzuki");
	make_child(soon, "third-es", begins, "", "suzuki");
	new_sheet_of(kid, "2024", &version);
	final_sheet(kid, "2025");
	final_sheet(other, "2025");
	return 0;
}

static inline int end_people(void **state)
{
	actor_clear(&sato);
	actor_clear(&mori);
	return end_vault(state);
}

static inline struct account account(const char *id)
{
	struct account a;

	assert_ok(account_get(app->db, span_of(id), &a));
	return a;
}

static inline struct question by(const struct actor *who)
{
	return (struct question){
	    .action = ACT_ADMIN, .who = &who->account, .request = who->request, .now = now};
}

/* ---- lines as texts, so that they can be compared ------------------------------------------ */

enum { LINES = 64, LINE = 512 };
struct lines {
	char text[LINES][LINE];
	size_t count;
};

static inline void line_text(const struct reach_line *l, char out[static LINE])
{
	snprintf(out, LINE, "%s %s/%s%s R:%.*s W:%.*s", l->child->id,
		 l->sheet ? l->sheet->type : "karte", l->sheet ? l->sheet->id : "",
		 l->read_only ? " read-only" : "", SPAN_ARG(l->reads), SPAN_ARG(l->writes));
}

static inline void add(struct lines *to, const char *text)
{
	assert_true(to->count < LINES);
	snprintf(to->text[to->count++], LINE, "%s", text);
}

static inline void take_away(struct lines *from, const char *text)
{
	for (size_t i = 0; i < from->count; i++)
		if (strcmp(from->text[i], text) == 0) {
			memmove(from->text[i], from->text[--from->count], LINE);
			return;
		}
	fail_msg("was not there: %s", text);
}

static inline int order(const void *a, const void *b)
{
	return strcmp(a, b);
}

static inline void assert_same(struct lines *a, struct lines *b)
{
	qsort(a->text, a->count, LINE, order);
	qsort(b->text, b->count, LINE, order);
	for (size_t i = 0; i < a->count && i < b->count; i++)
		assert_string_equal(a->text[i], b->text[i]);
	assert_int_equal(a->count, b->count);
}

static inline enum status keep_line(void *ctx, const struct reach_line *l)
{
	char text[LINE];

	line_text(l, text);
	add(ctx, text);
	return ST_OK;
}

static inline struct lines reach_at(const char *id, int64_t at)
{
	const struct account a = account(id);
	struct lines l = {.count = 0};

	assert_ok(reach_of(app, &a, at, keep_line, &l));
	return l;
}

static inline bool has(const struct lines *l, const char *child, const char *rest)
{
	char text[LINE];

	snprintf(text, sizeof text, "%s %s", child, rest);
	for (size_t i = 0; i < l->count; i++)
		if (strcmp(l->text[i], text) == 0)
			return true;
	for (size_t i = 0; i < l->count; i++)
		print_message("# %s\n", l->text[i]);
	return false;
}

/* The way of the pages: reading_begin and reading_view; and of a save: the decision and the gate.
 */
static inline void page_titles(const struct view *v, bool writable, struct buf *out)
{
	for (size_t i = 0; v && i < view_sections(v); i++) {
		if (writable && !view_section(v, i)->writable)
			continue;
		buf_adds(out, out->len ? "、" : "");
		buf_addspan(out, view_section(v, i)->section->title);
	}
}

static inline void page_writes(const struct question *read, struct buf *out)
{
	struct question q = *read;
	struct decision d;
	struct shield shield;
	struct gate gate;
	struct repo *repo;
	struct sheet *s;
	struct view *v = NULL;

	q.action = ACT_SHEET_WRITE;
	assert_ok(decide_quietly(app, &q, &d, NULL));
	if (!d.allow)
		return;
	assert_ok(shield_load(&shield, app, q.child, q.who));
	gate_open(&gate, &d, shield.words, shield.nwords);
	assert_ok(child_repo(&repo, app, q.child));
	assert_ok(sheet_load(app, repo, NULL, q.type, q.id, &s));
	if (redact_for(&v, s, &gate.reader) == ST_OK)
		page_titles(v, true, out);
	view_free(v);
	sheet_free(s);
	repo_close(repo);
	shield_clear(&shield);
}

static inline void page_lines(const struct account *a, const char *child, const char *id,
			      struct lines *to)
{
	const struct question q = {.action = ACT_SHEET_READ,
				   .who = a,
				   .child = span_of(child),
				   .type = SPAN("kihon"),
				   .id = span_of(id),
				   .request = "",
				   .now = now};
	struct buf reads, writes;
	struct reading r;
	char text[LINE];

	buf_init(&reads, 4096);
	buf_init(&writes, 4096);
	if (reading_begin(&r, app, &q, SPAN_NONE) == ST_OK && reading_view(&r) == ST_OK)
		page_titles(r.view, false, &reads);
	reading_clear(&r);
	page_writes(&q, &writes);
	snprintf(text, sizeof text, "%s kihon/%s R:%s W:%s", child, id, buf_str(&reads),
		 buf_str(&writes));
	if (reads.len || writes.len)
		add(to, text);
	buf_clear(&reads);
	buf_clear(&writes);
}

/* What the list says of sheets is what the pages give, for everybody. */
static inline void assert_as_pages(void)
{
	for (size_t i = 0; i < EVERYBODY; i++) {
		const struct account a = account(everybody[i]);
		struct lines pages = {.count = 0}, all = reach_at(everybody[i], now),
			     sheets = {.count = 0};

		page_lines(&a, kid, "2024", &pages);
		page_lines(&a, kid, "2025", &pages);
		page_lines(&a, other, "2025", &pages);
		for (size_t k = 0; k < all.count; k++)
			if (!strstr(all.text[k], " karte/"))
				add(&sheets, all.text[k]);
		assert_same(&pages, &sheets);
	}
}

#endif
