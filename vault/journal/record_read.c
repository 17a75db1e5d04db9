/* Reading a record back: the only user of jansson, whose names also clash with base/json.h. */
#include "vault/journal/record_impl.h"

#include <jansson.h>

static struct span *field(struct record *r, const struct record_field *f)
{
	return (struct span *)(void *)((char *)r + f->at);
}

static enum status corrupt(void)
{
	return fail(ST_CORRUPT, "a line of the journal is no record");
}

/* Keys that are unknown are found by same_again. */
static enum status read_fields(struct record *r, json_t *root)
{
	for (int i = 0; i < RECORD_FIELDS; i++) {
		const struct record_field *f = &record_fields[i];
		json_t *v = json_object_get(root, f->name);
		if (!v)
			continue;
		if (!json_is_string(v))
			return corrupt();
		*field(r, f) = span_make(json_string_value(v), json_string_length(v));
	}
	return ST_OK;
}

/* The line is right if writing what was read gives the same bytes. */
static enum status same_again(const struct record *r, struct span line)
{
	struct buf again;
	enum status st;

	buf_init(&again, 2 * RECORD_MAX);
	record_write(&again, r);
	st = again.st;
	if (!st && !span_eq(buf_span(&again), line))
		st = corrupt();
	buf_clear(&again);
	return st == ST_TOOBIG ? corrupt() : st;
}

enum status record_read(struct record_text *out, const char *class, struct span line)
{
	json_t *root;
	enum status st;

	*out = (struct record_text){.r.class = class};
	if (line.n > RECORD_MAX || !record_peek(line, &out->r.n, &out->r.t))
		return corrupt();
	root = json_loadb(line.p, line.n, JSON_REJECT_DUPLICATES, NULL);
	if (!root)
		return corrupt();
	out->json = root;
	st = json_is_object(root) ? read_fields(&out->r, root) : corrupt();
	if (!st && record_check_all(&out->r, true))
		st = corrupt();
	return st ? st : same_again(&out->r, line);
}

void record_text_clear(struct record_text *t)
{
	if (t->json)
		json_decref(t->json);
	t->json = NULL;
}
