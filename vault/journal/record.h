/*
 * One record of the journal: what it may hold, how it is written, how it is read back.
 *
 * A record is one line of canonical JSON: n, t, class and the fields in a fixed order (record.c),
 * no spaces, absent ones left out.  The bytes of that line, without the newline, are a leaf of the
 * log.  The class is also the folder in which the line lies; it stands in the leaf so that nobody
 * can move a record to a class that is kept for a shorter time.
 */
#ifndef KARTE_JOURNAL_RECORD_H
#define KARTE_JOURNAL_RECORD_H

#include "generator/base/buf.h"
#include "generator/base/span.h"
#include "generator/base/status.h"

#include <stdint.h>

enum {
	RECORD_MAX = 4096,	 /* bytes of a line, without the newline */
	RECORD_REASON_MAX = 500, /* bytes of a reason */
	RECORD_CLASSES = 6,	 /* change read access session admin system */
	RECORD_SALT_LEN = 16,	 /* bytes; a leaf's hash tells nothing about its content */
};

/*
 * One event.  Absent spans are left out.  `n` and `salt` are given by the journal: ignored when
 * appending, set when reading.  Texts are UTF-8 without control characters.
 *
 * event is [a-z0-9.-]{1,64} ("sheet.save", "login.fail").  A record of class `change` stands for
 * one commit and needs repository, ref, new_ and sha256 (old is absent for the first commit);
 * no other class may carry sha256.
 */
struct record {
	const char *class; /* change read access session admin system */
	struct span event, account, role, institution, child, object;
	struct span decision, reason, request;
	struct span repository, ref; /* "children/v4/c7k3m9q2v4.git", "refs/heads/main" */
	struct span old, new_;	     /* git ids: 40 or 64 lower-case hexadecimal digits */
	struct span sha256;	     /* 64 digits: SHA-256 of the raw commit */
	int64_t t;		     /* seconds since the epoch; 0: now */
	uint64_t n;		     /* index of the leaf, from 0 */
	struct span salt;
};

/* The number of a class, 0..RECORD_CLASSES-1; -1 if there is none of this name. */
int record_class(struct span name);
/* The name of class number c. */
const char *record_class_name(int c);

/* ST_INVALID with the field's name if the record may not be written as it is. */
enum status record_check(const struct record *r);

/* The line without newline, from n, t and salt in r too.  Sticks to out as usual. */
void record_write(struct buf *out, const struct record *r);
/* The same in two parts: `{"n":N,"t":"…"` and the rest, which does not depend on n and t. */
void record_write_head(struct buf *out, uint64_t n, int64_t t);
void record_write_rest(struct buf *out, const struct record *r);

/* n and t of a line that the journal wrote, without reading the rest; false if it is not one. */
bool record_peek(struct span line, uint64_t *n, int64_t *t);

/* A record read from a line; its spans live until record_text_clear. */
struct record_text {
	struct record r;
	void *json;
};

/*
 * Reads a line (without newline) of a class.  ST_CORRUPT if it is not exactly what record_write
 * writes for an allowed record; ST_NOMEM.  Clear *out also after a failure.
 */
enum status record_read(struct record_text *out, const char *class, struct span line);
void record_text_clear(struct record_text *t);

#endif
