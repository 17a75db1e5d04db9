/* What the forms of the administrator's pages about children share. */
#include "vault/page/admin_child.h"

#include "generator/base/day.h"
#include "vault/flow/note.h"

#include <stdio.h>

const struct field_choice admin_sexes[] = {
    {"female", "女"}, {"male", "男"}, {"other", "その他"}, {"unknown", "回答しない"}};
const struct field_choice admin_relations[] = {{"mother", "母"},
					       {"father", "父"},
					       {"grandparent", "祖父母"},
					       {"foster", "里親"},
					       {"other", "その他"}};

const char *admin_label(const struct field_choice *choices, size_t count, const char *value)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(choices[i].value, value) == 0)
			return choices[i].label;
	return value;
}

enum status admin_record(struct page *p, const char *event, struct span child, int shown)
{
	char object[32];
	struct note n = {.class = "admin",
			 .event = event,
			 .who = p->who,
			 .child = child,
			 .decision = "allow",
			 .reason = "role",
			 .request = p->req->id,
			 .hold = p->q.hold};

	snprintf(object, sizeof object, "n=%d", shown);
	n.object = child.n ? SPAN_NONE : span_of(object);
	return note_add(p->app, &n);
}

/* ---- showing ------------------------------------------------------------------------------ */

static bool was_refused(const struct admin_child *a, const char *path)
{
	return a->failed && strcmp(a->failed, path) == 0;
}

void admin_form_begin(struct admin_child *a, const char *path, const char *line)
{
	struct html *h = a->h;
	char action[HREF_MAX];

	snprintf(action, sizeof action, "/admin/children/%s/%s", a->row.id, path);
	html_open(h, "details");
	html_flag(h, "open", was_refused(a, path));
	html_attrs(h, "id", was_refused(a, path) ? ADMIN_REFUSED : NULL);
	html_leafs(h, "summary", line);
	if (was_refused(a, path))
		html_leaf_class(h, "p", "error-text", span_of(a->error));
	form_begin(h, a->p, action);
	html_hidden(h, "base", span_of(a->row.head));
}

void admin_heading(struct admin_child *a, const char *text, const char *path)
{
	html_open(a->h, "h2");
	html_attrs(a->h, "id", was_refused(a, path) ? ADMIN_REFUSED : NULL);
	html_texts(a->h, text);
	html_close(a->h);
}

void admin_form_end(struct admin_child *a, const char *button, const char *kind)
{
	form_button(a->h, button, kind);
	html_close_to(a->h, "details");
}

struct span admin_typed(const struct admin_child *a, const char *path, const char *field,
			struct span now)
{
	return was_refused(a, path) ? form_get(&a->p->form, field) : now;
}

void admin_reason_field(struct admin_child *a, const char *path, const char *field)
{
	field_text(a->h,
		   &(struct field_look){.id = field,
					.label = "理由",
					.hint = "管理の担当だけが見ます。保護者には出ません。"},
		   admin_typed(a, path, field, SPAN_NONE));
}

enum { INSTITUTIONS_MAX = 5000 };

struct institutions {
	struct arena *arena;
	struct field_choice *list;
	size_t count;
};

static enum status take_institution(void *ctx, const struct institution *i)
{
	struct institutions *all = ctx;

	if (i->closed[0] || all->count == INSTITUTIONS_MAX)
		return ST_OK;
	all->list[all->count++] = (struct field_choice){
	    .value = arena_printf(all->arena, "%s", i->id),
	    .label = arena_printf(all->arena, "%s（%s）", i->name, i->id),
	};
	return ST_OK;
}

enum status admin_institution_field(struct admin_child *a, const struct field_look *look,
				    struct span value)
{
	struct institutions all = {.arena = a->p->arena};
	enum status st;

	all.list = arena_array(all.arena, INSTITUTIONS_MAX, sizeof *all.list);
	if (!all.list)
		return ST_NOMEM;
	all.list[all.count++] = (struct field_choice){"", "えらんでください"};
	st = institution_each(a->p->app->db, take_institution, &all);
	if (!st)
		field_select(a->h, look, all.list, all.count, value);
	return st;
}

/* ---- reading ------------------------------------------------------------------------------ */

enum status admin_text(struct page *p, const char *field, const char *label, char *out, size_t cap)
{
	struct span text = span_trim(form_get(&p->form, field));

	if (span_copy(text, out, cap))
		return ST_OK;
	return fail(ST_INVALID, "%sが長すぎます", label);
}

enum status admin_day(struct page *p, const char *field, const char *label,
		      char out[static DAY_ROOM])
{
	struct span text = span_trim(form_get(&p->form, field));
	char iso[DAY_TEXT];
	struct day d;

	out[0] = '\0';
	if (!text.n)
		return ST_OK;
	if (!day_parse_typed(text, &d))
		return fail(ST_INVALID,
			    "%sは、実際にある日付を 2026/4/1 や 令和8年4月1日 の形で"
			    "書いてください",
			    label);
	day_iso(d, iso);
	span_copy(span_of(iso), out, DAY_ROOM);
	return ST_OK;
}

enum status admin_change_begin(struct page *p, struct admin_change *c, const char *reason)
{
	struct child_row row;
	enum status st;

	*c = (struct admin_change){
	    .task = {.child = p->q.child, .base = form_get(&p->form, "base")}};
	if (reason)
		c->task.reason = span_trim(form_get(&p->form, reason));
	st = child_get(p->app->db, p->q.child, &row);
	if (!st)
		st = session_actor(p->app, &p->session, p->req->id, &c->actor);
	c->ready = !st;
	return st;
}

/* What the person at the form can mend. */
static bool is_theirs(enum status st)
{
	return st == ST_INVALID || st == ST_EXISTS || st == ST_NOTFOUND || st == ST_TOOBIG ||
	       st == ST_STALE;
}

enum status admin_change_end(struct page *p, struct admin_change *c, const char *path,
			     enum status st)
{
	const char *why = arena_printf(p->arena, "%s。", fail_why());
	char to[HREF_MAX];

	actor_clear(&c->actor);
	snprintf(to, sizeof to, "/admin/children/%.*s", SPAN_ARG(p->q.child));
	if (!st)
		return response_redirect(p->res, to);
	if (!c->ready || !is_theirs(st) || !why)
		return st;
	return admin_child_show(p, st == ST_STALE ? 409 : 422, path, why);
}
