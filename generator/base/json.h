/*
 * Writing JSON (RFC 8259) on one line, in the order of the calls: the same calls give the same
 * bytes, as canonical records need.
 */
#ifndef KARTE_BASE_JSON_H
#define KARTE_BASE_JSON_H

#include "generator/base/buf.h"

/* Usage: open, then key and value by turns, then close.  Commas are put by themselves. */
void json_open(struct buf *b);	   /* { */
void json_close(struct buf *b);	   /* } */
void json_list(struct buf *b);	   /* [ */
void json_list_end(struct buf *b); /* ] */
void json_key(struct buf *b, const char *key);
/* Text is valid UTF-8; only ", \ and control characters are escaped. */
void json_text(struct buf *b, struct span s);
void json_int(struct buf *b, long long v);
void json_bool(struct buf *b, bool v);

/* key and text in one call; an absent span writes nothing at all. */
void json_pair(struct buf *b, const char *key, struct span s);

#endif
