#include "generator/render/print_style.h"

#include "generator/base/file.h"
#include "generator/base/path.h"
#include "generator/render/print.h"
#include "generator/sheet/yaml.h"

#include <stdlib.h>

enum { STYLE_MAX = 64 * 1024, STYLE_MEMORY = 4 * 1024 * 1024 };

#define MM (72 / 25.4)

/* Every number of the file: where it stands, its unit in points, and what is sensible. */
static const struct number {
	const char *group, *key;
	size_t at;
	double unit, min, max;
} numbers[] = {
#define FIELD(f) offsetof(struct print_style, f)
    {"paper", "width", FIELD(width), MM, 100, 500},
    {"paper", "height", FIELD(height), MM, 100, 500},
    {"margins", "top", FIELD(top), MM, 15, 60},
    {"margins", "right", FIELD(right), MM, 5, 40},
    {"margins", "bottom", FIELD(bottom), MM, 15, 60},
    {"margins", "left", FIELD(left), MM, 5, 40},
    {"sizes", "title", FIELD(title), 1, 12, 36},
    {"sizes", "name", FIELD(name), 1, 12, 36},
    {"sizes", "section", FIELD(section), 1, 11, 24},
    {"sizes", "label", FIELD(label), 1, 11, 20},
    {"sizes", "body", FIELD(body), 1, 11, 20},
    {"sizes", "table", FIELD(table), 1, 11, 20},
    {"sizes", "note", FIELD(note), 1, 10.5, 16},
    {"leading", "prose", FIELD(leading), 1, 1.2, 2.5},
    {"leading", "cell", FIELD(cell_leading), 1, 1.2, 2.5},
    {"greys", "label", FIELD(label_grey), 1, 0.8, 1},
    {"greys", "frame", FIELD(frame_grey), 1, 0, 0.8},
    {"greys", "rule", FIELD(rule_grey), 1, 0, 0.9},
    {"greys", "note", FIELD(note_grey), 1, 0, 0.45},
    {"lines", "frame", FIELD(frame_line), MM, 0.05, 1},
    {"lines", "rule", FIELD(rule_line), MM, 0.05, 1},
    {"code", "side", FIELD(code_side), MM, 10, 30},
#undef FIELD
};
enum { NUMBERS = sizeof numbers / sizeof *numbers };

/* "10.5": digits with at most one point, whatever the locale says. */
static bool read_decimal(struct span s, double *out)
{
	double v = 0, digit = 1;
	bool point = false, any = false;

	for (size_t i = 0; i < s.n && s.n < 16; i++) {
		if (s.p[i] == '.' && !point) {
			point = true;
			continue;
		}
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		any = true;
		v = v * 10 + (s.p[i] - '0');
		digit = point ? digit * 10 : 1;
	}
	*out = v / digit;
	return any;
}

static void read_number(struct print_style *s, struct ynode *root, const struct number *want,
			const char *file, struct problems *ps)
{
	struct ynode *group = ymap_get(root, want->group), *node = ymap_get(group, want->key);
	double v;

	if (!node || node->kind != Y_TEXT || !read_decimal(node->text, &v) || v < want->min ||
	    v > want->max) {
		problem_add(ps, file, node ? node->line : 0, node ? node->col : 0, "print.number",
			    "%s の %s には、%g から %g までの数を書いてください。", want->group,
			    want->key, want->min, want->max);
		return;
	}
	*(double *)(void *)((char *)s + want->at) = v * want->unit;
}

static void read_chain(struct print_style *s, struct ynode *fonts, const char *key, enum face use,
		       const char *file, struct problems *ps)
{
	struct ynode *list = ymap_get(fonts, key);
	size_t n = 0;

	if (!list || list->kind != Y_LIST || list->count == 0 || list->count > FONT_CHAIN_MAX) {
		problem_add(
		    ps, file, list ? list->line : 0, list ? list->col : 0, "print.fonts",
		    "fonts の %s には、フォントのファイルを 1 から %d 個まで書いてください。", key,
		    FONT_CHAIN_MAX);
		return;
	}
	for (struct ynode *item = list->first; item; item = item->next) {
		if (item->kind != Y_TEXT || item->text.n == 0)
			problem_add(ps, file, item->line, item->col, "print.fonts",
				    "フォントのファイルの名前を書いてください。");
		else
			s->fonts[use].file[n++] = arena_str(s->arena, item->text);
	}
}

static void read_style(struct print_style *s, struct ynode *root, const char *file,
		       struct problems *ps)
{
	static const char *const faces[FACE_COUNT] = {"body", "head", "bold"};
	struct ynode *fonts = ymap_get(root, "fonts");

	for (size_t i = 0; i < NUMBERS; i++)
		read_number(s, root, &numbers[i], file, ps);
	for (int use = 0; use < FACE_COUNT; use++)
		read_chain(s, fonts, faces[use], (enum face)use, file, ps);
	for (size_t i = 0; i < NUMBERS; i++)
		ymap_unknown(i && strcmp(numbers[i].group, numbers[i - 1].group) == 0
				 ? NULL
				 : ymap_get(root, numbers[i].group),
			     file, ps);
	ymap_unknown(fonts, file, ps);
	ymap_unknown(root, file, ps);
}

enum status print_style_load(struct print_style **out, const char *themedir, struct problems *ps)
{
	struct print_style *s = calloc(1, sizeof *s);
	struct problems own;
	struct ynode *root = NULL;
	struct buf path, bytes;
	enum status st;

	problems_init(&own);
	buf_init(&path, 4096);
	buf_init(&bytes, STYLE_MAX);
	path_join(&path, themedir, "print.yaml");
	st = !s || path.st ? fail(ST_NOMEM, "no memory for a style") : ST_OK;
	if (!st)
		st = file_read(buf_str(&path), &bytes);
	if (st)
		goto out;
	s->arena = arena_new(STYLE_MEMORY);
	st = s->arena ? ST_OK : ST_NOMEM;
	/* Also without a list of the caller's, errors must be counted. */
	if (!ps)
		ps = &own;
	if (!st)
		st = yaml_read(s->arena, buf_str(&path), buf_span(&bytes), 1, &root, ps);
	if (st)
		goto out;
	read_style(s, root, buf_str(&path), ps);
	if (ps->errors)
		st = fail(ST_INVALID, "%s has errors", buf_str(&path));

out:
	if (st) {
		print_style_free(s);
		s = NULL;
	}
	problems_clear(&own);
	buf_clear(&path);
	buf_clear(&bytes);
	*out = s;
	return st;
}

void print_style_free(struct print_style *s)
{
	if (!s)
		return;
	arena_free(s->arena);
	free(s);
}

enum status print_fonts_open(struct fonts **out, const struct print_style *s)
{
	return fonts_open(out, s->fonts);
}
