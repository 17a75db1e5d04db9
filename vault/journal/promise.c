/* Checkpoints as people carry them: the short form on paper, and a note somebody kept. */
#include "vault/journal/journal_impl.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { SHORT_BYTES = 6 };

void promise_short(const struct checkpoint *c, char out[static JOURNAL_SHORT])
{
	const unsigned char *b = c->root.b;

	snprintf(out, JOURNAL_SHORT, "%llu %02x%02x %02x%02x %02x%02x", (unsigned long long)c->size,
		 b[0], b[1], b[2], b[3], b[4], b[5]);
}

void journal_short(uint64_t size, const unsigned char root[static 32],
		   char out[static JOURNAL_SHORT])
{
	struct checkpoint c = {.size = size};

	memcpy(c.root.b, root, sizeof c.root.b);
	promise_short(&c, out);
}

static bool is_separator(char c)
{
	return c == ' ' || c == '-' || c == '\t';
}

static int digit_of(char c)
{
	static const char lower[] = "0123456789abcdef", upper[] = "0123456789ABCDEF";
	const char *p = memchr(lower, c, 16);

	if (p)
		return (int)(p - lower);
	p = memchr(upper, c, 16);
	return p ? (int)(p - upper) : -1;
}

static enum status parse_short(struct span s, struct journal_promise *out)
{
	size_t i = 0, digits = 0;
	long size;

	while (i < s.n && !is_separator(s.p[i]))
		i++;
	if (!span_number(span_make(s.p, i), LONG_MAX, &size))
		return fail(ST_INVALID, "checkpoint: the size is malformed");
	for (; i < s.n; i++) {
		int d = digit_of(s.p[i]);

		if (is_separator(s.p[i]))
			continue;
		if (d < 0 || digits == 2 * SHORT_BYTES)
			return fail(ST_INVALID, "checkpoint: 12 digits of the root are expected");
		out->root[digits / 2] = (unsigned char)(out->root[digits / 2] << 4 | d);
		digits++;
	}
	if (digits != 2 * SHORT_BYTES)
		return fail(ST_INVALID, "checkpoint: 12 digits of the root are expected");
	out->size = (uint64_t)size;
	out->root_len = SHORT_BYTES;
	return ST_OK;
}

enum status journal_promise_parse(struct span text, struct journal_promise *out)
{
	struct checkpoint c;
	enum status st;

	*out = (struct journal_promise){0};
	if (span_find(text, SPAN("\n\n")) < 0)
		return parse_short(span_trim(text), out);
	st = note_read(text, NULL, &c);
	if (st)
		return st;
	out->size = c.size;
	out->root_len = sizeof c.root.b;
	memcpy(out->root, c.root.b, sizeof c.root.b);
	return ST_OK;
}

void journal_promise_text(const struct journal_promise *p, char out[static JOURNAL_SHORT])
{
	struct checkpoint c = {.size = p->size};

	memcpy(c.root.b, p->root, sizeof c.root.b);
	if (p->root_len)
		promise_short(&c, out);
	else
		snprintf(out, JOURNAL_SHORT, "%llu", (unsigned long long)p->size);
}
