#include "vault/flow/stamp.h"

#include "generator/base/day.h"
#include "generator/base/file.h"
#include "vault/db/alert.h"
#include "vault/flow/courier.h"
#include "vault/flow/mail.h"
#include "vault/flow/tsp.h"
#include "vault/journal/journal.h"

#include <stdio.h>
#include <time.h>

enum { NOTE_BYTES = 32 * 1024, DAY_SECONDS = 86400 };

static const char mark_mailed[] = "checkpoint.mailed";

static int64_t clock_now(void)
{
	return (int64_t)time(NULL);
}

/* "2026-11-21" of UTC. */
static void utc_day(int64_t now, char out[static DAY_TEXT])
{
	time_utc(now, out);
	out[10] = '\0';
}

/* Without a child and without an account: what the vault does by itself. */
static enum status record(struct app *app, struct span event, const char *object,
			  const char *decision, const char *reason)
{
	const struct record r = {.class = "system",
				 .event = event,
				 .object = span_of(object),
				 .decision = span_of(decision),
				 .reason = span_of(reason)};

	return journal_append(app->journal, &r, NULL);
}

/* ---- the stamp ---------------------------------------------------------------------------- */

static void stamp_path(const struct app *app, const char *day, const char *end, struct buf *out)
{
	char name[64];

	snprintf(name, sizeof name, "stamps/%s%s", day, end);
	app_path(app, name, out);
}

static bool is_stamped(const struct app *app, const char *day)
{
	struct buf path;
	bool there;

	buf_init(&path, PATH_MAX);
	stamp_path(app, day, ".tsr", &path);
	there = file_exists(buf_str(&path));
	buf_clear(&path);
	return there;
}

/* The note first: an answer without what it is about would be worth nothing. */
static enum status keep(const struct app *app, const char *day, struct span note,
			struct span response)
{
	struct buf path;
	enum status st;

	buf_init(&path, PATH_MAX);
	app_path(app, "stamps", &path);
	st = file_mkdirs(buf_str(&path));
	buf_cut(&path, 0);
	stamp_path(app, day, ".note", &path);
	if (!st)
		st = file_write(buf_str(&path), note, 0600);
	buf_cut(&path, 0);
	stamp_path(app, day, ".tsr", &path);
	if (!st)
		st = file_write(buf_str(&path), response, 0600);
	buf_clear(&path);
	return st;
}

static enum status check(const struct app *app, struct span request, struct span response)
{
	int64_t at, now = clock_now();
	enum status st = tsp_check(request, response, app->conf.stamper_ca, &at);

	if (!st && (at > now + STAMP_CLOCK || at < now - STAMP_CLOCK))
		return fail(ST_DENIED, "the stamper's clock and ours differ by %lld seconds",
			    (long long)(at - now));
	return st;
}

static enum status ask(struct app *app, const char *day)
{
	static const char query[] = "application/timestamp-query",
			  reply[] = "application/timestamp-reply";
	struct buf note, request, response;
	char seen[JOURNAL_SHORT], object[64];
	enum status st;

	buf_init(&note, NOTE_BYTES);
	buf_init(&request, 4096);
	buf_init(&response, TSP_MAX);
	st = journal_checkpoint_short(app->journal, seen);
	if (!st)
		st = journal_checkpoint(app->journal, &note);
	if (!st)
		st = tsp_request(buf_span(&note), &request);
	if (!st)
		st = courier_post(app->conf.stamper, query, reply, buf_span(&request), &response);
	if (!st)
		st = check(app, buf_span(&request), buf_span(&response));
	if (!st)
		st = keep(app, day, buf_span(&note), buf_span(&response));
	snprintf(object, sizeof object, "stamps/%s.tsr", day);
	if (!st)
		st = record(app, SPAN("stamp"), object, "allow", seen);
	buf_clear(&note);
	buf_clear(&request);
	buf_clear(&response);
	return st;
}

enum status stamp_chore(struct app *app)
{
	char day[DAY_TEXT];
	enum status st;

	if (!app->conf.stamper[0])
		return ST_OK;
	utc_day(clock_now(), day);
	if (is_stamped(app, day))
		return ST_OK;
	st = ask(app, day);
	return st == ST_BUSY ? ST_OK : st;
}

/* ---- by mail ------------------------------------------------------------------------------ */

static enum status queue(struct app *app, const char *day, struct span note, int64_t now)
{
	char tag[64], subject[128];
	struct buf body;
	enum status st;

	buf_init(&body, NOTE_BYTES);
	snprintf(tag, sizeof tag, "checkpoint:%s", day);
	snprintf(subject, sizeof subject, "【こどもカルテ】チェックポイント %s", day);
	buf_addf(
	    &body,
	    "%s のチェックポイントです。\n"
	    "この保管庫の記録が、いまここに書いてあるとおりだったことを、あとから確かめるための"
	    "ものです。\n"
	    "消さずに取っておいてください。子どもや人についての情報は入っていません。\n\n"
	    "確かめ方：下の2本の線のあいだを1つのファイルに保存して、サーバーで\n"
	    "  karte verify --checkpoint \"$(cat ファイル)\"\n"
	    "----------\n",
	    app->conf.url);
	buf_addspan(&body, note);
	buf_adds(&body, "----------\n");
	st = body.st ? body.st
		     : mail_list(app, app->conf.checkpoint_mail, tag, span_of(subject),
				 buf_span(&body), now);
	buf_clear(&body);
	return st;
}

enum status checkpoint_mail_chore(struct app *app)
{
	int64_t now = clock_now(), last = 0, today = now / DAY_SECONDS;
	char day[DAY_TEXT];
	struct buf note;
	enum status st;

	if (!app->conf.checkpoint_mail[0] || !app->conf.mail_server[0])
		return ST_OK;
	st = mark_get(app->db, mark_mailed, &last);
	if (!st && last == today)
		return ST_OK;
	utc_day(now, day);
	buf_init(&note, NOTE_BYTES);
	st = journal_checkpoint(app->journal, &note);
	if (!st)
		st = queue(app, day, buf_span(&note), now);
	if (!st)
		st = record(app, SPAN("checkpoint.mail"), day, "allow", NULL);
	if (!st)
		st = mark_put(app->db, mark_mailed, today);
	buf_clear(&note);
	return st;
}
