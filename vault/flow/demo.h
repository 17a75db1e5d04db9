/* The demo: content/demo put into a new vault through the same doors as everything else. */
#ifndef KARTE_FLOW_DEMO_H
#define KARTE_FLOW_DEMO_H

#include "vault/app.h"

/*
 * Fills a new vault from DIR/demo.yaml and DIR/sheets.  say is told what is done, one line each,
 * and at the end, for each account, its id and password.  ST_INVALID with problems.
 */
struct demo_listener {
	void (*step)(void *ctx, const char *line);
	void (*account)(void *ctx, const char *id, const char *role, const char *institution,
			const char *name, const char *password);
	void *ctx;
};
enum status demo_fill(struct app *app, const char *dir, const struct demo_listener *say,
		      struct problems *ps);

/* Tells the accounts and passwords of DIR/demo.yaml without changing anything. */
enum status demo_accounts(const char *dir, const struct demo_listener *say, struct problems *ps);

#endif
