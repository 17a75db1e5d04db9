/*
 * What of a handover leaves the system: exactly what the receiver could read in it now.  Gathered
 * once, then drawn as a PDF or as a small site.
 */
#ifndef KARTE_PAGE_HANDOVER_PAPERS_H
#define KARTE_PAGE_HANDOVER_PAPERS_H

#include "vault/flow/zip_pack.h"
#include "vault/journal/journal.h"
#include "vault/page/handover.h"

enum { PAPERS_PDF_MAX = 32 * 1024 * 1024, PAPERS_MAX = 48 * 1024 * 1024 };

struct papers {
	struct page *p;
	struct handover_look l;
	struct child_row child;
	struct view *views[HANDOVER_SHEETS];
	const struct view *shown[HANDOVER_SHEETS];
	struct span versions[HANDOVER_SHEETS]; /* 「12（dc7c1f0）」 */
	size_t n;
	int64_t at; /* of the newest of them */
	char checkpoint[JOURNAL_SHORT];
};

/*
 * Begins the handover of the page's address and gathers what is shown of it.  ST_INVALID with a
 * sentence (nothing is open), ST_DENIED (recorded): not the giver.  End it always.
 */
enum status papers_begin(struct papers *k, struct page *p);
void papers_end(struct papers *k);

/* All in one PDF, not locked. */
enum status papers_pdf(struct papers *k, struct buf *pdf);

/*
 * Appends a zip archive to a secret buffer: README.txt, handover.pdf, index.html, sheet-1.html …,
 * style.css.
 */
enum status papers_archive(struct papers *k, struct buf *out);

#endif
