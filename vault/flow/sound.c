#include "vault/flow/sound_impl.h"

#include "generator/base/day.h"
#include "vault/flow/change_look.h"
#include "vault/flow/check_state.h"
#include "vault/flow/key_list.h"
#include "vault/journal/journal.h"

enum status sound_add(struct sound *s, const struct sound_item *i)
{
	if (!i->text.p)
		return fail(ST_NOMEM, "no memory for the state of the record");
	s->act += i->level == SOUND_ACT;
	if (s->count < SOUND_ITEMS_MAX)
		s->items[s->count++] = *i;
	return ST_OK;
}

/* ---- the record --------------------------------------------------------------------------- */

static bool take_time(void *ctx, const struct record *r, struct span line)
{
	(void)line;
	*(int64_t *)ctx = r->t;
	return false;
}

static enum status head(struct sound *s)
{
	const struct journal_filter newest = {.newest_first = true, .limit = 1};
	struct sound_item i = {.part = SOUND_RECORD, .label = "いちばん新しい記録"};
	char promise[JOURNAL_SHORT];
	enum status st = journal_scan(s->app->journal, &newest, take_time, &i.at);

	journal_checkpoint_seen(s->app->journal, promise);
	i.text = span_of(arena_printf(s->a, "確認番号 %s", promise));
	return st ? st : sound_add(s, &i);
}

static enum status registry(struct sound *s)
{
	struct sound_item i = {.part = SOUND_RECORD,
			       .label = "登録簿（アカウント、権限、鍵）",
			       .text = SPAN("記録の とおりです"),
			       .href = SPAN("/audit/changes?action=account.")};
	bool holds;
	enum status st = change_branch_holds(s->app, SPAN("registry"), &holds);

	if (!st && !holds) {
		i.level = SOUND_ACT;
		i.text = SPAN("記録と ちがう版に なっています");
		i.todo = "登録簿が 消されたか、古い写しに 戻されたか、書きかえられています。"
			 "サーバーを 止めずに、管理の責任者に 知らせてください。";
		i.href = SPAN("/audit/verify");
	}
	return st ? st : sound_add(s, &i);
}

static enum status sound_of_record(struct sound *s)
{
	enum status st = head(s);

	return st ? st : registry(s);
}

/* ---- keys --------------------------------------------------------------------------------- */

static enum status one_key(void *ctx, const struct account *a)
{
	struct sound *s = ctx;
	const struct sound_item i = {
	    .part = SOUND_KEYS,
	    .level = SOUND_LOOK,
	    .label = "もうすぐ終わる鍵",
	    .text = span_of(arena_printf(s->a, "%s（最後の日 %s）", a->id, a->until)),
	    .href = span_of(arena_printf(s->a, "/audit/keys?account=%s", a->id)),
	};

	return sound_add(s, &i);
}

static enum status sound_of_keys(struct sound *s)
{
	const struct sound_item none = {.part = SOUND_KEYS,
					.label = "もうすぐ終わる鍵",
					.text = SPAN("30日のうちに 終わる鍵は ありません"),
					.href = SPAN("/audit/keys")};
	char today[DAY_TEXT], until[DAY_TEXT];
	size_t before = s->count;
	enum status st;

	day_iso(day_jst(s->now), today);
	day_iso(day_plus(day_jst(s->now), SOUND_KEY_DAYS), until);
	st = keys_ending(s->app, today, until, one_key, s);
	return st || s->count > before ? st : sound_add(s, &none);
}

/* ---- what must keep running -------------------------------------------------------------------
 */

static enum status one_check(void *ctx, const struct check_state *c)
{
	static const enum sound_level levels[] = {
	    [CHECK_OK] = SOUND_GOOD, [CHECK_WARN] = SOUND_LOOK, [CHECK_FAIL] = SOUND_ACT};
	struct sound *s = ctx;
	const struct sound_item i = {
	    .part = SOUND_CHECKS,
	    .level = levels[c->state],
	    .label = arena_printf(s->a, "%s", c->label),
	    .text = span_of(arena_printf(s->a, "%s", c->text)),
	    .at = c->seen,
	    .href = SPAN("/audit/alerts"),
	    .todo = c->state == CHECK_FAIL ? arena_printf(s->a, "%s", c->todo) : NULL,
	};

	return c->state == CHECK_OK ? ST_OK : sound_add(s, &i);
}

static enum status sound_of_checks(struct sound *s)
{
	const struct sound_item all = {.part = SOUND_CHECKS,
				       .label = "動いていなければならないもの",
				       .text = SPAN("すべて 動いています"),
				       .href = SPAN("/audit/alerts")};
	size_t before = s->count;
	enum status st = checks_each(s->app, s->now, one_check, s);

	return st || s->count > before ? st : sound_add(s, &all);
}

/* ---- all ---------------------------------------------------------------------------------- */

enum status sound_ask(struct sound *s, struct app *app, int64_t now, struct arena *a)
{
	static enum status (*const sources[])(struct sound *) = {
	    sound_of_proof, sound_of_record, sound_of_keys, sound_of_checks, sound_of_events,
	};
	enum status st = ST_OK;

	*s = (struct sound){.app = app, .now = now, .a = a};
	for (size_t i = 0; i < sizeof sources / sizeof *sources && !st; i++)
		st = sources[i](s);
	return st;
}
