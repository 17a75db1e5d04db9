/*
 * What the journal costs: records per second, time and processor time per record, of looks and of
 * saves, with one thread and with 64; each record is durable when journal_append returns.
 *
 *	bench/journal [FOLDER]      FOLDER: on the disk to be measured; default $TMPDIR or /tmp
 */
#include "vault/journal/journal.h"
#include "generator/base/file.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { THREADS_MAX = 64, SECONDS = 2, SAMPLES = 1 << 16 };

struct worker {
	pthread_t thread;
	struct journal *journal;
	const struct record *record;
	double until;
	size_t count;
	double took[SAMPLES]; /* seconds, of the first so many */
	enum status st;
};

#define WHO                                                                                        \
	.account = {"tanaka", 6}, .role = {"school", 6}, .institution = {"kudan-es", 8},           \
	.child = {"c7k3m9q2v4", 10}, .decision = {"allow", 5}, .reason = {"enrolled", 8},          \
	.request = {"9f2c41d0a7b35e18", 16}

static const struct {
	const char *name;
	struct record record;
} kinds[] = {
    {"look",
     {.class = "read", .event = {"sheet.read", 10}, .object = {"kyoiku-shien/2026", 17}, WHO}},
    {"save",
     {.class = "change",
      .event = {"sheet.save", 10},
      .object = {"kyoiku-shien/2026", 17},
      .repository = {"children/v4/c7k3m9q2v4.git", 26},
      .ref = {"refs/heads/main", 15},
      .old = {"0d7e4f1c2a9be07d5538c6b1f0a2d94e7713c8a6", 40},
      .new_ = {"4f1c2a9be07d5538c6b1f0a2d94e7713c8a6b25e", 40},
      .sha256 = {"9b3f0c5d7e2a41886f5e0d9c4b7a3f219b3f0c5d7e2a41886f5e0d9c4b7a3f21", 64},
      WHO}},
};

static double seconds_of(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double now(void)
{
	return seconds_of(CLOCK_MONOTONIC);
}

static void *work(void *arg)
{
	struct worker *w = arg;
	double last = now();

	while (last < w->until && !w->st) {
		double t;

		w->st = journal_append(w->journal, w->record, NULL);
		t = now();
		if (w->count < SAMPLES)
			w->took[w->count] = t - last;
		w->count++;
		last = t;
	}
	return NULL;
}

static int by_time(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void print(const struct worker *w, const char *name, size_t threads, double seconds,
		  double busy)
{
	static double took[THREADS_MAX * SAMPLES];
	size_t samples = 0, count = 0;

	for (size_t i = 0; i < threads; i++) {
		for (size_t k = 0; k < w[i].count && k < SAMPLES; k++)
			took[samples++] = w[i].took[k];
		count += w[i].count;
	}
	qsort(took, samples, sizeof *took, by_time);
	printf("%s, %2zu threads: %8.0f records/s, p50 %.3f ms, p99 %.3f ms, processor %.3f ms\n",
	       name, threads, (double)count / seconds, took[samples / 2] * 1e3,
	       took[samples * 99 / 100] * 1e3, busy / (double)count * 1e3);
}

static enum status measure(struct journal *j, size_t kind, size_t threads)
{
	struct worker *w = calloc(threads, sizeof *w);
	double from = now(), busy = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
	enum status st = ST_OK;

	if (!w)
		return fail(ST_NOMEM, "no memory");
	for (size_t i = 0; i < threads; i++) {
		w[i].journal = j;
		w[i].record = &kinds[kind].record;
		w[i].until = from + SECONDS;
		if (pthread_create(&w[i].thread, NULL, work, &w[i]))
			abort();
	}
	for (size_t i = 0; i < threads; i++) {
		pthread_join(w[i].thread, NULL);
		if (w[i].st)
			st = w[i].st;
	}
	print(w, kinds[kind].name, threads, now() - from,
	      seconds_of(CLOCK_PROCESS_CPUTIME_ID) - busy);
	free(w);
	return st;
}

static enum status look_back(struct journal *j)
{
	struct journal_proof proof;
	double from = now();
	enum status st = journal_verify(j, NULL, 0, NULL, NULL, &proof);

	printf("verify: %llu records in %.3f s\n", (unsigned long long)proof.size, now() - from);
	return st;
}

int main(int argc, char **argv)
{
	const char *under = argc > 1 ? argv[1] : getenv("TMPDIR");
	struct journal *j = NULL;
	char dir[512];
	enum status st;

	snprintf(dir, sizeof dir, "%s/karte-journal-XXXXXX", under ? under : "/tmp");
	if (!mkdtemp(dir)) {
		perror(dir);
		return EXIT_FAILURE;
	}
	st = journal_create(dir, SPAN("bench.example.jp/journal"));
	if (!st)
		st = journal_open(&j, dir, JOURNAL_WRITE);
	for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds && !st; kind++) {
		st = measure(j, kind, 1);
		if (!st)
			st = measure(j, kind, THREADS_MAX);
	}
	if (!st)
		st = look_back(j);
	journal_close(j);
	if (st)
		fprintf(stderr, "journal: %s\n", fail_why());
	file_remove_tree(dir);
	return st ? EXIT_FAILURE : EXIT_SUCCESS;
}
