#include "generator/sheet/type_int.h"

#include "generator/base/day.h"
#include "generator/base/path.h"

#include <stdio.h>

/* ---- finding ------------------------------------------------------------------------------ */

const struct section *type_section(const struct sheet_type *t, struct span id)
{
	for (size_t i = 0; i < t->nsections; i++)
		if (span_eq(t->sections[i].id, id))
			return &t->sections[i];
	return NULL;
}

const struct field *type_field(const struct sheet_type *t, struct span id)
{
	for (size_t i = 0; i < t->nsections; i++)
		for (size_t j = 0; j < t->sections[i].nfields; j++)
			if (span_eq(t->sections[i].fields[j].id, id))
				return &t->sections[i].fields[j];
	return NULL;
}

const struct field *field_column(const struct field *table, struct span id)
{
	for (size_t i = 0; i < table->ncolumns; i++)
		if (span_eq(table->columns[i].id, id))
			return &table->columns[i];
	return NULL;
}

const struct choice *field_choice(const struct field *f, struct span id)
{
	for (size_t i = 0; i < f->nchoices; i++)
		if (span_eq(f->choices[i].id, id))
			return &f->choices[i];
	return NULL;
}

/* ---- names -------------------------------------------------------------------------------- */

static const char *const kinds[F_KIND_COUNT] = {
    [F_TEXT] = "text",
    [F_PROSE] = "prose",
    [F_NUMBER] = "number",
    [F_DATE] = "date",
    [F_TIME] = "time",
    [F_FLAG] = "flag",
    [F_CHOICE] = "choice",
    [F_CHOICES] = "choices",
    [F_TABLE] = "table",
    [F_PERSON] = "person",
    [F_INSTITUTION] = "institution",
    [F_FILE] = "file",
    [F_MEASURE] = "measure",
    [F_COMPUTED] = "computed",
};

static const struct {
	const char *name, *label;
} statuses[SHEET_STATUS_COUNT] = {
    [SHEET_DRAFT] = {"draft", "下書き"},
    [SHEET_REVIEW] = {"review", "確認待ち"},
    [SHEET_CONSENT] = {"consent", "保護者の確認中"},
    [SHEET_FINAL] = {"final", "確定"},
};

const char *field_kind_name(enum field_kind k)
{
	return (unsigned)k < F_KIND_COUNT ? kinds[k] : "";
}

const char *sheet_status_name(enum sheet_status s)
{
	return (unsigned)s < SHEET_STATUS_COUNT ? statuses[s].name : "";
}

const char *sheet_status_label(enum sheet_status s)
{
	return (unsigned)s < SHEET_STATUS_COUNT ? statuses[s].label : "";
}

bool sheet_status_find(struct span name, enum sheet_status *out)
{
	for (unsigned i = 0; i < SHEET_STATUS_COUNT; i++)
		if (span_is(name, statuses[i].name)) {
			*out = (enum sheet_status)i;
			return true;
		}
	return false;
}

/* ---- periods ------------------------------------------------------------------------------ */

/* A sheet id with the rest of a date put behind it: "2026" and "-04-01". */
static bool is_day(struct span id, size_t length, const char *rest, struct day *out)
{
	char text[sizeof "2026-04-01"];
	int n;

	if (id.n != length)
		return false;
	n = snprintf(text, sizeof text, "%.*s%s", SPAN_ARG(id), rest);
	return n > 0 && day_parse(span_make(text, (size_t)n), out);
}

/* The first day of the period that an id names; false if it names none. */
static bool first_day(enum period p, struct span id, struct day *out)
{
	switch (p) {
	case PERIOD_FISCAL_YEAR:
		return is_day(id, 4, "-04-01", out);
	case PERIOD_TERM:
		return id.n == 6 && id.p[4] == '-' && id.p[5] >= '1' && id.p[5] <= '3' &&
		       is_day(span_make(id.p, 4), 4, "-04-01", out);
	case PERIOD_MONTH:
		return is_day(id, 7, "-01", out);
	case PERIOD_DAY:
		return is_day(id, 10, "", out);
	case PERIOD_ONCE:
	case PERIOD_FREE:
		break;
	}
	return false;
}

bool period_id(enum period p, struct span id)
{
	struct day d;

	if (p == PERIOD_ONCE)
		return span_is(id, "main");
	if (p == PERIOD_FREE)
		return path_id(id);
	return first_day(p, id, &d);
}

static int term_of(struct day d)
{
	return d.m < 4 ? 3 : d.m < 9 ? 1 : 2;
}

void period_of_day(enum period p, struct day d, int n, struct buf *out)
{
	char iso[DAY_TEXT];

	day_iso(d, iso);
	if (n > 1 && p != PERIOD_FREE)
		return;
	switch (p) {
	case PERIOD_ONCE:
		buf_adds(out, "main");
		break;
	case PERIOD_FISCAL_YEAR:
		buf_addf(out, "%04d", day_fiscal_year(d));
		break;
	case PERIOD_TERM:
		buf_addf(out, "%04d-%d", day_fiscal_year(d), term_of(d));
		break;
	case PERIOD_MONTH:
		buf_addf(out, "%.7s", iso);
		break;
	case PERIOD_DAY:
		buf_adds(out, iso);
		break;
	case PERIOD_FREE:
		buf_adds(out, iso);
		if (n > 1)
			buf_addf(out, "-%d", n);
		break;
	}
}

void period_label(enum period p, struct span id, struct buf *out)
{
	char text[DAY_TEXT];
	struct day d;

	if (p == PERIOD_ONCE)
		return;
	if (!first_day(p, id, &d)) {
		buf_addspan(out, id);
		return;
	}
	if (p == PERIOD_MONTH || p == PERIOD_DAY) {
		day_era(d, text);
		if (p == PERIOD_MONTH) /* without the day of the month */
			text[strlen(text) - strlen("1日")] = '\0';
		buf_adds(out, text);
		return;
	}
	day_fiscal(d.y, text);
	buf_adds(out, text);
	if (p == PERIOD_TERM)
		buf_addf(out, " %c学期", id.p[5]);
}
