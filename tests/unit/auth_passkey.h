/*
 * An authenticator and a browser made by hand with OpenSSL, so that they can be made wrong in every
 * way: for the tests of vault/auth/passkey.h.
 */
#ifndef KARTE_TESTS_UNIT_AUTH_PASSKEY_H
#define KARTE_TESTS_UNIT_AUTH_PASSKEY_H

#include "generator/base/buf.h"
#include "vault/auth/passkey.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <stdlib.h>

enum { PK_ROOM = 200000, PK_UP = 1, PK_UV = 4, PK_AT = 0x40, PK_ED = 0x80 };
enum { PK_ES256 = -7, PK_EDDSA = -8, PK_RS256 = -257 };

#define PK_CHALLENGE "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

static const struct passkey_ceremony pk_site = {
    .rp_id = {"karte.example", 13},
    .origin = {"https://karte.example:8443", 26},
    .challenge = {PK_CHALLENGE, 43},
};

struct pk_key {
	int algorithm;
	EVP_PKEY *pair;
};

/* What browser and authenticator say; pk_usual() is right in everything. */
struct pk_say {
	const char *type, *challenge, *origin, *more; /* of client data */
	const char *site;
	unsigned flags;
	uint32_t count;
	struct span id;
	struct span extensions; /* encoded; SPAN_NONE: none */
	struct span cose;	/* instead of the key's own */
	struct span after;	/* bytes behind authenticator data */
};

static inline void pk_must(bool truth)
{
	if (!truth)
		abort();
}

static inline struct pk_say pk_usual(const char *type)
{
	return (struct pk_say){
	    .type = type,
	    .challenge = PK_CHALLENGE,
	    .origin = "https://karte.example:8443",
	    .more = ",\"crossOrigin\":false",
	    .site = "karte.example",
	    .flags = PK_UP | PK_UV,
	    .id = SPAN("sixteen bytes id"),
	};
}

static inline void pk_key_new(struct pk_key *k, int algorithm)
{
	k->algorithm = algorithm;
	k->pair = algorithm == PK_ES256	  ? EVP_EC_gen("P-256")
		  : algorithm == PK_EDDSA ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")
					  : EVP_RSA_gen(2048);
	pk_must(k->pair);
}

/* The EdDSA key of a seed that is this byte 32 times. */
static inline void pk_key_of_seed(struct pk_key *k, int seed)
{
	unsigned char bytes[32];

	memset(bytes, seed, sizeof bytes);
	k->algorithm = PK_EDDSA;
	k->pair = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, bytes, sizeof bytes);
	pk_must(k->pair);
}

static inline void pk_key_free(struct pk_key *k)
{
	EVP_PKEY_free(k->pair);
	k->pair = NULL;
}

/* ---- CBOR ----------------------------------------------------------------------------------- */

static inline void pk_number(struct buf *b, uint64_t value, size_t bytes)
{
	while (bytes--)
		buf_addc(b, (char)(value >> (8 * bytes)));
}

/* The head of an item; for majors 0 and 1 the whole. */
static inline void pk_head(struct buf *b, unsigned major, uint64_t n)
{
	size_t bytes = n < 24 ? 0 : n < 0x100 ? 1 : n < 0x10000 ? 2 : 4;

	buf_addc(b, (char)(major << 5 | (bytes == 0   ? (unsigned)n
					 : bytes == 1 ? 24
					 : bytes == 2 ? 25
						      : 26)));
	pk_number(b, n, bytes);
}

static inline void pk_int(struct buf *b, int n)
{
	pk_head(b, n < 0, (uint64_t)(n < 0 ? -1 - n : n));
}

static inline void pk_bytes(struct buf *b, struct span s)
{
	pk_head(b, 2, s.n);
	buf_addspan(b, s);
}

static inline void pk_text(struct buf *b, const char *s)
{
	pk_head(b, 3, strlen(s));
	buf_adds(b, s);
}

/* The public key as authenticator data holds it (RFC 9053, RFC 8230). */
static inline void pk_cose(struct buf *b, const struct pk_key *k)
{
	unsigned char raw[300];
	size_t n = sizeof raw;
	BIGNUM *modulus = NULL;

	if (k->algorithm == PK_ES256) {
		pk_must(EVP_PKEY_get_octet_string_param(k->pair, OSSL_PKEY_PARAM_PUB_KEY, raw,
							sizeof raw, &n) == 1);
		pk_must(n == 65);
		buf_add(b, "\xa5\x01\x02\x03\x26\x20\x01\x21", 8);
		pk_bytes(b, span_make((char *)raw + 1, 32));
		buf_addc(b, '\x22');
		pk_bytes(b, span_make((char *)raw + 33, 32));
	} else if (k->algorithm == PK_EDDSA) {
		pk_must(EVP_PKEY_get_raw_public_key(k->pair, raw, &n) == 1);
		buf_add(b, "\xa4\x01\x01\x03\x27\x20\x06\x21", 8);
		pk_bytes(b, span_make((char *)raw, n));
	} else {
		pk_must(EVP_PKEY_get_bn_param(k->pair, OSSL_PKEY_PARAM_RSA_N, &modulus) == 1);
		pk_must(BN_bn2binpad(modulus, raw, 256) == 256);
		buf_add(b, "\xa4\x01\x03\x03\x39\x01\x00\x20", 8);
		pk_bytes(b, span_make((char *)raw, 256));
		buf_add(b, "\x21\x43\x01\x00\x01", 5);
		BN_free(modulus);
	}
}

/* ---- what is sent --------------------------------------------------------------------------- */

static inline void pk_client(struct buf *b, const struct pk_say *s)
{
	buf_addf(b, "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\"%s}", s->type,
		 s->challenge, s->origin, s->more);
}

/* Authenticator data; with a key if there is one. */
static inline void pk_data(struct buf *b, const struct pk_say *s, const struct pk_key *k)
{
	unsigned char site[SHA256_DIGEST_LENGTH];

	SHA256((const unsigned char *)s->site, strlen(s->site), site);
	buf_add(b, site, sizeof site);
	buf_addc(b, (char)(s->flags | (k ? PK_AT : 0u) | (s->extensions.p ? PK_ED : 0u)));
	pk_number(b, s->count, 4);
	if (k) {
		buf_add(b, "\0\1\2\3\4\5\6\7\0\1\2\3\4\5\6\7", 16);
		pk_number(b, s->id.n, 2);
		buf_addspan(b, s->id);
		if (s->cose.p)
			buf_addspan(b, s->cose);
		else
			pk_cose(b, k);
	}
	buf_addspan(b, s->extensions);
	buf_addspan(b, s->after);
}

/* A signature over authenticator data and the hash of client data. */
static inline void pk_sign(struct buf *out, const struct pk_key *k, struct span data,
			   struct span client)
{
	const EVP_MD *md = k->algorithm == PK_EDDSA ? NULL : EVP_sha256();
	unsigned char hash[SHA256_DIGEST_LENGTH], signature[512];
	size_t n = sizeof signature;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	struct buf all;

	SHA256((const unsigned char *)client.p, client.n, hash);
	buf_init(&all, PK_ROOM);
	buf_addspan(&all, data);
	buf_add(&all, hash, sizeof hash);
	pk_must(ctx && EVP_DigestSignInit(ctx, NULL, md, NULL, k->pair) == 1);
	pk_must(EVP_DigestSign(ctx, signature, &n, (const unsigned char *)all.data, all.len) == 1);
	buf_add(out, signature, n);
	EVP_MD_CTX_free(ctx);
	buf_clear(&all);
}

/* The outer map, from a format, an encoded statement and authenticator data. */
static inline void pk_object(struct buf *b, const char *format, struct span statement,
			     struct span data)
{
	pk_head(b, 5, 3);
	pk_text(b, "fmt");
	pk_text(b, format);
	pk_text(b, "attStmt");
	buf_addspan(b, statement);
	pk_text(b, "authData");
	pk_bytes(b, data);
}

/* A statement of format "packed": by the key itself, or with somebody's certificate. */
static inline void pk_packed(struct buf *b, const struct pk_key *k, struct span signature,
			     struct span certificate)
{
	pk_head(b, 5, certificate.p ? 3 : 2);
	pk_text(b, "alg");
	pk_int(b, k->algorithm);
	pk_text(b, "sig");
	pk_bytes(b, signature);
	if (certificate.p) {
		pk_text(b, "x5c");
		pk_head(b, 4, 1);
		pk_bytes(b, certificate);
	}
}

#endif
