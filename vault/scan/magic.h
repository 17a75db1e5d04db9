/* What a content is by its bytes: the only user of libmagic. */
#ifndef KARTE_SCAN_MAGIC_H
#define KARTE_SCAN_MAGIC_H

#include "generator/base/span.h"
#include "generator/base/status.h"

enum { MAGIC_TYPE = 128 };

/* "application/pdf".  Looks at the bytes alone, opens nothing, unpacks nothing.  ST_IO when the
   system's table of types cannot be read.  Any thread. */
enum status magic_of(struct span bytes, char type[static MAGIC_TYPE]);

#endif
