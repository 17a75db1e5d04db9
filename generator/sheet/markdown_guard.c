/*
 * The look at a text before cmark may see it.
 *
 * cmark needs quadratic time for deeply nested containers and for long rows of brackets.  Nesting
 * is counted here by following block quotes and list items from line to line as CommonMark 0.30
 * (section 5) does, but knowing nothing of leaves: a marker inside a code block counts as well.  So
 * the count is never lower than cmark's, and a little higher only for texts that nobody types.
 */
#include "generator/sheet/markdown.h"

#include "generator/base/utf8.h"

enum { TAB_STOP = 4, CODE_INDENT = 4, ORDINAL_DIGITS = 9 };

/* One open container: a block quote, or a list item whose content is indented by width columns. */
struct box {
	bool quote;
	int width;
};

struct nesting {
	struct box open[MD_MAX_NESTING];
	size_t n;
	bool paragraph; /* the line before could be continued lazily */
};

/* A place in a line.  carry: columns of a tab that are not used up. */
struct cursor {
	const char *p, *end;
	int col, carry;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Columns of white space ahead; *after is where they end. */
static int indent_of(const struct cursor *c, const char **after)
{
	int col = c->col + c->carry;
	const char *p = c->p;

	for (; p < c->end && is_blank(*p); p++)
		col += *p == '\t' ? TAB_STOP - col % TAB_STOP : 1;
	if (after)
		*after = p;
	return col - c->col;
}

static bool at_end(const struct cursor *c)
{
	const char *after;

	indent_of(c, &after);
	return after == c->end;
}

/* Uses up columns of white space, of which there are enough. */
static void take_columns(struct cursor *c, int n)
{
	while (n > 0) {
		if (c->carry == 0) {
			c->carry = *c->p == '\t' ? TAB_STOP - c->col % TAB_STOP : 1;
			c->p++;
		}
		int step = n < c->carry ? n : c->carry;
		c->carry -= step;
		c->col += step;
		n -= step;
	}
}

static void take_bytes(struct cursor *c, size_t n)
{
	c->p += n;
	c->col += (int)n;
}

static bool take_quote(struct cursor *c)
{
	const char *mark;
	int indent = indent_of(c, &mark);

	if (indent >= CODE_INDENT || mark == c->end || *mark != '>')
		return false;
	take_columns(c, indent);
	take_bytes(c, 1);
	if (indent_of(c, NULL) > 0)
		take_columns(c, 1);
	return true;
}

/* Does the line go on inside the container? */
static bool goes_on(struct cursor *c, struct box b)
{
	if (b.quote)
		return take_quote(c);
	if (at_end(c))
		return true;
	if (indent_of(c, NULL) < b.width)
		return false;
	take_columns(c, b.width);
	return true;
}

/* Three or more of one of * - _ and nothing else: a rule, not a list (CommonMark 4.1). */
static bool is_rule(const char *p, const char *end)
{
	char mark = *p;
	int n = 0;

	if (mark != '*' && mark != '-' && mark != '_')
		return false;
	for (; p < end; p++) {
		if (*p == mark)
			n++;
		else if (!is_blank(*p))
			return false;
	}
	return n >= 3;
}

/* The length of a list marker (CommonMark 5.2), 0 if there is none. */
static size_t list_marker(const char *p, const char *end)
{
	const char *q = p;

	if (*p == '-' || *p == '*' || *p == '+') {
		q++;
	} else {
		while (q < end && q - p < ORDINAL_DIGITS && *q >= '0' && *q <= '9')
			q++;
		if (q == p || q == end || (*q != '.' && *q != ')'))
			return 0;
		q++;
	}
	/* cmark takes form feeds and vertical tabs for the space behind a marker, too */
	return q == end || memchr(" \t\v\f", *q, 4) ? (size_t)(q - p) : 0;
}

static bool is_heading(const struct cursor *c)
{
	const char *p;
	int n = 0;

	if (indent_of(c, &p) >= CODE_INDENT)
		return false;
	for (; p < c->end && *p == '#'; p++)
		n++;
	return n >= 1 && n <= 6 && (p == c->end || is_blank(*p));
}

/* Takes a list marker and tells how far the item's content is indented. */
static bool take_item(struct cursor *c, int *width)
{
	const char *mark;
	int indent = indent_of(c, &mark), gap;
	size_t n;

	if (indent >= CODE_INDENT || mark == c->end || is_rule(mark, c->end))
		return false;
	n = list_marker(mark, c->end);
	if (n == 0)
		return false;
	take_columns(c, indent);
	take_bytes(c, n);
	gap = indent_of(c, NULL);
	/* content that begins with indented code, or on the next line, stands one column on */
	if (at_end(c) || gap > CODE_INDENT)
		gap = gap > 0 ? 1 : 0;
	take_columns(c, gap);
	*width = indent + (int)n + (gap > 0 ? gap : 1);
	return true;
}

/* Follows one line; false if it opens one container too many. */
static bool follow(struct nesting *s, struct cursor *c)
{
	size_t matched = 0;
	bool opened = false;

	while (matched < s->n && goes_on(c, s->open[matched]))
		matched++;
	for (;;) {
		struct box b = {.quote = take_quote(c)};

		if (!b.quote && !take_item(c, &b.width))
			break;
		if (!opened)
			s->n = matched;
		opened = true;
		if (s->n == MD_MAX_NESTING)
			return false;
		s->open[s->n++] = b;
	}
	/* a line that opens nothing may carry on a paragraph in the containers it does not repeat
	 */
	if (!opened && (!s->paragraph || at_end(c) || is_heading(c)))
		s->n = matched;
	s->paragraph = !at_end(c);
	return true;
}

static enum status refuse(enum status st, int at, int *line, const char *what)
{
	if (line)
		*line = at;
	return fail(st, "line %d: %s", at, what);
}

static int line_at(struct span text, size_t at)
{
	int line = 1;

	for (size_t i = 0; i < at; i++)
		line += text.p[i] == '\n';
	return line;
}

/* The end of the line that begins at p; *next is the beginning of the following one. */
static const char *line_end(const char *p, const char *end, const char **next)
{
	while (p < end && *p != '\n' && *p != '\r')
		p++;
	*next = p < end ? p + 1 : end;
	if (p + 1 < end && p[0] == '\r' && p[1] == '\n')
		*next = p + 2;
	return p;
}

static size_t count_brackets(const char *p, const char *end)
{
	size_t n = 0;

	for (const char *q = p; (q = memchr(q, '[', (size_t)(end - q))); q++)
		n++;
	for (const char *q = p; (q = memchr(q, ']', (size_t)(end - q))); q++)
		n++;
	return n;
}

enum status md_guard(struct span text, size_t max, int *line)
{
	struct nesting s = {.n = 0};
	const char *begin = text.p, *end = text.p + text.n, *next;
	size_t brackets = 0, at;
	int n = 1;

	if (text.n > max)
		return refuse(ST_TOOBIG, line_at(text, max), line, "text too long");
	at = utf8_check(text);
	if (at != text.n)
		return refuse(ST_INVALID, line_at(text, at), line, "not UTF-8 text");
	if (span_starts(text, SPAN("\xef\xbb\xbf")))
		begin += 3; /* cmark passes over it */
	for (const char *p = begin; p < end; p = next, n++) {
		struct cursor c = {.p = p, .end = line_end(p, end, &next)};

		brackets += count_brackets(c.p, c.end);
		if (brackets > MD_MAX_BRACKETS)
			return refuse(ST_TOOBIG, n, line, "too many brackets");
		if (!follow(&s, &c))
			return refuse(ST_TOOBIG, n, line, "lists and quotes nested too deeply");
	}
	return ST_OK;
}
