/* Sheets in which every field, every column of every row and every choice is filled and marked. */
#ifndef KARTE_TESTS_PROPERTY_FILL_H
#define KARTE_TESTS_PROPERTY_FILL_H

#include "generator/sheet/sheet.h"
#include "tests/property/canary.h"

enum { ROWS = 3 };

/* An id that the type's period allows; `turn` tells several apart. */
static inline const char *fill_id(enum period p, int turn)
{
	static const char *const ids[][2] = {
	    [PERIOD_ONCE] = {"main", "main"},
	    [PERIOD_FISCAL_YEAR] = {"2026", "2025"},
	    [PERIOD_TERM] = {"2026-1", "2026-2"},
	    [PERIOD_MONTH] = {"2026-04", "2026-05"},
	    [PERIOD_DAY] = {"2026-04-01", "2026-04-02"},
	    [PERIOD_FREE] = {"one", "two"},
	};

	return ids[p][turn & 1];
}

static inline void fill_date(struct canaries *cs, const struct section *s, struct buf *out)
{
	char iso[MARK_MAX], era[MARK_MAX];
	int y, m, d;

	do { /* Showa 2 to 63 */
		y = 1927 + (int)random_below(62);
		m = 1 + (int)random_below(12);
		d = 1 + (int)random_below(28);
		snprintf(iso, sizeof iso, "%04d-%02d-%02d", y, m, d);
		snprintf(era, sizeof era, "昭和%d年%d月%d日", y - 1925, m, d);
	} while (canary_known(cs, iso));
	canary_add(cs, s, iso)->shown = false; /* people read the era */
	canary_add(cs, s, era);
	buf_adds(out, iso);
}

static inline void fill_time(struct canaries *cs, const struct section *s, struct buf *out)
{
	char mark[MARK_MAX];

	do
		snprintf(mark, sizeof mark, "%02u:%02u", 10 + random_below(14), random_below(60));
	while (canary_known(cs, mark));
	canary_add(cs, s, mark)->number = true;
	buf_addf(out, "\"%s\"", mark);
}

/* A number that can be told from others has four digits, and is not taken for a year. */
static inline void fill_number(struct canaries *cs, const struct section *s, const struct field *f,
			       struct buf *out)
{
	const double min = f->has_min ? f->min : 0, max = f->has_max ? f->max : 99999;
	char mark[MARK_MAX];
	size_t digits;

	for (int tries = 0; tries < 100; tries++) {
		double v = min + (max - min) * random_below(100000) / 100001.0;
		struct canary *c;

		snprintf(mark, sizeof mark, "%.*f", f->decimals, v);
		digits = strlen(mark) - (f->decimals > 0);
		if (strtod(mark, NULL) < min || mark[strlen(mark) - 1] == '0')
			continue;
		if (digits >= 4 && !canary_known(cs, mark) && (v < 1900 || v > 2100)) {
			c = canary_add(cs, s, mark);
			c->number = true;
			buf_adds(out, mark);
			return;
		}
	}
	snprintf(mark, sizeof mark, "%.0f", min > 0 ? (double)(long)min + 1 : 1.0);
	buf_adds(out, mark); /* too small a range for a mark */
}

static inline void fill_letters(struct canaries *cs, const struct section *s, const struct field *f,
				struct buf *out)
{
	buf_adds(out, canary_letters(cs, s, f->max_chars ? f->max_chars : LETTERS)->mark);
}

static inline void fill_choices(const struct field *f, struct buf *out)
{
	buf_adds(out, "[");
	for (size_t i = 0; i < f->nchoices; i++)
		buf_addf(out, "%s\"%.*s\"", i ? ", " : "", SPAN_ARG(f->choices[i].id));
	buf_adds(out, "]");
}

static inline void fill_value(struct canaries *cs, const struct section *s, const struct field *f,
			      struct buf *out);

static inline void fill_rows(struct canaries *cs, const struct section *s, const struct field *f,
			     struct buf *out)
{
	buf_addc(out, '\n');
	for (size_t r = 0; r < ROWS && r < f->max_rows; r++) {
		buf_adds(out, "    - {");
		for (size_t c = 0; c < f->ncolumns; c++) {
			buf_addf(out, "%s\"%.*s\": ", c ? ", " : "", SPAN_ARG(f->columns[c].id));
			fill_value(cs, s, &f->columns[c], out);
		}
		buf_adds(out, "}\n");
	}
}

static inline void fill_value(struct canaries *cs, const struct section *s, const struct field *f,
			      struct buf *out)
{
	switch (f->kind) {
	case F_NUMBER:
		fill_number(cs, s, f, out);
		break;
	case F_DATE:
		fill_date(cs, s, out);
		break;
	case F_TIME:
		fill_time(cs, s, out);
		break;
	case F_FLAG:
		buf_adds(out, "true");
		break;
	case F_CHOICE:
		buf_addf(out, "\"%.*s\"", SPAN_ARG(f->choices[f->nchoices - 1].id));
		break;
	case F_CHOICES:
		fill_choices(f, out);
		break;
	case F_TABLE:
	case F_MEASURE:
		fill_rows(cs, s, f, out);
		break;
	default:
		fill_letters(cs, s, f, out);
		break;
	}
}

/* One text with everything that Markdown here can say, each part with a mark. */
static inline void fill_prose(struct canaries *cs, const struct section *s, const struct field *f,
			      struct buf *out)
{
	static const struct {
		const char *before, *after;
		bool brief, hidden; /* also in short texts; stands in no text that is read */
	} parts[] = {
	    {"文の **", "** と", true, false},
	    {" [", "](https://example.jp/", true, false},
	    {"", ") と", true, true},
	    {" *", "* と", false, false},
	    {" `", "`。\n\n", false, false},
	    {"#### ", "\n\n", false, false},
	    {"- ", "\n", false, false},
	    {"  - ", "\n\n", false, false},
	    {"1. ", "\n\n", false, false},
	    {"> ", "\n\n", false, false},
	    {"```\n", "\n```\n\n", false, false},
	    {"", "&amp; <https://example.jp/>\\\n終わり", false, false},
	};

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		struct canary *c;

		if (f->max_chars < 250 && !parts[i].brief)
			continue;
		c = canary_letters(cs, s, LETTERS);
		c->shown = !parts[i].hidden;
		buf_addf(out, "%s%s%s", parts[i].before, c->mark, parts[i].after);
	}
	buf_adds(out, "\n");
}

static inline void fill_head(const struct sheet_type *t, struct canaries *cs, const char *child,
			     const char *id, enum sheet_status st, struct buf *out)
{
	bool begun = false;

	buf_addf(out, "---\nkarte: 1\ntype: %.*s\ntype-version: %d\nid: \"%s\"\n", SPAN_ARG(t->id),
		 t->version, id);
	if (t->subject == SUBJECT_CHILD)
		buf_addf(out, "child: %s\n", child);
	buf_addf(out, "title: 題 %s\ninstitution: kudan-es\nstatus: %s\n",
		 canary_letters(cs, NULL, LETTERS)->mark, sheet_status_name(st));
	for (size_t i = 0; i < t->nsections; i++)
		for (size_t k = 0; k < t->sections[i].nfields; k++) {
			const struct field *f = &t->sections[i].fields[k];

			if (f->kind == F_COMPUTED || f->kind == F_PROSE)
				continue;
			buf_addf(out, "%s  \"%.*s\": ", begun ? "" : "values:\n", SPAN_ARG(f->id));
			begun = true;
			cs->field = f;
			fill_value(cs, &t->sections[i], f, out);
			buf_addc(out, '\n');
		}
	buf_adds(out, "---\n");
}

/* Appends the file of a whole sheet; its marks are added to cs, as of its type and turn. */
static inline void fill_sheet(const struct sheet_type *t, struct canaries *cs, const char *child,
			      const char *id, enum sheet_status st, struct buf *out)
{
	cs->type = t;
	cs->field = NULL;
	fill_head(t, cs, child, id, st, out);
	for (size_t i = 0; i < t->nsections; i++) {
		const struct section *s = &t->sections[i];
		bool begun = false;

		for (size_t k = 0; k < s->nfields; k++) {
			if (s->fields[k].kind != F_PROSE)
				continue;
			if (!begun)
				buf_addf(out, "\n## %.*s\n", SPAN_ARG(s->title));
			begun = true;
			buf_addf(out, "\n### %.*s\n\n", SPAN_ARG(s->fields[k].label));
			cs->field = &s->fields[k];
			fill_prose(cs, s, &s->fields[k], out);
		}
	}
	cs->field = NULL;
}

#endif
