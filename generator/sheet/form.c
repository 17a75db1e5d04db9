#include "generator/sheet/form_int.h"

struct form {
	const char *file;
	struct span type;
	struct ynode *sections, *fields; /* id: the other name; NULL: none */
	struct ynode *hide;		 /* ids of fields */
	struct ynode *add;		 /* maps: to, after, fields */
	struct ynode *retention;	 /* years */
};

/* ---- reading ------------------------------------------------------------------------------ */

/* Problems of the form are told at the form's own file. */
static struct type_reader at_form(const struct type_reader *r, const struct form *f)
{
	struct type_reader mine = *r;

	mine.file = f->file;
	return mine;
}

static struct ynode *part(struct type_reader *r, struct ynode *root, const char *key,
			  enum ynode_kind kind)
{
	struct ynode *n = ymap_get(root, key);

	return n && type_is(r, n, kind, key) ? n : NULL;
}

static void read_parts(struct type_reader *r, struct ynode *root, struct form *f)
{
	if (!type_is(r, root, Y_MAP, "様式の設定"))
		return;
	f->type = type_id(r, type_need(r, root, "form"));
	f->sections = part(r, root, "sections", Y_MAP);
	f->fields = part(r, root, "fields", Y_MAP);
	f->hide = part(r, root, "hide", Y_LIST);
	f->add = part(r, root, "add", Y_LIST);
	f->retention = part(r, root, "retention", Y_MAP);
	ymap_unknown(root, r->file, r->ps);
}

enum status form_read(struct arena *a, const char *file, struct span bytes, struct form **out,
		      struct problems *ps)
{
	struct problems own;
	struct type_reader r = {.a = a, .file = arena_str(a, span_of(file)), .ps = ps ? ps : &own};
	struct form *f = arena_alloc(a, sizeof *f);
	struct ynode *root = NULL;
	size_t before;
	enum status st;

	*out = NULL;
	problems_init(&own);
	before = r.ps->errors;
	st = f && r.file ? yaml_read(a, r.file, bytes, 1, &root, r.ps) : ST_NOMEM;
	if (!st) {
		f->file = r.file;
		read_parts(&r, root, f);
		st = r.st;
	}
	if (!st && r.ps->errors != before)
		st = fail(ST_INVALID, "%s is no valid form", file);
	if (!st)
		*out = f;
	problems_clear(&own);
	return st;
}

struct span form_type(const struct form *f)
{
	return f->type;
}

/* ---- added fields ------------------------------------------------------------------------- */

/* An item of a list whose `id` is this one. */
static struct ynode *item_with_id(struct ynode *list, struct span id)
{
	for (struct ynode *n = list && list->kind == Y_LIST ? list->first : NULL; n; n = n->next)
		if (span_eq(ymap_text(n, "id"), id))
			return n;
	return NULL;
}

/* A tree may be put into several versions of a type: each gets its own nodes. */
static struct ynode *copy_node(struct type_reader *r, const struct ynode *n, const char *file)
{
	struct ynode *to = type_alloc(r, 1, sizeof *to), **end;

	if (!to)
		return NULL;
	*to = *n;
	to->used = false;
	to->next = NULL;
	to->file = file;
	end = &to->first;
	for (const struct ynode *c = n->first; c; c = c->next) {
		*end = copy_node(r, c, file);
		if (!*end)
			return NULL;
		end = &(*end)->next;
	}
	return to;
}

/* What the municipality adds can never be in the way of what a later version brings. */
static bool own_ids(struct type_reader *form, const struct ynode *fields)
{
	bool good = true;

	for (struct ynode *n = fields->first; n; n = n->next) {
		struct ynode *id = n->kind == Y_MAP ? ymap_get(n, "id") : NULL;

		if (id && span_starts(id->text, SPAN("x-")))
			continue;
		type_wrong(form, n, "form.id", "足す欄のidは『x-』で始めてください（例 x-bus）。");
		good = false;
	}
	return good;
}

static void splice(struct type_reader *r, const struct form *form, struct ynode *list,
		   struct ynode *after, const struct ynode *fields)
{
	struct ynode **to = &list->first;

	while (*to && (!after || *to != after))
		to = &(*to)->next;
	if (*to)
		to = &(*to)->next;
	for (const struct ynode *n = fields->first; n; n = n->next) {
		struct ynode *mine = copy_node(r, n, form->file);

		if (!mine)
			return;
		mine->next = *to;
		*to = mine;
		to = &mine->next;
		list->count++;
	}
}

static void add_one(struct type_reader *r, const struct form *form, bool newest, struct ynode *root,
		    struct ynode *what)
{
	struct type_reader mine = at_form(r, form);
	struct ynode *to, *after, *fields, *section, *list, *place = NULL;

	if (!type_is(&mine, what, Y_MAP, "addの項目"))
		return;
	to = type_need(&mine, what, "to");
	after = ymap_get(what, "after");
	fields = type_need(&mine, what, "fields");
	ymap_unknown(what, form->file, r->ps);
	if (!to || !fields || !type_is(&mine, fields, Y_LIST, "fields") || !own_ids(&mine, fields))
		return;
	section = item_with_id(ymap_get(root, "sections"), to->text);
	list = section ? ymap_get(section, "fields") : NULL;
	if (list && list->kind == Y_LIST && after)
		place = item_with_id(list, after->text);
	if (list && list->kind == Y_LIST && (!after || place))
		splice(r, form, list, place, fields);
	else if (newest)
		type_wrong(&mine, list ? after : to, "form.place",
			   "『%.*s』は、この種類のいまの版にありません。",
			   SPAN_ARG(list ? after->text : to->text));
}

void form_add(struct type_reader *r, const struct form *form, bool newest, struct ynode *root)
{
	struct ynode *n = form->add ? form->add->first : NULL;

	for (; n; n = n->next)
		add_one(r, form, newest, root, n);
}

/* ---- other names, hidden fields ----------------------------------------------------------- */

static struct section *section_of(struct sheet_type *t, struct span id)
{
	for (size_t i = 0; i < t->nsections; i++)
		if (span_eq(t->sections[i].id, id))
			return &t->sections[i];
	return NULL;
}

static struct field *field_of(struct sheet_type *t, struct span id)
{
	for (size_t i = 0; i < t->nsections; i++)
		for (size_t k = 0; k < t->sections[i].nfields; k++)
			if (span_eq(t->sections[i].fields[k].id, id))
				return &t->sections[i].fields[k];
	return NULL;
}

static void not_there(struct type_reader *mine, bool newest, const struct ynode *n, struct span id)
{
	if (newest)
		type_wrong(mine, n, "form.place", "『%.*s』は、この種類のいまの版にありません。",
			   SPAN_ARG(id));
}

static void rename_sections(struct type_reader *r, const struct form *form, bool newest)
{
	struct type_reader mine = at_form(r, form);

	for (struct ynode *n = form->sections ? form->sections->first : NULL; n; n = n->next) {
		struct section *s = section_of(r->t, n->key);
		struct span title = type_label(&mine, n, "sections");

		if (!s)
			not_there(&mine, newest, n, n->key);
		else if (title.p)
			s->title = title;
	}
}

static void rename_fields(struct type_reader *r, const struct form *form, bool newest)
{
	struct type_reader mine = at_form(r, form);

	for (struct ynode *n = form->fields ? form->fields->first : NULL; n; n = n->next) {
		struct field *f = field_of(r->t, n->key);
		struct span label = type_label(&mine, n, "fields");

		if (!f)
			not_there(&mine, newest, n, n->key);
		else if (label.p)
			f->label = label;
	}
}

/* What nobody sees nobody can be made to fill in. */
static void hide_fields(struct type_reader *r, const struct form *form, bool newest)
{
	struct type_reader mine = at_form(r, form);

	for (struct ynode *n = form->hide ? form->hide->first : NULL; n; n = n->next) {
		struct field *f = field_of(r->t, n->text);

		if (!f) {
			not_there(&mine, newest, n, n->text);
			continue;
		}
		f->hidden = true;
		f->required = false;
	}
}

/* Two that look alike cannot be told apart on the screen. */
static void refuse_doubles(struct type_reader *r, const struct form *form)
{
	struct type_reader mine = at_form(r, form);

	for (size_t i = 0; i < r->t->nsections; i++) {
		const struct section *s = &r->t->sections[i];

		for (size_t k = 0; k < i; k++)
			if (span_eq(s->title, r->t->sections[k].title))
				type_wrong(&mine, form->sections, "form.double",
					   "区分の名前『%.*s』が2つになります。",
					   SPAN_ARG(s->title));
		for (size_t k = 0; k < s->nfields; k++)
			for (size_t m = 0; m < k; m++)
				if (!s->fields[k].hidden && !s->fields[m].hidden &&
				    span_eq(s->fields[k].label, s->fields[m].label))
					type_wrong(&mine, form->fields, "form.double",
						   "欄の名前『%.*s』が2つになります。",
						   SPAN_ARG(s->fields[k].label));
	}
}

/* Longer, never shorter: what the type says is what laws and notices ask for. */
static void lengthen(struct type_reader *r, const struct form *form)
{
	struct type_reader mine = at_form(r, form);
	struct ynode *years;
	long n;

	if (!form->retention)
		return;
	years = type_need(&mine, form->retention, "years");
	ymap_unknown(form->retention, form->file, r->ps);
	if (!years)
		return;
	n = type_whole(&mine, years, "years", 1, TYPE_YEARS_MAX, 1);
	if (n < r->t->retention_years)
		type_wrong(&mine, years, "form.retention",
			   "残す期間は、もとの %d年より短くできません。", r->t->retention_years);
	else
		r->t->retention_years = (int)n;
}

void form_change(struct type_reader *r, const struct form *form, bool newest)
{
	rename_sections(r, form, newest);
	rename_fields(r, form, newest);
	hide_fields(r, form, newest);
	lengthen(r, form);
	refuse_doubles(r, form);
}
