/* Whose children a search finds: the same as what is said of each child alone, and fast. */
#include "db_help.h"

#include "vault/db/range.h"
#include "vault/db/share.h"

#include <time.h>

#define TODAY "2026-11-20"

/* ---- at random --------------------------------------------------------------------------------
 */

enum { PUPILS = 60, PLACES = 5, RANGES = 40, SHARES = 30, ROUNDS = 40 };

/* Many children are put here, which no disk needs to remember. */
static int in_memory(void **state)
{
	set_up(state);
	db_close(db);
	assert_ok(db_open_past(&db));
	return 0;
}

static unsigned seed;

static unsigned dice(unsigned n)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % n;
}

static const char *const places[PLACES] = {"p0", "p1", "p2", "p3", "p4"};
static const char *const days[] = {"2025-04-01", "2026-03-31", "2026-11-19", "2026-11-20",
				   "2026-11-21", "2026-12-20", "2027-03-31"};
enum { DAYS = sizeof days / sizeof *days };

static const char *pupil(unsigned i)
{
	static char id[11];

	snprintf(id, sizeof id, "c%09u", i);
	return id;
}

static void put_pupil(unsigned i)
{
	char name[32];
	struct child_row c;
	struct enrolment es[3];
	struct guardian g = {.relation = "mother"};
	size_t count = dice(4);

	snprintf(name, sizeof name, "%s%s", dice(2) ? "山田" : "鈴木", dice(2) ? "花" : "空");
	c = child_of(pupil(i), name, dice(2) ? "やまだ" : "すずき",
		     dice(2) ? "2019-05-12" : "2020-01-01");
	for (size_t n = 0; n < count; n++)
		es[n] = stay_of(places[dice(PLACES)], days[dice(DAYS)],
				dice(3) ? days[dice(DAYS)] : "");
	snprintf(g.account, sizeof g.account, "g%u", dice(8));
	if (dice(4) == 0)
		snprintf(g.suspended, sizeof g.suspended, "%s", days[dice(DAYS)]);
	assert_ok(put_child(&c, es, count, &g, 1));
}

static void put_some_range(unsigned i)
{
	static const char *const states[] = {"in-force", "in-force", "asked", "ended"};
	struct range_row r = {.opens = dice(4) != 0};

	snprintf(r.id, sizeof r.id, "r%u", i);
	if (dice(2))
		snprintf(r.account, sizeof r.account, "a%u", dice(3));
	else
		snprintf(r.institution, sizeof r.institution, "%s", places[dice(PLACES)]);
	if (dice(3) == 0)
		snprintf(r.child, sizeof r.child, "%s", pupil(dice(PUPILS)));
	else if (dice(12))
		snprintf(r.children_of, sizeof r.children_of, "%s", places[dice(PLACES)]);
	snprintf(r.since, sizeof r.since, "%s", days[dice(DAYS)]);
	if (dice(2))
		snprintf(r.until, sizeof r.until, "%s", days[dice(DAYS)]);
	snprintf(r.state, sizeof r.state, "%s", states[dice(4)]);
	assert_ok(range_put(db, &r));
}

/* Consents do not open a child, handovers do in their days. */
static void put_some_share(unsigned i)
{
	char source[8] = "";

	if (dice(3))
		snprintf(source, sizeof source, "h%u", i);
	assert_ok(share_put(
	    db, &(struct share){.child = span_of(pupil(dice(PUPILS))),
				.institution = span_of(places[dice(PLACES)]),
				.type = SPAN("kihon"),
				.sheet = SPAN("2026"),
				.source = span_of(source),
				.sections = SPAN("goals"),
				.since = span_of(days[dice(DAYS)]),
				.until = dice(2) ? span_of(days[dice(DAYS)]) : SPAN_NONE}));
}

static bool handed(const struct account *a, const struct child_scope *scope, const char *child)
{
	struct arena *arena = arena_new(1 << 20);
	struct share *list;
	bool found = false;
	size_t n;

	assert_ok(share_list(db, span_of(child), span_of(a->institution), scope->today, arena,
			     &list, &n));
	for (size_t i = 0; i < n && scope->range_institution.n; i++)
		found = found || list[i].source.n;
	arena_free(arena);
	return found;
}

/* Who asks: staff a0 to a2, with an institution or none, or a household g0 to g7. */
static struct account somebody(void)
{
	char id[4];
	bool household = dice(4) == 0;

	snprintf(id, sizeof id, household ? "g%u" : "a%u", dice(household ? 8 : 3));
	return account_of(id, household ? ROLE_HOUSEHOLD : ROLE_SCHOOL,
			  household || dice(4) == 0 ? "" : places[dice(PLACES)]);
}

/* What child_standing, range_about and share_list say of one child. */
static bool may_find(const struct account *a, const struct child_scope *scope, const char *child)
{
	struct standing s;
	struct range_row ranges[STANDING_RANGES];
	size_t count;
	bool found;

	assert_ok(child_standing(db, span_of(child), a, scope->today, &s));
	assert_ok(range_about(db, span_of(child), a, scope->today, ranges, &count));
	found = scope->all || (s.guardian && !s.suspended);
	for (size_t i = 0; i < s.nstays && scope->institution.n; i++)
		found = found ||
			(strcmp(s.stays[i].since, scope->to.p) <= 0 &&
			 (!s.stays[i].until[0] || strcmp(s.stays[i].until, scope->from.p) >= 0));
	for (size_t i = 0; i < count; i++)
		found = found || ranges[i].opens;
	return found || handed(a, scope, child);
}

struct found {
	char ids[PUPILS][11], last[64];
	unsigned count;
	const char *text;
};

static enum status note(void *ctx, const struct child_row *c)
{
	struct found *f = ctx;
	char place[64];

	assert_true(f->count < PUPILS); /* nobody twice */
	snprintf(place, sizeof place, "%.30s %s %s", c->kana, c->born, c->id);
	assert_true(strcmp(f->last, place) < 0);
	snprintf(f->last, sizeof f->last, "%s", place);
	memcpy(f->ids[f->count++], c->id, sizeof c->id);
	return ST_OK;
}

static bool has(const struct found *f, const char *id)
{
	for (unsigned i = 0; i < f->count; i++)
		if (strcmp(f->ids[i], id) == 0)
			return true;
	return false;
}

static void assert_same(const struct account *a, const struct child_scope *scope)
{
	static const char *const texts[] = {"", "山田", "花", "2019"};

	for (int t = 0; t < 4; t++) {
		struct found f = {.count = 0}, all = {.count = 0};
		const struct child_scope everybody = {.all = true, .today = scope->today};

		assert_ok(child_search(db, &everybody, span_of(texts[t]), -1, 0, note, &all));
		for (unsigned n = 0; n < PUPILS + 7; n += 7) { /* page after page */
			assert_ok(child_search(db, scope, span_of(texts[t]), 7, (int)n, note, &f));
		}
		for (unsigned i = 0; i < PUPILS; i++) {
			const char *id = pupil(i);
			bool want = has(&all, id) && may_find(a, scope, id);

			if (want != has(&f, id))
				fail_msg("seed %u: %s (%s) and %s, \"%s\"", seed, a->id,
					 a->institution, id, texts[t]);
		}
	}
}

static void a_search_finds_what_the_facts_of_each_child_say(void **state)
{
	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		seed = round * 7919 + 1;
		assert_ok(db_clear_index(db));
		for (unsigned i = 0; i < PUPILS; i++)
			put_pupil(i);
		for (unsigned i = 0; i < RANGES; i++)
			put_some_range(i);
		for (unsigned i = 0; i < SHARES; i++)
			put_some_share(i);
		for (int i = 0; i < 8; i++) {
			struct account a = somebody();
			bool staff = a.role != ROLE_HOUSEHOLD;
			struct child_scope s = {
			    .all = dice(12) == 0,
			    .institution = span_of(staff ? a.institution : ""),
			    .from = span_of(days[dice(DAYS)]),
			    .to = span_of(days[dice(DAYS)]),
			    .guardian = staff ? SPAN_NONE : span_of(a.id),
			    .range_account = span_of(a.id),
			    .range_institution = span_of(staff ? a.institution : ""),
			    .today = SPAN(TODAY),
			};

			assert_same(&a, &s);
		}
	}
}

/* ---- ten thousand -----------------------------------------------------------------------------
 */

enum { MANY = 10000, PAGE = 50, TRIES = 40 };

/* Of all, every one is at "big", the first is at "one", the first hundred at "hundred". */
static int with_many(void **state)
{
	in_memory(state);
	for (int i = 0; i < MANY; i++) {
		char id[11], kana[64], born[11];
		struct child_row c;
		struct enrolment es[3] = {stay_of("big", "2026-04-01", "")};
		struct guardian g = {.account = "mother", .relation = "mother"};
		size_t n = 1;

		snprintf(id, sizeof id, "c%09d", i);
		snprintf(kana, sizeof kana, "やまだ%05d", i * 7919 % MANY);
		snprintf(born, sizeof born, "2019-%02u-%02u", 1u + (unsigned)i % 12,
			 1u + (unsigned)i % 28);
		c = child_of(id, "山田花子", kana, born);
		if (i < 100)
			es[n++] = stay_of("hundred", "2026-04-01", "");
		if (i < 1)
			es[n++] = stay_of("one", "2026-04-01", "");
		assert_ok(put_child(&c, es, n, &g, i < 2));
	}
	return 0;
}

static enum status count_one(void *ctx, const struct child_row *c)
{
	(void)c;
	++*(int *)ctx;
	return ST_OK;
}

/* The best of some tries, in microseconds of this thread. */
static double cost(const struct child_scope *scope, const char *text, int want)
{
	double best = 1e9;

	for (int i = 0; i < TRIES; i++) {
		struct timespec a, b;
		double us;
		int rows = 0;

		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &a);
		assert_ok(child_search(db, scope, span_of(text), PAGE, 0, count_one, &rows));
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &b);
		assert_int_equal(rows, want);
		us = (double)(b.tv_sec - a.tv_sec) * 1e6 + (double)(b.tv_nsec - a.tv_nsec) / 1e3;
		best = us < best ? us : best;
	}
	return best;
}

static struct child_scope at(const char *institution)
{
	return (struct child_scope){.institution = span_of(institution),
				    .from = SPAN(TODAY),
				    .to = SPAN(TODAY),
				    .today = SPAN(TODAY)};
}

static struct child_scope opened(const char *account)
{
	return (struct child_scope){.range_account = span_of(account), .today = SPAN(TODAY)};
}

static void put_opening(const char *account, const char *child, const char *children_of)
{
	struct range_row r = {.opens = true, .since = TODAY, .state = "in-force"};

	snprintf(r.id, sizeof r.id, "%s", account);
	snprintf(r.account, sizeof r.account, "%s", account);
	snprintf(r.child, sizeof r.child, "%s", child);
	snprintf(r.children_of, sizeof r.children_of, "%s", children_of);
	assert_ok(range_put(db, &r));
}

static void assert_cost(const char *what, const struct child_scope *scope, const char *text,
			int want, double limit)
{
	double us = cost(scope, text, want);

	print_message("%-40s %7.0f us\n", what, us);
	if (us > limit)
		fail_msg("%s takes %.0f us", what, us);
}

static void a_page_costs_its_rows_whoever_asks(void **state)
{
	const struct child_scope all = {.all = true, .today = SPAN(TODAY)};
	const struct child_scope mother = {.guardian = SPAN("mother"), .today = SPAN(TODAY)};
	struct child_scope one = at("one"), hundred = at("hundred"), big = at("big");
	struct child_scope by_place, by_name, by_all;
	double of_hundred, of_big;

	(void)state;
	put_opening("place", "", "big");
	put_opening("name", "c000000005", "");
	put_opening("all", "", "");
	by_place = opened("place");
	by_name = opened("name");
	by_all = opened("all");
	/* far above what they take, far below what a look at all of them takes */
	assert_cost("1 at the institution", &one, "", 1, 2000);
	assert_cost("100", &hundred, "", PAGE, 2000);
	assert_cost("10,000", &big, "", PAGE, 2000);
	assert_cost("2 of a guardian", &mother, "", 2, 2000);
	assert_cost("everybody", &all, "", PAGE, 2000);
	assert_cost("10,000 by a range", &by_place, "", PAGE, 2000);
	assert_cost("1 by a range", &by_name, "", 1, 2000);
	assert_cost("everybody by a range", &by_all, "", PAGE, 2000);
	of_hundred = cost(&hundred, "", PAGE);
	of_big = cost(&big, "", PAGE);
	print_message("50 of 10,000 take %.2f times as long as 50 of 100\n", of_big / of_hundred);
	if (of_big > of_hundred * 2)
		fail_msg("50 of 10,000 take %.2f times as long", of_big / of_hundred);
	print_message("text:\n");
	assert_cost("a name that all have, 1", &one, "花子", 1, 1e6);
	assert_cost("a name that all have, 10,000", &big, "花子", PAGE, 1e6);
	assert_cost("a name of one, 1", &one, "やまだ00000", 1, 1e6);
	assert_cost("a name of one, 10,000", &big, "やまだ00000", 1, 1e6);
	assert_cost("a birth date of 120, 1", &one, "2019-01-01", 1, 1e6);
	assert_cost("a birth date of 120, 10,000", &big, "2019-01-01", PAGE, 1e6);
	assert_cost("a birth date of nobody, 10,000", &big, "2018-01-01", 0, 1e6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_search_finds_what_the_facts_of_each_child_say,
					    in_memory, tear_down),
	    cmocka_unit_test_setup_teardown(a_page_costs_its_rows_whoever_asks, with_many,
					    tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
