/* Which records a rule of alerts is about. */
#ifndef KARTE_FLOW_ALERT_MATCH_H
#define KARTE_FLOW_ALERT_MATCH_H

#include "vault/flow/alert_engine.h"

/* Is the record one of those that the rule counts?  Hours are looked at, numbers are not. */
bool alert_matches(const struct alert_rule *rule, const struct record *r,
		   const struct alert_facts *facts);
/* What it is counted for; "-" if the record does not say. */
void alert_subject(const struct alert_rule *rule, const struct record *r,
		   char out[static ALERT_SUBJECT_ROOM]);
/* Days since 1970 in Japan. */
int64_t alert_day(int64_t t);

#endif
