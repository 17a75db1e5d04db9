/*
 * The public keys of the registry with the times for which each is good, for tools that are not
 * ours: gpg imports the one, a spreadsheet or awk reads the other.
 */
#ifndef KARTE_FLOW_KEYS_EXPORT_H
#define KARTE_FLOW_KEYS_EXPORT_H

#include "generator/base/buf.h"
#include "vault/app.h"

enum { KEYS_BYTES_MAX = 32 * 1024 * 1024 };

/* Appends all keys, armored, one after the other, by fingerprint. */
enum status keys_export_asc(struct app *app, struct buf *out);

/*
 * Appends "fingerprint,account,from,to,why" and a row for each key, by fingerprint (RFC 4180, times
 * in UTC as in the registry).  An empty `to`: it is still good.  why: the action of the commit that
 * ended it.
 */
enum status keys_export_csv(struct app *app, struct buf *out);

#endif
