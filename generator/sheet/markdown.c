#include "generator/sheet/markdown.h"

#include "generator/sheet/markdown_impl.h"

#include <cmark.h>
#include <strings.h>

/* What cmark may use.  64 KB of the worst kind took 17 MB: a field always fits, a body mostly. */
enum { MEMORY_BASE = 16 * 1024 * 1024, MEMORY_PER_BYTE = 96 };

/* ---- parsing ---------------------------------------------------------------------------- */

static cmark_mem memory = {md_memory_calloc, md_memory_realloc, md_memory_free};

/* Reads the tree; may allocate from the caller's arena only, since it can be left by longjmp. */
typedef enum status (*tree_reader)(void *context, cmark_node *root);

struct job {
	struct span text, tail; /* tail: a text of our own */
	tree_reader read;
	void *context;
};

static enum status read_tree(void *context)
{
	const struct job *job = context;
	cmark_parser *p = cmark_parser_new_with_mem(CMARK_OPT_DEFAULT, &memory);
	cmark_node *root;

	if (job->text.n)
		cmark_parser_feed(p, job->text.p, job->text.n);
	if (job->tail.n)
		cmark_parser_feed(p, job->tail.p, job->tail.n);
	root = cmark_parser_finish(p);
	cmark_consolidate_text_nodes(root);
	return job->read(job->context, root);
}

static enum status with_tree(struct span text, struct span tail, tree_reader read, void *context)
{
	struct job job = {.text = text, .tail = tail, .read = read, .context = context};

	return md_memory_run(MEMORY_BASE + MEMORY_PER_BYTE * text.n, read_tree, &job);
}

/* ---- walking ---------------------------------------------------------------------------- */

/* The node after n in the order of the text, below root; NULL at the end. */
static cmark_node *node_after(cmark_node *n, const cmark_node *root)
{
	cmark_node *next = cmark_node_first_child(n);

	if (next)
		return next;
	while (n != root) {
		next = cmark_node_next(n);
		if (next)
			return next;
		n = cmark_node_parent(n);
	}
	return NULL;
}

/* What a leaf contributes to plain text. */
static struct span plain_part(cmark_node *n)
{
	switch (cmark_node_get_type(n)) {
	case CMARK_NODE_TEXT:
	case CMARK_NODE_CODE:
	case CMARK_NODE_HTML_INLINE:
		return span_of(cmark_node_get_literal(n));
	case CMARK_NODE_SOFTBREAK:
	case CMARK_NODE_LINEBREAK:
		return SPAN(" ");
	default:
		return SPAN("");
	}
}

/* An entity may smuggle in a control character, which no reader has a use for. */
static void blank_controls(char *p, size_t n, bool lines)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		if ((c < 0x20 || c == 0x7f) && !(lines && (c == '\n' || c == '\t')))
			p[i] = ' ';
	}
}

static enum status clean_copy(struct arena *a, struct span s, bool lines, struct span *out)
{
	char *p = arena_str(a, s);

	if (!p)
		return ST_NOMEM;
	blank_controls(p, s.n, lines);
	*out = span_make(p, s.n);
	return ST_OK;
}

/* The text below a node, without markup. */
static enum status plain_below(struct arena *a, cmark_node *root, struct span *out)
{
	size_t n = 0;
	char *p;

	for (cmark_node *at = root; at; at = node_after(at, root))
		n += plain_part(at).n;
	p = arena_alloc(a, n + 1);
	if (!p)
		return ST_NOMEM;
	*out = span_make(p, n);
	for (cmark_node *at = root; at; at = node_after(at, root)) {
		struct span part = plain_part(at);

		memcpy(p, part.p, part.n);
		p += part.n;
	}
	blank_controls(p - n, n, false);
	return ST_OK;
}

/* ---- the tree --------------------------------------------------------------------------- */

struct maker {
	struct arena *arena;
	struct md_node **out;
};

/* A place at which the next node is hung up. */
struct hook {
	struct md_node **at;
};

static const struct {
	cmark_node_type from;
	enum md_kind to;
} kinds[] = {
    {CMARK_NODE_DOCUMENT, MD_DOCUMENT},
    {CMARK_NODE_BLOCK_QUOTE, MD_QUOTE},
    {CMARK_NODE_LIST, MD_LIST},
    {CMARK_NODE_ITEM, MD_ITEM},
    {CMARK_NODE_CODE_BLOCK, MD_CODE_BLOCK},
    {CMARK_NODE_PARAGRAPH, MD_PARAGRAPH},
    {CMARK_NODE_HEADING, MD_HEADING},
    {CMARK_NODE_THEMATIC_BREAK, MD_RULE},
    {CMARK_NODE_TEXT, MD_TEXT},
    {CMARK_NODE_SOFTBREAK, MD_SOFT_BREAK},
    {CMARK_NODE_LINEBREAK, MD_BREAK},
    {CMARK_NODE_CODE, MD_CODE},
    {CMARK_NODE_EMPH, MD_EMPH},
    {CMARK_NODE_STRONG, MD_STRONG},
    {CMARK_NODE_LINK, MD_LINK},
};

static bool find_kind(cmark_node_type from, enum md_kind *to)
{
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (kinds[i].from == from) {
			*to = kinds[i].to;
			return true;
		}
	return false;
}

static struct md_node *hang(struct maker *m, struct hook *h, enum md_kind kind)
{
	struct md_node *n = arena_alloc(m->arena, sizeof *n);

	if (!n)
		return NULL;
	n->kind = kind;
	n->start = -1;
	*h->at = n;
	h->at = &n->next;
	return n;
}

static enum status hang_text(struct maker *m, struct hook *h, struct span text)
{
	struct md_node *n = hang(m, h, MD_TEXT);

	return n ? clean_copy(m->arena, text, false, &n->text) : ST_NOMEM;
}

static enum status hang_plain(struct maker *m, struct hook *h, cmark_node *from)
{
	struct md_node *n = hang(m, h, MD_TEXT);

	return n ? plain_below(m->arena, from, &n->text) : ST_NOMEM;
}

/* Raw HTML is shown as it was typed: a paragraph with its lines. */
static enum status hang_html_block(struct maker *m, struct hook *h, cmark_node *from)
{
	struct md_node *p = hang(m, h, MD_PARAGRAPH);
	struct span rest = span_trim(span_of(cmark_node_get_literal(from)));
	struct hook inner = {.at = p ? &p->first : NULL};
	enum status st = p ? ST_OK : ST_NOMEM;

	if (p) {
		p->line = cmark_node_get_start_line(from);
		p->end_line = cmark_node_get_end_line(from);
	}
	while (!st && rest.p) {
		st = hang_text(m, &inner, span_cut(&rest, '\n'));
		if (!st && rest.p && !hang(m, &inner, MD_SOFT_BREAK))
			st = ST_NOMEM;
	}
	return st;
}

/* Only where a reader can be sent: the web and mail. */
static bool link_allowed(struct span url)
{
	static const char *const schemes[] = {"http://", "https://", "mailto:"};

	for (size_t i = 0; i < url.n; i++)
		if ((unsigned char)url.p[i] <= 0x20 || url.p[i] == 0x7f)
			return false;
	for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
		size_t n = strlen(schemes[i]);

		if (url.n > n && strncasecmp(url.p, schemes[i], n) == 0)
			return true;
	}
	return false;
}

static enum status fill(struct maker *m, struct md_node *to, cmark_node *from)
{
	struct span literal = span_of(cmark_node_get_literal(from));

	to->line = cmark_node_get_start_line(from);
	to->end_line = cmark_node_get_end_line(from);
	switch (to->kind) {
	case MD_HEADING:
		to->level = cmark_node_get_heading_level(from);
		return ST_OK;
	case MD_LIST:
		if (cmark_node_get_list_type(from) == CMARK_ORDERED_LIST)
			to->start = cmark_node_get_list_start(from);
		to->tight = cmark_node_get_list_tight(from);
		return ST_OK;
	case MD_TEXT:
	case MD_CODE:
		return clean_copy(m->arena, literal, false, &to->text);
	case MD_CODE_BLOCK:
		return clean_copy(m->arena, literal, true, &to->text);
	case MD_LINK:
		to->url = arena_copy(m->arena, span_of(cmark_node_get_url(from)));
		return to->url.p ? ST_OK : ST_NOMEM;
	default:
		return ST_OK;
	}
}

static enum status convert_children(struct maker *m, struct hook *h, cmark_node *from, int depth);

/* depth counts down to 0; it bounds the recursion here and in everyone who reads the tree. */
static enum status convert(struct maker *m, struct hook *h, cmark_node *from, int depth)
{
	cmark_node_type type = cmark_node_get_type(from);
	struct md_node *to;
	struct hook inner;
	enum md_kind kind;
	enum status st;

	if (type == CMARK_NODE_HTML_BLOCK)
		return hang_html_block(m, h, from);
	if (type == CMARK_NODE_LINK && !link_allowed(span_of(cmark_node_get_url(from))))
		return depth ? convert_children(m, h, from, depth - 1) : hang_plain(m, h, from);
	if (!find_kind(type, &kind) || (depth == 0 && cmark_node_first_child(from)))
		return hang_plain(m, h, from);
	to = hang(m, h, kind);
	if (!to)
		return ST_NOMEM;
	st = fill(m, to, from);
	inner = (struct hook){.at = &to->first};
	return st || depth == 0 ? st : convert_children(m, &inner, from, depth - 1);
}

static enum status convert_children(struct maker *m, struct hook *h, cmark_node *from, int depth)
{
	enum status st = ST_OK;

	for (cmark_node *n = cmark_node_first_child(from); n && !st; n = cmark_node_next(n))
		st = convert(m, h, n, depth);
	return st;
}

static enum status make_tree(void *context, cmark_node *root)
{
	struct maker *m = context;
	struct hook h = {.at = m->out};

	return convert(m, &h, root, MD_MAX_DEPTH);
}

enum status md_parse(struct arena *a, struct span text, size_t max, struct md_node **out)
{
	struct maker m = {.arena = a, .out = out};
	enum status st = md_guard(text, max, NULL);

	*out = NULL;
	return st ? st : with_tree(text, SPAN(""), make_tree, &m);
}

/* ---- headings --------------------------------------------------------------------------- */

/* ---- marks ------------------------------------------------------------------------------ */

/*
 * A blank line after the text: cmark then says for every underlined heading that it ends one line
 * below its underline, and for an open fence that it ends below the last line.
 */
#define TAIL SPAN("\n\n")

static int last_line_of_heading(cmark_node *n, struct span line)
{
	int start = cmark_node_get_start_line(n);
	size_t col = (size_t)cmark_node_get_start_column(n) - 1, i = col;

	while (i < line.n && line.p[i] == '#')
		i++;
	if (i > col && i - col <= 6 && (i == line.n || line.p[i] == ' ' || line.p[i] == '\t'))
		return start;
	return cmark_node_get_end_line(n) - 1;
}

/* The lines of a text, one after the other; asked for in ascending order it is linear. */
struct lines {
	struct span rest, line;
	int n; /* which one `line` is, 0 before the first */
};

static struct span line_of(struct lines *l, int n)
{
	while (l->n < n && l->rest.p) {
		l->line = span_cut(&l->rest, '\n');
		l->n++;
	}
	return l->n == n ? l->line : SPAN("");
}

/* ---- what must not stand in a sheet file ------------------------------------------------ */

struct mark_list {
	struct arena *arena;
	struct lines lines;
	int nlines;
	struct md_mark *list;
	size_t count;
};

static cmark_node *leaf_of(cmark_node *n)
{
	while (cmark_node_get_type(n) > CMARK_NODE_LAST_BLOCK)
		n = cmark_node_parent(n);
	return n;
}

static bool is_top(cmark_node *n)
{
	return cmark_node_get_type(cmark_node_parent(n)) == CMARK_NODE_DOCUMENT;
}

static bool is_open_fence(const struct mark_list *ms, cmark_node *n)
{
	return is_top(n) && !cmark_node_next(n) && cmark_node_get_end_line(n) > ms->nlines;
}

/* Is the node one of the places?  Then *mark says which. */
static bool mark_of(struct mark_list *ms, cmark_node *n, struct md_mark *mark)
{
	cmark_node *leaf = leaf_of(n);

	*mark = (struct md_mark){.line = cmark_node_get_start_line(leaf),
				 .end_line = cmark_node_get_end_line(leaf),
				 .col = (size_t)cmark_node_get_start_column(leaf) - 1};
	switch (cmark_node_get_type(n)) {
	case CMARK_NODE_HEADING:
		mark->level = cmark_node_get_heading_level(n);
		mark->end_line = last_line_of_heading(n, line_of(&ms->lines, mark->line));
		mark->kind = mark->end_line > mark->line ? MARK_SETEXT : MARK_ATX;
		mark->top = is_top(n);
		return true;
	case CMARK_NODE_HTML_BLOCK:
		mark->end_line++; /* cmark leaves out the line of the closing mark */
		mark->kind = MARK_HTML_BLOCK;
		return true;
	case CMARK_NODE_HTML_INLINE:
		mark->kind = MARK_HTML_INLINE;
		return true;
	case CMARK_NODE_IMAGE:
		mark->kind = MARK_IMAGE;
		return true;
	case CMARK_NODE_CODE_BLOCK:
		mark->kind = MARK_OPEN_FENCE;
		return is_open_fence(ms, n);
	default:
		return false;
	}
}

/* Each leaf is marked once, however many pieces of a kind it has. */
static bool repeats(const struct mark_list *ms, const struct md_mark *mark)
{
	const struct md_mark *last = ms->count ? &ms->list[ms->count - 1] : NULL;

	return last && last->kind == mark->kind && last->line == mark->line &&
	       last->col == mark->col;
}

static enum status list_marks(void *context, cmark_node *root)
{
	struct mark_list *ms = context;
	enum status st = ST_OK;
	struct md_mark mark;
	size_t room = 0;

	for (cmark_node *n = root; n; n = node_after(n, root))
		room++;
	ms->list = arena_array(ms->arena, room, sizeof *ms->list);
	if (!ms->list)
		return ST_NOMEM;
	for (cmark_node *n = root; n && !st; n = node_after(n, root)) {
		if (!mark_of(ms, n, &mark) || repeats(ms, &mark))
			continue;
		if (mark.top)
			st = plain_below(ms->arena, n, &mark.text);
		ms->list[ms->count++] = mark;
	}
	return st;
}

enum status md_marks(struct arena *a, struct span text, struct md_mark **out, size_t *count)
{
	struct mark_list ms = {.arena = a, .lines = {.rest = text}, .nlines = 1};
	enum status st;

	for (size_t i = 0; i < text.n; i++)
		ms.nlines += text.p[i] == '\n';
	st = with_tree(text, TAIL, list_marks, &ms);
	*out = st ? NULL : ms.list;
	*count = st ? 0 : ms.count;
	return st;
}
