/*
 * The whole proof: journal, repositories, signatures, and that they agree.
 *
 * Trusts neither the index nor the tiles: keys come from the registry's own history, which is
 * checked first.
 */
#ifndef KARTE_FLOW_VERIFY_H
#define KARTE_FLOW_VERIFY_H

#include "vault/app.h"

#include <stdint.h>

struct verify_finding {
	const char *code;	/* "signature.bad", "branch.behind" …: stable */
	const char *repository; /* "children/c…", "journal" */
	const char *version;	/* commit, or "" */
	const char *text;	/* English, one line */
};

struct verify_result {
	size_t repositories, commits, signatures;
	uint64_t records;
	size_t findings;
};

struct verify_options {
	const char *checkpoint; /* a note or a short form that must be contained; NULL */
	struct span child;	/* only this child's repository (and the registry); absent: all */
};

/*
 * ST_OK: all holds.  ST_CORRUPT: every finding was told.  Other: the proof could not be made.
 */
enum status verify_vault(struct app *app, const struct verify_options *o,
			 void (*tell)(void *ctx, const struct verify_finding *f), void *ctx,
			 struct verify_result *result);

#endif
