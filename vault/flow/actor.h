/*
 * Who does something: an account with its own key, or the vault's operator at a command line.
 */
#ifndef KARTE_FLOW_ACTOR_H
#define KARTE_FLOW_ACTOR_H

#include "vault/app.h"
#include "vault/auth/seal.h"
#include "vault/db/account.h"
#include "vault/http/request.h"

enum { ACTOR_EMAIL = 320 };

struct actor {
	struct account account;		  /* for the operator: id "os:<user>", role admin */
	char email[ACTOR_EMAIL];	  /* of the commits: <account>@<vault host> */
	const char *key;		  /* fingerprint that signs */
	struct seal_secret *secret;	  /* opens the key; NULL for the vault's own key */
	char request[REQUEST_ID_LEN + 1]; /* ties records and commits of one request together */
};

/* The operator: signs with the vault's key, named after the operating system's user. */
void actor_operator(struct actor *a, const struct app *app);

/*
 * An account that signs with its own key, opened with its password.  ST_DENIED: wrong password,
 * disabled or unknown (all the same to a caller).
 */
enum status actor_account(struct actor *a, struct app *app, struct span id, struct span password);

/* The same from a session: secret is taken over. */
void actor_session(struct actor *a, const struct app *app, const struct account *account,
		   struct seal_secret *secret, const char *request);

/* Wipes the secret. */
void actor_clear(struct actor *a);

#endif
