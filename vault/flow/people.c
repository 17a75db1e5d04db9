/* Making accounts, and the keys that go with them. */
#include "vault/flow/people_impl.h"

#include "vault/db/session.h"
#include "vault/flow/registry.h"
#include "vault/store/sign.h"

#include <stdio.h>
#include <time.h>

enum { ARMORED_MAX = 64 * 1024 };

/* ---- a key that begins -------------------------------------------------------------------- */

static enum status make_key(struct fresh_key *k, struct app *app, struct account *a,
			    struct span password)
{
	char email[ACTOR_EMAIL];
	struct seal_secret *secret = NULL;
	enum status st;

	snprintf(email, sizeof email, "%s@%s", a->id, app->conf.hostname);
	st = seal_new(&secret, k->sealed, password, span_of(a->id));
	if (!st)
		st = key_create(app->keys, span_of(a->name), span_of(email),
				span_of(seal_passphrase(secret)), k->row.fingerprint);
	if (!st)
		st = key_export(app->keys, k->row.fingerprint, &k->armored);
	if (!st)
		st = password_hash(k->verifier, password);
	if (!st)
		seal_address(secret, k->address);
	seal_secret_free(secret);
	return st;
}

enum status fresh_key_make(struct fresh_key *k, struct app *app, struct account *a,
			   struct span password)
{
	const char *why = NULL;
	enum status st = password_acceptable(password, span_of(a->id), span_of(a->name), &why);

	*k = (struct fresh_key){.row = {.since = (long long)time(NULL)}};
	buf_init(&k->armored, ARMORED_MAX);
	if (st == ST_INVALID)
		return fail(st, "%s", why);
	if (!st)
		st = make_key(k, app, a, password);
	memcpy(k->row.account, a->id, sizeof k->row.account);
	if (!st)
		memcpy(a->key, k->row.fingerprint, sizeof a->key);
	return st;
}

/* The registry first: without its commit nothing has changed for the person. */
enum status fresh_key_put(struct fresh_key *k, struct app *app, const struct actor *who,
			  const char *action, const struct account *a)
{
	enum status st = registry_put_account(app, who, action, a, &k->row, buf_span(&k->armored));

	return st ? st
		  : secret_put(app->db, span_of(a->id), span_of(k->verifier), span_of(k->sealed),
			       span_make((const char *)k->address, sizeof k->address),
			       k->row.since);
}

void fresh_key_clear(struct fresh_key *k, struct app *app, bool used)
{
	if (!used && k->row.fingerprint[0])
		key_delete_secret(app->keys, k->row.fingerprint);
	buf_clear(&k->armored);
	explicit_bzero(k, sizeof *k);
}

/* ---- a key that ends ---------------------------------------------------------------------- */

enum status ending_key_load(struct ending_key *k, struct app *app, const struct account *a)
{
	enum status st;

	*k = (struct ending_key){.has = false};
	buf_init(&k->armored, ARMORED_MAX);
	if (!a->key[0])
		return ST_OK;
	st = key_get(app->db, span_of(a->key), &k->row);
	if (!st)
		st = key_export(app->keys, a->key, &k->armored);
	if (!st && !k->row.until) {
		k->row.until = (long long)time(NULL);
		k->has = true;
	}
	return st;
}

enum status ending_key_put(struct ending_key *k, struct app *app, const struct actor *who,
			   const char *action, const struct account *a)
{
	return registry_put_account(app, who, action, a, k->has ? &k->row : NULL,
				    buf_span(&k->armored));
}

enum status ending_key_clear(struct ending_key *k, struct app *app, bool done)
{
	enum status st = ST_OK;

	if (done && k->row.fingerprint[0])
		st = key_delete_secret(app->keys, k->row.fingerprint);
	buf_clear(&k->armored);
	return st == ST_NOTFOUND ? ST_OK : st; /* it was destroyed before */
}

/* ---- accounts ----------------------------------------------------------------------------- */

static enum status create(struct app *app, const struct actor *who, const struct account *a,
			  struct fresh_key *key)
{
	struct account other;
	enum status st = account_get(app->db, span_of(a->id), &other);

	if (!st)
		return fail(ST_EXISTS, "アカウント %s はもうあります", a->id);
	if (st != ST_NOTFOUND)
		return st;
	return key ? fresh_key_put(key, app, who, "account.add", a)
		   : registry_put_account(app, who, "account.add", a, NULL, SPAN_NONE);
}

enum status account_create(struct app *app, const struct actor *who, struct account *a,
			   struct span password)
{
	struct fresh_key key = {.row = {.since = 0}};
	enum status st = people_may(app, who, NULL, false);

	if (!st)
		st = account_check(app, a, (int64_t)time(NULL), NULL);
	if (!st && password.p)
		st = fresh_key_make(&key, app, a, password);
	if (!st)
		st = people_begin(app);
	if (!st)
		st = people_end(app, create(app, who, a, password.p ? &key : NULL));
	fresh_key_clear(&key, app, !st);
	return st;
}

/* The person chose a password: no administrator, so nobody's right is asked for. */
static enum status new_key(struct app *app, const struct actor *who, const struct account *a,
			   struct fresh_key *key)
{
	struct account was;
	struct ending_key old = {.has = false};
	enum status st = account_get(app->db, span_of(a->id), &was);

	if (!st)
		st = ending_key_load(&old, app, &was);
	if (!st && old.has)
		st = ending_key_put(&old, app, who, "key.retire", &was);
	memcpy(was.key, key->row.fingerprint, sizeof was.key);
	if (!st)
		st = fresh_key_put(key, app, who, "key.add", &was);
	ending_key_clear(&old, app, !st);
	return st;
}

enum status account_new_key(struct app *app, const struct actor *who, struct account *a,
			    struct span password)
{
	struct fresh_key key = {.row = {.since = 0}};
	enum status st = fresh_key_make(&key, app, a, password);

	if (!st)
		st = people_begin(app);
	if (!st)
		st = people_end(app, new_key(app, who, a, &key));
	fresh_key_clear(&key, app, !st);
	return st;
}
