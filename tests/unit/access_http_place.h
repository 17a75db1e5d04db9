/* How a row of the table is set up in the vault. */
#ifndef KARTE_TESTS_UNIT_ACCESS_HTTP_PLACE_H
#define KARTE_TESTS_UNIT_ACCESS_HTTP_PLACE_H

#include "tests/unit/access_http_place_files.h"
#include "vault/db/share.h"

/* ---- accounts and institutions --------------------------------------------------------------- */

/* One account for all rows that say the same of it. */
static struct {
	char key[256];
	struct account account;
} people[ACCOUNTS_MAX];
static size_t npeople;

static inline void place_home(struct account *a, bool closed)
{
	snprintf(a->institution, sizeof a->institution, "i-%s%s%s", role_name(a->role),
		 a->by_class ? "-class" : "", closed ? "-closed" : "");
	place_institution(a->institution, a->role, a->by_class, closed);
}

static inline void place_person(const struct row *r, struct account *a)
{
	*a = (struct account){.role = r->role,
			      .disabled = cell_is(r, ACCOUNT, "disabled"),
			      .whole = cell_is(r, CLASSES, "whole")};
	snprintf(a->id, sizeof a->id, "a-%zu", npeople);
	a->staff = r->role > ROLE_HOUSEHOLD && r->role < ROLE_AUDITOR;
	a->by_class = !cell_is(r, CLASSES, "-");
	if (cell_is(r, ACCOUNT, "lastday") || cell_is(r, ACCOUNT, "ended"))
		span_copy(span_of(day_text(cell_is(r, ACCOUNT, "ended") ? -1 : 0)), a->until,
			  sizeof a->until);
	if (a->by_class && !a->whole && !cell_is(r, CLASSES, "none"))
		span_copy(r->cell[CLASSES], a->classes, sizeof a->classes);
	if (a->staff)
		place_home(a, cell_is(r, ACCOUNT, "closed"));
	place_account(a);
}

static inline void find_person(struct row *r)
{
	char key[256];

	snprintf(key, sizeof key, "%.*s %.*s %.*s", SPAN_ARG(r->cell[ACCOUNT]),
		 SPAN_ARG(r->cell[ROLE]), SPAN_ARG(r->cell[CLASSES]));
	for (size_t i = 0; i < npeople; i++)
		if (strcmp(people[i].key, key) == 0) {
			r->account = people[i].account;
			return;
		}
	assert_true(npeople < ACCOUNTS_MAX);
	place_person(r, &r->account);
	memcpy(people[npeople].key, key, sizeof key);
	people[npeople++].account = r->account;
}

/* ---- the child ------------------------------------------------------------------------------- */

static inline void add_stay(const struct row *r, struct child *c, struct span word)
{
	struct enrolment *e = &c->enrolments[c->enrolment_count++];

	span_copy(span_of(r->account.institution), e->institution, sizeof e->institution);
	put_days(span_cut(&word, '@'), e->since, e->until);
	if (word.p)
		span_copy(word, e->class, sizeof e->class);
}

static inline void add_guardian(const struct row *r, struct child *c)
{
	struct guardian *g = &c->guardians[c->guardian_count++];

	snprintf(g->account, sizeof g->account, "%s", r->account.id);
	snprintf(g->relation, sizeof g->relation, "mother");
	if (cell_has(r, TIES, "suspended"))
		span_copy(span_of(day_text(0)), g->suspended, sizeof g->suspended);
}

static inline void add_shields(const struct row *r, struct child *c)
{
	for (int i = 0; i < SHEETS; i++) {
		struct protection *p = &c->protections[c->protection_count++];

		snprintf(p->guardian, sizeof p->guardian, "%s", r->account.id);
		snprintf(p->kind, sizeof p->kind, "sheet");
		snprintf(p->value, sizeof p->value, "%.*s/%s", SPAN_ARG(r->cell[TYPE]),
			 sheets[i].id);
	}
}

static inline void place_glass(const struct row *r)
{
	struct glass_row g = {.since = (long long)time(NULL) - 1};

	g.until = g.since + 3600;
	memcpy(g.account, r->account.id, sizeof g.account);
	memcpy(g.child, r->child, sizeof g.child);
	assert_ok(glass_put(app->db, &g));
}

static inline void place_child(struct row *r)
{
	struct child c = {.row = {.born = "2018-05-12", .sex = "female"}};
	struct span rest = r->cell[TIES];

	memcpy(c.row.id, r->child, sizeof c.row.id);
	snprintf(c.row.name, sizeof c.row.name, "%s 子", mark_text(r->line, 'n', 'n', '0'));
	snprintf(c.row.kana, sizeof c.row.kana, "ひょう %04u", r->line);
	while (rest.p) {
		struct span word = span_cut(&rest, ' ');

		if (span_find(word, SPAN("..")) >= 0)
			add_stay(r, &c, word);
	}
	if (cell_has(r, TIES, "guardian"))
		add_guardian(r, &c);
	if (cell_has(r, TIES, "glass"))
		place_glass(r);
	if (cell_has(r, SHEET, "shielded"))
		add_shields(r, &c);
	assert_ok(child_put(app->db, &(struct child_all){.row = &c.row,
							 .enrolments = c.enrolments,
							 .enrolment_count = c.enrolment_count,
							 .guardians = c.guardians,
							 .guardian_count = c.guardian_count,
							 .protections = c.protections,
							 .protection_count = c.protection_count}));
}

/* ---- ranges ---------------------------------------------------------------------------------- */

/* +TYPE/SECTION:w@A..B; for staff every second row's are for the whole institution. */
static inline void place_range(const struct row *r, struct span word, unsigned n)
{
	struct range_row g = {.state = "in-force", .asked_by = "os:test", .reason = "表のとおり"};
	struct span what = span_cut(&word, '@'), type;

	snprintf(g.id, sizeof g.id, "r%04u-%u", r->line, n);
	memcpy(g.child, r->child, sizeof g.child);
	if (r->account.staff && r->line % 2)
		memcpy(g.institution, r->account.institution, sizeof g.institution);
	else
		memcpy(g.account, r->account.id, sizeof g.account);
	span_copy(span_of(day_text(-1)), g.since, sizeof g.since);
	if (word.p)
		put_days(word, g.since, g.until);
	g.opens = what.p[0] == '+';
	g.write = span_ends(what, SPAN(":w"));
	what = span_make(what.p + 1, what.n - 1 - (g.write ? 2 : 0));
	type = span_cut(&what, '/');
	if (!span_is(type, "all") && !span_is(type, "*"))
		span_copy(type, g.type, sizeof g.type);
	if (what.p)
		span_copy(what, g.section, sizeof g.section);
	assert_ok(range_put(app->db, &g));
}

static inline void place_ranges(const struct row *r)
{
	struct span rest = r->cell[RANGES];
	unsigned n = 0;

	while (rest.p && !cell_is(r, RANGES, "-"))
		place_range(r, span_cut(&rest, ' '), ++n);
}

/* ---- sheets ---------------------------------------------------------------------------------- */

static inline struct marked marks_of_sheet(const struct row *r, int i)
{
	return (struct marked){.number = r->line,
			       .child = r->child,
			       .id = sheets[i].id,
			       .institution = r->institution,
			       .status = sheets[i].status,
			       .letter = sheets[i].letter};
}

static inline void place_version(const struct row *r, char version)
{
	struct change changes[SHEETS];
	struct buf text[SHEETS], path[SHEETS];

	for (int i = 0; i < SHEETS; i++) {
		struct marked s = marks_of_sheet(r, i);

		buf_init(&text[i], 1 << 16);
		buf_init(&path[i], 256);
		marked_text(&text[i], r->type, &s, version);
		sheet_path(r->type->id, span_of(s.id), &path[i]);
		changes[i] = (struct change){buf_span(&path[i]), buf_span(&text[i])};
	}
	place_files(&chief.account, r->child, version == '1', changes, SHEETS);
	for (int i = 0; i < SHEETS; i++) {
		buf_clear(&text[i]);
		buf_clear(&path[i]);
	}
}

/* What a guardian agreed to about the type: some sections, or none named for all. */
static inline void place_share(const struct row *r, struct span sections)
{
	if (sections.p)
		assert_ok(share_put(app->db,
				    &(struct share){.child = span_of(r->child),
						    .type = r->cell[TYPE],
						    .institution = span_of(r->account.institution),
						    .sections = sections}));
}

/* Of the newest version of each sheet; or, if none of these is in it, of one that is not there. */
static inline void place_handover(const struct row *r)
{
	struct share s = {.child = span_of(r->child),
			  .institution = span_of(r->account.institution),
			  .source = SPAN("h1"),
			  .sections = cell_after(r, SHEET, "handed"),
			  .since = span_of(day_text(0)),
			  .until = span_of(day_text(0))};

	if (!cell_has(r, TIES, "handover"))
		return;
	s.type = s.sections.p ? r->cell[TYPE] : SPAN("kyoiku-shien");
	for (int i = 0; s.sections.p && i < SHEETS; i++) {
		s.sheet = span_of(sheets[i].id);
		s.version = span_of(r->versions[i][r->newest - 1].id);
		assert_ok(share_put(app->db, &s));
	}
	if (s.sections.p)
		return;
	s.sheet = SPAN("1999");
	s.sections = SPAN("goals");
	assert_ok(share_put(app->db, &s));
}

/* A child has a first commit before it has sheets. */
static inline void place_nothing(const struct row *r)
{
	const struct change first = {SPAN("README"), SPAN("ためし\n")};

	place_files(&chief.account, r->child, true, &first, 1);
}

static inline void place_sheets(struct row *r)
{
	bool own = cell_has(r, SHEET, "own");

	r->type = types_find(app->types, r->cell[TYPE], 0);
	assert_non_null(r->type);
	r->written = !cell_has(r, SHEET, "gone");
	snprintf(r->institution, sizeof r->institution, "%s",
		 own ? r->account.institution : "elsewhere");
	place_share(r, cell_after(r, SHEET, "shared"));
	if (!r->written) {
		place_nothing(r);
		return;
	}
	r->newest = r->action == ACT_SHEET_READ && r->allow ? 2 : 1;
	for (int v = 0; v < r->newest; v++)
		place_version(r, (char)('1' + v));
	index_files(r->child);
	for (int i = 0; i < SHEETS; i++)
		for (int v = 0; v < r->newest; v++)
			assert_ok(version_number(app->db, span_of(r->child), r->type->id,
						 span_of(sheets[i].id), v + 1, &r->versions[i][v]));
	memset(r->stored, '0' + r->newest, sizeof r->stored);
}

/* ---- the setting ----------------------------------------------------------------------------- */

static inline void place_setting(const struct row *r)
{
	struct policy p = {.staff_second_factor = true};
	struct span rest = r->cell[SETTING];
	long n = 0;

	if (cell_is(r, SETTING, "default"))
		policy_default(&p);
	else if (!cell_is(r, SETTING, "-"))
		while (rest.p) {
			struct span value = span_cut(&rest, ' '), name = span_cut(&value, '=');

			span_number(value, 10000, &n);
			if (span_is(name, "lead"))
				p.lead_days = (int)n;
			else if (span_is(name, "tail"))
				p.tail_days = (int)n;
			else if (span_is(name, "glass"))
				p.glass_minutes = (int)n;
			else
				p.admin_reads = span_is(value, "always") ? ADMIN_READS_ALWAYS
									 : ADMIN_READS_REASON;
		}
	assert_ok(policy_index(app, &p));
}

/* Everything but the session. */
static inline void place_row(struct row *r)
{
	find_person(r);
	snprintf(r->child, sizeof r->child, "c%09u", r->line);
	if (cell_is(r, CHILD, "there")) {
		place_child(r);
		place_ranges(r);
		if (cell_is(r, SHEET, "-"))
			place_nothing(r);
		else
			place_sheets(r);
		place_handover(r);
		if (r->action == ACT_SHEET_READ || r->action == ACT_SHEET_WRITE)
			place_child_files(r);
	} else if (!cell_is(r, TYPE, "-")) {
		r->type = types_find(app->types, r->cell[TYPE], 0);
	}
	place_setting(r);
}

#endif
