#include "vault/http/gunzip.h"

#include <stdint.h>
#include <zlib.h>

enum { PIECE = 16 * 1024, GZIP_ONLY = 16 + MAX_WBITS };

static enum status inflate_all(z_stream *z, struct buf *out)
{
	unsigned char piece[PIECE];
	int rc = Z_OK;

	while (rc == Z_OK && !out->st) {
		z->next_out = piece;
		z->avail_out = sizeof piece;
		rc = inflate(z, Z_NO_FLUSH);
		if (rc == Z_OK || rc == Z_STREAM_END)
			buf_add(out, piece, sizeof piece - z->avail_out);
		if (rc == Z_OK && z->avail_out == sizeof piece)
			rc = Z_DATA_ERROR; /* it ends too early */
	}
	if (out->st)
		return out->st;
	return rc == Z_STREAM_END && z->avail_in == 0 ? ST_OK
						      : fail(ST_INVALID, "a body is not gzip");
}

enum status gunzip(struct span in, struct buf *out)
{
	z_stream z = {.next_in = (unsigned char *)(uintptr_t)in.p, .avail_in = (unsigned)in.n};
	enum status st;

	if (in.n > 16u * 1024 * 1024)
		return fail(ST_TOOBIG, "a compressed body over 16 MiB");
	if (inflateInit2(&z, GZIP_ONLY) != Z_OK)
		return fail(ST_NOMEM, "no memory for a compressed body");
	st = inflate_all(&z, out);
	inflateEnd(&z);
	return st;
}
