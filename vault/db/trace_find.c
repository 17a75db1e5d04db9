/* Searching: a mark for each record of a segment, cleared by one condition after the other. */
#include "vault/db/trace_impl.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_FIELDS = 3 };

/* Words that are let through: one of them (set NULL), or those whose byte in the set is 1. */
struct pass {
	int field;
	uint64_t id; /* of the one; UINT64_MAX: there is no such word */
	unsigned char *set;
	uint64_t most; /* last of the set */
};

/* Any of the passes. */
struct condition {
	struct pass pass[WORD_FIELDS];
	size_t count;
};

struct finding {
	struct trace *t;
	const struct trace_query *q;
	struct condition condition[TRACE_FIELDS + 1];
	size_t conditions;
	bool nothing; /* a word of the query stands in no record */
	unsigned char mark[SEGMENT], any[SEGMENT];
	struct trace_hit *hit;
	size_t count, room;
};

struct head {
	long long id;
	size_t count;
	uint64_t n0, n1;
	int64_t t0, t1;
};

/* ---- what the query means in ids ---- */

static bool has_part(struct span text, struct span part)
{
	for (size_t i = 0; i + part.n <= text.n; i++) {
		size_t k = 0;

		while (k < part.n &&
		       tolower((unsigned char)text.p[i + k]) == tolower((unsigned char)part.p[k]))
			k++;
		if (k == part.n)
			return true;
	}
	return false;
}

static enum status one_word(struct trace *t, int field, struct span text, struct pass *out)
{
	sqlite3_stmt *s = trace_statement(t, S_WORD_FIND);
	int rc;

	*out = (struct pass){.field = field, .id = UINT64_MAX};
	sqlite3_bind_int(s, 1, field);
	sqlite3_bind_text(s, 2, text.p, (int)text.n, SQLITE_STATIC);
	rc = sqlite3_step(s);
	if (rc == SQLITE_ROW)
		out->id = (uint64_t)sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? ST_OK : trace_fail(t);
}

static enum status most_of(struct trace *t, int field, uint64_t *out)
{
	sqlite3_stmt *s = trace_statement(t, S_WORD_ALL);

	sqlite3_bind_int(s, 1, field);
	if (sqlite3_step(s) != SQLITE_ROW)
		return trace_fail(t);
	*out = (uint64_t)sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	return ST_OK;
}

/* Words that begin with a text, or have it anywhere. */
static enum status many_words(struct trace *t, int field, struct span text, bool anywhere,
			      struct pass *out)
{
	sqlite3_stmt *s;
	bool some = false;
	enum status st;

	*out = (struct pass){.field = field, .id = UINT64_MAX};
	st = most_of(t, field, &out->most);
	if (st)
		return st;
	out->set = calloc(out->most + 1, 1);
	if (!out->set)
		return fail(ST_NOMEM, "no memory for words");
	s = trace_statement(t, S_WORD_LIKE);
	sqlite3_bind_int(s, 1, field);
	while (sqlite3_step(s) == SQLITE_ROW) {
		uint64_t id = (uint64_t)sqlite3_column_int64(s, 0);
		struct span word = span_make((const char *)sqlite3_column_text(s, 1),
					     (size_t)sqlite3_column_bytes(s, 1));

		if (id <= out->most && (anywhere ? has_part(word, text) : span_starts(word, text)))
			out->set[id] = 1;
		some |= id <= out->most && out->set[id];
	}
	if (sqlite3_reset(s) != SQLITE_OK)
		return trace_fail(t);
	if (!some) {
		free(out->set);
		out->set = NULL;
	}
	return ST_OK;
}

static void add_condition(struct finding *f, const struct condition *c)
{
	bool possible = false;

	for (size_t i = 0; i < c->count; i++)
		possible |= c->pass[i].set || c->pass[i].id != UINT64_MAX;
	f->nothing |= !possible;
	f->condition[f->conditions++] = *c;
}

static enum status understand_word(struct finding *f)
{
	struct condition c = {.count = WORD_FIELDS};
	struct span word = f->q->word;
	enum status st = many_words(f->t, TRACE_OBJECT, word, true, &c.pass[0]);

	if (!st)
		st = many_words(f->t, TRACE_REASON, word, true, &c.pass[1]);
	if (!st)
		st = one_word(f->t, TRACE_ACCOUNT, word, &c.pass[2]);
	add_condition(f, &c); /* with what must be freed, whatever happened */
	return st;
}

/* Rare fields first: the walk over a segment ends when no mark is left. */
static enum status understand(struct finding *f)
{
	static const enum trace_field order[TRACE_FIELDS] = {
	    TRACE_VERSION, TRACE_CHILD,	      TRACE_OBJECT,   TRACE_ACCOUNT, TRACE_EVENT,
	    TRACE_REASON,  TRACE_INSTITUTION, TRACE_DECISION, TRACE_ROLE};
	enum status st = ST_OK;

	for (size_t i = 0; i < TRACE_FIELDS && !st; i++) {
		struct span text = f->q->field[order[i]];
		struct condition c = {.count = 1};

		if (!text.n)
			continue;
		if (order[i] == TRACE_EVENT && text.p[text.n - 1] == '.')
			st = many_words(f->t, TRACE_EVENT, text, false, &c.pass[0]);
		else
			st = one_word(f->t, (int)order[i], text, &c.pass[0]);
		add_condition(f, &c);
	}
	return st || !f->q->word.n ? st : understand_word(f);
}

/* ---- one segment ---- */

#define EQUAL(type)                                                                                \
	for (size_t i = 0; i < count; i++) {                                                       \
		type v_;                                                                           \
		memcpy(&v_, p->data.p + i * sizeof v_, sizeof v_);                                 \
		any[i] |= v_ == (type)want;                                                        \
	}

/* any[i] is set where the record's word is this one. */
static void mark_equal(const struct part *p, size_t count, uint64_t id, unsigned char *any)
{
	uint64_t want = id - p->base;

	if (id < p->base || (p->width < 8 && want >> 8 * p->width))
		return;
	if (p->width == 0)
		memset(any, 1, count);
	else if (p->width == 1)
		EQUAL(uint8_t)
	else if (p->width == 2 && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
		EQUAL(uint16_t)
	else if (p->width == 4 && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
		EQUAL(uint32_t)
	else
		for (size_t i = 0; i < count; i++)
			any[i] |= part_value(p, i) == id;
}

static void mark_set(const struct part *p, size_t count, const struct pass *pass,
		     unsigned char *any)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t id = part_value(p, i);

		any[i] |= id <= pass->most && pass->set[id];
	}
}

static enum status apply(struct finding *f, const struct head *h, const struct condition *c,
			 bool *left)
{
	enum status st = ST_OK;

	memset(f->any, 0, h->count);
	for (size_t i = 0; i < c->count && !st; i++) {
		const struct pass *pass = &c->pass[i];
		struct part p;

		if (!pass->set && pass->id == UINT64_MAX)
			continue;
		st = trace_part(f->t, h->id, pass->field, h->count, &p);
		if (!st && pass->set)
			mark_set(&p, h->count, pass, f->any);
		else if (!st)
			mark_equal(&p, h->count, pass->id, f->any);
	}
	*left = false;
	for (size_t i = 0; i < h->count && !st; i++)
		*left |= f->mark[i] &= f->any[i];
	return st;
}

static enum status apply_classes(struct finding *f, const struct head *h)
{
	struct part p;
	enum status st;

	if (!f->q->classes)
		return ST_OK;
	st = trace_part(f->t, h->id, COLUMN_CLASS, h->count, &p);
	for (size_t i = 0; i < h->count && !st; i++)
		f->mark[i] &= f->q->classes >> part_value(&p, i) & 1;
	return st;
}

/* Only at the edges of what is asked for. */
static enum status apply_edges(struct finding *f, const struct head *h)
{
	uint64_t upto = f->q->upto ? f->q->upto : UINT64_MAX;
	int64_t to = f->q->to ? f->q->to : INT64_MAX;
	struct part p;
	enum status st = ST_OK;

	if (h->n0 < f->q->after || h->n1 >= upto) {
		st = trace_part(f->t, h->id, COLUMN_N, h->count, &p);
		for (size_t i = 0; i < h->count && !st; i++) {
			uint64_t n = part_value(&p, i);

			f->mark[i] &= n >= f->q->after && n < upto;
		}
	}
	if (!st && (h->t0 < f->q->from || h->t1 >= to)) {
		st = trace_part(f->t, h->id, COLUMN_T, h->count, &p);
		for (size_t i = 0; i < h->count && !st; i++) {
			int64_t at = (int64_t)part_value(&p, i);

			f->mark[i] &= at >= f->q->from && at < to;
		}
	}
	return st;
}

/* ---- what was found ---- */

static enum status add_hit(struct finding *f, size_t i)
{
	struct trace_hit *more = f->hit;

	if (f->count == f->room) {
		f->room = f->room ? 2 * f->room : 128;
		more = reallocarray(f->hit, f->room, sizeof *more);
		if (!more)
			return fail(ST_NOMEM, "no memory for what was found");
		f->hit = more;
	}
	more[f->count++] = (struct trace_hit){.n = i};
	return ST_OK;
}

static enum status fill(struct finding *f, const struct head *h, size_t from, int column)
{
	struct part p;
	enum status st = trace_part(f->t, h->id, column, h->count, &p);

	for (size_t k = from; k < f->count && !st; k++) {
		struct trace_hit *hit = &f->hit[k];
		/* the place in the segment stays in n until the last column */
		uint64_t v = part_value(&p, (size_t)hit->n);

		if (column == COLUMN_T)
			hit->t = (int64_t)v;
		else if (column == COLUMN_CLASS)
			hit->class = (int)v;
		else if (column == COLUMN_AT)
			hit->at = v;
		else
			hit->n = v;
	}
	return st;
}

static bool is_full(const struct finding *f)
{
	return f->q->limit && f->count == f->q->limit;
}

static enum status collect(struct finding *f, const struct head *h)
{
	static const int columns[] = {COLUMN_T, COLUMN_CLASS, COLUMN_AT, COLUMN_N};
	size_t from = f->count;
	enum status st = ST_OK;

	for (size_t k = 0; k < h->count && !st && !is_full(f); k++) {
		size_t i = f->q->oldest_first ? k : h->count - 1 - k;

		if (f->mark[i])
			st = add_hit(f, i);
	}
	for (size_t c = 0; c < 4 && !st && f->count > from; c++)
		st = fill(f, h, from, columns[c]);
	return st;
}

static enum status find_in(struct finding *f, const struct head *h)
{
	bool left = true;
	enum status st;

	if (h->count == 0 || h->count > SEGMENT)
		return fail(ST_STALE, "trace.db: a segment has another length");
	memset(f->mark, 1, h->count);
	st = apply_edges(f, h);
	if (!st)
		st = apply_classes(f, h);
	for (size_t i = 0; i < f->conditions && !st && left; i++)
		st = apply(f, h, &f->condition[i], &left);
	return st || !left ? st : collect(f, h);
}

static enum status find_all(struct finding *f)
{
	const struct trace_query *q = f->q;
	sqlite3_stmt *s = trace_statement(f->t, q->oldest_first ? S_OLDEST : S_NEWEST);
	enum status st = ST_OK;
	int rc = SQLITE_ROW;

	sqlite3_bind_int64(s, 1, q->from);
	sqlite3_bind_int64(s, 2, q->to ? q->to : INT64_MAX);
	sqlite3_bind_int64(s, 3, (sqlite3_int64)q->after);
	sqlite3_bind_int64(s, 4, q->upto ? (sqlite3_int64)q->upto : INT64_MAX);
	while (!st && !is_full(f) && (rc = sqlite3_step(s)) == SQLITE_ROW) {
		const struct head h = {
		    sqlite3_column_int64(s, 0),		  (size_t)sqlite3_column_int64(s, 1),
		    (uint64_t)sqlite3_column_int64(s, 2), (uint64_t)sqlite3_column_int64(s, 3),
		    sqlite3_column_int64(s, 4),		  sqlite3_column_int64(s, 5)};

		st = find_in(f, &h);
	}
	if (!st && rc != SQLITE_ROW && rc != SQLITE_DONE)
		st = trace_fail(f->t);
	sqlite3_reset(s);
	sqlite3_reset(f->t->statement[S_PART_GET]);
	return st;
}

enum status trace_find(struct trace *t, const struct trace_query *q, struct trace_hit **out,
		       size_t *count)
{
	struct finding *f = calloc(1, sizeof *f);
	enum status st;

	*out = NULL;
	*count = 0;
	if (!f)
		return fail(ST_NOMEM, "no memory for a search");
	f->t = t;
	f->q = q;
	pthread_mutex_lock(&t->lock);
	/* one moment for words and records */
	st = sqlite3_exec(t->handle, "BEGIN", NULL, NULL, NULL) ? trace_fail(t) : ST_OK;
	if (!st)
		st = understand(f);
	if (!st && !f->nothing)
		st = find_all(f);
	sqlite3_exec(t->handle, "COMMIT", NULL, NULL, NULL);
	pthread_mutex_unlock(&t->lock);
	for (size_t i = 0; i < f->conditions; i++)
		for (size_t k = 0; k < f->condition[i].count; k++)
			free(f->condition[i].pass[k].set);
	if (st) {
		free(f->hit);
	} else {
		*out = f->hit;
		*count = f->count;
	}
	free(f);
	return st;
}
