#include "generator/sheet/merge.h"

#include "generator/base/file.h"
#include "generator/role/redact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { PAIRS_MAX = 4000 };

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

static struct sheet *read_sheet(const char *name)
{
	struct buf path, bytes;
	struct sheet *s = NULL;

	buf_init(&path, 4096);
	buf_init(&bytes, 1 << 20);
	buf_addf(&path, "tests/sheets/%s.md", name);
	assert_int_equal(file_read(buf_str(&path), &bytes), ST_OK);
	assert_int_equal(sheet_parse(&s, name, buf_span(&bytes), types, NULL), ST_OK);
	buf_clear(&path);
	buf_clear(&bytes);
	return s;
}

/* ---- a form ----------------------------------------------------------------------------- */

struct form {
	struct arena *a;
	struct pair list[PAIRS_MAX];
	size_t n;
};

static struct form *form_new(void)
{
	struct form *f = calloc(1, sizeof *f);

	assert_non_null(f);
	f->a = arena_new(16 << 20);
	return f;
}

static void form_free(struct form *f)
{
	arena_free(f->a);
	free(f);
}

static void put(struct form *f, const char *name, struct span value)
{
	assert_true(f->n < PAIRS_MAX);
	f->list[f->n++] = (struct pair){span_of(arena_str(f->a, span_of(name))), value};
}

/* What a browser sends for a text area: its line ends are CRLF. */
static struct span as_sent(struct form *f, struct span text)
{
	struct span out;
	struct buf b;

	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\n')
			buf_addc(&b, '\r');
		buf_addc(&b, text.p[i]);
	}
	out = arena_copy(f->a, buf_span(&b));
	buf_clear(&b);
	return out;
}

static void put_one(struct form *f, const struct field *field, const char *name, struct span text)
{
	if (field->kind != F_FLAG) {
		put(f, name, as_sent(f, text));
		return;
	}
	put(f, name, SPAN(""));
	if (span_is(text, "true"))
		put(f, name, text);
}

static void put_rows(struct form *f, const struct field *field, const struct value *v, size_t spare)
{
	size_t n = v ? v->nrows : 0;

	for (size_t r = 0; r < n + spare; r++)
		for (size_t c = 0; c < field->ncolumns; c++)
			put_one(f, &field->columns[c],
				arena_printf(f->a, "f.%.*s.%zu.%.*s", SPAN_ARG(field->id), r,
					     SPAN_ARG(field->columns[c].id)),
				r < n ? v->rows[r][c].text : SPAN(""));
}

/* What this reader may write, by the gate. */
static void may_of(const struct sheet *s, const struct reader *who, bool *may)
{
	struct view *v = NULL;

	memset(may, 0, sheet_type(s)->nfields * sizeof *may);
	if (redact_for(&v, s, who) == ST_OK)
		view_may_write(v, may);
	view_free(v);
}

static struct reader of_role(enum role role)
{
	return (struct reader){.role = role, .relation = REL_OWN};
}

static void put_field(struct form *f, const struct sheet *s, const struct field *field)
{
	const struct value *v = sheet_value(s, field);
	char *name = arena_printf(f->a, "f.%.*s", SPAN_ARG(field->id));

	if (field->kind == F_CHOICES || field->kind == F_TABLE || field->kind == F_MEASURE)
		put(f, name, SPAN(""));
	else
		put_one(f, field, name, v ? v->text : SPAN(""));
	for (size_t k = 0; v && k < v->nitems; k++)
		put(f, name, v->items[k]);
	if (field->kind == F_TABLE || field->kind == F_MEASURE)
		put_rows(f, field, v, 3);
}

/* The form as it is given out: all that may be written, with some empty rows. */
static struct form *form_for(const struct sheet *s, const bool *may)
{
	const struct sheet_type *t = sheet_type(s);
	struct form *f = form_new();

	put(f, "csrf", SPAN("x"));
	for (size_t i = 0; i < t->nsections; i++)
		for (size_t j = 0; j < t->sections[i].nfields; j++)
			if (may[t->sections[i].fields[j].index])
				put_field(f, s, &t->sections[i].fields[j]);
	return f;
}

static struct form *form_of(const struct sheet *s, enum role role)
{
	const struct reader who = of_role(role);
	bool may[TYPE_FIELDS_MAX];

	may_of(s, &who, may);
	return form_for(s, may);
}

static enum status merge_as(struct sheet **out, const struct sheet *s, const struct form *f,
			    enum role role, struct problems *ps)
{
	const struct reader who = of_role(role);
	bool may[TYPE_FIELDS_MAX];

	may_of(s, &who, may);
	return sheet_merge(out, s, f->list, f->n, may, ps);
}

static struct pair *find(struct form *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (span_is(f->list[i].name, name))
			return &f->list[i];
	fail_msg("no %s in the form", name);
	return NULL;
}

static void set(struct form *f, const char *name, const char *value)
{
	find(f, name)->value = span_of(value);
}

static void drop(struct form *f, const char *name)
{
	*find(f, name) = f->list[--f->n];
}

static char *written(const struct sheet *s)
{
	struct buf out;
	char *text;

	buf_init(&out, 4 << 20);
	assert_int_equal(sheet_write(s, &out), ST_OK);
	text = buf_detach(&out, NULL);
	assert_non_null(text);
	return text;
}

/* ---- nothing changed -------------------------------------------------------------------- */

static void a_form_of_unchanged_values_changes_no_byte(void **state)
{
	static const char *const names[] = {
	    "empty",
	    "whole",
	    "hard-names",
	    "texts-that-look-like-yaml",
	    "rows-with-absent-cells",
	    "heading-in-code-block",
	    "heading-in-quote-and-list",
	    "lowered-headings",
	    "escaped-html",
	    "links-and-breaks",
	    "lists-eight-deep",
	    "rule-in-prose",
	    "hidden-from-the-household",
	    "written-by-the-household",
	    "written-jointly",
	    "of-an-institution",
	    "of-an-old-type-version",
	};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		for (int role = ROLE_HOUSEHOLD; role <= ROLE_PROVIDER; role++) {
			struct sheet *s = read_sheet(names[i]), *made = NULL;
			struct problems ps;
			struct form *f;
			char *before, *after;

			problems_init(&ps);
			assert_int_equal(sheet_set_status(s, SHEET_DRAFT), ST_OK);
			f = form_of(s, (enum role)role);
			if (merge_as(&made, s, f, (enum role)role, &ps))
				fail_msg("%s as %s: %s", names[i], role_name((enum role)role),
					 ps.count ? ps.list[0].field : "");
			before = written(s);
			after = written(made);
			assert_string_equal(before, after);
			free(before);
			free(after);
			sheet_free(s);
			sheet_free(made);
			form_free(f);
			problems_clear(&ps);
		}
}

/* ---- changes ---------------------------------------------------------------------------- */

static void what_the_editor_cannot_see_survives(void **state)
{
	struct sheet *s = read_sheet("whole"), *made;
	struct form *f;
	char *text;

	(void)state;
	assert_int_equal(sheet_set_status(s, SHEET_DRAFT), ST_OK);
	f = form_of(s, ROLE_HOUSEHOLD);
	set(f, "f.child-wish", "# 新しい願い\r\n\r\n<b>も</b> ");
	set(f, "f.called", "");
	assert_int_equal(merge_as(&made, s, f, ROLE_HOUSEHOLD, NULL), ST_OK);
	text = written(made);
	assert_non_null(strstr(text, "### 本人の願い\n\n#### 新しい願い\n\n\\<b>も\\</b>\n\n###"));
	assert_null(strstr(text, "けんちゃん"));
	assert_non_null(strstr(text, "memo: 午前に行った}"));
	assert_non_null(strstr(text, "### 所見\n\nことばの理解は年齢相応。\n"));
	assert_non_null(strstr(text, "title: 基本シート 令和8年度\n"));
	free(text);
	text = written(s);
	assert_non_null(strstr(text, "けんちゃん"));
	free(text);
	form_free(f);
	sheet_free(made);
	sheet_free(s);
}

static void assert_merged(const char *name, void (*change)(struct form *), const char *line)
{
	struct sheet *s = read_sheet(name), *made = NULL;
	struct form *f;
	char *text;

	assert_int_equal(sheet_set_status(s, SHEET_DRAFT), ST_OK);
	f = form_of(s, ROLE_SCHOOL);
	change(f);
	assert_int_equal(merge_as(&made, s, f, ROLE_SCHOOL, NULL), ST_OK);
	text = written(made);
	if (!strstr(text, line))
		fail_msg("no [%s] in\n%s", line, text);
	free(text);
	form_free(f);
	sheet_free(made);
	sheet_free(s);
}

static void type_values(struct form *f)
{
	set(f, "f.visits", "１，０００回");
	set(f, "f.stay-from", "令和8年4月7日");
	set(f, "f.arrive", "午前8時半");
	set(f, "f.grade", "");
	set(f, "f.name", "　𠮷野 花子　");
}

static void typed_values_are_kept_in_their_canonical_form(void **state)
{
	(void)state;
	assert_merged("whole", type_values,
		      "  name: 𠮷野 花子\n  note: 兄が同じ学校にいる\n  visits: 1000\n"
		      "  weight-now: 21.5\n  stay-from: 2026-04-07\n  stay-to: 2027-03-31\n"
		      "  arrive: \"08:30\"\n  agreed: true\n  likes: [run, music]\n");
}

static void choose(struct form *f)
{
	drop(f, "f.likes");
	drop(f, "f.likes");
	set(f, "f.likes", "draw");
	put(f, "f.likes", SPAN(""));
	put(f, "f.likes", SPAN("run"));
}

static void choose_none(struct form *f)
{
	for (size_t i = 0; i < 3; i++)
		drop(f, "f.likes");
	put(f, "f.likes", SPAN(""));
}

static void choices_stand_in_the_order_of_the_type(void **state)
{
	(void)state;
	assert_merged("whole", choose, "  agreed: true\n  grade: es2\n  likes: [run, draw]\n");
	assert_merged("whole", choose_none, "  grade: es2\n  teacher: 佐藤 花子\n");
}

static void untick(struct form *f)
{
	drop(f, "f.agreed");
	drop(f, "f.agreed");
	put(f, "f.agreed", SPAN(""));
}

static void tick(struct form *f)
{
	put(f, "f.agreed", SPAN("true"));
}

static void a_box_says_no_only_where_something_was_said(void **state)
{
	(void)state;
	assert_merged("whole", untick, "  agreed: false\n");
	assert_merged("rows-with-absent-cells", tick, "values:\n  agreed: true\n");
	assert_merged("empty", tick, "values:\n  agreed: true\n");
}

static void change_rows(struct form *f)
{
	set(f, "f.results.0.on", "　");
	set(f, "f.results.0.name", "");
	set(f, "f.results.0.iq", "");
	drop(f, "f.results.0.said");
	drop(f, "f.results.0.said");
	put(f, "f.results.0.said", SPAN(""));
	set(f, "f.results.0.at", "");
	set(f, "f.results.0.memo", " ");
	set(f, "f.results.3.memo", "足した行");
}

static void empty_rows_are_dropped_and_the_others_move_up(void **state)
{
	(void)state;
	assert_merged("whole", change_rows,
		      "  results:\n"
		      "    - {on: 2025-11-01, name: kshiki2020, iq: 88, said: false}\n"
		      "    - {memo: 足した行}\n---\n");
}

/* ---- refusals --------------------------------------------------------------------------- */

/* "form.unknown f.x" or "" */
static void assert_refused(const char *name, enum sheet_status status, enum role role,
			   void (*change)(struct form *), enum status expected, const char *problem)
{
	struct sheet *s = read_sheet(name), *made = (struct sheet *)&types;
	struct problems ps;
	struct form *f;
	char *before = NULL, *after = NULL;
	char found[200];
	enum status st;

	problems_init(&ps);
	assert_int_equal(sheet_set_status(s, status), ST_OK);
	before = written(s);
	f = form_of(s, role);
	change(f);
	st = merge_as(&made, s, f, role, &ps);
	assert_null(made);
	snprintf(found, sizeof found, "%s %s", ps.count ? ps.list[0].code : "",
		 ps.count ? ps.list[0].field : "");
	assert_string_equal(found, problem);
	assert_int_equal(st, expected);
	assert_int_equal(merge_as(&made, s, f, role, NULL), expected);
	after = written(s);
	assert_string_equal(before, after);
	free(before);
	free(after);
	form_free(f);
	sheet_free(s);
	problems_clear(&ps);
}

static void add_unknown(struct form *f)
{
	put(f, "f.nazo", SPAN("x"));
}

static void add_hidden(struct form *f)
{
	put(f, "f.opinion", SPAN("x"));
}

static void add_hidden_cell(struct form *f)
{
	put(f, "f.results.0.iq", SPAN("99"));
}

static void add_computed(struct form *f)
{
	put(f, "f.bmi", SPAN("15"));
}

static void repeat(struct form *f)
{
	put(f, "f.name", SPAN("x"));
}

static void repeat_cell(struct form *f)
{
	put(f, "f.results.0.iq", SPAN("99"));
}

static void leave_out(struct form *f)
{
	drop(f, "f.note");
}

static void leave_out_cell(struct form *f)
{
	drop(f, "f.results.1.at");
}

static void leave_out_table(struct form *f)
{
	drop(f, "f.height");
}

static void leave_out_choices(struct form *f)
{
	drop(f, "f.likes");
}

static void leave_a_gap(struct form *f)
{
	static const char *const columns[] = {"on", "name", "iq", "said", "at", "memo"};

	for (size_t i = 0; i < 6; i++) {
		char *name = arena_printf(f->a, "f.results.9.%s", columns[i]);

		put(f, name, SPAN(""));
	}
}

static void add_column(struct form *f)
{
	put(f, "f.results.0.nazo", SPAN("x"));
}

static void odd_row(struct form *f)
{
	put(f, "f.results.00.iq", SPAN("x"));
}

static void far_row(struct form *f)
{
	put(f, "f.results.99999999999999999999.iq", SPAN("x"));
}

static void negative_row(struct form *f)
{
	put(f, "f.results.-1.iq", SPAN("x"));
}

static void broken_name(struct form *f)
{
	put(f, "f.\xff<b>", SPAN("x"));
}

static void cell_of_a_text(struct form *f)
{
	put(f, "f.name.0.iq", SPAN("x"));
}

static void flag_of_another_word(struct form *f)
{
	set(f, "f.agreed", "maybe");
}

static void choice_of_another_name(struct form *f)
{
	put(f, "f.likes", SPAN("swim"));
}

static void value_for_the_table(struct form *f)
{
	set(f, "f.height", "x");
}

static void nothing(struct form *f)
{
	(void)f;
}

static void a_form_that_was_not_given_out_is_refused_as_a_whole(void **state)
{
	static const struct {
		enum role role;
		void (*change)(struct form *);
		const char *problem;
	} cases[] = {
	    {ROLE_SCHOOL, add_unknown, "form.unknown f.nazo"},
	    {ROLE_HOUSEHOLD, add_hidden, "form.not-yours f.opinion"},
	    {ROLE_HOUSEHOLD, add_hidden_cell, "form.not-yours f.results.0.iq"},
	    {ROLE_SCHOOL, add_computed, "form.not-yours f.bmi"},
	    {ROLE_SCHOOL, repeat, "form.repeated f.name"},
	    {ROLE_SCHOOL, repeat_cell, "form.repeated f.results.0.iq"},
	    {ROLE_SCHOOL, leave_out, "form.missing f.note"},
	    {ROLE_SCHOOL, leave_out_cell, "form.missing f.results.1.at"},
	    {ROLE_SCHOOL, leave_out_table, "form.missing f.height"},
	    {ROLE_SCHOOL, leave_out_choices, "form.choices f.likes"},
	    {ROLE_SCHOOL, leave_a_gap, "form.gap f.results.9.on"},
	    {ROLE_SCHOOL, add_column, "form.unknown f.results.0.nazo"},
	    {ROLE_SCHOOL, odd_row, "form.unknown f.results.00.iq"},
	    {ROLE_SCHOOL, far_row, "form.unknown f.results.99999999999999999999.iq"},
	    {ROLE_SCHOOL, negative_row, "form.unknown f.results.-1.iq"},
	    {ROLE_SCHOOL, broken_name, "form.unknown f"},
	    {ROLE_SCHOOL, cell_of_a_text, "form.unknown f.name.0.iq"},
	    {ROLE_SCHOOL, flag_of_another_word, "form.flag f.agreed"},
	    {ROLE_SCHOOL, value_for_the_table, "form.missing f.height"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_refused("whole", SHEET_DRAFT, cases[i].role, cases[i].change, ST_USAGE,
			       cases[i].problem);
}

static void add_wish(struct form *f)
{
	put(f, "f.child-wish", SPAN("x"));
}

/* The gate says so of the state; here it is a form with a field too many. */
static void nobody_writes_in_a_sheet_that_others_look_at(void **state)
{
	(void)state;
	assert_refused("whole", SHEET_REVIEW, ROLE_SCHOOL, add_wish, ST_USAGE,
		       "form.not-yours f.child-wish");
	assert_refused("whole", SHEET_CONSENT, ROLE_SCHOOL, add_wish, ST_USAGE,
		       "form.not-yours f.child-wish");
	assert_refused("whole", SHEET_FINAL, ROLE_HOUSEHOLD, add_wish, ST_USAGE,
		       "form.not-yours f.child-wish");
	assert_refused("whole", SHEET_DRAFT, ROLE_ADMIN, add_wish, ST_USAGE,
		       "form.not-yours f.child-wish");
	assert_refused("whole", SHEET_DRAFT, ROLE_BOARD, add_wish, ST_USAGE,
		       "form.not-yours f.child-wish");
}

static void a_computed_field_is_nobodys(void **state)
{
	struct sheet *s = read_sheet("whole"), *made;
	bool may[TYPE_FIELDS_MAX];
	struct form *f;

	(void)state;
	for (size_t i = 0; i < TYPE_FIELDS_MAX; i++)
		may[i] = true;
	f = form_of(s, ROLE_SCHOOL);
	assert_int_equal(sheet_merge(&made, s, f->list, f->n, may, NULL), ST_OK);
	sheet_free(made);
	add_computed(f);
	assert_int_equal(sheet_merge(&made, s, f->list, f->n, may, NULL), ST_USAGE);
	form_free(f);
	sheet_free(s);
}

/* ---- what is closed to one reader ------------------------------------------------------- */

static const struct span closed_sections[] = {SPAN("wishes"), SPAN("tests")};
static const struct span closed_words[] = {SPAN("サッカー"), SPAN("午前に"), SPAN("兄が")};

/* A change to what is left, if anything is. */
static void rename_child(struct form *f)
{
	set(f, "f.name", "山田 健太");
}

static const struct narrowing {
	struct reader who;
	void (*change)(struct form *f);
	const char *closed[4]; /* fields that the form must not have */
} narrowings[] = {
    {{.role = ROLE_SCHOOL, .relation = REL_OWN, .hidden = closed_sections, .nhidden = 2},
     rename_child,
     {"child-wish", "called", "results", "opinion"}},
    {{.role = ROLE_SCHOOL, .relation = REL_OWN, .words = closed_words, .nwords = 3},
     rename_child,
     {"child-wish", "results", "note"}},
    {{.role = ROLE_HOUSEHOLD, .relation = REL_OWN, .words = closed_words, .nwords = 1},
     nothing,
     {"child-wish", "opinion", "name"}},
    {{.role = ROLE_SCHOOL, .relation = REL_OWN, .read_only = true},
     nothing,
     {"child-wish", "name", "results", "opinion"}},
    {{.role = ROLE_BOARD, .relation = REL_OWN, .opened = closed_sections, .nopened = 2},
     nothing,
     {"child-wish", "name", "results", "opinion"}},
};

static void assert_kept(const struct sheet *before, const struct sheet *after, const char *id)
{
	const struct field *f = type_field(sheet_type(before), span_of(id));

	assert_non_null(sheet_value(before, f));
	assert_true(value_equal(f, sheet_value(before, f), sheet_value(after, f)));
}

static void a_form_without_what_is_closed_keeps_it_byte_for_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof narrowings / sizeof *narrowings; i++) {
		const struct narrowing *n = &narrowings[i];
		struct sheet *s = read_sheet("whole"), *made = NULL, *back = NULL;
		bool may[TYPE_FIELDS_MAX];
		char *before, *after;
		struct form *f;

		assert_int_equal(sheet_set_status(s, SHEET_DRAFT), ST_OK);
		may_of(s, &n->who, may);
		f = form_for(s, may);
		before = written(s);
		n->change(f);
		assert_int_equal(sheet_merge(&made, s, f->list, f->n, may, NULL), ST_OK);
		for (size_t k = 0; k < 4 && n->closed[k]; k++)
			assert_kept(s, made, n->closed[k]);
		assert_int_equal(strcmp(before, after = written(made)) == 0, n->change == nothing);
		free(after);
		if (n->change == rename_child) {
			set(f, "f.name", "山田 健");
			assert_int_equal(sheet_merge(&back, made, f->list, f->n, may, NULL), ST_OK);
			assert_string_equal(before, after = written(back));
			free(after);
		}
		free(before);
		form_free(f);
		sheet_free(back);
		sheet_free(made);
		sheet_free(s);
	}
}

static void a_form_with_what_is_closed_is_refused_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof narrowings / sizeof *narrowings; i++)
		for (size_t k = 0; k < 4 && narrowings[i].closed[k]; k++) {
			struct sheet *s = read_sheet("whole"), *made = (struct sheet *)&types;
			const struct field *field =
			    type_field(sheet_type(s), span_of(narrowings[i].closed[k]));
			bool may[TYPE_FIELDS_MAX];
			struct problems ps;
			struct form *f;

			problems_init(&ps);
			assert_int_equal(sheet_set_status(s, SHEET_DRAFT), ST_OK);
			may_of(s, &narrowings[i].who, may);
			assert_false(may[field->index]);
			f = form_for(s, may);
			put_field(f, s, field);
			assert_int_equal(sheet_merge(&made, s, f->list, f->n, may, &ps), ST_USAGE);
			assert_null(made);
			assert_string_equal(ps.list[0].code, "form.not-yours");
			problems_clear(&ps);
			form_free(f);
			sheet_free(s);
		}
}

static void wrong_number(struct form *f)
{
	set(f, "f.visits", "たくさん");
}

static void wrong_cell(struct form *f)
{
	set(f, "f.results.1.on", "2026-02-30");
}

static void wrong_prose(struct form *f)
{
	set(f, "f.child-wish", "> > > > > > > > > x");
}

static void too_many_rows(struct form *f)
{
	set(f, "f.results.2.iq", "50");
	set(f, "f.results.3.iq", "51");
	set(f, "f.results.4.iq", "52");
}

static void empty_required(struct form *f)
{
	set(f, "f.name", " ");
}

static void wrong_values_are_said_at_their_place_in_the_form(void **state)
{
	(void)state;
	assert_refused("whole", SHEET_DRAFT, ROLE_SCHOOL, wrong_number, ST_INVALID,
		       "value.number f.visits");
	assert_refused("whole", SHEET_DRAFT, ROLE_SCHOOL, wrong_cell, ST_INVALID,
		       "value.date f.results.1.on");
	assert_refused("whole", SHEET_DRAFT, ROLE_SCHOOL, wrong_prose, ST_INVALID,
		       "value.markdown f.child-wish");
	assert_refused("whole", SHEET_DRAFT, ROLE_SCHOOL, too_many_rows, ST_INVALID,
		       "value.rows f.results");
	assert_refused("whole", SHEET_DRAFT, ROLE_SCHOOL, choice_of_another_name, ST_INVALID,
		       "value.choice f.likes");
}

static void required_fields_may_be_emptied_only_in_a_draft(void **state)
{
	struct sheet *s = read_sheet("whole"), *made;
	struct form *f;

	(void)state;
	assert_refused("whole", SHEET_FINAL, ROLE_SCHOOL, empty_required, ST_INVALID,
		       "value.required f.name");
	assert_int_equal(sheet_set_status(s, SHEET_DRAFT), ST_OK);
	f = form_of(s, ROLE_SCHOOL);
	empty_required(f);
	assert_int_equal(merge_as(&made, s, f, ROLE_SCHOOL, NULL), ST_OK);
	sheet_free(made);
	form_free(f);
	sheet_free(s);
}

/* Each of two texts is short enough; together they have more brackets than a file may have. */
static void fill_with_brackets(struct form *f)
{
	struct buf text;

	buf_init(&text, 1 << 20);
	for (int i = 0; i < 495; i++)
		buf_adds(&text, "[]");
	find(f, "f.child-wish")->value = arena_copy(f->a, buf_span(&text));
	find(f, "f.guardian-wish")->value = arena_copy(f->a, buf_span(&text));
	find(f, "f.opinion")->value = arena_copy(f->a, buf_span(&text));
	buf_clear(&text);
}

static void a_sheet_that_could_not_be_read_again_is_not_made(void **state)
{
	(void)state;
	assert_refused("whole", SHEET_DRAFT, ROLE_SCHOOL, fill_with_brackets, ST_INVALID,
		       "value.whole f");
}

/* ---- what changed ----------------------------------------------------------------------- */

static void the_changed_fields_are_told(void **state)
{
	struct sheet *s = read_sheet("whole"), *made;
	const struct sheet_type *t = sheet_type(s);
	bool *changed = calloc(t->nfields, sizeof *changed);
	struct form *f;
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	assert_int_equal(sheet_set_status(s, SHEET_DRAFT), ST_OK);
	f = form_of(s, ROLE_SCHOOL);
	type_values(f);
	change_rows(f);
	choose_none(f);
	assert_int_equal(merge_as(&made, s, f, ROLE_SCHOOL, NULL), ST_OK);
	sheet_changed(s, made, changed);
	for (size_t i = 0; i < t->nsections; i++)
		for (size_t j = 0; j < t->sections[i].nfields; j++)
			if (changed[t->sections[i].fields[j].index])
				buf_addf(&out, "%.*s ", SPAN_ARG(t->sections[i].fields[j].id));
	assert_string_equal(buf_str(&out), "name visits stay-from arrive grade likes results ");
	sheet_changed(s, s, changed);
	for (size_t i = 0; i < t->nfields; i++)
		assert_false(changed[i]);
	buf_clear(&out);
	free(changed);
	form_free(f);
	sheet_free(made);
	sheet_free(s);
}

static void an_empty_value_equals_none(void **state)
{
	const struct sheet_type *t = types_find(types, SPAN("kihon"), 1);
	const struct field *name = type_field(t, SPAN("name"));
	struct value empty = {.line = 3}, a = {.text = SPAN("a")}, b = {.text = SPAN("b")};

	(void)state;
	assert_true(value_equal(name, NULL, NULL));
	assert_true(value_equal(name, NULL, &empty));
	assert_true(value_equal(name, &a, &a));
	assert_false(value_equal(name, &a, &b));
	assert_false(value_equal(name, &a, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_form_of_unchanged_values_changes_no_byte),
	    cmocka_unit_test(what_the_editor_cannot_see_survives),
	    cmocka_unit_test(typed_values_are_kept_in_their_canonical_form),
	    cmocka_unit_test(choices_stand_in_the_order_of_the_type),
	    cmocka_unit_test(a_box_says_no_only_where_something_was_said),
	    cmocka_unit_test(empty_rows_are_dropped_and_the_others_move_up),
	    cmocka_unit_test(a_form_that_was_not_given_out_is_refused_as_a_whole),
	    cmocka_unit_test(nobody_writes_in_a_sheet_that_others_look_at),
	    cmocka_unit_test(a_computed_field_is_nobodys),
	    cmocka_unit_test(a_form_without_what_is_closed_keeps_it_byte_for_byte),
	    cmocka_unit_test(a_form_with_what_is_closed_is_refused_whole),
	    cmocka_unit_test(wrong_values_are_said_at_their_place_in_the_form),
	    cmocka_unit_test(required_fields_may_be_emptied_only_in_a_draft),
	    cmocka_unit_test(a_sheet_that_could_not_be_read_again_is_not_made),
	    cmocka_unit_test(the_changed_fields_are_told),
	    cmocka_unit_test(an_empty_value_equals_none),
	};

	return cmocka_run_group_tests(tests, load_types, free_types);
}
