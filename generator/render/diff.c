#include "generator/render/diff.h"

#include <stdint.h>
#include <stdlib.h>

/* The two sequences between their common beginning and end. */
struct problem_pair {
	size_t from; /* of both */
	size_t n, m; /* how many differ in each */
	bool (*equal)(const void *ctx, size_t i, size_t j);
	const void *ctx;
};

struct steps {
	struct diff_step *list;
	size_t count;
};

static bool same(const struct problem_pair *p, size_t i, size_t j)
{
	return p->equal(p->ctx, p->from + i, p->from + j);
}

/*
 * The furthest points of Myers' search.  trace[d] is the start of the row of d, which has the 2d+1
 * diagonals -d..d; a point is how far the first sequence has been used up on that diagonal.
 */
struct search {
	int32_t *points;
	size_t rows;
};

static int32_t *row(const struct search *s, size_t d)
{
	return s->points + d * d;
}

/* Where the path of d edits on diagonal k begins its run of equal elements; *down: by an addition.
 */
static int32_t enter(const struct search *s, size_t d, long k, bool *down)
{
	const int32_t *before = row(s, d - 1);
	long mid = (long)d - 1, D = (long)d;

	*down = k == -D || (k != D && before[mid + k - 1] < before[mid + k + 1]);
	return *down ? before[mid + k + 1] : before[mid + k - 1] + 1;
}

static int32_t slide(const struct problem_pair *p, int32_t x, long k)
{
	while ((size_t)x < p->n && x - k >= 0 && (size_t)(x - k) < p->m &&
	       same(p, (size_t)x, (size_t)(x - k)))
		x++;
	return x;
}

/* Fills the rows until the end is reached; false when that takes more than DIFF_MAX_EDITS. */
static bool search_path(struct search *s, const struct problem_pair *p)
{
	long goal = (long)p->n - (long)p->m;
	bool down;

	for (size_t d = 0; d <= DIFF_MAX_EDITS; d++) {
		long D = (long)d;

		s->rows = d + 1;
		for (long k = -D; k <= D; k += 2) {
			int32_t x = d == 0 ? 0 : enter(s, d, k, &down);

			/* Points outside of the sequences lead nowhere, but keep the order. */
			if (x <= (int32_t)p->n && x - k <= (long)p->m)
				x = slide(p, x, k);
			row(s, d)[D + k] = x;
			if (k == goal && x >= (int32_t)p->n)
				return true;
		}
	}
	return false;
}

/* Adds in front of the list (it is filled from its end), joined with a neighbour of its kind. */
static void put_front(struct steps *out, enum diff_kind kind, size_t old, size_t now, size_t count)
{
	struct diff_step *s = out->list;

	if (count == 0)
		return;
	if (out->count > 0 && s[out->count - 1].kind == kind) {
		s[out->count - 1].old = old;
		s[out->count - 1].now = now;
		s[out->count - 1].count += count;
		return;
	}
	s[out->count++] = (struct diff_step){kind, old, now, count};
}

/* Walks the found path back to its start. */
static void trace_back(const struct search *s, const struct problem_pair *p, struct steps *out)
{
	long k = (long)p->n - (long)p->m;

	for (size_t d = s->rows - 1;; d--) {
		int32_t x = row(s, d)[(long)d + k], from;
		bool down = false;

		from = d == 0 ? 0 : enter(s, d, k, &down);
		put_front(out, DIFF_SAME, p->from + (size_t)from, p->from + (size_t)(from - k),
			  (size_t)(x - from));
		if (d == 0)
			return;
		if (down)
			put_front(out, DIFF_ADDED, p->from + (size_t)from,
				  p->from + (size_t)(from - k - 1), 1);
		else
			put_front(out, DIFF_REMOVED, p->from + (size_t)from - 1,
				  p->from + (size_t)(from - k), 1);
		k += down ? 1 : -1;
	}
}

/* Removed before added between two stretches that are the same. */
static size_t tidy(struct diff_step *s, size_t count)
{
	size_t to = 0;

	for (size_t i = 0; i < count;) {
		struct diff_step removed = {DIFF_REMOVED, s[i].old, s[i].now, 0};
		struct diff_step added = {DIFF_ADDED, s[i].old, s[i].now, 0};

		if (s[i].kind == DIFF_SAME) {
			s[to++] = s[i++];
			continue;
		}
		for (; i < count && s[i].kind != DIFF_SAME; i++) {
			if (s[i].kind == DIFF_REMOVED)
				removed.count += s[i].count;
			else
				added.count += s[i].count;
		}
		added.old = removed.old + removed.count;
		if (removed.count > 0)
			s[to++] = removed;
		if (added.count > 0)
			s[to++] = added;
	}
	return to;
}

static void reverse(struct diff_step *s, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		struct diff_step t = s[i];

		s[i] = s[count - 1 - i];
		s[count - 1 - i] = t;
	}
}

/* The differing middle, from its end to its start. */
static enum status middle(const struct problem_pair *p, struct steps *out)
{
	struct search s = {NULL, 0};
	size_t edits = p->n + p->m < DIFF_MAX_EDITS ? p->n + p->m : DIFF_MAX_EDITS;
	enum status st = ST_OK;

	if (p->n == 0 || p->m == 0 || p->n > INT32_MAX / 4 || p->m > INT32_MAX / 4)
		goto replace;
	s.points = malloc((edits + 1) * (edits + 1) * sizeof(*s.points));
	if (!s.points) {
		st = fail(ST_NOMEM, "no memory to compare two texts");
		goto out;
	}
	if (search_path(&s, p)) {
		trace_back(&s, p, out);
		goto out;
	}
replace:
	put_front(out, DIFF_ADDED, p->from + p->n, p->from, p->m);
	put_front(out, DIFF_REMOVED, p->from, p->from, p->n);
out:
	free(s.points);
	return st;
}

enum status diff_steps(size_t n, size_t m, bool (*equal)(const void *ctx, size_t i, size_t j),
		       const void *ctx, struct diff_step **out, size_t *count)
{
	size_t head = 0, tail = 0;
	struct problem_pair p = {0, 0, 0, equal, ctx};
	struct steps steps = {NULL, 0};
	enum status st;

	*out = NULL;
	*count = 0;
	while (head < n && head < m && equal(ctx, head, head))
		head++;
	while (tail < n - head && tail < m - head && equal(ctx, n - 1 - tail, m - 1 - tail))
		tail++;
	p.from = head;
	p.n = n - head - tail;
	p.m = m - head - tail;
	/* Every edit may stand between two stretches that are the same. */
	steps.list = calloc(2 * (size_t)DIFF_MAX_EDITS + 5, sizeof(*steps.list));
	if (!steps.list)
		return fail(ST_NOMEM, "no memory to compare two texts");
	put_front(&steps, DIFF_SAME, n - tail, m - tail, tail);
	st = middle(&p, &steps);
	if (st) {
		free(steps.list);
		return st;
	}
	put_front(&steps, DIFF_SAME, 0, 0, head);
	reverse(steps.list, steps.count);
	*count = tidy(steps.list, steps.count);
	*out = steps.list;
	return ST_OK;
}
