/* POST /releases/:release/ask, confirm, stop, recall, drop: one step each. */
#include "vault/page/releases.h"

#include <stdio.h>

typedef enum status step_fn(struct page *p, const struct release *r);
static step_fn confirm;

/* What went wrong is said on the page as it is now. */
static enum status answer(struct page *p, enum status st)
{
	char why[RELEASE_WHY];
	struct release r;
	int status = st == ST_STALE ? 409 : 422;

	snprintf(why, sizeof why, "%s", fail_why());
	st = release_load(p->app, &p->q, param(&p->params, "release"), true, p->arena, &r);
	if (st == ST_DENIED) /* it is gone meanwhile */
		return response_redirect(p->res, "/releases");
	return st ? st : send_release(p, status, &r, why);
}

/* to: where it goes on; NULL: the release. */
static enum status take(struct page *p, step_fn *step, const char *next)
{
	char to[HREF_MAX];
	struct release r;
	enum status st = releases_for_staff(p);

	if (!st)
		st = release_load(p->app, &p->q, param(&p->params, "release"), step == confirm,
				  p->arena, &r);
	if (st)
		return st;
	st = step(p, &r);
	if (st == ST_INVALID || st == ST_STALE)
		return answer(p, st);
	if (st)
		return st;
	href_release(to, r.row.id, "");
	return response_redirect(p->res, next ? next : to);
}

static enum status ask(struct page *p, const struct release *r)
{
	return release_ask(p->app, &p->q, r);
}

static enum status confirm(struct page *p, const struct release *r)
{
	struct span ticked[RELEASE_ODD_MAX], one;
	size_t n = 0, at = 0;

	while (n < RELEASE_ODD_MAX && (one = form_next(&p->form, "odd", &at)).p)
		ticked[n++] = one;
	return release_confirm(p->app, &p->q, r, form_get(&p->form, "token"), ticked, n);
}

static enum status stop(struct page *p, const struct release *r)
{
	return release_stop(p->app, &p->q, r);
}

static enum status recall(struct page *p, const struct release *r)
{
	return release_recall(p->app, &p->q, r);
}

static enum status drop(struct page *p, const struct release *r)
{
	return release_throw(p->app, &p->q, r, form_get(&p->form, "child"));
}

enum status page_release_ask(struct page *p)
{
	return take(p, ask, NULL);
}

enum status page_release_confirm(struct page *p)
{
	return take(p, confirm, NULL);
}

enum status page_release_stop(struct page *p)
{
	return take(p, stop, NULL);
}

enum status page_release_recall(struct page *p)
{
	return take(p, recall, NULL);
}

/* After a whole draft was thrown away there is only the list to go to. */
enum status page_release_drop(struct page *p)
{
	return take(p, drop, form_get(&p->form, "child").n ? NULL : "/releases");
}
