/*
 * What the files that read a sheet type share: the state of one reading, and typed access to the
 * YAML below it, each with its own problem.  Only for type_*.c.
 */
#ifndef KARTE_SHEET_TYPE_INT_H
#define KARTE_SHEET_TYPE_INT_H

#include "generator/sheet/type.h"
#include "generator/sheet/yaml.h"

struct type_reader {
	struct arena *a;
	const char *file;
	struct problems *ps; /* never NULL here */
	struct sheet_type *t;
	enum status st; /* ST_NOMEM once memory ran out; what is merely wrong is in ps */
};

enum {
	TYPE_NAME_CHARS = 60, /* titles and labels; code points */
	TYPE_CHOICE_CHARS = 100,
	TYPE_UNIT_CHARS = 20,
	TYPE_HINT_CHARS = 300,
	TYPE_COLUMNS_MAX = 16,
	TYPE_CHOICES_MAX = 100,
	TYPE_TEXT_MAX = 2000,	/* largest `max` of a text */
	TYPE_PROSE_MAX = 20000, /* and of a prose: stays below MD_MAX_BYTES */
	TYPE_DECIMALS_MAX = 6,
};

/* A set of field kinds has a bit for each. */
#define KIND(k) (1u << (k))

/* Reports an error at a place (NULL: none). */
void type_wrong(struct type_reader *r, const struct ynode *at, const char *code, const char *fmt,
		...) __attribute__((format(printf, 4, 5)));
/* Zeroed memory; NULL (and r->st) when it is exhausted. */
void *type_alloc(struct type_reader *r, size_t count, size_t size);

/* The value of a key that must be there; reports type.missing-key and gives NULL. */
struct ynode *type_need(struct type_reader *r, struct ynode *map, const char *key);
/* Is it a map or list?  Reports type.value if not; false for NULL. */
bool type_is(struct type_reader *r, const struct ynode *n, enum ynode_kind kind, const char *key);
/*
 * One line of text of at most max code points, in the arena.  SPAN_NONE for NULL, and after a
 * report of type.text.
 */
struct span type_text(struct type_reader *r, const struct ynode *n, const char *key, size_t max);
/* A title or label: also without Markdown (type.label), since it becomes a heading. */
struct span type_label(struct type_reader *r, const struct ynode *n, const char *key);
/* An id, checked (type.id); SPAN_NONE if it is none. */
struct span type_id(struct type_reader *r, const struct ynode *n);
/* A whole number from min to max; `otherwise` for NULL and after a report of type.value. */
long type_whole(struct type_reader *r, const struct ynode *n, const char *key, long min, long max,
		long otherwise);
/* A decimal number; false for NULL and after a report of type.value. */
bool type_decimal(struct type_reader *r, const struct ynode *n, const char *key, double *out);
/* true or false; false for NULL and after a report of type.value. */
bool type_flag(struct type_reader *r, const struct ynode *n, const char *key);
/* The place of a text in a list of names; -1 for NULL and after a report of `code`. */
int type_name(struct type_reader *r, const struct ynode *n, const char *key, const char *code,
	      const char *const *names, size_t count);

/* The number of digits after the point; 0 if the map does not say. */
int type_decimals(struct type_reader *r, struct ynode *map);

/* Reads one field of a section into f, which is zeroed; `of` is left to type_computed. */
void type_field_read(struct type_reader *r, struct ynode *map, struct field *f);
/* Reads the key `quantity`, when kind, unit and choices of the field are known. */
void type_quantity(struct type_reader *r, struct ynode *map, struct field *f);
/* Checks the quantities of a section or of the columns of a table against each other. */
void type_quantities(struct type_reader *r, const struct ynode *list, const struct field *fields,
		     size_t count);
/* Checks that every measured value of the type has a day. */
void type_days(struct type_reader *r, const struct ynode *sections);
/* Reads what a computed field has of its own, but `of`. */
void type_function(struct type_reader *r, struct ynode *map, struct field *f);
/* Reads `of` of a computed field, when all fields of the type are known. */
void type_computed(struct type_reader *r, struct ynode *map, struct field *f);

#endif
