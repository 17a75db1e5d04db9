/*
 * The model cases: ten of each of the four sheets that the acceptance test types in.  Each is a
 * valid sheet in canonical form, and shows each reader what the table of its type says.
 */
#include "generator/base/file.h"
#include "generator/base/text.h"
#include "generator/role/redact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { CASES = 10, TEXT_LEAST = 12 /* bytes of a text that is told from others */ };

static const char *const names[] = {"habataki", "hoiku-shien", "kyoiku-shien", "shugaku-shien"};
#define TYPES (sizeof names / sizeof *names)

static struct types *types;

static struct sheet *read_case(const char *type, int k, struct buf *bytes)
{
	struct sheet *s = NULL;
	struct problems ps;
	char path[128];

	snprintf(path, sizeof path, "tests/cases/%s/%02d.md", type, k);
	buf_init(bytes, 1 << 20);
	problems_init(&ps);
	assert_int_equal(file_read(path, bytes), ST_OK);
	if (sheet_parse(&s, path, buf_span(bytes), types, &ps) || sheet_check(s, path, &ps) ||
	    ps.errors) {
		struct buf text;

		buf_init(&text, 1 << 20);
		problems_print(&ps, &text);
		fail_msg("%s: %s", path, buf_str(&text));
	}
	problems_clear(&ps);
	return s;
}

static void for_each_case(void (*look)(const struct sheet *s, struct span bytes))
{
	for (size_t i = 0; i < TYPES; i++)
		for (int k = 1; k <= CASES; k++) {
			struct buf bytes;
			struct sheet *s = read_case(names[i], k, &bytes);

			look(s, buf_span(&bytes));
			sheet_free(s);
			buf_clear(&bytes);
		}
}

/* ---- form --------------------------------------------------------------------------------------
 */

static void look_at_form(const struct sheet *s, struct span bytes)
{
	const struct sheet_type *t = sheet_type(s);
	struct buf out;

	assert_ptr_equal(t, types_find(types, t->id, 0));
	buf_init(&out, 1 << 20);
	assert_int_equal(sheet_write(s, &out), ST_OK);
	assert_true(span_eq(buf_span(&out), bytes));
	buf_clear(&out);
}

static void each_is_a_valid_sheet_of_the_newest_version_in_canonical_form(void **state)
{
	(void)state;
	for_each_case(look_at_form);
}

/* ---- what they make use of ---------------------------------------------------------------------
 */

static bool used[TYPES][TYPE_FIELDS_MAX];
static size_t at_the_limit[TYPES];

static void look_at_use(const struct sheet *s, struct span bytes)
{
	const struct sheet_type *t = sheet_type(s);
	size_t i = 0;

	(void)bytes;
	while (!span_is(t->id, names[i]))
		i++;
	for (size_t k = 0; k < t->nsections; k++)
		for (size_t j = 0; j < t->sections[k].nfields; j++) {
			const struct field *f = &t->sections[k].fields[j];
			const struct value *v = sheet_value(s, f);

			if (!v)
				continue;
			used[i][f->index] = true;
			at_the_limit[i] +=
			    f->kind == F_PROSE && text_graphemes(v->text) == f->max_chars;
		}
}

/* Attachments are put into the vault, not typed. */
static bool is_typed(const struct field *f)
{
	return f->kind != F_COMPUTED && f->kind != F_FILE;
}

static void together_they_fill_every_field_and_some_to_the_limit(void **state)
{
	(void)state;
	for_each_case(look_at_use);
	for (size_t i = 0; i < TYPES; i++) {
		const struct sheet_type *t = types_find(types, span_of(names[i]), 0);

		assert_true(at_the_limit[i] >= 4);
		for (size_t k = 0; k < t->nsections; k++)
			for (size_t j = 0; j < t->sections[k].nfields; j++) {
				const struct field *f = &t->sections[k].fields[j];

				if (is_typed(f) && !used[i][f->index])
					fail_msg("no case of %s fills %.*s", names[i],
						 SPAN_ARG(f->id));
			}
	}
}

/* ---- who sees what -----------------------------------------------------------------------------
 */

/* The tables of tests/reach, and what no agreement opens. */
static bool may_see(const struct sheet_type *t, const struct section *sec, const struct reader *who)
{
	return section_readable(t, sec, who->role) && !(sec->unshared && who->relation != REL_OWN);
}

static void add_text(struct span text, struct buf *out)
{
	if (text.n >= TEXT_LEAST) {
		buf_addspan(out, text);
		buf_addc(out, '\n');
	}
}

/* The texts of a field, each on a line; of prose its first line. */
static void add_texts(const struct field *f, const struct value *v, struct buf *out)
{
	struct span rest = v->text;

	if (f->kind == F_PROSE)
		add_text(span_cut(&rest, '\n'), out);
	else if (f->kind == F_TEXT || f->kind == F_PERSON)
		add_text(v->text, out);
	for (size_t r = 0; r < v->nrows; r++)
		for (size_t c = 0; c < f->ncolumns; c++)
			if (f->columns[c].kind == F_TEXT || f->columns[c].kind == F_PERSON)
				add_text(v->rows[r][c].text, out);
}

static void add_sections(const struct sheet *s, const struct reader *who, bool seen,
			 struct buf *out)
{
	const struct sheet_type *t = sheet_type(s);

	for (size_t k = 0; k < t->nsections; k++)
		for (size_t j = 0; j < t->sections[k].nfields; j++) {
			const struct field *f = &t->sections[k].fields[j];
			const struct value *v = sheet_value(s, f);

			if (v && may_see(t, &t->sections[k], who) == seen)
				add_texts(f, v, out);
		}
}

static size_t closed_texts; /* how many were looked for */

static void look_for_closed(const struct sheet *s, const struct view *v, const struct reader *who)
{
	struct buf open, closed, plain;
	struct span rest, line;

	buf_init(&open, 1 << 20);
	buf_init(&closed, 1 << 20);
	buf_init(&plain, 1 << 20);
	add_sections(s, who, true, &open);
	add_sections(s, who, false, &closed);
	view_plain(v, &plain);
	rest = buf_span(&closed);
	while (rest.p && (line = span_cut(&rest, '\n')).n) {
		if (span_find(buf_span(&open), line) >= 0)
			continue;
		closed_texts++;
		if (span_find(buf_span(&plain), line) >= 0)
			fail_msg("%s reads: %.*s", role_name(who->role), SPAN_ARG(line));
	}
	buf_clear(&open);
	buf_clear(&closed);
	buf_clear(&plain);
}

static void look_as(const struct sheet *s, const struct reader *who)
{
	const struct sheet_type *t = sheet_type(s);
	struct view *v = NULL;

	if (redact_for(&v, s, who))
		return;
	for (size_t k = 0; k < t->nsections; k++)
		for (size_t j = 0; j < t->sections[k].nfields; j++)
			if (view_field(v, t->sections[k].fields[j].id))
				assert_true(may_see(t, &t->sections[k], who));
	look_for_closed(s, v, who);
	view_free(v);
}

static void look_as_everybody(const struct sheet *s, struct span bytes)
{
	(void)bytes;
	for (unsigned role = 0; role < ROLE_COUNT; role++)
		for (unsigned rel = REL_NONE; rel <= REL_ELSEWHERE; rel++)
			look_as(s, &(struct reader){.role = (enum role)role,
						    .relation = (enum relation)rel});
}

static void nobody_sees_what_the_table_of_the_type_closes(void **state)
{
	(void)state;
	for_each_case(look_as_everybody);
	assert_true(closed_texts > 300);
}

static int load(void **state)
{
	(void)state;
	return types_load(&types, "content/types", NULL);
}

static int unload(void **state)
{
	(void)state;
	types_free(types);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_is_a_valid_sheet_of_the_newest_version_in_canonical_form),
	    cmocka_unit_test(together_they_fill_every_field_and_some_to_the_limit),
	    cmocka_unit_test(nobody_sees_what_the_table_of_the_type_closes),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
