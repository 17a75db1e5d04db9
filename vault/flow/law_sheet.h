/* Sheets of a walk, for law_sheet.c, law_kept.c and those who need their owner.  */
#ifndef KARTE_FLOW_LAW_SHEET_H
#define KARTE_FLOW_LAW_SHEET_H

#include "vault/flow/law_impl.h"

/* Which of the paths is the sheet's: there is one. */
size_t law_sheet_path(const struct deed *d);
/* Whose work it was before this commit: who made it, took it back, began to revise or submitted it
   last ("": nobody's). */
enum status law_owner(struct deed *d, const struct sheet_type *t, char out[static ID_MAX + 1]);

#endif
