#include "vault/store/recipient.h"

#include "generator/base/file.h"
#include "generator/base/utf8.h"

#include <errno.h>
#include <gpgme.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- a home for one key --------------------------------------------------------------------- */

enum { FOLDER = 256 };

struct guest {
	char dir[FOLDER];
	struct keys *keys; /* makes the home, and ends what gpg started */
	gpgme_ctx_t ctx;
	gpgme_key_t key;
};

static enum status gpg_failed(gpgme_error_t err, const char *what)
{
	char why[128];

	gpgme_strerror_r(err, why, sizeof why);
	return fail(gpgme_err_code(err) == GPG_ERR_ENOMEM ? ST_NOMEM : ST_IO, "%s: %s", what, why);
}

static enum status make_folder(struct guest *g)
{
	const char *base = getenv("TMPDIR");
	int n = snprintf(g->dir, sizeof g->dir, "%s/karte-key-XXXXXX",
			 base && base[0] == '/' ? base : "/tmp");

	if (n < 0 || (size_t)n >= sizeof g->dir || !mkdtemp(g->dir)) {
		g->dir[0] = '\0';
		return fail(ST_IO, "cannot make a folder for a key: %s", strerror(errno));
	}
	return ST_OK;
}

static gpgme_error_t make_context(struct guest *g)
{
	gpgme_error_t err = gpgme_new(&g->ctx);

	if (!err)
		err = gpgme_set_protocol(g->ctx, GPGME_PROTOCOL_OpenPGP);
	if (!err)
		err = gpgme_ctx_set_engine_info(g->ctx, GPGME_PROTOCOL_OpenPGP, NULL, g->dir);
	if (err)
		return err;
	gpgme_set_armor(g->ctx, 0);
	gpgme_set_offline(g->ctx, 1);
	return 0;
}

/* An armored public key, by its words: what says to be a secret one is not even begun with. */
static bool looks_like_key(struct span armored)
{
	return armored.n && armored.n <= RECIPIENT_KEY && !memchr(armored.p, '\0', armored.n) &&
	       memmem(armored.p, armored.n, "-----BEGIN PGP PUBLIC KEY BLOCK-----", 36) &&
	       !memmem(armored.p, armored.n, "PRIVATE KEY BLOCK", 17);
}

/* gpg looks at keys that have ended only once they are in a home, so this goes through one. */
static enum status take_in(struct guest *g, struct span armored)
{
	gpgme_data_t data = NULL;
	gpgme_key_t second = NULL;
	gpgme_import_result_t result;
	gpgme_error_t err = gpgme_data_new_from_mem(&data, armored.p, armored.n, 0);
	enum status st = ST_OK;

	if (!err)
		err = gpgme_op_import(g->ctx, data);
	gpgme_data_release(data);
	result = err ? NULL : gpgme_op_import_result(g->ctx);
	if (err && gpgme_err_code(err) != GPG_ERR_NO_DATA)
		return gpg_failed(err, "cannot take a key");
	if (!result || result->considered != 1 || result->imported != 1 || result->secret_read)
		return fail(ST_INVALID, "not one public key");
	err = gpgme_op_keylist_start(g->ctx, NULL, 0);
	if (!err)
		err = gpgme_op_keylist_next(g->ctx, &g->key);
	if (!err && gpgme_op_keylist_next(g->ctx, &second) == 0)
		st = fail(ST_INVALID, "more than one key");
	gpgme_key_unref(second);
	gpgme_op_keylist_end(g->ctx);
	return err ? gpg_failed(err, "cannot look at a key") : st;
}

/* ST_INVALID: not one public key.  End it with guest_end in any case. */
static enum status guest_begin(struct guest *g, struct span armored)
{
	gpgme_error_t err;
	enum status st;

	*g = (struct guest){.keys = NULL};
	if (!looks_like_key(armored))
		return fail(ST_INVALID, "not an armored public key");
	st = make_folder(g);
	if (!st)
		st = keys_open(&g->keys, g->dir);
	if (st)
		return st;
	err = make_context(g);
	return err ? gpg_failed(err, "cannot start gpg") : take_in(g, armored);
}

static void guest_end(struct guest *g)
{
	gpgme_key_unref(g->key);
	gpgme_release(g->ctx);
	keys_close(g->keys);
	if (g->dir[0])
		file_remove_tree(g->dir);
}

/* ---- looking -------------------------------------------------------------------------------- */

static bool too_short(const struct _gpgme_subkey *s)
{
	switch (s->pubkey_algo) {
	case GPGME_PK_RSA:
	case GPGME_PK_RSA_E:
	case GPGME_PK_ELG:
	case GPGME_PK_ELG_E:
		return s->length < RECIPIENT_RSA;
	default:
		return false;
	}
}

/* gpg takes the newest part that can encrypt: all that could be taken must do. */
static enum recipient_state judge(gpgme_key_t key)
{
	bool can = false;

	if (key->revoked)
		return RECIPIENT_REVOKED;
	if (key->expired)
		return RECIPIENT_EXPIRED;
	if (key->disabled || key->invalid)
		return RECIPIENT_CANNOT;
	for (gpgme_subkey_t s = key->subkeys; s; s = s->next) {
		if (!s->can_encrypt || s->revoked || s->expired || s->disabled || s->invalid)
			continue;
		if (too_short(s))
			return RECIPIENT_WEAK;
		can = true;
	}
	return can ? RECIPIENT_FINE : RECIPIENT_CANNOT;
}

/* A name is what somebody typed: one that could play tricks on a page is not shown. */
static bool harmless(struct span name)
{
	bool good = utf8_check(name) == name.n;

	for (size_t i = 0; good && i < name.n; i++)
		good = (unsigned char)name.p[i] >= 0x20 && name.p[i] != 0x7f;
	return good;
}

static void tell(gpgme_key_t key, struct recipient *out)
{
	out->state = judge(key);
	span_copy(span_of(key->fpr), out->fpr, sizeof out->fpr);
	for (gpgme_user_id_t u = key->uids; u && out->nnames < RECIPIENT_NAMES; u = u->next) {
		struct span name = span_of(u->uid ? u->uid : "");

		if (!u->revoked && harmless(name) &&
		    span_copy(name, out->names[out->nnames], RECIPIENT_NAME))
			out->nnames++;
	}
}

enum status recipient_look(struct span armored, struct recipient *out)
{
	struct guest g;
	enum status st = guest_begin(&g, armored);

	*out = (struct recipient){.state = RECIPIENT_NONE};
	if (!st)
		tell(g.key, out);
	guest_end(&g);
	return st == ST_INVALID ? ST_OK : st;
}

/* ---- encrypting ----------------------------------------------------------------------------- */

static enum status seal(struct guest *g, const char *name, struct span data, struct buf *out)
{
	gpgme_key_t keys[] = {g->key, NULL};
	gpgme_data_t plain = NULL, cipher = NULL;
	size_t n = 0;
	char *p;
	gpgme_error_t err = gpgme_data_new_from_mem(&plain, data.p ? data.p : "", data.n, 0);

	if (!err)
		err = gpgme_data_set_file_name(plain, name);
	if (!err)
		err = gpgme_data_new(&cipher);
	if (!err)
		err = gpgme_op_encrypt(g->ctx, keys, GPGME_ENCRYPT_ALWAYS_TRUST, plain, cipher);
	gpgme_data_release(plain);
	if (err) {
		gpgme_data_release(cipher);
		return gpg_failed(err, "cannot encrypt");
	}
	p = gpgme_data_release_and_get_mem(cipher, &n);
	if (p)
		buf_add(out, p, n);
	gpgme_free(p);
	return p ? out->st : fail(ST_IO, "gpg gave nothing");
}

enum status recipient_seal(struct span armored, const char *fpr, const char *name, struct span data,
			   struct buf *out)
{
	struct guest g;
	enum status st = guest_begin(&g, armored);

	if (!st && (judge(g.key) != RECIPIENT_FINE || strcmp(g.key->fpr, fpr) != 0))
		st = fail(ST_INVALID, "not the key that was looked at, or it cannot be used");
	if (!st)
		st = seal(&g, name, data, out);
	guest_end(&g);
	return st;
}
