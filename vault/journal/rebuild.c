/* Tiles that were lost are made again from the records, if these still give the sealed root. */
#include "vault/journal/lines.h"
#include "vault/journal/tile.h"

#include <string.h>

static enum status sink(void *ctx, unsigned level, uint64_t index, const struct hash *h)
{
	struct journal *j = ctx;

	return tile_write(j->dir, level, index, TILE_WIDTH, h);
}

static enum status add_month(struct journal *j, const struct seal *s, const struct body_file *file,
			     size_t count)
{
	struct month_line line;
	struct month month;
	enum status st;

	month_init(&month);
	st = month_open(&month, j->dir, file, count, -1, false);
	while (!st) {
		struct hash leaf;

		st = month_next(&month, &line);
		if (st || !line.text.p || line.n >= s->size)
			break;
		if (line.n != j->tree.size)
			st = fail(ST_CORRUPT, "tiles and records of the journal are lost");
		leaf = hash_leaf(line.text);
		if (!st)
			st = tree_add(&j->tree, &leaf, sink, j);
	}
	month_close(&month);
	return st;
}

enum status rebuild_tree(struct journal *j, const struct seal *s)
{
	struct body_list list;
	struct hash root;
	enum status st = body_list_read(&list, j->dir);

	tree_init(&j->tree);
	for (size_t from = 0, to; from < list.count && !st; from = to) {
		to = from;
		while (to < list.count && strcmp(list.file[to].month, list.file[from].month) == 0)
			to++;
		st = add_month(j, s, list.file + from, to - from);
	}
	root = tree_root(&j->tree);
	if (!st && (j->tree.size != s->size || !hash_eq(&root, &s->root)))
		st = fail(ST_CORRUPT, "the records of the journal do not give its sealed root");
	if (!st)
		st = tile_write_edges(j->dir, &j->tree);
	body_list_clear(&list);
	return st;
}
