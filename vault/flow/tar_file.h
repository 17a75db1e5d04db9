/* Tar archives (pax) on a file descriptor, member by member, by libarchive. */
#ifndef KARTE_FLOW_TAR_FILE_H
#define KARTE_FLOW_TAR_FILE_H

#include "generator/base/buf.h"
#include "generator/base/status.h"

#include <stdint.h>

enum { TAR_NAME = 1024 };

struct tar;

/* The descriptor stays the caller's.  End with tar_close in any case. */
enum status tar_create(struct tar **out, int fd);
enum status tar_open(struct tar **out, int fd);
/* Of one that is written: its end, too; without it, it is cut short.  NULL does nothing. */
enum status tar_close(struct tar *t);

/* A member with the first `size` bytes of a file. */
enum status tar_put(struct tar *t, const char *name, int fd, uint64_t size, int64_t at);
enum status tar_put_text(struct tar *t, const char *name, struct span text, int64_t at);

/* The next member; *name is "" at the end.  ST_CORRUPT: no archive, cut short, or not a file with a
   relative name. */
enum status tar_next(struct tar *t, char name[static TAR_NAME], uint64_t *size);
/* Its content into a file, from where that stands. */
enum status tar_take(struct tar *t, int fd);
enum status tar_take_text(struct tar *t, struct buf *out);

#endif
