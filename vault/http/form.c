#include "vault/http/form.h"

#include "generator/base/text.h"

#include "generator/base/utf8.h"
#include "vault/http/percent.h"

/* Decodes into out, which has room for in.n bytes; how many it became, or -1. */
static long decode(char *out, struct span in)
{
	size_t n = 0;

	for (size_t i = 0; i < in.n; i++) {
		int c = (unsigned char)in.p[i];

		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			c = percent_byte(span_make(in.p + i, in.n - i));
			i += 2;
		}
		if (c < 0)
			return -1;
		out[n++] = (char)c;
	}
	return (long)n;
}

static enum status read_text(struct span *out, struct span raw, struct arena *a)
{
	char *p = arena_alloc(a, raw.n + 1);
	long n;

	if (!p)
		return ST_NOMEM;
	n = decode(p, raw);
	if (n < 0)
		return fail(ST_INVALID, "form: %% without two digits");
	*out = span_make(p, (size_t)n);
	if (utf8_check(*out) != out->n)
		return fail(ST_INVALID, "form: not UTF-8, or NUL");
	out->n = text_unify_lines(p, out->n); /* browsers send CRLF, whatever was typed */
	p[out->n] = '\0';
	return ST_OK;
}

static enum status read_pair(struct pair *out, struct span raw, struct arena *a)
{
	struct span value = raw, name = span_cut(&value, '=');
	enum status st = read_text(&out->name, name, a);

	if (!st && out->name.n == 0)
		st = fail(ST_INVALID, "form: a field without a name");
	return st ? st : read_text(&out->value, value, a);
}

static size_t count_pieces(struct span body)
{
	size_t n = 0;

	while (body.p)
		n += span_cut(&body, '&').n > 0;
	return n;
}

enum status form_parse(struct form *out, struct span body, struct arena *a)
{
	size_t count = count_pieces(body);
	struct pair *pairs;

	*out = (struct form){0};
	if (body.n > FORM_BYTES_MAX)
		return fail(ST_TOOBIG, "form: over %d bytes", FORM_BYTES_MAX);
	if (count > FORM_FIELDS_MAX)
		return fail(ST_TOOBIG, "form: more than %d fields", FORM_FIELDS_MAX);
	pairs = arena_array(a, count, sizeof *pairs);
	if (!pairs)
		return ST_NOMEM;
	for (size_t i = 0; body.p;) {
		struct span piece = span_cut(&body, '&');
		enum status st = piece.n ? read_pair(&pairs[i++], piece, a) : ST_OK;

		if (st)
			return st;
	}
	*out = (struct form){pairs, count};
	return ST_OK;
}

size_t form_count(const struct form *f, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < f->count; i++)
		n += span_is(f->pairs[i].name, name);
	return n;
}

struct span form_get(const struct form *f, const char *name)
{
	size_t at = 0;
	struct span value = form_next(f, name, &at);

	return value.p && !form_next(f, name, &at).p ? value : SPAN_NONE;
}

struct span form_next(const struct form *f, const char *name, size_t *at)
{
	while (*at < f->count) {
		const struct pair *p = &f->pairs[(*at)++];

		if (span_is(p->name, name))
			return p->value;
	}
	return SPAN_NONE;
}
