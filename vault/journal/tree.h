/*
 * Hashing as in RFC 6962 section 2.1 with SHA-256, and the right edge of a growing tree: enough
 * to add leaves, to know the root, and to write tiles of height 8 (C2SP tlog-tiles).
 */
#ifndef KARTE_JOURNAL_TREE_H
#define KARTE_JOURNAL_TREE_H

#include "generator/base/sha256.h"
#include "generator/base/span.h"
#include "generator/base/status.h"

#include <stdint.h>

enum {
	TILE_WIDTH = 256, /* hashes in a full tile */
	TILE_LEVELS = 8,  /* 256^8 leaves are more than a uint64_t counts */
};

struct hash {
	unsigned char b[SHA256_LEN];
};

bool hash_eq(const struct hash *a, const struct hash *b);
/* The hash of a leaf: SHA-256 of 0x00 and the record. */
struct hash hash_leaf(struct span record);
/* The hash of an inner node: SHA-256 of 0x01, left and right. */
struct hash hash_node(const struct hash *left, const struct hash *right);
/* The root of a tree without leaves: SHA-256 of nothing. */
struct hash hash_empty(void);

/*
 * A full tile of 256 hashes, handed over when it fills.  The tree has the leaf already, whatever
 * the function returns; tree_add passes its code up.
 */
typedef enum status tree_sink(void *ctx, unsigned level, uint64_t index, const struct hash *h);

struct tree {
	uint64_t size;
	struct hash node[64]; /* node[i]: the complete subtree of 2^i leaves, if bit i of size */
	struct {
		unsigned width; /* 0..255 */
		struct hash h[TILE_WIDTH];
	} edge[TILE_LEVELS]; /* the rightmost, partial tile of each level */
};

/* An empty tree.  80 KB: do not put it on the stack. */
void tree_init(struct tree *t);
/* Adds a leaf; sink may be NULL. */
enum status tree_add(struct tree *t, const struct hash *leaf, tree_sink *sink, void *ctx);
struct hash tree_root(const struct tree *t);

/* Computes node[] again from size and edge[], after these were read from tiles. */
void tree_from_edges(struct tree *t);

/* How many hashes the partial tile of this level has in a tree of this size. */
unsigned tree_edge_width(uint64_t size, unsigned level);

#endif
