#include "vault/store/message.h"

#include "generator/base/utf8.h"
#include "vault/store/digest.h"

/* One or several lines of text without control characters (a tab may be). */
static bool is_text(struct span s, bool lines)
{
	if (utf8_check(s) != s.n)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c == 0x7f || (c < 0x20 && c != '\t' && !(lines && (c == '\n' || c == '\r'))))
			return false;
	}
	return true;
}

static bool is_token(struct span s)
{
	if (!s.n)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		      c == '-'))
			return false;
	}
	return true;
}

static bool good_line(struct span s)
{
	return is_text(s, false) && span_trim(s).n > 0 && span_trim(s).n == s.n;
}

static enum status check_trailers(const struct commit_draft *d)
{
	if (d->trailer_count >= VERSION_TRAILERS)
		return fail(ST_INVALID, "more than %d trailers", VERSION_TRAILERS - 1);
	for (size_t i = 0; i < d->trailer_count; i++) {
		const struct pair *t = &d->trailers[i];
		if (!is_token(t->name) || span_is(t->name, DIGEST_TRAILER) || !good_line(t->value))
			return fail(ST_INVALID, "trailer %zu cannot be written", i + 1);
		for (size_t j = 0; j < i; j++)
			if (span_eq(t->name, d->trailers[j].name))
				return fail(ST_INVALID, "trailer %zu comes twice", i + 1);
	}
	return ST_OK;
}

static void add_lines(struct buf *out, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '\r')
			buf_addc(out, s.p[i]);
		else if (i + 1 == s.n || s.p[i + 1] != '\n')
			buf_addc(out, '\n');
	}
}

enum status message_write(const struct commit_draft *d, const char *digest, struct buf *out)
{
	struct span reason = span_trim(d->reason);
	enum status st = check_trailers(d);

	if (!st && !good_line(d->subject))
		st = fail(ST_INVALID, "the subject is not one line of text");
	if (!st && !is_text(reason, true))
		st = fail(ST_INVALID, "the reason holds what is not text");
	if (st)
		return st;
	buf_addspan(out, d->subject);
	buf_adds(out, "\n\n");
	if (reason.n) {
		add_lines(out, reason);
		buf_adds(out, "\n\n");
	}
	for (size_t i = 0; i < d->trailer_count; i++)
		buf_addf(out, "%.*s: %.*s\n", SPAN_ARG(d->trailers[i].name),
			 SPAN_ARG(d->trailers[i].value));
	buf_addf(out, DIGEST_TRAILER ": " DIGEST_PREFIX "%s\n", digest);
	return out->st;
}

/* "Name: value"; false for any other line. */
static bool read_trailer(struct span line, struct pair *out)
{
	long colon = span_find(line, SPAN(": "));

	if (colon <= 0)
		return false;
	out->name = span_make(line.p, (size_t)colon);
	out->value = span_trim(span_make(line.p + colon + 2, line.n - (size_t)colon - 2));
	return is_token(out->name);
}

/* Where the last paragraph begins: after the last empty line. */
static size_t last_paragraph(struct span s)
{
	for (size_t i = s.n; i >= 2; i--)
		if (s.p[i - 1] == '\n' && s.p[i - 2] == '\n')
			return i;
	return 0;
}

/* The trailers, if every line of this paragraph is one. */
static bool read_trailers(struct span lines, struct version *v)
{
	struct pair t;

	while (lines.n) {
		if (!read_trailer(span_cut(&lines, '\n'), &t)) {
			v->trailer_count = 0;
			return false;
		}
		if (v->trailer_count < VERSION_TRAILERS)
			v->trailers[v->trailer_count++] = t;
	}
	return true;
}

void message_read(struct span message, struct version *v)
{
	struct span rest = message;
	size_t at;

	v->subject = span_trim(span_cut(&rest, '\n'));
	v->reason = SPAN("");
	v->trailer_count = 0;
	while (rest.n && rest.p[rest.n - 1] == '\n')
		rest.n--;
	if (!rest.n)
		return;
	at = last_paragraph(rest);
	/* right after the subject there is an empty line, which the cut has left one LF of */
	if (at == 0 && rest.p[0] == '\n')
		at = 1;
	if (at && read_trailers(span_make(rest.p + at, rest.n - at), v))
		rest.n = at;
	v->reason = span_trim(rest);
}
