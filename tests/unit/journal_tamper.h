/* What the tests of journal_verify share: a journal, ways to change it, what was found. */
#ifndef KARTE_TEST_JOURNAL_TAMPER_H
#define KARTE_TEST_JOURNAL_TAMPER_H

#include "vault/journal/journal_impl.h"

#include "journal_fixture.h"

enum { T0 = 1795152667, MONTH_LONG = 31 * 86400 }; /* 2026-11-20T05:31:07Z */

static const char reads[] = "bodies/read/2026-11.jsonl";
static const char changes[] = "bodies/change/2026-11.jsonl";

struct seen {
	unsigned count[FINDING_CODES];
	uint64_t n[FINDING_CODES]; /* of the first of this code */
	char text[4096];
};

static inline void note(void *ctx, const struct journal_finding *f)
{
	struct seen *s = ctx;

	if (s->count[f->code]++ == 0)
		s->n[f->code] = f->n;
	strncat(s->text, f->text, sizeof s->text - strlen(s->text) - 1);
	strncat(s->text, "\n", sizeof s->text - strlen(s->text) - 1);
}

static inline struct seen verify_against(const struct journal_promise *p, size_t count)
{
	struct journal *j = reopen(JOURNAL_READ);
	struct seen s = {.text = ""};
	struct journal_proof proof;
	enum status st = journal_verify(j, p, count, note, &s, &proof);
	uint64_t sum = 0;

	for (int c = 0; c < FINDING_CODES; c++)
		sum += s.count[c];
	assert_int_equal(st, sum ? ST_CORRUPT : ST_OK);
	assert_int_equal(proof.findings, sum);
	journal_close(j);
	return s;
}

static inline struct seen verify(void)
{
	return verify_against(NULL, 0);
}

/* These codes were reported and no others. */
static inline void assert_only(const struct seen *s, const enum journal_finding_code *codes,
			       size_t n)
{
	for (int c = 0; c < FINDING_CODES; c++) {
		bool wanted = false;

		for (size_t i = 0; i < n; i++)
			wanted = wanted || (int)codes[i] == c;
		if (wanted != (s->count[c] > 0))
			fail_msg("%s: %u times; all:\n%s",
				 journal_finding_name((enum journal_finding_code)c), s->count[c],
				 s->text);
	}
}

#define ASSERT_ONLY(s, ...)                                                                        \
	do {                                                                                       \
		const enum journal_finding_code codes_[] = {__VA_ARGS__};                          \
		assert_only(&(s), codes_, sizeof codes_ / sizeof *codes_);                         \
	} while (0)

static inline void assert_none(struct seen s)
{
	if (s.text[0])
		fail_msg("%s", s.text);
}

/* Closed, with everything published; sealed or not. */
static inline void make(unsigned records, bool sealed)
{
	struct journal *j = create();

	append_many(j, records, T0);
	if (sealed) {
		assert_ok(journal_enter(j));
		assert_ok(state_seal(j));
		journal_leave(j);
	}
	journal_close(j);
}

static inline void set_byte(const char *name, long at, char c)
{
	struct buf b;

	slurp(name, &b);
	b.data[at < 0 ? (long)b.len + at : at] = c;
	spit(name, buf_span(&b));
	buf_clear(&b);
}

/* The lines [first, last) of a file change places as `order` says; -1 drops. */
static inline void reorder(const char *name, const int *order, size_t count)
{
	struct span line[64], rest;
	struct buf old, new;
	size_t n = 0;

	slurp(name, &old);
	rest = buf_span(&old);
	while (rest.n)
		line[n++] = span_cut(&rest, '\n');
	buf_init(&new, 1 << 20);
	for (size_t i = 0; i < n; i++) {
		int from = i < count ? order[i] : (int)i;

		if (from < 0)
			continue;
		buf_addspan(&new, line[from]);
		buf_addc(&new, '\n');
	}
	spit(name, buf_span(&new));
	buf_clear(&old);
	buf_clear(&new);
}

#define WITH_FOLDER(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
