/*
 * Threads that run jobs.  Pages wait: for a disk, for a turn at hashing a password.  Here they do
 * so without holding up the threads that talk to clients.
 */
#ifndef KARTE_HTTP_POOL_H
#define KARTE_HTTP_POOL_H

#include "generator/base/status.h"

#include <stddef.h>

struct pool;

/* The first member of whatever is to be done. */
struct job {
	struct job *next;
};

/* Starts the threads.  run is called in them with each job.  ST_NOMEM, ST_IO. */
enum status pool_new(struct pool **out, unsigned threads, size_t stack_bytes,
		     void (*run)(void *ctx, struct job *job), void *ctx);
/* Does all that was pushed, then ends the threads.  NULL does nothing. */
void pool_free(struct pool *p);
/* In the order of pushing; the thread that became idle last comes first, since it is warm. */
void pool_push(struct pool *p, struct job *job);

#endif
