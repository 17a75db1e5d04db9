#include "generator/render/html.h"

#include "generator/render/escape.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static bool listed(const char *name, const char *const *list)
{
	for (; *list; list++)
		if (**list == *name && strcmp(name, *list) == 0)
			return true;
	return false;
}

static bool is_void(const char *tag)
{
	static const char *const list[] = {"area", "br",   "col",    "embed", "hr",  "img", "input",
					   "link", "meta", "source", "track", "wbr", NULL};

	return listed(tag, list);
}

/* After the end of these a line end is written, so that the source can be read and compared. */
static bool is_block(const char *tag)
{
	static const char *const list[] = {
	    "article", "aside",	   "blockquote", "caption", "dd",   "details",	"div",	   "dl",
	    "dt",      "fieldset", "figure",	 "footer",  "form", "h1",	"h2",	   "h3",
	    "h4",      "h5",	   "h6",	 "header",  "hr",   "label",	"legend",  "li",
	    "main",    "nav",	   "ol",	 "option",  "p",    "pre",	"section", "select",
	    "summary", "svg",	   "table",	 "tbody",   "td",   "textarea", "tfoot",   "th",
	    "thead",   "tr",	   "ul",	 NULL};

	return listed(tag, list);
}

/* Parsers drop a line end right after these start tags: one more keeps the text's own. */
static bool eats_newline(const char *tag)
{
	static const char *const list[] = {"textarea", "pre", NULL};

	return listed(tag, list);
}

static bool is_address(const char *attr)
{
	static const char *const list[] = {"href", "src", "action", "formaction", NULL};

	return listed(attr, list);
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Names come from literals; a script, a style or an event handler never goes through here. */
static bool good_name(const char *name)
{
	if (!is_letter(*name))
		return false;
	while (is_letter(*name) || (*name >= '0' && *name <= '9') || *name == '-' || *name == ':')
		name++;
	return *name == '\0';
}

static bool good_tag(const char *tag)
{
	return good_name(tag) && strcmp(tag, "script") != 0 && strcmp(tag, "style") != 0;
}

static bool good_attr(const char *name)
{
	return good_name(name) && strncmp(name, "on", 2) != 0 && strcmp(name, "style") != 0;
}

void html_init(struct html *h, struct buf *out)
{
	*h = (struct html){.out = out};
}

/* Puts the > of a start tag that still took attributes. */
static void finish_tag(struct html *h)
{
	if (!h->in_tag)
		return;
	h->in_tag = false;
	buf_addc(h->out, '>');
	if (h->depth > 0 && eats_newline(h->stack[h->depth - 1]))
		buf_addc(h->out, '\n');
}

enum status html_end(struct html *h)
{
	assert(h->depth == 0);
	finish_tag(h);
	return h->out->st;
}

void html_open(struct html *h, const char *tag)
{
	assert(good_tag(tag));
	finish_tag(h);
	buf_addc(h->out, '<');
	buf_adds(h->out, tag);
	h->in_tag = true;
	if (is_void(tag))
		return;
	assert(h->depth < HTML_DEPTH);
	h->stack[h->depth++] = tag;
}

void html_close(struct html *h)
{
	const char *tag;

	assert(h->depth > 0);
	finish_tag(h);
	tag = h->stack[--h->depth];
	buf_adds(h->out, "</");
	buf_adds(h->out, tag);
	buf_adds(h->out, is_block(tag) ? ">\n" : ">");
}

void html_close_to(struct html *h, const char *tag)
{
	bool found = false;

	while (!found) {
		assert(h->depth > 0);
		found = strcmp(h->stack[h->depth - 1], tag) == 0;
		html_close(h);
	}
}

void html_attr(struct html *h, const char *name, struct span value)
{
	assert(h->in_tag && good_attr(name));
	if (!value.p)
		return;
	if (is_address(name) && !escape_url_allowed(value))
		value = SPAN("#");
	buf_addc(h->out, ' ');
	buf_adds(h->out, name);
	buf_adds(h->out, "=\"");
	escape_attr(h->out, value);
	buf_addc(h->out, '"');
}

void html_attrs(struct html *h, const char *name, const char *value)
{
	html_attr(h, name, span_of(value));
}

/* printf into memory; NULL (and the buffer failed) when there is none. */
__attribute__((format(printf, 2, 0))) static char *print(struct html *h, const char *fmt,
							 va_list ap)
{
	char *text = NULL;

	if (vasprintf(&text, fmt, ap) >= 0)
		return text;
	buf_clear(h->out);
	h->out->st = fail(ST_NOMEM, "no memory for a formatted text");
	return NULL;
}

void html_attrf(struct html *h, const char *name, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = print(h, fmt, ap);
	va_end(ap);
	html_attrs(h, name, text);
	free(text);
}

void html_flag(struct html *h, const char *name, bool on)
{
	assert(h->in_tag && good_attr(name));
	if (!on)
		return;
	buf_addc(h->out, ' ');
	buf_adds(h->out, name);
}

void html_class(struct html *h, const char *value)
{
	html_attrs(h, "class", value);
}

void html_text(struct html *h, struct span s)
{
	finish_tag(h);
	escape_text(h->out, s);
}

void html_texts(struct html *h, const char *str)
{
	html_text(h, span_of(str));
}

void html_textf(struct html *h, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = print(h, fmt, ap);
	va_end(ap);
	html_texts(h, text);
	free(text);
}

void html_leaf_class(struct html *h, const char *tag, const char *cls, struct span s)
{
	html_open(h, tag);
	html_class(h, cls);
	html_text(h, s);
	html_close(h);
}

void html_leaf(struct html *h, const char *tag, struct span s)
{
	html_leaf_class(h, tag, NULL, s);
}

void html_leafs(struct html *h, const char *tag, const char *str)
{
	html_leaf_class(h, tag, NULL, span_of(str));
}

void html_link(struct html *h, const char *href, struct span text)
{
	html_open(h, "a");
	html_attrs(h, "href", href);
	html_text(h, text);
	html_close(h);
}

void html_hidden(struct html *h, const char *name, struct span value)
{
	html_open(h, "input");
	html_attrs(h, "type", "hidden");
	html_attrs(h, "name", name);
	html_attr(h, "value", value.p ? value : SPAN(""));
}

const char *html_heading(int level)
{
	static const char *const tags[] = {"h1", "h2", "h3", "h4", "h5", "h6"};

	return tags[level < 1 ? 0 : level > 6 ? 5 : level - 1];
}

void html_raw(struct html *h, struct span trusted)
{
	finish_tag(h);
	buf_addspan(h->out, trusted);
}
