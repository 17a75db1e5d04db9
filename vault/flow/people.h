/*
 * Accounts: making, changing, stopping them.
 *
 * `who` is the operator or an administrator whose session is whole; anybody else is refused and
 * recorded (ST_DENIED).  Nobody changes their own account, and the last administrator who can sign
 * in is neither stopped nor given out again; the operator may give out the last one again.
 *
 * Mistakes are ST_INVALID, ST_NOTFOUND or ST_EXISTS with a sentence in Japanese in fail_why().
 * Where a function has a `field` (may be NULL), it is then the name of what is wrong: id name kana
 * role institution until classes; NULL if it is none of them.
 */
#ifndef KARTE_FLOW_PEOPLE_H
#define KARTE_FLOW_PEOPLE_H

#include "vault/flow/actor.h"

enum { ACCOUNT_CLASS_CHARS = 20 }; /* graphemes of one class */

/* "until" as it is typed: a day becomes YYYY-MM-DD, 「なし」 and "none" become "none", nothing
   stays "".  ST_INVALID. */
enum status account_until(struct span typed, char out[static DAY_ROOM]);
/* Classes as they are typed, separated by commas of any kind or line ends: once each, separated by
   ",".  ST_INVALID. */
enum status account_classes(struct span typed, char out[static CLASSES_ROOM]);

/*
 * Fills in and checks a new account as account_create does, without making it: an `until` of ""
 * becomes 31 March for staff (the fiscal year's last day), "none" becomes "".
 */
enum status account_check(struct app *app, struct account *a, int64_t now, const char **field);

/*
 * Makes an account with a signing key of its own, sealed under the password.  `a` says id, staff or
 * role, institution, name, kana, until (see account_check), classes, whole; its key is filled in.
 * Without a password (absent) there is no key either, until the person signs in for the first time
 * (first.h).
 */
enum status account_create(struct app *app, const struct actor *who, struct account *a,
			   struct span password);

/*
 * A first key for an account that has none, under the password that the person chose; `who` signs
 * the registry's commit (action key.add).  If it has one, that one is good until now.
 */
enum status account_new_key(struct app *app, const struct actor *who, struct account *a,
			    struct span password);

/* What is to change; what is absent (whole: NULL) stays.  Nothing else of an account can be. */
struct account_edit {
	struct span name, kana;
	struct span until;   /* as typed; empty or "none": without end */
	struct span classes; /* as typed; of staff */
	struct span institution;
	const bool *whole;
};
/* With another institution the sessions end.  ST_EXISTS: nothing would change - account.update */
enum status account_edit(struct app *app, const struct actor *who, struct span id,
			 const struct account_edit *e, const char **field);

/* Ends an account: it cannot sign in, its sessions end, its key is good until now, its password,
   factors and codes are forgotten - account.disable */
enum status account_disable(struct app *app, const struct actor *who, struct span id);
/* It may sign in again, for the first time: with a new code - account.enable */
enum status account_enable(struct app *app, const struct actor *who, struct span id);

/*
 * The key is good until now, sessions end, password, factors and codes are forgotten -
 * account.reset With a password there is a new key under it; without (absent) there is none until
 * the person signs in with a new code; ST_EXISTS if there was none anyway.  A stopped account is
 * not stopped any more.
 */
enum status account_reset(struct app *app, const struct actor *who, struct span id,
			  struct span password);

/* Would it leave nobody who can manage, if this account could not sign in? */
enum status account_is_last_admin(struct app *app, const struct account *a, int64_t now, bool *out);

#endif
