/*
 * A repository as it leaves the vault, in git's own formats: what `git fetch` asks for, and a
 * bundle.  Only reading.
 *
 * Formats: gitprotocol-pack(5), gitprotocol-http(5) (version 0, stateless, without side-band),
 * gitformat-bundle(5) version 2, gitformat-pack(5).
 */
#ifndef KARTE_VAULT_STORE_PACK_H
#define KARTE_VAULT_STORE_PACK_H

#include "vault/store/store.h"

enum {
	PACK_SECONDS = 60,	 /* one takes at most so long to be made */
	PACKS_AT_ONCE = 2,	 /* in the process */
	FETCH_MAX = 1024 * 1024, /* bytes of a request of `git fetch` */
	FETCH_HAVES = 512,	 /* versions that it may name as its own */
};
#define PACK_MAX ((size_t)2 * 1024 * 1024 * 1024) /* bytes */

/* What the first request of `git clone` gets: the branch, and what this server can do.  *head is
   the version it tells (all zero before the first). */
enum status repo_advertise(struct repo *r, struct buf *out, struct oid *head);

/* What a request of `git fetch` says. */
struct fetch {
	struct oid want;
	bool wants;    /* false: it asks for nothing; answer with nothing */
	bool detailed; /* multi_ack_detailed */
	bool done;     /* the pack is asked for, not only what is common */
	struct oid haves[FETCH_HAVES];
	size_t count;
	bool had; /* `common` is one of ours that the asker has, too */
	struct oid common;
};

/*
 * Reads it.  ST_INVALID: not in the protocol, or it asks for what was not offered (a shallow or a
 * partial clone).  ST_DENIED: a version that the branch does not contain, whether it is there or
 * not.
 */
enum status fetch_read(struct fetch *out, struct repo *r, struct span request);

/*
 * The answer to it as a file without a name: *fd is the caller's, at its beginning.  ST_BUSY: other
 * packs are being made, or it took longer than PACK_SECONDS; ST_TOOBIG over PACK_MAX; ST_CORRUPT:
 * an object is missing or damaged.
 */
enum status fetch_answer(struct repo *r, const struct fetch *f, int *fd, size_t *bytes);

/* The whole history as a bundle, with HEAD, in the same way.  ST_NOTFOUND: there is no version. */
enum status fetch_bundle(struct repo *r, int *fd, size_t *bytes);

#endif
