#include "vault/flow/mail.h"

#include "generator/base/file.h"
#include "vault/db/watch.h"
#include "vault/flow/courier.h"
#include "vault/flow/mail_text.h"

#include <stdio.h>
#include <time.h>

enum {
	WAIT_FIRST = 60,
	WAIT_MOST = 6 * 3600,
	AT_ONCE = 50, /* in one run of the chore */
	MESSAGE_MAX = 128 * 1024,
	TAG_MAX = 400
};

long mail_wait(int tries)
{
	long wait = WAIT_FIRST;

	while (tries-- > 0 && wait < WAIT_MOST)
		wait *= 2;
	return wait < WAIT_MOST ? wait : WAIT_MOST;
}

/* ---- queueing ----------------------------------------------------------------------------- */

static enum status queue(struct app *app, struct span tag, struct span to, struct span subject,
			 struct span body, int64_t now)
{
	if (!app->conf.mail_server[0])
		return ST_OK;
	if (!mail_address_good(to))
		return fail(ST_INVALID, "a mail's address is none");
	if (subject.n >= MAIL_SUBJECT_ROOM || body.n >= MAIL_BODY_ROOM)
		return fail(ST_TOOBIG, "a mail is too long");
	return mail_add(app->db, tag, to, subject, body, now);
}

enum status mail_send(struct app *app, struct span to, struct span subject, struct span body)
{
	return queue(app, SPAN_NONE, to, subject, body, (int64_t)time(NULL));
}

enum status mail_list(struct app *app, const char *list, const char *tag, struct span subject,
		      struct span body, int64_t now)
{
	struct span rest = span_of(list), to;
	char text[TAG_MAX];
	enum status st = ST_OK;

	while (!st && (to = mail_list_next(&rest)).p) {
		snprintf(text, sizeof text, "%s:%.*s", tag ? tag : "", SPAN_ARG(to));
		st = queue(app, tag ? span_of(text) : SPAN_NONE, to, subject, body, now);
	}
	return st;
}

enum status mail_severity(struct app *app, struct span severity, const char *tag,
			  struct span subject, struct span body, int64_t now)
{
	const char *list = span_is(severity, "severe")	  ? app->conf.mail_severe
			   : span_is(severity, "warning") ? app->conf.mail_warning
							  : app->conf.mail_notice;

	return mail_list(app, list, tag, subject, body, now);
}

/* ---- sending ------------------------------------------------------------------------------ */

/* The first line of the file; without a user there is none. */
static enum status read_password(const struct app *app, struct buf *out)
{
	struct span rest, line;
	enum status st;

	if (!app->conf.mail_user[0])
		return ST_OK;
	st = file_read(app->conf.mail_password_file, out);
	if (st)
		return fail(ST_CONFIG, "mail-password-file cannot be read");
	rest = buf_span(out);
	line = span_trim(span_cut(&rest, '\n'));
	if (!line.n || line.p != out->data)
		return fail(ST_CONFIG, "mail-password-file begins with no password");
	buf_cut(out, line.n);
	return out->st;
}

static enum status send_one(struct app *app, const struct mail_row *row, const char *password)
{
	const struct conf *conf = &app->conf;
	const struct mail_text text = {.from = span_of(conf->mail_from),
				       .to = span_of(row->receiver),
				       .subject = span_of(row->subject),
				       .body = span_of(row->body),
				       .date = row->made,
				       .n = row->n,
				       .hostname = conf->hostname};
	struct courier_mail m = {.server = conf->mail_server,
				 .user = conf->mail_user,
				 .password = password,
				 .ca = conf->mail_ca,
				 .hello = conf->hostname,
				 .from = conf->mail_from,
				 .to = row->receiver};
	struct buf message;
	enum status st;

	/* Within this machine nobody listens on the line, unless a certificate is asked for. */
	m.plain = mail_server_is_here(span_of(conf->mail_server)) && !conf->mail_ca[0];
	buf_init(&message, MESSAGE_MAX);
	st = mail_write(&message, &text);
	m.message = buf_span(&message);
	if (!st)
		st = courier_mail(&m);
	buf_clear(&message);
	return st;
}

/* The next mail that is due, sent or put off.  ST_NOTFOUND: none is. */
static enum status send_next(struct app *app, const char *password, enum status *failed)
{
	int64_t now = (int64_t)time(NULL);
	struct mail_row row;
	char why[WATCH_WHY_ROOM];
	enum status st = mail_due(app->db, now, &row), sent;

	if (st)
		return st;
	sent = send_one(app, &row, password);
	if (!sent)
		return mail_sent(app->db, row.n, (int64_t)time(NULL));
	if (sent == ST_BUSY)
		return sent;
	snprintf(why, sizeof why, "%s", fail_why());
	st = mail_failed(app->db, row.n, now + mail_wait(row.tries), why);
	*failed = fail(sent, "a mail could not be sent: %.400s", why);
	return st;
}

/* One that cannot be sent ends the run: the server may be away, and the others have their turn. */
enum status mail_chore(struct app *app)
{
	enum status st, failed = ST_OK;
	struct buf password;

	if (!app->conf.mail_server[0])
		return ST_OK;
	buf_init_secret(&password, 4096);
	st = read_password(app, &password);
	for (int i = 0; !st && !failed && i < AT_ONCE; i++)
		st = send_next(app, buf_str(&password), &failed);
	buf_clear(&password);
	if (st == ST_NOTFOUND || st == ST_BUSY)
		st = ST_OK;
	return st ? st : failed;
}
