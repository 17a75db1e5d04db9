/*
 * The whole proof: journal, repositories, signatures, and that they agree.
 *
 * Trusts neither the index nor the tiles: keys come from the registry's own history, which is
 * checked first.  Every repository is gone through oldest version first against its change records,
 * several at once; what is told is in one order whatever the number of threads: journal, registry,
 * then repositories by name, each oldest first.
 *
 * A proof can go on from an earlier one (struct verify_base).  It then trusts what was kept of that
 * one, which somebody with the disk in hand can change: what binds is a full proof, made from a
 * copy or with a checkpoint that was in other hands.
 */
#ifndef KARTE_FLOW_VERIFY_H
#define KARTE_FLOW_VERIFY_H

#include "vault/app.h"
#include "vault/store/sign.h"
#include "vault/store/store.h"

#include <stdint.h>

struct verify_finding {
	const char *code;	/* "signature.bad", "branch.elsewhere" …: stable */
	const char *repository; /* "children/c…", "registry", "journal" */
	const char *version;	/* commit, or "" */
	const char *text;	/* English, one line */
};

enum {
	VERIFY_STATES = SIGN_UNCHECKED + 1,
	VERIFY_ROOT = 32,
	VERIFY_NODES = 64 * 32,
	VERIFY_THREADS_MAX = 16
};

/* Where a repository was when it had been proved. */
struct verify_head {
	char repository[REPO_TEXT];
	struct oid head; /* of one that was removed: the last */
	bool removed;	 /* by a record of the end of retention */
};

/* What was proved before. */
struct verify_base {
	uint64_t size;					      /* of the journal; 0: nothing was */
	int64_t t;					      /* of its last record */
	unsigned char root[VERIFY_ROOT], nodes[VERIFY_NODES]; /* see struct journal_proof */
	struct verify_head *heads;			      /* sorted by name */
	size_t count;
};

/* Gives the heads back. */
void verify_base_clear(struct verify_base *b);

struct verify_result {
	bool full;			 /* false: it went on from options->base */
	char why_full[160];		 /* why it did not, though there was a base; or "" */
	size_t repositories, commits;	 /* gone through; of a base: also compared by head */
	size_t signatures;		 /* of commits that have one */
	size_t states[VERIFY_STATES];	 /* how many of each enum sign_state */
	uint64_t records;		 /* of the journal … */
	unsigned char root[VERIFY_ROOT]; /* … and the root over them */
	size_t findings;
	struct verify_base proved; /* if there are no findings; clear it in any case */
};

struct verify_options {
	const char *const *checkpoints; /* notes or short forms that must be contained, ended by
					   NULL; or NULL */
	struct span child; /* only this child's repository (and the registry); absent: all */
	const struct verify_base *base; /* NULL: everything is looked at */
	unsigned threads;		/* 0: one for each processor */
	/* May be NULL; called now and then from any of the threads, one at a time. */
	void (*progress)(void *ctx, size_t done, size_t total);
	void *progress_ctx;
	const bool *stop; /* NULL, or set from another thread: ends it with ST_BUSY */
};

/*
 * ST_OK: all holds.  ST_CORRUPT: every finding was told, by the calling thread at the end.
 * ST_USAGE: not a checkpoint, not a child.  Other: the proof could not be made.  What is written
 * while it runs is left for the next.
 */
enum status verify_vault(struct app *app, const struct verify_options *o,
			 void (*tell)(void *ctx, const struct verify_finding *f), void *ctx,
			 struct verify_result *result);

#endif
