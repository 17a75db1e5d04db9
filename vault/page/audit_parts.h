/* Parts of the pages about the journal: the way between them, the filters, cells of records. */
#ifndef KARTE_PAGE_AUDIT_PARTS_H
#define KARTE_PAGE_AUDIT_PARTS_H

#include "vault/flow/journal_search.h"
#include "vault/page/audit_said.h"
#include "vault/page/frame.h"

/* ---- the way ---- */

/* Pages that share one place of the main way: records, and who opened; periods, and what went. */
enum audit_place { AUDIT_LOG, AUDIT_EXPOSURE, AUDIT_RETENTION, AUDIT_CERTIFICATES, AUDIT_PLACES };
void audit_nav(struct html *h, enum audit_place now);

/* Who, when, what part: a look at the journal is one, too.  With the answer's hold. */
enum status audit_note(struct page *p, const char *event, struct span child, struct span object,
		       struct span reason);

/* ---- filters ---- */

enum { AUDIT_TEXT = 100 /* bytes of one filter */, AUDIT_HREF = 2048 };

/* A search as the address has it. */
struct audit_filter {
	struct trace_query q;
	const char *error;	  /* in Japanese; NULL: all is understood */
	const struct form *given; /* the address's fields */
};
void audit_filter_read(struct audit_filter *f, const struct form *given);

/*
 * The address of a path with these filters: without the one named `but` (NULL: with all), and with
 * one more field (NULL: none).
 */
void audit_filter_href(const struct audit_filter *f, const char *path, const char *but,
		       const char *name, const char *value, char out[static AUDIT_HREF]);
/* In words, for exports and the journal: "いつから=2026/11/01 人=tanaka"; "" for none. */
void audit_filter_text(const struct audit_filter *f, struct buf *out);

/* The form, the kinds of records to choose from, and what is in force, each with a way out. */
void audit_filter_form(struct html *h, const struct audit_filter *f);
void audit_filter_kinds(struct html *h, const struct audit_filter *f);
void audit_filter_chips(struct html *h, const struct audit_filter *f);

/* ---- cells ---- */

void audit_event(struct html *h, struct span event);
/* TYPE/ID and a version, as short as people say it. */
void audit_object(struct html *h, const struct record *r);
void audit_outcome(struct page *p, struct html *h, const struct record *r);
/* 「見た記録」 for "read"; the name itself if there is no word. */
const char *audit_class_label(const char *class);

/* The list itself, with an error of its own above it (NULL: none): /audit/log and below. */
enum status audit_log_show(struct page *p, int status, const char *error);

#endif
