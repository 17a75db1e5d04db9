/* The report of a run, on paper and as a table. */
#include "vault/flow/proof_runs.h"

#include "generator/base/csv.h"
#include "generator/base/day.h"
#include "generator/render/report.h"
#include "vault/db/account.h"
#include "vault/flow/finding_text.h"

#include <time.h>

enum {
	ARENA_BYTES = 32 * 1024 * 1024,
	FACTS = 13,
	SOON_DAYS = 60, /* keys whose person leaves within so many days are named */
	SOON_MAX = 500,
	TABLES = 5,
	FINDING_CELLS = 4,
};

struct report_of {
	struct app *app;
	const struct proof_run *run;
	struct arena *arena;
	struct span facts[FACTS][2], states[PROOF_STATES][2];
	size_t nfacts;
	struct span *findings; /* FINDING_CELLS each */
	struct span *codes;    /* of the findings, for programs */
	size_t nfindings;
	struct span *keys; /* three cells each */
	size_t nkeys;
	char today[DAY_TEXT], soon[DAY_TEXT];
};

static const char *const state_words[PROOF_STATES] = {
    [SIGN_GOOD] = "正しい",	      [SIGN_GOOD_KEY_ENDED] = "正しい（鍵は、そのあとで終わった）",
    [SIGN_NONE] = "署名がない",	      [SIGN_BAD] = "内容と合わない",
    [SIGN_NO_KEY] = "鍵がわからない", [SIGN_UNCHECKED] = "確かめられなかった",
};

static const struct span finding_heads[] = {
    {"何が", 6}, {"どこで", 9}, {"どの版", 9}, {"くわしく", 12}};
static const struct span key_heads[] = {{"アカウント", 15}, {"最後の日", 12}, {"鍵", 3}};

/* ---- what it says --------------------------------------------------------------------------- */

static void fact(struct report_of *r, const char *label, const char *value)
{
	r->facts[r->nfacts][0] = span_of(label);
	r->facts[r->nfacts][1] = arena_copy(r->arena, span_of(value));
	r->nfacts++;
}

static const char *text_of(struct report_of *r, unsigned long long n)
{
	const char *text = arena_printf(r->arena, "%llu", n);

	return text ? text : "";
}

static const char *outcome(const struct proof_run *run)
{
	if (run->failed)
		return "確かめられませんでした";
	return run->findings ? "正しくないところがあります" : "すべて正しいです";
}

static void list_facts(struct report_of *r)
{
	const struct proof_run *run = r->run;
	char began[DAY_TEXT], ended[DAY_TEXT];

	time_jst(run->began, began);
	time_jst(run->ended, ended);
	fact(r, "結果", outcome(run));
	fact(r, "保管庫", r->app->conf.hostname);
	fact(r, "始めた日時（日本）", began);
	fact(r, "終えた日時（日本）", ended);
	fact(r, "だれが", run->by);
	fact(r, "範囲",
	     run->child[0] ? "一人の子どもと登録簿"
	     : run->full   ? "はじめから、すべて"
			   : "前回からあとの分");
	if (run->child[0])
		fact(r, "子どもの番号", run->child);
	if (run->why[0])
		fact(r, "補足", run->why);
	fact(r, "リポジトリ", text_of(r, run->repositories));
	fact(r, "版", text_of(r, run->commits));
	fact(r, "記録", text_of(r, run->records));
	fact(r, "正しくないところ", text_of(r, run->findings));
	fact(r, "チェックポイント", run->checkpoint);
	for (size_t i = 0; i < PROOF_STATES; i++) {
		r->states[i][0] = span_of(state_words[i]);
		r->states[i][1] = span_of(text_of(r, run->states[i]));
	}
}

static enum status take_finding(void *ctx, const struct proof_finding *f)
{
	struct report_of *r = ctx;
	struct span *cell = r->findings + FINDING_CELLS * r->nfindings;

	r->codes[r->nfindings] = arena_copy(r->arena, span_of(f->code));
	cell[0] =
	    span_of(arena_printf(r->arena, "%s（%s）", finding_text(span_of(f->code)), f->code));
	cell[1] = arena_copy(r->arena, span_of(f->repository));
	cell[2] = arena_copy(r->arena, span_of(f->version));
	cell[3] = arena_copy(r->arena, span_of(f->text));
	r->nfindings++;
	return cell[3].p ? ST_OK : ST_NOMEM;
}

/* The registry says nothing of the future of a key, but when its person leaves. */
static enum status take_account(void *ctx, const struct account *a)
{
	struct report_of *r = ctx;
	struct span *cell = r->keys + 3 * r->nkeys;

	if (a->disabled || !a->key[0] || !a->until[0] || strcmp(a->until, r->today) < 0 ||
	    strcmp(a->until, r->soon) > 0 || r->nkeys == SOON_MAX)
		return ST_OK;
	cell[0] = arena_copy(r->arena, span_of(a->id));
	cell[1] = arena_copy(r->arena, span_of(a->until));
	cell[2] = arena_copy(r->arena, span_of(a->key));
	r->nkeys++;
	return cell[2].p ? ST_OK : ST_NOMEM;
}

static enum status gather(struct report_of *r)
{
	struct day day = day_jst(r->run->began);
	enum status st;

	r->arena = arena_new(ARENA_BYTES);
	if (r->arena) {
		r->findings =
		    arena_array(r->arena, FINDING_CELLS * PROOF_FINDINGS_MAX, sizeof(struct span));
		r->codes = arena_array(r->arena, PROOF_FINDINGS_MAX, sizeof(struct span));
		r->keys = arena_array(r->arena, 3 * SOON_MAX, sizeof(struct span));
	}
	if (!r->findings || !r->codes || !r->keys)
		return fail(ST_NOMEM, "no memory for the report");
	day_iso(day, r->today);
	day_iso(day_plus(day, SOON_DAYS), r->soon);
	list_facts(r);
	st = proof_findings_each(r->app, r->run, take_finding, r);
	return st ? st : account_each(r->app->db, take_account, r);
}

/* ---- on paper ------------------------------------------------------------------------------- */

static struct span finding_note(struct report_of *r)
{
	if (!r->run->findings)
		return SPAN("ありません。");
	if (r->run->findings > r->nfindings)
		return span_of(arena_printf(r->arena, "%zu件のうち、はじめの%zu件です。",
					    r->run->findings, r->nfindings));
	return SPAN_NONE;
}

static enum status draw(struct report_of *r, const struct print_style *style, struct fonts *fonts,
			struct buf *pdf)
{
	static const double two[] = {0.32, 0.68}, four[] = {0.32, 0.19, 0.25, 0.24},
			    three[] = {0.25, 0.2, 0.55}, one[] = {1};
	const struct span note = span_of(r->run->note);
	const struct report_table tables[TABLES] = {
	    {SPAN("確かめたこと"), SPAN_NONE, 2, two, NULL, &r->facts[0][0], r->nfacts},
	    {SPAN("署名"), SPAN_NONE, 2, two, NULL, &r->states[0][0], PROOF_STATES},
	    {SPAN("正しくないところ"), finding_note(r), FINDING_CELLS, four, finding_heads,
	     r->findings, r->nfindings},
	    {SPAN("まもなく終わる鍵"),
	     r->nkeys ? SPAN("最後の日が60日以内の人の鍵です。")
		      : SPAN("最後の日が60日以内の人の鍵は、ありません。"),
	     3, three, key_heads, r->keys, r->nkeys},
	    {SPAN("公開していたチェックポイント"),
	     SPAN("この文をほかの場所に残しておくと、あとから"
		  " karte verify --checkpoint で比べられます。"),
	     1, one, NULL, &note, note.n ? 1 : 0},
	};
	const struct report report = {
	    .title = SPAN("記録の検証の報告"),
	    .below =
		span_of(arena_printf(r->arena, "%s　%s", r->app->conf.hostname, outcome(r->run))),
	    .tables = tables,
	    .count = TABLES,
	    .foot =
		span_of(arena_printf(r->arena, "記録の検証の報告　記録 %s", r->run->checkpoint)),
	    .at = r->run->ended,
	};

	return report_pdf(style, fonts, &report, pdf);
}

/* The server has fonts open; a command opens them for this one paper. */
static enum status draw_with_fonts(struct report_of *r, struct buf *pdf)
{
	struct print_style *style = NULL;
	struct fonts *fonts = NULL;
	struct problems ps;
	enum status st;

	if (r->app->fonts)
		return draw(r, r->app->style, r->app->fonts, pdf);
	problems_init(&ps);
	st = print_style_load(&style, r->app->conf.theme, &ps);
	problems_clear(&ps);
	if (!st)
		st = print_fonts_open(&fonts, style);
	if (!st)
		st = draw(r, style, fonts, pdf);
	fonts_free(fonts);
	print_style_free(style);
	return st == ST_INVALID ? fail(ST_CONFIG, "the theme in %s is wrong", r->app->conf.theme)
				: st;
}

enum status proof_report_pdf(struct app *app, const struct proof_run *run, struct buf *pdf)
{
	struct report_of r = {.app = app, .run = run};
	enum status st = gather(&r);

	if (!st)
		st = draw_with_fonts(&r, pdf);
	arena_free(r.arena);
	return st;
}

/* ---- as a table ----------------------------------------------------------------------------- */

enum { CELLS_MAX = 6 };

static void row(struct buf *csv, const char *part, const struct span *cells, size_t count)
{
	struct span all[CELLS_MAX] = {span_of(part)};

	memcpy(all + 1, cells, count * sizeof *cells);
	csv_put(csv, all, count + 1);
}

/* The code by itself, as programs want it, and at the end what it means. */
static void finding_row(struct buf *csv, const struct report_of *r, size_t i)
{
	const struct span *f = r->findings + FINDING_CELLS * i;
	const struct span cells[] = {r->codes[i], f[1], f[2], f[3],
				     span_of(finding_text(r->codes[i]))};

	row(csv, "正しくないところ", cells, sizeof cells / sizeof *cells);
}

enum status proof_report_csv(struct app *app, const struct proof_run *run, struct buf *csv)
{
	struct report_of r = {.app = app, .run = run};
	const struct span note = span_of(run->note);
	enum status st = gather(&r);

	if (!st) {
		buf_adds(csv, "\xef\xbb\xbf");
		for (size_t i = 0; i < r.nfacts; i++)
			row(csv, "確かめたこと", r.facts[i], 2);
		for (size_t i = 0; i < PROOF_STATES; i++)
			row(csv, "署名", r.states[i], 2);
		for (size_t i = 0; i < r.nfindings; i++)
			finding_row(csv, &r, i);
		for (size_t i = 0; i < r.nkeys; i++)
			row(csv, "まもなく終わる鍵", r.keys + 3 * i, 3);
		row(csv, "公開していたチェックポイント", &note, 1);
		st = csv->st;
	}
	arena_free(r.arena);
	return st;
}
