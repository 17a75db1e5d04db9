/* Two small files, line by line, with a few lines around what differs. */
#ifndef KARTE_FLOW_CHANGE_LINES_H
#define KARTE_FLOW_CHANGE_LINES_H

#include "generator/base/arena.h"
#include "generator/base/status.h"
#include "vault/flow/change_content.h"

enum { LINES_BYTES_MAX = 256 * 1024, LINES_MAX = 8000, LINES_AROUND = 3 };

/*
 * The lines are parts of the texts, the list is the arena's.  ST_TOOBIG: more than LINES_MAX lines
 * or LINES_BYTES_MAX bytes on a side.  ST_NOMEM.
 */
enum status change_lines(struct span old, struct span now, struct arena *a,
			 struct content_line **out, size_t *count);

#endif
