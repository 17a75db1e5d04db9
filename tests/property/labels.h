/* The texts of a sheet type itself: a label tells of a part that its reader should not know. */
#ifndef KARTE_TESTS_PROPERTY_LABELS_H
#define KARTE_TESTS_PROPERTY_LABELS_H

#include "tests/property/reader.h"

static inline void each_text(const struct field *f, void (*fn)(void *, struct span), void *ctx)
{
	fn(ctx, f->label);
	fn(ctx, f->hint);
	fn(ctx, f->example);
	fn(ctx, f->unit);
	for (size_t i = 0; i < f->nchoices; i++)
		fn(ctx, f->choices[i].label);
	for (size_t i = 0; i < f->ncolumns; i++)
		each_text(&f->columns[i], fn, ctx);
}

static inline void each_text_of_section(const struct section *s, void (*fn)(void *, struct span),
					void *ctx)
{
	fn(ctx, s->title);
	fn(ctx, s->hint);
	for (size_t i = 0; i < s->nfields; i++)
		each_text(&s->fields[i], fn, ctx);
}

/* Five characters are rarely chance. */
static inline void add_label(void *ctx, struct span text)
{
	const struct section *s = ctx;
	struct buf lower;

	if (text.n < 15 || text.n >= MARK_MAX || span_find(text, SPAN(" ")) >= 0)
		return;
	buf_init(&lower, MARK_MAX);
	fold(text, true, &lower);
	if (!canary_known(&marks, buf_str(&lower))) {
		struct canary *c = canary_add(&marks, s, buf_str(&lower));

		c->label = true;
		c->shown = false;
	}
	buf_clear(&lower);
}

static inline void add_labels(const struct sheet_type *t)
{
	marks.type = t;
	marks.field = NULL;
	for (size_t i = 0; i < t->nsections; i++)
		each_text_of_section(&t->sections[i], add_label, &t->sections[i]);
}

static inline void add_text(void *ctx, struct span text)
{
	buf_addspan(ctx, text);
	buf_addc(ctx, '\n');
}

#endif
