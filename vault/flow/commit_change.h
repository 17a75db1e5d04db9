/*
 * One change of one repository, in the order that loses nothing: objects, journal, branch.
 */
#ifndef KARTE_FLOW_COMMIT_CHANGE_H
#define KARTE_FLOW_COMMIT_CHANGE_H

#include "vault/flow/actor.h"
#include "vault/store/commit.h"

struct change_set {
	struct repo_name repo;
	bool create; /* make the repository first; ST_EXISTS if it is there */
	const struct oid
	    *base;	    /* the version the writer started from; NULL: the newest, whatever */
	const char *action; /* "sheet.save": for Karte-Action and the journal */
	struct span child;  /* absent: none */
	struct span sheet;  /* "kyoiku-shien/2026"; absent: none */
	struct span what;   /* before the colon of the subject: the sheet, "child", "accounts/x" */
	struct span reason;
	bool alone;	     /* a step that wants a second person, taken because there is none */
	struct pair more[2]; /* trailers of this action alone; absent values are left out */
	const struct change *changes;
	size_t count;
};

/*
 * Commits and answers with the new version.  ST_STALE: somebody else saved since base; ST_EXISTS:
 * nothing would change; ST_NOTFOUND: no such repository; ST_IO: not recorded, not done.
 */
enum status commit_change(struct app *app, const struct actor *who, const struct change_set *set,
			  struct oid *out);

#endif
