/* A body that came compressed (RFC 1952): `git fetch` sends long lists so. */
#ifndef KARTE_HTTP_GUNZIP_H
#define KARTE_HTTP_GUNZIP_H

#include "generator/base/buf.h"

/* Appends what is in it.  ST_INVALID: not one whole gzip stream; ST_TOOBIG: over what out holds. */
enum status gunzip(struct span in, struct buf *out);

#endif
