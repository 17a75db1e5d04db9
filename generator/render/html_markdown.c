#include "generator/render/html_markdown.h"

/* How deep elements may stand in each other; deeper is written as plain text. */
enum { DEEPEST = 40, ARENA = 32 * 1024 * 1024 };

struct writer {
	struct html *h;
	int lower;
	int depth;
};

static void put_node(struct writer *w, const struct md_node *n);

static void put_children(struct writer *w, const struct md_node *n)
{
	for (const struct md_node *c = n->first; c; c = c->next)
		put_node(w, c);
}

static void put_element(struct writer *w, const char *tag, const struct md_node *n)
{
	html_open(w->h, tag);
	put_children(w, n);
	html_close(w->h);
}

/* In a tight list the paragraphs of an item are written without <p>. */
static void put_item(struct writer *w, const struct md_node *n, bool tight)
{
	html_open(w->h, "li");
	for (const struct md_node *c = n->first; c; c = c->next) {
		if (tight && c->kind == MD_PARAGRAPH)
			put_children(w, c);
		else
			put_node(w, c);
	}
	html_close(w->h);
}

static void put_list(struct writer *w, const struct md_node *n)
{
	html_open(w->h, n->start >= 0 ? "ol" : "ul");
	if (n->start >= 0 && n->start != 1)
		html_attrf(w->h, "start", "%d", n->start);
	for (const struct md_node *c = n->first; c; c = c->next)
		put_item(w, c, n->tight);
	html_close(w->h);
}

static void put_code_block(struct writer *w, const struct md_node *n)
{
	html_open(w->h, "pre");
	html_leaf(w->h, "code", n->text);
	html_close(w->h);
}

static void put_link(struct writer *w, const struct md_node *n)
{
	html_open(w->h, "a");
	html_attr(w->h, "href", n->url);
	html_attrs(w->h, "rel", "noreferrer");
	put_children(w, n);
	html_close(w->h);
}

static void put_plain(struct writer *w, const struct md_node *n)
{
	struct buf text;

	buf_init(&text, MD_MAX_BODY);
	md_plain(n, &text);
	html_text(w->h, buf_span(&text));
	buf_clear(&text);
}

static void put_kind(struct writer *w, const struct md_node *n)
{
	switch (n->kind) {
	case MD_DOCUMENT:
		put_children(w, n);
		break;
	case MD_PARAGRAPH:
		put_element(w, "p", n);
		break;
	case MD_HEADING:
		put_element(w, html_heading(n->level + w->lower), n);
		break;
	case MD_QUOTE:
		put_element(w, "blockquote", n);
		break;
	case MD_LIST:
		put_list(w, n);
		break;
	case MD_ITEM:
		put_item(w, n, false);
		break;
	case MD_CODE_BLOCK:
		put_code_block(w, n);
		break;
	case MD_RULE:
		html_open(w->h, "hr");
		break;
	case MD_TEXT:
		html_text(w->h, n->text);
		break;
	case MD_CODE:
		html_leaf(w->h, "code", n->text);
		break;
	case MD_SOFT_BREAK:
	case MD_BREAK:
		html_open(w->h, "br");
		break;
	case MD_EMPH:
		put_element(w, "em", n);
		break;
	case MD_STRONG:
		put_element(w, "strong", n);
		break;
	case MD_LINK:
		put_link(w, n);
		break;
	}
}

static void put_node(struct writer *w, const struct md_node *n)
{
	if (w->depth == DEEPEST) {
		put_plain(w, n);
		return;
	}
	w->depth++;
	put_kind(w, n);
	w->depth--;
}

void html_markdown(struct html *h, const struct md_node *document, int lower)
{
	struct writer w = {h, lower, 0};

	put_node(&w, document);
}

void html_prose(struct html *h, struct span text, int lower)
{
	struct arena *a = arena_new(ARENA);
	struct md_node *document;
	int line;

	if (a && md_guard(text, MD_MAX_BYTES, &line) == ST_OK &&
	    md_parse(a, text, MD_MAX_BYTES, &document) == ST_OK)
		html_markdown(h, document, lower);
	else
		html_leaf_class(h, "p", "as-typed", text);
	arena_free(a);
}
