/* 「この人として見る」: what an administrator is told that somebody can reach, against the model.
 */
#ifndef KARTE_TESTS_UNIT_PROPERTY_ACCESS_REACH_H
#define KARTE_TESTS_UNIT_PROPERTY_ACCESS_REACH_H

#include "tests/unit/property_access_model.h"
#include "vault/flow/reach_of.h"

enum { TITLES_MAX = 1024 };

/* What was told of one account. */
static struct told {
	bool karte[CHILDREN], sheet[CHILDREN][SHEETS_MOST];
	char reads[CHILDREN][SHEETS_MOST][TITLES_MAX], writes[CHILDREN][SHEETS_MOST][TITLES_MAX];
} told;

static inline size_t place_of_sheet(const struct child_fact *f, const struct sheet_row *r)
{
	size_t i = 0;

	while (i < f->nsheets &&
	       (!span_is(f->sheets[i].type->id, r->type) || strcmp(f->sheets[i].id, r->id) != 0))
		i++;
	assert_true(i < f->nsheets);
	return i;
}

static inline enum status hear(void *ctx, const struct reach_line *l)
{
	const size_t c = strtoul(l->child->id + 1, NULL, 10);

	(void)ctx;
	assert_true(c < CHILDREN);
	if (l->sheet) {
		const size_t s = place_of_sheet(&world.children[c], l->sheet);

		told.sheet[c][s] = true;
		span_copy(l->reads.n ? l->reads : SPAN(""), told.reads[c][s], TITLES_MAX);
		span_copy(l->writes.n ? l->writes : SPAN(""), told.writes[c][s], TITLES_MAX);
	} else {
		told.karte[c] = true;
	}
	return ST_OK;
}

/* Titles of sections with 、 between; only those that may be written, if asked. */
static inline void join_titles(const struct view *v, bool writable, char out[static TITLES_MAX])
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; v && i < view_sections(v); i++) {
		const struct view_section *s = view_section(v, i);

		if (!writable || s->writable)
			n += (size_t)snprintf(out + n, TITLES_MAX - n, "%s%.*s", n ? "、" : "",
					      SPAN_ARG(s->section->title));
	}
}

static inline void compare_sheet(const struct standpoint *s, size_t c, size_t k)
{
	const struct sheet_fact *sheet = &s->child->sheets[k];
	struct decision read = decide_sheet(s, ACT_SHEET_READ, sheet);
	struct decision write = decide_sheet(s, ACT_SHEET_WRITE, sheet);
	struct view *v = view_of(s, &read, sheet, sheet->versions - 1);
	struct view *w = view_of(s, &write, sheet, sheet->versions - 1);
	char reads[TITLES_MAX], writes[TITLES_MAX];

	join_titles(v, false, reads);
	join_titles(w, true, writes);
	if (told.sheet[c][k] != (v || writes[0]) || strcmp(told.reads[c][k], reads) != 0 ||
	    strcmp(told.writes[c][k], writes) != 0)
		fail_msg("%s can read \"%s\" and write \"%s\" of %.*s/%s of %s, not \"%s\" and "
			 "\"%s\"",
			 s->who->id, reads, writes, SPAN_ARG(sheet->type->id), sheet->id,
			 s->child->child.row.id, told.reads[c][k], told.writes[c][k]);
	view_free(v);
	view_free(w);
}

static inline void compare_child(const struct account *who, size_t c)
{
	static struct standpoint s;

	stand(&s, who, &world.children[c]);
	if (told.karte[c] != decide_child(&s, ACT_CHILD_READ).allow)
		fail_msg("%s: the karte of %s is %s", who->id, s.child->child.row.id,
			 told.karte[c] ? "not to be seen" : "left out");
	for (size_t k = 0; k < s.child->nsheets; k++)
		compare_sheet(&s, c, k);
}

static inline void compare_reach(const struct account *who)
{
	struct account stored;

	memset(&told, 0, sizeof told);
	assert_ok(account_get(app->db, span_of(who->id), &stored));
	assert_ok(reach_of(app, &stored, (int64_t)time(NULL), hear, NULL));
	for (size_t c = 0; c < CHILDREN; c++)
		compare_child(who, c);
}

#endif
