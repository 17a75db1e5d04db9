/* What sheets say on the overview: to whom, of which of two, and never from somebody else's cache.
 */
#include "vault/flow/cache.h"
#include "vault/flow/overview.h"
#include "vault/flow/shield.h"

#include "tests/unit/flow_help.h"

static const struct render_names no_names = {.institution = NULL};

struct seen {
	struct arena *arena;
	struct shield shield;
	struct glance_desk desk;
	struct overview o;
};

static void look(struct seen *s, const struct actor *who, const char *child)
{
	struct question q = ask_for(ACT_CHILD_READ, who, child, "");

	q.type = q.id = SPAN_NONE;
	s->arena = arena_new(16 * 1024 * 1024);
	assert_non_null(s->arena);
	assert_ok(shield_load(&s->shield, app, q.child, q.who));
	assert_ok(glance_desk_open(&s->desk, app, &q, &s->shield, &no_names, s->arena));
	assert_ok(overview_load(&s->desk, &s->o));
}

static void look_away(struct seen *s)
{
	glance_desk_close(&s->desk);
	shield_clear(&s->shield);
	arena_free(s->arena);
}

/* The item of a key; NULL: nothing is said. */
static const struct overview_item *item(const struct seen *s, const char *key)
{
	for (size_t i = 0; i < s->o.nitems; i++)
		if (span_is(s->o.items[i].says->key, key))
			return &s->o.items[i];
	return NULL;
}

static bool says(const struct seen *s, const char *text)
{
	for (size_t i = 0; i < s->o.nitems; i++)
		if (span_find(s->o.items[i].says->html, span_of(text)) >= 0)
			return true;
	return false;
}

static bool unseen(const struct seen *s, const char *text)
{
	for (size_t i = 0; i < s->o.nunseen; i++)
		if (span_find(s->o.unseen[i], span_of(text)) >= 0)
			return true;
	return false;
}

static int with_cache(void **state)
{
	int bad = make_vault(state);

	return bad ? bad : (int)cache_new(&app->cache, 1 << 20);
}

static void hidden_sections_never_contribute(void **state)
{
	struct oid v;
	struct seen s;
	char child[11];

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v);
	/* the teacher first, so that all of it is in the cache when the mother comes */
	for (int turn = 0; turn < 2; turn++) {
		look(&s, &tanaka, child);
		assert_int_equal(s.o.nsheets, 1);
		assert_true(says(&s, "兄がいる") && says(&s, "走りたい") &&
			    says(&s, "落ち着いている"));
		assert_int_equal(s.o.items[0].says->kind, GLANCE_URGENT);
		look_away(&s);
		/* a draft: of it she sees the section that she writes */
		look(&s, &yamada, child);
		assert_int_equal(s.o.nsheets, 1);
		assert_true(says(&s, "走りたい"));
		assert_false(says(&s, "兄がいる") || says(&s, "落ち着いている"));
		assert_int_equal(s.o.nunseen, 0);
		look_away(&s);
		look(&s, &suzuki, child);
		assert_int_equal(s.o.nsheets + s.o.nitems + s.o.nunseen, 0);
		look_away(&s);
	}
}

static void the_newest_that_is_filled_in_holds(void **state)
{
	struct problems ps;
	struct oid v;
	struct seen s;
	char child[11];

	(void)state;
	problems_init(&ps);
	new_child(child);
	assert_ok(put_as(&tanaka, child, "2025", "新しい記録", "", "", &ps, &v));
	assert_ok(put_as(&tanaka, child, "2026", "", "泳ぎたい", "", &ps, &v));
	/* saved last, of a year that is over: it does not become the newest */
	assert_ok(put_as(&tanaka, child, "2020", "古い記録", "古い願い", "", &ps, &v));
	look(&s, &tanaka, child);
	assert_true(says(&s, "新しい記録") && says(&s, "泳ぎたい"));
	assert_false(says(&s, "古い記録") || says(&s, "古い願い"));
	assert_string_equal(item(&s, "kihon.note")->sheet->id, "2025");
	assert_string_equal(item(&s, "kihon.child-wish")->sheet->id, "2026");
	look_away(&s);
	/* a new version is seen at once, cache or not */
	assert_ok(put_as(&tanaka, child, "2026", "今の記録", "泳ぎたい", "", &ps, &v));
	look(&s, &tanaka, child);
	assert_true(says(&s, "今の記録"));
	look_away(&s);
	problems_clear(&ps);
}

static void a_protection_withholds_at_once(void **state)
{
	struct child_task task;
	struct oid v;
	struct seen s;
	char child[11];

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v);
	look(&s, &yamada, child);
	assert_true(says(&s, "走りたい"));
	look_away(&s);
	task = (struct child_task){.child = span_of(child)};
	assert_ok(child_protect(
	    app, &chief, &task,
	    &(struct protection){.guardian = "yamada", .kind = "word", .value = "走り"}));
	look(&s, &yamada, child);
	assert_false(says(&s, "走りたい"));
	assert_true(item(&s, "kihon.child-wish")->says->withheld);
	look_away(&s);
	look(&s, &tanaka, child);
	assert_true(says(&s, "走りたい"));
	look_away(&s);
}

static void a_guardian_whose_right_rests_is_told_nothing(void **state)
{
	struct child_task task;
	struct oid v;
	struct seen s;
	char child[11];

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v);
	task = (struct child_task){.child = span_of(child)};
	assert_ok(child_suspend_guardian(app, &chief, &task, SPAN("yamada"), SPAN("2026-04-01")));
	look(&s, &yamada, child);
	assert_int_equal(s.o.nsheets + s.o.nitems + s.o.nunseen, 0);
	look_away(&s);
}

static void what_a_role_may_not_read_is_named_by_its_type(void **state)
{
	struct oid v;
	struct seen s;
	char child[11];

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v);
	look(&s, &tanaka, child);
	assert_false(unseen(&s, "基本シート"));
	look_away(&s);
}

static void a_sheet_is_of_the_day_on_which_it_was_true(void **state)
{
	static const struct {
		const char *id;
		struct day want;
	} cases[] = {{"2020", {2021, 3, 31}}, {"2026", {2026, 11, 20}}};
	struct sheet_row r = {.type = "kihon", .at = 1795132800}; /* 2026-11-20 */

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(r.id, sizeof r.id, "%s", cases[i].id);
		assert_int_equal(day_cmp(glance_day(app->types, &r), cases[i].want), 0);
	}
	snprintf(r.type, sizeof r.type, "no-such-type");
	assert_int_equal(day_cmp(glance_day(app->types, &r), (struct day){2026, 11, 20}), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hidden_sections_never_contribute),
	    cmocka_unit_test(the_newest_that_is_filled_in_holds),
	    cmocka_unit_test(a_protection_withholds_at_once),
	    cmocka_unit_test(a_guardian_whose_right_rests_is_told_nothing),
	    cmocka_unit_test(what_a_role_may_not_read_is_named_by_its_type),
	    cmocka_unit_test(a_sheet_is_of_the_day_on_which_it_was_true),
	};

	return cmocka_run_group_tests(tests, with_cache, end_vault);
}
