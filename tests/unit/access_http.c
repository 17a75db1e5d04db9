/*
 * Every row of tests/access/table.tsv that says "vault" over HTTP: each is set up in a vault, and
 * every page and method with the row's action is asked.  The server knows no day but its own, so
 * the days of the table are counted from today.
 */
#include "tests/unit/access_http_files.h"
#include "tests/unit/access_http_managed.h"
#include "tests/unit/access_http_pages.h"
#include "tests/unit/access_http_write.h"

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

/* What is expected of a page for a row that is allowed; of all others: to be let in. */
static const struct {
	page_handler *handler;
	void (*see)(struct asked *q);
} pages[] = {
    {page_karte, see_karte},
    {page_karte_pdf, see_nothing_to_print},
    {page_accesses, see_accesses},
    {page_exposure, see_exposure},
    {page_growth, see_growth},
    {page_growth_pdf, see_nothing_to_print},
    {page_timeline, see_timeline},
    {page_print, see_print},
    {page_print_post, see_nothing_to_print},
    {page_child_open, open_child},
    {page_child_open_post, open_child},
    {page_audit_change_open, open_audit},
    {page_audit_content, see_audit_content},
    {page_open, see_no_way_in},
    {page_open_post, see_no_way_in},
    {page_consents, see_consents},
    {page_consent_new, see_consents},
    {page_consent_ask, see_consents},
    {page_consent, see_consents},
    {page_consent_answer, see_consents},
    {page_consent_withdraw, see_consents},
    {page_consent_paper, see_consents},
    {page_consent_pdf, see_consents},
    {page_consent_check, see_consents},
    {page_consent_scan, see_consents},
    {page_consent_confirm, see_consents},
    {page_consent_return, see_consents},
    {page_consent_cancel, see_consents},
    {page_handovers, see_handover},
    {page_handover_new, see_handover},
    {page_handover_ask, see_handover},
    {page_handover, see_handover},
    {page_handover_answer, see_handover},
    {page_handover_open, see_handover},
    {page_handover_confirm, see_handover},
    {page_handover_feedback, see_handover},
    {page_handover_close, see_handover},
    {page_handover_package, see_handover},
    {page_handover_package_pdf, see_handover},
    {page_handover_package_key, see_handover},
    {page_releases, see_releases},
    {page_release_new, see_releases},
    {page_release_create, see_releases},
    {page_release, see_release},
    {page_release_preview, see_release},
    {page_release_ask, see_release},
    {page_release_confirm, see_release},
    {page_release_stop, see_release},
    {page_release_recall, see_release},
    {page_release_drop, see_release},
    {page_drafts, see_drafts},
    {page_sheet_new, make_sheet},
    {page_edit_list, see_edit_list},
    {page_edit, see_form},
    {page_save, write_sheet},
    {page_check, see_check},
    {page_step, take_step},
    {page_restore, restore},
};

static void expect_allowed(struct asked *q)
{
	const struct sheet_page *page = sheet_page_of(q->route);

	if (page) {
		see_sheet(q, page);
		return;
	}
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
		if (pages[i].handler == q->route->handler) {
			pages[i].see(q);
			return;
		}
	expect_let_in(q);
}

/* What a POST holds beside the token. */
static void fill_body(struct asked *q)
{
	page_handler *h = q->route->handler;

	if (h == page_save)
		fill_form(q);
	else if (h == page_step)
		fill_step(q);
	else if (h == page_restore)
		buf_adds(&q->body, "&reason=naosu");
	else if (h == page_print_post)
		buf_addf(&q->body, "&s=%.*s/2025", SPAN_ARG(q->r->cell[TYPE]));
	else if (h == page_sheet_new)
		buf_addf(&q->body, "&type=%.*s&id=2024", SPAN_ARG(q->r->cell[TYPE]));
	else if (h == page_child_open_post || h == page_audit_change_open)
		buf_adds(&q->body, "&reason=" OPEN_REASON);
}

static void ask_once(const struct asked *which)
{
	struct asked q = *which;
	struct row *r = q.r;
	const struct page_route *route = q.route;
	const bool leaves = route->handler == page_logout;

	buf_init(&q.body, BODY_ROOM);
	make_path(&q);
	fill_body(&q);
	send_asked(&q);
	if (leaves)
		let_in(&r->caller, r->account.id, cell_is(r, ACCOUNT, "weak"));
	if (route->action != ACT_PUBLIC && is_nobody(r))
		expect_login(&q);
	else if (is_about_files(route->handler))
		expect_files(&q);
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

/* A new sheet is asked for as one of one's own; a session opens nothing to programs (tests/http has
   them). */
static bool concerns(const struct row *r, const struct page_route *route)
{
	return route->action == r->action && !(route->how & BY_TOKEN) &&
	       (route->handler != page_sheet_new || cell_is(r, SHEET, "own"));
}

static int times(const struct page_route *route, const char *param, int n)
{
	return strstr(route->route.pattern, param) ? n : 1;
}

static void ask_route(struct row *r, const struct page_route *route)
{
	const int nsheets = r->written ? times(route, "/:type/:id", SHEETS) : 1;
	const int nversions = r->written ? times(route, ":version", r->newest) : 1;
	const int nsections =
	    r->written ? times(route, ":section", (int)r->type->nsections + 1) : 1;
	const int nfiles = times(route, ":file", FILES + 1);

	for (int s = 0; s < nsheets; s++)
		for (int v = 0; v < nversions; v++)
			for (int i = 0; i < nsections; i++)
				for (int f = 0; f < nfiles; f++)
					ask_once(&(struct asked){.r = r,
								 .route = route,
								 .sheet = s,
								 .version = v,
								 .section = i,
								 .file = f});
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
	keep_family(r);
	for (size_t i = 0; i < page_route_count; i++)
		if (concerns(r, &page_routes[i]))
			ask_route(r, &page_routes[i]);
	look_at_child(r);
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
