/*
 * What a version changed and how much, without a word of what it says: for auditors, who see which
 * parts were written and not what stands in them.
 */
#ifndef KARTE_FLOW_CHANGE_PARTS_H
#define KARTE_FLOW_CHANGE_PARTS_H

#include "generator/base/arena.h"
#include "vault/app.h"
#include "vault/store/history.h"

enum { CHANGE_FILES_MAX = 100, CHANGE_PARTS_MAX = 512 };

enum part_unit {
	PART_CHARS, /* graphemes of a text */
	PART_ROWS,  /* of a table: a row that was rewritten counts on both sides */
	PART_ITEMS, /* choices */
	PART_VALUE, /* one value: 1 is there, 0 is not */
};

struct change_part {
	struct span section; /* its title; empty: none */
	struct span label;   /* of the field; what is not known is called そのほか */
	enum part_unit unit;
	size_t added, removed;
};

enum file_sort {
	SORT_SHEET,
	SORT_CHILD,
	SORT_CONSENT,
	SORT_HANDOVER,
	SORT_ABOUT_FILE,
	SORT_FILE, /* what somebody attached: nothing of it is looked at */
	SORT_REGISTRY,
	SORT_OTHER
};

struct change_file {
	enum change_kind kind;
	enum file_sort sort;
	struct span label; /* 「教育支援シート 2026」, without a title that somebody typed */
	bool unread;	   /* it could not be read as what it should be: no parts */
	struct change_part *parts;
	size_t nparts;
};

struct change_parts {
	struct change_file *files;
	size_t count;
	size_t left_out; /* files beyond CHANGE_FILES_MAX */
};

/* The spans are the arena's, or the types'.  ST_NOTFOUND, ST_CORRUPT: the version is not there. */
enum status change_parts_of(struct app *app, const struct repo_name *repo,
			    const struct oid *version, struct arena *a, struct change_parts *out);

/* What a path of a repository holds, and TYPE and ID of a sheet (may be NULL). */
enum file_sort change_sort(enum repo_kind kind, struct span path, struct span *type,
			   struct span *id);
/* How such a file is called on screens; absent: no memory. */
struct span change_label(struct app *app, enum file_sort sort, struct span path, struct span type,
			 struct span id, struct arena *a);

#endif
