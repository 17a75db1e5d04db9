/*
 * What a version says, before and after: for an auditor who gave a reason, and of the registry.
 *
 * Of a sheet there are views, made by the gate in the board's place; its bytes only if the view
 * leaves nothing out.  Other files have no view: their lines are compared.  Words that are kept
 * from a guardian (支援措置) are left out of both.
 */
#ifndef KARTE_FLOW_CHANGE_CONTENT_H
#define KARTE_FLOW_CHANGE_CONTENT_H

#include "generator/role/redact.h"
#include "vault/flow/change_parts.h"
#include "vault/flow/decide.h"

struct content_line {
	char mark; /* '+' '-' ' '; '@': lines are left out here */
	struct span text;
};

struct change_content {
	enum file_sort sort;
	struct span label;
	const struct view *before, *now; /* of a sheet; NULL: none, or nothing of it may be seen */
	bool narrowed;			 /* something of it is not for this reader: no lines */
	bool large;			 /* too large to be compared here: no lines */
	const struct content_line *lines;
	size_t nlines;
};

/*
 * May q->who, an auditor, read what was changed of q->child now (a reason was given, its time
 * runs)?  No record: nothing is shown by the answer.
 */
enum status change_content_may(struct app *app, const struct question *q, bool *out);

/*
 * Records the look (class read, event audit.content) and calls each for the files of the version,
 * which are valid during the call; what is attached (SORT_FILE) is never among them.  ST_DENIED,
 * recorded: no reason was given, or its time is over.
 */
enum status change_content_each(struct app *app, const struct question *q,
				const struct oid *version,
				enum status (*each)(void *ctx, const struct change_content *c),
				void *ctx);

/*
 * The same of the registry: no content about children, so no reason is asked for; names of
 * households' accounts and keys in letters are left out.  The look is the caller's to record.
 */
enum status change_registry_each(struct app *app, const struct oid *version,
				 enum status (*each)(void *ctx, const struct change_content *c),
				 void *ctx);

#endif
