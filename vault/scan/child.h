/*
 * Foreign programs that read hostile files (vipsthumbnail, pdftoppm): one job each in a child that
 * may do little and not for long.
 *
 * The child gets the file as standard input and gives its result as standard output; it inherits no
 * other descriptor and no environment, cannot gain rights, reads
 * only what is installed (Landlock), cannot open sockets, trace or signal
 * others (seccomp), and has limits on memory, processor time, time, and what it writes.
 */
#ifndef KARTE_SCAN_CHILD_H
#define KARTE_SCAN_CHILD_H

#include "generator/base/status.h"

#include <stddef.h>

enum { CHILD_SECONDS = 20, CHILDREN_AT_ONCE = 2 };

/*
 * argv[0] is an absolute path.  in is read from its beginning; *out is a new file without a name in
 * `folder`, at its beginning, the caller's; at most out_max bytes.  ST_INVALID: the program said
 * no, died or wrote nothing; ST_BUSY: no turn in time (two at once in the process); ST_NOTFOUND:
 * the program is not installed; ST_IO.
 */
enum status child_run(const char *const *argv, int in, const char *folder, size_t out_max, int *out,
		      size_t *out_bytes);

#endif
