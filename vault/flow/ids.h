/* Numbers that nobody can guess: of children, files, handovers, ranges, proposals. */
#ifndef KARTE_FLOW_IDS_H
#define KARTE_FLOW_IDS_H

#include "generator/base/status.h"

/*
 * A letter that says of what it is, and nine random characters of Crockford's base32 in lower case:
 * 45 bits, so that two hardly ever meet; whoever makes something under it refuses what is there.
 */
enum { ID_NEW = 10 };
/* ST_IO: no random numbers. */
enum status id_new(char out[static ID_NEW + 1], char kind);

#endif
