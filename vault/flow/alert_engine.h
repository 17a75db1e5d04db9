/*
 * From records to alerts: a machine that is given the journal's records in their order and says
 * what the rules say of them.  It knows no vault, no database and no clock: the time is the
 * records'.
 */
#ifndef KARTE_FLOW_ALERT_ENGINE_H
#define KARTE_FLOW_ALERT_ENGINE_H

#include "vault/db/alert.h"
#include "vault/flow/alert_rules.h"
#include "vault/journal/record.h"

struct alert_engine;

struct alert_hit {
	const struct alert_rule *rule;
	char subject[ALERT_SUBJECT_ROOM]; /* the account, child …; "-": nobody's */
	char account[ALERT_ID_ROOM], child[ALERT_ID_ROOM], institution[ALERT_ID_ROOM];
	long count, least;
	int64_t t;
	uint64_t n; /* of the record */
};

/* What it has to ask; the functions may be NULL: then nobody has a role and nothing was told. */
struct alert_facts {
	/* The role of an account, ROLE_NOBODY: none. */
	enum role (*role_of)(void *ctx, struct span account);
	/* When a rule was last told about a subject; INT64_MIN: never. */
	int64_t (*told)(void *ctx, const struct alert_rule *rule, const char *subject);
	void *ctx;
};

/* A status other than ST_OK ends the taking. */
typedef enum status alert_tell(void *ctx, const struct alert_hit *hit);

enum {
	ALERT_USUAL_DAYS = 28,	/* from which the usual of a role is reckoned */
	ALERT_USUAL_LEAST = 5,	/* so many days of persons make a usual */
	ALERT_WINDOWS = 200000, /* subjects that are counted at a time */
};

/* rules must live as long.  ST_NOMEM. */
enum status alert_engine_new(struct alert_engine **out, const struct alert_rules *rules);
void alert_engine_free(struct alert_engine *e);

/* Records of how many seconds before one have a say in what is told about it. */
int64_t alert_engine_memory(const struct alert_rules *rules);

/* The next record.  tell NULL: it is only remembered, as when a server starts again. */
enum status alert_engine_take(struct alert_engine *e, const struct record *r,
			      const struct alert_facts *facts, alert_tell *tell, void *ctx);

#endif
