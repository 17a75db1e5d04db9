/*
 * Deadlines of connections, and who goes when there are too many.
 *
 * The library below has only a limit on silence: a byte every two seconds holds a connection for
 * ever.  Here every phase of a request has an end that no byte moves; a thread of its own shuts
 * down the socket of whoever is late.
 *
 * Thousands of slow clients would still fill the server until their deadlines.  So whoever comes
 * when it is full gets the place of the least deserving: watch_make_room().  No address counts
 * more or less than another; a whole school has one.
 *
 * Thread safe; changing a phase takes no lock.  Who has been shut down is leaving, and changes its
 * phase no more, until it is removed.
 */
#ifndef KARTE_HTTP_WATCH_H
#define KARTE_HTTP_WATCH_H

#include "generator/base/status.h"

#include <stdbool.h>
#include <stddef.h>

struct watch;
struct watched;

struct watch_limits { /* see server_options */
	unsigned header_seconds, idle_seconds, total_seconds, body_rate;
};

enum watch_phase {
	WATCH_NEW,     /* connected: TLS, first line, headers */
	WATCH_IDLE,    /* answered: waiting for the next request's first line */
	WATCH_HEADERS, /* the first line of a request is there */
	WATCH_BODY,    /* the headers are there */
	WATCH_ANSWER,  /* the request is complete: our turn, no deadline */
	WATCH_SEND,    /* the answer is on its way */
};

/* Starts the thread.  *out is the caller's.  ST_NOMEM, ST_IO. */
enum status watch_new(struct watch **out, struct watch_limits limits);
/* Ends it; no connection may be left.  NULL does nothing. */
void watch_free(struct watch *w);

/* A connection on this socket, in WATCH_NEW; NULL without memory.  To be removed before the socket
   is closed, so that no other socket of the same number is shut down. */
struct watched *watch_add(struct watch *w, int fd);
/* NULL does nothing. */
void watch_remove(struct watch *w, struct watched *c);

/* Enters a phase; size: bytes of the answer for WATCH_SEND, of a body that goes to files for
   WATCH_BODY, else 0.  WATCH_HEADERS of a connection
   that is still WATCH_NEW keeps the deadline it has.  false: it has been shut down, and nothing may
   be done for it any more; who is in WATCH_ANSWER never is. */
bool watch_phase(struct watch *w, struct watched *c, enum watch_phase phase, size_t size);
/* Counts bytes of a body. */
void watch_got(struct watched *c, size_t bytes);

/*
 * Shuts down one connection; false if all are being answered or leave already.  In this order:
 *  1. the oldest that has no request yet (TLS, headers, idle) for a quarter of header_seconds;
 *  2. if more than half have no request yet, the oldest of these: newcomers have half of all places
 *     at most, but for as long as that lets them they are safe from those who come after them;
 *  3. the body or answer that moves least, in bytes of about the last second; one that has just
 *     begun counts as WATCH_CREDIT bytes a second, so that it goes before whoever is faster and
 *     after whoever only keeps to the rule of body_rate;
 *  4. the oldest that has no request yet.
 * Looks at every connection once.
 */
bool watch_make_room(struct watch *w);
enum { WATCH_CREDIT = 4096 };
/* How many have been shut down and are not removed yet. */
size_t watch_leaving(struct watch *w);

/* Shuts down all that wait for a request; how many are in the middle of one. */
size_t watch_close_idle(struct watch *w);

#endif
