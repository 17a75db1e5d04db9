#include "tests/unit/store_help.h"
#include "tests/unit/store_openpgp.h"
#include "vault/store/openpgp.h"

/*
 * A key that was made by hand and that gpg has taken, so that gpg judges also what it would never
 * make itself.
 */
static struct vault V;
static struct pgp_key mine;
static char mine_fpr[FPR_HEX];

enum { BORN = 1700000000, LATER = 1750000000 };

static const struct span words = {"記録\nof a child\n", 18};

static int setup(void **state)
{
	struct openpgp_key read;
	struct buf cert;
	char fpr[FPR_HEX];

	(void)state;
	vault_make(&V, true);
	pgp_key_make(&mine, 7, BORN);
	pgp_name(&mine, mine_fpr);
	buf_init(&cert, PGP_ROOM);
	pgp_certificate(&cert, &mine, 0x13, SPAN("\x02\x1b\x03"));
	assert_ok(key_import(V.keys, buf_span(&cert), fpr));
	assert_string_equal(fpr, mine_fpr);
	assert_ok(openpgp_public_key(buf_span(&cert), &read));
	assert_string_equal(read.fpr, mine_fpr); /* as GnuTLS and gpg compute it */
	buf_clear(&cert);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	vault_end(&V);
	return 0;
}

static struct openpgp_key my_key(void)
{
	struct openpgp_key key = {.created = mine.created};

	memcpy(key.point, mine.point, sizeof key.point);
	return key;
}

static enum sign_state gpg_says(struct span data, struct span sig)
{
	struct verdict v;

	/* gpg ends with an error where a packet is nonsense; that is not "good" either */
	(void)verify_detached(V.keys, data, sig, &v);
	return v.state;
}

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
		struct span hashed, unhashed; /* +: the usual ones, f: the fingerprint */
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
	    {"a time of five bytes", {"f\x06\x02\x68\x4e\xe1\x80\x00", 8}, {"+", 1}, ST_INVALID},
	    {"a time of three bytes", {"f\x04\x02\x68\x4e\xe1", 6}, {"+", 1}, ST_INVALID},
	    {"the usual in two parts", {"f\x05\x02\x68\x4e\xe1\x80", 7}, {"+", 1}, ST_OK},
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
			for (; s.n && (s.p[0] == '+' || s.p[0] == 'f');
			     s = span_make(s.p + 1, s.n - 1))
				if (p)
					pgp_sub_issuer(&part[p], &mine);
				else if (s.p[0] == '+')
					pgp_sub_usual(&part[p], &mine, LATER);
				else
					pgp_sub_fingerprint(&part[p], &mine);
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
	    {"old, without, as if eight bytes", {"\x8b\0\0\0\0\0\0\0L", 9}, "", ST_INVALID},
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
	buf_addspan(&odd, buf_span(&s));
	buf_addspan(&odd, buf_span(&s));
	with_numbers(&raw, &body, buf_span(&r), buf_span(&odd));
	assert_judged("three numbers", buf_span(&raw), ST_INVALID);
	buf_cut(&odd, 0);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(subpackets_decide_what_is_a_usual_signature),
	    cmocka_unit_test(versions_types_and_algorithms_other_than_ours_are_refused),
	    cmocka_unit_test(a_packet_may_have_any_header_that_tells_its_length),
	    cmocka_unit_test(numbers_with_leading_zeros_are_read_as_gpg_reads_them),
	    cmocka_unit_test(numbers_have_one_form),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
