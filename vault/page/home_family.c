#include "generator/base/day.h"
#include "vault/flow/shield.h"
#include "vault/journal/journal.h"
#include "vault/page/home.h"
#include "vault/page/lists.h"
#include "vault/page/work.h"

enum { CHILDREN_SHOWN = 50 };

/* ---- my children ---------------------------------------------------------------------------- */

struct family {
	struct page *p;
	struct html *h;
	const struct shield *shield; /* of the child being shown */
	size_t count;
};

static enum status one_place(void *ctx, const struct enrolment *e)
{
	struct family *f = ctx;
	struct institution i;
	char today[DAY_TEXT];

	day_iso(day_jst(f->p->req->now), today);
	if (strcmp(e->since, today) > 0 || (e->until[0] && strcmp(e->until, today) < 0) ||
	    shield_hides_institution(f->shield, e->institution) ||
	    institution_get(f->p->app->db, span_of(e->institution), &i))
		return ST_OK;
	html_leaf(f->h, "p", shield_place(f->shield, &i));
	return ST_OK;
}

static enum status put_child(struct family *f, const struct child_row *c)
{
	char href[HREF_MAX];
	struct shield shield;
	enum status st = shield_load(&shield, f->p->app, span_of(c->id), f->p->who);

	/* until the end of this call, in which it is used */
	/* cppcheck-suppress autoVariables */
	f->shield = &shield;
	f->count++;
	href_child(href, span_of(c->id), "");
	html_open(f->h, "li");
	html_class(f->h, "card");
	html_link(f->h, href, span_of(c->name));
	html_leaf_class(f->h, "span", "kana", span_of(c->kana));
	if (!st)
		st = child_enrolments(f->p->app->db, span_of(c->id), one_place, f);
	html_close(f->h);
	shield_clear(&shield);
	return st;
}

static enum status one_child(void *ctx, const struct child_row *c)
{
	struct family *f = ctx;
	struct question q = f->p->q;
	struct decision d;
	enum status st;

	q.action = ACT_CHILD_READ;
	q.child = span_of(c->id);
	st = decide_quietly(f->p->app, &q, &d, NULL);
	return st || !d.allow ? st : put_child(f, c);
}

static enum status put_children(struct page *p, struct html *h)
{
	struct family f = {p, h, NULL, 0};
	struct child_scope scope;
	struct scope_room room;
	char today[DAY_TEXT];
	enum status st;

	day_iso(day_jst(p->req->now), today);
	st = scope_of(p->app, p->who, today, &scope, &room);
	if (st)
		return st;
	html_leafs(h, "h2", "あなたのお子さん");
	html_open(h, "ul");
	html_class(h, "cards");
	st = child_search(p->app->db, &scope, SPAN_NONE, CHILDREN_SHOWN, 0, one_child, &f);
	html_close(h);
	if (!f.count)
		html_leafs(h, "p",
			   "まだ お子さんの情報が つながっていません。通っている園・学校に "
			   "おたずねください。");
	return st;
}

/* ---- the journal's checkpoint, to keep ------------------------------------------------------- */

static void put_checkpoint(struct page *p, struct html *h)
{
	char now[JOURNAL_SHORT];

	journal_checkpoint_seen(p->app->journal, now);
	html_leafs(h, "h2", "記録の確認番号を ひかえる");
	html_open(h, "p");
	html_texts(h, "いまの確認番号　");
	html_leaf_class(h, "span", "code-text", span_of(now));
	html_close(h);
	html_leafs(h, "p",
		   "この番号は、だれが いつ 何を 見たか、書いたかの 記録ぜんぶの「しるし」です。"
		   "ときどき 紙に書くか、写真に とって おいてください。あとから 記録が "
		   "書きかえられたり、消されたりすると、番号が 合わなくなって わかります。");
	html_open(h, "p");
	html_link(h, "/verify", SPAN("紙や番号を 確かめる"));
	html_close(h);
}

enum status home_family(struct page *p, struct html *h)
{
	enum status st =
	    work_section(p, h, "お願いしていること", "いま お願いしていることは ありません。");

	if (!st)
		st = put_children(p, h);
	put_checkpoint(p, h);
	html_leafs(h, "h2", "こまったとき");
	html_open(h, "p");
	html_link(h, "/help/household", SPAN("使いかたを 見る"));
	html_close(h);
	html_open(h, "p");
	html_link(h, "/settings/display", SPAN("文字の大きさ・ふりがなを 変える"));
	html_close(h);
	return st;
}
