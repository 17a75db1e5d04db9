/* Making a run, keeping it, recording it. */
#include "vault/flow/proof_runs.h"

#include "vault/db/db.h"
#include "vault/flow/note.h"
#include "vault/journal/journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

_Static_assert((int)PROOF_STATES == (int)VERIFY_STATES && (int)PROOF_ROOT == (int)VERIFY_ROOT &&
		   (int)PROOF_NODES == (int)VERIFY_NODES &&
		   (int)PROOF_SHORT == (int)JOURNAL_SHORT &&
		   (int)PROOF_REPOSITORY >= (int)REPO_TEXT && (int)PROOF_VERSION >= (int)OID_HEX,
	       "sizes of vault/db/proof.h");

enum { PAGE_OF_HEADS = 256, NOTE_BYTES = 16384 };

/* ---- from where it goes on ------------------------------------------------------------------ */

static enum status take_head(void *ctx, struct span repository, struct span head, bool removed)
{
	struct verify_base *b = ctx;
	struct verify_head *h;

	if (b->count % PAGE_OF_HEADS == 0) {
		struct verify_head *more =
		    reallocarray(b->heads, b->count + PAGE_OF_HEADS, sizeof *more);
		if (!more)
			return fail(ST_NOMEM, "no memory for the heads");
		b->heads = more;
	}
	h = &b->heads[b->count];
	*h = (struct verify_head){.removed = removed};
	if (!span_copy(repository, h->repository, sizeof h->repository) ||
	    !oid_parse(head, &h->head))
		return fail(ST_CORRUPT, "what was kept of the last proof cannot be read");
	b->count++;
	return ST_OK;
}

/* Size 0: nothing was kept, or it cannot be read. */
static void load_base(struct app *app, struct verify_base *b)
{
	struct proof_state s;
	enum status st = proof_state_get(app->db, &s);

	*b = (struct verify_base){.size = 0};
	if (!st && s.size)
		st = proof_heads(app->db, take_head, b);
	if (st || !s.size) {
		verify_base_clear(b);
		return;
	}
	b->size = s.size;
	b->t = s.t;
	memcpy(b->root, s.root, sizeof b->root);
	memcpy(b->nodes, s.nodes, sizeof b->nodes);
}

static int by_repository(const void *a, const void *b)
{
	return strcmp(((const struct verify_head *)a)->repository,
		      ((const struct verify_head *)b)->repository);
}

static bool same_head(const struct verify_base *before, const struct verify_head *h)
{
	const struct verify_head *was =
	    before->count ? bsearch(h, before->heads, before->count, sizeof *h, by_repository)
			  : NULL;

	return was && was->removed == h->removed && oid_eq(&was->head, &h->head);
}

static enum status keep_base(struct app *app, const struct verify_base *before,
			     const struct verify_base *now, bool full)
{
	struct proof_state s = {.size = now->size, .t = now->t};
	char hex[OID_HEX];
	enum status st = full ? proof_heads_clear(app->db) : ST_OK;

	memcpy(s.root, now->root, sizeof s.root);
	memcpy(s.nodes, now->nodes, sizeof s.nodes);
	for (size_t i = 0; i < now->count && !st; i++) {
		const struct verify_head *h = &now->heads[i];

		if (!full && same_head(before, h))
			continue;
		oid_hex(&h->head, hex);
		st = proof_head_put(app->db, span_of(h->repository), span_of(hex), h->removed);
	}
	return st ? st : proof_state_put(app->db, &s);
}

/* ---- one run -------------------------------------------------------------------------------- */

struct making {
	struct app *app;
	const struct proof_order *o;
	struct proof_run *run;
	struct verify_base before;
	struct verify_result result;
	struct proof_finding *kept;
	size_t kept_count;
	bool journal_broken;
	bool no_memory;
};

static void take_finding(void *ctx, const struct verify_finding *f)
{
	struct making *m = ctx;
	struct proof_finding *k;

	m->journal_broken |= strcmp(f->repository, "journal") == 0;
	if (m->o->tell)
		m->o->tell(m->o->ctx, f);
	if (m->kept_count == PROOF_FINDINGS_MAX || m->no_memory)
		return;
	if (!m->kept)
		m->kept = calloc(PROOF_FINDINGS_MAX, sizeof *m->kept);
	m->no_memory = !m->kept;
	if (m->no_memory)
		return;
	k = &m->kept[m->kept_count++];
	snprintf(k->code, sizeof k->code, "%s", f->code);
	snprintf(k->repository, sizeof k->repository, "%s", f->repository);
	snprintf(k->version, sizeof k->version, "%s", f->version);
	snprintf(k->text, sizeof k->text, "%s", f->text);
}

static void take_note(struct app *app, struct proof_run *run)
{
	struct buf note;

	buf_init(&note, NOTE_BYTES);
	if (!journal_resource(app->journal, SPAN("checkpoint"), &note))
		span_copy(buf_span(&note), run->note, sizeof run->note);
	buf_clear(&note);
}

static void fill_run(struct making *m, enum status st)
{
	struct proof_run *run = m->run;
	const struct verify_result *r = &m->result;

	run->ended = (int64_t)time(NULL);
	run->failed = st && st != ST_CORRUPT;
	run->sound = !st;
	run->full = r->full || m->o->full;
	snprintf(run->why, sizeof run->why, "%s", run->failed ? fail_why() : r->why_full);
	run->repositories = r->repositories;
	run->commits = r->commits;
	run->signatures = r->signatures;
	run->findings = r->findings;
	run->records = r->records;
	memcpy(run->states, r->states, sizeof run->states);
	journal_short(r->records, r->root, run->checkpoint);
	take_note(m->app, run);
}

static enum status keep_run(struct making *m)
{
	struct app *app = m->app;
	enum status st = db_begin(app->db);

	if (st)
		return st;
	st = proof_run_put(app->db, m->run);
	for (size_t i = 0; i < m->kept_count && !st; i++)
		st = proof_finding_put(app->db, m->run->id, i, &m->kept[i]);
	if (!st && m->run->sound && m->result.proved.size)
		st = keep_base(app, &m->before, &m->result.proved, m->run->full);
	st = db_end(app->db, st);
	if (st)
		m->run->id = 0;
	return st;
}

/* ---- its record ----------------------------------------------------------------------------- */

static enum status append(struct journal *j, const struct proof_run *run)
{
	char what[RECORD_REASON_MAX + 1], id[32];
	struct record r = {.class = "system",
			   .event = SPAN(PROOF_EVENT),
			   .account = span_of(run->by),
			   .decision = run->sound ? SPAN("allow") : SPAN("deny")};

	snprintf(id, sizeof id, "%lld", (long long)run->id);
	if (run->id)
		r.object = span_of(id);
	if (run->child[0])
		r.child = span_of(run->child);
	snprintf(what, sizeof what,
		 "%s %s: repositories %zu, commits %zu, signatures %zu, records %llu, findings %zu",
		 run->full ? "full" : "since-last",
		 run->failed  ? "not made"
		 : run->sound ? "sound"
			      : "not sound",
		 run->repositories, run->commits, run->signatures, (unsigned long long)run->records,
		 run->findings);
	r.reason = span_of(what);
	return journal_append(j, &r, NULL);
}

/* A command inspects with a journal that is open for reading.  One that does not hold is left as
   it is: opening it to write would mend what it shows. */
static enum status record(struct making *m)
{
	struct journal *j = NULL;
	struct buf path;
	enum status st;

	if (m->journal_broken)
		return fail(ST_CORRUPT, "the journal does not hold");
	if (journal_writes(m->app->journal))
		return append(m->app->journal, m->run);
	buf_init(&path, PATH_MAX);
	app_path(m->app, "journal", &path);
	st = journal_open(&j, buf_str(&path), JOURNAL_WRITE);
	buf_clear(&path);
	if (!st)
		st = append(j, m->run);
	journal_close(j);
	return st;
}

/* ---- all together --------------------------------------------------------------------------- */

static void keep_and_record(struct making *m, char unkept[static PROOF_UNKEPT])
{
	if (keep_run(m))
		snprintf(unkept, PROOF_UNKEPT, "the run is not kept in vault.db: %s", fail_why());
	if (record(m) && !unkept[0])
		snprintf(unkept, PROOF_UNKEPT, "the run is not recorded in the journal: %s",
			 fail_why());
}

enum status proof_make(struct app *app, const struct proof_order *o, struct proof_run *run,
		       char unkept[static PROOF_UNKEPT])
{
	struct making m = {.app = app, .o = o, .run = run};
	struct verify_options v = {.checkpoints = o->checkpoints,
				   .child = o->child,
				   .threads = o->threads,
				   .progress = o->progress,
				   .progress_ctx = o->ctx,
				   .stop = o->stop};
	char why[PROOF_TEXT];
	enum status st;

	unkept[0] = '\0';
	*run = (struct proof_run){.began = (int64_t)time(NULL)};
	snprintf(run->by, sizeof run->by, "%s", o->by);
	span_copy(o->child, run->child, sizeof run->child);
	if (!o->full)
		load_base(app, &m.before);
	v.base = &m.before;
	st = verify_vault(app, &v, take_finding, &m, &m.result);
	snprintf(why, sizeof why, "%s", fail_why());
	fill_run(&m, st);
	if (!o->full && !m.before.size && !run->failed)
		snprintf(run->why, sizeof run->why, "there is no earlier run to go on from");
	if (!o->leave && st != ST_USAGE)
		keep_and_record(&m, unkept);
	verify_base_clear(&m.before);
	verify_base_clear(&m.result.proved);
	free(m.kept);
	return st ? fail(st, "%s", why) : ST_OK;
}

/* ---- what is kept --------------------------------------------------------------------------- */

enum status proof_run_last(struct app *app, bool full, struct proof_run *out)
{
	return proof_run_newest(app->db, full, out);
}

enum status proof_run_each(struct app *app, enum status (*each)(void *, const struct proof_run *),
			   void *ctx)
{
	return proof_runs(app->db, each, ctx);
}

enum status proof_findings_each(struct app *app, const struct proof_run *run,
				enum status (*each)(void *, const struct proof_finding *),
				void *ctx)
{
	return proof_findings(app->db, run->id, each, ctx);
}
