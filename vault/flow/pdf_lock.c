#include "vault/flow/pdf_lock.h"

#include <qpdf/qpdf-c.h>
#include <string.h>
#include <sys/random.h>

static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
enum { GROUP = 5 }; /* four characters and what follows them */

enum status pdf_password(char out[static PDF_PASSWORD])
{
	unsigned char raw[PDF_PASSWORD - 1];

	if (getrandom(raw, sizeof raw, 0) != (ssize_t)sizeof raw)
		return fail(ST_IO, "no random numbers");
	for (size_t i = 0; i < sizeof raw; i++)
		out[i] = (char)((i + 1) % GROUP ? alphabet[raw[i] & 31] : '-');
	out[PDF_PASSWORD - 1] = '\0';
	explicit_bzero(raw, sizeof raw);
	return ST_OK;
}

/* Is it of that form? */
static bool pdf_password_like(struct span text)
{
	bool good = text.n == PDF_PASSWORD - 1;

	for (size_t i = 0; good && i < text.n; i++)
		good = (i + 1) % GROUP ? text.p[i] && strchr(alphabet, text.p[i]) != NULL
				       : text.p[i] == '-';
	return good;
}

static bool lock(qpdf_data q, struct span pdf, const char *password)
{
	qpdf_silence_errors(q);
	qpdf_set_suppress_warnings(q, QPDF_TRUE);
	if (qpdf_read_memory(q, "document", pdf.p, pdf.n, NULL) & QPDF_ERRORS)
		return false;
	if (qpdf_init_write_memory(q) & QPDF_ERRORS)
		return false;
	qpdf_set_r6_encryption_parameters2(q, password, password, QPDF_TRUE, QPDF_TRUE, QPDF_FALSE,
					   QPDF_FALSE, QPDF_FALSE, QPDF_FALSE, qpdf_r3p_full,
					   QPDF_TRUE);
	return !(qpdf_write(q) & QPDF_ERRORS) && !qpdf_has_error(q);
}

enum status pdf_encrypt(struct span pdf, struct span password, struct buf *out)
{
	char text[PDF_PASSWORD];
	qpdf_data q;
	enum status st = ST_OK;

	if (!pdf_password_like(password) || !span_copy(password, text, sizeof text))
		return fail(ST_INVALID, "not a password of ours");
	q = qpdf_init();
	if (lock(q, pdf, text))
		buf_add(out, (const char *)qpdf_get_buffer(q), qpdf_get_buffer_length(q));
	else
		st = fail(ST_INVALID, "the PDF cannot be locked");
	qpdf_cleanup(&q);
	explicit_bzero(text, sizeof text);
	return st ? st : out->st;
}
