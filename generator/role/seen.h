/* What is wrong with a sheet, told to somebody who does not see all of it. */
#ifndef KARTE_ROLE_SEEN_H
#define KARTE_ROLE_SEEN_H

#include "generator/role/redact.h"
#include "generator/sheet/problem.h"

/*
 * Of fields that are not in the view, or are withheld from it, only that there is something to put
 * right: no label, no day.  v NULL: none is.  Problems without a field stay as they are.
 */
void problems_seen(struct problems *ps, const struct view *v);

#endif
