#include "vault/flow/session.h"

#include "generator/base/day.h"
#include "vault/db/access_token.h"
#include "vault/flow/draft.h"
#include "vault/flow/kept.h"
#include "vault/flow/note.h"

enum { TOUCH_SECONDS = 60, AGENT_SHOWN = 200 };

static struct span lookup(const struct token *t)
{
	return span_make((const char *)t->lookup, TOKEN_HASH);
}

bool account_is_over(const struct account *a, int64_t now)
{
	char today[DAY_TEXT];

	day_iso(day_jst(now), today);
	return a->disabled || (a->until[0] && strcmp(a->until, today) < 0) ||
	       (a->staff && a->institution_closed[0] && strcmp(a->institution_closed, today) < 0);
}

static long at_least_0(long long n)
{
	return n > 0 ? (long)n : 0;
}

void session_left(const struct app *app, const struct session *s, int64_t now, long *idle,
		  long *all)
{
	long long whole = s->weak ? WEAK_SECONDS : app->conf.session_max;

	*idle = at_least_0(s->seen + app->conf.session_idle - now);
	*all = at_least_0(s->since + whole - now);
	if (*idle > *all)
		*idle = *all;
}

static bool has_ended(const struct app *app, const struct session *s, int64_t now)
{
	long long whole = s->weak ? WEAK_SECONDS : app->conf.session_max;

	return now - s->seen > app->conf.session_idle || now - s->since > whole;
}

/* The secret goes, the row stays to say whose it was. */
static enum status close_row(struct app *app, const struct session *s)
{
	struct session_row row;
	struct buf wrapped;
	enum status st;

	buf_init_secret(&wrapped, 1024);
	st = session_get(app->db, lookup(&s->token), &row, &wrapped);
	if (!st && wrapped.len)
		st = session_put(app->db, lookup(&s->token), &row, SPAN(""));
	buf_clear(&wrapped);
	return st;
}

/* Recorded once: the session goes with it. */
static enum status shut_out(struct app *app, const struct session *s)
{
	const struct note n = {
	    .class = "access",
	    .event = "session.end",
	    .who = &s->account,
	    .decision = "deny",
	    .reason = s->account.disabled		 ? "disabled"
		      : s->account.institution_closed[0] ? "closed"
							 : "ended",
	};
	enum status st = note_add(app, &n);

	if (!st)
		st = session_drop(app->db, lookup(&s->token));
	return st ? st : fail(ST_NOTFOUND, "the account is over");
}

enum status session_find(struct app *app, struct span cookie, int64_t now, struct session *out)
{
	struct session_row row = {.n = 0};
	enum status st;

	*out = (struct session){.since = 0};
	if (!token_parse(&out->token, cookie))
		return fail(ST_NOTFOUND, "no session");
	st = session_account(app->db, lookup(&out->token), &row, &out->account);
	out->n = row.n;
	out->since = row.since;
	out->seen = row.seen;
	out->weak = row.weak;
	if (!st && account_is_over(&out->account, now))
		st = shut_out(app, out);
	if (!st && has_ended(app, out, now)) {
		st = close_row(app, out);
		return st ? st : fail(ST_STALE, "the session has ended");
	}
	if (st)
		session_clear(out);
	return st;
}

enum status session_stay(struct app *app, struct session *s, int64_t now, bool at_once)
{
	enum status st = ST_OK;

	if (!at_once && now - s->seen < TOUCH_SECONDS)
		return ST_OK;
	st = session_touch(app->db, lookup(&s->token), now);
	if (!st)
		s->seen = now;
	return st;
}

void session_clear(struct session *s)
{
	token_clear(&s->token);
	*s = (struct session){.since = 0};
}

/* What a browser says of itself, without what could be no name of a browser. */
static void copy_agent(struct span agent, char out[static SESSION_AGENT])
{
	size_t n = 0;

	for (size_t i = 0; i < agent.n && n < AGENT_SHOWN; i++)
		if (agent.p[i] >= 0x20 && agent.p[i] < 0x7f)
			out[n++] = agent.p[i];
	out[n] = '\0';
}

enum status session_open(struct app *app, const struct attempt *a, const struct account *who,
			 const struct seal_secret *secret, bool weak, char text[static TOKEN_TEXT])
{
	struct session_row row = {.since = a->now, .seen = a->now, .weak = weak};
	struct token token;
	char wrapped[SEAL_TEXT];
	enum status st;

	token_new(&token, text);
	span_copy(span_of(who->id), row.account, sizeof row.account);
	span_copy(span_of(a->peer), row.peer, sizeof row.peer);
	copy_agent(a->agent, row.agent);
	st = seal_for_session(wrapped, secret, token.secret, span_of(who->id));
	if (!st)
		st = session_put(app->db, lookup(&token), &row, span_of(wrapped));
	token_clear(&token);
	explicit_bzero(wrapped, sizeof wrapped);
	return st;
}

enum status session_secret(struct app *app, const struct session *s, struct seal_secret **out)
{
	struct session_row row;
	struct buf wrapped;
	enum status st;

	*out = NULL;
	buf_init_secret(&wrapped, 1024);
	st = session_get(app->db, lookup(&s->token), &row, &wrapped);
	if (!st)
		st = seal_from_session(out, buf_str(&wrapped), s->token.secret,
				       span_of(s->account.id));
	buf_clear(&wrapped);
	return st;
}

enum status session_strengthen(struct app *app, const struct attempt *a, const struct session *s,
			       char text[static TOKEN_TEXT])
{
	struct seal_secret *secret;
	enum status st = session_secret(app, s, &secret);

	if (!st)
		st = session_open(app, a, &s->account, secret, false, text);
	if (!st)
		st = session_drop(app->db, lookup(&s->token));
	seal_secret_free(secret);
	return st;
}

enum status session_actor(struct app *app, const struct session *s, const char *request,
			  struct actor *out)
{
	struct seal_secret *secret = NULL;
	enum status st;

	*out = (struct actor){.key = NULL};
	if (s->weak)
		return fail(ST_DENIED, "the second factor is missing");
	st = session_secret(app, s, &secret);
	if (st)
		return st;
	actor_session(out, app, &s->account, secret, request);
	out->key = out->account.key;
	return ST_OK;
}

static enum status note_end(struct app *app, const struct session *s, const char *reason,
			    const char *request)
{
	struct note n = {
	    .class = "session",
	    .event = "session.end",
	    .who = &s->account,
	    .decision = "allow",
	    .reason = reason,
	    .request = request,
	};

	return note_add(app, &n);
}

enum status session_end(struct app *app, const struct session *s, long long n, const char *request)
{
	enum status st = session_drop_one(app->db, span_of(s->account.id), n);

	return st ? st : note_end(app, s, "own-session", request);
}

enum status session_end_others(struct app *app, const struct session *s, const char *request)
{
	enum status st = session_drop_others(app->db, span_of(s->account.id), lookup(&s->token));

	return st ? st : note_end(app, s, "others", request);
}

enum status session_sweep(struct app *app, int64_t now)
{
	long long idle = now - app->conf.session_idle, since = now - app->conf.session_max;
	enum status st = session_blank(app->db, idle, since);

	if (!st)
		st = session_expire(app->db, idle - ENDED_SECONDS, since - ENDED_SECONDS);
	if (!st)
		st = draft_sweep(app, now);
	if (!st)
		st = access_token_expire(app->db, now);
	return st ? st : kept_expire(app->db, now - KEPT_SECONDS);
}
