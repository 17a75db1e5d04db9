/* Fills the index of a vault with children at one institution, for the bench of page times: what a
   big municipality's index looks like, without the repositories that these pages do not read. */
#include "vault/db/child.h"

#include <stdio.h>
#include <stdlib.h>

static enum status put(struct db *db, const char *institution, unsigned i)
{
	struct child_row c = {.sex = "unknown"};
	struct enrolment e = {.since = "2024-04-01"};
	const struct child_all all = {.row = &c, .enrolments = &e, .enrolment_count = 1};

	snprintf(c.id, sizeof c.id, "cz%08u", i % 100000000);
	snprintf(c.name, sizeof c.name, "見本 %u", i);
	snprintf(c.kana, sizeof c.kana, "みほん %u", i);
	snprintf(c.born, sizeof c.born, "20%02u-%02u-%02u", 10 + i % 10, 1 + i % 12, 1 + i % 28);
	snprintf(e.institution, sizeof e.institution, "%s", institution);
	return child_put(db, &all);
}

int main(int argc, char **argv)
{
	struct db *db = NULL;
	enum status st;

	if (argc != 4) {
		fputs("scope VAULT INSTITUTION COUNT\n", stderr);
		return 64;
	}
	st = db_open(&db, argv[1]);
	for (unsigned i = 0; i < (unsigned)atoi(argv[3]) && !st; i++)
		st = put(db, argv[2], i);
	db_close(db);
	if (st)
		fprintf(stderr, "scope: %s\n", fail_why());
	return st != ST_OK;
}
