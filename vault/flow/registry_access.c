/* Access ranges and settings of access in the registry. */
#include "vault/flow/registry.h"

#include "vault/flow/registry_file.h"

#include <stdio.h>

enum { FILE_MAX = 64 * 1024, FILE_MEMORY = 1024 * 1024, PATH_ROOM = 64 };

static const struct repo_name registry_name = {.kind = REPO_REGISTRY};
static const char policy_path[] = "settings/access.yaml";
static const char asked_path[] = "settings/access-asked.yaml";

/* ---- reading ------------------------------------------------------------------------------ */

/* One file at the newest version, and which version that is; blob may be NULL. */
static enum status read_file(struct app *app, struct arena *a, const char *path,
			     struct ynode **root, struct oid *version, struct oid *blob)
{
	struct repo *repo = NULL;
	struct buf text;
	enum status st = a ? repo_open(&repo, app->store, &registry_name) : ST_NOMEM;

	buf_init(&text, FILE_MAX);
	if (!st)
		st = repo_head(repo, version);
	if (!st)
		st = repo_read(repo, version, path, &text);
	if (!st && blob)
		st = repo_blob_id(repo, version, path, blob);
	if (!st && yaml_read(a, path, buf_span(&text), 1, root, NULL))
		st = fail(ST_CORRUPT, "registry: %s cannot be read", path);
	repo_close(repo);
	buf_clear(&text);
	return st;
}

enum status registry_get_range(struct app *app, struct span id, struct range_row *out,
			       struct oid *base)
{
	struct arena *a = arena_new(FILE_MEMORY);
	struct ynode *root = NULL;
	char path[PATH_ROOM];
	enum status st = path_id(id) ? ST_OK : fail(ST_NOTFOUND, "no such range");

	snprintf(path, sizeof path, "ranges/%.*s.yaml", (int)(id.n <= ID_MAX ? id.n : 0), id.p);
	if (!st)
		st = read_file(app, a, path, &root, base, NULL);
	if (!st && !range_read(root, out))
		st = fail(ST_CORRUPT, "registry: %s cannot be read", path);
	arena_free(a);
	return st;
}

enum status registry_asked_policy(struct app *app, struct asked_policy *out)
{
	struct arena *a = arena_new(FILE_MEMORY);
	struct ynode *root = NULL;
	struct oid blob;
	enum status st = read_file(app, a, asked_path, &root, &out->base, &blob);

	if (!st && (!policy_read(root, &out->policy) ||
		    !span_copy(ymap_text(root, "asked-by"), out->by, sizeof out->by)))
		st = fail(ST_CORRUPT, "registry: %s cannot be read", asked_path);
	if (!st)
		oid_hex(&blob, out->token);
	arena_free(a);
	return st;
}

/* ---- into the index ----------------------------------------------------------------------- */

/*
 * Read and put while no other writer can be between: of two who have just committed, the later one
 * to come here reads the newest file, whoever was first.
 */
enum status registry_index_range(struct app *app, struct span id)
{
	struct range_row r;
	struct oid version;
	enum status st = db_begin(app->db);

	if (st)
		return st;
	st = registry_get_range(app, id, &r, &version);
	if (!st)
		st = range_put(app->db, &r);
	return db_end(app->db, st);
}

enum status registry_policy(struct app *app, struct policy *out, struct oid *base)
{
	struct arena *a = arena_new(FILE_MEMORY);
	struct ynode *root = NULL;
	enum status st = read_file(app, a, policy_path, &root, base, NULL);

	if (st == ST_NOTFOUND) {
		policy_default(out);
		st = ST_OK;
	} else if (!st && !policy_read(root, out)) {
		st = fail(ST_CORRUPT, "registry: %s cannot be read", policy_path);
	}
	arena_free(a);
	return st;
}

enum status registry_index_policy(struct app *app)
{
	struct policy p;
	struct oid version;
	enum status st = db_begin(app->db);

	if (st)
		return st;
	st = registry_policy(app, &p, &version);
	if (!st)
		st = policy_index(app, &p);
	return db_end(app->db, st);
}

/* ---- writing ------------------------------------------------------------------------------ */

static enum status commit(struct app *app, const struct actor *who, const struct oid *base,
			  const char *action, const char *what, struct span reason,
			  const struct change *changes, size_t count)
{
	const struct change_set set = {
	    .repo = registry_name,
	    .base = base,
	    .action = action,
	    .what = span_of(what),
	    .reason = reason,
	    .changes = changes,
	    .count = count,
	};
	struct oid id;

	return commit_change(app, who, &set, &id);
}

enum status registry_put_range(struct app *app, const struct actor *who, const char *action,
			       const struct range_row *r, const struct oid *base)
{
	char path[PATH_ROOM], what[PATH_ROOM];
	struct change change = {SPAN_NONE, SPAN_NONE};
	struct buf text;
	enum status st;

	snprintf(what, sizeof what, "ranges/%s", r->id);
	snprintf(path, sizeof path, "ranges/%s.yaml", r->id);
	buf_init(&text, FILE_MAX);
	range_write(r, &text);
	change = (struct change){span_of(path), buf_span(&text)};
	st = text.st;
	if (!st)
		st = commit(app, who, base, action, what, span_of(r->reason), &change, 1);
	if (!st || st == ST_EXISTS)
		st = registry_index_range(app, span_of(r->id));
	buf_clear(&text);
	return st;
}

static enum status is_waiting(struct app *app, bool *out)
{
	struct asked_policy asked;
	enum status st = registry_asked_policy(app, &asked);

	*out = st != ST_NOTFOUND; /* what cannot be read goes too */
	return st == ST_NOTFOUND || st == ST_CORRUPT ? ST_OK : st;
}

enum status registry_put_policy(struct app *app, const struct actor *who, const char *action,
				const struct policy *p, const struct oid *base)
{
	struct change changes[2] = {{span_of(policy_path), SPAN_NONE},
				    {span_of(asked_path), SPAN_NONE}};
	struct buf text;
	bool waiting = false;
	enum status st = is_waiting(app, &waiting);

	buf_init(&text, FILE_MAX);
	policy_write(p, &text);
	changes[0].bytes = buf_span(&text);
	if (!st)
		st = text.st;
	if (!st)
		st = commit(app, who, base, action, "settings/access", SPAN_NONE, changes,
			    waiting ? 2 : 1);
	if (!st || st == ST_EXISTS)
		st = registry_index_policy(app);
	buf_clear(&text);
	return st;
}

enum status registry_ask_policy(struct app *app, const struct actor *who, const struct policy *p,
				const struct oid *base)
{
	struct change change = {span_of(asked_path), SPAN_NONE};
	struct buf text;
	enum status st;

	buf_init(&text, FILE_MAX);
	policy_write(p, &text);
	buf_adds(&text, "asked-by: ");
	yaml_put(&text, span_of(who->account.id), false, false);
	buf_addc(&text, '\n');
	change.bytes = buf_span(&text);
	st = text.st;
	if (!st)
		st =
		    commit(app, who, base, "setting.ask", "settings/access", SPAN_NONE, &change, 1);
	buf_clear(&text);
	return st;
}

enum status registry_drop_asked(struct app *app, const struct actor *who, const char *action)
{
	const struct change change = {span_of(asked_path), SPAN_NONE};

	return commit(app, who, NULL, action, "settings/access", SPAN_NONE, &change, 1);
}
