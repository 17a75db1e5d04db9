/*
 * Who has opened something of a child, and to whom it was handed: what is asked first when
 * something has become known that should not have (and by guardians at any time).
 */
#ifndef KARTE_FLOW_JOURNAL_EXPOSURE_H
#define KARTE_FLOW_JOURNAL_EXPOSURE_H

#include "generator/base/arena.h"
#include "vault/flow/journal_search.h"

enum exposure_way {
	EXPOSED_PAGE,	 /* on a screen */
	EXPOSED_PDF,	 /* as a PDF, or printed */
	EXPOSED_FILE,	 /* an attached file was received */
	EXPOSED_PACKAGE, /* the package of a handover */
	EXPOSED_COMMAND, /* at the server's command line, or as a static site */
	EXPOSED_CLONE,	 /* git clone or fetch */
	EXPOSED_BUNDLE,	 /* a bundle of the repository */
	EXPOSED_RELEASE, /* while it was given to families */
	EXPOSED_WRITTEN, /* whoever writes has it before their eyes */
	EXPOSED_WAYS
};

/* What one person did in one way; texts are of the list. */
struct exposure {
	struct span account, role, institution;
	enum exposure_way way;
	bool whole; /* not the object itself, but something that may contain it: the karte */
	size_t times;
	int64_t first, last;
};

/* What left for others than those who looked here. */
struct handed {
	const char *kind; /* "handover" | "package" | "release" */
	struct span to;	  /* an institution's id, or its name outside; a family: "household" */
	struct span by;	  /* account */
	struct span since, until; /* days in which a handover is open; else absent */
	struct span id;		  /* of handover or file */
	int64_t at;
	uint64_t n; /* record of it; UINT64_MAX: none */
};

struct exposures {
	struct arena *arena;
	struct exposure *rows; /* the newest last look first */
	size_t count;
	struct handed *handed; /* newest first */
	size_t nhanded;
	bool cut; /* there is more than EXPOSURE_RECORDS, the newest were taken */
};

enum { EXPOSURE_RECORDS = 100000 };

/*
 * About a child, or only what concerns an object: "TYPE/ID" of all versions, "TYPE/ID@VERSION",
 * "files/ID".  Of a record that names no version it is taken that it was this one.  ST_OK also for
 * nothing; ST_INVALID: no such id; others as log_search.  Clear it in any case.
 */
enum status exposure_find(struct exposures *out, struct app *app, struct span child,
			  struct span object);
void exposures_clear(struct exposures *e);

/* "page", for JSON, and as people say it. */
const char *exposure_way_name(enum exposure_way w);
const char *exposure_way_label(enum exposure_way w);

#endif
