#include "vault/flow/alert_engine.h"

#include "vault/flow/alert_match.h"
#include "vault/flow/alert_usual.h"

#include <limits.h>
#include <stdlib.h>

enum { BUCKETS = 4096, DAY = 86400, MARKS_MAX = 4096 };

/* Something that was counted: when, and (of different ones) what, as a hash. */
struct mark {
	int64_t t;
	uint64_t what;
};

/* What a rule counts for one subject. */
struct window {
	struct window *next;
	size_t rule;
	char *subject;
	struct mark *marks; /* in order of time */
	size_t count, room;
	long peak; /* most of today */
	enum role role;
};

struct alert_engine {
	const struct alert_rules *rules;
	struct window *buckets[BUCKETS];
	size_t windows;
	struct alert_usual *usual; /* one for each rule */
	int64_t day;
};

enum status alert_engine_new(struct alert_engine **out, const struct alert_rules *rules)
{
	struct alert_engine *e = calloc(1, sizeof *e);
	size_t n = alert_rules_count(rules);

	*out = e;
	if (e) {
		e->rules = rules;
		e->usual = calloc(n ? n : 1, sizeof *e->usual);
	}
	if (e && e->usual)
		return ST_OK;
	free(e);
	*out = NULL;
	return fail(ST_NOMEM, "no memory for alerts");
}

static void free_window(struct window *w)
{
	free(w->subject);
	free(w->marks);
	free(w);
}

void alert_engine_free(struct alert_engine *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < BUCKETS; i++)
		for (struct window *w = e->buckets[i], *next; w; w = next) {
			next = w->next;
			free_window(w);
		}
	free(e->usual);
	free(e);
}

int64_t alert_engine_memory(const struct alert_rules *rules)
{
	int64_t most = 0;

	for (size_t i = 0; i < alert_rules_count(rules); i++) {
		const struct alert_rule *r = alert_rules_at(rules, i);
		int64_t need = r->kind == ALERT_COUNT ? r->within : 0;

		if (!r->off && r->usual)
			need += (int64_t)(ALERT_USUAL_DAYS + 1) * DAY;
		if (!r->off && need > most)
			most = need;
	}
	return most;
}

/* ---- windows ------------------------------------------------------------------------------ */

/* FNV-1a, 64 bits; the seed keeps the windows of different rules apart. */
static uint64_t hash(uint64_t seed, struct span s)
{
	uint64_t h = 14695981039346656037U ^ seed;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 1099511628211U;
	return h;
}

/* Subjects that have been quiet for longer than their rule looks back are forgotten. */
static void sweep(struct alert_engine *e, int64_t now)
{
	for (size_t i = 0; i < BUCKETS; i++)
		for (struct window **at = &e->buckets[i]; *at;) {
			struct window *w = *at;
			int within = alert_rules_at(e->rules, w->rule)->within;

			if (w->count && w->marks[w->count - 1].t > now - within) {
				at = &w->next;
				continue;
			}
			*at = w->next;
			e->windows--;
			free_window(w);
		}
}

/* A day has ended: what was most for each is what is usual for their role. */
static void end_day(struct alert_engine *e, int64_t now)
{
	for (size_t i = 0; i < BUCKETS; i++)
		for (struct window *w = e->buckets[i]; w; w = w->next) {
			if (alert_rules_at(e->rules, w->rule)->usual && w->peak)
				alert_usual_add(&e->usual[w->rule], w->role, e->day, w->peak);
			w->peak = 0;
		}
	sweep(e, now);
}

static struct window *find_window(struct alert_engine *e, size_t rule, const char *subject,
				  int64_t now)
{
	struct window **bucket = &e->buckets[hash(rule, span_of(subject)) % BUCKETS], *w = *bucket;

	while (w && (w->rule != rule || strcmp(w->subject, subject) != 0))
		w = w->next;
	if (w)
		return w;
	if (e->windows >= ALERT_WINDOWS)
		sweep(e, now);
	w = e->windows < ALERT_WINDOWS ? calloc(1, sizeof *w) : NULL;
	if (!w)
		return NULL;
	w->rule = rule;
	w->subject = strdup(subject);
	if (!w->subject) {
		free(w);
		return NULL;
	}
	w->next = *bucket;
	*bucket = w;
	e->windows++;
	return w;
}

static void drop_marks(struct window *w, size_t from, size_t n)
{
	memmove(w->marks + from, w->marks + from + n, (w->count - from - n) * sizeof *w->marks);
	w->count -= n;
}

static bool add_mark(struct window *w, struct mark m, size_t most)
{
	struct mark *grown;

	if (w->count == most)
		drop_marks(w, 0, 1);
	if (w->count == w->room) {
		w->room = w->room ? w->room * 2 : 8;
		grown = realloc(w->marks, w->room * sizeof *grown);
		if (!grown)
			return false;
		w->marks = grown;
	}
	w->marks[w->count++] = m;
	return true;
}

static struct span what_of(const struct alert_rule *rule, const struct record *r)
{
	return rule->of == ALERT_OF_CHILDREN ? r->child : r->object;
}

/* Counts the record; false if there is no memory. */
static bool count_in(struct window *w, const struct alert_rule *rule, const struct record *r)
{
	struct mark m = {.t = r->t};
	size_t old = 0;

	while (old < w->count && w->marks[old].t <= r->t - rule->within)
		old++;
	if (old)
		drop_marks(w, 0, old);
	if (rule->of != ALERT_OF_RECORDS) {
		m.what = hash(hash(0, r->child), what_of(rule, r));
		for (size_t i = 0; i < w->count; i++)
			if (w->marks[i].what == m.what) {
				drop_marks(w, i, 1);
				break;
			}
	}
	return add_mark(w, m, MARKS_MAX);
}

/* ---- what is told ------------------------------------------------------------------------- */

static void fill_hit(struct alert_hit *h, const struct alert_rule *rule, const struct record *r)
{
	bool one = rule->kind == ALERT_EVENT;

	*h = (struct alert_hit){.rule = rule, .count = 1, .least = 1, .t = r->t, .n = r->n};
	alert_subject(rule, r, h->subject);
	if (one || rule->by == ALERT_BY_ACCOUNT)
		span_copy(r->account, h->account, sizeof h->account);
	if (one || rule->by == ALERT_BY_CHILD)
		span_copy(r->child, h->child, sizeof h->child);
	if (one || rule->by == ALERT_BY_ACCOUNT || rule->by == ALERT_BY_INSTITUTION)
		span_copy(r->institution, h->institution, sizeof h->institution);
}

/* Was the same told so lately that it is not told again?  Hours: once a day. */
static bool is_quiet(const struct alert_rule *rule, const struct alert_hit *h,
		     const struct alert_facts *facts)
{
	int64_t last = facts->told ? facts->told(facts->ctx, rule, h->subject) : INT64_MIN;

	if (last == INT64_MIN)
		return false;
	if (rule->kind == ALERT_HOURS)
		return alert_day(last) == alert_day(h->t);
	return h->t < last + rule->again;
}

/* How many there are, and how many there may be. */
static enum status count_hit(struct alert_engine *e, size_t i, const struct record *r,
			     struct alert_hit *h)
{
	const struct alert_rule *rule = alert_rules_at(e->rules, i);
	struct window *w = find_window(e, i, h->subject, r->t);

	if (!w || !count_in(w, rule, r))
		return fail(ST_NOMEM, "no memory to count for the rule %.*s", SPAN_ARG(rule->id));
	w->role = role_find(r->role);
	h->count = (long)w->count;
	h->least = alert_usual_least(&e->usual[i], rule, w->role, e->day);
	if (h->count > w->peak)
		w->peak = h->count;
	return ST_OK;
}

static enum status take_rule(struct alert_engine *e, size_t i, const struct record *r,
			     const struct alert_facts *facts, alert_tell *tell, void *ctx)
{
	const struct alert_rule *rule = alert_rules_at(e->rules, i);
	struct alert_hit hit;
	enum status st = ST_OK;

	if (!alert_matches(rule, r, facts) || (rule->of != ALERT_OF_RECORDS && !what_of(rule, r).n))
		return ST_OK;
	fill_hit(&hit, rule, r);
	if (rule->kind == ALERT_COUNT)
		st = count_hit(e, i, r, &hit);
	if (st || !tell || hit.count < hit.least || is_quiet(rule, &hit, facts))
		return st;
	return tell(ctx, &hit);
}

enum status alert_engine_take(struct alert_engine *e, const struct record *r,
			      const struct alert_facts *facts, alert_tell *tell, void *ctx)
{
	int64_t day = alert_day(r->t);
	enum status st = ST_OK;

	if (day != e->day)
		end_day(e, r->t);
	e->day = day;
	for (size_t i = 0; !st && i < alert_rules_count(e->rules); i++)
		st = take_rule(e, i, r, facts, tell, ctx);
	return st;
}
