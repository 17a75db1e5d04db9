#include "vault/flow/check_state.h"

#include "vault/flow/check_list.h"

#include <time.h>

enum { MINUTE = 60, HOUR = 3600, UNSEEN_SLACK = 5 * MINUTE };

static const struct check {
	const char *name, *label, *todo;
	int every; /* seconds */
	check_look *look;
} table[] = {
    {"clamd", "ウイルス検査",
     "サーバーで clamd が動いているか、karte.yaml の clamd の場所が合っているかを見てください。"
     "動きだすと、待っているファイルは自動で検査されます。",
     10, check_clamd},
    {"backup", "控え（バックアップ）",
     "サーバーの定期実行（timer）で karte backup が動いているか、"
     "置き場所に空きがあるかを見てください。",
     5 * MINUTE, check_backup},
    {"verify", "記録の検証",
     "サーバーが動いていれば、自動で検証されます。合わないところがあるときは、何も消さず、"
     "サーバーで karte verify を実行し、結果を監査の方に渡してください。",
     MINUTE, check_verify},
    {"disk", "ディスクの空き",
     "保管庫のあるディスクを広げるか、ほかのものを片づけてください。"
     "保管庫の中のファイルは消さないでください。",
     MINUTE, check_disk},
    {"clock", "時計",
     "サーバーの時刻合わせ（NTP）が動いているかを見てください。時計を手で変えないでください。", 10,
     check_clock},
    {"keys", "署名の鍵",
     "保管庫の鍵は、控えから gnupg フォルダごと戻します。ほかの鍵に取りかえないでください。", HOUR,
     check_keys},
    {"tls", "証明書（TLS）",
     "新しい証明書を tls/cert.pem と tls/key.pem に置き、サーバーを起動し直してください。", HOUR,
     check_tls},
    {"witness", "立会人",
     "立会人のサーバーに届くかを見てください。「断られた」ときは、"
     "記録が巻きもどされたおそれがあります。監査の方に知らせてください。",
     5 * MINUTE, check_witness},
    {"chores", "自動の仕事",
     "サーバーの標準エラー出力（journalctl）で理由を見てください。"
     "なおらないときは、起動し直してください。",
     MINUTE, check_chores},
    {"mail", "メール",
     "karte.yaml の mail- の項目と、メールのサーバーを見てください。"
     "送れなかったメールは、なおると自動で送られます。",
     MINUTE, check_mail},
    {"stamp", "時刻の証明", "karte.yaml の stamper の項目と、時刻認証局に届くかを見てください。",
     5 * MINUTE, check_stamp},
    {"prune", "古い記録を消すこと",
     "保存の期限をすぎた記録があります。自動の仕事が動いているかを見てください。", HOUR,
     check_prune},
};
enum { CHECKS = sizeof table / sizeof *table };

const char *check_level_label(enum check_level l)
{
	static const char *const labels[] = {"問題なし", "注意", "問題あり"};

	return labels[l];
}

bool check_exists(struct span name)
{
	for (size_t i = 0; i < CHECKS; i++)
		if (span_is(name, table[i].name))
			return true;
	return false;
}

/* ---- reading ------------------------------------------------------------------------------ */

static enum status load(struct app *app, const struct check *c, int64_t now,
			struct check_state *out)
{
	struct check_row row;
	enum status st = check_get(app->db, c->name, &row);

	*out = (struct check_state){.name = c->name, .label = c->label, .todo = c->todo};
	if (st == ST_NOTFOUND) {
		out->state = CHECK_WARN;
		span_copy(SPAN("まだ見ていません。"), out->text, sizeof out->text);
		return ST_OK;
	}
	out->state = (enum check_level)row.state;
	out->since = row.since;
	out->seen = row.seen;
	span_copy(span_of(row.text), out->text, sizeof out->text);
	if (!st && now > row.seen + 3 * c->every + UNSEEN_SLACK) {
		out->state = CHECK_FAIL;
		span_copy(SPAN("この見はりが止まっています。サーバーを起動し直してください。"),
			  out->text, sizeof out->text);
	}
	return st;
}

enum status checks_each(struct app *app, int64_t now,
			enum status (*each)(void *ctx, const struct check_state *s), void *ctx)
{
	struct check_state s;
	enum status st = ST_OK;

	for (size_t i = 0; !st && i < CHECKS; i++) {
		st = load(app, &table[i], now, &s);
		if (!st)
			st = each(ctx, &s);
	}
	return st;
}

/* ---- looking ------------------------------------------------------------------------------ */

static enum status look(struct app *app, const struct check *c, int64_t now)
{
	struct check_row row = {.seen = now};
	struct buf text;
	enum status st;

	buf_init(&text, CHECK_TEXT_ROOM - 1);
	row.state = (int)c->look(app, now, &text);
	span_copy(span_of(c->name), row.name, sizeof row.name);
	span_copy(buf_span(&text), row.text, sizeof row.text);
	st = check_put(app->db, &row);
	buf_clear(&text);
	return st;
}

/* A clock that was set back must not keep a check from being looked at. */
static bool is_due(struct app *app, const struct check *c, int64_t now)
{
	struct check_row row;

	return check_get(app->db, c->name, &row) || now < row.seen || now >= row.seen + c->every;
}

enum status checks_run(struct app *app, int64_t now)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < CHECKS; i++)
		if (is_due(app, &table[i], now)) {
			enum status one = look(app, &table[i], now);

			st = st ? st : one;
		}
	return st;
}

enum status checks_chore(struct app *app)
{
	return checks_run(app, (int64_t)time(NULL));
}
