/*
 * Any bytes as a sheet type: a type or problems; and what is true of every type holds for each
 * that is read, whoever wrote it.
 */
#include "generator/sheet/type.h"
#include "generator/base/path.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA = 32 * 1024 * 1024 };

static void must(bool truth)
{
	if (!truth)
		abort();
}

/* No role that may not meet content, in any set of the type. */
static void check_roles(role_set set)
{
	for (unsigned r = 0; r < ROLE_COUNT; r++)
		must(!(set & ROLE_BIT(r)) || role_reads_content((enum role)r));
	must(set < ROLE_BIT(ROLE_COUNT));
}

static void check_field(const struct field *f)
{
	must(path_id(f->id) && f->label.n > 0);
	must((f->kind == F_TEXT || f->kind == F_PROSE) == (f->max_chars > 0));
	must((f->kind == F_CHOICE || f->kind == F_CHOICES) == (f->nchoices > 0));
	must((f->kind == F_TABLE || f->kind == F_MEASURE) == (f->ncolumns > 0));
	must((f->kind == F_COMPUTED) == (f->nof > 0));
	must((f->ncolumns > 0) == (f->max_rows > 0) && f->max_rows <= TABLE_ROWS_MAX);
	for (size_t i = 0; i < f->nchoices; i++)
		must(path_id(f->choices[i].id) && f->choices[i].label.n > 0);
	for (size_t i = 0; i < f->ncolumns; i++) {
		must(f->columns[i].ncolumns == 0 && f->columns[i].index == i);
		check_field(&f->columns[i]);
	}
	/* Who sees a result may see all that it is made of. */
	for (size_t i = 0; i < f->nof; i++)
		must((f->section->readers & ~f->of[i]->section->readers) == 0);
}

static void check_type(const struct sheet_type *t)
{
	size_t index = 0;

	must(path_id(t->id) && t->version > 0 && t->nsections > 0 && t->writers != 0);
	must(t->nsections <= TYPE_SECTIONS_MAX && t->nfields <= TYPE_FIELDS_MAX);
	must((t->workflow & 1u << SHEET_DRAFT) && (t->workflow & 1u << SHEET_FINAL));
	for (size_t i = 0; i < t->nsections; i++) {
		const struct section *s = &t->sections[i];

		check_roles(s->readers);
		check_roles(s->writers);
		must(s->readers != 0 && (s->writers & ~s->readers) == 0 && s->nfields > 0);
		must(type_section(t, s->id) == s);
		for (size_t j = 0; j < s->nfields; j++) {
			must(s->fields[j].index == index++ && s->fields[j].section == s);
			must(type_field(t, s->fields[j].id) == &s->fields[j]);
			check_field(&s->fields[j]);
		}
	}
	must(index == t->nfields);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = span_make((const char *)data, size);
	struct arena *a = arena_new(ARENA);
	const struct sheet_type *t = NULL;
	struct problems ps;
	struct buf out;
	enum status st;

	problems_init(&ps);
	buf_init(&out, 1024 * 1024);
	st = type_read(a, "fuzz", bytes, &t, &ps);
	must((st == ST_OK) == (t != NULL));
	must(st == ST_OK ? ps.errors == 0 : ps.errors > 0 || st == ST_NOMEM);
	if (t)
		check_type(t);
	problems_print(&ps, &out);
	must(out.st == ST_OK);
	buf_clear(&out);
	problems_clear(&ps);
	arena_free(a);
	return 0;
}
