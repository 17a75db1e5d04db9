/* What a proof found, in plain words. */
#ifndef KARTE_FLOW_FINDING_TEXT_H
#define KARTE_FLOW_FINDING_TEXT_H

#include "generator/base/span.h"

/* A sentence in Japanese for a code of a finding ("signature.bad"); for one that is not known, that
   something is not as it should be.  Never NULL. */
const char *finding_text(struct span code);

#endif
