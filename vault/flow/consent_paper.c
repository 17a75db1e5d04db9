/* An answer on paper: written down by one person, confirmed or sent back by a second. */
#include "vault/flow/consent_paper.h"
#include "generator/base/path.h"
#include "vault/db/file.h"
#include "vault/flow/consent_impl.h"
#include "vault/flow/files.h"
#include "vault/flow/note.h"
#include "vault/flow/second.h"
#include "vault/journal/journal.h"

enum { RELATION_CHARS = 40, NAME_CHARS = 80 };

/* ---- writing down ---------------------------------------------------------------------------- */

/* A file of the child that this person may open: what is in the index has been scanned. */
static enum status find_scan(struct app *app, const struct question *about, struct span id,
			     struct file_row *row, struct decision *d)
{
	struct question q = *about;
	enum status st;

	q.action = ACT_SHEET_READ;
	st = path_id(id) ? file_find(app, &q, id, row, d) : ST_DENIED;
	return st == ST_DENIED || st == ST_NOTFOUND
		   ? fail(ST_INVALID, "この番号のファイルは、このお子さんに ありません")
		   : st;
}

/* What lets somebody in rests on a picture of the paper, which the institution itself took in. */
static enum status check_scan(struct consent_try *t, const struct reply *r)
{
	struct file_row row;
	struct decision d;
	enum status st;

	if (!r->file.n)
		return r->second
			   ? fail(ST_INVALID, "「同意します」の紙は、写したファイルが いります。"
					      "先に「ファイル」に 入れてください")
			   : ST_OK;
	st = find_scan(t->app, t->q, r->file, &row, &d);
	if (!st && r->second && !consent_is_scan(&row))
		st = fail(ST_INVALID, "紙を写したファイルは、PDF か 写真を えらんでください");
	if (!st && r->second &&
	    !consent_is_mine(t->app, t->q->who, &t->decision, span_of(row.institution)))
		st = fail(ST_INVALID, "紙を写したファイルは、あなたの機関が 入れたものを "
				      "えらんでください");
	return st;
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
	enum status st;

	memcpy(r.words, in->words, sizeof r.words);
	r.second = reply_says(&r, SAID_AGREE);
	st = check_scan(t, &r);
	if (st)
		return st;
	if (last && last->paper && last->second == r.second && span_eq(last->on, r.on) &&
	    span_eq(last->name, r.name) && span_eq(last->file, r.file) &&
	    memcmp(last->words, r.words, sizeof r.words) == 0) {
		span_copy(last->id, t->id, sizeof t->id);
		return fail(ST_EXISTS, "just this is written down");
	}
	return consent_put_reply(t, a, &r, "consent.paper");
}

static enum status try_paper(struct consent_try *t, const struct consent_paper *in)
{
	const struct ask *a;
	enum status st = consent_find_ours(t, in->ask, &a);

	if (!st)
		st = check_signer(t, a, in);
	if (!st)
		st = check_on(t, a, in->on);
	if (!st)
		st = check_words(a, in);
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

/* ---- the second person -------------------------------------------------------------------- */

bool consent_is_scan(const struct file_row *row)
{
	const struct kind *k = kind_of_type(span_of(row->type));

	return k && (k->class == KIND_PDF || k->class == KIND_PICTURE);
}

/* The newest answer of whoever signed it, to an ask that goes on: others are over. */
static bool is_newest(const struct consent_book *b, const struct reply *paper)
{
	const struct ask *a = consents_find(&b->all, paper->ask);

	return a && !consent_cancelled(b, a) && consent_last(b, a, reply_whose(paper)) == paper;
}

bool consent_paper_waits(const struct consent_book *b, const struct reply *paper)
{
	return paper_state(&b->all, paper) == PAPER_WAITS && is_newest(b, paper);
}

const struct reply *consent_paper_find(const struct consent_book *b, const struct ask *a,
				       struct span id)
{
	for (size_t i = 0; i < b->all.nreplies; i++) {
		const struct reply *r = &b->all.replies[i];

		if (r->paper && reply_answers(r) && span_eq(r->id, id) && span_eq(r->ask, a->id))
			return r;
	}
	return NULL;
}

struct of_ours {
	struct app *app;
	struct span institution;
};

static bool is_of_ours(const void *ctx, const struct account *a, const struct decision *d)
{
	const struct of_ours *o = ctx;

	return consent_is_mine(o->app, a, d, o->institution);
}

enum status consent_paper_alone(struct app *app, const struct question *q, struct span institution,
				bool *out)
{
	const struct of_ours o = {app, institution};
	struct question theirs = *q;
	bool found;
	enum status st;

	theirs.action = ACT_CHILD_READ;
	theirs.type = theirs.id = SPAN_NONE;
	st = second_person(app, &theirs, span_of(q->who->institution), is_of_ours, &o, &found);
	*out = !st && !found;
	return st;
}

/* ---- the scan ----------------------------------------------------------------------------- */

static const char scan_event[] = "consent.scan";

enum status consent_paper_scan(struct app *app, const struct question *q, const struct reply *paper,
			       struct file_row *row)
{
	struct decision d;
	struct note n = {.class = "access",
			 .event = scan_event,
			 .who = q->who,
			 .child = q->child,
			 .object = paper->id,
			 .decision = "allow",
			 .request = q->request,
			 .hold = q->hold};
	enum status st = find_scan(app, q, paper->file, row, &d);

	n.reason = reason_name(d.reason);
	return st ? st : note_add(app, &n);
}

static bool take_any(void *ctx, const struct record *r, struct span line)
{
	bool *found = ctx;

	(void)r;
	(void)line;
	*found = true;
	return false;
}

enum status consent_paper_opened(struct app *app, const struct question *q,
				 const struct reply *paper, bool *out)
{
	enum { CLOCK_SLACK = 600 };
	const struct journal_filter f = {.class = "access",
					 .event = span_of(scan_event),
					 .account = span_of(q->who->id),
					 .child = q->child,
					 .object = paper->id,
					 .from = paper->at - CLOCK_SLACK};
	enum status st;

	*out = false;
	st = journal_scan(app->journal, &f, take_any, out);
	return *out ? ST_OK : st;
}

/* ---- confirming, sending back ------------------------------------------------------------- */

/* Who wrote it down confirms only where nobody else could, and sends nothing back. */
static enum status check_person(struct consent_try *t, const struct ask *a,
				const struct reply *paper, bool sends_back)
{
	bool alone = false;
	enum status st = ST_OK;

	if (!span_is(paper->by, t->q->who->id))
		return ST_OK;
	if (!sends_back)
		st = consent_paper_alone(t->app, t->q, a->institution, &alone);
	if (!st && !alone)
		st = refuse(t->app, t->q, "same-person");
	t->alone = alone;
	return st;
}

static enum status check_opened(struct consent_try *t, const struct reply *paper)
{
	struct file_row row;
	struct decision d;
	bool opened = false;
	enum status st = find_scan(t->app, t->q, paper->file, &row, &d);

	if (!st)
		st = consent_paper_opened(t->app, t->q, paper, &opened);
	return st || opened
		   ? st
		   : fail(ST_INVALID, "紙を写したファイルを 開いてから、たしかめてください");
}

static enum status check_check(struct consent_try *t, const struct consent_checking *in,
			       const struct reply *paper)
{
	if (!in->send_back)
		return check_opened(t, paper);
	if (!in->text.n)
		return fail(ST_INVALID, "どこが ちがうかを 書いてください");
	return consent_check_text(in->text, CONSENT_NOTE_CHARS, "ことば");
}

/* Pressed twice, it is done once. */
static enum status check_waits(struct consent_try *t, const struct consent_checking *in,
			       const struct reply *paper)
{
	const struct reply *checked = paper_checked(&t->book->all, paper);

	if (consent_paper_waits(t->book, paper))
		return ST_OK;
	if (checked && checked->sent_back == in->send_back && span_is(checked->by, t->q->who->id))
		return fail(ST_EXISTS, "it is checked already");
	return fail(ST_INVALID,
		    "この紙は、もう たしかめてあるか、そのあとに 別の返事が ありました");
}

static enum status try_check(struct consent_try *t, const struct consent_checking *in)
{
	const struct ask *a;
	const struct reply *paper = NULL;
	struct reply r = {.checks = in->paper, .sent_back = in->send_back};
	enum status st = consent_find_ours(t, in->ask, &a);

	if (!st)
		paper = consent_paper_find(t->book, a, in->paper);
	if (!st && !paper)
		st = refuse(t->app, t->q, "no-ask");
	if (!st)
		st = check_person(t, a, paper, in->send_back);
	if (!st)
		st = check_waits(t, in, paper);
	if (!st)
		st = check_check(t, in, paper);
	if (st)
		return st;
	if (in->send_back)
		r.text = in->text;
	else
		r.file = paper->file;
	return consent_put_reply(t, a, &r,
				 in->send_back ? "consent.paper.return" : "consent.paper.confirm");
}

enum status consent_check(struct app *app, const struct actor *who, const struct question *q,
			  const struct consent_checking *in)
{
	enum status st = ST_STALE;

	for (int i = 0; i < CONSENT_TRIES && st == ST_STALE; i++) {
		struct consent_try t;

		st = consent_begin(&t, app, who, q);
		if (!st)
			st = try_check(&t, in);
		consent_end(&t);
	}
	return st;
}
