/* What a proof found, in plain words. */
#ifndef KARTE_PAGE_AUDIT_FINDING_H
#define KARTE_PAGE_AUDIT_FINDING_H

#include "generator/base/span.h"

/* A sentence in Japanese for a code of a finding ("signature.bad"); for one that is not known, that
   something is not as it should be.  Never NULL. */
const char *audit_finding_text(struct span code);

#endif
