#include "tests/unit/store_openpgp.h"
#include "tests/unit/store_help.h"
#include "vault/store/openpgp.h"

#include <gnutls/crypto.h>

/*
 * Two keys: one that gpg made, and one that was made by hand and that gpg has taken, so that gpg
 * judges also what it would never make.
 */
static struct vault V;
static struct pgp_key mine;
static char mine_fpr[FPR_HEX];
static uint32_t seed = 20261120;

enum { BORN = 1700000000, LATER = 1750000000 };

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

/* The fingerprint (RFC 4880 12.2). */
static void name_key(struct pgp_key *k, char hex[static FPR_HEX])
{
	struct buf body, packet;

	buf_init(&body, PGP_ROOM);
	buf_init(&packet, PGP_ROOM);
	pgp_key_body(&body, k);
	pgp_packet(&packet, 6, buf_span(&body));
	assert_int_equal(gnutls_hash_fast(GNUTLS_DIG_SHA1, buf_str(&packet), packet.len, k->fpr),
			 0);
	buf_cut(&body, 0);
	for (size_t i = 0; i < 20; i++)
		snprintf(hex + 2 * i, 3, "%02X", k->fpr[i]);
	buf_clear(&packet);
	buf_clear(&body);
}

/* The key with a name and its own signature on it, of a type and with more subpackets. */
static void certificate(struct buf *out, const struct pgp_key *k, unsigned type, struct span more)
{
	static const struct span user = {"Hand <hand@vault.example>", 25};
	struct buf key, raw, hashed, unhashed, covered, sig;
	unsigned char numbers[64];

	buf_init(&key, PGP_ROOM);
	buf_init(&raw, PGP_ROOM);
	buf_init(&hashed, PGP_ROOM);
	buf_init(&unhashed, PGP_ROOM);
	buf_init(&covered, PGP_ROOM);
	buf_init(&sig, PGP_ROOM);
	pgp_key_body(&key, k);
	pgp_packet(&raw, 6, buf_span(&key));
	pgp_sub_usual(&hashed, k, k->created);
	buf_addspan(&hashed, more);
	pgp_sub_issuer(&unhashed, k);
	/* what is hashed for a key: 0x99, and for a name: 0xb4 (RFC 4880 5.2.4) */
	pgp_number(&covered, 0x99, 1);
	pgp_number(&covered, key.len, 2);
	buf_addspan(&covered, buf_span(&key));
	if (type != 0x20) {
		pgp_packet(&raw, 13, user);
		pgp_number(&covered, 0xb4, 1);
		pgp_number(&covered, user.n, 4);
		buf_addspan(&covered, user);
	}
	struct pgp_sig s = pgp_sig_usual(buf_span(&hashed), buf_span(&unhashed));
	s.type = type;
	pgp_sig_body(&sig, k, &s, buf_span(&covered), numbers);
	pgp_packet(&raw, 2, buf_span(&sig));
	pgp_armor(out, "PUBLIC KEY BLOCK", buf_span(&raw));
	assert_int_equal(out->st, ST_OK);
	buf_clear(&sig);
	buf_clear(&covered);
	buf_clear(&unhashed);
	buf_clear(&hashed);
	buf_clear(&raw);
	buf_clear(&key);
}

#define MAY_SIGN_AND_CERTIFY SPAN("\x02\x1b\x03")

static int setup(void **state)
{
	struct buf cert;
	char fpr[FPR_HEX];

	(void)state;
	vault_make(&V, true);
	pgp_key_make(&mine, 7, BORN);
	name_key(&mine, mine_fpr);
	buf_init(&cert, PGP_ROOM);
	certificate(&cert, &mine, 0x13, MAY_SIGN_AND_CERTIFY);
	assert_ok(key_import(V.keys, buf_span(&cert), fpr));
	assert_string_equal(fpr, mine_fpr);
	buf_clear(&cert);
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

static struct openpgp_key my_key(void)
{
	struct openpgp_key key = {.created = mine.created};

	memcpy(key.point, mine.point, sizeof key.point);
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

/* The bytes of gpg's armor, read by hand: 48 in a line. */
static void bare(struct span armored, struct buf *raw)
{
	struct span line;

	while (span_cut(&armored, '\n').n)
		;
	while ((line = span_cut(&armored, '\n')).n && line.p[0] != '=') {
		unsigned char bytes[48];
		size_t n;
		assert_int_equal(sodium_base642bin(bytes, sizeof bytes, line.p, line.n, NULL, &n,
						   NULL, sodium_base64_VARIANT_ORIGINAL),
				 0);
		buf_add(raw, bytes, n);
	}
	assert_int_equal(raw->st, ST_OK);
}

static void flip(struct buf *b, size_t bit)
{
	b->data[bit / 8] = (char)(b->data[bit / 8] ^ 1 << bit % 8);
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
		gpg_signs(rows[i].options, &sig);
		print_message("%s\n", rows[i].options);
		assert_int_equal(openpgp_check(&key, words, buf_span(&sig), &v), rows[i].ours);
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
		flip(&text, bit);
		assert_int_equal(openpgp_check(&key, buf_span(&text), buf_span(&sig), &v),
				 ST_CORRUPT);
		flip(&text, bit);
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
	bare(buf_span(&sig), &raw);
	assert_true(raw.len > 110);
	for (size_t bit = 0; bit < 8 * raw.len; bit++) {
		enum status st;
		flip(&raw, bit);
		buf_cut(&changed, 0);
		pgp_armor(&changed, "SIGNATURE", buf_span(&raw));
		st = openpgp_check(&key, words, buf_span(&changed), &v);
		if (st != ST_CORRUPT && st != ST_INVALID)
			fail_msg("bit %zu: %s", bit, status_name(st));
		flip(&raw, bit);
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

/* In the packet of the key; the four bytes of its time are checked by its fingerprint only. */
static void every_bit_of_an_exported_key_counts(void **state)
{
	enum { HEADER = 2, TIME_FROM = HEADER + 1, TIME_TO = TIME_FROM + 4, BODY = 51 };
	const struct openpgp_key right = her_key();
	struct openpgp_key key;
	struct openpgp_verdict v;
	struct buf armored, raw, changed, sig;

	(void)state;
	buf_init(&armored, PGP_ROOM);
	buf_init(&raw, PGP_ROOM);
	buf_init(&changed, PGP_ROOM);
	buf_init(&sig, SIGNATURE_MAX);
	sign(words, &sig);
	assert_ok(key_export(V.keys, V.fpr, &armored));
	bare(buf_span(&armored), &raw);
	assert_int_equal((unsigned char)raw.data[1], BODY);
	for (size_t bit = 0; bit < 8 * (HEADER + BODY); bit++) {
		enum status st;
		flip(&raw, bit);
		buf_cut(&changed, 0);
		pgp_armor(&changed, "PUBLIC KEY BLOCK", buf_span(&raw));
		st = openpgp_public_key(buf_span(&changed), &key);
		if (bit / 8 >= TIME_FROM && bit / 8 < TIME_TO)
			assert_int_not_equal(key.created, right.created);
		else if (!st && !openpgp_check(&key, words, buf_span(&sig), &v))
			fail_msg("bit %zu", bit);
		flip(&raw, bit);
	}
	buf_clear(&sig);
	buf_clear(&changed);
	buf_clear(&raw);
	buf_clear(&armored);
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
	bare(buf_span(&sig), &raw);
	for (size_t n = 0; n < raw.len; n++) {
		buf_cut(&changed, 0);
		pgp_armor(&changed, "SIGNATURE", span_make(raw.data, n));
		assert_int_equal(openpgp_check(&key, words, buf_span(&changed), &v), ST_INVALID);
	}
	buf_cut(&sig, 0);
	buf_cut(&raw, 0);
	assert_ok(key_export(V.keys, V.fpr, &sig));
	bare(buf_span(&sig), &raw);
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
			if(gpg_says(words, buf_span(&made))!=SIGN_GOOD) fail_msg("%s", rows[i].what);
	}
	buf_clear(&made);
	buf_clear(&sig);
}

/* ---- made by hand ---- */

/* Whatever is good for us must be good for gpg. */
static void assert_judged(const char *what, struct span raw, enum status expected)
{
	const struct openpgp_key key = my_key();
	struct openpgp_verdict v;
	struct buf armored;
	enum status st;
	enum sign_state gpgs;

	buf_init(&armored, PGP_ROOM);
	pgp_armor(&armored, "SIGNATURE", raw);
	st = openpgp_check(&key, words, buf_span(&armored), &v);
	gpgs = gpg_says(words, buf_span(&armored));
	if (st != expected || (!st && gpgs != SIGN_GOOD))
		fail_msg("%s: %s, gpg: %s", what, status_name(st), sign_state_name(gpgs));
	assert_string_equal(v.issuer, expected == ST_INVALID ? "" : mine_fpr);
	buf_clear(&armored);
}

static void subpackets_decide_what_is_a_usual_signature(void **state)
{
	static const struct {
		const char *what;
		struct span hashed, unhashed; /* instead of, or (with +) after, the usual ones */
		enum status st;
	} rows[] = {
	    {"as gpg makes it", {"+", 1}, {"+", 1}, ST_OK},
	    {"no key id", {"+", 1}, {"", 0}, ST_OK},
	    {"nothing", {"", 0}, {"", 0}, ST_INVALID},
	    {"no fingerprint", {"\x05\x02\x68\x4e\xe1\x80", 6}, {"+", 1}, ST_INVALID},
	    {"two times", {"+\x05\x02\x68\x4e\xe1\x80", 7}, {"+", 1}, ST_INVALID},
	    {"expires", {"+\x05\x03\x7f\x00\x00\x00", 7}, {"+", 1}, ST_INVALID},
	    {"expires, critical", {"+\x05\x83\x7f\x00\x00\x00", 7}, {"+", 1}, ST_INVALID},
	    {"unknown", {"+\x02\x63x", 4}, {"+", 1}, ST_INVALID},
	    {"unknown and critical", {"+\x02\xe3x", 4}, {"+", 1}, ST_INVALID},
	    {"unknown, not signed", {"+", 1}, {"+\x02\x63x", 4}, ST_INVALID},
	    {"expires, not signed", {"+", 1}, {"+\x05\x03\x7f\x00\x00\x00", 7}, ST_INVALID},
	    {"a time, not signed", {"+", 1}, {"+\x05\x02\x68\x4e\xe1\x80", 7}, ST_INVALID},
	    {"another key id",
	     {"+", 1},
	     {"\x09\x10"
	      "abcdefgh",
	      10},
	     ST_INVALID},
	    {"two key ids", {"+", 1}, {"++", 2}, ST_INVALID},
	    {"empty", {"+\x00", 2}, {"+", 1}, ST_INVALID},
	    {"too long", {"+\x09\x02zz", 5}, {"+", 1}, ST_INVALID},
	    {"too long, in two bytes", {"+\xc0\x20\x02zz", 6}, {"+", 1}, ST_INVALID},
	    {"too long, in five bytes", {"+\xff\xff\xff\xff\xff\x02", 7}, {"+", 1}, ST_INVALID},
	    {"half a length", {"+\xff\xff", 3}, {"+", 1}, ST_INVALID},
	};
	unsigned char numbers[64];
	struct buf part[2], body, raw;

	(void)state;
	buf_init(&part[0], PGP_ROOM);
	buf_init(&part[1], PGP_ROOM);
	buf_init(&body, PGP_ROOM);
	buf_init(&raw, PGP_ROOM);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (size_t p = 0; p < 2; p++) {
			struct span s = p ? rows[i].unhashed : rows[i].hashed;
			buf_cut(&part[p], 0);
			for (; s.n && s.p[0] == '+'; s = span_make(s.p + 1, s.n - 1))
				if (p)
					pgp_sub_issuer(&part[p], &mine);
				else
					pgp_sub_usual(&part[p], &mine, LATER);
			buf_addspan(&part[p], s);
		}
		const struct pgp_sig s = pgp_sig_usual(buf_span(&part[0]), buf_span(&part[1]));
		buf_cut(&body, 0);
		buf_cut(&raw, 0);
		pgp_sig_body(&body, &mine, &s, words, numbers);
		pgp_packet(&raw, 2, buf_span(&body));
		assert_judged(rows[i].what, buf_span(&raw), rows[i].st);
	}
	buf_clear(&raw);
	buf_clear(&body);
	buf_clear(&part[1]);
	buf_clear(&part[0]);
}

/* The body of a usual signature over the words, made at a time. */
static void my_signature(struct buf *body, const struct pgp_sig *wish, uint32_t created,
			 unsigned char numbers[static 64])
{
	struct buf hashed, unhashed;
	struct pgp_sig s = *wish;

	buf_init(&hashed, PGP_ROOM);
	buf_init(&unhashed, PGP_ROOM);
	pgp_sub_usual(&hashed, &mine, created);
	pgp_sub_issuer(&unhashed, &mine);
	s.hashed = buf_span(&hashed);
	s.unhashed = buf_span(&unhashed);
	buf_cut(body, 0);
	pgp_sig_body(body, &mine, &s, words, numbers);
	buf_clear(&unhashed);
	buf_clear(&hashed);
}

static void versions_types_and_algorithms_other_than_ours_are_refused(void **state)
{
	static const struct {
		const char *what;
		struct pgp_sig sig;
		uint32_t created;
		enum status st;
	} rows[] = {
	    {"SHA-256", {.version = 4, .algorithm = 22, .hash = 8}, LATER, ST_OK},
	    {"SHA-512", {.version = 4, .algorithm = 22, .hash = 10}, LATER, ST_OK},
	    {"at birth", {.version = 4, .algorithm = 22, .hash = 8}, BORN, ST_OK},
	    {"before birth", {.version = 4, .algorithm = 22, .hash = 8}, BORN - 1, ST_INVALID},
	    {"version 3", {.version = 3, .algorithm = 22, .hash = 8}, LATER, ST_INVALID},
	    {"version 5", {.version = 5, .algorithm = 22, .hash = 8}, LATER, ST_INVALID},
	    {"version 6", {.version = 6, .algorithm = 22, .hash = 8}, LATER, ST_INVALID},
	    {"text", {.version = 4, .type = 1, .algorithm = 22, .hash = 8}, LATER, ST_INVALID},
	    {"name", {.version = 4, .type = 0x13, .algorithm = 22, .hash = 8}, LATER, ST_INVALID},
	    {"RSA", {.version = 4, .algorithm = 1, .hash = 8}, LATER, ST_INVALID},
	    {"DSA", {.version = 4, .algorithm = 17, .hash = 8}, LATER, ST_INVALID},
	    {"ECDSA", {.version = 4, .algorithm = 19, .hash = 8}, LATER, ST_INVALID},
	    {"Ed25519 of version 6", {.version = 4, .algorithm = 27, .hash = 8}, LATER, ST_INVALID},
	    {"MD5", {.version = 4, .algorithm = 22, .hash = 1}, LATER, ST_INVALID},
	    {"SHA-1", {.version = 4, .algorithm = 22, .hash = 2}, LATER, ST_INVALID},
	    {"RIPEMD", {.version = 4, .algorithm = 22, .hash = 3}, LATER, ST_INVALID},
	    {"SHA-384", {.version = 4, .algorithm = 22, .hash = 9}, LATER, ST_INVALID},
	    {"SHA-224", {.version = 4, .algorithm = 22, .hash = 11}, LATER, ST_INVALID},
	};
	unsigned char numbers[64];
	struct buf body, raw;

	(void)state;
	buf_init(&body, PGP_ROOM);
	buf_init(&raw, PGP_ROOM);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		my_signature(&body, &rows[i].sig, rows[i].created, numbers);
		buf_cut(&raw, 0);
		pgp_packet(&raw, 2, buf_span(&body));
		assert_judged(rows[i].what, buf_span(&raw), rows[i].st);
	}
	buf_clear(&body);
	buf_clear(&raw);
}

static void a_packet_may_have_any_header_that_tells_its_length(void **state)
{
	static const struct {
		const char *what;
		struct span head; /* L: the low byte of the length */
		const char *behind;
		enum status st;
	} rows[] = {
	    {"old, one byte", {"\x88L", 2}, "", ST_OK},
	    {"old, two bytes", {"\x89\0L", 3}, "", ST_OK},
	    {"old, four bytes", {"\x8a\0\0\0L", 5}, "", ST_OK},
	    {"old, without", {"\x8b", 1}, "", ST_INVALID},
	    {"new, one byte", {"\xc2L", 2}, "", ST_OK},
	    {"new, five bytes", {"\xc2\xff\0\0\0L", 6}, "", ST_OK},
	    {"new, partial", {"\xc2\xe7", 2}, "", ST_INVALID},
	    {"new, two bytes, too long", {"\xc2\xc0L", 3}, "", ST_INVALID},
	    {"old, too long", {"\x8a\xff\xff\xff\xff", 5}, "", ST_INVALID},
	    {"no packet", {"\x08L", 2}, "", ST_INVALID},
	    {"a key", {"\x98L", 2}, "", ST_INVALID},
	    {"one byte more", {"\x88L", 2}, "x", ST_INVALID},
	    {"a marker behind", {"\x88L", 2}, "\xca\x03PGP", ST_INVALID},
	};
	const struct pgp_sig usual = pgp_sig_usual(SPAN_NONE, SPAN_NONE);
	unsigned char numbers[64];
	struct buf body, raw;

	(void)state;
	buf_init(&body, PGP_ROOM);
	buf_init(&raw, PGP_ROOM);
	my_signature(&body, &usual, LATER, numbers);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		buf_cut(&raw, 0);
		for (size_t n = 0; n < rows[i].head.n; n++)
			buf_addc(&raw,
				 rows[i].head.p[n] == 'L' ? (char)body.len : rows[i].head.p[n]);
		buf_addspan(&raw, buf_span(&body));
		buf_adds(&raw, rows[i].behind);
		assert_judged(rows[i].what, buf_span(&raw), rows[i].st);
	}
	buf_cut(&raw, 0);
	pgp_packet(&raw, 2, buf_span(&body));
	pgp_packet(&raw, 2, buf_span(&body));
	assert_judged("two signatures", buf_span(&raw), ST_INVALID);
	buf_clear(&raw);
	buf_clear(&body);
}

/* One in a hundred signatures has a number that is shorter by a byte. */
static void numbers_with_leading_zeros_are_read_as_gpg_reads_them(void **state)
{
	const struct pgp_sig usual = pgp_sig_usual(SPAN_NONE, SPAN_NONE);
	unsigned char numbers[64];
	bool short_r = false, short_s = false;
	struct buf body, raw;

	(void)state;
	buf_init(&body, PGP_ROOM);
	buf_init(&raw, PGP_ROOM);
	for (uint32_t t = LATER; !short_r || !short_s; t++) {
		my_signature(&body, &usual, t, numbers);
		if ((numbers[0] || short_r) && (numbers[32] || short_s))
			continue;
		short_r |= !numbers[0];
		short_s |= !numbers[32];
		buf_cut(&raw, 0);
		pgp_packet(&raw, 2, buf_span(&body));
		assert_judged("short", buf_span(&raw), ST_OK);
	}
	buf_clear(&raw);
	buf_clear(&body);
}

/* Another body with these two numbers, given as they stand in a packet. */
static void with_numbers(struct buf *out, const struct buf *body, struct span r, struct span s)
{
	size_t start = body->len;
	struct buf whole;

	/* from the end: s and r are 2 + 32 bytes or shorter; find where r begins */
	for (size_t cut_at = 0; cut_at < 2; cut_at++) {
		size_t n = 34;
		while (n > 2) {
			const unsigned char *p = (const unsigned char *)body->data + start - n;
			if ((size_t)((p[0] << 8 | p[1]) + 7) / 8 + 2 == n)
				break;
			n--;
		}
		start -= n;
	}
	buf_init(&whole, PGP_ROOM);
	buf_add(&whole, body->data, start);
	buf_addspan(&whole, r);
	buf_addspan(&whole, s);
	buf_cut(out, 0);
	pgp_packet(out, 2, buf_span(&whole));
	buf_clear(&whole);
}

/* The order of the group, to add to s: a second form of the same signature. */
static void numbers_have_one_form(void **state)
{
	static const unsigned char order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
						0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
						0,    0,    0,	  0,	0,    0,    0,	  0,
						0,    0,    0,	  0,	0,    0,    0,	  0x10};
	const struct pgp_sig usual = pgp_sig_usual(SPAN_NONE, SPAN_NONE);
	unsigned char numbers[64], high[32];
	struct buf body, raw, r, s, odd;
	unsigned carry = 0;

	(void)state;
	buf_init(&body, PGP_ROOM);
	buf_init(&raw, PGP_ROOM);
	buf_init(&r, 100);
	buf_init(&s, 100);
	buf_init(&odd, 100);
	my_signature(&body, &usual, LATER, numbers);
	pgp_mpi(&r, numbers, 32);
	pgp_mpi(&s, numbers + 32, 32);
	with_numbers(&raw, &body, buf_span(&r), buf_span(&s));
	assert_judged("as it was", buf_span(&raw), ST_OK);
	with_numbers(&raw, &body, buf_span(&s), buf_span(&r));
	assert_judged("exchanged", buf_span(&raw), ST_CORRUPT);
	with_numbers(&raw, &body, buf_span(&r), SPAN_NONE);
	assert_judged("one number", buf_span(&raw), ST_INVALID);
	with_numbers(&raw, &body, buf_span(&r), SPAN("\0\0"));
	assert_judged("zero", buf_span(&raw), ST_INVALID);
	for (size_t i = 0; i < 32; i++) {
		carry += (unsigned)numbers[32 + i] + order[i];
		high[i] = (unsigned char)carry;
		carry >>= 8;
	}
	pgp_mpi(&odd, high, 32);
	with_numbers(&raw, &body, buf_span(&r), buf_span(&odd));
	assert_judged("s and the order", buf_span(&raw), ST_CORRUPT);
	buf_cut(&odd, 0);
	pgp_number(&odd, 264, 2);
	buf_addc(&odd, 0);
	buf_add(&odd, numbers + 32, 32);
	with_numbers(&raw, &body, buf_span(&r), buf_span(&odd));
	assert_judged("a zero before", buf_span(&raw), ST_INVALID);
	buf_cut(&odd, 0);
	buf_addspan(&odd, buf_span(&s));
	odd.data[1]++;
	with_numbers(&raw, &body, buf_span(&r), buf_span(&odd));
	assert_judged("a wrong length in bits", buf_span(&raw), ST_INVALID);
	buf_clear(&odd);
	buf_clear(&s);
	buf_clear(&r);
	buf_clear(&raw);
	buf_clear(&body);
}

/* ---- keys ---- */

static void only_a_key_that_may_sign_for_ever_is_taken(void **state)
{
	static const struct {
		const char *what;
		unsigned type;
		struct span more;
		enum status st;
	} rows[] = {
	    {"as gpg makes it", 0x13, {"\x02\x1b\x03", 3}, ST_OK},
	    {"says nothing of its use", 0x13, {"", 0}, ST_OK},
	    {"only to certify", 0x13, {"\x02\x1b\x01", 3}, ST_INVALID},
	    {"no use at all", 0x13, {"\x01\x1b", 2}, ST_INVALID},
	    {"expires", 0x13, {"\x05\x09\x7f\x00\x00\x00", 6}, ST_INVALID},
	    {"expires, critical", 0x13, {"\x05\x89\x7f\x00\x00\x00", 6}, ST_INVALID},
	    {"revoked", 0x20, {"", 0}, ST_INVALID},
	    {"broken", 0x13, {"\x09\x1b\x03", 3}, ST_INVALID},
	};
	struct openpgp_key key;
	struct buf cert;

	(void)state;
	buf_init(&cert, PGP_ROOM);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		enum status st;
		buf_cut(&cert, 0);
		certificate(&cert, &mine, rows[i].type, rows[i].more);
		st = openpgp_public_key(buf_span(&cert), &key);
		if (st != rows[i].st)
			fail_msg("%s: %s", rows[i].what, status_name(st));
		assert_int_equal(key.created, st ? 0 : BORN);
		assert_int_equal(!memcmp(key.point, mine.point, 32), !st);
	}
	buf_clear(&cert);
}

static void other_kinds_of_keys_are_refused(void **state)
{
	static const char *const makes[] = {
	    "--batch --pinentry-mode loopback --passphrase '' --quick-gen-key 'N <n@x>' nistp256 "
	    "sign never && gpg --homedir gnupg -a --export 'N <n@x>' >k",
	    "--batch --pinentry-mode loopback --passphrase '' --quick-gen-key 'D <d@x>' default "
	    "default never && gpg --homedir gnupg -a --export 'D <d@x>' >k",
	    "--batch --pinentry-mode loopback --passphrase '' --quick-gen-key 'E <e@x>' ed25519 "
	    "sign 2y && gpg --homedir gnupg -a --export 'E <e@x>' >k",
	    "-a --export tanaka@vault.example hand@vault.example >k",
	    "-a --batch --pinentry-mode loopback --passphrase " OPEN_SESAME
	    " --export-secret-keys tanaka@vault.example >k",
	};
	char line[PATH_MAX + 1024];
	struct openpgp_key key;
	struct buf armored;

	(void)state;
	buf_init(&armored, PGP_ROOM);
	for (size_t i = 0; i < sizeof makes / sizeof *makes; i++) {
		snprintf(line, sizeof line, "cd %s && { gpg --homedir gnupg %s; } 2>/dev/null",
			 V.dir, makes[i]);
		assert_int_equal(system(line), 0);
		snprintf(line, sizeof line, "%s/k", V.dir);
		buf_cut(&armored, 0);
		assert_ok(file_read(line, &armored));
		assert_true(armored.len > 200);
		assert_int_equal(openpgp_public_key(buf_span(&armored), &key), ST_INVALID);
	}
	buf_clear(&armored);
}

static void a_signature_by_another_key_is_refused(void **state)
{
	const struct openpgp_key hers = her_key(), my = my_key();
	struct openpgp_verdict v;
	struct buf sig;

	(void)state;
	buf_init(&sig, SIGNATURE_MAX);
	sign(words, &sig);
	assert_ok(openpgp_check(&hers, words, buf_span(&sig), &v));
	assert_int_equal(openpgp_check(&my, words, buf_span(&sig), &v), ST_CORRUPT);
	assert_string_equal(v.issuer, V.fpr);
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
	    cmocka_unit_test(every_bit_of_an_exported_key_counts),
	    cmocka_unit_test(a_beginning_is_no_signature_and_no_key),
	    cmocka_unit_test(a_cut_packet_is_none),
	    cmocka_unit_test(nonsense_is_refused),
	    cmocka_unit_test(what_is_too_long_is_refused),
	    cmocka_unit_test(an_armor_is_taken_only_in_its_usual_form),
	    cmocka_unit_test(subpackets_decide_what_is_a_usual_signature),
	    cmocka_unit_test(versions_types_and_algorithms_other_than_ours_are_refused),
	    cmocka_unit_test(a_packet_may_have_any_header_that_tells_its_length),
	    cmocka_unit_test(numbers_with_leading_zeros_are_read_as_gpg_reads_them),
	    cmocka_unit_test(numbers_have_one_form),
	    cmocka_unit_test(only_a_key_that_may_sign_for_ever_is_taken),
	    cmocka_unit_test(other_kinds_of_keys_are_refused),
	    cmocka_unit_test(a_signature_by_another_key_is_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
