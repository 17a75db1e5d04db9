/* What form.c does for type_read.c: the two halves of putting a form on a type. */
#ifndef KARTE_SHEET_FORM_INT_H
#define KARTE_SHEET_FORM_INT_H

#include "generator/sheet/form.h"
#include "generator/sheet/type_int.h"

/* Puts the added fields into the tree of the type, before it is read. */
void form_add(struct type_reader *r, const struct form *form, bool newest, struct ynode *root);
/* Gives other names and hides, when the type has been read. */
void form_change(struct type_reader *r, const struct form *form, bool newest);

#endif
