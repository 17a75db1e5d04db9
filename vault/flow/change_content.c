#include "vault/flow/change_content.h"

#include "vault/flow/change_lines.h"
#include "vault/flow/note.h"
#include "vault/flow/shield.h"

#include <stdint.h>

#define LEFT_OUT "（ここには 出しません）"

enum { CONTENT_ARENA = 32 * 1024 * 1024 };

enum status change_content_may(struct app *app, const struct question *q, bool *out)
{
	struct question mine = *q;
	struct decision d;
	enum status st;

	mine.action = ACT_AUDIT_CONTENT;
	mine.type = mine.id = SPAN_NONE;
	st = decide_quietly(app, &mine, &d, NULL);
	*out = !st && d.allow;
	return st;
}

/* ---- walking the files -------------------------------------------------------------------- */

struct walk {
	struct app *app;
	struct question q; /* about the child */
	struct ground *ground;
	struct shield shield; /* empty for the registry */
	struct repo *repo;
	enum repo_kind kind;
	enum status (*each)(void *ctx, const struct change_content *c);
	void *ctx;
};

/* One file while it is looked at. */
struct file {
	struct walk *w;
	struct arena *a;
	struct buf before, after;
	struct change_content c;
};

static enum status read_blob(struct walk *w, const struct oid *blob, struct buf *out)
{
	return oid_none(blob) ? ST_OK : repo_read_blob(w->repo, blob, out);
}

static enum status put_lines(struct file *f, struct span before, struct span after)
{
	struct content_line *lines = NULL;
	enum status st = change_lines(before, after, f->a, &lines, &f->c.nlines);

	for (size_t i = 0; i < f->c.nlines; i++)
		lines[i].text = shield_say(&f->w->shield, lines[i].text, SPAN(LEFT_OUT));
	f->c.lines = lines;
	if (st == ST_TOOBIG)
		f->c.large = true;
	return st == ST_TOOBIG ? ST_OK : st;
}

/* ---- a sheet ------------------------------------------------------------------------------ */

/* Does the view show every field that a file of its type may have? */
static bool is_whole(const struct view *v)
{
	const struct sheet_type *t = view_type(v);

	for (size_t i = 0; i < t->nsections; i++)
		for (size_t k = 0; k < t->sections[i].nfields; k++) {
			const struct field *f = &t->sections[i].fields[k];
			const struct view_field *shown = view_field(v, f->id);

			if (f->kind != F_COMPUTED && (!shown || shown->withheld))
				return false;
		}
	return true;
}

static enum status view_of(struct file *f, const struct gate *gate, const struct buf *text,
			   struct view **out)
{
	struct sheet *sheet = NULL;
	struct problems ps;
	enum status st;

	if (!text->len)
		return ST_OK;
	problems_init(&ps);
	st = sheet_parse(&sheet, "sheet", buf_span(text), f->w->app->types, &ps);
	problems_clear(&ps);
	if (!st)
		st = redact_for(out, sheet, &gate->reader);
	sheet_free(sheet);
	if (st || !is_whole(*out)) /* nothing of it may be seen, or it is no sheet at all */
		f->c.narrowed = true;
	return st == ST_NOMEM ? st : ST_OK;
}

static enum status show_sheet(struct file *f, struct span type, struct span id)
{
	struct question q = f->w->q;
	struct view *before = NULL, *now = NULL;
	struct decision d;
	struct gate gate;
	enum status st;

	q.type = type;
	q.id = id;
	st = ground_decide(f->w->ground, &q, &d, NULL);
	if (st)
		return st;
	gate_open(&gate, &d, f->w->shield.words, f->w->shield.nwords);
	f->c.narrowed = !d.allow;
	if (d.allow)
		st = view_of(f, &gate, &f->before, &before);
	if (!st && d.allow)
		st = view_of(f, &gate, &f->after, &now);
	f->c.before = before;
	f->c.now = now;
	if (!st && !f->c.narrowed)
		st = put_lines(f, buf_span(&f->before), buf_span(&f->after));
	if (!st)
		st = f->w->each(f->w->ctx, &f->c);
	view_free(before);
	view_free(now);
	return st;
}

/* ---- what is left out of other files ------------------------------------------------------- */

/* Lines of which something is left out, one text after the other. */
struct hider {
	/* How much of the beginning of the line is shown; SIZE_MAX: all. */
	size_t (*shown)(struct hider *h, struct span line);
	bool inside;
};

static struct span hide(struct file *f, struct hider *h, const struct buf *text)
{
	struct span rest = buf_span(text), kept;
	struct buf out;

	h->inside = false;
	buf_init(&out, 2 * LINES_BYTES_MAX);
	while (rest.n) {
		struct span line = span_cut(&rest, '\n');
		size_t n = h->shown(h, line);

		buf_addspan(&out, n < line.n ? span_make(line.p, n) : line);
		buf_adds(&out, n < line.n ? " " LEFT_OUT "\n" : "\n");
	}
	kept = out.st ? SPAN_NONE : arena_copy(f->a, buf_span(&out));
	buf_clear(&out);
	return kept;
}

static enum status put_hidden_lines(struct file *f, struct hider *h)
{
	struct span before = hide(f, h, &f->before), after = hide(f, h, &f->after);

	if (f->before.len > LINES_BYTES_MAX || f->after.len > LINES_BYTES_MAX) {
		f->c.large = true;
		return ST_OK;
	}
	if (!before.p || !after.p)
		return fail(ST_NOMEM, "no memory to compare two files");
	return put_lines(f, before, after);
}

/* How people of households are called is nobody's business here. */
static size_t hide_names(struct hider *h, struct span line)
{
	(void)h;
	return span_starts(line, SPAN("name:")) || span_starts(line, SPAN("kana:"))
		   ? sizeof "name:" - 1
		   : SIZE_MAX;
}

/* What is kept from a guardian (支援措置: an address) is not repeated to anybody. */
static size_t hide_protections(struct hider *h, struct span line)
{
	if (!line.n || line.p[0] != ' ')
		h->inside = span_starts(line, SPAN("protections:"));
	return h->inside && line.n && line.p[0] == ' ' ? sizeof "  -" - 1 : SIZE_MAX;
}

/* ---- the registry ------------------------------------------------------------------------- */

static bool is_household(const struct buf *account)
{
	struct span rest = buf_span(account);

	while (rest.n)
		if (span_is(span_trim(span_cut(&rest, '\n')), "role: household"))
			return true;
	return false;
}

static enum status registry_lines(struct file *f, struct span path)
{
	struct hider names = {.shown = hide_names};

	if (span_ends(path, SPAN(".asc"))) { /* letters that say nothing to a reader */
		f->c.narrowed = true;
		return ST_OK;
	}
	if (is_household(&f->before) || is_household(&f->after))
		return put_hidden_lines(f, &names);
	return put_lines(f, buf_span(&f->before), buf_span(&f->after));
}

/* ---- the story ---------------------------------------------------------------------------- */

static enum status show(struct file *f, const struct changed_path *c, struct span type,
			struct span id)
{
	struct hider protections = {.shown = hide_protections};
	enum status st = read_blob(f->w, &c->before, &f->before);

	if (!st)
		st = read_blob(f->w, &c->after, &f->after);
	if (st == ST_TOOBIG) {
		f->c.large = true;
		return f->w->each(f->w->ctx, &f->c);
	}
	if (st)
		return st;
	if (f->c.sort == SORT_SHEET)
		return show_sheet(f, type, id);
	if (f->c.sort == SORT_REGISTRY)
		st = registry_lines(f, c->path);
	else if (f->c.sort == SORT_CHILD)
		st = put_hidden_lines(f, &protections);
	else
		st = put_lines(f, buf_span(&f->before), buf_span(&f->after));
	return st ? st : f->w->each(f->w->ctx, &f->c);
}

static enum status one_path(void *arg, const struct changed_path *c)
{
	struct file f = {.w = arg};
	struct span type = SPAN_NONE, id = SPAN_NONE;
	enum status st;

	f.c.sort = change_sort(f.w->kind, c->path, &type, &id);
	if (f.c.sort == SORT_FILE || f.c.sort == SORT_OTHER)
		return ST_OK;
	f.a = arena_new(CONTENT_ARENA);
	if (!f.a)
		return fail(ST_NOMEM, "no memory to compare two files");
	f.c.label = change_label(f.w->app, f.c.sort, c->path, type, id, f.a);
	buf_init(&f.before, SHEET_MAX_BYTES);
	buf_init(&f.after, SHEET_MAX_BYTES);
	st = f.c.label.p ? show(&f, c, type, id) : ST_NOMEM;
	buf_clear(&f.before);
	buf_clear(&f.after);
	arena_free(f.a);
	return st;
}

static enum status walk(struct walk *w, const struct repo_name *name, const struct oid *version)
{
	enum status st = repo_open(&w->repo, w->app->store, name);

	w->kind = name->kind;
	if (!st)
		st = commit_changed_paths(w->repo, version, one_path, w);
	repo_close(w->repo);
	return st;
}

static enum status record(struct app *app, const struct question *q, const struct decision *d,
			  const struct oid *version)
{
	char object[OID_HEX + 1] = "@";
	struct note n = {.class = "read",
			 .event = action_name(ACT_AUDIT_CONTENT),
			 .who = q->who,
			 .child = q->child,
			 .decision = "allow",
			 .reason = reason_name(d->reason),
			 .request = q->request,
			 .hold = q->hold};

	oid_hex(version, object + 1);
	n.object = span_of(object);
	return note_add(app, &n);
}

enum status change_content_each(struct app *app, const struct question *q,
				const struct oid *version,
				enum status (*each)(void *ctx, const struct change_content *c),
				void *ctx)
{
	struct walk w = {.app = app, .q = *q, .each = each, .ctx = ctx};
	struct repo_name name;
	struct decision d;
	enum status st = repo_name_make(&name, REPO_CHILD, SPAN_NONE, q->child);

	w.q.action = ACT_AUDIT_CONTENT;
	w.q.type = w.q.id = SPAN_NONE;
	if (!st)
		st = decide(app, &w.q, &d, NULL);
	if (!st)
		st = record(app, &w.q, &d, version);
	if (!st)
		st = ground_load(&w.ground, app, &w.q);
	if (!st)
		st = shield_load(&w.shield, app, q->child, q->who);
	if (!st)
		st = walk(&w, &name, version);
	ground_free(w.ground);
	shield_clear(&w.shield);
	return st;
}

enum status change_registry_each(struct app *app, const struct oid *version,
				 enum status (*each)(void *ctx, const struct change_content *c),
				 void *ctx)
{
	struct walk w = {.app = app, .each = each, .ctx = ctx};
	struct repo_name name = {.kind = REPO_REGISTRY};

	return walk(&w, &name, version);
}
