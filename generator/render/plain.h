/* A view as Markdown for a terminal: headings, labels, values; nothing but what the view holds. */
#ifndef KARTE_RENDER_PLAIN_H
#define KARTE_RENDER_PLAIN_H

#include "generator/render/names.h"
#include "generator/role/redact.h"

/* Appends to out.  names may be NULL.  The status is that of the buffer. */
enum status plain_view(const struct view *v, const struct render_names *names, struct buf *out);

#endif
