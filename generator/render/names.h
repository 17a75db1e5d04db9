/*
 * How stored values are said to people: dates with the era, choices by label, institutions by name.
 * Shared by all output forms.
 */
#ifndef KARTE_RENDER_NAMES_H
#define KARTE_RENDER_NAMES_H

#include "generator/base/buf.h"
#include "generator/sheet/type.h"

/*
 * Where names come from that are not in the sheet.  A function that is NULL or that answers
 * SPAN_NONE leaves the id itself.  The answer must stay valid until the next call.
 */
struct render_names {
	struct span (*institution)(void *ctx, struct span id);
	struct span (*file)(void *ctx, struct span id); /* the title of an attached file */
	void *ctx;
};

/* What stands in place of a content that is withheld from the reader (view_field.withheld). */
#define SAID_WITHHELD "この内容は表示できません"

/*
 * Appends one scalar as people read it: 令和8年4月1日（2026年）, 8:30, はい, the label of a choice,
 * 110.5cm.  Text and prose as they are.  An absent text appends nothing.  names may be NULL.
 */
void say_scalar(struct buf *out, const struct field *f, struct span text,
		const struct render_names *names);

#endif
