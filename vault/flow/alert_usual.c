#include "vault/flow/alert_usual.h"

enum { USUAL_MOST = 4000 }; /* a window keeps hardly more */

void alert_usual_add(struct alert_usual *u, enum role role, int64_t day, long most)
{
	size_t i = (size_t)(day % ALERT_USUAL_DAYS);

	if (u->days[role][i].day != day) {
		u->days[role][i].day = day;
		u->days[role][i].sum = u->days[role][i].persons = 0;
	}
	u->days[role][i].sum += most;
	u->days[role][i].persons++;
}

long alert_usual_least(const struct alert_usual *u, const struct alert_rule *rule, enum role role,
		       int64_t day)
{
	long sum = 0, persons = 0, least;

	for (size_t i = 0; rule->usual && i < ALERT_USUAL_DAYS; i++)
		if (u->days[role][i].day > day - ALERT_USUAL_DAYS && u->days[role][i].day < day) {
			sum += u->days[role][i].sum;
			persons += u->days[role][i].persons;
		}
	if (persons < ALERT_USUAL_LEAST)
		return rule->count;
	least = (rule->usual * sum + persons - 1) / persons;
	if (least > USUAL_MOST)
		least = USUAL_MOST;
	return least > rule->count ? least : rule->count;
}
