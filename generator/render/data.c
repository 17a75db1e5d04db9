#include "generator/render/data.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct data {
	enum data_kind kind;
	const char *key; /* in a map */
	struct span text;
	bool on;
	bool failed;		   /* of the root: something is missing below */
	struct data *first, *last; /* of a map or a list */
	struct data *next;
	struct data *root;
	struct arena *arena;
};

struct data *data_new(struct arena *a)
{
	struct data *d = arena_alloc(a, sizeof(*d));

	if (!d)
		return NULL;
	d->kind = DATA_MAP;
	d->root = d;
	d->arena = a;
	return d;
}

static struct data *add(struct data *parent, const char *key, enum data_kind kind)
{
	struct data *d;

	if (!parent)
		return NULL;
	d = arena_alloc(parent->arena, sizeof(*d));
	if (!d) {
		parent->root->failed = true;
		return NULL;
	}
	d->kind = kind;
	d->key = key;
	d->root = parent->root;
	d->arena = parent->arena;
	if (parent->last)
		parent->last->next = d;
	else
		parent->first = d;
	parent->last = d;
	return d;
}

struct data *data_map(struct data *map, const char *key)
{
	return add(map, key, DATA_MAP);
}

struct data *data_list(struct data *map, const char *key)
{
	return add(map, key, DATA_LIST);
}

struct data *data_add_map(struct data *list)
{
	return add(list, NULL, DATA_MAP);
}

struct data *data_add_list(struct data *list)
{
	return add(list, NULL, DATA_LIST);
}

static void set_text(struct data *d, struct span s)
{
	if (!d || !s.p)
		return;
	d->text = arena_copy(d->arena, s);
	if (!d->text.p)
		d->root->failed = true;
}

struct data *data_add_text(struct data *list, struct span s)
{
	struct data *d = add(list, NULL, DATA_TEXT);

	set_text(d, s);
	return d;
}

void data_text(struct data *map, const char *key, struct span s)
{
	set_text(add(map, key, DATA_TEXT), s);
}

void data_texts(struct data *map, const char *key, const char *str)
{
	data_text(map, key, span_of(str));
}

void data_textf(struct data *map, const char *key, const char *fmt, ...)
{
	va_list ap;
	char *text = NULL;

	if (!map)
		return;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0) {
		text = NULL;
		map->root->failed = true;
	}
	va_end(ap);
	data_texts(map, key, text);
	free(text);
}

void data_flag(struct data *map, const char *key, bool on)
{
	struct data *d = add(map, key, DATA_FLAG);

	if (d)
		d->on = on;
}

void data_trusted_raw_html(struct data *map, const char *key, struct span html)
{
	set_text(add(map, key, DATA_HTML), html);
}

const struct data *data_get(const struct data *map, struct span key)
{
	const struct data *found = NULL;

	if (!map || map->kind != DATA_MAP)
		return NULL;
	for (const struct data *d = map->first; d; d = d->next)
		if (span_is(key, d->key))
			found = d;
	return found;
}

enum data_kind data_kind(const struct data *d)
{
	return d->kind;
}

struct span data_span(const struct data *d)
{
	return d->text;
}

bool data_true(const struct data *d)
{
	if (!d)
		return false;
	switch (d->kind) {
	case DATA_MAP:
		return true;
	case DATA_LIST:
		return d->first != NULL;
	case DATA_FLAG:
		return d->on;
	default:
		return d->text.n > 0;
	}
}

const struct data *data_first(const struct data *d)
{
	return d->first;
}

const struct data *data_next(const struct data *d)
{
	return d->next;
}

bool data_failed(const struct data *d)
{
	return d->root->failed;
}
