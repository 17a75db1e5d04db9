/* The sources of vault/flow/work.c, each in a file of its own: appends what waits for who asks. */
#ifndef KARTE_FLOW_WORK_SOURCES_H
#define KARTE_FLOW_WORK_SOURCES_H

#include "vault/flow/work.h"

/* Sheets to be written, put right or looked at, for staff. */
enum status work_sheets(const struct work_ask *ask, struct work_list *list);

#endif
