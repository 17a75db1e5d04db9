/* Accounts: what administrators may change, what is left of one that is stopped. */
#include "flow_help.h"

#include "vault/db/factor.h"
#include "vault/db/session.h"
#include "vault/flow/first.h"

#include <pthread.h>

static struct actor boss, deputy;

static int make_people(void **state)
{
	if (make_vault(state))
		return -1;
	put_account("boss", ROLE_ADMIN, NULL);
	put_account("deputy", ROLE_ADMIN, NULL);
	assert_ok(actor_account(&boss, app, SPAN("boss"), SPAN(PASSWORD)));
	assert_ok(actor_account(&deputy, app, SPAN("deputy"), SPAN(PASSWORD)));
	return 0;
}

static int end_people(void **state)
{
	actor_clear(&boss);
	actor_clear(&deputy);
	return end_vault(state);
}

static struct account get(const char *id)
{
	struct account a;

	assert_ok(account_get(app->db, span_of(id), &a));
	return a;
}

/* An account without a key, of a name of its own. */
static struct account fresh(const char *id, enum role role, const char *institution)
{
	struct account a = {.staff = institution != NULL, .role = role};

	snprintf(a.id, sizeof a.id, "%s", id);
	snprintf(a.name, sizeof a.name, "%s さん", id);
	snprintf(a.institution, sizeof a.institution, "%s", institution ? institution : "");
	return a;
}

static void add(const char *id, enum role role, const char *institution)
{
	struct account a = fresh(id, role, institution);

	assert_ok(account_create(app, &boss, &a, SPAN_NONE));
}

static int64_t noon(int y, int m, int d)
{
	return day_begin_jst((struct day){y, m, d}) + 12 * 3600;
}

#define assert_why(words)                                                                          \
	do {                                                                                       \
		if (!strstr(fail_why(), words))                                                    \
			fail_msg("said: %s", fail_why());                                          \
	} while (0)

static size_t changes(void)
{
	return newest_record("change", NULL).count;
}

/* ---- a new account ------------------------------------------------------------------------ */

static void staff_stay_until_the_end_of_the_fiscal_year(void **state)
{
	static const struct {
		int y, m, d;
		const char *end;
	} days[] = {{2026, 11, 21, "2027-03-31"},
		    {2027, 1, 1, "2027-03-31"},
		    {2027, 3, 31, "2027-03-31"},
		    {2027, 4, 1, "2028-03-31"}};
	const char *field;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct account a = fresh("nobody-yet", ROLE_SCHOOL, "kudan-es");

		assert_ok(account_check(app, &a, noon(days[i].y, days[i].m, days[i].d), &field));
		assert_string_equal(a.until, days[i].end);
	}
	for (int i = 0; i < 3; i++) {
		struct account a = fresh("nobody-yet", i == 1 ? ROLE_HOUSEHOLD : ROLE_SCHOOL,
					 i == 1 ? NULL : "kudan-es");

		snprintf(a.until, sizeof a.until, "%s",
			 i == 0	  ? "none"
			 : i == 1 ? ""
				  : "2030-01-05");
		assert_ok(account_check(app, &a, noon(2026, 11, 21), &field));
		assert_string_equal(a.until, i == 2 ? "2030-01-05" : "");
	}
}

static void what_is_wrong_is_told_with_its_field(void **state)
{
	static const struct {
		struct account a;
		enum status st;
		const char *field;
	} bad[] = {
	    {{.id = "../x", .name = "x", .role = ROLE_AUDITOR}, ST_INVALID, "id"},
	    {{.id = "Tanaka", .name = "x", .role = ROLE_AUDITOR}, ST_INVALID, "id"},
	    {{.id = "import", .name = "x", .role = ROLE_AUDITOR}, ST_INVALID, "id"},
	    {{.id = "tanaka", .name = "x", .role = ROLE_AUDITOR}, ST_EXISTS, "id"},
	    {{.id = "x", .name = "", .role = ROLE_AUDITOR}, ST_INVALID, "name"},
	    {{.id = "x", .name = "a\nb", .role = ROLE_AUDITOR}, ST_INVALID, "name"},
	    {{.id = "x", .name = "a <b@c>", .role = ROLE_AUDITOR}, ST_INVALID, "name"},
	    {{.id = "x", .name = "x", .kana = "\xff", .role = ROLE_AUDITOR}, ST_INVALID, "kana"},
	    {{.id = "x", .name = "x", .role = ROLE_BOARD}, ST_INVALID, "role"},
	    {{.id = "x", .name = "x", .staff = true}, ST_INVALID, "institution"},
	    {{.id = "x", .name = "x", .staff = true, .institution = "none"},
	     ST_NOTFOUND,
	     "institution"},
	    {{.id = "x", .name = "x", .role = ROLE_HOUSEHOLD, .institution = "kyoi"},
	     ST_INVALID,
	     "institution"},
	    {{.id = "x", .name = "x", .role = ROLE_ADMIN, .classes = "a"}, ST_INVALID, "classes"},
	    {{.id = "x", .name = "x", .role = ROLE_ADMIN, .until = "2026-11-20"},
	     ST_INVALID,
	     "until"},
	    {{.id = "x", .name = "x", .role = ROLE_ADMIN, .until = "2027-2-9"},
	     ST_INVALID,
	     "until"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct account a = bad[i].a;
		const char *field = NULL;

		assert_status(account_check(app, &a, noon(2026, 11, 21), &field), bad[i].st);
		assert_string_equal(field, bad[i].field);
	}
}

static void classes_are_put_in_order(void **state)
{
	static const struct {
		const char *typed, *kept;
	} good[] = {{"", ""},
		    {"3年2組", "3年2組"},
		    {" 3年1組、3年2組 ", "3年1組,3年2組"},
		    {"a,a,,b，　c　\nb", "a,b,c"}};
	char out[CLASSES_ROOM];
	char many[2048] = "";

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_ok(account_classes(span_of(good[i].typed), out));
		assert_string_equal(out, good[i].kept);
	}
	assert_status(account_classes(SPAN("あいうえおかきくけこさしすせそたちつてとな"), out),
		      ST_INVALID);
	assert_status(account_classes(SPAN("<b>"), out), ST_INVALID);
	for (size_t i = 0; i < 200; i++)
		snprintf(many + strlen(many), sizeof many - strlen(many), "k%zu,", i);
	assert_status(account_classes(span_of(many), out), ST_INVALID);
}

/* ---- edit --------------------------------------------------------------------------------- */

static void an_edit_changes_what_it_names_and_nothing_else(void **state)
{
	const bool whole = true;
	const struct account_edit e = {.name = SPAN("佐藤 花"), .whole = &whole};
	struct account was, is;

	(void)state;
	add("hana", ROLE_NOBODY, "kudan-es");
	was = get("hana");
	assert_ok(account_edit(app, &boss, SPAN("hana"), &e, NULL));
	is = get("hana");
	assert_string_equal(is.name, "佐藤 花");
	assert_true(is.whole);
	assert_string_equal(is.until, was.until);
	assert_string_equal(is.institution, was.institution);
	assert_string_equal(is.key, was.key);
	assert_int_equal(is.role, was.role);
	assert_false(is.disabled);
	assert_status(account_edit(app, &boss, SPAN("hana"), &e, NULL), ST_EXISTS);
	assert_string_equal(newest_record("change", NULL).event, "account.update");
}

static void an_edit_with_a_mistake_changes_nothing(void **state)
{
	const bool whole = true;
	const struct {
		const char *id;
		struct account_edit e;
		enum status st;
		const char *field;
	} bad[] = {
	    {"tanaka", {.name = SPAN("")}, ST_INVALID, "name"},
	    {"tanaka", {.name = SPAN("x"), .until = SPAN("2020-01-01")}, ST_INVALID, "until"},
	    {"tanaka", {.until = SPAN("2月30日")}, ST_INVALID, "until"},
	    {"tanaka", {.institution = SPAN("none")}, ST_NOTFOUND, "institution"},
	    {"tanaka", {.institution = SPAN("")}, ST_INVALID, "institution"},
	    {"tanaka", {.classes = SPAN("a\tb")}, ST_INVALID, "classes"},
	    {"yamada", {.institution = SPAN("kyoi")}, ST_INVALID, "institution"},
	    {"yamada", {.whole = &whole}, ST_INVALID, "institution"},
	    {"nobody", {.name = SPAN("x")}, ST_NOTFOUND, NULL},
	};
	size_t before = changes();

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const char *field = "x";

		assert_status(account_edit(app, &boss, span_of(bad[i].id), &bad[i].e, &field),
			      bad[i].st);
		assert_true(bad[i].field ? field && !strcmp(field, bad[i].field) : !field);
	}
	assert_int_equal(changes(), before);
}

static void begin_session(const char *id, char fill)
{
	struct session_row s = {.since = 1, .seen = 1};
	char token[32];

	memset(token, fill, sizeof token);
	snprintf(s.account, sizeof s.account, "%s", id);
	assert_ok(session_put(app->db, span_make(token, sizeof token), &s, SPAN("x")));
}

static bool has_session(char fill)
{
	struct session_row s;
	char token[32];

	memset(token, fill, sizeof token);
	return session_get(app->db, span_make(token, sizeof token), &s, NULL) == ST_OK;
}

static void sessions_end_with_the_institution(void **state)
{
	(void)state;
	add("mover", ROLE_NOBODY, "kudan-es");
	begin_session("mover", 'm');
	assert_ok(account_edit(app, &boss, SPAN("mover"),
			       &(struct account_edit){.name = SPAN("移る 人")}, NULL));
	assert_true(has_session('m'));
	assert_ok(account_edit(app, &boss, SPAN("mover"),
			       &(struct account_edit){.institution = SPAN("other-es")}, NULL));
	assert_false(has_session('m'));
}

/* ---- who may ------------------------------------------------------------------------------ */

static void only_administrators_change_accounts(void **state)
{
	const struct actor *others[] = {&tanaka, &yamada};
	const struct account_edit e = {.name = SPAN("x")};
	size_t before = changes();

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct account a = fresh("intruder", ROLE_ADMIN, NULL);

		assert_status(account_create(app, others[i], &a, SPAN_NONE), ST_DENIED);
		assert_status(account_edit(app, others[i], SPAN("suzuki"), &e, NULL), ST_DENIED);
		assert_status(account_disable(app, others[i], SPAN("suzuki")), ST_DENIED);
		assert_status(account_enable(app, others[i], SPAN("suzuki")), ST_DENIED);
		assert_status(account_reset(app, others[i], SPAN("suzuki"), SPAN_NONE), ST_DENIED);
	}
	assert_int_equal(changes(), before);
	assert_string_equal(newest_record("access", NULL).reason, "no-rule");
}

static void nobody_changes_their_own_account(void **state)
{
	const struct account_edit e = {.until = SPAN("none")};

	(void)state;
	assert_status(account_edit(app, &boss, SPAN("boss"), &e, NULL), ST_DENIED);
	assert_string_equal(newest_record("access", NULL).reason, "own-rights");
	assert_status(account_disable(app, &boss, SPAN("boss")), ST_DENIED);
	assert_status(account_reset(app, &boss, SPAN("boss"), SPAN_NONE), ST_DENIED);
	assert_status(account_reset(app, &boss, SPAN("boss"), SPAN(PASSWORD)), ST_DENIED);
	assert_false(get("boss").disabled);
}

static void who_was_stopped_stops_nobody(void **state)
{
	struct actor gone;

	(void)state;
	put_account("gone-boss", ROLE_ADMIN, NULL);
	assert_ok(actor_account(&gone, app, SPAN("gone-boss"), SPAN(PASSWORD)));
	assert_ok(account_disable(app, &boss, SPAN("gone-boss")));
	assert_status(account_disable(app, &gone, SPAN("suzuki")), ST_DENIED);
	assert_string_equal(newest_record("access", NULL).reason, "disabled");
	actor_clear(&gone);
}

/* ---- stop, start again -------------------------------------------------------------------- */

static size_t factors_of(const char *id)
{
	struct factors *f;
	size_t n;

	assert_ok(factors_load(app, span_of(id), &f));
	n = f->count;
	factors_free(f);
	return n;
}

static void give_everything(const char *id)
{
	struct factor_row f = {.kind = "totp", .name = "x"};

	snprintf(f.account, sizeof f.account, "%s", id);
	assert_ok(factor_add(app->db, &f));
	assert_ok(code_put(app->db, span_of(id), "recovery", "h", 0));
	assert_ok(code_put(app->db, span_of(id), "first", "h", 0));
	begin_session(id, 'e');
}

static void assert_forgotten(const char *id)
{
	struct buf a, b;
	long recovery, first;

	buf_init(&a, 1024);
	buf_init(&b, 1024);
	assert_status(secret_get(app->db, span_of(id), &a, &b), ST_NOTFOUND);
	buf_clear(&a);
	buf_clear(&b);
	assert_int_equal(factors_of(id), 0);
	assert_ok(code_count(app->db, span_of(id), "recovery", 1, &recovery));
	assert_ok(code_count(app->db, span_of(id), "first", 1, &first));
	assert_int_equal(recovery + first, 0);
	assert_false(has_session('e'));
}

static void assert_key_ended(const char *fingerprint)
{
	struct key_row k;

	assert_ok(key_get(app->db, span_of(fingerprint), &k));
	assert_true(k.until >= k.since && k.until <= (long long)time(NULL));
	assert_false(key_exists(app->keys, fingerprint, true));
	assert_true(key_exists(app->keys, fingerprint, false));
}

static void of_a_stopped_account_nothing_is_left_to_sign_in_with(void **state)
{
	struct account a;

	(void)state;
	put_account("leaver", ROLE_NOBODY, "kudan-es");
	give_everything("leaver");
	a = get("leaver");
	assert_ok(account_disable(app, &boss, SPAN("leaver")));
	assert_true(get("leaver").disabled);
	assert_key_ended(a.key);
	assert_forgotten("leaver");
	assert_status(account_disable(app, &boss, SPAN("leaver")), ST_EXISTS);
	assert_status(account_disable(app, &boss, SPAN("nobody")), ST_NOTFOUND);
	restart();
	assert_true(get("leaver").disabled);
}

static void started_again_it_is_as_new(void **state)
{
	struct account_edit later = {.until = SPAN("none")};
	char code[CODE_TEXT];
	struct account a;

	(void)state;
	assert_status(account_enable(app, &boss, SPAN("tanaka")), ST_EXISTS);
	put_account("again", ROLE_NOBODY, "kudan-es");
	assert_ok(account_edit(app, &boss, SPAN("again"), &later, NULL));
	a = get("again");
	assert_ok(account_disable(app, &boss, SPAN("again")));
	assert_status(first_issue(app, &boss, SPAN("again"), code), ST_INVALID);
	assert_ok(account_enable(app, &boss, SPAN("again")));
	assert_false(get("again").disabled);
	assert_string_equal(get("again").key, "");
	assert_key_ended(a.key);
	assert_ok(first_issue(app, &boss, SPAN("again"), code));
	a = get("again");
	assert_ok(account_new_key(app, &chief, &a, SPAN(PASSWORD)));
	assert_string_equal(get("again").key, a.key);
	assert_true(key_exists(app->keys, a.key, true));
}

static void not_where_everything_is_closed(void **state)
{
	struct institution i = {.kind = ROLE_SCHOOL, .id = "gone-es", .name = "閉じた学校"};

	(void)state;
	assert_ok(registry_put_institution(app, &chief, "institution.add", &i));
	add("stays", ROLE_NOBODY, "gone-es");
	assert_ok(account_disable(app, &boss, SPAN("stays")));
	snprintf(i.closed, sizeof i.closed, "2026-04-01");
	assert_ok(registry_put_institution(app, &chief, "institution.close", &i));
	assert_status(account_enable(app, &boss, SPAN("stays")), ST_INVALID);
	assert_why("閉じています");
}

/* ---- give out again ----------------------------------------------------------------------- */

static void a_reset_ends_the_key_and_waits_for_a_letter(void **state)
{
	struct account a;

	(void)state;
	put_account("forgot", ROLE_NOBODY, "kudan-es");
	give_everything("forgot");
	a = get("forgot");
	assert_ok(account_reset(app, &boss, SPAN("forgot"), SPAN_NONE));
	assert_string_equal(get("forgot").key, "");
	assert_key_ended(a.key);
	assert_forgotten("forgot");
	assert_string_equal(newest_record("change", NULL).event, "account.reset");
	/* nothing was there to end */
	assert_ok(account_disable(app, &boss, SPAN("forgot")));
	assert_ok(account_reset(app, &boss, SPAN("forgot"), SPAN_NONE));
	assert_false(get("forgot").disabled);
}

static void a_reset_with_a_password_makes_another_key(void **state)
{
	struct actor again;
	struct account a;

	(void)state;
	put_account("other-key", ROLE_NOBODY, "kudan-es");
	give_everything("other-key");
	a = get("other-key");
	assert_status(account_reset(app, &boss, SPAN("other-key"), SPAN("short")), ST_INVALID);
	assert_string_equal(get("other-key").key, a.key);
	assert_true(key_exists(app->keys, a.key, true));
	assert_int_equal(factors_of("other-key"), 1);
	assert_ok(account_reset(app, &boss, SPAN("other-key"), SPAN("tsukimi dango to susuki")));
	assert_key_ended(a.key);
	assert_int_equal(factors_of("other-key"), 0);
	assert_status(actor_account(&again, app, SPAN("other-key"), SPAN(PASSWORD)), ST_DENIED);
	assert_ok(actor_account(&again, app, SPAN("other-key"), SPAN("tsukimi dango to susuki")));
	assert_string_not_equal(again.account.key, a.key);
	actor_clear(&again);
}

static void what_was_never_used_can_be_stopped_too(void **state)
{
	char code[CODE_TEXT];

	(void)state;
	add("unused", ROLE_HOUSEHOLD, NULL);
	assert_ok(first_issue(app, &boss, SPAN("unused"), code));
	assert_status(account_reset(app, &boss, SPAN("unused"), SPAN_NONE), ST_EXISTS);
	assert_why("まだ使われていません");
	assert_ok(account_disable(app, &boss, SPAN("unused")));
	assert_true(get("unused").disabled);
	assert_ok(account_enable(app, &boss, SPAN("unused")));
	assert_false(get("unused").disabled);
}

/* ---- the last administrator --------------------------------------------------------------- */

struct duel {
	const struct actor *who;
	const char *whom;
	enum status st;
};

static void *strike(void *arg)
{
	struct duel *d = arg;

	d->st = account_disable(app, d->who, span_of(d->whom));
	return NULL;
}

/* Both ask at the same moment: one of them stays. */
static void two_administrators_do_not_stop_each_other(void **state)
{
	struct duel duels[2] = {{&boss, "deputy", ST_BUG}, {&deputy, "boss", ST_BUG}};
	pthread_t threads[2];

	(void)state;
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, strike, &duels[i]), 0);
	for (size_t i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert_true((duels[0].st == ST_OK) != (duels[1].st == ST_OK));
	assert_int_equal(duels[0].st + duels[1].st, ST_DENIED);
	assert_int_equal(get("boss").disabled + get("deputy").disabled, 1);
}

/* Whoever is left of the two. */
static void the_last_one_is_stopped_by_nobody(void **state)
{
	const char *left = get("boss").disabled ? "deputy" : "boss";
	const struct actor *who = get("boss").disabled ? &deputy : &boss;
	struct account newcomer = fresh("third", ROLE_ADMIN, NULL);

	(void)state;
	assert_status(account_disable(app, &chief, span_of(left)), ST_DENIED);
	assert_string_equal(newest_record("access", NULL).reason, "last-admin");
	/* one who has never signed in cannot manage yet */
	assert_ok(account_create(app, who, &newcomer, SPAN_NONE));
	assert_status(account_disable(app, &chief, span_of(left)), ST_DENIED);
	/* the operator may give the last one out again, for instance when the password is lost */
	assert_ok(account_reset(app, &chief, span_of(left), SPAN("tsukimi dango to susuki")));
	newcomer = get("third");
	assert_ok(account_new_key(app, &chief, &newcomer, SPAN(PASSWORD)));
	assert_ok(account_disable(app, &chief, span_of(left)));
	assert_status(account_disable(app, &chief, SPAN("third")), ST_DENIED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(staff_stay_until_the_end_of_the_fiscal_year),
	    cmocka_unit_test(what_is_wrong_is_told_with_its_field),
	    cmocka_unit_test(classes_are_put_in_order),
	    cmocka_unit_test(an_edit_changes_what_it_names_and_nothing_else),
	    cmocka_unit_test(an_edit_with_a_mistake_changes_nothing),
	    cmocka_unit_test(sessions_end_with_the_institution),
	    cmocka_unit_test(only_administrators_change_accounts),
	    cmocka_unit_test(nobody_changes_their_own_account),
	    cmocka_unit_test(who_was_stopped_stops_nobody),
	    cmocka_unit_test(of_a_stopped_account_nothing_is_left_to_sign_in_with),
	    cmocka_unit_test(started_again_it_is_as_new),
	    cmocka_unit_test(not_where_everything_is_closed),
	    cmocka_unit_test(a_reset_ends_the_key_and_waits_for_a_letter),
	    cmocka_unit_test(a_reset_with_a_password_makes_another_key),
	    cmocka_unit_test(what_was_never_used_can_be_stopped_too),
	    cmocka_unit_test(two_administrators_do_not_stop_each_other),
	    cmocka_unit_test(the_last_one_is_stopped_by_nobody),
	};

	return cmocka_run_group_tests(tests, make_people, end_people);
}
