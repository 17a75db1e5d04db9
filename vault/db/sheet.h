/* The newest state of each sheet, for lists. */
#ifndef KARTE_DB_SHEET_H
#define KARTE_DB_SHEET_H

#include "vault/db/account.h"

enum { ACTION_ROOM = 24 };

struct sheet_row {
	char child[11];
	char type[ID_MAX + 1], id[ID_MAX + 1];
	char title[1024];
	char institution[ID_MAX + 1];
	char status[16];
	char version[65];	  /* commit of the newest save */
	char account[ID_MAX + 1]; /* who made it */
	long long at;		  /* seconds */
	/* How it came into its state: "create", or the name of a step, and in which version */
	char step[ACTION_ROOM];
	char step_version[65];
	/* Whose work it is as a draft, and who put it before others afterwards: who made it, took
	   it back, began to revise it, or submitted it last */
	char owner[ID_MAX + 1];
};

enum status sheet_row_put(struct db *db, const struct sheet_row *s);
enum status sheet_row_get(struct db *db, struct span child, struct span type, struct span id,
			  struct sheet_row *out);
/* All sheets of a child, by type, newest id first. */
enum status sheet_row_each(struct db *db, struct span child,
			   enum status (*each)(void *, const struct sheet_row *), void *ctx);
/* Drops all rows of a child (before they are made again). */
enum status sheet_row_clear(struct db *db, struct span child);

/* One saved version of a sheet, numbered from 1. */
struct version_row {
	char id[65]; /* the commit */
	char child[11];
	char type[ID_MAX + 1], sheet[ID_MAX + 1];
	long long n, at;
	char account[ID_MAX + 1];
	char action[ACTION_ROOM]; /* the commit's, without "sheet.": "create", "save", "submit" … */
};

/* Adds the next version of a sheet; n is filled in.  One that is there already is left alone. */
enum status version_add(struct db *db, struct version_row *v);
/* ST_NOTFOUND if no sheet has such a version. */
enum status version_get(struct db *db, struct span id, struct version_row *out);
/* The same, only if it is a version of this sheet. */
enum status version_get_of(struct db *db, struct span id, struct span child, struct span type,
			   struct span sheet, struct version_row *out);
/* The n-th version of a sheet; ST_NOTFOUND. */
enum status version_number(struct db *db, struct span child, struct span type, struct span sheet,
			   long long n, struct version_row *out);
/* The number of the newest version of a sheet; 0 if there is none. */
enum status version_newest(struct db *db, struct span child, struct span type, struct span sheet,
			   long long *n);
enum status version_clear(struct db *db, struct span child);
/* Versions of a sheet, newest first. */
enum status version_each(struct db *db, struct span child, struct span type, struct span sheet,
			 enum status (*each)(void *, const struct version_row *), void *ctx);

/* For whom what waits is looked for. */
struct sheet_wait {
	struct span institution, account; /* the account is one of its staff */
	struct span today, until;	  /* children who are there today, or come by this day */
	bool all;			  /* children need not be there (oversight) */
};
/*
 * What may wait for an account among the sheets that its institution, or one that was merged into
 * it, wrote: drafts that are its own or that nobody there is to write any more, and all that are in
 * review.  Oldest save first; the caller decides about each.
 */
enum status sheet_row_waiting(struct db *db, const struct sheet_wait *w, int limit,
			      enum status (*each)(void *, const struct sheet_row *), void *ctx);

#endif
