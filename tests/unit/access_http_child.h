/* The pages of a child: what they show of it and, where there are any, of its sheets. */
#ifndef KARTE_TESTS_UNIT_ACCESS_HTTP_CHILD_H
#define KARTE_TESTS_UNIT_ACCESS_HTTP_CHILD_H

#include "tests/unit/access_http_ask.h"

/* ---- of a family ----------------------------------------------------------------------------- */

enum { FAMILY_MAX = 64 };
static struct row family[FAMILY_MAX]; /* the rows of guardians, whose children stay in the vault */
static size_t nfamily;

static inline void keep_family(const struct row *r)
{
	if (r->role != ROLE_HOUSEHOLD || !cell_is(r, CHILD, "there"))
		return;
	assert_true(nfamily < FAMILY_MAX);
	family[nfamily++] = *r;
}

/* A guardian's karte leads to the other children. */
static inline void add_siblings(struct marks *want, const struct row *r)
{
	for (size_t i = 0; i < nfamily && r->role == ROLE_HOUSEHOLD; i++)
		if (strcmp(family[i].account.id, r->account.id) == 0 &&
		    decide_child(&family[i]).allow)
			add_name(want, &family[i]);
}

/* ---- without sheets -------------------------------------------------------------------------- */

static inline void see_child(struct asked *q, const char *event)
{
	struct marks want = {.count = 0};

	add_name(&want, q->r);
	expect_shown(q, &want, event, q->r->reason);
}

static inline void see_growth(struct asked *q)
{
	see_child(q, "child.growth");
}

static inline void see_timeline(struct asked *q)
{
	see_child(q, "child.timeline");
}

static inline void see_print(struct asked *q)
{
	see_child(q, "child.read");
}

static inline void see_accesses(struct asked *q)
{
	see_child(q, "child.accesses");
}

/* Names of staff are for the board. */
static inline void see_exposure(struct asked *q)
{
	if (q->r->role == ROLE_HOUSEHOLD)
		expect_refused(q, "no-rule");
	else
		see_child(q, "child.exposure");
}

/* There are no measurements, and no sheets, or all are hidden. */
static inline void see_nothing_to_print(struct asked *q)
{
	expect_refused(q, "nothing-to-print");
}

/* Nobody was asked anything, and a new request names no sheet. */
static inline void see_consents(struct asked *q)
{
	page_handler *h = q->route->handler;

	if (h == page_consents)
		see_child(q, "consent.list");
	else if (h == page_consent_new || h == page_consent_ask)
		expect_refused(q, "no-sheet");
	else
		expect_refused(q, "no-ask");
}

/* ---- handovers ------------------------------------------------------------------------------- */

/* There are none; a new one is for staff of an institution where the child is or was, and for the
   board. */
static inline void see_handover(struct asked *q)
{
	static const char *const giving[] = {"enrolled", "left", "oversight"};
	page_handler *h = q->route->handler;
	struct marks want = {.count = 0};
	bool gives = false;

	for (size_t i = 0; i < sizeof giving / sizeof *giving; i++)
		gives = gives || cell_is(q->r, REASON, giving[i]);
	gives = gives && q->r->account.staff;
	add_name(&want, q->r);
	if (h == page_handovers) {
		expect_shown(q, &want, "handover.list", q->r->reason);
		expect_way(q, "/handover/new\"", gives);
	} else if (h == page_handover_new || h == page_handover_ask) {
		if (!gives)
			expect_refused(q, "no-rule");
		else
			expect_let_in(q);
		if (gives && reply.a.status != (h == page_handover_new ? 200 : 422))
			wrong(q, "%d", reply.a.status);
	} else {
		expect_refused(q, "no-handover");
	}
}

/* ---- with the sheets of a row about one ------------------------------------------------------ */

/* The titles of those that may be seen, and what they say; how many. */
static inline size_t add_seen(struct marks *want, const struct row *r, int only, bool content)
{
	size_t n = 0;

	for (int i = 0; i < SHEETS && r->allow; i++) {
		const struct sight sight = sight_of(r, i);

		if (!sight.any || (only >= 0 && only != i))
			continue;
		n++;
		add_title(want, r, i);
		if (content)
			add_stored(want, r, i, sight.sections);
	}
	return n;
}

static inline void ask_child_page(struct asked *q, struct row *r, page_handler *h, const char *more)
{
	size_t i = 0, n;

	while (page_routes[i].handler != h)
		i++;
	*q = (struct asked){.r = r, .route = &page_routes[i]};
	buf_init(&q->body, BODY_ROOM);
	make_path(q);
	n = strlen(q->path);
	snprintf(q->path + n, sizeof q->path - n, "%s", more);
	send_asked(q);
	buf_clear(&q->body);
}

/* What every page of the child says of its sheets: their titles, or nothing at all. */
static inline void see_titles(struct row *r, page_handler *h, const char *event, bool titles)
{
	const struct decision d = decide_child(r);
	struct marks want = {.count = 0};
	struct asked q;

	ask_child_page(&q, r, h, "");
	if (!d.allow) {
		expect_refused(&q, reason_name(d.reason));
		return;
	}
	add_name(&want, r);
	if (titles)
		add_seen(&want, r, -1, false);
	if (h == page_karte)
		add_siblings(&want, r);
	expect_shown(&q, &want, event, reason_name(d.reason));
}

/* All sheets on paper, or the one that is named; each is recorded beside the whole. */
static inline void see_paper(struct row *r, int only)
{
	const struct decision d = decide_child(r);
	struct marks want = {.count = 0};
	struct asked q;
	char more[64] = "";
	size_t n = add_seen(&want, r, only, true);
	bool any = n > 0;

	for (int i = 0; i < SHEETS && r->allow; i++)
		any = any || sight_of(r, i).any;
	if (only >= 0)
		snprintf(more, sizeof more, "?s=%.*s/%s", SPAN_ARG(r->cell[TYPE]), sheets[only].id);
	ask_child_page(&q, r, page_karte_pdf, more);
	if (!d.allow || !any || !n) {
		/* the child may be read, and none of its sheets; or not this one */
		expect_refused(&q, !d.allow ? reason_name(d.reason)
				   : !any   ? "nothing-to-print"
					    : "no-sheet");
		return;
	}
	add_name(&want, r);
	expect_let_in(&q);
	expect_marks(&q, &want);
	if (reply.a.status != 200 || looks_as("child.pdf") != 1 || looks_as("sheet.pdf") != n)
		wrong(&q, "%d, %zu sheets are recorded", reply.a.status, looks_as("sheet.pdf"));
}

static inline void look_at_child(struct row *r)
{
	if (is_nobody(r) || r->action != ACT_SHEET_READ || !cell_is(r, CHILD, "there"))
		return;
	see_titles(r, page_karte, "child.read", true);
	see_titles(r, page_growth, "child.growth", false);
	see_titles(r, page_timeline, "child.timeline", true);
	see_titles(r, page_print, "child.read", true);
	for (int i = -1; i < SHEETS; i++)
		see_paper(r, i);
}

#endif
