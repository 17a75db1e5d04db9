/* Consents before the law: who asked, who was asked, who answered, and about which text. */
#include "vault/flow/law_consent.h"
#include "vault/flow/decide.h"

enum { CLOCK_BEHIND = 600, CLOCK_AHEAD = 120, NEW_MEMORY = 4 * 1024 * 1024 };

/* ---- the new file --------------------------------------------------------------------------- */

static struct span consent_name(const struct deed *d)
{
	static const struct span begin = SPAN("consents/");

	for (size_t i = 0; i < d->npaths; i++)
		if (span_starts(d->paths[i].path, begin))
			return span_make(d->paths[i].path.p + begin.n,
					 d->paths[i].path.n - begin.n);
	return SPAN_NONE;
}

static const struct oid *consent_blob(const struct deed *d)
{
	for (size_t i = 0; i < d->npaths; i++)
		if (span_starts(d->paths[i].path, SPAN("consents/")))
			return &d->paths[i].after;
	return NULL;
}

/* Is the day in its name that of the record? */
static void check_day(struct deed *d, struct span name)
{
	struct day day;

	if (span_starts(name, SPAN("ask-")))
		name = span_make(name.p + 4, name.n - 4);
	if (name.n < 10 || !day_parse(span_make(name.p, 10), &day) || day_cmp(day, d->day) != 0)
		accuse(d, "law.consent", "consents/%.*s is not of the day of its record",
		       SPAN_ARG(name));
}

enum status law_fresh_load(struct deed *d, struct law_fresh *f)
{
	const struct oid *blob = consent_blob(d);
	struct span name = consent_name(d);
	struct buf text;
	enum status st;

	*f = (struct law_fresh){.all = {.arena = arena_new(NEW_MEMORY)}};
	buf_init(&text, CONSENT_FILE_MAX);
	st = f->all.arena && blob ? deed_blob(d, blob, &text) : ST_NOMEM;
	if (!st)
		st = consents_add(&f->all, name, buf_span(&text));
	buf_clear(&text);
	f->ask = f->all.nasks ? &f->all.asks[0] : NULL;
	f->reply = f->all.nreplies ? &f->all.replies[0] : NULL;
	if (st == ST_INVALID || (!st && !f->ask && !f->reply)) {
		accuse(d, "law.consent", "consents/%.*s cannot be read", SPAN_ARG(name));
		st = ST_OK;
	} else if (!st) {
		check_day(d, name);
	}
	return st;
}

void law_fresh_end(struct law_fresh *f)
{
	arena_free(f->all.arena);
}

static void check_at(struct deed *d, long long at)
{
	if (at < d->t - CLOCK_BEHIND || at > d->t + CLOCK_AHEAD)
		accuse(d, "law.consent", "its time is not that of its record");
}

static void check_by(struct deed *d, struct span by)
{
	if (!span_eq(by, d->account))
		accuse(d, "law.consent", "the file is in the name of %.*s", SPAN_ARG(by));
}

/* The trailer names the sheet that it is about. */
static void check_about(struct deed *d, const struct ask *a)
{
	struct span rest = version_trailer(d->v, "Karte-Sheet"), type = span_cut(&rest, '/');

	if (a->digest.n ? !span_eq(type, a->type) || !span_eq(rest, a->sheet) : type.n > 0)
		accuse(d, "law.consent", "Karte-Sheet is not %.*s/%.*s, about which it is",
		       SPAN_ARG(a->type), SPAN_ARG(a->sheet));
}

void law_reply_head(struct deed *d, const struct ask *a, const struct reply *r)
{
	check_by(d, r->by);
	check_at(d, r->at);
	check_about(d, a);
}

/* ---- asking --------------------------------------------------------------------------------- */

/* A version of this child's history in which the sheet said what it says now. */
static enum status check_text(struct deed *d, const struct ask *a, struct span version,
			      struct span said)
{
	char then[CONSENT_DIGEST] = "", now[CONSENT_DIGEST] = "";
	struct oid id;
	bool ours = false;
	enum status st = ST_OK;

	if (oid_parse(version, &id))
		st = history_contains(d->w->repo, &id, &ours);
	if (!st && ours)
		st = law_digest(d, &id, a->type, a->sheet, then);
	if (!st)
		st = law_digest(d, NULL, a->type, a->sheet, now);
	if (st)
		return st;
	if (!then[0] || !span_is(said, then))
		accuse(d, "law.consent", "the version named is none of %.*s/%.*s with that text",
		       SPAN_ARG(a->type), SPAN_ARG(a->sheet));
	else if (strcmp(then, now) != 0)
		accuse(d, "law.consent", "it is about another text than %.*s/%.*s had",
		       SPAN_ARG(a->type), SPAN_ARG(a->sheet));
	return ST_OK;
}

/* Of the sheet at the parent; absent if it cannot be read. */
static enum status sheet_now(struct deed *d, const struct ask *a, struct law_matter *m,
			     enum sheet_status *state)
{
	struct buf path, text;
	struct problems ps;
	struct sheet *s = NULL;
	enum status st;

	problems_init(&ps);
	buf_init(&path, 256);
	buf_init(&text, SHEET_MAX_BYTES);
	buf_addf(&path, "sheets/%.*s/%.*s.md", SPAN_ARG(a->type), SPAN_ARG(a->sheet));
	st = repo_read(d->w->repo, &d->parent, buf_str(&path), &text);
	if (!st)
		st = sheet_parse(&s, "", buf_span(&text), d->types, &ps);
	*m = (struct law_matter){.type = SPAN_NONE};
	if (!st) {
		*state = sheet_status(s);
		*m = (struct law_matter){.type = a->type,
					 .id = a->sheet,
					 .institution = arena_copy(d->arena, sheet_institution(s))};
	}
	sheet_free(s);
	buf_clear(&path);
	buf_clear(&text);
	problems_clear(&ps);
	if (st != ST_NOTFOUND && st != ST_INVALID)
		return st;
	accuse(d, "law.consent", "there is no sheet %.*s/%.*s to ask about", SPAN_ARG(a->type),
	       SPAN_ARG(a->sheet));
	return ST_OK;
}

static enum status ask_about_sheet(struct deed *d, const struct ask *a)
{
	enum sheet_status state = SHEET_DRAFT;
	struct decision dec;
	struct law_matter m;
	enum status st = sheet_now(d, a, &m, &state);

	if (st || !m.type.n)
		return st;
	if (state < SHEET_CONSENT && strcmp(d->action, "sheet.ask") != 0)
		accuse(d, "law.consent", "guardians are asked about a sheet in state %s",
		       sheet_status_name(state));
	st = deed_decide(d, ACT_SHEET_WRITE, &m, &dec);
	if (!st && dec.allow && !deed_is_ours(d, &dec, m.institution))
		accuse(d, "law.relation", "the sheet is of %.*s, who asks is not",
		       SPAN_ARG(m.institution));
	return st ? st : check_text(d, a, a->version, a->digest);
}

static enum status ask_about_child(struct deed *d)
{
	const struct law_matter m = {.made = false};
	struct decision dec;
	enum status st = deed_decide(d, ACT_CHILD_READ, &m, &dec);

	if (!st && dec.allow && !deed_is_ours(d, &dec, span_of(d->who.institution)))
		accuse(d, "law.relation", "only staff of the child's institutions ask");
	return st;
}

static void check_asked(struct deed *d, const struct consent_book *b, const struct ask *a)
{
	for (size_t i = 0; i < a->nto; i++) {
		const struct consent_person *p = consent_person(b, a->to[i]);

		if (!p || !consent_counts(p, d->day) || !consent_may_know(b, a, p))
			accuse(d, "law.consent", "it asks %.*s, who could not be asked",
			       SPAN_ARG(a->to[i]));
	}
	for (size_t i = 0; a->both && i < b->npeople; i++) {
		const struct consent_person *p = &b->people[i];
		bool asked = !consent_counts(p, d->day) || !consent_may_know(b, a, p);

		for (size_t k = 0; k < a->nto && !asked; k++)
			asked = span_is(a->to[k], p->account.id);
		if (!asked)
			accuse(d, "law.consent", "the agreement of each is needed, %s is not asked",
			       p->account.id);
	}
	if (d->policy.both_guardians && !a->both)
		accuse(d, "law.consent", "the settings wanted the agreement of both guardians");
}

static enum status check_ask(struct deed *d, const struct ask *a)
{
	struct law_book *b = NULL;
	enum status st;

	if (!span_is(a->child, d->w->name.id))
		accuse(d, "law.consent", "the ask is about the child %.*s", SPAN_ARG(a->child));
	check_by(d, a->by);
	check_at(d, a->at);
	check_about(d, a);
	if (!span_is(a->institution, d->who.institution))
		accuse(d, "law.consent", "it asks for %.*s", SPAN_ARG(a->institution));
	st = a->digest.n ? ask_about_sheet(d, a) : ask_about_child(d);
	if (!st)
		st = law_book(d, &b);
	if (!st)
		check_asked(d, &b->book, a);
	law_book_end(b);
	return st;
}

enum status law_consent_ask(struct deed *d)
{
	struct law_fresh f;
	enum status st = law_fresh_load(d, &f);

	if (!st && (f.ask || f.reply)) {
		if (!f.ask || f.ask->old)
			accuse(d, "law.consent", "the file asks nothing");
		else
			st = check_ask(d, f.ask);
	}
	law_fresh_end(&f);
	return st;
}

/* ---- a guardian answers --------------------------------------------------------------------- */

static bool is_action(const struct deed *d, const char *action)
{
	return strcmp(d->action, action) == 0;
}

static void check_words(struct deed *d, const struct consent_book *b, const struct ask *a,
			const struct reply *r)
{
	const struct consent_person *me = consent_person(b, d->account);

	for (size_t i = 0; i < CONSENT_ITEMS; i++)
		if (r->words[i] != SAID_NOTHING &&
		    (i >= a->nitems || !me || !consent_may_know_item(b, a, i, me)))
			accuse(d, "law.consent", "it answers item %zu, which was not asked", i + 1);
	if (reply_says(r, SAID_REVOKE))
		accuse(d, "law.consent", "it takes back under another action");
	if (reply_says(r, SAID_AGREE) != is_action(d, "consent.give"))
		accuse(d, "law.consent", "the answer is not what the action says");
}

static void check_revoked(struct deed *d, const struct consent_book *b, const struct ask *a,
			  const struct reply *r)
{
	for (size_t i = 0; i < CONSENT_ITEMS; i++)
		if (r->words[i] != SAID_NOTHING &&
		    (r->words[i] != SAID_REVOKE || i >= a->nitems ||
		     consent_stands(b, a, i, d->account) != SAID_AGREE))
			accuse(d, "law.consent", "it takes back item %zu, which was not given",
			       i + 1);
	if (!reply_says(r, SAID_REVOKE))
		accuse(d, "law.consent", "it takes nothing back");
}

/* The ask, if it could be answered.  What was given without one can only be taken back. */
const struct ask *law_find_ask(struct deed *d, const struct consent_book *b, const struct reply *r)
{
	const struct ask *a = consents_find(&b->all, r->ask);

	if (!a || (a->old && !is_action(d, "consent.revoke")))
		accuse(d, "law.consent", "it answers %.*s, which was not asked before",
		       SPAN_ARG(r->ask));
	else if (consent_cancelled(b, a))
		accuse(d, "law.consent", "it answers %.*s, which had been taken back",
		       SPAN_ARG(r->ask));
	else
		return a;
	return NULL;
}

static enum status check_reply(struct deed *d, const struct consent_book *b, const struct reply *r)
{
	const struct ask *a = law_find_ask(d, b, r);

	if (!a)
		return ST_OK;
	law_reply_head(d, a, r);
	if (r->paper || !reply_answers(r))
		accuse(d, "law.consent", "a guardian writes down what only staff do");
	if (!consent_is_for(b, a, d->account))
		accuse(d, "law.consent", "%.*s was not asked", SPAN_ARG(d->account));
	if (is_action(d, "consent.revoke")) {
		check_revoked(d, b, a, r);
		return ST_OK;
	}
	check_words(d, b, a, r);
	return a->digest.n ? check_text(d, a, r->version, r->digest) : ST_OK;
}

/* An answer that nobody asked for: about all sections of a type, on that day. */
static void check_old(struct deed *d, const struct law_fresh *f)
{
	if (!span_is(f->ask->child, d->w->name.id))
		accuse(d, "law.consent", "the answer is about the child %.*s",
		       SPAN_ARG(f->ask->child));
	check_by(d, f->reply->by);
	if (day_cmp(day_jst(f->reply->at), d->day) != 0)
		accuse(d, "law.consent", "its day is not that of its record");
	if (is_action(d, "consent.revoke") ||
	    (f->reply->words[0] == SAID_AGREE) != is_action(d, "consent.give"))
		accuse(d, "law.consent", "the answer is not what the action says");
}

static enum status say(struct deed *d)
{
	struct law_book *b = NULL;
	struct law_fresh f;
	enum status st = law_fresh_load(d, &f);

	if (!st && f.ask && f.ask->old) {
		check_old(d, &f);
	} else if (!st && f.ask) {
		accuse(d, "law.consent", "a guardian asks");
	} else if (!st && f.reply) {
		st = law_book(d, &b);
		if (!st)
			st = check_reply(d, &b->book, f.reply);
	}
	law_book_end(b);
	law_fresh_end(&f);
	return st;
}

enum status law_consent_say(struct deed *d)
{
	const struct law_matter m = {.made = false};
	struct decision dec;
	enum status st = deed_decide(d, ACT_CHILD_READ, &m, &dec);

	if (st || !dec.allow)
		return st;
	if (d->npaths != 1)
		accuse(d, "law.paths", "an answer is one file, not %zu", d->npaths);
	if (dec.reason != WHY_GUARDIAN)
		accuse(d, "law.consent", "only guardians answer, not the role %s",
		       role_name(d->who.role));
	return consent_name(d).p ? say(d) : law_handover_say(d);
}
