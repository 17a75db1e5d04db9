/* For change_parts.c and change_parts_text.c only. */
#ifndef KARTE_FLOW_CHANGE_PARTS_IMPL_H
#define KARTE_FLOW_CHANGE_PARTS_IMPL_H

#include "generator/sheet/sheet.h"
#include "vault/flow/change_parts.h"

struct part_list {
	struct arena *a;
	struct change_part *parts;
	size_t count;
};

/* Beyond CHANGE_PARTS_MAX nothing is added. */
enum status part_add(struct part_list *l, const struct change_part *p);
/* Adds the graphemes that differ to both counts. */
enum status part_chars(struct span old, struct span now, size_t *added, size_t *removed);

/* Files of keys and values, and what stands below them; either may be empty. */
enum status parts_of_text(struct part_list *l, struct span old, struct span now);

#endif
