/*
 * Calendar dates, fiscal years and era names.  No clock here: "today" is always passed in.
 */
#ifndef KARTE_BASE_DAY_H
#define KARTE_BASE_DAY_H

#include "generator/base/span.h"

#include <stdint.h>
#include <time.h>

struct day {
	int y, m, d; /* proleptic Gregorian; y 1868..9999; all 0 means "no date" */
};

/* Exactly YYYY-MM-DD and a day that exists; false otherwise. */
bool day_parse(struct span s, struct day *out);

/*
 * What people type: 2026-04-01, 2026/4/1, 2026年4月1日, R8.4.1, 令和8年4月1日, 令和元年5月1日,
 * also with full-width digits and marks and spaces around.  An era date must lie in its era.
 */
bool day_parse_typed(struct span s, struct day *out);

bool day_exists(struct day d);
int day_cmp(struct day a, struct day b);

enum { DAY_TEXT = 48 }; /* room that the texts below need */

/* 2026-04-01 */
void day_iso(struct day d, char out[static DAY_TEXT]);
/* 令和8年4月1日（2026年） */
void day_long(struct day d, char out[static DAY_TEXT]);
/* 令和8年4月1日 */
void day_era(struct day d, char out[static DAY_TEXT]);
/* 令和8年度, for a fiscal year that begins on 1 April of year */
void day_fiscal(int year, char out[static DAY_TEXT]);

/* The fiscal year (1 April to 31 March) in which d lies. */
int day_fiscal_year(struct day d);
/* Age in full years on a day; by Japanese law it is reached at the end of the day before the
   birthday (年齢計算ニ関スル法律), which calendars in daily use ignore: so does this. */
int day_age(struct day born, struct day on);
/* Age in months within the running year of life, 0..11. */
int day_age_months(struct day born, struct day on);
/* The day `days` later (or earlier). */
struct day day_plus(struct day d, int days);

/* When the day begins in Japan, in seconds since the epoch. */
int64_t day_begin_jst(struct day d);
/* Date in Japan (UTC+9) of a time in seconds since the epoch. */
struct day day_jst(int64_t t);
/* "2026-11-20 14:31" in Japan. */
void time_jst(int64_t t, char out[static DAY_TEXT]);
/* "2026-11-20T05:31:07Z" */
void time_utc(int64_t t, char out[static DAY_TEXT]);
/* Reads the form that time_utc writes; false if it is anything else. */
bool time_parse_utc(struct span s, int64_t *out);

#endif
