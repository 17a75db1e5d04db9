#include "generator/render/html_form_int.h"

#include <stdio.h>
#include <stdlib.h>

static int by_name(const void *a, const void *b)
{
	const struct pair *x = *(const struct pair *const *)a, *y = *(const struct pair *const *)b;
	int c = span_cmp(x->name, y->name);

	return c ? c : (x > y) - (x < y);
}

void form_init(struct form *f, struct html *h, const struct form_fill *fill)
{
	static const struct form_fill none;

	*f = (struct form){.h = h, .fill = fill ? fill : &none};
	if (!f->fill->sent)
		return;
	f->sent = calloc(f->fill->nsent + 1, sizeof(struct pair *));
	if (!f->sent) {
		buf_clear(h->out);
		h->out->st = fail(ST_NOMEM, "no memory for a form");
		return;
	}
	f->nsent = f->fill->nsent;
	for (size_t i = 0; i < f->nsent; i++)
		f->sent[i] = &f->fill->sent[i];
	qsort(f->sent, f->nsent, sizeof(struct pair *), by_name);
}

void form_clear(struct form *f)
{
	free(f->sent);
	f->sent = NULL;
}

/* The first pair whose name is not before the given one. */
static size_t lower(const struct form *f, struct span name)
{
	size_t from = 0, to = f->nsent;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (span_cmp(f->sent[mid]->name, name) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

struct span form_sent(const struct form *f, const char *name)
{
	size_t i = lower(f, span_of(name));

	if (i == f->nsent || !span_is(f->sent[i]->name, name))
		return SPAN_NONE;
	return f->sent[i]->value;
}

bool form_came(const struct form *f, const char *name)
{
	size_t i = lower(f, span_of(name));

	return i < f->nsent && span_is(f->sent[i]->name, name);
}

static void carry_from(const struct form *f, struct span prefix, bool cells)
{
	for (size_t i = lower(f, prefix); i < f->nsent; i++) {
		char name[FORM_NAME];
		struct span sent = f->sent[i]->name;

		if (!span_starts(sent, prefix) || (!cells && sent.n != prefix.n))
			break;
		if (span_copy(sent, name, sizeof name))
			html_hidden(f->h, name, f->sent[i]->value);
	}
}

void form_carry(const struct form *f, const char *name)
{
	char cells[FORM_NAME];

	carry_from(f, span_of(name), false);
	snprintf(cells, sizeof cells, "%s.", name);
	carry_from(f, span_of(cells), true);
}

bool form_sent_has(const struct form *f, const char *name, struct span value)
{
	for (size_t i = lower(f, span_of(name)); i < f->nsent; i++) {
		if (!span_is(f->sent[i]->name, name))
			return false;
		if (span_eq(f->sent[i]->value, value))
			return true;
	}
	return false;
}

size_t form_sent_rows(const struct form *f, const struct field *table)
{
	char start[FORM_NAME];
	struct span prefix;
	size_t rows = 0;

	snprintf(start, sizeof(start), "f.%.*s.", SPAN_ARG(table->id));
	prefix = span_of(start);
	for (size_t i = lower(f, prefix); i < f->nsent; i++) {
		struct span rest = f->sent[i]->name;
		long row;

		if (!span_starts(rest, prefix))
			break;
		rest = span_make(rest.p + prefix.n, rest.n - prefix.n);
		if (span_number(span_cut(&rest, '.'), TABLE_ROWS_MAX - 1, &row) &&
		    (size_t)row >= rows)
			rows = (size_t)row + 1;
	}
	return rows;
}
