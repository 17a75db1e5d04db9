/* Time-stamp requests and responses (RFC 3161).  The only user of OpenSSL. */
#ifndef KARTE_FLOW_TSP_H
#define KARTE_FLOW_TSP_H

#include "generator/base/buf.h"

#include <stdint.h>

enum { TSP_MAX = 64 * 1024 }; /* bytes of a response that are looked at */

/*
 * Appends a request (DER) for the SHA-256 of data: version 1, a random nonce of 64 bits, and asks
 * for the certificates of whoever stamps.  ST_NOMEM.
 */
enum status tsp_request(struct span data, struct buf *out);

/*
 * Is a response (DER) an answer to this request: granted, over the same hash and nonce, signed by a
 * certificate for time stamping that leads to one of the file ca (PEM)?  *at is the time that it
 * says.  ST_DENIED with the reason: it is not; ST_CONFIG: the file cannot be used.
 */
enum status tsp_check(struct span request, struct span response, const char *ca, int64_t *at);

#endif
