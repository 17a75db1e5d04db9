#include "generator/base/sha256.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The examples of NIST for FIPS 180-4, and the empty message. */
static const struct {
	const char *message, *digest;
} vectors[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
     "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
     "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
};

static void the_known_answers_come_out(void **state)
{
	char hex[SHA256_HEX];

	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		sha256_hex(span_of(vectors[i].message), hex);
		assert_string_equal(hex, vectors[i].digest);
	}
	sha256_hex(SPAN_NONE, hex);
	assert_string_equal(hex, vectors[0].digest);
}

static void a_million_times_a(void **state)
{
	unsigned char raw[SHA256_LEN],
	    want[] = {0xcd, 0xc7, 0x6e, 0x5c, 0x99, 0x14, 0xfb, 0x92, 0x81, 0xa1, 0xc7,
		      0xe2, 0x84, 0xd7, 0x3e, 0x67, 0xf1, 0x80, 0x9a, 0x48, 0xa4, 0x97,
		      0x20, 0x0e, 0x04, 0x6d, 0x39, 0xcc, 0xc7, 0x11, 0x2c, 0xd0};
	struct sha256 h;
	char chunk[1000];

	(void)state;
	memset(chunk, 'a', sizeof chunk);
	sha256_init(&h);
	for (int i = 0; i < 1000; i++)
		sha256_add(&h, chunk, sizeof chunk);
	sha256_end(&h, raw);
	assert_memory_equal(raw, want, SHA256_LEN);
}

static void pieces_of_any_size_give_the_same(void **state)
{
	struct span s = span_of(vectors[3].message);
	unsigned char whole[SHA256_LEN], parts[SHA256_LEN];

	(void)state;
	sha256(s, whole);
	for (size_t step = 1; step <= s.n; step++) {
		struct sha256 h;

		sha256_init(&h);
		sha256_add(&h, "", 0);
		for (size_t at = 0; at < s.n; at += step)
			sha256_add(&h, s.p + at, at + step < s.n ? step : s.n - at);
		sha256_end(&h, parts);
		assert_memory_equal(parts, whole, SHA256_LEN);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_known_answers_come_out),
	    cmocka_unit_test(a_million_times_a),
	    cmocka_unit_test(pieces_of_any_size_give_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
