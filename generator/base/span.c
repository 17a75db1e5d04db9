#include "generator/base/span.h"

struct span span_of(const char *str)
{
	return (struct span){str, str ? strlen(str) : 0};
}

int span_cmp(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int d = n ? memcmp(a.p, b.p, n) : 0;

	if (d)
		return d;
	return (a.n > b.n) - (a.n < b.n);
}

bool span_starts(struct span s, struct span prefix)
{
	return s.n >= prefix.n && span_eq(span_make(s.p, prefix.n), prefix);
}

bool span_ends(struct span s, struct span suffix)
{
	return s.n >= suffix.n && span_eq(span_make(s.p + s.n - suffix.n, suffix.n), suffix);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct span span_trim(struct span s)
{
	while (s.n && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

struct span span_cut(struct span *s, char sep)
{
	struct span head = *s;
	const char *at = s->n ? memchr(s->p, sep, s->n) : NULL;

	if (!at) {
		*s = SPAN_NONE;
		return head;
	}
	head.n = (size_t)(at - s->p);
	s->n -= head.n + 1;
	s->p = at + 1;
	return head;
}

long span_find(struct span s, struct span needle)
{
	const char *at;

	if (needle.n == 0)
		return 0;
	if (s.n < needle.n)
		return -1;
	at = memmem(s.p, s.n, needle.p, needle.n);
	return at ? (long)(at - s.p) : -1;
}

bool span_number(struct span s, long max, long *out)
{
	long v = 0, digit;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		digit = s.p[i] - '0';
		if (digit > max || v > (max - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	*out = v;
	return true;
}

bool span_copy(struct span s, char *out, size_t cap)
{
	if (cap == 0)
		return false;
	if (s.n >= cap) {
		out[0] = '\0';
		return false;
	}
	if (s.n)
		memcpy(out, s.p, s.n);
	out[s.n] = '\0';
	return true;
}
