/* What the pages about one's own account share. */
#ifndef KARTE_PAGE_ACCOUNT_H
#define KARTE_PAGE_ACCOUNT_H

#include "vault/page/login.h"

/* Whose page it is, also in a weak session. */
const struct account *account_self(const struct page *p);

/* The parts of /account. */
void account_put_factors(struct html *h, const struct page *p, const struct factors *f,
			 bool removable);
enum status account_put_codes(struct html *h, struct page *p);
enum status account_put_sessions(struct html *h, struct page *p);

/* A factor was set up: on to what comes next.  The weak session of the first one becomes whole. */
enum status account_enrolled(struct page *p, const char *method);

/* The ways home: アカウント. */
extern const struct crumb account_crumbs[];

#endif
