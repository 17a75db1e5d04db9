/*
 * The story of reading: decide, load, redact, record, show.
 *
 *	reading_begin    may this account read this sheet; which version is it
 *	reading_view     what it may see of it (skipped when the page is in the cache)
 *	reading_done     the record is durable: now the answer may leave
 */
#ifndef KARTE_FLOW_READ_SHEET_H
#define KARTE_FLOW_READ_SHEET_H

#include "vault/flow/decide.h"
#include "vault/flow/shield.h"
#include "vault/store/store.h"

struct reading {
	struct app *app;
	struct question q; /* its spans must outlive the reading */
	struct decision decision;
	struct shield shield; /* what this guardian must not learn */
	struct sheet_row row; /* of the newest version; version, account and at are those of the
				 version that is read */
	bool old;	      /* a newer version exists */
	struct repo *repo;
	struct oid version; /* the commit that is read */
	struct oid blob;    /* the content at that version */
	struct view *view;  /* after reading_view */
};

/*
 * version: 40 digits of a saved version of this sheet, or absent for the newest.  Whom a handover
 * lets in reads the version that was handed over, and no other.  ST_DENIED and ST_NOTFOUND
 * (recorded) are both 404.  Always end with reading_clear.
 */
enum status reading_begin(struct reading *r, struct app *app, const struct question *q,
			  struct span version);
/* ST_DENIED (recorded) if nothing of it may be seen. */
enum status reading_view(struct reading *r);
/* The same for its history: ST_DENIED (recorded) for whom a handover lets in. */
enum status reading_history(struct reading *r);
/* event: "sheet.read", "sheet.pdf", "sheet.history" …  ST_IO: do not answer. */
enum status reading_done(struct reading *r, const char *event);
void reading_clear(struct reading *r);

/* A view of the same sheet at another version of its history, for differences; free it. */
enum status reading_other(struct reading *r, const struct oid *version, struct view **out);

/*
 * The reason that was given for a version of the same child, appended; nothing if there was none.
 * Staff write it for each other: not for a household.
 */
enum status reading_reason(struct reading *r, struct span version, struct buf *out);

/* A key under which what is rendered from this reading may be kept: content, reader, types; `what`
   tells the form ("html"). */
void reading_key(const struct reading *r, const char *what, struct buf *out);

/* Loads and parses a sheet at a version (NULL: newest); ST_NOTFOUND. */
enum status sheet_load(struct app *app, struct repo *repo, const struct oid *version,
		       struct span type, struct span id, struct sheet **out);
/* sheets/TYPE/ID.md */
void sheet_path(struct span type, struct span id, struct buf *out);

#endif
