/* The versions of child.md: who changed what of it, and when. */
#include "vault/flow/children_impl.h"
#include "vault/store/history.h"

#include <stdlib.h>

struct walk {
	struct repo *repo;
	struct span id;
	size_t left;
	struct child *before, *after;
	enum status (*each)(void *, const struct child_event *);
	void *ctx;
	enum status st;
};

static bool one_version(void *arg, const struct version *v)
{
	struct walk *w = arg;
	struct child_event e = {
	    .at = v->time,
	    .account = version_trailer(v, "Karte-Account"),
	    .action = version_trailer(v, "Karte-Action"),
	    .reason = v->reason,
	    .after = w->after,
	};

	oid_hex(&v->id, e.version);
	w->st = child_read(w->repo, &v->id, w->id, w->after);
	if (!w->st && v->parent_count) {
		w->st = child_read(w->repo, &v->parents[0], w->id, w->before);
		e.before = w->before;
	}
	if (!w->st)
		w->st = w->each(w->ctx, &e);
	return !w->st && --w->left;
}

enum status child_history(struct app *app, struct span id, size_t most,
			  enum status (*each)(void *, const struct child_event *), void *ctx)
{
	struct walk w = {.id = id,
			 .left = most,
			 .before = malloc(sizeof *w.before),
			 .after = malloc(sizeof *w.after),
			 .each = each,
			 .ctx = ctx};
	enum status st = w.before && w.after && most ? ST_OK : ST_NOMEM;

	if (!st)
		st = child_repo(&w.repo, app, id);
	if (!st)
		st = history_walk(w.repo, NULL, "child.md", one_version, &w);
	repo_close(w.repo);
	free(w.before);
	free(w.after);
	return st ? st : w.st;
}
