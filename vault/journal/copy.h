/* A copy of a journal while it goes on: for backups. */
#ifndef KARTE_JOURNAL_COPY_H
#define KARTE_JOURNAL_COPY_H

#include "vault/journal/journal.h"

/*
 * Copies the journal into the folder `to`, as it is at one moment: most of it while others append,
 * what came meanwhile in a second pass under the lock.  The copy opens like the journal itself
 * (with its key).  ST_IO, ST_CORRUPT.
 */
enum status journal_copy(struct journal *j, const char *to);

#endif
