/*
 * Who a client behind proxies is, by X-Forwarded-For.
 *
 * Each proxy adds the address of whoever talked to it at the end of the list, and anybody can send
 * a list to begin with.  So only what trusted proxies wrote counts: read from the right, the first
 * address that is not one of theirs.  Pure functions: no connection, no names looked up.
 */
#ifndef KARTE_HTTP_FORWARDED_H
#define KARTE_HTTP_FORWARDED_H

#include "generator/base/span.h"
#include "generator/base/status.h"

#include <netinet/in.h>

enum { PROXIES_MAX = 32 };

struct proxies {
	struct proxy {
		unsigned char address[16]; /* IPv6, IPv4 as ::ffff:0:0/96 */
		unsigned bits;		   /* how many of it count */
	} list[PROXIES_MAX];
	size_t count;
};

/*
 * Reads "127.0.0.1, 10.1.0.0/16, fd00::/8": numeric addresses and prefixes.  An empty text means
 * that no proxy is trusted.  ST_INVALID for anything else, ST_TOOBIG over PROXIES_MAX; then no
 * proxy is trusted either.
 */
enum status proxies_read(struct proxies *out, struct span text);

/*
 * peer is the numeric address at the other end of the connection, headers those of the request.
 * If peer is trusted, out becomes the rightmost address of all X-Forwarded-For headers together (in
 * their order, RFC 9110 section 5.3) that is not trusted, as inet_ntop() writes it: IPv4 also when
 * it came as ::ffff:…, and without brackets and port, which some proxies add.  In every other case
 * (no such header, only trusted addresses, or something that is no address before one was found)
 * out is peer.
 */
void forwarded_peer(char out[static INET6_ADDRSTRLEN], const char *peer, const struct pair *headers,
		    size_t count, const struct proxies *trusted);

#endif
