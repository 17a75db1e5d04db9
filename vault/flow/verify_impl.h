/* For the files of the proof only. */
#ifndef KARTE_FLOW_VERIFY_IMPL_H
#define KARTE_FLOW_VERIFY_IMPL_H

#include "generator/base/arena.h"
#include "generator/base/sha256.h"
#include "vault/flow/verify.h"
#include "vault/journal/record.h"
#include "vault/store/history.h"
#include "vault/store/openpgp.h"

#include <pthread.h>

/* Clock of a commit and of its record: design 8. */
enum { CLOCK_SECONDS = 120 };

/* ---- what was found ------------------------------------------------------------------------ */

struct found_one {
	char code[32];
	char version[OID_HEX];
	char *text;
};

/* Belongs to one thread at a time. */
struct found {
	struct found_one *list;
	size_t count, cap;
	bool full; /* no memory for all of them */
};

void found_add(struct found *f, const char *code, const char *version, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void found_clear(struct found *f);

/* ---- what the journal says ----------------------------------------------------------------- */

/* A change record, as far as the proof needs it; texts are the run's. */
struct logged {
	uint64_t n;
	int64_t t;
	struct oid old, new_id;
	bool has_old;
	bool met; /* a commit was found for it */
	char sha256[SHA256_HEX];
	struct span request, account, event, role, institution, child;
};

/* A repository: known by the journal, by the disk, or by both. */
struct subject {
	struct repo_name name;
	char text[REPO_TEXT];
	bool named;   /* text is the name of a repository */
	bool on_disk; /* when the run began */
	struct logged *log;
	size_t count, cap;
	bool removed; /* a record says so */
	uint64_t removed_n;
	struct oid removed_head;
	const struct verify_head *base; /* what was proved before; NULL */
	/* what came of it */
	struct found found;
	struct oid head; /* as of the journal's records of this run */
	bool born;
	size_t commits, signatures, states[VERIFY_STATES];
	enum status st; /* why it could not be looked at */
	char why[256];
};

/* ---- keys ---------------------------------------------------------------------------------- */

/* A key as the registry registered it, and what it said later. */
struct known_key {
	char fpr[FPR_HEX];
	char account[64];
	int64_t since, until; /* until 0: still good */
	uint64_t since_n;     /* index of the record that registered it; 0 also: before all */
	struct oid asc;	      /* the file that was registered */
	bool ours;	      /* key is filled: signatures are checked in this process */
	struct openpgp_key key;
};

struct known_keys {
	struct known_key *list; /* sorted by fpr */
	size_t count, cap;
};

/* ---- the run ------------------------------------------------------------------------------- */

struct verify_run {
	struct app *app;
	const struct verify_options *o;
	struct verify_result *result;
	const struct verify_base *base; /* of options; NULL once it was given up */
	struct arena *arena;		/* texts of records; filled before threads begin */
	struct subject **subjects;	/* sorted by text when all are known */
	size_t subject_count, subject_cap;
	struct subject **places; /* by hash of text: open addressing */
	size_t place_count;
	uint64_t size;	/* records that are looked at; what is later is left for the next run */
	int64_t last_t; /* of the last of them */
	struct known_keys keys; /* constant while threads run */
	struct law *law;	/* the same; NULL: there is no registry to judge by */
	struct found journal;
	size_t done, total;   /* commits and repositories, for progress */
	pthread_mutex_t lock; /* over done, and for the caller's progress */
	enum status st;	      /* what stopped reading records */
};

/* verify_records.c: fills subjects from the journal, and from the disk. */
bool verify_take_record(void *ctx, const struct record *rec, struct span line);
enum status verify_load_records(struct verify_run *r);
enum status verify_load_disk(struct verify_run *r);
struct subject *verify_subject(struct verify_run *r, struct span text); /* NULL: no memory */
/* Records of this repository that came after the run began; appended to log. */
enum status verify_later(struct verify_run *r, const struct subject *s, struct subject *later);
void verify_forget_records(struct verify_run *r);

/* verify_journal.c: the journal itself; all of it, or from the base on (ST_STALE: doubt). */
enum status verify_journal(struct verify_run *r);
enum status verify_journal_since(struct verify_run *r);

/* verify_keys.c */
struct replay;
/* The keys of one version of the registry, taken as they are. */
enum status verify_keys_at(struct verify_run *r, struct repo *registry, const struct oid *version);
/* What a version of the registry changed about keys; n is the index of its record. */
enum status verify_keys_step(struct verify_run *r, struct subject *s, struct repo *registry,
			     const struct version *v, uint64_t n);
const struct known_key *verify_key(const struct verify_run *r, const char *fpr);
void verify_keys_clear(struct known_keys *k);

/* verify_repo.c: all commits of one repository against the journal. */
void verify_repository(struct verify_run *r, struct subject *s);
/* Its absence, of one that is only in the journal. */
void verify_absent(struct subject *s);

/* verify_commit.c: one commit by itself; log may be NULL. */
enum status verify_commit(struct verify_run *r, struct subject *s, struct replay *replay,
			  const struct version *v, const struct logged *log);

/* verify_law.c: was it lawful then?  Loaded when all subjects are known; walks belong to threads.
 */
struct law_walk;
enum status verify_law_load(struct verify_run *r);
enum status verify_law_commit(struct subject *s, struct law_walk *walk, const struct version *v,
			      const struct logged *log);

/* verify_pool.c: looks at all subjects but the first, which the registry is, by threads. */
void verify_all(struct verify_run *r);
/* So many commits or repositories more are done; any thread. */
void verify_progress(struct verify_run *r, size_t more);
/* Whether this subject is one of those that were asked for. */
bool verify_wanted(const struct verify_run *r, const struct subject *s);

#endif
