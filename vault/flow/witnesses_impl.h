/* What sending to witnesses and asking them share; nobody else includes it. */
#ifndef KARTE_FLOW_WITNESSES_IMPL_H
#define KARTE_FLOW_WITNESSES_IMPL_H

#include "vault/flow/witnesses.h"
#include "vault/http/client.h"
#include "vault/journal/cosign.h"

#include <pthread.h>
#include <time.h>

enum {
	WITNESS_ID_TEXT = 17,
	WITNESS_AGAIN = 3600, /* seconds after which the same checkpoint is cosigned anew */
};

struct witness_of {
	const struct conf_witness *conf;
	struct log_signer key;
	char id[WITNESS_ID_TEXT];
	/* of this process; guarded by the mutex */
	time_t due; /* of the monotonic clock */
	int wait;   /* seconds since the last failure; 0: it answered */
	char why[WITNESS_WHY];
};

struct witnesses {
	pthread_mutex_t mutex;
	char copy[WITNESS_WHY]; /* the trouble with the copy outside; guarded by the mutex */
	size_t count;
	struct witness_of of[CONF_WITNESSES];
};

/* ---- files of witnesses/: NAME and SUFFIX are their parts ---- */

/* As file_read and file_write do. */
enum status witness_file_read(const struct app *app, const char *name, const char *suffix,
			      struct buf *out);
enum status witness_file_write(const struct app *app, const char *name, const char *suffix,
			       struct span bytes);

/* What a witness cosigned last, if its signature is good; *out points into b.  ST_NOTFOUND also for
   a file that was spoilt: the witness itself knows better. */
enum status witness_read_kept(const struct app *app, const struct witness_of *w, struct buf *b,
			      struct signed_checkpoint *out, int64_t *time);
void witness_promise(const struct checkpoint *c, struct journal_promise *out);

/* ---- one question to one witness ---- */

struct asking {
	struct app *app;
	struct witness_of *w;
	const struct signed_checkpoint *now; /* our newest, and its note */
	struct span note;
	struct client_answer answer;
	char why[WITNESS_WHY]; /* it is away, or refuses, because */
	bool refuses;
};

/* Our newest checkpoint, with a proof from `old` records on.  As client_send. */
enum status witness_send(struct asking *a, uint64_t old);
/* The size that a 409 tells; false if it tells none. */
bool witness_told_size(const struct asking *a, uint64_t *size);
/* Its line in the answer, checked, becomes what we keep of it; without a good one a->why says so.
 */
enum status witness_take_line(struct asking *a);

#endif
