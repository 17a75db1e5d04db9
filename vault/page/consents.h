/* What the pages about consent share. */
#ifndef KARTE_PAGE_CONSENTS_H
#define KARTE_PAGE_CONSENTS_H

#include "vault/flow/consent_ask.h"
#include "vault/page/frame.h"
#include "vault/page/lists.h"
#include "vault/page/widgets.h"

/* A page about what was asked and said of one child. */
struct consent_page {
	struct page *p;
	struct consent_book *book;
	const struct consent_person *me; /* a guardian; NULL: staff */
	struct child_row child;
	struct day today;
	bool reads_all; /* the board, or who reads in its place */
};
/* End with consent_page_close, whatever came. */
enum status consent_page_open(struct consent_page *c, struct page *p);
void consent_page_close(struct consent_page *c);

/* Is this ask one that this reader may see; may they manage it? */
bool consent_visible(const struct consent_page *c, const struct ask *a);
bool consent_manages(const struct consent_page *c, const struct ask *a);
/* The ask of the path, or a refusal. */
enum status consent_page_ask(struct consent_page *c, const struct ask **out);
/* May this reader see the item?  Guardians not what is kept from them. */
bool consent_item_visible(const struct consent_page *c, const struct ask *a, size_t item);

/* /children/C/consents and below. */
void consent_href(const struct consent_page *c, struct span ask, const char *rest,
		  char out[static HREF_MAX]);
/* Records the look and sends the page; crumbs up to the list, or to the ask. */
struct consent_screen {
	int status;
	const char *title, *event;
	const struct ask *ask; /* NULL: the list */
	const char *banner_kind, *banner;
	bool errors;
};
enum status consent_send(struct consent_page *c, const struct consent_screen *s,
			 const struct buf *body);

/* Only records it; a NULL: the list. */
enum status consent_page_note(const struct consent_page *c, const struct ask *a, const char *event);

/* ---- words; what is kept from this reader does not stand in them -------------------------- */

void consent_state_tag(struct html *h, enum consent_state st);
const char *consent_word_label(enum consent_word w);
struct span consent_title(const struct consent_page *c, const struct ask *a);
struct span consent_place(const struct consent_page *c, struct span institution);
/* "2026-12-05" as 令和8年12月5日; the text itself if it is no day. */
const char *consent_day(const struct consent_page *c, struct span iso);
/* One line: what is asked. */
const char *consent_item_line(const struct consent_page *c, const struct ask *a, size_t item);
/* What is read by it, in one line more; NULL: nothing to say. */
const char *consent_item_more(const struct consent_page *c, const struct ask *a, size_t item);
/* 「母　𠮷田 美咲」 */
const char *consent_person_label(const struct consent_page *c, struct span account);
const char *consent_relation(const char *relation);

/* What an answer on paper says, who wrote it down, and how far it is: for staff. */
const char *consent_signer(const struct consent_page *c, const struct reply *r);
const char *consent_name(const struct consent_page *c, struct span account);
void consent_reply_words(struct consent_page *c, struct html *h, const struct ask *a,
			 const struct reply *r);
/* 「紙の同意：確認待ち」 and the like; nothing for what needs no second person. */
void consent_paper_tag(const struct consent_page *c, struct html *h, const struct reply *r);

/* "i3": the field of an item. */
enum { CONSENT_FIELD = 8 };
void consent_field(size_t item, char out[static CONSENT_FIELD]);
/* The three answers, none preselected. */
extern const struct field_choice consent_answers[3];

/* ---- parts of the page of one ask --------------------------------------------------------- */

/* A guardian's answer as it was typed, or nothing yet. */
struct consent_typed {
	struct consent_choice choice;
	const char *error;  /* above the form; NULL: none */
	struct span before; /* the version that was shown when the sheet changed meanwhile */
};
enum status consent_family_page(struct consent_page *c, const struct ask *a, int status,
				const struct consent_typed *typed);
/* The same for staff; error above the form of the paper. */
enum status consent_staff_page(struct consent_page *c, const struct ask *a, int status,
			       const char *error);
void consent_paper_form(struct consent_page *c, struct html *h, const struct ask *a);

#endif
