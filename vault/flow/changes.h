/*
 * The change records of the journal, newest first, a page at a time: every commit of every
 * repository, with who made it, when, and what it was about.
 *
 * The only door of the pages to these records: what answers it (the index of the journal where that
 * finds few of many, else the journal's files, read from the end) may change without them.
 */
#ifndef KARTE_FLOW_CHANGES_H
#define KARTE_FLOW_CHANGES_H

#include "generator/base/arena.h"
#include "vault/app.h"
#include "vault/store/store.h"

#include <stdint.h>

/* Absent spans and zeros do not filter. */
struct change_filter {
	struct span child, account, institution;
	struct span action; /* exact, or a beginning when it ends in "." */
	struct span type;   /* of a sheet */
	struct span repository;
	int64_t from, to; /* from <= t < to */
};

/* A record; its spans are the arena's. */
struct change_entry {
	uint64_t n; /* the record's number */
	int64_t t;
	struct span action, account, role, institution, child, object, request;
	struct span repository, version, before, sha256; /* before: empty for the first */
	bool alone; /* a step that wants a second person, taken because there was none */
};

struct change_list {
	struct change_entry *entries;
	size_t count;
	bool more; /* there are older ones */
};

/*
 * At most `most` (1..200) entries after the first `skip`.  ST_NOMEM; ST_CORRUPT when a line of the
 * journal is none.
 */
enum status changes_list(struct app *app, const struct change_filter *f, size_t skip, size_t most,
			 struct arena *a, struct change_list *out);

/* The record of one version of a repository.  ST_NOTFOUND. */
enum status changes_find(struct app *app, const struct repo_name *repo, struct span version,
			 struct arena *a, struct change_entry *out);

/* Whether recovery recorded that this version was given up before its branch moved. */
enum status changes_abandoned(struct app *app, struct span version, bool *out);

/* Calls each for all of them, newest first, until it returns false; the entry holds only during the
   call. */
enum status changes_each(struct app *app, const struct change_filter *f,
			 bool (*each)(void *ctx, const struct change_entry *e), void *ctx);

#endif
