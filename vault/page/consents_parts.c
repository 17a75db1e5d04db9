/* What every page about consent needs: who looks, what may be seen, in which words. */
#include "generator/base/day.h"
#include "vault/flow/note.h"
#include "vault/page/consents.h"

#include <stdio.h>

const struct field_choice consent_answers[3] = {{"agree", "同意します"},
						{"changes", "直してほしいところが あります"},
						{"decline", "同意しません"}};

/* ---- who looks at what -------------------------------------------------------------------- */

enum status consent_page_open(struct consent_page *c, struct page *p)
{
	enum status st;

	*c = (struct consent_page){.p = p, .today = day_jst(p->req->now)};
	st = child_get(p->app->db, p->q.child, &c->child);
	if (!st)
		st = consent_open_child(&c->book, p->app, p->q.child);
	if (!st && p->who->role == ROLE_HOUSEHOLD) {
		c->me = consent_person(c->book, span_of(p->who->id));
		st = c->me ? ST_OK : refuse(p->app, &p->q, "not-a-guardian");
	}
	c->reads_all = p->decision.as == ROLE_BOARD;
	return st;
}

void consent_page_close(struct consent_page *c)
{
	consent_close(c->book);
	c->book = NULL;
}

bool consent_manages(const struct consent_page *c, const struct ask *a)
{
	return !c->me && !a->old &&
	       consent_is_mine(c->p->app, c->p->who, &c->p->decision, a->institution);
}

/* Guardians what they were asked; staff what their institution asked. */
bool consent_visible(const struct consent_page *c, const struct ask *a)
{
	struct decision may_read = c->p->decision;

	if (c->me)
		return consent_is_for(c->book, a, span_of(c->p->who->id));
	may_read.read_only = false;
	return c->reads_all || consent_is_mine(c->p->app, c->p->who, &may_read, a->institution);
}

bool consent_item_visible(const struct consent_page *c, const struct ask *a, size_t item)
{
	return !c->me || consent_may_know_item(c->book, a, item, c->me);
}

enum status consent_page_ask(struct consent_page *c, const struct ask **out)
{
	*out = consents_find(&c->book->all, param(&c->p->params, "ask"));
	if (!*out)
		return refuse(c->p->app, &c->p->q, "no-ask");
	return consent_visible(c, *out)
		   ? ST_OK
		   : refuse(c->p->app, &c->p->q, c->me ? "not-asked" : "not-asked-by-us");
}

/* ---- sending ------------------------------------------------------------------------------ */

void consent_href(const struct consent_page *c, struct span ask, const char *rest,
		  char out[static HREF_MAX])
{
	snprintf(out, HREF_MAX, "/children/%s/consents%s%.*s%s", c->child.id, ask.n ? "/" : "",
		 SPAN_ARG(ask), rest);
}

enum status consent_page_note(const struct consent_page *c, const struct ask *a, const char *event)
{
	struct note n = {.class = "read",
			 .event = event,
			 .who = c->p->who,
			 .child = c->p->q.child,
			 .object = a ? a->id : SPAN_NONE,
			 .decision = "allow",
			 .reason = reason_name(c->p->decision.reason),
			 .request = c->p->req->id,
			 .hold = c->p->q.hold};

	return note_add(c->p->app, &n);
}

enum status consent_send(struct consent_page *c, const struct consent_screen *s,
			 const struct buf *body)
{
	char karte[HREF_MAX], list[HREF_MAX];
	const struct crumb crumbs[] = {
	    {"/", SPAN("ホーム")}, {karte, SPAN("カルテ")}, {list, SPAN("同意")}};
	struct frame f = {.title = s->title,
			  .child = &c->child,
			  .crumbs = crumbs,
			  .ncrumbs = s->ask ? 3 : 2,
			  .errors = s->errors,
			  .banner_kind = s->banner_kind,
			  .banner = s->banner};
	enum status st = consent_page_note(c, s->ask, s->event);

	href_child(karte, c->p->q.child, "");
	consent_href(c, SPAN_NONE, "", list);
	return st ? st : frame_send(c->p, s->status, &f, body);
}

/* ---- words -------------------------------------------------------------------------------- */

static const struct {
	const char *label, *look;
} states[] = {
    [CONSENT_NOT_ASKED] = {"まだ お願いしていません", "tag"},
    [CONSENT_WAITING] = {"お願い中", "tag tag-info"},
    [CONSENT_AGREED] = {"同意", "tag tag-success"},
    [CONSENT_CHANGES] = {"直してほしい", "tag tag-warning"},
    [CONSENT_DECLINED] = {"同意しない", "tag tag-attention"},
    [CONSENT_REVOKED] = {"取り消し", "tag tag-attention"},
    [CONSENT_EXPIRED] = {"期限切れ", "tag tag-warning"},
    [CONSENT_CANCELLED] = {"お願いの取りやめ", "tag"},
    [CONSENT_UNCONFIRMED] = {"紙の同意：確認待ち", "tag tag-warning"},
};

void consent_state_tag(struct html *h, enum consent_state st)
{
	html_leaf_class(h, "span", states[st].look, span_of(states[st].label));
}

const char *consent_word_label(enum consent_word w)
{
	static const char *const labels[] = {[SAID_NOTHING] = "まだ 返事がありません",
					     [SAID_AGREE] = "同意",
					     [SAID_CHANGES] = "直してほしい",
					     [SAID_DECLINE] = "同意しない",
					     [SAID_REVOKE] = "取り消し"};

	return labels[w];
}

struct span consent_title(const struct consent_page *c, const struct ask *a)
{
	const struct sheet_type *t = types_find(c->p->app->types, a->type, 0);
	struct span title = a->title.n ? a->title : t ? t->title : SPAN("お願い");

	return c->me ? shield_say(&c->me->shield, title, SPAN("シート")) : title;
}

struct span consent_place(const struct consent_page *c, struct span institution)
{
	struct institution i;
	struct span name = institution;

	if (institution_get(c->p->app->db, institution, &i) == ST_OK)
		name = c->me ? shield_place(&c->me->shield, &i) : span_of(i.name);
	else if (c->me)
		name = span_of(SHIELD_PLACE);
	return arena_copy(c->p->arena, name);
}

const char *consent_day(const struct consent_page *c, struct span iso)
{
	char text[DAY_TEXT];
	struct day d;

	if (!day_parse(iso, &d))
		return arena_str(c->p->arena, iso);
	day_era(d, text);
	return arena_str(c->p->arena, span_of(text));
}

static struct span type_title(const struct consent_page *c, struct span type)
{
	const struct sheet_type *t = types_find(c->p->app->types, type, 0);

	return t ? t->title : type;
}

const char *consent_item_line(const struct consent_page *c, const struct ask *a, size_t item)
{
	const struct consent_item *i = &a->items[item];
	struct span place = consent_place(c, i->institution), type = type_title(c, i->type);
	const char *line;

	if (i->scope == SCOPE_MAKE)
		line = arena_printf(c->p->arena, "「%.*s」を、この内容で 作ること",
				    SPAN_ARG(consent_title(c, a)));
	else
		line = arena_printf(c->p->arena, "「%.*s」の職員が、「%.*s」を 読むこと",
				    SPAN_ARG(place), SPAN_ARG(type));
	return line ? line : "";
}

static void add_title(struct buf *out, struct span title)
{
	if (out->len)
		buf_adds(out, "、");
	buf_addspan(out, title);
}

/* Those that are named, or all that the type shows to the receiver. */
static void section_titles(const struct consent_page *c, const struct consent_item *i,
			   struct buf *out)
{
	const struct sheet_type *t = types_find(c->p->app->types, i->type, 0);
	struct span rest = i->sections;
	struct institution to;

	for (size_t k = 0; t && !rest.n && k < t->nsections; k++)
		if (institution_get(c->p->app->db, i->institution, &to) == ST_OK &&
		    consent_can_show(t, &t->sections[k], to.kind))
			add_title(out, t->sections[k].title);
	while (rest.n) {
		struct span id = span_cut(&rest, ',');
		const struct section *s = t ? type_section(t, id) : NULL;

		add_title(out, s ? s->title : id);
	}
}

const char *consent_item_more(const struct consent_page *c, const struct ask *a, size_t item)
{
	const struct consent_item *i = &a->items[item];
	const char *more;
	struct buf titles;

	if (i->scope == SCOPE_MAKE)
		return NULL;
	buf_init(&titles, 16 * 1024);
	section_titles(c, i, &titles);
	if (i->scope == SCOPE_HANDOVER)
		more = arena_printf(
		    c->p->arena, "%s%s%s%s%s%s%s",
		    titles.len ? "読むところ：" : "全部を 読みます。", buf_str(&titles),
		    titles.len ? "。" : "", a->since.n ? consent_day(c, a->since) : "",
		    a->since.n ? "から " : "", a->until.n ? consent_day(c, a->until) : "",
		    a->until.n ? "まで。" : "");
	else
		more = arena_printf(c->p->arena,
				    "読むところ：%s。前の年度の分と、これから書く分も 入ります。",
				    titles.len ? buf_str(&titles) : "全部");
	buf_clear(&titles);
	return more ? more : "";
}

const char *consent_relation(const char *relation)
{
	static const struct field_choice relations[] = {{"mother", "母"},
							{"father", "父"},
							{"grandparent", "祖父母"},
							{"foster", "里親"},
							{"other", "保護者"}};

	for (size_t i = 0; i < sizeof relations / sizeof *relations; i++)
		if (strcmp(relations[i].value, relation) == 0)
			return relations[i].label;
	return "保護者";
}

const char *consent_person_label(const struct consent_page *c, struct span account)
{
	const struct consent_person *p = consent_person(c->book, account);
	struct account staff;
	const char *label = NULL;

	if (p)
		label = arena_printf(c->p->arena, "%s（%s）",
				     p->account.name[0] ? p->account.name : p->account.id,
				     consent_relation(p->relation));
	else if (account_get(c->p->app->db, account, &staff) == ST_OK && staff.staff)
		label = arena_printf(c->p->arena, "%s", staff.name);
	else
		label = arena_str(c->p->arena, account);

	return label ? label : "";
}

void consent_field(size_t item, char out[static CONSENT_FIELD])
{
	snprintf(out, CONSENT_FIELD, "i%zu", item % 100);
}
