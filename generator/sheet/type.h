/*
 * A sheet type: what a form may contain, who writes it and who may read which part.
 * Declared in YAML (karte-type(5)); read-only once loaded.
 */
#ifndef KARTE_SHEET_TYPE_H
#define KARTE_SHEET_TYPE_H

#include "generator/base/arena.h"
#include "generator/base/path.h"
#include "generator/base/status.h"
#include "generator/sheet/problem.h"
#include "generator/sheet/role.h"

enum field_kind {
	F_TEXT,
	F_PROSE,
	F_NUMBER,
	F_DATE,
	F_TIME,
	F_FLAG,
	F_CHOICE,
	F_CHOICES,
	F_TABLE,
	F_PERSON,
	F_INSTITUTION,
	F_FILE,
	F_MEASURE,  /* rows of {on, value}; columns[0] is the date, columns[1] the number */
	F_COMPUTED, /* never typed in, never stored */
	F_KIND_COUNT
};

enum computed_function { FN_NONE, FN_COUNT, FN_SUM, FN_BMI, FN_LATEST, FN_KAUP };

/* What the karte's overview shows of a field, in this order: GLANCE_NONE: nothing. */
enum glance {
	GLANCE_NONE,
	GLANCE_URGENT,
	GLANCE_STRENGTHS,
	GLANCE_HELPS,
	GLANCE_GOAL,
	GLANCE_COUNT
};

/*
 * What a field measures, whatever it is called in its type: by this, values of all sheets meet in
 * one chart.  karte-type(5) says which kinds and units each may have.
 */
enum quantity {
	QUANTITY_NONE,
	QUANTITY_HEIGHT, /* cm */
	QUANTITY_WEIGHT, /* kg, or g */
	QUANTITY_HEAD,	 /* circumference, cm */
	QUANTITY_CHEST,	 /* circumference, cm */
	QUANTITY_BMI,
	QUANTITY_VISION_RIGHT, /* decimal acuity, or a choice of a, b, c, d (see growth.h) */
	QUANTITY_VISION_LEFT,
	QUANTITY_VISION_RIGHT_CORRECTED,
	QUANTITY_VISION_LEFT_CORRECTED,
	QUANTITY_HEARING_RIGHT,
	QUANTITY_HEARING_LEFT,
	QUANTITY_SCORE,		  /* of a test; its series is named by the test and the label */
	QUANTITY_TEST,		  /* the name of the test whose scores stand beside it */
	QUANTITY_ON,		  /* the day of what stands beside it */
	QUANTITY_GESTATION_WEEKS, /* full weeks of gestation at birth */
	QUANTITY_COUNT
};

struct choice {
	struct span id, label;
};

struct section;

struct field {
	struct span id, label, hint, example, unit;
	struct span name; /* the shipped label: the heading in files, whatever is shown */
	bool hidden; /* by the municipality: in no view and no form, but what is stored stays */
	enum field_kind kind;
	struct span was; /* its id in an older version of the type, if that was another */
	enum glance glance;
	struct span fact;      /* fields of different types with the same fact say the same thing
				  about a subject: what one says can be offered to the other */
	bool required;	       /* must be filled before the sheet leaves draft */
	size_t max_chars;      /* graphemes, for text and prose; never 0 for them */
	bool has_min, has_max; /* for number and measure */
	double min, max;
	int decimals; /* digits after the point that a number may have */
	struct choice *choices;
	size_t nchoices;
	struct field *columns; /* of a table or measure */
	size_t ncolumns;
	size_t max_rows;
	enum quantity quantity;
	enum computed_function function;
	const struct field **of; /* of a computed field */
	size_t nof;
	const struct section *section; /* the one it stands in (for a column: its table's) */
	size_t index;		       /* position among all fields of the type; for a column: in
					  its table */
};

struct section {
	struct span id, title, hint;
	struct span name;	   /* the shipped title: the heading in files */
	role_set readers, writers; /* resolved: the section's own or the type's; writers read too */
	bool unshared;		   /* never for another institution, however the type is shared */
	struct field *fields;
	size_t nfields;
};

enum period { PERIOD_ONCE, PERIOD_FISCAL_YEAR, PERIOD_TERM, PERIOD_MONTH, PERIOD_DAY, PERIOD_FREE };
enum subject { SUBJECT_CHILD, SUBJECT_INSTITUTION, SUBJECT_HOUSEHOLD };
enum sharing {
	SHARING_NONE,	 /* only the institution that wrote it (and the board, the household) */
	SHARING_CONSENT, /* others with the guardian's consent */
	SHARING_OPEN,	 /* every institution the child is at */
};
enum sheet_status { SHEET_DRAFT, SHEET_REVIEW, SHEET_CONSENT, SHEET_FINAL, SHEET_STATUS_COUNT };

/* From when the years of retention are counted; see retention.h. */
enum retention_after {
	AFTER_LEAVING,	   /* the end of the child's last stay */
	AFTER_CREATION,	   /* the first version */
	AFTER_SCHOOL_YEAR, /* 31 March of the school year of the newest version */
	AFTER_ADULT,	   /* the 18th birthday */
};

struct sheet_type {
	struct span id, title;
	int version;
	enum subject subject;
	struct span area;
	enum period period;
	role_set readers, writers; /* the type's own defaults */
	enum sharing sharing;
	bool joint;	   /* one sheet is written by several institutions together */
	unsigned workflow; /* bit per enum sheet_status */
	int retention_years;
	enum retention_after retention_after;
	struct section *sections;
	size_t nsections;
	size_t nfields; /* over all sections */
};

enum {
	TYPE_SECTIONS_MAX = 64,
	TYPE_FIELDS_MAX = 256,
	TYPE_YEARS_MAX = 100, /* of retention */
	TEXT_DEFAULT_MAX = 200,
	PROSE_DEFAULT_MAX = 4000,
	TABLE_DEFAULT_ROWS = 30,
	TABLE_ROWS_MAX = 200
};

/* Reads one type.  *out belongs to the arena.  ST_INVALID with problems (codes type.*, yaml.*). */
enum status type_read(struct arena *a, const char *file, struct span bytes,
		      const struct sheet_type **out, struct problems *ps);

const struct section *type_section(const struct sheet_type *t, struct span id);
/* A field of the type by id, NULL if there is none. */
const struct field *type_field(const struct sheet_type *t, struct span id);
const struct field *field_column(const struct field *table, struct span id);
const struct choice *field_choice(const struct field *f, struct span id);

/* "prose" */
const char *field_kind_name(enum field_kind k);
/* "vision-right"; "" for QUANTITY_NONE */
const char *quantity_name(enum quantity q);
/* "draft", and "下書き" */
const char *sheet_status_name(enum sheet_status s);
const char *sheet_status_label(enum sheet_status s);
/* false if it is none of the names. */
bool sheet_status_find(struct span name, enum sheet_status *out);
/* Does an id fit the period: fiscal-year "2026", term "2026-1", month "2026-04", day "2026-04-01",
   once "main", free any id? */
bool period_id(enum period p, struct span id);
struct day;
/*
 * The id of the sheet of the period in which a day lies: "2026", "2026-1" (terms begin in April,
 * September and January), "2026-04" …; for free the day, and "-2", "-3" … behind it for the n-th.
 * Appends nothing for the n-th of a period that has only one (n counts from 1).
 */
void period_of_day(enum period p, struct day d, int n, struct buf *out);
/* "令和8年度", "令和8年4月" …; the id itself for free, "" for once. */
void period_label(enum period p, struct span id, struct buf *out);

/* All types below a folder: DIR/<type>/<version>.yaml. */
struct types;

/*
 * Loads a folder of types.  Every type must load: otherwise ST_INVALID with problems and nothing.
 * The caller frees with types_free.
 */
enum status types_load(struct types **out, const char *dir, struct problems *ps);
/* The same with the municipality's own forms of them, FORMS/<type>.yaml (form.h); a folder that is
   not there has none. */
enum status types_load_as(struct types **out, const char *dir, const char *forms,
			  struct problems *ps);
void types_free(struct types *ts);

/* One file of which types are made: VERSION.yaml of a type, or (version 0) the municipality's own
   form of it.  What types were loaded from is kept with them, byte for byte. */
struct type_file {
	char id[ID_MAX + 1];
	int version;
	struct span bytes;
};
/* In order of id, then version; they belong to the types. */
const struct type_file *types_files(const struct types *ts, size_t *n);
/* A line for each file as sha256sum(1) writes it, with these paths: appended. */
void types_sums(const struct types *ts, struct buf *out);
/* Types from such files, in that order: types_make(types_files(x)) is x again, with its hash. */
enum status types_make(struct types **out, const struct type_file *files, size_t n,
		       struct problems *ps);
/* The given version of a type, the newest for version 0; NULL if there is none. */
const struct sheet_type *types_find(const struct types *ts, struct span id, int version);
/* The newest version of each type, in order of area and id. */
size_t types_count(const struct types *ts);
const struct sheet_type *types_at(const struct types *ts, size_t i);
/* Changes whenever any file would make a different result: hex SHA-256 of types_sums. */
const char *types_hash(const struct types *ts);

#endif
