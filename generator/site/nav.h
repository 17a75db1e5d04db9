/*
 * The way through a static site: relative links, menus, lists.  Only what the reader may see is
 * ever given to these functions.
 */
#ifndef KARTE_SITE_NAV_H
#define KARTE_SITE_NAV_H

#include "generator/render/html.h"
#include "generator/sheet/type.h"
#include "generator/site/stamp.h"

enum { NAV_MENU_MAX = 24 };

/*
 * What a list says of a sheet or page.  It is kept in the manifest, so that a page whose input did
 * not change need not be read again for the menus of others.
 */
struct facts {
	enum sheet_status status; /* of a sheet */
	long order;		  /* of a page */
	struct span institution;  /* of a sheet: its id, may be empty */
	struct span title;
};

/* One line without control characters; facts_read gives false for anything else. */
void facts_write(const struct facts *f, struct buf *out);
bool facts_read(struct span line, struct facts *out);

/* One target of links. */
struct nav_link {
	const char *path; /* below the folder of the site */
	const struct facts *facts;
	const struct sheet_type *type; /* newest version; NULL for a page */
	size_t rank;		       /* of the type in the order of all types */
	const char *institution;       /* its name; "" if there is none */
};

/* Sheets: by type, newest id first.  Pages: by order and title. */
void nav_sort(struct nav_link *list, size_t count);

/* The address of `to` seen from the page at `from`: ../../index.html. */
void nav_relative(const char *from, const char *to, struct buf *out);

/* The part of a list that a menu on page `at` shows: at most NAV_MENU_MAX around it. */
struct nav_window {
	size_t first, count;
};
struct nav_window nav_window(size_t at, size_t count);
/* The menu as it stands on page `at` of the list: label for those who cannot see it. */
void nav_menu(struct html *h, const char *label, const struct nav_link *list, size_t count,
	      size_t at);
/* All that nav_menu says, for the key of a page. */
void nav_menu_stamp(struct stamp *s, const struct nav_link *list, size_t count, size_t at);

/* All sheets of a child, below a heading for each type; links seen from the page at `from`. */
void nav_sheets(struct html *h, const char *from, const struct nav_link *list, size_t count);
/* A plain list of pages; the one that is `from` itself is left out. */
void nav_pages(struct html *h, const char *from, const struct nav_link *list, size_t count);
/* All that these lists say. */
void nav_list_stamp(struct stamp *s, const struct nav_link *list, size_t count);

/* One child in the list of all. */
struct nav_child {
	const char *id, *name, *kana;
	const char *path;
	size_t sheets;
};
/* By kana, name and id. */
void nav_sort_children(struct nav_child *list, size_t count);
void nav_children(struct html *h, const char *from, const struct nav_child *list, size_t count);
void nav_children_stamp(struct stamp *s, const struct nav_child *list, size_t count);

#endif
