#include "generator/render/escape.h"
#include "generator/render/mustache_tree.h"

/* Where names are looked for: the innermost value first. */
struct frame {
	const struct data *value;
	const struct frame *up;
};

struct run {
	struct buf *out;
	const struct mustache_env *env;
	struct buf indent; /* of the partials we are in, one after the other */
	size_t steps;
	int partials;
};

static enum status run_nodes(struct run *r, const struct mnode *first, const struct frame *f);

/* The first part of a name is looked for outwards; the others only inside what was found. */
static const struct data *look_up(const struct mnode *n, const struct frame *f)
{
	const struct data *d = NULL;

	if (n->npath == 0)
		return f->value;
	for (; f && !d; f = f->up)
		d = data_get(f->value, n->path[0]);
	for (size_t i = 1; i < n->npath && d; i++)
		d = data_get(d, n->path[i]);
	return d;
}

/* The text with the indentation at the start of each line that is not empty. */
static void put_text(struct run *r, const struct mnode *n)
{
	bool start = n->line_start;
	struct span rest = n->text;

	if (r->indent.len == 0) {
		buf_addspan(r->out, rest);
		return;
	}
	if (start && rest.n == 0)
		buf_addspan(r->out, buf_span(&r->indent));
	while (rest.n > 0) {
		const char *end = memchr(rest.p, '\n', rest.n);
		size_t len = end ? (size_t)(end - rest.p) + 1 : rest.n;

		if (start && *rest.p != '\n')
			buf_addspan(r->out, buf_span(&r->indent));
		buf_add(r->out, rest.p, len);
		rest = span_make(rest.p + len, rest.n - len);
		start = true;
	}
}

static void put_value(struct run *r, const struct data *d, bool raw)
{
	if (!d || (data_kind(d) != DATA_TEXT && data_kind(d) != DATA_HTML))
		return;
	if (raw || data_kind(d) == DATA_HTML)
		buf_addspan(r->out, data_span(d));
	else
		escape_attr(r->out, data_span(d));
}

static enum status run_section(struct run *r, const struct mnode *n, const struct frame *f)
{
	const struct data *d = look_up(n, f);
	struct frame inner = {d, f};
	enum status st = ST_OK;

	if (!data_true(d))
		return ST_OK;
	if (data_kind(d) != DATA_LIST)
		return run_nodes(r, n->first, &inner);
	for (d = data_first(d); d && st == ST_OK; d = data_next(d)) {
		inner.value = d;
		st = run_nodes(r, n->first, &inner);
	}
	return st;
}

static enum status run_partial(struct run *r, const struct mnode *n, const struct frame *f)
{
	const struct mustache *m = r->env->find ? r->env->find(r->env->ctx, n->text) : NULL;
	size_t indent = r->indent.len;
	enum status st;

	if (!m)
		return ST_OK;
	if (r->partials == MUSTACHE_MAX_PARTIALS)
		return fail(ST_TOOBIG, "partials are nested more than %d deep",
			    MUSTACHE_MAX_PARTIALS);
	if (n->indent.n > 0)
		buf_addspan(&r->indent, n->indent);
	if (r->indent.st)
		return r->indent.st;
	r->partials++;
	st = run_nodes(r, m->root.first, f);
	r->partials--;
	buf_cut(&r->indent, indent);
	return st;
}

static enum status run_node(struct run *r, const struct mnode *n, const struct frame *f)
{
	switch (n->kind) {
	case MN_TEXT:
		put_text(r, n);
		return ST_OK;
	case MN_VALUE:
	case MN_RAW:
		put_value(r, look_up(n, f), n->kind == MN_RAW);
		return ST_OK;
	case MN_SECTION:
		return run_section(r, n, f);
	case MN_INVERTED:
		return data_true(look_up(n, f)) ? ST_OK : run_nodes(r, n->first, f);
	case MN_PARTIAL:
		return run_partial(r, n, f);
	}
	return fail(ST_BUG, "a template has a node of unknown kind");
}

/* Recursion is bounded: sections by the parser, partials by run_partial. */
static enum status run_nodes(struct run *r, const struct mnode *first, const struct frame *f)
{
	enum status st = ST_OK;

	for (const struct mnode *n = first; n && st == ST_OK; n = n->next) {
		if (++r->steps > MUSTACHE_MAX_STEPS)
			return fail(ST_TOOBIG, "a template takes more than %d steps",
				    MUSTACHE_MAX_STEPS);
		st = run_node(r, n, f);
		if (st == ST_OK)
			st = r->out->st;
	}
	return st;
}

enum status mustache_render(const struct mustache *m, const struct data *data,
			    const struct mustache_env *env, struct buf *out)
{
	static const struct mustache_env none;
	struct run r = {.out = out, .env = env ? env : &none};
	struct frame outer = {r.env->outer, NULL};
	struct frame f = {data, r.env->outer ? &outer : NULL};
	enum status st;

	if (!data || data_failed(data))
		return fail(ST_NOMEM, "the data of a template is incomplete");
	buf_init(&r.indent, MUSTACHE_MAX_BYTES);
	st = run_nodes(&r, m->root.first, &f);
	buf_clear(&r.indent);
	return st;
}
