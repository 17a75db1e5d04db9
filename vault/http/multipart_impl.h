/* What the files about multipart/form-data share; nobody else includes it. */
#ifndef KARTE_HTTP_MULTIPART_IMPL_H
#define KARTE_HTTP_MULTIPART_IMPL_H

#include "vault/http/multipart.h"

enum { BOUNDARY_MAX = 70 };

/* CRLF "--" boundary: what stands between parts. */
struct delimiter {
	char line[4 + BOUNDARY_MAX];
	size_t n;
};

/* From the header's value.  ST_INVALID. */
enum status multipart_boundary(struct delimiter *d, struct span content_type, struct arena *a);
/* Reads the lines of a part's head, each with its CRLF, into name and filename.  ST_INVALID. */
enum status multipart_head(struct part *p, struct span head, struct arena *a);
/* The value of a plain field, in p->bytes: checked, copied, with line ends of one LF. */
enum status multipart_field(struct part *p, struct arena *a);

#endif
