#include "generator/render/diff.h"

#include "generator/base/text.h"

#include <stdlib.h>

struct graphemes {
	struct span text;
	size_t *ends;
	size_t count;
};

struct both {
	struct graphemes old, now;
};

static enum status cut(struct graphemes *g, struct span text)
{
	g->text = text;
	return text.n > 0 ? text_grapheme_ends(text, &g->ends, &g->count) : ST_OK;
}

/* The text of `count` graphemes from `at`. */
static struct span stretch(const struct graphemes *g, size_t at, size_t count)
{
	size_t from = at > 0 ? g->ends[at - 1] : 0;
	size_t to = at + count > 0 ? g->ends[at + count - 1] : 0;

	return span_make(g->text.p + from, to - from);
}

static bool same_grapheme(const void *ctx, size_t i, size_t j)
{
	const struct both *b = ctx;

	return span_eq(stretch(&b->old, i, 1), stretch(&b->now, j, 1));
}

static size_t changed_at(const struct diff_step *s, size_t count, size_t from, long way)
{
	size_t most = 0;

	for (size_t i = from; i < count && s[i].kind != DIFF_SAME; i = (size_t)((long)i + way))
		if (s[i].count > most)
			most = s[i].count;
	return most;
}

/* Is the stretch shorter than what changed on both of its sides? */
static bool by_chance(const struct diff_step *s, size_t count, size_t i)
{
	return s[i].kind == DIFF_SAME && i > 0 && i + 1 < count &&
	       s[i].count < changed_at(s, count, i - 1, -1) &&
	       s[i].count < changed_at(s, count, i + 1, 1);
}

/* Adds to the end of a list, joined with the changes there: what is removed stands first. */
static void join(struct diff_step *to, size_t *n, struct diff_step s)
{
	struct diff_step *last = *n > 0 ? &to[*n - 1] : NULL;

	if (last && last->kind == s.kind) {
		last->count += s.count;
	} else if (last && last->kind == DIFF_ADDED && s.kind == DIFF_REMOVED) {
		if (*n > 1 && to[*n - 2].kind == DIFF_REMOVED) {
			to[*n - 2].count += s.count;
		} else {
			to[*n] = *last;
			*last = s;
			(*n)++;
		}
	} else {
		to[(*n)++] = s;
	}
}

/* Turns chance agreements into changes.  out has room for three times as many. */
static size_t drop_chances(const struct diff_step *s, size_t count, struct diff_step *out)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		if (by_chance(s, count, i)) {
			join(out, &n,
			     (struct diff_step){DIFF_REMOVED, s[i].old, s[i].now, s[i].count});
			join(out, &n,
			     (struct diff_step){DIFF_ADDED, s[i].old, s[i].now, s[i].count});
		} else {
			join(out, &n, s[i]);
		}
	}
	return n;
}

static void to_runs(const struct both *b, const struct diff_step *s, size_t n, struct diff_run *out)
{
	for (size_t i = 0; i < n; i++) {
		bool added = s[i].kind == DIFF_ADDED;

		out[i].kind = s[i].kind;
		out[i].text =
		    stretch(added ? &b->now : &b->old, added ? s[i].now : s[i].old, s[i].count);
	}
}

enum status diff_text(struct span old, struct span now, struct diff_run **out, size_t *count)
{
	struct both b = {{SPAN_NONE, NULL, 0}, {SPAN_NONE, NULL, 0}};
	struct diff_step *steps = NULL, *kept = NULL;
	struct diff_run *runs = NULL;
	size_t nsteps = 0, nkept;
	enum status st;

	*out = NULL;
	*count = 0;
	st = cut(&b.old, old);
	if (st == ST_OK)
		st = cut(&b.now, now);
	if (st == ST_OK)
		st = diff_steps(b.old.count, b.now.count, same_grapheme, &b, &steps, &nsteps);
	if (st)
		goto out;
	st = ST_NOMEM;
	kept = calloc(3 * nsteps + 1, sizeof(*kept));
	if (!kept)
		goto out;
	nkept = drop_chances(steps, nsteps, kept);
	runs = calloc(nkept + 1, sizeof(*runs));
	if (!runs)
		goto out;
	to_runs(&b, kept, nkept, runs);
	*out = runs;
	*count = nkept;
	st = ST_OK;
out:
	free(b.old.ends);
	free(b.now.ends);
	free(steps);
	free(kept);
	return st == ST_NOMEM ? fail(st, "no memory to compare two texts") : st;
}
