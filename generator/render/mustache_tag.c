/* Finding the tags of a template: delimiters, kinds, and which stand alone on their line. */
#include "generator/render/mustache_tree.h"

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

bool msource_line_start(const struct msource *s, size_t at)
{
	return at == 0 || s->text.p[at - 1] == '\n';
}

long msource_find(const struct msource *s, size_t from, struct span needle)
{
	long at;

	if (from > s->text.n)
		return -1;
	at = span_find(span_make(s->text.p + from, s->text.n - from), needle);
	return at < 0 ? -1 : at + (long)from;
}

/* Looks whether the tag is alone on its line, and what then belongs to it. */
static void look_around(const struct msource *s, struct mtag *t)
{
	size_t from = t->start, to = t->end;

	t->before = t->start;
	t->after = t->end;
	if (t->kind == 0 || t->kind == '&' || t->kind == '{')
		return;
	while (from > s->pos && blank(s->text.p[from - 1]))
		from--;
	if (!msource_line_start(s, from))
		return;
	while (to < s->text.n && blank(s->text.p[to]))
		to++;
	if (to < s->text.n && s->text.p[to] == '\r')
		to++;
	if (to < s->text.n && s->text.p[to] != '\n')
		return;
	t->alone = true;
	t->before = from;
	t->after = to < s->text.n ? to + 1 : to;
}

/* {{{name}}} ends with "}" and the delimiter, {{=…=}} with "=" and the delimiter. */
static char mirror_of(char kind)
{
	return kind == '{' ? '}' : kind == '=' ? '=' : '\0';
}

bool mtag_read(const struct msource *s, size_t start, struct mtag *t)
{
	size_t at = start + s->open.n;
	char mirror;
	long end;

	*t = (struct mtag){.start = start};
	if (at < s->text.n && strchr("#^/>!=&{", s->text.p[at]))
		t->kind = s->text.p[at++];
	mirror = mirror_of(t->kind);
	end = msource_find(s, at, s->close);
	while (end >= 0 && mirror && ((size_t)end == at || s->text.p[end - 1] != mirror))
		end = msource_find(s, (size_t)end + 1, s->close);
	if (end < 0)
		return false;
	t->end = (size_t)end + s->close.n;
	t->name = span_trim(span_make(s->text.p + at, (size_t)end - at - (mirror ? 1 : 0)));
	look_around(s, t);
	return true;
}
