/*
 * Random people take random steps: each that is taken is one signed commit, nothing else moves
 * anything, and every sheet stands in the lists of exactly those whose work it is.
 */
#include "flow_help.h"

#include "vault/flow/reindex.h"
#include "vault/flow/verify.h"
#include "vault/flow/work.h"
#include "vault/flow/workflow.h"
#include "vault/store/history.h"

enum { PEOPLE = 6, SHEETS = 2, ROUNDS = 160 };

static struct actor people[PEOPLE]; /* three teachers, another school, the board, the family */
static const char *const names[PEOPLE] = {"tanaka", "sato", "mori", "other", "board", "yamada"};
enum { TEACHERS = 3, FAMILY = 5 };

/* What the test knows of each sheet, by its own rules. */
static struct known {
	const char *id;
	enum sheet_status status;
	int owner;
	bool returned;
} known[SHEETS];
static char child[11];

static uint64_t random_state = 20261120;

static unsigned dice(unsigned n)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(random_state >> 33) % n;
}

static struct question about(int who, const struct known *k)
{
	return ask_for(ACT_SHEET_WRITE, &people[who], child, k->id);
}

/* ---- the rules, said again ----------------------------------------------------------------- */

/* The type has every state, and nobody agrees for the guardians here: finalise never comes. */
static bool ought(const struct known *k, int who, enum step s, enum sheet_status *to)
{
	bool waits = k->status == SHEET_REVIEW || k->status == SHEET_CONSENT;

	*to = s == STEP_SUBMIT ? SHEET_REVIEW : SHEET_DRAFT;
	if (who >= TEACHERS)
		return false;
	if (s == STEP_SUBMIT)
		return k->status == SHEET_DRAFT;
	if (s == STEP_RETURN)
		return waits && who != k->owner;
	if (s == STEP_RECALL)
		return waits && who == k->owner;
	return s == STEP_REVISE && k->status == SHEET_FINAL;
}

/* "" or the kind of the item that this person must find. */
static int ought_kind(const struct known *k, int who)
{
	if (who >= TEACHERS)
		return -1;
	if (k->status == SHEET_DRAFT && who == k->owner)
		return k->returned ? WORK_RETURNED : WORK_DRAFT;
	return k->status == SHEET_REVIEW && who != k->owner ? WORK_REVIEW : -1;
}

/* ---- looking ------------------------------------------------------------------------------- */

static int found_kind(const struct work_list *list, const char *id)
{
	char object[64];
	int kind = -1;

	snprintf(object, sizeof object, "kihon/%s", id);
	for (size_t i = 0; i < list->count; i++)
		if (span_is(list->items[i].child, child) &&
		    span_is(list->items[i].object, object)) {
			assert_int_equal(kind, -1); /* once */
			kind = (int)list->items[i].kind;
		}
	return kind;
}

static void check_lists(void)
{
	for (int who = 0; who < PEOPLE; who++) {
		struct arena *a = arena_new(1 << 20);
		const struct work_ask ask = {app, &people[who].account, "0000000000000000",
					     (int64_t)time(NULL), a};
		struct work_list list;

		assert_ok(work_find(&ask, &list));
		for (size_t i = 0; i < SHEETS; i++)
			if (found_kind(&list, known[i].id) != ought_kind(&known[i], who))
				fail_msg("%s/%s, %s, owner %s: %s finds %d, not %d", child,
					 known[i].id, sheet_status_name(known[i].status),
					 names[known[i].owner], names[who],
					 found_kind(&list, known[i].id),
					 ought_kind(&known[i], who));
		arena_free(a);
	}
}

static void check_row(const struct known *k)
{
	struct sheet_row row;

	assert_ok(sheet_row_get(app->db, span_of(child), SPAN("kihon"), span_of(k->id), &row));
	assert_string_equal(row.status, sheet_status_name(k->status));
	assert_string_equal(row.owner, names[k->owner]);
}

/* No family reads more of a draft than what it writes itself. */
static void check_family(const struct known *k)
{
	struct question q = ask_for(ACT_SHEET_READ, &people[FAMILY], child, k->id);
	struct reading r;
	bool open = k->status == SHEET_CONSENT || k->status == SHEET_FINAL;

	assert_ok(reading_begin(&r, app, &q, SPAN_NONE));
	assert_ok(reading_view(&r));
	assert_true((view_field(r.view, SPAN("note")) != NULL) == open);
	reading_clear(&r);
}

static int commits(void)
{
	char command[64];

	for (int n = 0; n < 1000; n++) {
		snprintf(command, sizeof command, "test $(git rev-list --count main) -eq %d", n);
		if (in_repo(child, command) == 0)
			return n;
	}
	return -1;
}

/* ---- the walk ------------------------------------------------------------------------------ */

static void follow(struct known *k, int who, enum step s, enum sheet_status to)
{
	k->status = to;
	k->returned = s == STEP_RETURN;
	if (s != STEP_RETURN)
		k->owner = who;
}

static enum status take(int who, const struct known *k, enum step s, struct oid *version)
{
	struct question q = about(who, k);
	struct taking in = {.step = s, .comment = SPAN("ここを直す")};
	struct problems ps;
	struct sheet_row row;
	enum status st;

	problems_init(&ps);
	assert_ok(sheet_row_get(app->db, span_of(child), SPAN("kihon"), q.id, &row));
	in.base = span_of(row.version);
	st = workflow_take(app, &people[who], &q, &in, &ps, version);
	problems_clear(&ps);
	return st;
}

static void one_step(void)
{
	struct known *k = &known[dice(SHEETS)];
	int who = (int)dice(PEOPLE);
	enum step s = (enum step)dice(STEP_COUNT);
	enum sheet_status to;
	struct question q = about(who, k);
	struct steps offered;
	struct oid before, after, version;
	bool may = ought(k, who, s, &to);
	enum status st;

	head_of_child(child, &before);
	assert_ok(workflow_steps(app, &q, &offered));
	assert_int_equal(offered.may[s] && s != STEP_ASK, may);
	st = take(who, k, s, &version);
	head_of_child(child, &after);
	if (may != (st == ST_OK))
		fail_msg("%s: %s %s of %s: %s", names[who], step_name(s), k->id,
			 sheet_status_name(k->status), status_name(st));
	assert_int_equal(oid_eq(&before, &after), !may);
	if (may) {
		assert_true(oid_eq(&version, &after));
		follow(k, who, s, to);
	}
}

/* Complete, so that it may be submitted; in the state from which the walk begins. */
static void put_whole(struct known *k, const char *status)
{
	struct question q = about(0, k);
	struct problems ps;
	struct oid version;
	struct buf text;

	buf_init(&text, 65536);
	problems_init(&ps);
	buf_addf(&text,
		 "---\nkarte: 1\ntype: kihon\ntype-version: 1\nid: \"%s\"\nchild: %s\n"
		 "title: 基本シート\ninstitution: kudan-es\nstatus: %s\n"
		 "values:\n  name: 山田 健\n  note: 兄がいる\n---\n"
		 "\n## 本人・保護者の願い\n\n### 保護者の願い\n\n元気に通う\n",
		 k->id, child, status);
	if (put_sheet(app, &people[0], &q, "x.md", buf_span(&text), SPAN_NONE, &ps, &version)) {
		print_problems(&ps);
		fail_msg("%s", fail_why());
	}
	buf_clear(&text);
	problems_clear(&ps);
}

static void sign_in_all(void)
{
	put_account("sato", ROLE_SCHOOL, "kudan-es");
	put_account("mori", ROLE_SCHOOL, "kudan-es");
	put_account("other", ROLE_SCHOOL, "other-es");
	put_account("board", ROLE_BOARD, "kyoi");
	for (int i = 0; i < PEOPLE; i++)
		assert_ok(actor_account(&people[i], app, span_of(names[i]), SPAN(PASSWORD)));
}

static void random_people_take_random_steps(void **state)
{
	static const char *const from[] = {"draft", "final"};
	int start, taken = 0;

	(void)state;
	sign_in_all();
	new_child(child);
	for (size_t i = 0; i < SHEETS; i++) {
		known[i] = (struct known){.id = i ? "2025" : "2026",
					  .status = i ? SHEET_FINAL : SHEET_DRAFT};
		put_whole(&known[i], from[i]);
	}
	start = commits();
	for (int n = 0; n < ROUNDS; n++) {
		struct oid before, after;

		head_of_child(child, &before);
		one_step();
		head_of_child(child, &after);
		taken += !oid_eq(&before, &after);
		if (oid_eq(&before, &after) && n)
			continue;
		check_lists();
		for (size_t i = 0; i < SHEETS; i++) {
			check_row(&known[i]);
			check_family(&known[i]);
		}
	}
	assert_int_equal(commits(), start + taken);
	assert_true(taken > 20);
	assert_ok(reindex(app, NULL, NULL));
	check_lists();
}

static void every_step_is_signed_and_in_the_journal(void **state)
{
	char command[2 * PATH_MAX];

	(void)state;
	snprintf(command, sizeof command, "'%s' -C '%s' verify >/dev/null", getenv("KARTE"),
		 vault_dir);
	if (getenv("KARTE"))
		assert_int_equal(system(command), 0);
	else
		skip();
}

/* ---- a second person, where there is none --------------------------------------------------- */

static void who_is_alone_reviews_and_that_is_recorded(void **state)
{
	enum { SATO = 1, MORI = 2 };
	struct known k = {.id = "2024", .status = SHEET_DRAFT};
	struct steps steps;
	struct question q;
	struct oid version;

	(void)state;
	put_whole(&k, "draft");
	assert_ok(take(0, &k, STEP_SUBMIT, &version));
	q = about(0, &k);
	assert_ok(workflow_steps(app, &q, &steps));
	assert_false(steps.may[STEP_ASK]);
	assert_ok(account_disable(app, &chief, SPAN("sato")));
	assert_ok(workflow_steps(app, &q, &steps));
	assert_false(steps.may[STEP_ASK]); /* mori is still there */
	assert_ok(account_disable(app, &chief, SPAN("mori")));
	assert_ok(workflow_steps(app, &q, &steps));
	assert_true(steps.may[STEP_ASK]);
	assert_true(steps.taker.alone);
	{
		struct sheet_row row;
		struct problems ps;
		struct moving m;
		struct taking in = {.step = STEP_ASK};

		problems_init(&ps);
		assert_ok(sheet_row_get(app->db, q.child, q.type, q.id, &row));
		in.base = span_of(row.version);
		assert_ok(workflow_change(&m, app, &q, &in, &ps));
		assert_true(m.alone);
		assert_string_equal(m.action, "sheet.ask");
		assert_int_not_equal(span_find(m.change.bytes, SPAN("status: consent")), -1);
		workflow_end(&m);
		problems_clear(&ps);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(random_people_take_random_steps),
	    cmocka_unit_test(every_step_is_signed_and_in_the_journal),
	    cmocka_unit_test(who_is_alone_reviews_and_that_is_recorded),
	};

	return cmocka_run_group_tests(tests, make_vault, end_vault);
}
