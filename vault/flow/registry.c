#include "vault/flow/registry.h"

#include "vault/flow/registry_file.h"

#include <stdio.h>

enum { FILE_MAX = 64 * 1024 };

static const struct repo_name registry_name = {.kind = REPO_REGISTRY};

static enum status commit(struct app *app, const struct actor *who, struct change_set *set)
{
	struct oid id;

	set->repo = registry_name;
	return commit_change(app, who, set, &id);
}

enum status registry_commit(struct app *app, const struct actor *who, const char *action,
			    const char *what, struct span reason, const struct change *changes,
			    size_t count)
{
	struct change_set set = {
	    .action = action,
	    .what = span_of(what),
	    .reason = reason,
	    .changes = changes,
	    .count = count,
	};

	return commit(app, who, &set);
}

/* One file, written by its writer into text. */
static enum status put_file(struct app *app, const struct actor *who, const char *action,
			    const char *folder, const char *id, const struct buf *text,
			    struct span reason)
{
	char path[128];
	struct change change = {SPAN_NONE, buf_span(text)};

	if (text->st)
		return text->st;
	snprintf(path, sizeof path, "%s/%s.yaml", folder, id);
	change.path = span_of(path);
	return registry_commit(app, who, action, path, reason, &change, 1);
}

/*
 * Is the registry as it was wanted?  Then the index must be too, even if nothing had to be
 * committed: an index that could not be written the last time heals when it is tried again.
 */
static bool is_there(enum status st)
{
	return st == ST_OK || st == ST_EXISTS;
}

enum status registry_put_institution(struct app *app, const struct actor *who, const char *action,
				     const struct institution *i)
{
	struct buf text;
	enum status st, indexed = ST_OK;

	buf_init(&text, FILE_MAX);
	institution_write(i, &text);
	st = put_file(app, who, action, "institutions", i->id, &text, SPAN_NONE);
	if (is_there(st))
		indexed = institution_put(app->db, i);
	buf_clear(&text);
	return indexed ? indexed : st;
}

/* ---- accounts and keys -------------------------------------------------------------------- */

/* The two files of a key. */
struct key_files {
	struct buf text, path, asc_path;
};

static void key_files_make(struct key_files *k, const struct key_row *key)
{
	buf_init(&k->text, FILE_MAX);
	buf_init(&k->path, 256);
	buf_init(&k->asc_path, 256);
	key_write(key, &k->text);
	buf_addf(&k->path, "keys/%s.yaml", key->fingerprint);
	buf_addf(&k->asc_path, "keys/%s.asc", key->fingerprint);
}

static void key_files_clear(struct key_files *k)
{
	buf_clear(&k->text);
	buf_clear(&k->path);
	buf_clear(&k->asc_path);
}

static void key_changes(const struct key_files *k, struct span armored, struct change out[2])
{
	out[0] = (struct change){buf_span(&k->path), buf_span(&k->text)};
	out[1] = (struct change){buf_span(&k->asc_path), armored};
}

enum status registry_put_account(struct app *app, const struct actor *who, const char *action,
				 const struct account *a, const struct key_row *key,
				 struct span armored)
{
	struct key_files files = {.text = {0}};
	struct change changes[3];
	struct buf text, path;
	enum status st, indexed = ST_OK;

	buf_init(&text, FILE_MAX);
	buf_init(&path, 256);
	account_write(a, &text);
	buf_addf(&path, "accounts/%s.yaml", a->id);
	changes[0] = (struct change){buf_span(&path), buf_span(&text)};
	if (key) {
		key_files_make(&files, key);
		key_changes(&files, armored, changes + 1);
	}
	st = registry_commit(app, who, action, buf_str(&path), SPAN_NONE, changes, key ? 3 : 1);
	if (is_there(st))
		indexed = account_put(app->db, a);
	if (is_there(st) && !indexed && key)
		indexed = key_put(app->db, key);
	key_files_clear(&files);
	buf_clear(&text);
	buf_clear(&path);
	return indexed ? indexed : st;
}

enum status registry_create(struct app *app, const struct actor *who, const struct key_row *key,
			    struct span armored)
{
	struct change_set set = {.create = true, .action = "key.add", .what = SPAN("keys/vault")};
	struct key_files files;
	struct change changes[2];
	enum status st;

	key_files_make(&files, key);
	key_changes(&files, armored, changes);
	set.changes = changes;
	set.count = 2;
	st = commit(app, who, &set);
	if (!st)
		st = key_put(app->db, key);
	key_files_clear(&files);
	return st;
}
