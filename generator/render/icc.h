/* The colour profile that a printable PDF carries.  The only user of Little CMS. */
#ifndef KARTE_RENDER_ICC_H
#define KARTE_RENDER_ICC_H

#include "generator/base/span.h"
#include "generator/base/status.h"

/*
 * The ICC profile of sRGB (IEC 61966-2-1): made at the first call, the same bytes ever after, also
 * in other processes.  Never to be freed.  Safe from any thread.  ST_NOMEM.
 */
enum status icc_srgb(struct span *out);

#endif
