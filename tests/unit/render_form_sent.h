/*
 * What a browser would send for a page: the names and values of its controls, in order.  Reads only
 * the HTML that our own writer makes.
 */
#ifndef KARTE_TEST_RENDER_FORM_SENT_H
#define KARTE_TEST_RENDER_FORM_SENT_H

#include "generator/base/arena.h"

#include <stdlib.h>

enum { SENT_MAX = 1000 };

struct sent {
	struct pair pairs[SENT_MAX];
	size_t count;
	struct arena *arena;
};

static inline struct span sent_decode(struct arena *a, struct span s)
{
	static const char *const entities[][2] = {
	    {"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}};
	char *out = arena_alloc(a, s.n + 1);
	size_t n = 0;

	while (s.n > 0) {
		size_t used = 1;

		out[n] = s.p[0];
		for (size_t i = 0; i < 5; i++)
			if (span_starts(s, span_of(entities[i][0]))) {
				out[n] = entities[i][1][0];
				used = strlen(entities[i][0]);
			}
		n++;
		s = span_make(s.p + used, s.n - used);
	}
	return span_make(out, n);
}

/* The value of an attribute in a start tag; absent without it. */
static inline struct span sent_attr(struct sent *sent, struct span tag, const char *name)
{
	char *key = arena_printf(sent->arena, " %s=\"", name);
	long at = span_find(tag, span_of(key));
	struct span rest;

	if (at < 0)
		return SPAN_NONE;
	rest = span_make(tag.p + (size_t)at + strlen(key), tag.n - (size_t)at - strlen(key));
	return sent_decode(sent->arena, span_cut(&rest, '"'));
}

static inline void sent_add(struct sent *sent, struct span name, struct span value)
{
	if (name.p && sent->count < SENT_MAX)
		sent->pairs[sent->count++] = (struct pair){name, value.p ? value : SPAN("")};
}

static inline void sent_input(struct sent *sent, struct span tag)
{
	bool box = span_find(tag, SPAN("type=\"checkbox\"")) >= 0;

	if (!box || span_ends(tag, SPAN(" checked")))
		sent_add(sent, sent_attr(sent, tag, "name"), sent_attr(sent, tag, "value"));
}

/* The text of a textarea, without the line end that its start tag eats. */
static inline void sent_textarea(struct sent *sent, struct span tag, struct span rest)
{
	long end = span_find(rest, SPAN("</textarea>"));

	sent_add(sent, sent_attr(sent, tag, "name"),
		 sent_decode(sent->arena, span_make(rest.p + 1, (size_t)end - 1)));
}

/* The chosen option, or the first one. */
static inline void sent_select(struct sent *sent, struct span tag, struct span rest)
{
	struct span value = SPAN_NONE;

	rest.n = (size_t)span_find(rest, SPAN("</select>"));
	while (rest.p) {
		struct span option = span_cut(&rest, '>');

		if (span_find(option, SPAN("<option")) < 0)
			continue;
		if (!value.p || span_ends(option, SPAN(" selected")))
			value = sent_attr(sent, option, "value");
	}
	sent_add(sent, sent_attr(sent, tag, "name"), value);
}

static inline void sent_read(struct sent *sent, struct span html)
{
	sent->count = 0;
	sent->arena = arena_new(10 << 20);
	while (html.p) {
		struct span tag;

		span_cut(&html, '<');
		if (!html.p)
			return;
		tag = span_cut(&html, '>');
		if (span_starts(tag, SPAN("input ")))
			sent_input(sent, tag);
		else if (span_starts(tag, SPAN("textarea ")))
			sent_textarea(sent, tag, html);
		else if (span_starts(tag, SPAN("select ")))
			sent_select(sent, tag, html);
	}
}

static inline void sent_clear(struct sent *sent)
{
	arena_free(sent->arena);
}

static inline bool sent_has(const struct sent *sent, const char *name)
{
	for (size_t i = 0; i < sent->count; i++)
		if (span_is(sent->pairs[i].name, name))
			return true;
	return false;
}

#endif
