/* Rights, keys, settings and ranges before the law: what the registry may be told, and by whom. */
#include "law_help.h"

/* ---- accounts and institutions -------------------------------------------------------------- */

static void spare(const char *id)
{
	const struct account a = {.staff = true, .institution = "kudan-es", .name = "予備"};
	struct account is = a;

	snprintf(is.id, sizeof is.id, "%s", id);
	put_in_registry(&chief, "account.add", &is);
}

static struct account spare_account(const char *id)
{
	struct account a = {.staff = true, .institution = "kudan-es", .name = "予備"};

	snprintf(a.id, sizeof a.id, "%s", id);
	return a;
}

static void teacher_adds_an_account(void)
{
	const struct account a = spare_account("n1");

	put_in_registry(&tanaka, "account.add", &a);
}

static void admin_changes_the_own(void)
{
	struct account a = account_now("fujii");

	snprintf(a.name, sizeof a.name, "藤井 改");
	put_in_registry(&fujii, "account.update", &a);
}

static void update_makes_an_admin(void)
{
	struct account a = spare_account("n2");

	spare("n2");
	a.staff = false;
	a.institution[0] = '\0';
	a.role = ROLE_ADMIN;
	put_in_registry(&fujii, "account.update", &a);
}

/* By the registry as it would be after it, all of it would be true. */
static void makes_oneself_an_admin(void)
{
	struct actor liar = sato;
	struct account a = account_now("sato");

	liar.account.role = ROLE_ADMIN;
	liar.account.staff = false;
	liar.account.institution[0] = '\0';
	a.role = ROLE_ADMIN;
	a.staff = false;
	a.institution[0] = '\0';
	put_in_registry(&liar, "account.update", &a);
}

static void move_renames(void)
{
	struct account a = spare_account("n3");

	spare("n3");
	snprintf(a.name, sizeof a.name, "べつじん");
	put_in_registry(&fujii, "account.move", &a);
}

static void enable_stops(void)
{
	struct account a = spare_account("n4");

	spare("n4");
	a.disabled = true;
	put_in_registry(&fujii, "account.enable", &a);
}

static void key_out_of_nowhere(void)
{
	struct account a = spare_account("n5");

	spare("n5");
	snprintf(a.key, sizeof a.key, "%s", app->host_key);
	put_in_registry(&chief, "key.add", &a);
}

static void key_of_another(void)
{
	struct account a = spare_account("n6");
	struct key_row k = {.account = "tanaka", .since = time(NULL)};
	struct act act = {.who = &chief, .action = "key.add"};
	struct buf text, key;

	spare("n6");
	memset(k.fingerprint, 'A', 40);
	memcpy(a.key, k.fingerprint, sizeof a.key);
	buf_init(&text, 65536);
	buf_init(&key, 65536);
	account_write(&a, &text);
	key_write(&k, &key);
	act.changes[0] = (struct change){SPAN("accounts/n6.yaml"), buf_span(&text)};
	act.changes[1] = (struct change){SPAN("keys/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.yaml"),
					 buf_span(&key)};
	commit_act(NULL, &act);
	buf_clear(&text);
	buf_clear(&key);
}

static void key_of_long_ago(void)
{
	struct account a = spare_account("n7");
	struct key_row k = {.account = "n7", .since = time(NULL) - 86400};
	struct act act = {.who = &chief, .action = "key.add"};
	struct buf text, key;

	spare("n7");
	memset(k.fingerprint, 'B', 40);
	memcpy(a.key, k.fingerprint, sizeof a.key);
	buf_init(&text, 65536);
	buf_init(&key, 65536);
	account_write(&a, &text);
	key_write(&k, &key);
	act.changes[0] = (struct change){SPAN("accounts/n7.yaml"), buf_span(&text)};
	act.changes[1] = (struct change){SPAN("keys/BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB.yaml"),
					 buf_span(&key)};
	commit_act(NULL, &act);
	buf_clear(&text);
	buf_clear(&key);
}

/* A key of an account, in files of these names; NULL: that file is not written. */
static void put_key(const struct actor *who, const char *action, const struct account *a,
		    const struct key_row *k, const char *yaml, const char *asc)
{
	struct act act = {.who = who, .action = action};
	char account[64], names[2][64];
	struct buf text, key;
	size_t n = 0;

	buf_init(&text, 65536);
	buf_init(&key, 65536);
	if (a) {
		snprintf(account, sizeof account, "accounts/%s.yaml", a->id);
		account_write(a, &text);
		act.changes[n++] = (struct change){span_of(account), buf_span(&text)};
	}
	if (yaml) {
		snprintf(names[0], sizeof names[0], "keys/%s.yaml", yaml);
		key_write(k, &key);
		act.changes[n++] = (struct change){span_of(names[0]), buf_span(&key)};
	}
	if (asc) {
		snprintf(names[1], sizeof names[1], "keys/%s.asc", asc);
		act.changes[n++] = (struct change){span_of(names[1]), SPAN("x\n")};
	}
	commit_act(NULL, &act);
	buf_clear(&text);
	buf_clear(&key);
}

/* A key of 40 such letters, good from now on. */
static struct key_row key_of(const char *account, char letter)
{
	struct key_row k = {.since = time(NULL)};

	snprintf(k.account, sizeof k.account, "%s", account);
	memset(k.fingerprint, letter, 40);
	return k;
}

/* An account that has one lawfully. */
static struct account with_key(const char *id, struct key_row *k)
{
	struct account a = spare_account(id);

	spare(id);
	memcpy(a.key, k->fingerprint, sizeof a.key);
	put_key(&chief, "key.add", &a, k, k->fingerprint, NULL);
	return a;
}

static void key_comes_and_ends(void)
{
	struct key_row k = key_of("k1", 'C');

	with_key("k1", &k);
	k.until = time(NULL);
	put_key(&fujii, "key.retire", NULL, &k, k.fingerprint, NULL);
}

static void key_ends_long_ago(void)
{
	struct key_row k = key_of("k2", 'D');

	with_key("k2", &k);
	k.until = time(NULL) - 86400;
	put_key(&fujii, "key.retire", NULL, &k, k.fingerprint, NULL);
}

static void key_ends_and_begins_earlier(void)
{
	struct key_row k = key_of("k3", 'E');

	with_key("k3", &k);
	k.until = time(NULL);
	k.since -= 86400;
	put_key(&fujii, "key.retire", NULL, &k, k.fingerprint, NULL);
}

static void key_that_has_ended(void)
{
	struct key_row k = key_of("k4", 'F');

	k.until = k.since;
	with_key("k4", &k);
}

static void key_beside_another(void)
{
	struct key_row k = key_of("k5", '0'), l = key_of("k5", '1');
	struct account a = with_key("k5", &k);

	memcpy(a.key, l.fingerprint, sizeof a.key);
	put_key(&chief, "key.add", &a, &l, l.fingerprint, NULL);
}

static void key_under_another_number(void)
{
	struct key_row k = key_of("k6", '2'), l = key_of("k6", '3');
	struct account a = spare_account("k6");

	spare("k6");
	memcpy(a.key, k.fingerprint, sizeof a.key);
	put_key(&chief, "key.add", &a, &k, l.fingerprint, NULL);
}

static void key_of_which_nothing_is_said(void)
{
	put_key(&chief, "key.add", NULL, NULL, NULL, "4444444444444444444444444444444444444444");
}

static void key_beside_what_is_said_of_another(void)
{
	struct key_row k = key_of("k7", '5');
	struct account a = spare_account("k7");

	spare("k7");
	memcpy(a.key, k.fingerprint, sizeof a.key);
	put_key(&chief, "key.add", &a, &k, k.fingerprint,
		"6666666666666666666666666666666666666666");
}

static void account_of_another_name(void)
{
	struct account a = spare_account("n9");
	struct buf text;

	buf_init(&text, 65536);
	account_write(&a, &text);
	act_one(NULL, &fujii, "account.add", NULL, "accounts/n10.yaml", &text);
	buf_clear(&text);
}

static void two_accounts_at_once(void)
{
	const struct account a = spare_account("n11"), b = spare_account("n12");
	struct act act = {.who = &fujii, .action = "account.add"};
	struct buf one, two;

	buf_init(&one, 65536);
	buf_init(&two, 65536);
	account_write(&a, &one);
	account_write(&b, &two);
	act.changes[0] = (struct change){SPAN("accounts/n11.yaml"), buf_span(&one)};
	act.changes[1] = (struct change){SPAN("accounts/n12.yaml"), buf_span(&two)};
	commit_act(NULL, &act);
	buf_clear(&one);
	buf_clear(&two);
}

static void person_adds_a_key(void)
{
	struct account a = spare_account("n8");

	spare("n8");
	snprintf(a.key, sizeof a.key, "%s", fujii.key);
	put_in_registry(&fujii, "key.add", &a);
}

static void registry_gets_a_strange_file(void)
{
	struct buf text;

	buf_init(&text, 64);
	buf_adds(&text, "x\n");
	act_one(NULL, &chief, "institution.add", NULL, "institutions/x/y.yaml", &text);
	buf_clear(&text);
}

static struct institution place(const char *id, const char *closed, const char *into)
{
	struct institution i = {.kind = ROLE_NURSERY, .name = "園"};

	snprintf(i.id, sizeof i.id, "%s", id);
	snprintf(i.closed, sizeof i.closed, "%s", closed);
	snprintf(i.into, sizeof i.into, "%s", into);
	return i;
}

static void update_closes(void)
{
	const struct institution was = place("p1", "", ""), is = place("p1", "2026-01-01", "");

	put_place(&fujii, "institution.add", &was);
	put_place(&fujii, "institution.update", &is);
}

static void close_renames(void)
{
	const struct institution was = place("p2", "", "");
	struct institution is = place("p2", "2026-01-01", "");

	snprintf(is.name, sizeof is.name, "べつ");
	put_place(&fujii, "institution.add", &was);
	put_place(&fujii, "institution.close", &is);
}

static void merges_into_another_kind(void)
{
	const struct institution was = place("p3", "", ""), is = place("p3", "2026-01-01", "kyoi");

	put_place(&fujii, "institution.add", &was);
	put_place(&fujii, "institution.merge", &is);
}

static void closes_and_reopens(void)
{
	const struct institution was = place("p4", "", ""), is = place("p4", "2026-01-01", "");

	put_place(&fujii, "institution.add", &was);
	put_place(&fujii, "institution.close", &is);
	put_place(&kudo, "institution.reopen", &was);
}

static void institution_of_another_name(void)
{
	const struct institution i = place("p5", "", "");
	struct buf text;

	buf_init(&text, 65536);
	institution_write(&i, &text);
	act_one(NULL, &fujii, "institution.add", NULL, "institutions/p6.yaml", &text);
	buf_clear(&text);
}

static void merges_into_itself(void)
{
	const struct institution was = place("p7", "", ""), is = place("p7", "2026-01-01", "p7");

	put_place(&fujii, "institution.add", &was);
	put_place(&fujii, "institution.merge", &is);
}

static void closes_by_reopening(void)
{
	const struct institution was = place("p8", "", ""), is = place("p8", "2026-01-01", "");

	put_place(&fujii, "institution.add", &was);
	put_place(&fujii, "institution.reopen", &is);
}

static void reopens_by_closing(void)
{
	const struct institution was = place("p9", "", ""), is = place("p9", "2026-01-01", "");

	put_place(&fujii, "institution.add", &was);
	put_place(&fujii, "institution.close", &is);
	put_place(&fujii, "institution.close", &was);
}

/* ---- ranges and settings -------------------------------------------------------------------- */

static void range_at_once(void)
{
	const struct range_row r = range("r1", "in-force", "fujii", "kudo");

	put_range(&fujii, "range.ask", &r);
}

static void range_confirmed_by_the_same(void)
{
	const struct range_row was = range("r2", "asked", "fujii", "");
	const struct range_row is = range("r2", "in-force", "fujii", "fujii");

	put_range(&fujii, "range.ask", &was);
	put_range(&fujii, "range.confirm", &is);
}

static void range_confirmed_in_anothers_name(void)
{
	const struct range_row was = range("r3", "asked", "fujii", "");
	const struct range_row is = range("r3", "in-force", "fujii", "kudo");

	put_range(&fujii, "range.ask", &was);
	put_range(&fujii, "range.confirm", &is);
}

static void range_widened_by_confirming(void)
{
	const struct range_row was = range("r4", "asked", "fujii", "");
	struct range_row is = range("r4", "in-force", "fujii", "kudo");

	is.write = true;
	put_range(&fujii, "range.ask", &was);
	put_range(&kudo, "range.confirm", &is);
}

static void range_for_oneself(void)
{
	struct range_row r = range("r5", "asked", "fujii", "");

	snprintf(r.account, sizeof r.account, "fujii");
	put_range(&fujii, "range.ask", &r);
}

static void range_by_a_teacher(void)
{
	const struct range_row r = range("r6", "asked", "tanaka", "");

	put_range(&tanaka, "range.ask", &r);
}

static void range_asked_in_anothers_name(void)
{
	const struct range_row r = range("r8", "asked", "kudo", "");

	put_range(&fujii, "range.ask", &r);
}

static void range_that_narrows_waits(void)
{
	struct range_row r = range("r9", "asked", "fujii", "");

	r.opens = false;
	put_range(&fujii, "range.ask", &r);
}

static void range_that_opens_at_once(void)
{
	const struct range_row r = range("r10", "in-force", "fujii", "");

	put_range(&fujii, "range.narrow", &r);
}

/* What narrows ends when a second one says so. */
static void narrows_and_ends(const char *id, const struct actor *first, const struct actor *second)
{
	struct range_row r = range(id, "in-force", "fujii", "");

	r.opens = false;
	put_range(&fujii, "range.narrow", &r);
	snprintf(r.state, sizeof r.state, "end-asked");
	snprintf(r.ended_by, sizeof r.ended_by, "%s", first->account.id);
	put_range(first, "range.end.ask", &r);
	snprintf(r.state, sizeof r.state, "ended");
	snprintf(r.confirmed_by, sizeof r.confirmed_by, "%s", second->account.id);
	put_range(second, "range.end", &r);
}

static void end_confirmed_by_another(void)
{
	narrows_and_ends("r11", &kudo, &fujii);
}

static void end_confirmed_by_the_same(void)
{
	narrows_and_ends("r12", &kudo, &kudo);
}

static void two_administrators(void)
{
	const struct range_row was = range("r7", "asked", "fujii", "");
	struct range_row is = range("r7", "in-force", "fujii", "kudo");

	put_range(&fujii, "range.ask", &was);
	put_range(&kudo, "range.confirm", &is);
	snprintf(is.state, sizeof is.state, "ended");
	snprintf(is.ended_by, sizeof is.ended_by, "fujii");
	put_range(&fujii, "range.end", &is);
}

static void put_setting(const struct actor *who, const char *action, const struct policy *p,
			const char *asked, bool drops)
{
	struct act a = {.who = who, .action = action};
	struct buf text;

	buf_init(&text, 65536);
	policy_write(p, &text);
	if (asked)
		buf_addf(&text, "asked-by: %s\n", asked);
	a.changes[0] = (struct change){asked ? SPAN("settings/access-asked.yaml")
					     : SPAN("settings/access.yaml"),
				       buf_span(&text)};
	if (drops)
		a.changes[1] = (struct change){SPAN("settings/access-asked.yaml"), SPAN_NONE};
	commit_act(NULL, &a);
	buf_clear(&text);
}

static struct policy policy_of_lead(int days)
{
	struct policy p;

	policy_default(&p);
	p.lead_days = days;
	return p;
}

static void setting_widened_alone(void)
{
	const struct policy p = policy_of_lead(40);

	put_setting(&fujii, "setting.change", &p, NULL, false);
}

static void setting_confirmed_by_the_same(void)
{
	const struct policy p = policy_of_lead(50);

	put_setting(&fujii, "setting.ask", &p, "fujii", false);
	put_setting(&fujii, "setting.confirm", &p, NULL, true);
}

static void setting_other_than_asked(void)
{
	const struct policy p = policy_of_lead(60), q = policy_of_lead(300);

	put_setting(&fujii, "setting.ask", &p, "fujii", false);
	put_setting(&kudo, "setting.confirm", &q, NULL, true);
}

static void setting_asked_for_by_another(void)
{
	const struct policy p = policy_of_lead(61);

	put_setting(&fujii, "setting.ask", &p, "kudo", false);
}

static void setting_narrowed(void)
{
	const struct policy p = policy_of_lead(10);

	put_setting(&kudo, "setting.change", &p, NULL, true);
}

static void setting_by_two(void)
{
	const struct policy p = policy_of_lead(30);

	put_setting(&fujii, "setting.ask", &p, "fujii", false);
	put_setting(&kudo, "setting.confirm", &p, NULL, true);
}

static void types_by_a_person(void)
{
	struct buf text;

	buf_init(&text, 64);
	buf_adds(&text, "x\n");
	act_one(NULL, &fujii, "type.change", NULL, TYPES_SUMS, &text);
	buf_clear(&text);
}

static const struct registry_case cases[] = {
    REGISTRY_CASE(teacher_adds_an_account, "law.registry"),
    REGISTRY_CASE(admin_changes_the_own, "law.registry"),
    REGISTRY_CASE(update_makes_an_admin, "law.registry"),
    REGISTRY_CASE(makes_oneself_an_admin, "law.role"),
    REGISTRY_CASE(move_renames, "law.registry"),
    REGISTRY_CASE(enable_stops, "law.registry"),
    REGISTRY_CASE(key_out_of_nowhere, "law.registry"),
    REGISTRY_CASE(key_of_another, "law.registry"),
    REGISTRY_CASE(key_of_long_ago, "law.registry"),
    REGISTRY_CASE(key_comes_and_ends, NULL),
    REGISTRY_CASE(key_ends_long_ago, "law.registry"),
    REGISTRY_CASE(key_ends_and_begins_earlier, "law.registry"),
    REGISTRY_CASE(key_that_has_ended, "law.registry"),
    REGISTRY_CASE(key_beside_another, "law.registry"),
    REGISTRY_CASE(key_under_another_number, "law.registry"),
    REGISTRY_CASE(key_of_which_nothing_is_said, "law.registry"),
    REGISTRY_CASE(key_beside_what_is_said_of_another, "law.registry"),
    REGISTRY_CASE(account_of_another_name, "law.registry"),
    REGISTRY_CASE(two_accounts_at_once, "law.paths"),
    REGISTRY_CASE(person_adds_a_key, "law.operator"),
    REGISTRY_CASE(registry_gets_a_strange_file, "law.paths"),
    REGISTRY_CASE(update_closes, "law.registry"),
    REGISTRY_CASE(close_renames, "law.registry"),
    REGISTRY_CASE(merges_into_another_kind, "law.registry"),
    REGISTRY_CASE(institution_of_another_name, "law.registry"),
    REGISTRY_CASE(merges_into_itself, "law.registry"),
    REGISTRY_CASE(closes_by_reopening, "law.registry"),
    REGISTRY_CASE(reopens_by_closing, "law.registry"),
    REGISTRY_CASE(closes_and_reopens, NULL),
    REGISTRY_CASE(range_at_once, "law.registry"),
    REGISTRY_CASE(range_confirmed_by_the_same, "law.registry"),
    REGISTRY_CASE(range_confirmed_in_anothers_name, "law.registry"),
    REGISTRY_CASE(range_widened_by_confirming, "law.registry"),
    REGISTRY_CASE(range_for_oneself, "law.registry"),
    REGISTRY_CASE(range_by_a_teacher, "law.registry"),
    REGISTRY_CASE(range_asked_in_anothers_name, "law.registry"),
    REGISTRY_CASE(range_that_narrows_waits, "law.registry"),
    REGISTRY_CASE(range_that_opens_at_once, "law.registry"),
    REGISTRY_CASE(end_confirmed_by_another, NULL),
    REGISTRY_CASE(end_confirmed_by_the_same, "law.registry"),
    REGISTRY_CASE(two_administrators, NULL),
    REGISTRY_CASE(setting_widened_alone, "law.registry"),
    REGISTRY_CASE(setting_confirmed_by_the_same, "law.registry"),
    REGISTRY_CASE(setting_other_than_asked, "law.registry"),
    REGISTRY_CASE(setting_asked_for_by_another, "law.registry"),
    REGISTRY_CASE(setting_narrowed, NULL),
    REGISTRY_CASE(setting_by_two, NULL),
    REGISTRY_CASE(types_by_a_person, "law.operator"),
};

static void rights_that_nobody_gave_are_found(void **state)
{
	(void)state;
	judge_registry_cases(cases, sizeof cases / sizeof *cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rights_that_nobody_gave_are_found),
	};

	return cmocka_run_group_tests(tests, make_law, end_law);
}
