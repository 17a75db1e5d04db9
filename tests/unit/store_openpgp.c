#include "tests/unit/store_openpgp.h"
#include "tests/unit/store_help.h"
#include "vault/store/openpgp.h"

static struct vault V;
static uint32_t seed = 20261120;

static const struct span words = {"記録\nof a child\n", 18};

static uint32_t dice(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

/* Any bytes, newly seeded texts each time. */
static void random_bytes(struct buf *b, size_t n)
{
	while (n--)
		buf_addc(b, (char)dice());
}

static int setup(void **state)
{
	(void)state;
	vault_make(&V, true);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	vault_end(&V);
	return 0;
}

/* The key of the vault's person, as gpg exports it. */
static struct openpgp_key her_key(void)
{
	struct openpgp_key key;
	struct buf armored;

	buf_init(&armored, PGP_ROOM);
	assert_ok(key_export(V.keys, V.fpr, &armored));
	assert_ok(openpgp_public_key(buf_span(&armored), &key));
	buf_clear(&armored);
	return key;
}

static void sign(struct span data, struct buf *sig)
{
	const struct signer who = vault_signer(&V);

	buf_cut(sig, 0);
	assert_ok(sign_detached(V.keys, &who, data, sig));
}

static enum sign_state gpg_says(struct span data, struct span sig)
{
	struct verdict v;

	/* gpg ends with an error where a packet is nonsense; that is not "good" either */
	(void)verify_detached(V.keys, data, sig, &v);
	return v.state;
}

/* ---- gpg's own signatures ---- */

static void gpg_and_we_agree_on_signatures_of_random_texts(void **state)
{
	const struct openpgp_key key = her_key();
	struct openpgp_verdict ours;
	struct verdict v;
	struct buf text, sig;

	(void)state;
	buf_init(&text, PGP_ROOM);
	buf_init(&sig, SIGNATURE_MAX);
	for (size_t i = 0; i < 60; i++) {
		buf_cut(&text, 0);
		random_bytes(&text, i < 20 ? i : dice() % (i % 7 ? 3000 : 150000));
		sign(buf_span(&text), &sig);
		assert_ok(openpgp_check(&key, buf_span(&text), buf_span(&sig), &ours));
		assert_ok(verify_detached(V.keys, buf_span(&text), buf_span(&sig), &v));
		assert_int_equal(v.state, SIGN_GOOD);
		assert_string_equal(ours.issuer, v.fpr);
		assert_string_equal(ours.issuer, V.fpr);
		assert_int_equal(ours.created, v.created);
		buf_addc(&text, 'x');
		assert_int_equal(openpgp_check(&key, buf_span(&text), buf_span(&sig), &ours),
				 ST_CORRUPT);
		assert_int_equal(gpg_says(buf_span(&text), buf_span(&sig)), SIGN_BAD);
	}
	buf_clear(&sig);
	buf_clear(&text);
}

static void gpg_signs(const char *options, struct buf *out)
{
	char line[PATH_MAX * 2], path[PATH_MAX + 16];

	snprintf(path, sizeof path, "%s/words", V.dir);
	assert_ok(file_write(path, words, 0600));
	snprintf(line, sizeof line,
		 "cd %s && gpg --homedir gnupg --batch --yes --pinentry-mode loopback "
		 "--passphrase " OPEN_SESAME " -u %s %s -a -b -o made words 2>/dev/null",
		 V.dir, V.fpr, options);
	assert_int_equal(system(line), 0);
	snprintf(path, sizeof path, "%s/made", V.dir);
	buf_cut(out, 0);
	assert_ok(file_read(path, out));
}

static void what_gpg_makes_otherwise_is_taken_or_left_to_gpg(void **state)
{
	static const struct {
		const char *options;
		enum status ours;
		enum sign_state gpgs;
	} rows[] = {
	    {"--digest-algo SHA512", ST_OK, SIGN_GOOD},
	    {"--digest-algo SHA256", ST_OK, SIGN_GOOD},
	    {"--emit-version --comment 'of 2026'", ST_OK, SIGN_GOOD},
	    {"--digest-algo SHA384", ST_INVALID, SIGN_GOOD},
	    {"--digest-algo SHA1", ST_INVALID, SIGN_UNCHECKED},
	    {"--textmode", ST_INVALID, SIGN_GOOD},
	    {"--default-sig-expire 2d", ST_INVALID, SIGN_GOOD},
	    {"--sig-notation a@b.example=c", ST_INVALID, SIGN_GOOD},
	    {"--sig-notation '!a@b.example=c'", ST_INVALID, SIGN_BAD},
	    {"--sig-policy-url https://vault.example", ST_INVALID, SIGN_GOOD},
	};
	const struct openpgp_key key = her_key();
	struct openpgp_verdict v;
	struct buf sig;

	(void)state;
	buf_init(&sig, SIGNATURE_MAX);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		enum status st;
		gpg_signs(rows[i].options, &sig);
		st = openpgp_check(&key, words, buf_span(&sig), &v);
		if (st != rows[i].ours)
			fail_msg("%s: %s", rows[i].options, status_name(st));
		assert_string_equal(v.issuer, rows[i].ours ? "" : V.fpr);
		assert_int_equal(gpg_says(words, buf_span(&sig)), rows[i].gpgs);
	}
	buf_clear(&sig);
}

/* ---- one bit ---- */

static void every_bit_of_the_text_counts(void **state)
{
	const struct openpgp_key key = her_key();
	struct openpgp_verdict v;
	struct buf text, sig;

	(void)state;
	buf_init(&text, PGP_ROOM);
	buf_init(&sig, SIGNATURE_MAX);
	random_bytes(&text, 300);
	sign(buf_span(&text), &sig);
	for (size_t bit = 0; bit < 8 * text.len; bit++) {
		pgp_flip(&text, bit);
		assert_int_equal(openpgp_check(&key, buf_span(&text), buf_span(&sig), &v),
				 ST_CORRUPT);
		pgp_flip(&text, bit);
	}
	assert_ok(openpgp_check(&key, buf_span(&text), buf_span(&sig), &v));
	buf_clear(&sig);
	buf_clear(&text);
}

/* Also where gpg does not look: the unhashed key id, the beginning of the hash. */
static void every_bit_of_the_signature_counts(void **state)
{
	const struct openpgp_key key = her_key();
	struct openpgp_verdict v;
	struct buf sig, raw, changed;

	(void)state;
	buf_init(&sig, SIGNATURE_MAX);
	buf_init(&raw, PGP_ROOM);
	buf_init(&changed, PGP_ROOM);
	sign(words, &sig);
	pgp_bare(buf_span(&sig), &raw);
	assert_true(raw.len > 110);
	for (size_t bit = 0; bit < 8 * raw.len; bit++) {
		enum status st;
		pgp_flip(&raw, bit);
		buf_cut(&changed, 0);
		pgp_armor(&changed, "SIGNATURE", buf_span(&raw));
		st = openpgp_check(&key, words, buf_span(&changed), &v);
		if (st != ST_CORRUPT && st != ST_INVALID)
			fail_msg("bit %zu: %s", bit, status_name(st));
		pgp_flip(&raw, bit);
	}
	buf_cut(&changed, 0);
	pgp_armor(&changed, "SIGNATURE", buf_span(&raw));
	assert_string_equal(buf_str(&changed), buf_str(&sig));
	buf_clear(&changed);
	buf_clear(&raw);
	buf_clear(&sig);
}

static void every_bit_of_the_key_counts(void **state)
{
	struct openpgp_key key = her_key();
	struct openpgp_verdict v;
	struct buf sig;

	(void)state;
	buf_init(&sig, SIGNATURE_MAX);
	sign(words, &sig);
	for (size_t bit = 0; bit < 256; bit++) {
		key.point[bit / 8] ^= (unsigned char)(1 << bit % 8);
		assert_int_equal(openpgp_check(&key, words, buf_span(&sig), &v), ST_CORRUPT);
		key.point[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
	assert_ok(openpgp_check(&key, words, buf_span(&sig), &v));
	buf_clear(&sig);
}

/* Another character, or one more, at each place: frame, lines, checksum. */
static void every_character_of_the_armor_counts(void **state)
{
	const struct openpgp_key key = her_key();
	struct openpgp_verdict v;
	struct buf sig, changed;

	(void)state;
	buf_init(&sig, SIGNATURE_MAX);
	buf_init(&changed, SIGNATURE_MAX);
	sign(words, &sig);
	for (size_t i = 0; i + 1 < 2 * sig.len; i++) {
		const size_t at = i / 2, after = i % 2 ? at : at + 1;
		buf_cut(&changed, 0);
		buf_add(&changed, sig.data, at);
		buf_addc(&changed, sig.data[at] == 'A' ? 'B' : 'A');
		buf_add(&changed, sig.data + after, sig.len - after);
		if (!openpgp_check(&key, words, buf_span(&changed), &v))
			fail_msg("%s", buf_str(&changed));
	}
	buf_clear(&changed);
	buf_clear(&sig);
}

/* ---- what is not whole, too long or nonsense ---- */

static void a_beginning_is_no_signature_and_no_key(void **state)
{
	const struct openpgp_key key = her_key();
	struct openpgp_key got;
	struct openpgp_verdict v;
	struct buf sig, armored;

	(void)state;
	buf_init(&sig, SIGNATURE_MAX);
	buf_init(&armored, PGP_ROOM);
	sign(words, &sig);
	assert_ok(key_export(V.keys, V.fpr, &armored));
	/* the last line feed may be missing: git's header has none */
	for (size_t n = 0; n + 1 < sig.len; n++) {
		assert_int_equal(openpgp_check(&key, words, span_make(sig.data, n), &v),
				 ST_INVALID);
		assert_string_equal(v.issuer, "");
	}
	assert_ok(openpgp_check(&key, words, span_make(sig.data, sig.len - 1), &v));
	for (size_t n = 0; n + 1 < armored.len; n++)
		assert_int_equal(openpgp_public_key(span_make(armored.data, n), &got), ST_INVALID);
	assert_ok(openpgp_public_key(span_make(armored.data, armored.len - 1), &got));
	assert_int_equal(openpgp_check(&key, words, SPAN_NONE, &v), ST_INVALID);
	assert_int_equal(openpgp_public_key(SPAN_NONE, &got), ST_INVALID);
	assert_int_equal(openpgp_public_key(buf_span(&sig), &got), ST_INVALID);
	assert_int_equal(openpgp_check(&key, words, buf_span(&armored), &v), ST_INVALID);
	buf_clear(&armored);
	buf_clear(&sig);
}

/* The same with a right frame and checksum: each beginning of the packets. */
static void a_cut_packet_is_none(void **state)
{
	const struct openpgp_key key = her_key();
	struct openpgp_key got;
	struct openpgp_verdict v;
	struct buf sig, raw, changed;
	size_t whole = 0;

	(void)state;
	buf_init(&sig, PGP_ROOM);
	buf_init(&raw, PGP_ROOM);
	buf_init(&changed, PGP_ROOM);
	sign(words, &sig);
	pgp_bare(buf_span(&sig), &raw);
	for (size_t n = 0; n < raw.len; n++) {
		buf_cut(&changed, 0);
		pgp_armor(&changed, "SIGNATURE", span_make(raw.data, n));
		assert_int_equal(openpgp_check(&key, words, buf_span(&changed), &v), ST_INVALID);
	}
	buf_cut(&sig, 0);
	buf_cut(&raw, 0);
	assert_ok(key_export(V.keys, V.fpr, &sig));
	pgp_bare(buf_span(&sig), &raw);
	for (size_t n = 0; n < raw.len; n++) {
		buf_cut(&changed, 0);
		pgp_armor(&changed, "PUBLIC KEY BLOCK", span_make(raw.data, n));
		whole += !openpgp_public_key(buf_span(&changed), &got);
	}
	/* after the key's own packet and after its name */
	assert_int_equal(whole, 2);
	buf_clear(&changed);
	buf_clear(&raw);
	buf_clear(&sig);
}

static void nonsense_is_refused(void **state)
{
	const struct openpgp_key key = her_key();
	struct openpgp_key got;
	struct openpgp_verdict v;
	struct buf raw, armored;

	(void)state;
	buf_init(&raw, PGP_ROOM);
	buf_init(&armored, PGP_ROOM);
	for (size_t i = 0; i < 2000; i++) {
		buf_cut(&raw, 0);
		buf_cut(&armored, 0);
		if (i % 3)
			buf_add(&raw, i % 3 == 1 ? "\x88\x75\x04\x00\x16\x08" : "\x98\x33\x04", 3);
		random_bytes(&raw, dice() % 300);
		pgp_armor(&armored, i % 2 ? "SIGNATURE" : "PUBLIC KEY BLOCK", buf_span(&raw));
		assert_int_equal(openpgp_check(&key, words, buf_span(&raw), &v), ST_INVALID);
		assert_int_equal(openpgp_check(&key, words, buf_span(&armored), &v), ST_INVALID);
		assert_int_equal(openpgp_public_key(buf_span(&armored), &got), ST_INVALID);
	}
	buf_clear(&armored);
	buf_clear(&raw);
}

static void what_is_too_long_is_refused(void **state)
{
	const struct openpgp_key key = her_key();
	struct openpgp_key got;
	struct openpgp_verdict v;
	struct buf sig, armored, head;
	const size_t begin = strlen("-----BEGIN PGP SIGNATURE-----\n");

	(void)state;
	buf_init(&sig, SIGNATURE_MAX);
	buf_init(&armored, PGP_ROOM);
	buf_init(&head, PGP_ROOM);
	sign(words, &sig);
	for (size_t size = SIGNATURE_MAX - 1; size <= SIGNATURE_MAX + 2; size++) {
		buf_cut(&armored, 0);
		buf_add(&armored, sig.data, begin);
		buf_adds(&armored, "Comment: ");
		while (armored.len + (sig.len - begin) < size)
			buf_addc(&armored, 'x');
		buf_addc(&armored, '\n');
		buf_add(&armored, sig.data + begin, sig.len - begin);
		/* its last line feed does not count */
		assert_int_equal(armored.len, size + 1);
		assert_int_equal(openpgp_check(&key, words, buf_span(&armored), &v),
				 size <= SIGNATURE_MAX ? ST_OK : ST_INVALID);
		assert_int_equal(gpg_says(words, span_make(armored.data, size)),
				 size <= SIGNATURE_MAX ? SIGN_GOOD : SIGN_BAD);
	}
	random_bytes(&head, 100000);
	buf_cut(&armored, 0);
	pgp_armor(&armored, "PUBLIC KEY BLOCK", buf_span(&head));
	assert_int_equal(openpgp_public_key(buf_span(&armored), &got), ST_INVALID);
	buf_clear(&head);
	buf_clear(&armored);
	buf_clear(&sig);
}

static void an_armor_is_taken_only_in_its_usual_form(void **state)
{
	static const struct {
		const char *what, *begin, *blank, *feed, *sum, *end;
		enum status st;
	} rows[] = {
	    {"as gpg writes it", "", "\n", "\n", "=", "\n", ST_OK},
	    {"lines of a mail", "", "\r\n", "\r\n", "=", "\r\n", ST_OK},
	    {"white space before", "\n", "\n", "\n", "=", "\n", ST_INVALID},
	    {"white space behind", "", "\n", "\n", "=", "\n\n ", ST_OK},
	    {"words before", "Hello\n", "\n", "\n", "=", "\n", ST_INVALID},
	    {"words behind", "", "\n", "\n", "=", "\nBye", ST_INVALID},
	    {"no empty line", "", "", "\n", "=", "\n", ST_INVALID},
	    {"another header", "", "Hash: SHA1\n\n", "\n", "=", "\n", ST_INVALID},
	    {"no checksum's sign", "", "\n", "\n", "", "\n", ST_INVALID},
	    {"a space in the lines", "", "\n", " \n", "=", "\n", ST_INVALID},
	    {"a dash in the lines", "", "\n", "-\n", "=", "\n", ST_INVALID},
	    {"an end in the lines", "", "\n", "=\n", "=", "\n", ST_INVALID},
	};
	const struct openpgp_key key = her_key();
	struct openpgp_verdict v;
	struct buf sig, made;

	(void)state;
	buf_init(&sig, SIGNATURE_MAX);
	buf_init(&made, SIGNATURE_MAX);
	sign(words, &sig);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct span left = buf_span(&sig), line;
		enum status st;
		buf_cut(&made, 0);
		buf_adds(&made, rows[i].begin);
		buf_addspan(&made, span_cut(&left, '\n'));
		span_cut(&left, '\n');
		buf_addf(&made, "\n%s", rows[i].blank);
		while ((line = span_cut(&left, '\n')).p[0] != '=') {
			buf_addspan(&made, line);
			buf_adds(&made, rows[i].feed);
		}
		buf_adds(&made, rows[i].sum);
		buf_add(&made, line.p + 1, line.n - 1);
		buf_addf(&made, "\n-----END PGP SIGNATURE-----%s", rows[i].end);
		st = openpgp_check(&key, words, buf_span(&made), &v);
		if (st != rows[i].st)
			fail_msg("%s: %s", rows[i].what, status_name(st));
		if (!st)
			if (gpg_says(words, buf_span(&made)) != SIGN_GOOD)
				fail_msg("%s", rows[i].what);
	}
	buf_clear(&made);
	buf_clear(&sig);
}

static void a_signature_by_another_key_is_refused(void **state)
{
	const struct openpgp_key hers = her_key();
	struct openpgp_key other;
	char fpr[FPR_HEX];
	struct openpgp_verdict v;
	struct buf sig, armored;

	(void)state;
	buf_init(&sig, SIGNATURE_MAX);
	buf_init(&armored, PGP_ROOM);
	assert_ok(key_create(V.keys, SPAN("鈴木"), SPAN("suzuki@vault.example"), SPAN_NONE, fpr));
	assert_ok(key_export(V.keys, fpr, &armored));
	assert_ok(openpgp_public_key(buf_span(&armored), &other));
	other.created = hers.created; /* also if it is a second younger */
	sign(words, &sig);
	assert_ok(openpgp_check(&hers, words, buf_span(&sig), &v));
	assert_int_equal(openpgp_check(&other, words, buf_span(&sig), &v), ST_CORRUPT);
	assert_string_equal(v.issuer, V.fpr);
	buf_clear(&armored);
	buf_clear(&sig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(gpg_and_we_agree_on_signatures_of_random_texts),
	    cmocka_unit_test(what_gpg_makes_otherwise_is_taken_or_left_to_gpg),
	    cmocka_unit_test(every_bit_of_the_text_counts),
	    cmocka_unit_test(every_bit_of_the_signature_counts),
	    cmocka_unit_test(every_bit_of_the_key_counts),
	    cmocka_unit_test(every_character_of_the_armor_counts),
	    cmocka_unit_test(a_beginning_is_no_signature_and_no_key),
	    cmocka_unit_test(a_cut_packet_is_none),
	    cmocka_unit_test(nonsense_is_refused),
	    cmocka_unit_test(what_is_too_long_is_refused),
	    cmocka_unit_test(an_armor_is_taken_only_in_its_usual_form),
	    cmocka_unit_test(a_signature_by_another_key_is_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
