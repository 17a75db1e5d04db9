/*
 * What must keep running, and whether it does: a table of checks, looked at now and then by a chore
 * of the server and kept in vault.db, so that pages and rules of alerts read it from there.
 */
#ifndef KARTE_FLOW_CHECK_STATE_H
#define KARTE_FLOW_CHECK_STATE_H

#include "vault/app.h"
#include "vault/db/watch.h"

#include <stdint.h>

enum check_level { CHECK_OK, CHECK_WARN, CHECK_FAIL };

struct check_state {
	const char *name, *label; /* "clamd", 「ウイルス検査」 */
	const char *todo;	  /* what to do when it is not well, in Japanese */
	enum check_level state;
	int64_t since, seen;	    /* in this state; looked at; 0: never */
	char text[CHECK_TEXT_ROOM]; /* what was seen, in Japanese, without a name of anybody */
};

/*
 * All checks in the order of the table.  One that has not been looked at for long is CHECK_FAIL,
 * whatever was seen then: whoever watches is watched, too.  ST_OK from each goes on.
 */
enum status checks_each(struct app *app, int64_t now,
			enum status (*each)(void *ctx, const struct check_state *s), void *ctx);

/* Is there a check of this name? */
bool check_exists(struct span name);

/* Looks at those that are due: a chore, of one thread. */
enum status checks_run(struct app *app, int64_t now);
enum status checks_chore(struct app *app);

/* 「問題なし」「注意」「問題あり」 */
const char *check_level_label(enum check_level l);

#endif
