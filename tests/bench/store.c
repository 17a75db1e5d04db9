/*
 * What signing, verifying, saving and reading cost here, in milliseconds (median of the runs).
 * Usage: store [RUNS]; works in a folder below $TMPDIR or /tmp and removes it.
 */
#include "vault/store/store.h"
#include "generator/base/file.h"
#include "vault/store/commit.h"
#include "vault/store/sign.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { FILES = 40, TEXT = 3000, MOST_RUNS = 10000 };

struct bench {
	char dir[PATH_MAX], home[PATH_MAX + 8];
	struct store *store;
	struct keys *keys;
	struct repo_name name;
	struct repo *repo;
	char fpr[FPR_HEX];
	struct oid head;
	bool born;
	struct buf text, signature;
	size_t saved;
};

static const struct span passphrase = {"4cf0be1d7a3e5b29", 16};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

typedef enum status (*step_fn)(struct bench *b);

/* Runs a step and prints one line; a failure ends the program. */
static void measure(const char *what, struct bench *b, step_fn step, size_t runs)
{
	double *ms = calloc(runs, sizeof *ms);

	for (size_t i = 0; ms && i < runs; i++) {
		double from = now_ms();
		enum status st = step(b);
		ms[i] = now_ms() - from;
		if (st) {
			fprintf(stderr, "store: %s: %s: %s\n", what, status_name(st), fail_why());
			exit(status_exit(st));
		}
	}
	if (!ms)
		exit(status_exit(ST_NOMEM));
	qsort(ms, runs, sizeof *ms, by_size);
	printf("%-46s %9.3f ms   p95 %9.3f   %zu runs\n", what, ms[runs / 2], ms[runs * 95 / 100],
	       runs);
	free(ms);
}

static enum status sign(struct bench *b)
{
	const struct signer who = {b->fpr, passphrase};

	buf_cut(&b->signature, 0);
	return sign_detached(b->keys, &who, buf_span(&b->text), &b->signature);
}

static enum status verify(struct bench *b)
{
	struct verdict v;
	enum status st = verify_detached(b->keys, buf_span(&b->text), buf_span(&b->signature), &v);

	return st || v.state == SIGN_GOOD ? st : fail(ST_BUG, "%s", sign_state_name(v.state));
}

static enum status save_files(struct bench *b, size_t count)
{
	const struct signer who = {b->fpr, passphrase};
	struct change changes[FILES];
	char path[FILES][64], sha[SHA256_HEX];
	struct commit_draft d = {
	    .parent = b->born ? &b->head : NULL,
	    .changes = changes,
	    .change_count = count,
	    .author_name = SPAN("A"),
	    .author_email = SPAN("a@vault.example"),
	    .committer_name = SPAN("Karte"),
	    .committer_email = SPAN("karte@vault.example"),
	    .time = 1795000000,
	    .subject = SPAN("bench"),
	};
	struct oid id;
	enum status st = repo_lock(b->repo);

	buf_addf(&b->text, "%zu\n", b->saved++);
	for (size_t i = 0; i < count; i++) {
		snprintf(path[i], sizeof path[i], "sheets/kyoiku-shien/%zu.md", i);
		changes[i] = (struct change){span_of(path[i]), buf_span(&b->text)};
	}
	if (!st)
		st = commit_prepare(b->repo, &d, b->keys, &who, &id, sha);
	if (!st)
		st = commit_move(b->repo, d.parent, &id);
	repo_unlock(b->repo);
	b->born = b->born || !st;
	if (!st)
		b->head = id;
	return st;
}

static enum status save_first(struct bench *b)
{
	return save_files(b, FILES);
}

static enum status save_one(struct bench *b)
{
	return save_files(b, 1);
}

static enum status read_one(struct bench *b)
{
	struct repo *r = NULL;
	struct buf out;
	enum status st;

	buf_init(&out, 1 << 20);
	st = repo_open(&r, b->store, &b->name);
	if (!st)
		st = repo_read(r, NULL, "sheets/kyoiku-shien/7.md", &out);
	repo_close(r);
	buf_clear(&out);
	return st;
}

/* The same with a store of its own, so that no handle is idle. */
static enum status read_cold(struct bench *b)
{
	struct store *kept = b->store, *fresh = NULL;
	enum status st = store_open(&fresh, b->dir);

	b->store = fresh;
	if (!st)
		st = read_one(b);
	b->store = kept;
	store_close(fresh);
	return st;
}

static enum status create(struct bench *b)
{
	struct repo_name name;
	char id[16];

	snprintf(id, sizeof id, "c%09zu", b->saved++);
	repo_name_make(&name, REPO_CHILD, SPAN_NONE, span_of(id));
	return repo_create(b->store, &name);
}

static enum status prepare_all(struct bench *b)
{
	const char *tmp = getenv("TMPDIR");
	enum status st;

	buf_init(&b->text, 1 << 20);
	buf_init(&b->signature, SIGNATURE_MAX);
	for (size_t i = 0; i < TEXT / 30; i++)
		buf_addf(&b->text, "休み時間に友だちと%zu\n", i);
	snprintf(b->dir, sizeof b->dir, "%.200s/karte-bench-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(b->dir))
		return fail(ST_IO, "cannot make a folder in %s", tmp ? tmp : "/tmp");
	snprintf(b->home, sizeof b->home, "%s/gnupg", b->dir);
	st = store_open(&b->store, b->dir);
	if (!st)
		st = keys_open(&b->keys, b->home);
	if (!st)
		st = key_create(b->keys, SPAN("A"), SPAN("a@vault.example"), passphrase, b->fpr);
	if (!st)
		st = repo_name_make(&b->name, REPO_CHILD, SPAN_NONE, SPAN("c7k3m9q2v4"));
	if (!st)
		st = repo_create(b->store, &b->name);
	if (!st)
		st = repo_open(&b->repo, b->store, &b->name);
	return st;
}

int main(int argc, char **argv)
{
	static struct bench b;
	long runs = 200;
	enum status st;

	if (argc > 2 ||
	    (argc == 2 && (!span_number(span_of(argv[1]), MOST_RUNS, &runs) || !runs))) {
		fprintf(stderr, "usage: store [RUNS]\n");
		return status_exit(ST_USAGE);
	}
	st = prepare_all(&b);
	if (!st) {
		measure("signature, sealed key", &b, sign, (size_t)runs);
		measure("verification", &b, verify, (size_t)runs);
		measure("first version with 40 files, synced", &b, save_first, 1);
		measure("prepare and move, 1 of 40 files, synced", &b, save_one, (size_t)runs);
		measure("open and read a file, handle idle", &b, read_one, (size_t)runs * 10);
		measure("open and read a file, nothing open", &b, read_cold, (size_t)runs * 10);
		measure("new repository, synced", &b, create, (size_t)runs);
	} else {
		fprintf(stderr, "store: %s\n", fail_why());
	}
	repo_close(b.repo);
	keys_close(b.keys);
	store_close(b.store);
	file_remove_tree(b.dir);
	buf_clear(&b.signature);
	buf_clear(&b.text);
	return status_exit(st);
}
