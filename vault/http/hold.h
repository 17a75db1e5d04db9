/*
 * An answer that is made but may not leave yet: what it shows has to be recorded first, and the
 * thread that made it need not wait for that.
 */
#ifndef KARTE_HTTP_HOLD_H
#define KARTE_HTTP_HOLD_H

#include <stdatomic.h>
#include <stdbool.h>

struct hold {
	atomic_uint left;   /* releases that are still to come */
	atomic_bool broken; /* one of them said so */
	void (*ready)(struct hold *h, bool kept);
};

/* With one release to come: that of the server, when the answer function has returned. */
void hold_init(struct hold *h, void (*ready)(struct hold *h, bool kept));
/* One more. */
void hold_add(struct hold *h);
/*
 * From any thread.  kept false: what the answer depended on did not happen, so that 503 is sent in
 * its place.  The last release sends; the hold is gone then.
 */
void hold_release(struct hold *h, bool kept);

#endif
