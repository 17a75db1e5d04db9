/* Quantities: what a field measures, by which values of different sheets meet in one chart. */
#include "generator/sheet/type_int.h"

enum {
	MEASURED = KIND(F_NUMBER) | KIND(F_MEASURE),
	SEEN = MEASURED | KIND(F_CHOICE),
	NAMED = KIND(F_CHOICE) | KIND(F_TEXT),
};

static const struct {
	const char *name;
	unsigned kinds;
	const char *unit, *other; /* NULL: any */
} quantities[QUANTITY_COUNT] = {
    [QUANTITY_NONE] = {"", 0, NULL, NULL},
    [QUANTITY_HEIGHT] = {"height", MEASURED, "cm", NULL},
    [QUANTITY_WEIGHT] = {"weight", MEASURED, "kg", "g"},
    [QUANTITY_HEAD] = {"head", MEASURED, "cm", NULL},
    [QUANTITY_CHEST] = {"chest", MEASURED, "cm", NULL},
    [QUANTITY_BMI] = {"bmi", MEASURED, NULL, NULL},
    [QUANTITY_VISION_RIGHT] = {"vision-right", SEEN, NULL, NULL},
    [QUANTITY_VISION_LEFT] = {"vision-left", SEEN, NULL, NULL},
    [QUANTITY_VISION_RIGHT_CORRECTED] = {"vision-right-corrected", SEEN, NULL, NULL},
    [QUANTITY_VISION_LEFT_CORRECTED] = {"vision-left-corrected", SEEN, NULL, NULL},
    [QUANTITY_HEARING_RIGHT] = {"hearing-right", SEEN | KIND(F_TEXT), NULL, NULL},
    [QUANTITY_HEARING_LEFT] = {"hearing-left", SEEN | KIND(F_TEXT), NULL, NULL},
    [QUANTITY_SCORE] = {"score", MEASURED, NULL, NULL},
    [QUANTITY_TEST] = {"test", NAMED, NULL, NULL},
    [QUANTITY_ON] = {"on", KIND(F_DATE), NULL, NULL},
    [QUANTITY_GESTATION_WEEKS] = {"gestation-weeks", KIND(F_NUMBER), NULL, NULL},
};

const char *quantity_name(enum quantity q)
{
	return (unsigned)q < QUANTITY_COUNT ? quantities[q].name : "";
}

static void check_unit(struct type_reader *r, const struct ynode *n, const struct field *f)
{
	const char *unit = quantities[f->quantity].unit, *other = quantities[f->quantity].other;

	if (!unit || span_is(f->unit, unit) || (other && span_is(f->unit, other)))
		return;
	type_wrong(r, n, "type.quantity-unit",
		   "『quantity: %s』の欄には『unit: %s』%s%s%sと書いてください。",
		   quantity_name(f->quantity), unit, other ? "か『unit: " : "", other ? other : "",
		   other ? "』" : "");
}

void type_quantity(struct type_reader *r, struct ynode *map, struct field *f)
{
	const char *names[QUANTITY_COUNT - 1];
	const struct ynode *n = ymap_get(map, "quantity");
	int q;

	for (unsigned i = 1; i < QUANTITY_COUNT; i++)
		names[i - 1] = quantities[i].name;
	q = type_name(r, n, "quantity", "type.quantity", names, QUANTITY_COUNT - 1);
	if (q < 0)
		return;
	if (!(KIND(f->kind) & quantities[q + 1].kinds)) {
		type_wrong(r, n, "type.quantity-kind",
			   "kindが『%s』の欄に『quantity: %s』は使えません。",
			   field_kind_name(f->kind), quantities[q + 1].name);
		return;
	}
	f->quantity = (enum quantity)(q + 1);
	check_unit(r, n, f);
}

/* A day and the name of a test belong to all that stands beside them, so there is one of each. */
static bool stands_alone(enum quantity q)
{
	return q == QUANTITY_ON || q == QUANTITY_TEST || q == QUANTITY_GESTATION_WEEKS;
}

static bool has(const struct field *fields, size_t count, enum quantity q)
{
	for (size_t i = 0; i < count; i++)
		if (fields[i].quantity == q)
			return true;
	return false;
}

void type_quantities(struct type_reader *r, const struct ynode *list, const struct field *fields,
		     size_t count)
{
	struct ynode *n = list->first;

	for (size_t i = 0; i < count; i++, n = n->next)
		if (stands_alone(fields[i].quantity) && has(fields, i, fields[i].quantity))
			type_wrong(r, ymap_get(n, "quantity"), "type.quantity-twice",
				   "『quantity: %s』は、区分や表に1つだけにしてください。",
				   quantity_name(fields[i].quantity));
}

/* ---- days --------------------------------------------------------------------------------- */

/* Does the type itself say on which day its values were taken? */
static bool type_has_day(const struct sheet_type *t)
{
	if (t->period == PERIOD_DAY)
		return true;
	for (size_t i = 0; i < t->nsections; i++)
		if (has(t->sections[i].fields, t->sections[i].nfields, QUANTITY_ON))
			return true;
	return false;
}

static bool needs_day(const struct field *f)
{
	if (f->kind == F_TABLE && !has(f->columns, f->ncolumns, QUANTITY_ON)) {
		for (size_t i = 0; i < f->ncolumns; i++)
			if (needs_day(&f->columns[i]))
				return true;
	}
	return f->kind != F_MEASURE && f->quantity && !stands_alone(f->quantity);
}

void type_days(struct type_reader *r, const struct ynode *sections)
{
	const struct ynode *sn = sections ? sections->first : NULL;

	if (type_has_day(r->t))
		return;
	for (size_t i = 0; i < r->t->nsections; i++, sn = sn->next) {
		const struct section *s = &r->t->sections[i];

		for (size_t j = 0; j < s->nfields; j++)
			if (needs_day(&s->fields[j]))
				type_wrong(
				    r, sn, "type.quantity-day",
				    "欄『%.*s』の数がいつのものか、わかりません。『quantity: "
				    "on』の date の欄を、シートか表に置いてください。",
				    SPAN_ARG(s->fields[j].id));
	}
}
