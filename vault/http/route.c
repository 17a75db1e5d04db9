#include "vault/http/route.h"

/* How literal a segment of a pattern is; the order decides which of two patterns wins. */
enum rank { REST, NAME, NAME_SUFFIX, LITERAL };

enum { SEGMENTS_MAX = 16 };

static enum rank rank_of(struct span segment)
{
	if (segment.n && segment.p[0] == '*')
		return REST;
	if (segment.n == 0 || segment.p[0] != ':')
		return LITERAL;
	return memchr(segment.p, '.', segment.n) ? NAME_SUFFIX : NAME;
}

static bool add_param(struct params *out, struct span name, struct span value)
{
	if (out->count == PARAMS_MAX || value.n == 0)
		return false;
	out->p[out->count++] = (struct pair){name, value};
	return true;
}

/* ":id.pdf" against "2026.pdf", ":id" against "2026". */
static bool match_name(struct span pattern, struct span segment, struct params *out)
{
	struct span suffix = span_make(pattern.p + 1, pattern.n - 1);
	struct span name = span_cut(&suffix, '.');

	if (suffix.p) {
		suffix = span_make(suffix.p - 1, suffix.n + 1);
		if (!span_ends(segment, suffix))
			return false;
		segment.n -= suffix.n;
	}
	return add_param(out, name, segment);
}

/* *weight grows with how literal the pattern is, segments on the left first. */
static bool match(const char *pattern, struct span path, struct params *out, unsigned long *weight)
{
	struct span want = span_of(pattern);

	*out = (struct params){0};
	*weight = 0;
	for (unsigned i = 0; want.p && path.p; i++) {
		struct span w = span_cut(&want, '/');
		enum rank rank = rank_of(w);
		struct span all = path, s = span_cut(&path, '/');

		if (i == SEGMENTS_MAX)
			return false;
		*weight |= (unsigned long)rank << 2 * (SEGMENTS_MAX - 1 - i);
		if (rank == REST)
			return add_param(out, span_make(w.p + 1, w.n - 1), all);
		if (rank == LITERAL ? !span_eq(w, s) : !match_name(w, s, out))
			return false;
	}
	return !want.p && !path.p;
}

bool route_match(const char *pattern, struct span path, struct params *out)
{
	unsigned long weight;

	return match(pattern, path, out, &weight);
}

struct span param(const struct params *p, const char *name)
{
	for (size_t i = 0; i < p->count; i++)
		if (span_is(p->p[i].name, name))
			return p->p[i].value;
	return SPAN_NONE;
}

static unsigned with_head(unsigned methods)
{
	return methods & M_GET ? methods | M_HEAD : methods;
}

enum route_result route_find(const void *table, size_t count, size_t stride, enum method method,
			     struct span path, size_t *row, struct params *out, unsigned *allowed)
{
	enum route_result result = ROUTE_NO_PATH;
	unsigned long weight, best = 0;
	unsigned methods = 0;
	struct params p;

	for (size_t i = 0; i < count; i++) {
		const void *at = (const char *)table + i * stride;
		const struct route *r = at;

		if (!match(r->pattern, path, &p, &weight) || (result && weight < best))
			continue;
		/* A more literal pattern hides the methods of the others as well. */
		if (weight > best || !methods) {
			methods = 0;
			result = ROUTE_NO_METHOD;
		}
		best = weight;
		methods |= with_head(r->methods);
		if (with_head(r->methods) & method) {
			result = ROUTE_FOUND;
			*row = i;
			*out = p;
		}
	}
	if (allowed)
		*allowed = methods;
	return result;
}

const char *route_allow(unsigned methods)
{
	static const char *const names[] = {"",	    "GET",	 "HEAD",       "GET, HEAD",
					    "POST", "GET, POST", "HEAD, POST", "GET, HEAD, POST"};

	return names[with_head(methods) & (M_GET | M_HEAD | M_POST)];
}
