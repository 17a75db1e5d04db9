/* What the files site*.c share.  For them only. */
#ifndef KARTE_SITE_SITE_IMPL_H
#define KARTE_SITE_SITE_IMPL_H

#include "generator/role/redact.h"
#include "generator/site/frame.h"
#include "generator/site/nav.h"
#include "generator/site/outdir.h"
#include "generator/site/page.h"
#include "generator/site/site.h"

#include <pthread.h>
#include <stdatomic.h>

#define SITE_HOME "index.html"

enum { SITE_WHY = 512, SITE_INPUT_MAX = SHEET_MAX_BYTES };

_Static_assert((int)PAGE_MAX_BYTES == (int)SITE_INPUT_MAX, "one buffer for sheets and pages");

/* One input on its way. */
struct item {
	const struct source *src;
	bool shown;		 /* the role may see it */
	char source[SHA256_HEX]; /* of all that its facts and its content were made from */
	char *line;		 /* the facts as the manifest has them; ours */
	struct facts facts;	 /* points into line */
	struct view *view;	 /* of a sheet, once it was parsed; ours */
};

/* The pages, or the sheets of one child: what one thread does in one go. */
struct group {
	size_t first, count;	      /* items */
	char path[PLAN_PATH_MAX + 1]; /* of the list of this child */
	size_t shown;
};

struct site {
	const struct plan *plan;
	const struct site_options *o;
	struct outdir *out;
	struct item *items;
	size_t nitems;
	struct group *groups;
	size_t ngroups;
	struct new_file *files; /* one place for each item, then group, then asset, then home */
	size_t nfiles;
	atomic_size_t next;   /* group */
	atomic_size_t wrong;  /* inputs; when there is one: look for more, write nothing */
	atomic_bool stopped;  /* a failure: go home */
	pthread_mutex_t lock; /* of what follows */
	size_t done;
	struct problems *ps;
	struct site_report report;
	enum status st;
	char why[SITE_WHY];
};

/* What belongs to one thread. */
struct worker {
	struct site *s;
	struct problems ps;
	struct site_report report;
	struct buf bytes, body, html; /* used again for every page */
};

void worker_init(struct worker *w, struct site *s);
/* Hands the report and the problems over. */
void worker_end(struct worker *w);

/* Everything of one child; of the pages but the start page.  Problems in the worker's list. */
enum status site_sheets(struct worker *w, struct group *g);
enum status site_pages(struct worker *w, struct group *g);
/* The start page: after all else. */
enum status site_home(struct worker *w);

/* ---- for these ---------------------------------------------------------------------------- */

/*
 * Finds the facts of an item: from the manifest if its source is the same as last time, else with
 * `read`, which may use w->bytes when `loaded`, and sets shown and line.
 */
typedef enum status (*item_read)(struct worker *w, struct item *it, bool loaded);
enum status item_settle(struct worker *w, struct item *it, item_read read);
/* The bytes of an input into w->bytes; over SITE_INPUT_MAX: a problem and ST_INVALID. */
enum status item_load(struct worker *w, const struct item *it);
/* Takes over the facts. */
enum status item_set_facts(struct item *it, const struct facts *f);

/* A key that already holds what every page depends on: role, theme, version. */
void key_begin(const struct site *s, struct stamp *key, const char *what);
/*
 * Takes a place among the files.  True: the file from last time is good.  False: it must be made;
 * then give it to site_put.
 */
bool site_keep(struct worker *w, size_t place, const char *path, struct stamp *key,
	       const struct item *it);
enum status site_put(struct worker *w, size_t place, struct span bytes);

#endif
