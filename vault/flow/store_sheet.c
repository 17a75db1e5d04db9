#include "vault/flow/store_sheet.h"

#include "vault/flow/commit_change.h"
#include "vault/flow/consent.h"
#include "vault/flow/index_sheets.h"
#include "vault/flow/read_sheet.h"

#include <stdio.h>

enum status store_sheet(struct app *app, const struct actor *who, struct repo *repo,
			const struct oid *head, const struct sheet *s, const char *action,
			struct span reason, struct oid *version)
{
	return store_step(app, who, repo, head, s, action, reason, false, version);
}

enum status store_step(struct app *app, const struct actor *who, struct repo *repo,
		       const struct oid *head, const struct sheet *s, const char *action,
		       struct span reason, bool alone, struct oid *version)
{
	struct span type = sheet_type(s)->id, id = sheet_id(s);
	struct change_set set = {
	    .repo = *repo_name_of(repo),
	    .base = head,
	    .action = action,
	    .child = sheet_child(s),
	    .reason = reason,
	    .alone = alone,
	    .count = 1,
	};
	struct change change;
	char name[2 * ID_MAX + 2];
	struct buf path, text;
	enum status st;

	buf_init(&path, 256);
	buf_init(&text, SHEET_MAX_BYTES);
	sheet_path(type, id, &path);
	set.sheet = span_make(
	    name, (size_t)snprintf(name, sizeof name, "%.*s/%.*s", SPAN_ARG(type), SPAN_ARG(id)));
	set.what = set.sheet;
	st = sheet_write(s, &text);
	change = (struct change){buf_span(&path), buf_span(&text)};
	set.changes = &change;
	if (!st)
		st = commit_change(app, who, &set, version);
	if (!st)
		st = index_sheet(app, repo, s, version);
	if (!st)
		st = consent_sheet_changed(app, repo, set.child, type, id);
	buf_clear(&path);
	buf_clear(&text);
	return st;
}
