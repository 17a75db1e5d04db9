#include "tests/unit/store_help.h"
#include "tests/unit/store_openpgp.h"
#include "vault/store/own.h"

static struct vault V;

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

static const struct span words = {"記録\nof a child\n", 18};
static const struct span other_words = {"記録\nof a Child\n", 18};

static void sign_as(const char *fpr, struct span passphrase, struct buf *sig)
{
	const struct signer who = {fpr, passphrase};

	buf_init(sig, SIGNATURE_MAX);
	assert_ok(sign_detached(V.keys, &who, words, sig));
}

static void in_vault(const char *command)
{
	char line[PATH_MAX + 1024];

	snprintf(line, sizeof line, "cd %s && { %s; } >/dev/null 2>&1", V.dir, command);
	if (system(line) != 0)
		fail_msg("%s", command);
}

/* Without its key ring gpg knows nobody: what is told then is told without gpg. */
static void a_key_is_asked_for_once(void **state)
{
	struct buf sig;
	struct verdict v;

	(void)state;
	sign_as(V.fpr, SPAN(OPEN_SESAME), &sig);
	assert_ok(verify_own(V.keys, V.fpr, words, buf_span(&sig), &v));
	assert_int_equal(v.state, SIGN_GOOD);
	in_vault("mv gnupg/pubring.kbx away");
	assert_ok(verify_detached(V.keys, words, buf_span(&sig), &v));
	assert_int_equal(v.state, SIGN_NO_KEY);
	assert_ok(verify_own(V.keys, V.fpr, words, buf_span(&sig), &v));
	assert_int_equal(v.state, SIGN_GOOD);
	assert_string_equal(v.fpr, V.fpr);
	assert_true(llabs(v.created - (int64_t)time(NULL)) < 60);
	assert_ok(verify_own(V.keys, V.fpr, other_words, buf_span(&sig), &v));
	assert_int_equal(v.state, SIGN_BAD);
	assert_string_equal(v.fpr, V.fpr);
	in_vault("mv away gnupg/pubring.kbx");
	buf_clear(&sig);
}

/* Whatever is asked, the answer is gpg's. */
static void assert_as_gpg(const char *fpr, struct span text, struct span sig, enum sign_state state)
{
	struct verdict own, gpgs;

	assert_ok(verify_detached(V.keys, text, sig, &gpgs));
	assert_ok(verify_own(V.keys, fpr, text, sig, &own));
	assert_int_equal(gpgs.state, state);
	assert_int_equal(own.state, gpgs.state);
	assert_string_equal(own.fpr, gpgs.fpr);
	assert_int_equal(own.created, gpgs.created);
}

static void what_is_not_our_kind_of_signature_is_left_to_gpg(void **state)
{
	static const struct {
		const char *options;
		enum sign_state state;
	} rows[] = {
	    {"", SIGN_GOOD},
	    {"--textmode", SIGN_GOOD},
	    {"--digest-algo SHA384", SIGN_GOOD},
	    {"--digest-algo SHA1", SIGN_UNCHECKED},
	    {"--sig-notation a@b.example=c", SIGN_GOOD},
	};
	char line[1024], path[PATH_MAX + 16];
	struct buf sig;

	(void)state;
	snprintf(path, sizeof path, "%s/words", V.dir);
	assert_ok(file_write(path, words, 0600));
	snprintf(path, sizeof path, "%s/made", V.dir);
	buf_init(&sig, SIGNATURE_MAX);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		snprintf(line, sizeof line,
			 "gpg --homedir gnupg --batch --yes --pinentry-mode loopback --passphrase "
			 "%s -u %s %s -a -b -o made words",
			 OPEN_SESAME, V.fpr, rows[i].options);
		in_vault(line);
		buf_cut(&sig, 0);
		assert_ok(file_read(path, &sig));
		assert_as_gpg(V.fpr, words, buf_span(&sig), rows[i].state);
	}
	buf_clear(&sig);
	assert_as_gpg(V.fpr, words, SPAN_NONE, SIGN_NONE);
	assert_as_gpg(V.fpr, words, SPAN("hello"), SIGN_BAD);
}

/* The caller sees by whom: "good" is said with the fingerprint of the key that made it. */
static void a_signature_by_another_key_tells_that_key(void **state)
{
	char other[FPR_HEX];
	struct buf sig;

	(void)state;
	assert_ok(key_create(V.keys, SPAN("鈴木"), SPAN("suzuki@vault.example"), SPAN_NONE, other));
	sign_as(other, SPAN_NONE, &sig);
	assert_as_gpg(V.fpr, words, buf_span(&sig), SIGN_GOOD);
	assert_as_gpg(V.fpr, other_words, buf_span(&sig), SIGN_BAD);
	assert_as_gpg("0123456789ABCDEF0123456789ABCDEF01234567", words, buf_span(&sig), SIGN_GOOD);
	assert_as_gpg("suzuki", words, buf_span(&sig), SIGN_GOOD);
	buf_clear(&sig);
}

static void a_key_of_another_kind_is_left_to_gpg(void **state)
{
	struct buf sig, fpr;
	char path[PATH_MAX + 16];

	(void)state;
	in_vault("gpg --homedir gnupg --batch --pinentry-mode loopback --passphrase '' "
		 "--quick-gen-key 'N <n@vault.example>' nistp256 sign never && "
		 "gpg --homedir gnupg --with-colons -k n@vault.example | "
		 "awk -F: '$1==\"fpr\"{printf \"%s\", $10}' >fpr");
	buf_init(&fpr, 4096);
	snprintf(path, sizeof path, "%s/fpr", V.dir);
	assert_ok(file_read(path, &fpr));
	sign_as(buf_str(&fpr), SPAN_NONE, &sig);
	for (size_t i = 0; i < 2; i++)
		assert_as_gpg(buf_str(&fpr), words, buf_span(&sig), SIGN_GOOD);
	assert_as_gpg(buf_str(&fpr), other_words, buf_span(&sig), SIGN_BAD);
	buf_clear(&fpr);
	buf_clear(&sig);
}

static void an_imported_revocation_is_noticed(void **state)
{
	char line[2048], path[PATH_MAX + 16], fpr[FPR_HEX], again[FPR_HEX];
	struct buf sig, revoked;

	(void)state;
	assert_ok(key_create(V.keys, SPAN("Old"), SPAN("old@vault.example"), SPAN_NONE, fpr));
	sign_as(fpr, SPAN_NONE, &sig);
	assert_as_gpg(fpr, words, buf_span(&sig), SIGN_GOOD);
	snprintf(line, sizeof line,
		 "mkdir -m 700 theirs && "
		 "gpg --homedir gnupg -a --export %s | gpg --homedir theirs --batch --import && "
		 "printf 'y\\n0\\n\\ny\\n' | gpg --homedir gnupg --command-fd 0 --no-tty -a "
		 "--gen-revoke %s | gpg --homedir theirs --batch --import && "
		 "gpg --homedir theirs -a --export %s >revoked; "
		 "gpgconf --homedir theirs --kill all; test -s revoked",
		 fpr, fpr, fpr);
	in_vault(line);
	snprintf(path, sizeof path, "%s/revoked", V.dir);
	buf_init(&revoked, 65536);
	assert_ok(file_read(path, &revoked));
	assert_ok(key_import(V.keys, buf_span(&revoked), again));
	assert_string_equal(again, fpr);
	assert_as_gpg(fpr, words, buf_span(&sig), SIGN_GOOD_KEY_ENDED);
	buf_clear(&revoked);
	buf_clear(&sig);
}

/*
 * Only a key made by hand signs with a clock that is wrong.  gpg without its key ring shows who is
 * asked.
 */
static void a_signature_from_the_future_is_left_to_gpg(void **state)
{
	static const int64_t ahead[] = {-1000, 86400};
	struct pgp_key key;
	struct buf cert, body, raw, sig, hashed, unhashed;
	unsigned char numbers[64];
	char fpr[FPR_HEX], same[FPR_HEX];
	struct verdict v;

	(void)state;
	buf_init(&cert, PGP_ROOM);
	buf_init(&body, PGP_ROOM);
	buf_init(&raw, PGP_ROOM);
	buf_init(&sig, PGP_ROOM);
	buf_init(&hashed, PGP_ROOM);
	buf_init(&unhashed, PGP_ROOM);
	pgp_key_make(&key, 8, 1700000000);
	pgp_name(&key, fpr);
	pgp_certificate(&cert, &key, 0x13, SPAN("\x02\x1b\x03"));
	assert_ok(key_import(V.keys, buf_span(&cert), same));
	assert_string_equal(same, fpr);
	for (size_t i = 0; i < 2; i++) {
		buf_cut(&hashed, 0);
		buf_cut(&unhashed, 0);
		buf_cut(&body, 0);
		buf_cut(&raw, 0);
		buf_cut(&sig, 0);
		pgp_sub_usual(&hashed, &key, (uint32_t)(time(NULL) + ahead[i]));
		pgp_sub_issuer(&unhashed, &key);
		const struct pgp_sig s = pgp_sig_usual(buf_span(&hashed), buf_span(&unhashed));
		pgp_sig_body(&body, &key, &s, words, numbers);
		pgp_packet(&raw, 2, buf_span(&body));
		pgp_armor(&sig, "SIGNATURE", buf_span(&raw));
		assert_as_gpg(fpr, words, buf_span(&sig), SIGN_GOOD);
		in_vault("mv gnupg/pubring.kbx away");
		assert_ok(verify_own(V.keys, fpr, words, buf_span(&sig), &v));
		assert_int_equal(v.state, i ? SIGN_NO_KEY : SIGN_GOOD);
		in_vault("mv away gnupg/pubring.kbx");
	}
	buf_clear(&unhashed);
	buf_clear(&hashed);
	buf_clear(&sig);
	buf_clear(&raw);
	buf_clear(&body);
	buf_clear(&cert);
}

/* ---- what is kept ---- */

static struct own_key numbered(uint64_t i)
{
	struct own_key k = {.usable = true, .key.created = (int64_t)i};

	snprintf(k.fpr, sizeof k.fpr, "%08X%032X", (unsigned)(i * 2654435761u), (unsigned)i);
	return k;
}

static void the_newest_keys_are_kept_and_no_more_than_there_is_room_for(void **state)
{
	enum { KEYS = 20000 };
	struct own *o = calloc(1, sizeof *o);
	struct own_key got, k;
	uint64_t changes;
	size_t there = 0;

	(void)state;
	assert_non_null(o);
	own_init(o);
	for (uint64_t i = 0; i < KEYS; i++) {
		k = numbered(i);
		assert_false(own_find(o, k.fpr, &got, &changes));
		own_keep(o, &k, changes);
		own_keep(o, &k, changes); /* as two threads may */
		assert_true(own_find(o, k.fpr, &got, &changes));
		assert_int_equal(got.key.created, i);
		assert_string_equal(got.fpr, k.fpr);
	}
	for (uint64_t i = 0; i < KEYS; i++) {
		k = numbered(i);
		there += own_find(o, k.fpr, &got, &changes);
	}
	assert_true(there > OWN_SETS * OWN_WAYS * 3 / 4 && there <= OWN_SETS * OWN_WAYS);
	own_clear(o);
	free(o);
}

static void what_was_read_before_a_change_is_not_kept_after_it(void **state)
{
	struct own *o = calloc(1, sizeof *o);
	struct own_key got, k = numbered(1);
	uint64_t changes;

	(void)state;
	assert_non_null(o);
	own_init(o);
	assert_false(own_find(o, k.fpr, &got, &changes));
	own_forget(o, k.fpr);
	own_keep(o, &k, changes);
	assert_false(own_find(o, k.fpr, &got, &changes));
	own_keep(o, &k, changes);
	assert_true(own_find(o, k.fpr, &got, &changes));
	own_forget(o, k.fpr);
	assert_false(own_find(o, k.fpr, &got, &changes));
	own_clear(o);
	free(o);
}

struct job {
	struct span signature;
	int bad;
};

static void *check_many(void *arg)
{
	struct job *job = arg;
	struct verdict v;

	for (size_t i = 0; i < 50; i++) {
		bool right = i % 2;
		if (verify_own(V.keys, V.fpr, right ? words : other_words, job->signature, &v) ||
		    v.state != (right ? SIGN_GOOD : SIGN_BAD))
			job->bad++;
		if (i % 10 == 9)
			own_forget(keys_own(V.keys), V.fpr);
	}
	return NULL;
}

static void many_threads_check_at_once(void **state)
{
	pthread_t thread[8];
	struct job job[8];
	struct buf sig;

	(void)state;
	sign_as(V.fpr, SPAN(OPEN_SESAME), &sig);
	for (size_t i = 0; i < 8; i++) {
		job[i] = (struct job){buf_span(&sig), 0};
		assert_int_equal(pthread_create(&thread[i], NULL, check_many, &job[i]), 0);
	}
	for (size_t i = 0; i < 8; i++) {
		pthread_join(thread[i], NULL);
		assert_int_equal(job[i].bad, 0);
	}
	buf_clear(&sig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_key_is_asked_for_once),
	    cmocka_unit_test(what_is_not_our_kind_of_signature_is_left_to_gpg),
	    cmocka_unit_test(a_signature_by_another_key_tells_that_key),
	    cmocka_unit_test(a_key_of_another_kind_is_left_to_gpg),
	    cmocka_unit_test(an_imported_revocation_is_noticed),
	    cmocka_unit_test(a_signature_from_the_future_is_left_to_gpg),
	    cmocka_unit_test(the_newest_keys_are_kept_and_no_more_than_there_is_room_for),
	    cmocka_unit_test(what_was_read_before_a_change_is_not_kept_after_it),
	    cmocka_unit_test(many_threads_check_at_once),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
