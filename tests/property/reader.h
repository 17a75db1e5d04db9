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

enum { CLOSED_MAX = 4, LISTED_MAX = 2 * TYPE_SECTIONS_MAX };

struct onlooker {
	struct reader who;
	enum sheet_status status;
	/* what else is given and taken: of which marks the words are, and which sections */
	const struct canary *closed[CLOSED_MAX];
	size_t nclosed;
	char texts[CLOSED_MAX][4 * MARK_MAX];
	struct span words[CLOSED_MAX], hidden[LISTED_MAX], opened[LISTED_MAX];
};

static inline struct onlooker onlooker_of(enum role role, enum relation rel, enum sheet_status st)
{
	return (struct onlooker){.who = {.role = role, .relation = rel}, .status = st};
}

static inline const char *describe(const struct onlooker *r)
{
	static const char *const relations[] = {"none", "own", "shared", "elsewhere"};
	static struct buf text;

	buf_clear(&text);
	buf_init(&text, 65536);
	buf_addf(&text, "%s, %s, %s%s", role_name(r->who.role), relations[r->who.relation],
		 sheet_status_name(r->status), r->who.read_only ? ", only to be read" : "");
	for (size_t i = 0; i < r->who.nhidden; i++)
		buf_addf(&text, " -%.*s", SPAN_ARG(r->who.hidden[i]));
	for (size_t i = 0; i < r->who.nopened; i++)
		buf_addf(&text, " +%.*s", SPAN_ARG(r->who.opened[i]));
	for (size_t i = 0; i < r->who.nwords; i++)
		buf_addf(&text, " \"%.*s\"", SPAN_ARG(r->who.words[i]));
	return buf_str(&text);
}

static inline bool listed(const struct span *ids, size_t n, struct span id)
{
	for (size_t i = 0; i < n; i++)
		if (span_eq(ids[i], id))
			return true;
	return false;
}

static inline bool may_read(const struct sheet_type *t, const struct section *s,
			    const struct onlooker *r)
{
	const struct reader *who = &r->who;
	const bool early = r->status == SHEET_DRAFT || r->status == SHEET_REVIEW;
	const bool writes = role_in(who->role, s->writers);

	if (who->role == ROLE_NOBODY || who->role == ROLE_AUDITOR || who->role == ROLE_ADMIN)
		return false;
	if (listed(who->hidden, who->nhidden, s->id))
		return false;
	if (s->unshared && who->relation != REL_OWN)
		return false;
	if (!writes && !role_in(who->role, s->readers) && !listed(who->opened, who->nopened, s->id))
		return false;
	if (who->role == ROLE_HOUSEHOLD)
		return who->relation == REL_OWN && (writes || !early);
	switch (who->relation) {
	case REL_OWN:
		return true;
	case REL_SHARED: /* while it is written, only those who write it together */
		return t->sharing != SHARING_NONE &&
		       (!early || (t->joint && (writes || role_in(who->role, t->writers))));
	case REL_ELSEWHERE:
		return t->sharing == SHARING_OPEN && !early;
	case REL_NONE:
		break;
	}
	return false;
}

/* A result is there only for whoever reads all that it is computed from. */
static inline bool may_read_field(const struct sheet_type *t, const struct field *f,
				  const struct onlooker *r)
{
	for (size_t i = 0; f->kind == F_COMPUTED && i < f->nof; i++)
		if (!may_read(t, f->of[i]->section, r))
			return false;
	return may_read(t, f->section, r);
}

static inline bool may_read_any(const struct sheet_type *t, const struct onlooker *r)
{
	for (size_t i = 0; i < t->nsections; i++)
		for (size_t k = 0; k < t->sections[i].nfields; k++)
			if (may_read_field(t, &t->sections[i].fields[k], r))
				return true;
	return false;
}

/* Is a word in this field of the sheet of this turn, or in what it rests on?  NULL: its title. */
static inline bool is_withheld(const struct sheet_type *t, const struct field *f, int turn,
			       const struct onlooker *r)
{
	for (size_t i = 0; i < r->nclosed; i++) {
		const struct canary *c = r->closed[i];

		if (c->turn != turn || c->type != t)
			continue;
		if (c->field == f)
			return true;
		for (size_t k = 0; f && f->kind == F_COMPUTED && k < f->nof; k++)
			if (c->field == f->of[k])
				return true;
	}
	return false;
}

static inline bool may_write(const struct sheet_type *t, const struct field *f, int turn,
			     const struct onlooker *r)
{
	const bool open =
	    r->status == SHEET_DRAFT || (r->status == SHEET_FINAL && r->who.role != ROLE_HOUSEHOLD);
	const bool near = r->who.relation == REL_OWN || (r->who.relation == REL_SHARED && t->joint);

	return open && near && !r->who.read_only && f->kind != F_COMPUTED &&
	       role_in(r->who.role, f->section->writers) && may_read(t, f->section, r) &&
	       !is_withheld(t, f, turn, r);
}

/* May this reader learn of the mark?  It is of a sheet, not of its type. */
static inline bool may_learn(const struct canary *c, const struct onlooker *r)
{
	return (c->section ? may_read(c->type, c->section, r) : may_read_any(c->type, r)) &&
	       !is_withheld(c->type, c->field, c->turn, r);
}

/* ---- readers to whom more is closed or opened ------------------------------------------------
 */

/* The mark as somebody might type it: in capitals, in full width, with spaces. */
static inline struct span disguise(const char *mark, char *out)
{
	const uint32_t way = (unsigned char)mark[0] < 0x80 ? random_below(4) : 0;
	struct buf b;
	struct span text = SPAN_NONE;

	buf_init(&b, 4 * MARK_MAX - 1);
	for (const char *p = mark; *p; p++) {
		if (way == 1)
			buf_addc(&b, (char)(*p - 'a' + 'A'));
		else if (way == 2)
			buf_addf(&b, "\xef\xbd%c", (char)(0x81 + *p - 'a'));
		else
			buf_addf(&b, "%c%s", *p, way == 3 && random_below(2) ? "　" : "");
	}
	if (span_copy(buf_span(&b), out, 4 * MARK_MAX))
		text = span_of(out);
	buf_clear(&b);
	return text;
}

/* Long enough not to be found by chance: letters, and days as people read them. */
static inline bool fit_for_word(const struct canary *c)
{
	return !c->label && (c->letters || (unsigned char)c->mark[0] >= 0x80);
}

static inline void list_some(const struct sheet_type *t, struct span *ids, size_t *n)
{
	for (size_t i = 0; i < t->nsections && *n < LISTED_MAX; i++)
		if (random_below(4) == 0)
			ids[(*n)++] = t->sections[i].id;
}

static inline void narrow(struct onlooker *r, const struct sheet_type *t)
{
	r->who.read_only = random_below(3) == 0;
	list_some(t, r->hidden, &r->who.nhidden);
	list_some(t, r->opened, &r->who.nopened);
	for (uint32_t tries = random_below(20); tries > 0 && r->nclosed < CLOSED_MAX; tries--) {
		const struct canary *c = &marks.list[random_below((uint32_t)marks.count)];

		if (!fit_for_word(c))
			continue;
		r->words[r->nclosed] = disguise(c->mark, r->texts[r->nclosed]);
		r->closed[r->nclosed++] = c;
	}
	r->who.hidden = r->hidden;
	r->who.opened = r->opened;
	r->who.words = r->words;
	r->who.nwords = r->nclosed;
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
			   const struct sheet_type *t, const struct onlooker *r)
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
