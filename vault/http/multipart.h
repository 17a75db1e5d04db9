/*
 * Reading multipart/form-data (RFC 7578): forms with a file.  Here the whole body lies in memory;
 * arrival.h reads one while it arrives.
 *
 * Browsers write one form of it; only that is read, so that no two readers can understand a body
 * differently: lines end in CRLF, nothing stands before the first boundary or behind the last,
 * headers are not continued, and a boundary never continues as something else.
 */
#ifndef KARTE_HTTP_MULTIPART_H
#define KARTE_HTTP_MULTIPART_H

#include "vault/http/form.h"

enum { MULTIPART_PARTS_MAX = 200, MULTIPART_HEAD_MAX = 4096 };

struct arrived;

struct part {
	struct span name;     /* of the field */
	struct span filename; /* as sent, never used as a path; absent: a plain field; empty:
				 nothing was chosen */
	struct span bytes;    /* of a file: as sent, in the body; of a plain field: its value */
	const struct arrived
	    *file; /* of a body that came into files: its content; bytes is absent */
};

struct multipart {
	const struct part *parts; /* in the order in which they were sent */
	size_t count;
};

/*
 * content_type is the header's value with its boundary (1 to 70 characters of RFC 2046).  Names are
 * valid UTF-8 without control characters, \" and \\ in them stand for " and \; plain fields also
 * become fields of form (with the line ends and checks of form_parse).  filename* and other
 * parameters are ignored, and so are other headers but Content-Transfer-Encoding, which RFC 7578
 * forbids.  ST_INVALID for what is not in that form or not complete; ST_TOOBIG over the limits
 * (parts, bytes of one head, and FORM_BYTES_MAX for all plain fields together).  With an error
 * both results are empty.  The arena needs the size of the plain fields and heads, and 32 KiB; the
 * body must live as long as the result.
 */
enum status multipart_parse(struct multipart *out, struct form *form, struct span content_type,
			    struct span body, struct arena *a);

/* The only file of this field name, or NULL: not sent, sent twice, or without a file. */
const struct part *multipart_file(const struct multipart *m, const char *name);

#endif
