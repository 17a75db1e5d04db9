#include "generator/render/theme.h"

#include "generator/base/file.h"
#include "generator/base/path.h"
#include "generator/render/mustache.h"
#include "generator/render/theme_int.h"

#include <stdlib.h>

/* Templates -------------------------------------------------------------------------------------
 */

static const struct mustache *find_template(const void *ctx, struct span name)
{
	const struct theme *t = ctx;

	for (size_t i = 0; i < t->ntemplates; i++)
		if (span_is(name, t->templates[i].name))
			return t->templates[i].parsed;
	return NULL;
}

static enum status load_template(struct theme *t, const char *name, struct span text,
				 struct problems *ps)
{
	struct theme_template *to = &t->templates[t->ntemplates];
	size_t stem = strlen(name) - strlen(".mustache");
	enum status st = mustache_parse(&to->parsed, name, text, true, ps);

	if (st)
		return st;
	to->file = arena_str(t->arena, span_of(name));
	to->name = arena_str(t->arena, span_make(name, stem));
	t->ntemplates++;
	return to->file && to->name ? ST_OK : ST_NOMEM;
}

/* Only when all are loaded can it be said which partials are missing. */
static enum status check_partials(const struct theme *t, struct problems *ps)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < t->ntemplates; i++) {
		const struct theme_template *from = &t->templates[i];

		for (size_t k = 0; k < mustache_uses(from->parsed); k++) {
			struct mustache_use use = mustache_use(from->parsed, k);

			if (find_template(t, use.name))
				continue;
			problem_add(ps, from->file, use.line, use.col, "theme.partial",
				    "部品「%.*s」がありません。", SPAN_ARG(use.name));
			st = fail(ST_INVALID, "%s: a partial is missing", from->file);
		}
	}
	return st;
}

/* Assets ----------------------------------------------------------------------------------------
 */

static const char *type_of(struct span name)
{
	static const struct {
		const char *end, *type;
	} types[] = {
	    {".css", "text/css; charset=utf-8"},
	    {".js", "text/javascript; charset=utf-8"},
	    {".svg", "image/svg+xml"},
	    {".png", "image/png"},
	    {".ico", "image/x-icon"},
	    {".txt", "text/plain; charset=utf-8"},
	    {".webmanifest", "application/manifest+json"},
	    {".woff2", "font/woff2"},
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (span_ends(name, span_of(types[i].end)))
			return types[i].type;
	return NULL;
}

/* style.css and its hash give style.3f9a51c07e2b4d68.css. */
static const char *hashed_name(struct arena *a, const char *name, const char *sha256)
{
	const char *dot = strrchr(name, '.');

	return arena_printf(a, "%.*s.%.16s%s", (int)(dot - name), name, sha256, dot);
}

/* What templates call it: style-css. */
static const char *data_name(struct arena *a, const char *name)
{
	char *key = arena_str(a, span_of(name));

	for (char *p = key; p && *p; p++)
		if (*p == '.')
			*p = '-';
	return key;
}

static enum status load_asset(struct theme *t, const char *name, struct span bytes,
			      struct problems *ps)
{
	struct theme_asset *a = &t->assets[t->nassets];
	const char *key;

	a->type = type_of(span_of(name));
	if (!a->type) {
		problem_add(ps, arena_printf(t->arena, "assets/%s", name), 0, 0, "theme.asset",
			    "この種類のファイルは置けません。");
		return fail(ST_INVALID, "assets/%s: the type of the file is not known", name);
	}
	sha256_hex(bytes, a->sha256);
	a->name = arena_str(t->arena, span_of(name));
	a->bytes = arena_copy(t->arena, bytes);
	a->hashed = hashed_name(t->arena, name, a->sha256);
	key = data_name(t->arena, name);
	if (!a->name || !a->bytes.p || !a->hashed || !key)
		return ST_NOMEM;
	data_texts(t->asset_names, key, a->hashed);
	t->nassets++;
	return ST_OK;
}

/* The folder ------------------------------------------------------------------------------------
 */

static enum status load_one(struct theme *t, const struct theme_file *f, struct span bytes,
			    struct problems *ps)
{
	if (f->is_asset)
		return load_asset(t, f->name, bytes, ps);
	if (span_ends(span_of(f->name), SPAN(".mustache")))
		return load_template(t, f->name, bytes, ps);
	return ST_OK; /* print.yaml and the like: others read them, but they count in the hash */
}

static void add_to_hash(struct sha256 *all, const struct theme_file *f, struct span bytes)
{
	char hex[SHA256_HEX];

	sha256_hex(bytes, hex);
	sha256_add(all, f->is_asset ? "assets/" : "", f->is_asset ? 7 : 0);
	sha256_add(all, f->name, strlen(f->name) + 1);
	sha256_add(all, hex, SHA256_HEX);
}

/* Loads everything, so that all mistakes are told at once. */
static enum status load_files(struct theme *t, const struct theme_files *files, struct problems *ps)
{
	enum status st = ST_OK;
	struct sha256 all;
	struct buf bytes;

	sha256_init(&all);
	for (size_t i = 0; i < files->count; i++) {
		const struct theme_file *f = &files->list[i];
		enum status one;

		buf_init(&bytes, THEME_MAX_ASSET);
		one = file_read(f->path, &bytes);
		if (one == ST_OK)
			one = load_one(t, f, buf_span(&bytes), ps);
		if (bytes.st == ST_OK)
			add_to_hash(&all, f, buf_span(&bytes));
		buf_clear(&bytes);
		if (one && one != ST_INVALID)
			return one;
		if (one)
			st = one;
	}
	theme_hash_end(&all, t->hash);
	return st;
}

static enum status theme_make(struct theme **out, const char *dir)
{
	struct theme *t = calloc(1, sizeof(*t));

	*out = t;
	if (!t)
		return fail(ST_NOMEM, "no memory for a theme");
	t->arena = arena_new((size_t)64 * 1024 * 1024);
	if (!t->arena)
		return fail(ST_NOMEM, "no memory for a theme");
	t->dir = arena_str(t->arena, span_of(dir));
	t->outer = data_new(t->arena);
	t->asset_names = data_map(t->outer, "asset");
	return t->dir && t->asset_names ? ST_OK : ST_NOMEM;
}

enum status theme_load(struct theme **out, const char *dir, struct problems *ps)
{
	struct theme *t = NULL;
	struct theme_files files = {.count = 0};
	enum status st = theme_make(&t, dir);

	*out = NULL;
	if (st == ST_OK)
		st = theme_files_find(&files, dir);
	if (st == ST_OK)
		st = load_files(t, &files, ps);
	if (st == ST_OK)
		st = check_partials(t, ps);
	if (st == ST_OK && data_failed(t->outer))
		st = fail(ST_NOMEM, "no memory for a theme");
	if (st == ST_OK) {
		*out = t;
		t = NULL;
	}
	theme_files_clear(&files);
	theme_free(t);
	return st;
}

void theme_free(struct theme *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->ntemplates; i++)
		mustache_free(t->templates[i].parsed);
	arena_free(t->arena);
	free(t);
}

enum status theme_render(const struct theme *t, const char *name, const struct data *data,
			 struct buf *out)
{
	const struct mustache *m = find_template(t, span_of(name));
	struct mustache_env env = {find_template, t, t->outer};

	if (!m)
		return fail(ST_NOTFOUND, "the theme has no template %s", name);
	return mustache_render(m, data, &env, out);
}

size_t theme_assets(const struct theme *t)
{
	return t->nassets;
}

const struct theme_asset *theme_asset(const struct theme *t, size_t i)
{
	return &t->assets[i];
}

const struct theme_asset *theme_asset_find(const struct theme *t, struct span hashed)
{
	for (size_t i = 0; i < t->nassets; i++)
		if (span_is(hashed, t->assets[i].hashed))
			return &t->assets[i];
	return NULL;
}

const char *theme_hash(const struct theme *t)
{
	return t->hash;
}

const char *theme_dir(const struct theme *t)
{
	return t->dir;
}
