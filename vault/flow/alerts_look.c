/* What is new: in the checks, and in the journal's records, read once and in their order. */
#include "vault/flow/alerts_impl.h"

#include "vault/db/account.h"
#include "vault/db/watch.h"
#include "vault/journal/journal.h"

#include <limits.h>

/* So many new records are read from the end; more are read from the beginning of their month. */
enum { BACK_MAX = 2000, BATCH_BYTES = 16 * 1024 * 1024 };

/* ---- checks ------------------------------------------------------------------------------- */

/* What is to be told of a check in its state; NULL: nothing. */
static const char *check_news(const struct alert_rule *rule, const struct check_row *c,
			      const struct alert_row *last, int64_t now)
{
	bool bad = c->state >= rule->level, told = last && strcmp(last->state, "over") != 0;

	if (!bad)
		return told ? "over" : NULL;
	if (!told)
		return now >= c->since + rule->after ? "raised" : NULL;
	if (last->count != c->state)
		return "again";
	return rule->again && now >= last->at + rule->again ? "again" : NULL;
}

static enum status look_at_check(struct alerts *a, const struct alert_rule *rule, int64_t now)
{
	struct alert_row last, row = {.record = -1, .at = now, .least = rule->level};
	struct check_row check;
	const char *news;
	enum status st, known;

	span_copy(rule->id, row.rule, sizeof row.rule);
	span_copy(rule->title, row.title, sizeof row.title);
	span_copy(rule->check, row.subject, sizeof row.subject);
	span_copy(span_of(alert_kind_name(rule->kind)), row.kind, sizeof row.kind);
	span_copy(span_of(alert_severity_name(rule->severity)), row.severity, sizeof row.severity);
	st = check_get(a->app->db, row.subject, &check);
	if (st)
		return st == ST_NOTFOUND ? ST_OK : st;
	known = alert_newest(a->app->db, row.rule, row.subject, &last);
	if (known && known != ST_NOTFOUND)
		return known;
	row.count = check.state;
	news = check_news(rule, &check, known ? NULL : &last, now);
	if (!news)
		return ST_OK;
	span_copy(span_of(news), row.state, sizeof row.state);
	return alerts_found_add(a, &row);
}

enum status alerts_look_at_checks(struct alerts *a, int64_t now)
{
	enum status st = ST_OK;

	for (size_t i = 0; !st && i < alert_rules_count(a->rules); i++) {
		const struct alert_rule *rule = alert_rules_at(a->rules, i);

		if (rule->kind == ALERT_CHECK && !rule->off)
			st = look_at_check(a, rule, now);
	}
	return st;
}

/* ---- what the rules ask ------------------------------------------------------------------- */

static enum role role_of(void *ctx, struct span id)
{
	struct alerts *a = ctx;
	struct account account;

	return account_get(a->app->db, id, &account) ? ROLE_NOBODY : account.role;
}

static int64_t told(void *ctx, const struct alert_rule *rule, const char *subject)
{
	struct alerts *a = ctx;
	struct alert_row row;

	for (size_t i = a->found.count; i > 0; i--) {
		const struct alert_row *r = &a->found.rows[i - 1];

		if (span_is(rule->id, r->rule) && strcmp(r->subject, subject) == 0)
			return r->at;
	}
	return alert_newest(a->app->db, rule->id.p, subject, &row) ? INT64_MIN : row.at;
}

static enum status tell(void *ctx, const struct alert_hit *hit)
{
	const struct alert_rule *rule = hit->rule;
	struct alert_row row = {.state = "raised",
				.count = hit->count,
				.least = hit->least,
				.at = hit->t,
				.record = (int64_t)hit->n};

	span_copy(rule->id, row.rule, sizeof row.rule);
	span_copy(rule->title, row.title, sizeof row.title);
	span_copy(span_of(alert_kind_name(rule->kind)), row.kind, sizeof row.kind);
	span_copy(span_of(alert_severity_name(rule->severity)), row.severity, sizeof row.severity);
	span_copy(span_of(hit->subject), row.subject, sizeof row.subject);
	span_copy(span_of(hit->account), row.account, sizeof row.account);
	span_copy(span_of(hit->child), row.child, sizeof row.child);
	span_copy(span_of(hit->institution), row.institution, sizeof row.institution);
	return alerts_found_add(ctx, &row);
}

/* ---- records ------------------------------------------------------------------------------ */

static bool is_own(const struct record *r)
{
	return span_is(r->event, "alert") || span_starts(r->event, SPAN("alert."));
}

static enum status take(struct alerts *a, const struct record *r, bool news)
{
	const struct alert_facts facts = {role_of, told, a};
	size_t before = a->found.count;
	enum status st = ST_OK;

	if (!is_own(r))
		st = alert_engine_take(a->engine, r, &facts, news ? tell : NULL, a);
	if (st) {
		a->found.count = before; /* the whole record comes again */
		return st;
	}
	if (news) {
		a->next = r->n + 1;
		a->time = r->t;
	}
	return ST_OK;
}

/* In order: what is older than our place is only remembered. */
static bool take_forward(void *ctx, const struct record *r, struct span line)
{
	struct alerts *a = ctx;

	(void)line;
	a->st = take(a, r, r->n >= a->next);
	return a->st == ST_OK;
}

static enum status read_forward(struct alerts *a, int64_t from)
{
	struct journal_filter f = {.from = from > 0 ? from : 0};
	enum status st;

	a->st = ST_OK;
	st = journal_scan(a->app->journal, &f, take_forward, a);
	return a->st ? a->st : st;
}

/* The newest lines, back to our place. */
struct batch {
	struct arena *arena;
	uint64_t least;
	size_t count;
	struct {
		int class;
		struct span line;
	} lines[BACK_MAX];
	enum status st;
};

static bool keep_line(void *ctx, const struct record *r, struct span line)
{
	struct batch *b = ctx;

	if (r->n < b->least)
		return false;
	if (b->count == BACK_MAX) {
		b->st = ST_BUSY;
		return false;
	}
	b->lines[b->count].class = record_class(span_of(r->class));
	b->lines[b->count].line = arena_copy(b->arena, line);
	b->st = b->lines[b->count++].line.p ? ST_OK : ST_NOMEM;
	return b->st == ST_OK;
}

static enum status take_batch(struct alerts *a, struct batch *b)
{
	struct record_text text;
	enum status st = ST_OK;

	for (size_t i = b->count; !st && i > 0; i--) {
		st = record_read(&text, record_class_name(b->lines[i - 1].class),
				 b->lines[i - 1].line);
		if (!st)
			st = take(a, &text.r, true);
		record_text_clear(&text);
	}
	return st;
}

static enum status read_back(struct alerts *a)
{
	struct journal_filter f = {.newest_first = true};
	struct arena *arena = arena_new(BATCH_BYTES);
	struct batch *b = arena ? arena_alloc(arena, sizeof *b) : NULL;
	enum status st;

	if (!b) {
		arena_free(arena);
		return fail(ST_NOMEM, "no memory for new records");
	}
	b->arena = arena;
	b->least = a->next;
	st = journal_scan(a->app->journal, &f, keep_line, b);
	if (!st)
		st = b->st == ST_BUSY ? read_forward(a, a->time) : b->st ? b->st : take_batch(a, b);
	arena_free(arena);
	return st;
}

/* What was counted before the place at which we go on, and what is new since. */
static enum status begin(struct alerts *a)
{
	enum status st = alert_engine_new(&a->engine, a->rules);

	return st ? st : read_forward(a, a->time - alert_engine_memory(a->rules));
}

enum status alerts_look_at_records(struct alerts *a)
{
	uint64_t size = 0;
	enum status st;

	if (!a->engine)
		return begin(a);
	st = journal_size(a->app->journal, &size);
	if (st || size <= a->next)
		return st;
	return read_back(a);
}
