/* The proof asks of each commit whether it was lawful then. */
#include "vault/flow/law.h"
#include "vault/flow/verify_impl.h"

#include <stdlib.h>

static void tell(void *ctx, const struct law_finding *f)
{
	found_add(ctx, f->code, f->version, "%s", f->text);
}

/* What came since the last proof is judged by the registry as it was proved, and its changes since.
 */
static enum status load_since(struct verify_run *r, const struct subject *registry)
{
	struct law_given given = {.after = &registry->base->head, .nchanges = registry->count};
	struct law_change *changes = calloc(registry->count + 1, sizeof *changes);
	enum status st = ST_NOMEM;

	for (size_t i = 0; changes && i < registry->count; i++)
		changes[i] = (struct law_change){registry->log[i].new_id, registry->log[i].n,
						 registry->log[i].t};
	given.changes = changes;
	if (changes)
		st = law_load_since(&r->law, r->app, &given, tell, &r->subjects[0]->found);
	free(changes);
	return st;
}

/* Without a registry nothing can be judged; that it is missing is told elsewhere. */
enum status verify_law_load(struct verify_run *r)
{
	const struct subject *registry = r->subjects[0];
	enum status st = r->base && registry->base
			     ? load_since(r, registry)
			     : law_load(&r->law, r->app, tell, &r->subjects[0]->found);

	return st == ST_NOTFOUND || st == ST_CORRUPT ? ST_OK : st;
}

/* What the journal does not know was done by nobody: that it is there is told elsewhere. */
enum status verify_law_commit(struct subject *s, struct law_walk *walk, const struct version *v,
			      const struct logged *log)
{
	enum status st = walk && log ? law_commit(walk, v, log->n, log->t, tell, &s->found) : ST_OK;

	return st == ST_CORRUPT || st == ST_NOTFOUND ? ST_OK : st; /* its digest tells it */
}
