#include "generator/sheet/merge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { ROUNDS = 2000, PAIRS_MAX = 400 };

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

static struct sheet *new_sheet(void)
{
	struct sheet *s;

	assert_int_equal(sheet_new(&s, types_find(types, SPAN("kihon"), 1), SPAN("2026"),
				   SPAN("c7k3m9q2v4"), SPAN("kudan-es"), NULL),
			 ST_OK);
	return s;
}

/* ---- random values ---------------------------------------------------------------------- */

static uint32_t seed;

static uint32_t pick(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static const char *const hard_texts[] = {
    "𠮷野家",
    "葛󠄀城",
    "か\xe3\x82\x99",
    "no",
    "~",
    "null",
    "true",
    "2026",
    "0123",
    "1e3",
    "0x1f",
    "12:30",
    "2026-05-12",
    "- a",
    "a: b",
    "a #b",
    "#",
    "{a}",
    "[a, b]",
    "&a",
    "*a",
    "!a",
    "|",
    ">",
    "'",
    "\"",
    "\\",
    "%",
    "@",
    "`",
    "a\tb",
    "a,b",
    "a:",
    ":a",
    "?",
    "-",
    "--",
    "---",
    "...",
    "=",
    "<<",
    ".",
    "a\xc2\xa0",
    "\xef\xbb\xbf"
    "a",
    "\xe2\x80\xae"
    "a",
    "\xef\xbf\xbe",
    "👨‍👩‍👧",
    "\xf4\x8f\xbf\xbf",
    "a\xe2\x80\x8b",
    "''",
    "\"\"",
    "\\n",
    "\\u0041",
    "# a",
    "a  b",
    "あ　い",
    "y",
    "on",
    "+1",
    ".inf",
};

static const char *const hard_lines[] = {
    "",		 "",	  "---",      "...",	  "## 発達検査",  "### 所見",
    "# x",	 "===",	  "```",      "~~~",	  "> a",	  "> # b",
    "- a",	 "  - b", "1. c",     "    code", "\t tab",	  "<b>",
    "<!--",	 "-->",	  "</div>",   "[a](b)",	  "![a](b)",	  "[a]: b",
    "[a]",	 "\\",	  "a  ",      "karte: 1", "values:",	  "*a* **b** _c_",
    "`<i>`",	 "``",	  "&lt;",     "𠮷",	  "<https://h/>", "***",
    "####### x", "#",	  "　字下げ", "|a|b|",	  "a\\",	  "<?x",
    "<![CDATA[",
};

static struct span hard_text(struct arena *a)
{
	return span_of(
	    arena_printf(a, "%s%s", hard_texts[pick(sizeof hard_texts / sizeof *hard_texts)],
			 pick(4) ? "" : hard_texts[pick(sizeof hard_texts / sizeof *hard_texts)]));
}

static struct span hard_prose(struct arena *a)
{
	const char *text = "";

	for (uint32_t i = pick(9); i > 0; i--)
		text = arena_printf(a, "%s%s%s", text,
				    hard_lines[pick(sizeof hard_lines / sizeof *hard_lines)],
				    pick(5) ? "\r\n" : "");
	return span_of(text);
}

/* Something that the field may well accept. */
static struct span likely(struct arena *a, const struct field *f)
{
	switch (f->kind) {
	case F_PROSE:
		return hard_prose(a);
	case F_NUMBER:
		return span_of(arena_printf(a, "%u.%0*u", 30 + pick(90), f->decimals ? 1 : 0,
					    f->decimals ? pick(10) : 0));
	case F_DATE:
		return span_of(
		    arena_printf(a, "%u-%02u-%02u", 1990 + pick(60), 1 + pick(12), 1 + pick(28)));
	case F_TIME:
		return span_of(arena_printf(a, "%u:%02u", pick(24), pick(60)));
	case F_FLAG:
		return SPAN("true");
	case F_CHOICE:
	case F_CHOICES:
		return f->choices[pick((uint32_t)f->nchoices)].id;
	case F_FILE:
		return SPAN("0123");
	default:
		return hard_text(a);
	}
}

struct form {
	struct arena *a;
	struct pair list[PAIRS_MAX];
	size_t n;
};

static void put(struct form *f, const char *name, struct span value)
{
	assert_true(f->n < PAIRS_MAX);
	f->list[f->n++] = (struct pair){span_of(name), value};
}

static void put_scalar(struct form *f, const struct field *field, const char *name)
{
	bool some = pick(3) != 0;

	if (field->kind == F_FLAG || field->kind == F_CHOICES)
		put(f, name, SPAN(""));
	if (some || (field->kind != F_FLAG && field->kind != F_CHOICES))
		put(f, name, some ? likely(f->a, field) : SPAN(""));
}

static void put_field(struct form *f, const struct field *field)
{
	const char *name = arena_printf(f->a, "f.%.*s", SPAN_ARG(field->id));

	if (field->kind == F_COMPUTED)
		return;
	if (field->kind != F_TABLE && field->kind != F_MEASURE) {
		put_scalar(f, field, name);
		return;
	}
	put(f, name, SPAN(""));
	for (uint32_t r = 0, n = pick(5); r < n; r++)
		for (size_t c = 0; c < field->ncolumns; c++)
			put_scalar(f, &field->columns[c],
				   arena_printf(f->a, "%s.%u.%.*s", name, r,
						SPAN_ARG(field->columns[c].id)));
}

/* A random sheet, if the random form is accepted. */
static struct sheet *random_sheet(void)
{
	struct form f = {.a = arena_new(16 << 20)};
	struct sheet *empty = new_sheet(), *made = NULL;
	const struct sheet_type *t = sheet_type(empty);
	bool may[TYPE_FIELDS_MAX];
	struct problems ps;
	enum status st;

	problems_init(&ps);
	for (size_t i = 0; i < t->nsections; i++)
		for (size_t j = 0; j < t->sections[i].nfields; j++)
			put_field(&f, &t->sections[i].fields[j]);
	for (size_t i = 0; i < t->nfields; i++)
		may[i] = true;
	st = sheet_merge(&made, empty, f.list, f.n, may, &ps);
	if (st && (st != ST_INVALID || strcmp(ps.list[0].code, "value.whole") == 0))
		fail_msg("status %d: %s %s", st, ps.list[0].code, ps.list[0].field);
	problems_clear(&ps);
	sheet_free(empty);
	arena_free(f.a);
	return made;
}

static void assert_same(const struct sheet *a, const struct sheet *b, const char *text)
{
	const struct sheet_type *t = sheet_type(a);

	assert_ptr_equal(t, sheet_type(b));
	assert_true(span_eq(sheet_id(a), sheet_id(b)));
	assert_true(span_eq(sheet_child(a), sheet_child(b)));
	assert_true(span_eq(sheet_title(a), sheet_title(b)));
	assert_true(span_eq(sheet_institution(a), sheet_institution(b)));
	assert_int_equal(sheet_status(a), sheet_status(b));
	for (size_t i = 0; i < t->nsections; i++)
		for (size_t j = 0; j < t->sections[i].nfields; j++) {
			const struct field *f = &t->sections[i].fields[j];

			if (!value_equal(f, sheet_value(a, f), sheet_value(b, f)))
				fail_msg("%.*s is another in\n%s", SPAN_ARG(f->id), text);
		}
}

static void what_was_written_is_read_as_the_same_sheet(void **state)
{
	size_t accepted = 0;

	(void)state;
	for (uint32_t round = 1; round <= ROUNDS; round++) {
		struct sheet *s, *again = NULL;
		struct problems ps;
		struct buf once, twice;

		seed = round;
		s = random_sheet();
		if (!s)
			continue;
		accepted++;
		problems_init(&ps);
		buf_init(&once, 1 << 20);
		buf_init(&twice, 1 << 20);
		assert_int_equal(sheet_write(s, &once), ST_OK);
		if (sheet_parse(&again, "x.md", buf_span(&once), types, &ps))
			fail_msg("round %u: line %d: %s\n%s", round, ps.list[0].line,
				 ps.list[0].text, buf_str(&once));
		assert_same(s, again, buf_str(&once));
		assert_int_equal(sheet_write(again, &twice), ST_OK);
		assert_string_equal(buf_str(&twice), buf_str(&once));
		sheet_free(s);
		sheet_free(again);
		buf_clear(&once);
		buf_clear(&twice);
		problems_clear(&ps);
	}
	if (accepted < ROUNDS / 2)
		fail_msg("only %zu of %d forms were accepted", accepted, ROUNDS);
}

/* ---- exactly ---------------------------------------------------------------------------- */

static void ids_that_look_like_numbers_or_words_are_quoted(void **state)
{
	const struct sheet_type *sodan = types_find(types, SPAN("sodan"), 0);
	struct sheet *s;
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 20);
	assert_int_equal(sheet_new(&s, sodan, SPAN("1e3"), SPAN("c7k3m9q2v4"), SPAN("no"), "12:30"),
			 ST_OK);
	assert_int_equal(sheet_write(s, &out), ST_OK);
	assert_string_equal(
	    buf_str(&out),
	    "---\nkarte: 1\ntype: sodan\ntype-version: 2\nid: \"1e3\"\n"
	    "child: c7k3m9q2v4\ntitle: \"12:30\"\ninstitution: \"no\"\nstatus: draft\n"
	    "---\n");
	sheet_free(s);
	buf_clear(&out);
}

static void a_buffer_that_is_too_small_says_so(void **state)
{
	struct sheet *s = new_sheet();
	struct buf out;

	(void)state;
	buf_init(&out, 20);
	assert_int_equal(sheet_write(s, &out), ST_TOOBIG);
	buf_clear(&out);
	sheet_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_written_is_read_as_the_same_sheet),
	    cmocka_unit_test(ids_that_look_like_numbers_or_words_are_quoted),
	    cmocka_unit_test(a_buffer_that_is_too_small_says_so),
	};

	return cmocka_run_group_tests(tests, load_types, free_types);
}
