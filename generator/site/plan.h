/*
 * What a static site is to be made of: known whole before anything is written.
 *
 *	children/<child>/<type>/<id>.html    a sheet
 *	<page>.html, <folder>/<page>.html    a page of explanations
 *
 * A plan says what there is, not what a reader may see of it: that is decided while building.
 */
#ifndef KARTE_SITE_PLAN_H
#define KARTE_SITE_PLAN_H

#include "generator/base/buf.h"
#include "generator/base/status.h"
#include "generator/sheet/problem.h"

enum { PLAN_MAX = 500000, PLAN_PATH_MAX = 240 };

enum source_kind { SOURCE_PAGE, SOURCE_SHEET };

/* Appends the bytes of an input.  Called from several threads at once. */
typedef enum status (*source_load)(void *ctx, struct buf *out);

struct source {
	enum source_kind kind;
	const char *name;      /* for problems: where somebody finds it */
	const char *group;     /* whose sheet it is, the id of a child; "" for a page */
	const char *type, *id; /* of a sheet; "" for a page */
	const char *path;      /* of what is made of it, below the folder of the site */
	const char *stamp;     /* changes when the bytes do; NULL: to be taken from the bytes */
	source_load load;
	void *ctx;
};

/* How a child is called; without this, by its id. */
struct plan_child {
	const char *id, *name, *kana;
};

struct plan;

/* An empty plan; free with plan_free, which frees all that was added. */
enum status plan_new(struct plan **out);
void plan_free(struct plan *p);
/* Memory that lives as long as the plan, for the ctx of a load; NULL when there is none. */
void *plan_alloc(struct plan *p, size_t n);

/* Texts are copied.  ST_INVALID: an id is none.  stamp may be NULL. */
enum status plan_add_sheet(struct plan *p, struct span child, struct span type, struct span id,
			   const char *name, const char *stamp, source_load load, void *ctx);
/*
 * path is where the page goes ("help/staff.html").  ST_INVALID if it is not plain (letters, digits
 * and . _ - in at most four parts, none beginning with a dot) or belongs to the sheets or assets.
 */
enum status plan_add_page(struct plan *p, struct span path, const char *name, const char *stamp,
			  source_load load, void *ctx);
enum status plan_name_child(struct plan *p, struct span id, struct span name, struct span kana);

/*
 * Adds what lies in a folder: DIR/<child>/<type>/<id>.md, or every .md file as a page.  Names that
 * begin with a dot and links are left out; an .md file in another place is told as a warning
 * (codes site.place).  ST_NOTFOUND, ST_IO.
 */
enum status plan_add_sheet_folder(struct plan *p, const char *dir, struct problems *ps);
enum status plan_add_page_folder(struct plan *p, const char *dir, struct problems *ps);

/* Puts all in order.  ST_EXISTS if two go to the same place.  Afterwards the plan is read-only. */
enum status plan_end(struct plan *p);

/* After plan_end: pages first, then sheets child by child, in order of path. */
size_t plan_count(const struct plan *p);
const struct source *plan_at(const struct plan *p, size_t i);
/* NULL if nothing goes there. */
const struct source *plan_find(const struct plan *p, struct span path);
/* Never NULL: a child without a name is called by its id. */
struct plan_child plan_child(const struct plan *p, const char *id);

/* Is this a path that a site may have, and nothing that leads out of its folder? */
bool site_path(struct span path);

#endif
