/*
 * Mustache templates (the public specification 1.x, core modules: interpolation, sections,
 * inverted sections, partials, comments, delimiters), parsed once into a small tree.
 *
 * {{name}} escapes for text and attributes.  In strict mode, which themes use, {{{name}}} and
 * {{&name}} do not exist: only data that was made by data_trusted_raw_html() goes in unescaped.
 * A parsed template is read-only and may be rendered by many threads at a time.
 */
#ifndef KARTE_RENDER_MUSTACHE_H
#define KARTE_RENDER_MUSTACHE_H

#include "generator/base/buf.h"
#include "generator/render/data.h"
#include "generator/sheet/problem.h"

enum {
	MUSTACHE_MAX_BYTES = 256 * 1024,
	MUSTACHE_MAX_NESTING = 32,    /* sections within sections, in one template */
	MUSTACHE_MAX_PARTIALS = 32,   /* partials within partials, when rendering */
	MUSTACHE_MAX_STEPS = 1000000, /* nodes visited in one rendering */
};

struct mustache;

/*
 * Parses.  `file` is the name for problems.  ST_INVALID with problems (codes mustache.*: unclosed,
 * close, section, name, raw, delimiter, nesting, utf8), ST_TOOBIG, ST_NOMEM.  Free with
 * mustache_free.
 */
enum status mustache_parse(struct mustache **out, const char *file, struct span text, bool strict,
			   struct problems *ps);
void mustache_free(struct mustache *m);

/* What a rendering may use besides its data; every member may be NULL. */
struct mustache_env {
	/* Finds a partial by name; NULL if there is none, which prints nothing. */
	const struct mustache *(*find)(const void *ctx, struct span name);
	const void *ctx;
	const struct data *outer; /* where names are looked for last */
};

/*
 * Renders into out.  env may be NULL.  ST_TOOBIG over a limit above or the buffer's, ST_NOMEM
 * (also when the data is incomplete).
 */
enum status mustache_render(const struct mustache *m, const struct data *data,
			    const struct mustache_env *env, struct buf *out);

/* The partials that a template names, with their places, for the check of a theme. */
struct mustache_use {
	struct span name;
	int line, col;
};
size_t mustache_uses(const struct mustache *m);
struct mustache_use mustache_use(const struct mustache *m, size_t i);

#endif
