/*
 * The result of everything that can fail, and the one sentence that explains it.
 *
 * Functions return ST_OK (0) or a negative code.  A code names a failure that a caller may want
 * to treat on its own; ST_IO and ST_BUG are for the rest.  The function that first sees a failure
 * records why with fail(); callers pass the code up untouched.
 */
#ifndef KARTE_BASE_STATUS_H
#define KARTE_BASE_STATUS_H

enum status {
	ST_OK = 0,
	ST_NOMEM = -1,	  /* no memory, or a bound on memory reached */
	ST_INVALID = -2,  /* the input is wrong; problems or the message say where */
	ST_NOTFOUND = -3, /* there is no such thing */
	ST_EXISTS = -4,	  /* there is already such a thing */
	ST_STALE = -5,	  /* somebody else was first; read again */
	ST_DENIED = -6,	  /* not allowed */
	ST_TOOBIG = -7,	  /* over a limit that the header of the function names */
	ST_IO = -8,	  /* the disk, the network or a foreign program failed */
	ST_BUSY = -9,	  /* try again later */
	ST_CORRUPT = -10, /* stored data fails its own check */
	ST_USAGE = -11,	  /* the command line is wrong */
	ST_CONFIG = -12,  /* the configuration is wrong */
	ST_BUG = -13,	  /* should not happen: our mistake */
};

/* A short English name, "not found"; never NULL. */
const char *status_name(enum status st);

/* The exit code of sysexits(3) that a command gives for st; 0 for ST_OK. */
int status_exit(enum status st);

/*
 * Records why a call fails, for this thread, and returns st, so that the usual use is
 * `return fail(ST_IO, "cannot open %s: %s", path, strerror(errno));`.  The text is one line
 * without a full stop, at most 511 bytes (longer is cut), and holds no content of a sheet.
 */
enum status fail(enum status st, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The text of the newest fail() of this thread; valid right after a failure, never NULL. */
const char *fail_why(void);

#endif
