/* The runs of the proof: is there one, is it new enough, does all hold? */
#include "vault/flow/sound_impl.h"

#include "vault/flow/proof_runs.h"

#define VERIFY SPAN("/audit/verify")

enum { DAY = 24 * 60 * 60, FULL_DAYS = 35, HOUR = 3600, NEWEST_HOURS = 26 };

static struct span figures(struct sound *s, const struct proof_run *r)
{
	if (r->failed)
		return SPAN("検証が 終わりまで できませんでした");
	if (r->findings)
		return span_of(arena_printf(s->a, "正しくない点が %zu件 あります（版 %zu）",
					    r->findings, r->commits));
	return span_of(arena_printf(s->a, "すべて 正しい（版 %zu、署名 %zu、記録 %llu）",
				    r->commits, r->signatures, (unsigned long long)r->records));
}

/* What makes a run something to do: it failed, it found something, it is too old. */
static const char *todo_of(const struct sound *s, const struct proof_run *r, int64_t age)
{
	if (r->failed)
		return "検証が できませんでした。もう一度 検証し、また できないときは "
		       "サーバーの担当に 知らせてください。";
	if (r->findings)
		return "正しくない点を 読み、サーバーを 止めずに、管理の責任者に "
		       "知らせてください。";
	if (s->now - r->ended > age)
		return "検証が 古くなりました。検証の画面で もう一度 検証してください。";
	return NULL;
}

static enum status one(struct sound *s, bool full, const char *label, int64_t age,
		       const char *never)
{
	struct sound_item i = {.part = SOUND_PROOF, .label = label, .href = VERIFY};
	struct proof_run r;
	enum status st = proof_run_last(s->app, full, &r);

	if (st && st != ST_NOTFOUND)
		return st;
	if (st) {
		i.text = SPAN("まだ ありません");
		i.todo = never;
	} else {
		i.at = r.ended;
		i.text = figures(s, &r);
		i.todo = todo_of(s, &r, age);
	}
	i.level = i.todo ? SOUND_ACT : SOUND_GOOD;
	return sound_add(s, &i);
}

enum status sound_of_proof(struct sound *s)
{
	enum status st = one(s, true, "全部の検証", (int64_t)FULL_DAYS * DAY,
			     "まだ 全部を 検証していません。検証の画面で 検証してください。");

	return st ? st
		  : one(s, false, "いちばん新しい検証", (int64_t)NEWEST_HOURS * HOUR,
			"まだ 検証していません。検証の画面で 検証してください。");
}
