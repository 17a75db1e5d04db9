/*
 * Any bytes as YAML: a tree or a problem, never both, with places that lie in the input; and what
 * yaml_put writes of each text in the tree reads back as that text.
 */
#include "generator/sheet/yaml.h"
#include "generator/base/utf8.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA = 32 * 1024 * 1024, TEXTS_MAX = 200 };

static void must(bool truth)
{
	if (!truth)
		abort();
}

static void check_written(struct span text, bool flow, bool plain)
{
	struct arena *a = arena_new(ARENA);
	struct ynode *root = NULL;
	struct buf b;

	buf_init(&b, YAML_MAX_BYTES);
	buf_adds(&b, flow ? "{k: " : "k: ");
	yaml_put(&b, text, flow, plain);
	buf_adds(&b, flow ? ", l: x}" : "\n");
	if (!b.st) { /* escapes may make it longer than a document can be */
		must(yaml_read(a, "written", buf_span(&b), 1, &root, NULL) == ST_OK);
		must(span_eq(ymap_text(root, "k"), text));
	}
	buf_clear(&b);
	arena_free(a);
}

/* Bounded by YAML_MAX_DEPTH. */
static void check_node(const struct ynode *n, int lines, int *texts)
{
	size_t count = 0;

	must(n->line >= 1 && n->line <= lines && n->col >= 1);
	if (n->key.p)
		must(n->key.n > 0 && n->key_line >= 1 && n->key_line <= lines && n->key_col >= 1);
	if (n->kind == Y_TEXT) {
		must(utf8_check(n->text) == n->text.n && n->text.p[n->text.n] == '\0');
		if ((*texts)++ < TEXTS_MAX)
			check_written(n->text, *texts & 1, *texts & 2);
	}
	for (const struct ynode *c = n->first; c; c = c->next, count++)
		check_node(c, lines, texts);
	must(count == n->count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = span_make((const char *)data, size);
	struct arena *a = arena_new(ARENA);
	struct ynode *root = NULL;
	struct problems ps;
	int lines = 2, texts = 0; /* the end lies on the line after the last */
	enum status st;

	problems_init(&ps);
	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	st = yaml_read(a, "fuzz", bytes, 1, &root, &ps);
	must(st == ST_OK || st == ST_INVALID || st == ST_NOMEM || st == ST_TOOBIG);
	must((st == ST_OK) == (root != NULL));
	must(st == ST_OK ? ps.errors == 0 : ps.errors > 0 || st == ST_NOMEM);
	for (size_t i = 0; i < ps.count; i++)
		must(ps.list[i].line >= (st == ST_INVALID) && ps.list[i].line <= lines);
	if (root)
		check_node(root, lines, &texts);
	problems_clear(&ps);
	arena_free(a);
	return 0;
}
