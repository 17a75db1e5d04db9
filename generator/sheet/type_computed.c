/* Computed fields: a function over other fields of the type. */
#include "generator/sheet/type_int.h"

static const struct {
	const char *name;
	unsigned kinds; /* of the fields it is computed of */
	size_t min, max;
	const char *needs;
} functions[] = {
    [FN_COUNT] = {"count", KIND(F_TABLE) | KIND(F_MEASURE), 1, 1, "table か measure を1つ"},
    [FN_SUM] = {"sum", KIND(F_NUMBER), 1, TYPE_FIELDS_MAX, "number を1つ以上"},
    [FN_BMI] = {"bmi", KIND(F_MEASURE), 2, 2,
		"cm の身長と kg の体重の measure を、この順に1つずつ"},
    [FN_LATEST] = {"latest", KIND(F_MEASURE), 1, 1, "measure を1つ"},
    [FN_KAUP] = {"kaup", KIND(F_NUMBER), 2, 2, "cm の身長と g の体重の number を、この順に1つずつ"},
};

void type_function(struct type_reader *r, struct ynode *map, struct field *f)
{
	const char *names[sizeof functions / sizeof *functions - 1];
	const size_t count = sizeof names / sizeof *names;
	int i;

	for (size_t k = 0; k < count; k++)
		names[k] = functions[k + 1].name;
	i = type_name(r, type_need(r, map, "function"), "function", "type.function", names, count);
	f->function = i < 0 ? FN_NONE : (enum computed_function)(i + 1);
	type_need(r, map, "of");
	f->decimals = type_decimals(r, map);
}

/*
 * One source of a computed field.  It must not be hidden from anyone who sees the result: a sum
 * or a count would tell what the section keeps back.
 */
static const struct field *read_source(struct type_reader *r, const struct ynode *n,
				       const struct field *f)
{
	const struct field *src = n->kind == Y_TEXT ? type_field(r->t, n->text) : NULL;

	if (!src) {
		type_wrong(r, n, "type.of", "『%.*s』という欄はありません。idを確かめてください。",
			   SPAN_ARG(n->text));
		return NULL;
	}
	if (!(KIND(src->kind) & functions[f->function].kinds)) {
		type_wrong(r, n, "type.of-kind",
			   "『%.*s』は『%s』の欄です。%sの『of』には%s書いてください。",
			   SPAN_ARG(n->text), field_kind_name(src->kind),
			   functions[f->function].name, functions[f->function].needs);
		return NULL;
	}
	if (f->section->readers & ~src->section->readers) {
		type_wrong(r, n, "type.of-hidden",
			   "『%.*s』を読めない役割に結果が見えます。読める役割をそろえてください。",
			   SPAN_ARG(n->text));
		return NULL;
	}
	return src;
}

static bool units_fit(const struct field *f)
{
	if (f->function != FN_BMI && f->function != FN_KAUP)
		return true;
	return span_is(f->of[0]->unit, "cm") &&
	       span_is(f->of[1]->unit, f->function == FN_BMI ? "kg" : "g");
}

static bool repeated(const struct field *f, const struct field *src)
{
	for (size_t i = 0; i < f->nof; i++)
		if (f->of[i] == src)
			return true;
	return false;
}

static void read_sources(struct type_reader *r, const struct ynode *list, struct field *f)
{
	for (const struct ynode *n = list->first; n; n = n->next) {
		const struct field *src = read_source(r, n, f);

		if (!src)
			continue;
		if (repeated(f, src))
			type_wrong(r, n, "type.of", "『%.*s』が2回あります。1つにしてください。",
				   SPAN_ARG(n->text));
		f->of[f->nof++] = src;
	}
}

/* As many digits as the most exact source has; an index of the body has one. */
static int natural_decimals(const struct field *f)
{
	int d = f->function == FN_BMI || f->function == FN_KAUP ? 1 : 0;

	for (size_t i = 0; (f->function == FN_SUM || f->function == FN_LATEST) && i < f->nof; i++)
		if (f->of[i]->decimals > d)
			d = f->of[i]->decimals;
	return d;
}

void type_computed(struct type_reader *r, struct ynode *map, struct field *f)
{
	const struct ynode *list = ymap_get(map, "of");

	if (f->function == FN_NONE || !type_is(r, list, Y_LIST, "of"))
		return;
	if (list->count < functions[f->function].min || list->count > functions[f->function].max) {
		type_wrong(r, list, "type.of", "%sの『of』には%s書いてください。",
			   functions[f->function].name, functions[f->function].needs);
		return;
	}
	f->of = type_alloc(r, list->count, sizeof *f->of);
	if (!f->of)
		return;
	read_sources(r, list, f);
	if (f->nof == list->count && !units_fit(f))
		type_wrong(r, list, "type.of", "%sの『of』には%s書いてください。",
			   functions[f->function].name, functions[f->function].needs);
	if (!ymap_get(map, "decimals"))
		f->decimals = natural_decimals(f);
}
