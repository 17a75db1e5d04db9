/*
 * Any bytes as a prose field: a tamed text is tame, a heading behind it is a heading, no tree is
 * nested deeper than promised, and nothing comes out that was not asked for.
 */
#include "generator/sheet/markdown.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMORY = 64 * 1024 * 1024, DEPTH_MAX = 40 };

static void must(bool truth)
{
	if (!truth)
		abort();
}

/* No deeper than containers, their leaf and its marks; only the links that are allowed. */
static void look_at(const struct md_node *n, int depth, int containers)
{
	must(depth <= DEPTH_MAX && containers <= MD_MAX_NESTING);
	if (n->kind == MD_LINK)
		must(n->url.n > 7 && (n->url.p[0] | 0x20) != 'j');
	for (const struct md_node *c = n->first; c; c = c->next)
		look_at(c, depth + 1, containers + (c->kind == MD_QUOTE || c->kind == MD_ITEM));
}

static void read_tree(struct span text)
{
	struct arena *a = arena_new(MEMORY);
	struct md_node *n;
	struct buf out;

	must(a != NULL);
	buf_init(&out, 4 * MD_MAX_BYTES);
	if (md_parse(a, text, MD_MAX_BYTES, &n) == ST_OK) {
		look_at(n, 0, 0);
		md_plain(n, &out);
		must(out.st == ST_OK);
	}
	buf_clear(&out);
	arena_free(a);
}

/* Between two fields of a file: only their headings are headings of level 3 or higher. */
static void read_between(struct span tame)
{
	struct arena *a = arena_new(MEMORY);
	struct md_heading *list;
	size_t n, found = 0;
	struct buf body;

	must(a != NULL);
	buf_init(&body, MD_MAX_BODY);
	buf_adds(&body, "### a\n\n");
	buf_addspan(&body, tame);
	buf_adds(&body, "\n\n### b\n");
	must(md_headings(a, buf_span(&body), MD_MAX_BODY, &list, &n) == ST_OK);
	for (size_t i = 0; i < n; i++)
		found += list[i].level <= 3;
	must(found == 2 && span_is(list[0].text, "a") && span_is(list[n - 1].text, "b"));
	buf_clear(&body);
	arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};
	struct buf once, twice;

	buf_init(&once, MD_MAX_BYTES);
	buf_init(&twice, MD_MAX_BYTES);
	if (md_tame(text, &once) == ST_OK) {
		must(md_tame(buf_span(&once), &twice) == ST_OK);
		must(span_eq(buf_span(&once), buf_span(&twice)));
		read_between(buf_span(&once));
		read_tree(buf_span(&once));
	}
	read_tree(text);
	md_has_foreign(text, NULL);
	buf_clear(&once);
	buf_clear(&twice);
	return 0;
}
