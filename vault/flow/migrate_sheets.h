/* Carrying stored sheets over to the newest version of their type, on an operator's word. */
#ifndef KARTE_FLOW_MIGRATE_SHEETS_H
#define KARTE_FLOW_MIGRATE_SHEETS_H

#include "vault/flow/actor.h"

struct migration {
	struct span type;
	struct span child; /* absent: every child */
	bool dry;	   /* only look */
	/* For each sheet of an older version: ok, or the problems for which it stays as it is. */
	void (*tell)(void *ctx, struct span child, struct span id, int version,
		     const struct problems *ps);
	void *ctx;
	size_t moved, stayed; /* filled in */
};

/*
 * Each sheet is one signed commit (sheet.migrate).  What would lose something, or not be valid in
 * the new version, stays under its own version and is told.  Sheets of the newest version are
 * passed over, so that a run can be repeated.  ST_NOTFOUND: no such type or child.
 */
enum status migrate_sheets(struct app *app, const struct actor *who, struct migration *m);

#endif
