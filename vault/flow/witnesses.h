/*
 * Checkpoints to witnesses in other hands (C2SP tlog-witness), and what comes back.
 *
 *   witnesses/checkpoint    newest checkpoint that somebody cosigned, with all cosignatures of it
 *   witnesses/<id>          newest checkpoint that this witness cosigned, with its line
 *   witnesses/<id>.refused  why it refused, and since when; gone when it agrees again
 *
 * <id> begins the SHA-256 of the verifier key.  What a witness refuses is a record
 * (`witness.refused`, class system), once until it agrees or gives another reason.
 */
#ifndef KARTE_FLOW_WITNESSES_H
#define KARTE_FLOW_WITNESSES_H

#include "vault/app.h"
#include "vault/journal/journal.h"

struct witnesses;

enum { WITNESS_WHY = 256, WITNESS_STALE = 3600 /* seconds after which silence shows */ };

/* Reads the keys of karte.yaml.  ST_CONFIG: one is no key of a witness; ST_NOMEM. */
enum status witnesses_open(struct witnesses **out, const struct conf *conf);
/* NULL does nothing. */
void witnesses_close(struct witnesses *w);

struct witness_state {
	const char *name, *url;
	uint64_t size;	       /* of the newest checkpoint that it cosigned; 0: none */
	int64_t last;	       /* when it did so last, by its clock; 0: never */
	bool refused;	       /* it contradicts us: an alarm */
	bool away;	       /* no answer at the last try of this process */
	char why[WITNESS_WHY]; /* one line of English; "" if all is well */
};
typedef void witness_state_tell(void *ctx, const struct witness_state *s);
/* Each witness of karte.yaml, in its order; also from commands, then without what only the server
   knows. */
void witnesses_each(struct app *app, witness_state_tell *tell, void *ctx);

/*
 * The chore: publishes the newest checkpoint, writes its copy outside, and sends it to each witness
 * whose turn it is.  A witness that is away waits longer from time to time, an hour at most.
 */
enum status witness_chore(struct app *app);

/*
 * The checkpoint for everybody: the newest cosigned one while witnesses answer, else our own
 * newest. Nothing is published for it.
 */
enum status witnesses_note(struct app *app, struct buf *out);

/* The trouble with the copy outside, "" if it is well; true if that is new. */
bool witnesses_copy_state(struct app *app, const char *why);

/* ---- for the guard (known.h) ---- */

/* A record and a file, once until it agrees again or says something else. */
enum status witness_refused(struct app *app, const char *id, const char *name, const char *why);
void witness_agreed(const struct app *app, const char *id);

size_t witnesses_count(const struct app *app);
const char *witness_name(const struct app *app, size_t i);
/* What this witness cosigned, as far as we kept it.  ST_NOTFOUND. */
enum status witness_kept(struct app *app, size_t i, struct journal_promise *out);
/*
 * Asks it for the newest checkpoint of ours that it knows, within seconds.  root_len 0: it told
 * only a size.  ST_NOTFOUND: it knows none; ST_IO: no answer; ST_CORRUPT: one that it did not sign.
 */
enum status witness_ask(struct app *app, size_t i, unsigned seconds, struct journal_promise *out);

#endif
