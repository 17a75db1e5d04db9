/* What staff write down of consents before the law: answers on paper, who confirmed them, and that
   an ask is taken back. */
#include "generator/base/path.h"
#include "vault/flow/consent_paper.h"
#include "vault/flow/decide.h"
#include "vault/flow/file_meta.h"
#include "vault/flow/law_consent.h"

/* ---- on paper ------------------------------------------------------------------------------- */

static void check_signer(struct deed *d, const struct consent_book *b, const struct ask *a,
			 const struct reply *r)
{
	bool asked = false;

	for (size_t i = 0; i < a->nto; i++)
		asked = asked || span_eq(a->to[i], r->account);
	if (r->account.n ? !asked || !consent_counts(consent_person(b, r->account), d->day)
			 : !r->name.n || !r->relation.n)
		accuse(d, "law.consent", "the paper is of \"%.*s\", who was not asked",
		       SPAN_ARG(r->account));
}

/* files/ID/meta.md of the scan as it was; ST_NOTFOUND. */
static enum status scan_of(struct deed *d, struct span id, struct file_row *out)
{
	char name[FILE_ID];
	struct buf path, text;
	enum status st = ST_NOTFOUND;

	buf_init(&path, 256);
	buf_init(&text, FILE_META_MAX);
	if (span_copy(id, name, sizeof name) && path_id(id)) {
		file_path(name, "meta.md", &path);
		st = repo_read(d->w->repo, &d->parent, buf_str(&path), &text);
	}
	if (!st)
		st = file_meta_read(buf_span(&text), out);
	buf_clear(&path);
	buf_clear(&text);
	return st == ST_INVALID ? ST_NOTFOUND : st;
}

/*
 * What agrees needs a second person and a scan of the institution's own.  Before the registry said
 * so, a paper counted at once: such a one is judged by what was then.
 */
static enum status check_rule(struct deed *d, const struct reply *r)
{
	bool agrees = reply_says(r, SAID_AGREE);
	struct file_row row;
	enum status st;

	if (agrees && !r->second && law_paper_rule(d->law, d->at))
		accuse(d, "law.consent", "what it agrees to counts without a second person");
	if (!agrees || !r->second)
		return ST_OK;
	st = scan_of(d, r->file, &row);
	if (st == ST_NOTFOUND ||
	    (!st && (!consent_is_scan(&row) ||
		     !law_own(d->law, &d->who, span_of(row.institution), d->at)))) {
		accuse(d, "law.consent", "it has no scan that its institution had added");
		st = ST_OK;
	}
	return st;
}

static enum status check_paper(struct deed *d, const struct consent_book *b, const struct ask *a,
			       const struct reply *r)
{
	struct day on;

	check_signer(d, b, a, r);
	if (!day_parse(r->on, &on) || day_cmp(on, d->day) > 0 || day_cmp(on, day_jst(a->at)) < 0)
		accuse(d, "law.consent", "the paper is not of a day since it was asked");
	if (!span_eq(r->version, a->version) || !span_eq(r->digest, a->digest))
		accuse(d, "law.consent", "the paper is about another text than was asked");
	if (!r->paper || !reply_answers(r) || reply_says(r, SAID_REVOKE))
		accuse(d, "law.consent", "the file is no answer on paper");
	return check_rule(d, r);
}

/* ---- a second person ------------------------------------------------------------------------ */

static bool is_checking(const struct deed *d)
{
	return strcmp(d->action, "consent.paper.confirm") == 0 ||
	       strcmp(d->action, "consent.paper.return") == 0;
}

struct second {
	struct deed *d;
	const struct ask *ask;
	bool found;
	char who[ID_MAX + 1];
};

/* As consent_paper_alone() asks it of the index. */
static enum status could(void *ctx, const void *row)
{
	struct second *s = ctx;
	const struct account *listed = row;
	const struct law_matter m = {.made = false};
	struct account a;
	struct decision dec;
	enum status st;

	if (s->found || !listed->staff || !listed->key[0] || listed->disabled ||
	    strcmp(listed->institution, s->d->who.institution) != 0 ||
	    strcmp(listed->id, s->d->who.id) == 0 ||
	    !law_account(s->d->law, span_of(listed->id), s->d->at, &a))
		return ST_OK;
	st = law_decide(s->d, &a, ACT_CHILD_READ, &m, &dec);
	s->found = !st && dec.allow && !dec.read_only &&
		   law_own(s->d->law, &a, s->ask->institution, s->d->at);
	if (s->found)
		memcpy(s->who, a.id, sizeof a.id);
	return st;
}

static enum status check_second(struct deed *d, const struct ask *a, bool own, bool confirms)
{
	bool alone = span_is(version_trailer(d->v, "Karte-Review"), "alone");
	struct second s = {d, a, false, ""};
	enum status st;

	if (alone && !(own && confirms))
		accuse(d, "law.review", "Karte-Review: alone, where no second person is needed");
	if (own && !alone)
		accuse(d, "law.review", "who wrote the paper down checks it, too");
	if (!own || !alone)
		return ST_OK;
	st = law_each(d->law, LAW_ACCOUNT, d->at, could, &s);
	if (!st && s.found)
		accuse(d, "law.review", "Karte-Review: alone, but %s could have confirmed it",
		       s.who);
	return st;
}

/* A paper that waits, by another, whose scan was opened before. */
static enum status check_checking(struct deed *d, const struct consent_book *b, const struct ask *a,
				  const struct reply *r)
{
	const struct reply *paper = consent_paper_find(b, a, r->checks);
	bool confirms = strcmp(d->action, "consent.paper.confirm") == 0;

	if (!paper || paper_state(&b->all, paper) != PAPER_WAITS) {
		accuse(d, "law.consent", "\"%.*s\" is no paper that waits", SPAN_ARG(r->checks));
		return ST_OK;
	}
	if (r->paper || r->cancel || r->sent_back == confirms)
		accuse(d, "law.consent", "the file is not what the action says");
	if (confirms &&
	    !law_opened(d->law, d->account, span_of(d->w->name.id), paper->id, d->n, d->t))
		accuse(d, "law.review", "the scan of %.*s was not opened", SPAN_ARG(paper->id));
	if (!confirms && !r->text.n)
		accuse(d, "law.workflow", "it is sent back without a word");
	return check_second(d, a, span_eq(paper->by, d->account), confirms);
}

static enum status office(struct deed *d, const struct consent_book *b, const struct reply *r)
{
	const struct law_matter m = {.made = false};
	const struct ask *a = law_find_ask(d, b, r);
	struct decision dec;
	enum status st;

	if (!a)
		return ST_OK;
	law_reply_head(d, a, r);
	st = deed_decide(d, ACT_CHILD_READ, &m, &dec);
	if (!st && dec.allow && !deed_is_ours(d, &dec, a->institution))
		accuse(d, "law.consent", "only staff of %.*s, which asked, write this down",
		       SPAN_ARG(a->institution));
	if (strcmp(d->action, "consent.paper") == 0)
		st = st ? st : check_paper(d, b, a, r);
	else if (is_checking(d))
		st = st ? st : check_checking(d, b, a, r);
	else if (!r->cancel || r->paper)
		accuse(d, "law.consent", "the file takes no ask back");
	return st;
}

enum status law_consent_office(struct deed *d)
{
	struct law_book *b = NULL;
	struct law_fresh f;
	enum status st = law_fresh_load(d, &f);

	if (!st && f.ask)
		accuse(d, "law.consent", "the file is no answer to an ask");
	else if (!st && f.reply)
		st = law_book(d, &b);
	if (!st && b)
		st = office(d, &b->book, f.reply);
	law_book_end(b);
	law_fresh_end(&f);
	return st;
}
