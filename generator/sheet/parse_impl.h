/*
 * The state of reading one sheet file, for parse*.c only.
 */
#ifndef KARTE_SHEET_PARSE_IMPL_H
#define KARTE_SHEET_PARSE_IMPL_H

#include "generator/sheet/sheet_impl.h"
#include "generator/sheet/yaml.h"

struct parser {
	const char *file;
	struct problems *ps; /* never NULL here */
	struct arena *tmp;   /* what is not needed once the sheet is made */
	struct sheet *sheet; /* NULL until the head has named a type that exists */
};

/* Each adds problems for what is wrong; their status tells only of other failures. */
enum status parse_values(struct parser *p, struct ynode *values);
enum status parse_body(struct parser *p, struct span body, int first_line);

/* ST_INVALID means "reported, go on"; everything else is passed up. */
static inline enum status parse_go_on(enum status st)
{
	return st == ST_INVALID ? ST_OK : st;
}

#endif
