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
 * Who reads, as far as it matters for one sheet.  A zeroed reader sees nothing.  The lists belong
 * to the caller and are needed only during the call.
 */
struct reader {
	enum role role;
	enum relation relation;
	bool read_only; /* nothing may be written, whatever the type says */
	/* Sections (ids) that an administrator closed to this reader: as if they were not there,
	   nor what is computed from them.  Closing wins over opening. */
	const struct span *hidden;
	size_t nhidden;
	/* Sections (ids) opened for reading beyond the readers that the type names, where the
	   relation opens the sheet; never for writing, and no draft to a household. */
	const struct span *opened;
	size_t nopened;
	/* Ids separated by ",": of a sheet that is REL_SHARED only these sections are seen, what is
	   opened besides included.  Empty: all that the relation shows. */
	struct span only;
	/*
	 * What this reader must not learn (支援措置: an address, the name of a school).  A field
	 * whose text contains one of them, with width, case and kana folded as for search
	 * (text_search_key), is withheld whole: it has no value, is not writable, and says so; a
	 * result that rests on it, too.  A title that contains one becomes the type's title; an
	 * institution that is one is absent.  A sheet knows institutions and files only by their
	 * ids: to hide one, give its id and its name.  A word that folds to less than two
	 * characters is ignored.  withhold.h says where is looked.
	 */
	const struct span *words;
	size_t nwords;
};

/*
 * Makes the view of a sheet.  ST_DENIED: nothing of the sheet may be seen (no relation; a sheet
 * not shared with this institution; a draft or one in review, for a household or another
 * institution that does not write in it; no section open to the reader): do not even say that it
 * exists.  ST_INVALID: a word is not UTF-8.  The view keeps copies only of what may be seen and
 * does not need the sheet any more; it needs the type.  Free with view_free.
 */
enum status redact_for(struct view **out, const struct sheet *s, const struct reader *r);

/* Two readers with the same text here are shown the same: part of the key of a cache.  Words are
   told by a SHA-256; the order of a list counts. */
void reader_key(const struct reader *r, struct buf *out);
void view_free(struct view *v);

/* May a reader see a section at all?  The rule that redact_for and reach both use. */
bool section_readable(const struct sheet_type *t, const struct section *sec, enum role role);
bool section_writable(const struct sheet_type *t, const struct section *sec, enum role role);

struct view_field {
	const struct field *field;
	const struct value *value; /* NULL: empty; a computed field has its result as text */
	bool writable;		   /* may this reader write it, here and now */
	bool withheld; /* there may be a value, but not for this reader: value is NULL */
};
struct view_section {
	const struct section *section;
	const struct view_field *fields;
	size_t nfields;
	bool writable; /* is any of its fields? */
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
/* Is there anything that this reader may write? */
bool view_writable(const struct view *v);
/* Which fields it is, by field->index; may has type->nfields places.  For sheet_merge. */
void view_may_write(const struct view *v, bool *may);
/* All visible text, plain, for search and snippets. */
void view_plain(const struct view *v, struct buf *out);

#endif
