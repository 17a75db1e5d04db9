#include "vault/flow/draft.h"

#include "vault/auth/seal.h"
#include "vault/http/percent.h"

#include <stdio.h>
#include <sys/random.h>

enum { DAY_SECONDS = 86400, HEAD_MAX = 512 };

/* What is sealed begins with what it is: one that was put in another's place does not open. */
static void put_head(const struct draft_row *d, struct buf *out)
{
	buf_addf(out, "karte draft 1\n%s %s/%s/%s/%s\n", d->account, d->child, d->type, d->sheet,
		 d->section);
}

static void put_pairs(const struct form *form, struct buf *out)
{
	for (size_t i = 0; i < form->count; i++) {
		if (i)
			buf_addc(out, '&');
		percent_encode(out, form->pairs[i].name);
		buf_addc(out, '=');
		percent_encode(out, form->pairs[i].value);
	}
}

static enum status seal_draft(struct app *app, const struct draft_row *d, const struct form *form,
			      struct buf *sealed)
{
	struct buf address, text;
	enum status st;

	buf_init(&address, 64);
	buf_init_secret(&text, DRAFT_BYTES_MAX);
	put_head(d, &text);
	put_pairs(form, &text);
	st = text.st ? text.st : secret_address(app->db, span_of(d->account), &address);
	if (!st && address.len != SEAL_ADDRESS)
		st = fail(ST_NOTFOUND, "nobody has signed in since addresses are made");
	if (!st)
		st = seal_to((const unsigned char *)address.data, buf_span(&text), sealed);
	buf_clear(&address);
	buf_clear(&text);
	return st;
}

static enum status place(struct draft_row *d, struct span account, const struct draft_place *at)
{
	bool fits = span_copy(account, d->account, sizeof d->account) &&
		    span_copy(at->child, d->child, sizeof d->child) &&
		    span_copy(at->type, d->type, sizeof d->type) &&
		    span_copy(at->id, d->sheet, sizeof d->sheet) &&
		    span_copy(at->section, d->section, sizeof d->section) &&
		    span_copy(at->base, d->base, sizeof d->base);

	return fits && d->base[0] ? ST_OK : fail(ST_USAGE, "not the place of a draft");
}

static enum status add(struct app *app, struct draft_row *d, struct span sealed)
{
	long count = 0;
	enum status st = draft_count(app->db, span_of(d->account), &count);

	if (!st && count >= DRAFTS_MAX)
		st = fail(ST_TOOBIG, "%s has too many drafts", d->account);
	return st ? st : draft_add(app->db, d, sealed);
}

enum status draft_keep(struct app *app, struct span account, const struct draft_place *at,
		       const struct form *form, bool wrong, int64_t now, long long *n)
{
	struct draft_row d = {.n = *n, .since = now, .at = now, .wrong = wrong};
	struct buf sealed;
	enum status st = place(&d, account, at);

	buf_init(&sealed, DRAFT_BYTES_MAX + SEAL_SEALED_MORE);
	if (!st)
		st = seal_draft(app, &d, form, &sealed);
	if (!st)
		st = d.n ? draft_renew(app->db, &d, buf_span(&sealed)) : ST_NOTFOUND;
	if (st == ST_NOTFOUND && sealed.len)
		st = add(app, &d, buf_span(&sealed));
	buf_clear(&sealed);
	if (!st)
		*n = d.n;
	return st;
}

long long draft_number(void)
{
	unsigned long long raw = 0;

	if (getrandom(&raw, sizeof raw, 0) != (ssize_t)sizeof raw)
		return 0; /* then the first one to be kept gets one */
	return DRAFT_CHOSEN + (long long)(raw % DRAFT_CHOSEN);
}

/* Cuts the head off; false if it is another's. */
static bool take_head(const struct draft_row *d, struct span *text)
{
	struct buf head;
	bool mine;

	buf_init(&head, HEAD_MAX);
	put_head(d, &head);
	mine = !head.st && span_starts(*text, buf_span(&head));
	if (mine)
		*text = span_make(text->p + head.len, text->n - head.len);
	buf_clear(&head);
	return mine;
}

static enum status unseal(struct app *app, const struct session *s, struct span sealed,
			  struct buf *text)
{
	struct seal_secret *secret = NULL;
	enum status st = session_secret(app, s, &secret);

	if (!st)
		st = seal_read(secret, sealed, text);
	seal_secret_free(secret);
	return st;
}

enum status draft_open(struct app *app, const struct session *s, long long n, struct arena *a,
		       struct draft_row *row, struct form *out)
{
	struct buf sealed, text;
	struct span body;
	enum status st;

	*out = (struct form){NULL, 0};
	buf_init(&sealed, DRAFT_BYTES_MAX + SEAL_SEALED_MORE);
	buf_init_secret(&text, DRAFT_BYTES_MAX);
	st = draft_get(app->db, span_of(s->account.id), n, row, &sealed);
	if (!st)
		st = unseal(app, s, buf_span(&sealed), &text);
	body = buf_span(&text);
	if (!st && !take_head(row, &body))
		st = fail(ST_DENIED, "the draft is of another place");
	if (!st)
		st = form_parse(out, body, a);
	buf_clear(&sealed);
	buf_clear(&text);
	return st;
}

struct looking {
	const struct draft_place *at;
	struct span account;
	struct draft_row *found;
};

static enum status look(void *ctx, const struct draft_row *d)
{
	struct looking *l = ctx;

	if (!l->found->n && span_is(l->account, d->account) && span_is(l->at->section, d->section))
		*l->found = *d;
	return ST_OK;
}

enum status draft_newest(struct app *app, struct span account, const struct draft_place *at,
			 struct draft_row *out)
{
	struct looking l = {at, account, out};
	enum status st;

	*out = (struct draft_row){.n = 0};
	st = draft_each_of(app->db, at->child, at->type, at->id, look, &l);
	return !st && !out->n ? fail(ST_NOTFOUND, "no draft here") : st;
}

long long draft_ends(const struct draft_row *d)
{
	return d->at + (long long)DRAFT_DAYS * DAY_SECONDS;
}

enum status draft_sweep(struct app *app, int64_t now)
{
	return draft_expire(app->db, now, now - (long long)DRAFT_DAYS * DAY_SECONDS,
			    now - (long long)DRAFT_GONE_DAYS * DAY_SECONDS);
}
