/* Steps of the workflow on pages: what was said, the buttons, the page on which one looks again. */
#ifndef KARTE_PAGE_STEP_H
#define KARTE_PAGE_STEP_H

#include "vault/flow/read_sheet.h"
#include "vault/flow/workflow.h"
#include "vault/page/frame.h"

/* Who brought the sheet where it is, with their words, for those who write it; nothing for others.
 */
enum status step_said(struct page *p, struct html *h, struct reading *r, const struct steps *s);

/*
 * What this reader may do with it now.  base: the version that is shown.  On the sheet's own page
 * (looked: false) a step that leads on begins with looking at everything once more.
 */
struct step_look {
	const char *base;
	bool looked;
	bool stopped;	     /* what is required is missing: the step that leads on has no button */
	struct span comment; /* what was typed */
	const char *error;   /* about it; NULL: none */
};
void step_buttons(struct page *p, struct html *h, const struct steps *s,
		  const struct step_look *look);

/* The step that leads on from where it is; STEP_COUNT: none that this reader may take. */
enum step step_onward(const struct steps *s);

/* 「確認をお願いしました…」 after a step; NULL for another action. */
const char *step_banner(const char *action);

/* The check page after a step that was not taken. */
struct check_screen {
	int status;
	const struct problems *problems; /* of the step; NULL: those of looking */
	const char *banner_kind, *banner;
	struct span comment;
};
enum status check_show(struct page *p, const struct check_screen *screen);

#endif
