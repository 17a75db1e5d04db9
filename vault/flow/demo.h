/* The demo: content/demo put into a new vault through the same doors as everything else. */
#ifndef KARTE_FLOW_DEMO_H
#define KARTE_FLOW_DEMO_H

#include "vault/app.h"

/* An account, and what signs it in: a demo has no secrets. */
struct demo_account {
	const char *id, *role, *institution, *name, *password;
	const char *totp; /* the secret of its one-time passwords, base32; "" */
	const char *code; /* of the moment; "" */
};

/*
 * Fills a new vault from DIR/demo.yaml and DIR/sheets.  say is told what is done, one line each,
 * and at the end, for each account, what signs it in.  ST_INVALID with problems.
 */
struct demo_listener {
	void (*step)(void *ctx, const char *line);
	void (*account)(void *ctx, const struct demo_account *a);
	void *ctx;
};
enum status demo_fill(struct app *app, const char *dir, const struct demo_listener *say,
		      struct problems *ps);

/* Tells the accounts of DIR/demo.yaml without changing anything. */
enum status demo_accounts(const char *dir, const struct demo_listener *say, struct problems *ps);

#endif
