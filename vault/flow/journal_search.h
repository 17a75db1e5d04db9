/*
 * Searching the journal: by the index (vault/db/trace.h), which is brought up to what is durable
 * before each search; every record is then read from the journal itself.
 */
#ifndef KARTE_FLOW_JOURNAL_SEARCH_H
#define KARTE_FLOW_JOURNAL_SEARCH_H

#include "vault/app.h"
#include "vault/db/trace.h"
#include "vault/journal/journal.h"

/* The event of what stands in place of a record that the journal cannot show any more. */
#define LOG_UNREADABLE "journal.unreadable"

/* Records that a search adds before it asks to come again: about half a second. */
enum { LOG_AT_ONCE = 100000 };

/*
 * Calls each for what the query finds, until it returns false.  ST_BUSY: the index is still being
 * made, come again.  ST_CORRUPT: the journal is damaged; what can be read was given, and records
 * that only the index knows of as LOG_UNREADABLE, with number, time and class.
 */
enum status log_search(struct app *app, const struct trace_query *q, journal_each *each, void *ctx);
/* Record number n.  ST_NOTFOUND: there is none, or not any more. */
enum status log_record(struct app *app, uint64_t n, journal_each *each, void *ctx);

/*
 * Brings the index up to the journal, and makes it anew when it is not of this journal; also what
 * was pruned there goes from it.  ST_BUSY after so many records, if there are more (0: all).
 */
enum status log_catch_up(struct app *app, size_t most);
/* The same for all there is: the chore. */
enum status log_index(struct app *app);
/* Are there records that the index does not have yet?  *percent is how much it has, 0 to 99. */
bool log_behind(struct app *app, int *percent);

/* "kyoiku-shien/2026@4f…" apart: what, and which version of it (else version stays). */
void log_object(struct span text, struct span *object, struct span *version);

#endif
