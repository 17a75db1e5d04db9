/* Values that may be mistyped: asked about once, then taken as they are. */
#ifndef KARTE_FLOW_UNUSUAL_H
#define KARTE_FLOW_UNUSUAL_H

#include "vault/flow/save_sheet.h"

/*
 * Adds a warning (code value.unusual) for each height, weight, head or chest that the form has, the
 * newest version has not, and that growth_unusual() would ask about, beside what else this reader
 * sees in the sheet.  ST_OK also if there is none, or if the form has mistakes: saving tells them.
 */
enum status unusual_values(struct app *app, const struct question *q, const struct save *in,
			   struct problems *ps);

#endif
