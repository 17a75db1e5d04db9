#include "vault/auth/seal_impl.h"

#include "vault/auth/base64url.h"
#include "vault/auth/password.h"
#include "vault/auth/slots.h"
#include <stdlib.h>

enum {
	SALT_LEN = crypto_pwhash_SALTBYTES,
	NONCE_LEN = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	KEY_LEN = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
	BOX_LEN = SEAL_SECRET + crypto_aead_xchacha20poly1305_ietf_ABYTES,
	CONTEXT_MAX = 256,
	VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING,
};

/* As in the header file, without padding: all are bytes. */
struct blob {
	unsigned char magic[4];
	unsigned char kind;
	unsigned char salt[SALT_LEN];
	unsigned char nonce[NONCE_LEN];
	unsigned char box[BOX_LEN];
};

enum { HEAD_LEN = offsetof(struct blob, nonce) };

_Static_assert(sizeof(struct blob) == 93, "the format of the header file");
_Static_assert(SEAL_TEXT == (sizeof(struct blob) * 4 + 2) / 3 + 1, "room for its text");
_Static_assert(SALT_LEN == crypto_generichash_blake2b_SALTBYTES, "one salt for both kinds");

/* The key that a blob is closed with: in locked memory, freed with sodium_free(). */
typedef unsigned char key_bytes;

static const unsigned char magic[4] = {'K', 'S', 'L', 1};
/* What closes a blob besides a password: 32 secret bytes, for one purpose each. */
struct closer {
	char kind;
	unsigned char purpose[crypto_generichash_blake2b_PERSONALBYTES];
};

static const struct closer of_session = {'s', "karte seal sess"};
static const struct closer of_key = {'k', "karte seal key"};

_Static_assert((int)SEAL_KEY == (int)TOKEN_HALF, "one length of secret bytes");

void seal_secret_free(struct seal_secret *s)
{
	sodium_free(s); /* wipes */
}

const char *seal_passphrase(const struct seal_secret *s)
{
	return s->hex;
}

static struct seal_secret *secret_alloc(void)
{
	struct seal_secret *s = sodium_init() < 0 ? NULL : sodium_malloc(sizeof *s);

	if (!s)
		fail(ST_NOMEM, "no locked memory for a signing secret");
	return s;
}

static void make_hex(struct seal_secret *s)
{
	sodium_bin2hex(s->hex, sizeof s->hex, s->bytes, sizeof s->bytes);
}

/* ---- keys ----------------------------------------------------------------------------------- */

static key_bytes *key_alloc(void)
{
	key_bytes *key = sodium_init() < 0 ? NULL : sodium_malloc(KEY_LEN);

	if (!key)
		fail(ST_NOMEM, "no locked memory for a key");
	return key;
}

/* NULL on failure, with the reason in *st. */
static key_bytes *key_of_password(enum status *st, struct span password,
				  const unsigned char salt[static SALT_LEN])
{
	key_bytes *key;

	*st = password.n > PASSWORD_BYTES_MAX
		  ? fail(ST_TOOBIG, "password over %d bytes", PASSWORD_BYTES_MAX)
		  : slot_take();
	if (*st)
		return NULL;
	key = key_alloc();
	if (!key || crypto_pwhash(key, KEY_LEN, password.p ? password.p : "", password.n, salt,
				  SLOT_PASSES, SLOT_MEMORY, crypto_pwhash_ALG_ARGON2ID13) != 0) {
		*st = fail(ST_NOMEM, "no memory for a password hash");
		sodium_free(key);
		key = NULL;
	}
	slot_give();
	return key;
}

static key_bytes *key_of_bytes(enum status *st, const struct closer *c,
			       const unsigned char bytes[static SEAL_KEY],
			       const unsigned char salt[static SALT_LEN])
{
	key_bytes *key = key_alloc();

	*st = key ? ST_OK : ST_NOMEM;
	if (key)
		crypto_generichash_blake2b_salt_personal(key, KEY_LEN, NULL, 0, bytes, SEAL_KEY,
							 salt, c->purpose);
	return key;
}

/* ---- blobs ---------------------------------------------------------------------------------- */

/* The associated data: head of the blob, then the context. */
static enum status make_ad(unsigned char ad[static HEAD_LEN + CONTEXT_MAX], size_t *len,
			   const struct blob *b, struct span context)
{
	if (context.n > CONTEXT_MAX)
		return fail(ST_TOOBIG, "context of a seal over %d bytes", CONTEXT_MAX);
	memcpy(ad, b, HEAD_LEN);
	if (context.n)
		memcpy(ad + HEAD_LEN, context.p, context.n);
	*len = HEAD_LEN + context.n;
	return ST_OK;
}

static void start_blob(struct blob *b, char kind)
{
	memcpy(b->magic, magic, sizeof magic);
	b->kind = (unsigned char)kind;
	randombytes_buf(b->salt, sizeof b->salt);
	randombytes_buf(b->nonce, sizeof b->nonce);
}

static enum status close_blob(char text[static SEAL_TEXT], struct blob *b,
			      const struct seal_secret *s, const key_bytes *key,
			      struct span context)
{
	unsigned char ad[HEAD_LEN + CONTEXT_MAX];
	size_t ad_len = 0;
	enum status st = make_ad(ad, &ad_len, b, context);

	if (st)
		return st;
	crypto_aead_xchacha20poly1305_ietf_encrypt(b->box, NULL, s->bytes, sizeof s->bytes, ad,
						   ad_len, NULL, b->nonce, key);
	sodium_bin2base64(text, SEAL_TEXT, (const unsigned char *)b, sizeof *b, VARIANT);
	return ST_OK;
}

static enum status read_blob(struct blob *b, const char *text, char kind)
{
	size_t n = 0;

	if (strlen(text) != SEAL_TEXT - 1 ||
	    !base64url_decode(span_of(text), (unsigned char *)b, sizeof *b, &n) || n != sizeof *b ||
	    memcmp(b->magic, magic, sizeof magic) != 0 || b->kind != (unsigned char)kind)
		return fail(ST_CORRUPT, "not a sealed secret of this kind");
	return ST_OK;
}

static enum status open_blob(struct seal_secret **out, const struct blob *b, const key_bytes *key,
			     struct span context)
{
	unsigned char ad[HEAD_LEN + CONTEXT_MAX];
	struct seal_secret *s;
	size_t ad_len = 0;
	enum status st = make_ad(ad, &ad_len, b, context);

	if (st)
		return st;
	s = secret_alloc();
	if (!s)
		return ST_NOMEM;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(s->bytes, NULL, NULL, b->box, sizeof b->box,
						       ad, ad_len, b->nonce, key) != 0) {
		seal_secret_free(s);
		return fail(ST_DENIED, "the seal does not open");
	}
	make_hex(s);
	*out = s;
	return ST_OK;
}

/* ---- what others call ----------------------------------------------------------------------- */

enum status seal_again(char text[static SEAL_TEXT], const struct seal_secret *s,
		       struct span password, struct span context)
{
	key_bytes *key;
	struct blob b;
	enum status st;

	start_blob(&b, 'p');
	key = key_of_password(&st, password, b.salt);
	if (key)
		st = close_blob(text, &b, s, key, context);
	sodium_free(key);
	return st;
}

enum status seal_new(struct seal_secret **out, char text[static SEAL_TEXT], struct span password,
		     struct span context)
{
	struct seal_secret *s = secret_alloc();
	enum status st = ST_NOMEM;

	*out = NULL;
	if (!s)
		return st;
	randombytes_buf(s->bytes, sizeof s->bytes);
	make_hex(s);
	st = seal_again(text, s, password, context);
	if (st)
		seal_secret_free(s);
	else
		*out = s;
	return st;
}

enum status seal_open(struct seal_secret **out, const char *text, struct span password,
		      struct span context)
{
	key_bytes *key = NULL;
	struct blob b;
	enum status st;

	*out = NULL;
	st = read_blob(&b, text, 'p');
	if (!st)
		key = key_of_password(&st, password, b.salt);
	if (key)
		st = open_blob(out, &b, key, context);
	sodium_free(key);
	return st;
}

static enum status close_under(char text[static SEAL_TEXT], const struct closer *c,
			       const struct seal_secret *s,
			       const unsigned char bytes[static SEAL_KEY], struct span context)
{
	key_bytes *key;
	struct blob b;
	enum status st;

	start_blob(&b, c->kind);
	key = key_of_bytes(&st, c, bytes, b.salt);
	if (key)
		st = close_blob(text, &b, s, key, context);
	sodium_free(key);
	return st;
}

static enum status open_under(struct seal_secret **out, const struct closer *c, const char *text,
			      const unsigned char bytes[static SEAL_KEY], struct span context)
{
	key_bytes *key = NULL;
	struct blob b;
	enum status st;

	*out = NULL;
	st = read_blob(&b, text, c->kind);
	if (!st)
		key = key_of_bytes(&st, c, bytes, b.salt);
	if (key)
		st = open_blob(out, &b, key, context);
	sodium_free(key);
	return st;
}

enum status seal_for_session(char text[static SEAL_TEXT], const struct seal_secret *s,
			     const unsigned char half[static TOKEN_HALF], struct span context)
{
	return close_under(text, &of_session, s, half, context);
}

enum status seal_from_session(struct seal_secret **out, const char *text,
			      const unsigned char half[static TOKEN_HALF], struct span context)
{
	return open_under(out, &of_session, text, half, context);
}

enum status seal_for_key(char text[static SEAL_TEXT], const struct seal_secret *s,
			 const unsigned char key[static SEAL_KEY], struct span context)
{
	return close_under(text, &of_key, s, key, context);
}

enum status seal_from_key(struct seal_secret **out, const char *text,
			  const unsigned char key[static SEAL_KEY], struct span context)
{
	return open_under(out, &of_key, text, key, context);
}
