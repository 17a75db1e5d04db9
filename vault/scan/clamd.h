/*
 * The virus scanner: a client of clamd's UNIX socket, command INSTREAM (clamd(8)).
 *
 * clamd is another program that may be away, hang or answer anything: every step has a deadline,
 * and whatever is not exactly an answer that was promised means that nothing is known of the file.
 */
#ifndef KARTE_SCAN_CLAMD_H
#define KARTE_SCAN_CLAMD_H

#include "generator/base/status.h"

#include <stddef.h>

enum scan_result { SCAN_CLEAN, SCAN_FOUND, SCAN_UNKNOWN };

enum { CLAMD_SECONDS = 30, CLAMD_NAME = 128 };

/*
 * Lets clamd look at the first `bytes` bytes of a file.  SCAN_FOUND: name is the signature's
 * (ASCII, what else it may hold is "_").  SCAN_UNKNOWN: fail_why() says why.  It takes at most so
 * many seconds, and as many more to get a turn: four scan at a time in the process.
 */
enum scan_result clamd_scan(const char *socket, int fd, size_t bytes, int seconds,
			    char name[static CLAMD_NAME]);

/* Does clamd answer (command PING)?  ST_IO: not within so many seconds. */
enum status clamd_ping(const char *socket, int seconds);

#endif
