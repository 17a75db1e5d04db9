#include "vault/db/watch.h"

#include "vault/db/db_impl.h"

enum status check_put(struct db *db, const struct check_row *row)
{
	struct query q = query_write(
	    db,
	    "INSERT INTO vault.check_state VALUES(?1,?2,?3,?3,?4) ON CONFLICT(name) DO UPDATE SET"
	    " since=iif(state=?2, since, ?3), state=?2, seen=?3, text=?4");

	query_text(&q, span_of(row->name));
	query_int(&q, row->state);
	query_int(&q, row->seen);
	query_text(&q, span_of(row->text));
	return query_run(&q, NULL);
}

enum status check_get(struct db *db, const char *name, struct check_row *out)
{
	struct query q =
	    query_read(db, "SELECT state, since, seen, text FROM vault.check_state WHERE name=?");
	bool found;
	enum status st;

	*out = (struct check_row){.state = 0};
	query_text(&q, span_of(name));
	found = query_row(&q);
	if (found) {
		span_copy(span_of(name), out->name, sizeof out->name);
		out->state = (int)column_int(&q, 0);
		out->since = column_int(&q, 1);
		out->seen = column_int(&q, 2);
		span_copy(column_text(&q, 3), out->text, sizeof out->text);
	}
	st = query_end(&q);
	return st || found ? st : fail(ST_NOTFOUND, "no check %s", name);
}

/* ---- chores ------------------------------------------------------------------------------- */

enum status chore_began(struct db *db, const char *name, int64_t period, int64_t now)
{
	struct query q =
	    query_write(db, "INSERT INTO vault.chore VALUES(?1,?2,?3,0,0,'') ON CONFLICT(name) DO"
			    " UPDATE SET period=?2, began=?3");

	query_text(&q, span_of(name));
	query_int(&q, period);
	query_int(&q, now);
	return query_run(&q, NULL);
}

enum status chore_ran(struct db *db, const char *name, int64_t now, const char *why)
{
	struct query q = query_write(
	    db,
	    "UPDATE vault.chore SET ok=iif(?3 IS NULL, ?2, ok), failed=iif(?3 IS NULL, failed, ?2),"
	    " why=coalesce(?3, why) WHERE name=?1");

	query_text(&q, span_of(name));
	query_int(&q, now);
	query_text(&q, span_of(why));
	return query_run(&q, NULL);
}

static void read_chore(struct query *q, struct chore_row *r)
{
	*r = (struct chore_row){.period = column_int(q, 1),
				.began = column_int(q, 2),
				.ok = column_int(q, 3),
				.failed = column_int(q, 4)};
	span_copy(column_text(q, 0), r->name, sizeof r->name);
	span_copy(column_text(q, 5), r->why, sizeof r->why);
}

enum status chore_each(struct db *db, enum status (*each)(void *ctx, const struct chore_row *row),
		       void *ctx)
{
	struct query q = query_read(
	    db, "SELECT name, period, began, ok, failed, why FROM vault.chore ORDER BY name");
	struct chore_row row;
	enum status st = ST_OK, end;

	while (!st && query_row(&q)) {
		read_chore(&q, &row);
		st = each(ctx, &row);
	}
	end = query_end(&q);
	return st ? st : end;
}

/* ---- mails -------------------------------------------------------------------------------- */

enum status mail_add(struct db *db, struct span tag, struct span receiver, struct span subject,
		     struct span body, int64_t now)
{
	struct query q = query_write(
	    db, "INSERT INTO vault.mail(tag, receiver, subject, body, made, due, tries, sent, why)"
		" VALUES(?1,?2,?3,?4,?5,?5,0,0,'') ON CONFLICT(tag) DO NOTHING");

	query_text(&q, tag);
	query_text(&q, receiver);
	query_text(&q, subject);
	query_text(&q, body);
	query_int(&q, now);
	return query_run(&q, NULL);
}

enum status mail_due(struct db *db, int64_t now, struct mail_row *out)
{
	struct query q =
	    query_read(db, "SELECT n, receiver, subject, body, made, tries FROM vault.mail"
			   " WHERE sent=0 AND due<=? ORDER BY due, n LIMIT 1");
	bool found;
	enum status st;

	*out = (struct mail_row){.n = 0};
	query_int(&q, now);
	found = query_row(&q);
	if (found) {
		out->n = column_int(&q, 0);
		span_copy(column_text(&q, 1), out->receiver, sizeof out->receiver);
		span_copy(column_text(&q, 2), out->subject, sizeof out->subject);
		span_copy(column_text(&q, 3), out->body, sizeof out->body);
		out->made = column_int(&q, 4);
		out->tries = (int)column_int(&q, 5);
	}
	st = query_end(&q);
	return st || found ? st : fail(ST_NOTFOUND, "no mail is due");
}

/* Its text is not kept; that it went is, so that its tag is known. */
enum status mail_sent(struct db *db, long long n, int64_t now)
{
	struct query q =
	    query_write(db, "UPDATE vault.mail SET sent=?2, body='', why='' WHERE n=?1");

	query_int(&q, n);
	query_int(&q, now);
	return query_run(&q, NULL);
}

enum status mail_failed(struct db *db, long long n, int64_t due, const char *why)
{
	struct query q =
	    query_write(db, "UPDATE vault.mail SET due=?2, tries=tries+1, why=?3 WHERE n=?1");

	query_int(&q, n);
	query_int(&q, due);
	query_text(&q, span_of(why));
	return query_run(&q, NULL);
}

enum status mail_state(struct db *db, struct mail_state *out)
{
	struct query q = query_read(
	    db,
	    "SELECT count(*), coalesce(min(made), 0), coalesce((SELECT why FROM vault.mail WHERE"
	    " sent=0 AND why<>'' ORDER BY n DESC LIMIT 1), '') FROM vault.mail WHERE sent=0");

	*out = (struct mail_state){.waiting = 0};
	if (query_row(&q)) {
		out->waiting = (long)column_int(&q, 0);
		out->oldest = column_int(&q, 1);
		span_copy(column_text(&q, 2), out->why, sizeof out->why);
	}
	return query_end(&q);
}

enum status mail_sweep(struct db *db, int64_t before, int64_t never)
{
	struct query q = query_write(
	    db, "DELETE FROM vault.mail WHERE (sent<>0 AND sent<?) OR (sent=0 AND made<?)");

	query_int(&q, before);
	query_int(&q, never);
	return query_run(&q, NULL);
}
