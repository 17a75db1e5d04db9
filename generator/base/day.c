#include "generator/base/day.h"

#include "generator/base/utf8.h"

#include <stdio.h>

/* Japanese eras and their first days: 元号法 and the cabinet orders under it; Meiji and Taisho by
   the edicts.  Meiji begins here where the Gregorian calendar was taken up (Meiji 6). */
static const struct era {
	const char *name;
	char letter;
	struct day from;
} eras[] = {
    {"令和", 'R', {2019, 5, 1}},  {"平成", 'H', {1989, 1, 8}}, {"昭和", 'S', {1926, 12, 25}},
    {"大正", 'T', {1912, 7, 30}}, {"明治", 'M', {1873, 1, 1}},
};
enum { ERAS = sizeof eras / sizeof *eras };

static bool leap(int y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

static int month_days(int y, int m)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return m == 2 && leap(y) ? 29 : days[m - 1];
}

bool day_exists(struct day d)
{
	return d.y >= 1868 && d.y <= 9999 && d.m >= 1 && d.m <= 12 && d.d >= 1 &&
	       d.d <= month_days(d.y, d.m);
}

int day_cmp(struct day a, struct day b)
{
	if (a.y != b.y)
		return a.y < b.y ? -1 : 1;
	if (a.m != b.m)
		return a.m < b.m ? -1 : 1;
	return (a.d > b.d) - (a.d < b.d);
}

static bool two_digits(const char *p, int *out)
{
	long v;

	if (!span_number(span_make(p, 2), 99, &v))
		return false;
	*out = (int)v;
	return true;
}

bool day_parse(struct span s, struct day *out)
{
	struct day d;
	long y;

	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' ||
	    !span_number(span_make(s.p, 4), 9999, &y) || !two_digits(s.p + 5, &d.m) ||
	    !two_digits(s.p + 8, &d.d))
		return false;
	d.y = (int)y;
	if (!day_exists(d))
		return false;
	*out = d;
	return true;
}

static const struct era *era_of_letter(uint32_t cp)
{
	for (int i = 0; i < ERAS; i++)
		if (cp == (uint32_t)eras[i].letter || cp == (uint32_t)(eras[i].letter + 32))
			return &eras[i];
	return NULL;
}

/* Full-width forms to ASCII, 元 to 1, separators to '-', spaces away; false if too long. */
static bool simplify(struct span s, char out[static 64], const struct era **era)
{
	size_t n = 0;

	*era = NULL;
	while (s.n) {
		uint32_t cp;

		for (int i = 0; i < ERAS && n == 0 && !*era; i++)
			if (span_starts(s, span_of(eras[i].name))) {
				*era = &eras[i];
				s.p += strlen(eras[i].name);
				s.n -= strlen(eras[i].name);
			}
		if (!s.n)
			break;
		cp = utf8_next(&s);
		if (cp >= 0xff01 && cp <= 0xff5e)
			cp -= 0xfee0;
		if (cp == ' ' || cp == 0x3000 || cp == '\t' || cp == 0x65e5 /* 日 */)
			continue;
		if (cp == 0x5143 /* 元 */)
			cp = '1';
		if (cp == '/' || cp == '.' || cp == 0x5e74 /* 年 */ || cp == 0x6708 /* 月 */ ||
		    cp == 0x2212 || cp == 0x2010 || cp == 0x30fc)
			cp = '-';
		if (n == 0 && !*era && (*era = era_of_letter(cp)))
			continue;
		if (cp >= 0x80 || n >= 63)
			return false;
		out[n++] = (char)cp;
	}
	out[n] = '\0';
	return true;
}

static bool era_holds(const struct era *e, struct day d)
{
	if (day_cmp(d, e->from) < 0)
		return false;
	return e == eras || day_cmp(d, (e - 1)->from) < 0;
}

bool day_parse_typed(struct span s, struct day *out)
{
	const struct era *era;
	char plain[64];
	struct span rest;
	long y, m, d;
	struct day day;

	if (!simplify(s, plain, &era))
		return false;
	rest = span_of(plain);
	if (!span_number(span_cut(&rest, '-'), 9999, &y) ||
	    !span_number(span_cut(&rest, '-'), 12, &m) || !span_number(rest, 31, &d))
		return false;
	if (era)
		y += era->from.y - 1 - (era->name == eras[ERAS - 1].name ? 5 : 0);
	day = (struct day){(int)y, (int)m, (int)d};
	if (!day_exists(day) || (era && !era_holds(era, day)))
		return false;
	*out = day;
	return true;
}

void day_iso(struct day d, char out[static DAY_TEXT])
{
	snprintf(out, DAY_TEXT, "%04d-%02d-%02d", d.y, d.m, d.d);
}

static const struct era *era_of(struct day d)
{
	for (int i = 0; i < ERAS; i++)
		if (day_cmp(d, eras[i].from) >= 0)
			return &eras[i];
	return NULL;
}

/* "令和8年" or "令和元年"; a year before 1873 has no era here and stays Western. */
static void era_year(struct day d, char *out, size_t cap)
{
	const struct era *e = era_of(d);
	int n = e ? d.y - e->from.y + 1 + (e == &eras[ERAS - 1] ? 5 : 0) : 0;

	if (!e)
		snprintf(out, cap, "%d年", d.y);
	else if (n == 1)
		snprintf(out, cap, "%s元年", e->name);
	else
		snprintf(out, cap, "%s%d年", e->name, n);
}

void day_era(struct day d, char out[static DAY_TEXT])
{
	char year[24];

	era_year(d, year, sizeof year);
	snprintf(out, DAY_TEXT, "%s%d月%d日", year, d.m, d.d);
}

void day_long(struct day d, char out[static DAY_TEXT])
{
	char year[24];

	era_year(d, year, sizeof year);
	snprintf(out, DAY_TEXT, "%s%d月%d日（%d年）", year, d.m, d.d, d.y);
}

void day_fiscal(int year, char out[static DAY_TEXT])
{
	char text[24];

	/* A fiscal year bears the name of the era on its first day, but the year in which an era
	   begins after April is by custom called by the new one only from then on: 平成31年度. */
	era_year((struct day){year, 4, 1}, text, sizeof text);
	snprintf(out, DAY_TEXT, "%s度", text);
}

int day_fiscal_year(struct day d)
{
	return d.m >= 4 ? d.y : d.y - 1;
}

int day_age(struct day born, struct day on)
{
	int years = on.y - born.y;

	if (on.m < born.m || (on.m == born.m && on.d < born.d))
		years--;
	return years;
}

int day_age_months(struct day born, struct day on)
{
	int months = (on.y - born.y) * 12 + on.m - born.m;

	if (on.d < born.d)
		months--;
	months %= 12;
	return months < 0 ? months + 12 : months;
}

/* Days since 1970-01-01 and back: the era algorithm of the proleptic Gregorian calendar. */
static long to_number(struct day d)
{
	long y = d.m <= 2 ? d.y - 1 : d.y;
	long cycle = y / 400, year = y - cycle * 400;
	long doy = (153 * (d.m + (d.m > 2 ? -3 : 9)) + 2) / 5 + d.d - 1;

	return cycle * 146097 + year * 365 + year / 4 - year / 100 + doy - 719468;
}

static struct day from_number(long n)
{
	long z = n + 719468, cycle, doe, yoe, doy, mp;
	struct day d;

	cycle = (z >= 0 ? z : z - 146096) / 146097;
	doe = z - cycle * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	d.d = (int)(doy - (153 * mp + 2) / 5 + 1);
	d.m = (int)(mp < 10 ? mp + 3 : mp - 9);
	d.y = (int)(yoe + cycle * 400 + (d.m <= 2));
	return d;
}

struct day day_plus(struct day d, int days)
{
	return from_number(to_number(d) + days);
}

enum { DAY_SECONDS = 86400, JST = 9 * 3600 };

static struct day day_utc(int64_t t, int *rest)
{
	int64_t n = t / DAY_SECONDS, r = t % DAY_SECONDS;

	if (r < 0) {
		r += DAY_SECONDS;
		n--;
	}
	*rest = (int)r;
	return from_number((long)n);
}

int64_t day_begin_jst(struct day d)
{
	return (int64_t)to_number(d) * DAY_SECONDS - JST;
}

struct day day_jst(int64_t t)
{
	int rest;

	return day_utc(t + JST, &rest);
}

void time_jst(int64_t t, char out[static DAY_TEXT])
{
	int r;
	struct day d = day_utc(t + JST, &r);

	snprintf(out, DAY_TEXT, "%04d-%02d-%02d %02d:%02d", d.y, d.m, d.d, r / 3600, r / 60 % 60);
}

void time_utc(int64_t t, char out[static DAY_TEXT])
{
	int r;
	struct day d = day_utc(t, &r);

	snprintf(out, DAY_TEXT, "%04d-%02d-%02dT%02d:%02d:%02dZ", d.y, d.m, d.d, r / 3600,
		 r / 60 % 60, r % 60);
}

bool time_parse_utc(struct span s, int64_t *out)
{
	int h, m, sec;
	struct day d;

	if (s.n != 20 || s.p[10] != 'T' || s.p[13] != ':' || s.p[16] != ':' || s.p[19] != 'Z' ||
	    !day_parse(span_make(s.p, 10), &d) || !two_digits(s.p + 11, &h) ||
	    !two_digits(s.p + 14, &m) || !two_digits(s.p + 17, &sec) || h > 23 || m > 59 ||
	    sec > 59)
		return false;
	*out = (int64_t)to_number(d) * DAY_SECONDS + h * 3600 + m * 60 + sec;
	return true;
}
