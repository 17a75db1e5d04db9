#include "vault/db/release.h"

#include "vault/db/db_impl.h"

#define COLUMNS                                                                                    \
	"SELECT id, state, title, message, account, institution, confirmer, made, asked, due,"     \
	" given, recalled FROM vault.release "

/* ---- a release ------------------------------------------------------------------------------ */

static enum status put_row(struct db *db, const struct release_row *r)
{
	struct query q =
	    query_write(db, "INSERT INTO vault.release VALUES(?,?,?,?,?,?,?,?,?,?,?,?)");

	query_text(&q, span_of(r->id));
	query_text(&q, span_of(r->state));
	query_text(&q, span_of(r->title));
	query_text(&q, span_of(r->message));
	query_text(&q, span_of(r->account));
	query_text(&q, span_of(r->institution));
	query_text(&q, span_of(r->confirmer));
	query_int(&q, r->made);
	query_int(&q, r->asked);
	query_int(&q, r->due);
	query_int(&q, r->given);
	query_int(&q, r->recalled);
	return query_run(&q, NULL);
}

static enum status put_child(struct db *db, const char *id, struct span child, size_t n)
{
	struct query q =
	    query_write(db, "INSERT INTO vault.release_child VALUES(?,?,?,'waits','','')");

	query_text(&q, span_of(id));
	query_text(&q, child);
	query_int(&q, (long long)n);
	return query_run(&q, NULL);
}

static enum status put_file(struct db *db, const char *id, const struct release_file *f, size_t n)
{
	struct query q = query_write(db, "INSERT INTO vault.release_file VALUES(?,?,?,?,?,?,?,?)");

	query_text(&q, span_of(id));
	query_int(&q, (long long)n);
	query_text(&q, span_of(f->file));
	query_text(&q, span_of(f->name));
	query_text(&q, span_of(f->title));
	query_text(&q, span_of(f->type));
	query_int(&q, f->bytes);
	query_text(&q, span_of(f->sha256));
	return query_run(&q, NULL);
}

enum status release_put(struct db *db, const struct release_row *r, const struct span *children,
			size_t nchildren, const struct release_file *files, size_t nfiles)
{
	enum status st = db_begin(db);

	if (st)
		return st;
	st = put_row(db, r);
	for (size_t i = 0; i < nchildren && !st; i++)
		st = put_child(db, r->id, children[i], i);
	for (size_t i = 0; i < nfiles && !st; i++)
		st = put_file(db, r->id, &files[i], i);
	return db_end(db, st);
}

static void read_row(struct query *q, struct release_row *out)
{
	*out = (struct release_row){.made = column_int(q, 7),
				    .asked = column_int(q, 8),
				    .due = column_int(q, 9),
				    .given = column_int(q, 10),
				    .recalled = column_int(q, 11)};
	span_copy(column_text(q, 0), out->id, sizeof out->id);
	span_copy(column_text(q, 1), out->state, sizeof out->state);
	span_copy(column_text(q, 2), out->title, sizeof out->title);
	span_copy(column_text(q, 3), out->message, sizeof out->message);
	span_copy(column_text(q, 4), out->account, sizeof out->account);
	span_copy(column_text(q, 5), out->institution, sizeof out->institution);
	span_copy(column_text(q, 6), out->confirmer, sizeof out->confirmer);
}

enum status release_get(struct db *db, struct span id, struct release_row *out)
{
	struct query q = query_read(db, COLUMNS "WHERE id=?");
	bool found;
	enum status st;

	query_text(&q, id);
	found = query_row(&q);
	if (found)
		read_row(&q, out);
	st = query_end(&q);
	return st || found ? st : fail(ST_NOTFOUND, "no such release");
}

static enum status each_row(struct query *q,
			    enum status (*each)(void *, const struct release_row *), void *ctx)
{
	struct release_row r;
	enum status st = ST_OK, end;

	while (!st && query_row(q)) {
		read_row(q, &r);
		st = each(ctx, &r);
	}
	end = query_end(q);
	return st ? st : end;
}

enum status release_each(struct db *db, struct span institution, int limit,
			 enum status (*each)(void *, const struct release_row *), void *ctx)
{
	struct query q =
	    query_read(db, COLUMNS "WHERE institution=? ORDER BY made DESC, id LIMIT ?");

	query_text(&q, institution);
	query_int(&q, limit);
	return each_row(&q, each, ctx);
}

enum status release_due(struct db *db, long long now,
			enum status (*each)(void *, const struct release_row *), void *ctx)
{
	struct query q =
	    query_read(db, COLUMNS
		       "WHERE (state='confirmed' AND due<=?) OR state='giving' OR (state='recalled'"
		       " AND EXISTS(SELECT 1 FROM vault.release_child c WHERE c.release=release.id"
		       " AND c.state IN ('waits','given'))) ORDER BY due, id");

	query_int(&q, now);
	return each_row(&q, each, ctx);
}

/* ---- its steps ------------------------------------------------------------------------------ */

static enum status move_row(struct db *db, const struct release_row *to, const char *from,
			    long long was_asked)
{
	struct query q = query_write(db, "UPDATE vault.release SET state=?, confirmer=?, asked=?,"
					 " due=?, given=?, recalled=?"
					 " WHERE id=? AND state=? AND asked=?");
	int changed = 0;
	enum status st;

	query_text(&q, span_of(to->state));
	query_text(&q, span_of(to->confirmer));
	query_int(&q, to->asked);
	query_int(&q, to->due);
	query_int(&q, to->given);
	query_int(&q, to->recalled);
	query_text(&q, span_of(to->id));
	query_text(&q, span_of(from));
	query_int(&q, was_asked);
	st = query_run(&q, &changed);
	return st || changed ? st : fail(ST_STALE, "the release is not %s any more", from);
}

static enum status set_line(struct db *db, const char *id, const struct release_child *c)
{
	struct query q =
	    query_write(db, "UPDATE vault.release_child SET line=? WHERE release=? AND child=?");

	query_text(&q, span_of(c->line));
	query_text(&q, span_of(id));
	query_text(&q, span_of(c->child));
	return query_run(&q, NULL);
}

enum status release_move(struct db *db, const struct release_row *to, const char *from,
			 long long was_asked, const struct release_child *lines, size_t nlines)
{
	enum status st = db_begin(db);

	if (st)
		return st;
	st = move_row(db, to, from, was_asked);
	for (size_t i = 0; i < nlines && !st; i++)
		st = set_line(db, to->id, &lines[i]);
	return db_end(db, st);
}

static enum status drop_from(struct db *db, const char *sql, struct span id)
{
	struct query q = query_write(db, sql);

	query_text(&q, id);
	return query_run(&q, NULL);
}

static enum status drop_row(struct db *db, struct span id, const char *state)
{
	struct query q = query_write(db, "DELETE FROM vault.release WHERE id=? AND state=?");
	int changed = 0;
	enum status st;

	query_text(&q, id);
	query_text(&q, span_of(state));
	st = query_run(&q, &changed);
	return st || changed ? st : fail(ST_STALE, "the release is not %s any more", state);
}

enum status release_drop(struct db *db, struct span id, const char *state)
{
	enum status st = db_begin(db);

	if (st)
		return st;
	st = drop_row(db, id, state);
	if (!st)
		st = drop_from(db, "DELETE FROM vault.release_child WHERE release=?", id);
	if (!st)
		st = drop_from(db, "DELETE FROM vault.release_file WHERE release=?", id);
	if (!st)
		st = drop_from(db, "DELETE FROM vault.release_seen WHERE release=?", id);
	return db_end(db, st);
}

/* ---- its children and files ----------------------------------------------------------------- */

enum status release_child_each(struct db *db, struct span id,
			       enum status (*each)(void *, const struct release_child *), void *ctx)
{
	struct query q = query_read(db, "SELECT child, state, why, line FROM vault.release_child"
					" WHERE release=? ORDER BY n");
	struct release_child c;
	enum status st = ST_OK, end;

	query_text(&q, id);
	while (!st && query_row(&q)) {
		span_copy(column_text(&q, 0), c.child, sizeof c.child);
		span_copy(column_text(&q, 1), c.state, sizeof c.state);
		span_copy(column_text(&q, 2), c.why, sizeof c.why);
		span_copy(column_text(&q, 3), c.line, sizeof c.line);
		st = each(ctx, &c);
	}
	end = query_end(&q);
	return st ? st : end;
}

enum status release_child_set(struct db *db, struct span id, const struct release_child *c)
{
	struct query q = query_write(
	    db, "UPDATE vault.release_child SET state=?, why=? WHERE release=? AND child=?");

	query_text(&q, span_of(c->state));
	query_text(&q, span_of(c->why));
	query_text(&q, id);
	query_text(&q, span_of(c->child));
	return query_run(&q, NULL);
}

enum status release_child_drop(struct db *db, struct span id, struct span child, const char *state)
{
	struct query q = query_write(db, "DELETE FROM vault.release_child WHERE release=?1"
					 " AND child=?2 AND EXISTS(SELECT 1 FROM vault.release r"
					 " WHERE r.id=?1 AND r.state=?3)");
	int changed = 0;
	enum status st;

	query_text(&q, id);
	query_text(&q, child);
	query_text(&q, span_of(state));
	st = query_run(&q, &changed);
	return st || changed ? st : fail(ST_STALE, "the child is not in the release any more");
}

enum status release_file_each(struct db *db, struct span id,
			      enum status (*each)(void *, const struct release_file *), void *ctx)
{
	struct query q = query_read(db, "SELECT file, name, title, type, bytes, sha256"
					" FROM vault.release_file WHERE release=? ORDER BY n");
	struct release_file f;
	enum status st = ST_OK, end;

	query_text(&q, id);
	while (!st && query_row(&q)) {
		f.bytes = column_int(&q, 4);
		span_copy(column_text(&q, 0), f.file, sizeof f.file);
		span_copy(column_text(&q, 1), f.name, sizeof f.name);
		span_copy(column_text(&q, 2), f.title, sizeof f.title);
		span_copy(column_text(&q, 3), f.type, sizeof f.type);
		span_copy(column_text(&q, 5), f.sha256, sizeof f.sha256);
		st = each(ctx, &f);
	}
	end = query_end(&q);
	return st ? st : end;
}

/* ---- what was shown ------------------------------------------------------------------------- */

enum status release_seen_put(struct db *db, struct span id, struct span account, struct span what)
{
	struct query q = query_write(db, "INSERT OR IGNORE INTO vault.release_seen VALUES(?,?,?)");

	query_text(&q, id);
	query_text(&q, account);
	query_text(&q, what);
	return query_run(&q, NULL);
}

enum status release_seen(struct db *db, struct span id, struct span account, struct span what,
			 bool *out)
{
	struct query q = query_read(
	    db, "SELECT 1 FROM vault.release_seen WHERE release=? AND account=? AND what=?");

	query_text(&q, id);
	query_text(&q, account);
	query_text(&q, what);
	*out = query_row(&q);
	return query_end(&q);
}

enum status release_has_file(struct db *db, struct span file, bool *out)
{
	struct query q = query_read(db, "SELECT 1 FROM vault.release_file WHERE file=?");

	query_text(&q, file);
	*out = query_row(&q);
	return query_end(&q);
}

enum status release_took_back(struct db *db, struct span file, bool *out)
{
	struct query q = query_read(db, "SELECT 1 FROM vault.release_file f JOIN vault.release r"
					" ON r.id=f.release WHERE f.file=? AND r.state='recalled'");

	query_text(&q, file);
	*out = query_row(&q);
	return query_end(&q);
}
