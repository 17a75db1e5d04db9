/*
 * How many password hashes are computed at a time.  Each takes 64 MiB and a fifth of a second:
 * sixteen at once would need a gigabyte, so that signing in could be used to bring the vault down.
 */
#ifndef KARTE_AUTH_SLOTS_H
#define KARTE_AUTH_SLOTS_H

#include "generator/base/status.h"

enum {
	SLOTS = 2,
	SLOTS_QUEUE = 32,
	/* What one Argon2id hash costs (RFC 9106), the same wherever a password is hashed. */
	SLOT_PASSES = 2,
	SLOT_MEMORY = 64 * 1024 * 1024,
};

/* Waits for one of SLOTS; ST_BUSY at once when SLOTS_QUEUE others wait already.  Thread safe. */
enum status slot_take(void);
/* Gives it back. */
void slot_give(void);

#endif
