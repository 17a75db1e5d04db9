/*
 * Which page a path belongs to.
 *
 * A pattern is a path whose segments are literal or ":name", which stands for one segment that is
 * not empty: "/children/:child/sheets/:type/:id".  Such a segment may carry a literal suffix that
 * begins with a dot: ":id.pdf", ":child.git".  "*name" at the end stands for all that is left, one
 * segment or more, as in "/tile" followed by "/" and "*rest".
 */
#ifndef KARTE_HTTP_ROUTE_H
#define KARTE_HTTP_ROUTE_H

#include "vault/http/request.h"

enum { PARAMS_MAX = 8 };

struct params {
	struct pair p[PARAMS_MAX]; /* names from the pattern, values from the path */
	size_t count;
};

/* Does the whole path (decoded) have this shape?  On true, out holds the values, which point into
   path; a pattern with more than PARAMS_MAX names matches nothing. */
bool route_match(const char *pattern, struct span path, struct params *out);

/* The value of a name; SPAN_NONE for a name that the pattern does not have. */
struct span param(const struct params *p, const char *name);

/*
 * What every row of a table of pages begins with; what follows (action, handler, …) is the
 * caller's.
 */
struct route {
	unsigned methods; /* enum method, joined by |; M_GET also answers M_HEAD */
	const char *pattern;
};

enum route_result { ROUTE_NO_PATH, ROUTE_NO_METHOD, ROUTE_FOUND };

/*
 * Walks a table of `count` rows of `stride` bytes, each beginning with a struct route.  Among the
 * patterns that match, the more literal one wins, segment by segment from the left (literal, then
 * name with suffix, then name, then rest); equal ones must differ in their methods.  ROUTE_FOUND:
 * *row is its index and *out its values.  ROUTE_NO_METHOD (405): *allowed (may be NULL) holds the
 * methods of the path.
 */
enum route_result route_find(const void *table, size_t count, size_t stride, enum method method,
			     struct span path, size_t *row, struct params *out, unsigned *allowed);

/* The value of an Allow header: "GET, HEAD, POST". */
const char *route_allow(unsigned methods);

#endif
