/*
 * The proof of what came since an earlier one.  It only says yes: whatever is odd is left to the
 * whole proof, which finds the right name for it.
 */
#include "vault/journal/tile.h"
#include "vault/journal/verify_impl.h"

#include <stdlib.h>
#include <string.h>

/* A record that the caller wants to see, in the order in which it was read: newest first. */
struct line {
	struct line *next;
	int class;
	size_t n;
	char text[];
};

struct since {
	struct run run;
	const struct journal_proof *before;
	struct hash *leaf; /* of the records before->size, … */
	int64_t t, newest; /* of the record read last, of the newest */
	uint64_t next;	   /* n must be one less */
	struct line *lines;
	struct tree *tree;
	char doubt[256]; /* what snapshot found */
};

static void doubt(void *ctx, const struct journal_finding *f)
{
	struct since *s = ctx;

	if (!s->doubt[0])
		span_copy(span_of(f->text), s->doubt, sizeof s->doubt);
}

static enum status stale(const char *why)
{
	return fail(ST_STALE, "%s", why);
}

/* ---- bodies, newest first ------------------------------------------------------------------- */

static enum status keep_line(struct since *s, const struct month_line *l)
{
	struct line *line;

	if (l->class != record_class(SPAN("change")) && l->class != record_class(SPAN("system")))
		return ST_OK;
	line = malloc(sizeof *line + l->text.n);
	if (!line)
		return fail(ST_NOMEM, "no memory for new records");
	*line = (struct line){s->lines, l->class, l->text.n};
	memcpy(line->text, l->text.p, l->text.n);
	s->lines = line;
	return ST_OK;
}

static enum status take_line(struct since *s, const struct month_line *l, const char *month)
{
	struct run *r = &s->run;
	struct record_text record;
	char its_month[MONTH];
	struct hash *leaf;
	enum status st;

	if (l->n + 1 != s->next || l->t > s->t)
		return stale("the new records are not all there, or not in order");
	month_of(l->t, its_month);
	st = record_read(&record, record_class_name(l->class), l->text);
	record_text_clear(&record);
	if (st || strcmp(its_month, month) != 0)
		return st == ST_NOMEM ? st : stale("a new record is none, or stands elsewhere");
	leaf = &s->leaf[l->n - s->before->size];
	*leaf = hash_leaf(l->text);
	if (l->n >= r->base && !hash_eq(leaf, &r->tail[l->n - r->base].leaf))
		return stale("a new record is another one in tail");
	if (l->n + 1 == r->size)
		s->newest = l->t;
	s->next = l->n;
	s->t = l->t;
	return keep_line(s, l);
}

static enum status read_month(struct since *s, const struct body_file *file, size_t count)
{
	struct month_line line;
	struct month month;
	enum status st;

	month_init(&month);
	st = month_open(&month, s->run.j->dir, file, count, -1, true);
	while (!st && s->next > s->before->size) {
		st = month_next(&month, &line);
		if (st || !line.text.p)
			break;
		st = take_line(s, &line, file->month);
	}
	month_close(&month);
	return st == ST_CORRUPT || st == ST_NOTFOUND ? stale(fail_why()) : st;
}

static enum status read_bodies(struct since *s)
{
	const struct body_list *l = &s->run.bodies;
	size_t from = l->count, to;
	enum status st = ST_OK;

	s->next = s->run.size;
	s->t = INT64_MAX;
	while (!st && s->next > s->before->size && from > 0) {
		to = from;
		while (from > 0 && strcmp(l->file[from - 1].month, l->file[to - 1].month) == 0)
			from--;
		st = read_month(s, l->file + from, to - from);
	}
	if (!st && (s->next != s->before->size || s->t < s->before->t))
		st = stale("the new records are not all there, or older than those before");
	return st;
}

/* ---- the tree ------------------------------------------------------------------------------- */

/* The leaves that the checkpoint covers must be in tiles. */
static enum status check_tile(struct since *s, uint64_t index)
{
	struct run *r = &s->run;
	uint64_t first = index * TILE_WIDTH, covered = r->checkpoint.size;
	unsigned width = covered - first < TILE_WIDTH ? (unsigned)(covered - first) : TILE_WIDTH;
	struct hash h[TILE_WIDTH];
	enum status st = tile_read(r->j->dir, 0, index, width, h);

	if (st)
		return st == ST_NOTFOUND || st == ST_CORRUPT ? stale(fail_why()) : st;
	for (unsigned i = 0; i < width; i++)
		if (first + i >= s->before->size &&
		    !hash_eq(&h[i], &s->leaf[first + i - s->before->size]))
			return stale("a leaf of a new record is wrong in its tile");
	return ST_OK;
}

static enum status check_tiles(struct since *s)
{
	uint64_t covered = s->run.checkpoint.size;
	enum status st = ST_OK;

	for (uint64_t i = s->before->size / TILE_WIDTH; i * TILE_WIDTH < covered && !st; i++)
		st = check_tile(s, i);
	return st;
}

static bool keeps(const struct tree *t, const unsigned char *root, size_t len)
{
	struct hash now = tree_root(t);

	return memcmp(now.b, root, len) == 0;
}

/* Whatever was said about a tree of this size must be true of ours. */
static enum status check_size(struct since *s)
{
	const struct run *r = &s->run;

	if (r->checkpoint.size == s->tree->size &&
	    !keeps(s->tree, r->checkpoint.root.b, sizeof r->checkpoint.root.b))
		return stale("the published checkpoint does not go on from what was proved");
	for (size_t i = 0; i < r->promises; i++)
		if (r->promise[i].size == s->tree->size &&
		    !keeps(s->tree, r->promise[i].root, r->promise[i].root_len))
			return stale("a checkpoint has another root");
	return ST_OK;
}

static enum status grow(struct since *s)
{
	struct run *r = &s->run;
	struct tree *t = s->tree;
	enum status st;

	t->size = s->before->size;
	for (size_t i = 0; i < JOURNAL_NODES; i++)
		memcpy(t->node[i].b, s->before->node[i], sizeof t->node[i].b);
	if (!keeps(t, s->before->root, sizeof s->before->root))
		return stale("what was kept of the last proof does not fit together");
	st = check_size(s);
	for (uint64_t n = s->before->size; n < r->size && !st; n++) {
		st = tree_add(t, &s->leaf[n - s->before->size], NULL, NULL);
		if (!st)
			st = check_size(s);
	}
	return st;
}

static void conclude(const struct since *s, struct journal_proof *out)
{
	struct hash root = tree_root(s->tree);

	*out = (struct journal_proof){
	    .size = s->run.size, .records = s->run.size - s->before->size, .t = s->newest};
	memcpy(out->root, root.b, sizeof out->root);
	verify_nodes(s->tree, out);
}

static enum status tell(const struct since *s, journal_each *each, void *ctx)
{
	enum status st = ST_OK;
	bool more = true;

	for (const struct line *l = s->lines; l && !st && more; l = l->next) {
		struct span text = span_make(l->text, l->n);
		struct record_text record;

		st = record_read(&record, record_class_name(l->class), text);
		if (!st)
			more = each(ctx, &record.r, text);
		record_text_clear(&record);
	}
	return st;
}

/* ---- all together --------------------------------------------------------------------------- */

static enum status begin(struct since *s, const struct journal_promise *promises, size_t count)
{
	struct run *r = &s->run;
	enum status st = verify_snapshot(r, promises, count);

	if (st)
		return st;
	if (s->doubt[0])
		return stale(s->doubt);
	if (!r->has_checkpoint || r->bodies.foreign)
		return stale("the journal has no checkpoint, or foreign files");
	if (r->size < s->before->size || r->checkpoint.size > r->size)
		return stale("the journal is shorter than it was");
	for (size_t i = 0; i < count; i++)
		if (promises[i].size < s->before->size || promises[i].size > r->size)
			return stale("a checkpoint is older than what was proved last, or newer");
	s->leaf = calloc((size_t)(r->size - s->before->size) + 1, sizeof *s->leaf);
	s->tree = calloc(1, sizeof *s->tree);
	return s->leaf && s->tree ? ST_OK : fail(ST_NOMEM, "no memory for new records");
}

enum status journal_verify_since(struct journal *j, const struct journal_proof *before,
				 const struct journal_promise *promises, size_t count,
				 journal_each *each, void *ctx, struct journal_proof *proof)
{
	struct journal_proof mine = {.size = 0};
	struct since s = {.run = {.j = j, .report = doubt, .proof = &mine}, .before = before};
	int hold;
	enum status st = journal_hold(j, &hold);

	s.run.ctx = &s;
	s.newest = before->t;
	if (!st)
		st = begin(&s, promises, count);
	if (!st)
		st = read_bodies(&s);
	journal_release(&hold);
	if (!st)
		st = check_tiles(&s);
	if (!st)
		st = grow(&s);
	if (!st)
		st = tell(&s, each, ctx);
	if (!st)
		conclude(&s, proof);
	verify_clear(&s.run);
	while (s.lines) {
		struct line *next = s.lines->next;

		free(s.lines);
		s.lines = next;
	}
	free(s.leaf);
	free(s.tree);
	return st;
}
