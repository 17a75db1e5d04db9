/* Signing in by steps: what each gives, what it does not, and that nothing can be used twice. */
#include "vault/flow/factors.h"
#include "vault/flow/first.h"
#include "vault/flow/kept.h"
#include "vault/flow/password_change.h"
#include "vault/flow/sign_in.h"

#include "tests/unit/flow_help.h"

static int64_t now;

static struct attempt as(const char *account, const char *password)
{
	return (struct attempt){.account = span_of(account),
				.password = span_of(password),
				.peer = "192.0.2.1",
				.agent = SPAN("Browser\x01\x7f/1"),
				.request = "0123456789abcdef",
				.now = now};
}

/* The session of a cookie; its owner is checked. */
static struct session found(const char *cookie, const char *account)
{
	struct session s;

	assert_ok(session_find(app, span_of(cookie), now, &s));
	assert_string_equal(s.account.id, account);
	return s;
}

static enum status enter(const char *account, const char *password, char text[static TOKEN_TEXT],
			 enum sign_step *step)
{
	struct attempt a = as(account, password);
	long wait;

	return sign_in(app, &a, text, &wait, step);
}

/* Sets up one-time passwords in this session; the secret is the caller's. */
static void enrol(const struct session *s, unsigned char secret[static TOTP_SECRET])
{
	char challenge[CHALLENGE_TEXT], code[TOTP_CODE];
	struct attempt a = as(s->account.id, "");

	totp_begin(app, s, now, challenge);
	assert_true(totp_pending(app, s, span_of(challenge), now, secret));
	assert_ok(totp_code(code, secret, now));
	assert_ok(totp_add(app, &a, s, span_of(challenge), span_of(code)));
}

static enum status give(const struct session *s, const char *code, char text[static TOKEN_TEXT])
{
	struct attempt a = as(s->account.id, "");
	bool paper;
	long wait;

	return sign_in_code(app, &a, s, span_of(code), text, &wait, &paper);
}

static int fresh(void **state)
{
	(void)state;
	now = (int64_t)time(NULL);
	assert_ok(factors_forget(app, SPAN("yamada")));
	assert_ok(factors_forget(app, SPAN("suzuki")));
	assert_ok(session_drop_all(app->db, SPAN("yamada")));
	assert_ok(throttle_clear(app->db, "account:yamada"));
	assert_ok(throttle_clear(app->db, "peer:192.0.2.1"));
	return 0;
}

/* yamada with an app, in a whole session. */
static struct session whole(unsigned char secret[static TOTP_SECRET], char text[static TOKEN_TEXT])
{
	enum sign_step step;
	struct session s;
	struct attempt a = as("yamada", "");

	assert_ok(enter("yamada", PASSWORD, text, &step));
	assert_int_equal(step, SIGN_IN_ENROL);
	s = found(text, "yamada");
	enrol(&s, secret);
	assert_ok(sign_in_enrolled(app, &a, &s, "totp", text));
	return found(text, "yamada");
}

static void a_weak_session_cannot_sign_and_becomes_another_one(void **state)
{
	unsigned char secret[TOTP_SECRET];
	char weak[TOKEN_TEXT], text[TOKEN_TEXT];
	enum sign_step step;
	struct session s;
	struct actor actor;
	struct attempt a;

	(void)state;
	assert_ok(enter("yamada", PASSWORD, weak, &step));
	assert_int_equal(step, SIGN_IN_ENROL);
	s = found(weak, "yamada");
	assert_true(s.weak);
	assert_status(session_actor(app, &s, "0123456789abcdef", &actor), ST_DENIED);
	assert_null(actor.secret);
	enrol(&s, secret);
	a = as("yamada", "");
	assert_ok(sign_in_enrolled(app, &a, &s, "totp", text));
	assert_string_not_equal(weak, text);
	assert_status(session_find(app, span_of(weak), now, &s), ST_NOTFOUND);
	s = found(text, "yamada");
	assert_false(s.weak);
	assert_ok(session_actor(app, &s, "0123456789abcdef", &actor));
	assert_non_null(actor.secret);
	actor_clear(&actor);
}

static void a_code_counts_once(void **state)
{
	unsigned char secret[TOTP_SECRET];
	char text[TOKEN_TEXT], code[TOTP_CODE];
	enum sign_step step;
	struct session s;

	(void)state;
	whole(secret, text);
	assert_ok(enter("yamada", PASSWORD, text, &step));
	assert_int_equal(step, SIGN_IN_CODE);
	s = found(text, "yamada");
	/* the one with which it was set up is used already */
	assert_ok(totp_code(code, secret, now));
	assert_status(give(&s, code, text), ST_DENIED);
	assert_ok(totp_code(code, secret, now + TOTP_STEP));
	assert_ok(give(&s, code, text));
	assert_ok(enter("yamada", PASSWORD, text, &step));
	s = found(text, "yamada");
	assert_status(give(&s, code, text), ST_DENIED);
	assert_string_equal(newest_record("session", NULL).event, "login.code.fail");
}

static void who_has_only_the_password_adds_no_factor(void **state)
{
	unsigned char secret[TOTP_SECRET];
	char text[TOKEN_TEXT], challenge[CHALLENGE_TEXT], code[TOTP_CODE];
	char codes[RECOVERY_CODES][CODE_TEXT];
	enum sign_step step;
	struct session s;
	struct attempt a;

	(void)state;
	whole(secret, text);
	assert_ok(enter("yamada", PASSWORD, text, &step));
	s = found(text, "yamada");
	assert_status(factor_may_change(app, &s), ST_DENIED);
	totp_begin(app, &s, now, challenge);
	assert_true(totp_pending(app, &s, span_of(challenge), now, secret));
	assert_ok(totp_code(code, secret, now));
	a = as("yamada", "");
	assert_status(totp_add(app, &a, &s, span_of(challenge), span_of(code)), ST_DENIED);
	assert_status(recovery_new(app, &s, now, "0123456789abcdef", codes), ST_DENIED);
	assert_status(factor_remove(app, &s, 1, "0123456789abcdef"), ST_DENIED);
}

static void the_last_factor_stays_where_one_is_needed(void **state)
{
	unsigned char secret[TOTP_SECRET], second[TOTP_SECRET];
	struct factors *f;
	char text[TOKEN_TEXT];
	struct session s;

	(void)state;
	s = whole(secret, text);
	assert_ok(factors_load(app, SPAN("yamada"), &f));
	assert_int_equal(f->count, 1);
	assert_status(factor_remove(app, &s, f->rows[0].n, "0123456789abcdef"), ST_EXISTS);
	enrol(&s, second);
	assert_memory_not_equal(secret, second, TOTP_SECRET);
	assert_ok(factor_remove(app, &s, f->rows[0].n, "0123456789abcdef"));
	factors_free(f);
	/* what is stored is not the secret */
	assert_ok(factors_load(app, SPAN("yamada"), &f));
	assert_int_equal(f->count, 1);
	assert_null(memmem(f->rows[0].data, f->rows[0].data_len, second, TOTP_SECRET));
	factors_free(f);
}

static void a_code_on_paper_works_once_and_for_one_person(void **state)
{
	unsigned char secret[TOTP_SECRET];
	char text[TOKEN_TEXT], codes[RECOVERY_CODES][CODE_TEXT];
	struct session s;
	long left;

	(void)state;
	s = whole(secret, text);
	assert_ok(recovery_new(app, &s, now, "0123456789abcdef", codes));
	assert_ok(recovery_left(app, SPAN("yamada"), now, &left));
	assert_int_equal(left, RECOVERY_CODES);
	assert_status(recovery_take(app, SPAN("suzuki"), span_of(codes[0]), now), ST_DENIED);
	assert_ok(recovery_take(app, SPAN("yamada"), span_of(codes[0]), now));
	assert_status(recovery_take(app, SPAN("yamada"), span_of(codes[0]), now), ST_DENIED);
	assert_ok(recovery_left(app, SPAN("yamada"), now, &left));
	assert_int_equal(left, RECOVERY_CODES - 1);
	assert_status(recovery_take(app, SPAN("yamada"), SPAN("no code"), now), ST_DENIED);
}

static void a_password_in_between_does_not_forgive_wrong_codes(void **state)
{
	unsigned char secret[TOTP_SECRET];
	char text[TOKEN_TEXT];
	enum sign_step step;
	struct session s;
	enum status st = ST_OK;
	int tries = 0;

	(void)state;
	whole(secret, text);
	for (; tries < 20 && (!st || st == ST_DENIED); tries++) {
		st = enter("yamada", PASSWORD, text, &step);
		if (st)
			break;
		s = found(text, "yamada");
		st = give(&s, "000000", text);
	}
	assert_int_equal(st, ST_BUSY);
	assert_int_equal(tries, 5);
	assert_string_equal(newest_record("session", NULL).event, "login.throttled");
}

static void a_session_that_has_ended_says_whose_it_was_for_a_day(void **state)
{
	unsigned char secret[TOTP_SECRET];
	char text[TOKEN_TEXT];
	struct session s;
	struct session_row row;
	struct buf wrapped;
	long idle, all;

	(void)state;
	s = whole(secret, text);
	session_left(app, &s, now, &idle, &all);
	assert_int_equal(idle, app->conf.session_idle);
	assert_int_equal(all, app->conf.session_max);
	buf_init_secret(&wrapped, 1024);
	assert_ok(session_get(app->db, span_make((const char *)s.token.lookup, TOKEN_HASH), &row,
			      &wrapped));
	assert_string_equal(row.agent, "Browser/1");
	assert_string_equal(row.peer, "192.0.2.1");
	assert_true(wrapped.len > 0);
	now += app->conf.session_idle + 1;
	assert_status(session_find(app, span_of(text), now, &s), ST_STALE);
	assert_string_equal(s.account.id, "yamada");
	assert_ok(session_get(app->db, span_make((const char *)s.token.lookup, TOKEN_HASH), &row,
			      &wrapped));
	assert_int_equal(wrapped.len, 0);
	assert_ok(session_sweep(app, now));
	assert_status(session_find(app, span_of(text), now, &s), ST_STALE);
	assert_ok(session_sweep(app, now + ENDED_SECONDS));
	assert_status(session_find(app, span_of(text), now, &s), ST_NOTFOUND);
	buf_clear(&wrapped);
}

static void what_was_typed_is_for_its_owner(void **state)
{
	const struct pair pairs[] = {{SPAN("csrf"), SPAN("t")},
				     {SPAN("f.note"), SPAN("書いた & 残す\n2行")},
				     {SPAN("old-password"), SPAN("secret")},
				     {SPAN("reason"), SPAN("")}};
	const struct form form = {pairs, 4};
	unsigned char secret[TOTP_SECRET];
	char text[TOKEN_TEXT];
	struct kept_list list;
	struct session s;
	struct seal_secret *mine, *other = suzuki.secret;
	struct buf out;

	(void)state;
	s = whole(secret, text);
	assert_ok(keep_form(app, SPAN("yamada"), SPAN("/children/x/edit"), &form, now));
	assert_ok(kept_of(app, &s, now, &list));
	assert_int_equal(list.count, 1);
	assert_string_equal(list.rows[0].path, "/children/x/edit");
	assert_ok(session_secret(app, &s, &mine));
	buf_init_secret(&out, KEPT_BYTES_MAX);
	assert_ok(kept_open(app, &s, mine, list.rows[0].n, &out));
	assert_string_equal(buf_str(&out),
			    "f.note=%E6%9B%B8%E3%81%84%E3%81%9F%20%26%20%E6%AE%8B%E3%81%99%0A2"
			    "%E8%A1%8C&reason=");
	buf_cut(&out, 0);
	assert_status(kept_open(app, &s, other, list.rows[0].n, &out), ST_DENIED);
	assert_int_equal(out.len, 0);
	assert_ok(kept_of(app, &s, now + KEPT_SECONDS + 1, &list));
	assert_int_equal(list.count, 0);
	seal_secret_free(mine);
	buf_clear(&out);
}

static void a_new_password_opens_the_same_key_and_ends_other_sessions(void **state)
{
	unsigned char secret[TOTP_SECRET];
	char text[TOKEN_TEXT], other[TOKEN_TEXT];
	struct attempt a = as("yamada", "wrong");
	struct seal_secret *before, *after;
	struct session s, t;
	enum sign_step step;
	const char *why = NULL;
	long wait;

	(void)state;
	s = whole(secret, text);
	assert_ok(session_secret(app, &s, &before));
	assert_ok(enter("yamada", PASSWORD, other, &step));
	assert_status(password_change(app, &a, &s, SPAN("natsu-no-umi-de-oyogu"), &wait, &why),
		      ST_DENIED);
	a.password = SPAN(PASSWORD);
	assert_status(password_change(app, &a, &s, SPAN("short"), &wait, &why), ST_INVALID);
	assert_non_null(why);
	assert_status(password_change(app, &a, &s, SPAN(PASSWORD), &wait, &why), ST_INVALID);
	assert_ok(password_change(app, &a, &s, SPAN("natsu-no-umi-de-oyogu"), &wait, &why));
	assert_status(session_find(app, span_of(other), now, &t), ST_NOTFOUND);
	found(text, "yamada");
	assert_status(enter("yamada", PASSWORD, other, &step), ST_DENIED);
	assert_ok(enter("yamada", "natsu-no-umi-de-oyogu", other, &step));
	t = found(other, "yamada");
	assert_ok(session_secret(app, &t, &after));
	assert_string_equal(seal_passphrase(before), seal_passphrase(after));
	seal_secret_free(before);
	seal_secret_free(after);
	a.password = SPAN("natsu-no-umi-de-oyogu");
	assert_ok(password_change(app, &a, &s, SPAN(PASSWORD), &wait, &why));
}

/* A new account without a password, as an administrator makes it. */
static void invite(const char *id)
{
	struct account a = {.role = ROLE_HOUSEHOLD};

	snprintf(a.id, sizeof a.id, "%s", id);
	snprintf(a.name, sizeof a.name, "%s さん", id);
	assert_ok(account_create(app, &chief, &a, SPAN_NONE));
}

static void the_slip_makes_a_key_once(void **state)
{
	struct attempt a = as("mori", "natsu-no-umi-de-oyogu");
	char code[CODE_TEXT], newer[CODE_TEXT], text[TOKEN_TEXT];
	enum sign_step step;
	const char *why = NULL;
	struct session s;
	long wait;

	(void)state;
	invite("mori");
	assert_status(enter("mori", "natsu-no-umi-de-oyogu", text, &step), ST_DENIED);
	assert_ok(first_issue(app, &chief, SPAN("mori"), code));
	assert_ok(first_issue(app, &chief, SPAN("mori"), newer));
	assert_status(first_sign_in(app, &a, span_of(code), text, &wait, &step, &why), ST_DENIED);
	a.password = SPAN("mori さんのパスワード");
	assert_status(first_sign_in(app, &a, span_of(newer), text, &wait, &step, &why), ST_INVALID);
	assert_non_null(why);
	a.password = SPAN("natsu-no-umi-de-oyogu");
	assert_ok(first_sign_in(app, &a, span_of(newer), text, &wait, &step, &why));
	assert_int_equal(step, SIGN_IN_ENROL);
	s = found(text, "mori");
	assert_true(s.weak);
	assert_int_equal(strlen(s.account.key), 40);
	assert_status(first_sign_in(app, &a, span_of(newer), text, &wait, &step, &why), ST_DENIED);
	assert_ok(enter("mori", "natsu-no-umi-de-oyogu", text, &step));
	assert_status(first_issue(app, &chief, SPAN("nobody"), code), ST_NOTFOUND);
}

static void the_slip_ends_after_two_weeks(void **state)
{
	struct attempt a = as("hara", "natsu-no-umi-de-oyogu");
	char code[CODE_TEXT], text[TOKEN_TEXT];
	enum sign_step step;
	const char *why = NULL;
	long wait;

	(void)state;
	invite("hara");
	assert_ok(first_issue(app, &chief, SPAN("hara"), code));
	a.now = now + FIRST_SECONDS + 2;
	assert_status(first_sign_in(app, &a, span_of(code), text, &wait, &step, &why), ST_DENIED);
}

static void an_account_that_is_over_is_nobody(void **state)
{
	struct account a = {.id = "x", .staff = true};

	(void)state;
	assert_false(account_is_over(&a, 1795000000)); /* 2026-11-18 */
	snprintf(a.until, sizeof a.until, "2026-11-18");
	assert_false(account_is_over(&a, 1795000000));
	snprintf(a.until, sizeof a.until, "2026-11-17");
	assert_true(account_is_over(&a, 1795000000));
	*a.until = '\0';
	snprintf(a.institution_closed, sizeof a.institution_closed, "2026-11-17");
	assert_true(account_is_over(&a, 1795000000));
	a.staff = false;
	assert_false(account_is_over(&a, 1795000000));
	a.disabled = true;
	assert_true(account_is_over(&a, 1795000000));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, fresh)
	const struct CMUnitTest tests[] = {
	    TEST(a_weak_session_cannot_sign_and_becomes_another_one),
	    TEST(a_code_counts_once),
	    TEST(who_has_only_the_password_adds_no_factor),
	    TEST(the_last_factor_stays_where_one_is_needed),
	    TEST(a_code_on_paper_works_once_and_for_one_person),
	    TEST(a_password_in_between_does_not_forgive_wrong_codes),
	    TEST(a_session_that_has_ended_says_whose_it_was_for_a_day),
	    TEST(what_was_typed_is_for_its_owner),
	    TEST(a_new_password_opens_the_same_key_and_ends_other_sessions),
	    TEST(the_slip_makes_a_key_once),
	    TEST(the_slip_ends_after_two_weeks),
	    TEST(an_account_that_is_over_is_nobody),
	};

	return cmocka_run_group_tests(tests, make_vault, end_vault);
}
