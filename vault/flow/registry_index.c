/* From the registry's files into the index. */
#include "vault/flow/registry.h"

#include "vault/flow/registry_file.h"

enum { FILE_MAX = 64 * 1024 };

static enum status index_institution(struct app *app, struct ynode *map)
{
	struct institution i;

	institution_read(map, &i);
	return institution_put(app->db, &i);
}

static enum status index_account(struct app *app, struct ynode *map)
{
	struct account a;

	account_read(map, &a);
	return account_put(app->db, &a);
}

static enum status index_key(struct app *app, struct ynode *map)
{
	struct key_row k;

	key_read(map, &k);
	return key_put(app->db, &k);
}

static enum status index_range(struct app *app, struct ynode *map)
{
	struct range_row r;

	return range_read(map, &r) ? range_put(app->db, &r)
				   : fail(ST_CORRUPT, "registry: a range is wrong");
}

/* What is only asked for changes nothing. */
static enum status index_setting(struct app *app, struct ynode *map)
{
	struct policy p;

	if (ymap_get(map, "asked-by"))
		return ST_OK;
	return policy_read(map, &p)
		   ? policy_index(app, &p)
		   : fail(ST_CORRUPT, "registry: the settings of access are wrong");
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

enum status registry_index(struct app *app, const struct oid *at)
{
	static const struct {
		const char *name;
		enum status (*index)(struct app *, struct ynode *);
	} folders[] = {{"institutions", index_institution},
		       {"accounts", index_account},
		       {"keys", index_key},
		       {"ranges", index_range},
		       {"settings", index_setting}};
	const struct repo_name name = {.kind = REPO_REGISTRY};
	struct repo *repo = NULL;
	enum status st = repo_open(&repo, app->store, &name);

	for (size_t i = 0; i < sizeof folders / sizeof *folders && !st; i++) {
		struct folder f = {app, repo, folders[i].name, folders[i].index};
		st = repo_list(repo, at, f.name, index_file, &f);
		if (st == ST_NOTFOUND)
			st = ST_OK;
	}
	repo_close(repo);
	return st;
}
