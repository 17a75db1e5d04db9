/* Retention: the records of a class and a time go, and every word that nothing else has. */
#include "vault/db/trace_impl.h"

#include <stdlib.h>
#include <string.h>

/* ---- records ---- */

static void copy_row(struct segment *s, size_t to, size_t from)
{
	for (int c = 0; c < COLUMNS && to != from; c++)
		s->value[c][to] = s->value[c][from];
}

static void take_out(struct segment *s, int class, int64_t from, int64_t to)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->count; i++) {
		int64_t t = (int64_t)s->value[COLUMN_T][i];

		if (s->value[COLUMN_CLASS][i] != (uint64_t) class || t < from || t >= to)
			copy_row(s, kept++, i);
	}
	s->changed = kept != s->count;
	s->count = kept;
}

struct place {
	long long id;
	size_t count;
};

/* The segments that a time touches; *out is the caller's. */
static enum status overlapping(struct trace *t, int64_t from, int64_t to, struct place **out,
			       size_t *count)
{
	sqlite3_stmt *s = trace_statement(t, S_OVERLAP);
	int rc;

	*out = NULL;
	*count = 0;
	sqlite3_bind_int64(s, 1, from);
	sqlite3_bind_int64(s, 2, to);
	while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
		struct place *more = reallocarray(*out, *count + 1, sizeof *more);

		if (!more)
			return fail(ST_NOMEM, "no memory for a list of segments");
		*out = more;
		more[(*count)++] =
		    (struct place){sqlite3_column_int64(s, 0), (size_t)sqlite3_column_int64(s, 1)};
	}
	sqlite3_reset(s);
	return rc == SQLITE_DONE ? ST_OK : trace_fail(t);
}

static enum status prune_records(struct trace *t, int class, int64_t from, int64_t to,
				 bool *changed)
{
	struct segment *seg = malloc(sizeof *seg);
	struct place *place = NULL;
	size_t count = 0;
	enum status st = seg ? ST_OK : fail(ST_NOMEM, "no memory for a segment");

	if (!st)
		st = overlapping(t, from, to, &place, &count);
	for (size_t i = 0; i < count && !st; i++) {
		st = segment_load(t, place[i].id, place[i].count, seg);
		if (!st)
			take_out(seg, class, from, to);
		if (st || !seg->changed)
			continue;
		*changed = true;
		st = segment_store(t, seg);
	}
	free(place);
	free(seg);
	return st;
}

/* ---- words ---- */

/* used[id] is set for each word of the field that a record has. */
static enum status words_in_use(struct trace *t, int field, const struct place *place,
				size_t segments, unsigned char *used, uint64_t most)
{
	enum status st = ST_OK;

	for (size_t s = 0; s < segments && !st; s++) {
		struct part p;

		st = trace_part(t, place[s].id, field, place[s].count, &p);
		for (size_t i = 0; i < place[s].count && !st; i++) {
			uint64_t id = part_value(&p, i);

			if (id > most)
				st = fail(ST_STALE, "trace.db: a word is missing");
			else
				used[id] = 1;
		}
	}
	sqlite3_reset(t->statement[S_PART_GET]);
	return st;
}

static enum status drop_word(struct trace *t, int field, struct span text)
{
	sqlite3_stmt *s = trace_statement(t, S_WORD_DROP);

	sqlite3_bind_int(s, 1, field);
	sqlite3_bind_text(s, 2, text.p, (int)text.n, SQLITE_STATIC);
	return trace_run(t, s);
}

static enum status drop_unused(struct trace *t, int field, const unsigned char *used)
{
	sqlite3_stmt *s = trace_statement(t, S_WORD_LIKE);
	struct buf
	    gone; /* texts, each with a byte of its end: the list is not changed while read */
	struct span rest;
	enum status st = ST_OK;

	buf_init(&gone, (size_t)1 << 30);
	sqlite3_bind_int(s, 1, field);
	while (sqlite3_step(s) == SQLITE_ROW)
		if (!used[sqlite3_column_int64(s, 0)]) {
			buf_add(&gone, sqlite3_column_text(s, 1),
				(size_t)sqlite3_column_bytes(s, 1));
			buf_addc(&gone, '\n'); /* no record has one */
		}
	if (sqlite3_reset(s) != SQLITE_OK)
		st = trace_fail(t);
	rest = buf_span(&gone);
	while (!st && rest.n)
		st = drop_word(t, field, span_cut(&rest, '\n'));
	if (!st)
		st = gone.st;
	buf_clear(&gone);
	return st;
}

static enum status prune_words(struct trace *t, int field, const struct place *place,
			       size_t segments)
{
	sqlite3_stmt *s = trace_statement(t, S_WORD_ALL);
	unsigned char *used;
	uint64_t most;
	enum status st;

	sqlite3_bind_int(s, 1, field);
	if (sqlite3_step(s) != SQLITE_ROW)
		return trace_fail(t);
	most = (uint64_t)sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	used = calloc(most + 1, 1);
	if (!used)
		return fail(ST_NOMEM, "no memory for words");
	st = words_in_use(t, field, place, segments, used, most);
	if (!st)
		st = drop_unused(t, field, used);
	free(used);
	return st;
}

enum status trace_prune(struct trace *t, int class, int64_t from, int64_t to)
{
	struct place *place = NULL;
	size_t count = 0;
	bool changed = false;
	enum status st = trace_flush(t);

	free(t->open); /* it may be one of those that change */
	t->open = NULL;
	memset(t->known, 0, KNOWN_WORDS * sizeof *t->known);
	memset(t->next, 0, sizeof t->next);
	if (!st)
		st = prune_records(t, class, from, to, &changed);
	if (!changed)
		return st;
	if (!st)
		st = overlapping(t, INT64_MIN, INT64_MAX, &place, &count);
	for (int f = 0; f < TRACE_FIELDS && !st; f++)
		st = prune_words(t, f, place, count);
	free(place);
	return st;
}
