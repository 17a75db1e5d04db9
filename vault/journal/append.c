/* Appending: many callers, one sync (group commit). */
#include "vault/journal/journal_impl.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* n, the time and what surrounds them in a line, at most. */
enum { HEAD_MAX = 64 };

struct line {
	int class;
	int64_t t;
	struct span text; /* record without newline, in `lines` */
};

static int64_t not_before(int64_t t, int64_t last)
{
	if (t == 0)
		t = (int64_t)time(NULL);
	return t < last ? last : t;
}

/* Numbers and times are given here; the lines of the batch follow each other in *lines. */
static enum status write_lines(struct journal *j, struct turn **batch, size_t count,
			       struct buf *lines, struct line *out)
{
	int64_t t = j->last_t;

	for (size_t i = 0; i < count; i++) {
		struct turn *turn = batch[i];
		size_t from;

		t = not_before(turn->t, t);
		turn->n = j->tree.size + i;
		buf_adds(lines, record_class_name(turn->class));
		buf_addc(lines, ' ');
		from = lines->len;
		record_write_head(lines, turn->n, t);
		buf_addspan(lines, turn->rest);
		out[i] = (struct line){turn->class, t, {NULL, lines->len - from}};
		buf_addc(lines, '\n');
	}
	return lines->st;
}

/* The lines are where they were written, each behind the name of its class. */
static void find_lines(const struct buf *lines, struct line *line, size_t count)
{
	size_t at = 0;

	for (size_t i = 0; i < count; i++) {
		at += strlen(record_class_name(line[i].class)) + 1;
		line[i].text.p = lines->data + at;
		at += line[i].text.n + 1;
	}
}

/* From here on the records count.  What fails now is done again from tail, at the next turn. */
static void apply(struct journal *j, const struct line *line, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (state_apply(j, line[i].class, line[i].text, line[i].t))
			return;
	if (!state_flush(j) && j->tail_size >= j->seal_at && state_seal(j))
		j->seal_at = j->tail_size + j->seal_every;
}

static enum status commit(struct journal *j, struct turn **batch, size_t count)
{
	struct line line[BATCH_RECORDS];
	struct buf lines, whole;
	enum status st;

	buf_init(&lines, 2 * BATCH_BYTES);
	buf_init(&whole, 2 * BATCH_BYTES + 256);
	st = write_lines(j, batch, count, &lines, line);
	if (!st) {
		find_lines(&lines, line, count);
		tail_wrap(&whole, count, buf_span(&lines));
		st = whole.st;
	}
	if (!st)
		st = tail_write(j, buf_span(&whole));
	if (!st)
		apply(j, line, count);
	buf_clear(&whole);
	buf_clear(&lines);
	return st;
}

void append_lead(struct journal *j)
{
	struct turn *batch[BATCH_RECORDS];
	size_t count = turn_take(j, batch, BATCH_RECORDS);
	enum status st = journal_lock(j, true);

	if (!st) {
		st = state_refresh(j);
		if (!st)
			st = commit(j, batch, count);
		if (!st)
			state_seen(j);
		journal_unlock(j);
	}
	turn_done(j, batch, count, st);
}

/* The part of the line that the caller can make by itself, with a fresh salt. */
enum status append_rest(struct buf *out, const struct record *r)
{
	unsigned char salt[RECORD_SALT_LEN];
	char hex[2 * RECORD_SALT_LEN + 1];
	struct record salted = *r;

	buf_init(out, RECORD_MAX - HEAD_MAX);
	randombytes_buf(salt, sizeof salt);
	salted.salt = span_of(sodium_bin2hex(hex, sizeof hex, salt, sizeof salt));
	record_write_rest(out, &salted);
	return out->st;
}

enum status append_entered(struct journal *j, const struct record *r)
{
	struct turn turn = {.t = r->t, .class = record_class(span_of(r->class))}, *self = &turn;
	struct buf rest;
	enum status st = record_check(r);

	buf_init(&rest, 0);
	if (!st)
		st = append_rest(&rest, r);
	turn.rest = buf_span(&rest);
	if (!st)
		st = commit(j, &self, 1);
	buf_clear(&rest);
	return st;
}

enum status journal_append(struct journal *j, const struct record *r, uint64_t *n)
{
	struct turn turn = {.t = r->t};
	struct buf rest;
	enum status st;

	if (j->mode != JOURNAL_WRITE)
		return fail(ST_DENIED, "the journal is open for reading");
	st = record_check(r);
	if (st)
		return st;
	st = append_rest(&rest, r);
	if (!st) {
		turn.class = record_class(span_of(r->class));
		turn.rest = buf_span(&rest);
		if (turn_wait(j, &turn))
			append_lead(j);
		st = turn.st ? fail(turn.st, "%s", turn.why) : ST_OK;
	}
	if (!st && n)
		*n = turn.n;
	buf_clear(&rest);
	return st;
}
