#include "vault/flow/change_parts_impl.h"

#include "generator/base/text.h"
#include "generator/render/diff.h"
#include "generator/sheet/merge.h"

#include <stdlib.h>

/* ---- which file --------------------------------------------------------------------------- */

/* DIR/A/B.md or DIR/A.md in parts. */
static bool cut_md(struct span *name)
{
	if (!span_ends(*name, SPAN(".md")))
		return false;
	name->n -= 3;
	return true;
}

enum file_sort change_sort(enum repo_kind kind, struct span path, struct span *type,
			   struct span *id)
{
	struct span rest = path, top, second;

	if (kind == REPO_REGISTRY)
		return SORT_REGISTRY;
	if (span_is(path, "child.md"))
		return SORT_CHILD;
	top = span_cut(&rest, '/');
	if (span_is(top, "consents"))
		return SORT_CONSENT;
	if (span_is(top, "handover") || span_is(top, "handovers"))
		return SORT_HANDOVER;
	second = span_cut(&rest, '/');
	if (span_is(top, "files"))
		return span_is(rest, "meta.md") ? SORT_ABOUT_FILE : SORT_FILE;
	if (!span_is(top, "sheets") || !cut_md(&rest) || !path_id(second) || !path_id(rest))
		return SORT_OTHER;
	if (type)
		*type = second;
	if (id)
		*id = rest;
	return SORT_SHEET;
}

struct span change_label(struct app *app, enum file_sort sort, struct span path, struct span type,
			 struct span id, struct arena *a)
{
	static const struct span fixed[] = {
	    [SORT_CHILD] = {"お子さんの登録", sizeof "お子さんの登録" - 1},
	    [SORT_CONSENT] = {"同意の記録", sizeof "同意の記録" - 1},
	    [SORT_HANDOVER] = {"引き継ぎの記録", sizeof "引き継ぎの記録" - 1},
	    [SORT_ABOUT_FILE] = {"ファイルの説明", sizeof "ファイルの説明" - 1},
	    [SORT_FILE] = {"ファイル", sizeof "ファイル" - 1},
	    [SORT_OTHER] = {"そのほかのファイル", sizeof "そのほかのファイル" - 1},
	};
	const struct sheet_type *t;

	if (sort == SORT_REGISTRY)
		return arena_copy(a, path);
	if (sort != SORT_SHEET)
		return fixed[sort];
	t = types_find(app->types, type, 0);
	return span_of(arena_printf(a, "%.*s %.*s", SPAN_ARG(t ? t->title : type), SPAN_ARG(id)));
}

/* ---- how much ----------------------------------------------------------------------------- */

enum status part_chars(struct span old, struct span now, size_t *added, size_t *removed)
{
	struct diff_run *runs = NULL;
	size_t count = 0;
	enum status st = diff_text(old, now, &runs, &count);

	for (size_t i = 0; i < count && !st; i++) {
		if (runs[i].kind == DIFF_ADDED)
			*added += text_graphemes(runs[i].text);
		else if (runs[i].kind == DIFF_REMOVED)
			*removed += text_graphemes(runs[i].text);
	}
	free(runs);
	return st;
}

enum status part_add(struct part_list *l, const struct change_part *p)
{
	if (!l->parts)
		l->parts = arena_array(l->a, CHANGE_PARTS_MAX, sizeof *l->parts);
	if (!l->parts)
		return fail(ST_NOMEM, "no memory for the parts of a change");
	if (l->count < CHANGE_PARTS_MAX)
		l->parts[l->count++] = *p;
	return ST_OK;
}

/* ---- a sheet ------------------------------------------------------------------------------ */

struct rows {
	const struct field *f;
	const struct value *old, *now;
};

static bool same_row(const void *ctx, size_t i, size_t j)
{
	const struct rows *r = ctx;

	for (size_t c = 0; c < r->f->ncolumns; c++)
		if (!span_eq(r->old->rows[i][c].text, r->now->rows[j][c].text))
			return false;
	return true;
}

static enum status count_rows(const struct rows *r, struct change_part *p)
{
	struct diff_step *steps = NULL;
	size_t count = 0;
	enum status st = diff_steps(r->old->nrows, r->now->nrows, same_row, r, &steps, &count);

	for (size_t i = 0; i < count && !st; i++) {
		p->added += steps[i].kind == DIFF_ADDED ? steps[i].count : 0;
		p->removed += steps[i].kind == DIFF_REMOVED ? steps[i].count : 0;
	}
	free(steps);
	return st;
}

static size_t missing_items(const struct value *from, const struct value *in)
{
	size_t n = 0;

	for (size_t i = 0; i < from->nitems; i++) {
		bool there = false;

		for (size_t j = 0; j < in->nitems && !there; j++)
			there = span_eq(from->items[i], in->items[j]);
		n += !there;
	}
	return n;
}

static enum status count_value(const struct field *f, const struct value *old,
			       const struct value *now, struct change_part *p)
{
	switch (f->kind) {
	case F_TABLE:
	case F_MEASURE:
		p->unit = PART_ROWS;
		return count_rows(&(struct rows){f, old, now}, p);
	case F_CHOICES:
		p->unit = PART_ITEMS;
		p->added = missing_items(now, old);
		p->removed = missing_items(old, now);
		return ST_OK;
	case F_TEXT:
	case F_PROSE:
	case F_PERSON:
		p->unit = PART_CHARS;
		return part_chars(old->text, now->text, &p->added, &p->removed);
	default:
		p->unit = PART_VALUE;
		p->added = now->text.n > 0;
		p->removed = old->text.n > 0;
		return ST_OK;
	}
}

/* Fields of different forms under one id (versions of a type) have nothing to compare. */
static const struct value *value_like(const struct sheet *s, const struct field *f)
{
	const struct field *g = s ? type_field(sheet_type(s), f->id) : NULL;

	return g && g->kind == f->kind && g->ncolumns == f->ncolumns ? sheet_value(s, g) : NULL;
}

static bool has_like(const struct sheet *s, const struct field *f)
{
	const struct field *g = s ? type_field(sheet_type(s), f->id) : NULL;

	return g && g->kind == f->kind && g->ncolumns == f->ncolumns;
}

static enum status one_field(struct part_list *l, const struct section *sec, const struct field *f,
			     const struct value *old, const struct value *now)
{
	static const struct value none;
	struct change_part p = {.section = sec->title, .label = f->label};
	enum status st;

	if (f->kind == F_COMPUTED || value_equal(f, old, now))
		return ST_OK;
	st = count_value(f, old ? old : &none, now ? now : &none, &p);
	return st ? st : part_add(l, &p);
}

/* Fields of `s`; with `gone`, only those that the other does not have. */
static enum status fields_of(struct part_list *l, const struct sheet *s, const struct sheet *other,
			     bool gone)
{
	const struct sheet_type *t = s ? sheet_type(s) : NULL;
	enum status st = ST_OK;

	for (size_t i = 0; t && i < t->nsections && !st; i++)
		for (size_t k = 0; k < t->sections[i].nfields && !st; k++) {
			const struct field *f = &t->sections[i].fields[k];
			const struct value *mine = sheet_value(s, f);

			if (gone && has_like(other, f))
				continue;
			st = one_field(l, &t->sections[i], f, gone ? mine : value_like(other, f),
				       gone ? NULL : mine);
		}
	return st;
}

static enum status head_parts(struct part_list *l, const struct sheet *old, const struct sheet *now)
{
	struct change_part title = {.section = SPAN(""), .label = SPAN("題名"), .unit = PART_CHARS};
	struct change_part state = {.section = SPAN(""),
				    .label = SPAN("状態"),
				    .unit = PART_VALUE,
				    .added = now != NULL,
				    .removed = old != NULL};
	enum status st =
	    part_chars(old ? sheet_title(old) : SPAN(""), now ? sheet_title(now) : SPAN(""),
		       &title.added, &title.removed);

	if (!st && (title.added || title.removed))
		st = part_add(l, &title);
	if (!st && (!old || !now || sheet_status(old) != sheet_status(now)))
		st = part_add(l, &state);
	return st;
}

/* Either may be NULL: there was none, there is none. */
static enum status parts_of_sheet(struct part_list *l, const struct sheet *old,
				  const struct sheet *now)
{
	enum status st = head_parts(l, old, now);

	if (!st)
		st = fields_of(l, now, old, false);
	return st ? st : fields_of(l, old, now, true);
}

/* ---- a version ---------------------------------------------------------------------------- */

struct walk {
	struct app *app;
	struct repo *repo;
	enum repo_kind kind;
	struct arena *a;
	struct change_parts *out;
};

static enum status read_blob(struct walk *w, const struct oid *blob, struct buf *out)
{
	return oid_none(blob) ? ST_OK : repo_read_blob(w->repo, blob, out);
}

static enum status parse(struct walk *w, const struct buf *text, struct sheet **out)
{
	struct problems ps;
	enum status st;

	if (!text->len)
		return ST_OK;
	problems_init(&ps);
	st = sheet_parse(out, "sheet", buf_span(text), w->app->types, &ps);
	problems_clear(&ps);
	return st;
}

static enum status compare_sheets(struct walk *w, struct part_list *l, const struct buf *before,
				  const struct buf *after)
{
	struct sheet *old = NULL, *now = NULL;
	enum status st = parse(w, before, &old);

	if (!st)
		st = parse(w, after, &now);
	if (!st)
		st = parts_of_sheet(l, old, now);
	sheet_free(old);
	sheet_free(now);
	return st;
}

static enum status compare(struct walk *w, const struct changed_path *c, struct change_file *f)
{
	struct part_list l = {.a = w->a};
	struct buf before, after;
	enum status st;

	buf_init(&before, SHEET_MAX_BYTES);
	buf_init(&after, SHEET_MAX_BYTES);
	st = read_blob(w, &c->before, &before);
	if (!st)
		st = read_blob(w, &c->after, &after);
	if (!st)
		st = f->sort == SORT_SHEET ? compare_sheets(w, &l, &before, &after)
					   : parts_of_text(&l, buf_span(&before), buf_span(&after));
	f->unread = st == ST_INVALID || st == ST_TOOBIG || st == ST_CORRUPT;
	f->parts = l.parts;
	f->nparts = f->unread ? 0 : l.count;
	buf_clear(&before);
	buf_clear(&after);
	return f->unread ? ST_OK : st;
}

static bool is_looked_into(enum file_sort sort)
{
	return sort != SORT_FILE && sort != SORT_OTHER;
}

static enum status one_path(void *arg, const struct changed_path *c)
{
	struct walk *w = arg;
	struct span type = SPAN_NONE, id = SPAN_NONE;
	struct change_file *f = &w->out->files[w->out->count];

	if (w->out->count == CHANGE_FILES_MAX) {
		w->out->left_out++;
		return ST_OK;
	}
	w->out->count++;
	*f = (struct change_file){.kind = c->kind,
				  .sort = change_sort(w->kind, c->path, &type, &id)};
	f->label = change_label(w->app, f->sort, c->path, type, id, w->a);
	if (!f->label.p)
		return fail(ST_NOMEM, "no memory for the parts of a change");
	return is_looked_into(f->sort) ? compare(w, c, f) : ST_OK;
}

enum status change_parts_of(struct app *app, const struct repo_name *repo,
			    const struct oid *version, struct arena *a, struct change_parts *out)
{
	struct walk w = {.app = app, .kind = repo->kind, .a = a, .out = out};
	enum status st;

	*out = (struct change_parts){.files = arena_array(a, CHANGE_FILES_MAX, sizeof *out->files)};
	if (!out->files)
		return fail(ST_NOMEM, "no memory for the parts of a change");
	st = repo_open(&w.repo, app->store, repo);
	if (!st)
		st = commit_changed_paths(w.repo, version, one_path, &w);
	repo_close(w.repo);
	return st;
}
