#include "vault/flow/shield.h"

#include "generator/base/text.h"

#include <stdio.h>

/* Spans into a buffer that may still grow would break: first where each word lies. */
struct loading {
	struct shield *shield;
	const struct shield_facts *facts;
	const char *guardian; /* NULL: the words that are kept from any of them */
	size_t given;	      /* words that the protections say; the rest follows from them */
	size_t from[SHIELD_WORDS], len[SHIELD_WORDS];
};

static enum status add_word(struct loading *l, const char *word)
{
	struct shield *s = l->shield;

	if (s->nwords == SHIELD_WORDS)
		return fail(ST_TOOBIG, "too many protections");
	l->from[s->nwords] = s->text.len;
	l->len[s->nwords++] = strlen(word);
	buf_adds(&s->text, word);
	return s->text.st;
}

/* One institution is hidden by its number, by its name, and everything that it wrote is. */
static enum status add_institution(struct loading *l, const char *id, struct institution *i)
{
	struct shield *s = l->shield;
	enum status st;

	*i = (struct institution){.into = ""};
	if (shield_hides_institution(s, id))
		return ST_OK;
	if (s->ninstitutions == SHIELD_INSTITUTIONS)
		return fail(ST_TOOBIG, "too many protections");
	span_copy(span_of(id), s->institutions[s->ninstitutions++], ID_MAX + 1);
	st = add_word(l, id);
	if (st)
		return st;
	st = l->facts->institution(l->facts->ctx, span_of(id), i);
	return st == ST_NOTFOUND ? ST_OK : st ? st : add_word(l, i->name);
}

/* And after a merger the one that goes on in its place: the child goes there, too. */
static enum status add_school(struct loading *l, const char *id)
{
	char now[ID_MAX + 1];
	struct institution i;
	enum status st = ST_OK;

	span_copy(span_of(id), now, sizeof now);
	while (now[0] && !st) {
		st = add_institution(l, now, &i);
		memcpy(now, i.into, sizeof now);
	}
	return st;
}

static enum status add_sheet(struct loading *l, const char *name)
{
	struct shield *s = l->shield;

	if (s->nsheets == SHIELD_SHEETS)
		return fail(ST_TOOBIG, "too many protections");
	span_copy(span_of(name), s->sheets[s->nsheets++], sizeof s->sheets[0]);
	return ST_OK;
}

static enum status take(void *ctx, const struct protection *p)
{
	struct loading *l = ctx;

	bool named = strcmp(p->kind, "school") == 0 || strcmp(p->kind, "sheet") == 0;

	if (!l->guardian)
		return named ? ST_OK : add_word(l, p->value);
	if (strcmp(p->guardian, l->guardian) != 0)
		return ST_OK;
	if (strcmp(p->kind, "school") == 0)
		return add_school(l, p->value);
	if (strcmp(p->kind, "sheet") == 0)
		return add_sheet(l, p->value);
	return add_word(l, p->value);
}

/* Folded as the gate folds; what cannot be looked through is not said. */
static bool has_word(struct span text, struct span word)
{
	struct buf key, part;
	bool found;

	buf_init(&key, 64 * 1024);
	buf_init(&part, 16 * 1024);
	text_search_key(text, &key);
	text_search_key(word, &part);
	found =
	    key.st || part.st || (part.len > 0 && span_find(buf_span(&key), buf_span(&part)) >= 0);
	buf_clear(&key);
	buf_clear(&part);
	return found;
}

static struct span word_at(const struct loading *l, size_t i)
{
	return span_make(l->shield->text.data + l->from[i], l->len[i]);
}

/* Sheets name an institution by its number: a name with a word in it must not come out of that. */
static enum status add_if_named(void *ctx, const struct institution *i)
{
	struct loading *l = ctx;
	bool named = false;

	for (size_t w = 0; w < l->given && !named; w++)
		named = has_word(span_of(i->name), word_at(l, w));
	return named && !shield_hides_institution(l->shield, i->id) ? add_word(l, i->id) : ST_OK;
}

enum status shield_load_from(struct shield *s, const struct shield_facts *f,
			     const struct account *who)
{
	struct loading l = {s, f, who ? who->id : "", 0, {0}, {0}};
	enum status st;

	*s = (struct shield){.nwords = 0};
	buf_init(&s->text, 64 * 1024);
	if (!who || (who->role != ROLE_HOUSEHOLD && who->role != ROLE_AUDITOR))
		return ST_OK;
	if (who->role == ROLE_AUDITOR)
		l.guardian = NULL;
	st = f->protections(f->ctx, take, &l);
	l.given = s->nwords;
	if (!st && l.given)
		st = f->institutions(f->ctx, add_if_named, &l);
	for (size_t i = 0; i < s->nwords && !st; i++)
		s->words[i] = word_at(&l, i);
	return st;
}

/* ---- from the index ------------------------------------------------------------------------ */

struct of_index {
	struct db *db;
	struct span child;
};

static enum status
index_protections(void *ctx, enum status (*each)(void *, const struct protection *), void *arg)
{
	const struct of_index *i = ctx;

	return i->child.n ? child_protections(i->db, i->child, each, arg) : ST_OK;
}

static enum status index_institution(void *ctx, struct span id, struct institution *out)
{
	const struct of_index *i = ctx;

	return institution_get(i->db, id, out);
}

static enum status
index_institutions(void *ctx, enum status (*each)(void *, const struct institution *), void *arg)
{
	const struct of_index *i = ctx;

	return institution_each(i->db, each, arg);
}

enum status shield_load(struct shield *s, struct app *app, struct span child,
			const struct account *who)
{
	struct of_index index = {app->db, child};
	const struct shield_facts facts = {&index, index_protections, index_institution,
					   index_institutions};

	return shield_load_from(s, &facts, who);
}

void shield_clear(struct shield *s)
{
	buf_clear(&s->text);
	s->nwords = s->ninstitutions = s->nsheets = 0;
}

bool shield_hides_institution(const struct shield *s, const char *institution)
{
	for (size_t i = 0; i < s->ninstitutions; i++)
		if (strcmp(s->institutions[i], institution) == 0)
			return true;
	return false;
}

bool shield_hides_account(const struct shield *s, const struct account *a)
{
	return a->staff && shield_hides_institution(s, a->institution);
}

struct span shield_say(const struct shield *s, struct span text, struct span instead)
{
	for (size_t i = 0; i < s->nwords; i++)
		if (has_word(text, s->words[i]))
			return instead;
	return text;
}

struct span shield_place(const struct shield *s, const struct institution *i)
{
	struct span instead = span_of(SHIELD_PLACE);

	return shield_hides_institution(s, i->id) ? instead
						  : shield_say(s, span_of(i->name), instead);
}

struct span shield_person(const struct shield *s, const struct account *a)
{
	return shield_hides_account(s, a) ? SPAN_NONE : shield_say(s, span_of(a->name), SPAN_NONE);
}

bool shield_hides_sheet(const struct shield *s, const struct sheet_row *row)
{
	char name[2 * ID_MAX + 2];

	if (shield_hides_institution(s, row->institution))
		return true;
	snprintf(name, sizeof name, "%s/%s", row->type, row->id);
	for (size_t i = 0; i < s->nsheets; i++)
		if (strcmp(s->sheets[i], name) == 0)
			return true;
	return false;
}
