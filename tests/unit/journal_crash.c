/* What a crash leaves behind, at every byte and at random moments. */
#include "vault/journal/journal_impl.h"

#include "journal_fixture.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { T0 = 1795152667 };

static void assert_whole(struct journal *j, uint64_t records)
{
	struct journal_proof proof;

	assert_ok(journal_verify(j, NULL, 0, NULL, NULL, &proof));
	assert_int_equal(proof.size, records);
	assert_int_equal(proof.records, records);
}

/* Copies the journal as it is now, without closing it, as a crash would leave it. */
static void crash(struct journal *j)
{
	char old[600];

	snprintf(old, sizeof old, "%s", journal);
	snprintf(journal, sizeof journal, "%s/crashed", folder);
	copy_tree(old, journal);
	journal_close(j);
}

static void a_torn_batch_is_cut_off_wherever_it_is_torn(void **state)
{
	struct journal *j = create();
	struct record r = a_read("1");
	struct buf whole, before, body;

	(void)state;
	append_many(j, 4, T0);
	slurp("tail", &before);
	slurp("bodies/read/2026-11.jsonl", &body);
	r.t = T0 + 10;
	append(j, &r);
	slurp("tail", &whole);
	crash(j);
	for (size_t n = before.len; n < whole.len; n++) {
		spit("tail", span_make(whole.data, n));
		spit("bodies/read/2026-11.jsonl", buf_span(&body));
		j = reopen(JOURNAL_WRITE);
		assert_int_equal(strlen(journal_notice(j)) > 0, n > before.len);
		if (n % 16 == 0)
			assert_whole(j, 4);
		journal_close(j);
	}
	j = reopen(JOURNAL_WRITE);
	assert_int_equal(append(j, &r), 4);
	assert_whole(j, 5);
	journal_close(j);
	buf_clear(&body);
	buf_clear(&before);
	buf_clear(&whole);
}

/* The last batch has its length, but not all its bytes reached the disk. */
static void a_last_batch_with_other_bytes_is_cut_off(void **state)
{
	struct journal *j = create();
	struct record r = a_read("1");
	struct buf tail, body;

	(void)state;
	append_many(j, 4, T0);
	slurp("bodies/read/2026-11.jsonl", &body);
	r.t = T0 + 10;
	append(j, &r);
	slurp("tail", &tail);
	crash(j);
	tail.data[tail.len - 10] = '0';
	tail.data[tail.len - 11] = '1'; /* within the salt: still a record */
	spit("tail", buf_span(&tail));
	spit("bodies/read/2026-11.jsonl", buf_span(&body));
	j = reopen(JOURNAL_WRITE);
	assert_string_not_equal(journal_notice(j), "");
	assert_whole(j, 4);
	journal_close(j);
	buf_clear(&tail);
	buf_clear(&body);
}

static void a_line_that_was_never_logged_is_not_taken_over(void **state)
{
	struct journal *j = create();
	struct record r = a_read("1");
	struct buf body;

	(void)state;
	append_many(j, 4, T0);
	crash(j);
	slurp("bodies/read/2026-11.jsonl", &body);
	r.n = 4;
	r.t = T0 + 4;
	r.salt = SPAN("00112233445566778899aabbccddeeff");
	record_write(&body, &r);
	buf_addc(&body, '\n');
	spit("bodies/read/2026-11.jsonl", buf_span(&body));
	assert_status(journal_open(&j, journal, JOURNAL_WRITE), ST_CORRUPT);
	buf_clear(&body);
}

static void a_torn_batch_is_no_reason_to_forget_what_bodies_still_have(void **state)
{
	struct journal *j = create();
	struct buf tail;

	(void)state;
	append_many(j, 4, T0);
	slurp("tail", &tail);
	crash(j);
	spit("tail", span_make(tail.data, tail.len - 1));
	assert_status(journal_open(&j, journal, JOURNAL_WRITE), ST_CORRUPT);
	buf_clear(&tail);
}

static void a_damaged_batch_before_others_is_not_cut_off(void **state)
{
	struct journal *j = create();

	(void)state;
	append_many(j, 4, T0);
	crash(j);
	replace_in("tail", "tanaka", "tanakb");
	assert_status(journal_open(&j, journal, JOURNAL_WRITE), ST_CORRUPT);
}

static void a_batch_that_was_taken_out_of_tail_is_missed(void **state)
{
	struct journal *j = create();
	struct buf tail, without;
	long from, to;

	(void)state;
	append_many(j, 4, T0);
	crash(j);
	slurp("tail", &tail);
	from = span_find(buf_span(&tail), SPAN("\nbatch ")) + 1;
	to = span_find(span_make(tail.data + from, tail.len - (size_t)from), SPAN("\nbatch ")) + 1;
	buf_init(&without, 1 << 20);
	buf_add(&without, tail.data, (size_t)from);
	buf_add(&without, tail.data + from + to, tail.len - (size_t)from - (size_t)to);
	spit("tail", buf_span(&without));
	assert_status(journal_open(&j, journal, JOURNAL_WRITE), ST_CORRUPT);
	assert_non_null(strstr(fail_why(), "gap before record 2"));
	buf_clear(&tail);
	buf_clear(&without);
}

static void bodies_that_lag_are_filled_up_to_any_byte(void **state)
{
	struct journal *j = create();
	struct buf body;

	(void)state;
	append_many(j, 4, T0);
	crash(j);
	slurp("bodies/read/2026-11.jsonl", &body);
	for (size_t n = 0; n < body.len; n += 37) {
		struct buf again;

		spit("bodies/read/2026-11.jsonl", span_make(body.data, n));
		j = reopen(JOURNAL_WRITE);
		assert_whole(j, 4);
		journal_close(j);
		slurp("bodies/read/2026-11.jsonl", &again);
		assert_true(span_eq(buf_span(&again), buf_span(&body)));
		buf_clear(&again);
	}
	buf_clear(&body);
}

static void zeros_at_the_end_of_a_body_are_filled_up(void **state)
{
	struct journal *j = create();
	struct buf body, zeros;

	(void)state;
	append_many(j, 4, T0);
	crash(j);
	slurp("bodies/read/2026-11.jsonl", &body);
	buf_init(&zeros, 1 << 20);
	buf_add(&zeros, body.data, body.len);
	memset(zeros.data + 100, 0, body.len - 100);
	spit("bodies/read/2026-11.jsonl", buf_span(&zeros));
	j = reopen(JOURNAL_WRITE);
	assert_whole(j, 4);
	journal_close(j);
	buf_clear(&zeros);
	buf_clear(&body);
}

static void a_body_that_was_changed_is_left_as_it_is(void **state)
{
	struct journal *j = create();
	struct buf before, after;

	(void)state;
	append_many(j, 4, T0);
	crash(j);
	replace_in("bodies/read/2026-11.jsonl", "tanaka", "suzuki");
	slurp("bodies/read/2026-11.jsonl", &before);
	assert_status(journal_open(&j, journal, JOURNAL_WRITE), ST_CORRUPT);
	slurp("bodies/read/2026-11.jsonl", &after);
	assert_true(span_eq(buf_span(&before), buf_span(&after)));
	buf_clear(&before);
	buf_clear(&after);
}

static void lost_tiles_are_made_again(void **state)
{
	struct journal *j = create();
	char path[700];

	(void)state;
	j->seal_at = j->seal_every = 50000;
	append_many(j, 600, T0);
	assert_true(j->base > 256);
	journal_close(j);
	path_in(path, "tile");
	assert_ok(file_remove_tree(path));
	j = reopen(JOURNAL_WRITE);
	assert_string_equal(journal_notice(j), "made lost tiles again from the records");
	assert_whole(j, 600);
	journal_close(j);
}

static void a_crash_between_sealing_and_the_new_tail_loses_nothing(void **state)
{
	struct journal *j = create();
	struct record r = a_read("1");
	struct buf tail;

	(void)state;
	append_many(j, 300, T0);
	slurp("tail", &tail);
	assert_ok(journal_enter(j));
	assert_ok(state_seal(j));
	journal_leave(j);
	crash(j);
	spit("tail", buf_span(&tail));
	j = reopen(JOURNAL_WRITE);
	assert_whole(j, 300);
	assert_int_equal(append(j, &r), 300);
	assert_whole(j, 301);
	journal_close(j);
	j = reopen(JOURNAL_WRITE);
	assert_whole(j, 301);
	journal_close(j);
	buf_clear(&tail);
}

static void a_tail_that_lost_records_of_the_checkpoint_is_refused(void **state)
{
	struct journal *j = create();
	struct buf tail;

	(void)state;
	slurp("tail", &tail);
	append_many(j, 3, T0);
	journal_close(j);
	spit("tail", buf_span(&tail));
	spit("bodies/read/2026-11.jsonl", SPAN(""));
	spit("bodies/change/2026-11.jsonl", SPAN(""));
	assert_status(journal_open(&j, journal, JOURNAL_WRITE), ST_CORRUPT);
	buf_clear(&tail);
}

/* ---- kill -9 ---- */

enum { ROUNDS = 60, WRITERS = 3, LEAST = 10 };

struct writer {
	pthread_t thread;
	struct journal *j;
	int pipe;
	unsigned round, id;
};

struct ack {
	uint64_t n;
	char request[24];
};

static void *write_on(void *arg)
{
	struct writer *w = arg;

	for (unsigned i = 0;; i++) {
		struct ack ack = {0};
		struct record r;

		snprintf(ack.request, sizeof ack.request, "%u-%u-%u", w->round, w->id, i);
		r = i % 2 ? a_change("children/c1") : a_read("");
		r.request = span_of(ack.request);
		if (journal_append(w->j, &r, &ack.n))
			_exit(3);
		if (write(w->pipe, &ack, sizeof ack) != sizeof ack)
			_exit(4);
	}
	return NULL;
}

static void writers(unsigned round, int pipe)
{
	struct writer w[WRITERS];
	struct journal *j;

	if (journal_open(&j, journal, JOURNAL_WRITE)) {
		fprintf(stderr, "%s\n", fail_why());
		_exit(1);
	}
	j->seal_at = j->seal_every = 20000 + 5000 * (round % 9);
	for (unsigned i = 0; i < WRITERS; i++) {
		w[i] = (struct writer){.j = j, .pipe = pipe, .round = round, .id = i};
		if (pthread_create(&w[i].thread, NULL, write_on, &w[i]))
			_exit(2);
	}
	pthread_join(w[0].thread, NULL);
	_exit(0);
}

struct acks {
	struct ack *ack;
	size_t count, found;
};

/* Acknowledgements are kept at the index of their record.  Reads at most so many. */
static void collect(struct acks *a, int fd, unsigned most)
{
	struct ack one;

	for (; most > 0 && read(fd, &one, sizeof one) == sizeof one; most--) {
		if (one.n >= a->count) {
			a->ack = realloc(a->ack, (one.n + 1) * sizeof *a->ack);
			assert_non_null(a->ack);
			memset(a->ack + a->count, 0, (one.n + 1 - a->count) * sizeof *a->ack);
			a->count = one.n + 1;
		}
		assert_string_equal(a->ack[one.n].request, "");
		a->ack[one.n] = one;
	}
}

static bool check_off(void *ctx, const struct record *r, struct span line)
{
	struct acks *a = ctx;

	(void)line;
	if (r->n < a->count && a->ack[r->n].request[0]) {
		assert_true(span_is(r->request, a->ack[r->n].request));
		a->found++;
	}
	return true;
}

/*
 * Until so many have been acknowledged, however slow the machine is; a minute without one is a
 * failure.
 */
static void wait_for_acks(struct acks *a, int fd, unsigned count)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	for (unsigned i = 0; i < count; i++) {
		assert_int_equal(poll(&p, 1, 60 * 1000), 1);
		collect(a, fd, 1);
	}
}

static size_t acknowledged(const struct acks *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->count; i++)
		n += a->ack[i].request[0] != '\0';
	return n;
}

static void nap(unsigned microseconds)
{
	nanosleep(&(struct timespec){.tv_nsec = (long)microseconds * 1000}, NULL);
}

static void every_acknowledged_record_survives_kill_9(void **state)
{
	struct journal_filter all = {0};
	struct journal *j = create();
	struct acks acks = {0};

	(void)state;
	journal_close(j);
	srandom(20261120);
	for (unsigned round = 0; round < ROUNDS; round++) {
		int fd[2];
		pid_t pid;

		assert_int_equal(pipe(fd), 0);
		pid = fork();
		if (pid == 0) {
			close(fd[0]);
			writers(round, fd[1]);
		}
		close(fd[1]);
		wait_for_acks(&acks, fd[0], LEAST + (unsigned)random() % 20);
		nap((unsigned)random() % 20000);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		collect(&acks, fd[0], UINT_MAX);
		close(fd[0]);
		j = reopen(JOURNAL_WRITE);
		acks.found = 0;
		assert_ok(journal_scan(j, &all, check_off, &acks));
		assert_int_equal(acks.found, acknowledged(&acks));
		if (round % 10 == 9)
			assert_ok(journal_verify(j, NULL, 0, NULL, NULL, NULL));
		journal_close(j);
	}
	assert_true(acknowledged(&acks) >= LEAST * ROUNDS);
	free(acks.ack);
}

#define WITH_FOLDER(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_FOLDER(a_torn_batch_is_cut_off_wherever_it_is_torn),
	    WITH_FOLDER(a_last_batch_with_other_bytes_is_cut_off),
	    WITH_FOLDER(a_line_that_was_never_logged_is_not_taken_over),
	    WITH_FOLDER(a_torn_batch_is_no_reason_to_forget_what_bodies_still_have),
	    WITH_FOLDER(a_damaged_batch_before_others_is_not_cut_off),
	    WITH_FOLDER(a_batch_that_was_taken_out_of_tail_is_missed),
	    WITH_FOLDER(bodies_that_lag_are_filled_up_to_any_byte),
	    WITH_FOLDER(zeros_at_the_end_of_a_body_are_filled_up),
	    WITH_FOLDER(a_body_that_was_changed_is_left_as_it_is),
	    WITH_FOLDER(lost_tiles_are_made_again),
	    WITH_FOLDER(a_crash_between_sealing_and_the_new_tail_loses_nothing),
	    WITH_FOLDER(a_tail_that_lost_records_of_the_checkpoint_is_refused),
	    WITH_FOLDER(every_acknowledged_record_survives_kill_9),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
