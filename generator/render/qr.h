/* QR codes (JIS X 0510).  The only user of libqrencode. */
#ifndef KARTE_RENDER_QR_H
#define KARTE_RENDER_QR_H

#include "generator/base/span.h"
#include "generator/base/status.h"

enum {
	QR_SIDE_MAX = 177,
	QR_TEXT_MAX = 600,
	QR_QUIET = 4 /* white modules that must surround it */
};

struct qr {
	int side;				       /* modules, without the quiet zone */
	unsigned char dark[QR_SIDE_MAX * QR_SIDE_MAX]; /* row by row, 1 is dark */
};

/*
 * Encodes bytes with error correction M (15 %, enough for a folded sheet).  ST_TOOBIG: more than
 * QR_TEXT_MAX bytes; ST_INVALID: empty or with a NUL.
 */
enum status qr_encode(struct span text, struct qr *out);

#endif
