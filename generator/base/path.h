/* Names that are safe in a path, and joining them. */
#ifndef KARTE_BASE_PATH_H
#define KARTE_BASE_PATH_H

#include "generator/base/buf.h"
#include "generator/base/span.h"

enum { ID_MAX = 32 };

/* An id of an account, institution, type, section, field, sheet: [a-z0-9-]{1,32}. */
bool path_id(struct span s);

/* A child's id: c and nine characters of Crockford's base32 in lower case. */
bool path_child(struct span s);

/* A file name as a person may give it: 1 to 200 bytes of UTF-8, no "/", no control characters,
   not "." or "..", not beginning with a dot. */
bool path_name(struct span s);

/* dir + "/" + name into out (which is emptied first). */
void path_join(struct buf *out, const char *dir, const char *name);

#endif
