#include "vault/flow/proof_seen.h"

struct search {
	const struct repo_name *repo;
	int64_t t;
	bool found;
	struct proof_run run;
};

/* Of one child only, or of all. */
static bool looked_at(const struct proof_run *r, const struct repo_name *repo)
{
	return !r->child[0] || repo->kind == REPO_REGISTRY ||
	       (repo->kind == REPO_CHILD && strcmp(r->child, repo->id) == 0);
}

/* They come newest first: the last that fits is the first that looked. */
static enum status one_run(void *ctx, const struct proof_run *r)
{
	struct search *s = ctx;

	if (!r->failed && r->began >= s->t && looked_at(r, s->repo)) {
		s->run = *r;
		s->found = true;
	}
	return ST_OK;
}

struct match {
	char repository[REPO_TEXT];
	struct span version;
	struct proof_seen *out;
};

static enum status one_finding(void *ctx, const struct proof_finding *f)
{
	struct match *m = ctx;

	if (m->out->bad || strcmp(f->repository, m->repository) != 0 ||
	    !span_is(m->version, f->version))
		return ST_OK;
	m->out->bad = true;
	memcpy(m->out->code, f->code, sizeof m->out->code);
	return ST_OK;
}

enum status proof_seen(struct app *app, const struct repo_name *repo, struct span version,
		       int64_t t, struct proof_seen *out)
{
	struct search s = {.repo = repo, .t = t};
	struct match m = {.version = version, .out = out};
	enum status st = proof_run_each(app, one_run, &s);

	*out = (struct proof_seen){.looked = s.found, .at = s.run.ended};
	if (st || !s.found)
		return st;
	repo_name_text(repo, m.repository);
	return proof_findings_each(app, &s.run, one_finding, &m);
}
