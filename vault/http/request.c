#include "vault/http/request.h"

#include "generator/base/utf8.h"
#include "vault/http/percent.h"

#include <stdio.h>
#include <strings.h>
#include <sys/random.h>

enum { PATH_BYTES_MAX = 4096 };

/* cookie-octet of RFC 6265 section 4.1.1. */
static bool is_cookie_octet(unsigned char c)
{
	return c > 0x20 && c < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\';
}

static bool all_cookie_octets(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_cookie_octet((unsigned char)s.p[i]))
			return false;
	return true;
}

bool request_cookie(const struct request *req, const char *name, struct span *value)
{
	struct span rest = req->cookie, found = SPAN_NONE;

	*value = SPAN_NONE;
	while (rest.p) {
		struct span v = span_trim(span_cut(&rest, ';'));
		struct span n = span_cut(&v, '=');

		if (!v.p || !span_is(n, name))
			continue;
		if (found.p || !all_cookie_octets(v))
			return false;
		found = v;
	}
	*value = found;
	return found.p != NULL;
}

/* One decoded byte that may stand in a path at all? */
static bool is_path_byte(int c)
{
	return c >= 0x20 && c != 0x7f && c != '\\';
}

static enum status decode(struct buf *out, struct span raw)
{
	for (size_t i = 0; i < raw.n; i++) {
		int c = (unsigned char)raw.p[i];

		if (c == '%') {
			c = percent_byte(span_make(raw.p + i, raw.n - i));
			if (c == '/')
				return fail(ST_INVALID, "encoded slash in a path");
			i += 2;
		}
		if (c < 0 || !is_path_byte(c))
			return fail(ST_INVALID, "byte in a path that has no place there");
		buf_addc(out, (char)c);
	}
	return out->st;
}

static enum status check_segments(struct span path)
{
	struct span rest = span_make(path.p + 1, path.n - 1);

	while (rest.p) {
		struct span s = span_cut(&rest, '/');

		if (s.n == 0 && rest.p)
			return fail(ST_INVALID, "empty segment in a path");
		if (span_is(s, ".") || span_is(s, ".."))
			return fail(ST_INVALID, "dots as a segment of a path");
	}
	return ST_OK;
}

enum status request_path(struct buf *out, struct span raw)
{
	enum status st;

	buf_cut(out, 0);
	if (raw.n > PATH_BYTES_MAX)
		return fail(ST_TOOBIG, "path over %d bytes", PATH_BYTES_MAX);
	if (raw.n == 0 || raw.p[0] != '/')
		return fail(ST_INVALID, "path does not begin with a slash");
	st = decode(out, raw);
	if (st)
		return st;
	if (utf8_check(buf_span(out)) != out->len)
		return fail(ST_INVALID, "path is not UTF-8");
	return check_segments(buf_span(out));
}

bool request_has_type(const struct request *req, const char *type)
{
	struct span rest = req->content_type;
	struct span given = span_trim(span_cut(&rest, ';'));

	return given.n == strlen(type) && given.n > 0 && strncasecmp(given.p, type, given.n) == 0;
}

enum status request_new_id(struct request *req)
{
	unsigned char random[REQUEST_ID_LEN / 2];

	if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
		return fail(ST_IO, "no random bytes");
	for (size_t i = 0; i < sizeof random; i++)
		snprintf(req->id + 2 * i, 3, "%02x", random[i]);
	return ST_OK;
}
