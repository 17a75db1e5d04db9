/* The checks themselves, for check_state.c only: each looks and says what it saw. */
#ifndef KARTE_FLOW_CHECK_LIST_H
#define KARTE_FLOW_CHECK_LIST_H

#include "vault/flow/check_state.h"

typedef enum check_level check_look(struct app *app, int64_t now, struct buf *text);

check_look check_clamd, check_backup, check_verify, check_disk, check_clock, check_keys, check_tls,
    check_witness, check_chores, check_mail, check_stamp, check_prune;

#endif
