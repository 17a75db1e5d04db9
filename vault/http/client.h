/* One request to somebody else's server, by libcurl: its only user for HTTP. */
#ifndef KARTE_HTTP_CLIENT_H
#define KARTE_HTTP_CLIENT_H

#include "generator/base/buf.h"
#include "generator/base/span.h"
#include "generator/base/status.h"

#include <stdatomic.h>

struct client_request {
	const char *url;    /* http or https; nothing else is spoken */
	const char *ca;	    /* PEM file of trusted certificates; NULL, "": the system's */
	struct span body;   /* present: POST, else GET */
	const char *type;   /* Content-Type of the body; NULL: application/octet-stream */
	const char *accept; /* the Content-Type that is asked for; NULL: any */
	unsigned seconds;   /* for everything; connecting and silence have limits of their own */
	const atomic_bool *ended; /* set while it runs: the request is given up; NULL: never */
};

struct client_answer {
	int status;	 /* of HTTP */
	char type[64];	 /* Content-Type, cut; "" without one */
	struct buf body; /* initialised by the caller, whose maximum holds */
};

/*
 * Redirects are not followed, certificates are checked.  Any HTTP status is ST_OK.  ST_IO: no
 * answer (name, connection, TLS, time, an answer that is too long); ST_BUSY: it was given up.
 * fail_why() says which, in one line.  May be called in any thread.
 */
enum status client_send(const struct client_request *req, struct client_answer *out);

#endif
