/* What guardians answer, and what they take back. */
#include "vault/flow/consent_impl.h"
#include "vault/flow/read_sheet.h"

#include <stdio.h>

/* ---- who ---------------------------------------------------------------------------------- */

/* Only a guardian who was asked; whoever else is told what somebody is told who asks for nothing.
 */
static enum status find_mine(struct consent_try *t, struct span id, const struct ask **out,
			     const struct consent_person **me)
{
	enum status st = decide(t->app, t->q, &t->decision, NULL);

	if (!st && t->decision.reason != WHY_GUARDIAN)
		st = refuse(t->app, t->q, "not-a-guardian");
	if (!st)
		st = consent_find(t, id, out);
	if (!st && !consent_is_for(t->book, *out, span_of(t->q->who->id)))
		st = refuse(t->app, t->q, "not-asked");
	*me = st ? NULL : consent_person(t->book, span_of(t->q->who->id));
	return st;
}

/* ---- which text --------------------------------------------------------------------------- */

/* What was shown was a version of this sheet that this guardian may read, and its text is the one
   that there is now. */
static enum status check_version(struct consent_try *t, const struct ask *a, struct span shown,
				 char digest[static CONSENT_DIGEST])
{
	struct question q = *t->q;
	struct reading r;
	char now[CONSENT_DIGEST];
	enum status st;

	q.action = ACT_SHEET_READ;
	q.type = a->type;
	q.id = a->sheet;
	if (!shown.n)
		return fail(ST_USAGE, "the form has no version");
	st = reading_begin(&r, t->app, &q, shown);
	if (!st)
		st = reading_view(&r);
	if (!st)
		st = consent_digest_at(t->app, t->repo, &r.version, a->type, a->sheet, digest);
	if (!st)
		st = consent_digest_at(t->app, t->repo, &t->book->head, a->type, a->sheet, now);
	if (!st && strcmp(digest, now) != 0)
		st = fail(ST_STALE, "the sheet is not what was shown");
	reading_clear(&r);
	return st;
}

/* ---- what --------------------------------------------------------------------------------- */

static enum status check_words(struct consent_try *t, const struct ask *a,
			       const struct consent_person *me, const struct consent_choice *c)
{
	bool changes = false;

	for (size_t i = 0; i < CONSENT_ITEMS; i++) {
		bool known = i < a->nitems && consent_may_know_item(t->book, a, i, me);

		if (!known && c->words[i] != SAID_NOTHING)
			return fail(ST_USAGE, "an answer to what was not asked");
		if (known && c->words[i] == SAID_NOTHING)
			return fail(ST_INVALID, "3つから 1つ えらんでください");
		if (c->words[i] > SAID_DECLINE)
			return fail(ST_USAGE, "no such answer");
		changes = changes || c->words[i] == SAID_CHANGES;
	}
	if (changes && !c->text.n)
		return fail(ST_INVALID, "直してほしいところを 書いてください");
	return consent_check_text(c->text, CONSENT_ANSWER_CHARS, "書いたこと");
}

static bool said_just_this(const struct reply *last, const struct consent_choice *c,
			   struct span digest)
{
	return last && !last->paper && span_eq(last->digest, digest) &&
	       span_eq(last->text, c->text) &&
	       memcmp(last->words, c->words, sizeof last->words) == 0;
}

/* Somebody is let in by it, or nobody. */
static const char *action_of(const struct consent_choice *c)
{
	for (size_t i = 0; i < CONSENT_ITEMS; i++)
		if (c->words[i] == SAID_AGREE)
			return "consent.give";
	return "consent.decline";
}

static enum status answer(struct consent_try *t, const struct ask *a,
			  const struct consent_choice *c, struct span digest)
{
	const struct reply *last = consent_last(t->book, a, span_of(t->q->who->id));
	struct reply r = {.version = c->version, .digest = digest, .text = c->text};

	memcpy(r.words, c->words, sizeof r.words);
	if (said_just_this(last, c, digest)) {
		span_copy(last->id, t->id, sizeof t->id);
		return fail(ST_EXISTS, "just this was said");
	}
	return consent_put_reply(t, a, &r, action_of(c));
}

static enum status try_reply(struct consent_try *t, const struct consent_choice *c, bool *again)
{
	const struct ask *a;
	const struct consent_person *me;
	char digest[CONSENT_DIGEST] = "";
	enum status st = find_mine(t, c->ask, &a, &me);

	*again = false;
	if (!st && (a->old || consent_cancelled(t->book, a)))
		st = fail(ST_INVALID, "この お願いは 取りやめになりました");
	if (!st && a->digest.n)
		st = check_version(t, a, c->version, digest);
	if (!st)
		st = check_words(t, a, me, c);
	if (st)
		return st;
	st = answer(t, a, c, span_of(digest));
	*again = st == ST_STALE;
	return st;
}

/* Another save of the child may come between our look and our commit: then all is looked at anew.
 */
enum status consent_reply(struct app *app, const struct actor *who, const struct question *q,
			  const struct consent_choice *c, char id[static CONSENT_ID])
{
	bool again = true;
	enum status st = ST_STALE;

	for (int i = 0; i < CONSENT_TRIES && again; i++) {
		struct consent_try t;

		st = consent_begin(&t, app, who, q);
		again = false;
		if (!st)
			st = try_reply(&t, c, &again);
		memcpy(id, t.id, CONSENT_ID);
		consent_end(&t);
	}
	return again ? fail(ST_BUSY, "others are always first") : st;
}

/* ---- taking back -------------------------------------------------------------------------- */

static enum status try_withdraw(struct consent_try *t, const struct consent_choice *c)
{
	struct span me = span_of(t->q->who->id);
	const struct consent_person *person;
	const struct reply *last;
	const struct ask *a;
	struct reply r = {.text = c->text};
	size_t n = 0;
	enum status st = find_mine(t, c->ask, &a, &person);

	if (st)
		return st;
	for (size_t i = 0; i < a->nitems; i++)
		if (c->words[i] == SAID_REVOKE && consent_may_know_item(t->book, a, i, person) &&
		    consent_stands(t->book, a, i, me) == SAID_AGREE) {
			r.words[i] = SAID_REVOKE;
			n++;
		}
	last = consent_last(t->book, a, me);
	if (!n || !last)
		return fail(ST_EXISTS, "there is nothing to take back");
	r.version = last->version;
	r.digest = last->digest;
	return consent_put_reply(t, a, &r, "consent.revoke");
}

enum status consent_withdraw(struct app *app, const struct actor *who, const struct question *q,
			     const struct consent_choice *c, char id[static CONSENT_ID])
{
	enum status st = consent_check_text(c->text, CONSENT_ANSWER_CHARS, "書いたこと");

	if (st)
		return st;
	st = ST_STALE;
	for (int i = 0; i < CONSENT_TRIES && st == ST_STALE; i++) {
		struct consent_try t;

		st = consent_begin(&t, app, who, q);
		if (!st)
			st = try_withdraw(&t, c);
		memcpy(id, t.id, CONSENT_ID);
		consent_end(&t);
	}
	return st;
}
