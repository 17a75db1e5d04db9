/* Asking a map. */
#include "generator/sheet/yaml.h"

struct span yaml_head(struct span file)
{
	long end;

	if (!span_starts(file, SPAN("---\n")))
		return SPAN_NONE;
	file.p += 4;
	file.n -= 4;
	end = span_find(file, SPAN("\n---\n"));
	return end < 0 ? SPAN_NONE : span_make(file.p, (size_t)end + 1);
}

struct ynode *ymap_get(struct ynode *map, const char *key)
{
	if (!map || map->kind != Y_MAP)
		return NULL;
	for (struct ynode *n = map->first; n; n = n->next)
		if (span_is(n->key, key)) {
			n->used = true;
			return n;
		}
	return NULL;
}

struct span ymap_text(struct ynode *map, const char *key)
{
	const struct ynode *n = ymap_get(map, key);

	return n && n->kind == Y_TEXT ? n->text : SPAN_NONE;
}

void ymap_unknown(struct ynode *map, const char *file, struct problems *ps)
{
	if (!map || map->kind != Y_MAP)
		return;
	for (const struct ynode *n = map->first; n; n = n->next)
		if (!n->used)
			problem_add(
			    ps, file, n->key_line, n->key_col, "yaml.unknown-key",
			    "キー『%.*s』は使えません。つづりを確かめるか、消してください。",
			    SPAN_ARG(n->key));
}
