/* POST /children/:child/files: all files of a form are looked at, then all are kept, or none. */
#include "vault/page/files.h"

#include "generator/base/day.h"
#include "vault/flow/note.h"

#include <stdio.h>

struct posting {
	struct page *p;
	struct files_form *form;
	struct checked checked[PAGE_FILES_MAX];
	struct file_about about[PAGE_FILES_MAX];
	size_t count;
	struct span children[FILE_CHILDREN_MAX];
	size_t nchildren;
	role_set readers;
	bool open;
};

/* ---- what was sent -------------------------------------------------------------------------- */

static enum status take_children(struct posting *t)
{
	size_t at = 0;
	struct span id;

	t->children[t->nchildren++] = t->p->q.child;
	while ((id = form_next(&t->p->form, "also", &at)).p) {
		bool there = false;

		for (size_t i = 0; i < t->nchildren; i++)
			there = there || span_eq(t->children[i], id);
		if (there)
			continue;
		if (!path_child(id) || t->nchildren == FILE_CHILDREN_MAX)
			return fail(ST_INVALID, "子どもは %d人までです", FILE_CHILDREN_MAX);
		t->children[t->nchildren++] = id;
	}
	return ST_OK;
}

static enum status one_stay(void *ctx, const struct enrolment *e)
{
	struct posting *t = ctx;
	struct institution i;
	char today[DAY_TEXT];

	day_iso(day_jst(t->p->req->now), today);
	if (strcmp(e->since, today) > 0 || (e->until[0] && strcmp(e->until, today) < 0))
		return ST_OK;
	if (institution_get(t->p->app->db, span_of(e->institution), &i) == ST_OK)
		t->readers |= ROLE_BIT(i.kind);
	return ST_OK;
}

/* A guardian gives to where the child is; staff choose. */
static enum status take_readers(struct posting *t)
{
	struct page *p = t->p;
	size_t at = 0;
	struct span name;
	enum status st = ST_OK;

	t->readers = ROLE_BIT(ROLE_BOARD);
	if (!p->who->staff) {
		t->open = true;
		for (size_t i = 0; i < t->nchildren && !st; i++)
			st = child_enrolments(p->app->db, t->children[i], one_stay, t);
		return st;
	}
	t->open = span_is(form_get(&p->form, "open"), "true");
	while ((name = form_next(&p->form, "reader", &at)).p) {
		enum role r = role_find(name);
		if (!role_reads_content(r))
			return fail(ST_INVALID, "見られる人を 選びなおしてください");
		t->readers |= ROLE_BIT(r);
	}
	return ST_OK;
}

static void say_why(struct posting *t, size_t row)
{
	snprintf(t->form->why[row], FILES_WHY, "%s", fail_why());
	t->form->status = 422;
}

/* One row of the form; a row without a file is passed over. */
static enum status take_row(struct posting *t, size_t row)
{
	struct page *p = t->p;
	char name[24];
	const struct part *part;
	struct upload u;
	struct file_about *about = &t->about[t->count];
	struct file_row trial;
	enum status st;

	snprintf(name, sizeof name, "file-%zu", row + 1);
	part = multipart_file(&p->files, name);
	if (!part || !part->file)
		return ST_OK;
	u = (struct upload){part->file->fd, part->file->bytes, part->file->toobig, part->filename};
	snprintf(name, sizeof name, "title-%zu", row + 1);
	about->title = form_get(&p->form, name);
	snprintf(name, sizeof name, "category-%zu", row + 1);
	about->category = form_get(&p->form, name);
	about->readers = t->readers;
	about->open = t->open;
	about->staff_only = p->who->staff && span_is(form_get(&p->form, "staff-only"), "true");
	st = file_check(&t->checked[t->count], p->app, &p->q, &u);
	if (!st)
		st = file_about_check(about, t->checked[t->count].name, &trial);
	t->count++;
	if (st == ST_INVALID)
		say_why(t, row);
	return st == ST_INVALID ? ST_OK : st;
}

/* ---- keeping -------------------------------------------------------------------------------- */

static enum status note_wait(const struct posting *t, const char *id)
{
	char object[sizeof "files/" + FILE_ID];
	struct note n = {.class = "access",
			 .event = "file.wait",
			 .who = t->p->who,
			 .child = t->p->q.child,
			 .decision = "allow",
			 .reason = "not-scanned",
			 .request = t->p->req->id};

	snprintf(object, sizeof object, "files/%s", id);
	n.object = span_of(object);
	return note_add(t->p->app, &n);
}

static enum status keep_one(const struct posting *t, const struct actor *actor, size_t i)
{
	struct file_place at = {.children = t->children, .count = t->nchildren};
	enum status st;

	if (!t->checked[i].waits)
		return files_add(t->p->app, actor, &t->p->q, &t->checked[i], &t->about[i], &at);
	st = ST_OK;
	for (size_t k = 0; k < at.count && !st; k++)
		st = files_may_add(t->p->app, &t->p->q, at.children[k]);
	if (!st)
		st = stage_add(t->p->app, &t->p->q, &t->checked[i], &t->about[i], &at, true);
	return st ? st : note_wait(t, at.id);
}

static enum status keep_all(const struct posting *t)
{
	struct actor actor;
	enum status st = session_actor(t->p->app, &t->p->session, t->p->req->id, &actor);

	for (size_t i = 0; i < t->count && !st; i++)
		st = keep_one(t, &actor, i);
	actor_clear(&actor);
	return st;
}

/* ---- the story ------------------------------------------------------------------------------ */

static enum status post(struct posting *t)
{
	struct page *p = t->p;
	char to[HREF_MAX];
	enum status st = take_children(t);

	if (!st)
		st = take_readers(t);
	for (size_t row = 0; row < PAGE_FILES_MAX && !st; row++)
		st = take_row(t, row);
	if (!st && !t->count)
		st = fail(ST_INVALID, "ファイルを 選んでください");
	if (!st && t->form->status == 200)
		st = keep_all(t);
	if (st == ST_INVALID) {
		snprintf(t->form->all, sizeof t->form->all, "%s", fail_why());
		t->form->status = 422;
		st = ST_OK;
	}
	if (st)
		return st;
	if (t->form->status != 200)
		return send_files(p, t->form);
	href_child(to, p->q.child, "/files");
	return response_redirect(p->res, to);
}

enum status page_files_post(struct page *p)
{
	struct posting *t = arena_alloc(p->arena, sizeof *t);
	enum status st;

	if (!t)
		return ST_NOMEM;
	t->p = p;
	t->form = arena_alloc(p->arena, sizeof *t->form);
	if (!t->form)
		return ST_NOMEM;
	t->form->status = 200;
	st = post(t);
	for (size_t i = 0; i < t->count; i++)
		checked_clear(&t->checked[i]);
	return st;
}
