/* Reading consents/ of a child, and what of it counts. */
#include "generator/base/text.h"
#include "vault/db/child.h"
#include "vault/flow/children.h"
#include "vault/flow/consent.h"
#include "vault/flow/read_sheet.h"

#include <stdlib.h>

enum { BOOK_MEMORY = 64 * 1024 * 1024, PEOPLE_MAX = 64 };

/* ---- reading ------------------------------------------------------------------------------ */

struct listing {
	struct consent_book *book;
	struct repo *repo;
	size_t count;
};

static enum status take_file(void *arg, const struct repo_entry *e)
{
	struct listing *l = arg;
	struct buf text;
	enum status st;

	if (e->dir)
		return ST_OK;
	if (l->count++ == CONSENT_FILES)
		return fail(ST_TOOBIG, "too many consents of a child");
	buf_init(&text, CONSENT_FILE_MAX);
	st = repo_read_blob(l->repo, &e->id, &text);
	if (!st)
		st = consents_add(&l->book->all, e->name, buf_span(&text));
	buf_clear(&text);
	return st;
}

static struct consent_person *add_person(struct consent_book *b, struct span account)
{
	struct consent_person *p = (struct consent_person *)(uintptr_t)consent_person(b, account);

	if (p || b->npeople == PEOPLE_MAX)
		return p;
	p = &b->people[b->npeople++];
	*p = (struct consent_person){.guardian = false};
	if (account_get(b->app->db, account, &p->account))
		span_copy(account, p->account.id, sizeof p->account.id);
	return p;
}

static enum status take_guardian(void *ctx, const struct guardian *g)
{
	struct consent_person *p = add_person(ctx, span_of(g->account));

	if (!p)
		return fail(ST_TOOBIG, "too many guardians");
	p->guardian = true;
	memcpy(p->suspended, g->suspended, sizeof p->suspended);
	memcpy(p->relation, g->relation, sizeof p->relation);
	return ST_OK;
}

/* Whoever is no guardian any more is found by name only: nothing of theirs counts. */
static enum status load_people(struct consent_book *b)
{
	enum status st = child_guardians(b->app->db, span_of(b->child), take_guardian, b);

	for (size_t i = 0; i < b->npeople && !st; i++)
		st = shield_load(&b->people[i].shield, b->app, span_of(b->child),
				 &b->people[i].account);
	for (size_t i = 0; i < b->all.nasks && !st; i++)
		for (size_t k = 0; k < b->all.asks[i].nto; k++)
			add_person(b, b->all.asks[i].to[k]);
	return st;
}

static enum status load(struct consent_book *b, struct repo *repo, const struct oid *version)
{
	struct listing l = {b, repo, 0};
	enum status st = ST_OK;

	if (version)
		b->head = *version;
	else
		st = repo_head(repo, &b->head);
	if (!st) {
		st = repo_list(repo, &b->head, "consents", take_file, &l);
		st = st == ST_NOTFOUND ? ST_OK : st;
	}
	consents_sort(&b->all);
	return st ? st : load_people(b);
}

enum status consent_open(struct consent_book **out, struct app *app, struct repo *repo,
			 struct span child, const struct oid *version)
{
	struct consent_book *b = calloc(1, sizeof *b);
	enum status st = ST_OK;

	*out = NULL;
	if (!b)
		return fail(ST_NOMEM, "no memory for consents");
	b->app = app;
	span_copy(child, b->child, sizeof b->child);
	b->all.arena = arena_new(BOOK_MEMORY);
	b->people = calloc(PEOPLE_MAX, sizeof *b->people);
	st = b->all.arena && b->people ? load(b, repo, version)
				       : fail(ST_NOMEM, "no memory for consents");
	if (st)
		consent_close(b);
	else
		*out = b;
	return st;
}

enum status consent_open_child(struct consent_book **out, struct app *app, struct span child)
{
	struct repo *repo = NULL;
	enum status st = child_repo(&repo, app, child);

	*out = NULL;
	if (!st)
		st = consent_open(out, app, repo, child, NULL);
	repo_close(repo);
	return st;
}

void consent_close(struct consent_book *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < b->npeople; i++)
		shield_clear(&b->people[i].shield);
	arena_free(b->all.arena);
	free(b->people);
	free(b);
}

/* ---- people ------------------------------------------------------------------------------- */

const struct consent_person *consent_person(const struct consent_book *b, struct span account)
{
	for (size_t i = 0; i < b->npeople; i++)
		if (span_is(account, b->people[i].account.id))
			return &b->people[i];
	return NULL;
}

bool consent_counts(const struct consent_person *p, struct day day)
{
	struct day from;

	if (!p || !p->guardian)
		return false;
	return !day_parse(span_of(p->suspended), &from) || day_cmp(day, from) < 0;
}

/* Is the place, or a word of its name, kept from them? */
static bool is_kept(const struct consent_book *b, const struct consent_person *p, struct span id)
{
	struct institution i;

	if (!id.n)
		return false;
	if (b->facts ? b->facts->institution(b->facts->ctx, id, &i)
		     : institution_get(b->app->db, id, &i))
		return true;
	return span_is(shield_place(&p->shield, &i), SHIELD_PLACE);
}

bool consent_may_know_item(const struct consent_book *b, const struct ask *a, size_t item,
			   const struct consent_person *p)
{
	return !is_kept(b, p, a->items[item].institution);
}

bool consent_may_know(const struct consent_book *b, const struct ask *a,
		      const struct consent_person *p)
{
	struct sheet_row row = {.at = 0};

	span_copy(a->type, row.type, sizeof row.type);
	span_copy(a->sheet, row.id, sizeof row.id);
	span_copy(a->institution, row.institution, sizeof row.institution);
	if (shield_hides_sheet(&p->shield, &row) || is_kept(b, p, a->institution))
		return false;
	for (size_t i = 0; i < a->nitems; i++)
		if (consent_may_know_item(b, a, i, p))
			return true;
	return false;
}

bool consent_is_for(const struct consent_book *b, const struct ask *a, struct span account)
{
	const struct consent_person *p = consent_person(b, account);

	for (size_t i = 0; p && i < a->nto; i++)
		if (span_eq(a->to[i], account))
			return consent_may_know(b, a, p);
	return false;
}

/* ---- what was said ------------------------------------------------------------------------ */

const struct reply *consent_last(const struct consent_book *b, const struct ask *a,
				 struct span account)
{
	const struct reply *last = NULL;

	for (size_t i = 0; i < b->all.nreplies; i++) {
		const struct reply *r = &b->all.replies[i];

		if (span_eq(r->ask, a->id) && reply_answers(r) &&
		    span_eq(reply_whose(r), account) && paper_state(&b->all, r) != PAPER_SENT_BACK)
			last = r;
	}
	return last;
}

bool consent_cancelled(const struct consent_book *b, const struct ask *a)
{
	for (size_t i = 0; i < b->all.nreplies; i++)
		if (b->all.replies[i].cancel && span_eq(b->all.replies[i].ask, a->id))
			return true;
	return false;
}

/* A no to another ask about the same: sheets of a type, read by an institution. */
static bool says_no_to(const struct consent_book *b, const struct reply *r,
		       const struct consent_item *item)
{
	const struct ask *other = consents_find(&b->all, r->ask);

	for (size_t i = 0; other && i < other->nitems; i++)
		if (other->items[i].scope == SCOPE_SHARE &&
		    span_eq(other->items[i].institution, item->institution) &&
		    span_eq(other->items[i].type, item->type) &&
		    (r->words[i] == SAID_DECLINE || r->words[i] == SAID_REVOKE))
			return true;
	return false;
}

struct said {
	enum consent_word word;
	const struct reply *reply; /* that says it */
	const struct reply *waits; /* an agreement on paper after it, not confirmed yet */
};

/* What one answer says of an item: an agreement on paper says nothing before it is confirmed, so
   that what the same person said before stands until then.  Its place among the answers stays its
   own. */
static void hear(const struct consent_book *b, const struct reply *r, size_t item, struct said *s)
{
	enum paper_state paper =
	    r->words[item] == SAID_AGREE ? paper_state(&b->all, r) : PAPER_COUNTS;

	if (r->words[item] == SAID_NOTHING || paper == PAPER_SENT_BACK)
		return;
	if (paper == PAPER_WAITS)
		s->waits = r;
	else
		*s = (struct said){r->words[item], r, NULL};
}

static struct said stands(const struct consent_book *b, const struct ask *a, size_t item,
			  struct span account)
{
	struct said s = {SAID_NOTHING, NULL, NULL};

	for (size_t i = 0; i < b->all.nreplies; i++) {
		const struct reply *r = &b->all.replies[i];

		if (!reply_answers(r) || !span_eq(reply_whose(r), account))
			continue;
		if (span_eq(r->ask, a->id))
			hear(b, r, item, &s);
		else if (a->items[item].scope == SCOPE_SHARE && says_no_to(b, r, &a->items[item]))
			s = s.word == SAID_AGREE ? (struct said){SAID_REVOKE, r, NULL}
						 : (struct said){s.word, s.reply, NULL};
	}
	return s;
}

enum consent_word consent_stands(const struct consent_book *b, const struct ask *a, size_t item,
				 struct span account)
{
	return stands(b, a, item, account).word;
}

/* ---- how it stands ------------------------------------------------------------------------ */

/* Those who were asked, and whoever signed a paper without an account. */
static size_t gather(const struct consent_book *b, const struct ask *a, size_t item,
		     struct span digest, struct day today,
		     struct consent_voice voices[static CONSENT_PEOPLE + 1])
{
	size_t n = 0;

	for (size_t i = 0; i <= a->nto; i++) {
		bool asked = i < a->nto;
		struct span account = asked ? a->to[i] : SPAN("");
		const struct consent_person *p = asked ? consent_person(b, account) : NULL;
		struct said s = stands(b, a, item, account);

		voices[n++] = (struct consent_voice){
		    .word = s.word,
		    .asked = asked,
		    .counts = !asked || (consent_counts(p, today) && consent_may_know(b, a, p) &&
					 consent_may_know_item(b, a, item, p)),
		    .current = s.reply && span_eq(s.reply->digest, digest),
		    .waits = s.waits && (!digest.n || a->items[item].scope != SCOPE_MAKE ||
					 span_eq(s.waits->digest, digest)),
		};
	}
	return n;
}

enum consent_state consent_of_item(const struct consent_book *b, const struct ask *a, size_t item,
				   struct span digest, struct day today)
{
	struct consent_voice voices[CONSENT_PEOPLE + 1];
	struct consent_case c = {
	    .both = a->both,
	    .exact = digest.n && a->items[item].scope == SCOPE_MAKE,
	    .cancelled = consent_cancelled(b, a),
	    .today = today,
	    .voices = voices,
	};

	c.nvoices = gather(b, a, item, digest, today, voices);
	day_parse(a->due, &c.due);
	return consent_state_of(&c);
}

/* What comes first is what somebody has to know first. */
enum consent_state consent_of_ask(const struct consent_book *b, const struct ask *a,
				  struct span digest, struct day today)
{
	static const enum consent_state first[] = {
	    CONSENT_CANCELLED,	 CONSENT_DECLINED, CONSENT_REVOKED, CONSENT_CHANGES,
	    CONSENT_UNCONFIRMED, CONSENT_EXPIRED,  CONSENT_WAITING};
	unsigned seen = 0;

	for (size_t i = 0; i < a->nitems; i++)
		seen |= 1U << consent_of_item(b, a, i, digest, today);
	for (size_t i = 0; i < sizeof first / sizeof *first; i++)
		if (seen & 1U << first[i])
			return first[i];
	return CONSENT_AGREED;
}

bool consent_can_show(const struct sheet_type *t, const struct section *s, enum role kind)
{
	return !s->unshared && section_readable(t, s, kind);
}

/* ---- which text --------------------------------------------------------------------------- */

enum status consent_digest(const struct sheet *s, char out[static CONSENT_DIGEST])
{
	static const struct span line = SPAN("\nstatus: ");
	struct buf text, rest;
	struct span all;
	long at;
	enum status st;

	buf_init(&text, SHEET_MAX_BYTES);
	buf_init(&rest, SHEET_MAX_BYTES);
	st = sheet_write(s, &text);
	all = buf_span(&text);
	at = st ? -1 : span_find(all, line);
	if (!st && at < 0)
		st = fail(ST_BUG, "a sheet without a status");
	if (!st) {
		buf_add(&rest, all.p, (size_t)at + 1);
		all = span_make(all.p + at + 1, all.n - (size_t)at - 1);
		span_cut(&all, '\n');
		buf_addspan(&rest, all);
		st = rest.st;
	}
	if (!st)
		sha256_hex(buf_span(&rest), out);
	buf_clear(&text);
	buf_clear(&rest);
	return st;
}

enum status consent_digest_at(struct app *app, struct repo *repo, const struct oid *version,
			      struct span type, struct span sheet, char out[static CONSENT_DIGEST])
{
	struct sheet *s = NULL;
	enum status st = sheet_load(app, repo, version, type, sheet, &s);

	if (!st)
		st = consent_digest(s, out);
	sheet_free(s);
	return st;
}

enum status consent_digest_now(const struct consent_book *b, const struct ask *a,
			       char out[static CONSENT_DIGEST])
{
	struct repo *repo = NULL;
	enum status st = a->digest.n ? child_repo(&repo, b->app, span_of(b->child)) : ST_NOTFOUND;

	out[0] = '\0';
	if (!st)
		st = consent_digest_at(b->app, repo, &b->head, a->type, a->sheet, out);
	repo_close(repo);
	return st == ST_NOTFOUND ? ST_OK : st;
}
