/* What the files about releases share; nobody else includes it. */
#ifndef KARTE_FLOW_RELEASES_IMPL_H
#define KARTE_FLOW_RELEASES_IMPL_H

#include "vault/flow/releases.h"

/* The name of the letter among the files. */
#define RELEASE_LETTER "おたより.txt"

/* "release.ask" with the id and counts. */
enum status release_note(struct app *app, const struct question *q, const char *event,
			 const struct release_row *r, size_t children, size_t files);
/* Children and files as the database has them, the arena's. */
enum status release_lists(struct app *app, struct span id, struct arena *a,
			  struct release_child **children, size_t *nchildren,
			  struct release_file **files, size_t *nfiles);
/* A text and its end. */
void release_hash(struct sha256 *h, const char *text);
/* What is unusual about a release that is loaded so far. */
enum status release_look_for_odd(struct app *app, const struct question *q, struct arena *a,
				 struct release *r);

#endif
