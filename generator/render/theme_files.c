#include "generator/render/theme_int.h"

#include "generator/base/path.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static char *join(const char *dir, const char *name)
{
	char *path = NULL;

	return asprintf(&path, "%s/%s", dir, name) < 0 ? NULL : path;
}

static enum status add_file(struct theme_files *out, char *path, const char *name, bool is_asset)
{
	struct theme_file *f = &out->list[out->count];

	if (out->count == THEME_MAX_FILES) {
		free(path);
		return fail(ST_TOOBIG, "a theme has at most %d files", THEME_MAX_FILES);
	}
	*f = (struct theme_file){path, strdup(name), is_asset};
	out->count++;
	return f->name ? ST_OK : fail(ST_NOMEM, "no memory for a theme");
}

/* Takes one entry of a folder, if it is a regular file. */
static enum status take(struct theme_files *out, const char *dir, const char *name, bool is_asset)
{
	char *path;
	struct stat sb;

	if (name[0] == '.')
		return ST_OK;
	if (!path_name(span_of(name)) || (is_asset && !strchr(name, '.')))
		return fail(ST_INVALID, "%s: a file has a name that cannot be used", dir);
	path = join(dir, name);
	if (!path)
		return fail(ST_NOMEM, "no memory for a theme");
	if (stat(path, &sb) != 0) {
		enum status st = fail(ST_IO, "cannot look at %s: %s", path, strerror(errno));

		free(path);
		return st;
	}
	if (!S_ISREG(sb.st_mode)) {
		free(path);
		return ST_OK;
	}
	return add_file(out, path, name, is_asset);
}

static enum status read_folder(struct theme_files *out, const char *dir, bool is_asset)
{
	struct dirent *e;
	enum status st = ST_OK;
	DIR *d = opendir(dir);

	if (!d)
		return fail(errno == ENOENT || errno == ENOTDIR ? ST_NOTFOUND : ST_IO,
			    "cannot open %s: %s", dir, strerror(errno));
	for (errno = 0; st == ST_OK && (e = readdir(d)) != NULL; errno = 0)
		st = take(out, dir, e->d_name, is_asset);
	if (st == ST_OK && errno != 0)
		st = fail(ST_IO, "cannot read %s: %s", dir, strerror(errno));
	closedir(d);
	return st;
}

static int by_place(const void *a, const void *b)
{
	const struct theme_file *x = a, *y = b;

	if (x->is_asset != y->is_asset)
		return x->is_asset - y->is_asset;
	return strcmp(x->name, y->name);
}

enum status theme_files_find(struct theme_files *out, const char *dir)
{
	enum status st = read_folder(out, dir, false);
	char *assets = NULL;

	if (st)
		return st;
	assets = join(dir, "assets");
	if (!assets)
		return fail(ST_NOMEM, "no memory for a theme");
	st = read_folder(out, assets, true);
	free(assets);
	if (st == ST_NOTFOUND)
		st = ST_OK; /* a theme without assets is a theme */
	qsort(out->list, out->count, sizeof(out->list[0]), by_place);
	return st;
}

void theme_files_clear(struct theme_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		free(files->list[i].path);
		free(files->list[i].name);
	}
	files->count = 0;
}

void theme_hash_end(struct sha256 *h, char out[static SHA256_HEX])
{
	unsigned char sum[SHA256_LEN];

	sha256_end(h, sum);
	for (size_t i = 0; i < SHA256_LEN; i++)
		snprintf(out + 2 * i, 3, "%02x", sum[i]);
}
