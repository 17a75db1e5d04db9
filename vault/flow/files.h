/*
 * Files of children: taking, keeping, finding and giving them out.
 *
 *	file_check   what it is, whether it is clean, pictures without what cameras write into them
 *	files_add    one signed commit in the repository of each child, then the index
 *	stage_add    kept aside, closed: until it is scanned, or until it is to be released
 *(stage.h)
 *
 * Whatever goes out is decided by decide() about the pseudo-type "files", by file_gate() and by the
 * shield, and recorded.
 */
#ifndef KARTE_FLOW_FILES_H
#define KARTE_FLOW_FILES_H

#include "generator/sheet/type.h"
#include "vault/db/file.h"
#include "vault/flow/actor.h"
#include "vault/flow/decide.h"
#include "vault/scan/kind.h"

#define FILES_TYPE "files"

/* The folders that taking files needs (incoming/, previews/); at the start of the server. */
enum status files_folders(struct app *app);

/* ---- taking --------------------------------------------------------------------------------- */

/* What somebody sent: the file is the caller's, and so is the name, as sent. */
struct upload {
	int fd;
	size_t bytes;
	bool toobig;
	struct span name;
};

struct checked {
	char name[FILE_NAME]; /* under which it is kept */
	const struct kind *kind;
	int fd; /* what is to be kept */
	size_t bytes;
	bool made;  /* fd is a new file, closed by checked_clear() */
	bool waits; /* the scanner is away: nothing may open it, it can only be kept aside */
};

/*
 * The question's who, child and request are for the record of a virus ("file.virus").  ST_INVALID:
 * it is not taken, fail_why() is a sentence for people, in Japanese.  ST_BUSY, ST_IO: trouble of
 * ours. End with checked_clear().  Memory does not depend on the size.
 */
enum status file_check(struct checked *out, struct app *app, const struct question *q,
		       const struct upload *u);
void checked_clear(struct checked *c);

/* What people say about a file. */
struct file_about {
	struct span title; /* empty: the name without its end */
	struct span category;
	role_set readers;
	bool open;
	bool staff_only; /* 職員だけ */
};

/* Puts them into a row, checked; name is the file's.  ST_INVALID: a sentence in Japanese. */
enum status file_about_check(const struct file_about *about, const char *name,
			     struct file_row *row);

/*
 * May this file be given to families, in this way?  Fine if households are not among its readers.
 * ST_INVALID with a sentence in Japanese: it is for staff only (by its mark, or by what its name,
 * title or text says: content/masters/staff-only.yaml), or it would go to the families of several
 * children, which only a release may do (releases.h).  Of what was not scanned (c->waits) the text
 * is not looked at.
 */
enum status file_rules(struct app *app, const struct checked *c, const struct file_row *row,
		       size_t nchildren);

/* The first picture of a content in a file, as file_preview(), and not kept. */
enum status file_draw(struct app *app, const struct kind *k, int fd, struct buf *png);

/* May files be added to this child?  As decide(); quietly: without the record. */
enum status files_may_add(struct app *app, const struct question *q, struct span child);
enum status files_may_add_quietly(struct app *app, const struct question *q, struct span child,
				  bool *out);

/*
 * Adds a checked file to one child or several under one id (an empty one gets a random one).  Each
 * child is decided about before the first commit.  ST_INVALID with a sentence in Japanese for what
 * is wrong in `about`.  *done: in how many of them it is, also after a failure.
 */
enum { FILE_CHILDREN_MAX = 60 };
struct file_place {
	const struct span *children;
	size_t count;
	char id[FILE_ID];
	size_t done;
};
enum status files_add(struct app *app, const struct actor *who, const struct question *q,
		      const struct checked *c, const struct file_about *about,
		      struct file_place *at);

/* ---- finding and giving out ----------------------------------------------------------------- */

/* The files of the question's child that this reader may see, newest first; the arena's.  Decided,
   not recorded: the page records that the list was looked at. */
struct file_list {
	struct file_row *rows;
	size_t count;
};
enum status files_list(struct app *app, const struct question *q, struct arena *a,
		       struct file_list *out);

/* The same as choices for a field of a sheet (struct form_fill): id and title. */
enum status files_choices(struct app *app, const struct question *q, struct arena *a,
			  struct choice **out, size_t *n);

/* One of them.  ST_DENIED (recorded) if it is not there or not for this reader. */
enum status file_find(struct app *app, const struct question *q, struct span id,
		      struct file_row *row, struct decision *d);

/* Records that this file was looked at: "file.read", "file.page", "file.preview". */
enum status file_note(struct app *app, const struct question *q, const struct file_row *row,
		      const struct decision *d, const char *event);

/* The content in a file without a name, the caller's: as it was added, or ST_CORRUPT. */
enum status file_content(struct app *app, const struct file_row *row, int *fd);

/* A small PNG of a picture or of a PDF's first page; kept in previews/ by content.  ST_NOTFOUND:
   there is none of this kind of file; ST_BUSY.  Only after file_find(). */
enum status file_preview(struct app *app, const struct file_row *row, struct buf *png);

/* May this reader take it away?  Whoever may add, if it is their institution's, their own, or they
   are the board. */
enum status file_may_remove(struct app *app, const struct question *q, const struct file_row *row,
			    bool *out);
/* One commit (file.remove); the history keeps it.  The reason must not be empty (ST_INVALID). */
enum status file_remove(struct app *app, const struct actor *who, const struct question *q,
			const struct file_row *row, struct span reason);

/* ---- the index ------------------------------------------------------------------------------ */

/* Reads the files of a child into the index again. */
struct repo;
enum status index_files(struct app *app, struct repo *repo, struct span child);

#endif
