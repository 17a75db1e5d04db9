/* Going over all repositories of a kind: for indexing, for verifying, and for the sweep. */
#include "vault/store/each.h"

struct walk {
	struct store *store;
	enum repo_kind kind;
	const char *area;
	store_fn fn;
	fold_fn fold;
	void *arg;
};

/* The id in "<id>.git", which must lie in the folder of that id; false for anything else. */
static bool entry_name(const struct walk *w, const char *fold, const char *entry,
		       struct repo_name *out)
{
	struct span id = span_of(entry);
	char its_fold[3];

	if (!span_ends(id, SPAN(".git")))
		return false;
	id.n -= 4;
	name_fold(id, its_fold);
	return !strcmp(its_fold, fold) && !repo_name_make(out, w->kind, span_of(w->area), id);
}

static enum status each_in_fold(struct walk *w, const char *dir, const char *fold)
{
	struct names names;
	enum status st = w->fold ? w->fold(w->arg, dir) : ST_OK;

	if (!st)
		st = names_read(&names, dir);
	if (st)
		return st;
	for (size_t i = 0; !st && i < names.count; i++) {
		struct repo_name name;
		if (entry_name(w, fold, names.name[i], &name))
			st = w->fn(w->arg, &name);
	}
	names_clear(&names);
	return st;
}

/* The folders that hold repositories have names of one or two characters. */
static enum status each_fold(struct walk *w)
{
	struct buf root, dir;
	struct names folds = {0};
	enum status st;

	buf_init(&root, PATH_MAX);
	buf_init(&dir, PATH_MAX);
	store_root(w->store, w->kind, w->area, &root);
	st = root.st ? root.st : names_read(&folds, buf_str(&root));
	for (size_t i = 0; !st && i < folds.count; i++) {
		struct span fold = span_of(folds.name[i]);
		if (fold.n > 2 || !path_id(fold))
			continue;
		path_join(&dir, buf_str(&root), folds.name[i]);
		st = dir.st ? dir.st : each_in_fold(w, buf_str(&dir), folds.name[i]);
	}
	names_clear(&folds);
	buf_clear(&dir);
	buf_clear(&root);
	return st;
}

static enum status each_area(struct walk *w)
{
	struct buf root;
	struct names areas = {0};
	enum status st;

	buf_init(&root, PATH_MAX);
	store_root(w->store, w->kind, "", &root);
	st = root.st ? root.st : names_read(&areas, buf_str(&root));
	for (size_t i = 0; !st && i < areas.count; i++) {
		if (!path_id(span_of(areas.name[i])))
			continue;
		w->area = areas.name[i];
		st = each_fold(w);
	}
	names_clear(&areas);
	buf_clear(&root);
	return st;
}

enum status each_repo(struct store *s, enum repo_kind kind, store_fn fn, fold_fn fold, void *arg)
{
	struct walk w = {.store = s, .kind = kind, .area = "", .fn = fn, .fold = fold, .arg = arg};
	struct repo_name registry = {.kind = REPO_REGISTRY};
	enum status st;

	if (kind != REPO_REGISTRY)
		return kind == REPO_APART ? each_area(&w) : each_fold(&w);
	st = fold ? fold(arg, s->dir) : ST_OK;
	if (!st && repo_exists(s, &registry))
		st = fn(arg, &registry);
	return st;
}

enum status store_each(struct store *s, enum repo_kind kind, store_fn fn, void *arg)
{
	return each_repo(s, kind, fn, NULL, arg);
}
