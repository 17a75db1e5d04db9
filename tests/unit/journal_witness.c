/* Notes of others, cosignatures, and the witness that keeps what it signed. */
#include "vault/journal/witness.h"

#include "journal_tamper.h"

#include <signal.h>
#include <sodium.h>
#include <sys/resource.h>
#include <sys/stat.h>

static struct journal *log_;
static struct witness *w;
static char dir[600];

static void begin(unsigned records)
{
	log_ = create();
	append_many(log_, records, T0);
	snprintf(dir, sizeof dir, "%s/witness", folder);
	assert_ok(witness_create(dir, SPAN("witness.example/w")));
	assert_ok(witness_open(&w, dir));
}

static void finish(void)
{
	witness_close(w);
	journal_close(log_);
}

/* A checkpoint of the first size records, signed by the log; *root changed if asked for. */
static void note_of(uint64_t size, bool other, struct buf *out)
{
	struct log_signer key;
	struct checkpoint c = {.size = size};

	assert_ok(signer_load(&key, journal, true));
	assert_ok(journal_prove_root(log_, size, &c.root));
	c.root.b[3] ^= other;
	note_write(out, &key, &c);
	signer_clear(&key);
}

static int add(uint64_t old, uint64_t size, bool other, int64_t now, struct buf *out)
{
	struct proof proof;
	struct buf note, body;
	int status;

	buf_init(&note, NOTE_MAX);
	buf_init(&body, ADD_MAX);
	buf_cut(out, 0);
	note_of(size, other, &note);
	if (old <= size)
		assert_ok(journal_prove_consistency(log_, old, size, &proof));
	else
		proof.count = 0;
	add_request_write(&body, old, &proof, buf_span(&note));
	status = witness_add_checkpoint(w, buf_span(&body), now, out);
	buf_clear(&body);
	buf_clear(&note);
	return status;
}

/* ---- keys and notes ---- */

static void keys_of_others_are_read_to_the_letter(void **state)
{
	static const char *const bad[] = {
	    "",
	    "example.com/foo",
	    "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
	    "example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
	    "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
	    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k ",
	    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U0=",
	};
	struct log_signer key;

	(void)state;
	/* the example of C2SP signed-note */
	assert_ok(vkey_read(
	    &key, SPAN("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
	    NOTE_LOG));
	assert_string_equal(key.origin, "example.com/foo");
	assert_status(
	    vkey_read(&key,
		      SPAN("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"),
		      NOTE_WITNESS),
	    ST_INVALID);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_status(vkey_read(&key, span_of(bad[i]), NOTE_LOG), ST_INVALID);
}

static void cosignatures_hold_for_one_text_one_key_one_time(void **state)
{
	struct signed_checkpoint n;
	struct log_signer key;
	struct buf note, line;
	int64_t at;

	(void)state;
	begin(10);
	assert_ok(signer_load_as(&key, dir, NOTE_WITNESS, true));
	buf_init(&note, NOTE_MAX);
	buf_init(&line, NOTE_MAX);
	note_of(10, false, &note);
	assert_ok(checkpoint_parse(&n, buf_span(&note)));
	assert_status(checkpoint_signed(&n, &key, &at), ST_NOTFOUND);
	checkpoint_cosign(&line, &key, n.text, 1679315147);
	buf_addspan(&note, buf_span(&line));
	assert_ok(checkpoint_parse(&n, buf_span(&note)));
	assert_ok(checkpoint_signed(&n, &key, &at));
	assert_int_equal(at, 1679315147);
	/* another time in the line */
	note.data[note.len - 20] = note.data[note.len - 20] == 'A' ? 'B' : 'A';
	assert_ok(checkpoint_parse(&n, buf_span(&note)));
	assert_status(checkpoint_signed(&n, &key, &at), ST_DENIED);
	buf_clear(&note);
	buf_clear(&line);
	signer_clear(&key);
	finish();
}

/* A note of text with one line of signature: name, and these bytes. */
static void note_with(struct buf *out, struct span text, const char *name,
		      const unsigned char *bytes, size_t n)
{
	char base64[256];

	buf_cut(out, 0);
	buf_addspan(out, text);
	buf_addf(
	    out, "\n%s%s %s\n", note_dash, name,
	    sodium_bin2base64(base64, sizeof base64, bytes, n, sodium_base64_VARIANT_ORIGINAL));
}

static void a_signature_is_of_one_name_one_key_and_whole(void **state)
{
	struct signed_checkpoint n;
	struct log_signer key, second;
	unsigned char sig[4 + 64 + 1] = {0};
	struct buf note, other, line;
	struct span text, rest;
	char path[700];
	int64_t at;

	(void)state;
	begin(10);
	buf_init(&note, NOTE_MAX);
	buf_init(&other, NOTE_MAX);
	buf_init(&line, NOTE_MAX);
	note_of(10, false, &note);
	assert_true(note_split(buf_span(&note), &text, &rest));
	assert_ok(signer_load(&key, journal, true));
	memcpy(sig, key.id, sizeof key.id);
	crypto_sign_ed25519_detached(sig + 4, NULL, (const unsigned char *)text.p, text.n,
				     key.secret_key);
	note_with(&other, text, ORIGIN, sig, 68);
	assert_ok(checkpoint_parse(&n, buf_span(&other)));
	assert_ok(checkpoint_signed(&n, &key, NULL));
	note_with(&other, text, "somebody.example", sig, 68);
	assert_ok(checkpoint_parse(&n, buf_span(&other)));
	assert_status(checkpoint_signed(&n, &key, NULL), ST_NOTFOUND);
	note_with(&other, text, ORIGIN, sig, 69); /* a byte more */
	assert_ok(checkpoint_parse(&n, buf_span(&other)));
	assert_status(checkpoint_signed(&n, &key, NULL), ST_DENIED);
	/* the line of the next key, of the same name, says nothing of this one */
	snprintf(path, sizeof path, "%s/second", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_ok(signer_create(path, SPAN(ORIGIN)));
	assert_ok(signer_load(&second, path, true));
	note_with(&other, text, ORIGIN, sig, 68);
	memcpy(sig, second.id, sizeof second.id);
	crypto_sign_ed25519_detached(sig + 4, NULL, (const unsigned char *)text.p, text.n,
				     second.secret_key);
	note_with(&line, text, ORIGIN, sig, 68);
	assert_true(note_split(buf_span(&line), &text, &rest));
	buf_addspan(&other, rest);
	assert_ok(checkpoint_parse(&n, buf_span(&other)));
	assert_ok(checkpoint_signed(&n, &key, NULL));
	assert_ok(checkpoint_signed(&n, &second, NULL));
	signer_clear(&second);
	signer_clear(&key);
	/* nobody cosigned in 1970 */
	assert_ok(signer_load_as(&key, dir, NOTE_WITNESS, true));
	buf_cut(&line, 0);
	checkpoint_cosign(&line, &key, text, 0);
	buf_addspan(&note, buf_span(&line));
	assert_ok(checkpoint_parse(&n, buf_span(&note)));
	assert_status(checkpoint_signed(&n, &key, &at), ST_DENIED);
	signer_clear(&key);
	buf_clear(&line);
	buf_clear(&other);
	buf_clear(&note);
	finish();
}

static void notes_of_others_are_read_to_the_letter(void **state)
{
	static const struct {
		const char *text;
		bool good;
	} texts[] = {
	    {"o\n10\n%s\n", true},    {"o\n0\n%s\n", true},	{"o\n10\n%s\nmore\n", true},
	    {"o\n010\n%s\n", false},  {"o\n+10\n%s\n", false},	{"o\n\n%s\n", false},
	    {"\n10\n%s\n", false},    {"o\n10\n%sA\n", false},	{"o\n10\n%s\n\nmore\n", false},
	    {"o\t\n10\n%s\n", false}, {"o\r\n10\n%s\n", false}, {"\xff\n10\n%s\n", false},
	};
	const unsigned char sig[68] = {0};
	struct signed_checkpoint n;
	struct buf text, note;

	(void)state;
	buf_init(&text, 4096);
	buf_init(&note, 4096);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		const char *root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
		const char *at = strstr(texts[i].text, "%s");

		buf_cut(&text, 0);
		buf_add(&text, texts[i].text, (size_t)(at - texts[i].text));
		buf_adds(&text, root);
		buf_adds(&text, at + 2);
		note_with(&note, buf_span(&text), "o", sig, sizeof sig);
		if (checkpoint_parse(&n, buf_span(&note)) != (texts[i].good ? ST_OK : ST_INVALID))
			fail_msg("%s", buf_str(&note));
	}
	buf_clear(&text);
	buf_clear(&note);
}

/* ---- the witness ---- */

static void it_never_goes_back(void **state)
{
	struct buf out;

	(void)state;
	begin(300);
	buf_init(&out, NOTE_MAX);
	assert_int_equal(add(0, 5, false, 100, &out), 404);
	assert_ok(witness_add_log(w, span_of(journal_vkey(log_))));
	assert_status(witness_add_log(w, span_of(journal_vkey(log_))), ST_EXISTS);
	assert_int_equal(add(0, 0, false, 100, &out), 200);
	assert_int_equal(add(0, 0, true, 100, &out), 422);
	assert_int_equal(add(0, 5, false, 100, &out), 200);
	assert_int_equal(add(0, 5, false, 100, &out), 409);
	assert_true(span_is(buf_span(&out), "5\n"));
	assert_int_equal(add(5, 4, false, 100, &out), 400);
	assert_int_equal(add(5, 256, false, 100, &out), 200);
	assert_int_equal(add(5, 300, false, 100, &out), 409);
	assert_true(span_is(buf_span(&out), "256\n"));
	assert_int_equal(add(256, 300, true, 100, &out), 422);
	assert_int_equal(add(256, 256, true, 100, &out), 422);
	assert_int_equal(add(256, 256, false, 100, &out), 200);
	for (int i = 0; i < 3; i++) { /* it forgets nothing */
		witness_close(w);
		assert_ok(witness_open(&w, dir));
		assert_int_equal(add(5, 300, false, 100, &out), 409);
		assert_true(span_is(buf_span(&out), "256\n"));
	}
	assert_int_equal(add(256, 300, false, 100, &out), 200);
	buf_clear(&out);
	finish();
}

static int64_t time_of(const struct buf *line)
{
	struct signed_checkpoint n;
	struct log_signer key;
	struct buf note;
	int64_t at = 0;

	buf_init(&note, NOTE_MAX);
	note_of(10, false, &note);
	buf_addspan(&note, buf_span(line));
	assert_ok(signer_load_as(&key, dir, NOTE_WITNESS, false));
	assert_ok(checkpoint_parse(&n, buf_span(&note)));
	assert_ok(checkpoint_signed(&n, &key, &at));
	buf_clear(&note);
	return at;
}

static void a_clock_that_was_set_back_makes_no_older_signature(void **state)
{
	struct buf out;

	(void)state;
	begin(10);
	buf_init(&out, NOTE_MAX);
	assert_ok(witness_add_log(w, span_of(journal_vkey(log_))));
	assert_int_equal(add(0, 10, false, 2000, &out), 200);
	assert_int_equal(time_of(&out), 2000);
	assert_int_equal(add(10, 10, false, 1000, &out), 200);
	assert_int_equal(time_of(&out), 2000);
	assert_int_equal(add(10, 10, false, 3000, &out), 200);
	assert_int_equal(time_of(&out), 3000);
	buf_clear(&out);
	finish();
}

static void a_state_that_was_spoilt_signs_nothing(void **state)
{
	char path[PATH_MAX];
	struct buf out;
	unsigned char h[SHA256_LEN];

	(void)state;
	begin(10);
	buf_init(&out, NOTE_MAX);
	assert_ok(witness_add_log(w, span_of(journal_vkey(log_))));
	assert_int_equal(add(0, 10, false, 2000, &out), 200);
	buf_cut(&out, 0);
	sha256(SPAN(ORIGIN), h);
	buf_addhex(&out, h, sizeof h);
	snprintf(path, sizeof path, "%s/logs/%s/checkpoint", dir, buf_str(&out));
	assert_ok(file_write_fast(path, SPAN(""), 0600));
	assert_int_equal(add(0, 5, false, 2000, &out), 503);
	assert_int_equal(out.len, 0);
	buf_clear(&out);
	finish();
}

/* Is there the n-th request that is kept as evidence? */
static bool is_kept(unsigned n)
{
	char path[PATH_MAX];
	struct buf hash;
	unsigned char h[SHA256_LEN];

	buf_init(&hash, 256);
	sha256(SPAN(ORIGIN), h);
	buf_addhex(&hash, h, sizeof h);
	snprintf(path, sizeof path, "%s/logs/%s/refused/%u", dir, buf_str(&hash), n);
	buf_clear(&hash);
	return file_exists(path);
}

static void evidence_is_bounded(void **state)
{
	struct buf out;

	(void)state;
	begin(10);
	buf_init(&out, NOTE_MAX);
	assert_ok(witness_add_log(w, span_of(journal_vkey(log_))));
	assert_int_equal(add(0, 5, false, 2000, &out), 200);
	assert_false(is_kept(1));
	for (int i = 0; i < WITNESS_REFUSED_MAX + 5; i++)
		assert_int_equal(add(5, 10, true, 2000, &out), 422);
	assert_true(is_kept(1));
	assert_true(is_kept(WITNESS_REFUSED_MAX));
	assert_false(is_kept(WITNESS_REFUSED_MAX + 1));
	assert_int_equal(add(5, 10, false, 2000, &out), 200);
	buf_clear(&out);
	finish();
}

/* ---- signatures ---- */

/* The first checkpoint of five records, with these lines behind the one of the log. */
static int add_with(const char *lines, bool log_signs, unsigned hashes, struct buf *out)
{
	struct proof proof = {.count = hashes};
	struct buf note, body;
	struct span text, rest;
	int status;

	buf_init(&note, NOTE_MAX);
	buf_init(&body, ADD_MAX);
	buf_cut(out, 0);
	note_of(5, false, &note);
	if (!log_signs) {
		assert_true(note_split(buf_span(&note), &text, &rest));
		buf_cut(&note, text.n + 1);
	}
	buf_adds(&note, lines);
	add_request_write(&body, 0, &proof, buf_span(&note));
	status = witness_add_checkpoint(w, buf_span(&body), 100, out);
	buf_clear(&body);
	buf_clear(&note);
	return status;
}

/* A line of signature by the log's name and key, or somebody else's, that is not over this text. */
static void wrong_line(const char *path, const char *name, struct buf *out)
{
	struct log_signer key;
	struct checkpoint c = {.size = 7};
	struct span text, rest;
	struct buf note;

	buf_init(&note, NOTE_MAX);
	buf_cut(out, 0);
	if (strcmp(name, ORIGIN) != 0)
		assert_ok(signer_create(path, span_of(name)));
	assert_ok(signer_load(&key, path, true));
	c.root = hash_empty();
	note_write(&note, &key, &c);
	assert_true(note_split(buf_span(&note), &text, &rest));
	buf_addspan(out, rest);
	signer_clear(&key);
	buf_clear(&note);
}

static void only_what_the_log_signed_is_cosigned(void **state)
{
	char path[700];
	struct buf out, line, newest;
	struct span hash;
	struct buf hex;
	unsigned char h[SHA256_LEN];

	(void)state;
	begin(10);
	buf_init(&out, NOTE_MAX);
	buf_init(&line, NOTE_MAX);
	buf_init(&newest, 2 * NOTE_MAX);
	buf_init(&hex, 256);
	sha256(SPAN(ORIGIN), h);
	buf_addhex(&hex, h, sizeof h);
	hash = buf_span(&hex);
	snprintf(path, sizeof path, "%s/stranger", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_ok(witness_add_log(w, span_of(journal_vkey(log_))));
	wrong_line(path, "stranger.example/log", &line);
	assert_int_equal(add_with(buf_str(&line), false, 0, &out), 403); /* a stranger alone */
	assert_int_equal(add_with("", true, 1, &out), 422); /* from nothing there is no proof */
	wrong_line(journal, ORIGIN, &line);
	assert_int_equal(add_with(buf_str(&line), true, 0, &out), 403); /* good and wrong */
	assert_int_equal(out.len, 0);
	assert_status(witness_checkpoint(w, hash, &newest), ST_NOTFOUND);
	/* what others say beside it is not passed on */
	snprintf(path, sizeof path, "%s/second", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	wrong_line(path, "stranger.example/log", &line);
	assert_int_equal(add_with(buf_str(&line), true, 0, &out), 200);
	assert_ok(witness_checkpoint(w, hash, &newest));
	assert_non_null(strstr(buf_str(&newest), "witness.example/w"));
	assert_null(strstr(buf_str(&newest), "stranger"));
	buf_clear(&hex);
	buf_clear(&newest);
	buf_clear(&line);
	buf_clear(&out);
	finish();
}

static void so_many_keys_of_a_log(void **state)
{
	struct log_signer key;
	char path[700];

	(void)state;
	begin(1);
	assert_ok(witness_add_log(w, span_of(journal_vkey(log_))));
	for (int i = 1; i <= 8; i++) {
		snprintf(path, sizeof path, "%s/key%d", folder, i);
		assert_int_equal(mkdir(path, 0700), 0);
		assert_ok(signer_create(path, SPAN(ORIGIN)));
		assert_ok(signer_load(&key, path, false));
		assert_status(witness_add_log(w, span_of(key.vkey)), i < 8 ? ST_OK : ST_TOOBIG);
	}
	finish();
}

/* A cosignature that is not on the disk would be forgotten: it is not given. */
static void what_cannot_be_kept_is_not_signed(void **state)
{
	struct rlimit old, none;
	struct buf out;

	(void)state;
	begin(10);
	buf_init(&out, NOTE_MAX);
	assert_ok(witness_add_log(w, span_of(journal_vkey(log_))));
	note_of(10, false, &out); /* published before nothing can be written */
	assert_ok(journal_prove_root(log_, 10, &(struct hash){{0}}));
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	none = (struct rlimit){1, old.rlim_max};
	setrlimit(RLIMIT_FSIZE, &none);
	assert_int_equal(add(0, 10, false, 2000, &out), 503);
	setrlimit(RLIMIT_FSIZE, &old);
	assert_int_equal(out.len, 0);
	assert_int_equal(add(0, 10, false, 2000, &out), 200);
	buf_clear(&out);
	finish();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keys_of_others_are_read_to_the_letter),
	    WITH_FOLDER(cosignatures_hold_for_one_text_one_key_one_time),
	    WITH_FOLDER(a_signature_is_of_one_name_one_key_and_whole),
	    cmocka_unit_test(notes_of_others_are_read_to_the_letter),
	    WITH_FOLDER(it_never_goes_back),
	    WITH_FOLDER(a_clock_that_was_set_back_makes_no_older_signature),
	    WITH_FOLDER(a_state_that_was_spoilt_signs_nothing),
	    WITH_FOLDER(evidence_is_bounded),
	    WITH_FOLDER(only_what_the_log_signed_is_cosigned),
	    WITH_FOLDER(so_many_keys_of_a_log),
	    WITH_FOLDER(what_cannot_be_kept_is_not_signed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
