/*
 * What the server does by itself, now and then: a table in chores.c.  Each lane of it is a thread,
 * so that what takes minutes (a proof, a slow mail server) holds up nothing that comes every
 * second.
 */
#ifndef KARTE_FLOW_CHORES_H
#define KARTE_FLOW_CHORES_H

#include "vault/app.h"

struct chores;

/*
 * Starts the threads; most chores are done once at once, then every so many seconds.  One that
 * fails says why on stderr and comes again at its time.  When each went well and when it failed is
 * kept in vault.db (vault/db/watch.h), not more often than once a minute.  ST_NOMEM, ST_IO.
 */
enum status chores_start(struct chores **out, struct app *app);
/* Ends them when the chores that run have ended.  NULL does nothing. */
void chores_stop(struct chores *c);

#endif
