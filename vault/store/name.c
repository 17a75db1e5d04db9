#include "vault/store/internal.h"

#include <stdio.h>

/* One row for each enum repo_kind: the folder, and what an id of that kind looks like. */
static const struct {
	const char *folder;
	bool (*id)(struct span);
	bool area;
} kinds[REPO_KINDS] = {
    [REPO_REGISTRY] = {"registry", NULL, false},
    [REPO_CHILD] = {"children", path_child, false},
    [REPO_APART] = {"apart", path_child, true},
    [REPO_INSTITUTION] = {"institutions", path_id, false},
    [REPO_HOUSEHOLD] = {"households", path_id, false},
};

enum status repo_name_make(struct repo_name *out, enum repo_kind kind, struct span area,
			   struct span id)
{
	*out = (struct repo_name){0};
	if ((unsigned)kind >= REPO_KINDS)
		return fail(ST_INVALID, "no such kind of repository: %d", (int)kind);
	if (kinds[kind].id ? !kinds[kind].id(id) : id.n != 0)
		return fail(ST_INVALID, "not an id of %s: %.*s", kinds[kind].folder,
			    SPAN_ARG(span_make(id.p, id.n > ID_MAX ? ID_MAX : id.n)));
	if (kinds[kind].area ? !path_id(area) : area.n != 0)
		return fail(ST_INVALID, "not an area for %s", kinds[kind].folder);
	out->kind = kind;
	span_copy(id, out->id, sizeof out->id);
	span_copy(area, out->area, sizeof out->area);
	return ST_OK;
}

void repo_name_text(const struct repo_name *name, char out[static REPO_TEXT])
{
	snprintf(out, REPO_TEXT, "%s%s%s%s%s", kinds[name->kind].folder, name->area[0] ? "/" : "",
		 name->area, name->id[0] ? "/" : "", name->id);
}

enum status repo_name_parse(struct span text, struct repo_name *out)
{
	struct span rest = text;
	struct span folder = span_cut(&rest, '/');
	struct span area = SPAN_NONE;

	*out = (struct repo_name){0};
	for (int k = 0; k < REPO_KINDS; k++) {
		if (!span_is(folder, kinds[k].folder))
			continue;
		if (!kinds[k].id && rest.p)
			break;
		if (kinds[k].area)
			area = span_cut(&rest, '/');
		return repo_name_make(out, (enum repo_kind)k, area, rest);
	}
	return fail(ST_INVALID, "not the name of a repository");
}

void name_fold(struct span id, char out[static 3])
{
	if (id.n > 2)
		id = span_make(id.p + id.n - 2, 2);
	span_copy(id, out, 3);
}

void store_root(const struct store *s, enum repo_kind kind, const char *area, struct buf *out)
{
	path_join(out, s->dir, kinds[kind].folder);
	if (area[0])
		buf_addf(out, "/%s", area);
}

void store_path(const struct store *s, const struct repo_name *name, struct buf *out)
{
	char fold[3];

	store_root(s, name->kind, name->area, out);
	if (name->kind == REPO_REGISTRY) {
		buf_adds(out, ".git");
		return;
	}
	name_fold(span_of(name->id), fold);
	buf_addf(out, "/%s/%s.git", fold, name->id);
}
