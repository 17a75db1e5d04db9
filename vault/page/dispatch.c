/* The way of every request: route, session, form, access, handler, answer. */
#include "vault/page/page.h"

#include "generator/base/path.h"
#include "vault/http/origin.h"

#include <stdio.h>

enum { RETRY_SECONDS = 5 };

static const char form_type[] = "application/x-www-form-urlencoded";

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

static void find_session(struct page *p)
{
	struct span cookie;

	if (!request_cookie(p->req, "__Host-karte", &cookie) ||
	    session_find(p->app, cookie, p->req->now, &p->session))
		return;
	p->who = &p->session.account;
	csrf_token(p->csrf, p->app->csrf_key, p->session.token.lookup);
}

/* A POST must come from a form of ours, in our form's type, with this session's token. */
static int check_post(struct page *p, const struct page_route *row)
{
	enum status st;

	if (p->req->refused)
		return p->req->refused;
	if (!request_has_type(p->req, form_type))
		return 415;
	if (!origin_same(p->req))
		return 403;
	st = form_parse(&p->form, p->req->body, p->arena);
	if (st)
		return http_status(st);
	if (row->action == ACT_PUBLIC) /* the sign-in page checks its own token */
		return 0;
	if (p->who &&
	    !csrf_check(form_get(&p->form, "csrf"), p->app->csrf_key, p->session.token.lookup))
		return 403;
	return 0;
}

/* Somebody who is not signed in is asked to, and comes back to the page. */
static enum status to_login(struct page *p)
{
	struct buf to;
	enum status st;

	buf_init(&to, 8192);
	buf_adds(&to, "/login");
	if (p->req->method != M_POST && p->req->raw_path.n > 1) {
		buf_adds(&to, "?next=");
		for (size_t i = 0; i < p->req->raw_path.n; i++) {
			char c = p->req->raw_path.p[i];
			if (c == '%' || c == '&' || c == '+' || c == '#')
				buf_addf(&to, "%%%02X", (unsigned char)c);
			else
				buf_addc(&to, c);
		}
	}
	st = response_redirect(p->res, buf_str(&to));
	buf_clear(&to);
	return st;
}

static void fill_question(struct page *p, const struct page_route *row)
{
	p->q = (struct question){
	    .action = row->action,
	    .who = p->who,
	    .child = param(&p->params, "child"),
	    .type = param(&p->params, "type"),
	    .id = param(&p->params, "id"),
	    .request = p->req->id,
	    .now = p->req->now,
	    .hold = p->req->method == M_POST ? NULL : p->res->hold,
	};
}

static enum status serve(struct page *p, const struct page_route *row)
{
	struct decision d;
	enum status st = ST_OK;
	int refused;

	if (!row->for_anybody)
		find_session(p);
	refused = p->req->method == M_POST ? check_post(p, row) : 0;

	if (refused)
		return page_error(p, refused, 0);
	if (row->action != ACT_PUBLIC && !p->who)
		return to_login(p);
	if (form_parse(&p->query, p->req->query, p->arena))
		return page_error(p, 400, 0);
	fill_question(p, row);
	if (p->q.child.n && !path_child(p->q.child))
		st = refuse(p->app, &p->q, "no-child");
	else if (row->action != ACT_PUBLIC && !row->decides_itself)
		st = decide(p->app, &p->q, &d, NULL);
	return st ? st : row->handler(p);
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

void page_answer(void *ctx, const struct request *req, struct response *res)
{
	struct page p = {.app = ctx, .req = req, .res = res, .arena = arena_new(PAGE_ARENA_MAX)};
	enum status st = p.arena ? ST_OK : ST_NOMEM;
	int status;

	if (!st)
		st = route(&p);
	if (st && p.arena) {
		status = http_status(st);
		log_failure(&p, st, status);
		page_error(&p, status, status == 503 ? RETRY_SECONDS : 0);
	}
	session_clear(&p.session);
	arena_free(p.arena);
}
