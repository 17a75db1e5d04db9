/* Tiles on the disk: names as in C2SP tlog-tiles, reading and writing. */
#ifndef KARTE_JOURNAL_TILE_H
#define KARTE_JOURNAL_TILE_H

#include "generator/base/buf.h"
#include "vault/journal/tree.h"

/* Appends "tile/<level>/<index>[.p/<width>]"; width TILE_WIDTH is a full tile. */
void tile_path(struct buf *out, unsigned level, uint64_t index, unsigned width);

/* Reads such a path, exactly; false if it is anything else. */
bool tile_parse(struct span path, unsigned *level, uint64_t *index, unsigned *width);

/*
 * Reads the first width hashes of a tile below dir: from the partial tile of this width, else
 * from the full one.  ST_NOTFOUND, ST_CORRUPT (wrong length), ST_IO.
 */
enum status tile_read(const char *dir, unsigned level, uint64_t index, unsigned width,
		      struct hash *out);

/*
 * Writes a tile below dir unless one of this size is there; a full tile's partial ones are
 * removed.  Not synced: see tile_sync.
 */
enum status tile_write(const char *dir, unsigned level, uint64_t index, unsigned width,
		       const struct hash *h);

/* Syncs a tile and the folders that lead to it. */
enum status tile_sync(const char *dir, unsigned level, uint64_t index, unsigned width);

/* Reads the right edge of the tree of this size.  ST_NOTFOUND, ST_CORRUPT, ST_IO. */
enum status tile_load_tree(const char *dir, uint64_t size, struct tree *t);

/* Writes the partial tiles of the right edge. */
enum status tile_write_edges(const char *dir, const struct tree *t);

#endif
