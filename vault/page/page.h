/*
 * One request on its way to an answer, and the pages that answer: one URL family a file, no SQL,
 * no git.  A handler translates HTTP to a call of vault/flow/ and its outcome to HTML.
 */
#ifndef KARTE_PAGE_PAGE_H
#define KARTE_PAGE_PAGE_H

#include "generator/base/arena.h"
#include "vault/auth/csrf.h"
#include "vault/flow/decide.h"
#include "vault/flow/sign_in.h"
#include "vault/http/form.h"
#include "vault/http/response.h"
#include "vault/http/route.h"

enum { PAGE_HTML_MAX = 16 * 1024 * 1024, PAGE_ARENA_MAX = 16 * 1024 * 1024 };

struct page {
	struct app *app;
	const struct request *req;
	struct response *res;
	struct arena *arena; /* given back after the answer */
	struct session session;
	const struct account *who; /* NULL: nobody is signed in */
	char csrf[CSRF_TEXT];	   /* for the forms of this answer; "" without a session */
	struct params params;	   /* of the path */
	struct form query, form;   /* of the URL; of the body */
	struct question q;	   /* what is asked, with the action of the route */
};

/*
 * Fills the response.  A status other than ST_OK makes the error page for it; what was put into
 * the response so far is thrown away.
 */
typedef enum status page_handler(struct page *p);

struct page_route {
	struct route route; /* first: http/route.h walks the table by it */
	enum action action; /* what the visitor must be allowed to do */
	page_handler *handler;
	bool decides_itself; /* the flow decides, since only it knows the sheet */
	bool for_anybody;    /* the same for all: no session is looked up */
};

extern const struct page_route page_routes[];
extern const size_t page_route_count;

/* The answer function of the server; ctx is the struct app. */
void page_answer(void *ctx, const struct request *req, struct response *res);

/* The page in place of one whose record could not be written. */
void page_broken(void *ctx, const struct request *req, struct response *res);

/* Is the answer in memory, and nobody's in particular?  For the server's prompt answers. */
bool page_prompt(void *ctx, const struct request *req);

/* The page for a failure.  409 and 422 are made by the pages that know the form. */
enum status page_error(struct page *p, int status, long retry_after);

page_handler page_home, page_login, page_login_post, page_logout, page_children, page_karte,
    page_karte_pdf, page_sheet_new, page_sheet, page_sheet_pdf, page_edit, page_save, page_history,
    page_version, page_version_pdf, page_audit, page_help, page_static_page, page_asset,
    page_health, page_ready, page_verify;

#endif
