#include "vault/flow/access_tokens.h"

#include "generator/base/sha256.h"
#include "generator/base/text.h"
#include "generator/base/utf8.h"
#include "vault/auth/basic.h"
#include "vault/auth/throttle.h"
#include "vault/flow/glass.h"
#include "vault/flow/note.h"

#include <stdio.h>

enum { NAME_GRAPHEMES = 40, DAY_SECONDS = 24 * 60 * 60, OBJECT = 480 };

/* ---- what is wished ------------------------------------------------------------------------- */

static enum status wrong(const char **field, const char *name, enum status st)
{
	if (field && st == ST_INVALID)
		*field = name;
	return st;
}

static enum status check_name(struct span name)
{
	if (!name.n || name.n >= ACCESS_NAME || utf8_check(name) != name.n ||
	    text_graphemes(name) > NAME_GRAPHEMES)
		return fail(ST_INVALID, "名前を 1字から %d字で 書いてください。", NAME_GRAPHEMES);
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] < 0x20 || name.p[i] == 0x7f)
			return fail(ST_INVALID, "名前は 1行で 書いてください。");
	return ST_OK;
}

/* A child that is not there and one that is closed get the same answer. */
static enum status add_child(struct app *app, const struct question *q, struct span id,
			     struct buf *scope)
{
	struct question ask = *q;
	struct decision d = {.allow = false};
	enum status st = ST_OK;

	ask.action = ACT_AUDIT_OPEN;
	ask.child = id;
	if (path_child(id))
		st = decide_quietly(app, &ask, &d, NULL);
	if (!st && !d.allow)
		st = fail(ST_INVALID, "お子さんの番号に、使えないものが あります。番号を "
				      "確かめてください。");
	if (scope->len)
		buf_addc(scope, ',');
	buf_addspan(scope, id);
	return st;
}

static enum status named_children(struct app *app, const struct question *q, struct span list,
				  struct buf *scope)
{
	enum status st = ST_OK;
	int n = 0;

	while (list.p && !st) {
		struct span id = span_cut(&list, ' ');

		while (id.p && !st) {
			struct span one = span_trim(span_cut(&id, ','));
			if (one.n && ++n > ACCESS_NAMED)
				st =
				    fail(ST_INVALID, "お子さんの番号は %dまでです。", ACCESS_NAMED);
			else if (one.n)
				st = add_child(app, q, one, scope);
		}
	}
	if (!st && !n)
		st = fail(ST_INVALID, "お子さんの番号を 書いてください。");
	return st;
}

static enum status read_scope(struct app *app, const struct question *q,
			      const struct access_wish *w, struct access_token *t,
			      const char **field)
{
	struct buf scope;
	enum status st = ST_OK;

	buf_init(&scope, sizeof t->scope - 1);
	if (span_is(w->scope, "named"))
		st = wrong(field, "children", named_children(app, q, w->children, &scope));
	else if (span_is(w->scope, "registry") || span_is(w->scope, "children"))
		buf_addspan(&scope, w->scope);
	else
		st = wrong(field, "scope", fail(ST_INVALID, "写すものを えらんでください。"));
	if (!st)
		st = scope.st;
	if (!st)
		span_copy(buf_span(&scope), t->scope, sizeof t->scope);
	buf_clear(&scope);
	return st;
}

static enum status read_wish(struct app *app, const struct question *q, const struct access_wish *w,
			     struct access_token *t, const char **field)
{
	struct span name = span_trim(w->name), reason = span_trim(w->reason);
	long days = 0;
	enum status st = wrong(field, "name", check_name(name));

	if (!st && (!span_number(span_trim(w->days), ACCESS_DAYS, &days) || !days))
		st = wrong(field, "days",
			   fail(ST_INVALID, "日数を 1から %dで 書いてください。", ACCESS_DAYS));
	if (!st)
		st = read_scope(app, q, w, t, field);
	if (!st)
		st = wrong(field, "reason", glass_check_reason(reason));
	if (st)
		return st;
	span_copy(name, t->name, sizeof t->name);
	span_copy(reason, t->reason, sizeof t->reason);
	span_copy(span_of(q->who->id), t->account, sizeof t->account);
	t->since = q->now;
	t->until = q->now + days * DAY_SECONDS;
	return ST_OK;
}

/* ---- making and ending ---------------------------------------------------------------------- */

/* Durable before there is a token.  The names of children stand in the scope: numbers. */
static enum status note_made(struct app *app, const struct question *q,
			     const struct access_token *t)
{
	char object[OBJECT];
	struct note n = {.class = "access",
			 .event = "token.add",
			 .who = q->who,
			 .decision = "allow",
			 .reason = "role",
			 .request = q->request};
	enum status st;

	snprintf(object, sizeof object, "%.150s: %s", t->scope, t->reason);
	n.object = span_of(object);
	st = note_add(app, &n);
	return st == ST_INVALID ? fail(st, "理由に、使えない文字が 入っています。") : st;
}

enum status access_token_make(struct app *app, const struct question *q, const struct session *s,
			      const struct access_wish *w, const char **field,
			      char text[static TOKEN_TEXT])
{
	struct access_token t = {.n = 0};
	unsigned char hash[SHA256_LEN];
	struct token token;
	enum status st;

	text[0] = '\0';
	if (q->now - s->since > ACCESS_FRESH)
		return fail(ST_STALE, "もう一度 ログインしてから 作ってください。");
	st = read_wish(app, q, w, &t, field);
	if (!st)
		st = note_made(app, q, &t);
	if (st)
		return wrong(field, "reason", st);
	token_new(&token, text);
	token_clear(&token);
	sha256(span_of(text), hash);
	st = access_token_add(app->db, &t, span_make((const char *)hash, sizeof hash));
	if (st)
		explicit_bzero(text, TOKEN_TEXT);
	return st;
}

enum status access_token_end(struct app *app, const struct question *q, long long n)
{
	struct note note = {.class = "access",
			    .event = "token.end",
			    .who = q->who,
			    .decision = "allow",
			    .reason = "role",
			    .request = q->request};
	enum status st = access_token_drop(app->db, span_of(q->who->id), n);

	return st ? st : note_add(app, &note);
}

/* ---- use ------------------------------------------------------------------------------------ */

/* Failures of an address.  A token cannot be guessed; what is slowed down is whoever tries. */
static enum status waits(struct app *app, const char *name, int64_t now, long *wait)
{
	long failures = 0;
	long long last = 0;
	enum status st = throttle_get(app->db, name, &failures, &last);

	*wait = throttle_wait(THROTTLE_ADDRESS, (struct throttle){(unsigned)failures, last}, now);
	return st;
}

static enum status count_failure(struct app *app, const char *name, int64_t now)
{
	long failures = 0;
	long long last = 0;
	struct throttle t;
	enum status st = throttle_get(app->db, name, &failures, &last);

	if (st)
		return st;
	t = throttle_failed((struct throttle){(unsigned)failures, last}, now);
	return throttle_put(app->db, name, t.failures, t.last);
}

/* The token names its account: the name that came with it must be that. */
static enum status find(struct app *app, const struct question *q, struct span user,
			struct span token, struct access_token *out, struct account *who)
{
	unsigned char hash[SHA256_LEN];
	enum status st;

	sha256(token, hash);
	st = access_token_find(app->db, span_make((const char *)hash, sizeof hash), q->now, out);
	if (!st && !span_is(user, out->account))
		st = fail(ST_NOTFOUND, "the token is somebody else's");
	if (!st)
		st = account_get(app->db, user, who);
	return st ? st : access_token_used(app->db, out->n, q->now);
}

enum status access_token_take(struct app *app, const struct question *q, struct span authorization,
			      const char *peer, struct access_token *out, struct account *who,
			      long *wait)
{
	char name[COUNTER_NAME];
	struct span user, token;
	struct buf room;
	enum status st;

	*wait = 0;
	if (!authorization.p)
		return fail(ST_NOTFOUND, "no credentials");
	snprintf(name, sizeof name, "token:%.100s", peer);
	st = waits(app, name, q->now, wait);
	if (!st && *wait)
		return fail(ST_BUSY, "too many failures");
	buf_init_secret(&room, BASIC_MAX);
	if (!st && !basic_read(authorization, &room, &user, &token))
		st = fail(ST_NOTFOUND, "no Basic authentication");
	if (!st)
		st = find(app, q, user, token, out, who);
	buf_clear(&room);
	if (st != ST_NOTFOUND)
		return st;
	st = count_failure(app, name, q->now);
	return st ? st : refuse(app, q, "token");
}

bool access_token_covers(const struct access_token *t, struct span child)
{
	struct span list = span_of(t->scope);

	if (!child.n || span_is(list, "children"))
		return true;
	while (list.p)
		if (span_eq(span_cut(&list, ','), child))
			return true;
	return false;
}
