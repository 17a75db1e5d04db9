/*
 * How long the journal keeps what: months that are over go by themselves after the time that
 * karte.yaml says, class by class; before that, if the municipality wants it, they are written to a
 * folder outside (other media), encrypted to a key of theirs.  What went and what was written are
 * records.  `change` and `system` stay.
 */
#ifndef KARTE_FLOW_LOG_KEEP_H
#define KARTE_FLOW_LOG_KEEP_H

#include "vault/flow/journal_search.h"

enum { LOG_KEEP_CLASSES = 4, LOG_KEEP_LINE = 256 };

/* What holds for a class at a time. */
struct log_keep_rule {
	int class;
	const char *key; /* of karte.yaml */
	int months;
	char before[JOURNAL_MONTH]; /* months before this one go: a record of the month that is
				       `months` back may be younger than that */
};
void log_keep_rules(const struct app *app, int64_t now,
		    struct log_keep_rule out[static LOG_KEEP_CLASSES]);

/* When a month of a class goes: the first second of a month in UTC. */
int64_t log_keep_end(const char *month, int months);

enum log_keep_what {
	LOG_KEEP_SOME,	/* what is due, at most two months of a class: a clock that jumps ahead
			   cannot  take everything before somebody sees it */
	LOG_KEEP_ALL,	/* all that is due: an operator asked for it */
	LOG_KEEP_DRY,	/* only tell */
	LOG_KEEP_WRITE, /* only write outside */
};

/* A month, and what happens to it: "write" or "prune" of "read/2024-10". */
typedef void log_keep_tell(void *ctx, const char *what, const char *month);

struct log_keep_done {
	size_t written, pruned;
	size_t waiting; /* due, but not written outside yet */
};

/*
 * Does it.  A month that is to be written outside first and cannot be is not removed; then the
 * reason is returned, after everything else was done.  While somebody reads the journal (a proof, a
 * search) nothing is removed: that is waited for, ten minutes at most, a chore seconds; then
 * ST_BUSY. tell may be NULL.
 */
enum status log_keep_run(struct app *app, int64_t now, enum log_keep_what what, log_keep_tell *tell,
			 void *ctx, struct log_keep_done *done);

/* The same once a day, by itself: the chore. */
enum status log_keep_chore(struct app *app);

/* Is everything where it should be?  For checks and alerts: what should have gone two days ago and
   is still there, or should have been written outside and is not. */
struct log_keep_state {
	bool good;
	size_t overdue, unwritten;
	char text[LOG_KEEP_LINE]; /* in Japanese */
};
enum status log_keep_state(struct app *app, int64_t now, struct log_keep_state *out);

#endif
