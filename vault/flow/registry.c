#include "vault/flow/registry.h"

#include "generator/base/day.h"
#include "generator/sheet/yaml.h"
#include "vault/flow/commit_change.h"

enum { FILE_MAX = 64 * 1024 };

static const struct repo_name registry_name = {.kind = REPO_REGISTRY};

static void put(struct buf *out, const char *key, const char *value)
{
	buf_addf(out, "%s: ", key);
	yaml_put(out, span_of(value), false, false);
	buf_addc(out, '\n');
}

static void write_institution(const struct institution *i, struct buf *out)
{
	buf_adds(out, "karte: 1\n");
	put(out, "id", i->id);
	put(out, "kind", role_name(i->kind));
	put(out, "name", i->name);
	if (i->closed[0])
		put(out, "closed", i->closed);
}

static void write_account(const struct account *a, struct buf *out)
{
	buf_adds(out, "karte: 1\n");
	put(out, "id", a->id);
	put(out, "role", a->staff ? "staff" : role_name(a->role));
	if (a->staff)
		put(out, "institution", a->institution);
	put(out, "name", a->name);
	if (a->kana[0])
		put(out, "kana", a->kana);
	put(out, "disabled", a->disabled ? "true" : "false");
	put(out, "key", a->key);
}

static void write_key(const struct key_row *k, struct buf *out)
{
	char t[DAY_TEXT];

	buf_adds(out, "karte: 1\n");
	put(out, "fingerprint", k->fingerprint);
	put(out, "account", k->account);
	time_utc(k->since, t);
	put(out, "since", t);
	if (k->until) {
		time_utc(k->until, t);
		put(out, "until", t);
	}
}

static enum status commit(struct app *app, const struct actor *who, const char *action,
			  const char *what, const struct change *changes, size_t n, bool create)
{
	struct change_set set = {
	    .repo = registry_name,
	    .create = create,
	    .action = action,
	    .what = span_of(what),
	    .changes = changes,
	    .count = n,
	};
	struct oid id;

	return commit_change(app, who, &set, &id);
}

enum status registry_put_institution(struct app *app, const struct actor *who, const char *action,
				     const struct institution *i)
{
	struct buf text, path;
	struct change change;
	enum status st;

	buf_init(&text, FILE_MAX);
	buf_init(&path, 256);
	write_institution(i, &text);
	buf_addf(&path, "institutions/%s.yaml", i->id);
	change = (struct change){buf_span(&path), buf_span(&text)};
	st = text.st ? text.st : commit(app, who, action, buf_str(&path), &change, 1, false);
	if (!st)
		st = institution_put(app->db, i);
	buf_clear(&text);
	buf_clear(&path);
	return st;
}

enum status registry_put_account(struct app *app, const struct actor *who, const char *action,
				 const struct account *a, const struct key_row *key,
				 struct span armored)
{
	struct buf text, path, key_text, key_path, asc_path;
	struct change changes[3];
	size_t n = 0;
	enum status st;

	buf_init(&text, FILE_MAX);
	buf_init(&path, 256);
	buf_init(&key_text, FILE_MAX);
	buf_init(&key_path, 256);
	buf_init(&asc_path, 256);
	write_account(a, &text);
	buf_addf(&path, "accounts/%s.yaml", a->id);
	changes[n++] = (struct change){buf_span(&path), buf_span(&text)};
	if (key) {
		write_key(key, &key_text);
		buf_addf(&key_path, "keys/%s.yaml", key->fingerprint);
		changes[n++] = (struct change){buf_span(&key_path), buf_span(&key_text)};
		buf_addf(&asc_path, "keys/%s.asc", key->fingerprint);
		changes[n++] = (struct change){buf_span(&asc_path), armored};
	}
	st = commit(app, who, action, buf_str(&path), changes, n, false);
	if (!st)
		st = account_put(app->db, a);
	if (!st && key)
		st = key_put(app->db, key);
	buf_clear(&text);
	buf_clear(&path);
	buf_clear(&key_text);
	buf_clear(&key_path);
	buf_clear(&asc_path);
	return st;
}

enum status registry_create(struct app *app, const struct actor *who, const struct key_row *key,
			    struct span armored)
{
	struct buf text, path, asc_path;
	struct change changes[2];
	enum status st;

	buf_init(&text, FILE_MAX);
	buf_init(&path, 256);
	buf_init(&asc_path, 256);
	write_key(key, &text);
	buf_addf(&path, "keys/%s.yaml", key->fingerprint);
	buf_addf(&asc_path, "keys/%s.asc", key->fingerprint);
	changes[0] = (struct change){buf_span(&path), buf_span(&text)};
	changes[1] = (struct change){buf_span(&asc_path), armored};
	st = commit(app, who, "key.add", "keys/vault", changes, 2, true);
	if (!st)
		st = key_put(app->db, key);
	buf_clear(&text);
	buf_clear(&path);
	buf_clear(&asc_path);
	return st;
}

/* ---- reading ------------------------------------------------------------------------------ */

static void copy(struct ynode *map, const char *key, char *out, size_t cap)
{
	span_copy(ymap_text(map, key), out, cap);
}

static enum status index_institution(struct app *app, struct ynode *map)
{
	struct institution i = {.kind = role_find(ymap_text(map, "kind"))};

	copy(map, "id", i.id, sizeof i.id);
	copy(map, "name", i.name, sizeof i.name);
	copy(map, "closed", i.closed, sizeof i.closed);
	return institution_put(app->db, &i);
}

static enum status index_account(struct app *app, struct ynode *map)
{
	struct span role = ymap_text(map, "role");
	struct account a = {.staff = span_is(role, "staff"), .role = role_find(role)};

	copy(map, "id", a.id, sizeof a.id);
	copy(map, "institution", a.institution, sizeof a.institution);
	copy(map, "name", a.name, sizeof a.name);
	copy(map, "kana", a.kana, sizeof a.kana);
	copy(map, "key", a.key, sizeof a.key);
	a.disabled = span_is(ymap_text(map, "disabled"), "true");
	return account_put(app->db, &a);
}

static enum status index_key(struct app *app, struct ynode *map)
{
	struct key_row k = {.since = 0};
	int64_t t;

	copy(map, "fingerprint", k.fingerprint, sizeof k.fingerprint);
	copy(map, "account", k.account, sizeof k.account);
	if (time_parse_utc(ymap_text(map, "since"), &t))
		k.since = t;
	if (time_parse_utc(ymap_text(map, "until"), &t))
		k.until = t;
	return key_put(app->db, &k);
}

struct folder {
	struct app *app;
	struct repo *repo;
	const char *name;
	enum status (*index)(struct app *, struct ynode *);
};

static enum status index_file(void *arg, const struct repo_entry *e)
{
	struct folder *f = arg;
	struct arena *a = NULL;
	struct ynode *root;
	struct buf path, text;
	enum status st;

	if (!span_ends(e->name, SPAN(".yaml")))
		return ST_OK;
	buf_init(&path, 512);
	buf_init(&text, FILE_MAX);
	buf_addf(&path, "%s/%.*s", f->name, SPAN_ARG(e->name));
	st = repo_read_blob(f->repo, &e->id, &text);
	a = arena_new(1024 * 1024);
	if (!st)
		st = a ? yaml_read(a, buf_str(&path), buf_span(&text), 1, &root, NULL) : ST_NOMEM;
	if (st == ST_INVALID)
		st = fail(ST_CORRUPT, "registry: %s cannot be read", buf_str(&path));
	if (!st)
		st = f->index(f->app, root);
	arena_free(a);
	buf_clear(&path);
	buf_clear(&text);
	return st;
}

enum status registry_index(struct app *app)
{
	static const struct {
		const char *name;
		enum status (*index)(struct app *, struct ynode *);
	} folders[] = {
	    {"institutions", index_institution}, {"accounts", index_account}, {"keys", index_key}};
	struct repo *repo = NULL;
	enum status st = repo_open(&repo, app->store, &registry_name);

	for (size_t i = 0; i < sizeof folders / sizeof *folders && !st; i++) {
		struct folder f = {app, repo, folders[i].name, folders[i].index};
		st = repo_list(repo, NULL, f.name, index_file, &f);
		if (st == ST_NOTFOUND)
			st = ST_OK;
	}
	repo_close(repo);
	return st;
}
