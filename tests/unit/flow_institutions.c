/* Institutions: what may be changed, and two that become one. */
#include "flow_help.h"

#include "vault/db/session.h"
#include "vault/flow/decide.h"
#include "vault/flow/institutions.h"
#include "vault/flow/registry.h"

static struct institution get(const char *id)
{
	struct institution i;

	assert_ok(institution_get(app->db, span_of(id), &i));
	return i;
}

static struct institution make(const char *id, enum role kind)
{
	struct institution i = {.kind = kind};

	snprintf(i.id, sizeof i.id, "%s", id);
	snprintf(i.name, sizeof i.name, "%s（機関）", id);
	return i;
}

static void add(const char *id, enum role kind)
{
	struct institution i = make(id, kind);

	assert_ok(institution_add(app, &chief, &i, NULL));
}

static void add_staff(const char *id, const char *institution)
{
	struct account a = {.staff = true};

	snprintf(a.id, sizeof a.id, "%s", id);
	snprintf(a.name, sizeof a.name, "%s さん", id);
	snprintf(a.institution, sizeof a.institution, "%s", institution);
	assert_ok(account_create(app, &chief, &a, SPAN_NONE));
}

/* A child with these stays ("institution since until class", …). */
static void add_child(char id[static 11], const struct enrolment *stays, size_t count)
{
	struct child c = {
	    .row = {.name = "子 ども", .kana = "こ ども", .born = "2019-05-12", .sex = "other"},
	    .enrolment_count = count};
	struct problems ps;

	memcpy(c.enrolments, stays, count * sizeof *stays);
	problems_init(&ps);
	assert_ok(child_create(app, &chief, &c, &ps));
	problems_clear(&ps);
	memcpy(id, c.row.id, 11);
}

struct text {
	char s[1024];
};

static enum status put_stay(void *ctx, const struct enrolment *e)
{
	struct text *t = ctx;
	size_t n = strlen(t->s);

	snprintf(t->s + n, sizeof t->s - n, "%s %s %s %s;", e->institution, e->since, e->until,
		 e->class);
	return ST_OK;
}

static struct text stays_of(const char *id)
{
	struct text t = {""};

	assert_ok(child_enrolments(app->db, span_of(id), put_stay, &t));
	return t;
}

/* ---- add, edit, close --------------------------------------------------------------------- */

static void a_new_one_is_checked(void **state)
{
	static const struct {
		struct institution i;
		enum status st;
		const char *field;
	} bad[] = {
	    {{.id = "../x", .kind = ROLE_SCHOOL, .name = "x"}, ST_INVALID, "id"},
	    {{.id = "new", .kind = ROLE_SCHOOL, .name = "x"}, ST_INVALID, "id"},
	    {{.id = "kyoi", .kind = ROLE_SCHOOL, .name = "x"}, ST_EXISTS, "id"},
	    {{.id = "x", .kind = ROLE_ADMIN, .name = "x"}, ST_INVALID, "kind"},
	    {{.id = "x", .kind = ROLE_HOUSEHOLD, .name = "x"}, ST_INVALID, "kind"},
	    {{.id = "x", .kind = ROLE_SCHOOL, .name = "a\nb"}, ST_INVALID, "name"},
	    {{.id = "x", .kind = ROLE_SCHOOL, .name = "x", .opened = "2026-02-30"},
	     ST_INVALID,
	     "opened"},
	};
	struct institution sly = make("sly", ROLE_SCHOOL);

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const char *field = NULL;

		assert_status(institution_add(app, &chief, &bad[i].i, &field), bad[i].st);
		assert_string_equal(field, bad[i].field);
	}
	assert_status(institution_add(app, &tanaka, &sly, NULL), ST_DENIED);
	snprintf(sly.closed, sizeof sly.closed, "2026-01-01");
	snprintf(sly.into, sizeof sly.into, "kyoi");
	assert_ok(institution_add(app, &chief, &sly, NULL));
	assert_string_equal(get("sly").closed, "");
	assert_string_equal(get("sly").into, "");
}

static void its_kind_stays_once_somebody_is_there(void **state)
{
	struct institution i;
	const char *field;

	(void)state;
	add("kind-a", ROLE_SCHOOL);
	i = get("kind-a");
	i.kind = ROLE_NURSERY;
	i.by_class = true;
	assert_ok(institution_edit(app, &chief, &i, NULL));
	assert_int_equal(get("kind-a").kind, ROLE_NURSERY);
	assert_true(get("kind-a").by_class);
	assert_status(institution_edit(app, &chief, &i, NULL), ST_EXISTS);
	add_staff("kind-staff", "kind-a");
	i.kind = ROLE_SCHOOL;
	assert_status(institution_edit(app, &chief, &i, &field), ST_INVALID);
	assert_string_equal(field, "kind");
	i.kind = ROLE_NURSERY;
	snprintf(i.name, sizeof i.name, "新しい名前");
	assert_ok(institution_edit(app, &chief, &i, &field));
	assert_string_equal(get("kind-a").name, "新しい名前");
}

static void it_closes_with_a_day_and_opens_again(void **state)
{
	const struct enrolment stays[] = {{"close-a", "2025-04-01", "", ""}};
	const struct enrolment later[] = {{"close-b", "2099-04-01", "", ""}};
	struct institution_load left;
	const char *field;
	char child[11];

	(void)state;
	add("close-a", ROLE_SCHOOL);
	add("close-b", ROLE_SCHOOL);
	add_staff("closer", "close-a");
	add_child(child, stays, 1);
	add_child(child, later, 1);
	assert_status(
	    institution_close(app, &chief, SPAN("close-a"), SPAN("2024-01-01"), &left, &field),
	    ST_INVALID);
	assert_string_equal(field, "closed");
	assert_status(
	    institution_close(app, &chief, SPAN("close-b"), SPAN("2098-03-31"), &left, NULL),
	    ST_INVALID);
	assert_status(institution_close(app, &chief, SPAN("close-a"), SPAN("x"), &left, NULL),
		      ST_INVALID);
	assert_ok(
	    institution_close(app, &chief, SPAN("close-a"), SPAN("令和8年11月1日"), &left, NULL));
	assert_string_equal(get("close-a").closed, "2026-11-01");
	assert_int_equal(left.coming, 1);
	assert_int_equal(left.staff, 1);
	assert_status(institution_close(app, &chief, SPAN("close-a"), SPAN_NONE, &left, NULL),
		      ST_EXISTS);
	assert_ok(institution_reopen(app, &chief, SPAN("close-a")));
	assert_string_equal(get("close-a").closed, "");
	assert_status(institution_reopen(app, &chief, SPAN("close-a")), ST_EXISTS);
	assert_status(institution_reopen(app, &chief, SPAN("none")), ST_NOTFOUND);
	assert_status(institution_reopen(app, &yamada, SPAN("close-a")), ST_DENIED);
}

/* ---- merging ------------------------------------------------------------------------------ */

#define MERGE(a, b, d) (&(struct merge){SPAN(a), SPAN(b), SPAN(d)})

static void what_cannot_be_merged_is_refused(void **state)
{
	struct merge_done d;

	(void)state;
	add("m-one", ROLE_SCHOOL);
	add("m-two", ROLE_SCHOOL);
	add("m-nursery", ROLE_NURSERY);
	assert_status(
	    institution_merge(app, &chief, MERGE("m-one", "m-one", "2026-03-31"), NULL, &d, NULL),
	    ST_INVALID);
	assert_status(institution_merge(app, &chief, MERGE("m-one", "m-nursery", "2026-03-31"),
					NULL, &d, NULL),
		      ST_INVALID);
	assert_status(
	    institution_merge(app, &chief, MERGE("m-one", "none", "2026-03-31"), NULL, &d, NULL),
	    ST_NOTFOUND);
	assert_status(institution_merge(app, &chief, MERGE("m-one", "m-two", "x"), NULL, &d, NULL),
		      ST_INVALID);
	assert_status(
	    institution_merge(app, &tanaka, MERGE("m-one", "m-two", "2026-03-31"), NULL, &d, NULL),
	    ST_DENIED);
	assert_string_equal(get("m-one").into, "");
}

static const struct enrolment here[] = {{"from-es", "2025-04-01", "", "3年2組"}};
static const struct enrolment planned[] = {{"from-es", "2025-04-01", "2099-03-31", ""}};
static const struct enrolment both[] = {{"from-es", "2025-04-01", "", ""},
					{"into-es", "2025-04-01", "", ""}};
static const struct enrolment over[] = {{"from-es", "2024-04-01", "2025-03-31", ""}};
static const struct enrolment future[] = {{"from-es", "2099-04-01", "", "1年1組"}};

/* The whole of it, twice: the second time there is nothing left to do. */
static void children_and_staff_go_on_at_the_other(void **state)
{
	char ids[5][11];
	const struct {
		const struct enrolment *stays;
		size_t n;
		const char *after;
	} rows[] = {
	    {here, 1, "from-es 2025-04-01 2026-11-20 3年2組;into-es 2026-11-21  3年2組;"},
	    {planned, 1, "from-es 2025-04-01 2026-11-20 ;into-es 2026-11-21 2099-03-31 ;"},
	    {both, 2, "from-es 2025-04-01 2026-11-20 ;into-es 2025-04-01  ;"},
	    {over, 1, "from-es 2024-04-01 2025-03-31 ;"},
	    {future, 1, "into-es 2099-04-01  1年1組;"},
	};
	const struct merge *m = MERGE("from-es", "into-es", "2026-11-20");
	struct merge_done plan, d;
	struct session_row session = {.account = "from-staff", .since = 1, .seen = 1};
	struct account a;
	char token[32] = "from-staff";

	(void)state;
	add("from-es", ROLE_SCHOOL);
	add("into-es", ROLE_SCHOOL);
	add_staff("from-staff", "from-es");
	add_staff("from-gone", "from-es");
	assert_ok(account_disable(app, &chief, SPAN("from-gone")));
	assert_ok(session_put(app->db, span_make(token, 32), &session, SPAN("x")));
	for (size_t i = 0; i < 5; i++)
		add_child(ids[i], rows[i].stays, rows[i].n);
	assert_ok(institution_merge_plan(app, m, (int64_t)time(NULL), &plan, NULL));
	assert_int_equal(plan.moved, 4);
	assert_int_equal(plan.staff, 1);
	assert_string_equal(get("from-es").into, "");

	assert_ok(institution_merge(app, &chief, m, NULL, &d, NULL));
	assert_int_equal(d.moved, 4);
	assert_int_equal(d.staff, 1);
	assert_int_equal(d.failed + d.later, 0);
	assert_string_equal(get("from-es").closed, "2026-11-20");
	assert_string_equal(get("from-es").into, "into-es");
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(stays_of(ids[i]).s, rows[i].after);
	assert_int_equal(
	    in_repo(ids[0], "git log -1 --format=%B main | grep -qx 'Karte-Action: transfer'"), 0);
	assert_ok(account_get(app->db, SPAN("from-staff"), &a));
	assert_string_equal(a.institution, "into-es");
	assert_ok(account_get(app->db, SPAN("from-gone"), &a));
	assert_string_equal(a.institution, "from-es");
	assert_status(session_get(app->db, span_make(token, 32), &session, NULL), ST_NOTFOUND);

	assert_ok(institution_merge(app, &chief, m, NULL, &d, NULL));
	assert_int_equal(d.moved + d.staff + d.failed, 0);
	assert_status(institution_reopen(app, &chief, SPAN("from-es")), ST_INVALID);
	assert_status(
	    institution_merge(app, &chief, MERGE("from-es", "m-two", "2026-11-20"), NULL, &d, NULL),
	    ST_INVALID);
	assert_status(
	    institution_merge(app, &chief, MERGE("m-two", "from-es", "2026-11-20"), NULL, &d, NULL),
	    ST_INVALID);
}

/* What was cut short goes on, with the day of the first time. */
static void doing_it_again_does_the_rest(void **state)
{
	const struct enrolment stays[] = {{"cut-a", "2025-04-01", "", ""}};
	struct institution i;
	struct merge_done d;
	char child[11];

	(void)state;
	add("cut-a", ROLE_SCHOOL);
	add("cut-b", ROLE_SCHOOL);
	add_staff("cut-staff", "cut-a");
	add_child(child, stays, 1);
	i = get("cut-a");
	snprintf(i.closed, sizeof i.closed, "2026-10-31");
	snprintf(i.into, sizeof i.into, "cut-b");
	assert_ok(registry_put_institution(app, &chief, "institution.merge", &i));
	assert_ok(
	    institution_merge(app, &chief, MERGE("cut-a", "cut-b", "2026-11-15"), NULL, &d, NULL));
	assert_int_equal(d.moved, 1);
	assert_int_equal(d.staff, 1);
	assert_string_equal(stays_of(child).s, "cut-a 2025-04-01 2026-10-31 ;cut-b 2026-11-01  ;");
}

/* Until then the staff see the children where they are. */
static void staff_stay_until_the_day_has_come(void **state)
{
	struct merge_done d;
	struct account a;

	(void)state;
	add("wait-a", ROLE_SCHOOL);
	add("wait-b", ROLE_SCHOOL);
	add_staff("wait-staff", "wait-a");
	assert_ok(institution_merge(app, &chief, MERGE("wait-a", "wait-b", "2099-03-31"), NULL, &d,
				    NULL));
	assert_int_equal(d.later, 1);
	assert_int_equal(d.staff, 0);
	assert_ok(account_get(app->db, SPAN("wait-staff"), &a));
	assert_string_equal(a.institution, "wait-a");
}

/* A child with no room for another stay keeps no other from being moved. */
static void one_child_that_cannot_be_moved_stops_nobody(void **state)
{
	struct enrolment full[CHILD_ENROLMENTS_MAX] = {{"full-a", "2025-04-01", "", ""}};
	const struct enrolment stays[] = {{"full-a", "2025-04-01", "", ""}};
	struct merge_done d;
	char stuck[11], free_one[11];

	(void)state;
	add("full-a", ROLE_SCHOOL);
	add("full-b", ROLE_SCHOOL);
	for (size_t i = 1; i < CHILD_ENROLMENTS_MAX; i++) {
		snprintf(full[i].institution, sizeof full[i].institution, "kudan-es");
		snprintf(full[i].since, sizeof full[i].since, "20%02zu-04-01", i);
		snprintf(full[i].until, sizeof full[i].until, "20%02zu-04-02", i);
	}
	add_child(stuck, full, CHILD_ENROLMENTS_MAX);
	add_child(free_one, stays, 1);
	assert_ok(institution_merge(app, &chief, MERGE("full-a", "full-b", "2026-10-31"), NULL, &d,
				    NULL));
	assert_int_equal(d.failed, 1);
	assert_int_equal(d.moved, 1);
	assert_non_null(strstr(d.why, stuck));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_new_one_is_checked),
	    cmocka_unit_test(its_kind_stays_once_somebody_is_there),
	    cmocka_unit_test(it_closes_with_a_day_and_opens_again),
	    cmocka_unit_test(what_cannot_be_merged_is_refused),
	    cmocka_unit_test(children_and_staff_go_on_at_the_other),
	    cmocka_unit_test(doing_it_again_does_the_rest),
	    cmocka_unit_test(staff_stay_until_the_day_has_come),
	    cmocka_unit_test(one_child_that_cannot_be_moved_stops_nobody),
	};

	return cmocka_run_group_tests(tests, make_vault, end_vault);
}
