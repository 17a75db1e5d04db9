/*
 * Searching two years of the journal: real records, appended durably, then found by the index and
 * read from the journal; beside a walk over the bodies (journal_scan) and grep.
 *
 *	bench/search [FOLDER]      FOLDER: on the disk to be measured; default $TMPDIR or /tmp
 *	RECORDS                    how many (5,000,000)
 */
#include "generator/base/file.h"
#include "vault/flow/journal_search.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

enum { THREADS = 128, PAGE = 100, RUNS = 7, TWO_YEARS = 2 * 365 * 86400, BEGIN = 1700000000 };

static struct journal *journal;
static uint64_t records;
static atomic_ullong next;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- records ---- */

static uint64_t mix(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

static const char *const events[] = {"sheet.read", "sheet.read", "child.read", "sheet.pdf",
				     "child.read", "sheet.edit", "file.read",  "sheet.history",
				     "child.list", "sheet.read"};

/* 60,000 children, 2,000 accounts, 120 institutions, 300,000 versions of sheets. */
static enum status append_one(uint64_t i)
{
	uint64_t h = mix(i + 1), child = h % 60000, who = (h >> 20) % 2000;
	char account[24], institution[24], number[24], object[96], request[24];
	bool refused = h % 97 == 0, session = h % 11 == 0;
	struct record r = {.class = refused   ? "access"
				    : session ? "session"
					      : "read",
			   .role = SPAN("school"),
			   .reason = refused ? SPAN("no-relation") : SPAN("enrolled"),
			   .decision = refused ? SPAN("deny") : SPAN("allow"),
			   .t = BEGIN + (int64_t)(i * TWO_YEARS / records)};

	snprintf(account, sizeof account, "a%04llu", (unsigned long long)who);
	snprintf(institution, sizeof institution, "school-%03llu", (unsigned long long)who % 120);
	snprintf(number, sizeof number, "c%09llu", (unsigned long long)child);
	snprintf(object, sizeof object, "kyoiku-shien/%llu@%016llx%016llx%08llx",
		 2020 + (unsigned long long)(h >> 40) % 5, (unsigned long long)mix(child),
		 (unsigned long long)mix(child + 1),
		 (unsigned long long)((h >> 40) % 5) * 0x01010101u);
	snprintf(request, sizeof request, "%016llx", (unsigned long long)mix(h));
	r.event = span_of(session ? (h & 4096 ? "login" : "logout") : events[(h >> 13) % 10]);
	r.account = span_of(account);
	r.institution = span_of(institution);
	r.request = span_of(request);
	if (!session) {
		r.child = span_of(number);
		r.object = span_of(object);
	}
	return journal_append(journal, &r, NULL);
}

static void *work(void *arg)
{
	unsigned long long i;

	(void)arg;
	while ((i = atomic_fetch_add(&next, 1)) < records)
		if (append_one(i)) {
			fprintf(stderr, "search: %s\n", fail_why());
			exit(EXIT_FAILURE);
		}
	return NULL;
}

static void fill(void)
{
	pthread_t thread[THREADS];
	double from = now(), took;

	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&thread[i], NULL, work, NULL))
			abort();
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	took = now() - from;
	printf("%llu durable records appended in %.1f s: %.0f/s from %d threads\n",
	       (unsigned long long)records, took, (double)records / took, THREADS);
}

/* ---- questions ---- */

static const struct question {
	const char *name, *grep; /* what grep looks for in the bodies */
	struct trace_query q;
} questions[] = {
    {"newest of all", NULL, {.limit = PAGE + 1}},
    {"account", "\"account\":\"a0777\"", {.field[TRACE_ACCOUNT] = {"a0777", 5}}},
    {"child", "\"child\":\"c000012345\"", {.field[TRACE_CHILD] = {"c000012345", 10}}},
    {"event sheet.pdf", "\"event\":\"sheet.pdf\"", {.field[TRACE_EVENT] = {"sheet.pdf", 9}}},
    {"events sheet.", "\"event\":\"sheet.", {.field[TRACE_EVENT] = {"sheet.", 6}}},
    {"institution",
     "\"institution\":\"school-007\"",
     {.field[TRACE_INSTITUTION] = {"school-007", 10}}},
    {"refused", "\"decision\":\"deny\"", {.field[TRACE_DECISION] = {"deny", 4}}},
    {"child and account (rare)",
     NULL,
     {.field[TRACE_CHILD] = {"c000012345", 10}, .field[TRACE_ACCOUNT] = {"a0777", 5}}},
    {"account, refused, one event",
     NULL,
     {.field[TRACE_ACCOUNT] = {"a0777", 5},
      .field[TRACE_DECISION] = {"deny", 4},
      .field[TRACE_EVENT] = {"file.read", 9}}},
    {"frequent ones that never meet",
     NULL,
     {.field[TRACE_INSTITUTION] = {"school-007", 10},
      .field[TRACE_EVENT] = {"login", 5},
      .field[TRACE_DECISION] = {"deny", 4},
      .classes = 1u << 3}},
    {"object, of all versions", NULL, {.field[TRACE_OBJECT] = {"kyoiku-shien/2023", 17}}},
    {"account in one month of two years ago",
     NULL,
     {.field[TRACE_ACCOUNT] = {"a0777", 5}, .from = BEGIN, .to = BEGIN + 30 * 86400}},
    {"a word in object or reason", NULL, {.word = {"no-rel", 6}}},
    {"a word that is in no record", NULL, {.word = {"nowhere", 7}}},
};

static bool count_one(void *ctx, const struct record *r, struct span line)
{
	(void)r;
	(void)line;
	++*(size_t *)ctx;
	return true;
}

static int by_time(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double by_scan(const struct trace_query *q)
{
	const struct journal_filter f = {.account = q->field[TRACE_ACCOUNT],
					 .child = q->field[TRACE_CHILD],
					 .event = q->field[TRACE_EVENT],
					 .institution = q->field[TRACE_INSTITUTION],
					 .newest_first = true,
					 .limit = PAGE};
	double from = now();
	size_t found = 0;

	if (journal_scan(journal, &f, count_one, &found))
		exit(EXIT_FAILURE);
	return now() - from;
}

static double by_grep(const char *dir, const char *what)
{
	char command[1024];
	double from = now();

	snprintf(command, sizeof command,
		 "cat '%s'/journal/bodies/*/*.jsonl | LC_ALL=C grep -cF '%s' >/dev/null", dir,
		 what);
	return system(command) < 0 ? 0 : now() - from;
}

static double ask(struct app *app, const struct question *question, const char *dir)
{
	struct trace_query q = question->q;
	double took[RUNS], from;
	size_t found = 0;

	q.limit = PAGE + 1;
	for (int i = 0; i < RUNS; i++) {
		found = 0;
		from = now();
		if (log_search(app, &q, count_one, &found)) {
			fprintf(stderr, "search: %s\n", fail_why());
			exit(EXIT_FAILURE);
		}
		took[i] = now() - from;
	}
	qsort(took, RUNS, sizeof *took, by_time);
	printf("%-40s %4zu found, %6.1f ms (worst of %d: %.1f)", question->name, found,
	       took[RUNS / 2] * 1e3, RUNS, took[RUNS - 1] * 1e3);
	if (question->grep)
		printf(", scan %.0f ms, grep %.0f ms", by_scan(&q) * 1e3,
		       by_grep(dir, question->grep) * 1e3);
	printf("\n");
	fflush(stdout);
	return took[RUNS / 2];
}

static enum status measure(struct app *app, const char *dir)
{
	const struct record one = {.class = "read", .event = SPAN("sheet.read")};
	double from = now(), worst = 0;
	char path[600];
	size_t found = 0;
	struct stat sb;
	enum status st = log_index(app);

	snprintf(path, sizeof path, "%s/trace.db", dir);
	if (st || stat(path, &sb) < 0)
		return st ? st : fail(ST_IO, "no index");
	printf("index made in %.1f s, %.0f MB, %.1f bytes a record\n", now() - from,
	       (double)sb.st_size / 1e6, (double)sb.st_size / (double)records);
	for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
		double t = ask(app, &questions[i], dir);

		worst = t > worst ? t : worst;
	}
	st = journal_append(journal, &one, NULL);
	from = now();
	if (!st)
		st = log_search(app, &questions[0].q, count_one, &found);
	printf("with one new record to take in first: %.1f ms\n", (now() - from) * 1e3);
	printf("slowest question %.1f ms (at most 100)\n", worst * 1e3);
	return st;
}

int main(int argc, char **argv)
{
	const char *under = argc > 1 ? argv[1] : getenv("TMPDIR"), *many = getenv("RECORDS");
	static struct app app;
	char dir[512], path[600];
	enum status st;

	records = many && *many ? strtoull(many, NULL, 10) : 5000000;
	snprintf(dir, sizeof dir, "%s/karte-search-XXXXXX", under ? under : "/tmp");
	if (!mkdtemp(dir)) {
		perror(dir);
		return EXIT_FAILURE;
	}
	snprintf(path, sizeof path, "%s/journal", dir);
	st = journal_create(path, SPAN("bench.example.jp/journal"));
	if (!st)
		st = journal_open(&journal, path, JOURNAL_WRITE);
	if (!st)
		st = trace_open(&app.trace, dir);
	app.journal = journal;
	if (!st)
		fill();
	if (!st)
		st = measure(&app, dir);
	trace_close(app.trace);
	journal_close(journal);
	if (st)
		fprintf(stderr, "search: %s\n", fail_why());
	file_remove_tree(dir);
	return st ? EXIT_FAILURE : EXIT_SUCCESS;
}
