/* What the files that read and write child.md share. */
#ifndef KARTE_FLOW_CHILDREN_IMPL_H
#define KARTE_FLOW_CHILDREN_IMPL_H

#include "vault/flow/children.h"

enum { CHILD_FILE_MAX = 256 * 1024 };

/* child.md at a version; ST_CORRUPT if it cannot be read or is another child's. */
enum status child_read(struct repo *repo, const struct oid *version, struct span id,
		       struct child *out);

/* How child.md is written: base NULL makes the repository. */
struct child_commit {
	const char *action;
	const struct oid *base;
	struct span reason;
};
/* Checks, commits child.md and puts it into the index. */
enum status child_commit(struct app *app, const struct actor *who, struct child *c,
			 const struct child_commit *how, struct problems *ps);

/* Changes what was read; what it needs is in arg.  Called again if another save came between. */
typedef enum status child_edit_fn(struct app *app, struct child *c, const void *arg);

struct child_change {
	const char *action;
	child_edit_fn *apply;
	const void *arg;
};
/* Reads, compares with the base, applies, commits: the whole of an operation of children.h. */
enum status child_change(struct app *app, const struct actor *who, const struct child_task *t,
			 const struct child_change *e);

#endif
