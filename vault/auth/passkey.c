#include "vault/auth/passkey_impl.h"

#include "vault/auth/base64url.h"
#include "vault/auth/passkey_cbor.h"

#include <fido.h>
#include <sodium.h>

enum { RANDOM_LEN = 32, RP_ID_MAX = 253, SITE_LEN = 32 };

_Static_assert(PASSKEY_CHALLENGE == (RANDOM_LEN * 4 + 2) / 3 + 1, "room for its text");

bool passkey_decode(struct span text, unsigned char *out, size_t cap, size_t *len)
{
	return base64url_decode(text, out, cap, len);
}

/* ---- what both ceremonies check ---------------------------------------------------------------
 */

static const unsigned char *bytes_of(struct span s)
{
	return (const unsigned char *)s.p;
}

/* Without a challenge that was given out nothing is accepted, least of all an empty one. */
static enum status check_ceremony(const struct passkey_ceremony *c,
				  char rp_id[static RP_ID_MAX + 1])
{
	if (!c->challenge.p || c->challenge.n != PASSKEY_CHALLENGE - 1)
		return fail(ST_DENIED, "no challenge was given out");
	if (!c->origin.n || !c->rp_id.n || memchr(c->rp_id.p, '\0', c->rp_id.n) ||
	    !span_copy(c->rp_id, rp_id, RP_ID_MAX + 1))
		return fail(ST_BUG, "passkeys need the name and the origin of the site");
	return ST_OK;
}

static enum status check_data(const struct passkey_ceremony *c, const struct passkey_data *d)
{
	unsigned char site[SITE_LEN];

	crypto_hash_sha256(site, bytes_of(c->rp_id), c->rp_id.n);
	if (!span_eq(d->site, span_make((const char *)site, sizeof site)))
		return fail(ST_DENIED, "a passkey of another site");
	if (!(d->flags & PASSKEY_PRESENT))
		return fail(ST_DENIED, "a passkey without anybody present");
	if (!(d->flags & PASSKEY_VERIFIED))
		return fail(ST_DENIED, "a passkey without user verification");
	return ST_OK;
}

/* What libfido2 says of bytes that it is given. */
static enum status taken(int rc)
{
	if (rc == FIDO_OK)
		return ST_OK;
	if (rc == FIDO_ERR_INVALID_ARGUMENT)
		return fail(ST_INVALID, "a passkey is not in the form of the specification");
	return fail(ST_NOMEM, "no memory for a passkey");
}

/* ---- a new passkey ----------------------------------------------------------------------------
 */

/* libfido2 verifies only if the extensions are those that it was told to expect. */
static int expect_extensions(fido_cred_t *cred, const struct passkey_extensions *e)
{
	int mask = (e->hmac_secret ? FIDO_EXT_HMAC_SECRET : 0) | (e->blob ? FIDO_EXT_CRED_BLOB : 0);
	int rc = fido_cred_set_extensions(cred, mask);

	if (rc == FIDO_OK)
		rc = fido_cred_set_prot(cred, e->protect);
	if (rc == FIDO_OK)
		rc = fido_cred_set_pin_minlen(cred, (size_t)e->pin_minimum);
	return rc;
}

static enum status tell_credential(fido_cred_t *cred, const char *rp_id, struct span client_data,
				   struct span data, const struct passkey_data *d)
{
	int rc = fido_cred_set_type(cred, (int)d->algorithm);

	if (rc == FIDO_OK)
		rc = fido_cred_set_rp(cred, rp_id, NULL);
	if (rc == FIDO_OK)
		rc = fido_cred_set_uv(cred, FIDO_OPT_TRUE);
	if (rc == FIDO_OK)
		rc = expect_extensions(cred, &d->extensions);
	if (rc == FIDO_OK)
		rc = fido_cred_set_clientdata(cred, bytes_of(client_data), client_data.n);
	if (rc == FIDO_OK)
		rc = fido_cred_set_authdata_raw(cred, bytes_of(data), data.n);
	return taken(rc);
}

/* 8.2: a key that attests itself does so by its own algorithm. */
static bool names_algorithm(struct span statement, int64_t algorithm)
{
	struct span value;
	int64_t named;

	return cbor_find(statement,
			 SPAN("\x63"
			      "alg"),
			 &value) &&
	       value.p && cbor_take_number(&value, &named) && named == algorithm;
}

/* Nobody is asked to prove what kind of authenticator it is, but what is said must be true. */
static enum status check_statement(fido_cred_t *cred, const struct passkey_attestation *a,
				   int64_t algorithm)
{
	char format[16];
	enum status st;
	int rc;

	if (span_is(a->format, "none"))
		return a->statement.n == 1 ? ST_OK : fail(ST_INVALID, "\"none\" attests something");
	if (!span_copy(a->format, format, sizeof format) ||
	    fido_cred_set_fmt(cred, format) != FIDO_OK)
		return fail(ST_DENIED, "an attestation that cannot be checked");
	st = taken(fido_cred_set_attstmt(cred, bytes_of(a->statement), a->statement.n));
	if (st)
		return st;
	if (fido_cred_x5c_ptr(cred))
		rc = fido_cred_verify(cred);
	else if (names_algorithm(a->statement, algorithm))
		rc = fido_cred_verify_self(cred);
	else
		rc = FIDO_ERR_INVALID_SIG;
	return rc == FIDO_OK ? ST_OK : fail(ST_DENIED, "the attestation does not hold");
}

static enum status keep(struct passkey *out, const fido_cred_t *cred, const struct passkey_data *d,
			const struct passkey_algorithm *alg)
{
	void *key;

	if (fido_cred_pubkey_len(cred) != alg->len)
		return fail(ST_INVALID, "a public key of another length");
	memcpy(out->id, d->id.p, d->id.n);
	out->id_len = d->id.n;
	out->key[0] = alg->mark;
	memcpy(out->key + 1, fido_cred_pubkey_ptr(cred), alg->len);
	out->key_len = 1 + alg->len;
	out->count = d->count;
	key = alg->load(out->key + 1, alg->len);
	if (!key)
		return fail(ST_INVALID, "a public key that is none");
	alg->drop(key);
	return ST_OK;
}

static enum status read_new(const struct passkey_ceremony *c, struct span attestation,
			    struct passkey_attestation *a, struct passkey_data *d)
{
	enum status st;

	if (!attestation.p || attestation.n > PASSKEY_PART_MAX)
		return fail(ST_INVALID, "an attestation object is missing or too long");
	st = passkey_read_attestation(a, attestation);
	if (!st)
		st = passkey_read_data(d, a->data);
	if (!st && !d->id.p)
		st = fail(ST_INVALID, "an attestation without a key");
	return st ? st : check_data(c, d);
}

enum status passkey_register(const struct passkey_ceremony *c, struct span client_data,
			     struct span attestation, struct passkey *out)
{
	char rp_id[RP_ID_MAX + 1];
	struct passkey_attestation a = {.format = SPAN_NONE};
	struct passkey_data d = {.id = SPAN_NONE};
	const struct passkey_algorithm *alg = NULL;
	fido_cred_t *cred = NULL;
	enum status st;

	memset(out, 0, sizeof *out);
	st = check_ceremony(c, rp_id);
	if (!st)
		st = passkey_check_client(c, "webauthn.create", client_data);
	if (!st)
		st = read_new(c, attestation, &a, &d);
	if (!st && !(alg = passkey_offered(d.algorithm)))
		st = fail(ST_DENIED, "a key of an algorithm that was not offered");
	if (!st && !(cred = fido_cred_new()))
		st = fail(ST_NOMEM, "no memory for a passkey");
	if (!st)
		st = tell_credential(cred, rp_id, client_data, a.data, &d);
	if (!st)
		st = check_statement(cred, &a, d.algorithm);
	if (!st)
		st = keep(out, cred, &d, alg);
	if (st)
		memset(out, 0, sizeof *out);
	fido_cred_free(&cred);
	return st;
}

/* ---- a passkey that is used -------------------------------------------------------------------
 */

static enum status read_used(const struct passkey_ceremony *c, struct span data,
			     struct passkey_data *d)
{
	enum status st;

	if (data.n > PASSKEY_PART_MAX)
		return fail(ST_INVALID, "authenticator data is too long");
	st = passkey_read_data(d, data);
	if (!st && d->id.p)
		st = fail(ST_INVALID, "a new key where a stored one was to be used");
	return st ? st : check_data(c, d);
}

static enum status tell_assertion(fido_assert_t *a, const char *rp_id, struct span client_data,
				  struct span data, const struct passkey_extensions *e,
				  struct span signature)
{
	int mask = (e->hmac_secret ? FIDO_EXT_HMAC_SECRET : 0) | (e->blob ? FIDO_EXT_CRED_BLOB : 0);
	int rc = fido_assert_set_count(a, 1);

	if (rc == FIDO_OK)
		rc = fido_assert_set_rp(a, rp_id);
	if (rc == FIDO_OK)
		rc = fido_assert_set_up(a, FIDO_OPT_TRUE);
	if (rc == FIDO_OK)
		rc = fido_assert_set_uv(a, FIDO_OPT_TRUE);
	if (rc == FIDO_OK)
		rc = fido_assert_set_extensions(a, mask);
	if (rc == FIDO_OK)
		rc = fido_assert_set_clientdata(a, bytes_of(client_data), client_data.n);
	if (rc == FIDO_OK)
		rc = fido_assert_set_authdata_raw(a, 0, bytes_of(data), data.n);
	if (rc == FIDO_OK)
		rc = fido_assert_set_sig(a, 0, bytes_of(signature), signature.n);
	return taken(rc);
}

static enum status check_signature(const struct passkey *stored, const fido_assert_t *a)
{
	const struct passkey_algorithm *alg = passkey_stored(stored);
	void *key = alg ? alg->load(stored->key + 1, alg->len) : NULL;
	int rc;

	if (!key)
		return fail(ST_CORRUPT, "the stored key of a passkey is none");
	rc = fido_assert_verify(a, 0, alg->cose, key);
	alg->drop(key);
	return rc == FIDO_OK ? ST_OK : fail(ST_DENIED, "the signature of a passkey does not hold");
}

/* 7.2, step 21. */
static enum status check_count(uint32_t stored, uint32_t sent)
{
	if ((sent || stored) && sent <= stored)
		return fail(ST_DENIED, "the counter of a passkey does not advance: a copy is used");
	return ST_OK;
}

enum status passkey_verify(const struct passkey_ceremony *c, const struct passkey *stored,
			   struct span client_data, struct span authenticator_data,
			   struct span signature, uint32_t *count)
{
	char rp_id[RP_ID_MAX + 1];
	struct passkey_data d = {.id = SPAN_NONE};
	fido_assert_t *a = NULL;
	enum status st;

	st = check_ceremony(c, rp_id);
	if (!st)
		st = passkey_check_client(c, "webauthn.get", client_data);
	if (!st)
		st = read_used(c, authenticator_data, &d);
	if (!st && (!signature.n || signature.n > PASSKEY_PART_MAX))
		st = fail(ST_INVALID, "a signature is missing or too long");
	if (!st && !(a = fido_assert_new()))
		st = fail(ST_NOMEM, "no memory for a passkey");
	if (!st)
		st = tell_assertion(a, rp_id, client_data, authenticator_data, &d.extensions,
				    signature);
	if (!st)
		st = check_signature(stored, a);
	if (!st)
		st = check_count(stored->count, d.count);
	if (!st)
		*count = d.count;
	fido_assert_free(&a);
	return st;
}
