/* Reading the journal: by month, by class, with a quick look before a record is parsed. */
#include "vault/journal/lines.h"

#include "generator/base/json.h"

#include <string.h>

enum { NEEDLES = 8 };

/*
 * A field with its value as it stands in the line: `"account":"tanaka"`.  Within a text every
 * quote is escaped, so these bytes are in the line only as that field.
 */
struct query {
	const struct journal_filter *f;
	int class; /* -1: all */
	char from[MONTH], to[MONTH];
	size_t needles;
	struct buf needle[NEEDLES];
	uint64_t left; /* UINT64_MAX: no limit */
	bool ended;
};

static void add_needle(struct query *q, const char *key, struct span value)
{
	struct buf *b = &q->needle[q->needles];

	if (!value.p)
		return;
	q->needles++;
	buf_adds(b, "\"");
	buf_adds(b, key);
	buf_adds(b, "\":");
	json_text(b, value);
}

static enum status query_init(struct query *q, const struct journal_filter *f)
{
	*q = (struct query){.f = f, .class = -1, .left = f->limit ? f->limit : UINT64_MAX};
	for (size_t i = 0; i < NEEDLES; i++)
		buf_init(&q->needle[i], 4 * RECORD_MAX);
	if (f->class) {
		q->class = record_class(span_of(f->class));
		if (q->class < 0)
			return fail(ST_INVALID, "the journal has no such class");
	}
	month_of(f->from, q->from);
	month_of(f->to ? f->to - 1 : INT64_C(253402300799), q->to);
	add_needle(q, "event", f->event);
	if (f->event.n && f->event.p[f->event.n - 1] == '.')
		buf_cut(&q->needle[0], q->needle[0].len - 1); /* a beginning: no closing quote */
	add_needle(q, "account", f->account);
	add_needle(q, "role", f->role);
	add_needle(q, "institution", f->institution);
	add_needle(q, "child", f->child);
	add_needle(q, "object", f->object);
	add_needle(q, "request", f->request);
	add_needle(q, "repository", f->repository);
	for (size_t i = 0; i < NEEDLES; i++)
		if (q->needle[i].st)
			return q->needle[i].st;
	return ST_OK;
}

static void query_clear(struct query *q)
{
	for (size_t i = 0; i < NEEDLES; i++)
		buf_clear(&q->needle[i]);
}

static bool matches(const struct query *q, const struct month_line *l)
{
	if (l->t < q->f->from || (q->f->to && l->t >= q->f->to))
		return false;
	for (size_t i = 0; i < q->needles; i++)
		if (span_find(l->text, buf_span(&q->needle[i])) < 0)
			return false;
	return true;
}

static enum status give(struct query *q, const struct month_line *l, journal_each *each, void *ctx)
{
	struct record_text record;
	enum status st = record_read(&record, record_class_name(l->class), l->text);

	if (!st)
		q->ended = !each(ctx, &record.r, l->text) || --q->left == 0;
	record_text_clear(&record);
	return st;
}

static enum status scan_month(struct journal *j, struct query *q, const struct body_file *file,
			      size_t count, journal_each *each, void *ctx)
{
	struct month_line line;
	struct month month;
	enum status st;

	month_init(&month);
	st = month_open(&month, j->dir, file, count, q->class, q->f->newest_first);
	while (!st && !q->ended) {
		st = month_next(&month, &line);
		if (st || !line.text.p)
			break;
		if (matches(q, &line))
			st = give(q, &line, each, ctx);
	}
	month_close(&month);
	return st;
}

/* The files [*from, *to) of the next month in the direction of the scan; false at the end. */
static bool next_month(const struct body_list *l, bool backwards, size_t *from, size_t *to)
{
	if (backwards) {
		*to = *from;
		while (*from > 0 && strcmp(l->file[*from - 1].month, l->file[*to - 1].month) == 0)
			--*from;
	} else {
		*from = *to;
		while (*to < l->count && strcmp(l->file[*to].month, l->file[*from].month) == 0)
			++*to;
	}
	return *from < *to;
}

enum status journal_scan(struct journal *j, const struct journal_filter *f, journal_each *each,
			 void *ctx)
{
	struct body_list list = {0};
	size_t from, to;
	int hold = -1;
	struct query q;
	enum status st = query_init(&q, f);

	if (!st)
		st = journal_hold(j, &hold);
	if (!st)
		st = journal_enter(j);
	if (!st) {
		st = body_list_read(&list, j->dir);
		journal_leave(j);
	}
	from = to = f->newest_first ? list.count : 0;
	while (!st && !q.ended && next_month(&list, f->newest_first, &from, &to))
		if (strcmp(list.file[from].month, q.from) >= 0 &&
		    strcmp(list.file[from].month, q.to) <= 0)
			st = scan_month(j, &q, list.file + from, to - from, each, ctx);
	journal_release(&hold);
	body_list_clear(&list);
	query_clear(&q);
	return st;
}
