/* The reason that somebody gives for a step about others' rights or records. */
#ifndef KARTE_FLOW_REASON_H
#define KARTE_FLOW_REASON_H

#include "generator/base/span.h"
#include "generator/base/status.h"

enum { REASON_LEAST = 5, REASON_MOST = 200 }; /* graphemes */

/* One line of so many, in less than `room` bytes.  ST_INVALID with a message for people. */
enum status reason_check(struct span s, size_t room);

#endif
