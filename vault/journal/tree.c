#include "vault/journal/tree.h"

#include <string.h>

bool hash_eq(const struct hash *a, const struct hash *b)
{
	return memcmp(a->b, b->b, sizeof a->b) == 0;
}

struct hash hash_leaf(struct span record)
{
	struct sha256 s;
	struct hash h;

	sha256_init(&s);
	sha256_add(&s, "\x00", 1);
	sha256_add(&s, record.p, record.n);
	sha256_end(&s, h.b);
	return h;
}

struct hash hash_node(const struct hash *left, const struct hash *right)
{
	struct sha256 s;
	struct hash h;

	sha256_init(&s);
	sha256_add(&s, "\x01", 1);
	sha256_add(&s, left->b, sizeof left->b);
	sha256_add(&s, right->b, sizeof right->b);
	sha256_end(&s, h.b);
	return h;
}

struct hash hash_empty(void)
{
	struct hash h;

	sha256(SPAN(""), h.b);
	return h;
}

void tree_init(struct tree *t)
{
	memset(t, 0, sizeof *t);
}

/* size leaves are complete under this hash, which stands at this level of tiles. */
static enum status into_tile(struct tree *t, unsigned level, const struct hash *h, uint64_t size,
			     tree_sink *sink, void *ctx)
{
	if (level >= TILE_LEVELS)
		return ST_OK;
	t->edge[level].h[t->edge[level].width++] = *h;
	if (t->edge[level].width < TILE_WIDTH)
		return ST_OK;
	t->edge[level].width = 0;
	if (!sink)
		return ST_OK;
	return sink(ctx, level, (size >> (8 * level) >> 8) - 1, t->edge[level].h);
}

enum status tree_add(struct tree *t, const struct hash *leaf, tree_sink *sink, void *ctx)
{
	struct hash h = *leaf;
	uint64_t size = t->size + 1;
	enum status st = into_tile(t, 0, &h, size, sink, ctx), st2;
	unsigned level = 0;

	for (; t->size >> level & 1; level++) {
		h = hash_node(&t->node[level], &h);
		if ((level + 1) % 8 == 0) {
			st2 = into_tile(t, (level + 1) / 8, &h, size, sink, ctx);
			st = st ? st : st2;
		}
	}
	t->node[level] = h;
	t->size = size;
	return st;
}

struct hash tree_root(const struct tree *t)
{
	struct hash h;
	bool any = false;

	for (unsigned i = 0; i < 64; i++) {
		if (!(t->size >> i & 1))
			continue;
		h = any ? hash_node(&t->node[i], &h) : t->node[i];
		any = true;
	}
	return any ? h : hash_empty();
}

/* The root over 2^log hashes, folded in place of a copy. */
static struct hash perfect(const struct hash *h, unsigned log)
{
	struct hash row[TILE_WIDTH];
	unsigned n = 1u << log;

	memcpy(row, h, n * sizeof *row);
	for (; n > 1; n /= 2)
		for (unsigned i = 0; i < n / 2; i++)
			row[i] = hash_node(&row[2 * i], &row[2 * i + 1]);
	return row[0];
}

void tree_from_edges(struct tree *t)
{
	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		unsigned width = t->edge[level].width, at = 0;

		for (unsigned i = 8; i-- > 0;) {
			if (!(width >> i & 1))
				continue;
			t->node[8 * level + i] = perfect(t->edge[level].h + at, i);
			at += 1u << i;
		}
	}
}

unsigned tree_edge_width(uint64_t size, unsigned level)
{
	return (unsigned)(size >> (8 * level) & 0xff);
}
