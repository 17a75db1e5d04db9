/*
 * A repository gone through once, oldest version first, for the proof: each object is read from the
 * disk and checked against its id once, and what later versions share with earlier ones is not read
 * again.
 *
 * Threads: a replay belongs to one thread; several may run in one store.
 */
#ifndef KARTE_VAULT_STORE_REPLAY_H
#define KARTE_VAULT_STORE_REPLAY_H

#include "vault/store/history.h"

struct replay;

/* ST_NOTFOUND: no such repository; ST_CORRUPT: it is none; ST_NOMEM.  Free with replay_close. */
enum status replay_open(struct replay **out, struct store *s, const struct repo_name *name);
void replay_close(struct replay *r);
/* The same repository for other questions, as long as the replay is open. */
struct repo *replay_repo(struct replay *r);

/*
 * Finds the versions that lead to `to` along first parents, back to the one behind `after` (NULL:
 * to the first).  ST_STALE: `after` is not among them (then all to the first are found).
 * ST_CORRUPT: one is missing or cannot be read; those that came after it are found.
 */
enum status replay_find(struct replay *r, const struct oid *to, const struct oid *after);

/* Calls fn for each version that was found, oldest first, unless fn says false. */
enum status replay_each(struct replay *r, history_fn fn, void *arg);

/*
 * As commit_digest_check(), for a version of this replay: ST_OK, ST_NOTFOUND (no Karte-Digest),
 * ST_CORRUPT.
 */
enum status replay_digest(struct replay *r, const struct version *v);

#endif
