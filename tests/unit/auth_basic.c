/* What a program sends instead of signing in, and a body that came compressed. */
#include "vault/auth/basic.h"
#include "vault/http/gunzip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

static bool reads(const char *header, const char *user, const char *password)
{
	struct span u, p;
	struct buf room;
	bool good;

	buf_init_secret(&room, BASIC_MAX);
	good = basic_read(span_of(header), &room, &u, &p);
	good = good && span_is(u, user) && span_is(p, password);
	buf_clear(&room);
	return good;
}

static void credentials_are_read(void **state)
{
	(void)state;
	assert_true(reads("Basic b2thZGE6c2VjcmV0", "okada", "secret"));
	assert_true(reads("basic b2thZGE6c2VjcmV0", "okada", "secret"));
	assert_true(reads("Basic b2thZGE6YTpi", "okada", "a:b"));
	assert_true(reads("Basic Og==", "", ""));
}

static void anything_else_is_none(void **state)
{
	static const char *const wrong[] = {"",
					    "Basic",
					    "Basic ",
					    "Bearer b2thZGE6c2VjcmV0",
					    "Basic b2thZGE=",
					    "Basic *",
					    "Basicb2thZGE",
					    "Basic b2thZGE6c2VjcmV0=",
					    "Basic b2th ZGE6c2VjcmV0"};
	struct span u, p;
	struct buf room, long_one;

	(void)state;
	buf_init(&room, BASIC_MAX);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		if (basic_read(span_of(wrong[i]), &room, &u, &p))
			fail_msg("taken: %s", wrong[i]);
	assert_false(basic_read(SPAN_NONE, &room, &u, &p));
	buf_init(&long_one, 8192);
	buf_adds(&long_one, "Basic ");
	for (int i = 0; i < 1000; i++)
		buf_adds(&long_one, "b2th");
	assert_false(basic_read(buf_span(&long_one), &room, &u, &p));
	buf_clear(&long_one);
	buf_clear(&room);
}

/* printf hallo | gzip -n */
static const unsigned char hallo[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
				      0x03, 0xcb, 0x48, 0xcc, 0xc9, 0xc9, 0x07, 0x00, 0xd1,
				      0x31, 0x72, 0xb9, 0x05, 0x00, 0x00, 0x00};

static void what_was_compressed_comes_back(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 64);
	assert_int_equal(gunzip(span_make((const char *)hallo, sizeof hallo), &out), ST_OK);
	assert_string_equal(buf_str(&out), "hallo");
	buf_clear(&out);
}

static void damage_and_length_are_noticed(void **state)
{
	unsigned char bytes[sizeof hallo + 1];
	struct buf out;

	(void)state;
	for (size_t n = 0; n < sizeof hallo; n++) {
		buf_init(&out, 64);
		assert_int_equal(gunzip(span_make((const char *)hallo, n), &out), ST_INVALID);
		buf_clear(&out);
	}
	memcpy(bytes, hallo, sizeof hallo);
	bytes[sizeof hallo] = 'x';
	buf_init(&out, 64);
	assert_int_equal(gunzip(span_make((const char *)bytes, sizeof bytes), &out), ST_INVALID);
	buf_cut(&out, 0);
	bytes[12] ^= 1;
	assert_int_equal(gunzip(span_make((const char *)bytes, sizeof hallo), &out), ST_INVALID);
	buf_clear(&out);
	buf_init(&out, 3);
	assert_int_equal(gunzip(span_make((const char *)hallo, sizeof hallo), &out), ST_TOOBIG);
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(credentials_are_read),
	    cmocka_unit_test(anything_else_is_none),
	    cmocka_unit_test(what_was_compressed_comes_back),
	    cmocka_unit_test(damage_and_length_are_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
