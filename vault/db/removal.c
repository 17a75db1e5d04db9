#include "vault/db/removal.h"

#include "vault/db/conn.h"

#include <time.h>

/* The tables with a column `child` from which its rows go; kept has the child in its path. */
const char *const purge_tables[] = {
    "child_gram",  "enrolment", "guardian",    "share",	      "protection",
    "ask",	   "ask_wait",	"ask_paper",   "handover",    "sheet",
    "version",	   "file",	"vault.glass", "vault.draft", "vault.release_child",
    "vault.alert", NULL};

#define FIELDS                                                                                     \
	"child, sheet, proposal, asked_by, confirmed_by, head, until, at, step, record,"           \
	" repositories, versions, sheets, files, consents, handovers, rows, drafts, staged,"       \
	" first, last"

enum status removal_put(struct db *db, const struct removal *r)
{
	const struct removal_counts *n = &r->n;
	const long long numbers[] = {
	    r->at,	 r->step,      r->record, n->repositories, n->versions, n->sheets, n->files,
	    n->consents, n->handovers, n->rows,	  n->drafts,	   n->staged,	n->first,  n->last};
	struct query q = query_write(db, "INSERT OR REPLACE INTO vault.removal(" FIELDS
					 ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");

	query_text(&q, span_of(r->child));
	query_text(&q, span_of(r->sheet));
	query_text(&q, span_of(r->proposal));
	query_text(&q, span_of(r->asked_by));
	query_text(&q, span_of(r->confirmed_by));
	query_text(&q, span_of(r->head));
	query_text(&q, span_of(r->until));
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		query_int(&q, numbers[i]);
	return query_run(&q, NULL);
}

static void read_row(struct query *q, struct removal *r)
{
	long long *const counts[] = {&r->n.repositories, &r->n.versions, &r->n.sheets,
				     &r->n.files,	 &r->n.consents, &r->n.handovers,
				     &r->n.rows,	 &r->n.drafts,	 &r->n.staged,
				     &r->n.first,	 &r->n.last};

	*r = (struct removal){
	    .at = column_int(q, 7), .step = (int)column_int(q, 8), .record = column_int(q, 9)};
	span_copy(column_text(q, 0), r->child, sizeof r->child);
	span_copy(column_text(q, 1), r->sheet, sizeof r->sheet);
	span_copy(column_text(q, 2), r->proposal, sizeof r->proposal);
	span_copy(column_text(q, 3), r->asked_by, sizeof r->asked_by);
	span_copy(column_text(q, 4), r->confirmed_by, sizeof r->confirmed_by);
	span_copy(column_text(q, 5), r->head, sizeof r->head);
	span_copy(column_text(q, 6), r->until, sizeof r->until);
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		*counts[i] = column_int(q, 10 + (int)i);
}

enum status removal_get(struct db *db, struct span child, struct span sheet, struct removal *out)
{
	struct query q = query_read(db, "SELECT " FIELDS " FROM vault.removal"
					" WHERE child=? AND sheet=?");
	bool found;
	enum status st;

	query_text(&q, child);
	query_text(&q, sheet.p ? sheet : SPAN(""));
	found = query_row(&q);
	if (found)
		read_row(&q, out);
	st = query_end(&q);
	return st || found ? st : fail(ST_NOTFOUND, "nothing is being removed there");
}

enum status removal_each(struct db *db, int below,
			 enum status (*each)(void *, const struct removal *), void *ctx)
{
	struct query q = query_read(db, "SELECT " FIELDS " FROM vault.removal WHERE step<?"
					" ORDER BY at, child, sheet");
	struct removal r;
	enum status st = ST_OK, end;

	query_int(&q, below);
	while (!st && query_row(&q)) {
		read_row(&q, &r);
		st = each(ctx, &r);
	}
	end = query_end(&q);
	return st ? st : end;
}

/* ---- every row ---------------------------------------------------------------------------- */

/* A constant for each table, since statements are kept by the address of their text. */
static const char *const deletes[] = {
    "DELETE FROM child_gram WHERE child=?",
    "DELETE FROM enrolment WHERE child=?",
    "DELETE FROM guardian WHERE child=?",
    "DELETE FROM share WHERE child=?",
    "DELETE FROM protection WHERE child=?",
    "DELETE FROM ask WHERE child=?",
    "DELETE FROM ask_wait WHERE child=?",
    "DELETE FROM ask_paper WHERE child=?",
    "DELETE FROM handover WHERE child=?",
    "DELETE FROM sheet WHERE child=?",
    "DELETE FROM version WHERE child=?",
    "DELETE FROM file WHERE child=?",
    "DELETE FROM child WHERE id=?",
    "DELETE FROM vault.glass WHERE child=?",
    "DELETE FROM vault.draft WHERE child=?",
    "DELETE FROM vault.kept WHERE instr(path, ?) > 0",
    /* a release that was for this child alone: its words may be about it */
    ("DELETE FROM vault.release WHERE id IN (SELECT release FROM vault.release_child"
     " GROUP BY release HAVING count(*) = 1 AND max(child) = ?)"),
    "DELETE FROM vault.release_child WHERE child=?",
    ("DELETE FROM vault.release_file WHERE NOT EXISTS"
     " (SELECT 1 FROM vault.release r WHERE r.id = release)"),
    ("DELETE FROM vault.release_seen WHERE NOT EXISTS"
     " (SELECT 1 FROM vault.release r WHERE r.id = release)"),
};
enum { OF_CHILD = 18, DRAFTS = 14 };

static enum status delete_one(struct db *db, size_t i, struct span child, struct removal_counts *n)
{
	struct query q = query_write(db, deletes[i]);
	int gone = 0;
	enum status st;

	if (i < OF_CHILD)
		query_text(&q, child);
	st = query_run(&q, &gone);
	n->rows += gone;
	n->drafts += i == DRAFTS ? gone : 0;
	return st;
}

enum status child_purge(struct db *db, struct span child, struct removal_counts *n)
{
	enum status st = db_begin(db);

	if (st)
		return st;
	for (size_t i = 0; i < sizeof deletes / sizeof *deletes && !st; i++)
		st = delete_one(db, i, child, n);
	return db_end(db, count_change(db, st));
}

enum status sheet_purge(struct db *db, struct span child, struct span sheet,
			struct removal_counts *n)
{
	static const char *const of_sheet[] = {
	    "DELETE FROM sheet WHERE child=? AND type=? AND id=?",
	    "DELETE FROM version WHERE child=? AND type=? AND sheet=?",
	    "DELETE FROM vault.draft WHERE child=? AND type=? AND sheet=?",
	};
	struct span id = sheet, type = span_cut(&id, '/');
	enum status st = db_begin(db);

	if (st)
		return st;
	for (size_t i = 0; i < sizeof of_sheet / sizeof *of_sheet && !st; i++) {
		struct query q = query_write(db, of_sheet[i]);
		int gone = 0;

		query_text(&q, child);
		query_text(&q, type);
		query_text(&q, id);
		st = query_run(&q, &gone);
		n->rows += gone;
		n->drafts += i == 2 ? gone : 0;
	}
	return db_end(db, count_change(db, st));
}

/* ---- nothing is left in the files --------------------------------------------------------- */

enum { TRIES = 50, NAP_MS = 100 };

/* The pragma answers with a row: busy, pages in the log, pages copied. */
static enum status cut_log(struct db *db, const char *sql)
{
	struct query q;
	long long busy = 1;
	enum status st = ST_OK;

	for (int i = 0; i < TRIES && busy && !st; i++) {
		if (i)
			nanosleep(&(struct timespec){.tv_nsec = NAP_MS * 1000000L}, NULL);
		q = query_write(db, sql);
		busy = query_row(&q) ? column_int(&q, 0) : 1;
		st = query_end(&q);
		if (st == ST_BUSY)
			st = ST_OK;
	}
	return st ? st : busy ? fail(ST_BUSY, "the database is in use") : ST_OK;
}

/* A full-text index keeps deleted words until its parts are merged into one. */
enum status db_settle(struct db *db)
{
	struct query q = query_write(db, "INSERT INTO child_gram(child_gram) VALUES('optimize')");
	enum status st = query_run(&q, NULL);

	if (!st)
		st = cut_log(db, "PRAGMA main.wal_checkpoint(TRUNCATE)");
	return st ? st : cut_log(db, "PRAGMA vault.wal_checkpoint(TRUNCATE)");
}
