/*
 * trace.db: an index of the journal, so that two years of records can be searched at once.  It is a
 * file of its own that can be deleted and made again: the journal is the truth, and every record
 * that is shown is read from there.  It has no fields that only a record's reader needs.
 *
 * Records lie in segments of some thousands, a column of each together (word ids and numbers less
 * the smallest one, in as few bytes as fit): any combination of conditions is a walk over a few
 * columns, a few bytes for each record, which needs no index for each combination.
 *
 * Thread-safe; several processes may have it open.
 */
#ifndef KARTE_DB_TRACE_H
#define KARTE_DB_TRACE_H

#include "generator/base/buf.h"
#include "generator/base/span.h"
#include "generator/base/status.h"

#include <stdint.h>

struct trace;

/* The fields that are searched, each with its own words. */
enum trace_field {
	TRACE_EVENT,
	TRACE_ACCOUNT,
	TRACE_ROLE,
	TRACE_INSTITUTION,
	TRACE_CHILD,
	TRACE_OBJECT,  /* "kyoiku-shien/2026", "files/f7k3m9q2v4" */
	TRACE_VERSION, /* of it: the id of a commit */
	TRACE_DECISION,
	TRACE_REASON,
	TRACE_FIELDS
};

struct trace_row {
	uint64_t n;
	int64_t t;
	int class;   /* 0..7 */
	uint64_t at; /* where its line begins in the journal */
	struct span field[TRACE_FIELDS];
};

/* Opens DIR/trace.db, or makes it empty: also when it is broken or of another kind.  ST_IO.  Close
   with trace_close (NULL does nothing).  ST_STALE from any other function: the file is damaged,
   trace_remake() and add everything again. */
enum status trace_open(struct trace **out, const char *dir);
void trace_close(struct trace *t);
/* Removes the file and begins an empty one. */
enum status trace_remake(struct trace *t);

/* ---- writing: one at a time, all or nothing ---- */

enum { TRACE_STATE = 256 };

/*
 * Begins a change and tells how far the index goes, in the caller's own words: what trace_end was
 * given last, or zeros.  End it with trace_end, which takes everything back after a failure, or
 * without a state.
 */
enum status trace_begin(struct trace *t, void *state, size_t size);
enum status trace_end(struct trace *t, enum status so_far, const void *state, size_t size);

/* Between the two.  Rows come in the order of n. */
enum status trace_add(struct trace *t, const struct trace_row *row);
enum status trace_clear(struct trace *t);
/* Removes the records of a class with from <= t < to, and every word that nothing else uses. */
enum status trace_prune(struct trace *t, int class, int64_t from, int64_t to);

/* Writes the file anew without what was removed, and nothing of it stays in the WAL. */
enum status trace_wipe(struct trace *t);

/* ---- searching ---- */

struct trace_query {
	unsigned classes; /* bits by class; 0: all */
	int64_t from, to; /* from <= t < to; zeros do not filter */
	/* Exact; an event also by its beginning when it ends in ".": "sheet.".  Absent: any. */
	struct span field[TRACE_FIELDS];
	struct span word;     /* part of object or reason, or the whole account; absent: any */
	uint64_t after, upto; /* after <= n < upto; 0: no bound */
	bool oldest_first;
	size_t limit; /* 0: all */
};

struct trace_hit {
	uint64_t n, at;
	int64_t t;
	int class;
};

/* What is found, newest first unless asked otherwise; *out is the caller's to free(). */
enum status trace_find(struct trace *t, const struct trace_query *q, struct trace_hit **out,
		       size_t *count);

/* How many records are in it. */
enum status trace_count(struct trace *t, uint64_t *out);

#endif
