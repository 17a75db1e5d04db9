/* What theme.c and theme_files.c share. */
#ifndef KARTE_RENDER_THEME_INT_H
#define KARTE_RENDER_THEME_INT_H

#include "generator/render/mustache.h"
#include "generator/render/theme.h"

struct theme_template {
	const char *file; /* page.mustache */
	const char *name; /* page */
	struct mustache *parsed;
};

struct theme {
	struct arena *arena;
	const char *dir;
	struct theme_template templates[THEME_MAX_FILES];
	size_t ntemplates;
	struct theme_asset assets[THEME_MAX_FILES];
	size_t nassets;
	struct data *outer, *asset_names; /* what templates see of the assets */
	char hash[SHA256_HEX];
};

/* One file of the folder or of its assets/. */
struct theme_file {
	char *path, *name;
	bool is_asset;
};

struct theme_files {
	struct theme_file list[THEME_MAX_FILES];
	size_t count;
};

/*
 * The regular files of a theme in the order of their names, those of the folder before the assets;
 * files that begin with a dot are passed over.  ST_NOTFOUND, ST_TOOBIG over THEME_MAX_FILES,
 * ST_INVALID for a name that path_name() refuses, ST_IO, ST_NOMEM.
 */
enum status theme_files_find(struct theme_files *out, const char *dir);
void theme_files_clear(struct theme_files *files);

/* Hex of a finished hash. */
void theme_hash_end(struct sha256 *h, char out[static SHA256_HEX]);

#endif
