/* What a mail looks like (RFC 5322, 2047, 2045), and which addresses may stand in one. */
#ifndef KARTE_FLOW_MAIL_TEXT_H
#define KARTE_FLOW_MAIL_TEXT_H

#include "generator/base/buf.h"

#include <stdint.h>

enum { MAIL_LIST_MAX = 20, MAIL_ADDRESS_MAX = 254 };

/* One address, LOCAL@DOMAIN: ASCII, no quotes, no brackets, nothing that could end a header line.
 */
bool mail_address_good(struct span s);
/* Addresses separated by commas; "" is a list, too. */
bool mail_list_good(struct span list);
/* Cuts the next address off a good list; absent at its end. */
struct span mail_list_next(struct span *list);
/* smtp://HOST[:PORT] or smtps://HOST[:PORT] and nothing more. */
bool mail_server_good(struct span url);
/* Is it this machine itself?  Then the line needs no TLS. */
bool mail_server_is_here(struct span url);

struct mail_text {
	struct span from, to, subject, body; /* UTF-8; the body with \n */
	int64_t date;
	long long n;	      /* what makes its Message-ID the only one */
	const char *hostname; /* of the vault */
};

/*
 * The whole message with CRLF.  What the subject has of control characters becomes a space, so no
 * text can add a header.  ST_INVALID: an address is none.
 */
enum status mail_write(struct buf *out, const struct mail_text *m);

#endif
