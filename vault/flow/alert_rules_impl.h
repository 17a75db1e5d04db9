/* For the files of the rules of alerts only. */
#ifndef KARTE_FLOW_ALERT_RULES_IMPL_H
#define KARTE_FLOW_ALERT_RULES_IMPL_H

#include "generator/sheet/yaml.h"
#include "vault/flow/alert_rules.h"

struct alert_rules {
	struct arena *arena;
	struct alert_rule *rules; /* room for ALERT_RULES_MAX */
	size_t count;
};

/* Puts the rules of a file on top of those that are there.  ST_INVALID with problems. */
enum status alert_rules_parse(struct alert_rules *r, const char *file, struct ynode *root,
			      struct problems *ps);

#endif
