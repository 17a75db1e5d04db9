/*
 * The shortest way from one sequence to another (E. Myers, "An O(ND) Difference Algorithm and Its
 * Variations", 1986), bounded.  Thread safe.
 */
#ifndef KARTE_RENDER_DIFF_H
#define KARTE_RENDER_DIFF_H

#include "generator/base/span.h"
#include "generator/base/status.h"

enum diff_kind { DIFF_SAME, DIFF_REMOVED, DIFF_ADDED };

enum { DIFF_MAX_EDITS = 1000 }; /* more than these: the differing middle is replaced as a whole */

/* count elements from `old` of the first and `now` of the second sequence. */
struct diff_step {
	enum diff_kind kind;
	size_t old, now, count;
};

/*
 * Compares sequences of n and m elements; equal(ctx, i, j) says whether the i-th of the first and
 * the j-th of the second are the same.  *out is the caller's (free()); neighbours are of different
 * kinds, what is removed stands before what is added.  ST_NOMEM.
 */
enum status diff_steps(size_t n, size_t m, bool (*equal)(const void *ctx, size_t i, size_t j),
		       const void *ctx, struct diff_step **out, size_t *count);

struct diff_run {
	enum diff_kind kind;
	struct span text; /* part of one of the two texts */
};

/*
 * Compares two texts grapheme by grapheme.  Chance agreements shorter than the changes around them
 * (a の between two rewritten phrases) are counted as changed, so that people can read the result.
 * *out is the caller's (free()).  ST_NOMEM.
 */
enum status diff_text(struct span old, struct span now, struct diff_run **out, size_t *count);

#endif
