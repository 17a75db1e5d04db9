/* What a change did: how much without a word, and the words only after a reason. */
#include "flow_help.h"

#include "vault/flow/change_content.h"
#include "vault/flow/change_lines.h"
#include "vault/flow/change_look.h"
#include "vault/flow/glass.h"

static char child[11];
static struct actor mita; /* an auditor */
static struct arena *arena;

static int make_people(void **state)
{
	if (make_vault(state))
		return -1;
	put_account("mita", ROLE_AUDITOR, NULL);
	assert_ok(actor_account(&mita, app, SPAN("mita"), SPAN(PASSWORD)));
	return 0;
}

static int end_people(void **state)
{
	actor_clear(&mita);
	return end_vault(state);
}

static int begin(void **state)
{
	(void)state;
	arena = arena_new(16 * 1024 * 1024);
	assert_non_null(arena);
	new_child(child);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static struct repo_name repo_of_child(void)
{
	struct repo_name name;

	assert_ok(repo_name_make(&name, REPO_CHILD, SPAN_NONE, span_of(child)));
	return name;
}

static struct change_parts parts_of(const struct oid *version)
{
	struct repo_name name = repo_of_child();
	struct change_parts parts;

	assert_ok(change_parts_of(app, &name, version, arena, &parts));
	return parts;
}

static const struct change_part *part_of(const struct change_file *f, const char *label)
{
	for (size_t i = 0; i < f->nparts; i++)
		if (span_is(f->parts[i].label, label))
			return &f->parts[i];
	return NULL;
}

/* ---- how much ------------------------------------------------------------------------------ */

static void a_change_is_counted_by_field(void **state)
{
	const struct change_part *p;
	struct change_parts parts;
	struct problems ps;
	struct oid first, second;

	(void)state;
	new_sheet_of(child, "2026", &first);
	problems_init(&ps);
	assert_ok(
	    put_as(&tanaka, child, "2026", "兄がいる", "走りたい。泳ぎたい", "", &ps, &second));
	problems_clear(&ps);
	parts = parts_of(&second);
	assert_int_equal(parts.count, 1);
	assert_int_equal(parts.files[0].kind, CHANGE_EDITED);
	assert_int_equal(parts.files[0].sort, SORT_SHEET);
	assert_int_equal(parts.files[0].nparts, 2);
	p = part_of(&parts.files[0], "本人の願い");
	assert_non_null(p);
	assert_true(span_is(p->section, "本人・保護者の願い"));
	assert_int_equal(p->added, 5);
	assert_int_equal(p->removed, 0);
	p = part_of(&parts.files[0], "所見");
	assert_non_null(p);
	assert_int_equal(p->added, 0);
	assert_int_equal(p->removed, 7);
}

static void what_the_registration_of_a_child_gained_has_no_values(void **state)
{
	const struct child_task task = {.child = span_of(child)};
	struct change_parts parts;
	struct oid head;

	(void)state;
	assert_ok(child_leave(app, &chief, &task, SPAN("kudan-es"), SPAN("2027-03-31")));
	head_of_child(child, &head);
	parts = parts_of(&head);
	assert_int_equal(parts.count, 1);
	assert_int_equal(parts.files[0].sort, SORT_CHILD);
	assert_int_equal(parts.files[0].nparts, 1);
	assert_non_null(part_of(&parts.files[0], "在籍"));
	assert_int_equal(parts.files[0].parts[0].removed, 0);
	assert_true(parts.files[0].parts[0].added > 10);
}

/* ---- the words ------------------------------------------------------------------------------- */

struct seen {
	struct buf text;
	size_t files, views;
	bool narrowed;
};

static enum status see(void *ctx, const struct change_content *c)
{
	struct seen *s = ctx;

	s->files++;
	s->narrowed = s->narrowed || c->narrowed;
	s->views += c->now != NULL;
	if (c->now)
		view_plain(c->now, &s->text);
	for (size_t i = 0; i < c->nlines; i++)
		buf_addf(&s->text, "%c %.*s\n", c->lines[i].mark, SPAN_ARG(c->lines[i].text));
	return ST_OK;
}

static enum status look(struct seen *s, const struct actor *who, const struct oid *version)
{
	struct question q = ask_for(ACT_AUDIT_CONTENT, who, child, "");

	q.type = q.id = SPAN_NONE;
	*s = (struct seen){.files = 0};
	buf_init(&s->text, 1 << 20);
	return change_content_each(app, &q, version, see, s);
}

static enum status give_reason(const struct actor *who, int64_t now)
{
	struct question q = ask_for(ACT_AUDIT_OPEN, who, child, "");

	q.type = q.id = SPAN_NONE;
	q.now = now;
	return glass_open(app, &q, SPAN("問い合わせの事実を確かめるため"));
}

static bool says(const struct seen *s, const char *word)
{
	return span_find(buf_span(&s->text), span_of(word)) >= 0;
}

static void words_need_a_reason_and_its_time(void **state)
{
	struct seen s;
	struct oid version;

	(void)state;
	new_sheet_of(child, "2026", &version);
	assert_status(look(&s, &mita, &version), ST_DENIED);
	assert_int_equal(s.files, 0);
	buf_clear(&s.text);
	assert_ok(give_reason(&mita, (int64_t)time(NULL) - GLASS_AUDIT_MINUTES * 60 - 1));
	assert_status(look(&s, &mita, &version), ST_DENIED);
	buf_clear(&s.text);
	assert_ok(give_reason(&mita, (int64_t)time(NULL)));
	assert_ok(look(&s, &mita, &version));
	assert_int_equal(s.files, 1);
	assert_int_equal(s.views, 1);
	assert_true(says(&s, "走りたい"));
	buf_clear(&s.text);
	assert_status(look(&s, &tanaka, &version), ST_DENIED); /* who writes it is no auditor */
	buf_clear(&s.text);
}

static void what_is_kept_from_a_guardian_is_left_out(void **state)
{
	const struct child_task task = {.child = span_of(child)};
	const struct protection p = {.guardian = "yamada", .kind = "word", .value = "走りたい"};
	struct seen s;
	struct oid version, protecting;

	(void)state;
	new_sheet_of(child, "2026", &version);
	assert_ok(child_protect(app, &chief, &task, &p));
	head_of_child(child, &protecting);
	assert_ok(give_reason(&mita, (int64_t)time(NULL)));
	assert_ok(look(&s, &mita, &version));
	assert_true(s.narrowed);
	assert_false(says(&s, "走りたい"));
	assert_true(says(&s, "落ち着いている"));
	assert_false(says(&s, "+ ")); /* no lines of the file */
	buf_clear(&s.text);
	assert_ok(look(&s, &mita, &protecting));
	assert_true(says(&s, "+ protections:"));
	assert_false(says(&s, "走りたい"));
	assert_false(says(&s, "yamada, "));
	buf_clear(&s.text);
}

static void the_registry_does_not_name_households(void **state)
{
	const struct change_filter f = {.action = SPAN("account.add")};
	struct change_list list;
	bool family = false, staff = false;

	(void)state;
	assert_ok(changes_list(app, &f, 0, 20, arena, &list));
	assert_true(list.count >= 4);
	for (size_t i = 0; i < list.count; i++) {
		struct seen s = {.files = 0};
		struct oid id;

		buf_init(&s.text, 1 << 20);
		assert_true(oid_parse(list.entries[i].version, &id));
		assert_ok(change_registry_each(app, &id, see, &s));
		staff = staff || says(&s, "name: tanaka さん");
		family = family || says(&s, "role: household");
		assert_false(says(&s, "yamada さん"));
		assert_false(says(&s, "BEGIN PGP"));
		buf_clear(&s.text);
	}
	assert_true(staff && family);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static void lines_around_a_change_are_few(void **state)
{
	struct content_line *l;
	struct buf old, now;
	size_t n;

	(void)state;
	buf_init(&old, 1 << 20);
	buf_init(&now, 1 << 20);
	for (int i = 0; i < 40; i++) {
		buf_addf(&old, "line %d\n", i);
		buf_addf(&now, i == 20 ? "other %d\n" : "line %d\n", i);
	}
	assert_ok(change_lines(buf_span(&old), buf_span(&now), arena, &l, &n));
	assert_int_equal(n, 1 + 3 + 2 + 3 + 1);
	assert_int_equal(l[0].mark, '@');
	assert_true(span_is(l[1].text, "line 17"));
	assert_int_equal(l[4].mark, '-');
	assert_true(span_is(l[5].text, "other 20"));
	assert_int_equal(l[n - 1].mark, '@');
	assert_ok(change_lines(SPAN(""), SPAN("a"), arena, &l, &n));
	assert_int_equal(n, 1);
	for (int i = 0; i < LINES_MAX; i++)
		buf_adds(&now, "x\n");
	assert_status(change_lines(SPAN(""), buf_span(&now), arena, &l, &n), ST_TOOBIG);
	buf_clear(&old);
	buf_clear(&now);
}

/* ---- the same with and without an index ------------------------------------------------------ */

enum { MANY = 120 };

static void record_changes(void)
{
	static const char *const accounts[] = {"tanaka", "suzuki", "mori"};
	static const char *const events[] = {"sheet.save", "sheet.create", "consent.give"};

	for (int i = 0; i < MANY; i++) {
		char repository[32], who[11];
		struct record r = {.class = "change",
				   .event = span_of(events[i % 3]),
				   .account = span_of(accounts[i % 7 % 3]),
				   .role = SPAN("school"),
				   .institution = i % 5 ? SPAN("kudan-es") : SPAN("other-es"),
				   .object = i % 4 ? SPAN("kyoiku-shien/2026") : SPAN("kihon/2026"),
				   .ref = SPAN("refs/heads/main"),
				   .new_ = SPAN("0123456789012345678901234567890123456789"),
				   .sha256 = SPAN("0123456789012345678901234567890123456789"
						  "012345678901234567890123")};

		snprintf(who, sizeof who, "c00000000%d", i % 6);
		snprintf(repository, sizeof repository, "children/%s", who);
		r.child = span_of(who);
		r.repository = span_of(repository);
		assert_ok(journal_append(app->journal, &r, NULL));
	}
}

/* The first `most` after `skip`, found by the index and by the journal's files. */
static size_t assert_same(const struct change_filter *f, size_t skip, size_t most)
{
	struct change_list by_index, by_files;
	struct trace *trace = app->trace;

	assert_non_null(trace);
	assert_ok(changes_list(app, f, skip, most, arena, &by_index));
	app->trace = NULL;
	assert_ok(changes_list(app, f, skip, most, arena, &by_files));
	app->trace = trace;
	assert_int_equal(by_index.count, by_files.count);
	assert_int_equal(by_index.more, by_files.more);
	for (size_t i = 0; i < by_index.count; i++) {
		assert_int_equal(by_index.entries[i].n, by_files.entries[i].n);
		assert_true(
		    span_eq(by_index.entries[i].repository, by_files.entries[i].repository));
	}
	return by_index.count;
}

static void an_index_gives_what_the_files_give(void **state)
{
	const struct change_filter f[] = {
	    {.child = SPAN("c000000003")},
	    {.account = SPAN("tanaka")},
	    {.account = SPAN("tanaka"), .child = SPAN("c000000003")},
	    {.institution = SPAN("kudan-es")},
	    {.action = SPAN("sheet.")},
	    {.action = SPAN("sheet.save"), .type = SPAN("kihon")},
	    {.action = SPAN("consent.give"), .to = (int64_t)time(NULL) + 60},
	    {.account = SPAN("tanaka"), .from = (int64_t)time(NULL) + 60},
	    {.repository = SPAN("children/c000000003")},
	    {.repository = SPAN("children/c000000003"), .account = SPAN("mori")},
	    {.repository = SPAN("registry"), .action = SPAN("account.add")},
	    {.repository = SPAN("registry")},
	    {.child = SPAN("c999999999")},
	};
	size_t all = 0;

	(void)state;
	record_changes();
	for (size_t i = 0; i < sizeof f / sizeof *f; i++) {
		all += assert_same(&f[i], 0, 200);
		assert_same(&f[i], 0, 1);
		assert_same(&f[i], 7, 30);
		assert_same(&f[i], 40, 20);
	}
	assert_true(all > MANY);
	assert_true(assert_same(&f[3], 0, 200) >= MANY - MANY / 5); /* many pieces */
}

/* ---- a version beside its record ------------------------------------------------------------- */

static struct change_entry newest(void)
{
	const struct change_filter f = {.child = span_of(child)};
	struct change_list list;

	assert_ok(changes_list(app, &f, 0, 1, arena, &list));
	assert_int_equal(list.count, 1);
	return list.entries[0];
}

static void a_version_is_compared_with_its_record(void **state)
{
	struct change_entry e;
	struct change_look l;
	struct oid version;
	char none[] = "0123456789012345678901234567890123456789", sum[65];
	bool holds;

	(void)state;
	new_sheet_of(child, "2026", &version);
	e = newest();
	assert_ok(change_look_at(app, &e, (int64_t)time(NULL), arena, &l));
	assert_int_equal(l.trouble, CHANGE_WHOLE);
	assert_int_equal(l.sign.state, SIGNED_GOOD);
	assert_string_equal(l.sign.key.account, "tanaka");
	assert_ok(change_branch_holds(app, e.repository, &holds));
	assert_true(holds);
	memset(sum, 'a', 64);
	sum[64] = '\0';
	e.sha256 = span_of(sum);
	assert_ok(change_look_at(app, &e, (int64_t)time(NULL), arena, &l));
	assert_int_equal(l.trouble, CHANGE_ALTERED);
	e = newest();
	e.before = span_of(none);
	assert_ok(change_look_at(app, &e, (int64_t)time(NULL), arena, &l));
	assert_int_equal(l.trouble, CHANGE_CUT);
	e.version = span_of(none);
	assert_ok(change_look_at(app, &e, (int64_t)time(NULL), arena, &l));
	assert_int_equal(l.trouble, CHANGE_MISSING);
	assert_ok(change_branch_holds(app, SPAN("children/c000000000"), &holds));
	assert_false(holds);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_change_is_counted_by_field, begin, end),
	    cmocka_unit_test_setup_teardown(what_the_registration_of_a_child_gained_has_no_values,
					    begin, end),
	    cmocka_unit_test_setup_teardown(words_need_a_reason_and_its_time, begin, end),
	    cmocka_unit_test_setup_teardown(what_is_kept_from_a_guardian_is_left_out, begin, end),
	    cmocka_unit_test_setup_teardown(the_registry_does_not_name_households, begin, end),
	    cmocka_unit_test_setup_teardown(lines_around_a_change_are_few, begin, end),
	    cmocka_unit_test_setup_teardown(an_index_gives_what_the_files_give, begin, end),
	    cmocka_unit_test_setup_teardown(a_version_is_compared_with_its_record, begin, end),
	};

	return cmocka_run_group_tests(tests, make_people, end_people);
}
