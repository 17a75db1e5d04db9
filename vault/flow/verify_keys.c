/*
 * Keys as the registry's history tells them: when each was registered, for whom, from when until
 * when, and that nobody changed that later.  The only lawful change is that a key ends, once, at
 * the time of the commit that ends it.
 */
#include "vault/flow/verify_impl.h"

#include "generator/sheet/yaml.h"
#include "vault/db/account.h"
#include "vault/flow/registry_file.h"

#include <stdlib.h>

enum { KEY_FILE_MAX = 64 * 1024, YAML_ROOM = 1024 * 1024 };

_Static_assert(sizeof(((struct known_key *)0)->account) >= ID_MAX + 1, "room of an account");

static int by_fpr(const void *key, const void *k)
{
	return strcmp(key, ((const struct known_key *)k)->fpr);
}

static struct known_key *key_of(const struct known_keys *k, const char *fpr)
{
	return k->count ? bsearch(fpr, k->list, k->count, sizeof *k->list, by_fpr) : NULL;
}

const struct known_key *verify_key(const struct verify_run *r, const char *fpr)
{
	return key_of(&r->keys, fpr);
}

void verify_keys_clear(struct known_keys *k)
{
	free(k->list);
	*k = (struct known_keys){NULL, 0, 0};
}

/* A new one in its place of the order. */
static struct known_key *insert(struct known_keys *k, const char *fpr)
{
	size_t at = 0;

	if (k->count == k->cap) {
		size_t cap = k->cap ? 2 * k->cap : 64;
		struct known_key *more = reallocarray(k->list, cap, sizeof *more);

		if (!more)
			return NULL;
		k->list = more;
		k->cap = cap;
	}
	while (at < k->count && strcmp(k->list[at].fpr, fpr) < 0)
		at++;
	memmove(k->list + at + 1, k->list + at, (k->count - at) * sizeof *k->list);
	k->count++;
	k->list[at] = (struct known_key){.since = 0};
	span_copy(span_of(fpr), k->list[at].fpr, FPR_HEX);
	return &k->list[at];
}

/* ---- one file ------------------------------------------------------------------------------- */

static enum status read_row(struct repo *registry, const struct oid *blob, struct key_row *out)
{
	struct arena *a = arena_new(YAML_ROOM);
	struct ynode *root = NULL;
	struct buf text;
	enum status st;

	buf_init(&text, KEY_FILE_MAX);
	st = a ? repo_read_blob(registry, blob, &text) : ST_NOMEM;
	if (!st)
		st = yaml_read(a, "key", buf_span(&text), 1, &root, NULL);
	if (!st)
		key_read(root, out);
	arena_free(a);
	buf_clear(&text);
	return st == ST_TOOBIG ? ST_INVALID : st;
}

/* The public key; one of another kind than ours is for gpg, which must have it then. */
static enum status read_public(struct verify_run *r, struct repo *registry, struct known_key *k)
{
	struct buf text;
	char fpr[FPR_HEX];
	enum status st;

	buf_init(&text, KEY_FILE_MAX);
	st = repo_read_blob(registry, &k->asc, &text);
	k->ours = !st && !openpgp_public_key(buf_span(&text), &k->key);
	if (!st && !k->ours)
		st = key_import(r->app->keys, buf_span(&text), fpr);
	else if (!st)
		memcpy(fpr, k->key.fpr, sizeof fpr);
	if (!st && strcmp(fpr, k->fpr) != 0) {
		k->ours = false;
		st = fail(ST_INVALID, "it is the key %s", fpr);
	}
	buf_clear(&text);
	return st == ST_TOOBIG ? ST_INVALID : st;
}

/* ---- the keys of one version ---------------------------------------------------------------- */

struct at {
	struct verify_run *r;
	struct repo *registry;
};

/* "keys/" is cut off already.  False: no name of a file of a key. */
static bool file_name(struct span name, char fpr[static FPR_HEX], bool *asc)
{
	*asc = span_ends(name, SPAN(".asc"));
	if (!*asc && !span_ends(name, SPAN(".yaml")))
		return false;
	name.n -= *asc ? 4 : 5;
	return name.n == FPR_HEX - 1 && span_copy(name, fpr, FPR_HEX);
}

static enum status key_file(void *arg, const struct repo_entry *e)
{
	struct at *at = arg;
	struct known_key *k;
	struct key_row row;
	char fpr[FPR_HEX];
	bool asc;
	enum status st;

	if (!file_name(e->name, fpr, &asc))
		return ST_OK;
	k = key_of(&at->r->keys, fpr);
	if (!k)
		k = insert(&at->r->keys, fpr);
	if (!k)
		return fail(ST_NOMEM, "no memory for the keys");
	if (asc) {
		k->asc = e->id;
		st = read_public(at->r, at->registry, k);
		return st == ST_INVALID ? ST_OK : st; /* told when it was registered */
	}
	st = read_row(at->registry, &e->id, &row);
	if (st)
		return st == ST_INVALID ? ST_OK : st;
	span_copy(span_of(row.account), k->account, sizeof k->account);
	k->since = row.since;
	k->until = row.until;
	return ST_OK;
}

enum status verify_keys_at(struct verify_run *r, struct repo *registry, const struct oid *version)
{
	struct at at = {r, registry};
	enum status st = repo_list(registry, version, "keys", key_file, &at);

	return st == ST_NOTFOUND ? ST_OK : st;
}

/* ---- what a version changed ------------------------------------------------------------------ */

struct step {
	struct verify_run *r;
	struct subject *s;
	struct repo *registry;
	const struct version *v;
	uint64_t n;
	char id[OID_HEX];
};

static void changed(struct step *p, const char *fpr, const char *what)
{
	found_add(&p->s->found, "key.changed", p->id, "keys/%s: %s", fpr, what);
}

/* A key that is known: what may it say now? */
static void compare(struct step *p, struct known_key *k, const struct key_row *row)
{
	bool ends = !k->until && row->until;

	if (strcmp(k->account, row->account) != 0)
		changed(p, k->fpr,
			"it is said to be of another account than when it was registered");
	if (k->since != row->since)
		changed(p, k->fpr, "its beginning is not the one that was registered");
	if (k->until && k->until != row->until)
		changed(p, k->fpr, "its end was moved");
	if (ends &&
	    (row->until < p->v->time - CLOCK_SECONDS || row->until > p->v->time + CLOCK_SECONDS))
		changed(p, k->fpr, "its end is not the time at which it was ended");
	if (ends)
		k->until = row->until;
}

static enum status step_row(struct step *p, struct known_key *k, const struct changed_path *c)
{
	struct key_row row;
	enum status st;

	if (c->kind == CHANGE_REMOVED) {
		changed(p, k->fpr, "its file was removed");
		return ST_OK;
	}
	st = read_row(p->registry, &c->after, &row);
	if (st == ST_INVALID) {
		found_add(&p->s->found, "registry.key", p->id, "keys/%s.yaml cannot be read",
			  k->fpr);
		return ST_OK;
	}
	if (st)
		return st;
	if (k->account[0]) {
		compare(p, k, &row);
		return ST_OK;
	}
	k->since_n = p->n;
	span_copy(span_of(row.account), k->account, sizeof k->account);
	k->since = row.since;
	k->until = row.until;
	if (strcmp(row.fingerprint, k->fpr) != 0)
		found_add(&p->s->found, "registry.key", p->id, "keys/%s.yaml is about another key",
			  k->fpr);
	return ST_OK;
}

static enum status step_public(struct step *p, struct known_key *k, const struct changed_path *c)
{
	static const struct oid none;
	enum status st;

	if (!oid_eq(&k->asc, &none)) {
		changed(p, k->fpr,
			c->kind == CHANGE_REMOVED
			    ? "its public key was removed"
			    : "its public key is not the one that was registered");
		return ST_OK;
	}
	k->asc = c->after;
	st = read_public(p->r, p->registry, k);
	if (st != ST_INVALID)
		return st;
	found_add(&p->s->found, "registry.key", p->id, "keys/%s.asc is not its public key: %s",
		  k->fpr, fail_why());
	return ST_OK;
}

static enum status step_path(void *arg, const struct changed_path *c)
{
	struct step *p = arg;
	struct span name = c->path;
	struct known_key *k;
	char fpr[FPR_HEX];
	bool asc;

	if (!span_starts(name, SPAN("keys/")))
		return ST_OK;
	span_cut(&name, '/');
	if (!file_name(name, fpr, &asc)) {
		found_add(&p->s->found, "registry.key", p->id, "%.*s is no file of a key",
			  SPAN_ARG(c->path));
		return ST_OK;
	}
	k = key_of(&p->r->keys, fpr);
	if (!k)
		k = insert(&p->r->keys, fpr);
	if (!k)
		return fail(ST_NOMEM, "no memory for the keys");
	return asc ? step_public(p, k, c) : step_row(p, k, c);
}

enum status verify_keys_step(struct verify_run *r, struct subject *s, struct repo *registry,
			     const struct version *v, uint64_t n)
{
	struct step p = {.r = r, .s = s, .registry = registry, .v = v, .n = n};

	oid_hex(&v->id, p.id);
	return commit_changed_paths(registry, &v->id, step_path, &p);
}
