/*
 * Reading application/x-www-form-urlencoded (WHATWG URL Standard section 5.1): the bodies of forms
 * and the part of a URL after "?".
 */
#ifndef KARTE_HTTP_FORM_H
#define KARTE_HTTP_FORM_H

#include "generator/base/arena.h"
#include "generator/base/span.h"
#include "generator/base/status.h"

enum { FORM_FIELDS_MAX = 2000, FORM_BYTES_MAX = 1024 * 1024 };

struct form {
	const struct pair *pairs; /* in the order in which they were sent */
	size_t count;
};

/*
 * Decodes body into an array in the arena a, which owns all of it.  Names and values are valid
 * UTF-8 without NUL; line ends CRLF and CR become LF; nothing else is changed.  An absent or
 * empty body is a form without fields.  ST_TOOBIG over the two limits above, ST_INVALID for a "%"
 * without two digits, for NUL, for what is not UTF-8, and for a field without a name.  The arena
 * needs about three times the size of the body.
 */
enum status form_parse(struct form *out, struct span body, struct arena *a);

/* How often a field was sent. */
size_t form_count(const struct form *f, const char *name);

/*
 * The value of a field that was sent exactly once; SPAN_NONE when it was not sent or was sent
 * several times: a value that two readers could understand differently is no value (ASVS V15.3.7).
 */
struct span form_get(const struct form *f, const char *name);

/*
 * For fields that may be sent several times (checkboxes): the value of the first field of this
 * name at or behind position *at, which moves behind it.  SPAN_NONE when there is no more.
 */
struct span form_next(const struct form *f, const char *name, size_t *at);

#endif
