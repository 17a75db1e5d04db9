#include "vault/flow/log_keep.h"

#include "generator/base/day.h"
#include "vault/flow/actor.h"
#include "vault/flow/log_outside.h"

#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SOME = 2, GRACE = 2 * 86400 };

/* Seconds to wait for who reads the journal just now: a proof may take minutes, a chore has others
   behind it. */
enum { WAIT_ASKED = 600, WAIT_CHORE = 20, LOOKS_A_SECOND = 10 };

static const struct {
	const char *class, *key;
	size_t at; /* in struct conf */
} rules[LOG_KEEP_CLASSES] = {
    {"read", "keep-read", offsetof(struct conf, keep_read)},
    {"access", "keep-access", offsetof(struct conf, keep_access)},
    {"session", "keep-session", offsetof(struct conf, keep_session)},
    {"admin", "keep-admin", offsetof(struct conf, keep_admin)},
};

/* ---- months -------------------------------------------------------------------------------- */

static long number_of(const char *month)
{
	return strtol(month, NULL, 10) * 12 + strtol(month + 5, NULL, 10) - 1;
}

static void month_of_number(long number, char out[static JOURNAL_MONTH])
{
	char text[64];

	snprintf(text, sizeof text, "%04ld-%02ld", number / 12, number % 12 + 1);
	memcpy(out, text, JOURNAL_MONTH - 1);
	out[JOURNAL_MONTH - 1] = '\0';
}

void log_keep_rules(const struct app *app, int64_t now,
		    struct log_keep_rule out[static LOG_KEEP_CLASSES])
{
	char month[JOURNAL_MONTH];

	journal_month_of(now, month);
	for (size_t i = 0; i < LOG_KEEP_CLASSES; i++) {
		out[i].class = record_class(span_of(rules[i].class));
		out[i].key = rules[i].key;
		out[i].months =
		    *(const int *)(const void *)((const char *)&app->conf + rules[i].at);
		month_of_number(number_of(month) - out[i].months, out[i].before);
	}
}

int64_t log_keep_end(const char *month, int months)
{
	char first[JOURNAL_MONTH], text[32];
	int64_t t = 0;

	month_of_number(number_of(month) + months + 1, first);
	snprintf(text, sizeof text, "%s-01T00:00:00Z", first);
	time_parse_utc(span_of(text), &t);
	return t;
}

/* ---- one class ----------------------------------------------------------------------------- */

struct keeping {
	struct app *app;
	int64_t now;
	enum log_keep_what what;
	char current[JOURNAL_MONTH];
	struct journal_month *months;
	size_t count;
	struct log_written written;
	log_keep_tell *tell;
	void *ctx;
	struct log_keep_done *done;
	enum status trouble; /* a month that could not be written outside */
	char why[512];
};

static bool outside(const struct keeping *k)
{
	return k->app->conf.keep_outside[0] != '\0';
}

static void tell(const struct keeping *k, const char *what, const struct journal_month *m)
{
	char text[32];

	snprintf(text, sizeof text, "%s/%s", record_class_name(m->class), m->month);
	if (k->tell)
		k->tell(k->ctx, what, text);
}

static bool is_over(const struct keeping *k, const struct journal_month *m)
{
	return strcmp(m->month, k->current) < 0;
}

static bool needs_writing(const struct keeping *k, const struct journal_month *m)
{
	return outside(k) && is_over(k, m) && !log_written_has(&k->written, m);
}

/* A failure does not keep other classes from what is due. */
static void write_class(struct keeping *k, int class)
{
	for (size_t i = 0; i < k->count && !k->trouble; i++) {
		const struct journal_month *m = &k->months[i];

		if (m->class != class || !needs_writing(k, m))
			continue;
		if (k->what != LOG_KEEP_DRY)
			k->trouble = log_outside_write(k->app, m);
		if (k->trouble) {
			snprintf(k->why, sizeof k->why, "%s", fail_why());
			return;
		}
		k->done->written++;
		tell(k, "write", m);
	}
}

static void rest(void)
{
	const struct timespec t = {.tv_nsec = 1000000000L / LOOKS_A_SECOND};

	nanosleep(&t, NULL);
}

/* *gone: 0 as long as the journal's own time has not come to the month after (it has no record of
 * it). */
static enum status prune_before(struct keeping *k, const struct log_keep_rule *r,
				const char *before, size_t *gone)
{
	int looks = LOOKS_A_SECOND * (k->what == LOG_KEEP_SOME ? WAIT_CHORE : WAIT_ASKED);
	char reason[64];
	struct actor actor;
	enum status st = ST_BUSY;

	snprintf(reason, sizeof reason, "%s %dか月", r->key, r->months);
	actor_operator(&actor, k->app);
	while (st == ST_BUSY && looks-- > 0) {
		st = journal_prune(k->app->journal, record_class_name(r->class), before,
				   span_of(actor.account.id), span_of(reason), gone);
		if (st == ST_BUSY)
			rest();
	}
	actor_clear(&actor);
	return st;
}

/* From the oldest on, up to the first that has to wait. */
static enum status prune_class(struct keeping *k, const struct log_keep_rule *r)
{
	size_t most = k->what == LOG_KEEP_SOME ? SOME : SIZE_MAX, pruned = 0;
	enum status st = ST_OK;

	for (size_t i = 0; i < k->count && !st; i++) {
		const struct journal_month *m = &k->months[i];
		char next[JOURNAL_MONTH];
		size_t gone = 1;

		if (m->class != r->class || strcmp(m->month, r->before) >= 0 || !is_over(k, m))
			continue;
		if (needs_writing(k, m) && k->what != LOG_KEEP_DRY) {
			k->done->waiting++;
			most = 0;
		}
		if (pruned >= most)
			continue;
		month_of_number(number_of(m->month) + 1, next);
		if (k->what != LOG_KEEP_DRY)
			st = prune_before(k, r, next, &gone);
		if (st || !gone)
			break;
		pruned++;
		k->done->pruned++;
		tell(k, "prune", m);
	}
	return st;
}

/* ---- all ----------------------------------------------------------------------------------- */

static enum status look(struct keeping *k)
{
	enum status st = journal_months(k->app->journal, &k->months, &k->count);

	journal_month_of(k->now, k->current);
	if (!st && outside(k))
		st = log_written_load(&k->written, k->app);
	return st;
}

static void forget(struct keeping *k)
{
	log_written_clear(&k->written);
	free(k->months);
}

enum status log_keep_run(struct app *app, int64_t now, enum log_keep_what what, log_keep_tell *each,
			 void *ctx, struct log_keep_done *done)
{
	struct log_keep_rule rule[LOG_KEEP_CLASSES];
	struct keeping k = {
	    .app = app, .now = now, .what = what, .tell = each, .ctx = ctx, .done = done};
	enum status st;

	*done = (struct log_keep_done){0};
	log_keep_rules(app, now, rule);
	st = look(&k);
	for (size_t i = 0; i < LOG_KEEP_CLASSES && !st && outside(&k); i++)
		write_class(&k, rule[i].class);
	if (!st && done->written && what != LOG_KEEP_DRY) {
		log_written_clear(&k.written);
		st = log_written_load(&k.written, app);
	}
	for (size_t i = 0; i < LOG_KEEP_CLASSES && !st && what != LOG_KEEP_WRITE; i++)
		st = prune_class(&k, &rule[i]);
	if (!st && done->pruned && what != LOG_KEEP_DRY)
		st = log_index(app); /* what is gone there is gone from the index */
	forget(&k);
	return !st && k.trouble ? fail(k.trouble, "%s", k.why) : st;
}

enum status log_keep_chore(struct app *app)
{
	struct log_keep_done done;
	enum status st = log_keep_run(app, (int64_t)time(NULL), LOG_KEEP_SOME, NULL, NULL, &done);

	return st == ST_BUSY ? ST_OK : st; /* a day later; log_keep_state tells if that goes on */
}

enum status log_keep_state(struct app *app, int64_t now, struct log_keep_state *out)
{
	struct log_keep_rule rule[LOG_KEEP_CLASSES];
	struct keeping k = {.app = app, .now = now - GRACE};
	enum status st;

	*out = (struct log_keep_state){.good = true};
	log_keep_rules(app, k.now, rule);
	st = look(&k);
	for (size_t i = 0; i < k.count && !st; i++)
		for (size_t c = 0; c < LOG_KEEP_CLASSES; c++) {
			if (k.months[i].class != rule[c].class)
				continue;
			out->overdue += strcmp(k.months[i].month, rule[c].before) < 0;
			out->unwritten += needs_writing(&k, &k.months[i]);
		}
	forget(&k);
	if (out->unwritten)
		snprintf(out->text, sizeof out->text,
			 "%zuか月分の記録が、外のフォルダーに まだ写せていません。"
			 "消すのを待っているものは %zuか月分です。",
			 out->unwritten, out->overdue);
	else if (out->overdue)
		snprintf(out->text, sizeof out->text,
			 "保存期間のすぎた記録が %zuか月分 残っています。", out->overdue);
	out->good = !out->unwritten && !out->overdue;
	return st;
}
