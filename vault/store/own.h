/*
 * The public keys by which this vault signs, kept so that a new signature can be checked in this
 * process: see verify_own() in vault/store/sign.h.  Only for vault/store/sign.c and own.c.
 *
 * Threads: all functions may be called by many threads at once.
 */
#ifndef KARTE_VAULT_STORE_OWN_H
#define KARTE_VAULT_STORE_OWN_H

#include "vault/store/openpgp.h"

#include <pthread.h>

/* 4096 keys, four with each beginning of a fingerprint; a fifth one there replaces the oldest. */
enum { OWN_SETS = 1024, OWN_WAYS = 4 };

struct own_key {
	char fpr[FPR_HEX]; /* "": nothing is kept here */
	bool usable;	   /* false: not a key of the kind that openpgp_check() knows */
	struct openpgp_key key;
};

/* Embedded; large, and nothing of it is touched before it is needed. */
struct own {
	pthread_mutex_t lock; /* over all below */
	uint64_t changes;     /* how often a key was forgotten */
	struct own_key kept[OWN_SETS][OWN_WAYS];
};

/* The memory must be zero. */
void own_init(struct own *o);
void own_clear(struct own *o);

/* Copies what is kept about a key (a fingerprint in full); false if nothing. */
bool own_find(struct own *o, const char *fpr, struct own_key *out, uint64_t *changes);
/* Keeps a key, unless one has been forgotten since own_find() told `changes`. */
void own_keep(struct own *o, const struct own_key *key, uint64_t changes);
/* Call when a key may have changed in the key ring. */
void own_forget(struct own *o, const char *fpr);

/* What belongs to k; told by sign.c. */
struct own *keys_own(struct keys *k);

#endif
