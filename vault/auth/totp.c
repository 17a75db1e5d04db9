#include "vault/auth/totp.h"

#include "vault/auth/base32.h"

#include <liboath/oath.h>
#include <pthread.h>
#include <sodium.h>

enum { DIGITS = TOTP_CODE - 1 };

static int oath_state;

static void library_setup(void)
{
	oath_state = oath_init();
}

/* liboath wants to be told once that it is used. */
static enum status library(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, library_setup);
	return oath_state == OATH_OK ? ST_OK : fail(ST_BUG, "liboath does not start");
}

void totp_text(char out[static TOTP_TEXT], const unsigned char secret[static TOTP_SECRET])
{
	base32_encode(BASE32_RFC4648, out, secret, TOTP_SECRET);
}

bool totp_parse(unsigned char secret[static TOTP_SECRET], struct span text)
{
	char plain[TOTP_TEXT];
	bool ok;

	base32_typed(plain, sizeof plain, text); /* else it is empty, and no secret */
	ok = base32_decode(BASE32_RFC4648, secret, TOTP_SECRET, span_of(plain));
	explicit_bzero(plain, sizeof plain);
	return ok;
}

static enum status code_of_step(char out[static TOTP_CODE],
				const unsigned char secret[static TOTP_SECRET], int64_t step)
{
	enum status st = library();

	if (!st && oath_hotp_generate((const char *)secret, TOTP_SECRET, (uint64_t)step, DIGITS,
				      false, OATH_HOTP_DYNAMIC_TRUNCATION, out) != OATH_OK)
		st = fail(ST_BUG, "liboath makes no code");
	return st;
}

enum status totp_code(char out[static TOTP_CODE], const unsigned char secret[static TOTP_SECRET],
		      int64_t now)
{
	if (now < 0)
		return fail(ST_INVALID, "a code before 1970");
	return code_of_step(out, secret, now / TOTP_STEP);
}

/* Looks at every step of the window, so that the time says nothing.  *used: right, but too old. */
static enum status find_step(const unsigned char secret[static TOTP_SECRET],
			     const char code[static TOTP_CODE], int64_t now, int64_t last_step,
			     int64_t *found, bool *used)
{
	char right[TOTP_CODE];
	enum status st = ST_OK;

	for (int64_t step = now - TOTP_WINDOW; !st && step <= now + TOTP_WINDOW; step++) {
		st = code_of_step(right, secret, step);
		if (st || sodium_memcmp(code, right, DIGITS) != 0)
			continue;
		if (step <= last_step)
			*used = true;
		else
			*found = step; /* the newest: the same digits do not count again */
	}
	explicit_bzero(right, sizeof right);
	return st;
}

enum status totp_check(const unsigned char secret[static TOTP_SECRET], struct span code,
		       int64_t now, int64_t last_step, int64_t *step)
{
	char plain[TOTP_CODE];
	int64_t found = -1;
	bool used = false;
	enum status st;

	if (now >= 0 && base32_typed(plain, sizeof plain, code) && strlen(plain) == DIGITS)
		st = find_step(secret, plain, now / TOTP_STEP, last_step, &found, &used);
	else
		st = fail(ST_DENIED, "not a code of six digits");
	explicit_bzero(plain, sizeof plain);
	if (st)
		return st;
	if (found < 0)
		return used ? fail(ST_EXISTS, "the code was used already")
			    : fail(ST_DENIED, "not the code of this time");
	*step = found;
	return ST_OK;
}

/* ---- for a QR code -------------------------------------------------------------------------- */

/* RFC 3986 section 2.1: everything but the unreserved. */
static void percent(struct buf *out, struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		    (c && strchr("-._~", c)))
			buf_addc(out, (char)c);
		else
			buf_addf(out, "%%%02X", c);
	}
}

void totp_uri(struct buf *out, const unsigned char secret[static TOTP_SECRET], struct span issuer,
	      struct span account)
{
	char text[TOTP_TEXT];

	totp_text(text, secret);
	buf_adds(out, "otpauth://totp/");
	percent(out, issuer);
	buf_addc(out, ':');
	percent(out, account);
	buf_adds(out, "?secret=");
	buf_adds(out, text);
	buf_adds(out, "&issuer=");
	percent(out, issuer);
	explicit_bzero(text, sizeof text);
}
