#include "vault/cmd/build_vault.h"

#include "vault/db/child.h"
#include "vault/flow/children.h"
#include "vault/flow/note.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- sheets ------------------------------------------------------------------------------- */

/* The content of one sheet: everything that a thread needs to fetch it by itself. */
struct blob {
	struct store *store;
	struct repo_name repo;
	struct oid id;
};

static enum status load_blob(void *ctx, struct buf *out)
{
	const struct blob *b = ctx;
	struct repo *repo = NULL;
	enum status st = repo_open(&repo, b->store, &b->repo);

	if (!st)
		st = repo_read_blob(repo, &b->id, out);
	repo_close(repo);
	return st;
}

struct walk {
	struct cmd_env *env;
	struct plan *plan;
	enum role role;
	bool named; /* the child was asked for by its number */
	struct repo *repo;
	char type[ID_MAX + 1];
};

static enum status take_sheet(void *arg, const struct repo_entry *e)
{
	const struct walk *w = arg;
	const struct repo_name *repo = repo_name_of(w->repo);
	struct span id = e->name;
	char where[REPO_TEXT], name[REPO_TEXT + 128], stamp[OID_HEX];
	struct blob *b;

	if (e->dir || !span_ends(id, SPAN(".md")))
		return ST_OK;
	id.n -= strlen(".md");
	b = plan_alloc(w->plan, sizeof *b);
	if (!b)
		return ST_NOMEM;
	*b = (struct blob){w->env->app->store, *repo, e->id};
	repo_name_text(repo, where);
	snprintf(name, sizeof name, "%s:sheets/%s/%.*s.md", where, w->type, SPAN_ARG(id));
	oid_hex(&e->id, stamp);
	return plan_add_sheet(w->plan, span_of(repo->id), span_of(w->type), id, name, stamp,
			      load_blob, b);
}

static enum status take_type(void *arg, const struct repo_entry *e)
{
	struct walk *w = arg;
	char folder[ID_MAX + 16];

	if (!e->dir || !path_id(e->name) || !span_copy(e->name, w->type, sizeof w->type))
		return ST_OK;
	snprintf(folder, sizeof folder, "sheets/%s", w->type);
	return repo_list(w->repo, NULL, folder, take_sheet, w);
}

static enum status note_child(const struct walk *w, struct span child)
{
	char object[64];
	struct note n = {.class = "read",
			 .event = "site.build",
			 .who = &w->env->actor.account,
			 .child = child,
			 .decision = "allow",
			 .reason = "operator",
			 .request = w->env->actor.request};

	snprintf(object, sizeof object, "site/%s", role_name(w->role));
	n.object = span_of(object);
	return note_add(w->env->app, &n);
}

static enum status take_sheets(struct walk *w, struct span child)
{
	enum status st = child_repo(&w->repo, w->env->app, child);

	if (st)
		return st;
	st = repo_list(w->repo, NULL, "sheets", take_type, w);
	repo_close(w->repo);
	w->repo = NULL;
	return st == ST_NOTFOUND ? ST_OK : st; /* a child without sheets */
}

static enum status count_protection(void *ctx, const struct protection *p)
{
	size_t *n = ctx;

	(void)p;
	++*n;
	return ST_OK;
}

/* May the child be on pages for this role at all? */
static enum status check_kept(const struct walk *w, const char *id, bool *leave_out)
{
	size_t kept = 0;
	enum status st = ST_OK;

	if (w->role == ROLE_HOUSEHOLD)
		st = child_protections(w->env->app->db, span_of(id), count_protection, &kept);
	*leave_out = kept > 0;
	if (!st && kept && w->named)
		st = fail(ST_DENIED,
			  "%s には、保護者に見せないもの（支援措置）が決めてあるので、"
			  "家庭のページは作れません",
			  id);
	else if (!st && kept)
		fprintf(stderr,
			"karte: build: %s は、保護者に見せないもの（支援措置）が決めてあるので、"
			"家庭のページに入れません\n",
			id);
	return st;
}

static enum status take_child(void *arg, const struct repo_name *name)
{
	struct walk *w = arg;
	struct span id = span_of(name->id);
	struct child_row row;
	bool leave_out;
	enum status st = check_kept(w, name->id, &leave_out);

	if (st || leave_out)
		return st;
	st = child_get(w->env->app->db, id, &row);
	if (!st)
		st = note_child(w, id);
	if (!st)
		st = plan_name_child(w->plan, id, span_of(row.name), span_of(row.kana));
	return st ? st : take_sheets(w, id);
}

enum status build_add_children(struct cmd_env *env, struct plan *plan, const char *const *only,
			       enum role role)
{
	struct walk w = {.env = env, .plan = plan, .role = role, .named = only[0] != NULL};
	struct repo_name name;
	enum status st = ST_OK;

	if (!only[0])
		return store_each(env->app->store, REPO_CHILD, take_child, &w);
	for (; *only && !st; only++) {
		st = repo_name_make(&name, REPO_CHILD, SPAN_NONE, span_of(*only));
		if (st || !repo_exists(env->app->store, &name))
			return fail(ST_NOTFOUND, "%s という子どもはいません", *only);
		st = take_child(&w, &name);
	}
	return st;
}

/* ---- names -------------------------------------------------------------------------------- */

static int by_id(const void *pa, const void *pb)
{
	const struct institution *a = pa, *b = pb;

	return strcmp(a->id, b->id);
}

static struct span find_name(void *ctx, struct span id)
{
	const struct build_names *n = ctx;
	struct institution want = {.closed = ""};
	const struct institution *found = NULL;

	if (n->count && span_copy(id, want.id, sizeof want.id))
		found = bsearch(&want, n->list, n->count, sizeof want, by_id);
	return found ? span_of(found->name) : SPAN_NONE;
}

static enum status take_institution(void *ctx, const struct institution *i)
{
	struct build_names *n = ctx;

	if (n->count == n->cap) {
		size_t cap = n->cap ? n->cap * 2 : 32;
		struct institution *grown = realloc(n->list, cap * sizeof *grown);

		if (!grown)
			return fail(ST_NOMEM, "no memory for the names of institutions");
		n->list = grown;
		n->cap = cap;
	}
	n->list[n->count++] = *i;
	return ST_OK;
}

static void take_stamp(struct build_names *n)
{
	unsigned char digest[SHA256_LEN];
	struct sha256 h;

	sha256_init(&h);
	for (size_t i = 0; i < n->count; i++) {
		sha256_add(&h, n->list[i].id, strlen(n->list[i].id) + 1);
		sha256_add(&h, n->list[i].name, strlen(n->list[i].name) + 1);
	}
	sha256_end(&h, digest);
	for (size_t i = 0; i < SHA256_LEN; i++)
		snprintf(n->stamp + 2 * i, 3, "%02x", digest[i]);
}

enum status build_names_load(struct build_names *n, struct app *app)
{
	enum status st = institution_each(app->db, take_institution, n);

	if (!st && n->count)
		qsort(n->list, n->count, sizeof *n->list, by_id);
	take_stamp(n);
	n->names = (struct render_names){.institution = find_name, .ctx = n};
	return st;
}

void build_names_clear(struct build_names *n)
{
	free(n->list);
	*n = (struct build_names){.count = 0};
}
