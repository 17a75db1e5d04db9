/* What the pages of writing share: the form around the fields, and what it sends. */
#ifndef KARTE_PAGE_EDIT_H
#define KARTE_PAGE_EDIT_H

#include "generator/render/html_form.h"
#include "vault/flow/draft.h"
#include "vault/flow/read_sheet.h"
#include "vault/flow/save_sheet.h"
#include "vault/flow/told.h"
#include "vault/page/frame.h"
#include "vault/page/lists.h"

/* The section of the request, absent for the whole form. */
struct span edit_section(const struct page *p);
/* /children/C/sheets/T/I/edit/SECTION, or …/edit/all */
void edit_href(const struct page *p, char out[static HREF_MAX], struct span section);
/* Where drafts of this form lie, beginning with this version. */
struct draft_place edit_place(const struct page *p, struct span base);

enum { EDIT_WHEN = 96 };

/* What came in. */
struct edit_form {
	const struct pair *fields; /* "f.…" */
	size_t count;
	struct span base, reason;
	long long draft; /* the one that it continues; 0: none */
};
/* ST_USAGE: a field that no form of ours has. */
enum status edit_read(struct page *p, struct edit_form *out);

/* One showing of the form. */
struct edit_screen {
	int status;		 /* of HTTP */
	const struct pair *sent; /* what was typed; NULL: what is stored */
	size_t nsent;
	bool unkept;		  /* what was typed is in no draft yet */
	struct span base, reason; /* base absent: the newest version */
	long long draft;	  /* that is continued; 0: none */
	const struct problems *problems;
	const char *banner_kind, *banner;
	struct span compare; /* "TYPE/ID": what it says differently is shown above the form */
	bool ask_sure;	     /* unusual values: the form says that they were asked about */
};
/* Shows the section, or the whole, as typed, with an answer to it; records the look. */
enum status edit_show_typed(struct page *p, const struct edit_form *in, struct edit_screen s);

/* ---- edit_parts.c ---- */

struct edit_choices {
	struct choice *list;
	size_t count;
};
enum status edit_choices(struct page *p, struct edit_choices *out);
/* The form with its hidden fields, up to the first field; `draft` as in edit_screen; typed: what
   stands in it is kept nowhere yet. */
void edit_open_form(struct page *p, struct html *h, struct span base, long long draft, bool typed);
/* The reason; needed where the sheet is final. */
void edit_reason(struct html *h, struct span reason, bool needed, const struct problems *ps);
/* A button that sends the form under another name. */
void edit_button(struct html *h, const char *label, const char *name, const char *value,
		 const char *cls);
/* Page of the sheet: crumbs, title, banner, summary of problems. */
enum status edit_send(struct page *p, int status, const char *title, const struct edit_screen *s,
		      struct span sheet_title, const struct buf *body);
/* 「14:32」 of today, else 「令和8年11月20日 14:32」 */
void edit_when(const struct page *p, long long at, char out[static EDIT_WHEN]);

/* ---- edit_beside.c: what was told before, beside the fields ---- */

struct phrases;
struct edit_beside {
	struct page *p;
	struct reading *r;
	struct sources sources;
	struct render_names *names;
	struct span section;
};
/* Below a field; ctx is a struct edit_beside. */
void edit_beside_field(void *ctx, struct html *h, const struct view_field *vf);
/* Copying a whole section: which sheet, and what is different there. */
void edit_copy(struct edit_beside *b, struct html *h, struct span compare);
/* The typed pairs with those of one field, or of all fields of the section, put in their place:
   "before:FIELD", "told:FIELD", "take:TYPE/ID".  ST_USAGE: nothing of that. */
enum status edit_use(struct page *p, struct span use, struct edit_form *in);

/* ---- edit_conflict.c ---- */

/* 409: both texts, and a form whose base is the newest version. */
enum status edit_conflict(struct page *p, const struct saved *saved, const struct edit_form *in);

/* ---- edit_preview.c ---- */

/* 印刷の見え方 of what was typed. */
enum status edit_preview(struct page *p, const struct edit_form *in);
/* The sheet is read for a page that a form leads to: that is recorded as every look is. */
enum status edit_record(struct page *p);

#endif
