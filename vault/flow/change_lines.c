#include "vault/flow/change_lines.h"

#include "generator/render/diff.h"

#include <stdlib.h>

struct text {
	struct span *line;
	size_t count;
};

struct both {
	struct text old, now;
};

static enum status cut(struct text *t, struct span text, struct arena *a)
{
	size_t n = 0;

	*t = (struct text){.count = 0};
	if (!text.n)
		return ST_OK;
	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	if (n >= LINES_MAX || text.n > LINES_BYTES_MAX)
		return fail(ST_TOOBIG, "too long to be compared");
	t->line = arena_array(a, n + 1, sizeof *t->line);
	if (!t->line)
		return fail(ST_NOMEM, "no memory to compare two files");
	while (text.n)
		t->line[t->count++] = span_cut(&text, '\n');
	return ST_OK;
}

static bool same_line(const void *ctx, size_t i, size_t j)
{
	const struct both *b = ctx;

	return span_eq(b->old.line[i], b->now.line[j]);
}

struct out {
	struct content_line *list;
	size_t count;
};

static void put(struct out *o, char mark, const struct span *line, size_t count)
{
	for (size_t i = 0; i < count; i++)
		o->list[o->count++] = (struct content_line){mark, line[i]};
}

/* What is the same, of which only the ends beside a change are of interest. */
static void put_same(struct out *o, const struct span *line, size_t count, bool first, bool last)
{
	size_t head = first ? 0 : LINES_AROUND, tail = last ? 0 : LINES_AROUND;

	if (count <= head + tail + 1) {
		put(o, ' ', line, count);
		return;
	}
	put(o, ' ', line, head);
	o->list[o->count++] = (struct content_line){'@', SPAN("")};
	put(o, ' ', line + count - tail, tail);
}

enum status change_lines(struct span old, struct span now, struct arena *a,
			 struct content_line **out, size_t *count)
{
	struct both b;
	struct diff_step *steps = NULL;
	struct out o = {NULL, 0};
	size_t n = 0;
	enum status st = cut(&b.old, old, a);

	if (!st)
		st = cut(&b.now, now, a);
	if (!st)
		st = diff_steps(b.old.count, b.now.count, same_line, &b, &steps, &n);
	if (!st) {
		o.list = arena_array(a, b.old.count + b.now.count + n + 1, sizeof *o.list);
		st = o.list ? ST_OK : fail(ST_NOMEM, "no memory to compare two files");
	}
	for (size_t i = 0; i < n && !st; i++) {
		const struct diff_step *s = &steps[i];

		if (s->kind == DIFF_SAME)
			put_same(&o, b.now.line + s->now, s->count, i == 0, i + 1 == n);
		else if (s->kind == DIFF_REMOVED)
			put(&o, '-', b.old.line + s->old, s->count);
		else
			put(&o, '+', b.now.line + s->now, s->count);
	}
	free(steps);
	*out = o.list;
	*count = o.count;
	return st;
}
