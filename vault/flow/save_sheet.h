/* The story of writing: decide, merge, check, commit, index. */
#ifndef KARTE_FLOW_SAVE_SHEET_H
#define KARTE_FLOW_SAVE_SHEET_H

#include "generator/sheet/merge.h"
#include "vault/flow/actor.h"
#include "vault/flow/read_sheet.h"

/* What a save needs beside the question (whose action is ACT_SHEET_WRITE). */
struct save {
	struct span base; /* 40 digits: the version that the form was made from */
	const struct pair *form;
	size_t nform; /* all fields of the form whose names begin with "f." */
	struct span reason;
	struct span section; /* the one that the form is of; absent: all that may be written */
};

/* What came of it, for the page that is shown then. */
struct saved {
	struct oid version;	  /* ST_OK: the new version */
	struct problems problems; /* ST_INVALID, ST_USAGE */
	struct view *base;	  /* ST_STALE: what the editor started from … */
	struct view *theirs;	  /* … the newest … */
	struct view *mine; /* … and the editor's text on top of base; NULL if it has problems */
	struct oid newest; /* ST_STALE: the version of `theirs` */
	bool merged;	   /* ST_OK: others had changed other fields meanwhile; both are kept */
	struct sheet_row row;
};

/*
 * If others saved the sheet meanwhile and changed other fields, both are kept; a field that both
 * changed is a conflict.
 *
 * ST_OK; ST_EXISTS: nothing was different, nothing was saved; ST_STALE: somebody else saved this
 * sheet first, and changed the same; ST_INVALID: values are wrong; ST_USAGE: not a form of ours;
 * ST_DENIED, ST_NOTFOUND: 404; ST_IO, ST_BUSY: not saved, try again.  Always end with saved_clear.
 */
enum status save_sheet(struct saved *out, struct app *app, const struct actor *who,
		       const struct question *q, const struct save *in);
void saved_clear(struct saved *s);

/*
 * What a form would make of the version that it was made from, as this reader would see it; nothing
 * is saved.  ST_INVALID and ST_USAGE as above, with problems; the view is the caller's.
 */
enum status preview_sheet(struct view **out, struct app *app, const struct question *q,
			  const struct save *in, struct problems *ps);

/*
 * Is there anything in the sheet that this person may write, here and now?  The decision knows the
 * relation to the child; whose sheet it is, how it is shared and its state are the gate's to say.
 * ST_DENIED: no, and that is recorded.
 */
enum status may_write_now(struct app *app, const struct question *q, const struct decision *d,
			  const struct sheet *newest);

/*
 * Puts a whole file (the command `sheet put`, demo, import): the same checks, and every field that
 * differs from the stored sheet must be this account's to write.  A sheet that is not there yet is
 * made, if the account's role is among the type's writers.
 */
enum status put_sheet(struct app *app, const struct actor *who, const struct question *q,
		      const char *file, struct span bytes, struct span reason, struct problems *ps,
		      struct oid *version);

/* Makes an empty draft of a type for a child.  ST_EXISTS if there is one of that id. */
enum status new_sheet(struct app *app, const struct actor *who, const struct question *q,
		      struct oid *version);

#endif
