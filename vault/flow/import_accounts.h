/*
 * Accounts from a CSV file: looked at first, row by row; what is good can then be made although
 * other rows are not.
 *
 * The first row names the columns, in Japanese or English, in any order: ID, 氏名, 役割 must be
 * there, ふりがな, 機関 (its id or its name), 最後の日, 組 may.  Roles are 職員 and 家庭:
 * administrators and auditors are made one by one.  Accounts have no password: they get slips.
 */
#ifndef KARTE_FLOW_IMPORT_ACCOUNTS_H
#define KARTE_FLOW_IMPORT_ACCOUNTS_H

#include "vault/flow/actor.h"

enum { IMPORT_ROWS_MAX = 1000 };

enum import_state {
	IMPORT_READY,  /* can be made */
	IMPORT_THERE,  /* there is the same account already */
	IMPORT_WRONG,  /* see column and why */
	IMPORT_MADE,   /* after import_run */
	IMPORT_FAILED, /* was ready, but could not be made: see why */
	IMPORT_STATES
};

struct import_row {
	size_t line; /* of the file, from 1 */
	enum import_state state;
	struct account account; /* as far as it could be read */
	const char *column;	/* in Japanese; NULL: none in particular */
	const char *why;	/* a sentence in Japanese; NULL: nothing is wrong */
};

struct import_file;
struct import {
	struct import_row *rows;
	size_t count;
	size_t in[IMPORT_STATES]; /* how many rows are in each state */
	struct import_file *file; /* owns all of it */
};

/*
 * Reads and checks; changes nothing.  ST_INVALID, ST_TOOBIG: the file as a whole cannot be used,
 * why is a sentence in Japanese in fail_why().  import_clear() in any case.
 */
enum status import_read(struct import *out, struct app *app, struct span bytes, int64_t now);
/* The file again, as UTF-8, with the same lines: for a form that confirms. */
void import_text(const struct import *in, struct buf *out);
/*
 * Makes what is ready, the first `most` of them, each in a commit of its own, and says so in the
 * rows; each is told to watch (may be NULL).  ST_DENIED, ST_IO …: it stopped there.
 */
struct import_watch {
	void (*row)(void *ctx, const struct import_row *r);
	void *ctx;
};
enum status import_run(struct import *in, struct app *app, const struct actor *who, size_t most,
		       const struct import_watch *watch);
void import_clear(struct import *in);

/* 「作れます」「もうあります」…; never NULL. */
const char *import_label(enum import_state s);

/* A file to fill in: U+FEFF, the names of the columns, two rows as examples. */
void import_template(struct buf *out, int64_t now);

#endif
