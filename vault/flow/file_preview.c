#include "vault/flow/files.h"

#include "generator/base/file.h"
#include "vault/scan/child.h"

#include <stdio.h>
#include <unistd.h>

enum { PREVIEW_MAX = 4 * 1024 * 1024 };

static const char *const of_picture[] = {
    "/usr/bin/vipsthumbnail", "stdin", "-s", "640x640>", "-o", ".png[strip]", NULL};
static const char *const of_pdf[] = {"/usr/bin/pdftoppm", "-png", "-f", "1", "-l", "1",
				     "-scale-to",	  "640",  "-",	NULL};

static bool is_drawn(const struct kind *k)
{
	return k && (k->class == KIND_PICTURE || k->class == KIND_PDF);
}

enum status file_draw(struct app *app, const struct kind *k, int fd, struct buf *png)
{
	char path[64];
	struct buf folder;
	size_t bytes;
	int drawn = -1;
	enum status st;

	if (!is_drawn(k))
		return fail(ST_NOTFOUND, "no preview of this kind of file");
	buf_init(&folder, PATH_MAX);
	app_path(app, "previews", &folder);
	st = child_run(k->class == KIND_PDF ? of_pdf : of_picture, fd, buf_str(&folder),
		       PREVIEW_MAX, &drawn, &bytes);
	if (!st) {
		snprintf(path, sizeof path, "/proc/self/fd/%d", drawn);
		st = file_read(path, png);
	}
	if (drawn >= 0)
		close(drawn);
	buf_clear(&folder);
	return st == ST_INVALID ? ST_NOTFOUND : st;
}

static enum status draw_row(struct app *app, const struct file_row *row, struct buf *png)
{
	int fd;
	enum status st = file_content(app, row, &fd);

	if (!st)
		st = file_draw(app, kind_of_type(span_of(row->type)), fd, png);
	if (fd >= 0)
		close(fd);
	return st;
}

enum status file_preview(struct app *app, const struct file_row *row, struct buf *png)
{
	const struct kind *k = kind_of_type(span_of(row->type));
	struct buf path;
	enum status st;

	if (!is_drawn(k))
		return fail(ST_NOTFOUND, "no preview of this kind of file");
	buf_init(&path, PATH_MAX);
	app_path(app, "previews", &path);
	buf_addf(&path, "/%s.png", row->sha256);
	st = path.st ? path.st : file_read(buf_str(&path), png);
	if (st == ST_NOTFOUND) {
		st = draw_row(app, row, png);
		if (!st)
			st = file_write_fast(buf_str(&path), buf_span(png), 0600);
	}
	buf_clear(&path);
	return st;
}
