#include "vault/page/audit_changes.h"

#include "vault/page/widgets.h"
#include "vault/page/words.h"

#include <stdio.h>

enum { PAGES_MAX = 10000 };

/* ---- conditions --------------------------------------------------------------------------- */

static const struct {
	const char *name, *label;
} conditions[CONDITIONS] = {
    [BY_CHILD] = {"child", "お子さんの番号"},
    [BY_ACCOUNT] = {"account", "アカウント"},
    [BY_INSTITUTION] = {"institution", "機関"},
    [BY_TYPE] = {"type", "シートの種類"},
    [BY_ACTION] = {"action", "したこと"},
    [FROM] = {"from", "いつから"},
    [TO] = {"to", "いつまで"},
};

/* Kinds of changes; a dot at the end: all that begin so. */
static const struct field_choice actions[] = {
    {"", "すべて"},
    {"sheet.", "シート"},
    {"consent.", "同意"},
    {"handover.", "引き継ぎ"},
    {"file.", "ファイル"},
    {"release.", "配布"},
    {"child.", "お子さんの登録"},
    {"enrol", "在籍を書いた"},
    {"leave", "在籍を終えた"},
    {"guardian.", "保護者"},
    {"protect", "支援措置を書いた"},
    {"unprotect", "支援措置を外した"},
    {"account.", "アカウント"},
    {"institution.", "機関"},
    {"key.", "鍵"},
    {"range.", "見られる範囲"},
    {"setting.", "設定"},
};
enum { ACTIONS = sizeof actions / sizeof *actions };

void changes_conditions(struct changes_list *l)
{
	struct change_filter *f = &l->filter;

	for (int i = 0; i < CONDITIONS; i++) {
		struct span s = span_trim(form_get(&l->p->query, conditions[i].name));

		l->given[i] = s.n ? s : SPAN_NONE;
	}
	*f = (struct change_filter){.child = l->given[BY_CHILD],
				    .account = l->given[BY_ACCOUNT],
				    .institution = l->given[BY_INSTITUTION],
				    .action = l->given[BY_ACTION],
				    .type = l->given[BY_TYPE]};
	if (!audit_day(l->given[FROM], false, &f->from) || !audit_day(l->given[TO], true, &f->to))
		l->mistake = "日付は 2026/11/20 や 令和8年11月20日 の形で書いてください。";
	span_number(form_get(&l->p->query, "page"), PAGES_MAX, &l->page);
}

void changes_address(const struct changes_list *l, int without, long page, struct buf *out)
{
	char number[24];

	buf_adds(out, CHANGES_PATH);
	for (int i = 0; i < CONDITIONS; i++)
		if (i != without)
			audit_query(out, conditions[i].name, l->given[i]);
	snprintf(number, sizeof number, "%ld", page);
	if (page)
		audit_query(out, "page", span_of(number));
}

/* ---- choices ------------------------------------------------------------------------------ */

struct choices {
	struct arena *a;
	struct field_choice *list;
	size_t count, cap;
};

static bool add_choice(struct choices *c, const char *value, const char *label)
{
	struct field_choice *grown;

	if (c->count == c->cap) {
		c->cap = c->cap ? c->cap * 2 : 32;
		grown = arena_array(c->a, c->cap, sizeof *grown);
		if (!grown)
			return false;
		if (c->count)
			memcpy(grown, c->list, c->count * sizeof *grown);
		c->list = grown;
	}
	c->list[c->count++] = (struct field_choice){value, label};
	return value && label;
}

/* What stands in the address stays chosen, also if it is none of the choices. */
static bool keep_given(struct choices *c, struct span given)
{
	const char *label = word_of_event(given), *value;

	for (size_t i = 0; i < c->count; i++)
		if (span_is(given, c->list[i].value))
			return true;
	value = arena_str(c->a, given);
	return !given.n || add_choice(c, value, label ? label : value);
}

static enum status one_institution(void *ctx, const struct institution *i)
{
	struct choices *c = ctx;

	return add_choice(c, arena_str(c->a, span_of(i->id)), arena_str(c->a, span_of(i->name)))
		   ? ST_OK
		   : fail(ST_NOMEM, "no memory for choices");
}

static bool all_types(struct page *p, struct choices *c)
{
	bool ok = true;

	for (size_t i = 0; i < types_count(p->app->types) && ok; i++) {
		const struct sheet_type *t = types_at(p->app->types, i);

		ok = add_choice(c, arena_str(c->a, t->id), arena_str(c->a, t->title));
	}
	return ok;
}

static enum status load_choices(struct changes_list *l, struct choices out[static CONDITIONS])
{
	enum status st;
	bool ok = true;

	for (int i = 0; i < CONDITIONS; i++)
		out[i] = (struct choices){.a = l->p->arena};
	for (size_t i = 0; i < ACTIONS; i++)
		ok = ok && add_choice(&out[BY_ACTION], actions[i].value, actions[i].label);
	ok = ok && add_choice(&out[BY_TYPE], "", "すべて") && all_types(l->p, &out[BY_TYPE]) &&
	     add_choice(&out[BY_INSTITUTION], "", "すべて");
	st = institution_each(l->p->app->db, one_institution, &out[BY_INSTITUTION]);
	for (int i = BY_INSTITUTION; i <= BY_ACTION; i++)
		ok = ok && keep_given(&out[i], l->given[i]);
	return st || ok ? st : fail(ST_NOMEM, "no memory for choices");
}

static void filter_form(struct changes_list *l, struct choices c[static CONDITIONS])
{
	struct html *h = l->h;

	html_open(h, "form");
	html_class(h, "filters");
	html_attrs(h, "method", "get");
	html_attrs(h, "action", CHANGES_PATH);
	html_attrs(h, "role", "search");
	for (int i = 0; i < CONDITIONS; i++) {
		const struct field_look look = {.id = conditions[i].name,
						.label = conditions[i].label,
						.hint = i == FROM ? "例 2026/11/20" : NULL};

		if (c[i].count)
			field_select(h, &look, c[i].list, c[i].count, l->given[i]);
		else
			field_text(h, &look, l->given[i]);
	}
	audit_form_end(h, CHANGES_PATH);
}

/* ---- what is asked for, to be taken away one by one ---------------------------------------- */

static const char *choice_label(const struct choices *c, struct span value)
{
	for (size_t i = 0; i < c->count; i++)
		if (span_is(value, c->list[i].value))
			return c->list[i].label;
	return NULL;
}

static void put_chips(struct changes_list *l, const struct choices c[static CONDITIONS])
{
	struct html *h = l->h;
	struct buf href;
	bool any = false;

	for (int i = 0; i < CONDITIONS; i++)
		any = any || l->given[i].n;
	if (!any)
		return;
	buf_init(&href, CHANGES_QUERY);
	html_open(h, "ul");
	html_class(h, "chips");
	html_attrs(h, "aria-label", "いまの条件（おすと 外れます）");
	for (int i = 0; i < CONDITIONS; i++) {
		const char *label = choice_label(&c[i], l->given[i]);

		if (!l->given[i].n)
			continue;
		buf_cut(&href, 0);
		changes_address(l, i, 0, &href);
		html_open(h, "li");
		html_open(h, "a");
		html_attrs(h, "href", buf_str(&href));
		html_textf(h, "%s：", conditions[i].label);
		html_text(h, label ? span_of(label) : l->given[i]);
		html_texts(h, "　×");
		html_leaf_class(h, "span", "visually-hidden", SPAN("この条件を 外す"));
		html_close(h);
		html_close(h);
	}
	html_close(h);
	buf_clear(&href);
}

enum status changes_filter(struct changes_list *l)
{
	struct choices c[CONDITIONS];
	enum status st = load_choices(l, c);

	if (st)
		return st;
	filter_form(l, c);
	put_chips(l, c);
	return ST_OK;
}
