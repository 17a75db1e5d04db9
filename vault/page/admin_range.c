/* Asking for an exception: the form, what it would change, and the button. */
#include "generator/base/day.h"
#include "generator/sheet/type.h"
#include "vault/flow/ranges.h"
#include "vault/page/admin_access.h"
#include "vault/page/admin_child.h"

#include <stdio.h>

enum { INSTITUTIONS_MAX = 5000, WHAT_ROOM = 2 * ID_MAX + 2 };

static const struct field_choice effects[] = {
    {"close", "せばめる：読めなくする"},
    {"close-write", "せばめる：書けなくする（読める）"},
    {"open", "広げる：読めるようにする（2人の管理者が要ります）"},
    {"open-write", "広げる：書けるようにもする（2人の管理者が要ります）"}};
enum { EFFECTS = sizeof effects / sizeof *effects };

static const char *effect_of(const struct range_row *r)
{
	return r->opens ? (r->write ? "open-write" : "open") : r->write ? "close-write" : "close";
}

/* ---- the form ----------------------------------------------------------------------------- */

/* What was typed, also what was wrong; else what the page begins with. */
static struct span typed(const struct page *p, const char *field, const char *fresh)
{
	return p->form.count ? form_get(&p->form, field) : span_of(fresh);
}

static void text_field(struct page *p, struct html *h, const char *id, const char *label,
		       const char *hint, const char *fresh)
{
	field_text(h, &(struct field_look){.id = id, .label = label, .hint = hint, .width = "m"},
		   typed(p, id, fresh));
}

struct institutions {
	struct arena *arena;
	struct field_choice *list;
	size_t count;
};

static enum status add_institution(void *ctx, const struct institution *i)
{
	struct institutions *l = ctx;
	struct field_choice c = {arena_str(l->arena, span_of(i->id)),
				 arena_printf(l->arena, "%s（%s）", i->name, i->id)};

	if (!c.value || !c.label)
		return ST_NOMEM;
	if (l->count < INSTITUTIONS_MAX)
		l->list[l->count++] = c;
	return ST_OK;
}

/* The first choice is none; also those that are closed: what was opened to them may be asked. */
static enum status find_institutions(struct page *p, struct institutions *l)
{
	*l = (struct institutions){.arena = p->arena,
				   .list = arena_array(p->arena, INSTITUTIONS_MAX, sizeof *l->list),
				   .count = 1};
	if (!l->list)
		return ST_NOMEM;
	l->list[0] = (struct field_choice){"", "（選ばない）"};
	return institution_each(p->app->db, add_institution, l);
}

static void option(struct html *h, const char *value, struct span label, struct span chosen)
{
	html_open(h, "option");
	html_attrs(h, "value", value);
	html_flag(h, "selected", span_is(chosen, value));
	html_text(h, label);
	html_close(h);
}

/* A type, or one of its sections: "" is all, "TYPE", "TYPE/SECTION". */
static void what_field(struct page *p, struct html *h)
{
	const struct types *types = p->app->types;
	struct span chosen = typed(p, "what", "");
	char value[WHAT_ROOM];

	html_open(h, "div");
	html_class(h, "field");
	html_open(h, "label");
	html_attrs(h, "for", "what");
	html_texts(h, "どのシートの、どの欄を");
	html_close(h);
	html_open(h, "select");
	html_class(h, "input");
	html_attrs(h, "id", "what");
	html_attrs(h, "name", "what");
	option(h, "", SPAN("すべてのシート"), chosen.p ? chosen : SPAN(""));
	for (size_t i = 0; i < types_count(types); i++) {
		const struct sheet_type *t = types_at(types, i);

		html_open(h, "optgroup");
		html_attr(h, "label", t->title);
		snprintf(value, sizeof value, "%.*s", SPAN_ARG(t->id));
		option(h, value, SPAN("この種類のシート全体"), chosen);
		for (size_t k = 0; k < t->nsections; k++) {
			snprintf(value, sizeof value, "%.*s/%.*s", SPAN_ARG(t->id),
				 SPAN_ARG(t->sections[k].id));
			option(h, value, t->sections[k].title, chosen);
		}
		html_close(h);
	}
	html_close(h);
	html_close(h);
}

static enum status range_form(struct page *p, struct html *h, const struct range_row *fresh)
{
	struct institutions l;
	enum status st = find_institutions(p, &l);

	if (st)
		return st;
	form_begin(h, p, "/admin/access/ranges");
	html_hidden(h, "step", SPAN("preview"));
	field_radios(h,
		     &(struct field_look){.id = "effect", .label = "どうするか", .required = true},
		     effects, EFFECTS, typed(p, "effect", ""));
	html_leafs(h, "h2", "だれの");
	text_field(p, h, "account", "アカウント（例 tanaka）",
		   "機関の職員みんなのときは、空けてください", fresh->account);
	field_select(h,
		     &(struct field_look){
			 .id = "institution", .label = "または、機関の職員みんな", .width = "m"},
		     l.list, l.count, typed(p, "institution", fresh->institution));
	html_leafs(h, "h2", "何を");
	text_field(p, h, "child", "子どもの番号（例 c7k3m9q2v4）",
		   "空けると、下の機関の子ども。下も選ばなければ、すべての子ども", fresh->child);
	field_select(h,
		     &(struct field_look){.id = "children-of",
					  .label = "または、この機関にいる子ども",
					  .width = "m"},
		     l.list, l.count, typed(p, "children-of", ""));
	what_field(p, h);
	html_leafs(h, "h2", "いつ、なぜ");
	text_field(p, h, "since", "いつから", "空けると、きょう。例 2026/4/1、令和8年4月1日", "");
	text_field(p, h, "until", "いつまで", "この日も入ります。空けると、ずっと", "");
	field_text(h,
		   &(struct field_look){.id = "reason",
					.label = "理由",
					.hint = "5字から200字まで。登録に残ります",
					.required = true},
		   typed(p, "reason", ""));
	form_button(h, "変わることを見る", "");
	html_close(h);
	return ST_OK;
}

static enum status show_form(struct page *p, int status, const struct range_row *fresh,
			     const char *error)
{
	struct frame f = {.title = "範囲を広げる・せばめる",
			  .crumbs = access_crumbs,
			  .ncrumbs = ACCESS_CRUMBS,
			  .errors = error != NULL};
	struct html h;
	struct buf body;
	enum status st;

	frame_body(&h, &body);
	if (error)
		error_box(&h, error);
	st = range_form(p, &h, fresh);
	if (!st)
		st = frame_send(p, status, &f, &body);
	buf_clear(&body);
	return st;
}

/* From the page of an account, an institution or a child, which are filled in then. */
enum status page_admin_range_new(struct page *p)
{
	struct range_row r = {.opens = false};

	span_copy(form_get(&p->query, "account"), r.account, sizeof r.account);
	span_copy(form_get(&p->query, "institution"), r.institution, sizeof r.institution);
	span_copy(form_get(&p->query, "child"), r.child, sizeof r.child);
	return show_form(p, 200, &r, NULL);
}

/* ---- what was sent ------------------------------------------------------------------------ */

static enum status read_effect(struct page *p, struct range_row *r)
{
	struct span effect = form_get(&p->form, "effect");

	for (size_t i = 0; i < EFFECTS; i++)
		if (span_is(effect, effects[i].value)) {
			r->opens = span_starts(effect, SPAN("open"));
			r->write = span_ends(effect, SPAN("-write"));
			return ST_OK;
		}
	return fail(ST_INVALID, "どうするかを選んでください");
}

static enum status read_what(struct page *p, struct range_row *r)
{
	struct span section = form_get(&p->form, "what"), type = span_cut(&section, '/');

	if (span_copy(type, r->type, sizeof r->type) &&
	    span_copy(section, r->section, sizeof r->section))
		return ST_OK;
	return fail(ST_INVALID, "その番号のシートの種類はありません");
}

/* Nothing else of a range can be sent: who asked, its state and its id are not the form's. */
static enum status read_range(struct page *p, struct range_row *r)
{
	enum status st;

	*r = (struct range_row){.opens = false};
	st = read_effect(p, r);
	if (!st)
		st = admin_text(p, "account", "アカウント", r->account, sizeof r->account);
	if (!st)
		st = admin_text(p, "institution", "機関", r->institution, sizeof r->institution);
	if (!st)
		st = admin_text(p, "child", "子どもの番号", r->child, sizeof r->child);
	if (!st)
		st = admin_text(p, "children-of", "機関", r->children_of, sizeof r->children_of);
	if (!st)
		st = read_what(p, r);
	if (!st)
		st = admin_day(p, "since", "いつから", r->since);
	if (!st)
		st = admin_day(p, "until", "いつまで", r->until);
	return st ? st : admin_text(p, "reason", "理由", r->reason, sizeof r->reason);
}

/* ---- before it is saved ------------------------------------------------------------------- */

static void step_button(struct html *h, const char *step, const char *cls, const char *text)
{
	html_open(h, "button");
	html_attrs(h, "type", "submit");
	html_attrs(h, "name", "step");
	html_attrs(h, "value", step);
	html_class(h, cls);
	html_texts(h, text);
	html_close(h);
}

static void save_form(struct page *p, struct html *h, const struct range_row *r)
{
	static const char *const fields[] = {"account", "institution", "child", "children-of",
					     "what",	"since",       "until", "reason"};

	form_begin(h, p, "/admin/access/ranges");
	html_hidden(h, "effect", span_of(effect_of(r)));
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		html_hidden(h, fields[i], form_get(&p->form, fields[i]));
	html_leafs(
	    h, "p",
	    r->opens ? "頼むと、ほかの管理者が確かめるまで 待ちます。"
		     : "保存すると、すぐに せばまります。戻すには、ほかの管理者の確認が要ります。");
	html_open(h, "div");
	html_class(h, "actions");
	step_button(h, "save", "button", r->opens ? "広げるよう頼む" : "せばめる");
	step_button(h, "edit", "button button-secondary", "なおす");
	html_close(h);
	html_close(h);
}

static enum status preview(struct page *p, const struct range_row *r)
{
	struct frame f = {.title = "範囲の変更を確かめる",
			  .crumbs = access_crumbs,
			  .ncrumbs = ACCESS_CRUMBS,
			  .wide = true};
	const struct reach_trial trial = {.add = r};
	struct html h;
	struct buf body;
	enum status st;

	frame_body(&h, &body);
	html_open(&h, "p");
	range_words(p, &h, r);
	html_close(&h);
	st = range_others(p, &h, r);
	if (!st)
		st = admin_preview(p, &h, &trial);
	save_form(p, &h, r);
	if (!st)
		st = admin_note(p, "admin.reach", span_of(r->child), SPAN("ranges"));
	if (!st)
		st = frame_send(p, 200, &f, &body);
	buf_clear(&body);
	return st;
}

/* Signed by the administrator. */
static enum status save(struct page *p, struct range_row *r)
{
	struct actor actor;
	enum status st = session_actor(p->app, &p->session, p->req->id, &actor);

	if (!st)
		st = range_ask(p->app, &actor, &p->q, r);
	actor_clear(&actor);
	return st;
}

enum status page_admin_range_save(struct page *p)
{
	struct span step = form_get(&p->form, "step");
	struct range_row r, fresh = {.opens = false};
	enum status st = read_range(p, &r);

	if (span_is(step, "edit"))
		return show_form(p, 200, &fresh, NULL);
	if (!st && span_is(step, "save"))
		st = save(p, &r);
	else if (!st) {
		st = range_check(p->app, &r, p->req->now);
		if (!st)
			return preview(p, &r);
	}
	if (st == ST_INVALID)
		return show_form(p, 422, &fresh, fail_why());
	return st ? st : response_redirect(p->res, "/admin/access");
}
