#include "vault/db/file.h"

#include "vault/db/db_impl.h"

#define COLUMNS                                                                                    \
	"SELECT child, id, name, title, category, type, bytes, sha256, readers, open,"             \
	" institution, account, at, release, staff_only FROM file"

enum status file_row_put(struct db *db, const struct file_row *f)
{
	struct query q =
	    query_write(db, "INSERT OR REPLACE INTO file VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");

	query_text(&q, span_of(f->child));
	query_text(&q, span_of(f->id));
	query_text(&q, span_of(f->name));
	query_text(&q, span_of(f->title));
	query_text(&q, span_of(f->category));
	query_text(&q, span_of(f->type));
	query_int(&q, f->bytes);
	query_text(&q, span_of(f->sha256));
	query_int(&q, f->readers);
	query_int(&q, f->open);
	query_text(&q, span_of(f->institution));
	query_text(&q, span_of(f->account));
	query_int(&q, f->at);
	query_text(&q, span_of(f->release));
	query_int(&q, f->staff_only);
	return query_run(&q, NULL);
}

static void read_row(struct query *q, struct file_row *out)
{
	*out = (struct file_row){.bytes = column_int(q, 6),
				 .readers = (role_set)column_int(q, 8),
				 .open = column_int(q, 9) != 0,
				 .at = column_int(q, 12),
				 .staff_only = column_int(q, 14) != 0};
	span_copy(column_text(q, 0), out->child, sizeof out->child);
	span_copy(column_text(q, 1), out->id, sizeof out->id);
	span_copy(column_text(q, 2), out->name, sizeof out->name);
	span_copy(column_text(q, 3), out->title, sizeof out->title);
	span_copy(column_text(q, 4), out->category, sizeof out->category);
	span_copy(column_text(q, 5), out->type, sizeof out->type);
	span_copy(column_text(q, 7), out->sha256, sizeof out->sha256);
	span_copy(column_text(q, 10), out->institution, sizeof out->institution);
	span_copy(column_text(q, 11), out->account, sizeof out->account);
	span_copy(column_text(q, 13), out->release, sizeof out->release);
}

enum status file_row_get(struct db *db, struct span child, struct span id, struct file_row *out)
{
	struct query q = query_read(db, COLUMNS " WHERE child=? AND id=?");
	bool found;
	enum status st;

	query_text(&q, child);
	query_text(&q, id);
	found = query_row(&q);
	if (found)
		read_row(&q, out);
	st = query_end(&q);
	return st || found ? st : fail(ST_NOTFOUND, "no such file");
}

enum status file_row_drop(struct db *db, struct span child, struct span id)
{
	struct query q = query_write(db, "DELETE FROM file WHERE child=? AND id=?");

	query_text(&q, child);
	query_text(&q, id);
	return query_run(&q, NULL);
}

static enum status each_row(struct query *q, enum status (*each)(void *, const struct file_row *),
			    void *ctx)
{
	struct file_row f;
	enum status st = ST_OK, end;

	while (!st && query_row(q)) {
		read_row(q, &f);
		st = each(ctx, &f);
	}
	end = query_end(q);
	return st ? st : end;
}

enum status file_row_each(struct db *db, struct span child,
			  enum status (*each)(void *, const struct file_row *), void *ctx)
{
	struct query q = query_read(db, COLUMNS " WHERE child=? ORDER BY at DESC, id");

	query_text(&q, child);
	return each_row(&q, each, ctx);
}

enum status file_row_same(struct db *db, struct span id,
			  enum status (*each)(void *, const struct file_row *), void *ctx)
{
	struct query q = query_read(db, COLUMNS " WHERE id=? ORDER BY child");

	query_text(&q, id);
	return each_row(&q, each, ctx);
}

enum status file_content_used(struct db *db, struct span sha256, bool *out)
{
	struct query q = query_read(db, "SELECT 1 FROM file WHERE sha256=?");

	query_text(&q, sha256);
	*out = query_row(&q);
	return query_end(&q);
}

enum status file_row_clear(struct db *db, struct span child)
{
	struct query q = query_write(db, "DELETE FROM file WHERE child=?");

	query_text(&q, child);
	return query_run(&q, NULL);
}
