/* Typed access to the YAML of a type. */
#include "generator/sheet/type_int.h"

#include "generator/base/path.h"
#include "generator/base/utf8.h"
#include "generator/sheet/yaml_int.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void type_wrong(struct type_reader *r, const struct ynode *at, const char *code, const char *fmt,
		...)
{
	char text[1024]; /* more than a problem keeps */
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	problem_add(r->ps, r->file, at ? at->line : 0, at ? at->col : 0, code, "%s", text);
}

void *type_alloc(struct type_reader *r, size_t count, size_t size)
{
	void *p = arena_array(r->a, count, size);

	if (!p)
		r->st = ST_NOMEM;
	return p;
}

struct ynode *type_need(struct type_reader *r, struct ynode *map, const char *key)
{
	struct ynode *n = ymap_get(map, key);

	if (!n)
		type_wrong(r, map, "type.missing-key", "『%s』がありません。書き加えてください。",
			   key);
	return n;
}

bool type_is(struct type_reader *r, const struct ynode *n, enum ynode_kind kind, const char *key)
{
	if (!n)
		return false;
	if (n->kind == kind)
		return true;
	type_wrong(r, n, "type.value",
		   kind == Y_LIST ? "『%s』は [a, b] の形の並びで書いてください。"
				  : "『%s』は「名前: 値」の形で書いてください。",
		   key);
	return false;
}

static bool has_hidden(struct span s)
{
	while (s.n)
		if (yaml_hidden(utf8_next(&s)))
			return true;
	return false;
}

struct span type_text(struct type_reader *r, const struct ynode *n, const char *key, size_t max)
{
	struct span copy;

	if (!n)
		return SPAN_NONE;
	if (n->kind != Y_TEXT || n->text.n == 0) {
		type_wrong(r, n, "type.text", "『%s』には文字を書いてください。", key);
		return SPAN_NONE;
	}
	if (has_hidden(n->text) || utf8_count(n->text) > max || span_trim(n->text).n != n->text.n) {
		type_wrong(r, n, "type.text",
			   "『%s』は、前後に空白のない1行で、%zu文字までにしてください。", key,
			   max);
		return SPAN_NONE;
	}
	copy = arena_copy(r->a, n->text);
	if (!copy.p)
		r->st = ST_NOMEM;
	return copy;
}

/* Labels become headings and are found again by their text, so nothing in them may be markup. */
struct span type_label(struct type_reader *r, const struct ynode *n, const char *key)
{
	static const char markdown[] = "\\`*_[]<>#&~";
	struct span s = type_text(r, n, key, TYPE_NAME_CHARS);

	for (size_t i = 0; i < s.n; i++)
		if (strchr(markdown, s.p[i])) {
			type_wrong(r, n, "type.label",
				   "『%s』に記号「%c」は使えません。ほかの書き方にしてください。",
				   key, s.p[i]);
			return SPAN_NONE;
		}
	return s;
}

struct span type_id(struct type_reader *r, const struct ynode *n)
{
	struct span s = n && n->kind == Y_TEXT ? n->text : SPAN_NONE;

	if (!n)
		return SPAN_NONE;
	if (!path_id(s) || s.p[0] == '-' || s.p[s.n - 1] == '-') {
		type_wrong(r, n, "type.id",
			   "『%.*s』はidにできません。半角の英小文字・数字・「-」で32文字までにし、"
			   "「-」を端に置かないでください。",
			   SPAN_ARG(s));
		return SPAN_NONE;
	}
	s = arena_copy(r->a, s);
	if (!s.p)
		r->st = ST_NOMEM;
	return s;
}

long type_whole(struct type_reader *r, const struct ynode *n, const char *key, long min, long max,
		long otherwise)
{
	long v;

	if (!n)
		return otherwise;
	if (n->kind == Y_TEXT && span_number(n->text, max, &v) && v >= min)
		return v;
	type_wrong(r, n, "type.value", "『%s』は%ldから%ldまでの整数にしてください。", key, min,
		   max);
	return otherwise;
}

/* [-]digits[.digits], short enough that a double holds it exactly enough to print it again. */
static bool is_decimal(struct span s)
{
	struct span frac;

	if (s.n && s.p[0] == '-')
		s = span_make(s.p + 1, s.n - 1);
	if (s.n > 15)
		return false;
	frac = s;
	s = span_cut(&frac, '.');
	if (s.n == 0 || (frac.p && frac.n == 0))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	for (size_t i = 0; i < frac.n; i++)
		if (frac.p[i] < '0' || frac.p[i] > '9')
			return false;
	return true;
}

bool type_decimal(struct type_reader *r, const struct ynode *n, const char *key, double *out)
{
	if (!n)
		return false;
	if (n->kind == Y_TEXT && is_decimal(n->text)) {
		*out = strtod(n->text.p, NULL); /* node texts are terminated */
		return true;
	}
	type_wrong(r, n, "type.value", "『%s』は 0.5 や -10 の形の数にしてください。", key);
	return false;
}

bool type_flag(struct type_reader *r, const struct ynode *n, const char *key)
{
	if (!n)
		return false;
	if (n->kind == Y_TEXT && span_is(n->text, "true"))
		return true;
	if (n->kind != Y_TEXT || !span_is(n->text, "false"))
		type_wrong(r, n, "type.value", "『%s』は true か false にしてください。", key);
	return false;
}

int type_name(struct type_reader *r, const struct ynode *n, const char *key, const char *code,
	      const char *const *names, size_t count)
{
	struct buf list;

	if (!n)
		return -1;
	for (size_t i = 0; n->kind == Y_TEXT && i < count; i++)
		if (span_is(n->text, names[i]))
			return (int)i;
	buf_init(&list, 1024);
	for (size_t i = 0; i < count; i++)
		buf_addf(&list, "%s%s", i ? ", " : "", names[i]);
	type_wrong(r, n, code, "%sに『%.*s』は使えません。使えるのは %s です。", key,
		   SPAN_ARG(n->text), buf_str(&list));
	buf_clear(&list);
	return -1;
}

int type_decimals(struct type_reader *r, struct ynode *map)
{
	return (int)type_whole(r, ymap_get(map, "decimals"), "decimals", 0, TYPE_DECIMALS_MAX, 0);
}
