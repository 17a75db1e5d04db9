/* A source of 「あなたの仕事」: one's own drafts. */
#ifndef KARTE_FLOW_WORK_DRAFTS_H
#define KARTE_FLOW_WORK_DRAFTS_H

#include "vault/flow/work.h"

/* Those that are not thrown away, of sheets that the account may read; due when they will be, from
   DRAFT_WARN_DAYS before. */
enum status work_drafts(const struct work_ask *ask, struct work_list *list);

#endif
