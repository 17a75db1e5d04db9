/* The records that a search finds, as a file to take away: CSV or a workbook, signed. */
#ifndef KARTE_FLOW_LOG_EXPORT_H
#define KARTE_FLOW_LOG_EXPORT_H

#include "vault/flow/export_sign.h"
#include "vault/flow/journal_search.h"

enum { LOG_EXPORT_MAX = 100000, LOG_EXPORT_BYTES = 60 * 1024 * 1024, LOG_EXPORT_NAME = 64 };

enum log_format { LOG_CSV, LOG_XLSX };

struct log_export {
	const struct trace_query *q; /* its limit does not count */
	enum log_format format;
	struct span filter; /* the search in words, for the file */
	const char *who;    /* account that takes it away */
	int64_t at;
	const char *(*say)(struct span event); /* words of an event; NULL: none */
};

struct log_file {
	char name[LOG_EXPORT_NAME]; /* of the file within the zip: "karte-log-20261121-1830.csv" */
	char sha256[SHA256_HEX];    /* of that file */
	size_t count;		    /* records */
	struct buf zip;		    /* the file, its signature, its hash; clear it in any case */
};

/*
 * Reads what is found, with what was asked, by whom and when, how many it is, and the newest
 * checkpoint of the journal, which covers all of it.  ST_TOOBIG: more than LOG_EXPORT_MAX records,
 * or over LOG_EXPORT_BYTES.  Others as log_search.
 */
enum status log_export(struct app *app, const struct log_export *e, struct log_file *out);

#endif
