/*
 * An auditor takes a copy of a repository, to check it elsewhere with other tools.  What is written
 * about a child is in it: it needs a reason, as break-glass does (glass.h), given for some minutes
 * on a page or with an access token, and the family sees each time.
 */
#ifndef KARTE_FLOW_AUDIT_COPY_H
#define KARTE_FLOW_AUDIT_COPY_H

#include "vault/flow/access_tokens.h"
#include "vault/store/pack.h"

/*
 * May q->who copy the repository of q->child (absent: the registry)?  t: the access token it came
 * with; NULL: a session.  *out is the caller's, to be closed.  ST_DENIED, recorded: no, or there is
 * no such child.
 */
enum status copy_open(struct app *app, const struct question *q, const struct access_token *t,
		      struct repo **out);

/* Has the auditor given a reason that still counts?  Records nothing. */
enum status copy_is_open(struct app *app, const struct question *q, bool *out);

/* Records before anything of the repository leaves: that it was opened, because of the token's
   reason (class access, child.open; nothing for the registry) … */
enum status copy_note_open(struct app *app, const struct question *q, const struct access_token *t);
/* … and that a copy up to this version was taken (class read). */
enum status copy_note(struct app *app, const struct question *q, const char *event,
		      const struct oid *version);

#endif
