/* files/ID/meta.md: what is known of a file, beside it. */
#ifndef KARTE_FLOW_FILE_META_H
#define KARTE_FLOW_FILE_META_H

#include "vault/db/file.h"

enum { FILE_META_MAX = 16 * 1024, FILE_TITLE_CHARS = 60 };

struct file_word {
	const char *id, *label;
};
/* What sorts of files there are; NULL: none of that id. */
extern const struct file_word file_categories[];
extern const size_t file_category_count;
const char *file_category_label(const char *id);

/* files/ID/ and then the name; out is emptied first. */
void file_path(const char *id, const char *name, struct buf *out);

/* The canonical form; file_meta_read(file_meta_write(x)) == x but for the child, which it does not
   name. */
void file_meta_write(const struct file_row *f, struct buf *out);
/* ST_INVALID for what is not in that form. */
enum status file_meta_read(struct span text, struct file_row *out);

#endif
