/* The pages about what is watched: for administrators, and to be read by auditors. */
#ifndef KARTE_PAGE_ALERTS_H
#define KARTE_PAGE_ALERTS_H

#include "vault/flow/alerts.h"
#include "vault/page/frame.h"

/* Who reads: administrators see names and press buttons, auditors see numbers. */
struct alert_look {
	struct page *p;
	struct html *h;
	bool admin;
	const char *path; /* of the page */
};

/* What must keep running, with what to do. */
enum status alert_put_checks(const struct alert_look *l);
/* The filters and the list of what was told. */
enum status alert_put_list(const struct alert_look *l);

#endif
