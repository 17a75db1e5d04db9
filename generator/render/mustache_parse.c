#include "generator/render/mustache_tree.h"

#include "generator/base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* A name in a message: not more of it than helps. */
#define NAME_ARG(s) (int)utf8_fit(s, 60), (s).p

struct parser {
	struct mustache *m;
	const char *file;
	struct msource src;
	bool strict;
	struct mnode *open[MUSTACHE_MAX_NESTING + 1]; /* [0] is the root */
	size_t depth;				      /* of the innermost in open[] */
	struct mnode *partials;			      /* the newest */
	size_t place, place_start;		      /* how far lines were counted, their start */
	int place_line;
	bool wrong;
	struct problems *ps;
};

/* Line and column of an offset; offsets are asked for in ascending order. */
static void locate(struct parser *p, size_t at, int *line, int *col)
{
	for (; p->place < at; p->place++)
		if (p->src.text.p[p->place] == '\n') {
			p->place_line++;
			p->place_start = p->place + 1;
		}
	*line = p->place_line;
	*col = (int)utf8_count(span_make(p->src.text.p + p->place_start, at - p->place_start)) + 1;
}

__attribute__((format(printf, 4, 5))) static void complain(struct parser *p, size_t at,
							   const char *code, const char *fmt, ...)
{
	char text[400];
	int line, col;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	locate(p, at, &line, &col);
	problem_add(p->ps, p->file, line, col, code, "%s", text);
	p->wrong = true;
}

/* The most bytes up to max that end between two characters. */
static size_t utf8_fit(struct span s, size_t max)
{
	size_t n = s.n < max ? s.n : max;

	while (n > 0 && n < s.n && ((unsigned char)s.p[n] & 0xC0) == 0x80)
		n--;
	return n;
}

static bool space(char c)
{
	return (unsigned char)c <= ' ';
}

/* The tree ----------------------------------------------------------------------------------- */

static struct mnode *add_node(struct parser *p, enum mnode_kind kind)
{
	struct mnode *n = arena_alloc(p->m->arena, sizeof(*n)), *parent = p->open[p->depth];

	if (!n)
		return NULL;
	n->kind = kind;
	if (parent->last)
		parent->last->next = n;
	else
		parent->first = n;
	parent->last = n;
	return n;
}

static enum status add_text(struct parser *p, size_t from, size_t to)
{
	struct mnode *n = add_node(p, MN_TEXT);

	if (!n)
		return ST_NOMEM;
	n->text = span_make(p->src.text.p + from, to - from);
	n->line_start = msource_line_start(&p->src, from);
	return ST_OK;
}

/* Splits a.b.c; "." gives no part at all.  False: not a name. */
static bool split_name(struct span name, struct span *parts, size_t *count)
{
	*count = 0;
	if (span_is(name, "."))
		return true;
	while (name.p) {
		struct span part = span_cut(&name, '.');

		if (part.n == 0 || *count == MUSTACHE_MAX_PATH)
			return false;
		for (size_t i = 0; i < part.n; i++)
			if (space(part.p[i]))
				return false;
		parts[(*count)++] = part;
	}
	return *count > 0;
}

/* Gives a node its name, or complains. */
static enum status set_name(struct parser *p, struct mnode *n, const struct mtag *t)
{
	struct span parts[MUSTACHE_MAX_PATH];

	locate(p, t->start, &n->line, &n->col);
	if (!split_name(t->name, parts, &n->npath)) {
		complain(p, t->start, "mustache.name", "「%.*s」は名前として読めません。",
			 NAME_ARG(t->name));
		n->npath = 0;
		return ST_OK;
	}
	n->path = arena_array(p->m->arena, n->npath ? n->npath : 1, sizeof(*n->path));
	if (!n->path)
		return ST_NOMEM;
	memcpy(n->path, parts, n->npath * sizeof(*parts));
	return ST_OK;
}

static enum status add_named(struct parser *p, enum mnode_kind kind, const struct mtag *t)
{
	struct mnode *n = add_node(p, kind);

	if (!n)
		return ST_NOMEM;
	n->text = t->name; /* to compare with the closing tag's */
	return set_name(p, n, t);
}

static enum status open_section(struct parser *p, enum mnode_kind kind, const struct mtag *t)
{
	enum status st;

	if (p->depth == MUSTACHE_MAX_NESTING) {
		complain(p, t->start, "mustache.nesting",
			 "「%.*s」で、入れ子が深すぎます（32段までです）。", NAME_ARG(t->name));
		return ST_INVALID;
	}
	st = add_named(p, kind, t);
	if (st)
		return st;
	p->open[p->depth + 1] = p->open[p->depth]->last;
	p->depth++;
	return ST_OK;
}

static enum status close_section(struct parser *p, const struct mtag *t)
{
	struct mnode *n = p->open[p->depth];

	if (p->depth == 0) {
		complain(p, t->start, "mustache.close",
			 "「%.*s」を閉じていますが、開いていません。", NAME_ARG(t->name));
		return ST_INVALID;
	}
	if (!span_eq(n->text, t->name)) {
		complain(p, t->start, "mustache.close",
			 "「%.*s」を閉じていますが、開いているのは別のものです。",
			 NAME_ARG(t->name));
		return ST_INVALID;
	}
	p->depth--;
	return ST_OK;
}

static enum status add_partial(struct parser *p, const struct mtag *t)
{
	struct mnode *n = add_node(p, MN_PARTIAL);

	if (!n)
		return ST_NOMEM;
	locate(p, t->start, &n->line, &n->col);
	n->text = t->name;
	if (t->alone)
		n->indent = span_make(p->src.text.p + t->before, t->start - t->before);
	if (t->name.n == 0)
		complain(p, t->start, "mustache.name", "部品の名前がありません。");
	n->next_partial = p->partials;
	p->partials = n;
	p->m->nuses++;
	return ST_OK;
}

/* {{=<% %>=}} */
static void set_delimiters(struct parser *p, const struct mtag *t)
{
	struct span rest = t->name, open, close;
	size_t n = 0;

	while (n < rest.n && !space(rest.p[n]))
		n++;
	open = span_make(rest.p, n);
	close = span_trim(span_make(rest.p + n, rest.n - n));
	for (n = 0; n < close.n && !space(close.p[n]); n++)
		;
	if (open.n == 0 || close.n == 0 || n < close.n || span_find(rest, SPAN("=")) >= 0)
		complain(p, t->start, "mustache.delimiter",
			 "区切りは {{=<%% %%>=}} のように、2つを空白で分けて書きます（「%.*s」）。",
			 NAME_ARG(t->name));
	else
		p->src.open = open, p->src.close = close;
}

/* Tags --------------------------------------------------------------------------------------- */

static enum status take_tag(struct parser *p, const struct mtag *t)
{
	switch (t->kind) {
	case '#':
		return open_section(p, MN_SECTION, t);
	case '^':
		return open_section(p, MN_INVERTED, t);
	case '/':
		return close_section(p, t);
	case '>':
		return add_partial(p, t);
	case '!':
		return ST_OK;
	case '=':
		set_delimiters(p, t);
		return ST_OK;
	case '&':
	case '{':
		if (p->strict)
			complain(p, t->start, "mustache.raw",
				 "「%.*s」を そのまま入れることは できません。{{ }} で書きます。",
				 NAME_ARG(t->name));
		return add_named(p, MN_RAW, t);
	default:
		return add_named(p, MN_VALUE, t);
	}
}

/* The text up to the next tag, and the tag.  *more is false at the end. */
static enum status parse_step(struct parser *p, bool *more)
{
	long start = msource_find(&p->src, p->src.pos, p->src.open);
	struct mtag t;
	enum status st = ST_OK;

	*more = start >= 0;
	if (!*more)
		return p->src.pos < p->src.text.n ? add_text(p, p->src.pos, p->src.text.n) : ST_OK;
	if (!mtag_read(&p->src, (size_t)start, &t)) {
		complain(p, (size_t)start, "mustache.unclosed",
			 "タグが閉じていません。「%.*s」が要ります。", NAME_ARG(p->src.close));
		return ST_INVALID;
	}
	if (t.before > p->src.pos)
		st = add_text(p, p->src.pos, t.before);
	/* A line that begins with a tag: an empty text keeps the place of the indentation. */
	if (st == ST_OK && !t.alone && msource_line_start(&p->src, t.before))
		st = add_text(p, t.before, t.before);
	if (st == ST_OK)
		st = take_tag(p, &t);
	p->src.pos = t.after;
	return st;
}

static enum status parse_all(struct parser *p)
{
	enum status st = ST_OK;
	bool more = true;

	while (st == ST_OK && more)
		st = parse_step(p, &more);
	if (st)
		return st;
	if (p->depth > 0) {
		struct mnode *n = p->open[p->depth];

		problem_add(p->ps, p->file, n->line, n->col, "mustache.section",
			    "「%.*s」が閉じていません。", NAME_ARG(n->text));
		p->wrong = true;
	}
	return p->wrong ? ST_INVALID : ST_OK;
}

/* The partials, which the parser has chained from the last to the first. */
static enum status list_uses(struct parser *p)
{
	struct mustache *m = p->m;
	size_t i = m->nuses;

	m->uses = arena_array(m->arena, m->nuses + 1, sizeof(*m->uses));
	if (!m->uses)
		return ST_NOMEM;
	for (const struct mnode *n = p->partials; n; n = n->next_partial)
		m->uses[--i] = (struct mustache_use){n->text, n->line, n->col};
	return ST_OK;
}

static enum status check_text(const char *file, struct span text, struct problems *ps)
{
	size_t bad;

	if (text.n > MUSTACHE_MAX_BYTES)
		return fail(ST_TOOBIG, "%s: a template has at most %d bytes", file,
			    MUSTACHE_MAX_BYTES);
	bad = utf8_check(text);
	if (bad == text.n)
		return ST_OK;
	problem_add(ps, file, 0, 0, "mustache.utf8", "%zu バイト目が UTF-8 ではありません。",
		    bad + 1);
	return fail(ST_INVALID, "%s: not UTF-8", file);
}

enum status mustache_parse(struct mustache **out, const char *file, struct span text, bool strict,
			   struct problems *ps)
{
	struct parser p = {.file = file, .strict = strict, .place_line = 1, .ps = ps};
	struct mustache *m = NULL;
	enum status st = check_text(file, text, ps);

	*out = NULL;
	if (st)
		goto out;
	st = ST_NOMEM;
	m = calloc(1, sizeof(*m));
	if (!m)
		goto out;
	m->arena = arena_new((size_t)64 * 1024 * 1024);
	if (!m->arena)
		goto out;
	p.m = m;
	p.src.open = SPAN("{{");
	p.src.close = SPAN("}}");
	p.open[0] = &m->root;
	p.src.text = arena_copy(m->arena, text);
	if (!p.src.text.p)
		goto out;
	st = parse_all(&p);
	if (st == ST_INVALID)
		fail(st, "%s: the template has errors", file);
	if (st == ST_OK)
		st = list_uses(&p);
	if (st == ST_OK) {
		*out = m;
		m = NULL;
	}
out:
	mustache_free(m);
	return st;
}

void mustache_free(struct mustache *m)
{
	if (!m)
		return;
	arena_free(m->arena);
	free(m);
}

size_t mustache_uses(const struct mustache *m)
{
	return m->nuses;
}

struct mustache_use mustache_use(const struct mustache *m, size_t i)
{
	return m->uses[i];
}
