/*
 * The list of what is in a ZIP file (APPNOTE 6.3.3), and small members of it: enough to tell what
 * an office document is.  The central directory alone is believed; ZIP64 and several disks are
 * refused.
 */
#ifndef KARTE_SCAN_ZIP_H
#define KARTE_SCAN_ZIP_H

#include "generator/base/buf.h"

enum { ZIP_MEMBERS_MAX = 4096, ZIP_DIRECTORY_MAX = 1024 * 1024 };

struct zip_member {
	struct span name; /* as in the directory; valid during the call */
	bool encrypted;
	unsigned method;
	size_t packed, size; /* as the directory says */
	size_t at;	     /* of its local header */
};

/* Calls each for every member; its first result that is not ST_OK ends the walk and is returned.
   ST_INVALID: not a ZIP file, or one with more members or a larger directory than the limits. */
enum status zip_each(int fd, size_t bytes, enum status (*each)(void *, const struct zip_member *),
		     void *ctx);

/* Appends the content of a member, up to the buffer's maximum (ST_TOOBIG over it).  ST_INVALID. */
enum status zip_read(int fd, size_t bytes, const struct zip_member *m, struct buf *out);

#endif
