/*
 * Computed fields.  Works on a whole sheet: only redact.c may call it, for a field whose sources
 * the reader may see.
 */
#ifndef KARTE_ROLE_COMPUTE_H
#define KARTE_ROLE_COMPUTE_H

#include "generator/sheet/sheet.h"

/*
 * Appends the result as a number: `count` the rows of a table, `sum` the sum of the numbers that
 * are filled in, `latest` the number of a measure's newest day, `bmi` weight (kg) by the square of
 * height (m) on the newest day on which both were measured, `kaup` the index of infants
 * (カウプ指数), weight (g) by the square of height (cm), times 10: the same figure as the BMI.
 * Nothing if there is nothing to compute from.
 */
void compute(const struct sheet *s, const struct field *f, struct buf *out);

#endif
