/* The proof of the bodies: each line for itself, then all of them together. */
#include "vault/journal/verify_impl.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where a line stands. */
struct place {
	const struct body_file *file;
	uint64_t line;
	uint64_t next; /* n must be at least this */
};

#define PLACE "bodies/%s/%s.jsonl:%" PRIu64 ": "
#define PLACE_ARG(p) record_class_name((p)->file->class), (p)->file->month, (p)->line

/* `journal.prune` says in object what went: "read/2024-10 17 4711 2931", from newer ones with the
   SHA-256 of the file behind it. */
static bool parse_pruned(struct span s, struct pruned *out)
{
	struct span path = span_cut(&s, ' '), class = span_cut(&path, '/');
	long first, last, count;

	out->class = record_class(class);
	if (out->class < 0 || !span_copy(path, out->month, sizeof out->month) ||
	    !span_number(span_cut(&s, ' '), LONG_MAX, &first) ||
	    !span_number(span_cut(&s, ' '), LONG_MAX, &last) ||
	    !span_number(span_cut(&s, ' '), LONG_MAX, &count) || (s.p && s.n != SHA256_HEX - 1))
		return false;
	out->first = (uint64_t)first;
	out->last = (uint64_t)last;
	out->count = (uint64_t)count;
	return true;
}

static bool still_there(const struct run *r, const struct pruned *p)
{
	for (size_t i = 0; i < r->bodies.count; i++)
		if (r->bodies.file[i].class == p->class &&
		    strcmp(r->bodies.file[i].month, p->month) == 0)
			return true;
	return false;
}

/* A pruning counts if its file is gone; after a crash it may still be there. */
static enum status note_pruned(struct run *r, const struct record *rec)
{
	struct pruned p, *more;

	if (!span_is(rec->event, "journal.prune") || strcmp(rec->class, "system") != 0 ||
	    !parse_pruned(rec->object, &p) || still_there(r, &p))
		return ST_OK;
	for (size_t i = 0; i < r->pruned_count; i++)
		if (r->pruned[i].class == p.class && strcmp(r->pruned[i].month, p.month) == 0)
			return ST_OK; /* a crash let it be recorded twice */
	more = reallocarray(r->pruned, r->pruned_count + 1, sizeof *more);
	if (!more)
		return fail(ST_NOMEM, "no memory for the prunings");
	r->pruned = more;
	r->pruned[r->pruned_count++] = p;
	return ST_OK;
}

/* ---- each line ---- */

static void place_record(struct run *r, struct place *p, uint64_t n, int64_t t, struct span line)
{
	char month[MONTH];

	month_of(t, month);
	if (strcmp(month, p->file->month) != 0)
		finding(r, FINDING_PLACE, n, PLACE "the record belongs to %s", PLACE_ARG(p), month);
	if (n < p->next)
		finding(r, FINDING_ORDER, n, PLACE "record %" PRIu64 " stands too late",
			PLACE_ARG(p), n);
	else
		p->next = n + 1;
	if (n >= r->size) {
		finding(r, FINDING_EXTRA, n, PLACE "record %" PRIu64 " was never logged",
			PLACE_ARG(p), n);
		return;
	}
	if (r->known[n]) {
		finding(r, FINDING_EXTRA, n, PLACE "record %" PRIu64 " is there twice",
			PLACE_ARG(p), n);
		return;
	}
	r->known[n] = BODY;
	r->leaf[n] = hash_leaf(line);
	r->t[n] = t;
	r->proof->records++;
	if (r->end[p->file->class] <= n)
		r->end[p->file->class] = n + 1;
}

static enum status check_line(struct run *r, struct place *p, struct span line, bool open_end)
{
	struct record_text record;
	enum status st = record_read(&record, record_class_name(p->file->class), line);
	uint64_t n;
	int64_t t;

	if (!st) {
		place_record(r, p, record.r.n, record.r.t, line);
		st = note_pruned(r, &record.r);
	} else if (st == ST_CORRUPT) {
		finding(r, open_end ? FINDING_LAG : FINDING_LINE, NO_RECORD, PLACE "the line is %s",
			PLACE_ARG(p), open_end ? "torn" : "no record");
		if (!open_end && record_peek(line, &n, &t))
			place_record(r, p, n, t, line);
		st = ST_OK;
	}
	record_text_clear(&record);
	return st;
}

static enum status check_file(struct run *r, const struct body_file *file)
{
	struct place p = {.file = file};
	char path[PATH_MAX];
	struct lines lines;
	struct span line;
	enum status st;

	body_path(path, r->j->dir, file->class, file->month);
	lines_init(&lines);
	st = lines_open(&lines, path, file->size, false);
	while (!st) {
		st = lines_next(&lines, &line);
		if (st || !line.p)
			break;
		p.line = lines.number;
		st = check_line(r, &p, line, lines.open_end);
	}
	lines_close(&lines);
	if (st == ST_NOTFOUND)
		return ST_OK; /* gone since it was listed, by no pruning: its records will be asked
				 for */
	if (st != ST_CORRUPT)
		return st;
	finding(r, FINDING_LINE, NO_RECORD, "%s", fail_why());
	return ST_OK;
}

/* ---- all together ---- */

static bool is_pruned(const struct run *r, uint64_t n)
{
	for (size_t i = 0; i < r->pruned_count; i++)
		if (n >= r->pruned[i].first && n <= r->pruned[i].last)
			return true;
	return false;
}

/* What a record without body is; TAIL takes its leaf and time from there. */
static enum known judge_gone(struct run *r, uint64_t n)
{
	const struct in_tail *w = n >= r->base ? &r->tail[n - r->base] : NULL;

	if (w && n >= r->end[w->class]) {
		r->leaf[n] = w->leaf;
		r->t[n] = w->t;
		return TAIL;
	}
	return is_pruned(r, n) ? PRUNED : GONE;
}

/* Reports [from, to), all of which are in one state. */
static void report_gone(struct run *r, uint64_t from, uint64_t to, enum known known)
{
	unsigned long long first = from, last = to - 1;

	if (known == GONE)
		finding(r, FINDING_MISSING, from, "records %llu to %llu are gone", first, last);
	if (known == TAIL)
		finding(r, FINDING_LAG, from, "records %llu to %llu are only in tail yet", first,
			last);
	if (known == PRUNED)
		r->proof->pruned += to - from;
}

static void check_gone(struct run *r)
{
	uint64_t n = 0, from, allowed = 0;

	while (n < r->size) {
		enum known k;

		if (r->known[n] == BODY) {
			n++;
			continue;
		}
		from = n;
		k = judge_gone(r, n);
		do
			r->known[n++] = (unsigned char)k;
		while (n < r->size && r->known[n] == GONE && judge_gone(r, n) == k);
		report_gone(r, from, n, k);
	}
	for (size_t i = 0; i < r->pruned_count; i++)
		allowed += r->pruned[i].count;
	if (r->proof->pruned > allowed)
		finding(r, FINDING_MISSING, NO_RECORD,
			"%" PRIu64 " records are gone, only %" PRIu64 " were pruned",
			r->proof->pruned, allowed);
}

static void check_times(struct run *r)
{
	int64_t last = 0;

	for (uint64_t n = 0; n < r->size; n++) {
		if (r->known[n] != BODY && r->known[n] != TAIL)
			continue;
		if (r->t[n] < last)
			finding(r, FINDING_TIME, n,
				"record %" PRIu64 " says a time before that of the record before",
				n);
		last = r->t[n];
	}
}

enum status verify_bodies(struct run *r)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < r->bodies.count && !st; i++)
		st = check_file(r, &r->bodies.file[i]);
	if (st)
		return st;
	check_gone(r);
	check_times(r);
	return ST_OK;
}
