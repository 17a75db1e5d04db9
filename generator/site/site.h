/*
 * Builds a static site for one role from a plan: HTML that works from file://, without scripts.
 *
 * A build does only what has changed.  The folder keeps a list (manifest.h) of what each file was
 * made from: the input, the role, the types, the theme, the names, the program and what its menu
 * says.  What is the same is neither parsed nor rendered nor written.  What the role may not see
 * has no page, no title, no link, no file name and no line in the list.
 */
#ifndef KARTE_SITE_SITE_H
#define KARTE_SITE_SITE_H

#include "generator/base/day.h"
#include "generator/render/names.h"
#include "generator/render/theme.h"
#include "generator/sheet/type.h"
#include "generator/site/plan.h"
#include "generator/site/stamp.h"

enum { SITE_THREADS_MAX = 8 };

struct site_options {
	enum role role;
	const struct theme *theme;
	const struct types *types;
	const struct render_names *names; /* or NULL; asked from several threads at once, answers
					     must stay valid until the end of the build */
	const char *names_stamp; /* changes when an answer of `names` does; NULL: they do not */
	const char *outdir;
	struct day day;	     /* printed below pages that are made now; no date: not printed */
	const char *version; /* of the program, printed; may be NULL */
	const char *program; /* changes when the program may render otherwise; may be NULL */
	const unsigned char *secret; /* STAMP_SECRET bytes, the same for every build, known to no
					reader of the site: see stamp.h */
	unsigned threads;	     /* 0: as many as there are processors, at most the bound */
	/* Called now and then, never twice at once; may be NULL. */
	void (*progress)(void *ctx, size_t done, size_t total);
	void *ctx;
};

struct site_report {
	size_t sheets, pages; /* that the site has */
	size_t parsed;	      /* inputs that were read again */
	size_t rendered;      /* files made anew, lists and assets among them */
	size_t kept;	      /* files left as they were */
	size_t removed;
};

/*
 * ST_INVALID: inputs are wrong, all problems of all inputs are told (codes of sheet_parse, page.*,
 * site.*) and nothing was changed on disk; so it is after every other failure but ST_IO while the
 * files take their places.  The others as outdir.h says.  A dead link in a page is a warning.
 * The unit of work of a thread is a child with all sheets.
 */
enum status site_build(const struct plan *plan, const struct site_options *options,
		       struct site_report *report, struct problems *ps);

#endif
