/* What the two files about consents before the law share.  Nobody else includes it. */
#ifndef KARTE_FLOW_LAW_CONSENT_H
#define KARTE_FLOW_LAW_CONSENT_H

#include "vault/flow/law_impl.h"

/* The one file in consents/ that the commit adds, read as the product reads it. */
struct law_fresh {
	struct consents all;
	const struct ask *ask;	   /* NULL: none */
	const struct reply *reply; /* NULL: none */
};
/* What cannot be read is accused, and so is a file of another day.  End with law_fresh_end. */
enum status law_fresh_load(struct deed *d, struct law_fresh *f);
void law_fresh_end(struct law_fresh *f);

/* Is it in the name of who wrote it, of now, and is the trailer that of the sheet? */
void law_reply_head(struct deed *d, const struct ask *a, const struct reply *r);
/* The ask, if it could be answered; else accused and NULL.  What was given without one can only be
   taken back. */
const struct ask *law_find_ask(struct deed *d, const struct consent_book *b, const struct reply *r);

#endif
