#include "vault/flow/work_sources.h"

#include "vault/flow/work_drafts.h"

#include <stdlib.h>

/* One for each story that makes somebody wait. */
static enum status (*const sources[])(const struct work_ask *, struct work_list *) = {
    work_sheets, work_consents, work_handovers,
    work_drafts, work_releases, NULL, /* ends the list */
};

enum status work_add(const struct work_ask *ask, struct work_list *list,
		     const struct work_item *item)
{
	struct work_item *bigger;

	if (list->count == list->cap) {
		list->cap = list->cap ? 2 * list->cap : 16;
		bigger = arena_array(ask->arena, list->cap, sizeof *bigger);
		if (!bigger)
			return ST_NOMEM;
		for (size_t i = 0; i < list->count; i++)
			bigger[i] = list->items[i];
		list->items = bigger;
	}
	list->items[list->count++] = *item;
	return ST_OK;
}

/* What is due first; what is not due at all comes last. */
static int by_need(const void *a, const void *b)
{
	const struct work_item *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (!x->due.n != !y->due.n)
		return x->due.n ? -1 : 1;
	if (span_cmp(x->due, y->due))
		return span_cmp(x->due, y->due);
	return (x->at > y->at) - (x->at < y->at);
}

enum status work_find(const struct work_ask *ask, struct work_list *out)
{
	enum status st = ST_OK;

	*out = (struct work_list){NULL, 0, 0, false};
	for (size_t i = 0; sources[i] && !st; i++)
		st = sources[i](ask, out);
	if (out->count)
		qsort(out->items, out->count, sizeof *out->items, by_need);
	return st;
}
