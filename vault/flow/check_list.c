/* The checks of what runs beside the vault, and of what the server does by itself. */
#include "vault/flow/check_list_impl.h"

#include "generator/base/day.h"
#include "vault/db/alert.h"
#include "vault/flow/log_keep.h"
#include "vault/flow/witnesses.h"
#include "vault/journal/journal.h"
#include "vault/scan/clamd.h"

enum { PING_SECONDS = 3 };

void check_put_span(struct buf *out, int64_t seconds)
{
	if (seconds >= 2 * DAY)
		buf_addf(out, "%lld日", (long long)(seconds / DAY));
	else if (seconds >= 2 * HOUR)
		buf_addf(out, "%lld時間", (long long)(seconds / HOUR));
	else
		buf_addf(out, "%lld分", (long long)(seconds / MINUTE));
}

void check_put_when(struct buf *out, const char *before, int64_t t, int64_t now)
{
	char when[DAY_TEXT];

	time_jst(t, when);
	buf_addf(out, "%s%s（", before, when);
	check_put_span(out, now > t ? now - t : 0);
	buf_adds(out, "前）。");
}

enum check_level check_worse(enum check_level a, enum check_level b)
{
	return a > b ? a : b;
}

enum check_level check_unknown(struct buf *text)
{
	buf_addf(text, "調べられません（%.200s）。", fail_why());
	return CHECK_FAIL;
}

/* ---- the newest record of a kind ----------------------------------------------------------
 */

struct newest {
	const char *decision; /* NULL: any */
	int64_t t;	      /* 0: there is none */
};

static bool take_newest(void *ctx, const struct record *r, struct span line)
{
	struct newest *n = ctx;

	(void)line;
	if (n->decision && !span_is(r->decision, n->decision))
		return true;
	n->t = r->t;
	return false;
}

static enum status find_newest(struct app *app, struct span event, struct newest *n)
{
	struct journal_filter f = {.class = "system", .event = event, .newest_first = true};

	return journal_scan(app->journal, &f, take_newest, n);
}

enum check_level check_judge_age(int64_t t, int64_t now, int64_t late, int64_t far)
{
	return now - t > far ? CHECK_FAIL : now - t > late ? CHECK_WARN : CHECK_OK;
}

/* ---- what runs beside us ------------------------------------------------------------------ */

enum check_level check_clamd(struct app *app, int64_t now, struct buf *text)
{
	(void)now;
	if (strcmp(app->conf.scan, "off") == 0) {
		buf_adds(text, "検査しない設定です（scan: off）。ファイルは検査されません。");
		return CHECK_WARN;
	}
	if (clamd_ping(app->conf.clamd, PING_SECONDS)) {
		buf_adds(text, "clamd が答えません。新しいファイルは、検査待ちになります。");
		return CHECK_FAIL;
	}
	buf_adds(text, "clamd が答えています。");
	return CHECK_OK;
}

enum check_level check_backup(struct app *app, int64_t now, struct buf *text)
{
	struct newest n = {.decision = "allow"};
	int age = app->conf.backup_age;

	if (age == 0) {
		buf_adds(text, "見ない設定です（backup-age: 0）。");
		return CHECK_OK;
	}
	if (find_newest(app, SPAN("backup"), &n))
		return check_unknown(text);
	if (!n.t) {
		buf_adds(text, "控えを取った記録が、まだありません。");
		return CHECK_FAIL;
	}
	check_put_when(text, "新しい控え：", n.t, now);
	return check_judge_age(n.t, now, age, 2 * (int64_t)age);
}

struct witnesses_seen {
	struct buf *text;
	int64_t now;
	int count;
	enum check_level level;
};

static void look_at_witness(void *ctx, const struct witness_state *w)
{
	struct witnesses_seen *s = ctx;

	s->count++;
	buf_addf(s->text, "%.60s：", w->name);
	if (w->refused) {
		buf_adds(s->text, "断られました。記録が書きかえられたか、古い写しに戻っています。");
		s->level = CHECK_FAIL;
	} else if (!w->last) {
		buf_adds(s->text, "まだ署名がありません。");
		s->level = check_worse(s->level, CHECK_WARN);
	} else {
		check_put_when(s->text, "署名は ", w->last, s->now);
		s->level =
		    check_worse(s->level, check_judge_age(w->last, s->now, 2 * DAY, 7 * DAY));
	}
}

enum check_level check_witness(struct app *app, int64_t now, struct buf *text)
{
	struct witnesses_seen s = {text, now, 0, CHECK_OK};

	witnesses_each(app, look_at_witness, &s);
	if (!s.count)
		buf_adds(text, "立会人を使っていません。");
	return s.level;
}

/* ---- what the server does by itself ------------------------------------------------------- */

struct chores_seen {
	int64_t now;
	struct buf *text;
	enum check_level level;
	int told;
};

static enum status look_at_chore(void *ctx, const struct chore_row *c)
{
	struct chores_seen *s = ctx;
	int64_t slack = 3 * c->period + 10 * MINUTE;
	int64_t good = c->ok > c->began ? c->ok : c->began;
	int64_t ran = c->failed > good ? c->failed : good;
	enum check_level level = CHECK_OK;

	if (s->now > ran + slack)
		level = CHECK_FAIL;
	else if (c->failed > c->ok)
		level = s->now > good + slack ? CHECK_FAIL : CHECK_WARN;
	if (level != CHECK_OK && s->told++ < 4)
		buf_addf(s->text, "「%.60s」が%s。", c->name,
			 s->now > ran + slack ? "動いていません" : "失敗しています");
	s->level = check_worse(s->level, level);
	return ST_OK;
}

enum check_level check_chores(struct app *app, int64_t now, struct buf *text)
{
	struct chores_seen s = {now, text, CHECK_OK, 0};

	if (chore_each(app->db, look_at_chore, &s))
		return check_unknown(text);
	if (s.level == CHECK_OK)
		buf_adds(text, "すべて動いています。");
	return s.level;
}

enum check_level check_mail(struct app *app, int64_t now, struct buf *text)
{
	struct mail_state m;

	if (!app->conf.mail_server[0]) {
		buf_adds(text, "メールの設定がありません。知らせは、この画面にだけ出ます。");
		return CHECK_WARN;
	}
	if (mail_state(app->db, &m))
		return check_unknown(text);
	if (!m.waiting) {
		buf_adds(text, "待っているメールはありません。");
		return CHECK_OK;
	}
	buf_addf(text, "%ld通が待っています。", m.waiting);
	if (m.why[0])
		buf_adds(text, "送れませんでした。もう一度ためします。");
	return now - m.oldest > HOUR ? CHECK_FAIL : m.why[0] ? CHECK_WARN : CHECK_OK;
}

enum check_level check_stamp(struct app *app, int64_t now, struct buf *text)
{
	struct newest n = {.decision = "allow"};

	if (!app->conf.stamper[0]) {
		buf_adds(text, "時刻認証局を使っていません。");
		return CHECK_OK;
	}
	if (find_newest(app, SPAN("stamp"), &n))
		return check_unknown(text);
	if (!n.t) {
		buf_adds(text, "時刻の証明は、まだありません。");
		return CHECK_WARN;
	}
	check_put_when(text, "新しい時刻の証明：", n.t, now);
	return check_judge_age(n.t, now, 26 * HOUR, 3 * DAY);
}

enum check_level check_prune(struct app *app, int64_t now, struct buf *text)
{
	struct log_keep_state state;

	if (log_keep_state(app, now, &state))
		return check_unknown(text);
	buf_adds(text, state.good ? "期限をすぎて残っている記録はありません。" : state.text);
	return state.good ? CHECK_OK : CHECK_WARN;
}
