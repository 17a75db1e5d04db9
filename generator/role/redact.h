/*
 * The gate: what is left of a sheet for one role.  redact_for is the only maker of a view, and a
 * view is the only thing that can be rendered, searched, compared or exported.
 */
#ifndef KARTE_ROLE_REDACT_H
#define KARTE_ROLE_REDACT_H

#include "generator/sheet/sheet.h"

/* How the reader stands to the child and to the institution that wrote the sheet. */
enum relation {
	REL_NONE,      /* no relation: nothing */
	REL_OWN,       /* the child's guardian, or staff of the institution that wrote it, or of the
			  board */
	REL_SHARED,    /* staff of another institution of the child, with the guardian's consent */
	REL_ELSEWHERE, /* staff of another institution of the child, without it */
};

struct view;

/*
 * Makes the view of a sheet.  ST_DENIED: nothing of the sheet may be seen (no relation; a sheet
 * not shared with this institution; a draft or one in review, for a household or another
 * institution that does not write in it; no section open to the role): do not even say that it
 * exists.  The view keeps copies only of what may be
 * seen and does not need the sheet any more; it needs the type.  Free with view_free.
 */
enum status redact_for(struct view **out, const struct sheet *s, enum role role, enum relation rel);
void view_free(struct view *v);

/* May a reader see a section at all?  The rule that redact_for and reach both use. */
bool section_readable(const struct sheet_type *t, const struct section *sec, enum role role);
bool section_writable(const struct sheet_type *t, const struct section *sec, enum role role);

struct view_field {
	const struct field *field;
	const struct value *value; /* NULL: empty; a computed field has its result as text */
	bool writable;		   /* may this role write it, here and now */
};
struct view_section {
	const struct section *section;
	const struct view_field *fields;
	size_t nfields;
	bool writable;
};

const struct sheet_type *view_type(const struct view *v);
struct span view_id(const struct view *v);
struct span view_child(const struct view *v);
struct span view_title(const struct view *v);
struct span view_institution(const struct view *v);
enum sheet_status view_status(const struct view *v);
enum role view_role(const struct view *v);
size_t view_sections(const struct view *v);
const struct view_section *view_section(const struct view *v, size_t i);
/* The field of a view by id, NULL if the reader may not see it. */
const struct view_field *view_field(const struct view *v, struct span id);
/* Is there anything that this role may write? */
bool view_writable(const struct view *v);
/* All visible text, plain, for search and snippets. */
void view_plain(const struct view *v, struct buf *out);

#endif
