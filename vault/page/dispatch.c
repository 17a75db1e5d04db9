/* The way of every request: route, session, form, access, handler, answer. */
#include "vault/page/page.h"

#include "generator/base/path.h"
#include "vault/flow/files.h"
#include "vault/flow/kept.h"
#include "vault/http/origin.h"
#include "vault/page/log_wait.h"
#include "vault/page/login.h"

#include <stdio.h>

enum { RETRY_SECONDS = 5 };

static const char form_type[] = "application/x-www-form-urlencoded";
static const char files_type[] = "multipart/form-data";

/* The one place where an outcome becomes a number. */
static int http_status(enum status st)
{
	switch (st) {
	case ST_NOTFOUND:
	case ST_DENIED:
		return 404;
	case ST_INVALID:
	case ST_USAGE:
		return 400;
	case ST_TOOBIG:
		return 413;
	case ST_BUSY:
	case ST_STALE: /* other sheets of the child were saved all the time */
	case ST_IO:
	case ST_NOMEM:
		return 503;
	default:
		return 500;
	}
}

/* Our mistakes and the disk's are for the operator; what visitors do wrong is in the journal. */
static void log_failure(const struct page *p, enum status st, int status)
{
	if (status < 500)
		return;
	fprintf(stderr, "karte: request %s: %.*s: %s: %s\n", p->req->id, SPAN_ARG(p->req->raw_path),
		status_name(st), fail_why());
}

/*
 * Whose request it is.  In a weak session nobody is signed in yet: who stays NULL, so that no page
 * can take that person for one who has come in.  Asking how long a session lasts is no use of it.
 */
static void find_session(struct page *p, const struct page_route *row)
{
	struct span cookie;
	enum status st;

	if (!request_cookie(p->req, "__Host-karte", &cookie))
		return;
	st = session_find(p->app, cookie, p->req->now, &p->session);
	if (!st && row->handler != page_session)
		st = session_stay(p->app, &p->session, p->req->now, false);
	if (st == ST_STALE) {
		span_copy(span_of(p->session.account.id), p->ended, sizeof p->ended);
		memcpy(p->ended_token, p->session.token.lookup, sizeof p->ended_token);
	}
	if (st) {
		session_clear(&p->session);
		return;
	}
	p->who = p->session.weak ? NULL : &p->session.account;
	csrf_token(p->csrf, p->app->csrf_key, p->session.token.lookup);
}

static enum status read_form(struct page *p)
{
	if (p->req->arrival)
		return arrival_end(p->req->arrival, &p->files, &p->form);
	if (request_has_type(p->req, files_type))
		return multipart_parse(&p->files, &p->form, p->req->content_type, p->req->body,
				       p->arena);
	return form_parse(&p->form, p->req->body, p->arena);
}

/* A POST must come from a form of ours, in our form's type, with this session's token. */
static int check_post(struct page *p, const struct page_route *row)
{
	enum status st;

	if (p->req->refused)
		return p->req->refused;
	if (!request_has_type(p->req, form_type) &&
	    !((row->how & TAKES_FILES) && request_has_type(p->req, files_type)))
		return 415;
	if (!origin_same(p->req))
		return 403;
	if (p->req->untaken)
		return 0;
	st = read_form(p);
	if (st)
		return http_status(st);
	if (row->action == ACT_PUBLIC) /* the sign-in page checks its own token */
		return 0;
	if ((p->who || login_is_weak(p)) &&
	    !csrf_check(form_get(&p->form, "csrf"), p->app->csrf_key, p->session.token.lookup))
		return 403;
	return 0;
}

/* ---- who is not signed in ------------------------------------------------------------------ */

static bool is_below(struct span path, const char *top)
{
	struct span t = span_of(top);

	return span_starts(path, t) && (path.n == t.n || path.p[t.n] == '/');
}

/*
 * What was typed is kept for the person whose session has ended, unless it is about signing in
 * itself.  Only a form that this session was given: whoever has no more than the password, or an
 * old cookie, must not lay something before the person to be sent in their name.
 */
static bool keep(struct page *p, const struct page_route *row)
{
	struct span path = p->req->path;

	if (p->req->method != M_POST || !p->ended[0] || row->action == ACT_FACTOR ||
	    p->files.count || is_below(path, "/account") || is_below(path, "/kept") ||
	    !csrf_check(form_get(&p->form, "csrf"), p->app->csrf_key, p->ended_token))
		return false;
	return keep_form(p->app, span_of(p->ended), p->req->raw_path, &p->form, p->req->now) ==
	       ST_OK;
}

/* Somebody who is not signed in is asked to, and comes back to the page. */
static enum status to_login(struct page *p, const struct page_route *row)
{
	bool kept = keep(p, row);
	struct span next = p->req->method == M_POST ? SPAN("/") : p->req->raw_path;
	struct buf to;
	enum status st;

	if (login_is_weak(p))
		return login_second(p, next, kept);
	buf_init(&to, LOGIN_TO);
	login_path(&to, kept ? "/login?kept=1" : "/login", next);
	st = to.st ? to.st : response_redirect(p->res, buf_str(&to));
	buf_clear(&to);
	return st;
}

/* ---- the way ------------------------------------------------------------------------------- */

static void fill_question(struct page *p, const struct page_route *row)
{
	p->q = (struct question){
	    .action = row->action,
	    .who = login_is_weak(p) ? &p->session.account : p->who,
	    .weak = login_is_weak(p),
	    .child = param(&p->params, "child"),
	    .type = param(&p->params, "type"),
	    .id = param(&p->params, "id"),
	    .request = p->req->id,
	    .now = p->req->now,
	    .hold = p->req->method == M_POST ? NULL : p->res->hold,
	};
}

/* A form that is none of ours is recorded like every other refusal, if it is known whose it is. */
static enum status refuse_form(struct page *p, const struct page_route *row, int status)
{
	enum status st = ST_DENIED;

	fill_question(p, row);
	if (status == 403 && p->who)
		st = refuse(p->app, &p->q, "form");
	return st == ST_DENIED ? page_error(p, status, 0) : st;
}

static bool may_enter(const struct page *p, const struct page_route *row)
{
	return p->who || row->action == ACT_PUBLIC ||
	       (row->action == ACT_FACTOR && login_is_weak(p));
}

/*
 * A form that was kept and is sent again says which it is, and is kept no longer once it was taken.
 * The pages know nothing of that field: a form with one that is not theirs would be refused.
 */
static long take_kept(struct page *p)
{
	struct span number = form_get(&p->form, "kept");
	struct pair *pairs;
	size_t count = 0;
	long n = 0;

	if (!p->who || !span_number(number, 1000000000, &n))
		return 0;
	pairs = arena_array(p->arena, p->form.count, sizeof *pairs);
	if (!pairs)
		return 0;
	for (size_t i = 0; i < p->form.count; i++)
		if (!span_is(p->form.pairs[i].name, "kept"))
			pairs[count++] = p->form.pairs[i];
	p->form = (struct form){pairs, count};
	return n;
}

static enum status drop_kept(const struct page *p, long n)
{
	enum status st = ST_OK;

	if (n && p->res->status == 303)
		st = kept_drop(p->app->db, span_of(p->who->id), n);
	return st == ST_NOTFOUND ? ST_OK : st;
}

/* A cookie that comes along counts for nothing here, and a POST is no form of ours. */
static enum status serve_program(struct page *p, const struct page_route *row)
{
	if (p->req->refused)
		return page_error(p, p->req->refused, 0);
	if (form_parse(&p->query, p->req->query, p->arena))
		return page_error(p, 400, 0);
	fill_question(p, row);
	p->q.who = NULL;
	return row->handler(p);
}

static enum status serve(struct page *p, const struct page_route *row)
{
	enum status st = ST_OK;
	long kept;
	int refused;

	if (row->how & BY_TOKEN)
		return serve_program(p, row);
	if (!(row->how & FOR_ANYBODY))
		find_session(p, row);
	refused = p->req->method == M_POST ? check_post(p, row) : 0;

	if (refused)
		return refuse_form(p, row, refused);
	if (!may_enter(p, row))
		return to_login(p, row);
	if (form_parse(&p->query, p->req->query, p->arena))
		return page_error(p, 400, 0);
	fill_question(p, row);
	if (p->q.child.n && !path_child(p->q.child))
		st = refuse(p->app, &p->q, "no-child");
	else if ((row->how & INTO_FILES) && p->q.child.n)
		st = files_may_add(p->app, &p->q, p->q.child);
	else if (row->action != ACT_PUBLIC && !(row->how & DECIDES_ITSELF))
		st = decide(p->app, &p->q, &p->decision, NULL);
	if (!st && p->req->untaken && !p->who->staff)
		st = refuse(p->app, &p->q, "not-yours");
	if (!st && p->req->untaken) /* it was decided otherwise a moment ago: let them try again */
		return page_error(p, 503, RETRY_SECONDS);
	kept = take_kept(p);
	if (!st)
		st = row->handler(p);
	return st ? st : drop_kept(p, kept);
}

static enum status route(struct page *p)
{
	size_t row;
	unsigned allowed;

	switch (route_find(page_routes, page_route_count, sizeof *page_routes, p->req->method,
			   p->req->path, &row, &p->params, &allowed)) {
	case ROUTE_FOUND:
		return serve(p, &page_routes[row]);
	case ROUTE_NO_METHOD:
		response_header(p->res, "Allow", route_allow(allowed));
		return page_error(p, 405, 0);
	default:
		return page_error(p, 404, 0);
	}
}

void page_broken(void *ctx, const struct request *req, struct response *res)
{
	struct page p = {.app = ctx, .req = req, .res = res, .arena = arena_new(PAGE_ARENA_MAX)};

	fail(ST_IO, "the journal cannot be written");
	log_failure(&p, ST_IO, 503);
	if (p.arena)
		page_error(&p, 503, RETRY_SECONDS);
	arena_free(p.arena);
}

bool page_prompt(void *ctx, const struct request *req)
{
	(void)ctx;
	return req->method != M_POST &&
	       (span_starts(req->path, SPAN("/assets/")) || span_is(req->path, "/healthz"));
}

/* To this child; of a page about no child, whoever may have children to add files to. */
static bool may_bring(const struct page *p)
{
	bool may = false;

	if (!p->q.child.p)
		return p->who->staff;
	return path_child(p->q.child) && !files_may_add_quietly(p->app, &p->q, p->q.child, &may) &&
	       may;
}

/*
 * Before the first byte of a large body: is there such a page, was the form sent by a page of ours,
 * is somebody signed in, and may they add files (to this child)?  What is not taken is answered by
 * page_answer() as always, with the record of a refusal.  The token of the form is in the body: it
 * is looked at when all has come, before anything is kept.
 */
void page_plan(void *ctx, const struct request *req, struct body_plan *out)
{
	struct page p = {.app = ctx, .req = req, .arena = arena_new(PAGE_ARENA_MAX)};
	const size_t file_max = (size_t)p.app->conf.file_max * 1024 * 1024;
	const struct page_route *row;
	size_t n;
	unsigned allowed;
	bool may = false;

	out->how = BODY_MEMORY;
	if (p.arena &&
	    route_find(page_routes, page_route_count, sizeof *page_routes, req->method, req->path,
		       &n, &p.params, &allowed) == ROUTE_FOUND &&
	    (page_routes[n].how & INTO_FILES)) {
		row = &page_routes[n];
		find_session(&p, row);
		p.q = (struct question){.action = row->action,
					.who = p.who,
					.child = param(&p.params, "child"),
					.request = req->id,
					.now = req->now};
		may = p.who && origin_same(req) && may_bring(&p);
		*out = (struct body_plan){.how = may ? BODY_FILES : BODY_UNTAKEN,
					  .file_max = file_max,
					  .form_max = PAGE_FILES_MAX * file_max + FORM_BYTES_MAX};
	}
	session_clear(&p.session);
	arena_free(p.arena);
}

/* Passwords and what is written about children do not stay behind in freed memory. */
static void wipe_form(struct form *f)
{
	for (size_t i = 0; i < f->count; i++)
		explicit_bzero((char *)(uintptr_t)f->pairs[i].value.p, f->pairs[i].value.n);
}

void page_answer(void *ctx, const struct request *req, struct response *res)
{
	struct page p = {.app = ctx, .req = req, .res = res, .arena = arena_new(PAGE_ARENA_MAX)};
	enum status st = p.arena ? ST_OK : ST_NOMEM;
	bool waits = false;
	int status;

	if (!st)
		st = route(&p);
	if (st == ST_BUSY && page_log_wait(&p, &waits) == ST_OK && waits)
		st = ST_OK;
	if (st && p.arena) {
		status = http_status(st);
		log_failure(&p, st, status);
		page_error(&p, status, status == 503 ? RETRY_SECONDS : 0);
	}
	session_clear(&p.session);
	wipe_form(&p.form);
	arena_free(p.arena);
}
