/* Pieces that several pages show: children, sheets, states, addresses. */
#ifndef KARTE_PAGE_LISTS_H
#define KARTE_PAGE_LISTS_H

#include "generator/render/html.h"
#include "generator/render/names.h"
#include "generator/role/redact.h"
#include "vault/db/child.h"
#include "vault/db/sheet.h"
#include "vault/page/page.h"

enum { HREF_MAX = 256 };

/* /children/C and below; rest is appended ("" or "/edit"). */
void href_child(char out[static HREF_MAX], struct span child, const char *rest);
void href_sheet(char out[static HREF_MAX], struct span child, struct span type, struct span id,
		const char *rest);

/* A state as a tag with a word and a colour: 下書き, 確定 … */
void list_status(struct html *h, const char *status);

/* "2026-11-20 14:31" in <time>: for tables of records. */
void list_time(struct html *h, long long at);
/* 「令和8年11月20日 14:31」 in <time>: for reading. */
void list_moment(struct html *h, long long at);
/* The same as one of facts_begin; nothing for 0. */
void list_fact_moment(struct html *h, const char *label, long long at);

/* A cell of a `list` table, with the head of its column for narrow screens; close it. */
void list_cell(struct html *h, const char *label);

/* The same for a number: its last digits stand below each other. */
void list_number(struct html *h, const char *label);

/*
 * The table of contents of a long sheet; nothing for a short one.  Leads to the ids that html_view
 * and html_form (writing) give to the sections.
 */
void list_contents(struct html *h, const struct view *v, bool writing);
/* The same for reading, in the order in which html_view shows them. */
struct view_look;
void list_contents_in(struct html *h, const struct view *v, const struct view_look *look);

/* A search form that leads to `action` with what was searched for in q; hint may be NULL. */
struct list_search {
	const char *action, *label, *hint;
};
void list_search_at(struct html *h, const struct list_search *s, struct span q);
/* Earlier and later pages of what such a search found; nothing if there is one page only. */
void list_pager(struct html *h, const char *path, struct span q, long page, bool more);

/* The form that leads to /children; q is what was searched for, absent: nothing yet. */
void list_search(struct html *h, struct span q);

/*
 * Begins a table in a region that scrolls and takes the focus, up to its tbody; end it with
 * html_close_to(h, "div").  id ties the region to its caption.
 */
struct list_table {
	const char *id, *caption, *cls;
	const char *const *heads;
	size_t count;
};
void list_table(struct html *h, const struct list_table *t);

/* Institution names from the database, for the renderers.  `ctx` must outlive the names. */
struct name_source {
	struct db *db;
	struct institution last;
};
void names_init(struct render_names *names, struct name_source *ctx, struct app *app);

/* May this reader see anything of one sheet, of whichever child?  By the same decision and gate. */
enum status list_may_read(struct page *p, const struct sheet_row *r, bool *out);
/*
 * Which sheets of a child this reader may see at all: the rows for which a view can be made.
 * ST_OK also for none.  The rows are the arena's.
 */
struct sheet_list {
	struct sheet_row *rows;
	size_t count;
};
struct shield;
enum status list_readable(struct page *p, struct span child, const struct shield *shield,
			  struct sheet_list *out);

/* May the reader make a new sheet of a type?  For the buttons. */
bool list_may_write(const struct page *p, const struct sheet_type *t);

#endif
