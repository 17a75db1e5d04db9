/* What the tests of generator/site share: a folder of their own with the inputs of tests/site. */
#ifndef TESTS_UNIT_SITE_HELP_H
#define TESTS_UNIT_SITE_HELP_H

#include "generator/base/file.h"
#include "generator/site/site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
	char dir[256]; /* with sheets/, pages/ and, once built, out/ */
	char out[300];
	struct types *types;
	struct theme *theme;
	unsigned char secret[STAMP_SECRET];
	struct site_options o;
};

static inline void run(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static inline void run(const char *fmt, ...)
{
	char command[2048];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(command, sizeof command, fmt, ap);
	va_end(ap);
	assert_int_equal(system(command), 0);
}

static inline void place_init(struct place *p)
{
	const char *tmp = getenv("TMPDIR");

	memset(p, 0, sizeof *p);
	snprintf(p->dir, sizeof p->dir, "%s/karte-site-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->out, sizeof p->out, "%s/out", p->dir);
	run("cp -R tests/site/sheets tests/site/pages tests/site/theme '%s'", p->dir);
	assert_int_equal(types_load(&p->types, "tests/site/types", NULL), ST_OK);
	assert_int_equal(theme_load(&p->theme, "tests/site/theme", NULL), ST_OK);
	memset(p->secret, 7, sizeof p->secret);
	p->o = (struct site_options){.role = ROLE_SCHOOL,
				     .theme = p->theme,
				     .types = p->types,
				     .outdir = p->out,
				     .day = {2026, 11, 20},
				     .program = "test",
				     .secret = p->secret};
}

static inline void place_clear(struct place *p)
{
	theme_free(p->theme);
	types_free(p->types);
	file_remove_tree(p->dir);
}

/* Builds from the two folders. */
static inline enum status place_build(struct place *p, struct site_report *r, struct problems *ps)
{
	struct plan *plan = NULL;
	char path[512];

	assert_int_equal(plan_new(&plan), ST_OK);
	snprintf(path, sizeof path, "%s/sheets", p->dir);
	assert_int_equal(plan_add_sheet_folder(plan, path, ps), ST_OK);
	snprintf(path, sizeof path, "%s/pages", p->dir);
	assert_int_equal(plan_add_page_folder(plan, path, ps), ST_OK);
	assert_int_equal(plan_end(plan), ST_OK);
	enum status st = site_build(plan, &p->o, r, ps);
	plan_free(plan);
	return st;
}

static inline struct site_report place_built(struct place *p)
{
	struct site_report r = {0};
	struct problems ps;

	problems_init(&ps);
	assert_int_equal(place_build(p, &r, &ps), ST_OK);
	assert_int_equal(ps.errors, 0);
	problems_clear(&ps);
	return r;
}

/* All files of the site: name, time of writing, content, one after the other. */
static inline void snapshot(const struct place *p, bool times, struct buf *out)
{
	char command[1024], chunk[4096];
	size_t n;
	FILE *f;

	snprintf(command, sizeof command,
		 "cd '%s' && find . -type f | LC_ALL=C sort | while read -r f; do "
		 "echo \"$f\"; %s cat \"$f\"; done",
		 p->out, times ? "stat -c '%y %i' \"$f\";" : "");
	f = popen(command, "r");
	assert_non_null(f);
	buf_clear(out);
	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
		buf_add(out, chunk, n);
	assert_int_equal(pclose(f), 0);
	assert_int_equal(out->st, ST_OK);
}

static inline bool has_file(const struct place *p, const char *path)
{
	char full[1024];

	snprintf(full, sizeof full, "%s/%s", p->out, path);
	return file_exists(full);
}

static inline void read_out(const struct place *p, const char *path, struct buf *out)
{
	char full[1024];

	snprintf(full, sizeof full, "%s/%s", p->out, path);
	buf_clear(out);
	assert_int_equal(file_read(full, out), ST_OK);
}

static inline bool holds(const struct buf *b, const char *text)
{
	return span_find(buf_span(b), span_of(text)) >= 0;
}

#endif
