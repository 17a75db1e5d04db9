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
	char since[11], until[11]; /* days, both inclusive; until "" is open */
};

struct guardian {
	char account[ID_MAX + 1];
	char relation[16]; /* mother father grandparent foster other */
};

/* Puts a child in place of what was known of it, in one go, with its search key. */
enum status child_put(struct db *db, const struct child_row *c, const struct enrolment *es,
		      size_t nes, const struct guardian *gs, size_t ngs);
enum status child_get(struct db *db, struct span id, struct child_row *out);
/* Calls each for every enrolment, oldest first. */
enum status child_enrolments(struct db *db, struct span id,
			     enum status (*each)(void *, const struct enrolment *), void *ctx);
enum status child_guardians(struct db *db, struct span id,
			    enum status (*each)(void *, const struct guardian *), void *ctx);

/* Whose children a search may find. */
struct child_scope {
	bool all;		 /* every child (board) */
	struct span institution; /* children enrolled there on `today` */
	struct span guardian;	 /* children of this household */
	struct span today;	 /* YYYY-MM-DD */
};

/*
 * Children in the scope whose name, kana or birth date contains the text (kana and
 * width do not matter; a birth date may be typed in any form of day_parse_typed); an empty text
 * finds all.  In order of kana; at most limit, after skipping offset.
 */
enum status child_search(struct db *db, const struct child_scope *scope, struct span text,
			 int limit, int offset,
			 enum status (*each)(void *, const struct child_row *), void *ctx);

/* How somebody stands to a child: the facts of vault/access. */
struct standing {
	bool exists;
	bool enrolled;	   /* the child is at the account's institution today */
	bool was_enrolled; /* or was there before */
	bool guardian;
};
enum status child_standing(struct db *db, struct span child, const struct account *a,
			   struct span today, struct standing *out);

/* May an institution read a type of this child's sheets by a guardian's consent? */
enum status share_put(struct db *db, struct span child, struct span type, struct span institution,
		      bool agree);
enum status share_clear(struct db *db, struct span child);
enum status share_get(struct db *db, struct span child, struct span type, struct span institution,
		      bool *out);

#endif
