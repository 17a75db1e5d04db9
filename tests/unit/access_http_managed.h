/*
 * Rows about what is managed (self, asked, last): each is one request, about an account or a range
 * that stands to the asking administrator as the row says.
 */
#ifndef KARTE_TESTS_UNIT_ACCESS_HTTP_MANAGED_H
#define KARTE_TESTS_UNIT_ACCESS_HTTP_MANAGED_H

#include "tests/unit/access_http_ask.h"

/* Another administrator, for whom the vault is not without one. */
static struct account second = {.id = "second", .role = ROLE_ADMIN};

static inline void set_keys(const char *key)
{
	for (size_t i = 0; i < npeople; i++)
		if (people[i].account.role == ROLE_ADMIN) {
			snprintf(people[i].account.key, FPR_ROOM, "%s", key);
			assert_ok(account_put(app->db, &people[i].account));
		}
}

/* A range that waits; about the asking account itself, or asked for by it, as the row says. */
static inline void place_asked(const struct row *r, char id[static ID_MAX + 1])
{
	struct range_row g = {.opens = true, .state = "asked", .reason = "表のとおり"};
	const bool self = cell_has(r, MANAGED, "self"), asked = cell_has(r, MANAGED, "asked");

	snprintf(id, ID_MAX + 1, "w%04u", r->line);
	memcpy(g.id, id, sizeof g.id);
	snprintf(g.account, sizeof g.account, "%s", self ? r->account.id : "worker");
	snprintf(g.asked_by, sizeof g.asked_by, "%s", asked ? r->account.id : second.id);
	g.asked_at = (long long)time(NULL);
	memcpy(g.child, "c000000001", sizeof g.child);
	span_copy(span_of(day_text(0)), g.since, sizeof g.since);
	assert_ok(registry_put_range(app, &chief, "range.ask", &g, NULL));
}

static inline void make_managed_path(struct asked *q)
{
	const struct row *r = q->r;
	const bool self = cell_has(r, MANAGED, "self"), asked = cell_has(r, MANAGED, "asked");
	char range[ID_MAX + 1];

	if (r->action == ACT_ADMIN_CONFIRM || asked) {
		place_asked(r, range);
		snprintf(q->path, sizeof q->path, "/admin/access/ranges/%s/%s", range,
			 r->action == ACT_ADMIN_CONFIRM ? "confirm" : "decline");
	} else {
		snprintf(q->path, sizeof q->path, "/admin/accounts/%s%s",
			 self ? r->account.id : second.id,
			 r->action == ACT_ADMIN_CHANGE ? "/disable" : "");
	}
}

/* The route of such a path, for messages and the method. */
static inline const struct page_route *route_of(const struct asked *q)
{
	struct params params;
	unsigned allowed;
	size_t row;

	if (route_find(page_routes, page_route_count, sizeof *page_routes,
		       q->r->action == ACT_ADMIN ? M_GET : M_POST, span_of(q->path), &row, &params,
		       &allowed) != ROUTE_FOUND)
		fail_msg("no route for %s", q->path);
	return &page_routes[row];
}

static inline void ask_managed(struct row *r)
{
	const bool last = cell_has(r, MANAGED, "last") && r->action == ACT_ADMIN_CHANGE;
	struct asked q = {.r = r};

	buf_init(&q.body, BODY_ROOM);
	make_managed_path(&q);
	q.route = route_of(&q);
	assert_int_equal(q.route->action, r->action);
	if (last) /* the others have not signed in for the first time, or so it looks */
		set_keys("");
	send_asked(&q);
	if (last)
		set_keys(signing_key);
	if (!r->allow)
		expect_refused(&q, r->reason);
	else
		expect_let_in(&q);
	if (r->allow && reply.a.status != (r->action == ACT_ADMIN ? 200 : 303))
		wrong(&q, "%d", reply.a.status);
	buf_clear(&q.body);
}

#endif
