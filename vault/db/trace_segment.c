/* Segments: adding records to the newest one, writing and reading columns, taking records out. */
#include "vault/db/trace_impl.h"

#include <stdlib.h>
#include <string.h>

/* ---- a column and its bytes ---- */

static int width_of(uint64_t most)
{
	return most == 0 ? 0 : most <= 0xff ? 1 : most <= 0xffff ? 2 : most <= 0xffffffff ? 4 : 8;
}

uint64_t part_value(const struct part *p, size_t i)
{
	const unsigned char *b = (const unsigned char *)p->data.p + i * (size_t)p->width;
	uint64_t v = 0;

	for (int k = p->width; k-- > 0;)
		v = v << 8 | b[k];
	return p->base + v;
}

enum status trace_part(struct trace *t, long long segment, int column, size_t count,
		       struct part *out)
{
	sqlite3_stmt *s = trace_statement(t, S_PART_GET);

	sqlite3_bind_int64(s, 1, segment * COLUMN_ROOM + column);
	if (sqlite3_step(s) != SQLITE_ROW)
		return fail(ST_STALE, "trace.db: a column is missing");
	out->base = (uint64_t)sqlite3_column_int64(s, 0);
	out->width = sqlite3_column_int(s, 1);
	out->data = span_make(sqlite3_column_blob(s, 2), (size_t)sqlite3_column_bytes(s, 2));
	if (out->width < 0 || out->width > 8 || out->data.n != count * (size_t)out->width)
		return fail(ST_STALE, "trace.db: a column has another length");
	return ST_OK;
}

static enum status put_part(struct trace *t, const struct segment *seg, int column)
{
	static const unsigned char none[1];
	const uint64_t *v = seg->value[column];
	uint64_t least = v[0], most = v[0];
	unsigned char *bytes = NULL;
	size_t used = 0;
	sqlite3_stmt *s;
	enum status st;
	int width;

	for (size_t i = 1; i < seg->count; i++) {
		least = v[i] < least ? v[i] : least;
		most = v[i] > most ? v[i] : most;
	}
	width = width_of(most - least);
	if (width) {
		bytes = malloc(seg->count * (size_t)width);
		if (!bytes)
			return fail(ST_NOMEM, "no memory for a column");
		for (size_t i = 0; i < seg->count; i++)
			for (int k = 0; k < width; k++)
				bytes[used++] = (unsigned char)((v[i] - least) >> 8 * k);
	}
	s = trace_statement(t, S_PART_PUT);
	sqlite3_bind_int64(s, 1, seg->id * COLUMN_ROOM + column);
	sqlite3_bind_int64(s, 2, (sqlite3_int64)least);
	sqlite3_bind_int(s, 3, width);
	sqlite3_bind_blob(s, 4, bytes ? bytes : none, (int)used, SQLITE_STATIC);
	st = trace_run(t, s);
	free(bytes);
	return st;
}

/* ---- a segment ---- */

enum status segment_load(struct trace *t, long long id, size_t count, struct segment *out)
{
	enum status st = count && count <= SEGMENT
			     ? ST_OK
			     : fail(ST_STALE, "trace.db: a segment has another length");

	out->id = id;
	out->count = count;
	out->changed = false;
	for (int c = 0; c < COLUMNS && !st; c++) {
		struct part p;

		st = trace_part(t, id, c, count, &p);
		for (size_t i = 0; i < count && !st; i++)
			out->value[c][i] = part_value(&p, i);
	}
	sqlite3_reset(t->statement[S_PART_GET]);
	return st;
}

static enum status put_head(struct trace *t, const struct segment *seg)
{
	sqlite3_stmt *s = trace_statement(t, S_SEGMENT_PUT);
	size_t last = seg->count - 1;

	sqlite3_bind_int64(s, 1, seg->id);
	sqlite3_bind_int64(s, 2, (sqlite3_int64)seg->count);
	sqlite3_bind_int64(s, 3, (sqlite3_int64)seg->value[COLUMN_N][0]);
	sqlite3_bind_int64(s, 4, (sqlite3_int64)seg->value[COLUMN_N][last]);
	sqlite3_bind_int64(s, 5, (sqlite3_int64)seg->value[COLUMN_T][0]);
	sqlite3_bind_int64(s, 6, (sqlite3_int64)seg->value[COLUMN_T][last]);
	return trace_run(t, s);
}

static enum status drop_segment(struct trace *t, long long id)
{
	sqlite3_stmt *s = trace_statement(t, S_SEGMENT_DROP);
	enum status st;

	sqlite3_bind_int64(s, 1, id);
	st = trace_run(t, s);
	if (st)
		return st;
	s = trace_statement(t, S_PART_DROP);
	sqlite3_bind_int64(s, 1, id * COLUMN_ROOM);
	sqlite3_bind_int64(s, 2, (id + 1) * COLUMN_ROOM);
	return trace_run(t, s);
}

enum status segment_store(struct trace *t, struct segment *seg)
{
	enum status st;

	if (seg->count == 0)
		return drop_segment(t, seg->id);
	st = put_head(t, seg);
	for (int c = 0; c < COLUMNS && !st; c++)
		st = put_part(t, seg, c);
	seg->changed = false;
	return st;
}

enum status trace_flush(struct trace *t)
{
	return t->open && t->open->changed ? segment_store(t, t->open) : ST_OK;
}

/* ---- words ---- */

static size_t place_of(int field, struct span s)
{
	uint64_t h = 1469598103934665603u + (uint64_t)field; /* FNV-1a, 64 bits */

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
	return (size_t)(h ^ h >> 29) % KNOWN_WORDS;
}

static bool knows(const struct known_word *k, int field, struct span text)
{
	return k->id && k->field == field && span_eq(span_make(k->text, k->length), text);
}

static enum status first_free(struct trace *t, int field)
{
	sqlite3_stmt *s = trace_statement(t, S_WORD_ALL);

	sqlite3_bind_int(s, 1, field);
	if (sqlite3_step(s) != SQLITE_ROW)
		return trace_fail(t);
	t->next[field] = (uint64_t)sqlite3_column_int64(s, 0) + 1;
	sqlite3_reset(s);
	return ST_OK;
}

static enum status find_or_add(struct trace *t, int field, struct span text, uint64_t *id)
{
	sqlite3_stmt *s = trace_statement(t, S_WORD_FIND);
	enum status st = ST_OK;

	sqlite3_bind_int(s, 1, field);
	sqlite3_bind_text(s, 2, text.p, (int)text.n, SQLITE_STATIC);
	if (sqlite3_step(s) == SQLITE_ROW) {
		*id = (uint64_t)sqlite3_column_int64(s, 0);
		sqlite3_reset(s);
		return ST_OK;
	}
	sqlite3_reset(s);
	if (!t->next[field])
		st = first_free(t, field);
	if (st)
		return st;
	*id = t->next[field]++;
	s = trace_statement(t, S_WORD_ADD);
	sqlite3_bind_int(s, 1, field);
	sqlite3_bind_text(s, 2, text.p, (int)text.n, SQLITE_STATIC);
	sqlite3_bind_int64(s, 3, (sqlite3_int64)*id);
	return trace_run(t, s);
}

/* The id of a word; 0 for an absent one. */
static enum status intern(struct trace *t, int field, struct span text, uint64_t *id)
{
	struct known_word *k = &t->known[place_of(field, text)];
	enum status st;

	*id = 0;
	if (!text.n)
		return ST_OK;
	if (knows(k, field, text)) {
		*id = k->id;
		return ST_OK;
	}
	st = find_or_add(t, field, text, id);
	if (!st && text.n <= KNOWN_BYTES) {
		k->id = *id;
		k->field = (unsigned char)field;
		k->length = (unsigned char)text.n;
		memcpy(k->text, text.p, text.n);
	}
	return st;
}

/* ---- adding ---- */

static enum status open_newest(struct trace *t)
{
	sqlite3_stmt *s = trace_statement(t, S_LAST);
	long long id = 0;
	size_t count = 0;
	int rc = sqlite3_step(s);

	if (rc == SQLITE_ROW) {
		id = sqlite3_column_int64(s, 0);
		count = (size_t)sqlite3_column_int64(s, 1);
	}
	sqlite3_reset(s);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return trace_fail(t);
	t->open = malloc(sizeof *t->open);
	if (!t->open)
		return fail(ST_NOMEM, "no memory for a segment");
	t->open->id = id + 1;
	t->open->count = 0;
	t->open->changed = false;
	return id && count < SEGMENT ? segment_load(t, id, count, t->open) : ST_OK;
}

enum status trace_add(struct trace *t, const struct trace_row *row)
{
	struct segment *seg;
	enum status st = t->open ? ST_OK : open_newest(t);

	if (st)
		return st;
	seg = t->open;
	if (seg->count == SEGMENT) {
		st = trace_flush(t);
		seg->id++;
		seg->count = 0;
	}
	for (int f = 0; f < TRACE_FIELDS && !st; f++)
		st = intern(t, f, row->field[f], &seg->value[f][seg->count]);
	if (st)
		return st;
	seg->value[COLUMN_N][seg->count] = row->n;
	seg->value[COLUMN_T][seg->count] = (uint64_t)row->t;
	seg->value[COLUMN_CLASS][seg->count] = (uint64_t)row->class;
	seg->value[COLUMN_AT][seg->count] = row->at;
	seg->count++;
	seg->changed = true;
	return ST_OK;
}
