#include "vault/http/response.h"

#include "generator/base/path.h"
#include "vault/http/headers.h"
#include "vault/http/percent.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

enum { HEADER_BYTES_MAX = 2048 };

/* What only the transport or a function of this file may say. */
static const char *const reserved[] = {
    "Connection",    "Content-Length", "Content-Type", "Date",	   "Transfer-Encoding",
    "Cache-Control", "ETag",	       "Set-Cookie",   "Location",
};

void response_init(struct response *res)
{
	*res = (struct response){.personal = true, .fd = -1};
	buf_init(&res->body, RESPONSE_BODY_MAX);
}

void response_clear(struct response *res)
{
	if (!res)
		return;
	for (size_t i = 0; i < res->header_count; i++) {
		free(res->headers[i].name);
		free(res->headers[i].value);
	}
	buf_clear(&res->body);
	if (res->fd >= 0)
		close(res->fd);
	response_init(res);
}

static enum status failed(struct response *res, enum status st)
{
	if (!res->st)
		res->st = st;
	return res->st;
}

static bool is_reserved(const char *name)
{
	for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
		if (strcasecmp(name, reserved[i]) == 0)
			return true;
	for (size_t i = 0; i < fixed_header_count; i++)
		if (strcasecmp(name, fixed_headers[i].name) == 0)
			return true;
	return false;
}

static bool is_token(const char *s)
{
	static const char marks[] = "!#$%&'*+-.^_`|~";

	for (const char *p = s; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
		      (*p >= '0' && *p <= '9') || strchr(marks, *p)))
			return false;
	return *s != '\0';
}

static bool is_printable(const char *s)
{
	for (; *s; s++)
		if (*s < 0x20 || *s > 0x7e)
			return false;
	return true;
}

static enum status put(struct response *res, const char *name, const char *value)
{
	struct header *h = &res->headers[res->header_count];

	if (res->st)
		return res->st;
	if (!is_token(name) || !is_printable(value) || strlen(value) > HEADER_BYTES_MAX)
		return failed(res, fail(ST_INVALID, "header with characters it must not have"));
	if (res->header_count == RESPONSE_HEADERS_MAX)
		return failed(res, fail(ST_TOOBIG, "more than %d headers", RESPONSE_HEADERS_MAX));
	*h = (struct header){strdup(name), strdup(value)};
	if (!h->name || !h->value) {
		free(h->name);
		free(h->value);
		return failed(res, fail(ST_NOMEM, "no memory for a header"));
	}
	res->header_count++;
	return ST_OK;
}

/* The value is what the buffer holds; the buffer is given back. */
static enum status put_buf(struct response *res, const char *name, struct buf *value)
{
	enum status st = value->st ? failed(res, value->st) : put(res, name, buf_str(value));

	buf_clear(value);
	return st;
}

enum status response_header(struct response *res, const char *name, const char *value)
{
	if (is_reserved(name))
		return failed(res, fail(ST_BUG, "header %s is not a page's", name));
	return put(res, name, value);
}

enum status response_redirect(struct response *res, const char *path)
{
	/* "//host" and "/\host" would be read as another server. */
	if (path[0] != '/' || path[1] == '/' || strchr(path, '\\') || strchr(path, ' '))
		return failed(res, fail(ST_INVALID, "not a path of this server"));
	res->status = 303;
	return put(res, "Location", path);
}

static bool is_cookie_name(const char *s)
{
	return is_token(s) && strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					"0123456789_-") == strlen(s);
}

static bool is_cookie_value(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= 0x20 || s.p[i] == 0x7f || strchr("\",;\\", s.p[i]))
			return false;
	return true;
}

static enum status put_cookie(struct response *res, const char *name, struct span value,
			      const char *more)
{
	struct buf b;

	if (!is_cookie_name(name) || !is_cookie_value(value))
		return failed(res, fail(ST_INVALID, "cookie with characters it must not have"));
	buf_init_secret(&b, HEADER_BYTES_MAX);
	buf_addf(&b, "__Host-%s=", name);
	buf_addspan(&b, value);
	buf_addf(&b, "; Path=/; Secure; HttpOnly; SameSite=Lax%s", more);
	return put_buf(res, "Set-Cookie", &b);
}

enum status response_cookie_set(struct response *res, const char *name, struct span value,
				long max_age)
{
	char more[48] = "";

	if (max_age > 0)
		snprintf(more, sizeof more, "; Max-Age=%ld", max_age);
	return put_cookie(res, name, value, more);
}

enum status response_cookie_clear(struct response *res, const char *name)
{
	return put_cookie(res, name, SPAN(""), "; Max-Age=0");
}

/* For readers that do not know filename*: what is not ASCII becomes "_". */
static void add_plain_name(struct buf *out, struct span name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if ((c & 0xc0) == 0x80)
			continue;
		buf_addc(out, c < 0x20 || c == '"' || c == '%' ? '_' : c);
	}
}

static enum status put_disposition(struct response *res, const char *kind, struct span name)
{
	struct buf b;

	if (!path_name(name))
		return failed(res, fail(ST_INVALID, "not a file name"));
	buf_init(&b, HEADER_BYTES_MAX);
	buf_addf(&b, "%s; filename=\"", kind);
	add_plain_name(&b, name);
	buf_adds(&b, "\"; filename*=UTF-8''");
	percent_encode(&b, name);
	return put_buf(res, "Content-Disposition", &b);
}

enum status response_download(struct response *res, struct span name)
{
	return put_disposition(res, "attachment", name);
}

enum status response_inline(struct response *res, struct span name)
{
	return put_disposition(res, "inline", name);
}

enum status response_forget(struct response *res)
{
	return put(res, "Clear-Site-Data", "\"cache\", \"cookies\", \"storage\"");
}

enum status response_retry_after(struct response *res, long seconds)
{
	char text[24];

	snprintf(text, sizeof text, "%ld", seconds > 0 ? seconds : 1);
	return put(res, "Retry-After", text);
}

/* Weak comparison of RFC 9110 section 13.1.2; tag with its quotes. */
static bool names_tag(struct span if_none_match, struct span tag)
{
	while (if_none_match.p) {
		struct span t = span_trim(span_cut(&if_none_match, ','));

		if (span_starts(t, SPAN("W/")))
			t = span_make(t.p + 2, t.n - 2);
		if (span_eq(t, tag) || span_is(t, "*"))
			return true;
	}
	return false;
}

enum status response_static(struct response *res, struct span bytes, const char *type,
			    const char *etag, struct span if_none_match, bool immutable)
{
	char tag[128];
	int n = snprintf(tag, sizeof tag, "\"%s\"", etag);

	if (n < 0 || (size_t)n >= sizeof tag || strchr(etag, '"'))
		return failed(res, fail(ST_INVALID, "not an entity tag"));
	res->personal = false;
	res->type = type;
	res->status = names_tag(if_none_match, span_of(tag)) ? 304 : 200;
	if (res->status == 200)
		res->fixed = bytes;
	put(res, "ETag", tag);
	return put(res, "Cache-Control",
		   immutable ? "public, max-age=31536000, immutable" : "no-cache");
}

enum status response_public(struct response *res, long seconds)
{
	char value[64];

	res->personal = false;
	snprintf(value, sizeof value, "public, max-age=%ld, immutable", seconds);
	return put(res, "Cache-Control", value);
}
