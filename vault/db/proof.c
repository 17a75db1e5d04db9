#include "vault/db/proof.h"

#include "vault/db/db_impl.h"

/* ---- runs ----------------------------------------------------------------------------------- */

#define RUN_FIELDS                                                                                 \
	"id, began, ended, whole, sound, failed, who, why, child, repositories, commits,"          \
	" signatures, findings, records, checkpoint, note, states"

static enum status drop_old(struct db *db)
{
	struct query q =
	    query_write(db, "DELETE FROM vault.proof_run WHERE id NOT IN"
			    " (SELECT id FROM vault.proof_run ORDER BY id DESC LIMIT ?)");
	enum status st;

	query_int(&q, PROOF_RUNS_MAX);
	st = query_run(&q, NULL);
	if (st)
		return st;
	q = query_write(db, "DELETE FROM vault.proof_finding WHERE run NOT IN"
			    " (SELECT id FROM vault.proof_run)");
	return query_run(&q, NULL);
}

enum status proof_run_put(struct db *db, struct proof_run *r)
{
	struct query q = query_write(
	    db, "INSERT INTO vault.proof_run(began, ended, whole, sound, failed, who, why, child,"
		" repositories, commits, signatures, findings, records, checkpoint, note, states)"
		" VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) RETURNING id");
	enum status st;

	query_int(&q, r->began);
	query_int(&q, r->ended);
	query_int(&q, r->full);
	query_int(&q, r->sound);
	query_int(&q, r->failed);
	query_text(&q, span_of(r->by));
	query_text(&q, span_of(r->why));
	query_text(&q, span_of(r->child));
	query_int(&q, (long long)r->repositories);
	query_int(&q, (long long)r->commits);
	query_int(&q, (long long)r->signatures);
	query_int(&q, (long long)r->findings);
	query_int(&q, (long long)r->records);
	query_text(&q, span_of(r->checkpoint));
	query_text(&q, span_of(r->note));
	query_blob(&q, span_make((const char *)r->states, sizeof r->states));
	r->id = query_row(&q) ? column_int(&q, 0) : 0;
	st = query_run(&q, NULL);
	return st ? st : drop_old(db);
}

static void read_run(struct query *q, struct proof_run *out)
{
	struct span states;

	*out = (struct proof_run){.id = column_int(q, 0),
				  .began = column_int(q, 1),
				  .ended = column_int(q, 2),
				  .full = column_int(q, 3),
				  .sound = column_int(q, 4),
				  .failed = column_int(q, 5),
				  .repositories = (size_t)column_int(q, 9),
				  .commits = (size_t)column_int(q, 10),
				  .signatures = (size_t)column_int(q, 11),
				  .findings = (size_t)column_int(q, 12),
				  .records = (uint64_t)column_int(q, 13)};
	span_copy(column_text(q, 6), out->by, sizeof out->by);
	span_copy(column_text(q, 7), out->why, sizeof out->why);
	span_copy(column_text(q, 8), out->child, sizeof out->child);
	span_copy(column_text(q, 14), out->checkpoint, sizeof out->checkpoint);
	span_copy(column_text(q, 15), out->note, sizeof out->note);
	states = column_text(q, 16);
	if (states.n == sizeof out->states)
		memcpy(out->states, states.p, sizeof out->states);
}

static enum status one_run(struct query *q, struct proof_run *out)
{
	bool found = query_row(q);
	enum status st;

	if (found)
		read_run(q, out);
	st = query_end(q);
	return st ? st : found ? ST_OK : fail(ST_NOTFOUND, "no such run of the proof");
}

enum status proof_run_get(struct db *db, int64_t id, struct proof_run *out)
{
	struct query q = query_read(db, "SELECT " RUN_FIELDS " FROM vault.proof_run WHERE id=?");

	query_int(&q, id);
	return one_run(&q, out);
}

enum status proof_run_newest(struct db *db, bool full, struct proof_run *out)
{
	struct query q = query_read(db, "SELECT " RUN_FIELDS " FROM vault.proof_run"
					" WHERE NOT ? OR (whole AND NOT failed AND child='')"
					" ORDER BY id DESC LIMIT 1");

	query_int(&q, full);
	return one_run(&q, out);
}

enum status proof_runs(struct db *db, enum status (*each)(void *, const struct proof_run *),
		       void *ctx)
{
	struct query q =
	    query_read(db, "SELECT " RUN_FIELDS " FROM vault.proof_run ORDER BY id DESC");
	struct proof_run r;
	enum status st = ST_OK, end;

	while (!st && query_row(&q)) {
		read_run(&q, &r);
		st = each(ctx, &r);
	}
	end = query_end(&q);
	return st ? st : end;
}

/* ---- findings ------------------------------------------------------------------------------- */

enum status proof_finding_put(struct db *db, int64_t run, size_t n, const struct proof_finding *f)
{
	struct query q;

	if (n >= PROOF_FINDINGS_MAX)
		return ST_OK;
	q = query_write(db, "INSERT INTO vault.proof_finding VALUES(?,?,?,?,?,?)");
	query_int(&q, run);
	query_int(&q, (long long)n);
	query_text(&q, span_of(f->code));
	query_text(&q, span_of(f->repository));
	query_text(&q, span_of(f->version));
	query_text(&q, span_of(f->text));
	return query_run(&q, NULL);
}

enum status proof_findings(struct db *db, int64_t run,
			   enum status (*each)(void *, const struct proof_finding *), void *ctx)
{
	struct query q = query_read(db, "SELECT code, repository, version, text"
					" FROM vault.proof_finding WHERE run=? ORDER BY n");
	struct proof_finding f;
	enum status st = ST_OK, end;

	query_int(&q, run);
	while (!st && query_row(&q)) {
		f = (struct proof_finding){.code = ""};
		span_copy(column_text(&q, 0), f.code, sizeof f.code);
		span_copy(column_text(&q, 1), f.repository, sizeof f.repository);
		span_copy(column_text(&q, 2), f.version, sizeof f.version);
		span_copy(column_text(&q, 3), f.text, sizeof f.text);
		st = each(ctx, &f);
	}
	end = query_end(&q);
	return st ? st : end;
}

/* ---- where the next one goes on ------------------------------------------------------------- */

enum status proof_state_put(struct db *db, const struct proof_state *s)
{
	struct query q =
	    query_write(db, "INSERT OR REPLACE INTO vault.proof_state VALUES(1,?,?,?,?)");

	query_int(&q, (long long)s->size);
	query_int(&q, s->t);
	query_blob(&q, span_make((const char *)s->root, sizeof s->root));
	query_blob(&q, span_make((const char *)s->nodes, sizeof s->nodes));
	return query_run(&q, NULL);
}

enum status proof_state_get(struct db *db, struct proof_state *out)
{
	struct query q = query_read(db, "SELECT size, t, root, nodes FROM vault.proof_state");
	struct span root, nodes;

	*out = (struct proof_state){.size = 0};
	if (query_row(&q)) {
		root = column_text(&q, 2);
		nodes = column_text(&q, 3);
		if (root.n == sizeof out->root && nodes.n == sizeof out->nodes) {
			out->size = (uint64_t)column_int(&q, 0);
			out->t = column_int(&q, 1);
			memcpy(out->root, root.p, sizeof out->root);
			memcpy(out->nodes, nodes.p, sizeof out->nodes);
		}
	}
	return query_end(&q);
}

enum status proof_head_put(struct db *db, struct span repository, struct span head, bool removed)
{
	struct query q = query_write(db, "INSERT OR REPLACE INTO vault.proof_head VALUES(?,?,?)");

	query_text(&q, repository);
	query_text(&q, head);
	query_int(&q, removed);
	return query_run(&q, NULL);
}

enum status proof_heads_clear(struct db *db)
{
	struct query q = query_write(db, "DELETE FROM vault.proof_head");

	return query_run(&q, NULL);
}

enum status proof_heads(struct db *db,
			enum status (*each)(void *, struct span repository, struct span head,
					    bool removed),
			void *ctx)
{
	struct query q = query_read(db, "SELECT repository, head, removed FROM vault.proof_head"
					" ORDER BY repository");
	enum status st = ST_OK, end;

	while (!st && query_row(&q))
		st = each(ctx, column_text(&q, 0), column_text(&q, 1), column_int(&q, 2));
	end = query_end(&q);
	return st ? st : end;
}
