/* Every page about one child, as one account sees it. */
#ifndef KARTE_TESTS_UNIT_PROPERTY_ACCESS_LOOK_H
#define KARTE_TESTS_UNIT_PROPERTY_ACCESS_LOOK_H

#include "tests/unit/property_access_model.h"

enum { PATH_ROOM = 512 };

static struct {
	unsigned requests, pairs, readable, sheets, refused, pdfs;
	unsigned reasons[WHY_COUNT]; /* of the decisions about sheets */
	unsigned closed, opened, withheld;
} tally;

/* Who asks, and for messages. */
static struct standpoint now_at;
static const struct caller *caller;
static uint64_t seed;

#define wrong(path, ...)                                                                           \
	do {                                                                                       \
		print_error("KARTE_SEED=%llu: %s (%s) %s: ", (unsigned long long)seed,             \
			    now_at.who->id, role_name(now_at.who->role), path);                    \
		print_error(__VA_ARGS__);                                                          \
		print_error("\n");                                                                 \
		fail();                                                                            \
	} while (0)

static inline int get(const char *path)
{
	tally.requests++;
	return ask(caller, path, SPAN_NONE);
}

/* ---- what may be expected -------------------------------------------------------------------- */

static inline void expect_refused(const char *path, const char *reason)
{
	static struct marks shown, own;
	const struct noted *n;

	tally.refused++;
	if (get(path) != 404)
		wrong(path, "%d, not refused for %s", reply.a.status, reason);
	n = record_of("access", "deny", 0);
	if (records_of("access", "deny") != 1 || records_of("read", "allow"))
		wrong(path, "%zu records of the refusal", records_of("access", "deny"));
	if (strcmp(n->reason, reason) != 0)
		wrong(path, "refused for %s, not for %s", n->reason, reason);
	marks_of_answer(&shown);
	own.count = 0;
	add_account(&own, now_at.who);
	if (marks_beyond(&shown, &own))
		wrong(path, "refused, but shows %s", marks_beyond(&shown, &own));
}

/* 200; all of `least` and nothing beyond `most`; one look for this reason. */
static inline void expect_shown(const char *path, const struct marks *least,
				const struct marks *most, const char *reason)
{
	static struct marks shown;
	const struct noted *n;

	if (get(path) != 200)
		wrong(path, "%d, not shown", reply.a.status);
	marks_of_answer(&shown);
	if (marks_beyond(&shown, most))
		wrong(path, "shows %s", marks_beyond(&shown, most));
	if (marks_beyond(least, &shown))
		wrong(path, "lacks %s", marks_beyond(least, &shown));
	n = record_of("read", "allow", 0);
	if (!n || record_of("access", "deny", 0))
		wrong(path, "not recorded as a look");
	if (reason && strcmp(n->reason, reason) != 0)
		wrong(path, "recorded for %s, not for %s", n->reason, reason);
}

/* ---- one sheet ------------------------------------------------------------------------------- */

static inline void sheet_path_of(char out[static PATH_ROOM], const struct sheet_fact *s,
				 const char *rest)
{
	snprintf(out, PATH_ROOM, "/children/%s/sheets/%.*s/%s%s", now_at.child->child.row.id,
		 SPAN_ARG(s->type->id), s->id, rest);
}

/* The marks of a child's page, to which those of the content are added. */
static inline void begin_marks(struct marks *least, struct marks *most)
{
	least->count = most->count = 0;
	add_child_name(least, now_at.child);
	add_child_name(most, now_at.child);
	add_others(most, &now_at);
}

/* Whom a handover lets in sees what was handed over, and not how it came to be. */
static inline bool expect_closed(const char *path, const struct decision *d)
{
	if (d->reason == WHY_HANDOVER)
		expect_refused(path, "no-version");
	return d->reason == WHY_HANDOVER;
}

/* One page about a version; content: or only its title. */
static inline void look_at_version(const char *path, const struct decision *d,
				   const struct sheet_fact *s, size_t version, bool content)
{
	static struct marks least, most;
	struct view *v = view_of(&now_at, d, s, version);
	struct view *newest = view_of(&now_at, d, s, s->versions - 1);

	if (!v) {
		expect_refused(path, d->allow ? "redacted" : reason_name(d->reason));
	} else {
		begin_marks(&least, &most);
		add_title_of(&most, newest);
		if (content)
			add_view(&least, v);
		if (content)
			add_view(&most, v);
		expect_shown(path, &least, &most, reason_name(d->reason));
	}
	view_free(newest);
	view_free(v);
}

/* Its own page also shows what changed since the version before, as far as both may be seen. */
static inline void look_at_difference(const char *path, const struct decision *d,
				      const struct sheet_fact *s, size_t version)
{
	static struct marks least, most;
	struct view *v, *before;

	if (expect_closed(path, d))
		return;
	v = view_of(&now_at, d, s, version);
	before = version ? view_of(&now_at, d, s, version - 1) : NULL;

	if (!v) {
		expect_refused(path, d->allow ? "redacted" : reason_name(d->reason));
	} else {
		begin_marks(&least, &most);
		add_view(&least, v);
		add_view(&most, v);
		add_view(&most, before);
		if (!now_at.nwords)
			add_view(&least, before);
		expect_shown(path, &least, &most, reason_name(d->reason));
	}
	view_free(before);
	view_free(v);
}

static inline void look_at_versions(const struct decision *d, const struct sheet_fact *s)
{
	char path[PATH_ROOM], rest[128];

	for (size_t v = 0; v < s->versions; v++) {
		snprintf(rest, sizeof rest, "/history/%s", s->rows[v].id);
		sheet_path_of(path, s, rest);
		look_at_difference(path, d, s, v);
		snprintf(rest, sizeof rest, "/history/%s.pdf", s->rows[v].id);
		sheet_path_of(path, s, rest);
		if (!expect_closed(path, d))
			look_at_version(path, d, s, v, true);
		tally.pdfs++;
	}
}

/* The form: everything that may be written, and nothing that may not be seen. */
static inline void look_at_form(const struct sheet_fact *s)
{
	static struct marks least, most;
	struct decision d = decide_sheet(&now_at, ACT_SHEET_WRITE, s);
	struct view *v = view_of(&now_at, &d, s, s->versions - 1);
	char path[PATH_ROOM];

	sheet_path_of(path, s, "/edit/all");
	begin_marks(&least, &most);
	add_view(&most, v);
	least.count = 0;
	for (size_t i = 0; v && i < view_sections(v); i++) {
		const struct view_field *f = &view_section(v, i)->fields[0];

		if (f->writable && f->value)
			marks_find(&least, f->value->text);
	}
	if (!v)
		expect_refused(path, d.allow ? "redacted" : reason_name(d.reason));
	else if (!view_writable(v))
		expect_refused(path, "nothing-to-write");
	else
		expect_shown(path, &least, &most, reason_name(d.reason));
	view_free(v);
}

static inline void count_decision(const struct decision *d)
{
	tally.sheets++;
	tally.reasons[d->reason]++;
	tally.closed += d->nhidden > 0;
	tally.opened += d->nopened > 0;
	tally.withheld += d->allow && now_at.nwords > 0;
}

static inline void look_at_sheet(const struct sheet_fact *s)
{
	struct decision d = decide_sheet(&now_at, ACT_SHEET_READ, s);
	char path[PATH_ROOM];

	count_decision(&d);
	sheet_path_of(path, s, "");
	look_at_version(path, &d, s, s->versions - 1, true);
	sheet_path_of(path, s, ".pdf");
	look_at_version(path, &d, s, s->versions - 1, true);
	sheet_path_of(path, s, "/history");
	if (!expect_closed(path, &d))
		look_at_version(path, &d, s, s->versions - 1, false);
	look_at_versions(&d, s);
	look_at_form(s);
}

/* ---- one child ------------------------------------------------------------------------------- */

/* Adds what is left of each sheet, or only the titles; how many there are. */
static inline size_t add_sheets(struct marks *m, bool content)
{
	size_t n = 0;

	for (size_t i = 0; i < now_at.child->nsheets; i++) {
		const struct sheet_fact *s = &now_at.child->sheets[i];
		struct decision d = decide_sheet(&now_at, ACT_SHEET_READ, s);
		struct view *v = view_of(&now_at, &d, s, s->versions - 1);

		if (content)
			add_view(m, v);
		else
			add_title_of(m, v);
		n += v != NULL;
		view_free(v);
	}
	return n;
}

/* A family's other children, to whom the page leads. */
static inline void add_siblings(struct marks *m)
{
	static struct standpoint s;

	for (size_t i = 0; i < CHILDREN && now_at.who->role == ROLE_HOUSEHOLD; i++) {
		stand(&s, now_at.who, &world.children[i]);
		if (decide_child(&s, ACT_CHILD_READ).allow)
			add_child_name(m, &world.children[i]);
	}
}

static inline void look_at_karte(void)
{
	static struct marks least, most, around;
	struct decision d = decide_child(&now_at, ACT_CHILD_READ);
	char path[PATH_ROOM];
	size_t n;

	snprintf(path, sizeof path, "/children/%s", now_at.child->child.row.id);
	if (!d.allow) {
		expect_refused(path, reason_name(d.reason));
		return;
	}
	tally.readable++;
	begin_marks(&least, &most);
	n = add_sheets(&least, false);
	add_sheets(&most, false);
	around = most;
	add_siblings(&around);
	expect_shown(path, &least, &around, reason_name(d.reason));
	snprintf(path, sizeof path, "/children/%s/karte.pdf", now_at.child->child.row.id);
	add_sheets(&least, true);
	add_sheets(&most, true);
	if (n)
		expect_shown(path, &least, &most, NULL);
	else
		expect_refused(path, "nothing-to-print");
}

static inline void look_at_accesses(void)
{
	static struct marks least, most;
	struct decision d = decide_child(&now_at, ACT_CHILD_ACCESSES);
	char path[PATH_ROOM];

	snprintf(path, sizeof path, "/children/%s/accesses", now_at.child->child.row.id);
	if (!d.allow) {
		expect_refused(path, reason_name(d.reason));
		return;
	}
	begin_marks(&least, &most);
	add_sheets(&most, false);
	expect_shown(path, &least, &most, reason_name(d.reason));
}

static inline void look_at_child(void)
{
	tally.pairs++;
	look_at_karte();
	look_at_accesses();
	for (size_t i = 0; i < now_at.child->nsheets; i++)
		look_at_sheet(&now_at.child->sheets[i]);
}

#endif
