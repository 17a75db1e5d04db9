#include "generator/base/buf.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* Stand in for those of libc (the second is what fortified code calls): they wipe, and say what
   was wiped last. */
static struct {
	int times;
	void *at;
	size_t n;
} wiped;

void explicit_bzero(void *p, size_t n)
{
	volatile char *c = p;

	wiped.times++;
	wiped.at = p;
	wiped.n = n;
	for (size_t i = 0; i < n; i++)
		c[i] = 0;
}

void __explicit_bzero_chk(void *p, size_t n, size_t room);
void __explicit_bzero_chk(void *p, size_t n, size_t room)
{
	assert_true(n <= room);
	explicit_bzero(p, n);
}

static void adding_keeps_the_content_whole_and_terminated(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	assert_string_equal(buf_str(&b), "");
	assert_null(b.data);
	buf_adds(&b, "山田");
	buf_addc(&b, ' ');
	buf_add(&b, "\0x", 2);
	buf_addspan(&b, SPAN("花子"));
	buf_addspan(&b, SPAN_NONE);
	buf_addf(&b, "%d-%s", 7, "z");
	buf_addhex(&b, "\x00\xaf\xff", 3);
	assert_int_equal(b.st, ST_OK);
	assert_true(span_eq(buf_span(&b), SPAN("山田 \0x花子7-z00afff")));
	assert_int_equal(b.data[b.len], '\0');
	for (int i = 0; i < 10000; i++) {
		buf_addc(&b, (char)('a' + i % 26));
		assert_int_equal(b.data[b.len], '\0');
	}
	for (int i = 0; i < 10000; i++)
		assert_int_equal(b.data[b.len - 10000 + (size_t)i], 'a' + i % 26);
	buf_clear(&b);
	assert_null(b.data);
	assert_int_equal(b.len, 0);
	buf_clear(NULL);
}

static void exactly_the_maximum_fits(void **state)
{
	(void)state;
	for (size_t max = 0; max < 300; max++) {
		struct buf b;

		buf_init(&b, max);
		for (size_t i = 0; i < max; i++)
			buf_addc(&b, 'x');
		assert_int_equal(b.st, ST_OK);
		assert_int_equal(b.len, max);
		buf_add(&b, "", 0);
		assert_int_equal(b.st, ST_OK);
		buf_addc(&b, 'y');
		assert_int_equal(b.st, ST_TOOBIG);
		buf_clear(&b);
	}
}

static void the_first_failure_sticks_and_frees_the_content(void **state)
{
	struct buf b;
	size_t len = 9;

	(void)state;
	buf_init(&b, 10);
	buf_adds(&b, "0123456789");
	buf_adds(&b, "a");
	assert_int_equal(b.st, ST_TOOBIG);
	assert_null(b.data);
	assert_string_equal(buf_str(&b), "");
	assert_int_equal(buf_span(&b).n, 0);
	buf_addc(&b, 'x'); /* would fit, but nothing happens any more */
	buf_addf(&b, "%s", "x");
	buf_addhex(&b, "x", 1);
	buf_cut(&b, 0);
	assert_string_equal(buf_str(&b), "");
	assert_int_equal(b.st, ST_TOOBIG);
	assert_null(buf_detach(&b, &len));
	assert_int_equal(len, 0);
	buf_clear(&b); /* and is forgotten with the content */
	buf_adds(&b, "ok");
	assert_int_equal(b.st, ST_OK);
	assert_string_equal(buf_str(&b), "ok");
	buf_clear(&b);
}

static void sizes_near_the_end_of_memory_do_not_wrap_around(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	buf_adds(&b, "x");
	buf_add(&b, "x", SIZE_MAX);
	assert_int_equal(b.st, ST_TOOBIG);
	buf_clear(&b);
	buf_adds(&b, "x");
	buf_add(&b, "x", SIZE_MAX - 1);
	assert_int_equal(b.st, ST_TOOBIG);
	buf_clear(&b);
}

static void cutting_only_shortens(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	buf_cut(&b, 0);
	buf_cut(&b, 5);
	assert_string_equal(buf_str(&b), "");
	buf_adds(&b, "abcdef");
	buf_cut(&b, 7);
	assert_string_equal(buf_str(&b), "abcdef");
	buf_cut(&b, 3);
	assert_string_equal(buf_str(&b), "abc");
	assert_int_equal(b.len, 3);
	buf_adds(&b, "X");
	assert_string_equal(buf_str(&b), "abcX");
	buf_clear(&b);
}

static void detaching_hands_the_memory_over(void **state)
{
	struct buf b;
	size_t len = 9;
	char *p;

	(void)state;
	buf_init(&b, 100);
	p = buf_detach(&b, &len); /* an empty buffer gives an empty text */
	assert_string_equal(p, "");
	assert_int_equal(len, 0);
	free(p);
	buf_add(&b, "a\0b", 3);
	p = buf_detach(&b, &len);
	assert_int_equal(len, 3);
	assert_memory_equal(p, "a\0b", 4);
	assert_null(b.data);
	buf_adds(&b, "next");
	assert_string_equal(buf_str(&b), "next");
	assert_memory_equal(p, "a\0b", 4);
	free(p);
	p = buf_detach(&b, NULL);
	assert_string_equal(p, "next");
	free(p);
	buf_clear(&b);
}

static void a_secret_is_wiped_whole_whenever_its_memory_is_given_back(void **state)
{
	struct buf b;
	void *at;
	size_t cap;

	(void)state;
	wiped.times = 0;
	buf_init_secret(&b, 1000);
	buf_adds(&b, "correct horse battery staple");
	at = b.data;
	cap = b.cap;
	assert_int_equal(wiped.times, 0);
	for (int i = 0; i < 100; i++) /* grows: the old place is wiped */
		buf_addc(&b, '!');
	assert_ptr_not_equal(b.data, at);
	assert_true(wiped.times >= 1);
	assert_string_not_equal(buf_str(&b), "");
	assert_memory_equal(b.data, "correct horse battery staple!!", 30);

	wiped.times = 0;
	at = b.data;
	cap = b.cap;
	buf_clear(&b);
	assert_int_equal(wiped.times, 1);
	assert_ptr_equal(wiped.at, at);
	assert_int_equal(wiped.n, cap);

	buf_adds(&b, "again"); /* a cleared one is still a secret */
	at = b.data;
	cap = b.cap;
	for (int i = 0; i < 1000; i++) /* too much: the failure wipes too */
		buf_addc(&b, '!');
	assert_int_equal(b.st, ST_TOOBIG);
	assert_null(b.data);
	assert_true(wiped.times >= 3);
	assert_true(wiped.n > cap);
	buf_clear(&b);

	wiped.times = 0;
	buf_init(&b, 1000);
	buf_adds(&b, "public");
	buf_clear(&b);
	assert_int_equal(wiped.times, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(adding_keeps_the_content_whole_and_terminated),
	    cmocka_unit_test(exactly_the_maximum_fits),
	    cmocka_unit_test(the_first_failure_sticks_and_frees_the_content),
	    cmocka_unit_test(sizes_near_the_end_of_memory_do_not_wrap_around),
	    cmocka_unit_test(cutting_only_shortens),
	    cmocka_unit_test(detaching_hands_the_memory_over),
	    cmocka_unit_test(a_secret_is_wiped_whole_whenever_its_memory_is_given_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
