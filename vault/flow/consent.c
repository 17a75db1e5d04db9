#include "vault/flow/consent.h"

#include "generator/base/day.h"
#include "generator/sheet/type.h"
#include "generator/sheet/yaml.h"
#include "vault/db/child.h"
#include "vault/db/share.h"
#include "vault/flow/children.h"
#include "vault/flow/commit_change.h"

#include <stdlib.h>

enum { FILE_MAX = 16 * 1024, ANSWERS_A_DAY = 1000 };

static void put(struct buf *out, const char *key, struct span value, bool plain)
{
	buf_addf(out, "%s: ", key);
	yaml_put(out, value, false, plain);
	buf_addc(out, '\n');
}

static void write_answer(const struct question *q, const struct answer *a, const char *day,
			 struct buf *out)
{
	buf_adds(out, "---\nkarte: 1\n");
	put(out, "child", q->child, false);
	put(out, "scope", SPAN("share"), false);
	put(out, "type", a->type, false);
	put(out, "institution", a->institution, false);
	put(out, "answer", a->agree ? SPAN("agree") : SPAN("decline"), false);
	put(out, "by", span_of(q->who->id), false);
	put(out, "on", span_of(day), true);
	buf_adds(out, "---\n");
}

/* The first name of the day that is free. */
static enum status free_path(struct repo *repo, const char *day, struct buf *path)
{
	struct oid id;
	enum status st = ST_OK;

	for (int n = 1; n <= ANSWERS_A_DAY; n++) {
		buf_cut(path, 0);
		buf_addf(path, "consents/%s-%d.md", day, n);
		st = repo_blob_id(repo, NULL, buf_str(path), &id);
		if (st == ST_NOTFOUND)
			return path->st;
		if (st)
			return st;
	}
	return fail(ST_TOOBIG, "too many answers on one day");
}

static enum status check(struct app *app, const struct question *q, const struct answer *a)
{
	struct institution i;
	struct decision d;
	enum status st = decide(app, q, &d, NULL);

	if (!st && d.reason != WHY_GUARDIAN)
		st = refuse(app, q, "not-a-guardian");
	if (!st && !types_find(app->types, a->type, 0))
		st = fail(ST_NOTFOUND, "no sheet type %.*s", SPAN_ARG(a->type));
	return st ? st : institution_get(app->db, a->institution, &i);
}

static enum status commit_answer(struct app *app, const struct actor *who, const struct question *q,
				 const struct answer *a, struct repo *repo)
{
	struct change_set set = {
	    .repo = *repo_name_of(repo),
	    .action = a->agree ? "consent.give" : "consent.decline",
	    .child = q->child,
	    .count = 1,
	};
	struct change change;
	char day[DAY_TEXT];
	struct buf path, text;
	struct oid id;
	enum status st;

	buf_init(&path, 64);
	buf_init(&text, FILE_MAX);
	day_iso(day_jst(q->now), day);
	st = free_path(repo, day, &path);
	write_answer(q, a, day, &text);
	change = (struct change){buf_span(&path), buf_span(&text)};
	set.changes = &change;
	set.what = buf_span(&path);
	if (!st)
		st = text.st ? text.st : commit_change(app, who, &set, &id);
	buf_clear(&path);
	buf_clear(&text);
	return st;
}

enum status consent_answer(struct app *app, const struct actor *who, const struct question *q,
			   const struct answer *a)
{
	struct repo *repo = NULL;
	enum status st = check(app, q, a);

	if (!st)
		st = child_repo(&repo, app, q->child);
	if (!st)
		st = commit_answer(app, who, q, a, repo);
	if (!st)
		st = consent_index(app, repo, q->child);
	repo_close(repo);
	return st;
}

/* Nobody can be asked yet. */
enum status consent_of_sheet(struct app *app, struct span child, struct span type, struct span id,
			     enum consent_state *out)
{
	struct sheet_row row;

	*out = CONSENT_NOT_ASKED;
	return sheet_row_get(app->db, child, type, id, &row);
}

/* ---- reading ------------------------------------------------------------------------------ */

/* git lists 2026-04-10-10 before 2026-04-10-2: the order of answers is by day, then number. */
struct stored {
	char type[ID_MAX + 1], institution[ID_MAX + 1];
	char day[11];
	long n;
	bool agree;
};

struct all {
	struct repo *repo;
	struct stored *list;
	size_t count, cap;
};

static bool read_answer(struct span text, struct stored *out)
{
	struct arena *a = arena_new(256 * 1024);
	struct span head = yaml_head(text);
	struct ynode *root;
	bool ok =
	    a && head.p && yaml_read(a, "consent", head, 2, &root, NULL) == ST_OK &&
	    span_is(ymap_text(root, "scope"), "share") &&
	    span_copy(ymap_text(root, "type"), out->type, sizeof out->type) &&
	    span_copy(ymap_text(root, "institution"), out->institution, sizeof out->institution);

	out->agree = ok && span_is(ymap_text(root, "answer"), "agree");
	arena_free(a);
	return ok;
}

/* "2026-04-10-2.md" */
static bool read_name(struct span name, struct stored *out)
{
	return span_ends(name, SPAN(".md")) && name.n > 14 &&
	       span_copy(span_make(name.p, 10), out->day, sizeof out->day) &&
	       span_number(span_make(name.p + 11, name.n - 14), ANSWERS_A_DAY, &out->n);
}

static enum status take(void *arg, const struct repo_entry *e)
{
	struct all *all = arg;
	struct stored *grown, one = {.n = 0};
	struct buf text;
	enum status st;

	if (e->dir || !read_name(e->name, &one))
		return ST_OK;
	buf_init(&text, FILE_MAX);
	st = repo_read_blob(all->repo, &e->id, &text);
	if (!st && read_answer(buf_span(&text), &one)) {
		if (all->count == all->cap) {
			all->cap = all->cap ? all->cap * 2 : 16;
			grown = realloc(all->list, all->cap * sizeof *grown);
			if (!grown) {
				buf_clear(&text);
				return fail(ST_NOMEM, "no memory for answers");
			}
			all->list = grown;
		}
		all->list[all->count++] = one;
	}
	buf_clear(&text);
	return st;
}

static int by_time(const void *a, const void *b)
{
	const struct stored *x = a, *y = b;
	int d = strcmp(x->day, y->day);

	return d ? d : (x->n > y->n) - (x->n < y->n);
}

enum status consent_index(struct app *app, struct repo *repo, struct span child)
{
	struct all all = {.repo = repo};
	enum status st = repo_list(repo, NULL, "consents", take, &all);

	if (st == ST_NOTFOUND)
		st = ST_OK;
	if (all.count)
		qsort(all.list, all.count, sizeof *all.list, by_time);
	if (!st)
		st = share_clear(app->db, child, false);
	for (size_t i = 0; i < all.count && !st; i++) {
		struct share s = {.child = child,
				  .type = span_of(all.list[i].type),
				  .institution = span_of(all.list[i].institution)};

		st = all.list[i].agree ? share_put(app->db, &s) : share_drop(app->db, &s);
	}
	free(all.list);
	return st;
}
