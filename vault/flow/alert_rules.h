/*
 * The rules of alerts, as data: content/alerts.yaml, and what the municipality's own alerts.yaml
 * changes of them.  karte-alerts(5) has every key.
 */
#ifndef KARTE_FLOW_ALERT_RULES_H
#define KARTE_FLOW_ALERT_RULES_H

#include "generator/base/arena.h"
#include "generator/base/day.h"
#include "generator/sheet/problem.h"
#include "generator/sheet/role.h"

enum alert_kind { ALERT_CHECK, ALERT_EVENT, ALERT_COUNT, ALERT_HOURS, ALERT_KINDS };
enum alert_severity { ALERT_NOTICE, ALERT_WARNING, ALERT_SEVERE, ALERT_SEVERITIES };
/* What an alert is about: what is counted for itself and told once. */
enum alert_by {
	ALERT_BY_ACCOUNT,
	ALERT_BY_CHILD,
	ALERT_BY_INSTITUTION,
	ALERT_BY_OBJECT,
	ALERT_BY_ALL
};
/* What is counted: records, or how many different ones of these they are about. */
enum alert_of { ALERT_OF_RECORDS, ALERT_OF_CHILDREN, ALERT_OF_SHEETS };

struct alert_list {
	struct span *items;
	size_t count;
};

/* When it is usual to work, for some roles. */
struct alert_hours {
	role_set roles;
	unsigned days; /* bit 0: Sunday */
	int from, to;  /* minutes of the day in Japan; from <= t < to */
};

struct alert_rule {
	struct span id, title, advice;
	enum alert_kind kind;
	enum alert_severity severity;
	bool off;
	int again; /* seconds for which the same is not told again */

	/* a check: */
	struct span check;
	int level; /* 1: from a warning on, 2: only when it fails */
	int after; /* told when it has been so for so many seconds */

	/* which records: */
	int class;		  /* -1: of every class */
	struct alert_list events; /* exact, or a beginning when it ends in "."; none: every one */
	struct alert_list reasons;
	struct span decision; /* absent: each */
	role_set roles;	      /* of who did it; 0: all, nobody too */
	role_set target;      /* of the account that was changed (accounts/ID.yaml); 0: not asked */
	enum alert_by by;
	enum alert_of of;
	long count; /* told from so many on … */
	int within; /* … in so many seconds */
	int usual;  /* and at least so many times the usual of the role; 0: not asked */

	struct alert_hours *hours;
	size_t nhours;
	struct alert_list closed; /* days without hours */
	struct alert_list except_accounts, except_institutions, except_days;
};

struct alert_rules;

enum { ALERT_RULES_MAX = 200, ALERT_ID_MAX = 40, ALERT_RULE_TEXT = 120, ALERT_ADVICE = 500 };

/*
 * Reads one file of rules.  With `base` its rules come first, and a rule of the same id changes
 * only the keys that it has; without one every rule must be whole.  base may be freed afterwards.
 * ST_INVALID with problems (codes alerts.*, yaml.*); ST_NOMEM.
 */
enum status alert_rules_read(struct alert_rules **out, const char *file, struct span bytes,
			     const struct alert_rules *base, struct problems *ps);
/* content/alerts.yaml and VAULT/alerts.yaml; what is not there has no rules.  vault may be NULL. */
enum status alert_rules_load(struct alert_rules **out, const char *content, const char *vault,
			     struct problems *ps);
void alert_rules_free(struct alert_rules *r);

size_t alert_rules_count(const struct alert_rules *r);
const struct alert_rule *alert_rules_at(const struct alert_rules *r, size_t i);
/* NULL: no such rule. */
const struct alert_rule *alert_rules_find(const struct alert_rules *r, struct span id);

/* "warning", "警告"; never NULL. */
const char *alert_severity_name(enum alert_severity s);
const char *alert_severity_label(enum alert_severity s);
/* ALERT_SEVERITIES: none. */
enum alert_severity alert_severity_find(struct span name);
const char *alert_kind_name(enum alert_kind k);

#endif
