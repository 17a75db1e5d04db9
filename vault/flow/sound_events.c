/* Unusual events of the last days: counted from the journal, each kind with the way to its records.
 */
#include "vault/flow/sound_impl.h"

#include "generator/base/day.h"
#include "vault/journal/journal.h"

/* What is counted.  An event that ends in "." counts all that begin so. */
static const struct kind {
	const char *label, *class, *event, *decision;
	bool registry; /* a change: leads to the list of changes */
} kinds[] = {
    {"理由を書いて開いた", "access", "child.open", "allow", false},
    {"ログインを待たせた（失敗が続いた）", "session", "login.throttled", NULL, false},
    {"ウイルスの入ったファイル", "access", "file.virus", NULL, false},
    {"見られる範囲の変更", "change", "range.", NULL, true},
    {"設定の変更", "change", "setting.", NULL, true},
    {"アカウントの出し直し", "change", "account.reset", NULL, true},
    {"支援措置を外した", "change", "unprotect", NULL, true},
    {"取りやめになった途中の保存", "system", "recover.abandon", NULL, false},
};
enum { KINDS = sizeof kinds / sizeof *kinds, HOUR = 3600, ACCOUNTS = 256 };

struct tally {
	const struct kind *kind;
	size_t n;
	int64_t newest;
};

static bool count(void *ctx, const struct record *r, struct span line)
{
	struct tally *t = ctx;

	(void)line;
	if (t->kind->decision && !span_is(r->decision, t->kind->decision))
		return true;
	if (t->n++ == 0)
		t->newest = r->t;
	return true;
}

/* The first day that is counted, as the lists take it. */
static void first_day(const struct sound *s, char out[static DAY_TEXT])
{
	day_iso(day_plus(day_jst(s->now), -SOUND_DAYS), out);
}

static int64_t first_time(const struct sound *s)
{
	return day_begin_jst(day_plus(day_jst(s->now), -SOUND_DAYS));
}

static enum status one_kind(struct sound *s, const struct kind *k)
{
	const struct journal_filter f = {.class = k->class,
					 .from = first_time(s),
					 .event = span_of(k->event),
					 .newest_first = true};
	struct tally t = {.kind = k};
	struct sound_item i = {.part = SOUND_EVENTS, .level = SOUND_LOOK, .label = k->label};
	char from[DAY_TEXT];
	enum status st = journal_scan(s->app->journal, &f, count, &t);

	if (st || !t.n)
		return st;
	first_day(s, from);
	i.at = t.newest;
	i.text = span_of(arena_printf(s->a, "%zu件", t.n));
	i.href = span_of(
	    k->registry ? arena_printf(s->a, "/audit/changes?action=%s&from=%s", k->event, from)
			: arena_printf(s->a, "/audit/log?event=%s&from=%s", k->event, from));
	return sound_add(s, &i);
}

/* ---- many refusals at once ----------------------------------------------------------------- */

struct hour {
	char account[64];
	int64_t hour;
	size_t n;
};

struct bursts {
	struct hour of[ACCOUNTS]; /* by a hash of the account; the newest who comes has the place */
	struct sound *s;
	enum status st;
};

static struct hour *place_of(struct bursts *b, struct span account)
{
	unsigned h = 5381;

	for (size_t i = 0; i < account.n; i++)
		h = h * 33 + (unsigned char)account.p[i];
	return &b->of[h % ACCOUNTS];
}

static enum status tell_burst(struct bursts *b, const struct record *r)
{
	struct sound_item i = {.part = SOUND_EVENTS,
			       .level = SOUND_LOOK,
			       .label = "断られた操作が 続いた",
			       .at = r->t};
	char from[DAY_TEXT];

	first_day(b->s, from);
	i.text = span_of(arena_printf(b->s->a, "%.*s が 1時間に %d件より多く", SPAN_ARG(r->account),
				      SOUND_BURST));
	i.href = span_of(
	    arena_printf(b->s->a, "/audit/log?account=%.*s&from=%s", SPAN_ARG(r->account), from));
	return sound_add(b->s, &i);
}

static bool refusal(void *ctx, const struct record *r, struct span line)
{
	struct bursts *b = ctx;
	struct hour *h = place_of(b, r->account);
	int64_t hour = r->t / HOUR;

	(void)line;
	if (!span_is(r->decision, "deny") || !r->account.n)
		return true;
	if (h->hour != hour || !span_is(r->account, h->account)) {
		*h = (struct hour){.hour = hour};
		span_copy(r->account, h->account, sizeof h->account);
	}
	if (++h->n == SOUND_BURST + 1)
		b->st = tell_burst(b, r);
	return b->st == ST_OK;
}

static enum status bursts(struct sound *s)
{
	const struct journal_filter f = {
	    .class = "access", .from = first_time(s), .newest_first = true};
	struct bursts b = {.s = s};
	enum status st = journal_scan(s->app->journal, &f, refusal, &b);

	return st ? st : b.st;
}

enum status sound_of_events(struct sound *s)
{
	const struct sound_item none = {.part = SOUND_EVENTS,
					.label = "変わったできごと",
					.text = SPAN("この7日のうちに ありません"),
					.href = SPAN("/audit/log")};
	size_t before = s->count;
	enum status st = bursts(s);

	for (size_t i = 0; i < KINDS && !st; i++)
		st = one_kind(s, &kinds[i]);
	return st || s->count > before ? st : sound_add(s, &none);
}
