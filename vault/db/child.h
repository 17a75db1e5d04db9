/* Children, where they are enrolled and who their guardians are; search. */
#ifndef KARTE_DB_CHILD_H
#define KARTE_DB_CHILD_H

#include "vault/db/account.h"

struct child_row {
	char id[11];
	char name[NAME_ROOM], kana[NAME_ROOM];
	char born[11]; /* YYYY-MM-DD */
	char sex[16];  /* female male other unknown */
	char head[65]; /* the version that this was read from */
};

struct enrolment {
	char institution[ID_MAX + 1];
	char since[DAY_ROOM], until[DAY_ROOM]; /* days, both inclusive; until "" is open */
	char class[CLASS_ROOM];		       /* 組, 学級; "" */
};

struct guardian {
	char account[ID_MAX + 1];
	char relation[16];	  /* mother father grandparent foster other */
	char suspended[DAY_ROOM]; /* from this day on the right rests; "" */
};

/*
 * 支援措置: what a guardian must not learn of a child.  kind: "address" or "word" (value: the text
 * that must not be shown), "school" (value: the id of an institution: its name, its sheets, its
 * people and the stay there), "sheet" (value: TYPE/ID).
 */
enum { PROTECTION_VALUE = 512 };
struct protection {
	char guardian[ID_MAX + 1];
	char kind[16];
	char value[PROTECTION_VALUE];
};

/* Everything that child.md says. */
struct child_all {
	const struct child_row *row;
	const struct enrolment *enrolments;
	size_t enrolment_count;
	const struct guardian *guardians;
	size_t guardian_count;
	const struct protection *protections;
	size_t protection_count;
};
/* Puts a child in place of what was known of it, in one go, with its search key.  ST_INVALID: the
   id is none.  Not between db_begin and db_end. */
enum status child_put(struct db *db, const struct child_all *c);
enum status child_get(struct db *db, struct span id, struct child_row *out);
/* Calls each for every enrolment, oldest first. */
enum status child_enrolments(struct db *db, struct span id,
			     enum status (*each)(void *, const struct enrolment *), void *ctx);
enum status child_guardians(struct db *db, struct span id,
			    enum status (*each)(void *, const struct guardian *), void *ctx);

/* In order of guardian, kind and value. */
enum status child_protections(struct db *db, struct span id,
			      enum status (*each)(void *, const struct protection *), void *ctx);

/*
 * Whose children a search may find: those of vault/access's decision about ACT_CHILD_READ, as far
 * as a query can say it (the caller asks the decision again for each row that it shows).
 */
struct child_scope {
	bool all;		 /* every child (board, administration) */
	struct span institution; /* children with a stay there between from and to */
	struct span from, to;	 /* a stay counts that begins by `to` and ends on or after `from` */
	struct span guardian;	 /* children of this household whose right does not rest today */
	/* and children that ranges in force today open to one of these, or a handover to the
	   institution */
	struct span range_account, range_institution;
	struct span today; /* YYYY-MM-DD */
};

/*
 * Children in the scope whose name, kana or birth date contains the text (kana and
 * width do not matter; a birth date may be typed in any form of day_parse_typed); an empty text
 * finds all.  In order of kana; at most limit, after skipping offset.
 */
enum status child_search(struct db *db, const struct child_scope *scope, struct span text,
			 int limit, int offset,
			 enum status (*each)(void *, const struct child_row *), void *ctx);

/*
 * How somebody stands to a child: the facts of vault/access.  Only staff have stays, also those
 * that are over or have not begun (the newest STANDING_STAYS), and only a household is a guardian.
 */
enum { STANDING_STAYS = 32, STANDING_RANGES = 64 };
struct standing {
	bool exists;
	struct enrolment stays[STANDING_STAYS]; /* at the account's institution, newest first */
	size_t nstays;
	bool guardian, suspended; /* suspended today */
};
enum status child_standing(struct db *db, struct span child, const struct account *a,
			   struct span today, struct standing *out);

/* How many children have a stay at an institution, ever; how many are there on a day. */
enum status child_count(struct db *db, struct span institution, struct span today, long *ever,
			long *now);

#endif
