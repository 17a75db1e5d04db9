/*
 * The journal: one append-only Merkle log (RFC 6962, SHA-256) of everything that happens in a
 * vault, in the C2SP formats (tlog-tiles, tlog-checkpoint, signed-note with Ed25519).
 *
 *   checkpoint                      newest published checkpoint, a signed note
 *   tile/<L>/<N>[.p/<W>]            hashes of the tree; level 0 holds the leaves' hashes
 *   bodies/<class>/<yyyy-mm>.jsonl  the records, one line each; the month is that of t in UTC
 *   tail                            the newest records of all classes in order, write-ahead
 *   sealed                          size, time and root up to which bodies and tiles are synced
 *   key, key.pub                    Ed25519 key (mode 0600) and verifier key, in note format
 *   lock                            flock(2) of whoever appends; on the folder bodies: of whoever
 *                                   walks over it (shared) or removes a month of it
 *
 * A record counts when its batch in `tail` is synced: one fdatasync for all callers and classes.
 * Bodies and tiles are filled from there and repaired from there at the next open.
 *
 * All functions with a struct journal may be called from several threads at once, and several
 * processes may have the same journal open.  A struct journal must not be used across fork(2).
 */
#ifndef KARTE_JOURNAL_JOURNAL_H
#define KARTE_JOURNAL_JOURNAL_H

#include "generator/base/buf.h"
#include "generator/base/span.h"
#include "generator/base/status.h"
#include "vault/journal/record.h"

#include <stdint.h>

struct journal;

/* ---- making, opening ---- */

/*
 * Makes dir (which must not hold a journal yet), keys and an empty log.  origin names the log in
 * its checkpoints, "karte.example.jp/journal": 1 to 200 bytes, no white space, no "+".
 * ST_EXISTS, ST_INVALID, ST_IO.
 */
enum status journal_create(const char *dir, struct span origin);

enum journal_mode {
	JOURNAL_WRITE, /* append; what a crash left behind is repaired */
	JOURNAL_READ,  /* scan and verify; changes no byte, so after a crash sees a bit less */
};

/*
 * ST_NOTFOUND, ST_IO, ST_NOMEM; with JOURNAL_WRITE also ST_CORRUPT when records are missing or
 * differ in a way that no crash explains: then only JOURNAL_READ opens, and journal_verify tells.
 */
enum status journal_open(struct journal **out, const char *dir, enum journal_mode mode);
/* Publishes a checkpoint of what was appended and closes.  NULL does nothing. */
void journal_close(struct journal *j);

/* Whether it was opened to append. */
bool journal_writes(const struct journal *j);
/* What opening repaired, one line of English; "" if nothing.  Valid until close. */
const char *journal_notice(const struct journal *j);
/* The origin and the verifier key (`origin+id+key`, as in key.pub); valid until close. */
const char *journal_origin(const struct journal *j);
const char *journal_vkey(const struct journal *j);

/* ---- writing ---- */

/*
 * Appends a record and returns when it is durable; concurrent callers share one fdatasync.  *n
 * (may be NULL) is its index.  Times never run backwards: an earlier t, also one given in
 * r->t, becomes that of the record before.
 *
 * ST_INVALID (record_check), ST_TOOBIG (line over RECORD_MAX): the record is wrong.  ST_IO:
 * nothing was recorded, and appending fails until the disk is well again: answer 503.
 * ST_CORRUPT: somebody changed the files; nothing is appended any more.
 */
enum status journal_append(struct journal *j, const struct record *r, uint64_t *n);

/* Told once, from a thread of the journal or of another caller; must be short. */
typedef void journal_durable(void *ctx, enum status st);

/*
 * Hands a record over and returns at once; `told` says later whether it is durable (ST_OK) or was
 * not recorded (ST_IO, ST_CORRUPT).  A failure returned here is of this record alone, as for
 * journal_append, and then nothing is told.  The record's texts are copied.
 */
enum status journal_append_later(struct journal *j, const struct record *r, journal_durable *told,
				 void *ctx);

/*
 * Retention: removes the bodies of one class of all months before `before` ("2024-11") and
 * records each (`journal.prune`, class system; object "read/2024-10 FIRST LAST COUNT SHA256", the
 * hash of the file that went); leaf hashes stay, so order and completeness of the rest stay
 * provable.  *months (may be NULL) is how many body files went.  Not for `change` and `system`:
 * ST_DENIED.  A month that is not over is never removed.  ST_BUSY, and nothing is removed: somebody
 * holds the bodies (journal_hold), also in another process.  ST_INVALID, ST_IO.
 */
enum status journal_prune(struct journal *j, const char *class, const char *before,
			  struct span account, struct span reason, size_t *months);

/* ---- checkpoints ---- */

/* Number of records. */
enum status journal_size(struct journal *j, uint64_t *size);

/* Publishes (tiles, file `checkpoint`) if needed and appends the newest signed note to out. */
enum status journal_checkpoint(struct journal *j, struct buf *note);

/* The newest note that was published, as it stands in the file; writes nothing, waits for nobody.
 */
enum status journal_published(struct journal *j, struct buf *note);

enum { JOURNAL_SHORT = 48 };

/*
 * The newest checkpoint in the form for people: size and the first 12 digits of the root,
 * "1234 5f3a 9c01 77de".  Nothing is written to the disk.
 */
enum status journal_checkpoint_short(struct journal *j, char out[static JOURNAL_SHORT]);

/*
 * The same as of the newest records that this process appended or saw when it opened: for the foot
 * of every page, since it waits for nobody.  A promise as good as the newest.
 */
void journal_checkpoint_seen(struct journal *j, char out[static JOURNAL_SHORT]);

/* What a checkpoint promised: at this size the root began with these bytes. */
struct journal_promise {
	uint64_t size;
	unsigned char root[32];
	unsigned root_len; /* 6 from the short form, 32 from a note */
};

/*
 * Reads a short form (spaces, hyphens and capitals as people copy them) or a signed note.  The
 * signature of a note is not looked at: what counts is whether the journal keeps the promise.
 * ST_INVALID.
 */
enum status journal_promise_parse(struct span text, struct journal_promise *out);
/* Its short form; with root_len 0 only the size. */
void journal_promise_text(const struct journal_promise *p, char out[static JOURNAL_SHORT]);

/* The short form of a size and the root over so many records. */
void journal_short(uint64_t size, const unsigned char root[static 32],
		   char out[static JOURNAL_SHORT]);

/*
 * A resource of the C2SP read interface, by its path below the journal: "checkpoint" or
 * "tile/0/x001/234.p/17".  Appends its bytes to out.  A partial tile that has been completed
 * meanwhile is cut from the full one.  ST_NOTFOUND also for every other path.
 */
enum status journal_resource(struct journal *j, struct span path, struct buf *out);

/* ---- reading ---- */

/*
 * While a hold is kept no month goes (journal_prune, in any process): whoever looks twice finds
 * what was there before.  journal_scan, journal_follow and the proofs hold for themselves; several
 * holds may be kept at once.  Waits while a pruning goes on.  A hold is an open file; -1 is none.
 * ST_IO.
 */
enum status journal_hold(struct journal *j, int *hold);
void journal_release(int *hold);

/* Absent spans and zeros do not filter. */
struct journal_filter {
	const char *class;
	int64_t from, to;  /* from <= t < to */
	struct span event; /* exact, or a beginning when it ends in ".": "sheet." */
	struct span account, role, institution, child, object, request, repository;
	uint64_t limit;
	bool newest_first;
};

/* r and line (the JSON, without newline) are valid during the call.  false ends the scan. */
typedef bool journal_each(void *ctx, const struct record *r, struct span line);

/*
 * Calls each for the records that match, in order, of all that was durable when the scan began.
 * ST_CORRUPT at a line that is no record; ST_INVALID if the class does not exist.
 */
enum status journal_scan(struct journal *j, const struct journal_filter *f, journal_each *each,
			 void *ctx);

/* ---- for an index that is kept elsewhere ---- */

enum { JOURNAL_MONTH = 8 }; /* "2026-11" and a terminator */

/* How far the bodies were read: all of earlier months, and of this month so many bytes of the file
   of each class.  All zero: nothing yet. */
struct journal_mark {
	char month[JOURNAL_MONTH];
	uint64_t at[RECORD_CLASSES];
};

/*
 * A record and where it lies: the line begins at byte `at` of the file of its class and of the
 * month of t.  false ends the reading behind this record.
 */
typedef bool journal_placed(void *ctx, const struct record *r, struct span line, uint64_t at);

/*
 * Calls each for the records behind the mark, oldest first, of all that was durable when it began,
 * and moves the mark behind what was given.  Fields are read without the proof that journal_scan
 * makes of each line: what decides anything is read with journal_at.  ST_CORRUPT: a line is no
 * record, or a file ends before the mark.
 */
enum status journal_follow(struct journal *j, struct journal_mark *mark, journal_placed *each,
			   void *ctx);

/* Reads the record at a place.  ST_NOTFOUND: its month was pruned; ST_CORRUPT: no record n is
   there. */
enum status journal_at(struct journal *j, int class, int64_t t, uint64_t at, uint64_t n,
		       journal_each *each, void *ctx);

/* A body file. */
struct journal_month {
	int class;
	char month[JOURNAL_MONTH];
	uint64_t bytes;
};
/* Which there are, by month, then class; *out is the caller's to free(). */
enum status journal_months(struct journal *j, struct journal_month **out, size_t *count);
/* Its bytes, as they lie there; only of a month that is over nothing more is added.  ST_NOTFOUND,
   ST_TOOBIG by the buffer. */
enum status journal_month_read(struct journal *j, const struct journal_month *m, struct buf *out);
/* The month of a time, in UTC: "2026-11". */
void journal_month_of(int64_t t, char out[static JOURNAL_MONTH]);

/* The hash of the leaf that a line is, as lower-case hexadecimal (RFC 6962). */
void journal_leaf(struct span line, char out[static 65]);
/*
 * Opens one for reading: its first *bytes are whole lines in order.  The caller closes *fd.
 * ST_NOTFOUND: there is none, or not any more; ST_IO.
 */
enum status journal_body_open(struct journal *j, struct span class, struct span month, int *fd,
			      uint64_t *bytes);

/*
 * For recovery at start and for verify: the newest `change` record of each repository and ref,
 * the newest of all first.
 */
enum status journal_heads(struct journal *j, journal_each *each, void *ctx);

/* ---- the whole proof ---- */

enum journal_finding_code {
	FINDING_KEY,	    /* key.pub is unreadable or has another origin */
	FINDING_CHECKPOINT, /* the published checkpoint is missing, misshapen or not signed so */
	FINDING_SHORT,	    /* fewer records than the published checkpoint says */
	FINDING_ROOT,	    /* records and leaves do not give the root of the checkpoint */
	FINDING_TAIL,	    /* `tail` or `sealed` is not as the journal writes it */
	FINDING_LINE,	    /* a line is no canonical record, or its class does not allow it */
	FINDING_BODY,	    /* a record is not the one that was logged */
	FINDING_ORDER,	    /* lines of a file are not in order */
	FINDING_EXTRA,	    /* a line too many: a number twice, or beyond the end */
	FINDING_MISSING,    /* a record is gone and no pruning explains it */
	FINDING_TIME,	    /* a time before that of the record before */
	FINDING_PLACE,	    /* a record in the file of another month, or a foreign file */
	FINDING_TILE,	    /* a tile is missing or differs from the records */
	FINDING_PROMISE,    /* an old checkpoint is not kept: cut off */
	FINDING_FORK,	    /* an old checkpoint is not kept: another history */
	FINDING_LAG, /* bodies end before `tail` does, as after a crash; opening repairs it */
	FINDING_CODES
};

struct journal_finding {
	enum journal_finding_code code;
	uint64_t n;	  /* record concerned, or UINT64_MAX */
	const char *text; /* one line of English with file and place; valid during the call */
};

/* A short name, "body"; never NULL. */
const char *journal_finding_name(enum journal_finding_code code);

typedef void journal_report(void *ctx, const struct journal_finding *f);

enum { JOURNAL_NODES = 64 };

struct journal_proof {
	uint64_t size, records, pruned; /* leaves, bodies read, bodies pruned */
	uint64_t findings;
	int64_t t;		/* of the last record, 0 without */
	unsigned char root[32]; /* of all leaves, recomputed */
	/* The roots of the complete subtrees of 2^i leaves, for each bit i of size: what a later
	   proof goes on from.  The others are zero. */
	unsigned char node[JOURNAL_NODES][32];
};

/*
 * Proves the journal from its bodies, trusting neither tiles nor memory: every leaf, every tile,
 * order, numbers, times, months, the signature and root of the published checkpoint, and that
 * each of the promises (none: NULL, 0) is a prefix of today's journal.  Appending goes on
 * meanwhile; what came after the start is not looked at.  Needs about 44 bytes of memory per
 * record.
 *
 * ST_OK: all holds.  ST_CORRUPT: there are findings, each was reported.  Other codes: the proof
 * could not be made.  proof and report may be NULL.
 */
enum status journal_verify(struct journal *j, const struct journal_promise *promises, size_t count,
			   journal_report *report, void *ctx, struct journal_proof *proof);

/*
 * Goes on from an earlier proof: the records since then, their leaves in tiles and tail, order,
 * numbers, times, and that today's published checkpoint is that tree grown by them.  What came
 * before is not read again, nor are the tiles above the leaves.  `each` gets the new records of the
 * classes change and system, in order, when all of it holds.
 *
 * ST_OK: it holds; *proof is as of journal_verify.  ST_STALE: it does not, or cannot be told this
 * way (a promise is older than `before`, a month was pruned, a crash): fail_why() says what, and
 * journal_verify names it.
 */
enum status journal_verify_since(struct journal *j, const struct journal_proof *before,
				 const struct journal_promise *promises, size_t count,
				 journal_each *each, void *ctx, struct journal_proof *proof);

#endif
