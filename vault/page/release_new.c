/*
 * /releases/new: children are chosen first, by a search that keeps who was chosen; then the letter
 * is written and files are added.  Nobody is chosen by default.
 */
#include "vault/page/releases.h"

#include "generator/base/day.h"
#include "vault/http/percent.h"

#include <stdio.h>

enum { FOUND_MAX = 200 };

static const char *const rows[RELEASE_ROWS] = {"1", "2", "3"};

/* ---- children ------------------------------------------------------------------------------- */

static const struct form *sent(const struct page *p)
{
	return p->req->method == M_POST ? &p->form : &p->query;
}

/* Those who were chosen, once each; *n may be one too many, which is refused later. */
static enum status chosen(const struct page *p, struct span *out, size_t *n)
{
	size_t at = 0;
	struct span id;

	*n = 0;
	while ((id = form_next(sent(p), "child", &at)).p) {
		bool there = false;

		for (size_t i = 0; i < *n; i++)
			there = there || span_eq(out[i], id);
		if (there)
			continue;
		if (!path_child(id) || *n == RELEASE_CHILDREN)
			return fail(ST_INVALID, "子どもは %d人までです", RELEASE_CHILDREN);
		out[(*n)++] = id;
	}
	return ST_OK;
}

struct choosing {
	struct page *p;
	struct html *h;
	const struct span *chosen;
	size_t nchosen, found;
	char today[DAY_TEXT], class[CLASS_ROOM];
};

static enum status one_stay(void *ctx, const struct enrolment *e)
{
	struct choosing *c = ctx;

	if (strcmp(e->institution, c->p->who->institution) == 0 &&
	    strcmp(e->since, c->today) <= 0 && (!e->until[0] || strcmp(e->until, c->today) >= 0))
		memcpy(c->class, e->class, sizeof c->class);
	return ST_OK;
}

static enum status put_child(struct choosing *c, const struct child_row *row, bool on)
{
	struct html *h = c->h;
	enum status st;

	c->class[0] = '\0';
	st = child_enrolments(c->p->app->db, span_of(row->id), one_stay, c);
	if (st)
		return st;
	html_open(h, "label");
	html_class(h, "check");
	html_open(h, "input");
	html_attrs(h, "type", "checkbox");
	html_attrs(h, "name", "child");
	html_attrs(h, "value", row->id);
	html_flag(h, "checked", on);
	html_open(h, "span");
	html_textf(h, "%s%s%s（%s）", c->class, c->class[0] ? "　" : "", row->name, row->kana);
	html_close(h);
	html_close(h);
	return ST_OK;
}

static enum status one_found(void *ctx, const struct child_row *row)
{
	struct choosing *c = ctx;
	bool may = false;
	enum status st;

	for (size_t i = 0; i < c->nchosen; i++)
		if (span_is(c->chosen[i], row->id))
			return ST_OK;
	st = files_may_add_quietly(c->p->app, &c->p->q, span_of(row->id), &may);
	if (st || !may)
		return st;
	c->found++;
	return put_child(c, row, false);
}

static enum status put_found(struct choosing *c)
{
	struct page *p = c->p;
	struct child_scope scope;
	struct scope_room room;
	struct span q = form_get(sent(p), "q");
	enum status st = scope_of(p->app, p->who, c->today, &scope, &room);

	html_open(c->h, "fieldset");
	html_leafs(c->h, "legend", "さがした子ども");
	html_open(c->h, "div");
	html_class(c->h, "checks");
	if (!st)
		st = child_search(p->app->db, &scope, q.p ? q : SPAN(""), FOUND_MAX, 0, one_found,
				  c);
	html_close(c->h);
	if (!c->found)
		html_leafs(c->h, "p", "あてはまる子どもは いません。");
	html_close(c->h);
	return st;
}

/* Only those whom this person may choose: another's name is not shown. */
static enum status put_chosen(struct choosing *c)
{
	struct child_row row;
	size_t n = 0;
	bool may;
	enum status st = ST_OK;

	if (!c->nchosen)
		return ST_OK;
	html_open(c->h, "fieldset");
	html_leafs(c->h, "legend", "選んだ子ども");
	html_open(c->h, "div");
	html_class(c->h, "checks");
	for (size_t i = 0; i < c->nchosen && !st; i++) {
		st = files_may_add_quietly(c->p->app, &c->p->q, c->chosen[i], &may);
		if (st || !may || child_get(c->p->app->db, c->chosen[i], &row))
			continue;
		n++;
		st = put_child(c, &row, true);
	}
	html_close(c->h);
	html_close(c->h);
	html_open(c->h, "p");
	html_textf(c->h, "いま 選んでいるのは %zu人です。", n);
	html_close(c->h);
	return st;
}

static enum status put_choice(struct choosing *c)
{
	struct html *h = c->h;
	enum status st;

	html_leafs(h, "h2", "1　配る子どもを 選ぶ");
	html_open(h, "form");
	html_attrs(h, "method", "get");
	html_attrs(h, "action", "/releases/new");
	field_text(h,
		   &(struct field_look){.id = "q",
					.label = "氏名、ふりがな、生年月日",
					.hint = "書かないときは、あなたが担当する子どもが 出ます",
					.type = "search"},
		   form_get(sent(c->p), "q"));
	st = put_chosen(c);
	if (!st)
		st = put_found(c);
	form_button(h, "しるしを つけた子どもを 選び、さがす", "secondary");
	html_close(h);
	return st;
}

/* ---- the letter ----------------------------------------------------------------------------- */

static void put_file(const struct page *p, struct html *h, const struct release_form *form,
		     size_t i)
{
	const char *error = form->why[i][0] ? form->why[i] : NULL;
	char id[24], legend[32];

	snprintf(legend, sizeof legend, "添付 %s", rows[i]);
	html_open(h, "fieldset");
	html_class(h, "card");
	html_leafs(h, "legend", legend);
	snprintf(id, sizeof id, "file-%s", rows[i]);
	field_file(h, id, NULL, error);
	snprintf(id, sizeof id, "title-%s", rows[i]);
	field_text(h,
		   &(struct field_look){.id = id,
					.label = "添付の題名",
					.hint = "書かないときは、ファイルの名前が題名になります"},
		   form_get(&p->form, id));
	html_close(h);
}

static void put_letter(struct choosing *c, const struct release_form *form)
{
	struct page *p = c->p;
	struct html *h = c->h;

	html_leafs(h, "h2", "2　渡すものを 書く");
	if (!c->nchosen) {
		html_leafs(h, "p", "さきに、配る子どもを 選んでください。");
		return;
	}
	html_open(h, "form");
	html_attrs(h, "method", "post");
	html_attrs(h, "action", "/releases/new");
	html_attrs(h, "enctype", "multipart/form-data");
	html_flag(h, "novalidate", true);
	html_flag(h, "data-guard", true);
	frame_csrf(h, p);
	for (size_t i = 0; i < c->nchosen; i++)
		html_hidden(h, "child", c->chosen[i]);
	field_text(h, &(struct field_look){.id = "title", .label = "題名", .required = true},
		   form_get(&p->form, "title"));
	field_area(h,
		   &(struct field_look){.id = "message",
					.label = "おたよりの文",
					.hint = "短く、やさしいことばで 書きます。1000文字までです",
					.required = true},
		   6, form_get(&p->form, "message"));
	for (size_t i = 0; i < RELEASE_ROWS; i++)
		put_file(p, h, form, i);
	field_tick(h,
		   &(struct field_look){.id = "staff-only",
					.label = "職員だけの文書",
					.hint = "しるしを つけた文書は 保護者に 渡せません"},
		   span_is(form_get(&p->form, "staff-only"), "true"));
	form_button(h, "下書きを作る", "");
	html_close(h);
}

static enum status send_release_new(struct page *p, const struct release_form *form)
{
	static const struct crumb crumbs[] = {{"/", {"ホーム", sizeof "ホーム" - 1}},
					      {"/releases", {"配布", sizeof "配布" - 1}}};
	struct frame f = {
	    .title = "新しく 配る", .crumbs = crumbs, .ncrumbs = 2, .errors = form->status != 200};
	struct span *list = arena_array(p->arena, RELEASE_CHILDREN, sizeof *list);
	struct choosing c = {.p = p, .chosen = list};
	struct html h;
	struct buf body;
	enum status st = list ? ST_OK : ST_NOMEM;

	if (st)
		return st;
	day_iso(day_jst(p->req->now), c.today);
	frame_body(&h, &body);
	c.h = &h;
	st = chosen(p, list, &c.nchosen);
	if (form->all[0])
		error_box(&h, form->all);
	else if (st == ST_INVALID)
		error_box(&h, fail_why());
	else if (form->status != 200)
		error_box(&h, "添付を 確かめてください。まだ 保存していません。");
	if (!st || st == ST_INVALID)
		st = put_choice(&c);
	if (!st)
		put_letter(&c, form);
	if (!st)
		st = releases_record(p, "release.list", "new", c.found + c.nchosen);
	if (!st)
		st = frame_send(p, form->status, &f, &body);
	buf_clear(&body);
	return st;
}

enum status page_release_new(struct page *p)
{
	struct release_form *form = arena_alloc(p->arena, sizeof *form);
	enum status st = releases_for_staff(p);

	if (!form)
		return ST_NOMEM;
	form->status = 200;
	return st ? st : send_release_new(p, form);
}

/* ---- what was sent -------------------------------------------------------------------------- */

struct posting {
	struct page *p;
	struct release_form *form;
	struct checked checked[RELEASE_ROWS];
	struct span titles[RELEASE_ROWS], children[RELEASE_CHILDREN];
	size_t count, nchildren;
};

/* One row of the form; a row without a file is passed over. */
static enum status take_row(struct posting *t, size_t row)
{
	char name[24];
	const struct part *part;
	struct upload u;
	enum status st;

	snprintf(name, sizeof name, "file-%s", rows[row]);
	part = multipart_file(&t->p->files, name);
	if (!part || !part->file)
		return ST_OK;
	u = (struct upload){part->file->fd, part->file->bytes, part->file->toobig, part->filename};
	snprintf(name, sizeof name, "title-%s", rows[row]);
	t->titles[t->count] = form_get(&t->p->form, name);
	if (!t->titles[t->count].p)
		t->titles[t->count] = SPAN("");
	st = file_check(&t->checked[t->count++], t->p->app, &t->p->q, &u);
	if (st != ST_INVALID)
		return st;
	snprintf(t->form->why[row], RELEASE_WHY, "%s", fail_why());
	t->form->status = 422;
	return ST_OK;
}

static enum status post(struct posting *t, char id[static RELEASE_ID])
{
	struct page *p = t->p;
	struct release_draft d = {.title = form_get(&p->form, "title"),
				  .message = form_get(&p->form, "message"),
				  .children = t->children,
				  .files = t->checked,
				  .titles = t->titles,
				  .staff_only = span_is(form_get(&p->form, "staff-only"), "true")};
	enum status st = chosen(p, t->children, &t->nchildren);

	for (size_t row = 0; row < RELEASE_ROWS && !st; row++)
		st = take_row(t, row);
	d.nchildren = t->nchildren;
	d.nfiles = t->count;
	if (!st && t->form->status == 200)
		st = release_prepare(p->app, &p->q, &d, id);
	if (st == ST_INVALID) {
		snprintf(t->form->all, sizeof t->form->all, "%s", fail_why());
		t->form->status = 422;
		st = ST_OK;
	}
	return st;
}

enum status page_release_create(struct page *p)
{
	struct posting *t = arena_alloc(p->arena, sizeof *t);
	char id[RELEASE_ID], to[HREF_MAX];
	enum status st = releases_for_staff(p);

	if (st)
		return st;
	if (!t || !(t->form = arena_alloc(p->arena, sizeof *t->form)))
		return ST_NOMEM;
	t->p = p;
	t->form->status = 200;
	st = post(t, id);
	for (size_t i = 0; i < t->count; i++)
		checked_clear(&t->checked[i]);
	if (st)
		return st;
	if (t->form->status != 200)
		return send_release_new(p, t->form);
	href_release(to, id, "");
	return response_redirect(p->res, to);
}
