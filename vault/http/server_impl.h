/* What server.c and mhd.c share; nobody else includes it. */
#ifndef KARTE_HTTP_SERVER_IMPL_H
#define KARTE_HTTP_SERVER_IMPL_H

#include "vault/http/forwarded.h"
#include "vault/http/hold.h"
#include "vault/http/listen.h"
#include "vault/http/pool.h"
#include "vault/http/server.h"
#include "vault/http/tls.h"
#include "vault/http/watch.h"

#include <stdatomic.h>

struct MHD_Daemon;

/* A thread of the library, which talks to clients of its own. */
struct worker {
	struct server *server;
	struct MHD_Daemon *daemon;
	atomic_uint clients;
};

struct server {
	struct listener *listener;
	struct watch *watch;
	struct pool *pool; /* where the answer function runs */
	struct tls_tickets *tickets;
	server_answer *answer, *broken;
	server_prompt *prompt;
	server_plan *plan;
	char *incoming;
	atomic_uint uploads; /* bodies that come into files */
	void *ctx;
	size_t body_max;
	const char *const *types;
	bool any_type;
	struct proxies proxies; /* whose X-Forwarded-For is believed */
	bool exact;		/* does this libmicrohttpd leave headers where they were read? */
	atomic_bool stopping;
	atomic_uint waiting;  /* requests whose answer is not made yet, or is held */
	unsigned next;	      /* where the search for a worker begins; only the listener's */
	unsigned connections; /* of all workers, without those that leave */
	unsigned worker_max;  /* clients of one worker, with those */
	unsigned count;
	struct worker workers[];
};

/* Starts the library's thread of w, whose server is set.  ST_IO. */
enum status worker_start(struct worker *w, const struct server_options *o);
/* Gives it a client; the socket is closed if that fails. */
void worker_take(struct worker *w, int fd, const struct sockaddr *addr, socklen_t len);
/* Ends it with all its clients; none may be waiting for its answer. */
void worker_stop(struct worker *w);

/* Makes the answer of one request: what the pool runs. */
void worker_answer(void *ctx, struct job *job);

/* Can the gaps between the headers be trusted to be what was sent? */
bool worker_is_exact(void);

#endif
