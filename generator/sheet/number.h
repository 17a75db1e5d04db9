/* Decimal numbers: as they are typed, as they are kept, and as something to count with. */
#ifndef KARTE_SHEET_NUMBER_H
#define KARTE_SHEET_NUMBER_H

#include "generator/base/buf.h"
#include "generator/base/span.h"

/*
 * Reads a decimal number of at most 15 digits.  `typed` also takes full-width digits, marks of
 * thousands, a plus sign, and the unit behind it.  false if it is anything else.
 */
bool number_read(struct span in, bool typed, struct span unit, struct buf *canonical);
/* The value of a canonical number. */
double number_value(struct span canonical);
/* How many digits it has after its point. */
int number_decimals(struct span canonical);
/* Appends v rounded to that many digits, without needless zeros. */
void number_put(double v, int decimals, struct buf *out);

/* Appends the ASCII form of full-width characters (U+FF01…FF5E, U+3000, U+2212); keeps others. */
void number_narrow(struct span in, struct buf *out);

#endif
