/*
 * The folder that a site is written to.  All files are first put aside (.karte-new in the same
 * folder) and take their places together, when everything could be made: a failure changes nothing.
 *
 * A crash is safe too: before the first file takes its place, a manifest is there that names it.
 */
#ifndef KARTE_SITE_OUTDIR_H
#define KARTE_SITE_OUTDIR_H

#include "generator/site/manifest.h"

struct outdir;

/*
 * Opens the folder, which is made if it is missing.  ST_EXISTS: it holds something and no manifest.
 * ST_BUSY: another build is at work there.  ST_CORRUPT, ST_IO.  Free with outdir_close.
 */
enum status outdir_open(struct outdir **out, const char *dir);
/* Removes what was put aside, and the folder if it was made and nothing is in it. */
void outdir_close(struct outdir *o);

/* What is known of a path from the last time; NULL if nothing.  For several threads. */
const struct made *outdir_old(const struct outdir *o, const char *path);
/* Is the file still there as it was written? */
bool outdir_intact(const struct outdir *o, const struct made *old);

/* Puts the content of a new file aside.  For several threads, each path once. */
enum status outdir_stage(struct outdir *o, const char *path, struct span bytes);

/* A file of the new site. */
struct new_file {
	struct made made;
	bool staged; /* it was put aside; false: as it lies there */
};

struct outdir_done {
	size_t written, kept, removed;
};

/*
 * Makes the folder what the list says (sorted here by path).  ST_EXISTS: something that is not
 * ours is in the way; then nothing was changed.
 */
enum status outdir_commit(struct outdir *o, struct new_file *list, size_t count,
			  struct outdir_done *done);

#endif
