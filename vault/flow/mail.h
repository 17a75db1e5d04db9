/*
 * Mails that the vault sends: queued in vault.db with what they are about, sent by a chore, tried
 * again later and later while the server is away.  karte.yaml(5) has the settings.
 *
 * A mail says that something is to be seen and where, never whom it is about.
 */
#ifndef KARTE_FLOW_MAIL_H
#define KARTE_FLOW_MAIL_H

#include "vault/app.h"

#include <stdint.h>

/*
 * Queues a mail to one address; nothing happens where no server is set.  subject and body: UTF-8,
 * at most 500 and 16,000 bytes.  ST_INVALID: the address is none; ST_TOOBIG.
 */
enum status mail_send(struct app *app, struct span to, struct span subject, struct span body);

/*
 * The same to each of a list of karte.yaml, one mail for each.  tag: a name of this mail, so that
 * it is queued once however often this is called; NULL: each time.  Within a transaction of
 * vault.db it belongs to that.
 */
enum status mail_list(struct app *app, const char *list, const char *tag, struct span subject,
		      struct span body, int64_t now);
/* To those who get alerts of a severity. */
enum status mail_severity(struct app *app, struct span severity, const char *tag,
			  struct span subject, struct span body, int64_t now);

/* Sends what is due: a chore.  ST_IO when one could not be sent; it is tried again. */
enum status mail_chore(struct app *app);

/* Seconds until a mail that failed so many times is tried again: a minute, two … six hours. */
long mail_wait(int tries);

#endif
