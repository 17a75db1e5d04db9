#include "vault/store/openpgp.h"

#include "vault/store/packet.h"
#include "vault/store/sha1.h"

#include <sodium.h>

enum {
	TAG_SIGNATURE = 2,
	TAG_PUBLIC_KEY = 6,
	TAG_USER_ID = 13,

	EDDSA = 22,
	HASH_SHA256 = 8,
	HASH_SHA512 = 10,
	TYPE_BINARY = 0x00,
	TYPE_REVOKES_KEY = 0x20,

	SUB_CREATED = 2,
	SUB_KEY_EXPIRES = 9,
	SUB_ISSUER = 16,
	SUB_KEY_FLAGS = 27,
	SUB_FINGERPRINT = 33,
	MAY_SIGN = 0x02,

	FPR_LEN = 20,
	KEY_ID_LEN = 8,
	RAW_MAX = SIGNATURE_MAX / 4 * 3,
};

/* ---- armor (RFC 4880 6.2) ---- */

static unsigned long crc24(struct span s)
{
	unsigned long crc = 0xB704CE;

	for (size_t i = 0; i < s.n; i++) {
		crc ^= (unsigned long)(unsigned char)s.p[i] << 16;
		for (int bit = 0; bit < 8; bit++)
			crc = crc << 1 ^ (crc & 0x800000 ? 0x1864CFB : 0);
	}
	return crc & 0xFFFFFF;
}

static bool base64(struct span text, const char *ignore, unsigned char *out, size_t cap, size_t *n)
{
	const char *end = NULL;

	return sodium_base642bin(out, cap, text.p, text.n, ignore, n, &end,
				 sodium_base64_VARIANT_ORIGINAL) == 0 &&
	       end == text.p + text.n;
}

/* Removes the frame; what is left is base64 and the line of the checksum. */
static bool unframe(struct span *text, struct span begin, struct span end)
{
	struct span line;

	if (!span_starts(*text, begin))
		return false;
	*text = span_trim(*text);
	if (text->n > SIGNATURE_MAX || text->n < begin.n + end.n || !span_ends(*text, end))
		return false;
	text->n -= end.n;
	if (!span_eq(span_trim(span_cut(text, '\n')), begin))
		return false;
	do
		line = span_trim(span_cut(text, '\n'));
	while (span_starts(line, SPAN("Version: ")) || span_starts(line, SPAN("Comment: ")));
	*text = span_trim(*text);
	return !line.n && text->p;
}

static bool unarmor(struct span text, struct span begin, struct span end,
		    unsigned char raw[static RAW_MAX], struct span *out)
{
	enum { SUM_TEXT = 5, SUM_LEN = 3 };
	unsigned char sum[SUM_LEN];
	struct span sum_text;
	size_t n;

	if (!unframe(&text, begin, end) || text.n <= SUM_TEXT)
		return false;
	text.n -= SUM_TEXT;
	sum_text = span_make(text.p + text.n, SUM_TEXT);
	if (text.p[text.n - 1] != '\n' || sum_text.p[0] != '=' ||
	    !base64(span_make(sum_text.p + 1, SUM_TEXT - 1), NULL, sum, sizeof sum, &n) ||
	    n != SUM_LEN || !base64(text, "\r\n", raw, RAW_MAX, &n))
		return false;
	*out = span_make((const char *)raw, n);
	return crc24(*out) == ((unsigned long)sum[0] << 16 | (unsigned long)sum[1] << 8 | sum[2]);
}

/* ---- signatures (RFC 4880 5.2.3) ---- */

/* What may be said, once each.  Only a key id may stand where the signature does not cover it. */
enum { CREATED, FINGERPRINT, ISSUER, CLAIMS };
static const struct {
	unsigned long type;
	size_t n;
	bool anywhere;
} claims[CLAIMS] = {
    [CREATED] = {SUB_CREATED, 4, false},
    [FINGERPRINT] = {SUB_FINGERPRINT, 1 + FPR_LEN, false},
    [ISSUER] = {SUB_ISSUER, KEY_ID_LEN, true},
};

static bool read_claims(struct span area, bool covered, struct span found[static CLAIMS])
{
	struct subpacket sub;

	while (cut_subpacket(&area, &sub)) {
		size_t i = 0;
		while (i < CLAIMS && claims[i].type != sub.type)
			i++;
		if (i == CLAIMS || found[i].p || sub.body.n != claims[i].n ||
		    (!covered && (sub.critical || !claims[i].anywhere)))
			return false;
		found[i] = sub.body;
	}
	return area.p;
}

static void fingerprint_text(const unsigned char *bytes, char out[static FPR_HEX])
{
	for (size_t i = 0; i < FPR_LEN; i++) {
		out[2 * i] = "0123456789ABCDEF"[bytes[i] >> 4];
		out[2 * i + 1] = "0123456789ABCDEF"[bytes[i] & 0x0f];
	}
	out[FPR_HEX - 1] = '\0';
}

/* Who and when; both are there, and the key id, if there is one, is of the same key. */
static bool read_verdict(const struct signature *sig, struct openpgp_verdict *out)
{
	struct span found[CLAIMS] = {SPAN_NONE}, fpr;

	if (!read_claims(sig->hashed, true, found) || !read_claims(sig->unhashed, false, found) ||
	    !found[CREATED].p || !found[FINGERPRINT].p ||
	    cut_number(&found[FINGERPRINT], 1) != OPENPGP_V4)
		return false;
	fpr = found[FINGERPRINT];
	if (found[ISSUER].p &&
	    !span_eq(found[ISSUER], span_make(fpr.p + FPR_LEN - KEY_ID_LEN, KEY_ID_LEN)))
		return false;
	fingerprint_text((const unsigned char *)fpr.p, out->issuer);
	out->created = (int64_t)cut_number(&found[CREATED], 4);
	return true;
}

/* What is hashed after the data: the covered part and its length (RFC 4880 5.2.4). */
static void make_trailer(struct span covered, unsigned char out[static 6])
{
	out[0] = OPENPGP_V4;
	out[1] = 0xff;
	for (size_t i = 0; i < 4; i++)
		out[2 + i] = (unsigned char)(covered.n >> (24 - 8 * i));
}

/* The length of the digest, or 0 for another hash. */
static size_t digest(const struct signature *sig, struct span data,
		     unsigned char out[static crypto_hash_sha512_BYTES])
{
	const unsigned char *text = (const unsigned char *)(data.p ? data.p : "");
	const unsigned char *covered = (const unsigned char *)sig->covered.p;
	unsigned char trailer[6];
	crypto_hash_sha256_state h256;
	crypto_hash_sha512_state h512;

	make_trailer(sig->covered, trailer);
	if (sig->hash == HASH_SHA256) {
		crypto_hash_sha256_init(&h256);
		crypto_hash_sha256_update(&h256, text, data.n);
		crypto_hash_sha256_update(&h256, covered, sig->covered.n);
		crypto_hash_sha256_update(&h256, trailer, sizeof trailer);
		crypto_hash_sha256_final(&h256, out);
		return crypto_hash_sha256_BYTES;
	}
	if (sig->hash != HASH_SHA512)
		return 0;
	crypto_hash_sha512_init(&h512);
	crypto_hash_sha512_update(&h512, text, data.n);
	crypto_hash_sha512_update(&h512, covered, sig->covered.n);
	crypto_hash_sha512_update(&h512, trailer, sizeof trailer);
	crypto_hash_sha512_final(&h512, out);
	return crypto_hash_sha512_BYTES;
}

/* One signature packet of our kind, and its two numbers as RFC 8032 writes them. */
static bool read_signature(struct span raw, struct signature *sig,
			   unsigned char numbers[static crypto_sign_BYTES])
{
	unsigned long tag;
	struct span body = cut_packet(&raw, &tag);

	return raw.p && !raw.n && tag == TAG_SIGNATURE && cut_signature(&body, sig) &&
	       sig->type == TYPE_BINARY && sig->algorithm == EDDSA &&
	       (sig->hash == HASH_SHA256 || sig->hash == HASH_SHA512) &&
	       cut_mpi(&body, numbers, 32) && cut_mpi(&body, numbers + 32, 32) && !body.n;
}

enum status openpgp_claims(struct span armored_signature, struct openpgp_verdict *out)
{
	unsigned char raw_bytes[RAW_MAX], numbers[crypto_sign_BYTES];
	struct openpgp_verdict v;
	struct signature sig;
	struct span raw;

	*out = (struct openpgp_verdict){.issuer = ""};
	if (!unarmor(armored_signature, SPAN("-----BEGIN PGP SIGNATURE-----"),
		     SPAN("-----END PGP SIGNATURE-----"), raw_bytes, &raw) ||
	    !read_signature(raw, &sig, numbers) || !read_verdict(&sig, &v))
		return fail(ST_INVALID, "not a signature of the kind that is made here");
	*out = v;
	return ST_OK;
}

enum status openpgp_check(const struct openpgp_key *key, struct span data,
			  struct span armored_signature, struct openpgp_verdict *out)
{
	unsigned char raw_bytes[RAW_MAX], numbers[crypto_sign_BYTES];
	unsigned char hash[crypto_hash_sha512_BYTES];
	struct openpgp_verdict v;
	struct signature sig;
	struct span raw;
	size_t n;

	*out = (struct openpgp_verdict){.issuer = ""};
	if (sodium_init() < 0)
		return fail(ST_BUG, "libsodium does not start");
	if (!unarmor(armored_signature, SPAN("-----BEGIN PGP SIGNATURE-----"),
		     SPAN("-----END PGP SIGNATURE-----"), raw_bytes, &raw) ||
	    !read_signature(raw, &sig, numbers) || !read_verdict(&sig, &v) ||
	    v.created < key->created)
		return fail(ST_INVALID, "not a signature of the kind that is made here");
	*out = v;
	n = digest(&sig, data, hash);
	if (memcmp(hash, sig.left.p, sig.left.n) != 0 ||
	    crypto_sign_verify_detached(numbers, hash, n, key->point) != 0)
		return fail(ST_CORRUPT, "the signature does not fit");
	return ST_OK;
}

/* ---- keys (RFC 4880 5.5.2, RFC 9580 5.5.5.5) ---- */

static bool read_point(struct span body, struct openpgp_key *out)
{
	/* the length and the object identifier of Ed25519, 1.3.6.1.4.1.11591.15.1 */
	static const struct span curve = {"\x09\x2B\x06\x01\x04\x01\xDA\x47\x0F\x01", 10};
	enum { NATIVE_POINT = 0x40 };
	unsigned char point[1 + OPENPGP_POINT];

	if (cut_number(&body, 1) != OPENPGP_V4)
		return false;
	out->created = (int64_t)cut_number(&body, 4);
	if (cut_number(&body, 1) != EDDSA || !span_eq(cut(&body, curve.n), curve) ||
	    !cut_mpi(&body, point, sizeof point) || body.n || point[0] != NATIVE_POINT)
		return false;
	memcpy(out->point, point + 1, OPENPGP_POINT);
	return true;
}

/* Does this signature leave the key as good as ever: not revoked, for ever, to sign with? */
static bool leaves_key_good(struct span body)
{
	struct signature sig;
	struct subpacket sub;

	if (!cut_signature(&body, &sig) || sig.type == TYPE_REVOKES_KEY)
		return false;
	while (cut_subpacket(&sig.hashed, &sub))
		if (sub.type == SUB_KEY_EXPIRES ||
		    (sub.type == SUB_KEY_FLAGS && !(cut_number(&sub.body, 1) & MAY_SIGN)))
			return false;
	return sig.hashed.p;
}

/* RFC 4880 12.2: SHA-1 of 0x99, the length in two bytes, and the packet's body. */
static void name_key(struct span body, struct openpgp_key *out)
{
	const char head[3] = {(char)0x99, (char)(body.n >> 8), (char)body.n};
	unsigned char sum[SHA1_LEN];

	sha1_two(span_make(head, sizeof head), body, sum);
	fingerprint_text(sum, out->fpr);
}

static bool read_key(struct span raw, struct openpgp_key *out)
{
	unsigned long tag;
	struct span body = cut_packet(&raw, &tag);

	if (!raw.p || tag != TAG_PUBLIC_KEY || !read_point(body, out))
		return false;
	name_key(body, out);
	while (raw.n) {
		body = cut_packet(&raw, &tag);
		if (!raw.p || (tag != TAG_USER_ID && tag != TAG_SIGNATURE) ||
		    (tag == TAG_SIGNATURE && !leaves_key_good(body)))
			return false;
	}
	return true;
}

enum status openpgp_public_key(struct span armored, struct openpgp_key *out)
{
	unsigned char raw_bytes[RAW_MAX];
	struct openpgp_key key;
	struct span raw;

	*out = (struct openpgp_key){.created = 0};
	if (sodium_init() < 0)
		return fail(ST_BUG, "libsodium does not start");
	if (!unarmor(armored, SPAN("-----BEGIN PGP PUBLIC KEY BLOCK-----"),
		     SPAN("-----END PGP PUBLIC KEY BLOCK-----"), raw_bytes, &raw) ||
	    !read_key(raw, &key))
		return fail(ST_INVALID, "not a key of the kind that is made here");
	*out = key;
	return ST_OK;
}
