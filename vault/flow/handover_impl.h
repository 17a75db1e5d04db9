/* What the files of handovers share.  Nobody else includes it. */
#ifndef KARTE_FLOW_HANDOVER_IMPL_H
#define KARTE_FLOW_HANDOVER_IMPL_H

#include "vault/flow/handover.h"

enum { HANDOVER_TRIES = 5 }; /* as often may other saves of the child come between */

/* A typed text: UTF-8 without control characters but line feeds, not too long.  ST_INVALID. */
enum status handover_text(struct span text, bool required);

/* Writes l->h as it is now, on top of l->head, and the index.  ST_STALE: something came between. */
enum status handover_commit(struct handover_look *l, const struct actor *who, const char *action);

/* TYPE/ID/SECTION among the ticks? */
bool handover_ticked(const struct span *ticks, size_t n, struct span type, struct span id,
		     struct span section);

#endif
