/* A disk that fails: what is answered with an error is not recorded, and it goes on afterwards. */
#include "vault/journal/journal_impl.h"

#include "journal_fixture.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { T0 = 1795152667 }; /* 2026-11-20T05:31:07Z */

static uint64_t size_of(struct journal *j)
{
	uint64_t n;

	assert_ok(journal_size(j, &n));
	return n;
}

static void assert_whole(struct journal *j, uint64_t records)
{
	struct journal_proof proof;

	assert_ok(journal_verify(j, NULL, 0, NULL, NULL, &proof));
	assert_int_equal(proof.size, records);
	assert_int_equal(proof.records, records);
}

/* A disk that fails on demand: these stand in for the C library's. */
static bool no_sync, no_cut;

int fdatasync(int fd)
{
	if (no_sync) {
		errno = EIO;
		return -1;
	}
	return fsync(fd);
}

int ftruncate(int fd, off_t size)
{
	if (no_cut) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_ftruncate, fd, size);
}

/* The batch is whole in tail, but who asked was told that it is not recorded. */
static void a_record_whose_sync_failed_is_not_there(void **state)
{
	struct record r = a_read("1");

	for (int cut = 0; cut < 2; cut++) {
		struct journal *j;

		set_up(state);
		j = create();
		append_many(j, 5, T0);
		r.t = T0 + 5;
		no_sync = true;
		no_cut = cut;
		assert_status(journal_append(j, &r, NULL), ST_IO);
		assert_status(journal_append(j, &r, NULL), ST_IO);
		no_cut = false;
		assert_status(journal_append(j, &r, NULL), ST_IO);
		no_sync = false;
		assert_int_equal(append(j, &r), 5);
		assert_whole(j, 6);
		journal_close(j);
		j = reopen(JOURNAL_WRITE);
		assert_whole(j, 6);
		journal_close(j);
		tear_down(state);
	}
	set_up(state);
}

static void limit_files(rlim_t bytes)
{
	struct rlimit l;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &l), 0);
	l.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &l), 0);
}

static void on_a_full_disk_nothing_is_half_recorded(void **state)
{
	struct journal *j = create();
	struct record r = a_read("1");
	uint64_t good = 0, n;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	limit_files(20000);
	while (journal_append(j, &r, &n) == ST_OK)
		assert_int_equal(n, good++);
	assert_in_range(good, 10, 100);
	assert_status(journal_append(j, &r, &n), ST_IO);
	assert_status(journal_append(j, &r, &n), ST_IO);
	assert_int_equal(size_of(j), good);
	limit_files(RLIM_INFINITY);
	assert_whole(j, good);
	assert_int_equal(append(j, &r), good);
	assert_whole(j, good + 1);
	journal_close(j);
	j = reopen(JOURNAL_WRITE);
	assert_string_equal(journal_notice(j), "");
	assert_int_equal(append(j, &r), good + 1);
	assert_whole(j, good + 2);
	journal_close(j);
}

/* The body cannot grow although tail can: the record counts, and the body is filled later. */
static void a_body_that_cannot_be_written_stops_the_next_record(void **state)
{
	struct journal *j = create();
	struct record r = a_read("1");
	struct buf b;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	append_many(j, 40, T0);
	assert_int_equal(journal_enter(j), 0);
	assert_int_equal(state_seal(j), 0); /* tail is empty, the body is not */
	journal_leave(j);
	slurp("bodies/read/2026-11.jsonl", &b);
	limit_files(b.len + 10);
	r.t = T0 + 40;
	assert_int_equal(append(j, &r), 40);
	assert_status(journal_append(j, &r, NULL), ST_IO);
	assert_status(journal_append(j, &r, NULL), ST_IO);
	limit_files(RLIM_INFINITY);
	assert_int_equal(append(j, &r), 41);
	assert_whole(j, 42);
	buf_clear(&b);
	journal_close(j);
}

static void who_shortens_tail_stops_the_journal(void **state)
{
	struct journal *j = create();
	struct record r = a_read("1");
	char path[700];

	(void)state;
	append(j, &r);
	append(j, &r);
	path_in(path, "tail");
	assert_int_equal(truncate(path, 10), 0);
	assert_status(journal_append(j, &r, NULL), ST_CORRUPT);
	assert_status(journal_append(j, &r, NULL), ST_CORRUPT);
	journal_close(j);
	assert_status(journal_open(&j, journal, JOURNAL_WRITE), ST_CORRUPT);
}

#define WITH_FOLDER(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(a_record_whose_sync_failed_is_not_there, tear_down),
	    WITH_FOLDER(on_a_full_disk_nothing_is_half_recorded),
	    WITH_FOLDER(a_body_that_cannot_be_written_stops_the_next_record),
	    WITH_FOLDER(who_shortens_tail_stops_the_journal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
