#include "vault/http/forwarded.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

/* How IPv6 writes IPv4 (RFC 4291 section 2.5.5.2): one form for both. */
static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};

static bool is_ipv4(const unsigned char address[static 16])
{
	return memcmp(address, mapped, sizeof mapped) == 0;
}

static bool read_address(unsigned char out[static 16], struct span s)
{
	char text[INET6_ADDRSTRLEN];

	if (memchr(s.p ? s.p : "", '\0', s.n) || !span_copy(s, text, sizeof text))
		return false;
	memcpy(out, mapped, sizeof mapped);
	return inet_pton(AF_INET, text, out + sizeof mapped) == 1 ||
	       inet_pton(AF_INET6, text, out) == 1;
}

/* ---- who is trusted -------------------------------------------------------------------------- */

static bool read_proxy(struct proxy *out, struct span s)
{
	struct span address = span_cut(&s, '/');
	long bits = 128, most;

	if (!read_address(out->address, address))
		return false;
	most = memchr(address.p, ':', address.n) ? 128 : 32;
	if (s.p && !span_number(s, most, &bits))
		return false;
	out->bits = (unsigned)(s.p ? 128 - most + bits : 128);
	return true;
}

enum status proxies_read(struct proxies *out, struct span text)
{
	struct span rest = span_trim(text);

	*out = (struct proxies){0};
	while (rest.n) {
		struct span one = span_trim(span_cut(&rest, ','));

		if (out->count == PROXIES_MAX) {
			*out = (struct proxies){0};
			return fail(ST_TOOBIG, "more than %d proxies", PROXIES_MAX);
		}
		if (!read_proxy(&out->list[out->count++], one) || (rest.p && rest.n == 0)) {
			*out = (struct proxies){0};
			return fail(ST_INVALID, "proxy %.*s is no address", SPAN_ARG(one));
		}
	}
	return ST_OK;
}

static bool covers(const struct proxy *p, const unsigned char address[static 16])
{
	unsigned whole = p->bits / 8, left = p->bits % 8;

	return memcmp(p->address, address, whole) == 0 &&
	       (left == 0 || (p->address[whole] ^ address[whole]) >> (8 - left) == 0);
}

static bool is_trusted(const struct proxies *trusted, const unsigned char address[static 16])
{
	for (size_t i = 0; i < trusted->count; i++)
		if (covers(&trusted->list[i], address))
			return true;
	return false;
}

/* ---- who it is ------------------------------------------------------------------------------- */

/* Takes the "]" and the port off what follows "[". */
static bool cut_brackets(struct span *host, struct span *port)
{
	*port = span_make(host->p + 1, host->n - 1);
	*host = span_cut(port, ']');
	if (!port->p || !memchr(host->p, ':', host->n))
		return false;
	if (port->n == 0)
		*port = SPAN_NONE;
	else if (span_cut(port, ':').n > 0 || !port->p)
		return false;
	return true;
}

/* "192.0.2.1", "192.0.2.1:443", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:443" */
static bool read_forwarded(unsigned char out[static 16], struct span s)
{
	struct span host = s, port = SPAN_NONE;
	long number;

	if (s.n && s.p[0] == '[') {
		if (!cut_brackets(&host, &port))
			return false;
	} else if (s.n && memchr(s.p, ':', s.n) == memrchr(s.p, ':', s.n)) {
		port = s;
		host = span_cut(&port, ':');
	}
	return (!port.p || span_number(port, 65535, &number)) && read_address(out, host);
}

/* Takes the last piece of a list off its end; *s becomes SPAN_NONE with the first. */
static struct span take_last(struct span *s)
{
	const char *comma = s->n ? memrchr(s->p, ',', s->n) : NULL;
	struct span last = *s;

	if (comma) {
		last = span_make(comma + 1, (size_t)(s->p + s->n - comma) - 1);
		*s = span_make(s->p, (size_t)(comma - s->p));
	} else {
		*s = SPAN_NONE;
	}
	return span_trim(last);
}

static bool is_list(struct span name)
{
	static const char list[] = "X-Forwarded-For";

	return name.n == sizeof list - 1 && strncasecmp(name.p, list, name.n) == 0;
}

/* The search from the right: over at the first address that is not trusted, or that is none. */
static bool find(unsigned char out[static 16], const struct pair *headers, size_t count,
		 const struct proxies *trusted)
{
	for (size_t i = count; i-- > 0;) {
		struct span list = is_list(headers[i].name) ? headers[i].value : SPAN_NONE;

		while (list.p) {
			if (!read_forwarded(out, take_last(&list)))
				return false;
			if (!is_trusted(trusted, out))
				return true;
		}
	}
	return false;
}

void forwarded_peer(char out[static INET6_ADDRSTRLEN], const char *peer, const struct pair *headers,
		    size_t count, const struct proxies *trusted)
{
	unsigned char address[16];

	if (!read_address(address, span_of(peer)) || !is_trusted(trusted, address) ||
	    !find(address, headers, count, trusted))
		span_copy(span_of(peer), out, INET6_ADDRSTRLEN);
	else if (is_ipv4(address))
		inet_ntop(AF_INET, address + sizeof mapped, out, INET6_ADDRSTRLEN);
	else
		inet_ntop(AF_INET6, address, out, INET6_ADDRSTRLEN);
}
