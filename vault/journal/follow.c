/* The journal for an index beside it: every record with its place, and back from place to record.
 */
#include "vault/journal/lines.h"
#include "vault/journal/record_impl.h"

#include "generator/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Static_assert((int)JOURNAL_MONTH == (int)MONTH, "months of the two headers");

void journal_month_of(int64_t t, char out[static JOURNAL_MONTH])
{
	month_of(t, out);
}

void journal_leaf(struct span line, char out[static 65])
{
	static const char digits[] = "0123456789abcdef";
	struct hash h = hash_leaf(line);

	for (size_t i = 0; i < sizeof h.b; i++) {
		out[2 * i] = digits[h.b[i] >> 4];
		out[2 * i + 1] = digits[h.b[i] & 15];
	}
	out[64] = '\0';
}

/* ---- reading fields fast ---- */

static bool set_field(struct record *r, struct span name, struct span value)
{
	for (int i = 0; i < RECORD_FIELDS; i++)
		if (span_is(name, record_fields[i].name)) {
			*(struct span *)(void *)((char *)r + record_fields[i].at) = value;
			return true;
		}
	return false;
}

/* Up to the next quote, which is taken too. */
static bool take_quoted(struct span *rest, struct span *out)
{
	const char *end = memchr(rest->p, '"', rest->n);

	if (!end)
		return false;
	*out = span_make(rest->p, (size_t)(end - rest->p));
	rest->n -= out->n + 1;
	rest->p = end + 1;
	return true;
}

/* A canonical line without escapes: `,"name":"value"` until the brace.  Ten times as fast as a
   whole parser, which millions of lines would need. */
static bool skim(struct span line, struct record *r)
{
	struct span name, value;
	const char *p;

	if (memchr(line.p, '\\', line.n) || !record_peek(line, &r->n, &r->t))
		return false;
	p = memchr(line.p, 'Z', line.n); /* of the time, which comes second */
	line = span_make(p + 2, (size_t)(line.p + line.n - (p + 2)));
	while (span_starts(line, SPAN(",\""))) {
		line = span_make(line.p + 2, line.n - 2);
		if (!take_quoted(&line, &name) || !span_starts(line, SPAN(":\"")))
			return false;
		line = span_make(line.p + 2, line.n - 2);
		if (!take_quoted(&line, &value) || !set_field(r, name, value))
			return false;
	}
	return span_is(line, "}");
}

/* ---- following ---- */

struct follow {
	struct journal_mark *mark;
	journal_placed *each;
	void *ctx;
	bool ended;
};

static enum status give(struct follow *f, const struct month_line *l)
{
	struct record r = {.class = record_class_name(l->class)};
	struct record_text text = {.json = NULL};
	enum status st = ST_OK;

	if (!skim(l->text, &r)) {
		st = record_read(&text, record_class_name(l->class), l->text);
		r = text.r;
	}
	if (!st)
		f->ended = !f->each(f->ctx, &r, l->text, l->at);
	record_text_clear(&text);
	return st;
}

static enum status follow_month(struct journal *j, struct follow *f, const struct body_file *file,
				size_t count)
{
	struct month_line line;
	struct month month;
	enum status st;

	if (strcmp(f->mark->month, file->month) != 0) {
		*f->mark = (struct journal_mark){{0}, {0}};
		memcpy(f->mark->month, file->month, MONTH);
	}
	month_init(&month);
	st = month_open_from(&month, j->dir, file, count, f->mark->at);
	while (!st && !f->ended) {
		st = month_next(&month, &line);
		if (st || !line.text.p)
			break;
		st = give(f, &line);
		if (!st)
			f->mark->at[line.class] = line.at + line.text.n + 1;
	}
	month_close(&month);
	return st;
}

static enum status list(struct journal *j, struct body_list *out)
{
	enum status st = journal_enter(j);

	*out = (struct body_list){0};
	if (st)
		return st;
	st = body_list_read(out, j->dir);
	journal_leave(j);
	return st;
}

enum status journal_follow(struct journal *j, struct journal_mark *mark, journal_placed *each,
			   void *ctx)
{
	struct follow f = {mark, each, ctx, false};
	struct body_list bodies = {0};
	int hold;
	enum status st = journal_hold(j, &hold);
	size_t to;

	if (!st)
		st = list(j, &bodies);
	for (size_t from = 0; from < bodies.count && !st && !f.ended; from = to) {
		for (to = from; to < bodies.count &&
				strcmp(bodies.file[to].month, bodies.file[from].month) == 0;)
			to++;
		if (strcmp(bodies.file[from].month, mark->month) >= 0)
			st = follow_month(j, &f, bodies.file + from, to - from);
	}
	journal_release(&hold);
	body_list_clear(&bodies);
	return st;
}

/* ---- one record ---- */

static enum status read_line(const char *path, uint64_t at, char *line, size_t *n)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	const char *end;
	ssize_t got;

	if (fd < 0)
		return fail(errno == ENOENT ? ST_NOTFOUND : ST_IO, "cannot open %s: %s", path,
			    strerror(errno));
	got = pread(fd, line, RECORD_MAX + 1, (off_t)at);
	close(fd);
	if (got < 0)
		return fail(ST_IO, "cannot read %s: %s", path, strerror(errno));
	end = memchr(line, '\n', (size_t)got);
	if (!end)
		return fail(ST_CORRUPT, "%s has no record at byte %llu", path,
			    (unsigned long long)at);
	*n = (size_t)(end - line);
	return ST_OK;
}

enum status journal_at(struct journal *j, int class, int64_t t, uint64_t at, uint64_t n,
		       journal_each *each, void *ctx)
{
	char path[PATH_MAX], month[MONTH], line[RECORD_MAX + 1];
	struct record_text text = {.json = NULL};
	size_t length = 0;
	enum status st;

	month_of(t, month);
	body_path(path, j->dir, class, month);
	st = read_line(path, at, line, &length);
	if (!st)
		st = record_read(&text, record_class_name(class), span_make(line, length));
	if (!st && (text.r.n != n || text.r.t != t))
		st = fail(ST_CORRUPT, "%s has another record at byte %llu", path,
			  (unsigned long long)at);
	if (!st)
		each(ctx, &text.r, span_make(line, length));
	record_text_clear(&text);
	return st;
}

/* ---- months ---- */

enum status journal_months(struct journal *j, struct journal_month **out, size_t *count)
{
	struct body_list bodies;
	enum status st = list(j, &bodies);

	*out = NULL;
	*count = 0;
	if (!st && bodies.count) {
		*out = calloc(bodies.count, sizeof **out);
		if (!*out)
			st = fail(ST_NOMEM, "no memory to list the journal");
	}
	for (size_t i = 0; i < bodies.count && !st; i++) {
		(*out)[i].class = bodies.file[i].class;
		(*out)[i].bytes = bodies.file[i].size;
		memcpy((*out)[i].month, bodies.file[i].month, MONTH);
		*count = i + 1;
	}
	body_list_clear(&bodies);
	return st;
}

enum status journal_month_read(struct journal *j, const struct journal_month *m, struct buf *out)
{
	char path[PATH_MAX];

	body_path(path, j->dir, m->class, m->month);
	return file_read(path, out);
}
