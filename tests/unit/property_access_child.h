/* The children of a random world: stays, guardians, what is kept from them, sheets in versions. */
#ifndef KARTE_TESTS_UNIT_PROPERTY_ACCESS_CHILD_H
#define KARTE_TESTS_UNIT_PROPERTY_ACCESS_CHILD_H

#include "tests/unit/property_access_people.h"

static inline void make_stay(struct child *c)
{
	struct enrolment *e = &c->enrolments[c->enrolment_count++];
	const int since = one_in(4) ? between(-1, 40) : between(-400, -2);

	memcpy(e->institution, world.institutions[random_below(INSTITUTIONS)].id,
	       sizeof e->institution);
	put_day(e->since, since);
	if (one_in(2))
		put_day(e->until, one_in(2) ? between(since, since + 400) : since + between(0, 60));
	random_class(e->class, sizeof e->class);
	for (size_t i = 0; i + 1 < c->enrolment_count; i++)
		if (!strcmp(c->enrolments[i].institution, e->institution) &&
		    !strcmp(c->enrolments[i].since, e->since)) {
			c->enrolment_count--;
			return;
		}
}

static inline void make_guardian(struct child *c)
{
	struct guardian *g = &c->guardians[c->guardian_count];
	const struct account *a = &world.accounts[random_below(24)];

	for (size_t i = 0; i < c->guardian_count; i++)
		if (!strcmp(c->guardians[i].account, a->id))
			return;
	c->guardian_count++;
	memcpy(g->account, a->id, sizeof g->account);
	snprintf(g->relation, sizeof g->relation, "father");
	if (one_in(5))
		put_day(g->suspended, between(-1, 1));
}

/* The one that wrote the sheet, one whose staff saved some version, or any. */
static inline const char *some_school(const struct child_fact *f, const struct sheet_fact *s)
{
	const struct account *author = f->authors[random_below(VERSIONS_MOST)];

	if (one_in(4))
		return s->institution;
	return author->staff && !one_in(4) ? author->institution
					   : world.institutions[random_below(INSTITUTIONS)].id;
}

/* What a guardian must not learn: a sheet, a school, or a text in some section or title. */
static inline void make_protection(struct child_fact *f)
{
	struct child *c = &f->child;
	struct protection *p = &c->protections[c->protection_count];
	const struct sheet_fact *s = &f->sheets[random_below((uint32_t)f->nsheets)];
	const unsigned section = random_below((uint32_t)s->type->nsections + 1);
	const char version = (char)('1' + random_below((uint32_t)s->versions));

	*p = (struct protection){.kind = "word"};
	memcpy(p->guardian, c->guardians[random_below((uint32_t)c->guardian_count)].account,
	       sizeof p->guardian);
	if (one_in(3)) {
		snprintf(p->kind, sizeof p->kind, "sheet");
		snprintf(p->value, sizeof p->value, "%.*s/%s", SPAN_ARG(s->type->id), s->id);
	} else if (one_in(2)) {
		snprintf(p->kind, sizeof p->kind, "school");
		span_copy(span_of(some_school(f, s)), p->value, sizeof p->value);
	} else if (section == s->type->nsections) {
		snprintf(p->value, sizeof p->value, "%s",
			 mark_text(f->number, s->letter, 't', '0'));
	} else {
		snprintf(p->value, sizeof p->value, "%s",
			 mark_text(f->number, s->letter, (char)('a' + section), version));
	}
	for (size_t i = 0; i < c->protection_count; i++)
		if (!memcmp(&c->protections[i], p, sizeof *p))
			return;
	c->protection_count++;
}

static inline void make_sheet_fact(struct child_fact *f)
{
	static const char *const ids[SHEETS_MOST] = {"2026", "2025", "2026"};
	static const char *const statuses[] = {"draft", "review", "consent", "final"};
	struct sheet_fact *s = &f->sheets[f->nsheets];

	*s = (struct sheet_fact){
	    .type = types_find(app->types,
			       f->nsheets < 2 ? SPAN("kyoiku-shien") : SPAN("shugaku-shien"), 0),
	    .id = ids[f->nsheets],
	    .letter = (char)('a' + f->nsheets),
	    .versions = 1 + random_below(VERSIONS_MOST)};
	s->institution = f->child.enrolment_count && !one_in(3)
			     ? f->child.enrolments[0].institution
			     : world.institutions[random_below(INSTITUTIONS)].id;
	for (size_t v = 0; v < s->versions; v++)
		s->status[v] = statuses[random_below(4)];
	f->nsheets++;
}

static inline struct marked marked_of(const struct child_fact *f, const struct sheet_fact *s,
				      size_t version)
{
	return (struct marked){.number = f->number,
			       .child = f->child.row.id,
			       .id = s->id,
			       .institution = s->institution,
			       .status = s->status[version],
			       .letter = s->letter};
}

/* One commit with this version of each sheet that has it; false if none has. */
static inline bool write_version(const struct child_fact *f, size_t version)
{
	struct buf text[SHEETS_MOST], path[SHEETS_MOST];
	struct change files[SHEETS_MOST];
	size_t n = 0;

	for (size_t i = 0; i < f->nsheets; i++) {
		struct marked m = marked_of(f, &f->sheets[i], version);

		buf_init(&text[i], 1 << 16);
		buf_init(&path[i], 256);
		if (version >= f->sheets[i].versions)
			continue;
		marked_text(&text[i], f->sheets[i].type, &m, (char)('1' + version));
		sheet_path(f->sheets[i].type->id, span_of(m.id), &path[i]);
		files[n++] = (struct change){buf_span(&path[i]), buf_span(&text[i])};
	}
	if (n)
		place_files(f->authors[version], f->child.row.id, version == 0, files, n);
	for (size_t i = 0; i < f->nsheets; i++) {
		buf_clear(&text[i]);
		buf_clear(&path[i]);
	}
	return n > 0;
}

static inline void write_sheets(struct child_fact *f)
{
	for (size_t v = 0; v < VERSIONS_MOST && write_version(f, v); v++)
		continue;
	index_files(f->child.row.id);
	for (size_t i = 0; i < f->nsheets; i++)
		for (size_t v = 0; v < f->sheets[i].versions; v++)
			assert_ok(version_number(app->db, span_of(f->child.row.id),
						 f->sheets[i].type->id, span_of(f->sheets[i].id),
						 (long long)v + 1, &f->sheets[i].rows[v]));
}

static inline void make_child(unsigned number)
{
	struct child_fact *f = &world.children[number];
	struct child *c = &f->child;

	*f = (struct child_fact){.number = number};
	snprintf(c->row.id, sizeof c->row.id, "c%09u", number);
	snprintf(c->row.name, sizeof c->row.name, "%s 子", mark_text(number, 'n', 'n', '0'));
	snprintf(c->row.kana, sizeof c->row.kana, "ひょう %04u", number);
	snprintf(c->row.born, sizeof c->row.born, "1999-09-09");
	snprintf(c->row.sex, sizeof c->row.sex, "other");
	for (int i = 0; i < VERSIONS_MOST; i++)
		f->authors[i] =
		    &world
			 .accounts[one_in(4) ? random_below(24) : 28 + random_below(ACCOUNTS - 28)];
	for (int n = between(0, 3); n > 0; n--)
		make_stay(c);
	for (int n = between(0, 2); n > 0; n--)
		make_guardian(c);
	for (int n = between(1, SHEETS_MOST); n > 0; n--)
		make_sheet_fact(f);
	for (int n = c->guardian_count ? between(0, 3) : 0; n > 0; n--)
		make_protection(f);
	assert_ok(child_put(app->db, &(struct child_all){.row = &c->row,
							 .enrolments = c->enrolments,
							 .enrolment_count = c->enrolment_count,
							 .guardians = c->guardians,
							 .guardian_count = c->guardian_count,
							 .protections = c->protections,
							 .protection_count = c->protection_count}));
	write_sheets(f);
}

#endif
