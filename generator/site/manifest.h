/*
 * What a site consists of, and what each file of it was made from: the file .karte-site in the
 * folder of the site.  Lines of text, fields separated by tabs:
 *
 *	karte-site 1
 *	<key> <source> <bytes> <path> <facts>
 *
 * A path that is in no manifest was not made by this program and is never touched.  What a reader
 * may not see stands in no line.
 */
#ifndef KARTE_SITE_MANIFEST_H
#define KARTE_SITE_MANIFEST_H

#include "generator/base/buf.h"
#include "generator/base/sha256.h"
#include "generator/base/status.h"

#define MANIFEST_NAME ".karte-site"

enum { MANIFEST_BYTES = 256 * 1024 * 1024 };

struct made {
	const char *path;
	char key[SHA256_HEX];	 /* of all that the file was made from; "" if it is not known */
	char source[SHA256_HEX]; /* of what the facts were made from; "" if there are none */
	size_t size;		 /* bytes of the file */
	const char *facts;	 /* one line without tabs at its end: title and so on; "" */
};

struct manifest;

/* Reads it from a folder.  ST_NOTFOUND: there is none.  ST_CORRUPT: it is none of ours.  Free with
   manifest_free. */
enum status manifest_read(struct manifest **out, const char *dir);
void manifest_free(struct manifest *m);

/* In order of path.  All belongs to the manifest. */
size_t manifest_count(const struct manifest *m);
const struct made *manifest_at(const struct manifest *m, size_t i);
/* NULL if it is not in there, or m is NULL. */
const struct made *manifest_find(const struct manifest *m, const char *path);

void manifest_begin(struct buf *out);
void manifest_put(struct buf *out, const struct made *f);
/* In place of the old one, all at once. */
enum status manifest_write(const char *dir, const struct buf *text);

#endif
