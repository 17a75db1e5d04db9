/*
 * Session tokens: what a browser keeps and what the server keeps of it.
 *
 * A token is 64 random bytes in two halves.  The lookup half finds the session: the server stores
 * only its SHA-256, so a copy of the database opens no session.  The secret half is never stored:
 * it opens what seal.h sealed for the session, so between two requests nothing in the vault can
 * sign for a person.
 */
#ifndef KARTE_AUTH_TOKEN_H
#define KARTE_AUTH_TOKEN_H

#include "generator/base/span.h"
#include "generator/base/status.h"

enum {
	TOKEN_HALF = 32,
	TOKEN_HASH = 32,
	TOKEN_TEXT = 87, /* 86 characters of base64url without padding, and a NUL */
};

struct token {
	unsigned char lookup[TOKEN_HASH]; /* SHA-256 of the lookup half: the key of the session */
	unsigned char secret[TOKEN_HALF]; /* for seal_for_session() and seal_from_session() */
};

/* A new token: *out for the server, text for the cookie.  Cannot fail. */
void token_new(struct token *out, char text[static TOKEN_TEXT]);

/* Reads a cookie's value.  false (and *out wiped) unless it is exactly of that form. */
bool token_parse(struct token *out, struct span text);

/* Wipes both halves.  NULL does nothing. */
void token_clear(struct token *t);

#endif
