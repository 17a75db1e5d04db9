/* The pages about releases (配布). */
#ifndef KARTE_PAGE_RELEASES_H
#define KARTE_PAGE_RELEASES_H

#include "vault/flow/releases.h"
#include "vault/page/lists.h"
#include "vault/page/widgets.h"

enum { RELEASE_WHY = 320, RELEASE_ROWS = 3 };

/* Only staff know of releases: refused and recorded for others. */
enum status releases_for_staff(struct page *p);

/* /releases/R and below. */
void href_release(char out[static HREF_MAX], const char *id, const char *rest);
/* The state as a tag with a word. */
void put_release_state(struct html *h, enum release_state s);
/* A look at releases: "release.list", "release.read", "release.preview"; id may be "". */
enum status releases_record(struct page *p, const char *event, const char *id, size_t shown);

/* 母, 父 … */
const char *release_relation(const char *relation);
/* Parts of its page: who opened it; what will have to be ticked, for the preparer; the steps. */
enum status put_release_opened(struct page *p, struct html *h, const struct release *r);
void put_release_odd(struct html *h, const struct release *r);
void put_release_steps(struct page *p, struct html *h, const struct release *r);

/* The page of one release; why: what is wrong with a step, "" for nothing. */
enum status send_release(struct page *p, int status, const struct release *r, const char *why);

/* What a new release was sent with. */
struct release_form {
	int status;
	char all[RELEASE_WHY];		       /* of the whole form; "" */
	char why[PAGE_FILES_MAX][RELEASE_WHY]; /* of a row */
};

#endif
