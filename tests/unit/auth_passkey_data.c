/* Passkeys: what the authenticator sends, whole, cut and altered. */
#include "tests/unit/auth_passkey_ceremony.h"

/* ---- authenticator data --------------------------------------------------------------------- */

static void the_site_must_be_this_one(void **state)
{
	struct pk_say s = pk_usual(create);

	(void)state;
	s.site = "evil.example";
	expect_both(&s, ST_DENIED);
	s.site = "https://karte.example:8443";
	expect_both(&s, ST_DENIED);
}

static void somebody_must_be_present_and_verified(void **state)
{
	static const struct {
		unsigned flags;
		enum status expected;
	} rows[] = {
	    {PK_UP | PK_UV, ST_OK}, {PK_UP, ST_DENIED}, {PK_UV, ST_DENIED},
	    {0, ST_DENIED},	    {0x1d, ST_OK}, /* can be and is backed up */
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct pk_say s = pk_usual(create);

		s.flags = rows[i].flags;
		expect_both(&s, rows[i].expected);
	}
}

static void a_key_is_sent_when_it_is_new_and_only_then(void **state)
{
	struct pk_say made = pk_usual(create), used = pk_usual(get);
	struct passkey p = registered(&es256), unused;
	uint32_t count;
	struct sent x;

	(void)state;
	sent_init(&x);
	pk_client(&x.client, &made);
	pk_data(&x.data, &made, NULL);
	pk_object(&x.object, "none", SPAN("\xa0"), buf_span(&x.data));
	assert_int_equal(take_new(buf_span(&x.client), buf_span(&x.object), &unused), ST_INVALID);
	sent_clear(&x);
	sent_init(&x);
	pk_client(&x.client, &used);
	pk_data(&x.data, &used, &es256);
	pk_sign(&x.signature, &es256, buf_span(&x.data), buf_span(&x.client));
	assert_int_equal(take_used(&p, &x, &count), ST_INVALID);
	sent_clear(&x);
}

static void extensions_do_not_disturb(void **state)
{
	/* {"hmac-secret": true}, as for PRF; with credProtect 2; minPinLength 4, uvm and one that
	   nobody knows; credBlob false */
	static const struct span made[] = {
	    {"\xa1\x6bhmac-secret\xf5", 14},
	    {"\xa2\x6b"
	     "credProtect\x02\x6bhmac-secret\xf5",
	     27},
	    {"\xa2\x63uvm\x81\x83\x02\x04\x02\x6cminPinLength\x04", 24},
	    {"\xa2\x68"
	     "credBlob\xf4\x6dnobody.knows.\xa1\x61x\xf6",
	     29},
	    {"\xa0", 1},
	};
	struct passkey p = registered(&es256), unused;
	struct pk_say s = pk_usual(create);
	uint32_t count;
	struct buf b;

	(void)state;
	for (size_t i = 0; i < sizeof made / sizeof *made; i++)
		for (int self = 0; self < 2; self++) {
			s.extensions = made[i];
			if (register_as(&s, &es256, self, &unused))
				fail_msg("extensions %zu, %d", i, self);
		}
	for (size_t n = 48; n <= 80; n += 16) { /* what PRF gives, encrypted, and a credBlob */
		buf_init(&b, 1000);
		pk_head(&b, 5, 2);
		pk_text(&b, "credBlob");
		pk_bytes(&b, SPAN("x"));
		pk_text(&b, "hmac-secret");
		pk_head(&b, 2, n);
		for (size_t i = 0; i < n; i++)
			buf_addc(&b, (char)(0xa0 + i));
		s = pk_usual(get);
		s.extensions = buf_span(&b);
		assert_int_equal(sign_in_as(&s, &es256, &p, &count), ST_OK);
		buf_clear(&b);
	}
}

static void extensions_must_be_in_their_form(void **state)
{
	static const struct span made[] = {
	    {"", 0},
	    {"\x80", 1},		      /* a list */
	    {"\xa1\x6bhmac-secret\x41x", 15}, /* bytes where a flag stands */
	    {"\xa1\x6b"
	     "credProtect\x04",
	     14}, /* 1 to 3 */
	    {"\xa1\x6b"
	     "credProtect\x00",
	     14},
	    {"\xa1\x6b"
	     "credProtect\x20",
	     14},
	    {"\xa1\x6cminPinLength\x19\x01\x00", 17},		/* 256 */
	    {"\xa2\x6bhmac-secret\xf5\x6bhmac-secret\xf5", 27}, /* twice */
	    {"\xa1\x6bhmac-secret", 13},			/* cut */
	    {"\xa2\x6bhmac-secret\xf5", 14},
	    {"\xa1\x6bhmac-secret\xf5\x00", 15}, /* and more */
	    {"\xbf\x6bhmac-secret\xf5\xff", 15}, /* without its length */
	    {"\xb8\x01\x6bhmac-secret\xf5", 15}, /* longer than needed */
	    {"\xa1\x61x\xfb\0\0\0\0\0\0\0\0", 12},
	    {"\xa1\x61x\xc0\x61x", 6},
	    {"\xba\xff\xff\xff\xff\x61x", 7},
	    {"\xa1\x61x\x9b\x7f\xff\xff\xff\xff\xff\xff\xff", 12},
	    {"\xa1\x61x\x81\x81\x81\x81\x81\x81\x81\x81\x81\xf5", 13},
	};
	struct pk_say s = pk_usual(create);
	struct passkey p = registered(&es256), unused;
	uint32_t count;

	(void)state;
	for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
		s.extensions = made[i];
		if (register_as(&s, &es256, false, &unused) != ST_INVALID)
			fail_msg("extensions %zu are taken", i);
	}
	s = pk_usual(get);
	s.extensions = SPAN("\xa1\x6bhmac-secret\xf5");
	assert_int_equal(sign_in_as(&s, &es256, &p, &count), ST_INVALID);
	s.extensions = SPAN_NONE;
	s.flags |= PK_ED;
	assert_int_equal(sign_in_as(&s, &es256, &p, &count), ST_INVALID);
}

static void nothing_stands_behind_authenticator_data(void **state)
{
	struct pk_say s = pk_usual(create);

	(void)state;
	s.after = SPAN("\xa0");
	expect_both(&s, ST_INVALID);
}

static void an_id_has_16_to_1023_bytes(void **state)
{
	static const struct {
		size_t n;
		enum status expected;
	} rows[] = {{0, ST_INVALID}, {15, ST_INVALID}, {16, ST_OK},
		    {64, ST_OK},     {1023, ST_OK},    {1024, ST_INVALID}};
	char id[1024];
	struct pk_say s = pk_usual(create);
	struct passkey p;

	(void)state;
	for (size_t i = 0; i < sizeof id; i++)
		id[i] = (char)(i * 7);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		s.id = span_make(id, rows[i].n);
		assert_int_equal(register_as(&s, &es256, false, &p), rows[i].expected);
		if (!rows[i].expected)
			assert_true(span_eq(span_make((char *)p.id, p.id_len), s.id));
	}
}

static void the_counter_must_advance_if_there_is_one(void **state)
{
	static const struct {
		uint32_t stored, sent;
		enum status expected;
	} rows[] = {
	    {0, 0, ST_OK},
	    {0, 1, ST_OK},
	    {5, 6, ST_OK},
	    {5, 5, ST_DENIED},
	    {5, 4, ST_DENIED},
	    {5, 0, ST_DENIED},
	    {5, 500, ST_OK},
	    {0x7fffffff, 0x80000000, ST_OK},
	    {0xffffffff, 0, ST_DENIED},
	};
	struct passkey p = registered(&es256);
	struct pk_say s = pk_usual(get);
	uint32_t count;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		p.count = rows[i].stored;
		s.count = rows[i].sent;
		assert_int_equal(sign_in_as(&s, &es256, &p, &count), rows[i].expected);
		if (!rows[i].expected)
			assert_int_equal(count, rows[i].sent);
	}
	s = pk_usual(create);
	s.count = 0x01020304;
	assert_int_equal(register_as(&s, &es256, false, &p), ST_OK);
	assert_int_equal(p.count, 0x01020304);
}

/* ---- keys and attestation ------------------------------------------------------------------- */

static void a_key_must_be_of_an_algorithm_that_was_offered(void **state)
{
	struct pk_say s = pk_usual(create);
	struct passkey p;
	struct buf b;
	size_t at;

	(void)state;
	buf_init(&b, 1000);
	pk_cose(&b, &es256);
	s.cose = buf_span(&b);
	assert_int_equal(register_as(&s, &es256, false, &p), ST_OK);
	at = 4; /* the algorithm */
	for (int c = 0x20; c < 0x38; c++) {
		b.data[at] = (char)c;
		/* -8 is offered, but not with such a key */
		assert_int_equal(register_as(&s, &es256, false, &p), c == 0x26	 ? ST_OK
								     : c == 0x27 ? ST_INVALID
										 : ST_DENIED);
	}
	b.data[at] = 0x26;
	b.data[6] = 2; /* P-384 */
	assert_int_equal(register_as(&s, &es256, false, &p), ST_INVALID);
	b.data[6] = 1;
	b.data[b.len - 1] ^= 1; /* not on the curve */
	assert_int_equal(register_as(&s, &es256, false, &p), ST_INVALID);
	buf_clear(&b);
	s.cose = SPAN("\xa0"); /* no algorithm at all */
	assert_int_equal(register_as(&s, &es256, false, &p), ST_INVALID);
	s.cose = SPAN("\xa2\x03\x26\x03\x26");
	assert_int_equal(register_as(&s, &es256, false, &p), ST_INVALID);
	s.cose = SPAN("\xa1\x03\x61x");
	assert_int_equal(register_as(&s, &es256, false, &p), ST_INVALID);
}

/* A certificate of this key, as a maker of authenticators would give it, in DER. */
static void certify(struct buf *out, const struct pk_key *k)
{
	X509 *x = X509_new();
	X509_NAME *name;
	unsigned char *der = NULL;
	int n;

	assert_non_null(x);
	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), 0);
	X509_gmtime_adj(X509_getm_notAfter(x), 86400);
	name = X509_get_subject_name(x);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"maker", -1, -1,
				   0);
	X509_set_issuer_name(x, name);
	X509_set_pubkey(x, k->pair);
	assert_true(X509_sign(x, k->pair, EVP_sha256()) > 0);
	n = i2d_X509(x, &der);
	assert_true(n > 0);
	buf_add(out, der, (size_t)n);
	OPENSSL_free(der);
	X509_free(x);
}

/* With the certificate of other; signed by whom the test says. */
static enum status register_certified(const struct pk_key *signer, struct span extensions)
{
	struct pk_say s = pk_usual(create);
	struct buf certificate;
	struct passkey p;
	struct sent x;
	enum status st;

	s.extensions = extensions;
	sent_init(&x);
	buf_init(&certificate, PK_ROOM);
	certify(&certificate, &other);
	pk_client(&x.client, &s);
	pk_data(&x.data, &s, &es256);
	pk_sign(&x.signature, signer, buf_span(&x.data), buf_span(&x.client));
	pk_packed(&x.statement, signer, buf_span(&x.signature), buf_span(&certificate));
	pk_object(&x.object, "packed", buf_span(&x.statement), buf_span(&x.data));
	st = take_new(buf_span(&x.client), buf_span(&x.object), &p);
	buf_clear(&certificate);
	sent_clear(&x);
	return st;
}

static void what_a_maker_attests_must_hold(void **state)
{
	(void)state;
	assert_int_equal(register_certified(&other, SPAN_NONE), ST_OK);
	assert_int_equal(register_certified(&other, SPAN("\xa1\x6bhmac-secret\xf5")), ST_OK);
	assert_int_equal(register_certified(&es256, SPAN_NONE), ST_DENIED);
}

/* A statement of the test's own; $ stands for a good signature. */
static enum status register_stating(const char *format, struct span before, bool with_signature)
{
	struct pk_say s = pk_usual(create);
	struct passkey p;
	struct sent x;
	enum status st;

	sent_init(&x);
	pk_client(&x.client, &s);
	pk_data(&x.data, &s, &es256);
	pk_sign(&x.signature, &es256, buf_span(&x.data), buf_span(&x.client));
	buf_addspan(&x.statement, before);
	if (with_signature)
		pk_bytes(&x.statement, buf_span(&x.signature));
	pk_object(&x.object, format, buf_span(&x.statement), buf_span(&x.data));
	st = take_new(buf_span(&x.client), buf_span(&x.object), &p);
	sent_clear(&x);
	return st;
}

static void a_statement_must_be_of_a_form_that_can_be_checked(void **state)
{
	static const struct {
		const char *format;
		struct span before;
		bool with_signature;
		enum status expected;
	} rows[] = {
	    {"none", {"\xa0", 1}, false, ST_OK},
	    {"none", {"\xa1\x63sig", 5}, true, ST_INVALID},
	    {"none", {"\x80", 1}, false, ST_INVALID},
	    {"packed",
	     {"\xa2\x63"
	      "alg\x26\x63sig",
	      10},
	     true,
	     ST_OK},
	    {"packed",
	     {"\xa2\x63"
	      "alg\x27\x63sig",
	      10},
	     true,
	     ST_DENIED}, /* of another algorithm */
	    {"packed", {"\xa1\x63sig", 5}, true, ST_DENIED},
	    {"packed",
	     {"\xa1\x63"
	      "alg\x26",
	      6},
	     false,
	     ST_DENIED},
	    {"packed", {"\xa0", 1}, false, ST_DENIED},
	    {"packed",
	     {"\xa2\x63"
	      "alg\x26\x63sig\x43"
	      "abc",
	      14},
	     false,
	     ST_DENIED},
	    {"Packed",
	     {"\xa2\x63"
	      "alg\x26\x63sig",
	      10},
	     true,
	     ST_DENIED},
	    {"apple", {"\xa0", 1}, false, ST_DENIED},
	    {"android-safetynet", {"\xa0", 1}, false, ST_DENIED},
	    {"fido-u2f", {"\xa1\x63sig", 5}, true, ST_DENIED},
	    {"tpm", {"\xa1\x63sig", 5}, true, ST_DENIED},
	    {"", {"\xa0", 1}, false, ST_DENIED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		enum status st =
		    register_stating(rows[i].format, rows[i].before, rows[i].with_signature);

		if (st != rows[i].expected)
			fail_msg("statement %zu: %s", i, status_name(st));
	}
}

/* The outer map, in another order, with less, more or other things in it. */
static void an_attestation_object_has_its_three_parts_once(void **state)
{
	static const struct {
		const char *order;
		enum status expected;
	} rows[] = {
	    {"fsd", ST_OK},	 {"dfs", ST_OK},       {"sdf", ST_OK},	     {"fs", ST_INVALID},
	    {"fd", ST_INVALID},	 {"sd", ST_INVALID},   {"", ST_INVALID},     {"ffd", ST_INVALID},
	    {"fdd", ST_INVALID}, {"fsdd", ST_INVALID}, {"fsdx", ST_INVALID}, {"fsx", ST_INVALID},
	};
	struct pk_say s = pk_usual(create);
	struct passkey p;
	struct sent x;

	(void)state;
	make_new(&x, &s, &es256, false);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		buf_cut(&x.object, 0);
		pk_head(&x.object, 5, strlen(rows[i].order));
		for (const char *c = rows[i].order; *c; c++) {
			pk_text(&x.object, *c == 'f'   ? "fmt"
					   : *c == 's' ? "attStmt"
					   : *c == 'd' ? "authData"
						       : "other");
			if (*c == 'f')
				pk_text(&x.object, "none");
			else if (*c == 's')
				buf_addc(&x.object, '\xa0');
			else
				pk_bytes(&x.object, buf_span(&x.data));
		}
		assert_int_equal(take_new(buf_span(&x.client), buf_span(&x.object), &p),
				 rows[i].expected);
	}
	sent_clear(&x);
}

/* ---- cut and altered ------------------------------------------------------------------------ */

static void what_is_cut_anywhere_is_refused(void **state)
{
	struct passkey p = registered(&es256), unused;
	struct pk_say made = pk_usual(create), used = pk_usual(get);
	struct sent x;
	uint32_t count;

	(void)state;
	made.extensions = SPAN("\xa1\x6bhmac-secret\xf5");
	for (int self = 0; self < 2; self++) {
		make_new(&x, &made, &es256, self);
		for (size_t n = 0; n < x.object.len; n++)
			assert_int_equal(
			    take_new(buf_span(&x.client), span_make(x.object.data, n), &unused),
			    ST_INVALID);
		for (size_t n = 0; n < x.client.len; n++)
			assert_int_equal(
			    take_new(span_make(x.client.data, n), buf_span(&x.object), &unused),
			    ST_INVALID);
		buf_addc(&x.object, '\xa0');
		assert_int_equal(take_new(buf_span(&x.client), buf_span(&x.object), &unused),
				 ST_INVALID);
		/* the outer map is whole and says what is left */
		for (size_t n = 0; n < x.data.len; n++) {
			buf_cut(&x.object, 0);
			pk_object(&x.object, self ? "packed" : "none",
				  self ? buf_span(&x.statement) : SPAN("\xa0"),
				  span_make(x.data.data, n));
			assert_int_equal(
			    take_new(buf_span(&x.client), buf_span(&x.object), &unused),
			    ST_INVALID);
		}
		sent_clear(&x);
	}
	make_used(&x, &used, &es256);
	for (size_t n = x.data.len; n-- > 0;) {
		buf_cut(&x.data, n);
		assert_int_equal(take_used(&p, &x, &count), ST_INVALID);
	}
	sent_clear(&x);
	make_used(&x, &used, &es256);
	for (size_t n = x.signature.len; n-- > 0;) {
		buf_cut(&x.signature, n);
		assert_int_equal(take_used(&p, &x, &count), n ? ST_DENIED : ST_INVALID);
	}
	sent_clear(&x);
	make_used(&x, &used, &es256);
	for (size_t n = x.client.len; n-- > 0;) {
		buf_cut(&x.client, n);
		assert_int_equal(take_used(&p, &x, &count), ST_INVALID);
	}
	sent_clear(&x);
}

static void refused_at_every_byte(struct buf *part, const struct passkey *p, const struct sent *x)
{
	uint32_t count;

	for (size_t at = 0; at < part->len; at++)
		for (int bit = 0; bit < 8; bit++) {
			enum status st;

			part->data[at] ^= (char)(1 << bit);
			st = take_used(p, x, &count);
			assert_true(st == ST_DENIED || st == ST_INVALID);
			part->data[at] ^= (char)(1 << bit);
		}
	assert_int_equal(take_used(p, x, &count), ST_OK);
}

static void what_is_altered_anywhere_is_refused(void **state)
{
	struct pk_say used = pk_usual(get);
	struct passkey p;
	struct sent x;

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		p = registered(keys[i]);
		make_used(&x, &used, keys[i]);
		refused_at_every_byte(&x.client, &p, &x);
		refused_at_every_byte(&x.data, &p, &x);
		refused_at_every_byte(&x.signature, &p, &x);
		sent_clear(&x);
	}
}

static void a_self_attestation_altered_anywhere_is_refused(void **state)
{
	struct pk_say made = pk_usual(create);
	struct passkey unused;
	struct sent x;
	enum status st;

	(void)state;
	make_new(&x, &made, &es256, true);
	for (size_t at = 0; at < x.object.len; at++) {
		for (int bit = 0; bit < 8; bit++) {
			x.object.data[at] ^= (char)(1 << bit);
			st = take_new(buf_span(&x.client), buf_span(&x.object), &unused);
			if (st != ST_DENIED && st != ST_INVALID)
				fail_msg("bit %d of byte %zu: %s", bit, at, status_name(st));
			x.object.data[at] ^= (char)(1 << bit);
		}
	}
	assert_int_equal(take_new(buf_span(&x.client), buf_span(&x.object), &unused), ST_OK);
	sent_clear(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_site_must_be_this_one),
	    cmocka_unit_test(somebody_must_be_present_and_verified),
	    cmocka_unit_test(a_key_is_sent_when_it_is_new_and_only_then),
	    cmocka_unit_test(extensions_do_not_disturb),
	    cmocka_unit_test(extensions_must_be_in_their_form),
	    cmocka_unit_test(nothing_stands_behind_authenticator_data),
	    cmocka_unit_test(an_id_has_16_to_1023_bytes),
	    cmocka_unit_test(the_counter_must_advance_if_there_is_one),
	    cmocka_unit_test(a_key_must_be_of_an_algorithm_that_was_offered),
	    cmocka_unit_test(what_a_maker_attests_must_hold),
	    cmocka_unit_test(a_statement_must_be_of_a_form_that_can_be_checked),
	    cmocka_unit_test(an_attestation_object_has_its_three_parts_once),
	    cmocka_unit_test(what_is_cut_anywhere_is_refused),
	    cmocka_unit_test(what_is_altered_anywhere_is_refused),
	    cmocka_unit_test(a_self_attestation_altered_anywhere_is_refused),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
