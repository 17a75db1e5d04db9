#include "vault/auth/seal_impl.h"

#include <stdint.h>

static const unsigned char purpose[crypto_generichash_blake2b_PERSONALBYTES] = "karte seal addr";

_Static_assert(SEAL_ADDRESS == crypto_box_PUBLICKEYBYTES, "an address is a public key");
_Static_assert((int)SEAL_SEALED_MORE == (int)crypto_box_SEALBYTES, "what the seal adds");

/* The caller wipes secret_key. */
static void make_pair(const struct seal_secret *s, unsigned char address[static SEAL_ADDRESS],
		      unsigned char secret_key[static crypto_box_SECRETKEYBYTES])
{
	unsigned char seed[crypto_box_SEEDBYTES];

	crypto_generichash_blake2b_salt_personal(seed, sizeof seed, NULL, 0, s->bytes,
						 sizeof s->bytes, NULL, purpose);
	crypto_box_seed_keypair(address, secret_key, seed);
	explicit_bzero(seed, sizeof seed);
}

void seal_address(const struct seal_secret *s, unsigned char address[static SEAL_ADDRESS])
{
	unsigned char secret_key[crypto_box_SECRETKEYBYTES];

	make_pair(s, address, secret_key);
	explicit_bzero(secret_key, sizeof secret_key);
}

/* Room for n bytes more at the end; NULL if there is none, with the reason in out->st. */
static unsigned char *extend(struct buf *out, size_t n)
{
	static const char nothing[256];
	size_t at = out->len;

	while (n) {
		size_t part = n < sizeof nothing ? n : sizeof nothing;

		buf_add(out, nothing, part);
		n -= part;
	}
	return out->data ? (unsigned char *)out->data + at : NULL;
}

enum status seal_to(const unsigned char address[static SEAL_ADDRESS], struct span bytes,
		    struct buf *out)
{
	size_t before = out->len;
	unsigned char *room;

	if (bytes.n > SIZE_MAX - SEAL_SEALED_MORE)
		return fail(ST_TOOBIG, "too much to seal");
	room = extend(out, bytes.n + SEAL_SEALED_MORE);
	if (out->st)
		return out->st;
	if (crypto_box_seal(room, (const unsigned char *)(bytes.p ? bytes.p : ""), bytes.n,
			    address) != 0) {
		buf_cut(out, before);
		return fail(ST_INVALID, "not the address of a person");
	}
	return ST_OK;
}

enum status seal_read(const struct seal_secret *s, struct span sealed, struct buf *out)
{
	unsigned char address[SEAL_ADDRESS], secret_key[crypto_box_SECRETKEYBYTES];
	size_t before = out->len;
	unsigned char *room;
	enum status st = ST_OK;

	if (!out->secret)
		return fail(ST_BUG, "what was sealed belongs in a secret buffer");
	if (!sealed.p || sealed.n < SEAL_SEALED_MORE)
		return fail(ST_DENIED, "too short for something sealed");
	room = extend(out, sealed.n - SEAL_SEALED_MORE);
	if (out->st)
		return out->st;
	make_pair(s, address, secret_key);
	if (crypto_box_seal_open(room, (const unsigned char *)sealed.p, sealed.n, address,
				 secret_key) != 0) {
		buf_cut(out, before);
		st = fail(ST_DENIED, "sealed for somebody else, or altered");
	}
	explicit_bzero(secret_key, sizeof secret_key);
	return st;
}
