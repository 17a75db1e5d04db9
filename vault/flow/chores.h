/* What the server does by itself, now and then: a table in chores.c, one thread. */
#ifndef KARTE_FLOW_CHORES_H
#define KARTE_FLOW_CHORES_H

#include "vault/app.h"

struct chores;

/* Starts the thread; each chore is done once at once, then every so many seconds.  One that fails
   says why on stderr and comes again at its time.  ST_NOMEM, ST_IO. */
enum status chores_start(struct chores **out, struct app *app);
/* Ends it when the chore that runs has ended.  NULL does nothing. */
void chores_stop(struct chores *c);

#endif
