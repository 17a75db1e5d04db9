/* Passkeys: what is right, and what the browser says of the ceremony. */
#include "tests/unit/auth_passkey_ceremony.h"

/* ---- what is right -------------------------------------------------------------------------- */

static void each_algorithm_is_registered_and_signs_in(void **state)
{
	static const size_t lengths[] = {1 + 64, 1 + 32, 1 + 259};
	struct pk_say made = pk_usual(create), used = pk_usual(get);
	struct passkey p;
	uint32_t count;

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		for (int self = 0; self < 2; self++) {
			assert_int_equal(register_as(&made, keys[i], self, &p), ST_OK);
			assert_true(span_eq(span_make((char *)p.id, p.id_len), made.id));
			assert_int_equal(p.key_len, lengths[i]);
			assert_int_equal(p.key[0], i + 1);
			assert_int_equal(p.count, 0);
			assert_int_equal(sign_in_as(&used, keys[i], &p, &count), ST_OK);
			assert_int_equal(count, 0);
		}
}

static void a_swapped_key_is_denied(void **state)
{
	struct pk_say used = pk_usual(get);
	uint32_t count;

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		struct passkey p = registered(keys[i]);

		for (size_t j = 0; j < sizeof keys / sizeof *keys; j++)
			assert_int_equal(sign_in_as(&used, keys[j], &p, &count),
					 i == j ? ST_OK : ST_DENIED);
		assert_int_equal(sign_in_as(&used, &other, &p, &count), ST_DENIED);
	}
}

static void what_is_stored_must_be_whole(void **state)
{
	struct pk_say used = pk_usual(get);
	struct passkey p = registered(&es256), bad;
	uint32_t count;

	(void)state;
	for (size_t n = 0; n < p.key_len; n++) {
		bad = p;
		bad.key_len = n;
		assert_int_equal(sign_in_as(&used, &es256, &bad, &count), ST_CORRUPT);
	}
	for (int mark = 0; mark < 256; mark++) {
		bad = p;
		bad.key[0] = (unsigned char)mark;
		assert_int_equal(sign_in_as(&used, &es256, &bad, &count),
				 mark == 1 ? ST_OK : ST_CORRUPT);
	}
	bad = p;
	bad.key[1] ^= 1; /* not on the curve */
	assert_int_equal(sign_in_as(&used, &es256, &bad, &count), ST_CORRUPT);
}

/* ---- client data ---------------------------------------------------------------------------- */

static void client_data_must_be_for_this_ceremony(void **state)
{
	static const struct {
		const char *type, *challenge, *origin, *more;
		enum status expected;
	} rows[] = {
	    {NULL, NULL, NULL, NULL, ST_OK},
	    {"webauthn.Create", NULL, NULL, NULL, ST_DENIED},
	    {"payment.get", NULL, NULL, NULL, ST_DENIED},
	    {"", NULL, NULL, NULL, ST_DENIED},
	    {NULL, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9", NULL, NULL, ST_DENIED},
	    {NULL, "BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", NULL, NULL, ST_DENIED},
	    {NULL, PK_CHALLENGE "=", NULL, NULL, ST_DENIED},
	    {NULL, "", NULL, NULL, ST_DENIED},
	    {NULL, NULL, "https://karte.example", NULL, ST_DENIED},
	    {NULL, NULL, "https://karte.example:8443/", NULL, ST_DENIED},
	    {NULL, NULL, "http://karte.example:8443", NULL, ST_DENIED},
	    {NULL, NULL, "https://a.karte.example:8443", NULL, ST_DENIED},
	    {NULL, NULL, "https://Karte.example:8443", NULL, ST_DENIED},
	    {NULL, NULL, "", NULL, ST_DENIED},
	    {NULL, NULL, NULL, "", ST_OK},
	    {NULL, NULL, NULL, ",\"crossOrigin\":true", ST_DENIED},
	    {NULL, NULL, NULL, ",\"crossOrigin\":null", ST_INVALID},
	    {NULL, NULL, NULL, ",\"crossOrigin\":\"true\"", ST_INVALID},
	    {NULL, NULL, NULL, ",\"crossOrigin\":1", ST_INVALID},
	    {NULL, NULL, NULL, ",\"topOrigin\":\"https://karte.example:8443\"", ST_DENIED},
	    {NULL, NULL, NULL, ",\"tokenBinding\":{\"status\":\"supported\"}", ST_OK},
	    {NULL, NULL, NULL, ",\"tokenBinding\":{\"status\":\"present\",\"id\":\"A\"}",
	     ST_DENIED},
	    {NULL, NULL, NULL, ",\"tokenBinding\":\"present\"", ST_INVALID},
	    {NULL, NULL, NULL, ",\"other_keys_can_be_added_here\":\"do not compare\"", ST_OK},
	    {NULL, NULL, NULL, ",\"x\":[{\"y\":1.5}]", ST_OK},
	    {NULL, NULL, NULL, ",\"type\":\"webauthn.create\"", ST_INVALID},
	    {NULL, NULL, NULL, ",\"challenge\":\"" PK_CHALLENGE "\"", ST_INVALID},
	    {NULL, NULL, NULL, ",\"x\":{\"y\":1,\"y\":1}", ST_INVALID},
	    {NULL, NULL, NULL, ",", ST_INVALID},
	    {NULL, NULL, NULL, "}", ST_INVALID},
	    {NULL, NULL, NULL, ",\"x\":\"\xff\"", ST_INVALID},
	    {NULL, NULL, NULL, ",\"x\":\"\\u0000\"", ST_INVALID},
	    {NULL, NULL, NULL, ",\"x\":\"\\ud800\"", ST_INVALID},
	    {NULL, NULL, NULL, ",\"x\":1e999", ST_INVALID},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct pk_say s = pk_usual(create);

		if (rows[i].type)
			s.type = rows[i].type;
		if (rows[i].challenge)
			s.challenge = rows[i].challenge;
		if (rows[i].origin)
			s.origin = rows[i].origin;
		if (rows[i].more)
			s.more = rows[i].more;
		expect_both(&s, rows[i].expected);
	}
}

static void one_ceremony_is_not_the_other(void **state)
{
	struct pk_say made = pk_usual(get), used = pk_usual(create);
	struct passkey p = registered(&es256), unused;
	uint32_t count;

	(void)state;
	assert_int_equal(register_as(&made, &es256, true, &unused), ST_DENIED);
	assert_int_equal(sign_in_as(&used, &es256, &p, &count), ST_DENIED);
}

/* Written as they are, not by pk_client(). */
static void client_data_must_be_an_object_with_its_three_texts(void **state)
{
	static const char *const bad[] = {
	    "",
	    "null",
	    "[]",
	    "\"webauthn.create\"",
	    "{}",
	    "{\"type\":\"webauthn.create\",\"challenge\":\"" PK_CHALLENGE "\"}",
	    "{\"type\":\"webauthn.create\",\"origin\":\"https://karte.example:8443\"}",
	    "{\"challenge\":\"" PK_CHALLENGE "\",\"origin\":\"https://karte.example:8443\"}",
	    "{\"type\":1,\"challenge\":\"" PK_CHALLENGE
	    "\",\"origin\":\"https://karte.example:8443\"}",
	    "{\"type\":\"webauthn.create\",\"challenge\":[\"" PK_CHALLENGE
	    "\"],\"origin\":\"https://karte.example:8443\"}",
	    "{\"type\":\"webauthn.create\",\"challenge\":\"" PK_CHALLENGE "\",\"origin\":null}",
	};
	struct pk_say s = pk_usual(create);
	struct passkey p;
	struct sent x;
	struct buf deep;

	(void)state;
	make_new(&x, &s, &es256, false);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(take_new(span_of(bad[i]), buf_span(&x.object), &p), ST_INVALID);
	assert_int_equal(passkey_register(&pk_site, SPAN_NONE, buf_span(&x.object), &p),
			 ST_INVALID);
	buf_init(&deep, PK_ROOM);
	buf_adds(&deep, "{\"x\":");
	while (deep.len < PASSKEY_PART_MAX)
		buf_addc(&deep, '[');
	assert_int_equal(take_new(span_make(deep.data, PASSKEY_PART_MAX), buf_span(&x.object), &p),
			 ST_INVALID);
	buf_clear(&deep);
	sent_clear(&x);
}

static void a_part_may_be_64_kib_and_not_a_byte_more(void **state)
{
	struct pk_say s = pk_usual(create);
	struct passkey p;
	struct sent x;

	(void)state;
	make_new(&x, &s, &es256, false);
	while (x.client.len < PASSKEY_PART_MAX)
		buf_addc(&x.client, ' ');
	assert_int_equal(take_new(buf_span(&x.client), buf_span(&x.object), &p), ST_OK);
	buf_addc(&x.client, ' ');
	assert_int_equal(take_new(buf_span(&x.client), buf_span(&x.object), &p), ST_INVALID);
	sent_clear(&x);
}

/* An extension that nobody knows, with so many bytes (over 255) in it. */
static void fill(struct buf *b, size_t n)
{
	buf_add(b, "\xa1\x61x", 3);
	pk_head(b, 2, n);
	while (n--)
		buf_addc(b, 'x');
}

static enum status register_filled(size_t n, size_t *size)
{
	struct pk_say s = pk_usual(create);
	struct passkey p;
	struct buf b;
	struct sent x;
	enum status st;

	buf_init(&b, PK_ROOM);
	fill(&b, n);
	s.extensions = buf_span(&b);
	make_new(&x, &s, &es256, true);
	*size = x.object.len;
	st = take_new(buf_span(&x.client), buf_span(&x.object), &p);
	sent_clear(&x);
	buf_clear(&b);
	return st;
}

static enum status sign_in_filled(const struct passkey *p, size_t n, size_t *size)
{
	struct pk_say s = pk_usual(get);
	struct buf b;
	struct sent x;
	uint32_t count;
	enum status st;

	buf_init(&b, PK_ROOM);
	fill(&b, n);
	s.extensions = buf_span(&b);
	make_used(&x, &s, &es256);
	*size = x.data.len;
	st = take_used(p, &x, &count);
	sent_clear(&x);
	buf_clear(&b);
	return st;
}

/* Signatures of ES256 differ in length: what is right within the limit is wrong beyond it. */
static void the_limit_holds_for_what_an_authenticator_sends(void **state)
{
	struct passkey p = registered(&es256);
	struct pk_say s = pk_usual(get);
	struct sent x;
	uint32_t count;
	size_t size, within = 0, beyond = 0;

	(void)state;
	for (size_t n = PASSKEY_PART_MAX - 400; n < PASSKEY_PART_MAX; n++) {
		enum status st = register_filled(n, &size);

		within += !st;
		beyond += st == ST_INVALID;
		assert_int_equal(st, size <= PASSKEY_PART_MAX ? ST_OK : ST_INVALID);
	}
	assert_true(within && beyond);
	assert_int_equal(sign_in_filled(&p, PASSKEY_PART_MAX - 43, &size), ST_OK);
	assert_int_equal(size, PASSKEY_PART_MAX);
	assert_int_equal(sign_in_filled(&p, PASSKEY_PART_MAX - 42, &size), ST_INVALID);
	make_used(&x, &s, &es256);
	while (x.signature.len < PASSKEY_PART_MAX)
		buf_addc(&x.signature, 'x');
	assert_int_equal(take_used(&p, &x, &count), ST_DENIED);
	buf_addc(&x.signature, 'x');
	assert_int_equal(take_used(&p, &x, &count), ST_INVALID);
	sent_clear(&x);
}

static void nothing_meets_a_challenge_that_was_not_given_out(void **state)
{
	static const struct span none[] = {{NULL, 0}, {"", 0}, {"AAAA", 4}};
	struct pk_say made = pk_usual(create), used = pk_usual(get);
	struct passkey p = registered(&es256), unused;
	struct passkey_ceremony c = pk_site;
	uint32_t count;
	struct sent x;

	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		c.challenge = none[i];
		made.challenge = used.challenge = none[i].n ? none[i].p : "";
		make_new(&x, &made, &es256, true);
		assert_int_equal(
		    passkey_register(&c, buf_span(&x.client), buf_span(&x.object), &unused),
		    ST_DENIED);
		sent_clear(&x);
		make_used(&x, &used, &es256);
		assert_int_equal(passkey_verify(&c, &p, buf_span(&x.client), buf_span(&x.data),
						buf_span(&x.signature), &count),
				 ST_DENIED);
		sent_clear(&x);
	}
	c = pk_site;
	c.rp_id = SPAN_NONE;
	assert_int_equal(passkey_register(&c, SPAN("{}"), SPAN("{}"), &unused), ST_BUG);
	c = pk_site;
	c.origin = SPAN("");
	assert_int_equal(passkey_register(&c, SPAN("{}"), SPAN("{}"), &unused), ST_BUG);
}

/* ---- texts ---------------------------------------------------------------------------------- */

static void base64url_is_read_in_one_spelling_only(void **state)
{
	static const char *const bad[] = {"A",	     "AA==",	"AAE=",	   "AB",     "AAF",
					  "A+AA",    "A/AA",	" AAAA",   "AAAA\n", "AAAAA",
					  "\305AAA", "AA\305A", "A\200AA", "\377AAA"};
	unsigned char bytes[4];
	size_t n;

	(void)state;
	assert_true(passkey_decode(SPAN("-_8"), bytes, sizeof bytes, &n));
	assert_int_equal(n, 2);
	assert_memory_equal(bytes, "\xfb\xff", 2);
	assert_true(passkey_decode(SPAN(""), bytes, sizeof bytes, &n));
	assert_int_equal(n, 0);
	assert_true(passkey_decode(SPAN("AAECAw"), bytes, sizeof bytes, &n));
	assert_int_equal(n, 4);
	assert_false(passkey_decode(SPAN("AAECAwQ"), bytes, sizeof bytes, &n));
	assert_int_equal(n, 0);
	assert_false(passkey_decode(SPAN_NONE, bytes, sizeof bytes, &n));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (passkey_decode(span_of(bad[i]), bytes, sizeof bytes, &n) || n != 0)
			fail_msg("%s is taken", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_algorithm_is_registered_and_signs_in),
	    cmocka_unit_test(a_swapped_key_is_denied),
	    cmocka_unit_test(what_is_stored_must_be_whole),
	    cmocka_unit_test(client_data_must_be_for_this_ceremony),
	    cmocka_unit_test(one_ceremony_is_not_the_other),
	    cmocka_unit_test(client_data_must_be_an_object_with_its_three_texts),
	    cmocka_unit_test(a_part_may_be_64_kib_and_not_a_byte_more),
	    cmocka_unit_test(the_limit_holds_for_what_an_authenticator_sends),
	    cmocka_unit_test(nothing_meets_a_challenge_that_was_not_given_out),
	    cmocka_unit_test(base64url_is_read_in_one_spelling_only),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
