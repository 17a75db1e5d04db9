/*
 * The day's checkpoint in other hands: by mail to those who want to keep it, and to an RFC 3161
 *time stamper, whose answer proves that the journal was so at that time.
 *
 *	VAULT/stamps/YYYY-MM-DD.note   the signed checkpoint, byte for byte (the day is UTC's)
 *	VAULT/stamps/YYYY-MM-DD.tsr    the stamper's answer: openssl ts -verify -data NOTE -in TSR
 */
#ifndef KARTE_FLOW_STAMP_H
#define KARTE_FLOW_STAMP_H

#include "vault/app.h"

#include <stdint.h>

/* Stamper's and own clock may differ by so many seconds. */
enum { STAMP_CLOCK = 300 };

/* Asks for today's stamp if there is none yet; recorded as `stamp` (class system).  A chore.
   ST_DENIED: the answer is not good; ST_IO: there is none; ST_CONFIG. */
enum status stamp_chore(struct app *app);

/* Queues the mails with today's checkpoint, once a day; recorded as `checkpoint.mail`.  A chore. */
enum status checkpoint_mail_chore(struct app *app);

#endif
