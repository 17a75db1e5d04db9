/*
 * Alerts: what the rules say of the journal's records and of the checks, each told once: to the
 * journal, by mail, and to the pages of administrators and auditors.
 *
 * How far the journal has been read is kept in vault.db, together with the alerts that came of it:
 * after a crash none is lost and none comes twice.  What had been counted is counted anew from the
 * records before that place.  A vault in which nothing was ever read begins at its end.
 */
#ifndef KARTE_FLOW_ALERTS_H
#define KARTE_FLOW_ALERTS_H

#include "vault/app.h"
#include "vault/db/alert.h"
#include "vault/flow/alert_rules.h"

struct alerts;

/* Loads the rules, of the content and of the vault.  ST_CONFIG with problems.  NULL frees nothing.
 */
enum status alerts_new(struct alerts **out, const char *content, const char *vault,
		       struct problems *ps);
void alerts_free(struct alerts *a);
const struct alert_rules *alerts_rules(const struct alerts *a);

/*
 * Looks at everything new and tells what there is to tell: a chore, of one thread.  now: by the
 * clock, for checks; what records say has the records' time.
 */
enum status alerts_run(struct app *app, int64_t now);
/* The same by this machine's clock. */
enum status alerts_chore(struct app *app);

/* An administrator has seen it: kept, and recorded in the journal (class admin, `alert.seen`).
   ST_NOTFOUND. */
struct account;
enum status alerts_see(struct app *app, const struct account *who, long long n, int64_t now,
		       const char *request);

/* The words of an alert's state: 「起きた」「続いている」「もとに戻った」. */
const char *alert_state_label(const char *state);

#endif
