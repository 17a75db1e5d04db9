/*
 * The proof of the tree.  Bodies, tiles and tail each tell the leaves; where they disagree, the
 * signed checkpoint decides who is right, and beyond it the majority.
 */
#include "vault/journal/tile.h"
#include "vault/journal/verify_impl.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* One tile of level 0 as it is on the disk. */
struct leaves {
	uint64_t index;
	bool loaded;
	unsigned width; /* hashes that are there */
	struct hash h[TILE_WIDTH];
};

struct proof_tree {
	struct run *r;
	struct leaves leaves;
	struct tree from_bodies, from_tiles, truth;
	bool tiles_whole; /* all leaves of the checkpoint are in tiles */
	bool bodies_hold; /* bodies give the root of the checkpoint */
	bool tiles_hold;  /* tiles do */
	size_t next_promise;
};

/* How many leaves the checkpoint covers; these must be in tiles. */
static uint64_t covered(const struct run *r)
{
	return r->has_checkpoint ? r->checkpoint.size : 0;
}

/* Loads a tile of leaves: the full one, else the partial one of the checkpoint. */
static enum status load_leaves(struct proof_tree *p, uint64_t index)
{
	struct leaves *l = &p->leaves;
	unsigned part = tree_edge_width(covered(p->r), 0);
	enum status st = tile_read(p->r->j->dir, 0, index, TILE_WIDTH, l->h);

	l->index = index;
	l->loaded = true;
	l->width = st ? 0 : TILE_WIDTH;
	if (st == ST_NOTFOUND && part && index == covered(p->r) / TILE_WIDTH) {
		st = tile_read(p->r->j->dir, 0, index, part, l->h);
		l->width = st ? 0 : part;
	}
	return st == ST_NOTFOUND || st == ST_CORRUPT ? ST_OK : st;
}

/* The leaf as its tile has it; NULL if the tile has not. */
static enum status tile_leaf(struct proof_tree *p, uint64_t n, const struct hash **out)
{
	enum status st = ST_OK;

	if (!p->leaves.loaded || p->leaves.index != n / TILE_WIDTH)
		st = load_leaves(p, n / TILE_WIDTH);
	*out = n % TILE_WIDTH < p->leaves.width ? &p->leaves.h[n % TILE_WIDTH] : NULL;
	return st;
}

static bool has_leaf(const struct run *r, uint64_t n)
{
	return r->known[n] == BODY || r->known[n] == TAIL;
}

/* ---- first pass: who gives the root of the checkpoint ---- */

static bool holds(const struct run *r, const struct tree *t)
{
	struct hash root = tree_root(t);

	return hash_eq(&root, &r->checkpoint.root);
}

static enum status first_pass(struct proof_tree *p)
{
	struct run *r = p->r;
	static const struct hash none;
	enum status st = ST_OK;

	p->tiles_whole = true;
	for (uint64_t n = 0; n < covered(r) && !st; n++) {
		const struct hash *tile, *body;

		st = tile_leaf(p, n, &tile);
		if (st)
			break;
		body = has_leaf(r, n) ? &r->leaf[n] : tile;
		tree_add(&p->from_bodies, body ? body : &none, NULL, NULL);
		if (!tile)
			p->tiles_whole = false;
		else if (p->tiles_whole)
			tree_add(&p->from_tiles, tile, NULL, NULL);
	}
	p->bodies_hold = r->has_checkpoint && holds(r, &p->from_bodies);
	p->tiles_hold = r->has_checkpoint && p->tiles_whole && holds(r, &p->from_tiles);
	if (!st && r->has_checkpoint && !p->bodies_hold && !p->tiles_hold)
		finding(r, FINDING_ROOT, NO_RECORD,
			"neither records nor tiles give the root of the published checkpoint");
	return st;
}

/* ---- second pass: the true leaves, and who differs from them ---- */

struct voices {
	const struct hash *body, *tile, *tail;
};

static bool same(const struct hash *a, const struct hash *b)
{
	return a && b && hash_eq(a, b);
}

static const struct hash *true_leaf(const struct proof_tree *p, uint64_t n, const struct voices *v)
{
	if (n < covered(p->r) && p->bodies_hold)
		return v->body ? v->body : v->tile;
	if (n < covered(p->r) && p->tiles_hold)
		return v->tile;
	if (same(v->body, v->tile) || !v->tail)
		return v->body && !v->tile ? v->body : v->tile;
	return v->tail;
}

static void check_voices(struct proof_tree *p, uint64_t n, const struct voices *v,
			 const struct hash *truth)
{
	struct run *r = p->r;

	if (v->body && !same(v->body, truth))
		finding(r, FINDING_BODY, n, "record %" PRIu64 " is not the one that was logged", n);
	if (v->tail && !same(v->tail, truth))
		finding(r, FINDING_TAIL, n, "record %" PRIu64 " is another one in tail", n);
	if (v->tile && !same(v->tile, truth))
		finding(r, FINDING_TILE, n, "the leaf of record %" PRIu64 " is wrong in its tile",
			n);
	if (!v->tile && n < covered(r) && (n % TILE_WIDTH == 0 || n == p->leaves.width))
		finding(r, FINDING_TILE, n,
			"the tile with the leaf of record %" PRIu64 " is missing or cut", n);
}

static void check_promises(struct proof_tree *p)
{
	struct run *r = p->r;
	struct hash root;

	for (; p->next_promise < r->promises; p->next_promise++) {
		const struct journal_promise *want = &r->promise[p->next_promise];

		if (want->size > p->truth.size)
			return;
		root = tree_root(&p->truth);
		if (memcmp(root.b, want->root, want->root_len) != 0)
			finding(r, FINDING_FORK, want->size,
				"an old checkpoint of %" PRIu64 " records has another root",
				want->size);
	}
}

/* Full tiles above the leaves, as the true leaves fill them. */
static enum status check_tile(void *ctx, unsigned level, uint64_t index, const struct hash *h)
{
	struct proof_tree *p = ctx;
	struct hash disk[TILE_WIDTH];
	unsigned long long at = index;
	bool due = (index + 1) << (8 * (level + 1)) <= covered(p->r);
	enum status st;

	if (level == 0)
		return ST_OK; /* each leaf was looked at */
	st = tile_read(p->r->j->dir, level, index, TILE_WIDTH, disk);
	if (st == ST_NOTFOUND ? due : st == ST_CORRUPT)
		finding(p->r, FINDING_TILE, NO_RECORD, "tile %llu of level %u: %s", at, level,
			fail_why());
	else if (!st && memcmp(h, disk, sizeof disk) != 0)
		finding(p->r, FINDING_TILE, NO_RECORD, "tile %llu of level %u is wrong", at, level);
	return st == ST_NOTFOUND || st == ST_CORRUPT ? ST_OK : st;
}

/* Partial tiles above the leaves, when the true tree is as big as the checkpoint. */
static enum status check_edges(struct proof_tree *p)
{
	struct hash disk[TILE_WIDTH];
	enum status st = ST_OK;

	for (unsigned level = 1; level < TILE_LEVELS && !st; level++) {
		unsigned width = p->truth.edge[level].width;

		if (!width)
			continue;
		st = tile_read(p->r->j->dir, level, p->truth.size >> (8 * level) >> 8, width, disk);
		if (st == ST_NOTFOUND || st == ST_CORRUPT)
			finding(p->r, FINDING_TILE, NO_RECORD, "the last tile of level %u: %s",
				level, fail_why());
		else if (!st && memcmp(p->truth.edge[level].h, disk, width * sizeof *disk) != 0)
			finding(p->r, FINDING_TILE, NO_RECORD, "the last tile of level %u is wrong",
				level);
		if (st == ST_NOTFOUND || st == ST_CORRUPT)
			st = ST_OK;
	}
	return st;
}

static enum status second_pass(struct proof_tree *p)
{
	static const struct hash none;
	struct run *r = p->r;
	bool known = !r->has_checkpoint || p->bodies_hold || p->tiles_hold;
	enum status st = ST_OK;

	p->leaves.loaded = false;
	for (uint64_t n = 0; n < r->size && !st; n++) {
		struct voices v = {.body = r->known[n] == BODY ? &r->leaf[n] : NULL};
		const struct hash *truth;

		check_promises(p);
		if (n == covered(r) && known)
			st = check_edges(p);
		if (!st)
			st = tile_leaf(p, n, &v.tile);
		if (st)
			break;
		v.tail = n >= r->base ? &r->tail[n - r->base].leaf : NULL;
		truth = true_leaf(p, n, &v);
		check_voices(p, n, &v, truth);
		st = tree_add(&p->truth, truth ? truth : &none, known ? check_tile : NULL, p);
	}
	if (!st && r->size == covered(r) && known)
		st = check_edges(p);
	return st;
}

static void end_promises(struct proof_tree *p)
{
	struct run *r = p->r;

	check_promises(p);
	for (; p->next_promise < r->promises; p->next_promise++)
		finding(r, FINDING_PROMISE, r->size,
			"an old checkpoint had %" PRIu64 " records, there are only %" PRIu64,
			r->promise[p->next_promise].size, r->size);
}

void verify_nodes(const struct tree *t, struct journal_proof *out)
{
	for (size_t i = 0; i < JOURNAL_NODES; i++)
		if (t->size >> i & 1)
			memcpy(out->node[i], t->node[i].b, sizeof out->node[i]);
}

enum status verify_tree(struct run *r)
{
	struct proof_tree *p = calloc(1, sizeof *p);
	struct hash root;
	enum status st;

	if (!p)
		return fail(ST_NOMEM, "no memory to verify the journal");
	p->r = r;
	st = first_pass(p);
	if (!st)
		st = second_pass(p);
	if (!st) {
		end_promises(p);
		root = tree_root(&p->truth);
		memcpy(r->proof->root, root.b, sizeof root.b);
		verify_nodes(&p->truth, r->proof);
		r->proof->t = r->size ? r->t[r->size - 1] : 0;
	}
	free(p);
	return st;
}
