/* The frame of a static page: what site.mustache of a theme is filled with. */
#ifndef KARTE_SITE_FRAME_H
#define KARTE_SITE_FRAME_H

#include "generator/base/day.h"
#include "generator/render/theme.h"
#include "generator/sheet/role.h"

enum { FRAME_CRUMBS = 3, FRAME_MAX_BYTES = 16 * 1024 * 1024 };

struct frame {
	struct span title, heading, caption; /* caption may be absent */
	struct span body;		     /* HTML that this program rendered */
	const char *home, *assets;	     /* relative; home NULL: a page that stands alone */
	struct {
		const char *href;
		struct span label;
	} crumbs[FRAME_CRUMBS]; /* the way to this page, as far as an href is set */
	enum role role;		/* for whom; ROLE_NOBODY: not said */
	struct day day;		/* when it was made; no date: not said */
	const char *version;	/* of the program; may be NULL */
};

/* Appends the whole document.  As theme_render; ST_CONFIG: the theme has no such frame. */
enum status frame_render(const struct theme *t, const struct frame *f, struct buf *out);

#endif
