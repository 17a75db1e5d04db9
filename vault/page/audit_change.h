/* The page of one change: its parts are in files of their own. */
#ifndef KARTE_PAGE_AUDIT_CHANGE_H
#define KARTE_PAGE_AUDIT_CHANGE_H

#include "vault/flow/change_look.h"
#include "vault/page/audit_said.h"

struct change_page {
	struct page *p;
	struct html *h;
	struct repo_name repo;
	struct change_entry entry;
	struct change_look look;
	const char *path;  /* of this page */
	bool open;	   /* a reason was given for this child, and its time runs */
	const char *error; /* about the reason */
};

/* Which parts were written, and how much, without a word of it. */
enum status audit_change_parts(struct change_page *c);
/* The way to the content of a child's change: what has to be done to see it. */
void audit_change_door(struct change_page *c);
/* The content: of the registry, or after a reason was given. */
enum status audit_change_content(struct change_page *c);
/* The signature: then and now, and how to look oneself. */
enum status audit_change_signature(struct change_page *c);

#endif
