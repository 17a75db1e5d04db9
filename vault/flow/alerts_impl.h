/* For the files of alerts only. */
#ifndef KARTE_FLOW_ALERTS_IMPL_H
#define KARTE_FLOW_ALERTS_IMPL_H

#include "vault/flow/alert_engine.h"
#include "vault/flow/alerts.h"

enum { ALERTS_PENDING = 1000 }; /* in one go; what is more comes in the next */

/* What has been found and is not kept yet. */
struct alerts_found {
	struct alert_row *rows; /* room for ALERTS_PENDING */
	size_t count;
};

struct alerts {
	struct alert_rules *rules;
	struct alert_engine *engine; /* NULL: what was counted has to be counted anew */
	uint64_t next;		     /* the first record that has not been looked at */
	int64_t time;		     /* of the newest that has */
	uint64_t kept;		     /* next, as vault.db has it */
	struct alerts_found found;
	struct app *app; /* while it runs */
	enum status st;
};

/* Finds what the checks say, and what new records do. */
enum status alerts_look_at_checks(struct alerts *a, int64_t now);
enum status alerts_look_at_records(struct alerts *a);
/* One more; ST_BUSY when there is no room for it in this go. */
enum status alerts_found_add(struct alerts *a, const struct alert_row *row);
#endif
