/*
 * A theme: a folder with templates (*.mustache), files for the browser (assets/) and settings for
 * paper (print.yaml).  Read whole at start; afterwards read-only, for any number of threads.
 */
#ifndef KARTE_RENDER_THEME_H
#define KARTE_RENDER_THEME_H

#include "generator/base/buf.h"
#include "generator/base/sha256.h"
#include "generator/render/data.h"
#include "generator/sheet/problem.h"

enum {
	THEME_MAX_FILES = 200,
	THEME_MAX_ASSET = 2 * 1024 * 1024, /* bytes of one asset */
};

struct theme;

struct theme_asset {
	const char *name;   /* style.css */
	const char *hashed; /* style.3f9a51c07e2b4d68.css: may be cached for ever under this name */
	const char *type;   /* Content-Type */
	struct span bytes;
	char sha256[SHA256_HEX];
};

/*
 * Loads a folder.  ST_INVALID with problems (file, line, column) if a template does not parse in
 * strict mode, names a partial that does not exist, or an asset is of an unknown type; ST_NOTFOUND,
 * ST_IO, ST_NOMEM.  Free with theme_free.
 */
enum status theme_load(struct theme **out, const char *dir, struct problems *ps);
void theme_free(struct theme *t);

/*
 * Renders the template <name>.mustache.  Templates also see {{asset.style-css}}: the hashed name of
 * an asset, its dots written as hyphens.  ST_NOTFOUND: no such template; else as mustache_render.
 */
enum status theme_render(const struct theme *t, const char *name, const struct data *data,
			 struct buf *out);

size_t theme_assets(const struct theme *t);
const struct theme_asset *theme_asset(const struct theme *t, size_t i);
/* By its hashed name, NULL if there is none. */
const struct theme_asset *theme_asset_find(const struct theme *t, struct span hashed);

/* Changes whenever any file of the theme does: hex SHA-256. */
const char *theme_hash(const struct theme *t);
/* The folder as given to theme_load. */
const char *theme_dir(const struct theme *t);

#endif
