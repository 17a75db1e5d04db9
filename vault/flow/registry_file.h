/* The files of the registry: written in one canonical way, and read again. */
#ifndef KARTE_FLOW_REGISTRY_FILE_H
#define KARTE_FLOW_REGISTRY_FILE_H

#include "generator/sheet/yaml.h"
#include "vault/db/range.h"

void institution_write(const struct institution *i, struct buf *out);
void institution_read(struct ynode *map, struct institution *out);
void account_write(const struct account *a, struct buf *out);
void account_read(struct ynode *map, struct account *out);
void key_write(const struct key_row *k, struct buf *out);
void key_read(struct ynode *map, struct key_row *out);
void range_write(const struct range_row *r, struct buf *out);
/* false: not a range as range_write writes them. */
bool range_read(struct ynode *map, struct range_row *out);

#endif
