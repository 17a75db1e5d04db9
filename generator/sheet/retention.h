/*
 * Until which day a record is kept: pure reckoning, no clock.
 *
 * Years are counted as the Civil Code does (民法 138-143条): the day of the event is not counted,
 * the term ends at the end of the day before the one that corresponds to its first day, or on the
 * last day of the month where there is no such day.  An age is reached at the end of the day before
 * the birthday (年齢計算ニ関スル法律): what ends "with the 18th birthday" ends on that day before.
 */
#ifndef KARTE_SHEET_RETENTION_H
#define KARTE_SHEET_RETENTION_H

#include "generator/base/day.h"
#include "generator/sheet/type.h"

/* What is known of a child, and of one sheet.  y == 0: no such day. */
struct retention_facts {
	struct day born;
	bool stays;	    /* was at any institution, ever */
	struct day left;    /* the last day of the last stay; none: a stay has no end yet */
	struct day made;    /* the first version of the sheet */
	struct day changed; /* its newest, or the newest of all that the child has */
};

/* The last day of `years` years after the day of an event. */
struct day retention_add(struct day event, int years);
/* The day at whose end somebody who was born on this day is so many years old. */
struct day retention_age(struct day born, int years);

/*
 * The last day on which a sheet of this type must be kept.  false: the day from which is counted
 * has not come yet (the child is still at an institution).  Without any stay "leaving" counts from
 * the newest version.
 */
bool retention_sheet(const struct sheet_type *t, const struct retention_facts *f, struct day *out);

/*
 * The same of a child as a whole, by itself: so many years after the end of the last stay (without
 * any: after the newest version of anything), and not before this age.  Its sheets may want longer.
 */
bool retention_child(int years, int age, const struct retention_facts *f, struct day *out);

/* 「在籍の終わり」 */
const char *retention_after_label(enum retention_after a);

#endif
