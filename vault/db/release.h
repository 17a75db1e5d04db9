/*
 * Releases: what is to be given to the families of several children, on its way.  What was given is
 * in the children's repositories; this says who asked, who confirmed, and what waits or is taken
 * back.  In vault.db.
 */
#ifndef KARTE_DB_RELEASE_H
#define KARTE_DB_RELEASE_H

#include "vault/db/file.h"

enum { RELEASE_ID = FILE_ID, RELEASE_MESSAGE = 4001, RELEASE_WORD = 16 };

struct release_row {
	char id[RELEASE_ID];
	char state[RELEASE_WORD]; /* see flow/release_state.h */
	char title[FILE_TITLE], message[RELEASE_MESSAGE];
	char account[ID_MAX + 1], institution[ID_MAX + 1]; /* of who prepared it */
	char confirmer[ID_MAX + 1];			   /* "": nobody yet */
	long long made, asked, due, given, recalled;	   /* seconds; 0: not yet */
};

struct release_child {
	char child[11];
	char state[RELEASE_WORD]; /* waits given left recalled */
	char why[RELEASE_WORD];	  /* of one that was left out; "" */
	char line[SHA256_HEX];	  /* of the recipients as they were confirmed; "" */
};

/* Kept aside (flow/stage.h) under the id that it will have; the first is the letter itself. */
struct release_file {
	char file[FILE_ID], name[FILE_NAME], title[FILE_TITLE], type[FILE_TYPE];
	long long bytes;
	char sha256[SHA256_HEX];
};

/* All of a new one, or nothing. */
enum status release_put(struct db *db, const struct release_row *r, const struct span *children,
			size_t nchildren, const struct release_file *files, size_t nfiles);
/* ST_NOTFOUND. */
enum status release_get(struct db *db, struct span id, struct release_row *out);
/* Of an institution, newest first, at most limit. */
enum status release_each(struct db *db, struct span institution, int limit,
			 enum status (*each)(void *, const struct release_row *), void *ctx);
/* Where something is to be done now: due, half given, or taken back and not yet in every
   repository. */
enum status release_due(struct db *db, long long now,
			enum status (*each)(void *, const struct release_row *), void *ctx);

/*
 * Puts state, confirmer and times of `to` in the place of what was there, if its state is `from`
 * and it was asked for when `to` says `was_asked`.  ST_STALE: it is not so any more.  lines (may be
 * NULL, else as many as children, each with its child): taken down in the same step.
 */
enum status release_move(struct db *db, const struct release_row *to, const char *from,
			 long long was_asked, const struct release_child *lines, size_t nlines);
/* All of it; ST_STALE if its state is another. */
enum status release_drop(struct db *db, struct span id, const char *state);

/* In the order in which they were chosen. */
enum status release_child_each(struct db *db, struct span id,
			       enum status (*each)(void *, const struct release_child *),
			       void *ctx);
enum status release_child_set(struct db *db, struct span id, const struct release_child *c);
/* ST_STALE if the release is not in this state, ST_NOTFOUND if the child is not in it. */
enum status release_child_drop(struct db *db, struct span id, struct span child, const char *state);
enum status release_file_each(struct db *db, struct span id,
			      enum status (*each)(void *, const struct release_file *), void *ctx);

/* Somebody was shown something of it: the token of a list, the digest of an attachment. */
enum status release_seen_put(struct db *db, struct span id, struct span account, struct span what);
enum status release_seen(struct db *db, struct span id, struct span account, struct span what,
			 bool *out);

/* Does a file belong to a release; to one that was taken back? */
enum status release_has_file(struct db *db, struct span file, bool *out);
enum status release_took_back(struct db *db, struct span file, bool *out);

#endif
