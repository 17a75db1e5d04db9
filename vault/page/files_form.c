/* The form for new files: rows of a file with its title and sort, other children, readers. */
#include "vault/page/files.h"

#include "generator/base/day.h"
#include "vault/flow/file_meta.h"

#include <stdio.h>

static void put_row(const struct page *p, struct html *h, const struct files_form *form, size_t i)
{
	struct field_choice choices[16];
	char id[24];

	for (size_t k = 0; k < file_category_count; k++)
		choices[k] = (struct field_choice){file_categories[k].id, file_categories[k].label};
	html_open(h, "fieldset");
	html_class(h, "card");
	html_open(h, "legend");
	html_textf(h, "%zuつめ", i + 1);
	html_close(h);
	snprintf(id, sizeof id, "file-%zu", i + 1);
	field_file(h, id, "files-hint", form->why[i][0] ? form->why[i] : NULL);
	snprintf(id, sizeof id, "title-%zu", i + 1);
	field_text(h,
		   &(struct field_look){.id = id,
					.label = "題名",
					.hint = "書かないときは、ファイルの名前が題名になります"},
		   form_get(&p->form, id));
	snprintf(id, sizeof id, "category-%zu", i + 1);
	field_select(h, &(struct field_look){.id = id, .label = "種類", .width = "m"}, choices,
		     file_category_count, form_get(&p->form, id));
	html_close(h);
}

/* ---- boxes to tick -------------------------------------------------------------------------- */

static bool is_ticked(const struct page *p, const char *name, struct span value)
{
	size_t at = 0;
	struct span s;

	while ((s = form_next(&p->form, name, &at)).p)
		if (span_eq(s, value))
			return true;
	return false;
}

static void put_tick(const struct page *p, struct html *h, const char *name, struct span value,
		     struct span label)
{
	html_open(h, "label");
	html_class(h, "check");
	html_open(h, "input");
	html_attrs(h, "type", "checkbox");
	html_attrs(h, "name", name);
	html_attr(h, "value", value);
	html_flag(h, "checked", is_ticked(p, name, value));
	html_open(h, "span");
	html_text(h, label);
	html_close(h);
	html_close(h);
}

static void ticks_begin(struct html *h, const char *legend, const char *hint)
{
	html_open(h, "div");
	html_class(h, "field");
	html_open(h, "fieldset");
	html_leafs(h, "legend", legend);
	html_leaf_class(h, "p", "hint", span_of(hint));
	html_open(h, "div");
	html_class(h, "checks");
}

static void ticks_end(struct html *h)
{
	html_close(h);
	html_close(h);
	html_close(h);
}

static void put_readers(const struct page *p, struct html *h)
{
	static const enum role choices[] = {ROLE_HOUSEHOLD, ROLE_NURSERY, ROLE_SCHOOL,	ROLE_HEALTH,
					    ROLE_WELFARE,   ROLE_THERAPY, ROLE_PROVIDER};

	if (!p->who->staff) {
		html_leafs(h, "p", "見られる人：あなた、いま 通っている 園や学校、教育委員会。");
		return;
	}
	ticks_begin(h, "ほかに 見られる人",
		    "あなたの機関と教育委員会は、いつも見られます。ほかの機関は、保護者の同意がある"
		    "ときだけ見られます。");
	for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
		put_tick(p, h, "reader", span_of(role_name(choices[i])),
			 span_of(role_label(choices[i])));
	put_tick(p, h, "staff-only", SPAN("true"), SPAN("職員だけの文書（保護者には 見せません）"));
	put_tick(p, h, "open", SPAN("true"),
		 SPAN("同意がなくても、この子に かかわる 上の機関に 見せる"));
	ticks_end(h);
}

/* ---- other children ------------------------------------------------------------------------- */

struct others {
	struct page *p;
	struct html *h;
	bool any;
};

static enum status one_other(void *ctx, const struct child_row *c)
{
	struct others *o = ctx;
	char label[2 * NAME_ROOM + 8];
	bool may = false;
	enum status st;

	if (span_is(o->p->q.child, c->id))
		return ST_OK;
	st = files_may_add_quietly(o->p->app, &o->p->q, span_of(c->id), &may);
	if (st || !may)
		return st;
	if (!o->any)
		ticks_begin(o->h, "ほかの子どもにも つける",
			    "同じファイルが、選んだ子どもの カルテにも 入ります。何人もの 保護者に "
			    "見せるときは、「配布」を 使います。");
	o->any = true;
	snprintf(label, sizeof label, "%s（%s）", c->name, c->kana);
	put_tick(o->p, o->h, "also", span_of(c->id), span_of(label));
	return ST_OK;
}

static enum status put_others(struct page *p, struct html *h)
{
	struct others o = {p, h, false};
	struct child_scope scope;
	struct scope_room room;
	char today[DAY_TEXT], href[HREF_MAX];
	bool asked = form_get(&p->query, "also").n || form_get(&p->form, "others").n;
	enum status st;

	if (p->who->staff && !asked) {
		href_child(href, p->q.child, "/files?also=1");
		html_open(h, "p");
		html_link(h, href, SPAN("ほかの子どもにも つける（選ぶ欄を出す）"));
		html_close(h);
		html_open(h, "p");
		html_link(h, "/releases/new", SPAN("何人もの 保護者に 渡す（配布）"));
		html_close(h);
		return ST_OK;
	}
	html_hidden(h, "others", SPAN("true"));
	day_iso(day_jst(p->req->now), today);
	st = scope_of(p->app, p->who, today, &scope, &room);
	if (!st)
		st =
		    child_search(p->app->db, &scope, SPAN(""), FILE_CHILDREN_MAX, 0, one_other, &o);
	if (o.any)
		ticks_end(h);
	return st;
}

/* ---- the form ------------------------------------------------------------------------------- */

static size_t rows_of(const struct page *p)
{
	struct span s = form_get(&p->query, "rows");
	long n = 0;

	return span_number(s, PAGE_FILES_MAX, &n) && n > 0 ? (size_t)n : FILES_ROWS;
}

enum status put_files_form(struct page *p, struct html *h, const struct files_form *form)
{
	char href[HREF_MAX];
	size_t rows = rows_of(p);
	enum status st;

	for (size_t i = rows; i < PAGE_FILES_MAX; i++)
		if (form->why[i][0])
			rows = i + 1;
	href_child(href, p->q.child, "/files");
	html_leafs(h, "h2", "ファイルを加える");
	html_open(h, "form");
	html_attrs(h, "method", "post");
	html_attrs(h, "action", href);
	html_attrs(h, "enctype", "multipart/form-data");
	html_flag(h, "novalidate", true);
	html_flag(h, "data-guard", true);
	frame_csrf(h, p);
	html_open(h, "p");
	html_attrs(h, "id", "files-hint");
	html_textf(h,
		   "PDF、Word、Excel、PowerPoint、OpenDocument、画像、テキスト。1つ %dMB "
		   "まで。写真の 場所や機種の情報は、消して保存します。",
		   p->app->conf.file_max);
	html_close(h);
	for (size_t i = 0; i < rows; i++)
		put_row(p, h, form, i);
	if (rows < PAGE_FILES_MAX) {
		href_child(href, p->q.child, "/files?rows=10");
		html_open(h, "p");
		html_link(h, href, SPAN("10個まで 一度に 加える"));
		html_close(h);
	}
	put_readers(p, h);
	st = put_others(p, h);
	form_button(h, "ファイルを加える", "");
	html_close(h);
	return st;
}
