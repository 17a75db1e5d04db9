/*
 * Is the record sound today?  What auditors look at first: each source says what it found and
 * whether somebody has to do something.
 */
#ifndef KARTE_FLOW_SOUND_H
#define KARTE_FLOW_SOUND_H

#include "generator/base/arena.h"
#include "vault/app.h"

#include <stdint.h>

enum sound_level {
	SOUND_GOOD,
	SOUND_LOOK, /* worth a look; may be quite in order */
	SOUND_ACT,  /* something has to be done: `todo` says what */
};

enum sound_part { SOUND_PROOF, SOUND_RECORD, SOUND_KEYS, SOUND_CHECKS, SOUND_EVENTS, SOUND_PARTS };

struct sound_item {
	enum sound_part part;
	enum sound_level level;
	const char *label; /* in Japanese */
	struct span text;  /* what was found, in Japanese; no name of anybody */
	int64_t at;	   /* when; 0: no time */
	struct span href;  /* where to look, or what to do; empty: nowhere */
	const char *todo;  /* in Japanese; NULL unless SOUND_ACT */
};

enum { SOUND_ITEMS_MAX = 128, SOUND_DAYS = 7, SOUND_KEY_DAYS = 30, SOUND_BURST = 20 };

struct sound {
	struct app *app;
	int64_t now;
	struct arena *a;
	struct sound_item items[SOUND_ITEMS_MAX];
	size_t count, act; /* how many, and how many of them want something done */
};

/*
 * Asks all sources.  A proof is old after 26 hours, one of everything after 35 days.  Events are
 * those of the last SOUND_DAYS days; a burst is SOUND_BURST refusals of one account within an hour;
 * keys are near their end SOUND_KEY_DAYS before the last day of their account.  ST_NOMEM, ST_IO;
 * ST_CORRUPT when a line of the journal is none.
 */
enum status sound_ask(struct sound *s, struct app *app, int64_t now, struct arena *a);

#endif
