#include "vault/flow/reindex.h"

#include "vault/db/db.h"

#include "vault/flow/children.h"
#include "vault/flow/registry.h"

struct run {
	struct app *app;
	size_t done;
	void (*progress)(void *ctx, size_t done);
	void *ctx;
};

static enum status one_child(void *arg, const struct repo_name *name)
{
	struct run *r = arg;
	enum status st = child_index(r->app, span_of(name->id));

	r->done++;
	if (r->progress)
		r->progress(r->ctx, r->done);
	return st;
}

enum status reindex(struct app *app, void (*progress)(void *ctx, size_t done), void *ctx)
{
	struct run r = {app, 0, progress, ctx};
	enum status st = db_clear_index(app->db);

	if (!st)
		st = registry_index(app, NULL);
	if (!st)
		st = store_each(app->store, REPO_CHILD, one_child, &r);
	return st;
}
