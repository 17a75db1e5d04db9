/* Whether a print is genuine: what anybody who holds it may learn, and nothing else. */
#ifndef KARTE_FLOW_GENUINE_H
#define KARTE_FLOW_GENUINE_H

#include "vault/app.h"

struct genuine {
	bool known;  /* such a version of a sheet was made here */
	bool newest; /* and no other of the sheet came after it */
	enum { PROMISE_NONE, PROMISE_KEPT, PROMISE_BROKEN, PROMISE_UNREAD } promise;
};

/*
 * version: the whole id of a commit; checkpoint: the short form on the print, or a note; both may
 * be absent.  The same work is done for versions that are known and that are not.  ST_IO and the
 * like: it cannot be told now.
 */
enum status genuine_ask(struct app *app, struct span version, struct span checkpoint,
			struct genuine *out);

#endif
