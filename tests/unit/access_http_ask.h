/*
 * Asking the pages of one row: every row of page_routes with the action of the row, and what is
 * expected of each.
 *
 * Refused is 404 and exactly one record of class access with the reason of the row; the page shows
 * no mark, and nothing is recorded as read or changed.  Who is nobody for the server (no account,
 * or one that is disabled, ended or closed, or a session without the second factor) is sent to sign
 * in with 303 instead, by the dispatcher, before any decision: that leaves no record.
 *
 * Allowed is the page's own success; looks at a child are recorded once as read, with the reason.
 */
#ifndef KARTE_TESTS_UNIT_ACCESS_HTTP_ASK_H
#define KARTE_TESTS_UNIT_ACCESS_HTTP_ASK_H

#include "tests/unit/access_http_sight.h"

enum { PATH_ROOM = 512, BODY_ROOM = 8192 };

/* One request of a row. */
struct asked {
	struct row *r;
	const struct page_route *route;
	int sheet;   /* of sheets[] */
	int version; /* 0 or 1 */
	int section; /* by its place in the type; behind the last: all */
	int file;    /* of files[]; behind the last: one that is not there */
	char path[PATH_ROOM];
	struct buf body; /* of a POST, without the token */
};

static struct {
	unsigned rows, requests, refused, sent_to_login, shut_out, shown, written, wrong;
	unsigned by_glass; /* children that a reason opened: a list need not have them */
} tally;

#define WRONG_MAX 60

#define wrong(q, ...)                                                                              \
	do {                                                                                       \
		if (tally.wrong++ < WRONG_MAX) {                                                   \
			print_error("%s:%u: %s %s: ", TABLE, (q)->r->line,                         \
				    (q)->route->route.methods == M_POST ? "POST" : "GET",          \
				    (q)->path);                                                    \
			print_error(__VA_ARGS__);                                                  \
			print_error("\n");                                                         \
		}                                                                                  \
	} while (0)

/* ---- the address ----------------------------------------------------------------------------- */

static inline void put_section(const struct asked *q, struct buf *out)
{
	const struct sheet_type *t = q->r->type;

	if (t && q->section < (int)t->nsections)
		buf_addspan(out, t->sections[q->section].id);
	else
		buf_adds(out, "all");
}

static inline void put_file(const struct asked *q, const char *rest, struct buf *out)
{
	char id[11];

	file_id(q->r, q->file, id);
	buf_addf(out, "%s%s", id, rest);
}

static inline void put_param(const struct asked *q, struct span name, struct buf *out)
{
	const struct row *r = q->r;
	const bool child = cell_is(r, CHILD, "there");

	if (span_is(name, "child"))
		buf_adds(out, r->action >= ACT_ADMIN || (!child && !r->child[0]) ? "c000000001"
										 : r->child);
	else if (span_is(name, "type"))
		buf_addspan(out, r->cell[TYPE]);
	else if (span_is(name, "id") && r->action < ACT_ADMIN)
		buf_adds(out, sheets[q->sheet].id);
	else if (span_is(name, "section"))
		put_section(q, out);
	else if (span_is(name, "file") && q->file < FILES)
		put_file(q, "", out);
	else if (span_is(name, "name") && q->file < FILES)
		put_file(q, ".txt", out);
	else if (span_is(name, "version"))
		buf_adds(out, r->written ? r->versions[q->sheet][q->version].id
					 : "0123456789012345678901234567890123456789");
	else if (span_is(name, "account"))
		buf_adds(out, "victim");
	else if (span_is(name, "institution"))
		buf_adds(out, "v-school");
	else
		buf_adds(out, "1");
}

/* "/children/:child/sheets/:type/:id.pdf" with what the row has. */
static inline void make_path(struct asked *q)
{
	const char *p = q->route->route.pattern;
	struct buf path;

	buf_init(&path, PATH_ROOM - 1);
	while (*p) {
		size_t n = strcspn(p + 1, "/.:") + 1;

		if (*p == ':')
			put_param(q, span_make(p + 1, n - 1), &path);
		else
			buf_add(&path, p, n);
		p += n;
	}
	snprintf(q->path, sizeof q->path, "%s", buf_str(&path));
	buf_clear(&path);
}

static inline void send_asked(struct asked *q)
{
	const struct caller *who = q->r->caller.cookie[0] ? &q->r->caller : NULL;
	struct buf body;

	buf_init(&body, BODY_ROOM);
	if (q->route->route.methods == M_POST)
		buf_addf(&body, "csrf=%s%s", who ? who->csrf : "", buf_str(&q->body));
	ask(who, q->path, q->route->route.methods == M_POST ? buf_span(&body) : SPAN_NONE);
	tally.requests++;
	buf_clear(&body);
}

/* ---- refused --------------------------------------------------------------------------------- */

static inline bool is_nobody(const struct row *r)
{
	static const char *const states[] = {"unknown", "disabled", "ended", "closed"};

	for (size_t i = 0; i < sizeof states / sizeof *states; i++)
		if (cell_is(r, ACCOUNT, states[i]))
			return true;
	return cell_is(r, ACCOUNT, "weak") && r->action != ACT_FACTOR;
}

static inline bool goes_to_login(void)
{
	return strcmp(reply.to, "/login") == 0 || strncmp(reply.to, "/login?", 7) == 0;
}

/* A session whose account is over is dropped with one record, and is nobody's after that. */
static inline bool is_shut_out(const struct noted *n)
{
	return strcmp(n->event, "session.end") == 0 &&
	       (strcmp(n->reason, "disabled") == 0 || strcmp(n->reason, "ended") == 0 ||
		strcmp(n->reason, "closed") == 0);
}

static inline void expect_login(const struct asked *q)
{
	const struct noted *n = record_of("access", "deny", 0);
	const bool second = span_starts(span_of(reply.to), SPAN("/login/code")) ||
			    span_starts(span_of(reply.to), SPAN("/account/factors"));
	const bool weak = cell_is(q->r, ACCOUNT, "weak");

	tally.sent_to_login++;
	if (reply.a.status != 303 || (weak ? !second : !goes_to_login()))
		wrong(q, "%d to \"%s\", not to sign in", reply.a.status, reply.to);
	if (n && is_shut_out(n) && records_of("access", "deny") == 1)
		tally.shut_out++;
	else if (n)
		wrong(q, "sent to sign in, and refused for \"%s\"", n->reason);
	if (records_of("read", "allow") || records_of("change", "allow"))
		wrong(q, "sent to sign in, and something is recorded");
}

static inline void expect_nothing_shown(const struct asked *q)
{
	static struct marks shown;

	marks_of_answer(&shown);
	if (shown.count)
		wrong(q, "refused, but shows %s", shown.list[0]);
	if (records_of("read", "allow") || records_of("change", "allow"))
		wrong(q, "refused, but recorded as read or changed");
}

static inline void expect_refused(const struct asked *q, const char *reason)
{
	const struct noted *n = record_of("access", "deny", 0);

	tally.refused++;
	if (reply.a.status != 404)
		wrong(q, "%d, not refused (%s)", reply.a.status, reason);
	if (records_of("access", "deny") != 1)
		wrong(q, "%zu records of a refusal (%s)", records_of("access", "deny"), reason);
	else if (strcmp(n->reason, reason) != 0)
		wrong(q, "refused for \"%s\", not for \"%s\"", n->reason, reason);
	expect_nothing_shown(q);
}

/* ---- allowed --------------------------------------------------------------------------------- */

/* Whatever came of it: it was not for want of a right. */
static inline void expect_let_in(const struct asked *q)
{
	const struct noted *n = record_of("access", "deny", 0);

	tally.shown++;
	if (n && !is_shut_out(n))
		wrong(q, "refused for \"%s\"", n->reason);
	if (reply.a.status >= 500 || (goes_to_login() && q->route->handler != page_logout))
		wrong(q, "%d \"%s\"", reply.a.status, reply.to);
}

static inline void expect_marks(const struct asked *q, const struct marks *want)
{
	static struct marks shown;
	const char *odd;

	marks_of_answer(&shown);
	odd = marks_beyond(&shown, want);
	if (odd)
		wrong(q, "shows %s", odd);
	odd = marks_beyond(want, &shown);
	if (odd)
		wrong(q, "lacks %s", odd);
}

/* 200, these marks and no other, and one look with the reason of the row. */
static inline void expect_shown(const struct asked *q, const struct marks *want, const char *event,
				const char *reason)
{
	const struct noted *n = record_of("read", "allow", 0);

	expect_let_in(q);
	if (reply.a.status != 200) {
		wrong(q, "%d, not shown", reply.a.status);
		return;
	}
	expect_marks(q, want);
	if (records_of("read", "allow") != 1)
		wrong(q, "%zu records of a look", records_of("read", "allow"));
	else if (strcmp(n->event, event) != 0 || strcmp(n->reason, reason) != 0)
		wrong(q, "recorded as %s for \"%s\", not %s for \"%s\"", n->event, n->reason, event,
		      reason);
}

/* How many looks of this kind are recorded. */
static inline size_t looks_as(const char *event)
{
	const struct noted *n;
	size_t found = 0;

	for (size_t i = 0; (n = record_of("read", "allow", i)); i++)
		found += strcmp(n->event, event) == 0;
	return found;
}

static inline bool answer_has(const char *text)
{
	return span_find(buf_span(&reply.a.body), span_of(text)) >= 0;
}

/* A link, a button or a form leads there exactly if it may. */
static inline void expect_way(const struct asked *q, const char *text, bool may)
{
	if (answer_has(text) != may)
		wrong(q, "%s the way %s", may ? "lacks" : "has", text);
}

#endif
