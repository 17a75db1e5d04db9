/*
 * Inside of the journal: shared by the files of this folder, included by nobody else.
 *
 * Who works on the files is `busy` in this process and holds flock(2) on `lock`; only that thread
 * touches what stands below "state".  See journal_enter.
 */
#ifndef KARTE_JOURNAL_IMPL_H
#define KARTE_JOURNAL_IMPL_H

#include "vault/journal/journal.h"
#include "vault/journal/note.h"
#include "vault/journal/tree.h"

#include <limits.h>
#include <pthread.h>
#include <sys/types.h>

enum {
	DIR_MAX = PATH_MAX - 256, /* of the journal's folder: names below fit a path */
	MONTH = 8,		  /* "2026-11" and a terminator */
	BATCH_RECORDS = 256,	  /* at most this many records share one sync */
	BATCH_BYTES = 1 << 20,	  /* so many bytes are surely enough for them */
	SEAL_AT = 1 << 20,	  /* bytes of tail after which it is begun anew */
	TAIL_MAX = 256 << 20,	  /* bytes of tail beyond which nothing is appended */
};

/* The body file of a class into which records go now. */
struct body {
	int fd; /* -1: not open */
	char month[MONTH];
	uint64_t size;	    /* bytes that belong to records known so far */
	struct buf pending; /* lines that stand in tail and are due behind size */
};

/* One caller who waits for its turn, on the caller's stack. */
struct turn {
	struct turn *next;
	pthread_cond_t wake;
	bool done;
	/* a record to append; class < 0: the caller wants the files for itself */
	int class;
	int64_t t;
	struct span rest; /* the line from `,"event"` on */
	uint64_t n;
	enum status st;
	char why[256];
	struct later *later; /* nobody waits: this is told instead; NULL: the caller waits */
};

/* A record whose caller went on; on the heap. */
struct later {
	struct turn turn; /* first: the queue hands it back */
	struct buf rest;
	journal_durable *told;
	void *ctx;
};

struct journal {
	char dir[DIR_MAX];
	enum journal_mode mode;
	struct log_signer key;
	int lock_fd;
	bool opened;	  /* notice is as it stays */
	char notice[256]; /* what opening repaired */

	pthread_mutex_t mutex; /* guards what follows, up to state */
	bool busy;
	struct turn *first, *last;
	/* the thread that leads when nobody waits in front; begun with the first such record */
	pthread_t clerk;
	pthread_cond_t clerk_wake;
	bool has_clerk, ending;
	char seen[JOURNAL_SHORT]; /* see journal_checkpoint_seen */

	/* state */
	int tail_fd;
	uint64_t tail_size;   /* bytes of tail that count */
	uint64_t tail_failed; /* size of tail after a failed write that could not be undone */
	uint64_t seal_every;  /* SEAL_AT; tests seal more often */
	uint64_t seal_at;     /* size of tail at which to seal next */
	uint64_t base;	      /* records that are sealed */
	uint64_t published;   /* size of the checkpoint on the disk */
	int64_t last_t;
	bool stale; /* memory is not what the disk says: load again */
	struct body body[RECORD_CLASSES];
	struct tree tree;
};

/* ---- enter.c: one at a time ---- */

/* Waits for the turn, takes the lock, brings the state up to date.  On success: journal_leave. */
enum status journal_enter(struct journal *j);
/* The same, but the state is left as it is: for looking at the files only. */
enum status journal_enter_raw(struct journal *j);
void journal_leave(struct journal *j);
/* The same for a turn that is already filled in; true: this caller leads. */
bool turn_wait(struct journal *j, struct turn *turn);
/* Puts a turn at the end of the queue.  With the mutex held. */
void turn_enqueue(struct journal *j, struct turn *turn);
/* Wakes whoever leads next, if nobody is at it.  With the mutex held. */
void turn_wake_next(struct journal *j);
/* Takes the records that wait, this caller's first, out of the queue; their number. */
size_t turn_take(struct journal *j, struct turn **batch, size_t max);
/* Tells the batch its result (*st, or one for all) and gives the turn on. */
void turn_done(struct journal *j, struct turn **batch, size_t count, enum status st);
enum status journal_lock(struct journal *j, bool exclusive);
void journal_unlock(struct journal *j);

/* ---- walk.c ---- */

/* For who removes bodies: nobody else holds them.  ST_BUSY at once if somebody does. */
enum status journal_hold_alone(struct journal *j, int *hold);

/* ---- append.c ---- */

/* Commits the records that wait; the caller leads (busy is set), and gives the turn on. */
void append_lead(struct journal *j);
/* The part of the line that does not depend on number and time, with a fresh salt; makes out. */
enum status append_rest(struct buf *out, const struct record *r);

/* ---- open.c ---- */

/* Remembers the present checkpoint for journal_checkpoint_seen; the caller has entered. */
void state_seen(struct journal *j);

/* ---- later.c ---- */

/* Lets the clerk finish what waits, and ends it. */
void clerk_end(struct journal *j);

/* ---- append.c, entered ---- */

/* Appends one record for a caller who has entered. */
enum status append_entered(struct journal *j, const struct record *r);

/* ---- load.c: state from the disk ---- */

/* Under the lock: sees what other processes did, repairs what a crash left. */
enum status state_refresh(struct journal *j);
/* A record that is durable in tail: into tree, tiles and pending bodies.  Marks stale on failure.
 */
enum status state_apply(struct journal *j, int class, struct span line, int64_t t);
/* Remembers a repair, if it happens while the journal is being opened. */
void state_notice(struct journal *j, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Writes pending bodies of all classes. */
enum status state_flush(struct journal *j);
void state_close(struct journal *j);

/* ---- body.c ---- */

void body_path(char out[PATH_MAX], const char *dir, int class, const char *month);
void month_of(int64_t t, char out[static MONTH]);
/* The line is due at the end of the file of this month. */
enum status body_add(struct journal *j, int class, const char *month, struct span line);
/* Brings the file to hold what is pending: see body.c for what is repaired and what is not. */
enum status body_flush(struct journal *j, int class);
/* Syncs file and folder. */
enum status body_sync(struct journal *j, int class);
void body_close(struct body *b);

/* ---- tail.c ---- */

/* A line of tail: class and record. */
typedef enum status tail_each(void *ctx, int class, struct span line, uint64_t n, int64_t t);

/*
 * Takes tail's bytes apart.  *good is where the last whole batch ends; what is behind it was never
 * acknowledged, unless more batches follow: then ST_CORRUPT.
 */
enum status tail_parse(struct span bytes, tail_each *each, void *ctx, size_t *good);
/* Wraps lines ("<class> <record>\n" each) into a batch. */
void tail_wrap(struct buf *out, size_t count, struct span lines);
/* Reads tail from an offset to its end. */
enum status tail_read(int fd, uint64_t from, struct buf *out);
/* Writes and syncs at tail_size; on failure everything is as before, or state is stale. */
enum status tail_write(struct journal *j, struct span bytes);

/* ---- seal.c ---- */

struct seal {
	uint64_t size;
	int64_t t; /* of the last record, 0 if there is none */
	struct hash root;
	uint64_t body[RECORD_CLASSES]; /* sizes of the files of the month of t */
};

enum status sealed_read(const char *dir, struct seal *out);
enum status seal_write(const char *dir, const struct seal *s);
/* Under the lock: syncs tiles and bodies, writes `sealed`, begins a new tail. */
enum status state_seal(struct journal *j);
/* Under the lock: partial tiles and a signed checkpoint, if there is something new. */
enum status state_publish(struct journal *j);
enum status checkpoint_read(const char *dir, const struct log_signer *s, struct buf *note,
			    struct checkpoint *out);

/* ---- promise.c ---- */

void promise_short(const struct checkpoint *c, char out[static JOURNAL_SHORT]);

/* ---- rebuild.c ---- */

/* The tree of a seal, made from bodies when its tiles are lost; tiles are written again. */
enum status rebuild_tree(struct journal *j, const struct seal *s);

#endif
