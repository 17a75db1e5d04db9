/* Boundaries, heads and fields: what both ways of reading multipart/form-data share. */
#include "vault/http/multipart_impl.h"

#include "generator/base/text.h"
#include "generator/base/utf8.h"

#include <strings.h>

/* ---- parameters of a header ------------------------------------------------------------------ */

static bool same(struct span s, const char *name)
{
	return s.n == strlen(name) && strncasecmp(s.p, name, s.n) == 0;
}

static bool is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

/* RFC 9110 section 5.6.2 */
static bool is_token_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c != '\0' && strchr("!#$%&'*+-.^_`|~", c));
}

static struct span skip(struct span s, size_t n)
{
	return span_make(s.p + n, s.n - n);
}

static void skip_spaces(struct span *s)
{
	while (s->n && (*s->p == ' ' || *s->p == '\t'))
		*s = skip(*s, 1);
}

/* Empty if there is none. */
static struct span take_token(struct span *s)
{
	struct span all = *s;

	while (s->n && is_token_char(*s->p))
		*s = skip(*s, 1);
	return span_make(all.p, all.n - s->n);
}

static bool is_escape(struct span s)
{
	return s.n > 1 && s.p[0] == '\\' && (s.p[1] == '"' || s.p[1] == '\\');
}

/* How many bytes stand before the closing quotation mark; -1 if there is none. */
static long quoted_length(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			return (long)i;
		i += is_escape(skip(s, i));
	}
	return -1;
}

/*
 * Behind the opening quotation mark.  Browsers write a quotation mark in a name as \" or as %22,
 * which stays; a backslash before anything else is one (paths of old Windows browsers).
 */
static enum status take_quoted(struct span *s, struct span *out, struct arena *a)
{
	long length = quoted_length(*s);
	size_t n = 0;
	char *p;

	if (length < 0)
		return fail(ST_INVALID, "multipart: quotation without end");
	p = arena_alloc(a, (size_t)length + 1);
	if (!p)
		return ST_NOMEM;
	for (size_t i = 0; i < (size_t)length; i++) {
		i += is_escape(skip(*s, i));
		if (is_control(s->p[i]))
			return fail(ST_INVALID, "multipart: control character in a name");
		p[n++] = s->p[i];
	}
	*s = skip(*s, (size_t)length + 1);
	*out = span_make(p, n);
	return ST_OK;
}

/* Takes `; name=value` off the front of *s, which is not empty. */
static enum status take_param(struct span *s, struct pair *out, struct arena *a)
{
	skip_spaces(s);
	if (s->n == 0 || *s->p != ';')
		return fail(ST_INVALID, "multipart: a parameter does not begin with ;");
	*s = skip(*s, 1);
	skip_spaces(s);
	out->name = take_token(s);
	if (out->name.n == 0 || s->n == 0 || *s->p != '=')
		return fail(ST_INVALID, "multipart: a parameter without name or value");
	*s = skip(*s, 1);
	if (s->n && *s->p == '"') {
		*s = skip(*s, 1);
		return take_quoted(s, &out->value, a);
	}
	out->value = take_token(s);
	return out->value.n ? ST_OK : fail(ST_INVALID, "multipart: a parameter without value");
}

/* A parameter that is known: sent twice, it is nobody's. */
static enum status set_once(struct span *to, struct span value)
{
	if (to->p)
		return fail(ST_INVALID, "multipart: a parameter is there twice");
	*to = value;
	return ST_OK;
}

/* ---- the boundary ---------------------------------------------------------------------------- */

/* RFC 2046 section 5.1.1 */
static bool is_boundary(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool mark = c != '\0' && strchr("'()+_,-./:=? ", c);

		if (!mark && (!is_token_char(c) || strchr("!#$%&*^`|~", c)))
			return false;
	}
	return s.n >= 1 && s.n <= BOUNDARY_MAX && s.p[s.n - 1] != ' ';
}

enum status multipart_boundary(struct delimiter *d, struct span content_type, struct arena *a)
{
	struct span params = content_type, boundary = SPAN_NONE;
	struct span type = span_trim(span_cut(&params, ';'));
	enum status st = ST_OK;

	if (!same(type, "multipart/form-data"))
		return fail(ST_INVALID, "multipart: another type of body");
	params = params.p ? span_make(params.p - 1, params.n + 1) : SPAN_NONE;
	while (!st && params.n) {
		struct pair param;

		st = take_param(&params, &param, a);
		if (!st && same(param.name, "boundary"))
			st = set_once(&boundary, param.value);
	}
	if (st)
		return st;
	if (!is_boundary(boundary))
		return fail(ST_INVALID, "multipart: no boundary, or one that cannot be");
	memcpy(d->line, "\r\n--", 4);
	memcpy(d->line + 4, boundary.p, boundary.n);
	d->n = 4 + boundary.n;
	return ST_OK;
}

/* ---- the head of a part ---------------------------------------------------------------------- */

static enum status read_disposition(struct part *p, struct span value, struct arena *a)
{
	enum status st = ST_OK;

	if (p->name.p)
		return fail(ST_INVALID, "multipart: two dispositions");
	if (!same(take_token(&value), "form-data"))
		return fail(ST_INVALID, "multipart: not the disposition of a field");
	while (!st && value.n) {
		struct pair param;

		st = take_param(&value, &param, a);
		if (!st && same(param.name, "name"))
			st = set_once(&p->name, param.value);
		else if (!st && same(param.name, "filename"))
			st = set_once(&p->filename, param.value);
	}
	if (st)
		return st;
	if (p->name.n == 0)
		return fail(ST_INVALID, "multipart: a field without a name");
	if (utf8_check(p->name) != p->name.n || utf8_check(p->filename) != p->filename.n)
		return fail(ST_INVALID, "multipart: a name that is not UTF-8");
	return ST_OK;
}

static enum status read_header(struct part *p, struct span line, struct arena *a)
{
	struct span name = take_token(&line), value;

	if (name.n == 0 || line.n == 0 || *line.p != ':')
		return fail(ST_INVALID, "multipart: a line that is no header");
	value = span_trim(skip(line, 1));
	for (size_t i = 0; i < value.n; i++)
		if (is_control(value.p[i]) && value.p[i] != '\t')
			return fail(ST_INVALID, "multipart: control character in a header");
	if (same(name, "Content-Transfer-Encoding"))
		return fail(ST_INVALID, "multipart: an encoded part");
	return same(name, "Content-Disposition") ? read_disposition(p, value, a) : ST_OK;
}

enum status multipart_head(struct part *p, struct span head, struct arena *a)
{
	enum status st = ST_OK;

	while (!st && head.n) {
		size_t n = (size_t)span_find(head, SPAN("\r\n"));

		st = read_header(p, span_make(head.p, n), a);
		head = skip(head, n + 2);
	}
	if (!st && !p->name.p)
		st = fail(ST_INVALID, "multipart: a part without a name");
	return st;
}

enum status multipart_field(struct part *p, struct arena *a)
{
	char *text;

	if (utf8_check(p->bytes) != p->bytes.n)
		return fail(ST_INVALID, "multipart: a field that is not UTF-8, or NUL");
	text = arena_str(a, p->bytes);
	if (!text)
		return ST_NOMEM;
	p->bytes = span_make(text, text_unify_lines(text, p->bytes.n));
	text[p->bytes.n] = '\0';
	return ST_OK;
}
