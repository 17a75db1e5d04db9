/*
 * OpenPGP keys and signatures made by hand with libsodium, so that they can be made wrong in every
 * way: for the tests of vault/store/openpgp.h.
 */
#ifndef KARTE_TESTS_UNIT_STORE_OPENPGP_H
#define KARTE_TESTS_UNIT_STORE_OPENPGP_H

#include "generator/base/buf.h"

#include <gnutls/crypto.h>
#include <sodium.h>
#include <stdint.h>
#include <stdio.h>

enum { PGP_ROOM = 200000, PGP_SHA256 = 8, PGP_SHA512 = 10 };

struct pgp_key {
	unsigned char point[32], secret[64];
	unsigned char fpr[20]; /* of the packet, when it matters: set by the test */
	uint32_t created;
};

static inline void pgp_number(struct buf *b, uint64_t value, size_t bytes)
{
	while (bytes--)
		buf_addc(b, (char)(value >> (8 * bytes)));
}

/* The key of a seed that is this byte 32 times. */
static inline void pgp_key_make(struct pgp_key *k, int seed, uint32_t created)
{
	unsigned char bytes[32];

	memset(bytes, seed, sizeof bytes);
	memset(k->fpr, 0xab, sizeof k->fpr);
	crypto_sign_seed_keypair(k->point, k->secret, bytes);
	k->created = created;
}

static inline void pgp_mpi(struct buf *b, const unsigned char *p, size_t n)
{
	size_t bits = 8 * n;

	while (n && !*p)
		p++, n--, bits -= 8;
	for (int mask = 0x80; n && !(*p & mask); mask >>= 1)
		bits--;
	pgp_number(b, bits, 2);
	buf_add(b, p, n);
}

static inline void pgp_key_body(struct buf *b, const struct pgp_key *k)
{
	unsigned char point[33] = {0x40};

	memcpy(point + 1, k->point, 32);
	buf_addc(b, 4);
	pgp_number(b, k->created, 4);
	buf_add(b, "\x16\x09\x2B\x06\x01\x04\x01\xDA\x47\x0F\x01", 11);
	pgp_mpi(b, point, sizeof point);
}

/* An old header with a length of two bytes. */
static inline void pgp_packet(struct buf *b, unsigned tag, struct span body)
{
	pgp_number(b, 0x81 | tag << 2, 1);
	pgp_number(b, body.n, 2);
	buf_addspan(b, body);
}

/* Of at most 190 bytes; 0x80 in the type makes it critical. */
static inline void pgp_sub(struct buf *b, unsigned type, const void *p, size_t n)
{
	pgp_number(b, n + 1, 1);
	pgp_number(b, type, 1);
	buf_add(b, p, n);
}

static inline void pgp_sub_fingerprint(struct buf *b, const struct pgp_key *k)
{
	unsigned char fpr[21] = {4};

	memcpy(fpr + 1, k->fpr, 20);
	pgp_sub(b, 33, fpr, sizeof fpr);
}

/* What is said in the part that is signed, as gpg says it: who, when. */
static inline void pgp_sub_usual(struct buf *b, const struct pgp_key *k, uint32_t created)
{
	pgp_sub_fingerprint(b, k);
	pgp_number(b, 5, 1);
	pgp_number(b, 2, 1);
	pgp_number(b, created, 4);
}

static inline void pgp_sub_issuer(struct buf *b, const struct pgp_key *k)
{
	pgp_sub(b, 16, k->fpr + 12, 8);
}

struct pgp_sig {
	unsigned version, type, algorithm, hash;
	struct span hashed, unhashed;
};

static inline struct pgp_sig pgp_sig_usual(struct span hashed, struct span unhashed)
{
	return (struct pgp_sig){4, 0x00, 22, PGP_SHA256, hashed, unhashed};
}

/* The digest; its length. */
static inline size_t pgp_digest(struct span data, struct span covered, unsigned hash,
				unsigned char out[static 64])
{
	struct buf all;
	size_t n = hash == PGP_SHA512 ? 64 : 32;

	buf_init(&all, 2 * PGP_ROOM);
	buf_addspan(&all, data);
	buf_addspan(&all, covered);
	pgp_number(&all, 0x04ff, 2);
	pgp_number(&all, covered.n, 4);
	if (hash == PGP_SHA512)
		crypto_hash_sha512(out, (const unsigned char *)buf_str(&all), all.len);
	else
		crypto_hash_sha256(out, (const unsigned char *)buf_str(&all), all.len);
	buf_clear(&all);
	return n;
}

/* The body of a signature that is right, whatever it says; its numbers, too. */
static inline void pgp_sig_body(struct buf *b, const struct pgp_key *k, const struct pgp_sig *s,
				struct span data, unsigned char numbers[static 64])
{
	unsigned char digest[64];
	size_t from = b->len, n;

	pgp_number(b, s->version, 1);
	pgp_number(b, s->type, 1);
	pgp_number(b, s->algorithm, 1);
	pgp_number(b, s->hash, 1);
	pgp_number(b, s->hashed.n, 2);
	buf_addspan(b, s->hashed);
	n = pgp_digest(data, span_make(buf_str(b) + from, b->len - from), s->hash, digest);
	pgp_number(b, s->unhashed.n, 2);
	buf_addspan(b, s->unhashed);
	buf_add(b, digest, 2);
	crypto_sign_detached(numbers, NULL, digest, n, k->secret);
	pgp_mpi(b, numbers, 32);
	pgp_mpi(b, numbers + 32, 32);
}

static inline uint32_t pgp_crc24(struct span s)
{
	uint32_t crc = 0xB704CE;

	for (size_t i = 0; i < s.n; i++)
		for (int bit = 7; bit >= 0; bit--) {
			uint32_t in = (uint32_t)((unsigned char)s.p[i] >> bit & 1);
			crc = (crc << 1 & 0xFFFFFF) ^ ((crc >> 23 ^ in) ? 0x864CFB : 0);
		}
	return crc;
}

static inline void pgp_base64(struct buf *b, const void *p, size_t n)
{
	char text[80];

	buf_adds(b, sodium_bin2base64(text, sizeof text, p, n, sodium_base64_VARIANT_ORIGINAL));
}

/* kind: "SIGNATURE" or "PUBLIC KEY BLOCK". */
static inline void pgp_armor(struct buf *b, const char *kind, struct span raw)
{
	const uint32_t crc = pgp_crc24(raw);
	const unsigned char sum[3] = {(unsigned char)(crc >> 16), (unsigned char)(crc >> 8),
				      (unsigned char)crc};

	buf_addf(b, "-----BEGIN PGP %s-----\n\n", kind);
	for (size_t i = 0; i < raw.n; i += 48) {
		pgp_base64(b, raw.p + i, raw.n - i < 48 ? raw.n - i : 48);
		buf_addc(b, '\n');
	}
	buf_addc(b, '=');
	pgp_base64(b, sum, sizeof sum);
	buf_addf(b, "\n-----END PGP %s-----\n", kind);
}

/* The bytes of an armor as gpg writes it: at most 48 in a line. */
static inline void pgp_bare(struct span armored, struct buf *raw)
{
	struct span line;

	while (span_cut(&armored, '\n').n)
		;
	while ((line = span_cut(&armored, '\n')).n && line.p[0] != '=') {
		unsigned char bytes[48];
		size_t n = 0;
		sodium_base642bin(bytes, sizeof bytes, line.p, line.n, NULL, &n, NULL,
				  sodium_base64_VARIANT_ORIGINAL);
		buf_add(raw, bytes, n);
	}
}

static inline void pgp_flip(struct buf *b, size_t bit)
{
	b->data[bit / 8] = (char)(b->data[bit / 8] ^ 1 << bit % 8);
}

/* The fingerprint (RFC 4880 12.2): 40 digits and a terminator; it is kept in the key, too. */
static inline void pgp_name(struct pgp_key *k, char hex[static 41])
{
	struct buf body, packet;

	buf_init(&body, PGP_ROOM);
	buf_init(&packet, PGP_ROOM);
	pgp_key_body(&body, k);
	pgp_packet(&packet, 6, buf_span(&body));
	gnutls_hash_fast(GNUTLS_DIG_SHA1, buf_str(&packet), packet.len, k->fpr);
	for (size_t i = 0; i < 20; i++)
		snprintf(hex + 2 * i, 3, "%02X", k->fpr[i]);
	buf_clear(&packet);
	buf_clear(&body);
}

/* What a signature on the name, or for a revocation on the key, covers (RFC 4880 5.2.4). */
static inline void pgp_certified(struct buf *out, struct span key, struct span user)
{
	pgp_number(out, 0x99, 1);
	pgp_number(out, key.n, 2);
	buf_addspan(out, key);
	if (!user.p)
		return;
	pgp_number(out, 0xb4, 1);
	pgp_number(out, user.n, 4);
	buf_addspan(out, user);
}

/* The armored key with its own signature of a type (0x13, or 0x20) that says more than usual. */
static inline void pgp_certificate(struct buf *out, const struct pgp_key *k, unsigned type,
				   struct span more)
{
	const struct span user = type == 0x20 ? SPAN_NONE : SPAN("Hand <hand@vault.example>");
	struct buf key, raw, hashed, unhashed, covered, body;
	struct pgp_sig sig;
	unsigned char numbers[64];

	buf_init(&key, PGP_ROOM);
	buf_init(&raw, PGP_ROOM);
	buf_init(&hashed, PGP_ROOM);
	buf_init(&unhashed, PGP_ROOM);
	buf_init(&covered, PGP_ROOM);
	buf_init(&body, PGP_ROOM);
	pgp_key_body(&key, k);
	pgp_sub_usual(&hashed, k, k->created);
	buf_addspan(&hashed, more);
	pgp_sub_issuer(&unhashed, k);
	sig = pgp_sig_usual(buf_span(&hashed), buf_span(&unhashed));
	sig.type = type;
	pgp_certified(&covered, buf_span(&key), user);
	pgp_sig_body(&body, k, &sig, buf_span(&covered), numbers);
	pgp_packet(&raw, 6, buf_span(&key));
	if (user.p)
		pgp_packet(&raw, 13, user);
	pgp_packet(&raw, 2, buf_span(&body));
	pgp_armor(out, "PUBLIC KEY BLOCK", buf_span(&raw));
	buf_clear(&body);
	buf_clear(&covered);
	buf_clear(&unhashed);
	buf_clear(&hashed);
	buf_clear(&raw);
	buf_clear(&key);
}

#endif
