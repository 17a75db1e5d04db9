/*
 * Nothing typed is lost: a form that arrives after the session has ended is sealed to the person
 * whose session it was.  Nobody can read it meanwhile, and only that person's next sign-in opens
 * it.
 */
#ifndef KARTE_FLOW_KEPT_H
#define KARTE_FLOW_KEPT_H

#include "vault/db/factor.h"
#include "vault/flow/session.h"
#include "vault/http/form.h"

enum { KEPT_SECONDS = 7 * 86400, KEPT_BYTES_MAX = FORM_BYTES_MAX + 1024 };

/*
 * Keeps a form that was sent to path.  ST_NOTFOUND: the person has no address yet; ST_TOOBIG: more
 * than FORM_BYTES_MAX, or a path that has no room.
 */
enum status keep_form(struct app *app, struct span account, struct span path,
		      const struct form *form, int64_t now);

/* Is there something? */
enum status kept_waits(struct app *app, struct span account, int64_t now, bool *out);

/* What is kept for the person of a whole session, newest first; ended ones are left out. */
struct kept_list {
	struct kept_row rows[KEPT_MAX];
	size_t count;
};
enum status kept_of(struct app *app, const struct session *s, int64_t now, struct kept_list *out);

/* Appends the body of one as application/x-www-form-urlencoded; out must be a secret buffer. */
enum status kept_open(struct app *app, const struct session *s, const struct seal_secret *secret,
		      long long n, struct buf *out);

#endif
