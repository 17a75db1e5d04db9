/*
 * What a reader is.  The order is the order of every table; a set is one bit per role.
 */
#ifndef KARTE_SHEET_ROLE_H
#define KARTE_SHEET_ROLE_H

#include "generator/base/span.h"

#include <stdint.h>

enum role {
	ROLE_NOBODY, /* reads and writes nothing */
	ROLE_HOUSEHOLD,
	ROLE_NURSERY,
	ROLE_SCHOOL,
	ROLE_HEALTH,
	ROLE_WELFARE,
	ROLE_THERAPY,
	ROLE_BOARD,
	ROLE_PROVIDER,
	ROLE_AUDITOR, /* sees that something happened, never content */
	ROLE_ADMIN,   /* manages, never content */
	ROLE_COUNT
};

typedef uint32_t role_set;
#define ROLE_BIT(r) ((role_set)1 << (r))

/* "school"; never NULL. */
const char *role_name(enum role r);
/* "学校"; the word of the screens. */
const char *role_label(enum role r);
/* ROLE_NOBODY if the name is not one (the name "nobody" is not one). */
enum role role_find(struct span name);
/* May a sheet type name this role?  All but nobody, auditor and admin. */
bool role_reads_content(enum role r);

static inline bool role_in(enum role r, role_set set)
{
	return r != ROLE_NOBODY && (set & ROLE_BIT(r)) != 0;
}

#endif
