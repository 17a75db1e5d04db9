/* The sources of vault/flow/work.c, each in a file of its own: appends what waits for who asks. */
#ifndef KARTE_FLOW_WORK_SOURCES_H
#define KARTE_FLOW_WORK_SOURCES_H

#include "vault/flow/work.h"

/* Sheets to be written, put right or looked at, for staff. */
enum status work_sheets(const struct work_ask *ask, struct work_list *list);

/*
 * For the receiver of a handover what is to be confirmed as read (WORK_HANDOVER), for the giver
 * what guardians answered (WORK_ANSWERED) and what came back in the last 30 days (WORK_FEEDBACK),
 * for guardians what they are asked (WORK_ANSWER).
 */
enum status work_handovers(const struct work_ask *ask, struct work_list *list);
/* Releases that wait for a second person, and those that left somebody out. */
enum status work_releases(const struct work_ask *ask, struct work_list *list);

#endif
