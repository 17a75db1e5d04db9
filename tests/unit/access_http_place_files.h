/* The files of a row's child, in its repository and in the index. */
#ifndef KARTE_TESTS_UNIT_ACCESS_HTTP_PLACE_FILES_H
#define KARTE_TESTS_UNIT_ACCESS_HTTP_PLACE_FILES_H

#include "tests/unit/access_http_row.h"
#include "vault/db/file.h"
#include "vault/flow/file_meta.h"

static inline struct file_row file_of(const struct row *r, int i)
{
	const bool own = files[i].own;
	struct file_row f = {.category = "other",
			     .type = "text/plain",
			     .bytes = MARK,
			     .readers = files[i].readers,
			     .open = files[i].open,
			     .staff_only = files[i].staff_only,
			     .at = 1};

	memcpy(f.child, r->child, sizeof f.child);
	file_id(r, i, f.id);
	snprintf(f.name, sizeof f.name, "%s.txt", f.id);
	snprintf(f.title, sizeof f.title, "%s", mark_of(r->line, files[i].letter, 't', '1'));
	snprintf(f.account, sizeof f.account, "%s", own ? r->account.id : "worker");
	snprintf(f.institution, sizeof f.institution, "%s",
		 own ? r->account.institution : "elsewhere");
	sha256_hex(span_of(mark_of(r->line, files[i].letter, 'c', '1')), f.sha256);
	return f;
}

/* Each with its title and its content as a mark. */
static inline void place_child_files(const struct row *r)
{
	struct change changes[2 * FILES];
	struct buf path[2 * FILES], meta[FILES];

	for (int i = 0; i < FILES; i++) {
		struct file_row f = file_of(r, i);

		buf_init(&path[2 * i], 512);
		buf_init(&path[2 * i + 1], 512);
		buf_init(&meta[i], FILE_META_MAX);
		file_path(f.id, f.name, &path[2 * i]);
		file_path(f.id, "meta.md", &path[2 * i + 1]);
		file_meta_write(&f, &meta[i]);
		changes[2 * i] = (struct change){
		    buf_span(&path[2 * i]), span_of(mark_of(r->line, files[i].letter, 'c', '1'))};
		changes[2 * i + 1] =
		    (struct change){buf_span(&path[2 * i + 1]), buf_span(&meta[i])};
		assert_ok(file_row_put(app->db, &f));
	}
	place_files(&chief.account, r->child, false, changes, 2 * FILES);
	for (int i = 0; i < 2 * FILES; i++)
		buf_clear(&path[i]);
	for (int i = 0; i < FILES; i++)
		buf_clear(&meta[i]);
}

#endif
