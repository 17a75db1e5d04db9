/* The checks of the vault itself: proof, disk, clock, keys, certificate. */
#include "vault/flow/check_list_impl.h"

#include "generator/base/day.h"
#include "generator/base/file.h"
#include "vault/db/account.h"
#include "vault/db/alert.h"
#include "vault/flow/proof_runs.h"
#include "vault/http/tls.h"
#include "vault/journal/journal.h"
#include "vault/store/sign.h"

#include <sys/statvfs.h>
#include <sys/timex.h>

enum { PEM_MAX = 64 * 1024, END_WARN_DAYS = 30, END_FAIL_DAYS = 7 };

/* Late: the server makes them every hour and every day, and rests ten times as long as one took. */
enum check_level check_verify(struct app *app, int64_t now, struct buf *text)
{
	struct proof_run last, full;
	enum status st = proof_run_last(app, false, &last), st_full;
	enum check_level level;
	int64_t took;

	st_full = proof_run_last(app, true, &full);
	if ((st && st != ST_NOTFOUND) || (st_full && st_full != ST_NOTFOUND))
		return check_unknown(text);
	if (st) {
		buf_adds(text, "まだ一度も検証していません。");
		return CHECK_WARN;
	}
	took = 11 * (last.ended - last.began);
	if (!last.sound) {
		check_put_when(
		    text, last.failed ? "検証できませんでした：" : "合わないところがありました：",
		    last.ended, now);
		return CHECK_FAIL;
	}
	check_put_when(text, "新しい記録を確かめた：", last.ended, now);
	level = check_judge_age(last.ended, now, 3 * HOUR + took, DAY + took);
	if (st_full) {
		buf_adds(text, "全体の検証は、まだ終わっていません。");
		return check_worse(level, CHECK_WARN);
	}
	check_put_when(text, "全体を確かめた：", full.ended, now);
	return check_worse(level,
			   check_judge_age(full.ended, now, 30 * HOUR + took, 3 * DAY + took));
}

enum check_level check_disk(struct app *app, int64_t now, struct buf *text)
{
	struct statvfs fs;
	unsigned long long left;
	double percent;

	(void)now;
	if (statvfs(app->dir, &fs) || !fs.f_blocks) {
		fail(ST_IO, "statvfs");
		return check_unknown(text);
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
		return check_unknown(text);
	if (stepped_back(now) > 2)
		mark_put(app->db, "clock.stepped", now);
	mark_get(app->db, "clock.stepped", &stepped);
	if (last > now + 5) {
		buf_adds(text, "いちばん新しい記録より、時計が ");
		check_put_span(text, last - now);
		buf_adds(text, " おくれています。");
		level = last > now + 2 * MINUTE ? CHECK_FAIL : CHECK_WARN;
	}
	if (stepped && now >= stepped && now - stepped < DAY) {
		check_put_when(text, "時計が後ろへ動きました：", stepped, now);
		level = check_worse(level, CHECK_WARN);
	}
	if (adjtimex(&tx) < 0 || (tx.status & STA_UNSYNC)) {
		buf_adds(text, "時刻合わせ（NTP）と合っていません。");
		level = check_worse(level, CHECK_WARN);
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
		return check_unknown(text);
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
	return st ? check_unknown(text) : judge_end(text, "証明書", end, now);
}
