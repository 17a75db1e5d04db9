/* What is usual for a role: the most that one person of it did in a day, on average. */
#ifndef KARTE_FLOW_ALERT_USUAL_H
#define KARTE_FLOW_ALERT_USUAL_H

#include "vault/flow/alert_engine.h"

struct alert_usual {
	struct {
		int64_t day;
		long sum, persons;
	} days[ROLE_COUNT][ALERT_USUAL_DAYS];
};

/* One person's most of a day. */
void alert_usual_add(struct alert_usual *u, enum role role, int64_t day, long most);
/* From how many on the rule is told about somebody of this role: its own number, or so many times
   the usual of the last days, whichever is more. */
long alert_usual_least(const struct alert_usual *u, const struct alert_rule *rule, enum role role,
		       int64_t day);

#endif
