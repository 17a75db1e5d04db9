/* The list of changes: its conditions are in a file of their own. */
#ifndef KARTE_PAGE_AUDIT_CHANGES_H
#define KARTE_PAGE_AUDIT_CHANGES_H

#include "vault/flow/changes.h"
#include "vault/page/audit_said.h"

#define CHANGES_PATH "/audit/changes"

enum { CHANGES_QUERY = 4096 /* bytes of an address */ };

enum condition { BY_CHILD, BY_ACCOUNT, BY_INSTITUTION, BY_TYPE, BY_ACTION, FROM, TO, CONDITIONS };

struct changes_list {
	struct page *p;
	struct html *h;
	struct span given[CONDITIONS];
	struct change_filter filter;
	const char *mistake; /* in Japanese; NULL: none */
	long page;
	struct change_list found;
	struct change_look *looks;
	size_t broken; /* versions that are not as recorded, and branches that were turned back */
};

/* What the address asks for. */
void changes_conditions(struct changes_list *l);
/* The address of this list, without one of its conditions (CONDITIONS: with all). */
void changes_address(const struct changes_list *l, int without, long page, struct buf *out);
/* The form, and below it what is asked for, to be taken away one by one.  ST_NOMEM, ST_IO. */
enum status changes_filter(struct changes_list *l);

#endif
