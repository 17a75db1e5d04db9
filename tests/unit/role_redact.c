#include "generator/role/redact.h"

#include "generator/base/file.h"

#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct types *types;

static int load_types(void **state)
{
	(void)state;
	return types_load(&types, "tests/sheets/types", NULL) ? -1 : 0;
}

static int free_types(void **state)
{
	(void)state;
	types_free(types);
	return 0;
}

static struct sheet *read_sheet(const char *name, enum sheet_status status)
{
	struct buf path, bytes;
	struct sheet *s = NULL;

	buf_init(&path, 4096);
	buf_init(&bytes, 1 << 20);
	buf_addf(&path, "tests/sheets/%s.md", name);
	assert_int_equal(file_read(buf_str(&path), &bytes), ST_OK);
	assert_int_equal(sheet_parse(&s, name, buf_span(&bytes), types, NULL), ST_OK);
	assert_int_equal(sheet_set_status(s, status), ST_OK);
	buf_clear(&path);
	buf_clear(&bytes);
	return s;
}

static struct sheet *parse(const char *text)
{
	struct sheet *s = NULL;

	assert_int_equal(sheet_parse(&s, "x.md", span_of(text), types, NULL), ST_OK);
	return s;
}

/* ---- who sees what ---------------------------------------------------------------------- */

/* "wishes:rw tests:r", or "denied". */
static void describe(const struct sheet *s, const struct reader *who, struct buf *out)
{
	struct view *v = NULL;
	enum status st = redact_for(&v, s, who);

	if (st) {
		assert_int_equal(st, ST_DENIED);
		assert_null(v);
		buf_adds(out, "denied");
		return;
	}
	assert_int_equal(view_role(v), who->role);
	assert_true(view_sections(v) > 0);
	for (size_t i = 0; i < view_sections(v); i++) {
		const struct view_section *vs = view_section(v, i);

		buf_addf(out, "%s%.*s:%s", i ? " " : "", SPAN_ARG(vs->section->id),
			 vs->writable ? "rw" : "r");
		for (size_t j = 0; j < vs->nfields; j++)
			assert_int_equal(vs->fields[j].writable,
					 vs->writable && vs->fields[j].field->kind != F_COMPUTED);
	}
	assert_null(view_section(v, view_sections(v)));
	assert_int_equal(view_writable(v), strstr(buf_str(out), ":rw") != NULL);
	view_free(v);
}

struct reach_case {
	enum sheet_status status;
	enum role role;
	enum relation rel;
	const char *expected;
};

static void assert_reach(const char *name, const struct reach_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct sheet *s = read_sheet(name, cases[i].status);
		struct buf out;

		buf_init(&out, 4096);
		describe(s, &(struct reader){.role = cases[i].role, .relation = cases[i].rel},
			 &out);
		if (strcmp(buf_str(&out), cases[i].expected) != 0)
			fail_msg("%s, %s, %s, relation %d: %s", name,
				 sheet_status_name(cases[i].status), role_name(cases[i].role),
				 cases[i].rel, buf_str(&out));
		buf_clear(&out);
		sheet_free(s);
	}
}

#define CASES(list) list, sizeof list / sizeof list[0]

static void a_school_writes_its_own_sheet_in_draft_and_when_final(void **state)
{
	static const struct reach_case cases[] = {
	    {SHEET_DRAFT, ROLE_SCHOOL, REL_OWN, "wishes:rw facts:rw tests:rw"},
	    {SHEET_REVIEW, ROLE_SCHOOL, REL_OWN, "wishes:r facts:r tests:r"},
	    {SHEET_CONSENT, ROLE_SCHOOL, REL_OWN, "wishes:r facts:r tests:r"},
	    {SHEET_FINAL, ROLE_SCHOOL, REL_OWN, "wishes:rw facts:rw tests:rw"},
	    {SHEET_FINAL, ROLE_BOARD, REL_OWN, "wishes:r facts:r tests:r"},
	};

	(void)state;
	assert_reach("whole", CASES(cases));
}

static void a_household_sees_only_what_it_writes_until_it_is_asked(void **state)
{
	static const struct reach_case cases[] = {
	    {SHEET_DRAFT, ROLE_HOUSEHOLD, REL_OWN, "wishes:rw"},
	    {SHEET_REVIEW, ROLE_HOUSEHOLD, REL_OWN, "wishes:r"},
	    {SHEET_CONSENT, ROLE_HOUSEHOLD, REL_OWN, "wishes:r facts:r"},
	    {SHEET_FINAL, ROLE_HOUSEHOLD, REL_OWN, "wishes:r facts:r"},
	    {SHEET_FINAL, ROLE_HOUSEHOLD, REL_SHARED, "denied"},
	    {SHEET_FINAL, ROLE_HOUSEHOLD, REL_ELSEWHERE, "denied"},
	};
	static const struct reach_case reader_only[] = {
	    {SHEET_DRAFT, ROLE_HOUSEHOLD, REL_OWN, "denied"},
	    {SHEET_FINAL, ROLE_HOUSEHOLD, REL_OWN, "news:r"},
	};

	(void)state;
	assert_reach("whole", CASES(cases));
	assert_reach("of-an-institution", CASES(reader_only));
}

static void sharing_decides_what_other_institutions_see(void **state)
{
	static const struct reach_case with_consent[] = {
	    {SHEET_FINAL, ROLE_SCHOOL, REL_SHARED, "wishes:r facts:r tests:r"},
	    {SHEET_CONSENT, ROLE_SCHOOL, REL_SHARED, "wishes:r facts:r tests:r"},
	    {SHEET_DRAFT, ROLE_SCHOOL, REL_SHARED, "denied"},
	    {SHEET_REVIEW, ROLE_SCHOOL, REL_SHARED, "denied"},
	    {SHEET_FINAL, ROLE_SCHOOL, REL_ELSEWHERE, "denied"},
	    {SHEET_FINAL, ROLE_NURSERY, REL_SHARED, "denied"},
	};
	static const struct reach_case never[] = {
	    {SHEET_FINAL, ROLE_WELFARE, REL_OWN, "talk:rw"},
	    {SHEET_FINAL, ROLE_WELFARE, REL_SHARED, "denied"},
	    {SHEET_FINAL, ROLE_WELFARE, REL_ELSEWHERE, "denied"},
	    {SHEET_FINAL, ROLE_BOARD, REL_OWN, "talk:r"},
	};
	static const struct reach_case always[] = {
	    {SHEET_FINAL, ROLE_NURSERY, REL_ELSEWHERE, "today:r"},
	    {SHEET_FINAL, ROLE_NURSERY, REL_SHARED, "today:r"},
	    {SHEET_FINAL, ROLE_SCHOOL, REL_ELSEWHERE, "denied"},
	    {SHEET_DRAFT, ROLE_HOUSEHOLD, REL_OWN, "today:rw"},
	    {SHEET_FINAL, ROLE_HOUSEHOLD, REL_OWN, "today:r"},
	};

	(void)state;
	assert_reach("whole", CASES(with_consent));
	assert_reach("of-an-old-type-version", CASES(never));
	assert_reach("written-by-the-household", CASES(always));
}

static void a_sheet_of_several_writers_is_written_by_each_in_its_section(void **state)
{
	static const struct reach_case cases[] = {
	    {SHEET_DRAFT, ROLE_NURSERY, REL_OWN, "nursery:rw therapy:r home:r"},
	    {SHEET_DRAFT, ROLE_THERAPY, REL_SHARED, "nursery:r therapy:rw home:r"},
	    {SHEET_DRAFT, ROLE_THERAPY, REL_ELSEWHERE, "denied"},
	    {SHEET_DRAFT, ROLE_SCHOOL, REL_SHARED, "denied"},
	    {SHEET_FINAL, ROLE_SCHOOL, REL_SHARED, "nursery:r therapy:r home:r"},
	    {SHEET_DRAFT, ROLE_HOUSEHOLD, REL_OWN, "home:rw"},
	    {SHEET_FINAL, ROLE_HOUSEHOLD, REL_OWN, "nursery:r therapy:r home:r"},
	    {SHEET_CONSENT, ROLE_THERAPY, REL_SHARED, "nursery:r therapy:r home:r"},
	};

	(void)state;
	assert_reach("written-jointly", CASES(cases));
}

static void nobody_auditors_administrators_and_strangers_see_nothing(void **state)
{
	static const char *const names[] = {"whole", "written-jointly", "written-by-the-household",
					    "of-an-institution", "of-an-old-type-version"};
	static const enum role blind[] = {ROLE_NOBODY, ROLE_AUDITOR,  ROLE_ADMIN,
					  ROLE_COUNT,  (enum role)31, (enum role)77};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct sheet *s = read_sheet(names[i], SHEET_FINAL);
		struct view *v;

		for (int rel = REL_NONE; rel <= REL_ELSEWHERE; rel++)
			for (size_t r = 0; r < sizeof blind / sizeof blind[0]; r++)
				assert_int_equal(
				    redact_for(&v, s,
					       &(struct reader){.role = blind[r],
								.relation = (enum relation)rel}),
				    ST_DENIED);
		for (int role = 0; role < ROLE_COUNT; role++) {
			assert_int_equal(redact_for(&v, s,
						    &(struct reader){.role = (enum role)role,
								     .relation = REL_NONE}),
					 ST_DENIED);
			assert_int_equal(redact_for(&v, s,
						    &(struct reader){.role = (enum role)role,
								     .relation = (enum relation)9}),
					 ST_DENIED);
		}
		sheet_free(s);
	}
}

static void writers_of_a_section_read_it_although_it_does_not_say_so(void **state)
{
	const struct sheet_type *t = types_find(types, SPAN("kyodo"), 0);
	struct section sec = *type_section(t, SPAN("home"));

	(void)state;
	sec.readers = 0;
	assert_true(section_writable(t, &sec, ROLE_HOUSEHOLD));
	assert_true(section_readable(t, &sec, ROLE_HOUSEHOLD));
	assert_false(section_readable(t, &sec, ROLE_NURSERY));
	sec.readers = sec.writers = ~(role_set)0;
	assert_false(section_readable(t, &sec, ROLE_ADMIN));
	assert_false(section_writable(t, &sec, ROLE_AUDITOR));
	assert_false(section_writable(t, &sec, ROLE_NOBODY));
}

/* ---- what a view holds ------------------------------------------------------------------ */

static const struct value *value_in(const struct view *v, const char *field)
{
	const struct view_field *vf = view_field(v, span_of(field));

	return vf ? vf->value : NULL;
}

static void a_view_has_the_head_and_the_values_of_the_sheet(void **state)
{
	struct sheet *s = read_sheet("whole", SHEET_FINAL);
	struct view *v;

	(void)state;
	assert_int_equal(
	    redact_for(&v, s, &(struct reader){.role = ROLE_SCHOOL, .relation = REL_OWN}), ST_OK);
	sheet_free(s);
	assert_true(span_is(view_type(v)->id, "kihon"));
	assert_true(span_is(view_id(v), "2026"));
	assert_true(span_is(view_child(v), "c7k3m9q2v4"));
	assert_true(span_is(view_title(v), "基本シート 令和8年度"));
	assert_true(span_is(view_institution(v), "kudan-es"));
	assert_int_equal(view_status(v), SHEET_FINAL);
	assert_true(span_is(value_in(v, "name")->text, "山田 健"));
	assert_int_equal(value_in(v, "likes")->nitems, 2);
	assert_true(span_is(value_in(v, "likes")->items[1], "music"));
	assert_int_equal(value_in(v, "results")->nrows, 2);
	assert_true(span_is(value_in(v, "results")->rows[1][3].text, "false"));
	assert_null(value_in(v, "results")->rows[1][4].text.p);
	assert_null(view_field(v, SPAN("nazo")));
	view_free(v);
	view_free(NULL);
}

static void a_view_has_no_field_of_a_hidden_section(void **state)
{
	struct sheet *s = read_sheet("hidden-from-the-household", SHEET_FINAL);
	struct view *v;
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 20);
	assert_int_equal(
	    redact_for(&v, s, &(struct reader){.role = ROLE_HOUSEHOLD, .relation = REL_OWN}),
	    ST_OK);
	assert_null(view_field(v, SPAN("results")));
	assert_null(view_field(v, SPAN("results-count")));
	assert_null(view_field(v, SPAN("opinion")));
	view_plain(v, &out);
	assert_string_equal(buf_str(&out), "基本シート 令和8年度\nみえる願い\nみえる\n");
	view_free(v);
	buf_cut(&out, 0);
	assert_int_equal(
	    redact_for(&v, s, &(struct reader){.role = ROLE_BOARD, .relation = REL_OWN}), ST_OK);
	view_plain(v, &out);
	assert_string_equal(buf_str(&out), "基本シート 令和8年度\nみえる願い\nみえる\nKAKUSU-1\n1\n"
					   "KAKUSU-2\n");
	view_free(v);
	buf_clear(&out);
	sheet_free(s);
}

static void plain_text_has_labels_of_choices_and_prose_without_marks(void **state)
{
	struct sheet *s = read_sheet("whole", SHEET_FINAL);
	struct view *v;
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 20);
	assert_int_equal(
	    redact_for(&v, s, &(struct reader){.role = ROLE_HOUSEHOLD, .relation = REL_OWN}),
	    ST_OK);
	view_plain(v, &out);
	assert_string_equal(
	    buf_str(&out),
	    "基本シート 令和8年度\n"
	    "休み時間に友だちとサッカーがしたい。\n"
	    "一人で着がえられるようになってほしい。 あわてない 待てる\n"
	    "けんちゃん\n山田 健\n兄が同じ学校にいる\n12\n21.5\n2026-04-06\n2027-03-31\n"
	    "08:15\n同意した\n小学2年\n走る 音楽\n佐藤 花子\nkudan-es\nf3k9\n"
	    "2026-04-10 118.2\n2026-09-02 121\n2026-04-10 21.5\n2026-10-01 22.75\n"
	    "121\n15.4\n");
	view_free(v);
	buf_clear(&out);
	sheet_free(s);
}

/* ---- no hidden byte in memory ----------------------------------------------------------- */

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WATCHED_BY_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define WATCHED_BY_ASAN 1
#endif

#ifndef WATCHED_BY_ASAN
enum { BLOCKS_MAX = 1000 };

static struct {
	bool on;
	void *blocks[BLOCKS_MAX];
	size_t n;
} watch;

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);

static void *watched(void *p)
{
	if (p && watch.on && watch.n < BLOCKS_MAX)
		watch.blocks[watch.n++] = p;
	return p;
}

/* Every block begins wiped, so that what is found in it was written by the code under test. */
void *malloc(size_t n)
{
	void *p = watched(__libc_malloc(n));

	if (p && watch.on)
		memset(p, 0, malloc_usable_size(p));
	return p;
}

void *calloc(size_t n, size_t size)
{
	return watched(__libc_calloc(n, size));
}

static size_t blocks_with(const char *text)
{
	size_t found = 0;

	for (size_t i = 0; i < watch.n; i++)
		found += memmem(watch.blocks[i], malloc_usable_size(watch.blocks[i]), text,
				strlen(text)) != NULL;
	return found;
}

static void the_memory_of_a_view_has_no_hidden_byte(void **state)
{
	struct sheet *s = read_sheet("hidden-from-the-household", SHEET_FINAL);
	struct view *v;

	(void)state;
	watch.n = 0;
	watch.on = true;
	assert_int_equal(
	    redact_for(&v, s, &(struct reader){.role = ROLE_HOUSEHOLD, .relation = REL_OWN}),
	    ST_OK);
	watch.on = false;
	assert_true(watch.n > 0 && watch.n < BLOCKS_MAX);
	assert_true(blocks_with("みえる願い") > 0);
	assert_int_equal(blocks_with("KAKUSU"), 0);
	view_free(v);

	watch.n = 0;
	watch.on = true;
	assert_int_equal(
	    redact_for(&v, s, &(struct reader){.role = ROLE_SCHOOL, .relation = REL_OWN}), ST_OK);
	watch.on = false;
	assert_true(blocks_with("KAKUSU") > 0);
	view_free(v);
	sheet_free(s);
}
#endif

/* ---- computed fields -------------------------------------------------------------------- */

#define HEAD                                                                                       \
	"---\nkarte: 1\ntype: kihon\ntype-version: 1\nid: \"2026\"\nchild: c7k3m9q2v4\n"           \
	"title: x\ninstitution: kudan-es\nstatus: draft\nvalues:\n"

static void assert_computed(const char *text, enum role role, enum relation rel, const char *field,
			    const char *expected)
{
	struct sheet *s = parse(text);
	const struct value *value;
	struct view *v;

	assert_int_equal(redact_for(&v, s, &(struct reader){.role = role, .relation = rel}), ST_OK);
	value = value_in(v, field);
	if (!expected)
		assert_null(value);
	else
		assert_true(value && span_is(value->text, expected));
	view_free(v);
	sheet_free(s);
}

static void computed_fields_have_their_results(void **state)
{
	const char *grown = HEAD "  height:\n  - {on: 2026-09-02, value: 121}\n"
				 "  - {on: 2026-04-10, value: 118.2}\n  - {on: 2026-12-01}\n"
				 "  weight:\n  - {on: 2026-04-10, value: 21.5}\n"
				 "  - {on: 2026-10-01, value: 22.75}\n---\n";

	(void)state;
	assert_computed(grown, ROLE_SCHOOL, REL_OWN, "height-latest", "121");
	assert_computed(grown, ROLE_SCHOOL, REL_OWN, "bmi", "15.4");
	assert_computed(HEAD "  results:\n  - {iq: 90}\n  - {iq: 91}\n---\n", ROLE_SCHOOL, REL_OWN,
			"results-count", "2");
}

static void computed_fields_are_empty_where_there_is_nothing_to_compute_from(void **state)
{
	const char *other_days = HEAD "  height:\n  - {on: 2026-09-02, value: 121}\n"
				      "  weight:\n  - {on: 2026-09-03, value: 21.5}\n---\n";

	(void)state;
	assert_computed(HEAD "---\n", ROLE_SCHOOL, REL_OWN, "height-latest", NULL);
	assert_computed(HEAD "---\n", ROLE_SCHOOL, REL_OWN, "bmi", NULL);
	assert_computed(other_days, ROLE_SCHOOL, REL_OWN, "bmi", NULL);
	assert_computed(HEAD "---\n", ROLE_SCHOOL, REL_OWN, "results-count", "0");
}

#define JOINT                                                                                      \
	"---\nkarte: 1\ntype: kyodo\ntype-version: 1\nid: main\nchild: c7k3m9q2v4\n"               \
	"title: x\ninstitution: a\nstatus: draft\nvalues:\n"

static void a_sum_is_exact_and_leaves_out_what_is_empty(void **state)
{
	(void)state;
	assert_computed(JOINT "  group: 4\n  single: 1.5\n---\n", ROLE_NURSERY, REL_OWN, "sessions",
			"5.5");
	assert_computed(JOINT "  single: 0.1\n---\n", ROLE_NURSERY, REL_OWN, "sessions", "0.1");
	assert_computed(JOINT "---\n", ROLE_NURSERY, REL_OWN, "sessions", NULL);
}

static void a_result_does_not_tell_of_a_source_that_is_hidden(void **state)
{
	struct sheet *s = parse(HEAD "  results:\n  - {iq: 90}\n---\n");
	struct field *bmi = (struct field *)type_field(sheet_type(s), SPAN("bmi"));
	const struct field *results = type_field(sheet_type(s), SPAN("results"));
	const struct field saved = *bmi;
	struct view *v;

	(void)state;
	/* a type that says this does not load; the gate must not rest on that alone */
	bmi->function = FN_COUNT;
	bmi->of = &results;
	bmi->nof = 1;
	assert_int_equal(sheet_set_status(s, SHEET_CONSENT), ST_OK);
	assert_int_equal(
	    redact_for(&v, s, &(struct reader){.role = ROLE_BOARD, .relation = REL_OWN}), ST_OK);
	assert_true(span_is(value_in(v, "bmi")->text, "1"));
	view_free(v);
	assert_int_equal(
	    redact_for(&v, s, &(struct reader){.role = ROLE_HOUSEHOLD, .relation = REL_OWN}),
	    ST_OK);
	assert_null(view_field(v, SPAN("bmi")));
	view_free(v);
	*bmi = saved;
	sheet_free(s);
}

/* ---- what is closed or opened to one reader --------------------------------------------- */

#define WISHES SPAN("wishes")
#define FACTS SPAN("facts")
#define TESTS SPAN("tests")

static void sections_are_closed_and_opened_to_a_reader(void **state)
{
	static const struct {
		enum sheet_status status;
		enum role role;
		enum relation rel;
		bool read_only;
		struct span hidden[3], opened[3];
		const char *expected;
	} cases[] = {
	    /* closed: as if they were not there */
	    {SHEET_FINAL, ROLE_SCHOOL, REL_OWN, false, {TESTS}, {}, "wishes:rw facts:rw"},
	    {SHEET_FINAL, ROLE_SCHOOL, REL_OWN, false, {FACTS, TESTS}, {}, "wishes:rw"},
	    {SHEET_FINAL, ROLE_SCHOOL, REL_OWN, false, {WISHES, FACTS, TESTS}, {}, "denied"},
	    {SHEET_FINAL, ROLE_SCHOOL, REL_SHARED, false, {WISHES}, {}, "facts:r tests:r"},
	    {SHEET_CONSENT, ROLE_HOUSEHOLD, REL_OWN, false, {FACTS}, {}, "wishes:r"},
	    {SHEET_DRAFT, ROLE_HOUSEHOLD, REL_OWN, false, {WISHES}, {}, "denied"},
	    {SHEET_DRAFT, ROLE_HOUSEHOLD, REL_OWN, false, {TESTS}, {}, "wishes:rw"},
	    {SHEET_FINAL,
	     ROLE_BOARD,
	     REL_OWN,
	     false,
	     {SPAN("test")},
	     {},
	     "wishes:r facts:r tests:r"},
	    {SHEET_FINAL, ROLE_BOARD, REL_OWN, false, {SPAN("")}, {}, "wishes:r facts:r tests:r"},
	    /* opened: to be read, where the relation opens the sheet */
	    {SHEET_CONSENT,
	     ROLE_HOUSEHOLD,
	     REL_OWN,
	     false,
	     {},
	     {TESTS},
	     "wishes:r facts:r tests:r"},
	    {SHEET_FINAL, ROLE_NURSERY, REL_OWN, false, {}, {WISHES}, "wishes:r"},
	    {SHEET_DRAFT, ROLE_NURSERY, REL_OWN, false, {}, {WISHES, TESTS}, "wishes:r tests:r"},
	    {SHEET_FINAL, ROLE_NURSERY, REL_SHARED, false, {}, {FACTS}, "facts:r"},
	    {SHEET_FINAL, ROLE_SCHOOL, REL_OWN, false, {}, {TESTS}, "wishes:rw facts:rw tests:rw"},
	    {SHEET_REVIEW, ROLE_SCHOOL, REL_OWN, false, {}, {TESTS}, "wishes:r facts:r tests:r"},
	    {SHEET_FINAL, ROLE_NURSERY, REL_ELSEWHERE, false, {}, {FACTS}, "denied"},
	    {SHEET_FINAL, ROLE_NURSERY, REL_NONE, false, {}, {FACTS}, "denied"},
	    {SHEET_DRAFT, ROLE_NURSERY, REL_SHARED, false, {}, {FACTS}, "denied"},
	    {SHEET_FINAL, ROLE_HOUSEHOLD, REL_SHARED, false, {}, {FACTS}, "denied"},
	    {SHEET_DRAFT, ROLE_HOUSEHOLD, REL_OWN, false, {}, {TESTS}, "wishes:rw"},
	    {SHEET_FINAL, ROLE_ADMIN, REL_OWN, false, {}, {WISHES, FACTS, TESTS}, "denied"},
	    {SHEET_FINAL, ROLE_AUDITOR, REL_OWN, false, {}, {WISHES, FACTS, TESTS}, "denied"},
	    {SHEET_FINAL, ROLE_NOBODY, REL_OWN, false, {}, {WISHES, FACTS, TESTS}, "denied"},
	    /* closing wins */
	    {SHEET_FINAL, ROLE_SCHOOL, REL_OWN, false, {TESTS}, {TESTS}, "wishes:rw facts:rw"},
	    {SHEET_FINAL, ROLE_NURSERY, REL_OWN, false, {TESTS}, {TESTS}, "denied"},
	    /* only to be read */
	    {SHEET_FINAL, ROLE_SCHOOL, REL_OWN, true, {}, {}, "wishes:r facts:r tests:r"},
	    {SHEET_DRAFT, ROLE_SCHOOL, REL_OWN, true, {FACTS}, {}, "wishes:r tests:r"},
	    {SHEET_DRAFT, ROLE_HOUSEHOLD, REL_OWN, true, {}, {}, "wishes:r"},
	    {SHEET_FINAL, ROLE_NURSERY, REL_OWN, true, {}, {FACTS}, "facts:r"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sheet *s = read_sheet("whole", cases[i].status);
		struct reader who = {.role = cases[i].role,
				     .relation = cases[i].rel,
				     .read_only = cases[i].read_only,
				     .hidden = cases[i].hidden,
				     .opened = cases[i].opened};
		struct buf out;

		while (who.nhidden < 3 && cases[i].hidden[who.nhidden].p)
			who.nhidden++;
		while (who.nopened < 3 && cases[i].opened[who.nopened].p)
			who.nopened++;
		buf_init(&out, 4096);
		describe(s, &who, &out);
		if (strcmp(buf_str(&out), cases[i].expected) != 0)
			fail_msg("case %zu: %s, not %s", i, buf_str(&out), cases[i].expected);
		buf_clear(&out);
		sheet_free(s);
	}
}

static void only_agreed_sections_of_a_shared_sheet_are_seen(void **state)
{
	static const struct {
		enum role role;
		enum relation rel;
		const char *only;
		struct span hidden[1], opened[1];
		const char *expected;
	} cases[] = {
	    {ROLE_SCHOOL, REL_SHARED, "", {}, {}, "wishes:r facts:r tests:r"},
	    {ROLE_SCHOOL, REL_SHARED, "facts", {}, {}, "facts:r"},
	    {ROLE_SCHOOL, REL_SHARED, "tests,wishes", {}, {}, "wishes:r tests:r"},
	    {ROLE_SCHOOL, REL_SHARED, "tests, wishes", {}, {}, "wishes:r tests:r"},
	    {ROLE_SCHOOL, REL_SHARED, "fact", {}, {}, "denied"},
	    {ROLE_SCHOOL, REL_SHARED, ",", {}, {}, "denied"},
	    {ROLE_SCHOOL, REL_SHARED, "facts,tests", {TESTS}, {}, "facts:r"},
	    {ROLE_SCHOOL, REL_SHARED, "facts", {}, {TESTS}, "facts:r"},
	    {ROLE_NURSERY, REL_SHARED, "facts", {}, {FACTS}, "facts:r"},
	    {ROLE_NURSERY, REL_SHARED, "facts", {}, {}, "denied"}, /* agreed to, but no reader */
	    {ROLE_SCHOOL, REL_OWN, "facts", {}, {}, "wishes:rw facts:rw tests:rw"},
	    {ROLE_SCHOOL, REL_ELSEWHERE, "facts", {}, {}, "denied"},
	    {ROLE_HOUSEHOLD, REL_SHARED, "facts", {}, {}, "denied"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sheet *s = read_sheet("whole", SHEET_FINAL);
		struct reader who = {.role = cases[i].role,
				     .relation = cases[i].rel,
				     .only = span_of(cases[i].only),
				     .hidden = cases[i].hidden,
				     .nhidden = cases[i].hidden[0].p != NULL,
				     .opened = cases[i].opened,
				     .nopened = cases[i].opened[0].p != NULL};
		struct buf out;

		buf_init(&out, 4096);
		describe(s, &who, &out);
		if (strcmp(buf_str(&out), cases[i].expected) != 0)
			fail_msg("case %zu: %s, not %s", i, buf_str(&out), cases[i].expected);
		buf_clear(&out);
		sheet_free(s);
	}
}

/* A result that rests on a section which nobody agreed to show would tell of it. */
static void a_result_vanishes_without_the_section_it_rests_on(void **state)
{
	struct sheet *s = read_sheet("whole", SHEET_FINAL);
	struct field *bmi = (struct field *)type_field(sheet_type(s), SPAN("bmi"));
	const struct field *results = type_field(sheet_type(s), SPAN("results"));
	const struct field saved = *bmi;
	struct reader who = {
	    .role = ROLE_SCHOOL, .relation = REL_SHARED, .only = SPAN("facts,tests")};
	struct view *v;

	(void)state;
	bmi->function = FN_COUNT;
	bmi->of = &results;
	bmi->nof = 1;
	assert_int_equal(redact_for(&v, s, &who), ST_OK);
	assert_non_null(value_in(v, "bmi")->text.p);
	view_free(v);
	who.only = SPAN("facts");
	assert_int_equal(redact_for(&v, s, &who), ST_OK);
	assert_null(view_field(v, SPAN("bmi")));
	assert_non_null(view_field(v, SPAN("name")));
	view_free(v);
	*bmi = saved;
	sheet_free(s);
}

static void a_result_vanishes_with_a_section_that_is_closed(void **state)
{
	static const struct span closed[] = {TESTS, WISHES};
	struct sheet *s = parse(HEAD "  results:\n  - {iq: 90}\n---\n");
	struct field *bmi = (struct field *)type_field(sheet_type(s), SPAN("bmi"));
	struct section *facts = (struct section *)type_section(sheet_type(s), FACTS);
	const struct field *results = type_field(sheet_type(s), SPAN("results"));
	const struct field saved = *bmi;
	const struct section all = *facts;
	struct reader who = {.role = ROLE_BOARD, .relation = REL_OWN, .hidden = closed};
	struct view *v;

	(void)state;
	bmi->function = FN_COUNT;
	bmi->of = &results;
	bmi->nof = 1;
	assert_int_equal(redact_for(&v, s, &who), ST_OK);
	assert_true(span_is(value_in(v, "bmi")->text, "1"));
	view_free(v);
	who.nhidden = 2;
	assert_int_equal(redact_for(&v, s, &who), ST_OK);
	assert_null(view_field(v, SPAN("bmi")));
	assert_non_null(view_field(v, SPAN("name")));
	view_free(v);
	/* a section with nothing else is no section, and a sheet without one is no sheet */
	facts->fields = bmi;
	facts->nfields = 1;
	assert_int_equal(redact_for(&v, s, &who), ST_DENIED);
	assert_null(v);
	*facts = all;
	*bmi = saved;
	sheet_free(s);
}

/* ---- what is withheld --------------------------------------------------------------------- */

/* "title institution called bmi": what a reader does not get because of a word. */
static void describe_withheld(const struct sheet *s, const struct reader *who, struct buf *out)
{
	struct view *v = NULL;
	struct buf plain;
	size_t n = 0;

	buf_init(&plain, 1 << 20);
	assert_int_equal(redact_for(&v, s, who), ST_OK);
	if (!span_eq(view_title(v), sheet_title(s))) {
		assert_true(span_eq(view_title(v), sheet_type(s)->title));
		buf_adds(out, " title");
	}
	if (!view_institution(v).p)
		buf_adds(out, " institution");
	for (size_t i = 0; i < view_sections(v); i++)
		for (size_t j = 0; j < view_section(v, i)->nfields; j++) {
			const struct view_field *f = &view_section(v, i)->fields[j];

			if (!f->withheld)
				continue;
			assert_null(f->value);
			assert_false(f->writable);
			buf_addf(out, " %.*s", SPAN_ARG(f->field->id));
			n++;
		}
	view_plain(v, &plain);
	for (size_t i = 0; i < who->nwords && n; i++)
		assert_true(who->words[i].n == 0 || span_find(buf_span(&plain), who->words[i]) < 0);
	view_free(v);
	buf_clear(&plain);
}

static void assert_withheld(const struct sheet *s, const char *word, const char *expected)
{
	const struct span words[] = {SPAN("どこにもない語"), span_of(word)};
	struct reader who = {.role = ROLE_SCHOOL, .relation = REL_OWN, .words = words, .nwords = 2};
	struct buf out;

	buf_init(&out, 4096);
	describe_withheld(s, &who, &out);
	if (strcmp(buf_str(&out), expected) != 0)
		fail_msg("\"%s\": \"%s\", not \"%s\"", word, buf_str(&out), expected);
	buf_clear(&out);
}

static void a_field_with_a_word_in_it_is_withheld_whole(void **state)
{
	static const char *const cases[][2] = {
	    {"けんちゃん", " called"},
	    {"ケンチャン", " called"},
	    {"ｹﾝﾁｬﾝ", " called"},
	    {"けん ちゃ\nん", " called"},
	    {"山田健", " name"},
	    {"山田　健", " name"},
	    {"同じ学校", " note"},
	    {"サッカー", " child-wish"},
	    {"友だちとサッカーがしたい", " child-wish"},
	    {"**サッカー**", " child-wish"},
	    {"待てる", " guardian-wish"},
	    {"あわてない待てる", " guardian-wish"},
	    {"年齢相応", " opinion"},
	    /* choices by their labels */
	    {"小学２年", " grade"},
	    {"es2", ""},
	    {"音楽", " likes"},
	    {"絵でない", ""},
	    /* any cell, and cells side by side */
	    {"午前に", " results results-count"},
	    {"新版Ｋ式", " results results-count"},
	    {"wisc-v", " results results-count"},
	    {"ＷＩＳＣ－Ｖ９２", " results results-count"},
	    {"10:30", " results results-count"},
	    /* days as stored and as read */
	    {"2027-03-31", " stay-to"},
	    {"令和9年3月31日", " stay-to"},
	    {"令和8年5月12日", " results results-count"},
	    {"8:15", " arrive"},
	    /* ids of institutions and files */
	    {"kudan-es", " institution place"},
	    {"KUDAN-ES", " institution place"},
	    {"kudan", " place"},
	    {"f3k9", " paper"},
	    /* what rests on what is withheld */
	    {"118.2", " height height-latest bmi"},
	    {"22.75", " weight bmi"},
	    {"15.4", ""},
	    /* the title */
	    {"令和8年度", " title"},
	    {"シート", " title"},
	    /* texts of the type, and what is too short */
	    {"同意した", ""},
	    {"伝えた", ""},
	    {"本人の願い", ""},
	    {"健", ""},
	    {"ｶﾞ", ""},
	    {"", ""},
	    {" 　", ""},
	    {"佐藤花代", ""},
	};
	struct sheet *s = read_sheet("whole", SHEET_FINAL);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_withheld(s, cases[i][0], cases[i][1]);
	sheet_free(s);
}

static void a_word_is_found_however_prose_is_marked_up(void **state)
{
	static const struct {
		const char *prose;
		bool found;
	} cases[] = {
	    {"さくら園", true},
	    {"サクラ園です", true},
	    {"さ**く**ら園", true},
	    {"さくら\n園", true},
	    {"- さくら\n- 園", true},
	    {"> さくら\n> 園", true},
	    {"`さくら園`", true},
	    {"```\nさくら園\n```", true},
	    {"#### さくら園", true},
	    {"&#x3055;くら園", true},
	    {"[ここ](https://example.jp/さくら園)", true},
	    {"[ここ](https://example.jp/%E3%81%95%E3%81%8F%E3%82%89%e5%9c%92)", true},
	    {"[ここ](https://example.jp/%FF%E3%81%95%E3%81%8F%E3%82%89%E5%9C%92)", true},
	    {"https://example.jp/%E3%81%95%E3%81%8F%E3%82%89%E5%9C%92/", true},
	    {"[ここ](https://example.jp/&#x3055;くら園)", true},
	    {"[ここ][a]\n\n[a]: https://example.jp/さくら園", true},
	    {"[さくら](https://example.jp/)園", true},
	    {"さくら", false},
	    {"園のさくら", false},
	    {"100%", false},
	    {"%E3%81%95", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sheet *s;
		struct buf text;

		buf_init(&text, 4096);
		buf_addf(&text, HEAD "---\n\n## 本人・保護者の願い\n\n### 本人の願い\n\n%s\n",
			 cases[i].prose);
		s = parse(buf_str(&text));
		assert_withheld(s, "さくら園", cases[i].found ? " child-wish" : "");
		sheet_free(s);
		buf_clear(&text);
	}
}

static void what_is_withheld_may_not_be_written(void **state)
{
	static const struct span words[] = {SPAN("サッカー"), SPAN("あわてない"),
					    SPAN("けんちゃん")};
	struct sheet *s = read_sheet("whole", SHEET_DRAFT);
	const struct sheet_type *t = sheet_type(s);
	struct reader who = {.role = ROLE_HOUSEHOLD, .relation = REL_OWN, .words = words};
	bool may[TYPE_FIELDS_MAX];
	struct view *v;

	(void)state;
	for (who.nwords = 0; who.nwords <= 3; who.nwords++) {
		assert_int_equal(redact_for(&v, s, &who), ST_OK);
		memset(may, 1, sizeof may);
		view_may_write(v, may);
		assert_int_equal(may[type_field(t, SPAN("child-wish"))->index], who.nwords < 1);
		assert_int_equal(may[type_field(t, SPAN("guardian-wish"))->index], who.nwords < 2);
		assert_int_equal(may[type_field(t, SPAN("called"))->index], who.nwords < 3);
		assert_false(may[type_field(t, SPAN("name"))->index]);
		assert_false(may[type_field(t, SPAN("bmi"))->index]);
		assert_int_equal(view_writable(v), who.nwords < 3);
		assert_int_equal(view_sections(v), 1);
		assert_int_equal(view_section(v, 0)->writable, who.nwords < 3);
		view_free(v);
	}
	sheet_free(s);
}

static void a_word_that_is_no_text_closes_the_sheet(void **state)
{
	const struct span words[] = {SPAN("ある"), SPAN("\xff\xfe")};
	struct reader who = {.role = ROLE_SCHOOL, .relation = REL_OWN, .words = words, .nwords = 2};
	struct sheet *s = read_sheet("whole", SHEET_FINAL);
	struct view *v = (struct view *)&who;

	(void)state;
	assert_int_equal(redact_for(&v, s, &who), ST_INVALID);
	assert_null(v);
	sheet_free(s);
}

static void readers_who_are_shown_different_things_have_different_keys(void **state)
{
	static const struct span ab[] = {SPAN("a"), SPAN("b")}, joined[] = {SPAN("ab")},
				 odd[] = {SPAN("a 1:b")};
	static const struct reader readers[] = {
	    {.role = ROLE_SCHOOL, .relation = REL_OWN},
	    {.role = ROLE_BOARD, .relation = REL_OWN},
	    {.role = ROLE_SCHOOL, .relation = REL_SHARED},
	    {.role = ROLE_SCHOOL, .relation = REL_OWN, .read_only = true},
	    {.role = ROLE_SCHOOL, .relation = REL_OWN, .hidden = ab, .nhidden = 1},
	    {.role = ROLE_SCHOOL, .relation = REL_OWN, .hidden = ab, .nhidden = 2},
	    {.role = ROLE_SCHOOL, .relation = REL_OWN, .hidden = joined, .nhidden = 1},
	    {.role = ROLE_SCHOOL, .relation = REL_OWN, .hidden = odd, .nhidden = 1},
	    {.role = ROLE_SCHOOL, .relation = REL_OWN, .opened = ab, .nopened = 1},
	    {.role = ROLE_SCHOOL, .relation = REL_OWN, .opened = ab, .nopened = 2},
	    {.role = ROLE_SCHOOL, .relation = REL_OWN, .words = ab, .nwords = 1},
	    {.role = ROLE_SCHOOL, .relation = REL_OWN, .words = ab, .nwords = 2},
	    {.role = ROLE_SCHOOL, .relation = REL_OWN, .words = joined, .nwords = 1},
	    {.role = ROLE_SCHOOL, .relation = REL_SHARED, .only = SPAN("a")},
	    {.role = ROLE_SCHOOL, .relation = REL_SHARED, .only = SPAN("a,b")},
	};
	enum { N = sizeof readers / sizeof *readers };
	struct buf keys[N], again;
	const struct span secret = SPAN("ひみつ町");

	(void)state;
	for (size_t i = 0; i < N; i++) {
		buf_init(&keys[i], 4096);
		reader_key(&readers[i], &keys[i]);
		assert_int_equal(keys[i].st, ST_OK);
		for (size_t k = 0; k < i; k++)
			assert_false(span_eq(buf_span(&keys[i]), buf_span(&keys[k])));
	}
	buf_init(&again, 4096);
	reader_key(&readers[11], &again);
	assert_string_equal(buf_str(&again), buf_str(&keys[11]));
	buf_cut(&again, 0);
	reader_key(&(struct reader){.words = &secret, .nwords = 1}, &again);
	assert_true(span_find(buf_span(&again), secret) < 0);
	for (size_t i = 0; i < N; i++)
		buf_clear(&keys[i]);
	buf_clear(&again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_school_writes_its_own_sheet_in_draft_and_when_final),
	    cmocka_unit_test(a_household_sees_only_what_it_writes_until_it_is_asked),
	    cmocka_unit_test(sharing_decides_what_other_institutions_see),
	    cmocka_unit_test(a_sheet_of_several_writers_is_written_by_each_in_its_section),
	    cmocka_unit_test(nobody_auditors_administrators_and_strangers_see_nothing),
	    cmocka_unit_test(writers_of_a_section_read_it_although_it_does_not_say_so),
	    cmocka_unit_test(a_view_has_the_head_and_the_values_of_the_sheet),
	    cmocka_unit_test(a_view_has_no_field_of_a_hidden_section),
	    cmocka_unit_test(plain_text_has_labels_of_choices_and_prose_without_marks),
#ifndef WATCHED_BY_ASAN
	    cmocka_unit_test(the_memory_of_a_view_has_no_hidden_byte),
#endif
	    cmocka_unit_test(computed_fields_have_their_results),
	    cmocka_unit_test(computed_fields_are_empty_where_there_is_nothing_to_compute_from),
	    cmocka_unit_test(a_sum_is_exact_and_leaves_out_what_is_empty),
	    cmocka_unit_test(a_result_does_not_tell_of_a_source_that_is_hidden),
	    cmocka_unit_test(sections_are_closed_and_opened_to_a_reader),
	    cmocka_unit_test(only_agreed_sections_of_a_shared_sheet_are_seen),
	    cmocka_unit_test(a_result_vanishes_without_the_section_it_rests_on),
	    cmocka_unit_test(a_result_vanishes_with_a_section_that_is_closed),
	    cmocka_unit_test(a_field_with_a_word_in_it_is_withheld_whole),
	    cmocka_unit_test(a_word_is_found_however_prose_is_marked_up),
	    cmocka_unit_test(what_is_withheld_may_not_be_written),
	    cmocka_unit_test(a_word_that_is_no_text_closes_the_sheet),
	    cmocka_unit_test(readers_who_are_shown_different_things_have_different_keys),
	};

	return cmocka_run_group_tests(tests, load_types, free_types);
}
