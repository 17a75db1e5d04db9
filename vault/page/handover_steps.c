/* POST /children/:child/handover/:handover/…: the steps of one handover. */
#include "vault/page/handover.h"

typedef enum status step_fn(struct page *p, const struct actor *who, struct span id);

static enum status take(struct page *p, step_fn *step)
{
	struct span id = param(&p->params, "handover");
	char to[HREF_MAX];
	struct actor actor;
	enum status st = session_actor(p->app, &p->session, p->req->id, &actor);

	if (!st)
		st = step(p, &actor, id);
	actor_clear(&actor);
	if (st == ST_INVALID)
		return handover_show(p, 422, arena_printf(p->arena, "%s", fail_why()));
	href_handover(to, p->q.child, id, "");
	return st && st != ST_EXISTS ? st : response_redirect(p->res, to);
}

static enum status answer(struct page *p, const struct actor *who, struct span id)
{
	size_t n;
	const struct span *list = handover_ticks(p, &n);

	return handover_give_answer(p->app, who, &p->q, id, list, n);
}

static enum status open_it(struct page *p, const struct actor *who, struct span id)
{
	size_t n;
	const struct span *list = handover_ticks(p, &n);

	return handover_open(p->app, who, &p->q, id, list, n);
}

static enum status confirm(struct page *p, const struct actor *who, struct span id)
{
	return handover_confirm(p->app, who, &p->q, id);
}

static enum status tell(struct page *p, const struct actor *who, struct span id)
{
	struct span text = form_get(&p->form, "text");

	return handover_feedback(p->app, who, &p->q, id, text.p ? text : SPAN(""));
}

static enum status close_it(struct page *p, const struct actor *who, struct span id)
{
	return handover_close(p->app, who, &p->q, id);
}

enum status page_handover_answer(struct page *p)
{
	return take(p, answer);
}

enum status page_handover_open(struct page *p)
{
	return take(p, open_it);
}

enum status page_handover_confirm(struct page *p)
{
	return take(p, confirm);
}

enum status page_handover_feedback(struct page *p)
{
	return take(p, tell);
}

enum status page_handover_close(struct page *p)
{
	return take(p, close_it);
}
