/*
 * Runs of the proof, as the vault keeps them: what was looked at, by whom, when, what came of it.
 *
 * The last 100 runs and the first 1,000 findings of each are kept in vault.db, with the state from
 * which a run can go on that looks only at what is new.  Somebody with the disk in hand can change
 * all that, as the program itself: such a run says that nothing happened by accident, and what
 * binds is a full one, made from a copy on another machine, or with a checkpoint that was in other
 * hands.  A run is recorded in the journal too (`verify`, class system), where nobody changes it
 * later.
 */
#ifndef KARTE_FLOW_PROOF_RUNS_H
#define KARTE_FLOW_PROOF_RUNS_H

#include "vault/db/proof.h"
#include "vault/flow/verify.h"

/* The event of a run in the journal. */
#define PROOF_EVENT "verify"

struct proof_order {
	const char *by;			/* account of who asks: "os:karte" */
	bool full;			/* all of it; else from the last sound run on */
	bool leave;			/* nothing is written: for a copy */
	const char *const *checkpoints; /* as in struct verify_options */
	struct span child;
	unsigned threads;
	/* May be NULL. */
	void (*tell)(void *ctx, const struct verify_finding *f);
	void (*progress)(void *ctx, size_t done, size_t total);
	void *ctx;
	const bool *stop;
};

/*
 * Makes the proof now, keeps it and records it.  ST_OK: all holds; ST_CORRUPT: there are findings;
 * other: it could not be made, which is kept too (run->failed) unless the order itself was wrong
 * (ST_USAGE).  If it cannot be kept or recorded (a read-only disk, a broken journal), *unkept says
 * why, in English, and the outcome is still that of the proof; "" otherwise.
 */
enum { PROOF_UNKEPT = 256 };
enum status proof_make(struct app *app, const struct proof_order *o, struct proof_run *run,
		       char unkept[static PROOF_UNKEPT]);

/* The newest run; with `full` the newest full one that could be made.  ST_NOTFOUND. */
enum status proof_run_last(struct app *app, bool full, struct proof_run *out);
/* Newest first, at most PROOF_RUNS_MAX. */
enum status proof_run_each(struct app *app, enum status (*each)(void *, const struct proof_run *),
			   void *ctx);
/* The findings that are kept of a run, in their order, at most PROOF_FINDINGS_MAX. */
enum status proof_findings_each(struct app *app, const struct proof_run *run,
				enum status (*each)(void *, const struct proof_finding *),
				void *ctx);

/* ---- in the background ---------------------------------------------------------------------- */

/*
 * Begins a run in a thread of its own, by the name of `by`.  ST_BUSY: one is running already;
 * ST_IO, ST_NOMEM.  What came of it is the newest run when proof_progress says false again.
 */
enum status proof_start(struct app *app, bool full, const char *by);
/* Whether one is running, and how far it is (0 of 0: the journal is being read). */
bool proof_progress(struct app *app, size_t *done, size_t *total);

/* For app.c: what a running one needs, and its end (it is stopped, and kept as not made). */
struct proof_work;
enum status proof_work_new(struct app *app);
void proof_work_end(struct app *app);

/* ---- on paper ------------------------------------------------------------------------------- */

/*
 * Appends the report of a run, in Japanese: what was looked at, by whom, when, the checkpoint, how
 * many signatures are in which state, what is not as it should be, and keys that end soon.  Needs
 * no APP_RENDER.  As a table for spreadsheets: UTF-8 with a mark, RFC 4180.
 */
enum status proof_report_pdf(struct app *app, const struct proof_run *run, struct buf *pdf);
enum status proof_report_csv(struct app *app, const struct proof_run *run, struct buf *csv);

#endif
