/*
 * What a reader sees of all sheets of a child, one view after the other: by the same decision, gate
 * and shield as a page of each sheet.
 */
#ifndef KARTE_FLOW_CHILD_VIEWS_H
#define KARTE_FLOW_CHILD_VIEWS_H

#include "vault/flow/decide.h"
#include "vault/flow/shield.h"

/*
 * Calls each with the newest version of every sheet of q->child of which q->who may see anything;
 * what may not be seen is left out without a word.  The view is valid during the call; another
 * status than ST_OK ends the walk and is passed on.  The look is not recorded here.
 */
enum status child_views(struct app *app, const struct question *q, const struct shield *shield,
			enum status (*each)(void *, const struct sheet_row *, const struct view *),
			void *ctx);

#endif
