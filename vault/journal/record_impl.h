/* The fields of a record as a table, for record.c and record_read.c only. */
#ifndef KARTE_JOURNAL_RECORD_IMPL_H
#define KARTE_JOURNAL_RECORD_IMPL_H

#include "vault/journal/record.h"

enum { RECORD_FIELDS = 15 }; /* without n and t */

struct record_field {
	const char *name;
	size_t at; /* of the span in struct record */
	enum { EVENT, TEXT, SALT, GIT_ID, SHA256 } rule;
	size_t max;
};

/* In the order of the line. */
extern const struct record_field record_fields[RECORD_FIELDS];

/* record_check, and whether the salt is as the journal writes it. */
enum status record_check_all(const struct record *r, bool with_salt);

#endif
