/* What the files about accounts and institutions share. */
#ifndef KARTE_FLOW_PEOPLE_IMPL_H
#define KARTE_FLOW_PEOPLE_IMPL_H

#include "vault/auth/password.h"
#include "vault/flow/people.h"

/*
 * One change at a time, in all processes, from reading what is there to its commit: or somebody who
 * renames an account would bring it back that was stopped meanwhile.  Between the two no function
 * that calls db_begin itself.  People_end keeps what was done also after a failure, since commits
 * stay too; it returns so_far, or its own failure.
 */
enum status people_begin(struct app *app);
enum status people_end(struct app *app, enum status so_far);

/* May `who` change this account (NULL: what is no account)?  last: see account_is_last_admin. */
enum status people_may(struct app *app, const struct actor *who, const char *account, bool last);
bool people_operator(const struct actor *who);

/* An id, and not a word that has a page of its own below /admin/accounts. */
bool people_id(struct span id);
/* One line of text, at least one character, without < and >. */
bool people_line(struct span s);
/* Says which field is wrong; returns st. */
enum status people_wrong(const char **field, const char *name, enum status st);
/* ST_NOTFOUND, or ST_INVALID if it is closed, with a sentence. */
enum status people_institution(struct app *app, const char *id, int64_t now,
			       struct institution *out);

/* A key under a new password, with all that must be kept of it. */
struct fresh_key {
	struct key_row row;
	struct buf armored;
	char sealed[SEAL_TEXT], verifier[PASSWORD_TEXT];
	unsigned char address[SEAL_ADDRESS];
};
/* The password is checked first; a->key is filled in.  Takes a second: not after people_begin. */
enum status fresh_key_make(struct fresh_key *k, struct app *app, struct account *a,
			   struct span password);
/* Commits the account with its key; then the person can sign in with the password. */
enum status fresh_key_put(struct fresh_key *k, struct app *app, const struct actor *who,
			  const char *action, const struct account *a);
/* used: the registry has it; otherwise its secret part is destroyed. */
void fresh_key_clear(struct fresh_key *k, struct app *app, bool used);

/* The account's key ends now: its row and public part, for registry_put_account.  has: there is a
   key that had not ended. */
struct ending_key {
	struct key_row row;
	struct buf armored;
	bool has;
};
enum status ending_key_load(struct ending_key *k, struct app *app, const struct account *a);
/* Commits the account, and the end of the key with it if there is one. */
enum status ending_key_put(struct ending_key *k, struct app *app, const struct actor *who,
			   const char *action, const struct account *a);
/* done: its secret part is destroyed too. */
enum status ending_key_clear(struct ending_key *k, struct app *app, bool done);

#endif
