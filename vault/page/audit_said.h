/* Parts that the auditors' pages share. */
#ifndef KARTE_PAGE_AUDIT_SAID_H
#define KARTE_PAGE_AUDIT_SAID_H

#include "generator/render/html.h"
#include "vault/flow/change_look.h"
#include "vault/page/lists.h"

enum { VERSION_SHORT = 7 };

/* The record of a look (class read); child may be absent. */
enum status audit_looked(struct page *p, const char *event, struct span child, struct span object);

/*
 * Who: the account, and how staff are called.  Of a household no name: it would tell whose child
 * the number is.
 */
void audit_person(struct page *p, struct html *h, struct span account);

/* An institution: its name, and the id by which records are searched. */
void audit_institution(struct page *p, struct html *h, struct span id);

/* The account as above, with role and institution as it was recorded. */
void audit_who(struct page *p, struct html *h, struct span account, struct span role,
	       struct span institution);

/* 「シートを保存した」, or the word as it was recorded. */
void audit_action(struct html *h, struct span action);
/* What it was about: 「教育支援シート 2026」, "accounts/tanaka.yaml". */
void audit_subject(struct page *p, struct html *h, struct span action, struct span object);

/* The address of one version of a child's repository or of the registry; false for others. */
bool audit_href(char out[static HREF_MAX], struct span repository, struct span version);

/* A signature's state as a tag with a mark and a word. */
void audit_signed(struct html *h, enum signed_state state);
/* What is wrong with a version beside its record; nothing for CHANGE_WHOLE. */
void audit_trouble(struct html *h, enum change_trouble trouble);
const char *audit_trouble_text(enum change_trouble trouble);

/* A fingerprint in groups of four. */
void audit_fingerprint(struct html *h, const char *fpr);

/* A day as people type it, from which on, or until which (its end); false: it is none. */
bool audit_day(struct span text, bool end, int64_t *out);

/* &name=value, if there is one. */
void audit_query(struct buf *out, const char *name, struct span value);

/* The end of a form with method get: its button, and the way back without conditions. */
void audit_form_end(struct html *h, const char *path);

#endif
