#include "vault/page/admin_account.h"

#include "generator/base/day.h"
#include "vault/flow/note.h"

#include <stdio.h>

/* ---- the person who does it --------------------------------------------------------------- */

enum status people_note(struct page *p, const char *event, struct span object)
{
	const struct note n = {.class = "admin",
			       .event = event,
			       .who = p->who,
			       .object = object,
			       .decision = "allow",
			       .reason = "role",
			       .request = p->req->id,
			       .hold = p->q.hold};

	return note_add(p->app, &n);
}

enum status people_actor(struct page *p, struct actor *out)
{
	return session_actor(p->app, &p->session, p->req->id, out);
}

bool people_mistake(enum status st)
{
	return st == ST_INVALID || st == ST_EXISTS || st == ST_NOTFOUND || st == ST_TOOBIG ||
	       st == ST_STALE;
}

/* ---- forms -------------------------------------------------------------------------------- */

struct form_state form_failed(struct page *p, const char *field)
{
	const char *why = arena_str(p->arena, span_of(fail_why()));

	return (struct form_state){why ? why : "もう一度 おためしください", field};
}

void form_error(struct html *h, const struct form_state *s)
{
	if (s->error && !s->field)
		error_box(h, s->error);
}

const char *form_error_of(const struct form_state *s, const char *field)
{
	return s->error && s->field && strcmp(s->field, field) == 0 ? s->error : NULL;
}

struct span form_value(const struct page *p, const char *field, struct span now)
{
	struct span sent = form_get(&p->form, field);

	return sent.p ? sent : now;
}

void people_banner(const struct page *p, struct frame *f, const char *const words[][2])
{
	struct span done = form_get(&p->query, "done");

	for (size_t i = 0; words[i][0]; i++)
		if (span_is(done, words[i][0])) {
			f->banner_kind = "success";
			f->banner = words[i][1];
		}
}

void people_fold(struct html *h, const char *line, bool open)
{
	html_open(h, "details");
	html_class(h, "card");
	html_flag(h, "open", open);
	html_leafs(h, "summary", line);
}

/* ---- accounts ----------------------------------------------------------------------------- */

static const struct {
	const char *name, *label, *tag;
} states[ACCOUNT_STATES] = {
    [ACCOUNT_OFF] = {"off", "停止", "tag tag-error"},
    [ACCOUNT_ENDED] = {"ended", "期限切れ", "tag tag-error"},
    [ACCOUNT_NEW] = {"new", "ログイン前", "tag tag-warning"},
    [ACCOUNT_ENDING] = {"ending", "もうすぐ終わり", "tag tag-warning"},
    [ACCOUNT_FINE] = {"fine", "利用中", "tag tag-success"},
};

enum account_state account_state_of(const struct account *a, int64_t now)
{
	char soon[DAY_TEXT];

	day_iso(day_plus(day_jst(now), ENDING_DAYS), soon);
	if (a->disabled)
		return ACCOUNT_OFF;
	if (account_is_over(a, now))
		return ACCOUNT_ENDED;
	if (!a->key[0])
		return ACCOUNT_NEW;
	return a->until[0] && strcmp(a->until, soon) <= 0 ? ACCOUNT_ENDING : ACCOUNT_FINE;
}

const char *account_state_name(enum account_state s)
{
	return states[s].name;
}

const char *account_state_label(enum account_state s)
{
	return states[s].label;
}

void account_state_tag(struct html *h, enum account_state s)
{
	html_leaf_class(h, "span", states[s].tag, span_of(states[s].label));
}

void account_role_text(struct html *h, const struct account *a)
{
	if (a->staff)
		html_textf(h, "職員（%s）", role_label(a->role));
	else
		html_texts(h, role_label(a->role));
}

void account_href(char out[static HREF_MAX], const char *id, const char *rest)
{
	snprintf(out, HREF_MAX, "/admin/accounts/%s%s", id, rest);
}

/* ---- institutions ------------------------------------------------------------------------- */

void institution_href(char out[static HREF_MAX], const char *id, const char *rest)
{
	snprintf(out, HREF_MAX, "/admin/institutions/%s%s", id, rest);
}

bool institution_is_closed(const struct institution *i, int64_t now)
{
	char today[DAY_TEXT];

	day_iso(day_jst(now), today);
	return i->closed[0] && strcmp(i->closed, today) < 0;
}

struct choosing {
	struct page *p;
	const char *keep;
	enum role kind;
	struct field_choice *choices;
	size_t count, room;
};

static enum status grow(struct choosing *c)
{
	struct field_choice *grown;

	if (c->count < c->room)
		return ST_OK;
	c->room = c->room ? c->room * 2 : 64;
	grown = arena_array(c->p->arena, c->room, sizeof *grown);
	if (!grown)
		return ST_NOMEM;
	if (c->count)
		memcpy(grown, c->choices, c->count * sizeof *grown);
	c->choices = grown;
	return ST_OK;
}

static enum status choose(void *ctx, const struct institution *i)
{
	struct choosing *c = ctx;
	const char *id, *label;

	if (strcmp(i->id, c->keep) != 0 &&
	    (i->closed[0] || (c->kind != ROLE_NOBODY && i->kind != c->kind)))
		return ST_OK;
	if (grow(c))
		return ST_NOMEM;
	id = arena_str(c->p->arena, span_of(i->id));
	label = arena_printf(c->p->arena, "%s（%s）", i->name, role_label(i->kind));
	if (!id || !label)
		return ST_NOMEM;
	c->choices[c->count++] = (struct field_choice){id, label};
	return ST_OK;
}

enum status institution_choices(struct page *p, const char *none, const char *keep, enum role kind,
				struct field_choice **out, size_t *count)
{
	struct choosing c = {.p = p, .keep = keep, .kind = kind};
	enum status st = grow(&c);

	if (!st)
		c.choices[c.count++] = (struct field_choice){"", none};
	if (!st)
		st = institution_each(p->app->db, choose, &c);
	*out = c.choices;
	*count = st ? 0 : c.count;
	return st;
}
