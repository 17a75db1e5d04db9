/*
 * Time-based one-time passwords (RFC 6238: SHA-1, 6 digits, 30 seconds), by liboath.
 *
 * Pure: the caller keeps the secret and the last step that was used.
 */
#ifndef KARTE_AUTH_TOTP_H
#define KARTE_AUTH_TOTP_H

#include "generator/base/buf.h"
#include "generator/base/span.h"
#include "generator/base/status.h"

#include <stdint.h>

enum {
	TOTP_SECRET = 20, /* bytes: RFC 4226 recommends 160 bits */
	TOTP_TEXT = 33,	  /* 32 characters of base32 and a NUL */
	TOTP_CODE = 7,	  /* 6 digits and a NUL */
	TOTP_STEP = 30,	  /* seconds */
	TOTP_WINDOW = 1,  /* steps before and after the present one that are taken too */
};

/* As people type it: base32 without padding. */
void totp_text(char out[static TOTP_TEXT], const unsigned char secret[static TOTP_SECRET]);
/* Reads it back; small letters, spaces, hyphens and full-width characters are taken.  false (and
   secret wiped) unless it is 160 bits. */
bool totp_parse(unsigned char secret[static TOTP_SECRET], struct span text);

/* The code of the moment, for the demo and for tests.  now: seconds since the epoch; ST_INVALID
   before that. */
enum status totp_code(char out[static TOTP_CODE], const unsigned char secret[static TOTP_SECRET],
		      int64_t now);

/*
 * Is this the code of now, of the step before or the step after?  Spaces, hyphens and full-width
 * digits are taken.  A code counts once: its step must be later than last_step (0: none yet).
 * ST_OK: *step is the one to keep, before anything is granted; ST_EXISTS: right, but used already;
 * ST_DENIED: wrong.  *step is set by ST_OK only.
 *
 * A clock that is set back does not open old codes again: until it has passed last_step every right
 * code is ST_EXISTS.
 */
enum status totp_check(const unsigned char secret[static TOTP_SECRET], struct span code,
		       int64_t now, int64_t last_step, int64_t *step);

/* otpauth://totp/ISSUER:ACCOUNT?secret=…&issuer=… for a QR code; names are percent-encoded.
   out now holds the secret: it is to be a secret buffer. */
void totp_uri(struct buf *out, const unsigned char secret[static TOTP_SECRET], struct span issuer,
	      struct span account);

#endif
