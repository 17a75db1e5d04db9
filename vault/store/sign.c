#include "vault/store/sign.h"

#include "vault/store/home.h"
#include "vault/store/keytext.h"
#include "vault/store/own.h"

#include <errno.h>
#include <gpgme.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

enum { IDLE_CONTEXTS = 8, KNOWN_KEYS = 64, KEY_MAX = 65536 };

/*
 * Contexts are kept for the next caller, because making one runs gpg just to ask its version; so
 * are the key objects of recent signers, because finding one runs gpg too.
 */
struct keys {
	struct home *home;
	struct own own;
	pthread_mutex_t lock; /* over all below */
	gpgme_ctx_t idle[IDLE_CONTEXTS];
	size_t idle_count;
	gpgme_key_t known[KNOWN_KEYS];
	size_t next_known;
};

static const struct {
	gpg_err_code_t code;
	enum status st;
} outcomes[] = {
    {GPG_ERR_BAD_PASSPHRASE, ST_DENIED},
    {GPG_ERR_CANCELED, ST_DENIED},
    {GPG_ERR_NO_PASSPHRASE, ST_DENIED},
    {GPG_ERR_NO_SECKEY, ST_NOTFOUND},
    {GPG_ERR_UNUSABLE_SECKEY, ST_NOTFOUND},
    {GPG_ERR_NO_PUBKEY, ST_NOTFOUND},
    {GPG_ERR_EOF, ST_NOTFOUND},
    {GPG_ERR_ENOMEM, ST_NOMEM},
};

static enum status gpg_failed(gpgme_error_t err, const char *what)
{
	enum status st = ST_IO;
	char why[128];

	for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
		if (gpgme_err_code(err) == outcomes[i].code)
			st = outcomes[i].st;
	gpgme_strerror_r(err, why, sizeof why);
	return fail(st, "%s: %s", what, why);
}

/* ---- contexts ---- */

static bool library_works;

static void library_setup(void)
{
	struct sigaction now;

	gpgme_check_version(NULL);
	library_works = !gpgme_engine_check_version(GPGME_PROTOCOL_OpenPGP);
	/* gpg may end before it has read all; that must be an error and not our end */
	if (sigaction(SIGPIPE, NULL, &now) == 0 && now.sa_handler == SIG_DFL)
		signal(SIGPIPE, SIG_IGN);
}

static enum status make_context(struct keys *k, gpgme_ctx_t *out)
{
	gpgme_ctx_t ctx = NULL;
	gpgme_error_t err = gpgme_new(&ctx);

	if (!err)
		err = gpgme_set_protocol(ctx, GPGME_PROTOCOL_OpenPGP);
	if (!err)
		err = gpgme_ctx_set_engine_info(ctx, GPGME_PROTOCOL_OpenPGP, NULL,
						home_path(k->home));
	if (!err)
		err = gpgme_set_pinentry_mode(ctx, GPGME_PINENTRY_MODE_LOOPBACK);
	if (err) {
		gpgme_release(ctx);
		return gpg_failed(err, "cannot start gpg");
	}
	gpgme_set_armor(ctx, 1);
	gpgme_set_offline(ctx, 1);
	*out = ctx;
	return ST_OK;
}

static enum status context_take(struct keys *k, gpgme_ctx_t *out)
{
	enum status st = home_ready(k->home);

	*out = NULL;
	if (st)
		return st;
	pthread_mutex_lock(&k->lock);
	if (k->idle_count)
		*out = k->idle[--k->idle_count];
	pthread_mutex_unlock(&k->lock);
	return *out ? ST_OK : make_context(k, out);
}

static void context_give(struct keys *k, gpgme_ctx_t ctx)
{
	if (!ctx)
		return;
	gpgme_set_passphrase_cb(ctx, NULL, NULL);
	gpgme_signers_clear(ctx);
	pthread_mutex_lock(&k->lock);
	if (k->idle_count < IDLE_CONTEXTS) {
		k->idle[k->idle_count++] = ctx;
		ctx = NULL;
	}
	pthread_mutex_unlock(&k->lock);
	gpgme_release(ctx);
}

enum status keys_open(struct keys **out, const char *gnupg_home)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct keys *k;
	enum status st;

	*out = NULL;
	pthread_once(&once, library_setup);
	if (!library_works)
		return fail(ST_CONFIG, "GnuPG is not installed");
	k = calloc(1, sizeof *k);
	if (!k)
		return fail(ST_NOMEM, "no memory for keys");
	own_init(&k->own);
	pthread_mutex_init(&k->lock, NULL);
	st = home_open(&k->home, gnupg_home);
	if (st)
		keys_close(k);
	else
		*out = k;
	return st;
}

void keys_close(struct keys *k)
{
	if (!k)
		return;
	for (size_t i = 0; i < KNOWN_KEYS; i++)
		gpgme_key_unref(k->known[i]);
	while (k->idle_count)
		gpgme_release(k->idle[--k->idle_count]);
	home_close(k->home);
	pthread_mutex_destroy(&k->lock);
	own_clear(&k->own);
	free(k);
}

struct own *keys_own(struct keys *k)
{
	return &k->own;
}

/* ---- passphrases ---- */

struct secret {
	struct span passphrase;
	bool refused; /* gpg asked again: it was wrong, or there is none */
};

static gpgme_error_t answer(void *hook, const char *uid_hint, const char *info, int was_bad, int fd)
{
	struct secret *s = hook;

	(void)uid_hint;
	(void)info;
	if (was_bad || !s->passphrase.p) {
		s->refused = true;
		return gpgme_error(GPG_ERR_CANCELED);
	}
	if (gpgme_io_writen(fd, s->passphrase.p, s->passphrase.n) || gpgme_io_writen(fd, "\n", 1))
		return gpgme_error_from_errno(errno);
	return 0;
}

/* ---- keys ---- */

static enum status find_key(struct keys *k, gpgme_ctx_t ctx, const char *fpr, gpgme_key_t *out)
{
	gpgme_key_t found = NULL, old;
	gpgme_error_t err;

	*out = NULL;
	pthread_mutex_lock(&k->lock);
	for (size_t i = 0; i < KNOWN_KEYS && !*out; i++)
		if (k->known[i] && !strcmp(k->known[i]->fpr, fpr))
			*out = k->known[i];
	if (*out)
		gpgme_key_ref(*out);
	pthread_mutex_unlock(&k->lock);
	if (*out)
		return ST_OK;
	err = gpgme_get_key(ctx, fpr, &found, 0);
	if (err)
		return gpg_failed(err, "cannot find a key");
	gpgme_key_ref(found);
	pthread_mutex_lock(&k->lock);
	old = k->known[k->next_known];
	k->known[k->next_known] = found;
	k->next_known = (k->next_known + 1) % KNOWN_KEYS;
	pthread_mutex_unlock(&k->lock);
	gpgme_key_unref(old);
	*out = found;
	return ST_OK;
}

/* What a data object has collected; releases it. */
static enum status take_data(gpgme_data_t *data, struct buf *out)
{
	size_t n = 0;
	char *p = gpgme_data_release_and_get_mem(*data, &n);

	*data = NULL;
	if (p)
		buf_add(out, p, n);
	gpgme_free(p);
	return out->st;
}

static gpgme_error_t data_over(gpgme_data_t *out, struct span s)
{
	return gpgme_data_new_from_mem(out, s.p ? s.p : "", s.n, 0);
}

enum status key_create(struct keys *k, struct span name, struct span email, struct span passphrase,
		       char fpr[static FPR_HEX])
{
	const unsigned flags = GPGME_CREATE_SIGN | GPGME_CREATE_NOEXPIRE | GPGME_CREATE_FORCE;
	struct secret secret = {.passphrase = passphrase};
	char user[512];
	gpgme_ctx_t ctx = NULL;
	gpgme_error_t err;
	enum status st = key_user(name, email, user, sizeof user);

	fpr[0] = '\0';
	if (!st && !key_passphrase_ok(passphrase))
		st = fail(ST_INVALID, "a passphrase that gpg cannot take");
	if (!st)
		st = context_take(k, &ctx);
	if (st)
		return st;
	gpgme_set_passphrase_cb(ctx, answer, &secret);
	err = gpgme_op_createkey(ctx, user, "ed25519", 0, 0, NULL,
				 passphrase.p ? flags : flags | GPGME_CREATE_NOPASSWD);
	if (err)
		st = gpg_failed(err, "cannot make a key");
	else if (!span_copy(span_of(gpgme_op_genkey_result(ctx)->fpr), fpr, FPR_HEX))
		st = fail(ST_IO, "gpg tells no fingerprint");
	else
		/* gpg makes it for the owner to lock away; here anybody could end a key by it */
		home_unlink(k->home, "openpgp-revocs.d", fpr, ".rev");
	context_give(k, ctx);
	return st;
}

enum status key_export(struct keys *k, const char *fpr, struct buf *armored)
{
	gpgme_ctx_t ctx = NULL;
	gpgme_data_t data = NULL;
	gpgme_error_t err;
	size_t before = armored->len;
	enum status st = key_hex_ok(fpr) ? ST_OK : fail(ST_INVALID, "not a fingerprint");

	if (!st)
		st = context_take(k, &ctx);
	if (st)
		return st;
	err = gpgme_data_new(&data);
	if (!err)
		err = gpgme_op_export(ctx, fpr, 0, data);
	st = err ? gpg_failed(err, "cannot read a key") : take_data(&data, armored);
	if (!st && armored->len == before)
		st = fail(ST_NOTFOUND, "there is no key %s", fpr);
	gpgme_data_release(data);
	context_give(k, ctx);
	return st;
}

/* One public key and nothing else? */
static enum status look_at_key(gpgme_ctx_t ctx, gpgme_data_t data, char fpr[static FPR_HEX])
{
	gpgme_error_t err = gpgme_op_keylist_from_data_start(ctx, data, 0);
	gpgme_key_t key = NULL;
	size_t count = 0;
	bool good = true;

	while (!err && !(err = gpgme_op_keylist_next(ctx, &key))) {
		good = good && !key->secret && span_copy(span_of(key->fpr), fpr, FPR_HEX);
		count++;
		gpgme_key_unref(key);
	}
	gpgme_op_keylist_end(ctx);
	if (gpgme_err_code(err) != GPG_ERR_EOF || count != 1 || !good || !key_hex_ok(fpr))
		return fail(ST_INVALID, "not one public key");
	return ST_OK;
}

enum status key_import(struct keys *k, struct span armored, char fpr[static FPR_HEX])
{
	gpgme_ctx_t ctx = NULL;
	gpgme_data_t look = NULL, data = NULL;
	gpgme_error_t err;
	enum status st;

	fpr[0] = '\0';
	if (armored.n > KEY_MAX)
		return fail(ST_INVALID, "a key of more than %d bytes", KEY_MAX);
	st = context_take(k, &ctx);
	if (st)
		return st;
	err = data_over(&look, armored);
	if (!err)
		err = data_over(&data, armored);
	st = err ? gpg_failed(err, "cannot read a key") : look_at_key(ctx, look, fpr);
	if (!st && (err = gpgme_op_import(ctx, data)))
		st = gpg_failed(err, "cannot take a key");
	if (!st) {
		gpgme_import_result_t result = gpgme_op_import_result(ctx);
		own_forget(&k->own, fpr);
		if (result->considered != 1 || !result->imports || result->imports->result)
			st = fail(ST_INVALID, "gpg does not take this key");
	}
	gpgme_data_release(data);
	gpgme_data_release(look);
	context_give(k, ctx);
	if (st)
		fpr[0] = '\0';
	return st;
}

enum status key_delete_secret(struct keys *k, const char *fpr)
{
	gpgme_ctx_t ctx = NULL;
	gpgme_key_t key = NULL;
	gpgme_error_t err;
	enum status st = key_hex_ok(fpr) ? ST_OK : fail(ST_INVALID, "not a fingerprint");

	if (!st)
		st = context_take(k, &ctx);
	if (st)
		return st;
	gpgme_set_keylist_mode(ctx, GPGME_KEYLIST_MODE_LOCAL | GPGME_KEYLIST_MODE_WITH_KEYGRIP);
	err = gpgme_get_key(ctx, fpr, &key, 0);
	gpgme_set_keylist_mode(ctx, GPGME_KEYLIST_MODE_LOCAL);
	if (err)
		st = gpg_failed(err, "cannot find a key");
	/* the secret's file has the keygrip's name; gpg's command would take the public key too */
	for (gpgme_subkey_t sub = err ? NULL : key->subkeys; !st && sub; sub = sub->next)
		st = home_unlink(k->home, "private-keys-v1.d", sub->keygrip, ".key");
	gpgme_key_unref(key);
	context_give(k, ctx);
	return st;
}

bool key_exists(struct keys *k, const char *fpr, bool secret)
{
	gpgme_ctx_t ctx = NULL;
	gpgme_key_t key = NULL;
	bool there;

	if (!key_hex_ok(fpr) || context_take(k, &ctx))
		return false;
	there = !gpgme_get_key(ctx, fpr, &key, secret);
	gpgme_key_unref(key);
	context_give(k, ctx);
	return there;
}

/* ---- signatures ---- */

static gpgme_error_t sign_once(gpgme_ctx_t ctx, struct span data, gpgme_data_t *armored)
{
	gpgme_data_t in = NULL;
	gpgme_error_t err = data_over(&in, data);

	if (!err)
		err = gpgme_data_new(armored);
	if (!err)
		err = gpgme_op_sign(ctx, in, *armored, GPGME_SIG_MODE_DETACH);
	gpgme_data_release(in);
	return err;
}

enum status sign_detached(struct keys *k, const struct signer *who, struct span data,
			  struct buf *armored)
{
	struct secret secret = {.passphrase = who->passphrase};
	gpgme_ctx_t ctx = NULL;
	gpgme_key_t key = NULL;
	gpgme_data_t out = NULL;
	gpgme_error_t err = 0;
	enum status st = key_hex_ok(who->fpr) && key_passphrase_ok(who->passphrase)
			     ? context_take(k, &ctx)
			     : fail(ST_INVALID, "not a fingerprint, or not a passphrase");

	if (!st)
		st = find_key(k, ctx, who->fpr, &key);
	if (st)
		goto out;
	gpgme_set_passphrase_cb(ctx, answer, &secret);
	err = gpgme_signers_add(ctx, key);
	if (!err)
		err = sign_once(ctx, data, &out);
	if (err && secret.refused)
		st = fail(ST_DENIED, "the passphrase does not open the key");
	else if (err)
		st = gpg_failed(err, "cannot sign");
	else
		st = take_data(&out, armored);
out:
	gpgme_data_release(out);
	gpgme_key_unref(key);
	context_give(k, ctx);
	return st;
}

static const struct {
	gpg_err_code_t code;
	enum sign_state state;
} states[] = {
    {GPG_ERR_NO_ERROR, SIGN_GOOD},
    {GPG_ERR_KEY_EXPIRED, SIGN_GOOD_KEY_ENDED},
    {GPG_ERR_CERT_REVOKED, SIGN_GOOD_KEY_ENDED},
    {GPG_ERR_BAD_SIGNATURE, SIGN_BAD},
    {GPG_ERR_NO_PUBKEY, SIGN_NO_KEY},
};

/* SHA-1 and older can be made to say two things: such a signature proves nothing here. */
static bool strong_hash(gpgme_hash_algo_t h)
{
	return h == GPGME_MD_SHA256 || h == GPGME_MD_SHA384 || h == GPGME_MD_SHA512;
}

static void judge(const struct _gpgme_signature *s, struct verdict *v)
{
	if (!s)
		v->state = SIGN_BAD;
	if (!s || s->next)
		return;
	span_copy(span_of(s->fpr), v->fpr, sizeof v->fpr);
	v->created = (int64_t)s->timestamp;
	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (gpgme_err_code(s->status) == states[i].code)
			v->state = states[i].state;
	if (v->state <= SIGN_GOOD_KEY_ENDED && !strong_hash(s->hash_algo))
		v->state = SIGN_UNCHECKED;
}

enum status verify_detached(struct keys *k, struct span data, struct span signature,
			    struct verdict *out)
{
	gpgme_ctx_t ctx = NULL;
	gpgme_data_t sig = NULL, text = NULL;
	gpgme_error_t err;
	enum status st;

	*out = (struct verdict){.state = SIGN_UNCHECKED};
	if (!span_trim(signature).n || signature.n > SIGNATURE_MAX) {
		out->state = signature.n > SIGNATURE_MAX ? SIGN_BAD : SIGN_NONE;
		return ST_OK;
	}
	st = context_take(k, &ctx);
	if (st)
		return st;
	err = data_over(&sig, signature);
	if (!err)
		err = data_over(&text, data);
	if (!err)
		err = gpgme_op_verify(ctx, sig, text, NULL);
	if (err && gpgme_err_code(err) != GPG_ERR_NO_DATA &&
	    gpgme_err_code(err) != GPG_ERR_BAD_DATA)
		st = gpg_failed(err, "cannot check a signature");
	else
		judge(err ? NULL : gpgme_op_verify_result(ctx)->signatures, out);
	gpgme_data_release(text);
	gpgme_data_release(sig);
	context_give(k, ctx);
	return st;
}
