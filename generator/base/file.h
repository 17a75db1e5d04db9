/* Whole files: read with a bound, written so that a crash leaves the old or the new one. */
#ifndef KARTE_BASE_FILE_H
#define KARTE_BASE_FILE_H

#include "generator/base/buf.h"
#include "generator/base/status.h"

/*
 * Appends the content of a regular file to out.  ST_NOTFOUND, ST_TOOBIG (over the buffer's
 * maximum), ST_IO.  "-" is standard input.
 */
enum status file_read(const char *path, struct buf *out);

/*
 * Writes a file in place of another: temporary name beside it, fsync, rename, fsync of the folder.
 * mode as for open(2).  On failure nothing has changed and the temporary file is gone.
 */
enum status file_write(const char *path, struct span bytes, unsigned mode);

/* The same without the two fsyncs, for output that can be made again. */
enum status file_write_fast(const char *path, struct span bytes, unsigned mode);

/* Writes all of it where the file stands now.  ST_IO: "cannot write WHAT: …"; some of it may be
 * there. */
enum status file_put(int fd, struct span bytes, const char *what);

/* mkdir -p with mode 0700. */
enum status file_mkdirs(const char *path);

/* Removes a folder with all that is in it; a missing one is fine.  Does not follow links. */
enum status file_remove_tree(const char *path);

bool file_exists(const char *path);

#endif
