#include "vault/flow/zip_pack.h"

#include <archive.h>
#include <archive_entry.h>

static la_ssize_t take(struct archive *a, void *ctx, const void *p, size_t n)
{
	struct buf *out = ctx;

	(void)a;
	buf_add(out, p, n);
	return out->st ? -1 : (la_ssize_t)n;
}

static bool put(struct archive *a, const struct zip_file *f, int64_t at)
{
	struct archive_entry *e = archive_entry_new();
	bool good = e != NULL;

	if (!e)
		return false;
	archive_entry_set_pathname(e, f->name);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_size(e, (la_int64_t)f->bytes.n);
	archive_entry_set_mtime(e, (time_t)at, 0);
	good = archive_write_header(a, e) == ARCHIVE_OK;
	if (good && f->bytes.n)
		good = archive_write_data(a, f->bytes.p, f->bytes.n) == (la_ssize_t)f->bytes.n;
	archive_entry_free(e);
	return good;
}

enum status zip_pack(const struct zip_file *files, size_t n, int64_t at, struct buf *out)
{
	struct archive *a = archive_write_new();
	bool good = a && archive_write_set_format_zip(a) == ARCHIVE_OK &&
		    archive_write_set_bytes_in_last_block(a, 1) == ARCHIVE_OK &&
		    archive_write_open(a, out, NULL, take, NULL) == ARCHIVE_OK;

	for (size_t i = 0; good && i < n; i++)
		good = put(a, &files[i], at);
	if (good)
		good = archive_write_close(a) == ARCHIVE_OK;
	archive_write_free(a);
	if (out->st)
		return out->st;
	return good ? ST_OK : fail(ST_NOMEM, "an archive cannot be made");
}
