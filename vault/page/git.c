/*
 * Repositories for stock git, read only: gitprotocol-http(5), the smart protocol.  Basic
 * authentication with an access token; nothing here looks at cookies, so no page of another site
 * can use somebody's session.
 *
 * git asks without credentials first and sends them after a 401.  Every other refusal is 404, as
 * for a repository that is not there.
 */
#include "vault/flow/audit_copy.h"
#include "vault/http/gunzip.h"
#include "vault/page/page.h"

static const char upload_pack[] = "git-upload-pack";

struct visit {
	struct account who;
	struct access_token token;
	struct repo *repo;
};

static enum status ask_who(struct page *p)
{
	enum status st =
	    response_header(p->res, "WWW-Authenticate", "Basic realm=\"karte\", charset=\"UTF-8\"");

	return st ? st : page_error(p, 401, 0);
}

/* On ST_OK with v->repo NULL the answer is made already. */
static enum status enter(struct page *p, struct visit *v)
{
	long wait = 0;
	enum status st;

	v->repo = NULL;
	st = access_token_take(p->app, &p->q, p->req->authorization, p->req->peer, &v->token,
			       &v->who, &wait);
	if (st == ST_NOTFOUND)
		return ask_who(p);
	if (st == ST_BUSY)
		return page_error(p, 429, wait);
	p->q.who = &v->who;
	return st ? st : copy_open(p->app, &p->q, &v->token, &v->repo);
}

/* ---- the first request ---------------------------------------------------------------------- */

static enum status advertise(struct page *p, struct visit *v)
{
	struct oid head;
	enum status st;

	buf_clear(&p->res->body);
	st = repo_advertise(v->repo, &p->res->body, &head);
	if (!st)
		st = copy_note_open(p->app, &p->q, &v->token);
	p->res->status = 200;
	p->res->type = "application/x-git-upload-pack-advertisement";
	return st;
}

enum status page_git_refs(struct page *p)
{
	struct span service = form_get(&p->query, "service");
	struct visit v;
	enum status st;

	if (span_is(service, "git-receive-pack"))
		return page_error(p, 403, 0);
	st = enter(p, &v);
	if (!st && v.repo)
		st = span_is(service, upload_pack) ? advertise(p, &v)
						   : fail(ST_NOTFOUND, "no such service");
	repo_close(v.repo);
	p->q.who = NULL;
	return st;
}

/* ---- the pack ------------------------------------------------------------------------------- */

static enum status read_body(struct page *p, struct buf *body)
{
	struct span how = p->req->content_encoding;

	if (!how.p || span_is(how, "identity"))
		buf_addspan(body, p->req->body);
	else if (span_is(how, "gzip") || span_is(how, "x-gzip"))
		return gunzip(p->req->body, body);
	else
		return fail(ST_INVALID, "a body in an unknown coding");
	return body->st;
}

static enum status answer(struct page *p, struct visit *v, const struct fetch *f)
{
	enum status st = fetch_answer(v->repo, f, &p->res->fd, &p->res->fd_bytes);

	if (!st && f->done)
		st = copy_note(p->app, &p->q, "git.clone", &f->want);
	p->res->status = 200;
	p->res->type = "application/x-git-upload-pack-result";
	return st;
}

static enum status give(struct page *p, struct visit *v)
{
	struct fetch *f = arena_array(p->arena, 1, sizeof *f);
	struct buf body;
	enum status st = f ? ST_OK : ST_NOMEM;

	buf_init(&body, FETCH_MAX);
	if (!st)
		st = read_body(p, &body);
	if (!st)
		st = fetch_read(f, v->repo, buf_span(&body));
	if (st == ST_DENIED)
		st = refuse(p->app, &p->q, "no-version");
	if (!st)
		st = answer(p, v, f);
	buf_clear(&body);
	return st;
}

enum status page_git_pack(struct page *p)
{
	struct visit v;
	enum status st = enter(p, &v);

	if (!st && v.repo)
		st = request_has_type(p->req, "application/x-git-upload-pack-request")
			 ? give(p, &v)
			 : page_error(p, 415, 0);
	repo_close(v.repo);
	p->q.who = NULL;
	return st;
}

/* Nothing is written from outside, whoever asks. */
enum status page_git_push(struct page *p)
{
	return page_error(p, 403, 0);
}
