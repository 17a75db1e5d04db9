/* For trace*.c only. */
#ifndef KARTE_DB_TRACE_IMPL_H
#define KARTE_DB_TRACE_IMPL_H

#include "vault/db/trace.h"

#include <pthread.h>
#include <sqlite3.h>

enum {
	SEGMENT = 8192, /* records of a full segment */
	COLUMN_N = TRACE_FIELDS,
	COLUMN_T,
	COLUMN_CLASS,
	COLUMN_AT,
	COLUMNS,
	COLUMN_ROOM = 16,      /* parts of a segment: segment * COLUMN_ROOM + column */
	KNOWN_WORDS = 1 << 18, /* of the cache of word ids, those of at most … */
	KNOWN_BYTES = 51,      /* … so many bytes */
};
_Static_assert((int)COLUMNS <= (int)COLUMN_ROOM, "columns of a segment");

/* A segment taken apart: column by column. */
struct segment {
	long long id; /* 0: none */
	size_t count;
	bool changed;
	uint64_t value[COLUMNS][SEGMENT];
};

/* A column as it lies in the file: value = base + the number of `width` bytes, little-endian. */
struct part {
	uint64_t base;
	int width; /* 0: all are the base */
	struct span data;
};

enum statement {
	S_STATE_GET,
	S_STATE_SET,
	S_WORD_FIND,
	S_WORD_ADD,
	S_WORD_LIKE,
	S_WORD_ALL,
	S_WORD_DROP,
	S_LAST,
	S_OVERLAP,
	S_NEWEST,
	S_OLDEST,
	S_SEGMENT_PUT,
	S_SEGMENT_DROP,
	S_PART_GET,
	S_PART_PUT,
	S_PART_DROP,
	S_COUNT,
	STATEMENTS_OF_TRACE
};

struct known_word {
	uint64_t id; /* 0: empty */
	unsigned char field, length;
	char text[KNOWN_BYTES];
};

struct trace {
	char *path;
	sqlite3 *handle;
	sqlite3_stmt *statement[STATEMENTS_OF_TRACE];
	pthread_mutex_t lock;	     /* also held from begin to end */
	struct segment *open;	     /* the newest one, while something is added */
	struct known_word *known;    /* between begin and end */
	uint64_t next[TRACE_FIELDS]; /* the next free word id; 0: not looked up yet */
};

enum status trace_fail(struct trace *t);
/* A statement ready to bind. */
sqlite3_stmt *trace_statement(struct trace *t, enum statement s);
/* Runs one without rows. */
enum status trace_run(struct trace *t, sqlite3_stmt *s);
/* A column of a segment; data is valid until the statement is used again.  ST_STALE. */
enum status trace_part(struct trace *t, long long segment, int column, size_t count,
		       struct part *out);
uint64_t part_value(const struct part *p, size_t i);
enum status segment_load(struct trace *t, long long id, size_t count, struct segment *out);
/* Writes a segment, or removes an empty one. */
enum status segment_store(struct trace *t, struct segment *s);
/* Writes what was added and forgets it. */
enum status trace_flush(struct trace *t);

#endif
