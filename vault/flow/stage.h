/*
 * Files kept aside in incoming/, each closed with the vault's key (auth/locker.h): those that no
 * scanner has looked at, and those that are to be added later (a release).  They outlive the
 * server.
 */
#ifndef KARTE_FLOW_STAGE_H
#define KARTE_FLOW_STAGE_H

#include "vault/flow/files.h"

enum stage_state {
	STAGE_SCAN,    /* 検査中: not scanned yet, opened to nobody */
	STAGE_HELD,    /* scanned and clean: waits for whoever put it here */
	STAGE_REFUSED, /* a virus, or not what it seemed: content gone, kept some days to be told */
};
enum { STAGE_WHY = 256, STAGE_REFUSED_DAYS = 7, STAGE_MAX = 500 };

struct staged {
	struct file_row row; /* child: the first; type and sha256 are those of what was sent until
				it is held */
	enum stage_state state;
	bool store; /* add it to the children as soon as it is clean */
	char children[FILE_CHILDREN_MAX][11];
	size_t nchildren;
	char why[STAGE_WHY]; /* of a refusal, in Japanese */
};

/*
 * Keeps a checked file aside; c->waits says in which state.  store: it is for the place's children
 * as soon as it is clean; else the caller takes it with stage_content().  at->id is filled in.  The
 * children must have been decided about.  ST_TOOBIG: over STAGE_MAX wait already.
 */
enum status stage_add(struct app *app, const struct question *q, const struct checked *c,
		      const struct file_about *about, struct file_place *at, bool store);

/* ST_NOTFOUND. */
enum status stage_get(struct app *app, struct span id, struct staged *out);
/* Each of them, in no order; the staged is valid during the call. */
enum status stage_each(struct app *app, enum status (*each)(void *, const struct staged *),
		       void *ctx);
/* The content of one that is held (ST_DENIED: in another state), as file_content(). */
enum status stage_content(struct app *app, struct span id, struct staged *out, int *fd);
/* Takes it away; fine if it is gone. */
enum status stage_drop(struct app *app, struct span id);

/*
 * For the chores: scans what was not scanned.  Clean ones are held, or added: with the vault's key,
 * since the person's is only there while they are signed in; the commit's reason says for whom, and
 * meta.md who gave the file.
 */
enum status stage_rescan(struct app *app);

#endif
