/* Certificates: one of our own until the municipality installs a real one. */
#ifndef KARTE_HTTP_TLS_H
#define KARTE_HTTP_TLS_H

#include "generator/base/buf.h"
#include "generator/base/status.h"

#include <stdint.h>

/*
 * Makes an ECDSA P-256 key and a certificate signed by itself, for the host name, localhost,
 * 127.0.0.1 and ::1, valid 825 days in all, from an hour before now (seconds since the epoch), and
 * writes both as PEM with mode 0600.  hostname is a DNS name or a numeric address.  ST_INVALID for
 * any other host name, ST_EXISTS when one of the files is there already, ST_IO.
 */
enum status tls_self_signed(const char *cert_path, const char *key_path, const char *hostname,
			    int64_t now);

/*
 * Can a server use this pair?  ST_CONFIG with the reason (unreadable, key of another certificate,
 * weaker than RSA 2048 or P-256).  Dates are not judged: an expired certificate warns, it does not
 * stop a health centre.
 */
enum status tls_check(struct span cert_pem, struct span key_pem);

/* When the first certificate of the chain ends, in seconds since the epoch.  ST_CONFIG. */
enum status tls_expiry(int64_t *out, struct span cert_pem);

/* The key of session tickets, so that a browser that comes back needs no full handshake. */
struct tls_tickets;

/* A new one for the life of a server; GnuTLS turns it over by itself.  ST_NOMEM. */
enum status tls_tickets_new(struct tls_tickets **out);
/* Wipes it.  NULL does nothing. */
void tls_tickets_free(struct tls_tickets *t);
/* Turns tickets on for a gnutls_session_t that has not begun. */
void tls_tickets_use(const struct tls_tickets *t, void *session);

/* TLS 1.3 and 1.2 with forward secrecy and authenticated encryption only, as GnuTLS wants it. */
extern const char tls_priorities[];

#endif
