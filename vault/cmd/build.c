#include "generator/base/file.h"
#include "generator/base/json.h"
#include "generator/base/path.h"
#include "generator/site/site.h"
#include "vault/cmd/build_vault.h"
#include "vault/cmd/content.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#ifndef KARTE_VERSION
#define KARTE_VERSION "0"
#endif

struct build {
	struct cmd_env *env;
	const char *role_text, *out, *sheets, *pages, *types_dir, *theme_dir;
	const char *children[CMD_REPEAT_MAX + 1];
	bool some_children;
	enum role role;
	struct content content;
	struct types *types;
	struct theme *theme;
	struct build_names names;
	struct plan *plan;
	unsigned char secret[STAMP_SECRET];
};

/* ---- the secret --------------------------------------------------------------------------- */

/* Where programs of this user keep what they remember (XDG Base Directory Specification). */
static bool secret_path(struct buf *out)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (state && state[0] == '/')
		path_join(out, state, "karte");
	else if (home && home[0] == '/')
		path_join(out, home, ".local/state/karte");
	return out->len > 0;
}

static enum status new_secret(const char *dir, const char *path, unsigned char secret[STAMP_SECRET])
{
	enum status st;

	if (getrandom(secret, STAMP_SECRET, 0) != STAMP_SECRET)
		return fail(ST_IO, "no random numbers: %s", strerror(errno));
	st = dir ? file_mkdirs(dir) : ST_IO;
	if (!st)
		st = file_write(path, span_make((const char *)secret, STAMP_SECRET), 0600);
	if (st)
		fprintf(stderr, "前回のつづきを覚えておけません。次もすべてを作り直します。\n");
	return ST_OK;
}

/* What the lists of sites are mixed with; without one from before, everything is made anew. */
static enum status read_secret(unsigned char secret[STAMP_SECRET])
{
	struct buf dir, path, bytes;
	enum status st;

	buf_init(&dir, PATH_MAX);
	buf_init(&path, PATH_MAX);
	buf_init_secret(&bytes, STAMP_SECRET);
	if (!secret_path(&dir)) {
		st = new_secret(NULL, NULL, secret);
		goto out;
	}
	path_join(&path, buf_str(&dir), "site-secret");
	st = file_read(buf_str(&path), &bytes);
	if (!st && bytes.len == STAMP_SECRET)
		memcpy(secret, bytes.data, STAMP_SECRET);
	else
		st = new_secret(buf_str(&dir), buf_str(&path), secret);

out:
	buf_clear(&dir);
	buf_clear(&path);
	buf_clear(&bytes);
	return st;
}

/* Another program may render otherwise, also when somebody forgot to raise its version. */
static void program_stamp(char out[static 128])
{
	struct stat sb;

	if (stat("/proc/self/exe", &sb) < 0)
		snprintf(out, 128, "%s", KARTE_VERSION);
	else
		snprintf(out, 128, "%s %lld %lld.%09ld", KARTE_VERSION, (long long)sb.st_size,
			 (long long)sb.st_mtim.tv_sec, sb.st_mtim.tv_nsec);
}

/* ---- the plan ----------------------------------------------------------------------------- */

static enum status plan_from_vault(struct build *b)
{
	enum status st = cmd_open(b->env, APP_DATA);

	if (!st)
		st = cmd_actor(b->env);
	if (!st)
		st = build_names_load(&b->names, b->env->app);
	return st ? st : build_add_children(b->env, b->plan, b->children, b->role);
}

/* A vault gives its children and its pages; without one, or with --sheets, only what is said. */
static enum status make_plan(struct build *b)
{
	struct problems *ps = &b->env->problems;
	bool vault = b->env->vault && !b->sheets;
	const char *pages = b->pages ? b->pages : vault ? b->content.pages : NULL;
	enum status st = plan_new(&b->plan);

	if (!vault && !b->sheets && !pages)
		return fail(ST_USAGE, "保管庫を -C で、またはフォルダを --sheets か --pages で"
				      "指定してください");
	if (!vault && b->some_children)
		return fail(ST_USAGE, "--child は、保管庫（-C）があるときに使えます");
	if (!st && vault)
		st = plan_from_vault(b);
	if (!st && b->sheets)
		st = plan_add_sheet_folder(b->plan, b->sheets, ps);
	if (!st && pages && (b->pages || file_exists(pages)))
		st = plan_add_page_folder(b->plan, pages, ps);
	return st ? st : plan_end(b->plan);
}

/* ---- building ----------------------------------------------------------------------------- */

static void progress(void *ctx, size_t done, size_t total)
{
	int *shown = ctx;
	int percent = total ? (int)(done * 100 / total) : 100;

	if (percent == *shown)
		return;
	*shown = percent;
	fprintf(stderr, "\r%zu / %zu", done, total);
}

static void print_report(const struct build *b, const struct site_report *r)
{
	struct buf out;

	buf_init(&out, 4096);
	if (!b->env->json) {
		printf("シート %zu、ページ %zu。作った %zu、そのまま %zu、消した %zu\n", r->sheets,
		       r->pages, r->rendered, r->kept, r->removed);
		return;
	}
	json_open(&out);
	json_key(&out, "sheets");
	json_int(&out, (long long)r->sheets);
	json_key(&out, "pages");
	json_int(&out, (long long)r->pages);
	json_key(&out, "parsed");
	json_int(&out, (long long)r->parsed);
	json_key(&out, "rendered");
	json_int(&out, (long long)r->rendered);
	json_key(&out, "kept");
	json_int(&out, (long long)r->kept);
	json_key(&out, "removed");
	json_int(&out, (long long)r->removed);
	json_close(&out);
	puts(buf_str(&out));
	buf_clear(&out);
}

static enum status build(struct build *b)
{
	bool terminal = isatty(STDERR_FILENO);
	char program[128];
	int shown = -1;
	struct site_options o = {
	    .role = b->role,
	    .theme = b->theme,
	    .types = b->types,
	    .names = &b->names.names,
	    .names_stamp = b->names.stamp,
	    .outdir = b->out,
	    .day = day_jst((int64_t)time(NULL)),
	    .version = KARTE_VERSION,
	    .program = program,
	    .secret = b->secret,
	    .progress = terminal ? progress : NULL,
	    .ctx = &shown,
	};
	struct site_report report;
	enum status st;

	program_stamp(program);
	st = site_build(b->plan, &o, &report, &b->env->problems);
	if (shown >= 0)
		fputs("\r\033[K", stderr);
	if (!st)
		print_report(b, &report);
	return st;
}

static enum status build_all(struct build *b)
{
	enum status st = content_role(b->role_text, &b->role);

	if (!st && !b->out)
		st = fail(ST_USAGE, "書き出すフォルダを -o で指定してください");
	if (!st)
		st = content_find(b->env, b->types_dir, b->theme_dir, &b->content);
	if (!st)
		st = content_types(b->env, &b->content, &b->types);
	if (!st)
		st = content_theme(b->env, &b->content, &b->theme);
	if (!st)
		st = make_plan(b);
	if (!st)
		st = read_secret(b->secret);
	return st ? st : build(b);
}

enum status cmd_build(struct cmd_env *env, int argc, char **argv)
{
	struct build b = {.env = env};
	const struct cmd_option options[] = {
	    {"role", &b.role_text, NULL},
	    {"output", &b.out, NULL},
	    {"sheets", &b.sheets, NULL},
	    {"pages", &b.pages, NULL},
	    {"types", &b.types_dir, NULL},
	    {"theme", &b.theme_dir, NULL},
	    {"child", b.children, &b.some_children},
	};
	enum status st = cmd_options(env, options, sizeof options / sizeof *options, &argc, &argv);

	if (!st)
		st = cmd_words("build", argc, 0, 0);
	if (!st)
		st = build_all(&b);
	plan_free(b.plan);
	build_names_clear(&b.names);
	theme_free(b.theme);
	types_free(b.types);
	explicit_bzero(b.secret, sizeof b.secret);
	return st;
}
