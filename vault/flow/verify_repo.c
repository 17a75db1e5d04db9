#include "vault/flow/verify_impl.h"

#include "generator/base/day.h"
#include "generator/sheet/yaml.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- keys --------------------------------------------------------------------------------- */

static void add_key(struct verify_run *r, struct ynode *map)
{
	struct key_row *grown, *k;
	int64_t t;

	if (r->key_count == r->key_cap) {
		size_t cap = r->key_cap ? r->key_cap * 2 : 64;
		grown = realloc(r->keys, cap * sizeof *grown);
		if (!grown) {
			r->st = fail(ST_NOMEM, "no memory for %zu keys", cap);
			return;
		}
		r->keys = grown;
		r->key_cap = cap;
	}
	k = &r->keys[r->key_count++];
	*k = (struct key_row){.since = 0};
	span_copy(ymap_text(map, "fingerprint"), k->fingerprint, sizeof k->fingerprint);
	span_copy(ymap_text(map, "account"), k->account, sizeof k->account);
	if (time_parse_utc(ymap_text(map, "since"), &t))
		k->since = t;
	if (time_parse_utc(ymap_text(map, "until"), &t))
		k->until = t;
}

struct key_walk {
	struct verify_run *r;
	struct repo *repo;
};

static enum status load_key(void *arg, const struct repo_entry *e)
{
	struct key_walk *w = arg;
	struct arena *a = NULL;
	struct ynode *root;
	struct buf text;
	enum status st;

	buf_init(&text, 64 * 1024);
	st = repo_read_blob(w->repo, &e->id, &text);
	if (!st && span_ends(e->name, SPAN(".asc"))) {
		char fpr[FPR_HEX];
		st = key_import(w->r->app->keys, buf_span(&text), fpr);
	} else if (!st) {
		a = arena_new(1024 * 1024);
		st = a ? yaml_read(a, "key", buf_span(&text), 1, &root, NULL) : ST_NOMEM;
		if (!st)
			add_key(w->r, root);
	}
	if (st == ST_INVALID) {
		verify_tell(w->r, "registry.key", "registry", "", "keys/%.*s cannot be read",
			    SPAN_ARG(e->name));
		st = ST_OK;
	}
	arena_free(a);
	buf_clear(&text);
	return st ? st : w->r->st;
}

enum status verify_load_keys(struct verify_run *r)
{
	struct repo_name name = {.kind = REPO_REGISTRY};
	struct key_walk w = {r, NULL};
	enum status st = repo_open(&w.repo, r->app->store, &name);

	if (!st)
		st = repo_list(w.repo, NULL, "keys", load_key, &w);
	repo_close(w.repo);
	if (st == ST_NOTFOUND || st == ST_CORRUPT) {
		verify_tell(r, "registry.missing", "registry", "",
			    "the registry cannot be read: %s", fail_why());
		st = ST_OK;
	}
	return st;
}

const struct key_row *verify_key(const struct verify_run *r, const char *fpr)
{
	for (size_t i = 0; i < r->key_count; i++)
		if (strcmp(r->keys[i].fingerprint, fpr) == 0)
			return &r->keys[i];
	return NULL;
}

/* ---- one repository ----------------------------------------------------------------------- */

struct repo_walk {
	struct verify_run *r;
	struct repo *repo;
	const char *repository;
	struct logged *first; /* its records, oldest first */
	size_t count;
	size_t left; /* records not yet met, counted from the newest */
};

static void find_records(struct repo_walk *w)
{
	struct verify_run *r = w->r;

	for (size_t i = 0; i < r->logged_count; i++)
		if (strcmp(r->logged[i].repository, w->repository) == 0) {
			if (!w->first)
				w->first = &r->logged[i];
			w->count++;
		}
	w->left = w->count;
}

/* The record of a commit: usually the newest that is left. */
static struct logged *record_of(struct repo_walk *w, const struct oid *id)
{
	for (size_t i = w->left; i-- > 0;)
		if (oid_eq(&w->first[i].new_id, id)) {
			w->left = i;
			return &w->first[i];
		}
	return NULL;
}

static bool one_commit(void *arg, const struct version *v)
{
	struct repo_walk *w = arg;
	struct logged *log = record_of(w, &v->id);
	char id[OID_HEX];

	oid_hex(&v->id, id);
	w->r->result->commits++;
	if (v->parent_count > 1)
		verify_tell(w->r, "commit.merge", w->repository, id, "the vault makes no merges");
	if (!log) {
		verify_tell(w->r, "commit.unrecorded", w->repository, id,
			    "the journal has no record of this commit");
	} else {
		log->met = true;
		if (log->has_old != (v->parent_count > 0) ||
		    (v->parent_count && !oid_eq(&log->old, &v->parents[0])))
			verify_tell(w->r, "commit.parent", w->repository, id,
				    "its parent is not the version that the journal names");
	}
	w->r->st = verify_commit(w->r, w->repo, w->repository, v, log);
	return w->r->st == ST_OK;
}

/* The branch must be at the newest record; a record without a commit is a change that is gone. */
static void check_branch(struct repo_walk *w, const struct oid *head)
{
	char id[OID_HEX] = "";
	const struct logged *newest = w->count ? &w->first[w->count - 1] : NULL;

	if (head)
		oid_hex(head, id);
	if (newest && (!head || !oid_eq(&newest->new_id, head)))
		verify_tell(w->r, "branch.elsewhere", w->repository, id,
			    "the branch is not at the newest version of the journal");
	for (size_t i = 0; i < w->count; i++)
		if (!w->first[i].met) {
			oid_hex(&w->first[i].new_id, id);
			verify_tell(w->r, "commit.missing", w->repository, id,
				    "the journal records it, the history does not have it");
		}
}

enum status verify_repository(struct verify_run *r, const struct repo_name *name)
{
	char repository[REPO_TEXT];
	struct repo_walk w = {.r = r, .repository = repository};
	struct oid head;
	bool born = false;
	enum status st = repo_open(&w.repo, r->app->store, name);

	repo_name_text(name, repository);
	r->result->repositories++;
	if (st == ST_NOTFOUND) {
		verify_tell(r, "repository.missing", repository, "", "it is not there");
		return ST_OK;
	}
	find_records(&w);
	if (!st) {
		st = repo_head(w.repo, &head);
		born = st == ST_OK;
		if (st == ST_NOTFOUND)
			st = ST_OK;
	}
	if (!st && born)
		st = history_walk(w.repo, NULL, NULL, one_commit, &w);
	if (!st)
		st = r->st;
	if (st == ST_CORRUPT) {
		verify_tell(r, "repository.corrupt", repository, "", "%s", fail_why());
		st = ST_OK;
	}
	if (!st)
		check_branch(&w, born ? &head : NULL);
	repo_close(w.repo);
	return st;
}
