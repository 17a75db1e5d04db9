/* Looking at a text: without its marks, at its headings, for what does not belong. */
#include "generator/sheet/markdown.h"

#include "generator/sheet/markdown_impl.h"

enum { MARKS_MEMORY = 128 * 1024 * 1024 };

static bool is_block(const struct md_node *n)
{
	return n->kind < MD_TEXT;
}

/* The lines of a code block stand side by side. */
static void put_text(struct span text, struct buf *out)
{
	struct span rest = span_trim(text).n ? text : SPAN_NONE;

	while (span_ends(rest, SPAN("\n")))
		rest.n--;
	while (rest.p) {
		buf_addspan(out, span_cut(&rest, '\n'));
		if (rest.p)
			buf_addc(out, ' ');
	}
}

static void put_node(const struct md_node *n, int depth, struct buf *out)
{
	if (n->kind == MD_SOFT_BREAK || n->kind == MD_BREAK)
		buf_addc(out, ' ');
	else if (n->kind == MD_CODE_BLOCK)
		put_text(n->text, out);
	else
		buf_addspan(out, n->text);
	for (const struct md_node *c = n->first; c && depth > 0; c = c->next) {
		put_node(c, depth - 1, out);
		if (is_block(c) && c->next)
			buf_addc(out, ' ');
	}
}

void md_plain(const struct md_node *n, struct buf *out)
{
	put_node(n, MD_MAX_DEPTH + 1, out);
}

enum status md_headings(struct arena *a, struct span text, size_t max, struct md_heading **out,
			size_t *count)
{
	enum status st = md_guard(text, max, NULL);
	struct md_mark *marks = NULL;
	size_t n = 0;

	*out = NULL;
	*count = 0;
	if (!st)
		st = md_marks(a, text, &marks, &n);
	if (st)
		return st;
	*out = arena_array(a, n, sizeof **out);
	if (!*out)
		return ST_NOMEM;
	for (size_t i = 0; i < n; i++)
		if (marks[i].top)
			(*out)[(*count)++] = (struct md_heading){.level = marks[i].level,
								 .line = marks[i].line,
								 .end_line = marks[i].end_line,
								 .text = marks[i].text};
	return ST_OK;
}

static bool is_foreign(const struct md_mark *m)
{
	return m->kind == MARK_HTML_BLOCK || m->kind == MARK_HTML_INLINE || m->kind == MARK_IMAGE;
}

bool md_has_foreign(struct span text, int *line)
{
	struct arena *a = arena_new(MARKS_MEMORY);
	struct md_mark *marks = NULL;
	bool found = false;
	size_t n = 0;

	if (a && md_guard(text, MD_MAX_BODY, NULL) == ST_OK)
		md_marks(a, text, &marks, &n);
	for (size_t i = 0; i < n && !found; i++) {
		found = is_foreign(&marks[i]);
		if (found && line)
			*line = marks[i].line;
	}
	arena_free(a);
	return found;
}
