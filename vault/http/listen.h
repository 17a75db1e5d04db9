/*
 * A socket that listens, and the thread that accepts.
 *
 * libmicrohttpd could do this by itself, but its threads all wake for each client and the first
 * takes a handful: of 64 clients, one thread would serve ten and most none.  Accepting here lets
 * the server choose the thread.
 */
#ifndef KARTE_HTTP_LISTEN_H
#define KARTE_HTTP_LISTEN_H

#include "generator/base/status.h"

#include <stdbool.h>
#include <sys/socket.h>

struct listener;

struct listener_calls {
	/* Is there room for one more?  May make some.  Otherwise clients wait in the queue of the
	   system, and it is called again soon. */
	bool (*room)(void *ctx);
	/* Takes a client; the (non-blocking) socket is the callee's. */
	void (*take)(void *ctx, int fd, const struct sockaddr *addr, socklen_t len);
	void *ctx;
};

/* Binds to a numeric address; port 0: any free one.  *out is the caller's.  ST_CONFIG for another
   kind of address, ST_IO if it cannot be had. */
enum status listener_new(struct listener **out, const char *address, unsigned port);
/* Starts the thread, which makes the calls.  ST_IO. */
enum status listener_start(struct listener *l, struct listener_calls calls);
/* The port it is bound to. */
unsigned listener_port(const struct listener *l);
/* Ends the thread and closes the socket.  NULL does nothing. */
void listener_free(struct listener *l);

#endif
