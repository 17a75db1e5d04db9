/* The pages below /admin/institutions, among themselves. */
#ifndef KARTE_PAGE_ADMIN_INSTITUTION_H
#define KARTE_PAGE_ADMIN_INSTITUTION_H

#include "vault/page/admin_account.h"

extern const struct crumb institution_crumbs[2];

void institution_state_tag(struct html *h, const struct institution *i, int64_t now);
/* name, kind, opened, by-class; and what was sent of them. */
void institution_fields(struct page *p, struct html *h, const struct institution *i,
			const struct form_state *s);
enum status institution_read_form(struct page *p, struct institution *out, const char **wrong);

#endif
