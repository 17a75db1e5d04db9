#include "vault/flow/people.h"

#include "generator/base/utf8.h"
#include "vault/auth/password.h"
#include "vault/db/session.h"
#include "vault/flow/registry.h"
#include "vault/store/sign.h"

#include <stdio.h>
#include <time.h>

static bool one_line(struct span s)
{
	if (s.n == 0 || s.n >= NAME_ROOM || utf8_check(s) != s.n)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f || s.p[i] == '<' ||
		    s.p[i] == '>')
			return false;
	return true;
}

static enum status check_new(struct app *app, const struct account *a, struct span password)
{
	struct institution i;
	struct account other;
	const char *why = NULL;
	enum status st;

	if (!path_id(span_of(a->id)))
		return fail(ST_INVALID, "アカウントの番号は a-z、0-9、- の32字までにしてください");
	if (!one_line(span_of(a->name)))
		return fail(ST_INVALID, "名前を1行で書いてください（< と > は使えません）");
	if (!a->staff && a->role != ROLE_HOUSEHOLD && a->role != ROLE_AUDITOR &&
	    a->role != ROLE_ADMIN)
		return fail(ST_INVALID, "役割は staff、household、auditor、admin のどれかです");
	st = account_get(app->db, span_of(a->id), &other);
	if (!st)
		return fail(ST_EXISTS, "アカウント %s はもうあります", a->id);
	if (st != ST_NOTFOUND)
		return st;
	if (a->staff) {
		st = institution_get(app->db, span_of(a->institution), &i);
		if (st)
			return st;
	}
	st = password_acceptable(password, span_of(a->id), span_of(a->name), &why);
	return st == ST_INVALID ? fail(st, "%s", why) : st;
}

/* A key under a new secret, and both halves of what signs in: stored, not yet known to anyone. */
static enum status make_key(struct app *app, struct account *a, struct span password,
			    struct key_row *key, struct buf *armored)
{
	char blob[SEAL_TEXT], verifier[PASSWORD_TEXT], email[ACTOR_EMAIL];
	struct seal_secret *secret = NULL;
	long long now = (long long)time(NULL);
	enum status st;

	snprintf(email, sizeof email, "%s@%s", a->id, app->conf.hostname);
	st = seal_new(&secret, blob, password, span_of(a->id));
	if (!st)
		st = key_create(app->keys, span_of(a->name), span_of(email),
				span_of(seal_passphrase(secret)), a->key);
	if (!st)
		st = key_export(app->keys, a->key, armored);
	if (!st)
		st = password_hash(verifier, password);
	if (!st)
		st = secret_put(app->db, span_of(a->id), span_of(verifier), span_of(blob), now);
	*key = (struct key_row){.since = now};
	snprintf(key->fingerprint, sizeof key->fingerprint, "%s", a->key);
	snprintf(key->account, sizeof key->account, "%s", a->id);
	seal_secret_free(secret);
	explicit_bzero(blob, sizeof blob);
	return st;
}

enum status account_create(struct app *app, const struct actor *who, struct account *a,
			   struct span password)
{
	struct key_row key;
	struct buf armored;
	enum status st = check_new(app, a, password);

	if (st)
		return st;
	buf_init(&armored, 64 * 1024);
	st = make_key(app, a, password, &key, &armored);
	if (!st)
		st = registry_put_account(app, who, "account.add", a, &key, buf_span(&armored));
	buf_clear(&armored);
	return st;
}

/* The key of an account that ends now, unless it has ended: the registry says until when it was
   good. */
static enum status end_key(struct app *app, const struct account *a, struct key_row *key,
			   struct buf *armored)
{
	enum status st = key_get(app->db, span_of(a->key), key);

	if (!st)
		st = key_export(app->keys, a->key, armored);
	if (!st && !key->until)
		key->until = (long long)time(NULL);
	return st;
}

enum status account_disable(struct app *app, const struct actor *who, struct span id)
{
	struct account a;
	struct key_row key;
	struct buf armored;
	enum status st = account_get(app->db, id, &a);

	buf_init(&armored, 64 * 1024);
	if (!st && a.disabled)
		st = fail(ST_EXISTS, "アカウント %s はもう止めてあります", a.id);
	if (!st)
		st = end_key(app, &a, &key, &armored);
	if (!st) {
		a.disabled = true;
		st =
		    registry_put_account(app, who, "account.disable", &a, &key, buf_span(&armored));
	}
	if (!st)
		st = session_drop_all(app->db, id);
	if (!st)
		st = key_delete_secret(app->keys, a.key);
	buf_clear(&armored);
	return st;
}

enum status account_reset(struct app *app, const struct actor *who, struct span id,
			  struct span password)
{
	struct account a;
	struct key_row old, fresh;
	struct buf old_armored, armored;
	char old_key[FPR_ROOM];
	const char *why = NULL;
	enum status st = account_get(app->db, id, &a);

	buf_init(&old_armored, 64 * 1024);
	buf_init(&armored, 64 * 1024);
	if (!st)
		st = password_acceptable(password, id, span_of(a.name), &why);
	if (st == ST_INVALID)
		fail(st, "%s", why);
	if (!st)
		st = end_key(app, &a, &old, &old_armored);
	snprintf(old_key, sizeof old_key, "%s", st ? "" : a.key);
	if (!st && !a.disabled) /* a disabled account's key has ended already */
		st = registry_put_account(app, who, "key.retire", &a, &old, buf_span(&old_armored));
	if (!st)
		st = make_key(app, &a, password, &fresh, &armored);
	a.disabled = false;
	if (!st)
		st =
		    registry_put_account(app, who, "account.reset", &a, &fresh, buf_span(&armored));
	if (!st)
		st = session_drop_all(app->db, id);
	if (!st) {
		st = key_delete_secret(app->keys, old_key);
		if (st == ST_NOTFOUND) /* an account that was disabled has none any more */
			st = ST_OK;
	}
	buf_clear(&old_armored);
	buf_clear(&armored);
	return st;
}
