/* Keys and signed notes, checked with another implementation of Ed25519 (GnuTLS). */
#include "vault/journal/note.h"

#include "journal_fixture.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <sys/stat.h>

/* From the specifications of C2SP and of the Go package note. */
static const char example[] =
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "\xe2\x80\x94 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4UR"
    "YN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";
static const char peter[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

static void unbase64(struct span text, unsigned char *out, size_t n)
{
	gnutls_datum_t in = {(unsigned char *)(uintptr_t)text.p, (unsigned)text.n}, got;

	assert_int_equal(gnutls_base64_decode2(&in, &got), 0);
	assert_int_equal(got.size, n);
	memcpy(out, got.data, n);
	gnutls_free(got.data);
}

/* Takes a note and a verifier key apart as their specification says, and verifies. */
static bool verify(struct span note, struct span vkey)
{
	struct span name = span_cut(&vkey, '+'), id = span_cut(&vkey, '+'), text, line;
	unsigned char key[33], sig[68];
	gnutls_pubkey_t pub;
	char hex[9];
	int rc;

	text = span_make(note.p, (size_t)span_find(note, SPAN("\n\n")) + 1);
	line = span_make(note.p + text.n + 1, note.n - text.n - 1);
	assert_true(span_is(span_cut(&line, ' '), "\xe2\x80\x94"));
	assert_true(span_eq(span_cut(&line, ' '), name));
	unbase64(span_cut(&line, '\n'), sig, sizeof sig);
	assert_int_equal(line.n, 0);
	unbase64(vkey, key, sizeof key);
	assert_int_equal(key[0], 1);
	snprintf(hex, sizeof hex, "%02x%02x%02x%02x", sig[0], sig[1], sig[2], sig[3]);
	assert_true(span_is(id, hex));
	assert_int_equal(gnutls_pubkey_init(&pub), 0);
	assert_int_equal(gnutls_pubkey_import_ecc_raw(pub, GNUTLS_ECC_CURVE_ED25519,
						      &(gnutls_datum_t){key + 1, 32}, NULL),
			 0);
	rc = gnutls_pubkey_verify_data2(
	    pub, GNUTLS_SIGN_EDDSA_ED25519, 0,
	    &(gnutls_datum_t){(unsigned char *)(uintptr_t)text.p, (unsigned)text.n},
	    &(gnutls_datum_t){sig + 4, 64});
	gnutls_pubkey_deinit(pub);
	return rc >= 0;
}

static struct log_signer made(void)
{
	struct log_signer s;

	assert_ok(file_mkdirs(journal));
	assert_ok(signer_create(journal, SPAN(ORIGIN)));
	assert_ok(signer_load(&s, journal, true));
	return s;
}

static struct checkpoint a_checkpoint(void)
{
	struct checkpoint c = {.size = 1234};

	for (unsigned i = 0; i < 32; i++)
		c.root.b[i] = (unsigned char)(0x5f + i);
	return c;
}

static void a_key_is_read_back_and_only_its_owner_may_read_it(void **state)
{
	struct log_signer s = made();
	struct buf key;
	struct stat sb;
	char path[700];

	(void)state;
	assert_true(s.secret);
	assert_string_equal(s.origin, ORIGIN);
	path_in(path, "key");
	assert_int_equal(stat(path, &sb), 0);
	assert_int_equal(sb.st_mode & 0777, 0600);
	slurp("key", &key);
	assert_true(span_starts(buf_span(&key), SPAN("PRIVATE+KEY+" ORIGIN "+")));
	buf_clear(&key);
	slurp("key.pub", &key);
	buf_cut(&key, key.len - 1);
	assert_string_equal(buf_str(&key), s.vkey);
	buf_clear(&key);
	signer_clear(&s);
}

static void a_foreign_verifier_key_is_understood(void **state)
{
	struct log_signer s;
	struct buf b;

	(void)state;
	assert_ok(file_mkdirs(journal));
	buf_init(&b, 256);
	buf_addf(&b, "%s\n", peter);
	spit("key.pub", buf_span(&b));
	assert_ok(signer_load(&s, journal, false));
	assert_string_equal(s.vkey, peter);
	assert_string_equal(s.origin, "PeterNeumann");
	buf_clear(&b);
	replace_in("key.pub", "c74f20a3", "c74f20a4");
	assert_status(signer_load(&s, journal, false), ST_CORRUPT);
	assert_string_equal(s.vkey, "");
}

static void damaged_keys_are_refused(void **state)
{
	struct log_signer s = made();
	struct buf b;

	(void)state;
	slurp("key", &b);
	spit("key", SPAN("PRIVATE+KEY+" ORIGIN "+00000000+AAAA\n"));
	assert_status(signer_load(&s, journal, true), ST_CORRUPT);
	assert_ok(signer_load(&s, journal, false));
	assert_false(s.secret);
	assert_ok(signer_create(journal, SPAN(ORIGIN))); /* another pair */
	spit("key", buf_span(&b));			 /* with the old secret */
	assert_status(signer_load(&s, journal, true), ST_CORRUPT);
	spit("key.pub", SPAN(""));
	assert_status(signer_load(&s, journal, false), ST_CORRUPT);
	buf_clear(&b);
}

static void origins_that_break_the_format_are_refused(void **state)
{
	static const char *const bad[] = {"", "a b", "a+b", "a\nb", "日本", "a\tb"};

	(void)state;
	assert_ok(file_mkdirs(journal));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_status(signer_create(journal, span_of(bad[i])), ST_INVALID);
}

static void a_note_is_exact_and_another_library_verifies_it(void **state)
{
	struct log_signer s = made();
	struct checkpoint c = a_checkpoint(), got;
	struct buf note;

	(void)state;
	buf_init(&note, NOTE_MAX);
	note_write(&note, &s, &c);
	assert_true(span_starts(buf_span(&note),
				SPAN(ORIGIN "\n1234\nX2BhYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ent8fX4=\n"
					    "\n\xe2\x80\x94 " ORIGIN " ")));
	assert_true(verify(buf_span(&note), span_of(s.vkey)));
	assert_ok(note_read(buf_span(&note), &s, &got));
	assert_int_equal(got.size, 1234);
	assert_memory_equal(got.root.b, c.root.b, 32);
	buf_clear(&note);
	signer_clear(&s);
}

static void a_note_with_any_byte_changed_is_refused(void **state)
{
	struct log_signer s = made();
	struct checkpoint c = a_checkpoint(), got;
	struct buf note;

	(void)state;
	buf_init(&note, NOTE_MAX);
	note_write(&note, &s, &c);
	for (size_t i = 0; i < note.len; i++) {
		note.data[i] ^= 1;
		if (note_read(buf_span(&note), &s, &got) != ST_INVALID)
			fail_msg("byte %zu may be changed", i);
		note.data[i] ^= 1;
	}
	for (size_t n = 0; n < note.len; n++)
		assert_status(note_read(span_make(note.data, n), &s, &got), ST_INVALID);
	assert_ok(note_read(buf_span(&note), &s, &got));
	buf_clear(&note);
}

static void signatures_of_witnesses_are_passed_over(void **state)
{
	struct log_signer s = made();
	struct checkpoint c = a_checkpoint(), got;
	struct buf note;

	(void)state;
	buf_init(&note, NOTE_MAX);
	note_write(&note, &s, &c);
	buf_adds(&note, "\xe2\x80\x94 witness.example x08go/ZJkuBS9UG/SffcvIAQxVBtiFup\n");
	assert_ok(note_read(buf_span(&note), &s, &got));
	buf_adds(&note, "no signature\n");
	assert_status(note_read(buf_span(&note), &s, &got), ST_INVALID);
	buf_clear(&note);
}

static void one_bad_signature_of_the_own_key_spoils_the_note(void **state)
{
	struct log_signer s = made();
	struct checkpoint c = a_checkpoint(), got, other = {.size = 5};
	struct buf note, second;

	(void)state;
	buf_init(&note, NOTE_MAX);
	buf_init(&second, NOTE_MAX);
	note_write(&note, &s, &c);
	note_write(&second, &s, &other);
	buf_adds(&note, strstr(second.data, "\n\n") + 2);
	assert_status(note_read(buf_span(&note), &s, &got), ST_INVALID);
	buf_clear(&note);
	buf_clear(&second);
}

static void the_note_of_the_specification_is_read(void **state)
{
	static const unsigned char root[] = {0x0a, 0xc5, 0x18, 0x6a};
	struct log_signer s = made();
	struct checkpoint c;

	(void)state;
	assert_ok(note_read(span_of(example), NULL, &c));
	assert_int_equal(c.size, 20852163);
	assert_memory_equal(c.root.b, root, sizeof root);
	assert_status(note_read(span_of(example), &s, &c), ST_INVALID);
}

static void a_promise_is_read_as_people_copy_it(void **state)
{
	static const unsigned char root[] = {0x5f, 0x3a, 0x9c, 0x01, 0x77, 0xde};
	static const char *const good[] = {"1234 5f3a 9c01 77de", " 1234  5F3A-9C01-77DE\n",
					   "1234 5f3a9c0177de", "1234-5f3a-9c01-77de"};
	static const char *const bad[] = {"",
					  "1234",
					  "1234 5f3a 9c01 77d",
					  "x 5f3a 9c01 77de",
					  "1234 5f3a 9c01 77de 0",
					  "1234 5f3a 9c01 77dg",
					  "99999999999999999999 5f3a 9c01 77de"};
	struct journal_promise p;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_ok(journal_promise_parse(span_of(good[i]), &p));
		assert_int_equal(p.size, 1234);
		assert_int_equal(p.root_len, 6);
		assert_memory_equal(p.root, root, 6);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_status(journal_promise_parse(span_of(bad[i]), &p), ST_INVALID);
	assert_ok(journal_promise_parse(span_of(example), &p));
	assert_int_equal(p.size, 20852163);
	assert_int_equal(p.root_len, 32);
}

#define WITH_FOLDER(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_FOLDER(a_key_is_read_back_and_only_its_owner_may_read_it),
	    WITH_FOLDER(a_foreign_verifier_key_is_understood),
	    WITH_FOLDER(damaged_keys_are_refused),
	    WITH_FOLDER(origins_that_break_the_format_are_refused),
	    WITH_FOLDER(a_note_is_exact_and_another_library_verifies_it),
	    WITH_FOLDER(a_note_with_any_byte_changed_is_refused),
	    WITH_FOLDER(signatures_of_witnesses_are_passed_over),
	    WITH_FOLDER(one_bad_signature_of_the_own_key_spoils_the_note),
	    WITH_FOLDER(the_note_of_the_specification_is_read),
	    WITH_FOLDER(a_promise_is_read_as_people_copy_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
