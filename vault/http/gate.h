/*
 * Which requests are let in at all.
 *
 * libmicrohttpd 0.9 reads generously what RFC 9112 tells servers to refuse.  Whatever two readers
 * of the same bytes could understand differently ends here, before anything is done with it
 * (request smuggling, ASVS V4.2.1).  Pure functions: no connection, no clock.
 */
#ifndef KARTE_HTTP_GATE_H
#define KARTE_HTTP_GATE_H

#include "generator/base/span.h"
#include "vault/http/request.h"

enum { GATE_TARGET_MAX = 4096, GATE_HEADERS_MAX = 64, GATE_BYTES_MAX = 12 * 1024 };

struct gate_head {
	struct span method, target, version; /* the request line, as sent */
	const struct pair *headers;	     /* in the order in which they were sent */
	size_t count;
	size_t bytes; /* of the whole head, with all line ends */
	bool exact;   /* every line ended in CRLF, none was continued, and nothing was skipped */
};

/*
 * 0 for a request that may go on, otherwise the status with which it is refused and its connection
 * closed: 400 in general, 405 a method that is known but not used here, 414 target over
 * GATE_TARGET_MAX, 417 an expectation other than 100-continue, 431 more headers or bytes than the
 * limits above, 501 an unknown method, 505 another version than 1.0 and 1.1.
 */
int gate_check(const struct gate_head *h);

/* The value of the first header of this name (any case); SPAN_NONE without one. */
struct span gate_header(const struct gate_head *h, const char *name);

/*
 * The size of the body that the (accepted) head announces; 0 without one; -1 if it will be known
 * only at its end.
 */
long long gate_body(const struct gate_head *h);

/* Sets what of a request the (accepted) head tells, but not its decoded path; the rest stays. */
void gate_fill(struct request *req, const struct gate_head *h);

#endif
