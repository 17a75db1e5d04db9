/*
 * Foreign text into a place of a document: one function per context.
 *
 * The result is always valid UTF-8: a byte that is none, and a control character that HTML does
 * not allow, becomes U+FFFD.  Thread safe: no state.
 */
#ifndef KARTE_RENDER_ESCAPE_H
#define KARTE_RENDER_ESCAPE_H

#include "generator/base/buf.h"

/* Between tags. */
void escape_text(struct buf *out, struct span s);
/* Inside a quoted attribute, single or double; good between tags too. */
void escape_attr(struct buf *out, struct span s);
/* One part of a URL (a path segment, a name or value of a query): all but RFC 3986's unreserved
   characters are written as %XX. */
void escape_url_part(struct buf *out, struct span s);
/* The value of an HTTP header: control characters become spaces, so no line can be added. */
void escape_header(struct buf *out, struct span s);
/*
 * A whole Content-Disposition value for a file name in any script: `attachment; filename="…";
 * filename*=UTF-8''…` (RFC 6266, RFC 8187).  The plain name has "_" for what is not safe ASCII.
 */
void escape_disposition(struct buf *out, bool attachment, struct span name);

/*
 * May a link lead there?  A path, a query, a fragment, or a URL with the scheme http, https,
 * mailto or tel; nothing else, so no javascript: in any disguise (IPA 5-(ii)).
 */
bool escape_url_allowed(struct span url);

#endif
