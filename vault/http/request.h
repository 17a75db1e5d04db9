/*
 * One request of a client, complete and checked, as pages see it.
 *
 * Every span points into memory of the transport and lives until the answer function returns.
 * A header that the client did not send is an absent span (p == NULL).
 */
#ifndef KARTE_HTTP_REQUEST_H
#define KARTE_HTTP_REQUEST_H

#include "generator/base/buf.h"
#include "generator/base/span.h"
#include "generator/base/status.h"

#include <stdint.h>

/* The methods that pages may use, as bits, so that a route can name several. */
enum method {
	M_GET = 1,
	M_HEAD = 2, /* answered as GET; the transport leaves the body out */
	M_POST = 4,
};

enum { REQUEST_ID_LEN = 16 };

struct arrival;

struct request {
	enum method method;
	struct span path;     /* decoded, "/" first, see request_path() */
	struct span raw_path; /* as sent, before the "?" */
	struct span query;    /* as sent, after the "?"; absent without one; see form_parse() */
	struct span body;     /* whole, at most the server's limit; empty when there is none */
	/* Headers, as sent. */
	struct span content_type;
	struct span content_encoding;
	struct span cookie;
	struct span origin;
	struct span sec_fetch_site;
	struct span if_none_match;
	struct span authorization;
	struct span host;
	struct span user_agent;
	/* Numeric address of the client, without the port; behind a trusted proxy what that says
	   (forwarded.h).  Empty if the system does not know it. */
	const char *peer;
	int64_t now;		     /* seconds since the epoch at which the request was complete */
	char id[REQUEST_ID_LEN + 1]; /* 64 random bits in lower-case hexadecimal */
	/*
	 * 0, or the status (413, 415) that the answer must have because the body was not taken: it
	 * is empty.  Make the page that says so and do nothing else.
	 */
	int refused;
	/* The plan (server.h) was not to take the body: it is empty.  Do all that comes before
	   looking at a form. */
	bool untaken;
	struct arrival *arrival; /* the body that came into files, complete or not; NULL: in body */
};

/*
 * The value of a cookie of this whole name ("__Host-…" for those of response_cookie_set()).  false
 * if it is not there, or is there twice, or holds anything but the octets of RFC 6265
 * section 4.1.1: such a cookie is nobody's.
 */
bool request_cookie(const struct request *req, const char *name, struct span *value);

/*
 * Decodes the path of a request target into out (emptied first).  ST_INVALID unless it begins
 * with "/" and, decoded, is UTF-8 without NUL, control characters, "\", empty segments (a single
 * "/" at the end is kept), "." or ".." segments; an encoded "/" or "\" is refused too, and so is a
 * "%" without two digits.  ST_TOOBIG over 4,096 bytes.
 */
enum status request_path(struct buf *out, struct span raw);

/*
 * Is the media type of the body this one ("application/x-www-form-urlencoded")?  Parameters are
 * ignored, letters compared without case.
 */
bool request_has_type(const struct request *req, const char *type);

/* Gives the request a new id.  ST_IO when the system has no random bytes. */
enum status request_new_id(struct request *req);

#endif
