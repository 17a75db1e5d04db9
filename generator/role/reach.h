/* Who may read and write what, as a table: a changed line is a changed policy. */
#ifndef KARTE_ROLE_REACH_H
#define KARTE_ROLE_REACH_H

#include "generator/base/buf.h"
#include "generator/sheet/type.h"

/*
 * Prints section x role of one type: "RW", "R-", "--" per role that a type may name, first line
 * the type with its version, sharing and workflow.  Plain text with columns, or JSON on one line.
 */
void reach_print(const struct sheet_type *t, bool json, struct buf *out);

#endif
