#include "vault/flow/factors.h"

#include "generator/base/sha256.h"
#include "generator/base/utf8.h"

#include <arpa/inet.h>
#include <stdio.h>

static struct challenge_for passkey_for(const struct app *app, const unsigned char *bound)
{
	return (struct challenge_for){app->boot_key, bound, "passkey"};
}

/* host of https://host[:port][/…] */
static struct span host_of(struct span authority)
{
	struct span rest = authority;

	if (span_starts(rest, SPAN("https://")))
		rest = span_make(rest.p + 8, rest.n - 8);
	rest = span_cut(&rest, '/');
	if (rest.n && rest.p[0] == '[') /* an IPv6 address */
		return rest;
	return span_cut(&rest, ':');
}

bool passkey_site(const struct app *app, char out[static 256])
{
	struct in_addr v4;

	if (!span_copy(host_of(span_of(app->conf.url)), out, 256) || !*out || *out == '[')
		return false;
	return inet_pton(AF_INET, out, &v4) != 1;
}

void passkey_ask(const struct app *app, const unsigned char bound[static CHALLENGE_BOUND],
		 int64_t now, char challenge[static CHALLENGE_TEXT])
{
	struct challenge_for f = passkey_for(app, bound);

	challenge_new(challenge, &f, now);
}

void passkey_handle(const struct app *app, struct span account, char out[static CHALLENGE_TEXT])
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	unsigned char hash[SHA256_LEN];
	struct buf b;

	buf_init(&b, 1024);
	buf_addf(&b, "karte passkey %s %.*s", app->conf.hostname, SPAN_ARG(account));
	sha256(buf_span(&b), hash);
	buf_clear(&b);
	for (int i = 0; i < CHALLENGE_TEXT - 1; i++) /* 43 characters of base64url: 258 bits */
		out[i] = digits[hash[i % SHA256_LEN] % 64];
	out[CHALLENGE_TEXT - 2] = 'A'; /* the last has four bits that must be zero */
	out[CHALLENGE_TEXT - 1] = '\0';
}

/*
 * The origin is what the browser was asked at (as in http/origin.h), if it is this site at another
 * port; otherwise the site's own.
 */
static enum status ceremony(struct app *app, const struct attempt *a, const struct assertion *in,
			    char site[static 256], struct buf *origin, struct passkey_ceremony *out)
{
	struct challenge_for f = passkey_for(app, in->bound);

	if (!passkey_site(app, site))
		return fail(ST_DENIED, "passkeys need a name, not an address");
	if (!challenge_good(in->challenge, &f, a->now, CHALLENGE_SECONDS))
		return fail(ST_DENIED, "not a challenge of this browser");
	if (span_is(host_of(in->host), site))
		buf_addf(origin, "https://%.*s", SPAN_ARG(in->host));
	else
		buf_addf(origin, "https://%s", site);
	*out = (struct passkey_ceremony){
	    .rp_id = span_of(site), .origin = buf_span(origin), .challenge = in->challenge};
	return origin->st;
}

static struct span bytes_of(const unsigned char *p, size_t n)
{
	return span_make((const char *)p, n);
}

/* What the person calls it: one line. */
static void copy_name(struct span name, char out[static FACTOR_NAME])
{
	name = span_trim(name);
	if (name.n == 0 || name.n >= FACTOR_NAME || utf8_check(name) != name.n)
		name = SPAN("パスキー");
	span_copy(name, out, FACTOR_NAME);
	for (char *c = out; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = ' ';
}

static enum status seal_alone(struct factor_row *f, const struct seal_secret *secret,
			      struct span prf)
{
	char blob[SEAL_TEXT];
	enum status st =
	    seal_for_key(blob, secret, (const unsigned char *)prf.p, span_of(f->account));

	if (!st)
		span_copy(span_of(blob), f->sealed, sizeof f->sealed);
	explicit_bzero(blob, sizeof blob);
	return st;
}

/* What passkey_register found out, as a row. */
static enum status fill(struct factor_row *f, const struct passkey *key)
{
	if (key->id_len > sizeof f->handle || key->key_len > sizeof f->data)
		return fail(ST_TOOBIG, "passkey is too large");
	memcpy(f->handle, key->id, key->id_len);
	f->handle_len = key->id_len;
	memcpy(f->data, key->key, key->key_len);
	f->data_len = key->key_len;
	f->count = key->count;
	return ST_OK;
}

static enum status join_session(struct app *app, const struct session *s, struct factor_row *f,
				struct span prf)
{
	struct seal_secret *secret;
	enum status st = session_secret(app, s, &secret);

	if (!st)
		st = seal_alone(f, secret, prf);
	seal_secret_free(secret);
	return st;
}

enum status passkey_add(struct app *app, const struct attempt *a, const struct session *s,
			const struct assertion *in, struct span name, bool *alone)
{
	struct factor_row f = {.kind = "passkey"}, other;
	struct passkey_ceremony c;
	struct passkey key;
	char site[256];
	struct buf origin;
	enum status st = factor_may_change(app, s);

	*alone = in->prf.n == PASSKEY_PRF;
	buf_init(&origin, 1024);
	span_copy(span_of(s->account.id), f.account, sizeof f.account);
	copy_name(name, f.name);
	if (!st)
		st = ceremony(app, a, in, site, &origin, &c);
	if (!st)
		st = passkey_register(&c, in->client, in->data, &key);
	if (!st)
		st = challenge_use(in->challenge, a->now);
	if (!st)
		st = fill(&f, &key);
	if (!st &&
	    factor_by_handle(app->db, bytes_of(f.handle, f.handle_len), &other) != ST_NOTFOUND)
		st = fail(ST_DENIED, "this passkey is somebody's already");
	if (!st && *alone)
		st = join_session(app, s, &f, in->prf);
	if (!st)
		st = factor_keep(app, a, s, &f);
	buf_clear(&origin);
	return st;
}

enum status passkey_prove(struct app *app, const struct attempt *a, struct factor_row *f,
			  const struct assertion *in)
{
	struct passkey stored = {
	    .id_len = f->handle_len, .key_len = f->data_len, .count = (uint32_t)f->count};
	struct passkey_ceremony c;
	uint32_t count = 0;
	char site[256];
	struct buf origin;
	enum status st;

	if (f->handle_len > sizeof stored.id || f->data_len > sizeof stored.key)
		return fail(ST_CORRUPT, "passkey %lld is too large", f->n);
	memcpy(stored.id, f->handle, f->handle_len);
	memcpy(stored.key, f->data, f->data_len);
	buf_init(&origin, 1024);
	st = ceremony(app, a, in, site, &origin, &c);
	if (!st)
		st = passkey_verify(&c, &stored, in->client, in->data, in->signature, &count);
	if (!st)
		st = challenge_use(in->challenge, a->now);
	if (!st)
		st = factor_used(app->db, f->n, count, a->now);
	if (!st) {
		f->count = count;
		f->used = a->now;
	}
	if (st == ST_INVALID || st == ST_EXISTS || st == ST_STALE)
		st = fail(ST_DENIED, "the passkey's answer does not hold");
	buf_clear(&origin);
	return st;
}

enum status passkey_join(struct app *app, struct factor_row *f, const struct seal_secret *secret,
			 struct span prf)
{
	struct span account = span_of(f->account);
	enum status st = seal_alone(f, secret, prf);

	if (!st)
		st = db_begin(app->db);
	if (st)
		return st;
	st = factor_drop(app->db, account, f->n);
	if (!st)
		st = factor_add(app->db, f);
	return db_end(app->db, st);
}
