#include "generator/base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <sysexits.h>

static _Thread_local char why[512];

static const struct {
	enum status st;
	const char *name;
	int exit;
} table[] = {
    {ST_OK, "ok", EX_OK},
    {ST_NOMEM, "out of memory", EX_OSERR},
    {ST_INVALID, "invalid", EX_DATAERR},
    {ST_NOTFOUND, "not found", EX_NOINPUT},
    {ST_EXISTS, "exists already", EX_CANTCREAT},
    {ST_STALE, "changed meanwhile", EX_TEMPFAIL},
    {ST_DENIED, "not allowed", EX_NOPERM},
    {ST_TOOBIG, "too big", EX_DATAERR},
    {ST_IO, "input or output failed", EX_IOERR},
    {ST_BUSY, "busy", EX_TEMPFAIL},
    {ST_CORRUPT, "corrupt", EX_DATAERR},
    {ST_USAGE, "wrong usage", EX_USAGE},
    {ST_CONFIG, "wrong configuration", EX_CONFIG},
    {ST_BUG, "internal error", EX_SOFTWARE},
};

const char *status_name(enum status st)
{
	for (unsigned i = 0; i < sizeof table / sizeof *table; i++)
		if (table[i].st == st)
			return table[i].name;
	return "unknown";
}

int status_exit(enum status st)
{
	for (unsigned i = 0; i < sizeof table / sizeof *table; i++)
		if (table[i].st == st)
			return table[i].exit;
	return EX_SOFTWARE;
}

enum status fail(enum status st, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
	return st;
}

const char *fail_why(void)
{
	return why;
}
