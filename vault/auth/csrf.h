/*
 * Tokens that tie a form to the session in which it was shown (IPA 6-(i)-a, ASVS V3.5.1).
 *
 * token = base64url(BLAKE2b-256(key = server's secret, "karte csrf 1" + hash of the session)).
 * Nothing has to be stored, and the token says nothing about the session's cookie.
 */
#ifndef KARTE_AUTH_CSRF_H
#define KARTE_AUTH_CSRF_H

#include "generator/base/span.h"

enum { CSRF_KEY_LEN = 32, CSRF_SESSION_LEN = 32, CSRF_TEXT = 44 }; /* 43 characters and a NUL */

/* A fresh key, for instance at every start: forms that are open then have to be sent again. */
void csrf_key_new(unsigned char key[static CSRF_KEY_LEN]);

/* session is what the server keeps of it: token.h's hash.  Before sign-in, that of the cookie
   which the sign-in page set. */
void csrf_token(char out[static CSRF_TEXT], const unsigned char key[static CSRF_KEY_LEN],
		const unsigned char session[static CSRF_SESSION_LEN]);

/* Is this the token of that session?  Takes the same time for every wrong one; absent is wrong. */
bool csrf_check(struct span given, const unsigned char key[static CSRF_KEY_LEN],
		const unsigned char session[static CSRF_SESSION_LEN]);

#endif
