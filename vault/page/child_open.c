/* Being let in with a reason: the page that says what follows, and takes the reason. */
#include "vault/flow/glass.h"
#include "vault/flow/note.h"
#include "vault/page/frame.h"
#include "vault/page/lists.h"
#include "vault/page/widgets.h"

#include <stdio.h>

struct screen {
	int status, minutes;
	const char *action; /* of the form */
	bool number;	    /* the child's number is asked for too */
	const char *error;
};

static void say_what_follows(struct page *p, struct html *h, const struct screen *s)
{
	html_leafs(h, "p",
		   p->who->staff ? "担当していないお子さんのカルテは、ふだんは見られません。"
				   "どうしても必要なときだけ、理由を書いて開くことができます。"
				 : "管理の担当は、ふだんはシートの内容を見ません。"
				   "必要なときだけ、理由を書いて開くことができます。");
	html_open(h, "ul");
	html_leafs(h, "li", "開いたことと理由は、消せない記録に残ります。");
	html_leafs(h, "li", "監査の記録に、警告として残ります。");
	html_leafs(h, "li",
		   "ご家族の「だれが見たか」に、機関、役割、理由が出ます。"
		   "ご家族が読んでもよい言葉で書いてください。");
	html_open(h, "li");
	html_textf(h, "読めるのは、開いてから %d分のあいだだけです。書くことはできません。",
		   s->minutes);
	html_close(h);
	html_close(h);
}

static enum status show(struct page *p, const struct screen *s)
{
	struct frame f = {.title = "理由を書いて開く", .errors = s->error != NULL};
	const struct crumb crumbs[] = {{"/", SPAN("ホーム")}};
	struct html h;
	struct buf body;
	enum status st;

	f.crumbs = crumbs;
	f.ncrumbs = 1;
	frame_body(&h, &body);
	if (s->error)
		error_box(&h, s->error);
	say_what_follows(p, &h, s);
	if (!s->number) {
		html_open(&h, "p");
		html_textf(&h, "お子さんの番号：%.*s", SPAN_ARG(p->q.child));
		html_close(&h);
	}
	form_begin(&h, p, s->action);
	if (s->number)
		field_text(&h,
			   &(struct field_look){.id = "child",
						.label = "お子さんの番号",
						.hint = "例 c7k3m9q2v4",
						.width = "m",
						.required = true},
			   form_get(&p->form, "child"));
	field_text(
	    &h,
	    &(struct field_look){
		.id = "reason", .label = "理由", .hint = "10字から100字まで。", .required = true},
	    form_get(&p->form, "reason"));
	form_button(&h, "記録して開く", "danger");
	html_close(&h);
	st = frame_send(p, s->status, &f, &body);
	buf_clear(&body);
	return st;
}

static enum status opened(struct page *p, struct span child)
{
	char to[HREF_MAX];

	href_child(to, child, "");
	return response_redirect(p->res, to);
}

/* ---- a child whose page asked for a reason ------------------------------------------------ */

static enum status for_child(struct page *p, int status, const char *error)
{
	char action[HREF_MAX];
	struct screen s = {.status = status, .action = action, .error = error};
	enum status st = glass_minutes(p->app, p->who, &s.minutes);

	href_child(action, p->q.child, "/open");
	return st ? st : show(p, &s);
}

enum status page_child_open(struct page *p)
{
	return for_child(p, 200, NULL);
}

enum status page_child_open_post(struct page *p)
{
	enum status st = glass_open(p->app, &p->q, form_get(&p->form, "reason"));

	if (st == ST_INVALID)
		return for_child(p, 422, arena_printf(p->arena, "%s", fail_why()));
	return st ? st : opened(p, p->q.child);
}

/* ---- by number ---------------------------------------------------------------------------- */

static enum status by_number(struct page *p, int status, const char *error)
{
	struct screen s = {
	    .status = status, .action = "/children/open", .number = true, .error = error};
	enum status st = glass_minutes(p->app, p->who, &s.minutes);

	if (!st && !s.minutes)
		st = refuse(p->app, &p->q, "no-rule");
	return st ? st : show(p, &s);
}

enum status page_open(struct page *p)
{
	return by_number(p, 200, NULL);
}

/* A number that nobody has and one that may not be opened get the same answer. */
enum status page_open_post(struct page *p)
{
	struct question q = p->q;
	int minutes;
	enum status st = glass_minutes(p->app, p->who, &minutes);

	if (!st && !minutes)
		st = refuse(p->app, &p->q, "no-rule");
	if (st)
		return st;
	q.child = span_trim(form_get(&p->form, "child"));
	st = glass_open(p->app, &q, form_get(&p->form, "reason"));
	if (st == ST_INVALID)
		return by_number(p, 422, arena_printf(p->arena, "%s", fail_why()));
	if (st == ST_DENIED)
		return by_number(p, 422,
				 "この番号のお子さんを 開くことは できません。番号を 確かめて"
				 "ください。担当しているお子さんは、さがすと 出てきます。");
	return st ? st : opened(p, q.child);
}
