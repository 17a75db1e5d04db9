#include "vault/flow/check_list.h"

#include "generator/base/day.h"
#include "generator/base/file.h"
#include "vault/db/account.h"
#include "vault/db/alert.h"
#include "vault/flow/log_keep.h"
#include "vault/flow/proof_runs.h"
#include "vault/flow/witnesses.h"
#include "vault/http/tls.h"
#include "vault/journal/journal.h"
#include "vault/scan/clamd.h"
#include "vault/store/sign.h"

#include <stdio.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <time.h>

enum {
	MINUTE = 60,
	HOUR = 3600,
	DAY = 86400,
	PING_SECONDS = 3,
	PEM_MAX = 64 * 1024,
	END_WARN_DAYS = 30,
	END_FAIL_DAYS = 7
};

/* 「3日」「2時間」「5分」 */
static void put_span(struct buf *out, int64_t seconds)
{
	if (seconds >= 2 * DAY)
		buf_addf(out, "%lld日", (long long)(seconds / DAY));
	else if (seconds >= 2 * HOUR)
		buf_addf(out, "%lld時間", (long long)(seconds / HOUR));
	else
		buf_addf(out, "%lld分", (long long)(seconds / MINUTE));
}

static void put_when(struct buf *out, const char *before, int64_t t, int64_t now)
{
	char when[DAY_TEXT];

	time_jst(t, when);
	buf_addf(out, "%s%s（", before, when);
	put_span(out, now > t ? now - t : 0);
	buf_adds(out, "前）。");
}

static enum check_level worse(enum check_level a, enum check_level b)
{
	return a > b ? a : b;
}

static enum check_level unknown(struct buf *text)
{
	buf_addf(text, "調べられません（%.200s）。", fail_why());
	return CHECK_FAIL;
}

/* ---- the newest record of a kind ---------------------------------------------------------- */

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

/* How old something may be before it is late, and before it is far too late. */
static enum check_level judge_age(int64_t t, int64_t now, int64_t late, int64_t far)
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
		return unknown(text);
	if (!n.t) {
		buf_adds(text, "控えを取った記録が、まだありません。");
		return CHECK_FAIL;
	}
	put_when(text, "新しい控え：", n.t, now);
	return judge_age(n.t, now, age, 2 * (int64_t)age);
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
		s->level = worse(s->level, CHECK_WARN);
	} else {
		put_when(s->text, "署名は ", w->last, s->now);
		s->level = worse(s->level, judge_age(w->last, s->now, 2 * DAY, 7 * DAY));
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

/* ---- the vault itself --------------------------------------------------------------------- */

/* Late: the server makes them every hour and every day, and rests ten times as long as one took. */
enum check_level check_verify(struct app *app, int64_t now, struct buf *text)
{
	struct proof_run last, full;
	enum status st = proof_run_last(app, false, &last), st_full;
	enum check_level level;
	int64_t took;

	st_full = proof_run_last(app, true, &full);
	if ((st && st != ST_NOTFOUND) || (st_full && st_full != ST_NOTFOUND))
		return unknown(text);
	if (st) {
		buf_adds(text, "まだ一度も検証していません。");
		return CHECK_WARN;
	}
	took = 11 * (last.ended - last.began);
	if (!last.sound) {
		put_when(text,
			 last.failed ? "検証できませんでした：" : "合わないところがありました：",
			 last.ended, now);
		return CHECK_FAIL;
	}
	put_when(text, "新しい記録を確かめた：", last.ended, now);
	level = judge_age(last.ended, now, 3 * HOUR + took, DAY + took);
	if (st_full) {
		buf_adds(text, "全体の検証は、まだ終わっていません。");
		return worse(level, CHECK_WARN);
	}
	put_when(text, "全体を確かめた：", full.ended, now);
	return worse(level, judge_age(full.ended, now, 30 * HOUR + took, 3 * DAY + took));
}

enum check_level check_disk(struct app *app, int64_t now, struct buf *text)
{
	struct statvfs fs;
	unsigned long long left;
	double percent;

	(void)now;
	if (statvfs(app->dir, &fs) || !fs.f_blocks) {
		fail(ST_IO, "statvfs");
		return unknown(text);
	}
	percent = 100.0 * (double)fs.f_bavail / (double)fs.f_blocks;
	left = (unsigned long long)fs.f_bavail * fs.f_frsize / (1024 * 1024);
	buf_addf(text, "空きは %.1f%%（%llu MB）。", percent, left);
	if (fs.f_files && fs.f_favail * 100 < fs.f_files) {
		buf_adds(text, "ファイルの数の上限に近づいています。");
		return CHECK_FAIL;
	}
	return percent < app->conf.disk_fail   ? CHECK_FAIL
	       : percent < app->conf.disk_warn ? CHECK_WARN
					       : CHECK_OK;
}

static bool take_time(void *ctx, const struct record *r, struct span line)
{
	(void)line;
	*(int64_t *)ctx = r->t;
	return false;
}

/* By how many seconds the clock of the day fell behind the one that only runs, since the last look
   of this process; there is one thread of checks. */
static int64_t stepped_back(int64_t now)
{
	static int64_t real, mono;
	struct timespec t;
	int64_t behind;

	clock_gettime(CLOCK_MONOTONIC, &t);
	behind = real ? (t.tv_sec - mono) - (now - real) : 0;
	real = now;
	mono = t.tv_sec;
	return behind;
}

enum check_level check_clock(struct app *app, int64_t now, struct buf *text)
{
	const struct journal_filter newest = {.limit = 1, .newest_first = true};
	struct timex tx = {.modes = 0};
	enum check_level level = CHECK_OK;
	int64_t last = 0, stepped = 0;

	if (journal_scan(app->journal, &newest, take_time, &last))
		return unknown(text);
	if (stepped_back(now) > 2)
		mark_put(app->db, "clock.stepped", now);
	mark_get(app->db, "clock.stepped", &stepped);
	if (last > now + 5) {
		buf_adds(text, "いちばん新しい記録より、時計が ");
		put_span(text, last - now);
		buf_adds(text, " おくれています。");
		level = last > now + 2 * MINUTE ? CHECK_FAIL : CHECK_WARN;
	}
	if (stepped && now >= stepped && now - stepped < DAY) {
		put_when(text, "時計が後ろへ動きました：", stepped, now);
		level = worse(level, CHECK_WARN);
	}
	if (adjtimex(&tx) < 0 || (tx.status & STA_UNSYNC)) {
		buf_adds(text, "時刻合わせ（NTP）と合っていません。");
		level = worse(level, CHECK_WARN);
	} else {
		buf_adds(text, "時刻合わせ（NTP）と合っています。");
	}
	return level;
}

/* How near an end is; 0: there is none. */
static enum check_level judge_end(struct buf *text, const char *what, int64_t end, int64_t now)
{
	char day[DAY_TEXT];

	if (!end)
		return CHECK_OK;
	time_jst(end, day);
	buf_addf(text, end <= now ? "%sは終わりました（%s）。" : "%sは %s まで。", what, day);
	return end - now < END_FAIL_DAYS * DAY	 ? CHECK_FAIL
	       : end - now < END_WARN_DAYS * DAY ? CHECK_WARN
						 : CHECK_OK;
}

enum check_level check_keys(struct app *app, int64_t now, struct buf *text)
{
	struct key_row key = {.until = 0};
	struct buf path;
	bool journal;
	enum status st = key_get(app->db, span_of(app->host_key), &key);

	buf_init(&path, PATH_MAX);
	app_path(app, "journal/key", &path);
	journal = file_exists(buf_str(&path));
	buf_clear(&path);
	if (st && st != ST_NOTFOUND)
		return unknown(text);
	if (!key_exists(app->keys, app->host_key, true) || !journal) {
		buf_adds(text,
			 journal ? "保管庫の署名の鍵がありません。" : "記録の鍵がありません。");
		return CHECK_FAIL;
	}
	buf_adds(text, "保管庫の鍵と記録の鍵があります。");
	return judge_end(text, "保管庫の鍵", key.until, now);
}

enum check_level check_tls(struct app *app, int64_t now, struct buf *text)
{
	struct buf path, pem;
	int64_t end = 0;
	enum status st;

	buf_init(&path, PATH_MAX);
	buf_init(&pem, PEM_MAX);
	app_path(app, "tls/cert.pem", &path);
	st = file_read(buf_str(&path), &pem);
	if (!st)
		st = tls_expiry(&end, buf_span(&pem));
	buf_clear(&path);
	buf_clear(&pem);
	return st ? unknown(text) : judge_end(text, "証明書", end, now);
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
	s->level = worse(s->level, level);
	return ST_OK;
}

enum check_level check_chores(struct app *app, int64_t now, struct buf *text)
{
	struct chores_seen s = {now, text, CHECK_OK, 0};

	if (chore_each(app->db, look_at_chore, &s))
		return unknown(text);
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
		return unknown(text);
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
		return unknown(text);
	if (!n.t) {
		buf_adds(text, "時刻の証明は、まだありません。");
		return CHECK_WARN;
	}
	put_when(text, "新しい時刻の証明：", n.t, now);
	return judge_age(n.t, now, 26 * HOUR, 3 * DAY);
}

enum check_level check_prune(struct app *app, int64_t now, struct buf *text)
{
	struct log_keep_state state;

	if (log_keep_state(app, now, &state))
		return unknown(text);
	buf_adds(text, state.good ? "期限をすぎて残っている記録はありません。" : state.text);
	return state.good ? CHECK_OK : CHECK_WARN;
}
