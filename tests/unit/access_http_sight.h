/* What the gate leaves of a row's sheets, by the columns of the decision and by nothing else. */
#ifndef KARTE_TESTS_UNIT_ACCESS_HTTP_SIGHT_H
#define KARTE_TESTS_UNIT_ACCESS_HTTP_SIGHT_H

#include "tests/unit/access_http_place.h"

struct sight {
	bool any;		     /* something may be seen … */
	uint32_t sections, writable; /* … of these sections, by their places in the type */
};

/* "shared:goals,health": only these sections of it. */
static inline enum relation find_relation(struct span name)
{
	static const char *const names[] = {[REL_NONE] = "none",
					    [REL_OWN] = "own",
					    [REL_SHARED] = "shared",
					    [REL_ELSEWHERE] = "elsewhere"};
	int i = REL_NONE;

	name = span_cut(&name, ':');
	while (i < REL_ELSEWHERE && !span_is(name, names[i]))
		i++;
	return (enum relation)i;
}

/* "contact,goals", or "-" */
static inline size_t put_ids(struct span list, char out[][ID_MAX + 1])
{
	size_t n = 0;

	while (list.p && !span_is(list, "-"))
		span_copy(span_cut(&list, ','), out[n++], ID_MAX + 1);
	return n;
}

static inline struct decision decision_of(const struct row *r)
{
	struct decision d = {.allow = r->allow,
			     .relation = find_relation(r->cell[RELATION]),
			     .as = role_find(r->cell[AS]),
			     .read_only = cell_is(r, MODE, "ro")};
	struct span only;

	only = r->cell[RELATION];
	span_cut(&only, ':');
	span_copy(only, d.only, sizeof d.only);
	d.nhidden = put_ids(r->cell[HIDDEN], d.hidden);
	d.nopened = put_ids(r->cell[OPENED], d.opened);
	return d;
}

static inline struct sight sight_of_view(const struct view *v)
{
	struct sight s = {.any = true};

	for (size_t i = 0; i < view_sections(v); i++) {
		const struct view_section *sec = view_section(v, i);
		const uint32_t bit = 1u << (sec->section - view_type(v)->sections);

		s.sections |= bit;
		s.writable |= sec->writable ? bit : 0;
	}
	return s;
}

static inline struct sight sight_by(const struct row *r, int sheet, const struct decision *d)
{
	struct marked m = marks_of_sheet(r, sheet);
	struct sheet *s = marked_sheet(r->type, &m, '1');
	struct sight sight = {.any = false};
	struct view *v = NULL;
	struct gate gate;

	gate_open(&gate, d, NULL, 0);
	if (redact_for(&v, s, &gate.reader) == ST_OK)
		sight = sight_of_view(v);
	view_free(v);
	sheet_free(s);
	return sight;
}

static inline struct sight sight_of(const struct row *r, int sheet)
{
	struct decision d = decision_of(r);

	return sight_by(r, sheet, &d);
}

/* For a row about writing: what may be read of its sheets. */
static inline struct sight sight_to_read(const struct row *r, int sheet)
{
	struct decision d = decide_sheet(r, ACT_SHEET_READ);

	return d.allow ? sight_by(r, sheet, &d) : (struct sight){.any = false};
}

/* Adds the marks of these sections. */
static inline void add_sections(struct marks *m, const struct row *r, int sheet, uint32_t sections,
				char version)
{
	for (unsigned i = 0; i < r->type->nsections; i++)
		if (sections & 1u << i)
			marks_add(m,
				  mark_of(r->line, sheets[sheet].letter, (char)('a' + i), version));
}

/* The same as it is stored now. */
static inline void add_stored(struct marks *m, const struct row *r, int sheet, uint32_t sections)
{
	for (unsigned i = 0; i < r->type->nsections; i++)
		if (sections & 1u << i)
			marks_add(m, mark_of(r->line, sheets[sheet].letter, (char)('a' + i),
					     r->stored[sheet][i]));
}

static inline void add_name(struct marks *m, const struct row *r)
{
	marks_add(m, mark_of(r->line, 'n', 'n', '0'));
}

static inline void add_title(struct marks *m, const struct row *r, int sheet)
{
	marks_add(m, mark_of(r->line, sheets[sheet].letter, 't', '0'));
}

#endif
