/* child.md: who a child is, its guardians and where it is enrolled. */
#ifndef KARTE_FLOW_CHILD_FILE_H
#define KARTE_FLOW_CHILD_FILE_H

#include "generator/sheet/problem.h"
#include "vault/db/child.h"

enum { CHILD_ENROLMENTS_MAX = 64, CHILD_GUARDIANS_MAX = 16 };

struct child {
	struct child_row row;
	struct enrolment enrolments[CHILD_ENROLMENTS_MAX];
	size_t enrolment_count;
	struct guardian guardians[CHILD_GUARDIANS_MAX];
	size_t guardian_count;
};

/* ST_INVALID with problems (codes child.*, yaml.*). */
enum status child_parse(struct child *out, const char *file, struct span bytes,
			struct problems *ps);

/* The canonical form; child_write(child_parse(x)) == x for what was written so. */
void child_write(const struct child *c, struct buf *out);

/* Is all of it in order (name, dates, sex, ids)?  Adds problems without places. */
bool child_check(const struct child *c, struct problems *ps);

#endif
