/* The sheets that a walk has met: parsed once, and whose work each is. */
#include "generator/sheet/workflow.h"
#include "vault/flow/law_sheet.h"
#include "vault/flow/read_sheet.h"

#include <stdlib.h>

enum { AT_HAND = 48, KEPT_ROOM = 16 };

struct span law_sheet_name(struct span path)
{
	static const struct span begin = SPAN("sheets/"), end = SPAN(".md");

	return span_starts(path, begin) && span_ends(path, end) && path.n > begin.n + end.n
		   ? span_make(path.p + begin.n, path.n - begin.n - end.n)
		   : SPAN_NONE;
}

size_t law_sheet_path(const struct deed *d)
{
	size_t i = 0;

	while (i + 1 < d->npaths && !law_sheet_name(d->paths[i].path).p)
		i++;
	return i;
}

static struct law_kept *find(struct law_walk *w, struct span name)
{
	for (size_t i = 0; i < w->nkept; i++)
		if (span_is(name, w->kept[i].name))
			return &w->kept[i];
	return NULL;
}

static enum status find_or_add(struct law_walk *w, struct span name, struct law_kept **out)
{
	struct law_kept *more;

	*out = find(w, name);
	if (*out)
		return ST_OK;
	if (w->nkept == w->kept_room) {
		size_t room = w->kept_room ? w->kept_room * 2 : KEPT_ROOM;

		more = realloc(w->kept, room * sizeof *more);
		if (!more)
			return fail(ST_NOMEM, "no memory for sheets");
		w->kept = more;
		w->kept_room = room;
	}
	*out = &w->kept[w->nkept++];
	**out = (struct law_kept){.types = NULL};
	return span_copy(name, (*out)->name, sizeof(*out)->name)
		   ? ST_OK
		   : fail(ST_INVALID, "the name of a sheet is too long");
}

static void drop(struct law_walk *w, struct law_kept *k)
{
	w->nsheets -= k->sheet && k != &w->after;
	sheet_free(k->sheet);
	k->sheet = NULL;
}

/* ---- parsing -------------------------------------------------------------------------------- */

static enum status parse(struct deed *d, struct span path, const struct oid *blob, const char *code,
			 struct sheet **out)
{
	struct problems ps;
	struct buf text;
	enum status st;

	problems_init(&ps);
	buf_init(&text, SHEET_MAX_BYTES);
	st = deed_blob(d, blob, &text);
	if (!st)
		st = sheet_parse(out, "", buf_span(&text), d->types, &ps);
	if (st == ST_INVALID && code)
		accuse(d, code, "%.*s is no sheet as its type then allows (%s)", SPAN_ARG(path),
		       ps.count ? ps.list[0].code : "size");
	buf_clear(&text);
	problems_clear(&ps);
	return st == ST_INVALID ? ST_OK : st;
}

enum status law_sheet(struct deed *d, const struct law_path *p, bool after, const char *code,
		      struct sheet **out)
{
	const struct oid *blob = after ? &p->after : &p->before;
	struct law_walk *w = d->w;
	struct law_kept *k = &w->after;
	enum status st = after ? ST_OK : find_or_add(w, law_sheet_name(p->path), &k);

	*out = NULL;
	if (st)
		return st;
	if (k->sheet && oid_eq(&k->blob, blob) && k->types == d->types) {
		*out = k->sheet;
		return ST_OK;
	}
	drop(w, k);
	for (size_t i = 0; !after && w->nsheets >= AT_HAND && i < w->nkept; i++)
		drop(w, &w->kept[i]);
	st = parse(d, p->path, blob, code, &k->sheet);
	k->blob = *blob;
	k->types = d->types;
	w->nsheets += k->sheet && !after;
	*out = k->sheet;
	return st;
}

enum status law_digest(struct deed *d, const struct oid *commit, struct span type, struct span id,
		       char out[static CONSENT_DIGEST])
{
	struct sheet *s = NULL;
	struct buf path, text;
	struct problems ps;
	enum status st;

	out[0] = '\0';
	problems_init(&ps);
	buf_init(&path, 256);
	buf_init(&text, SHEET_MAX_BYTES);
	sheet_path(type, id, &path);
	st = repo_read(d->w->repo, commit ? commit : &d->parent, buf_str(&path), &text);
	if (!st)
		st = sheet_parse(&s, "", buf_span(&text), d->types, &ps);
	if (!st)
		st = consent_digest(s, out);
	sheet_free(s);
	buf_clear(&path);
	buf_clear(&text);
	problems_clear(&ps);
	return st == ST_NOTFOUND || st == ST_INVALID || st == ST_TOOBIG ? ST_OK : st;
}

/* ---- whose work it is ----------------------------------------------------------------------- */

/* As vault/flow/index_sheets.c says it. */
static bool takes_over(struct span action, unsigned workflow)
{
	enum step step;

	if (span_starts(action, SPAN("sheet.")))
		span_cut(&action, '.');
	if (!step_find(action, &step))
		return span_is(action, "create");
	return step == STEP_RECALL || step == STEP_REVISE || step == workflow_first(workflow);
}

struct looking_back {
	unsigned workflow;
	char *owner;
};

/* Newest first: the last that it became somebody's, or who made it. */
static bool look_back(void *arg, const struct version *v)
{
	struct looking_back *l = arg;

	span_copy(version_trailer(v, "Karte-Account"), l->owner, ID_MAX + 1);
	return !takes_over(version_trailer(v, "Karte-Action"), l->workflow);
}

enum status law_owner(struct deed *d, const struct sheet_type *t, char out[static ID_MAX + 1])
{
	struct span path = d->paths[law_sheet_path(d)].path;
	struct law_kept *k;
	enum status st = find_or_add(d->w, law_sheet_name(path), &k);

	out[0] = '\0';
	if (!st && !k->owner[0] && !d->w->from_first) {
		struct looking_back l = {t->workflow, k->owner};
		char *name = arena_str(d->arena, path);

		st = name ? history_walk(d->w->repo, &d->parent, name, look_back, &l) : ST_NOMEM;
	}
	if (!st)
		memcpy(out, k->owner, sizeof k->owner);
	return st;
}

/* The sheet that was made is the one before the next. */
static void follow_one(struct deed *d, const struct law_path *p)
{
	struct law_walk *w = d->w;
	struct law_kept *k;

	if (find_or_add(w, law_sheet_name(p->path), &k))
		return;
	if (w->after.sheet && oid_eq(&w->after.blob, &p->after)) {
		drop(w, k);
		k->sheet = w->after.sheet;
		k->blob = w->after.blob;
		k->types = w->after.types;
		w->after.sheet = NULL;
		w->nsheets++;
	}
	if (p->kind == CHANGE_ADDED ||
	    (k->sheet && takes_over(span_of(d->action), sheet_type(k->sheet)->workflow)))
		span_copy(d->account, k->owner, sizeof k->owner);
}

void law_follow(struct deed *d)
{
	for (size_t i = 0; i < d->npaths; i++)
		if (law_sheet_name(d->paths[i].path).p)
			follow_one(d, &d->paths[i]);
}
