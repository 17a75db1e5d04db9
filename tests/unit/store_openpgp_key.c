#include "tests/unit/store_help.h"
#include "tests/unit/store_openpgp.h"
#include "vault/store/openpgp.h"

static struct vault V;

enum { BORN = 1700000000 };

static const struct span words = {"記録\nof a child\n", 18};

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

/* In the packet of the key; the four bytes of its time are checked by its fingerprint only. */
static void every_bit_of_an_exported_key_counts(void **state)
{
	enum { HEADER = 2, TIME_FROM = HEADER + 1, TIME_TO = TIME_FROM + 4, BODY = 51 };
	const struct signer who = vault_signer(&V);
	struct openpgp_key right, key;
	struct openpgp_verdict v;
	struct buf armored, raw, changed, sig;

	(void)state;
	buf_init(&armored, PGP_ROOM);
	buf_init(&raw, PGP_ROOM);
	buf_init(&changed, PGP_ROOM);
	buf_init(&sig, SIGNATURE_MAX);
	assert_ok(sign_detached(V.keys, &who, words, &sig));
	assert_ok(key_export(V.keys, V.fpr, &armored));
	assert_ok(openpgp_public_key(buf_span(&armored), &right));
	assert_ok(openpgp_check(&right, words, buf_span(&sig), &v));
	pgp_bare(buf_span(&armored), &raw);
	assert_int_equal((unsigned char)raw.data[1], BODY);
	for (size_t bit = 0; bit < 8 * (HEADER + BODY); bit++) {
		enum status st;
		pgp_flip(&raw, bit);
		buf_cut(&changed, 0);
		pgp_armor(&changed, "PUBLIC KEY BLOCK", buf_span(&raw));
		st = openpgp_public_key(buf_span(&changed), &key);
		if (bit / 8 >= TIME_FROM && bit / 8 < TIME_TO)
			assert_int_not_equal(key.created, right.created);
		else if (!st && !openpgp_check(&key, words, buf_span(&sig), &v))
			fail_msg("bit %zu", bit);
		pgp_flip(&raw, bit);
	}
	buf_clear(&sig);
	buf_clear(&changed);
	buf_clear(&raw);
	buf_clear(&armored);
}

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
	struct pgp_key mine;
	char fpr[FPR_HEX];
	struct buf cert;

	(void)state;
	pgp_key_make(&mine, 7, BORN);
	pgp_name(&mine, fpr);
	buf_init(&cert, PGP_ROOM);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		enum status st;
		buf_cut(&cert, 0);
		pgp_certificate(&cert, &mine, rows[i].type, rows[i].more);
		st = openpgp_public_key(buf_span(&cert), &key);
		if (st != rows[i].st)
			fail_msg("%s: %s", rows[i].what, status_name(st));
		assert_int_equal(key.created, st ? 0 : BORN);
		assert_int_equal(!memcmp(key.point, mine.point, 32), !st);
	}
	buf_clear(&cert);
}

/* A name of 8600 bytes, its length in five bytes, or in parts as only data may be. */
static void a_key_with_a_packet_in_parts_is_refused(void **state)
{
	static const struct {
		struct span head;
		enum status st;
	} rows[] = {
	    {{"\xcd\xff\x00\x00\x21\x98", 6}, ST_OK},
	    {{"\xcd\xe0\xd8", 3}, ST_INVALID},
	    {{"\xcd\xed\x00", 3}, ST_INVALID},
	};
	struct openpgp_key key;
	struct pgp_key mine;
	struct buf body, raw, armored;

	(void)state;
	pgp_key_make(&mine, 7, BORN);
	buf_init(&body, PGP_ROOM);
	buf_init(&raw, PGP_ROOM);
	buf_init(&armored, PGP_ROOM);
	pgp_key_body(&body, &mine);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		buf_cut(&raw, 0);
		buf_cut(&armored, 0);
		pgp_packet(&raw, 6, buf_span(&body));
		buf_addspan(&raw, rows[i].head);
		for (size_t n = 0; n < 8600; n++)
			buf_addc(&raw, 'x');
		pgp_armor(&armored, "PUBLIC KEY BLOCK", buf_span(&raw));
		assert_int_equal(openpgp_public_key(buf_span(&armored), &key), rows[i].st);
	}
	buf_clear(&armored);
	buf_clear(&raw);
	buf_clear(&body);
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
	    "-a --export tanaka@vault.example n@x >k",
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_bit_of_an_exported_key_counts),
	    cmocka_unit_test(only_a_key_that_may_sign_for_ever_is_taken),
	    cmocka_unit_test(a_key_with_a_packet_in_parts_is_refused),
	    cmocka_unit_test(other_kinds_of_keys_are_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
