#include "vault/db/ask.h"

#include "vault/db/db_impl.h"

#define ASK_FIELDS                                                                                 \
	"a.child, a.id, a.type, a.sheet, a.title, a.institution, a.account, a.due, a.at,"          \
	" a.answered, a.state"

enum status ask_clear(struct db *db, struct span child)
{
	struct query q = query_write(db, "DELETE FROM ask WHERE child=?");
	enum status st;

	query_text(&q, child);
	st = query_run(&q, NULL);
	if (st)
		return st;
	q = query_write(db, "DELETE FROM ask_wait WHERE child=?");
	query_text(&q, child);
	st = query_run(&q, NULL);
	if (st)
		return st;
	q = query_write(db, "DELETE FROM ask_paper WHERE child=?");
	query_text(&q, child);
	return query_run(&q, NULL);
}

enum status ask_put(struct db *db, const struct ask_row *a)
{
	struct query q = query_write(
	    db, "INSERT OR REPLACE INTO ask(child, id, type, sheet, title, institution, account,"
		" due, at, answered, state) VALUES(?,?,?,?,?,?,?,?,?,?,?)");

	query_text(&q, span_of(a->child));
	query_text(&q, span_of(a->id));
	query_text(&q, span_of(a->type));
	query_text(&q, span_of(a->sheet));
	query_text(&q, span_of(a->title));
	query_text(&q, span_of(a->institution));
	query_text(&q, span_of(a->account));
	query_text(&q, span_of(a->due));
	query_int(&q, a->at);
	query_int(&q, a->answered);
	query_int(&q, a->state);
	return query_run(&q, NULL);
}

enum status ask_wait_put(struct db *db, struct span account, struct span child, struct span ask)
{
	struct query q =
	    query_write(db, "INSERT OR REPLACE INTO ask_wait(account, child, ask) VALUES(?,?,?)");

	query_text(&q, account);
	query_text(&q, child);
	query_text(&q, ask);
	return query_run(&q, NULL);
}

enum status ask_paper_put(struct db *db, struct span child, struct span ask,
			  const struct ask_paper *p)
{
	struct query q = query_write(
	    db, "INSERT OR REPLACE INTO ask_paper(child, ask, paper, account, sent_back, note, at)"
		" VALUES(?,?,?,?,?,?,?)");

	query_text(&q, child);
	query_text(&q, ask);
	query_text(&q, span_of(p->paper));
	query_text(&q, span_of(p->account));
	query_int(&q, p->sent_back);
	query_text(&q, span_of(p->note));
	query_int(&q, p->at);
	return query_run(&q, NULL);
}

static void read_row(struct query *q, struct ask_row *a)
{
	*a = (struct ask_row){
	    .at = column_int(q, 8), .answered = column_int(q, 9), .state = (int)column_int(q, 10)};
	span_copy(column_text(q, 0), a->child, sizeof a->child);
	span_copy(column_text(q, 1), a->id, sizeof a->id);
	span_copy(column_text(q, 2), a->type, sizeof a->type);
	span_copy(column_text(q, 3), a->sheet, sizeof a->sheet);
	span_copy(column_text(q, 4), a->title, sizeof a->title);
	span_copy(column_text(q, 5), a->institution, sizeof a->institution);
	span_copy(column_text(q, 6), a->account, sizeof a->account);
	span_copy(column_text(q, 7), a->due, sizeof a->due);
}

static enum status each_row(struct query *q, ask_each *each, void *ctx)
{
	enum status st = ST_OK, end;

	while (!st && query_row(q)) {
		struct ask_row a;

		read_row(q, &a);
		st = each(ctx, &a);
	}
	end = query_end(q);
	return st ? st : end;
}

enum status ask_waiting(struct db *db, struct span account, struct span today, int limit,
			ask_each *each, void *ctx)
{
	struct query q =
	    query_read(db, "SELECT " ASK_FIELDS " FROM ask_wait w JOIN ask a ON a.child=w.child"
			   " AND a.id=w.ask WHERE w.account=?1 AND (a.due='' OR a.due>=?2)"
			   " ORDER BY a.due='', a.due, a.at LIMIT ?3");

	query_text(&q, account);
	query_text(&q, today);
	query_int(&q, limit);
	return each_row(&q, each, ctx);
}

enum status ask_answered(struct db *db, struct span institution, long long since, int limit,
			 ask_each *each, void *ctx)
{
	struct query q = query_read(
	    db, "SELECT " ASK_FIELDS " FROM ask a LEFT JOIN sheet s ON s.child=a.child"
		" AND s.type=a.type AND s.id=a.sheet WHERE a.answered>0 AND a.institution IN"
		" (SELECT ?1 UNION SELECT id FROM institution WHERE successor=?1)"
		" AND (a.answered>=?2 OR s.status='consent') ORDER BY a.answered DESC LIMIT ?3");

	query_text(&q, institution);
	query_int(&q, since);
	query_int(&q, limit);
	return each_row(&q, each, ctx);
}

enum status ask_papers(struct db *db, struct span institution, int limit,
		       enum status (*each)(void *ctx, const struct ask_row *a,
					   const struct ask_paper *p),
		       void *ctx)
{
	struct query q =
	    query_read(db, "SELECT " ASK_FIELDS
			   ", p.paper, p.account, p.sent_back, p.note, p.at FROM ask_paper p"
			   " JOIN ask a ON a.child=p.child AND a.id=p.ask WHERE a.institution IN"
			   " (SELECT ?1 UNION SELECT id FROM institution WHERE successor=?1)"
			   " ORDER BY p.at, p.paper LIMIT ?2");
	enum status st = ST_OK, end;

	query_text(&q, institution);
	query_int(&q, limit);
	while (!st && query_row(&q)) {
		struct ask_row a;
		struct ask_paper p = {.sent_back = column_int(&q, 13) != 0,
				      .at = column_int(&q, 15)};

		read_row(&q, &a);
		span_copy(column_text(&q, 11), p.paper, sizeof p.paper);
		span_copy(column_text(&q, 12), p.account, sizeof p.account);
		span_copy(column_text(&q, 14), p.note, sizeof p.note);
		st = each(ctx, &a, &p);
	}
	end = query_end(&q);
	return st ? st : end;
}

enum status ask_about(struct db *db, struct span child, struct span type, struct span sheet,
		      bool *out)
{
	struct query q =
	    query_read(db, "SELECT 1 FROM ask WHERE child=? AND type=? AND sheet=? LIMIT 1");

	query_text(&q, child);
	query_text(&q, type);
	query_text(&q, sheet);
	*out = query_row(&q);
	return query_end(&q);
}
