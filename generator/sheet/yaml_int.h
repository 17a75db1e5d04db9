/* What reading and writing YAML have in common.  Only for yaml*.c and type*.c. */
#ifndef KARTE_SHEET_YAML_INT_H
#define KARTE_SHEET_YAML_INT_H

#include "generator/base/span.h"
#include "generator/base/status.h"
#include "generator/sheet/problem.h"

#include <stdint.h>

/* A Japanese sentence for one of libyaml's messages; never NULL, also for NULL. */
const char *yaml_explain(const char *problem);
/* The one for a tab where spaces belong. */
#define YAML_TAB "tab character"

/*
 * Must a code point be written as an escape?  Control characters, and the line breaks that YAML
 * 1.1 counts beside LF and CR LF: no editor shows them as lines, so that every line number that
 * we report would be off.
 */
bool yaml_hidden(uint32_t cp);

/* Refuses such characters but tab and line break, and bytes that are no UTF-8: ST_INVALID. */
enum status yaml_check(const char *file, struct span bytes, int first_line, struct problems *ps);

#endif
