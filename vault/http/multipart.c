#include "vault/http/multipart_impl.h"

struct reading {
	struct arena *arena;
	struct span rest; /* of the body */
	struct delimiter line;
	struct span delimiter; /* in line */
	struct part *parts;
	struct pair *fields;
	size_t count, field_count;
	size_t field_bytes;
};

static struct span skip(struct span s, size_t n)
{
	return span_make(s.p + n, s.n - n);
}

/* Takes the head with its empty line off the rest. */
static enum status read_head(struct reading *r, struct part *p)
{
	size_t most = r->rest.n < MULTIPART_HEAD_MAX ? r->rest.n : MULTIPART_HEAD_MAX;
	long end = span_find(span_make(r->rest.p, most), SPAN("\r\n\r\n"));
	struct span head;

	if (end < 0 && r->rest.n > MULTIPART_HEAD_MAX)
		return fail(ST_TOOBIG, "multipart: a head over %d bytes", MULTIPART_HEAD_MAX);
	if (end < 0)
		return fail(ST_INVALID, "multipart: a head without end");
	head = span_make(r->rest.p, (size_t)end + 2);
	r->rest = skip(r->rest, (size_t)end + 4);
	return multipart_head(p, head, r->arena);
}

static enum status keep_field(struct reading *r, struct part *p)
{
	enum status st;

	r->field_bytes += p->name.n + p->bytes.n;
	if (r->field_bytes > FORM_BYTES_MAX)
		return fail(ST_TOOBIG, "multipart: fields over %d bytes", FORM_BYTES_MAX);
	st = multipart_field(p, r->arena);
	if (!st)
		r->fields[r->field_count++] = (struct pair){p->name, p->bytes};
	return st;
}

/* The rest begins behind a boundary and ends behind the next. */
static enum status read_part(struct reading *r)
{
	struct part *p = &r->parts[r->count];
	enum status st;
	long end;

	if (r->count == MULTIPART_PARTS_MAX)
		return fail(ST_TOOBIG, "multipart: more than %d parts", MULTIPART_PARTS_MAX);
	st = read_head(r, p);
	if (st)
		return st;
	end = span_find(r->rest, r->delimiter);
	if (end < 0)
		return fail(ST_INVALID, "multipart: a part without end");
	p->bytes = span_make(r->rest.p, (size_t)end);
	r->rest = skip(r->rest, (size_t)end + r->delimiter.n);
	r->count++;
	return p->filename.p ? ST_OK : keep_field(r, p);
}

static enum status read_parts(struct reading *r, struct span body)
{
	struct span first = skip(r->delimiter, 2);
	enum status st = ST_OK;

	if (!span_starts(body, first))
		return fail(ST_INVALID, "multipart: does not begin with its boundary");
	r->rest = skip(body, first.n);
	while (!st && span_starts(r->rest, SPAN("\r\n"))) {
		r->rest = skip(r->rest, 2);
		st = read_part(r);
	}
	if (!st && !span_is(r->rest, "--") && !span_is(r->rest, "--\r\n"))
		st = fail(ST_INVALID, "multipart: a boundary that goes on, or no last one");
	return st;
}

enum status multipart_parse(struct multipart *out, struct form *form, struct span content_type,
			    struct span body, struct arena *a)
{
	struct reading r = {.arena = a};
	enum status st;

	*out = (struct multipart){0};
	*form = (struct form){0};
	r.parts = arena_array(a, MULTIPART_PARTS_MAX, sizeof *r.parts);
	r.fields = arena_array(a, MULTIPART_PARTS_MAX, sizeof *r.fields);
	if (!r.parts || !r.fields)
		return ST_NOMEM;
	st = multipart_boundary(&r.line, content_type, a);
	r.delimiter = span_make(r.line.line, r.line.n);
	if (!st)
		st = read_parts(&r, body);
	if (st)
		return st;
	*out = (struct multipart){r.parts, r.count};
	*form = (struct form){r.fields, r.field_count};
	return ST_OK;
}

const struct part *multipart_file(const struct multipart *m, const char *name)
{
	const struct part *found = NULL;

	for (size_t i = 0; i < m->count; i++) {
		if (!span_is(m->parts[i].name, name))
			continue;
		if (found)
			return NULL;
		found = &m->parts[i];
	}
	return found && found->filename.n ? found : NULL;
}
