/*
 * A GNUPGHOME of our own: its configuration, a path that is short enough for sockets, the end of
 * its agent.  Only for vault/store/sign.c.  Any thread.
 */
#ifndef KARTE_VAULT_STORE_HOME_H
#define KARTE_VAULT_STORE_HOME_H

#include "generator/base/buf.h"
#include "generator/base/status.h"

struct home;

/* Makes what is missing.  ST_DENIED: a folder in the way belongs to somebody else. */
enum status home_open(struct home **out, const char *dir);
/* Ends the agent, unless another process has the same home open.  NULL does nothing. */
void home_close(struct home *h);

/* The path to give to gpg: the home itself, or the short link to it. */
const char *home_path(const struct home *h);
/* Call before each use: puts a link back that a cleaner of temporary files has taken away. */
enum status home_ready(struct home *h);
/* Removes <home>/<folder>/<40 upper-case hexadecimal digits><ending>.  ST_NOTFOUND. */
enum status home_unlink(const struct home *h, const char *folder, const char *hex,
			const char *ending);

#endif
