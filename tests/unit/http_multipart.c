#include "vault/http/multipart.h"

#include "generator/base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define TYPE "multipart/form-data; boundary=b"
#define FIELD(name, value)                                                                         \
	"--b\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define FILE_OF(name, file, bytes)                                                                 \
	"--b\r\nContent-Disposition: form-data; name=\"" name "\"; filename=\"" file               \
	"\"\r\nContent-Type: text/csv\r\n\r\n" bytes "\r\n"
#define END "--b--\r\n"

static struct arena *arena;
static struct multipart m;
static struct form form;
static char *sent; /* the newest body, of exactly its size: a sanitizer sees a byte too far */

static int begin(void **state)
{
	(void)state;
	arena = arena_new(4 * 1024 * 1024);
	return arena ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	arena_free(arena);
	free(sent);
	sent = NULL;
	return 0;
}

static enum status parse_as(const char *type, struct span body)
{
	free(sent);
	sent = malloc(body.n ? body.n : 1);
	assert_non_null(sent);
	memcpy(sent, body.p, body.n);
	return multipart_parse(&m, &form, span_of(type), span_make(sent, body.n), arena);
}

static void parses(struct span body, size_t parts)
{
	enum status st = parse_as(TYPE, body);

	if (st)
		fail_msg("%.*s: %s: %s", SPAN_ARG(body), status_name(st), fail_why());
	assert_int_equal(m.count, parts);
}

static void is_refused_as(const char *type, struct span body, enum status want)
{
	enum status st = parse_as(type, body);

	if (st != want)
		fail_msg("%s: %.*s: %s", type, SPAN_ARG(body), status_name(st));
	assert_int_equal(m.count, 0);
	assert_null(m.parts);
	assert_int_equal(form.count, 0);
	assert_null(form.pairs);
}

static void is_refused(struct span body)
{
	is_refused_as(TYPE, body, ST_INVALID);
}

static void is(struct span got, struct span want)
{
	if (!got.p || !span_eq(got, want))
		fail_msg("\"%.*s\" instead of \"%.*s\"", SPAN_ARG(got), SPAN_ARG(want));
}

/* ---- what browsers send ---------------------------------------------------------------------- */

static void fields_and_files_are_told_apart(void **state)
{
	const struct part *file;

	(void)state;
	parses(SPAN(FIELD("csrf", "abc") FILE_OF("list", "職員.csv", "a,b\r\n\0\xff\r\n")
			FIELD("名", "花子") END),
	       3);
	assert_int_equal(form.count, 2);
	is(form_get(&form, "csrf"), SPAN("abc"));
	is(form_get(&form, "名"), SPAN("花子"));
	assert_null(form_get(&form, "list").p);
	file = multipart_file(&m, "list");
	assert_ptr_equal(file, &m.parts[1]);
	is(file->filename, SPAN("職員.csv"));
	is(file->bytes, SPAN("a,b\r\n\0\xff\r\n"));
	assert_true(file->bytes.p > sent); /* in the body, not copied */
	assert_null(m.parts[0].filename.p);
	is(m.parts[2].bytes, SPAN("花子"));
}

static void line_ends_of_fields_become_lf_and_those_of_files_stay(void **state)
{
	(void)state;
	parses(SPAN(FIELD("a", "1\r\n2\r3\n4\r\n") FILE_OF("f", "x", "1\r\n2\r3\n4\r\n") END), 2);
	is(form_get(&form, "a"), SPAN("1\n2\n3\n4\n"));
	assert_int_equal(form_get(&form, "a").p[8], '\0');
	is(m.parts[1].bytes, SPAN("1\r\n2\r3\n4\r\n"));
}

static void empty_values_files_and_forms_are_read(void **state)
{
	(void)state;
	parses(SPAN(FIELD("a", "") FILE_OF("f", "x", "") END), 2);
	is(form_get(&form, "a"), SPAN(""));
	is(multipart_file(&m, "f")->bytes, SPAN(""));
	parses(SPAN("--b--\r\n"), 0);
	parses(SPAN("--b--"), 0);
	parses(SPAN(FIELD("a", "1") "--b--"), 1);
}

static void a_file_that_was_not_chosen_is_none(void **state)
{
	(void)state;
	parses(SPAN(FILE_OF("f", "", "") FIELD("g", "x") END), 2);
	assert_null(multipart_file(&m, "f"));
	assert_null(multipart_file(&m, "g"));
	assert_null(multipart_file(&m, "h"));
	assert_int_equal(form.count, 1); /* an empty file is no field either */
}

static void a_file_that_comes_twice_is_none(void **state)
{
	(void)state;
	parses(SPAN(FILE_OF("f", "x", "1") FILE_OF("f", "y", "2") FILE_OF("g", "z", "3") END), 3);
	assert_null(multipart_file(&m, "f"));
	assert_ptr_equal(multipart_file(&m, "g"), &m.parts[2]);
	parses(SPAN(FIELD("f", "1") FILE_OF("f", "x", "1") END), 2);
	assert_null(multipart_file(&m, "f"));
	parses(SPAN(FIELD("a", "1") FIELD("a", "2") END), 2);
	assert_null(form_get(&form, "a").p);
	assert_int_equal(form_count(&form, "a"), 2);
}

static void what_looks_like_a_boundary_in_data_is_data(void **state)
{
	(void)state;
	parses(SPAN(FILE_OF("f", "x", "--b\r\n--\r\n-b\n--b--\n\r--b--\r\n--a\r\n--B--") END), 1);
	is(m.parts[0].bytes, SPAN("--b\r\n--\r\n-b\n--b--\n\r--b--\r\n--a\r\n--B--"));
	parses(SPAN(FILE_OF("f", "x", "\r\n\r\n") END), 1);
	is(m.parts[0].bytes, SPAN("\r\n\r\n"));
	parses(SPAN(FILE_OF("f", "x", "\r") END), 1);
	is(m.parts[0].bytes, SPAN("\r"));
}

static void a_boundary_that_goes_on_is_refused(void **state)
{
	(void)state;
	is_refused(SPAN(FILE_OF("f", "x", "1\r\n--bc\r\n2") END));
	is_refused(SPAN(FILE_OF("f", "x", "1\r\n--b \r\n2") END));
	is_refused(SPAN(FILE_OF("f", "x", "1\r\n--b-\r\n2") END));
	is_refused(SPAN(FILE_OF("f", "x", "1\r\n--b\n2") END));
	is_refused(SPAN(FIELD("a", "1") "--b--x"));
	is_refused(SPAN(FIELD("a", "1") "--b--\r\n\r\n"));
	is_refused(SPAN(FIELD("a", "1") "--b--\r\n" FIELD("c", "2") END));
	is_refused(SPAN(FIELD("a", "1") "--b--\n"));
}

/* ---- the boundary ---------------------------------------------------------------------------- */

static void boundaries_are_those_of_rfc_2046(void **state)
{
	static const char *const good[] = {
	    "multipart/form-data; boundary=b",
	    "multipart/form-data;boundary=b",
	    "Multipart/Form-Data ; \t Boundary=\"b\"",
	    "multipart/form-data; charset=utf-8; boundary=b",
	    "multipart/form-data; boundary=b; x=\"a;boundary=c\"",
	};
	static const char *const bad[] = {
	    "",
	    "multipart/form-data",
	    "multipart/form-data;",
	    "multipart/form-data; boundary",
	    "multipart/form-data; boundary=",
	    "multipart/form-data; boundary=\"\"",
	    "multipart/form-data; boundary=\"b",
	    "multipart/form-data; boundary=\"b \"",
	    "multipart/form-data; boundary=b; boundary=b",
	    "multipart/form-data; boundary=b; BOUNDARY=c",
	    "multipart/form-data; boundary=b;",
	    "multipart/form-data; boundary=b c",
	    "multipart/form-data; boundary=\"b\"c",
	    "multipart/form-data; boundary =b",
	    "multipart/form-data; boundary= b",
	    "multipart/form-data, boundary=b",
	    "multipart/mixed; boundary=b",
	    "application/x-www-form-urlencoded; boundary=b",
	    "multipart/form-data; xboundary=b",
	    "multipart/form-data; boundary=\"b\r\n\"",
	    "multipart/form-data; boundary=\"b\\\"\"",
	    "multipart/form-data; boundary=\xe3\x81\x82",
	};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (parse_as(good[i], SPAN(FIELD("a", "1") END)))
			fail_msg("%s: %s", good[i], fail_why());
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		is_refused_as(bad[i], SPAN(FIELD("a", "1") END), ST_INVALID);
	is_refused_as("multipart/form-data; boundary=c", SPAN(FIELD("a", "1") END), ST_INVALID);
}

static void a_boundary_has_at_most_70_characters(void **state)
{
	char boundary[72], type[160], body[400];

	(void)state;
	for (int n = 69; n <= 71; n++) {
		memset(boundary, '?', (size_t)n);
		boundary[n] = '\0';
		snprintf(type, sizeof type, "multipart/form-data; boundary=\"%s\"", boundary);
		snprintf(body, sizeof body,
			 "--%s\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--%s--",
			 boundary, boundary);
		assert_int_equal(parse_as(type, span_of(body)), n <= 70 ? ST_OK : ST_INVALID);
	}
}

/* ---- heads ----------------------------------------------------------------------------------- */

static void head_is(const char *head, const char *name, const char *filename)
{
	char body[1024];

	snprintf(body, sizeof body, "--b\r\n%s\r\n\r\n1\r\n--b--\r\n", head);
	parses(span_of(body), 1);
	is(m.parts[0].name, span_of(name));
	if (filename)
		is(m.parts[0].filename, span_of(filename));
	else
		assert_null(m.parts[0].filename.p);
}

static void names_may_hold_what_is_quoted(void **state)
{
	(void)state;
#define CD "Content-Disposition: form-data; "
	head_is(CD "name=a", "a", NULL);
	head_is(CD "name=\"a b;c=d\"", "a b;c=d", NULL);
	head_is("content-disposition:FORM-DATA;NAME=\"a\";FILENAME=\"b\"", "a", "b");
	head_is(CD "filename=\"b\"; name=\"a\"", "a", "b");
	head_is(CD "name=\"a\"; filename=\"x\\\"; name=\\\"y\\\\\"", "a", "x\"; name=\"y\\");
	head_is(CD "name=\"a\"; filename=\"C:\\dir\\b.csv\"", "a", "C:\\dir\\b.csv");
	head_is(CD "name=\"a\"; filename=\"%22../..%0D%0Ax\"", "a", "%22../..%0D%0Ax");
	head_is(CD "name=\"a\"; filename=\"..\\..\\x\"", "a", "..\\..\\x");
	head_is(CD "name=\"a\"; filename*=UTF-8''%e2%82%ac.csv", "a", NULL);
	head_is(CD "name=\"a\"; filename=\"b\"; filename*=UTF-8''c", "a", "b");
	head_is(CD "name=\"a\"; name*=UTF-8''c", "a", NULL);
	head_is(CD "name=\"a\"; size=3", "a", NULL);
	head_is("X-A: \t b\r\nContent-Type: text/plain; charset=x\r\n" CD "name=\"a\"", "a", NULL);
}

static void heads_that_could_be_read_in_two_ways_are_refused(void **state)
{
	static const char *const bad[] = {
	    "X: y",
	    "Content-Disposition: form-data",
	    "Content-Disposition: attachment; name=\"a\"",
	    "Content-Disposition: ; name=\"a\"",
	    "Content-Disposition: form-data name=\"a\"",
	    CD "filename=\"b\"",
	    CD "name=\"\"",
	    CD "name=",
	    CD "name=\"a",
	    CD "name=\"a\\\"",
	    CD "name=\"a\" x",
	    CD "name=\"a\";",
	    CD "name=\"a\"b\"",
	    CD "name=a b",
	    CD "name=\"a\"; name=\"b\"",
	    CD "name=\"a\"; NAME=\"a\"",
	    CD "name=\"a\"; filename=\"b\"; filename=\"c\"",
	    CD "name=\"a\"; filename=\"b\"c\"",
	    CD "name=\"a\"\r\n" CD "name=\"b\"",
	    CD "name=\"a\"\r\n" CD "name=\"a\"",
	    CD "name=\"a\"\r\nContent-Disposition: form-data; filename=\"b\"",
	    CD "name=\"\xff\"",
	    CD "name=\"a\"; filename=\"\x8d\x82\"",
	    CD "name=\"a\x01\"",
	    CD "name=\"a\tb\"",
	    CD "name=\"a\"\r\nContent-Transfer-Encoding: base64",
	    CD "name=\"a\"\r\ncontent-transfer-encoding: 8bit",
	    CD "name=\"a\"\r\n folded: x",
	    CD "\r\n name=\"a\"",
	    CD "name=\"a\"\r\nX : y",
	    CD "name=\"a\"\r\n: y",
	    CD "name=\"a\"\r\nX",
	    CD "name=\"a\"\nX: y",
	    CD "name=\"a\"\rX: y",
	    CD "name=\"a\"\r\nX: \x01",
	    CD "name=\"a\"; filename=\"b\r\nX: y\"",
	    CD "name=\"a\"; filename=\"b\nc\"",
	    " " CD "name=\"a\"",
	    "\r\n" CD "name=\"a\"",
	};
	char body[1024];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		snprintf(body, sizeof body, "--b\r\n%s\r\n\r\n1\r\n--b--\r\n", bad[i]);
		is_refused(span_of(body));
	}
	is_refused(SPAN("--b\r\n" CD "name=\"a\0b\"\r\n\r\n1\r\n--b--"));
	is_refused(SPAN("--b\r\n" CD "name=\"a\"\r\nX: \0\r\n\r\n1\r\n--b--"));
	is_refused(SPAN("--b\r\n\r\n1\r\n--b--"));
	is_refused(SPAN("--b\r\n" CD "name=\"a\"\r\n\r\n--b--")); /* the boundary lacks its CRLF */
}

static void fields_must_be_text(void **state)
{
	(void)state;
	is_refused(SPAN(FIELD("a", "\xff") END));
	is_refused(SPAN(FIELD("a", "1\0002") END));
	is_refused(SPAN(FIELD("a", "1") FIELD("b", "\xed\xa0\x80") END));
}

static void only_crlf_ends_lines(void **state)
{
	static const char body[] = FIELD("a", "1") FILE_OF("f", "x", "2") END;
	char lf[sizeof body], cr[sizeof body];
	size_t n = 0, k = 0;

	(void)state;
	for (size_t i = 0; i < sizeof body - 1; i++) {
		if (body[i] != '\r')
			lf[n++] = body[i];
		if (body[i] != '\n')
			cr[k++] = body[i];
	}
	is_refused(span_make(lf, n));
	is_refused(span_make(cr, k));
	/* Half of any one, but of that behind the end: at best the boundary behind it is data. */
	for (size_t i = 0; i < sizeof body - 3; i++)
		if (body[i] == '\r' || body[i] == '\n') {
			enum status st;

			memcpy(lf, body, i);
			memcpy(lf + i, body + i + 1, sizeof body - 2 - i);
			st = parse_as(TYPE, span_make(lf, sizeof body - 2));
			assert_true(st == ST_INVALID || (st == ST_OK && m.count == 1));
			if (!st)
				assert_non_null(strstr(form_get(&form, "a").p, "--b"));
		}
}

static void what_stands_before_the_first_boundary_is_refused(void **state)
{
	(void)state;
	is_refused(SPAN("\r\n" FIELD("a", "1") END));
	is_refused(SPAN("preamble\r\n" FIELD("a", "1") END));
	is_refused(SPAN("a=1&b=2"));
	is_refused(SPAN(""));
	assert_int_equal(multipart_parse(&m, &form, span_of(TYPE), SPAN_NONE, arena), ST_INVALID);
	assert_int_equal(multipart_parse(&m, &form, SPAN_NONE, SPAN("--b--"), arena), ST_INVALID);
}

static void a_body_that_is_cut_off_anywhere_is_refused(void **state)
{
	static const char body[] =
	    FIELD("a", "1") FILE_OF("f", "x\\\"y", "2\r\n3") FIELD("c", "") END;
	size_t whole = sizeof body - 1;

	(void)state;
	for (size_t n = 0; n < whole - 2; n++)
		is_refused(span_make(body, n));
	parses(span_make(body, whole - 2), 3); /* the last CRLF is a matter of taste */
	is_refused(span_make(body, whole - 1));
	parses(span_make(body, whole), 3);
}

/* ---- limits ---------------------------------------------------------------------------------- */

static void parts_are_counted(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 16 << 20);
	for (int i = 0; i < MULTIPART_PARTS_MAX; i++)
		buf_adds(&b, FIELD("a", "1"));
	buf_adds(&b, END);
	parses(buf_span(&b), MULTIPART_PARTS_MAX);
	assert_int_equal(form.count, MULTIPART_PARTS_MAX);
	buf_cut(&b, b.len - sizeof END + 1);
	buf_adds(&b, FIELD("a", "1") END);
	is_refused_as(TYPE, buf_span(&b), ST_TOOBIG);
	for (int i = 0; i < 100000; i++)
		buf_adds(&b, FIELD("a", "1"));
	is_refused_as(TYPE, buf_span(&b), ST_TOOBIG);
	buf_clear(&b);
}

static void heads_are_measured(void **state)
{
	static const char before[] = "--b\r\n", first[] = CD "name=\"a\"\r\nX: ";

	(void)state;
	for (size_t over = 0; over < 2; over++) {
		struct buf b;
		size_t fill = MULTIPART_HEAD_MAX - (sizeof first - 1) - 4 + over;

		buf_init(&b, 1 << 20);
		buf_adds(&b, before);
		buf_adds(&b, first);
		for (size_t i = 0; i < fill; i++)
			buf_addc(&b, 'x');
		buf_adds(&b, "\r\n\r\n1\r\n--b--");
		if (over)
			is_refused_as(TYPE, buf_span(&b), ST_TOOBIG);
		else
			parses(buf_span(&b), 1);
		buf_clear(&b);
	}
}

static void fields_together_have_a_limit_and_files_have_none(void **state)
{
	struct buf b;
	size_t head = sizeof FIELD("a", "") - 3;

	(void)state;
	buf_init(&b, 4 << 20);
	buf_add(&b, FIELD("a", ""), head);
	for (int i = 0; i < FORM_BYTES_MAX - 1; i++)
		buf_addc(&b, 'x');
	buf_adds(&b, "\r\n" END);
	parses(buf_span(&b), 1);
	assert_int_equal(form_get(&form, "a").n, FORM_BYTES_MAX - 1);
	buf_cut(&b, b.len - sizeof END + 1);
	buf_adds(&b, FIELD("b", "") END);
	is_refused_as(TYPE, buf_span(&b), ST_TOOBIG);
	buf_cut(&b, 0);
	head = sizeof FILE_OF("f", "x", "") - 3;
	buf_add(&b, FILE_OF("f", "x", ""), head);
	for (int i = 0; i < FORM_BYTES_MAX + 1; i++)
		buf_addc(&b, 'x');
	buf_adds(&b, "\r\n" END);
	parses(buf_span(&b), 1);
	assert_int_equal(multipart_file(&m, "f")->bytes.n, FORM_BYTES_MAX + 1);
	buf_clear(&b);
}

/* A head of nothing but quotations: each gets its own bytes of the arena, not the head's. */
static void many_quotations_do_not_exhaust_the_arena(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 4 << 20);
	for (int i = 0; i < 100; i++) {
		buf_adds(&b, "--b\r\n" CD "name=\"a\"");
		for (int k = 0; k < 500; k++)
			buf_adds(&b, "; x=\"y\"");
		buf_adds(&b, "\r\n\r\n1\r\n");
	}
	buf_adds(&b, END);
	parses(buf_span(&b), 100);
	buf_clear(&b);
}

static void a_small_arena_is_no_crash(void **state)
{
	(void)state;
	for (size_t max = 0; max < 40000; max += 500) {
		enum status st;

		arena_free(arena);
		arena = arena_new(max);
		assert_non_null(arena);
		st = parse_as(TYPE, SPAN(FIELD("a", "1") FILE_OF("f", "x", "2") END));
		assert_true(st == ST_NOMEM || (st == ST_OK && m.count == 2));
		assert_true(st == ST_OK || (m.count == 0 && form.count == 0));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
	    TEST(fields_and_files_are_told_apart),
	    TEST(line_ends_of_fields_become_lf_and_those_of_files_stay),
	    TEST(empty_values_files_and_forms_are_read),
	    TEST(a_file_that_was_not_chosen_is_none),
	    TEST(a_file_that_comes_twice_is_none),
	    TEST(what_looks_like_a_boundary_in_data_is_data),
	    TEST(a_boundary_that_goes_on_is_refused),
	    TEST(boundaries_are_those_of_rfc_2046),
	    TEST(a_boundary_has_at_most_70_characters),
	    TEST(names_may_hold_what_is_quoted),
	    TEST(heads_that_could_be_read_in_two_ways_are_refused),
	    TEST(fields_must_be_text),
	    TEST(only_crlf_ends_lines),
	    TEST(what_stands_before_the_first_boundary_is_refused),
	    TEST(a_body_that_is_cut_off_anywhere_is_refused),
	    TEST(parts_are_counted),
	    TEST(heads_are_measured),
	    TEST(fields_together_have_a_limit_and_files_have_none),
	    TEST(many_quotations_do_not_exhaust_the_arena),
	    TEST(a_small_arena_is_no_crash),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
