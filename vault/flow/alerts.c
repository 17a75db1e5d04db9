#include "vault/flow/alerts_impl.h"

#include "vault/db/watch.h"
#include "vault/flow/check_state.h"
#include "vault/flow/mail.h"
#include "vault/flow/note.h"
#include "vault/journal/journal.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { KEEP_EVERY = 500, DAY = 86400, KEEP_DAYS = 2 * 366, MAIL_DAYS = 60 };

static const char mark_next[] = "alerts.next", mark_time[] = "alerts.time",
		  mark_swept[] = "alerts.swept";

enum status alerts_new(struct alerts **out, const char *content, const char *vault,
		       struct problems *ps)
{
	struct alerts *a = calloc(1, sizeof *a);
	enum status st;

	*out = NULL;
	if (!a)
		return fail(ST_NOMEM, "no memory for alerts");
	st = alert_rules_load(&a->rules, content, vault, ps);
	if (!st) {
		a->found.rows = calloc(ALERTS_PENDING, sizeof *a->found.rows);
		st = a->found.rows ? ST_OK : fail(ST_NOMEM, "no memory for alerts");
	}
	if (st == ST_INVALID)
		st = fail(ST_CONFIG, "the rules of alerts are wrong");
	if (st) {
		alerts_free(a);
		return st;
	}
	*out = a;
	return ST_OK;
}

void alerts_free(struct alerts *a)
{
	if (!a)
		return;
	alert_engine_free(a->engine);
	alert_rules_free(a->rules);
	free(a->found.rows);
	free(a);
}

const struct alert_rules *alerts_rules(const struct alerts *a)
{
	return a ? a->rules : NULL;
}

/* ---- keeping ------------------------------------------------------------------------------ */

enum status alerts_found_add(struct alerts *a, const struct alert_row *row)
{
	if (a->found.count == ALERTS_PENDING)
		return fail(ST_BUSY, "more alerts than fit into one go");
	a->found.rows[a->found.count++] = *row;
	return ST_OK;
}

/* No name, no account, no child: the mail leaves the house; the page has the rest. */
static enum status mail_one(struct app *app, const struct alert_rules *rules,
			    const struct alert_row *row, int64_t now)
{
	const struct alert_rule *rule = alert_rules_find(rules, span_of(row->rule));
	struct check_row check;
	struct buf subject, body;
	char when[DAY_TEXT], tag[64];
	enum status st;

	buf_init(&subject, 1024);
	buf_init(&body, 8192);
	time_jst(row->at, when);
	snprintf(tag, sizeof tag, "alert:%lld", row->n);
	buf_addf(&subject, "【こどもカルテ】%s：%s（%s）",
		 alert_severity_label(alert_severity_find(span_of(row->severity))), row->title,
		 alert_state_label(row->state));
	buf_addf(&body, "%s\n\n%s：%s\n日時：%s\n知らせの番号：%lld\n", row->title, "状態",
		 alert_state_label(row->state), when, row->n);
	if (strcmp(row->kind, "count") == 0)
		buf_addf(&body, "数：%lld（%lld から知らせます）\n", row->count, row->least);
	if (strcmp(row->kind, "check") == 0 && check_get(app->db, row->subject, &check) == ST_OK)
		buf_addf(&body, "見たこと：%s\n", check.text);
	if (rule && rule->advice.n && strcmp(row->state, "over") != 0)
		buf_addf(&body, "\nすること：%.*s\n", SPAN_ARG(rule->advice));
	buf_addf(&body,
		 "\nくわしくは、次の画面を見てください（ログインが要ります）。\n%s/admin/alerts\n",
		 app->conf.url);
	st = mail_severity(app, span_of(row->severity), tag, buf_span(&subject), buf_span(&body),
			   now);
	buf_clear(&subject);
	buf_clear(&body);
	return st;
}

static enum status keep_each(struct alerts *a, int64_t now)
{
	enum status st = ST_OK;

	for (size_t i = 0; !st && i < a->found.count; i++) {
		st = alert_add(a->app->db, &a->found.rows[i]);
		if (!st)
			st = mail_one(a->app, a->rules, &a->found.rows[i], now);
	}
	if (!st)
		st = mark_put(a->app->db, mark_next, (int64_t)a->next);
	if (!st)
		st = mark_put(a->app->db, mark_time, a->time);
	return st;
}

/* Where nothing was found, what was read may as well be read again: it is kept now and then. */
static enum status keep(struct alerts *a, int64_t now)
{
	enum status st;

	if (!a->found.count && a->next < a->kept + KEEP_EVERY && a->kept)
		return ST_OK;
	st = db_begin(a->app->db);
	if (st)
		return st;
	st = db_end(a->app->db, keep_each(a, now));
	if (!st) {
		a->found.count = 0;
		a->kept = a->next;
	}
	return st;
}

/* ---- the journal -------------------------------------------------------------------------- */

/* RULE/NUMBER:COUNT; the number makes it the only one. */
static void object_of(const struct alert_row *row, struct buf *out)
{
	buf_addf(out, "%s/%lld:%lld", row->rule, row->n, row->count);
}

static bool found_one(void *ctx, const struct record *r, struct span line)
{
	(void)r;
	(void)line;
	*(bool *)ctx = true;
	return false;
}

static enum status in_journal(struct app *app, const struct record *r, int64_t since, bool *out)
{
	struct journal_filter f = {.class = "system",
				   .from = since - DAY,
				   .event = r->event,
				   .object = r->object,
				   .limit = 1,
				   .newest_first = true};

	*out = false;
	return journal_scan(app->journal, &f, found_one, out);
}

/* Recorded once: a crash may have come between the record and the note that it was made. */
static enum status record_one(struct app *app, const struct alert_row *row, bool maybe)
{
	struct buf object;
	bool there = false;
	enum status st = ST_OK;

	buf_init(&object, 512);
	object_of(row, &object);
	const struct record r = {
	    .class = "system",
	    .event = strcmp(row->state, "over") ? SPAN("alert") : SPAN("alert.over"),
	    .account = row->account[0] ? span_of(row->account) : SPAN_NONE,
	    .institution = row->institution[0] ? span_of(row->institution) : SPAN_NONE,
	    .child = row->child[0] ? span_of(row->child) : SPAN_NONE,
	    .object = buf_span(&object),
	    .reason = span_of(row->rule)};
	if (maybe)
		st = in_journal(app, &r, row->at, &there);
	if (!st && !there)
		st = journal_append(app->journal, &r, NULL);
	if (!st)
		st = alert_set_recorded(app->db, row->n);
	buf_clear(&object);
	return st;
}

static enum status record_all(struct app *app, bool maybe)
{
	struct alert_row row;
	enum status st;

	while (!(st = alert_unrecorded(app->db, &row)) && !(st = record_one(app, &row, maybe)))
		;
	return st == ST_NOTFOUND ? ST_OK : st;
}

/* ---- a run -------------------------------------------------------------------------------- */

static bool newest_time(void *ctx, const struct record *r, struct span line)
{
	(void)line;
	*(int64_t *)ctx = r->t;
	return false;
}

/* The end of the journal: what was before there were alerts is not told. */
static enum status begin_at_end(struct alerts *a, int64_t now)
{
	const struct journal_filter newest = {.limit = 1, .newest_first = true};
	enum status st = journal_size(a->app->journal, &a->next);

	a->time = 0;
	if (!st)
		st = journal_scan(a->app->journal, &newest, newest_time, &a->time);
	return st ? st : keep(a, now);
}

static enum status load_place(struct alerts *a, int64_t now)
{
	int64_t next;
	enum status st = mark_get(a->app->db, mark_next, &next);

	if (!st)
		st = mark_get(a->app->db, mark_time, &a->time);
	a->next = a->kept = st ? 0 : (uint64_t)next;
	return st == ST_NOTFOUND ? begin_at_end(a, now) : st;
}

static enum status sweep(struct app *app, int64_t now)
{
	int64_t last;
	enum status st = mark_get(app->db, mark_swept, &last);

	if (st && st != ST_NOTFOUND)
		return st;
	if (now < last + DAY && now >= last)
		return ST_OK;
	st = alert_sweep(app->db, now - (int64_t)KEEP_DAYS * DAY);
	if (!st)
		st = mail_sweep(app->db, now - (int64_t)MAIL_DAYS * DAY,
				now - (int64_t)MAIL_DAYS * DAY);
	return st ? st : mark_put(app->db, mark_swept, now);
}

static void forget(struct alerts *a)
{
	alert_engine_free(a->engine);
	a->engine = NULL;
}

/* What was found is kept whatever fails after it: a journal that is ill keeps no check from being
   told. */
static enum status look(struct alerts *a, int64_t now)
{
	enum status st = a->engine ? ST_OK : load_place(a, now), checks, kept;

	checks = alerts_look_at_checks(a, now);
	if (!st)
		st = alerts_look_at_records(a);
	kept = keep(a, now);
	if (st == ST_BUSY && !kept) { /* more than fits: the rest comes next time */
		forget(a);
		st = ST_OK;
	}
	return kept ? kept : st ? st : checks;
}

enum status alerts_run(struct app *app, int64_t now)
{
	struct alerts *a = app->alerts;
	enum status st, looked;

	if (!a)
		return ST_OK;
	a->app = app;
	a->found.count = 0;
	st = a->engine ? ST_OK : record_all(app, true);
	looked = look(a, now);
	st = st ? st : looked;
	if (!st)
		st = record_all(app, false);
	if (!st)
		st = sweep(app, now);
	if (st) /* what it remembers and what is kept may differ now */
		forget(a);
	return st;
}

enum status alerts_chore(struct app *app)
{
	return alerts_run(app, (int64_t)time(NULL));
}

/* ---- for pages ---------------------------------------------------------------------------- */

enum status alerts_see(struct app *app, const struct account *who, long long n, int64_t now,
		       const char *request)
{
	char object[32] = "";
	bool first = false;
	const struct note note = {.class = "admin",
				  .event = "alert.seen",
				  .who = who,
				  .object = span_of(object),
				  .decision = "allow",
				  .reason = "role",
				  .request = request};
	struct alert_row row;
	enum status st = alert_get(app->db, n, &row);

	snprintf(object, sizeof object, "alert/%lld", n);
	if (!st)
		st = note_add(app, &note);
	return st ? st : alert_see(app->db, n, span_of(who->id), now, &first);
}

const char *alert_state_label(const char *state)
{
	return strcmp(state, "over") == 0    ? "もとに戻った"
	       : strcmp(state, "again") == 0 ? "続いている"
					     : "起きた";
}
