/*
 * Rendered bytes, kept for a while.  The key is the whole of what they were made from (content,
 * role, relation, types, theme), so a wrong reader cannot be served from it.  Thread-safe.
 */
#ifndef KARTE_FLOW_CACHE_H
#define KARTE_FLOW_CACHE_H

#include "generator/base/buf.h"
#include "generator/base/status.h"

struct cache;

/* Holds at most max bytes; the longest unused go first. */
enum status cache_new(struct cache **out, size_t max);
void cache_free(struct cache *c);

/* Appends what is kept under the key; false if there is nothing. */
bool cache_get(struct cache *c, struct span key, struct buf *out);
/* Keeps a copy; too large ones are not kept. */
void cache_put(struct cache *c, struct span key, struct span bytes);

/* Forgets everything, when something that was shown is gone for good. */
void cache_empty(struct cache *c);

#endif
