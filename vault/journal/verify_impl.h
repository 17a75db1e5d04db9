/* Inside of journal_verify: shared by verify*.c only. */
#ifndef KARTE_JOURNAL_VERIFY_IMPL_H
#define KARTE_JOURNAL_VERIFY_IMPL_H

#include "vault/journal/journal_impl.h"
#include "vault/journal/lines.h"

/* What is known of a record. */
enum known {
	GONE,	/* no body */
	BODY,	/* leaf and t are from its body */
	TAIL,	/* from tail; its body was not written yet */
	PRUNED, /* its body went with its month; leaf comes from the tile */
};

/* A body file that a record of pruning says is gone. */
struct pruned {
	int class;
	char month[MONTH];
	uint64_t first, last, count;
};

/* A record that stands in tail. */
struct in_tail {
	struct hash leaf;
	int64_t t;
	int class;
};

struct run {
	struct journal *j;
	journal_report *report;
	void *ctx;
	struct journal_proof *proof;

	/* as it was at the start, read under the lock */
	struct body_list bodies;
	struct in_tail *tail; /* records base, base + 1, … */
	size_t tail_count, tail_cap;
	uint64_t base, size;
	bool has_checkpoint;
	struct checkpoint checkpoint;
	struct journal_promise *promise; /* by size */
	size_t promises;

	/* from the bodies; size elements each */
	unsigned char *known;
	struct hash *leaf;
	int64_t *t;
	uint64_t end[RECORD_CLASSES]; /* behind the last n of a class that has a body */
	struct pruned *pruned;
	size_t pruned_count;
};

#define NO_RECORD UINT64_MAX

void finding(struct run *r, enum journal_finding_code code, uint64_t n, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* What is looked at, as it is now: checkpoint, seal, tail, body files, promises; size. */
enum status verify_snapshot(struct run *r, const struct journal_promise *promises, size_t count);
void verify_clear(struct run *r);
/* What a later proof goes on from. */
void verify_nodes(const struct tree *t, struct journal_proof *out);

/* Every line of every body file, then what is missing, then times. */
enum status verify_bodies(struct run *r);
/* Leaves, tiles, roots, promises. */
enum status verify_tree(struct run *r);

#endif
