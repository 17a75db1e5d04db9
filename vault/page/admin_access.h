/* The pages below /admin/access, among themselves. */
#ifndef KARTE_PAGE_ADMIN_ACCESS_H
#define KARTE_PAGE_ADMIN_ACCESS_H

#include "vault/db/range.h"
#include "vault/flow/reach_of.h"
#include "vault/page/lists.h"
#include "vault/page/widgets.h"

/* ---- the pages of /admin/access?… ---------------------------------------------------------- */

/* 「この人として見る」; who could see a child on a day (absent: today); a range; the settings that
   wait for a second administrator. */
enum status admin_reach_of(struct page *p, struct span account);
enum status admin_reach_past(struct page *p, struct span child, struct span at);
enum status admin_range(struct page *p, struct span id);
enum status admin_asked_settings(struct page *p);

/* A page that only says what is wrong. */
enum status admin_problem(struct page *p, int status, const char *title, const char *why);

/* ---- parts --------------------------------------------------------------------------------- */

enum { ACCESS_CRUMBS = 2 };
extern const struct crumb access_crumbs[ACCESS_CRUMBS];

/* Settings in force, the form that changes them, and what waits. */
enum status settings_part(struct page *p, struct html *h);

/* Ranges as cards, newest first: those that count or wait, or those that are over (the newest 50).
   for_whom: only those of this account and of its institution; NULL: all. */
enum status ranges_part(struct page *p, struct html *h, bool over, const struct account *for_whom);
/* A range in one sentence. */
void range_words(struct page *p, struct html *h, const struct range_row *r);
/* What goes before what, if this range meets others of the same account or institution. */
enum status range_others(struct page *p, struct html *h, const struct range_row *r);

/*
 * What a trial would add and take away.  At most PREVIEW_ACCOUNTS accounts that it concerns are
 * compared, and at most PREVIEW_LINES lines shown.
 */
enum { PREVIEW_ACCOUNTS = 100, PREVIEW_LINES = 200 };
enum status admin_preview(struct page *p, struct html *h, const struct reach_trial *trial);

/* Names beside ids, in the arena of the page: 「田中 和子（tanaka）」. */
const char *account_label(struct page *p, const char *id);
const char *institution_label(struct page *p, const char *id);
const char *child_label(struct page *p, const char *id);
/* 「教育支援シート 令和8年度」: never the title that somebody typed. */
const char *sheet_label(struct page *p, const struct sheet_row *s);

/* Records that an administrator looked (class admin). */
enum status admin_note(struct page *p, const char *event, struct span child, struct span object);

#endif
