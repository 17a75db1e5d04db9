/* One field of a sheet type: which keys its kind may have, and what they mean. */
#include "generator/sheet/type_int.h"

enum {
	ANY = KIND(F_KIND_COUNT) - 1,
	LINES = KIND(F_TEXT) | KIND(F_PROSE),
	NUMBERS = KIND(F_NUMBER) | KIND(F_MEASURE),
	TYPED = LINES | KIND(F_NUMBER) | KIND(F_DATE) | KIND(F_TIME) | KIND(F_PERSON) |
		KIND(F_INSTITUTION),
	IN_COLUMNS = KIND(F_TEXT) | KIND(F_NUMBER) | KIND(F_DATE) | KIND(F_TIME) | KIND(F_FLAG) |
		     KIND(F_CHOICE) | KIND(F_PERSON) | KIND(F_INSTITUTION),
};

/* The keys beside id, label and kind, and the kinds that may have them. */
static const struct {
	const char *key;
	unsigned kinds;
} keys[] = {
    {"hint", ANY},
    {"example", TYPED},
    {"glance", LINES | KIND(F_CHOICE) | KIND(F_CHOICES) | KIND(F_TABLE)},
    {"fact", ANY & ~KIND(F_COMPUTED)},
    {"was", ANY & ~KIND(F_COMPUTED)},
    {"required", ANY & ~KIND(F_COMPUTED)},
    {"max", LINES | NUMBERS},
    {"min", NUMBERS},
    {"decimals", NUMBERS | KIND(F_COMPUTED)},
    {"unit", NUMBERS | KIND(F_COMPUTED)},
    {"choices", KIND(F_CHOICE) | KIND(F_CHOICES)},
    {"columns", KIND(F_TABLE)},
    {"rows", KIND(F_TABLE) | KIND(F_MEASURE)},
    {"quantity", ANY},
    {"function", KIND(F_COMPUTED)},
    {"of", KIND(F_COMPUTED)},
};

static bool is_kind(const struct field *f, unsigned kinds)
{
	return (KIND(f->kind) & kinds) != 0;
}

/* ---- what all fields have ----------------------------------------------------------------- */

static bool read_kind(struct type_reader *r, struct ynode *map, unsigned allowed, struct field *f)
{
	const char *names[F_KIND_COUNT];
	const struct ynode *n = type_need(r, map, "kind");
	int k;

	for (unsigned i = 0; i < F_KIND_COUNT; i++)
		names[i] = field_kind_name((enum field_kind)i);
	k = type_name(r, n, "kind", "type.kind", names, F_KIND_COUNT);
	if (k < 0)
		return false;
	f->kind = (enum field_kind)k;
	if (is_kind(f, allowed))
		return true;
	type_wrong(r, n, "type.column-kind",
		   "表の列に『%s』は使えません。表の外の欄にするか、ほかのkindにしてください。",
		   names[k]);
	return false;
}

/* Marks the keys that fields know as used, and refuses those that this kind has no use for. */
static void check_keys(struct type_reader *r, struct ynode *map, const struct field *f)
{
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const struct ynode *n = ymap_get(map, keys[i].key);

		if (n && !is_kind(f, keys[i].kinds))
			type_wrong(r, n, "type.key-kind",
				   "kindが『%s』の欄に『%s』は使えません。消してください。",
				   field_kind_name(f->kind), keys[i].key);
	}
	ymap_unknown(map, r->file, r->ps);
}

static enum glance read_glance(struct type_reader *r, struct ynode *map)
{
	static const char *const names[] = {"urgent", "strengths", "helps", "goal"};
	const struct ynode *n = ymap_get(map, "glance");
	int k = n ? type_name(r, n, "glance", "type.glance", names, GLANCE_COUNT - 1) : -1;

	return (enum glance)(k + 1);
}

/* The common part of a field and a column.  false: not worth looking further. */
static bool read_common(struct type_reader *r, struct ynode *map, unsigned allowed, struct field *f)
{
	f->id = type_id(r, type_need(r, map, "id"));
	f->label = type_label(r, type_need(r, map, "label"), "label");
	if (!read_kind(r, map, allowed, f))
		return false;
	f->hint = type_text(r, ymap_get(map, "hint"), "hint", TYPE_HINT_CHARS);
	f->example = type_text(r, ymap_get(map, "example"), "example", TYPE_HINT_CHARS);
	f->unit = type_text(r, ymap_get(map, "unit"), "unit", TYPE_UNIT_CHARS);
	f->required = type_flag(r, ymap_get(map, "required"), "required");
	f->glance = read_glance(r, map);
	f->was = ymap_get(map, "was") ? type_id(r, ymap_get(map, "was")) : SPAN_NONE;
	f->fact = ymap_get(map, "fact") ? type_id(r, ymap_get(map, "fact")) : SPAN_NONE;
	check_keys(r, map, f);
	return true;
}

/* ---- what only some kinds have ------------------------------------------------------------ */

static void read_range(struct type_reader *r, struct ynode *map, struct field *f)
{
	const struct ynode *max = ymap_get(map, "max");

	f->has_min = type_decimal(r, ymap_get(map, "min"), "min", &f->min);
	f->has_max = type_decimal(r, max, "max", &f->max);
	if (f->has_min && f->has_max && f->min > f->max)
		type_wrong(r, max, "type.range", "『max』は『min』以上にしてください。");
}

static void check_choice(struct type_reader *r, const struct field *f, const struct ynode *n)
{
	struct span label = f->choices[f->nchoices].label;

	for (size_t i = 0; label.p && i < f->nchoices; i++) {
		if (!span_eq(label, f->choices[i].label))
			continue;
		type_wrong(r, n, "type.duplicate-label",
			   "選択肢『%.*s』がもうあります。違う名前にしてください。",
			   SPAN_ARG(label));
		return;
	}
}

static void read_choices(struct type_reader *r, struct ynode *map, struct field *f)
{
	const struct ynode *list = type_need(r, map, "choices");

	if (!type_is(r, list, Y_MAP, "choices"))
		return;
	if (list->count > TYPE_CHOICES_MAX) {
		type_wrong(r, list, "type.limit", "選択肢は1個から%d個までにしてください。",
			   TYPE_CHOICES_MAX);
		return;
	}
	f->choices = type_alloc(r, list->count, sizeof *f->choices);
	for (struct ynode *n = list->first; n && f->choices; n = n->next) {
		struct ynode key = {
		    .kind = Y_TEXT, .text = n->key, .line = n->key_line, .col = n->key_col};
		struct choice *c = &f->choices[f->nchoices];

		c->id = type_id(r, &key);
		c->label = type_text(r, n, "choicesの名前", TYPE_CHOICE_CHARS);
		check_choice(r, f, n);
		f->nchoices++;
	}
	if (f->choices && f->nchoices == 0)
		type_wrong(r, list, "type.limit", "選択肢は1個から%d個までにしてください。",
			   TYPE_CHOICES_MAX);
}

/* What a field and a column read in the same way. */
static void read_scalar(struct type_reader *r, struct ynode *map, struct field *f)
{
	const struct ynode *max = ymap_get(map, "max");

	if (f->kind == F_TEXT)
		f->max_chars =
		    (size_t)type_whole(r, max, "max", 1, TYPE_TEXT_MAX, TEXT_DEFAULT_MAX);
	if (f->kind == F_PROSE)
		f->max_chars =
		    (size_t)type_whole(r, max, "max", 1, TYPE_PROSE_MAX, PROSE_DEFAULT_MAX);
	if (is_kind(f, NUMBERS)) {
		read_range(r, map, f);
		f->decimals = type_decimals(r, map);
	}
	if (f->kind == F_CHOICE || f->kind == F_CHOICES)
		read_choices(r, map, f);
	type_quantity(r, map, f);
}

static void read_rows(struct type_reader *r, struct ynode *map, struct field *f)
{
	f->max_rows = (size_t)type_whole(r, ymap_get(map, "rows"), "rows", 1, TABLE_ROWS_MAX,
					 TABLE_DEFAULT_ROWS);
}

/* ---- tables and measures ------------------------------------------------------------------ */

static void check_column(struct type_reader *r, struct ynode *map, const struct field *table,
			 const struct field *c)
{
	for (const struct field *o = table->columns; o < c; o++) {
		if (c->id.p && span_eq(c->id, o->id))
			type_wrong(r, ymap_get(map, "id"), "type.duplicate-id",
				   "この表にはid『%.*s』の列がもうあります。違うidにしてください。",
				   SPAN_ARG(c->id));
		if (c->label.p && span_eq(c->label, o->label))
			type_wrong(r, ymap_get(map, "label"), "type.duplicate-label",
				   "この表には列『%.*s』がもうあります。違う名前にしてください。",
				   SPAN_ARG(c->label));
	}
}

static void read_columns(struct type_reader *r, struct ynode *map, struct field *f)
{
	const struct ynode *list = type_need(r, map, "columns");

	if (!type_is(r, list, Y_LIST, "columns"))
		return;
	if (list->count == 0 || list->count > TYPE_COLUMNS_MAX) {
		type_wrong(r, list, "type.limit", "表の列は1個から%d個までにしてください。",
			   TYPE_COLUMNS_MAX);
		return;
	}
	f->columns = type_alloc(r, list->count, sizeof *f->columns);
	for (struct ynode *n = list->first; n && f->columns; n = n->next) {
		struct field *c = &f->columns[f->ncolumns];

		c->index = f->ncolumns++;
		c->section = f->section;
		if (!type_is(r, n, Y_MAP, "columnsの項目") || !read_common(r, n, IN_COLUMNS, c))
			continue;
		read_scalar(r, n, c);
		check_column(r, n, f, c);
	}
	type_quantities(r, list, f->columns, f->ncolumns);
}

/* A measure is a table of two columns that need not be written down. */
static void make_columns(struct type_reader *r, struct field *f)
{
	f->columns = type_alloc(r, 2, sizeof *f->columns);
	if (!f->columns)
		return;
	f->ncolumns = 2;
	f->columns[0] = (struct field){.id = SPAN("on"),
				       .label = SPAN("測定日"),
				       .kind = F_DATE,
				       .required = true,
				       .section = f->section,
				       .index = 0};
	f->columns[1] = (struct field){.id = SPAN("value"),
				       .label = f->label,
				       .unit = f->unit,
				       .kind = F_NUMBER,
				       .required = true,
				       .has_min = f->has_min,
				       .has_max = f->has_max,
				       .min = f->min,
				       .max = f->max,
				       .decimals = f->decimals,
				       .section = f->section,
				       .index = 1};
}

/* ---- all of it ---------------------------------------------------------------------------- */

void type_field_read(struct type_reader *r, struct ynode *map, struct field *f)
{
	if (!type_is(r, map, Y_MAP, "fieldsの項目") || !read_common(r, map, ANY, f))
		return;
	read_scalar(r, map, f);
	if (f->kind == F_TABLE || f->kind == F_MEASURE)
		read_rows(r, map, f);
	if (f->kind == F_TABLE)
		read_columns(r, map, f);
	if (f->kind == F_MEASURE)
		make_columns(r, f);
	if (f->kind == F_COMPUTED)
		type_function(r, map, f);
}
