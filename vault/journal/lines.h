/* The lines of one body file, forwards or backwards, of what it held when it was opened. */
#ifndef KARTE_JOURNAL_LINES_H
#define KARTE_JOURNAL_LINES_H

#include "vault/journal/journal_impl.h"

struct lines {
	int fd; /* -1: not open */
	bool backwards;
	uint64_t at, size; /* read up to (or down to) here, of so many bytes */
	char *window;
	size_t begin, end; /* what is left of the window */
	uint64_t number;   /* of the line that was given last, from 1; forwards only */
	bool open_end;	   /* the line that was given last had no newline; forwards only */
};

/* Not open yet, but lines_close is safe. */
void lines_init(struct lines *l);
/* Opens a file whose first size bytes count.  ST_NOTFOUND, ST_IO, ST_NOMEM. */
enum status lines_open(struct lines *l, const char *path, uint64_t size, bool backwards);
void lines_close(struct lines *l);

/*
 * The next line without its newline, valid until the next call; SPAN_NONE at the end.  A line that
 * is longer than the window comes in pieces, none of which is a record.
 */
enum status lines_next(struct lines *l, struct span *line);

/* ---- which body files there are ---- */

struct body_file {
	int class;
	char month[MONTH];
	uint64_t size;
};

struct body_list {
	struct body_file *file; /* by month, then class */
	size_t count;
	size_t foreign; /* names that are no body files */
};

/* Looks at all of them; under the lock, so that sizes belong together. */
enum status body_list_read(struct body_list *out, const char *dir);
void body_list_clear(struct body_list *l);

/* ---- the lines of one month, all classes, in the order of n ---- */

struct month_line {
	int class;
	uint64_t n;
	int64_t t;
	uint64_t at; /* byte of the file at which it begins; forwards only */
	struct span text;
};

struct month {
	bool backwards;
	int given; /* class whose line was given last, -1 */
	struct lines lines[RECORD_CLASSES];
	struct month_line head[RECORD_CLASSES]; /* text absent: class is at its end */
};

void month_init(struct month *m);
/* Opens the files [0, count) of one month; only of this class if it is not negative. */
enum status month_open(struct month *m, const char *dir, const struct body_file *file, size_t count,
		       int class, bool backwards);
/* The same forwards, all classes, each from a byte of its file at which a line begins: from[class].
   ST_CORRUPT if a file is shorter than that. */
enum status month_open_from(struct month *m, const char *dir, const struct body_file *file,
			    size_t count, const uint64_t *from);
/* out->text is SPAN_NONE at the end.  ST_CORRUPT at a line that does not begin as a record. */
enum status month_next(struct month *m, struct month_line *out);
void month_close(struct month *m);

#endif
