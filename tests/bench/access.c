/*
 * How many decisions a second: about one sheet, by an enrolment, and at worst, past many stays and
 * ranges.
 *
 *	bench/access
 */
#include "vault/access/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { DECISIONS = 2000000, MANY = 64 };

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Prints the rate; false if not every decision allows. */
static bool measure(const char *what, struct facts *f)
{
	double from = now(), took;
	size_t allowed = 0;

	for (int i = 0; i < DECISIONS; i++) {
		f->own_sheet = i & 1; /* no two in a row are the same */
		allowed += access_decide(ACT_SHEET_READ, f).allow;
	}
	took = now() - from;
	printf("%-28s %6.2f million decisions/s, %4.0f ns each\n", what, DECISIONS / took / 1e6,
	       took * 1e9 / DECISIONS);
	return allowed == DECISIONS;
}

int main(void)
{
	static struct stay stays[MANY];
	static struct range ranges[MANY];
	struct policy policy;
	struct facts f = {
	    .policy = &policy,
	    .today = {2026, 11, 20},
	    .known = true,
	    .role = ROLE_SCHOOL,
	    .child_exists = true,
	    .stays = stays,
	    .nstays = 1,
	    .ranges = ranges,
	    .sheet_exists = true,
	    .type = SPAN("kyoiku-shien"),
	};
	bool good;

	policy_default(&policy);
	for (int i = 0; i < MANY; i++) {
		stays[i] = (struct stay){{2026, 4, 1}, {0, 0, 0}, SPAN_NONE};
		ranges[i] = (struct range){.id = SPAN("r"),
					   .type = SPAN("kyoiku-shien"),
					   .section = SPAN("contact"),
					   .since = {2026, 4, 1}};
	}
	good = measure("one stay", &f);
	f.nranges = 1;
	good = measure("one stay, one range", &f) && good;
	f.nstays = f.nranges = MANY;
	good = measure("64 stays, 64 ranges", &f) && good;
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
