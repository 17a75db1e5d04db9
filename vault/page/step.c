#include "vault/page/step.h"

#include "vault/page/lists.h"
#include "vault/page/widgets.h"

#include <stdio.h>

enum { COMMENT_ROWS = 3, COMMENT_BYTES = 16 * 1024 };

/* ---- what was said ------------------------------------------------------------------------ */

/* 「小林 直樹さんが 令和8年11月20日 14:31 に 差しもどしました。」 */
static void who_took(const struct page *p, struct html *h, const struct reading *r,
		     const struct version_row *v, enum step step)
{
	struct account a;
	struct span name = SPAN_NONE;

	if (account_get(p->app->db, span_of(v->account), &a) == ST_OK)
		name = shield_person(&r->shield, &a);
	html_open(h, "p");
	html_text(h, name.n ? name : SPAN(SHIELD_PLACE));
	html_texts(h, "さんが ");
	list_moment(h, v->at);
	html_texts(h, step == STEP_RETURN   ? " に 差しもどしました。"
		      : step == STEP_REVISE ? " に 書き直しを 始めました。"
					    : " に 確認を お願いしました。");
	html_close(h);
}

static void quote(struct html *h, struct span comment)
{
	if (!comment.n)
		return;
	html_open(h, "blockquote");
	html_class(h, "as-typed");
	html_text(h, comment);
	html_close(h);
}

enum status step_said(struct page *p, struct html *h, struct reading *r, const struct steps *s)
{
	struct version_row v;
	struct buf comment;
	enum step step;
	enum status st;

	if (!s->taker.writer || !step_find(span_of(s->row.step), &step) ||
	    (step != STEP_RETURN && step != STEP_SUBMIT && step != STEP_REVISE))
		return ST_OK;
	st = version_get_of(p->app->db, span_of(s->row.step_version), p->q.child, p->q.type,
			    p->q.id, &v);
	if (st)
		return st == ST_NOTFOUND ? ST_OK : st;
	buf_init(&comment, COMMENT_BYTES);
	st = reading_reason(r, span_of(v.id), &comment);
	html_open(h, "section");
	html_class(h, step == STEP_RETURN ? "banner banner-warning" : "banner");
	html_attrs(h, "aria-label", "確認のようす");
	who_took(p, h, r, &v, step);
	quote(h, buf_span(&comment));
	html_close(h);
	buf_clear(&comment);
	return st;
}

/* ---- buttons ------------------------------------------------------------------------------ */

static void begin(struct page *p, struct html *h, const char *base, enum step step)
{
	char href[HREF_MAX];

	href_sheet(href, p->q.child, p->q.type, p->q.id, "/step");
	form_begin(h, p, href);
	html_hidden(h, "base", span_of(base));
	html_hidden(h, "step", span_of(step_name(step)));
}

static void comment_field(struct html *h, enum step step, const struct step_look *look)
{
	static const char *const labels[STEP_COUNT] = {
	    [STEP_SUBMIT] = "確認する人へ ひとこと　※任意",
	    [STEP_RETURN] = "どこを直してほしいか",
	    [STEP_REVISE] = "書き直す理由",
	};

	field_area(h,
		   &(struct field_look){.id = "comment",
					.label = labels[step],
					.hint = "版の記録に 残ります。"
						"子どもの名前は 書かないでください。",
					.error = look->error,
					.required = step_needs_comment(step)},
		   COMMENT_ROWS, look->comment);
}

/* A step with a word to say opens its form, so that it is not pressed by mistake. */
static void with_comment(struct page *p, struct html *h, enum step step,
			 const struct step_look *look)
{
	bool open = look->error || look->comment.n;

	html_open(h, "details");
	html_flag(h, "open", open);
	html_leafs(h, "summary", step_label(step));
	begin(p, h, look->base, step);
	comment_field(h, step, look);
	form_button(h, step_label(step), "secondary");
	html_close(h);
	html_close(h);
}

/* The step that leads on: first everything is looked at, then it is pressed. */
/* Whom and about what is asked on a page of its own. */
static void ask_guardians(struct page *p, struct html *h)
{
	char rest[HREF_MAX / 2], href[HREF_MAX];

	snprintf(rest, sizeof rest, "/consents/new?type=%.*s&id=%.*s", SPAN_ARG(p->q.type),
		 SPAN_ARG(p->q.id));
	href_child(href, p->q.child, rest);
	html_open(h, "p");
	html_open(h, "a");
	html_class(h, "button");
	html_attrs(h, "href", href);
	html_texts(h, "保護者に 同意を お願いする");
	html_close(h);
	html_close(h);
}

static void onward(struct page *p, struct html *h, enum step step, const struct step_look *look)
{
	char href[HREF_MAX];

	if (!look->looked) {
		href_sheet(href, p->q.child, p->q.type, p->q.id, "/check");
		html_open(h, "p");
		html_open(h, "a");
		/* a draft's first button is the one to write */
		html_class(h, step == STEP_FINALISE ? "button" : "button button-secondary");
		html_attrs(h, "href", href);
		html_texts(h, step == STEP_SUBMIT ? "確認をお願いする" : "内容を確かめる");
		html_close(h);
		html_close(h);
		return;
	}
	if (look->stopped)
		return;
	if (step == STEP_ASK) {
		ask_guardians(p, h);
		return;
	}
	begin(p, h, look->base, step);
	if (step == STEP_SUBMIT)
		comment_field(h, step, look);
	form_button(h, step_label(step), "");
	html_close(h);
}

enum step step_onward(const struct steps *s)
{
	for (unsigned i = 0; i < STEP_COUNT; i++)
		if (s->may[i] && step_leads_on((enum step)i))
			return (enum step)i;
	return STEP_COUNT;
}

void step_buttons(struct page *p, struct html *h, const struct steps *s,
		  const struct step_look *look)
{
	enum step on = step_onward(s);

	if (on != STEP_COUNT)
		onward(p, h, on, look);
	if (s->may[STEP_RETURN])
		with_comment(p, h, STEP_RETURN, look);
	if (s->may[STEP_RECALL]) {
		begin(p, h, look->base, STEP_RECALL);
		form_button(h, step_label(STEP_RECALL), "secondary");
		html_close(h);
	}
	if (s->may[STEP_REVISE])
		with_comment(p, h, STEP_REVISE, look);
}

const char *step_banner(const char *action)
{
	static const char *const said[STEP_COUNT] = {
	    [STEP_SUBMIT] = "確認を お願いしました。ほかの人の「あなたの仕事」に 入りました。",
	    [STEP_RETURN] = "差しもどしました。書いた人の「あなたの仕事」に 入りました。",
	    [STEP_RECALL] = "取りもどしました。また 書くことが できます。",
	    [STEP_ASK] = "保護者に 同意を お願いしました。",
	    [STEP_FINALISE] = "確定しました。",
	    [STEP_REVISE] = "下書きに もどしました。また 書くことが できます。",
	};
	enum step step;

	return step_find(span_of(action), &step) ? said[step] : NULL;
}

/* ---- POST …/step -------------------------------------------------------------------------- */

static enum status to_sheet(struct page *p)
{
	char to[HREF_MAX];

	href_sheet(to, p->q.child, p->q.type, p->q.id, "");
	return response_redirect(p->res, to);
}

static enum status not_taken(struct page *p, enum status st, const struct taking *in,
			     const struct problems *ps)
{
	if (st == ST_INVALID)
		return check_show(p, &(struct check_screen){
					 .status = 422, .problems = ps, .comment = in->comment});
	if (st == ST_STALE)
		return check_show(p,
				  &(struct check_screen){
				      .status = 409,
				      .banner_kind = "warning",
				      .banner = "ほかの人が 先に このシートを 変えました。"
						"下は いまの内容です。もう一度 確かめてください。",
				      .comment = in->comment});
	return st;
}

enum status page_step(struct page *p)
{
	struct taking in = {.comment = span_trim(form_get(&p->form, "comment")),
			    .base = form_get(&p->form, "base")};
	struct actor actor = {.key = NULL};
	struct problems ps;
	struct steps steps;
	struct oid version;
	enum status st;

	if (!step_find(form_get(&p->form, "step"), &in.step) || in.step == STEP_ASK) {
		/* none of this form; who could take no step does not learn that there is a sheet */
		st = decide(p->app, &p->q, &p->decision, NULL);
		if (!st)
			st = workflow_steps(p->app, &p->q, &steps);
		if (st)
			return st;
		return steps.taker.writer ? fail(ST_USAGE, "no such step")
					  : refuse(p->app, &p->q, "not-a-writer");
	}
	problems_init(&ps);
	st = session_actor(p->app, &p->session, p->req->id, &actor);
	if (!st)
		st = workflow_take(p->app, &actor, &p->q, &in, &ps, &version);
	actor_clear(&actor);
	if (st == ST_OK || st == ST_EXISTS)
		st = to_sheet(p);
	else
		st = not_taken(p, st, &in, &ps);
	problems_clear(&ps);
	return st;
}
