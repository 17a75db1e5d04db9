/* Readers, what they may read by a second telling of the rule, and the look at one output. */
#ifndef KARTE_TESTS_PROPERTY_READER_H
#define KARTE_TESTS_PROPERTY_READER_H

#include "generator/base/file.h"
#include "generator/render/theme.h"
#include "generator/role/redact.h"
#include "tests/property/fill.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/random.h>
#include <unistd.h>

/* after all others: it has a macro fail */
#include <cmocka.h>

enum { ROOM = 64 * 1024 * 1024 };

static const char *const folders[] = {"content/types", "tests/property/types", "tests/sheets/types",
				      "tests/render/types"};
enum { FOLDERS = sizeof folders / sizeof *folders };

static struct types *types[FOLDERS];
static struct theme *theme;
static char folder[512];
static struct canaries marks;
static struct buf output, folded, file, said;

static inline void load_types(int i)
{
	struct problems ps;
	struct buf text;

	problems_init(&ps);
	buf_init(&text, 65536);
	if (types_load(&types[i], folders[i], &ps)) {
		problems_print(&ps, &text);
		fail_msg("%s", buf_str(&text));
	}
	problems_clear(&ps);
	buf_clear(&text);
}

static inline int set_up(void **state)
{
	const char *under = getenv("TMPDIR"), *seed = getenv("KARTE_SEED");

	(void)state;
	if (seed)
		random_state = strtoull(seed, NULL, 10);
	else if (getrandom(&random_state, sizeof random_state, 0) != sizeof random_state)
		return -1;
	print_message("KARTE_SEED=%llu\n", (unsigned long long)random_state);
	snprintf(folder, sizeof folder, "%s/karte-canary-XXXXXX", under ? under : "/tmp");
	assert_non_null(mkdtemp(folder));
	for (int i = 0; i < FOLDERS; i++)
		load_types(i);
	assert_int_equal(theme_load(&theme, "themes/standard", NULL), ST_OK);
	buf_init(&output, ROOM);
	buf_init(&folded, ROOM);
	buf_init(&file, ROOM);
	buf_init(&said, ROOM);
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	for (int i = 0; i < FOLDERS; i++)
		types_free(types[i]);
	theme_free(theme);
	buf_clear(&output);
	buf_clear(&folded);
	buf_clear(&file);
	buf_clear(&said);
	return file_remove_tree(folder) ? -1 : 0;
}

/* ---- who may read what: the rule once more, in other words ----------------------------------
 */

struct reader {
	enum role role;
	enum relation rel;
	enum sheet_status status;
};

static inline const char *describe(const struct reader *r)
{
	static const char *const relations[] = {"none", "own", "shared", "elsewhere"};
	static char text[100];

	snprintf(text, sizeof text, "%s, %s, %s", role_name(r->role), relations[r->rel],
		 sheet_status_name(r->status));
	return text;
}

static inline bool several(role_set roles)
{
	int n = 0;

	for (int r = 0; r < ROLE_COUNT; r++)
		n += role_in((enum role)r, roles) && r != ROLE_HOUSEHOLD;
	return n > 1;
}

static inline bool may_read(const struct sheet_type *t, const struct section *s,
			    const struct reader *r)
{
	const bool early = r->status == SHEET_DRAFT || r->status == SHEET_REVIEW;
	const bool writes = role_in(r->role, s->writers);

	if (r->role == ROLE_NOBODY || r->role == ROLE_AUDITOR || r->role == ROLE_ADMIN)
		return false;
	if (!writes && !role_in(r->role, s->readers))
		return false;
	if (r->role == ROLE_HOUSEHOLD)
		return r->rel == REL_OWN && (writes || !early);
	switch (r->rel) {
	case REL_OWN:
		return true;
	case REL_SHARED: /* while it is written, only those who write it together */
		return t->sharing != SHARING_NONE &&
		       (!early || (several(t->writers) && role_in(r->role, t->writers)));
	case REL_ELSEWHERE:
		return t->sharing == SHARING_OPEN && !early;
	case REL_NONE:
		break;
	}
	return false;
}

static inline bool may_read_any(const struct sheet_type *t, const struct reader *r)
{
	for (size_t i = 0; i < t->nsections; i++)
		if (may_read(t, &t->sections[i], r))
			return true;
	return false;
}

/* ---- looking --------------------------------------------------------------------------------
 */

enum wants { NOTHING, LETTERS_OF_FIELDS, LETTERS_OF_NOW, ALL_OF_NOW, ALL_OF_BOTH };

static inline bool wanted(const struct canary *c, enum wants w)
{
	if (!c->seen || !c->shown || w == NOTHING || (w != ALL_OF_BOTH && c->turn != 0))
		return false;
	if (w == LETTERS_OF_FIELDS && !c->section)
		return false;
	return w > LETTERS_OF_NOW || c->letters;
}

/* What stands around a mark, in whole characters, for whoever has to find out how it came there. */
static inline struct span around(struct span text, const struct canary *c)
{
	long at = span_find(text, span_of(c->mark));
	size_t from = at > 40 ? (size_t)at - 40 : 0, to = (size_t)at + c->len + 40;

	if (at < 0)
		return SPAN_NONE;
	while ((text.p[from] & 0xc0) == 0x80)
		from++;
	to = to < text.n ? to : text.n;
	while (to < text.n && (text.p[to] & 0xc0) == 0x80)
		to++;
	return span_make(text.p + from, to - from);
}

/* Text in lower case; each mark in it must be one that is seen, and no wanted one may lack. */
static inline void look_at(const char *what, struct span text, bool raw, enum wants w,
			   const struct sheet_type *t, const struct reader *r)
{
	canaries_search(&marks, text, raw);
	for (size_t i = 0; i < marks.count; i++) {
		const struct canary *c = &marks.list[i];
		struct span where = c->section ? c->section->id : SPAN("title");

		if (c->met && !c->seen)
			fail_msg("%.*s for %s: %s shows \"%s\" of %.*s: %.*s", SPAN_ARG(t->id),
				 describe(r), what, c->mark, SPAN_ARG(where),
				 SPAN_ARG(around(text, c)));
		if (!c->met && wanted(c, w))
			fail_msg("%.*s for %s: %s lacks \"%s\" of %.*s", SPAN_ARG(t->id),
				 describe(r), what, c->mark, SPAN_ARG(where));
	}
}

#endif
