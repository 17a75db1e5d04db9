/*
 * Every row of tests/access/table.tsv that says "vault" over HTTP: each is set up in a vault, and
 * every page and method with the row's action is asked.  The server knows no day but its own, so
 * the days of the table are counted from today.
 */
#include "tests/unit/access_http_managed.h"
#include "tests/unit/access_http_pages.h"

enum { ROWS_MIN = 700, REQUESTS_MIN = 3000 };

static struct buf text;

/* ---- a vault --------------------------------------------------------------------------------- */

/* What administrators may manage without harm to any row. */
static void place_victims(void)
{
	struct child c = {.row = {.id = "c000000001",
				  .name = "ためし",
				  .kana = "ためし",
				  .born = "2018-05-12",
				  .sex = "male"},
			  .enrolments = {{"v-school", "2020-04-01", "", ""}},
			  .enrolment_count = 1};
	struct institution i = {.id = "v-school", .name = "ためしの学校", .kind = ROLE_SCHOOL};
	struct account a = {.id = "victim", .role = ROLE_HOUSEHOLD, .name = "ためし"};
	struct account worker = {
	    .id = "worker", .staff = true, .role = ROLE_SCHOOL, .institution = "elsewhere"};
	struct problems ps;

	assert_ok(registry_put_institution(app, &chief, "institution.add", &i));
	assert_ok(account_create(app, &chief, &a, SPAN_NONE));
	problems_init(&ps);
	assert_ok(child_create(app, &chief, &c, &ps));
	problems_clear(&ps);
	place_account(&worker);
	place_account(&second);
}

static int make(void **state)
{
	(void)state;
	begin_vault("tests/access");
	buf_init(&text, 1 << 20);
	assert_ok(file_read(TABLE, &text));
	place_institution("elsewhere", ROLE_SCHOOL, false, false);
	place_victims();
	return 0;
}

static int end(void **state)
{
	(void)state;
	buf_clear(&text);
	stop_asking();
	return finish_vault();
}

/* ---- the pages ------------------------------------------------------------------------------- */

static const struct sheet_page *sheet_page_of(const struct page_route *route)
{
	for (size_t i = 0; i < sizeof sheet_pages / sizeof *sheet_pages; i++)
		if (sheet_pages[i].handler == route->handler)
			return &sheet_pages[i];
	return NULL;
}

static bool is_handover(page_handler *h)
{
	static page_handler *const all[] = {
	    page_handovers,	   page_handover_new,	   page_handover_ask,
	    page_handover,	   page_handover_answer,   page_handover_open,
	    page_handover_confirm, page_handover_feedback, page_handover_close,
	    page_handover_package, page_handover_package_pdf,
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i] == h)
			return true;
	return false;
}

static void expect_allowed(struct asked *q)
{
	page_handler *h = q->route->handler;
	const struct sheet_page *page = sheet_page_of(q->route);

	if (page)
		see_sheet(q, page);
	else if (h == page_karte)
		see_karte(q);
	else if (h == page_karte_pdf)
		expect_refused(q, "nothing-to-print"); /* it has no sheets, or all are hidden */
	else if (h == page_accesses)
		see_accesses(q);
	else if (h == page_edit)
		see_form(q);
	else if (h == page_save)
		write_sheet(q);
	else if (h == page_sheet_new)
		make_sheet(q);
	else if (h == page_child_open || h == page_child_open_post)
		open_child(q);
	else if (is_handover(h))
		see_handover(q);
	else if (h == page_open || h == page_open_post) /* no row with a list has a way in */
		expect_refused(q, "no-rule");
	else
		expect_let_in(q);
}

/* What a POST holds beside the token. */
static void fill_body(struct asked *q)
{
	page_handler *h = q->route->handler;

	if (h == page_save)
		fill_form(q);
	else if (h == page_sheet_new)
		buf_addf(&q->body, "&type=%.*s&id=2024", SPAN_ARG(q->r->cell[TYPE]));
	else if (h == page_child_open_post)
		buf_adds(&q->body, "&reason=" OPEN_REASON);
}

static void ask_once(struct row *r, const struct page_route *route, int sheet, int version)
{
	struct asked q = {.r = r, .route = route, .sheet = sheet, .version = version};
	const bool leaves = route->handler == page_logout;

	buf_init(&q.body, BODY_ROOM);
	make_path(&q);
	fill_body(&q);
	send_asked(&q);
	if (leaves)
		let_in(&r->caller, r->account.id, cell_is(r, ACCOUNT, "weak"));
	if (route->action != ACT_PUBLIC && is_nobody(r))
		expect_login(&q);
	else if (!r->allow)
		expect_refused(&q, r->reason);
	else if (leaves)
		tally.shown++;
	else
		expect_allowed(&q);
	if (route->handler == page_karte)
		look_in_lists(&q, r->allow);
	buf_clear(&q.body);
}

/* A new sheet is asked for as one of one's own. */
static bool concerns(const struct row *r, const struct page_route *route)
{
	return route->action == r->action &&
	       (route->handler != page_sheet_new || cell_is(r, SHEET, "own"));
}

static void ask_route(struct row *r, const struct page_route *route)
{
	const char *pattern = route->route.pattern;
	const int nsheets = strstr(pattern, "/:type/:id") && r->written ? SHEETS : 1;
	const int nversions = strstr(pattern, ":version") && r->written ? r->newest : 1;

	for (int s = 0; s < nsheets; s++)
		for (int v = 0; v < nversions; v++)
			ask_once(r, route, s, v);
}

static void ask_row(struct row *r)
{
	tally.rows++;
	place_row(r);
	if (!cell_is(r, ACCOUNT, "unknown"))
		let_in(&r->caller, r->account.id, cell_is(r, ACCOUNT, "weak"));
	if (!cell_is(r, MANAGED, "-")) {
		ask_managed(r);
		return;
	}
	for (size_t i = 0; i < page_route_count; i++)
		if (concerns(r, &page_routes[i]))
			ask_route(r, &page_routes[i]);
}

static void every_page_and_method_answers_as_the_table_says(void **state)
{
	struct span rest = buf_span(&text);
	unsigned line = 0;
	struct row r;

	(void)state;
	while (next_row(&rest, &r, &line))
		ask_row(&r);
	print_message("# %u rows, %u requests: %u refused, %u sent to sign in, %u let in, "
		      "%u saved; %u children opened by a reason\n",
		      tally.rows, tally.requests, tally.refused, tally.sent_to_login, tally.shown,
		      tally.written, tally.by_glass);
	assert_int_equal(tally.wrong, 0);
	assert_true(tally.shut_out > 20); /* disabled, ended, closed: once for each session */
	assert_true(tally.rows >= ROWS_MIN && tally.requests >= REQUESTS_MIN);
}

/* Which actions the rows have been asked for is the table's to say: each has a page. */
static void every_action_has_a_page(void **state)
{
	(void)state;
	for (int a = 0; a < ACT_COUNT; a++) {
		size_t n = 0;

		for (size_t i = 0; i < page_route_count; i++)
			n += page_routes[i].action == (enum action)a;
		if (!n)
			fail_msg("no page has the action %s", action_name((enum action)a));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_action_has_a_page),
	    cmocka_unit_test(every_page_and_method_answers_as_the_table_says),
	};

	return cmocka_run_group_tests(tests, make, end);
}
