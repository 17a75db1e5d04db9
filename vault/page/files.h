/* The pages about files of a child. */
#ifndef KARTE_PAGE_FILES_H
#define KARTE_PAGE_FILES_H

#include "vault/flow/shield.h"
#include "vault/flow/stage.h"
#include "vault/page/lists.h"
#include "vault/page/widgets.h"

enum { FILES_ROWS = 3, FILES_WHY = 320 };

/* What is wrong with a form of files; the texts are fail_why()'s. */
struct files_form {
	int status;			     /* 200, or that of a refusal */
	char why[PAGE_FILES_MAX][FILES_WHY]; /* of a row; "" */
	char all[FILES_WHY];		     /* of the whole form; "" */
	bool may;			     /* may files be added? */
};

/* /children/C/files and below; name is encoded. */
void href_file(char out[static 3 * HREF_MAX], struct span child, const char *id, struct span name,
	       const char *rest);
/* The facts of a file in a line: sort, type, size. */
void put_file_kind(struct html *h, const struct file_row *f);
/* Who gave it: the institution, or a guardian; kept as the shield says. */
void put_file_giver(struct html *h, const struct page *p, const struct shield *s,
		    const struct file_row *f);
/* Who sees it, in words; to a guardian from whom something is kept, no kinds of institutions. */
void put_file_readers(struct html *h, const struct shield *s, const struct file_row *f);

/* The form for new files, with what was typed. */
enum status put_files_form(struct page *p, struct html *h, const struct files_form *form);

/* The page with list and form; event: of the record. */
enum status send_files(struct page *p, struct files_form *form);

#endif
