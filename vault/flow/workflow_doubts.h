/* What may be a mistake, although no rule of the type is broken: asked before a step leads on. */
#ifndef KARTE_FLOW_WORKFLOW_DOUBTS_H
#define KARTE_FLOW_WORKFLOW_DOUBTS_H

#include "generator/sheet/sheet.h"

/*
 * Adds warnings: a field "grade" that is not the grade of a child born on that day in the fiscal
 * year of the sheet (choices es1 … es6, jh1 … jh3), and days before the birth.  born: YYYY-MM-DD.
 */
void workflow_doubts(const struct sheet *s, const char *born, struct problems *ps);

#endif
