/* What is put aside opens as it was, and not at all when a byte of it is missing or another. */
#include "vault/auth/locker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { N = 200001 };
static const unsigned char key[LOCKER_KEY] = {1, 2, 3};
static char content[N];

static int temp(void)
{
	char path[] = "/tmp/karte-locker-XXXXXX";
	int fd = mkstemp(path);

	unlink(path);
	return fd;
}

static int closed(void)
{
	int in = temp(), out = temp();

	for (size_t i = 0; i < N; i++)
		content[i] = (char)(i * 31 >> 3);
	assert_int_equal(write(in, content, N), N);
	assert_int_equal(locker_close(key, SPAN("the head"), in, N, out), ST_OK);
	close(in);
	return out;
}

static enum status open_it(int box)
{
	static char now[N];
	struct buf head;
	size_t bytes;
	int out = temp();
	enum status st;

	buf_init(&head, LOCKER_HEAD_MAX);
	st = locker_open(key, box, &head, out, &bytes);
	if (!st) {
		assert_string_equal(buf_str(&head), "the head");
		assert_int_equal(bytes, N);
		assert_int_equal(pread(out, now, N, 0), N);
		assert_memory_equal(now, content, N);
	}
	buf_clear(&head);
	close(out);
	return st;
}

static void what_is_closed_opens_as_it_was(void **state)
{
	int box = closed();
	struct buf head;

	(void)state;
	assert_int_equal(open_it(box), ST_OK);
	buf_init(&head, LOCKER_HEAD_MAX);
	assert_int_equal(locker_head(key, box, &head), ST_OK);
	assert_string_equal(buf_str(&head), "the head");
	buf_clear(&head);
	close(box);
}

static void nothing_that_was_changed_or_cut_opens(void **state)
{
	int box = closed();
	off_t size = lseek(box, 0, SEEK_END);

	(void)state;
	for (off_t at = 0; at < size; at += at < 100 ? 1 : 7919) {
		unsigned char c, bad;

		assert_int_equal(pread(box, &c, 1, at), 1);
		bad = c ^ 1;
		assert_int_equal(pwrite(box, &bad, 1, at), 1);
		assert_int_equal(open_it(box), ST_CORRUPT);
		assert_int_equal(pwrite(box, &c, 1, at), 1);
	}
	assert_int_equal(open_it(box), ST_OK);
	for (off_t cut = size - 1; cut > 0; cut -= cut > size - 30 ? 1 : 9973) {
		assert_int_equal(ftruncate(box, cut), 0);
		assert_int_equal(open_it(box), ST_CORRUPT);
	}
	close(box);
}

static void a_key_is_made_once(void **state)
{
	char folder[] = "/tmp/karte-locker-XXXXXX", path[64];
	unsigned char a[LOCKER_KEY], b[LOCKER_KEY];

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/key", folder);
	assert_int_equal(locker_key(path, a), ST_OK);
	assert_int_equal(locker_key(path, b), ST_OK);
	assert_memory_equal(a, b, LOCKER_KEY);
	assert_int_equal(truncate(path, 5), 0);
	assert_int_equal(locker_key(path, b), ST_CORRUPT);
	unlink(path);
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_closed_opens_as_it_was),
	    cmocka_unit_test(nothing_that_was_changed_or_cut_opens),
	    cmocka_unit_test(a_key_is_made_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
