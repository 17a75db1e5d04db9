/*
 * Being let in with a reason: staff outside their range, if the municipality wants that
 * (break-glass), and administrators, who otherwise read nothing; auditors, to whom it opens what a
 * change did (ACT_AUDIT_CONTENT) and a copy (ACT_AUDIT_COPY).  For a while only, recorded before
 * the door opens, told as an alert, and shown to the family with its reason.
 */
#ifndef KARTE_FLOW_GLASS_H
#define KARTE_FLOW_GLASS_H

#include "vault/flow/decide.h"

enum {
	GLASS_REASON_LEAST = 10, /* graphemes */
	GLASS_REASON_MOST = 100,
	GLASS_REASON_BYTES = 300, /* what a record's `object` holds */
	GLASS_ADMIN_MINUTES = 60,
	GLASS_AUDIT_MINUTES = 60,
};

/* For how many minutes an account would be let in; 0: never, whatever child and reason. */
enum status glass_minutes(struct app *app, const struct account *who, int *out);

/* Is it a reason?  ST_INVALID with a sentence in Japanese. */
enum status glass_check_reason(struct span reason);

/*
 * Lets q->who read about q->child from q->now on.  ST_INVALID with a sentence in Japanese: the
 * reason is too short, too long or no text of one line.  ST_DENIED, recorded: not for this account
 * and this child, or there is no such child.  ST_IO: not recorded, not opened.
 *
 * Records: class access, event child.open, the reason typed in `object` and "break-glass",
 * "admin-reads" or "audit-reads" in `reason`; class system, event alert, the same `reason`.
 */
enum status glass_open(struct app *app, const struct question *q, struct span reason);

#endif
