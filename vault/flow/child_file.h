/* child.md: who a child is, its guardians, where it is enrolled, what is kept from whom. */
#ifndef KARTE_FLOW_CHILD_FILE_H
#define KARTE_FLOW_CHILD_FILE_H

#include "generator/sheet/problem.h"
#include "vault/db/child.h"

enum {
	CHILD_ENROLMENTS_MAX = 64,
	CHILD_GUARDIANS_MAX = 16,
	CHILD_PROTECTIONS_MAX = 64,
	CHILD_PROTECTIONS_EACH = 16, /* of a kind for a guardian, so that vault/flow/shield.h can
					hold them all */
	CHILD_TEXT_CHARS = 64,	     /* graphemes of a name */
	CHILD_CLASS_CHARS = 20,	     /* graphemes of a class */
	CHILD_WORD_CHARS = 100,	     /* graphemes of a protected address or word */
};

struct child {
	struct child_row row;
	struct enrolment enrolments[CHILD_ENROLMENTS_MAX];
	size_t enrolment_count;
	struct guardian guardians[CHILD_GUARDIANS_MAX];
	size_t guardian_count;
	struct protection protections[CHILD_PROTECTIONS_MAX];
	size_t protection_count;
};

/* ST_INVALID with problems (codes child.*, yaml.*). */
enum status child_parse(struct child *out, const char *file, struct span bytes,
			struct problems *ps);

/* The canonical form; child_write(child_parse(x)) == x for what was written so. */
void child_write(const struct child *c, struct buf *out);

/*
 * Is all of it in order (name, dates, sex, ids, classes, protections)?  Adds problems without
 * places.  A protection may be of somebody who is no guardian any more: it holds when they come
 * back.
 */
bool child_check(const struct child *c, struct problems *ps);

#endif
