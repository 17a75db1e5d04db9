#include "vault/flow/kept.h"

#include "vault/auth/seal.h"
#include "vault/http/percent.h"

/* Never kept: tokens, passwords, codes. */
static bool kept_leaves_out(struct span field)
{
	static const char *const never[] = {"csrf", "code", "challenge", "kept"};

	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		if (span_is(field, never[i]))
			return true;
	return span_find(field, SPAN("password")) >= 0;
}

/* A draft that the page's script sent comes back as one that a person sends. */
static struct span as_sent_again(const struct pair *p)
{
	return span_is(p->name, "draft") && span_is(p->value, "auto") ? SPAN("1") : p->value;
}

static void write_form(const struct form *form, struct buf *out)
{
	for (size_t i = 0; i < form->count; i++) {
		const struct pair *p = &form->pairs[i];
		if (kept_leaves_out(p->name))
			continue;
		if (out->len)
			buf_addc(out, '&');
		percent_encode(out, p->name);
		buf_addc(out, '=');
		percent_encode(out, as_sent_again(p));
	}
}

enum status keep_form(struct app *app, struct span account, struct span path,
		      const struct form *form, int64_t now)
{
	struct kept_row row = {.at = now};
	struct buf address, body, sealed;
	enum status st;

	buf_init(&address, 64);
	buf_init_secret(&body, FORM_BYTES_MAX);
	buf_init(&sealed, KEPT_BYTES_MAX);
	span_copy(account, row.account, sizeof row.account);
	st = span_copy(path, row.path, sizeof row.path) ? ST_OK
							: fail(ST_TOOBIG, "path is too long");
	if (!st)
		st = secret_address(app->db, account, &address);
	if (!st && address.len != SEAL_ADDRESS)
		st = fail(ST_NOTFOUND, "nobody has signed in since addresses are made");
	write_form(form, &body);
	if (!st)
		st = body.st;
	if (!st)
		st = seal_to((const unsigned char *)address.data, buf_span(&body), &sealed);
	if (!st)
		st = kept_add(app->db, &row, buf_span(&sealed));
	buf_clear(&address);
	buf_clear(&body);
	buf_clear(&sealed);
	return st;
}

struct collecting {
	struct kept_list *list;
	int64_t now;
};

static enum status one_kept(void *ctx, const struct kept_row *k)
{
	struct collecting *c = ctx;

	if (c->list->count < KEPT_MAX && c->now - k->at <= KEPT_SECONDS)
		c->list->rows[c->list->count++] = *k;
	return ST_OK;
}

static enum status list_of(struct app *app, struct span account, int64_t now, struct kept_list *out)
{
	struct collecting c = {out, now};

	out->count = 0;
	return kept_each(app->db, account, one_kept, &c);
}

enum status kept_waits(struct app *app, struct span account, int64_t now, bool *out)
{
	struct kept_list list;
	enum status st = list_of(app, account, now, &list);

	*out = !st && list.count > 0;
	return st;
}

enum status kept_of(struct app *app, const struct session *s, int64_t now, struct kept_list *out)
{
	out->count = 0;
	if (s->weak)
		return fail(ST_DENIED, "the second factor is missing");
	return list_of(app, span_of(s->account.id), now, out);
}

enum status kept_open(struct app *app, const struct session *s, const struct seal_secret *secret,
		      long long n, struct buf *out)
{
	struct kept_row row;
	struct buf sealed;
	enum status st;

	buf_init(&sealed, KEPT_BYTES_MAX);
	st = kept_get(app->db, span_of(s->account.id), n, &row, &sealed);
	if (!st)
		st = seal_read(secret, buf_span(&sealed), out);
	buf_clear(&sealed);
	return st;
}
