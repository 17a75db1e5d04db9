/*
 * How long somebody must wait who has typed wrong passwords (ASVS V6.1.1, NIST SP 800-63B-4 3.2.2).
 *
 * Pure functions over counters that the database keeps, one per account and one per address; no
 * clock here.  Nobody is ever locked out for good: a school behind one address, or a parent whom a
 * stranger annoys, waits at most a quarter of an hour.
 */
#ifndef KARTE_AUTH_THROTTLE_H
#define KARTE_AUTH_THROTTLE_H

#include <stdbool.h>
#include <stdint.h>

struct throttle {
	unsigned failures; /* since the last success */
	int64_t last;	   /* time of the newest failure, seconds since the epoch; 0: none */
};

enum throttle_kind {
	THROTTLE_ACCOUNT, /* free: 5 failures */
	THROTTLE_ADDRESS, /* free: 50, since a whole office shares an address */
};

enum { THROTTLE_WAIT_MAX = 900, THROTTLE_FORGET = 86400, THROTTLE_ALERT = 20 };

/*
 * Seconds until the next try is looked at; 0: now.  Counted from the newest failure: nothing for
 * the free ones, then 1, 2, 4 … seconds, at most THROTTLE_WAIT_MAX.  A clock that went back never
 * makes anybody wait longer than that.
 */
long throttle_wait(enum throttle_kind kind, struct throttle t, int64_t now);

/* The counters after a failure.  THROTTLE_FORGET seconds without one begin again at nothing. */
struct throttle throttle_failed(struct throttle t, int64_t now);

/* The counters after a success: of the account nothing is left; of the address, half, since one
   good password must not free an address from which others are tried. */
struct throttle throttle_succeeded(enum throttle_kind kind, struct throttle t);

/* Has it just become worth telling somebody (the 20th failure of an account)? */
bool throttle_alerts(struct throttle t);

#endif
