/*
 * Was it lawful then: each commit against the accounts, institutions, ranges, settings and sheet
 * types that the registry had at its record, the child's own file, consents and handovers at its
 * parent, and the table of actions (docs/design.md 7).  Signatures, digests and the journal itself
 * are verify's; here a commit is taken for what its trailers say, and asked whether that person
 * was allowed to do exactly this.
 *
 * A decision is made a moment before its record.  What was allowed by the registry as it was up to
 * fifteen seconds before the record, or on the day that it was ten minutes before, is lawful, too:
 * nothing that the program let pass is accused because somebody else's change, or midnight, came
 * between.
 *
 * Codes: law.action law.paths law.account law.role law.relation law.write law.workflow law.review
 * law.consent law.registry law.operator types.changed.
 *
 * A struct law is never changed after law_load and may be read by many threads; a law_walk belongs
 * to one.
 */
#ifndef KARTE_FLOW_LAW_H
#define KARTE_FLOW_LAW_H

#include "vault/app.h"
#include "vault/store/history.h"

struct law_finding {
	const char *code;	/* "law.write": stable */
	const char *repository; /* "registry", "children/c…" */
	const char *version;	/* commit, or "" */
	const char *text;	/* English, one line: who, what, which rule */
};
/* The texts are valid during the call. */
typedef void law_tell(void *ctx, const struct law_finding *f);

/* A change record of the registry. */
struct law_change {
	struct oid id;
	uint64_t n;
	int64_t t;
};

/* A record of class access that a right rests on: child.open, consent.scan, release.confirm,
   release.recall. */
struct law_word {
	uint64_t n;
	int64_t t;
	char event[24], account[ID_MAX + 1], child[11], object[64];
};

/* What law needs of the journal, for whoever has read it already. */
struct law_given {
	const struct law_change *changes; /* of the registry, in order of n */
	size_t nchanges;
	const struct law_word *words; /* in order of n; allowed ones only */
	size_t nwords;
	/* All that will be judged comes after this version of the registry, which counts as it is
	   there; changes are those after it.  NULL: its whole history. */
	const struct oid *after;
	int64_t words_since; /* what is older may have been pruned; 0: nothing was */
};

struct law;
/*
 * Replays the registry's whole history.  Findings are types.changed: types that cannot be read, or
 * that differ from those in use.  ST_NOTFOUND, ST_CORRUPT: there is no registry to judge by.  Free
 * with law_free.  The second form reads the journal no more.
 */
enum status law_load(struct law **out, struct app *app, law_tell *tell, void *ctx);
/* For `after`: words of the last 90 days; changes are the caller's. */
enum status law_load_since(struct law **out, struct app *app, const struct law_given *given,
			   law_tell *tell, void *ctx);
enum status law_load_given(struct law **out, struct app *app, const struct law_given *given,
			   law_tell *tell, void *ctx);
void law_free(struct law *law);

struct law_walk;
/*
 * Begins with the commit after `after` (NULL: with the first).  The repository must stay open until
 * law_end.  The registry is judged like all others.
 */
enum status law_begin(struct law_walk **out, const struct law *law, struct repo *repo,
		      const struct repo_name *name, const struct oid *after);
/*
 * The next commit, oldest first.  n, t: of its change record; of one that has none the last before
 * it.  ST_OK whether it is lawful or not (each finding was told); otherwise it could not be judged.
 */
enum status law_commit(struct law_walk *w, const struct version *v, uint64_t n, int64_t t,
		       law_tell *tell, void *ctx);
void law_end(struct law_walk *w);

#endif
