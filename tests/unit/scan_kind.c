/* Names made fit, and what a file is. */
#include "vault/scan/kind.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static void a_name_is_made_fit_and_kept_as_typed_otherwise(void **state)
{
	static const struct {
		const char *sent, *kept; /* NULL: none is left */
	} table[] = {
	    {"診断書.pdf", "診断書.pdf"},
	    {"葛󠄀飾 髙橋.PDF", "葛󠄀飾 髙橋.PDF"},
	    {"../../etc/passwd.txt", "passwd.txt"},
	    {"C:\\Users\\x\\写真.jpg", "写真.jpg"},
	    {"a\u202egpj.exe", "agpj.exe"},
	    {"\u2066a\u2069\u061c.txt", "a.txt"},
	    {"a\nb\x7f.txt", "ab.txt"},
	    {"  .hidden.txt ", "hidden.txt"},
	    {"...", NULL},
	    {"", NULL},
	    {"/", NULL},
	};
	struct buf b;

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		buf_init(&b, 200);
		enum status st = kind_clean_name(span_of(table[i].sent), &b);
		assert_int_equal(st, table[i].kept ? ST_OK : ST_INVALID);
		if (table[i].kept)
			assert_string_equal(buf_str(&b), table[i].kept);
		buf_clear(&b);
	}
}

static void a_long_name_is_cut_between_characters_and_keeps_its_end(void **state)
{
	char sent[400];
	struct buf b;

	(void)state;
	for (size_t i = 0; i < 390; i += 3)
		memcpy(sent + i, "字", 3);
	memcpy(sent + 390, ".docx", 6);
	buf_init(&b, 200);
	assert_int_equal(kind_clean_name(span_of(sent), &b), ST_OK);
	assert_int_equal(b.len, 65 * 3 + 5);
	assert_true(span_ends(buf_span(&b), SPAN("字.docx")));
	buf_clear(&b);
}

static enum kind_refusal look(const char *name, struct span bytes)
{
	char path[] = "/tmp/karte-kind-XXXXXX";
	int fd = mkstemp(path);
	const struct kind *k;
	enum kind_refusal r;

	unlink(path);
	assert_int_equal(write(fd, bytes.p, bytes.n), (ssize_t)bytes.n);
	r = kind_of(fd, bytes.n, span_of(name), &k);
	assert_true((k != NULL) == (r == KIND_TAKEN));
	close(fd);
	return r;
}

static void bytes_and_name_must_agree(void **state)
{
	static const char pdf[] = "%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n";
	static const char locked[] = "%PDF-1.4\ntrailer <</Encrypt 3 0 R>>\n%%EOF\n";

	(void)state;
	assert_int_equal(look("a.pdf", span_of(pdf)), KIND_TAKEN);
	assert_int_equal(look("a.PDF", span_of(pdf)), KIND_TAKEN);
	assert_int_equal(look("a.png", span_of(pdf)), KIND_OTHER);
	assert_int_equal(look("a.docx", span_of(pdf)), KIND_OTHER);
	assert_int_equal(look("a", span_of(pdf)), KIND_OTHER);
	assert_int_equal(look("pdf", span_of(pdf)), KIND_OTHER);
	assert_int_equal(look("a.pdf.exe", span_of(pdf)), KIND_OTHER);
	assert_int_equal(look("a.pdf", span_of(locked)), KIND_LOCKED);
	assert_int_equal(look("a.txt", SPAN("")), KIND_EMPTY);
	assert_int_equal(look("a.txt", SPAN("こんにちは\r\n\tx")), KIND_TAKEN);
	assert_int_equal(look("a.csv", SPAN("a,b\n1,2\n")), KIND_TAKEN);
	assert_int_equal(look("a.txt", SPAN("a\0b")), KIND_OTHER);
	assert_int_equal(look("a.html", SPAN("<script>")), KIND_OTHER);
	assert_int_equal(look("a.svg", SPAN("<svg/>")), KIND_OTHER);
	assert_int_equal(look("a.docm", SPAN("PK\3\4")), KIND_OTHER);
	assert_int_equal(look("a.docx", SPAN("PK\5\6")), KIND_OTHER);
}

static void the_word_may_lie_between_two_pieces(void **state)
{
	enum { N = 200000 };
	char *text = malloc(N);

	(void)state;
	for (size_t at = 65500; at < 65560; at++) {
		memset(text, ' ', N);
		memcpy(text, "%PDF-1.4\n", 9);
		memcpy(text + at, "/Encrypt", 8);
		assert_int_equal(look("a.pdf", span_make(text, N)), KIND_LOCKED);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_name_is_made_fit_and_kept_as_typed_otherwise),
	    cmocka_unit_test(a_long_name_is_cut_between_characters_and_keeps_its_end),
	    cmocka_unit_test(bytes_and_name_must_agree),
	    cmocka_unit_test(the_word_may_lie_between_two_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
