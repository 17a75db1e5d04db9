#include "vault/flow/slips.h"

#include "generator/base/day.h"
#include "generator/render/slip.h"
#include "vault/flow/first.h"
#include "vault/flow/people_impl.h"
#include "vault/journal/journal.h"

#include <stdio.h>
#include <time.h>

enum { ARENA_MAX = 4 * 1024 * 1024 };

bool slip_wanted(const struct account *a, int64_t now)
{
	return !a->key[0] && !account_is_over(a, now);
}

/* ---- words -------------------------------------------------------------------------------- */

/* How the two kinds of readers are spoken to: households in やさしい日本語. */
static const struct words {
	struct span title, lead, codes_label, steps[4];
	const char *qr_label, *until, *help;
} family_words =
    {
	.title = SPAN("はじめての ログインの ご案内"),
	.lead = SPAN("「こどもカルテ」を 使うための IDと コードの お知らせです。\n"
		     "この紙は、使うまで 人に見せないでください。"),
	.codes_label = SPAN("はじめてのコード（1回だけ 使えます）"),
	.steps = {SPAN("スマホの カメラで、上の 四角い しるし（QRコード）を 読みます。"),
		  SPAN("IDと コードが 入っていなければ、この紙を 見て 入れます。"),
		  SPAN("自分の パスワードを 決めます。12文字以上に します。"),
		  SPAN("もう一つの たしかめかた（指紋や 顔、または アプリの 6けたの 数字）を "
		       "決めます。")},
	.qr_label = "QRコードが 読めないときは、%s/first を ひらいて、IDと コードを 入れます。",
	.until = "%sまで 使えます。",
	.help = "わからないときは、%sに 聞いてください。",
},
  staff_words = {
      .title = SPAN("はじめてのログインのご案内"),
      .lead =
	  SPAN("「こどもカルテ」のアカウントを作りました。次の順に、ご自身で設定してください。\n"
	       "この紙は、使うまで人に見せないでください。"),
      .codes_label = SPAN("はじめてのコード（1回だけ使えます）"),
      .steps = {SPAN("QRコードを読むか、その横のアドレスを開きます。"),
		SPAN("IDとコードが入っていなければ、この紙を見て入れます。"),
		SPAN("自分のパスワードを決めます。12文字以上です。ほかの人には教えません。"),
		SPAN("確認のしかた（パスキーか、アプリの6桁の数字）を決めます。")},
      .qr_label = "QRコードを使わないときは、%s/first を開いて、IDとコードを入れます。",
      .until = "%sまで使えます。すぎたときは、新しい紙を頼んでください。",
      .help = "わからないときは、%sの管理の担当にお聞きください。",
};

/* ---- one letter --------------------------------------------------------------------------- */

struct print {
	struct app *app;
	struct arena *arena;
	struct day today;
	char sender[NAME_ROOM];
};

static struct span put(struct print *p, const char *pattern, const char *value)
{
	struct buf b;
	struct span out;
	const char *at = strstr(pattern, "%s");

	buf_init(&b, SLIP_TEXT_MAX);
	buf_add(&b, pattern, (size_t)(at - pattern));
	buf_adds(&b, value);
	buf_adds(&b, at + 2);
	out = b.st ? SPAN_NONE : arena_copy(p->arena, buf_span(&b));
	buf_clear(&b);
	return out;
}

static enum status write_letter(struct print *p, const struct account *a, const char *code,
				struct slip *out)
{
	const struct words *w = a->role == ROLE_HOUSEHOLD ? &family_words : &staff_words;
	struct span *codes = arena_array(p->arena, 1, sizeof *codes);
	struct institution i;
	char until[DAY_TEXT], checkpoint[JOURNAL_SHORT];
	enum status st = ST_OK;

	*out = (struct slip){.title = w->title,
			     .lead = w->lead,
			     .steps = w->steps,
			     .nsteps = 4,
			     .codes_label = w->codes_label,
			     .codes = codes,
			     .ncodes = 1,
			     .on = p->today};
	if (!codes)
		return ST_NOMEM;
	*codes = span_of(code);
	day_era(day_plus(p->today, FIRST_SECONDS / 86400 - 1), until);
	out->name = arena_copy(p->arena, span_of(a->name));
	out->account = arena_copy(p->arena, span_of(a->id));
	out->sender = span_of(p->sender);
	out->until = put(p, w->until, until);
	journal_checkpoint_seen(p->app->journal, checkpoint);
	out->help = span_of(arena_printf(p->arena, "%.*s　記録の確認番号 %s",
					 SPAN_ARG(put(p, w->help, p->sender)), checkpoint));
	out->qr_label = put(p, w->qr_label, p->app->conf.url);
	/* behind the "#": browsers keep that to themselves */
	out->qr = span_of(
	    arena_printf(p->arena, "%s/first#account=%s&code=%s", p->app->conf.url, a->id, code));
	if (a->staff) {
		st = institution_get(p->app->db, span_of(a->institution), &i);
		if (!st)
			out->institution = arena_copy(p->arena, span_of(i.name));
	}
	return st;
}

/* ---- all of them -------------------------------------------------------------------------- */

static enum status may_have_one(struct app *app, const struct actor *who, struct span id,
				struct account *out)
{
	enum status st = account_get(app->db, id, out);

	if (st == ST_NOTFOUND)
		return fail(st, "アカウント %.*s はありません", SPAN_ARG(id));
	if (!st)
		st = people_may(app, who, out->id, false);
	if (st)
		return st;
	if (account_is_over(out, (int64_t)time(NULL)))
		return fail(ST_INVALID, "アカウント %s は止まっています", out->id);
	if (out->key[0])
		return fail(ST_EXISTS,
			    "アカウント %s は、もうログインに使われています。"
			    "出し直すと、紙を作れます",
			    out->id);
	return ST_OK;
}

/* The office that everybody knows, or else the vault's name. */
static enum status find_board(void *ctx, const struct institution *i)
{
	struct print *p = ctx;

	if (i->kind == ROLE_BOARD && !i->closed[0] && !p->sender[0])
		memcpy(p->sender, i->name, sizeof p->sender);
	return ST_OK;
}

static enum status issue(struct print *p, const struct actor *who, const struct account *a,
			 struct slip *letter, char code[static CODE_TEXT])
{
	enum status st = first_issue(p->app, who, span_of(a->id), code);

	return st ? st : write_letter(p, a, code, letter);
}

static enum status print(struct print *p, const struct slip *letters, size_t count, struct buf *pdf)
{
	enum status st = slip_pdf(p->app->style, p->app->fonts, letters, count, pdf, NULL);

	return st == ST_TOOBIG ? fail(ST_INVALID, "名前が長すぎて、紙に入りません") : st;
}

enum status slips_print(struct app *app, const struct actor *who, const struct span *accounts,
			size_t count, struct buf *pdf)
{
	struct print p = {.app = app, .today = day_jst((int64_t)time(NULL))};
	struct account *people;
	struct slip *letters;
	char(*codes)[CODE_TEXT];
	enum status st = ST_OK;

	if (count == 0 || count > SLIPS_MAX)
		return fail(ST_INVALID, "紙を作るアカウントを、1つから %dまで選んでください",
			    SLIPS_MAX);
	p.arena = arena_new(ARENA_MAX);
	people = p.arena ? arena_array(p.arena, count, sizeof *people) : NULL;
	letters = people ? arena_array(p.arena, count, sizeof *letters) : NULL;
	codes = letters ? arena_array(p.arena, count, sizeof *codes) : NULL;
	if (!codes)
		st = ST_NOMEM;
	for (size_t i = 0; i < count && !st; i++)
		st = may_have_one(app, who, accounts[i], &people[i]);
	if (!st)
		st = institution_each(app->db, find_board, &p);
	if (!p.sender[0])
		snprintf(p.sender, sizeof p.sender, "%s", app->conf.hostname);
	for (size_t i = 0; i < count && !st; i++)
		st = issue(&p, who, &people[i], &letters[i], codes[i]);
	if (!st)
		st = print(&p, letters, count, pdf);
	for (size_t i = 0; codes && i < count; i++) {
		explicit_bzero(codes[i], sizeof codes[i]);
		if (letters[i].qr.n)
			explicit_bzero((char *)(uintptr_t)letters[i].qr.p, letters[i].qr.n);
	}
	arena_free(p.arena);
	return st;
}
