#include "generator/sheet/form_int.h"

enum { VERSION_MAX = 9999 };

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- roles -------------------------------------------------------------------------------- */

static role_set read_role(struct type_reader *r, const struct ynode *n, role_set before)
{
	enum role role = role_find(n->kind == Y_TEXT ? n->text : SPAN_NONE);

	if (role == ROLE_NOBODY)
		type_wrong(r, n, "type.role",
			   "役割『%.*s』はありません。つづりを確かめてください。",
			   SPAN_ARG(n->text));
	else if (!role_reads_content(role))
		type_wrong(r, n, "type.role-content",
			   "役割『%s』は記録の中身を読み書きできません。消してください。",
			   role_name(role));
	else if (role_in(role, before))
		type_wrong(r, n, "type.role", "役割『%s』が2回あります。1つにしてください。",
			   role_name(role));
	else
		return ROLE_BIT(role);
	return 0;
}

static role_set read_roles(struct type_reader *r, const struct ynode *list, const char *key)
{
	role_set set = 0;

	if (!type_is(r, list, Y_LIST, key))
		return 0;
	for (const struct ynode *n = list->first; n; n = n->next)
		set |= read_role(r, n, set);
	return set;
}

/* ---- sections ----------------------------------------------------------------------------- */

static void resolve_roles(struct type_reader *r, struct ynode *map, struct section *s)
{
	const struct ynode *readers = ymap_get(map, "readers");
	const struct ynode *writers = ymap_get(map, "writers");
	size_t before = r->ps->errors;

	s->writers = writers ? read_roles(r, writers, "writers") : r->t->writers;
	s->readers = readers ? read_roles(r, readers, "readers") : r->t->readers;
	s->readers |= s->writers;
	if (s->readers == 0 && r->ps->errors == before)
		type_wrong(r, map, "type.unreadable",
			   "どの役割も読めない区分です。『readers』に役割を書いてください。");
}

static void check_section(struct type_reader *r, struct ynode *map, const struct section *s)
{
	for (const struct section *o = r->t->sections; o < s; o++) {
		if (s->id.p && span_eq(s->id, o->id))
			type_wrong(r, ymap_get(map, "id"), "type.duplicate-id",
				   "id『%.*s』の区分がもうあります。違うidにしてください。",
				   SPAN_ARG(s->id));
		if (s->title.p && span_eq(s->title, o->title))
			type_wrong(r, ymap_get(map, "title"), "type.duplicate-title",
				   "区分『%.*s』がもうあります。違う名前にしてください。",
				   SPAN_ARG(s->title));
	}
}

/* An id is unique in the whole type, since values are stored by it; a label in its section. */
static void check_field(struct type_reader *r, struct ynode *map, const struct section *s,
			const struct field *f)
{
	const struct field *same = f->id.p ? type_field(r->t, f->id) : NULL;

	if (same && same != f)
		type_wrong(r, ymap_get(map, "id"), "type.duplicate-id",
			   "id『%.*s』の欄がもうあります。違うidにしてください。", SPAN_ARG(f->id));
	for (const struct field *o = s->fields; f->label.p && o < f; o++)
		if (span_eq(f->label, o->label))
			type_wrong(r, ymap_get(map, "label"), "type.duplicate-label",
				   "この区分には欄『%.*s』がもうあります。違う名前にしてください。",
				   SPAN_ARG(f->label));
}

/* A field that a form added is told of at the form's file. */
static void read_field(struct type_reader *r, struct ynode *n, struct section *s, struct field *f)
{
	const char *file = r->file;

	r->file = n->file ? n->file : file;
	type_field_read(r, n, f);
	check_field(r, n, s, f);
	f->name = f->label;
	r->file = file;
}

static void read_fields(struct type_reader *r, const struct ynode *list, struct section *s)
{
	if (!type_is(r, list, Y_LIST, "fields"))
		return;
	if (list->count == 0 || list->count > TYPE_FIELDS_MAX - r->t->nfields) {
		type_wrong(r, list, "type.limit",
			   "欄は区分ごとに1個以上、全部で%d個までにしてください。",
			   TYPE_FIELDS_MAX);
		return;
	}
	s->fields = type_alloc(r, list->count, sizeof *s->fields);
	for (struct ynode *n = list->first; n && s->fields; n = n->next) {
		struct field *f = &s->fields[s->nfields++];

		f->section = s;
		f->index = r->t->nfields++;
		read_field(r, n, s, f);
	}
	type_quantities(r, list, s->fields, s->nfields);
}

static void read_section(struct type_reader *r, struct ynode *map, struct section *s)
{
	static const char *const none = "none";

	if (!type_is(r, map, Y_MAP, "sectionsの項目"))
		return;
	s->id = type_id(r, type_need(r, map, "id"));
	s->title = type_label(r, type_need(r, map, "title"), "title");
	s->name = s->title;
	s->hint = type_text(r, ymap_get(map, "hint"), "hint", TYPE_HINT_CHARS);
	resolve_roles(r, map, s);
	s->unshared =
	    type_name(r, ymap_get(map, "sharing"), "sharing", "type.value", &none, 1) == 0;
	check_section(r, map, s);
	read_fields(r, type_need(r, map, "fields"), s);
	ymap_unknown(map, r->file, r->ps);
}

static void read_sections(struct type_reader *r, const struct ynode *list)
{
	if (!type_is(r, list, Y_LIST, "sections"))
		return;
	if (list->count == 0 || list->count > TYPE_SECTIONS_MAX) {
		type_wrong(r, list, "type.limit", "区分は1個から%d個までにしてください。",
			   TYPE_SECTIONS_MAX);
		return;
	}
	r->t->sections = type_alloc(r, list->count, sizeof *r->t->sections);
	for (struct ynode *n = list->first; n && r->t->sections; n = n->next)
		read_section(r, n, &r->t->sections[r->t->nsections++]);
}

/* Computed fields may name fields that come later: a second walk over the same lists. */
static void read_computed(struct type_reader *r, const struct ynode *list)
{
	struct ynode *sn = list ? list->first : NULL;

	for (size_t i = 0; i < r->t->nsections; i++, sn = sn->next) {
		struct section *s = &r->t->sections[i];
		const struct ynode *fields = ymap_get(sn, "fields");
		struct ynode *fn = fields ? fields->first : NULL;

		for (size_t j = 0; j < s->nfields; j++, fn = fn->next)
			if (s->fields[j].kind == F_COMPUTED)
				type_computed(r, fn, &s->fields[j]);
	}
}

/* ---- the head ----------------------------------------------------------------------------- */

/* Some of the four states, in their order, from draft to final. */
static void read_workflow(struct type_reader *r, const struct ynode *list)
{
	enum sheet_status st = SHEET_DRAFT, last = SHEET_DRAFT;
	bool ordered = true;

	if (!type_is(r, list, Y_LIST, "workflow"))
		return;
	for (const struct ynode *n = list->first; n; n = n->next) {
		bool first = n == list->first;

		if (!sheet_status_find(n->kind == Y_TEXT ? n->text : SPAN_NONE, &st)) {
			type_wrong(r, n, "type.workflow-state",
				   "状態『%.*s』はありません。使えるのは draft, review, consent, "
				   "final です。",
				   SPAN_ARG(n->text));
			return;
		}
		ordered = ordered && (first ? st == SHEET_DRAFT : st > last);
		last = st;
		r->t->workflow |= 1u << st;
	}
	if (!ordered || last != SHEET_FINAL)
		type_wrong(r, list, "type.workflow",
			   "『workflow』は draft, review, consent, final の順に、draft で始めて "
			   "final で終えてください。");
}

static void read_retention(struct type_reader *r, struct ynode *map)
{
	static const char *const after[] = {"leaving", "creation", "school-year", "adult"};
	int i;

	if (!type_is(r, map, Y_MAP, "retention"))
		return;
	r->t->retention_years =
	    (int)type_whole(r, type_need(r, map, "years"), "years", 1, TYPE_YEARS_MAX, 1);
	i = type_name(r, type_need(r, map, "after"), "after", "type.value", after, COUNT(after));
	r->t->retention_after = i < 0 ? AFTER_LEAVING : (enum retention_after)i;
	ymap_unknown(map, r->file, r->ps);
}

static void read_words(struct type_reader *r, struct ynode *root)
{
	static const char *const subjects[] = {"child", "institution", "household"};
	static const char *const periods[] = {"once",  "fiscal-year", "term",
					      "month", "day",	      "free"};
	static const char *const sharings[] = {"none", "consent", "open"};
	int i;

	i = type_name(r, ymap_get(root, "subject"), "subject", "type.value", subjects,
		      COUNT(subjects));
	r->t->subject = i < 0 ? SUBJECT_CHILD : (enum subject)i;
	i = type_name(r, type_need(r, root, "period"), "period", "type.value", periods,
		      COUNT(periods));
	r->t->period = i < 0 ? PERIOD_ONCE : (enum period)i;
	i = type_name(r, ymap_get(root, "sharing"), "sharing", "type.value", sharings,
		      COUNT(sharings));
	r->t->sharing = i < 0 ? SHARING_NONE : (enum sharing)i;
}

static void read_type_roles(struct type_reader *r, struct ynode *root)
{
	const struct ynode *writers = type_need(r, root, "writers");

	r->t->writers = read_roles(r, writers, "writers");
	r->t->readers = read_roles(r, type_need(r, root, "readers"), "readers");
	if (writers && writers->kind == Y_LIST && writers->count == 0)
		type_wrong(r, writers, "type.unwritable",
			   "だれも作れない種類です。『writers』に役割を書いてください。");
}

/* Unless the type says so: what several kinds of institution write, they write together. */
static void read_joint(struct type_reader *r, struct ynode *root)
{
	const struct ynode *joint = ymap_get(root, "joint");
	role_set staff = r->t->writers & ~ROLE_BIT(ROLE_HOUSEHOLD);

	r->t->joint = joint ? type_flag(r, joint, "joint") : (staff & (staff - 1)) != 0;
}

static void read_type(struct type_reader *r, struct ynode *root)
{
	struct ynode *sections;

	if (!type_is(r, root, Y_MAP, "シートの種類"))
		return;
	r->t->id = type_id(r, type_need(r, root, "type"));
	r->t->version =
	    (int)type_whole(r, type_need(r, root, "version"), "version", 1, VERSION_MAX, 1);
	r->t->title = type_label(r, type_need(r, root, "title"), "title");
	r->t->area = type_id(r, type_need(r, root, "area"));
	read_words(r, root);
	read_type_roles(r, root);
	read_joint(r, root);
	read_workflow(r, type_need(r, root, "workflow"));
	read_retention(r, type_need(r, root, "retention"));
	sections = type_need(r, root, "sections");
	read_sections(r, sections);
	read_computed(r, sections);
	type_days(r, sections);
	ymap_unknown(root, r->file, r->ps);
}

enum status type_read(struct arena *a, const char *file, struct span bytes,
		      const struct sheet_type **out, struct problems *ps)
{
	return type_read_as(a, file, bytes, NULL, true, out, ps);
}

enum status type_read_as(struct arena *a, const char *file, struct span bytes,
			 const struct form *form, bool newest, const struct sheet_type **out,
			 struct problems *ps)
{
	struct type_reader r = {.a = a, .file = file, .ps = ps};
	struct problems own; /* the count of errors decides, also when nobody wants to see them */
	struct ynode *root = NULL;
	size_t before;
	enum status st;

	*out = NULL;
	problems_init(&own);
	if (!ps)
		r.ps = &own;
	before = r.ps->errors;
	st = yaml_read(a, file, bytes, 1, &root, r.ps);
	if (st)
		goto out;
	r.t = type_alloc(&r, 1, sizeof *r.t);
	if (r.t && form)
		form_add(&r, form, newest, root);
	if (r.t)
		read_type(&r, root);
	if (r.t && form && r.ps->errors == before)
		form_change(&r, form, newest);
	st = r.st;
	if (!st && r.ps->errors != before)
		st = fail(ST_INVALID, "%s is no valid sheet type", file);
	if (!st)
		*out = r.t;

out:
	problems_clear(&own);
	return st;
}
