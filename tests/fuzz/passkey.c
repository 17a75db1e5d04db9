/*
 * Any bytes as one part of what a browser sends with a passkey, the rest being right; the first
 * byte says which: 'c' client data of a new passkey, 'C' of one that is used, 'o' attestation
 * object, 'p' statement of format "packed", 'd' authenticator data of a new passkey, 'k' its public
 * key, 'e' its extensions, 'a' authenticator data of one that is used, 's' signature, 't'
 * base64url. What has to be signed is signed here.
 *
 * What is taken is for this challenge and this site, with somebody verified, and would not be taken
 * for another; what is refused leaves nothing.
 */
#include "tests/unit/auth_passkey.h"

#include <sodium.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SITE = 32, FLAGS = 32, COUNT = 33, FIXED = 37, STORED = 41 };

static struct pk_key mine, another;

static struct passkey_ceremony other_challenge(void)
{
	struct passkey_ceremony c = pk_site;

	c.challenge = SPAN("BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
	return c;
}

static struct passkey_ceremony other_site(void)
{
	struct passkey_ceremony c = pk_site;

	c.rp_id = SPAN("other.example");
	return c;
}

static struct passkey stored_of(const struct pk_key *k, uint32_t count)
{
	struct passkey p = {.key = {2}, .key_len = 33, .count = count};
	size_t n = 32;

	pk_must(EVP_PKEY_get_raw_public_key(k->pair, p.key + 1, &n) == 1 && n == 32);
	return p;
}

static bool right_head(struct span data, unsigned attested)
{
	unsigned char site[SITE];

	SHA256((const unsigned char *)"karte.example", 13, site);
	return data.n >= FIXED && memcmp(data.p, site, SITE) == 0 &&
	       ((unsigned char)data.p[FLAGS] & (PK_UP | PK_UV | PK_AT)) ==
		   (PK_UP | PK_UV | attested);
}

/* ---- a new passkey -------------------------------------------------------------------------- */

static enum status make(struct span client, struct span object)
{
	static const struct passkey empty;
	static const size_t lengths[] = {0, 65, 33, 260};
	struct passkey_ceremony c = other_challenge();
	struct passkey p, unused;
	enum status st;

	memset(&p, 0x55, sizeof p);
	st = passkey_register(&pk_site, client, object, &p);
	pk_must(!st || st == ST_INVALID || st == ST_DENIED);
	if (st) {
		pk_must(memcmp(&p, &empty, sizeof p) == 0);
		return st;
	}
	pk_must(p.id_len >= PASSKEY_ID_MIN && p.id_len <= PASSKEY_ID_MAX);
	pk_must(span_find(object, span_make((char *)p.id, p.id_len)) >= 0);
	pk_must(p.key[0] >= 1 && p.key[0] <= 3 && p.key_len == lengths[p.key[0]]);
	pk_must(span_find(client, SPAN("create")) >= 0 || span_find(client, SPAN("\\u")) >= 0);
	pk_must(passkey_register(&c, client, object, &unused) == ST_DENIED);
	c = other_site();
	pk_must(passkey_register(&c, client, object, &unused) == ST_DENIED);
	return st;
}

static void make_with_data(struct span client, struct span data)
{
	struct buf signature, statement, object;
	enum status none, self;

	buf_init(&signature, PK_ROOM);
	buf_init(&statement, PK_ROOM);
	buf_init(&object, PK_ROOM);
	pk_object(&object, "none", SPAN("\xa0"), data);
	none = make(client, buf_span(&object));
	pk_must(none || right_head(data, PK_AT));
	pk_sign(&signature, &mine, data, client);
	pk_packed(&statement, &mine, buf_span(&signature), SPAN_NONE);
	buf_cut(&object, 0);
	pk_object(&object, "packed", buf_span(&statement), data);
	self = make(client, buf_span(&object));
	pk_must(self || !none); /* what is attested could be sent without */
	buf_clear(&object);
	buf_clear(&statement);
	buf_clear(&signature);
}

static void make_with(char how, struct span in)
{
	struct pk_say say = pk_usual("webauthn.create");
	struct buf client, data, object;

	if (how == 'k')
		say.cose = in;
	if (how == 'e')
		say.extensions = in;
	buf_init(&client, PK_ROOM);
	buf_init(&data, PK_ROOM);
	buf_init(&object, PK_ROOM);
	pk_client(&client, &say);
	pk_data(&data, &say, &mine);
	pk_object(&object, how == 'p' ? "packed" : "none", how == 'p' ? in : SPAN("\xa0"),
		  buf_span(&data));
	if (how == 'c')
		make(in, buf_span(&object));
	else if (how == 'o')
		make(buf_span(&client), in);
	else if (how == 'p')
		make(buf_span(&client), buf_span(&object));
	else
		make_with_data(buf_span(&client), how == 'd' ? in : buf_span(&data));
	buf_clear(&object);
	buf_clear(&data);
	buf_clear(&client);
}

/* ---- one that is used ----------------------------------------------------------------------- */

static void use(struct span client, struct span data, struct span signature)
{
	struct passkey right = stored_of(&mine, STORED), wrong = stored_of(&another, STORED);
	struct passkey_ceremony c = other_challenge();
	uint32_t count = 7, unused;
	enum status st = passkey_verify(&pk_site, &right, client, data, signature, &count);
	const unsigned char *d = (const unsigned char *)data.p;

	pk_must(!st || st == ST_INVALID || st == ST_DENIED);
	if (st) {
		pk_must(count == 7);
		return;
	}
	pk_must(right_head(data, 0) && count > STORED);
	pk_must(count == ((uint32_t)d[COUNT] << 24 | (uint32_t)d[COUNT + 1] << 16 |
			  (uint32_t)d[COUNT + 2] << 8 | d[COUNT + 3]));
	pk_must(passkey_verify(&pk_site, &wrong, client, data, signature, &unused) == ST_DENIED);
	pk_must(passkey_verify(&c, &right, client, data, signature, &unused) == ST_DENIED);
	right.count = count;
	pk_must(passkey_verify(&pk_site, &right, client, data, signature, &unused) == ST_DENIED);
}

static void use_with(char how, struct span in)
{
	struct pk_say say = pk_usual("webauthn.get");
	struct buf client, data, signature;
	struct span c, d;

	say.count = STORED + 1;
	if (how == 'e')
		say.extensions = in;
	buf_init(&client, PK_ROOM);
	buf_init(&data, PK_ROOM);
	buf_init(&signature, PK_ROOM);
	pk_client(&client, &say);
	pk_data(&data, &say, NULL);
	c = how == 'C' ? in : buf_span(&client);
	d = how == 'a' ? in : buf_span(&data);
	pk_sign(&signature, &mine, d, c);
	use(c, d, how == 's' ? in : buf_span(&signature));
	buf_clear(&signature);
	buf_clear(&data);
	buf_clear(&client);
}

/* ---- base64url ------------------------------------------------------------------------------ */

/* What is read is written in the same way, and in no other. */
static void decode(struct span in)
{
	unsigned char bytes[300];
	char again[500];
	size_t n = 0;

	if (!passkey_decode(in, bytes, sizeof bytes, &n)) {
		pk_must(n == 0);
		return;
	}
	pk_must(n <= sizeof bytes);
	sodium_bin2base64(again, sizeof again, bytes, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	pk_must(span_eq(span_of(again), in));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = span_make((const char *)data, size);
	char how = size ? in.p[0] : '\0';

	if (!how || size > 100000)
		return 0;
	if (!mine.pair) {
		pk_key_of_seed(&mine, 7);
		pk_key_of_seed(&another, 8);
	}
	in = span_make(in.p + 1, in.n - 1);
	if (strchr("copdke", how))
		make_with(how, in);
	if (strchr("Case", how))
		use_with(how, in);
	if (how == 't')
		decode(in);
	return 0;
}
