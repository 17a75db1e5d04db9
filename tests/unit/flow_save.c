#include "flow_help.h"

#include "generator/sheet/type.h"

#include <pthread.h>

/*
 * The form that a role sends: every field it may write, empty but for those named in `filled`
 * (pairs of field and text, ended by a NULL).
 */
struct form {
	struct pair pairs[64];
	char names[64][40];
	size_t n;
};

static void fill_form(struct form *f, enum role role, const char *const *filled)
{
	const struct sheet_type *t = types_find(app->types, SPAN("kihon"), 0);

	f->n = 0;
	for (size_t s = 0; s < t->nsections; s++)
		for (size_t i = 0; i < t->sections[s].nfields; i++) {
			const struct field *field = &t->sections[s].fields[i];
			struct span value = SPAN("");

			if (!section_writable(t, &t->sections[s], role) ||
			    field->kind == F_COMPUTED)
				continue;
			for (size_t k = 0; filled[k]; k += 2)
				if (span_is(field->id, filled[k]))
					value = span_of(filled[k + 1]);
			snprintf(f->names[f->n], sizeof f->names[0], "f.%.*s", SPAN_ARG(field->id));
			f->pairs[f->n] = (struct pair){span_of(f->names[f->n]), value};
			f->n++;
		}
}

static enum status save_as(const struct actor *who, const char *child, const struct oid *base,
			   const char *const *filled, struct saved *out)
{
	struct question q = ask_for(ACT_SHEET_WRITE, who, child, "2026");
	struct form f;
	char hex[OID_HEX];
	struct save in = {.reason = SPAN("面談で聞いたこと")};

	oid_hex(base, hex);
	fill_form(&f, who->account.role, filled);
	in.base = span_of(hex);
	in.form = f.pairs;
	in.nform = f.n;
	return save_sheet(out, app, who, &q, &in);
}

static const char *const nothing[] = {NULL};
/* what tanaka's first version has, as a form says it */
static const char *const as_it_is[] = {"note",	  "兄がいる",	    "child-wish", "走りたい",
				       "opinion", "落ち着いている", NULL};

static void assert_stored(const char *child, const char *want, bool there)
{
	struct buf text;

	buf_init(&text, 65536);
	stored_text(child, "2026", &text);
	if ((strstr(buf_str(&text), want) != NULL) != there)
		fail_msg("\"%s\" is %sin:\n%s", want, there ? "not " : "", buf_str(&text));
	buf_clear(&text);
}

static void a_family_saves_its_part_and_the_hidden_parts_survive(void **state)
{
	static const char *const form[] = {"child-wish", "泳ぎたい", "called", "けん", NULL};
	char child[11];
	struct oid v1;
	struct saved s;
	struct sheet_row row;
	struct newest record;

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	assert_ok(save_as(&yamada, child, &v1, form, &s));
	assert_stored(child, "泳ぎたい", true);
	assert_stored(child, "called: けん", true);
	assert_stored(child, "走りたい", false);
	assert_stored(child, "note: 兄がいる", true); /* a section it reads */
	assert_stored(child, "落ち着いている", true); /* and one it does not */
	assert_null(s.base);
	assert_ok(sheet_row_get(app->db, span_of(child), SPAN("kihon"), SPAN("2026"), &row));
	assert_string_equal(row.account, "yamada");
	record = newest_record("change", child);
	assert_string_equal(record.event, "sheet.save");
	assert_string_equal(record.account, "yamada");
	assert_string_equal(record.object, "kihon/2026");
	saved_clear(&s);
}

static void saving_what_is_there_already_makes_no_version(void **state)
{
	char child[11];
	struct oid v1, head;
	struct saved s;
	size_t before;

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	before = newest_record("change", child).count;
	assert_status(save_as(&tanaka, child, &v1, as_it_is, &s), ST_EXISTS);
	saved_clear(&s);
	head_of_child(child, &head);
	assert_true(oid_eq(&head, &v1));
	assert_int_equal(newest_record("change", child).count, before);
}

/* The page needs three texts, each as this reader may see it. */
static void who_saves_second_gets_both_texts_and_nothing_is_lost(void **state)
{
	static const char *const first[] = {"child-wish", "泳ぎたい", NULL};
	static const char *const second[] = {"note",	"妹もいる",	  "child-wish", "歩きたい",
					     "opinion", "落ち着いている", NULL};
	char child[11];
	struct oid v1;
	struct saved s;
	const struct view_field *f;

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	assert_ok(save_as(&yamada, child, &v1, first, &s));
	saved_clear(&s);
	assert_status(save_as(&tanaka, child, &v1, second, &s), ST_STALE);
	assert_non_null(s.base);
	assert_non_null(s.theirs);
	assert_non_null(s.mine);
	f = view_field(s.base, SPAN("child-wish"));
	assert_true(span_is(f->value->text, "走りたい\n") || span_is(f->value->text, "走りたい"));
	f = view_field(s.theirs, SPAN("child-wish"));
	assert_int_equal(span_find(f->value->text, SPAN("泳ぎたい")), 0);
	f = view_field(s.mine, SPAN("note"));
	assert_true(span_is(f->value->text, "妹もいる"));
	f = view_field(s.theirs, SPAN("note"));
	assert_true(span_is(f->value->text, "兄がいる"));
	assert_stored(child, "妹もいる", false);
	assert_stored(child, "泳ぎたい", true);

	/* and from the newest one it works */
	{
		struct oid newest = s.newest;

		saved_clear(&s);
		assert_ok(save_as(&tanaka, child, &newest, second, &s));
		saved_clear(&s);
	}
	assert_stored(child, "妹もいる", true);
}

/* Of two people who write different fields nobody is asked anything. */
static void what_does_not_meet_is_kept_on_both_sides(void **state)
{
	static const char *const first[] = {"child-wish", "泳ぎたい", NULL};
	static const char *const second[] = {"note",	"妹もいる",	  "child-wish", "走りたい",
					     "opinion", "落ち着いている", NULL};
	char child[11];
	struct oid v1;
	struct saved s;

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	assert_ok(save_as(&yamada, child, &v1, first, &s));
	assert_false(s.merged);
	saved_clear(&s);
	assert_ok(save_as(&tanaka, child, &v1, second, &s));
	assert_true(s.merged);
	assert_null(s.theirs);
	saved_clear(&s);
	assert_stored(child, "妹もいる", true);
	assert_stored(child, "泳ぎたい", true);
	assert_stored(child, "走りたい", false);
	/* the same again changes nothing */
	assert_status(save_as(&tanaka, child, &v1, second, &s), ST_EXISTS);
	saved_clear(&s);
}

/* A form of one section holds its fields and no other. */
static void a_section_is_saved_alone(void **state)
{
	static const char *const whole[] = {"child-wish", "とびたい", NULL};
	struct pair own[3] = {{SPAN("f.child-wish"), SPAN("泳ぎたい")},
			      {SPAN("f.guardian-wish"), SPAN("")},
			      {SPAN("f.called"), SPAN("")}};
	char child[11], hex[OID_HEX];
	struct oid v1;
	struct question q;
	struct save in = {.form = own, .nform = 3, .section = SPAN("wishes")};
	struct form f;
	struct saved s;

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	q = ask_for(ACT_SHEET_WRITE, &tanaka, child, "2026");
	oid_hex(&v1, hex);
	in.base = span_of(hex);
	fill_form(&f, ROLE_SCHOOL, whole);
	in.form = f.pairs;
	in.nform = f.n;
	assert_status(save_sheet(&s, app, &tanaka, &q, &in), ST_USAGE);
	saved_clear(&s);
	in.form = own;
	in.nform = 2;
	assert_status(save_sheet(&s, app, &tanaka, &q, &in), ST_USAGE);
	saved_clear(&s);
	in.nform = 3;
	assert_ok(save_sheet(&s, app, &tanaka, &q, &in));
	saved_clear(&s);
	assert_stored(child, "泳ぎたい", true);
	assert_stored(child, "note: 兄がいる", true);
	assert_stored(child, "落ち着いている", true);
	in.section = SPAN("nowhere");
	assert_status(save_sheet(&s, app, &tanaka, &q, &in), ST_DENIED);
	saved_clear(&s);
	/* a family has no part in what only the school writes */
	q = ask_for(ACT_SHEET_WRITE, &yamada, child, "2026");
	in.section = SPAN("facts");
	assert_status(save_sheet(&s, app, &yamada, &q, &in), ST_DENIED);
	saved_clear(&s);
}

static void a_conflict_shows_a_family_only_what_it_may_see(void **state)
{
	static const char *const theirs[] = {"note",	"兄がいる",	"child-wish", "泳ぎたい",
					     "opinion", "ひみつの所見", NULL};
	static const char *const mine[] = {"child-wish", "踊りたい", NULL};
	const struct view *views[3];
	char child[11];
	struct oid v1;
	struct saved s;

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	assert_ok(save_as(&tanaka, child, &v1, theirs, &s));
	saved_clear(&s);
	assert_status(save_as(&yamada, child, &v1, mine, &s), ST_STALE);
	views[0] = s.base;
	views[1] = s.theirs;
	views[2] = s.mine;
	for (int i = 0; i < 3; i++) {
		struct buf plain;

		assert_non_null(views[i]);
		buf_init(&plain, 65536);
		view_plain(views[i], &plain);
		assert_null(strstr(buf_str(&plain), "ひみつ"));
		assert_null(strstr(buf_str(&plain), "落ち着いている"));
		assert_null(view_field(views[i], SPAN("opinion")));
		buf_clear(&plain);
	}
	saved_clear(&s);
}

static void wrong_values_are_told_even_when_somebody_was_first(void **state)
{
	static const char *const first[] = {"child-wish", "泳ぎたい", NULL};
	static const char *const wrong[] = {"child-wish", "踊りたい", "called",
					    "なまえがながすぎる", NULL};
	char child[11];
	struct oid v1;
	struct saved s;

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	assert_status(save_as(&yamada, child, &v1, wrong, &s), ST_INVALID);
	assert_int_equal(s.problems.errors, 1);
	assert_string_equal(s.problems.list[0].field, "f.called");
	saved_clear(&s);
	assert_stored(child, "踊りたい", false);
	assert_ok(save_as(&yamada, child, &v1, first, &s));
	saved_clear(&s);
	assert_status(save_as(&yamada, child, &v1, wrong, &s), ST_STALE);
	assert_null(s.mine); /* it could not be made */
	assert_non_null(s.theirs);
	assert_int_equal(s.problems.errors, 1);
	saved_clear(&s);
}

static void another_sheet_of_the_child_may_have_moved_meanwhile(void **state)
{
	static const char *const form[] = {"child-wish", "泳ぎたい", NULL};
	char child[11];
	struct oid v1, other;
	struct saved s;
	struct buf text;
	long long n;

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	new_sheet_of(child, "2025", &other); /* the branch moves, this sheet does not */
	assert_ok(save_as(&yamada, child, &v1, form, &s));
	saved_clear(&s);
	assert_stored(child, "泳ぎたい", true);
	buf_init(&text, 65536);
	stored_text(child, "2025", &text);
	assert_non_null(strstr(buf_str(&text), "走りたい"));
	buf_clear(&text);
	assert_ok(version_newest(app->db, span_of(child), SPAN("kihon"), SPAN("2026"), &n));
	assert_int_equal(n, 2);
	assert_ok(version_newest(app->db, span_of(child), SPAN("kihon"), SPAN("2025"), &n));
	assert_int_equal(n, 1);
}

static void a_version_that_is_not_of_this_sheet_is_no_base(void **state)
{
	char child[11], other[11], hex[OID_HEX];
	struct question q;
	struct oid created, v1, foreign;
	struct saved s;
	struct save in = {.form = NULL};

	(void)state;
	new_child(child);
	head_of_child(child, &created);
	new_sheet_of(child, "2026", &v1);
	new_child(other);
	new_sheet_of(other, "2026", &foreign);
	assert_status(save_as(&yamada, child, &created, nothing, &s), ST_USAGE);
	saved_clear(&s);
	assert_status(save_as(&yamada, child, &foreign, nothing, &s), ST_USAGE);
	saved_clear(&s);
	oid_hex(&v1, hex);
	q = ask_for(ACT_SHEET_WRITE, &yamada, child, "2026");
	for (size_t n = 0; n < 40; n += 13) {
		in.base = span_make(hex, n);
		assert_status(save_sheet(&s, app, &yamada, &q, &in), ST_USAGE);
		saved_clear(&s);
	}
	in.base = SPAN_NONE;
	assert_status(save_sheet(&s, app, &yamada, &q, &in), ST_USAGE);
	saved_clear(&s);
}

static void a_form_with_a_field_of_others_is_no_form_of_ours(void **state)
{
	char child[11], hex[OID_HEX];
	struct oid v1;
	struct question q;
	struct form f;
	struct saved s;
	struct save in;

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	oid_hex(&v1, hex);
	q = ask_for(ACT_SHEET_WRITE, &yamada, child, "2026");
	fill_form(&f, ROLE_HOUSEHOLD, nothing);
	f.pairs[f.n++] = (struct pair){SPAN("f.opinion"), SPAN("書きかえる")};
	in = (struct save){.base = span_of(hex), .form = f.pairs, .nform = f.n};
	assert_status(save_sheet(&s, app, &yamada, &q, &in), ST_USAGE);
	saved_clear(&s);
	in.nform = 1; /* and one where fields are missing */
	assert_status(save_sheet(&s, app, &yamada, &q, &in), ST_USAGE);
	saved_clear(&s);
	assert_stored(child, "書きかえる", false);
	assert_stored(child, "走りたい", true);
}

static void strangers_are_refused_and_that_is_recorded(void **state)
{
	static const char *const form[] = {"child-wish", "のぞき見", NULL};
	char child[11];
	struct oid v1;
	struct saved s;
	struct newest before, after;

	(void)state;
	new_child(child);
	new_sheet_of(child, "2026", &v1);
	before = newest_record("access", child);
	assert_status(save_as(&suzuki, child, &v1, form, &s), ST_DENIED);
	saved_clear(&s);
	after = newest_record("access", child);
	assert_int_equal(after.count, before.count + 1);
	assert_string_equal(after.event, "sheet.write");
	assert_string_equal(after.decision, "deny");
	assert_string_equal(after.reason, "no-relation");
	assert_string_equal(after.account, "suzuki");
	assert_string_equal(after.object, "kihon/2026");
	assert_stored(child, "のぞき見", false);
}

/* ---- at the same time --------------------------------------------------------------------------
 */

struct saver {
	const char *child, *id;
	const struct actor *who;
	struct oid base;
	enum status st;
	int saved;
};

enum { SAVES = 8 };

static void *save_often(void *arg)
{
	struct saver *me = arg;

	for (int i = 0; i < SAVES; i++) {
		struct question q = ask_for(ACT_SHEET_WRITE, me->who, me->child, me->id);
		char wish[40], hex[OID_HEX];
		const char *const filled[] = {"child-wish", wish, NULL};
		struct form f;
		struct save in = {.reason = SPAN_NONE};
		struct saved s;

		snprintf(wish, sizeof wish, "%s の %d 回目", me->id, i);
		oid_hex(&me->base, hex);
		fill_form(&f, me->who->account.role, filled);
		in.base = span_of(hex);
		in.form = f.pairs;
		in.nform = f.n;
		me->st = save_sheet(&s, app, me->who, &q, &in);
		me->saved += me->st == ST_OK;
		if (!me->st)
			me->base = s.version;
		saved_clear(&s);
		if (me->st)
			break;
	}
	return NULL;
}

static void two_people_save_different_sheets_of_one_child_at_once(void **state)
{
	char child[11];
	struct saver savers[2];
	pthread_t t[2];
	long long n;

	(void)state;
	new_child(child);
	savers[0] = (struct saver){child, "2026", &tanaka, {{0}}, ST_BUG, 0};
	savers[1] = (struct saver){child, "2025", &yamada, {{0}}, ST_BUG, 0};
	for (int i = 0; i < 2; i++)
		new_sheet_of(child, savers[i].id, &savers[i].base);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&t[i], NULL, save_often, &savers[i]), 0);
	for (int i = 0; i < 2; i++) {
		pthread_join(t[i], NULL);
		if (savers[i].saved != SAVES)
			fail_msg("%s: %d saved, then %s", savers[i].id, savers[i].saved,
				 status_name(savers[i].st));
		assert_ok(version_newest(app->db, span_of(child), SPAN("kihon"),
					 span_of(savers[i].id), &n));
		assert_int_equal(n, 1 + SAVES);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_family_saves_its_part_and_the_hidden_parts_survive),
	    cmocka_unit_test(saving_what_is_there_already_makes_no_version),
	    cmocka_unit_test(who_saves_second_gets_both_texts_and_nothing_is_lost),
	    cmocka_unit_test(what_does_not_meet_is_kept_on_both_sides),
	    cmocka_unit_test(a_section_is_saved_alone),
	    cmocka_unit_test(a_conflict_shows_a_family_only_what_it_may_see),
	    cmocka_unit_test(wrong_values_are_told_even_when_somebody_was_first),
	    cmocka_unit_test(another_sheet_of_the_child_may_have_moved_meanwhile),
	    cmocka_unit_test(a_version_that_is_not_of_this_sheet_is_no_base),
	    cmocka_unit_test(a_form_with_a_field_of_others_is_no_form_of_ours),
	    cmocka_unit_test(strangers_are_refused_and_that_is_recorded),
	    cmocka_unit_test(two_people_save_different_sheets_of_one_child_at_once),
	};

	return cmocka_run_group_tests(tests, make_vault, end_vault);
}
