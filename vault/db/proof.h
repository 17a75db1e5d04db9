/*
 * Runs of the proof, what they found, and from where the next one can go on: vault.db.
 *
 * Whoever can write vault.db can change all of this; see vault/flow/proof_runs.h for what binds.
 */
#ifndef KARTE_DB_PROOF_H
#define KARTE_DB_PROOF_H

#include "generator/base/buf.h"
#include "generator/base/path.h"
#include "vault/db/db.h"

#include <stdint.h>

enum {
	PROOF_RUNS_MAX = 100,	   /* that are kept; older ones go with their findings */
	PROOF_FINDINGS_MAX = 1000, /* that are kept of a run */
	PROOF_STATES = 6, /* of signatures: good, its key ended, none, bad, no key, unchecked */
	PROOF_SHORT = 48,
	PROOF_NOTE = 4096, /* room of a checkpoint's note */
	PROOF_ROOT = 32,
	PROOF_NODES = 64 * 32,
	PROOF_CODE = 32,
	PROOF_TEXT = 512,
	PROOF_REPOSITORY = 96,
	PROOF_VERSION = 41,
};

struct proof_run {
	int64_t id; /* rises; 0: not kept */
	int64_t began, ended;
	bool full;		/* everything, not only what was new since the last */
	bool sound;		/* it could be made and found nothing */
	char by[ID_MAX + 1];	/* who asked for it */
	char why[PROOF_TEXT];	/* why it could not be made, or why it became full; or "" */
	bool failed;		/* it could not be made: the figures mean nothing */
	char child[ID_MAX + 1]; /* only this one's repository; "": all */
	size_t repositories, commits, signatures, findings;
	size_t states[PROOF_STATES];
	uint64_t records;	      /* of the journal */
	char checkpoint[PROOF_SHORT]; /* of these records, in the form for people */
	char note[PROOF_NOTE];	      /* the checkpoint that was published then */
};

struct proof_finding {
	char code[PROOF_CODE], repository[PROOF_REPOSITORY], version[PROOF_VERSION];
	char text[PROOF_TEXT];
};

/* Keeps a run (r->id is filled in) and removes the oldest ones over the limit. */
enum status proof_run_put(struct db *db, struct proof_run *r);
/* Finding number n (from 0) of a run; those over the limit are passed over. */
enum status proof_finding_put(struct db *db, int64_t run, size_t n, const struct proof_finding *f);
/* ST_NOTFOUND. */
enum status proof_run_get(struct db *db, int64_t id, struct proof_run *out);
/* The newest one; with `full` the newest that looked at everything of all repositories.
   ST_NOTFOUND. */
enum status proof_run_newest(struct db *db, bool full, struct proof_run *out);
/* Newest first.  What `each` returns other than ST_OK ends it and is returned. */
enum status proof_runs(struct db *db, enum status (*each)(void *, const struct proof_run *),
		       void *ctx);
/* In their order. */
enum status proof_findings(struct db *db, int64_t run,
			   enum status (*each)(void *, const struct proof_finding *), void *ctx);

/* Where the journal was when all of it held. */
struct proof_state {
	uint64_t size; /* records; 0: nothing is kept */
	int64_t t;
	unsigned char root[PROOF_ROOT], nodes[PROOF_NODES];
};
enum status proof_state_put(struct db *db, const struct proof_state *s);
/* Size 0 without. */
enum status proof_state_get(struct db *db, struct proof_state *out);

/* The version at which a repository was then, as 40 digits; removed: the last one it had. */
enum status proof_head_put(struct db *db, struct span repository, struct span head, bool removed);
enum status proof_heads_clear(struct db *db);
/* Sorted by the bytes of the name. */
enum status proof_heads(struct db *db,
			enum status (*each)(void *, struct span repository, struct span head,
					    bool removed),
			void *ctx);

#endif
