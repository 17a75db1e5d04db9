#include "generator/base/file.h"
#include "generator/base/path.h"
#include "generator/render/html_view.h"
#include "generator/render/print.h"
#include "generator/site/frame.h"
#include "vault/cmd/content.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#ifndef KARTE_VERSION
#define KARTE_VERSION "0"
#endif

enum { OUT_MAX = 64 * 1024 * 1024, MODE = 0600 };

struct render {
	struct cmd_env *env;
	const char *role_text, *format, *out, *types_dir, *theme_dir, *assets;
	enum role role;
	struct types *types;
	struct theme *theme;	   /* html */
	struct print_style *style; /* pdf, text */
	struct fonts *fonts;	   /* pdf */
};

/* One file and what became of it. */
struct rendered {
	const char *file;
	char path[PATH_MAX]; /* where it goes; "": standard output */
	struct buf bytes;
};

typedef enum status (*render_fn)(const struct render *r, const struct view *v, const char *file,
				 struct buf *out);

/* ---- forms -------------------------------------------------------------------------------- */

static enum status as_html(const struct render *r, const struct view *v, const char *file,
			   struct buf *out)
{
	struct frame f = {.title = view_title(v),
			  .heading = view_title(v),
			  .assets = r->assets ? r->assets : "assets",
			  .role = r->role,
			  .version = KARTE_VERSION};
	struct html h;
	struct buf body;
	enum status st;

	(void)file;
	buf_init(&body, FRAME_MAX_BYTES);
	html_init(&h, &body);
	html_view(&h, v, NULL);
	st = html_end(&h);
	f.body = buf_span(&body);
	if (!st)
		st = frame_render(r->theme, &f, out);
	buf_clear(&body);
	return st;
}

/* The date on paper: the file's own, or what reproducible builds ask for. */
static int64_t time_of(const char *file)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	struct stat sb;
	long n;

	if (epoch && span_number(span_of(epoch), 253402300799, &n))
		return n;
	return stat(file, &sb) == 0 ? (int64_t)sb.st_mtime : (int64_t)time(NULL);
}

static struct print_job job_of(const struct render *r, const struct view *const *v,
			       const char *file)
{
	return (struct print_job){.views = v,
				  .nviews = 1,
				  .child_name = view_child(*v),
				  .made_for = span_of(role_label(r->role)),
				  .at = time_of(file)};
}

static void warn_missing(const char *file, const struct print_report *report)
{
	if (!report->nmissing)
		return;
	fprintf(stderr, "%s: 警告: 書体にない文字があります:", file);
	for (size_t i = 0; i < report->nmissing; i++)
		fprintf(stderr, " U+%04X", (unsigned)report->missing[i]);
	fputc('\n', stderr);
}

static enum status as_pdf(const struct render *r, const struct view *v, const char *file,
			  struct buf *out)
{
	struct print_job job = job_of(r, &v, file);
	struct print_report report = {0};
	enum status st = print_pdf(r->style, r->fonts, &job, out, &report);

	if (!st)
		warn_missing(file, &report);
	return st;
}

static enum status as_text(const struct render *r, const struct view *v, const char *file,
			   struct buf *out)
{
	struct print_job job = job_of(r, &v, file);

	return print_text(r->style, NULL, &job, out, NULL);
}

static const struct form {
	const char *name;
	const char *extension;
	bool theme, style, fonts; /* what it needs */
	render_fn render;
} forms[] = {
    {"html", ".html", true, false, false, as_html},
    {"pdf", ".pdf", false, true, true, as_pdf},
    {"text", ".txt", false, true, false, as_text},
};

static const struct form *form_of(const char *name)
{
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (strcmp(forms[i].name, name) == 0)
			return &forms[i];
	fail(ST_USAGE, "--format は html、pdf、text のどれかです");
	return NULL;
}

/* ---- what is needed ----------------------------------------------------------------------- */

static enum status open_style(struct render *r, const char *theme, bool fonts)
{
	enum status st = print_style_load(&r->style, theme, &r->env->problems);

	if (st == ST_INVALID || st == ST_NOTFOUND)
		st = fail(ST_CONFIG, "the settings for paper in %s are wrong", theme);
	if (!st && fonts)
		st = print_fonts_open(&r->fonts, r->style);
	return st;
}

static enum status open_parts(struct render *r, const struct form *form)
{
	struct content content;
	enum status st = content_find(r->env, r->types_dir, r->theme_dir, &content);

	if (!st)
		st = content_types(r->env, &content, &r->types);
	if (!st && form->theme)
		st = content_theme(r->env, &content, &r->theme);
	if (!st && form->style)
		st = open_style(r, content.theme, form->fonts);
	return st;
}

static void close_parts(struct render *r)
{
	fonts_free(r->fonts);
	print_style_free(r->style);
	theme_free(r->theme);
	types_free(r->types);
}

/* ---- one file ----------------------------------------------------------------------------- */

static enum status read_sheet_file(const struct render *r, const char *file, struct sheet **out)
{
	struct buf bytes;
	enum status st;

	buf_init(&bytes, SHEET_MAX_BYTES);
	st = file_read(file, &bytes);
	if (st == ST_TOOBIG)
		problem_add(&r->env->problems, file, 0, 0, "file.size",
			    "シートは%d KBまでにしてください。", SHEET_MAX_BYTES / 1024);
	if (!st)
		st = sheet_parse(out, file, buf_span(&bytes), r->types, &r->env->problems);
	buf_clear(&bytes);
	return st == ST_INVALID ? fail(st, "%s に直すところがあります", file) : st;
}

static enum status render_one(const struct render *r, const struct form *form, struct rendered *to)
{
	struct sheet *sheet = NULL;
	struct view *view = NULL;
	enum status st = read_sheet_file(r, to->file, &sheet);

	if (!st)
		st = redact_for(&view, sheet,
				&(struct reader){.role = r->role, .relation = REL_OWN});
	if (st == ST_DENIED)
		st = fail(st, "%s には、役割「%s」の方が読めるところがありません", to->file,
			  role_label(r->role));
	if (!st)
		st = form->render(r, view, to->file, &to->bytes);
	view_free(view);
	sheet_free(sheet);
	return st;
}

/* ---- where it goes ------------------------------------------------------------------------ */

static bool is_folder(const char *path)
{
	struct stat sb;

	return path[0] &&
	       (path[strlen(path) - 1] == '/' || (stat(path, &sb) == 0 && S_ISDIR(sb.st_mode)));
}

/* DIR/2026.html for …/2026.md */
static enum status name_in_folder(const char *dir, const struct form *form, struct rendered *to)
{
	const char *slash = strrchr(to->file, '/');
	struct span name = span_of(slash ? slash + 1 : to->file);

	if (span_ends(name, SPAN(".md")))
		name.n -= 3;
	if (!path_name(name))
		return fail(ST_USAGE, "%s からファイル名を決められません", to->file);
	return snprintf(to->path, sizeof to->path, "%s%s%.*s%s", dir,
			span_ends(span_of(dir), SPAN("/")) ? "" : "/", SPAN_ARG(name),
			form->extension) < (int)sizeof to->path
		   ? ST_OK
		   : fail(ST_USAGE, "the path is too long");
}

static enum status name_all(const struct render *r, const struct form *form, struct rendered *list,
			    int count)
{
	enum status st = ST_OK;

	if (!r->out)
		return count == 1 ? ST_OK
				  : fail(ST_USAGE, "ファイルがいくつもあるときは、-o でフォルダを"
						   "指定してください");
	if (count == 1 && !is_folder(r->out))
		return span_copy(span_of(r->out), list->path, sizeof list->path)
			   ? ST_OK
			   : fail(ST_USAGE, "the path is too long");
	for (int i = 0; i < count && !st; i++) {
		st = name_in_folder(r->out, form, &list[i]);
		for (int k = 0; k < i && !st; k++)
			if (strcmp(list[k].path, list[i].path) == 0)
				st = fail(ST_USAGE, "%s と %s は、同じ名前になります", list[k].file,
					  list[i].file);
	}
	return st;
}

/* Beside the page, so that it can be opened at once; not if --assets says where they are. */
static enum status write_assets(const struct render *r, const char *page)
{
	const char *slash = strrchr(page, '/');
	struct buf dir, path;
	enum status st;

	buf_init(&dir, PATH_MAX);
	buf_init(&path, PATH_MAX);
	buf_add(&dir, page, slash ? (size_t)(slash - page) + 1 : 0);
	buf_adds(&dir, "assets");
	st = dir.st ? dir.st : file_mkdirs(buf_str(&dir));
	for (size_t i = 0; i < theme_assets(r->theme) && !st; i++) {
		const struct theme_asset *a = theme_asset(r->theme, i);

		path_join(&path, buf_str(&dir), a->hashed);
		st = path.st ? path.st : file_write_fast(buf_str(&path), a->bytes, MODE);
	}
	buf_clear(&dir);
	buf_clear(&path);
	return st;
}

/* The files all go to one folder. */
static enum status make_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char dir[PATH_MAX];

	if (!slash || slash == path)
		return ST_OK;
	return span_copy(span_make(path, (size_t)(slash - path)), dir, sizeof dir)
		   ? file_mkdirs(dir)
		   : fail(ST_TOOBIG, "the path is too long");
}

static enum status write_all(const struct render *r, const struct rendered *list, int count)
{
	enum status st = ST_OK;

	if (!list->path[0]) {
		fwrite(buf_str(&list->bytes), 1, list->bytes.len, stdout);
		return ST_OK;
	}
	st = make_folder_of(list->path);
	if (!st && r->theme && !r->assets)
		st = write_assets(r, list->path);
	for (int i = 0; i < count && !st; i++)
		st = file_write_fast(list[i].path, buf_span(&list[i].bytes), MODE);
	return st;
}

/* ---- all of it ---------------------------------------------------------------------------- */

/* Writes only when all could be made. */
static enum status render_all(struct render *r, const struct form *form, char **files, int count)
{
	struct rendered *list = calloc((size_t)count, sizeof *list);
	enum status st;

	if (!list)
		return fail(ST_NOMEM, "no memory for %d files", count);
	for (int i = 0; i < count; i++) {
		list[i].file = files[i];
		buf_init(&list[i].bytes, OUT_MAX);
	}
	st = name_all(r, form, list, count);
	if (!st)
		st = open_parts(r, form);
	for (int i = 0; i < count && !st; i++)
		st = render_one(r, form, &list[i]);
	if (!st)
		st = write_all(r, list, count);
	for (int i = 0; i < count; i++)
		buf_clear(&list[i].bytes);
	free(list);
	return st;
}

enum status cmd_render(struct cmd_env *env, int argc, char **argv)
{
	struct render r = {.env = env, .format = "html"};
	const struct cmd_option options[] = {
	    {"role", &r.role_text, NULL},  {"format", &r.format, NULL},
	    {"output", &r.out, NULL},	   {"types", &r.types_dir, NULL},
	    {"theme", &r.theme_dir, NULL}, {"assets", &r.assets, NULL},
	};
	const struct form *form = NULL;
	enum status st = cmd_options(env, options, sizeof options / sizeof *options, &argc, &argv);

	if (!st)
		st = cmd_words("render", argc, 1, 10000);
	if (!st)
		st = content_role(r.role_text, &r.role);
	if (!st && !(form = form_of(r.format)))
		st = ST_USAGE;
	if (!st)
		st = render_all(&r, form, argv, argc);
	close_parts(&r);
	return st;
}
