/* A zip archive made in memory, by libarchive: opens on every computer without a program more. */
#ifndef KARTE_FLOW_ZIP_PACK_H
#define KARTE_FLOW_ZIP_PACK_H

#include "generator/base/buf.h"
#include "generator/base/status.h"

#include <stdint.h>

struct zip_file {
	const char *name; /* ASCII, a path below the archive */
	struct span bytes;
};

/* Appends the archive: these files in this order, all of the moment `at`.  ST_NOMEM, ST_TOOBIG. */
enum status zip_pack(const struct zip_file *files, size_t n, int64_t at, struct buf *out);

#endif
