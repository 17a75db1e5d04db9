#include "generator/site/page.h"

#include "generator/base/utf8.h"
#include "generator/render/html_markdown.h"
#include "generator/sheet/yaml.h"

enum { DEPTH_MAX = 64, PAGE_MARKED_MAX = 2 * PAGE_MAX_BYTES };

/*
 * A sheet may link only to the web, and so md_parse lets no other address through.  Links from page
 * to page get this host, which can never exist (RFC 2606), for the time of parsing.
 */
#define HERE "https://page.invalid/"

static int line_of(struct span s, size_t at)
{
	int line = 1;

	for (size_t i = 0; i < at; i++)
		line += s.p[i] == '\n';
	return line;
}

/* The text between the two lines of ---, and what follows them. */
static bool split(struct span bytes, struct span *head, struct span *body)
{
	struct span rest = bytes;

	if (!span_is(span_cut(&rest, '\n'), "---") || !rest.p)
		return false;
	head->p = rest.p;
	while (rest.p) {
		struct span line = span_cut(&rest, '\n');

		if (!span_is(line, "---"))
			continue;
		head->n = (size_t)(line.p - head->p);
		*body = rest.p ? rest : span_make(line.p + line.n, 0);
		return true;
	}
	return false;
}

static void read_keys(struct ynode *root, const char *file, struct page_text *out,
		      struct problems *ps)
{
	const struct ynode *order = ymap_get(root, "order");

	out->title = span_trim(ymap_text(root, "title"));
	if (out->title.n == 0)
		problem_add(ps, file, root->line, root->col, "page.title",
			    "title にページの名前を書いてください。");
	out->order = PAGE_ORDER_MAX;
	if (order &&
	    (order->kind != Y_TEXT || !span_number(order->text, PAGE_ORDER_MAX, &out->order)))
		problem_add(ps, file, order->line, order->col, "page.order",
			    "order には0から%dまでの数を書いてください。", PAGE_ORDER_MAX);
	ymap_unknown(root, file, ps);
}

static enum status read_head(struct arena *a, const char *file, struct span head,
			     struct page_text *out, struct problems *ps)
{
	struct ynode *root = NULL;
	size_t before = ps->errors;
	enum status st = yaml_read(a, file, head, 2, &root, ps);

	if (st)
		return st;
	if (root->kind != Y_MAP)
		problem_add(ps, file, root->line, root->col, "page.head",
			    "「title: 名前」の形で書いてください。");
	else
		read_keys(root, file, out, ps);
	return ps->errors > before ? fail(ST_INVALID, "%s: the head is wrong", file) : ST_OK;
}

/* ---- links from page to page -------------------------------------------------------------- */

/* help/staff.html) or ../index.html#top): no scheme, no host. */
static bool is_near(struct span rest)
{
	for (size_t i = 0; i < rest.n && rest.p[i] != ')'; i++) {
		char c = rest.p[i];

		if (c == ':' || c == ' ' || c == '\n' || c == '<' || (i == 0 && c == '/'))
			return false;
	}
	return rest.n && rest.p[0] != ')';
}

static void mark_near(struct span body, struct buf *out)
{
	long at;

	while ((at = span_find(body, SPAN("]("))) >= 0) {
		size_t n = (size_t)at + 2;

		buf_add(out, body.p, n);
		body = span_make(body.p + n, body.n - n);
		if (is_near(body))
			buf_adds(out, HERE);
	}
	buf_addspan(out, body);
}

/* The text without the marks: what looked like a link may have been code. */
static struct span unmarked(struct arena *a, struct span s)
{
	long at = span_find(s, SPAN(HERE));
	struct span copy;
	size_t n = 0;

	if (at < 0)
		return s;
	copy = arena_copy(a, s);
	for (; copy.p && (at = span_find(s, SPAN(HERE))) >= 0; n += (size_t)at) {
		size_t skip = (size_t)at + strlen(HERE);

		memcpy((char *)copy.p + n, s.p, (size_t)at);
		s = span_make(s.p + skip, s.n - skip);
	}
	if (copy.p)
		memcpy((char *)copy.p + n, s.p, s.n);
	return copy.p ? span_make(copy.p, n + s.n) : SPAN_NONE;
}

static void unmark(struct arena *a, struct md_node *n, int depth)
{
	n->text = unmarked(a, n->text);
	n->url = unmarked(a, n->url);
	for (struct md_node *c = n->first; c && depth < DEPTH_MAX; c = c->next)
		unmark(a, c, depth + 1);
}

static enum status parse_body(struct arena *a, struct span body, struct page_text *out, int *line)
{
	struct buf marked;
	enum status st;

	buf_init(&marked, PAGE_MARKED_MAX);
	mark_near(body, &marked);
	st = marked.st ? marked.st : md_guard(buf_span(&marked), PAGE_MARKED_MAX, line);
	if (!st)
		st = md_parse(a, buf_span(&marked), PAGE_MARKED_MAX, &out->content);
	if (!st)
		unmark(a, out->content, 0);
	buf_clear(&marked);
	return st;
}

static enum status read_body(struct arena *a, const char *file, struct span body,
			     struct page_text *out, struct problems *ps)
{
	int line = 1;
	enum status st = parse_body(a, body, out, &line);

	if (st != ST_TOOBIG)
		return st;
	problem_add(ps, file, out->first_line + line - 1, 1, "page.size",
		    "文が長すぎるか、入れ子が深すぎます。短くしてください。");
	return fail(ST_INVALID, "%s: the text is too long or too deep", file);
}

enum status page_read(struct arena *a, const char *file, struct span bytes, struct page_text *out,
		      struct problems *ps)
{
	struct span head, body;
	size_t bad = utf8_check(bytes);
	enum status st;

	*out = (struct page_text){.order = PAGE_ORDER_MAX};
	if (bad < bytes.n) {
		problem_add(ps, file, line_of(bytes, bad), 1, "page.utf8",
			    "文字コードがUTF-8ではありません。UTF-8で保存してください。");
		return fail(ST_INVALID, "%s is not UTF-8", file);
	}
	if (!split(bytes, &head, &body)) {
		problem_add(ps, file, 1, 1, "page.head",
			    "はじめに「---」の行ではさんで title を書いてください。");
		return fail(ST_INVALID, "%s has no head", file);
	}
	out->first_line = line_of(bytes, (size_t)(body.p - bytes.p));
	st = read_head(a, file, head, out, ps);
	return st ? st : read_body(a, file, body, out, ps);
}

void page_write(struct html *h, const struct page_text *p, int lower)
{
	html_open(h, "div");
	html_class(h, "prose");
	html_markdown(h, p->content, lower);
	html_close(h);
}

struct links {
	const struct page_text *page;
	void (*each)(void *ctx, struct span url, int line);
	void *ctx;
	int line; /* of the block around */
};

static void walk(struct links *l, const struct md_node *n, int depth)
{
	if (n->line > 0)
		l->line = n->line;
	if (n->kind == MD_LINK)
		l->each(l->ctx, n->url, l->page->first_line + l->line - 1);
	for (const struct md_node *c = n->first; c && depth < DEPTH_MAX; c = c->next)
		walk(l, c, depth + 1);
}

void page_links(const struct page_text *p, void (*each)(void *ctx, struct span url, int line),
		void *ctx)
{
	struct links l = {p, each, ctx, 1};

	walk(&l, p->content, 0);
}
