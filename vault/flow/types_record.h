/*
 * The sheet types that are in use stand in the registry, so that what was written is judged by the
 * types as they were then:
 *
 *	types/TYPE/VERSION.yaml   the files of content/types
 *	forms/TYPE.yaml           the municipality's own forms of them
 *	types/RULES               rules of this program that older ones did not have, one a line
 *	types/SHA256SUMS          digests of all of them, as sha256sum(1) writes them
 */
#ifndef KARTE_FLOW_TYPES_RECORD_H
#define KARTE_FLOW_TYPES_RECORD_H

#include "generator/base/buf.h"
#include "vault/app.h"

#define TYPES_SUMS "types/SHA256SUMS"
#define TYPES_RULES "types/RULES"

/* What an answer on paper agrees to counts only when a second person has confirmed it. */
#define RULE_PAPER "consent.paper: two people"

/* TYPES_RULES as this program writes it. */
extern const struct span types_rules;
/* Appends the line of TYPES_SUMS for rules of this text. */
void types_rules_sum(struct span rules, struct buf *out);

/*
 * Sees to it that the newest version of the registry has the types of this program: if not, a
 * commit `type.change` by the vault, said on stderr.  Nothing is written to any other repository
 * before (commit_change).  Cheap while the registry stands still.  ST_OK also without a registry.
 */
enum status types_record(struct app *app);

#endif
