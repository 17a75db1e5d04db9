/* What staff write down: an answer on paper, and that an ask is taken back. */
#include "generator/base/path.h"
#include "vault/flow/consent_impl.h"
#include "vault/flow/files.h"

enum { RELATION_CHARS = 40, NAME_CHARS = 80 };

/* Of the institution that asked; whoever else does not get to know that there is such an ask. */
static enum status find_ours(struct consent_try *t, struct span id, const struct ask **out)
{
	enum status st = decide(t->app, t->q, &t->decision, NULL);

	if (!st)
		st = consent_find(t, id, out);
	if (!st &&
	    ((*out)->old || !consent_is_mine(t->app, t->q->who, &t->decision, (*out)->institution)))
		st = refuse(t->app, t->q, "not-asked-by-us");
	if (!st && consent_cancelled(t->book, *out))
		st = fail(ST_INVALID, "このお願いは、もう 取りやめてあります");
	return st;
}

/* ---- paper -------------------------------------------------------------------------------- */

/* One that whoever writes it down may open. */
static enum status check_file(struct consent_try *t, struct span id)
{
	struct question q = *t->q;
	struct file_row row;
	struct decision d;
	enum status st;

	if (!id.n)
		return ST_OK;
	q.action = ACT_SHEET_READ;
	st = path_id(id) ? file_find(t->app, &q, id, &row, &d) : ST_DENIED;
	return st == ST_DENIED || st == ST_NOTFOUND
		   ? fail(ST_INVALID, "この番号のファイルは、このお子さんに ありません")
		   : st;
}

static enum status check_signer(struct consent_try *t, const struct ask *a,
				const struct consent_paper *in)
{
	bool asked = false;
	enum status st;

	for (size_t i = 0; i < a->nto; i++)
		asked = asked || span_eq(a->to[i], in->account);
	if (in->account.n)
		return asked && consent_counts(consent_person(t->book, in->account),
					       day_jst(t->q->now))
			   ? ST_OK
			   : fail(ST_INVALID, "この方には お願いしていません");
	if (!in->name.n || !in->relation.n)
		return fail(ST_INVALID, "書いた人の 名前と続柄を 書いてください");
	st = consent_check_text(in->name, NAME_CHARS, "名前");
	return st ? st : consent_check_text(in->relation, RELATION_CHARS, "続柄");
}

static enum status check_on(struct consent_try *t, const struct ask *a, struct span on)
{
	struct day d;

	if (!day_parse(on, &d))
		return fail(ST_INVALID, "書いた日を えらんでください");
	if (day_cmp(d, day_jst(t->q->now)) > 0)
		return fail(ST_INVALID, "書いた日が 今日より あとです");
	if (day_cmp(d, day_jst(a->at)) < 0)
		return fail(ST_INVALID, "書いた日が、お願いした日より 前です");
	return ST_OK;
}

static enum status check_words(const struct ask *a, const struct consent_paper *in)
{
	for (size_t i = 0; i < CONSENT_ITEMS; i++) {
		bool answered = in->words[i] == SAID_AGREE || in->words[i] == SAID_DECLINE ||
				in->words[i] == SAID_CHANGES;

		if (i < a->nitems ? !answered : in->words[i] != SAID_NOTHING)
			return i < a->nitems
				   ? fail(ST_INVALID, "紙に書いてある答えを えらんでください")
				   : fail(ST_USAGE, "an answer to what was not asked");
	}
	return ST_OK;
}

static enum status put_paper(struct consent_try *t, const struct ask *a,
			     const struct consent_paper *in)
{
	const struct reply *last = consent_last(t->book, a, in->account.n ? in->account : SPAN(""));
	struct reply r = {.version = a->version,
			  .digest = a->digest,
			  .paper = true,
			  .account = in->account,
			  .name = in->name,
			  .relation = in->relation,
			  .on = in->on,
			  .file = in->file};

	memcpy(r.words, in->words, sizeof r.words);
	if (last && last->paper && span_eq(last->on, r.on) && span_eq(last->name, r.name) &&
	    memcmp(last->words, r.words, sizeof r.words) == 0) {
		span_copy(last->id, t->id, sizeof t->id);
		return fail(ST_EXISTS, "just this is written down");
	}
	return consent_put_reply(t, a, &r, "consent.paper");
}

static enum status try_paper(struct consent_try *t, const struct consent_paper *in)
{
	const struct ask *a;
	enum status st = find_ours(t, in->ask, &a);

	if (!st)
		st = check_signer(t, a, in);
	if (!st)
		st = check_on(t, a, in->on);
	if (!st)
		st = check_words(a, in);
	if (!st)
		st = check_file(t, in->file);
	return st ? st : put_paper(t, a, in);
}

enum status consent_paper(struct app *app, const struct actor *who, const struct question *q,
			  const struct consent_paper *in, char id[static CONSENT_ID])
{
	enum status st = ST_STALE;

	for (int i = 0; i < CONSENT_TRIES && st == ST_STALE; i++) {
		struct consent_try t;

		st = consent_begin(&t, app, who, q);
		if (!st)
			st = try_paper(&t, in);
		memcpy(id, t.id, CONSENT_ID);
		consent_end(&t);
	}
	return st;
}

/* ---- taking back -------------------------------------------------------------------------- */

static enum status try_cancel(struct consent_try *t, struct span ask)
{
	const struct ask *a;
	struct reply r = {.cancel = true};
	enum status st = find_ours(t, ask, &a);

	return st ? st : consent_put_reply(t, a, &r, "consent.cancel");
}

enum status consent_cancel(struct app *app, const struct actor *who, const struct question *q,
			   struct span ask, char id[static CONSENT_ID])
{
	enum status st = ST_STALE;

	for (int i = 0; i < CONSENT_TRIES && st == ST_STALE; i++) {
		struct consent_try t;

		st = consent_begin(&t, app, who, q);
		if (!st)
			st = try_cancel(&t, ask);
		memcpy(id, t.id, CONSENT_ID);
		consent_end(&t);
	}
	return st;
}
