#include "vault/http/gate.h"

#include "vault/http/percent.h"

#include <strings.h>

enum { LENGTH_DIGITS_MAX = 15 };

/* A second one of these is either an attack or a mistake, never a need. */
static const char *const single[] = {
    "Authorization",
    "Content-Encoding",
    "Content-Length",
    "Content-Type",
    "Cookie",
    "Expect",
    "Host",
    "If-None-Match",
    "Origin",
    "Sec-Fetch-Site",
    "Transfer-Encoding",
    "User-Agent",
};

static const char *const unused_methods[] = {"PUT",   "DELETE",	 "PATCH",
					     "TRACE", "OPTIONS", "CONNECT"};

static bool same(struct span s, const char *name)
{
	return s.n == strlen(name) && strncasecmp(s.p, name, s.n) == 0;
}

static bool is_alnum(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Letters, digits and the marks given, at least one. */
static bool consists_of(struct span s, const char *marks)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (!is_alnum(c) && (c == '\0' || !strchr(marks, c)))
			return false;
	}
	return s.n > 0;
}

static int check_method(struct span m)
{
	if (span_is(m, "GET") || span_is(m, "HEAD") || span_is(m, "POST"))
		return 0;
	for (size_t i = 0; i < sizeof unused_methods / sizeof *unused_methods; i++)
		if (span_is(m, unused_methods[i]))
			return 405;
	return consists_of(m, "!#$%&'*+-.^_`|~") ? 501 : 400;
}

/* Only origin-form: a path of this server, in the characters of RFC 3986 and no "%00". */
static int check_target(struct span t)
{
	if (t.n > GATE_TARGET_MAX)
		return 414;
	if (t.n == 0 || t.p[0] != '/' || !consists_of(t, "/?:@-._~!$&'()*+,;=%[]|^{}`"))
		return 400;
	for (size_t i = 0; i < t.n; i++)
		if (t.p[i] == '%' && percent_byte(span_make(t.p + i, t.n - i)) <= 0)
			return 400;
	return 0;
}

static int check_version(struct span v)
{
	if (span_is(v, "HTTP/1.1") || span_is(v, "HTTP/1.0"))
		return 0;
	return span_starts(v, SPAN("HTTP/")) ? 505 : 400;
}

static bool is_field_value(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static size_t count_of(const struct gate_head *h, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < h->count; i++)
		n += same(h->headers[i].name, name);
	return n;
}

static int check_headers(const struct gate_head *h)
{
	if (h->count > GATE_HEADERS_MAX || h->bytes > GATE_BYTES_MAX)
		return 431;
	for (size_t i = 0; i < h->count; i++)
		if (!consists_of(h->headers[i].name, "!#$%&'*+-.^_`|~") ||
		    !is_field_value(h->headers[i].value))
			return 400;
	for (size_t i = 0; i < sizeof single / sizeof *single; i++)
		if (count_of(h, single[i]) > 1)
			return 400;
	return 0;
}

static int check_host(const struct gate_head *h)
{
	struct span host = gate_header(h, "Host");

	if (!host.p)
		return span_is(h->version, "HTTP/1.0") ? 0 : 400;
	return consists_of(host, "-._:[]") ? 0 : 400;
}

static bool is_length(struct span s)
{
	long n;

	return s.n <= LENGTH_DIGITS_MAX && span_number(s, 1000000000000000, &n);
}

static int check_framing(const struct gate_head *h)
{
	struct span length = gate_header(h, "Content-Length");
	struct span coding = gate_header(h, "Transfer-Encoding");
	struct span expect = gate_header(h, "Expect");

	if (coding.p && (length.p || !same(coding, "chunked") || span_is(h->version, "HTTP/1.0")))
		return 400;
	if (length.p && !is_length(length))
		return 400;
	/* A body that nobody reads is a place to hide a second request. */
	if (!span_is(h->method, "POST") && (coding.p || gate_body(h) != 0))
		return 400;
	if (expect.p && !same(expect, "100-continue"))
		return 417;
	return 0;
}

int gate_check(const struct gate_head *h)
{
	int status = h->exact ? 0 : 400;

	/* Too long comes first: what was cut off cannot be exact. */
	if (h->target.n > GATE_TARGET_MAX)
		return 414;
	if (!status)
		status = check_version(h->version);
	if (!status)
		status = check_method(h->method);
	if (!status)
		status = check_target(h->target);
	if (!status)
		status = check_headers(h);
	if (!status)
		status = check_host(h);
	return status ? status : check_framing(h);
}

struct span gate_header(const struct gate_head *h, const char *name)
{
	for (size_t i = 0; i < h->count; i++)
		if (same(h->headers[i].name, name))
			return span_trim(h->headers[i].value);
	return SPAN_NONE;
}

long long gate_body(const struct gate_head *h)
{
	struct span length = gate_header(h, "Content-Length");
	long n = 0;

	if (gate_header(h, "Transfer-Encoding").p)
		return -1;
	if (length.p && !span_number(length, 1000000000000000, &n))
		return 0;
	return n;
}

static enum method method_of(struct span m)
{
	return span_is(m, "POST") ? M_POST : span_is(m, "HEAD") ? M_HEAD : M_GET;
}

void gate_fill(struct request *req, const struct gate_head *h)
{
	struct span query = h->target;

	req->method = method_of(h->method);
	req->raw_path = span_cut(&query, '?');
	req->query = query;
	req->content_type = gate_header(h, "Content-Type");
	req->content_encoding = gate_header(h, "Content-Encoding");
	req->cookie = gate_header(h, "Cookie");
	req->origin = gate_header(h, "Origin");
	req->sec_fetch_site = gate_header(h, "Sec-Fetch-Site");
	req->if_none_match = gate_header(h, "If-None-Match");
	req->authorization = gate_header(h, "Authorization");
	req->host = gate_header(h, "Host");
	req->user_agent = gate_header(h, "User-Agent");
}
