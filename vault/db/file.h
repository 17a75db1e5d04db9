/* Files of children, for lists: what files/ID/meta.md says. */
#ifndef KARTE_DB_FILE_H
#define KARTE_DB_FILE_H

#include "generator/base/sha256.h"
#include "vault/db/account.h"

enum { FILE_ID = 11, FILE_NAME = 201, FILE_TITLE = 401, FILE_TYPE = 96, FILE_CATEGORY = 17 };

struct file_row {
	char child[11], id[FILE_ID];
	char name[FILE_NAME], title[FILE_TITLE];
	char category[FILE_CATEGORY], type[FILE_TYPE];
	long long bytes;
	char sha256[SHA256_HEX];
	role_set readers;	      /* who may read it besides those whose it is … */
	bool open;		      /* … also where nobody agreed to sharing */
	char institution[ID_MAX + 1]; /* of who gave it; "": a household */
	char account[ID_MAX + 1];     /* who gave it */
	long long at;		      /* seconds */
	char release[FILE_ID];	      /* the release with which it came; "": none */
	bool staff_only;	      /* 職員だけ: never for a household */
};

enum status file_row_put(struct db *db, const struct file_row *f);
/* ST_NOTFOUND. */
enum status file_row_get(struct db *db, struct span child, struct span id, struct file_row *out);
enum status file_row_drop(struct db *db, struct span child, struct span id);
/* All of a child, newest first. */
enum status file_row_each(struct db *db, struct span child,
			  enum status (*each)(void *, const struct file_row *), void *ctx);
/* The same file id in every child that has it, by child. */
enum status file_row_same(struct db *db, struct span id,
			  enum status (*each)(void *, const struct file_row *), void *ctx);
/* Does any child still have a file with this content? */
enum status file_content_used(struct db *db, struct span sha256, bool *out);
/* Drops all rows of a child (before they are made again). */
enum status file_row_clear(struct db *db, struct span child);

#endif
