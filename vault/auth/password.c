#include "vault/auth/password.h"

#include "vault/auth/slots.h"

#include <sodium.h>

_Static_assert(PASSWORD_TEXT >= crypto_pwhash_STRBYTES, "room for a hash");
_Static_assert((int)PASSWORD_QUEUE == (int)SLOTS_QUEUE, "the header tells the truth");

static enum status begin(struct span password)
{
	if (password.n > PASSWORD_BYTES_MAX)
		return fail(ST_TOOBIG, "password over %d bytes", PASSWORD_BYTES_MAX);
	if (sodium_init() < 0)
		return fail(ST_BUG, "libsodium cannot start");
	return slot_take();
}

static const char *bytes(struct span password)
{
	return password.p ? password.p : "";
}

enum status password_hash(char out[static PASSWORD_TEXT], struct span password)
{
	enum status st = begin(password);
	int r;

	out[0] = '\0';
	if (st)
		return st;
	r = crypto_pwhash_str_alg(out, bytes(password), password.n, SLOT_PASSES, SLOT_MEMORY,
				  crypto_pwhash_ALG_ARGON2ID13);
	slot_give();
	return r ? fail(ST_NOMEM, "no memory for a password hash") : ST_OK;
}

/* libsodium answers a wrong password and a broken hash with the same -1. */
static bool is_hash(const char *hash)
{
	return strncmp(hash, crypto_pwhash_STRPREFIX, sizeof crypto_pwhash_STRPREFIX - 1) == 0 &&
	       crypto_pwhash_str_needs_rehash(hash, SLOT_PASSES, SLOT_MEMORY) >= 0;
}

enum status password_verify(const char *hash, struct span password)
{
	char fixed[PASSWORD_TEXT] = "";
	enum status st;
	int r;

	if (!span_copy(span_of(hash), fixed, sizeof fixed) || !is_hash(fixed))
		return fail(ST_CORRUPT, "not a password hash");
	st = begin(password);
	if (st)
		return st;
	r = crypto_pwhash_str_verify(fixed, bytes(password), password.n);
	slot_give();
	return r ? fail(ST_DENIED, "wrong password") : ST_OK;
}

enum status password_dummy(struct span password)
{
	static const unsigned char salt[crypto_pwhash_SALTBYTES] = "nobody has this";
	unsigned char key[32];
	enum status st = begin(password);

	if (st)
		return st;
	if (crypto_pwhash(key, sizeof key, bytes(password), password.n, salt, SLOT_PASSES,
			  SLOT_MEMORY, crypto_pwhash_ALG_ARGON2ID13) != 0)
		st = ST_NOMEM;
	slot_give();
	sodium_memzero(key, sizeof key);
	return st ? fail(st, "no memory for a password hash") : fail(ST_DENIED, "no such account");
}

bool password_is_old(const char *hash)
{
	char fixed[PASSWORD_TEXT] = "";

	return !span_copy(span_of(hash), fixed, sizeof fixed) ||
	       crypto_pwhash_str_needs_rehash(fixed, SLOT_PASSES, SLOT_MEMORY) != 0;
}
