/* Many savers at once, and savers that are killed. */
#include "tests/unit/store_help.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>

static struct vault V;

static int setup(void **state)
{
	(void)state;
	vault_make(&V, true);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	vault_end(&V);
	return 0;
}

enum { SAVERS = 8, ROUNDS = 5, KILLS = 40 };

struct saver {
	pthread_t thread;
	pthread_barrier_t *start;
	size_t number, wins, stale;
	struct oid won[ROUNDS];
	enum status other;
};

/* All savers of a round have seen the same version; each saves a file of its own on it. */
static void save_once(struct saver *s, const struct oid *base, size_t round)
{
	const struct signer who = vault_signer(&V);
	char path[64];
	struct change change;
	struct commit_draft d;
	struct repo *r = NULL;
	struct oid id;
	char sha[SHA256_HEX];
	enum status st;

	snprintf(path, sizeof path, "sheets/s%zu/%zu.md", s->number, round);
	change = (struct change){span_of(path), SPAN("x")};
	d = draft_of(oid_none(base) ? NULL : base, &change, 1);
	st = repo_open(&r, V.store, &V.child);
	if (!st)
		st = repo_lock(r);
	if (!st)
		st = commit_prepare(r, &d, V.keys, &who, &id, sha);
	if (!st)
		st = commit_move(r, d.parent, &id);
	repo_close(r);
	if (!st)
		s->won[s->wins++] = id;
	else if (st == ST_STALE)
		s->stale++;
	else
		s->other = st;
}

static void *saver_main(void *arg)
{
	struct saver *s = arg;

	for (size_t round = 0; round < ROUNDS; round++) {
		struct repo *r = NULL;
		struct oid base = {{0}};
		pthread_barrier_wait(s->start);
		if (!repo_open(&r, V.store, &V.child))
			repo_head(r, &base);
		repo_close(r);
		pthread_barrier_wait(s->start);
		save_once(s, &base, round);
	}
	return NULL;
}

static void of_eight_savers_one_wins_each_round_and_none_is_lost(void **state)
{
	struct saver s[SAVERS] = {0};
	pthread_barrier_t start;
	struct repo *r = NULL;
	size_t wins = 0, stale = 0;
	bool in = false;

	(void)state;
	pthread_barrier_init(&start, NULL, SAVERS);
	for (size_t i = 0; i < SAVERS; i++) {
		s[i].number = i;
		s[i].start = &start;
		assert_int_equal(pthread_create(&s[i].thread, NULL, saver_main, &s[i]), 0);
	}
	assert_ok(repo_open(&r, V.store, &V.child));
	for (size_t i = 0; i < SAVERS; i++) {
		pthread_join(s[i].thread, NULL);
		assert_int_equal(s[i].other, ST_OK);
		for (size_t w = 0; w < s[i].wins; w++) {
			assert_ok(history_contains(r, &s[i].won[w], &in));
			assert_true(in);
		}
		wins += s[i].wins;
		stale += s[i].stale;
	}
	repo_close(r);
	pthread_barrier_destroy(&start);
	assert_int_equal(wins, ROUNDS);
	assert_int_equal(stale, ROUNDS * (SAVERS - 1));
	assert_prints(&V, "git rev-list --count main", "5\n");
	assert_prints(&V, "git fsck --strict --full --no-dangling", "");
}

/* Saves until it is killed; each acknowledged version goes down the pipe. */
static void save_for_ever(int acknowledge, int round)
{
	struct repo *r = NULL;
	char path[64];
	struct oid id;

	if (repo_open(&r, V.store, &V.child))
		_exit(1);
	for (int i = 0;; i++) {
		snprintf(path, sizeof path, "sheets/t%d/%d.md", round, i);
		if (vault_save(&V, r, path, path, &id) ||
		    write(acknowledge, id.id, OID_LEN) != OID_LEN)
			_exit(2);
	}
}

/* Lets a child save for some milliseconds, kills it, and looks whether all it promised is there. */
static size_t kill_once(int round, struct sweep *found)
{
	int ends[2];
	struct oid id;
	struct repo *r = NULL;
	size_t promised = 0;
	bool in = false;
	pid_t pid;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		save_for_ever(ends[1], round);
	close(ends[1]);
	assert_int_equal(read(ends[0], id.id, OID_LEN), OID_LEN);
	usleep((useconds_t)(round * 2713 % 37000));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_ok(store_sweep(V.store, found));
	assert_int_equal(found->busy, 0);
	assert_ok(repo_open(&r, V.store, &V.child));
	do {
		promised++;
		assert_ok(history_contains(r, &id, &in));
		assert_true(in);
	} while (read(ends[0], id.id, OID_LEN) == OID_LEN);
	close(ends[0]);
	repo_close(r);
	assert_prints(&V, "git fsck --strict --full --no-dangling", "");
	assert_prints(&V, "find . -name '*.lock' -o -name 'tmp_*'", "");
	return promised;
}

static void a_killed_saver_loses_nothing_that_it_acknowledged(void **state)
{
	struct repo *r = NULL;
	struct oid id;
	size_t promised = 0, rubbish = 0;

	(void)state;
	assert_ok(repo_open(&r, V.store, &V.child));
	assert_ok(vault_save(&V, r, "child.md", "x", &id));
	for (int round = 0; round < KILLS; round++) {
		char path[64];
		struct sweep found;
		promised += kill_once(round, &found);
		rubbish += found.locks + found.temps;
		snprintf(path, sizeof path, "after/%d.md", round);
		assert_ok(vault_save(&V, r, path, "x", &id));
	}
	repo_close(r);
	print_message("%zu acknowledged, %zu leftovers swept\n", promised, rubbish);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(of_eight_savers_one_wins_each_round_and_none_is_lost,
					    setup, teardown),
	    cmocka_unit_test_setup_teardown(a_killed_saver_loses_nothing_that_it_acknowledged,
					    setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
