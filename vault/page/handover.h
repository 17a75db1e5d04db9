/* What the pages of handovers share. */
#ifndef KARTE_PAGE_HANDOVER_H
#define KARTE_PAGE_HANDOVER_H

#include "vault/flow/handover.h"
#include "vault/page/frame.h"
#include "vault/page/lists.h"
#include "vault/page/widgets.h"

/* /children/C/handover/H and below; an absent id: the list. */
void href_handover(char out[static HREF_MAX], struct span child, struct span id, const char *rest);

/* What an institution is called before this reader; the arena's. */
struct span handover_place(struct handover_look *l, struct span institution);
/* And its receiver, who may be outside. */
struct span handover_receiver(struct handover_look *l);
/* 「お願い中」「引き継ぎ中」「終わりました」 as a tag. */
void handover_tag(struct html *h, const struct handover_look *l);
/* 「令和9年4月1日」 for YYYY-MM-DD. */
void handover_day(struct html *h, struct span iso);
/* The title of a section; its id if the type has none of it. */
struct span handover_section_title(const struct app *app, struct span type, struct span section);

/* A fingerprint in groups of four, as people read it out; the arena's. */
struct span handover_fingerprint(struct arena *a, struct span fpr);

/* One tick of a section; why: it cannot be ticked, NULL: it can. */
void handover_tick(struct html *h, size_t n, const char *value, struct span title, bool on,
		   const char *why);
/* All ticks of a form, the arena's; NULL for none. */
const struct span *handover_ticks(struct page *p, size_t *n);

/* A page about handovers of a child, below its karte and the list. */
struct handover_screen {
	int status;
	const char *title, *error; /* error: NULL, none */
	bool list;		   /* is the list itself */
};
/* The page of one handover, with what went wrong (NULL: nothing) above it. */
enum status handover_show(struct page *p, int status, const char *error);
/* The page from which it is given out, the same way. */
enum status handover_package_show(struct page *p, int status, const char *error);
enum status handover_send(struct page *p, const struct handover_screen *s, const struct buf *body);

#endif
