#include "generator/render/qr.h"

#include <errno.h>
#include <qrencode.h>

enum status qr_encode(struct span text, struct qr *out)
{
	QRcode *code;

	out->side = 0;
	if (text.n == 0 || memchr(text.p, '\0', text.n))
		return fail(ST_INVALID, "no text for a QR code");
	if (text.n > QR_TEXT_MAX)
		return fail(ST_TOOBIG, "a QR code holds at most %d bytes", QR_TEXT_MAX);
	errno = 0;
	code = QRcode_encodeData((int)text.n, (const unsigned char *)text.p, 0, QR_ECLEVEL_M);
	if (!code)
		return errno == EINVAL || errno == ERANGE
			   ? fail(ST_INVALID, "cannot make a QR code")
			   : fail(ST_NOMEM, "no memory for a QR code");
	out->side = code->width;
	for (int i = 0; i < code->width * code->width; i++)
		out->dark[i] = code->data[i] & 1;
	QRcode_free(code);
	return ST_OK;
}
