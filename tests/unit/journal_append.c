/* Appending: numbers, times, many callers, several processes; checkpoints and tiles. */
#include "vault/journal/journal_impl.h"

#include "journal_fixture.h"

#include <sys/wait.h>
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

static void a_new_journal_is_empty_and_signed(void **state)
{
	struct journal *j = create();
	struct checkpoint c;
	struct buf note;

	(void)state;
	assert_int_equal(size_of(j), 0);
	buf_init(&note, NOTE_MAX);
	assert_ok(journal_checkpoint(j, &note));
	assert_ok(note_read(buf_span(&note), &j->key, &c));
	assert_int_equal(c.size, 0);
	assert_true(hash_eq(&c.root, &(struct hash){{0}}) == false);
	assert_string_equal(journal_origin(j), ORIGIN);
	assert_string_equal(journal_notice(j), "");
	assert_whole(j, 0);
	assert_status(journal_create(journal, SPAN(ORIGIN)), ST_EXISTS);
	buf_clear(&note);
	journal_close(j);
}

static void a_missing_journal_is_not_found(void **state)
{
	struct journal *j;

	(void)state;
	assert_status(journal_open(&j, journal, JOURNAL_WRITE), ST_NOTFOUND);
	assert_status(journal_open(&j, journal, JOURNAL_READ), ST_NOTFOUND);
	assert_null(j);
}

static void records_lie_by_class_and_month(void **state)
{
	struct journal *j = create();
	struct record r = a_read("1"), c = a_change("children/c1");
	struct buf b;

	(void)state;
	r.t = c.t = T0;
	assert_int_equal(append(j, &r), 0);
	assert_int_equal(append(j, &c), 1);
	r.t = T0 + 15 * 86400; /* 5 December */
	assert_int_equal(append(j, &r), 2);
	slurp("bodies/read/2026-11.jsonl", &b);
	assert_true(span_starts(buf_span(&b),
				SPAN("{\"n\":0,\"t\":\"2026-11-20T05:31:07Z\",\"class\":\"read\","
				     "\"event\":\"sheet.read\",\"account\":\"tanaka\",")));
	assert_int_equal(span_find(buf_span(&b), SPAN("\n")), (long)b.len - 1);
	buf_clear(&b);
	slurp("bodies/change/2026-11.jsonl", &b);
	assert_true(span_starts(buf_span(&b), SPAN("{\"n\":1,")));
	buf_clear(&b);
	slurp("bodies/read/2026-12.jsonl", &b);
	assert_true(span_starts(buf_span(&b), SPAN("{\"n\":2,\"t\":\"2026-12-05T05:31:07Z\",")));
	buf_clear(&b);
	assert_whole(j, 3);
	journal_close(j);
}

static bool keep_salt(void *ctx, const struct record *r, struct span line)
{
	char(*salt)[33] = ctx;

	(void)line;
	assert_true(span_copy(r->salt, salt[r->n], 33));
	return true;
}

static void each_record_has_a_salt_of_its_own(void **state)
{
	struct journal *j = create();
	struct record r = a_read("1");
	struct journal_filter all = {0};
	char salt[2][33];

	(void)state;
	r.salt = SPAN("00000000000000000000000000000000"); /* is not taken */
	append(j, &r);
	append(j, &r);
	assert_ok(journal_scan(j, &all, keep_salt, salt));
	assert_string_not_equal(salt[0], salt[1]);
	assert_string_not_equal(salt[0], "00000000000000000000000000000000");
	journal_close(j);
}

static bool keep_time(void *ctx, const struct record *r, struct span line)
{
	int64_t *t = ctx;

	(void)line;
	t[r->n] = r->t;
	return true;
}

static void time_never_runs_backwards(void **state)
{
	struct journal *j = create();
	struct record r = a_read("1");
	struct journal_filter all = {0};
	int64_t t[3], now = (int64_t)time(NULL);

	(void)state;
	r.t = now + 1000;
	append(j, &r);
	r.t = now - 1000;
	append(j, &r);
	journal_close(j);
	j = reopen(JOURNAL_WRITE);
	r.t = 0;
	append(j, &r);
	assert_ok(journal_scan(j, &all, keep_time, t));
	assert_int_equal(t[0], now + 1000);
	assert_int_equal(t[1], now + 1000);
	assert_int_equal(t[2], now + 1000);
	assert_whole(j, 3);
	journal_close(j);
}

static void a_record_without_time_gets_that_of_now(void **state)
{
	struct journal *j = create();
	struct record r = a_read("1");
	struct journal_filter all = {0};
	int64_t t[1], before = (int64_t)time(NULL);

	(void)state;
	append(j, &r);
	assert_ok(journal_scan(j, &all, keep_time, t));
	assert_in_range(t[0], before, (int64_t)time(NULL));
	journal_close(j);
}

static void wrong_records_and_readers_append_nothing(void **state)
{
	struct journal *j = create(), *reader = reopen(JOURNAL_READ);
	struct record r = a_read("1");
	static char big[301];
	uint64_t n;

	(void)state;
	assert_status(journal_append(reader, &r, &n), ST_DENIED);
	r.reason = SPAN("a\nb");
	assert_status(journal_append(j, &r, &n), ST_INVALID);
	r = a_read("1");
	memset(big, 'x', sizeof big - 1);
	r.object = span_of(big);
	assert_ok(journal_append(j, &r, &n));
	memset(big, '"', sizeof big - 1); /* is escaped, still fits */
	assert_ok(journal_append(j, &r, &n));
	assert_int_equal(size_of(j), 2);
	journal_close(reader);
	journal_close(j);
}

/* ---- many callers ---- */

enum { THREADS = 64, EACH = 100 };

struct caller {
	pthread_t thread;
	struct journal *j;
	unsigned id;
	uint64_t n[EACH];
};

static void *call(void *arg)
{
	struct caller *c = arg;

	for (unsigned i = 0; i < EACH; i++) {
		char request[32];
		struct record r;

		snprintf(request, sizeof request, "%u-%u", c->id, i);
		r = i % 2 ? a_change(request) : a_read("");
		r.request = span_of(request);
		if (journal_append(c->j, &r, &c->n[i]))
			abort();
	}
	return NULL;
}

struct found {
	struct caller *callers;
	unsigned count;
	char seen[THREADS * EACH];
};

/* The record is where its caller was told. */
static bool look_up(void *ctx, const struct record *r, struct span line)
{
	struct found *f = ctx;
	char request[32];
	unsigned id, i;

	(void)line;
	assert_true(span_copy(r->request, request, sizeof request));
	assert_int_equal(sscanf(request, "%u-%u", &id, &i), 2);
	assert_int_equal(f->callers[id].n[i], r->n);
	assert_int_equal(f->seen[id * EACH + i], 0);
	f->seen[id * EACH + i] = 1;
	f->count++;
	return true;
}

static void every_caller_of_many_gets_its_own_number(void **state)
{
	static struct caller callers[THREADS];
	struct journal *j = create();
	struct journal_filter all = {0};
	struct found found = {.callers = callers};

	(void)state;
	j->seal_at = j->seal_every = 20000; /* seal often meanwhile */
	for (unsigned i = 0; i < THREADS; i++) {
		callers[i].j = j;
		callers[i].id = i;
		assert_int_equal(pthread_create(&callers[i].thread, NULL, call, &callers[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(callers[i].thread, NULL);
	assert_whole(j, THREADS * EACH);
	journal_close(j);
	j = reopen(JOURNAL_WRITE);
	assert_int_equal(size_of(j), THREADS * EACH);
	assert_ok(journal_scan(j, &all, look_up, &found));
	assert_int_equal(found.count, THREADS * EACH);
	assert_whole(j, THREADS * EACH);
	journal_close(j);
}

static void child_appends(unsigned id, unsigned count)
{
	struct journal *j;

	if (journal_open(&j, journal, JOURNAL_WRITE))
		_exit(1);
	j->seal_at = j->seal_every = 10000 + 3000 * id;
	for (unsigned i = 0; i < count; i++) {
		char request[32];
		struct record r;

		snprintf(request, sizeof request, "%u-%u", id, i);
		r = a_read(request);
		if (journal_append(j, &r, NULL))
			_exit(2);
	}
	journal_close(j);
	_exit(0);
}

/* Requests of one process come in its order; gives how many there are of each. */
static bool in_order(void *ctx, const struct record *r, struct span line)
{
	unsigned *next = ctx, id, i;
	char request[32];

	(void)line;
	assert_true(span_copy(r->request, request, sizeof request));
	assert_int_equal(sscanf(request, "%u-%u", &id, &i), 2);
	assert_int_equal(i, next[id]);
	next[id]++;
	return true;
}

static void two_processes_append_at_once(void **state)
{
	struct journal *j = create();
	struct journal_filter all = {0};
	unsigned next[3] = {0};
	pid_t pid[2];

	(void)state;
	for (unsigned k = 0; k < 2; k++) {
		pid[k] = fork();
		if (pid[k] == 0)
			child_appends(k, 300);
	}
	for (unsigned i = 0; i < 300; i++) {
		char request[32];
		struct record r;

		snprintf(request, sizeof request, "2-%u", i);
		r = a_read(request);
		append(j, &r);
	}
	for (unsigned k = 0; k < 2; k++) {
		int how;

		waitpid(pid[k], &how, 0);
		assert_true(WIFEXITED(how) && WEXITSTATUS(how) == 0);
	}
	assert_int_equal(size_of(j), 900);
	assert_ok(journal_scan(j, &all, in_order, next));
	for (unsigned k = 0; k < 3; k++)
		assert_int_equal(next[k], 300);
	assert_whole(j, 900);
	journal_close(j);
}

/* ---- checkpoints ---- */

static void the_short_form_is_size_and_root(void **state)
{
	struct journal *j = create();
	struct journal_promise p, q;
	char text[JOURNAL_SHORT];
	struct buf note;

	(void)state;
	append_many(j, 5, T0);
	assert_ok(journal_checkpoint_short(j, text));
	buf_init(&note, NOTE_MAX);
	assert_ok(journal_checkpoint(j, &note));
	assert_ok(journal_promise_parse(span_of(text), &p));
	assert_ok(journal_promise_parse(buf_span(&note), &q));
	assert_int_equal(strlen(text), strlen("5 5f3a 9c01 77de"));
	assert_int_equal(p.size, 5);
	assert_int_equal(q.size, 5);
	assert_memory_equal(p.root, q.root, 6);
	buf_clear(&note);
	journal_close(j);
}

static void closing_publishes_a_checkpoint(void **state)
{
	struct journal *j = create();
	struct buf note;

	(void)state;
	append_many(j, 5, T0);
	journal_close(j);
	slurp("checkpoint", &note);
	assert_true(span_starts(buf_span(&note), SPAN(ORIGIN "\n5\n")));
	buf_clear(&note);
}

static void tiles_are_served_for_every_published_size(void **state)
{
	struct journal *j = create();
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	append_many(j, 5, T0);
	assert_ok(journal_resource(j, SPAN("checkpoint"), &b));
	buf_cut(&b, 0);
	assert_ok(journal_resource(j, SPAN("tile/0/000.p/5"), &b));
	assert_int_equal(b.len, 5 * 32);
	append_many(j, 295, T0 + 5);
	assert_ok(journal_resource(j, SPAN("checkpoint"), &b));
	buf_cut(&b, 0);
	assert_ok(journal_resource(j, SPAN("tile/0/000"), &b));
	assert_int_equal(b.len, 8192);
	buf_cut(&b, 0);
	assert_ok(journal_resource(j, SPAN("tile/0/000.p/5"), &b));
	assert_int_equal(b.len, 5 * 32);
	buf_cut(&b, 0);
	assert_ok(journal_resource(j, SPAN("tile/0/001.p/44"), &b));
	assert_int_equal(b.len, 44 * 32);
	buf_cut(&b, 0);
	assert_ok(journal_resource(j, SPAN("tile/1/000.p/1"), &b));
	assert_int_equal(b.len, 32);
	assert_status(journal_resource(j, SPAN("tile/1/000"), &b), ST_NOTFOUND);
	assert_status(journal_resource(j, SPAN("key"), &b), ST_NOTFOUND);
	assert_status(journal_resource(j, SPAN("tile/0/../../key"), &b), ST_NOTFOUND);
	buf_clear(&b);
	journal_close(j);
}

#define WITH_FOLDER(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_FOLDER(a_new_journal_is_empty_and_signed),
	    WITH_FOLDER(a_missing_journal_is_not_found),
	    WITH_FOLDER(records_lie_by_class_and_month),
	    WITH_FOLDER(each_record_has_a_salt_of_its_own),
	    WITH_FOLDER(time_never_runs_backwards),
	    WITH_FOLDER(a_record_without_time_gets_that_of_now),
	    WITH_FOLDER(wrong_records_and_readers_append_nothing),
	    WITH_FOLDER(every_caller_of_many_gets_its_own_number),
	    WITH_FOLDER(two_processes_append_at_once),
	    WITH_FOLDER(the_short_form_is_size_and_root),
	    WITH_FOLDER(closing_publishes_a_checkpoint),
	    WITH_FOLDER(tiles_are_served_for_every_published_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
