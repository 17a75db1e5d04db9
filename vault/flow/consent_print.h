/* One page on which a guardian answers with a pen. */
#ifndef KARTE_FLOW_CONSENT_PRINT_H
#define KARTE_FLOW_CONSENT_PRINT_H

#include "vault/flow/consent.h"

/* What stands on it; texts are UTF-8 and stay the caller's. */
struct consent_letter {
	struct span name;	  /* to whom */
	struct span ask;	  /* the number */
	struct span lead;	  /* who asks for what */
	const struct span *lines; /* what is asked, and the lines to be filled in */
	size_t nlines;
	struct span sender, help, until;
	const char *path; /* behind the QR code, on this server */
	struct day on;
};
/* Appends a PDF of one page.  ST_TOOBIG: the texts do not fit.  Needs an app with APP_RENDER. */
enum status consent_print(struct app *app, const struct consent_letter *l, struct buf *pdf);

#endif
