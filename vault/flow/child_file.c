#include "vault/flow/child_file.h"

#include "generator/sheet/yaml.h"

static void copy_text(struct ynode *map, const char *key, char *out, size_t cap, const char *file,
		      struct problems *ps)
{
	const struct ynode *n = ymap_get(map, key);

	out[0] = '\0';
	if (n && n->kind != Y_TEXT)
		problem_add(ps, file, n->line, n->col, "child.kind", "%s は一つの値にしてください",
			    key);
	else if (n && !span_copy(n->text, out, cap))
		problem_add(ps, file, n->line, n->col, "child.length", "%s が長すぎます", key);
}

/* The first entry of a list of maps, NULL if there is none; how many there may be is `most`. */
static struct ynode *first_entry(struct ynode *root, const char *key, size_t most, const char *file,
				 struct problems *ps)
{
	struct ynode *list = ymap_get(root, key);

	if (!list || (list->kind == Y_LIST && list->count <= most))
		return list ? list->first : NULL;
	problem_add(ps, file, list->line, list->col, "child.list",
		    "%s は、%zu件までの一覧にしてください", key, most);
	return NULL;
}

#define TEXT(node, key, place) copy_text(node, key, place, sizeof(place), file, ps)

static void read_enrolments(struct child *c, struct ynode *root, const char *file,
			    struct problems *ps)
{
	struct ynode *n = first_entry(root, "enrolments", CHILD_ENROLMENTS_MAX, file, ps);

	for (; n; n = n->next) {
		struct enrolment *e = &c->enrolments[c->enrolment_count++];

		TEXT(n, "institution", e->institution);
		TEXT(n, "from", e->since);
		TEXT(n, "to", e->until);
		TEXT(n, "class", e->class);
		ymap_unknown(n, file, ps);
	}
}

static void read_guardians(struct child *c, struct ynode *root, const char *file,
			   struct problems *ps)
{
	struct ynode *n = first_entry(root, "guardians", CHILD_GUARDIANS_MAX, file, ps);

	for (; n; n = n->next) {
		struct guardian *g = &c->guardians[c->guardian_count++];

		TEXT(n, "account", g->account);
		TEXT(n, "relation", g->relation);
		TEXT(n, "suspended", g->suspended);
		ymap_unknown(n, file, ps);
	}
}

static void read_protections(struct child *c, struct ynode *root, const char *file,
			     struct problems *ps)
{
	struct ynode *n = first_entry(root, "protections", CHILD_PROTECTIONS_MAX, file, ps);

	for (; n; n = n->next) {
		struct protection *p = &c->protections[c->protection_count++];

		TEXT(n, "guardian", p->guardian);
		TEXT(n, "kind", p->kind);
		TEXT(n, "value", p->value);
		ymap_unknown(n, file, ps);
	}
}

enum status child_parse(struct child *out, const char *file, struct span bytes, struct problems *ps)
{
	struct span head = yaml_head(bytes);
	struct arena *a = NULL;
	struct ynode *root = NULL;
	size_t before = ps->errors;
	enum status st;

	*out = (struct child){.enrolment_count = 0};
	if (!head.p) {
		problem_add(ps, file, 1, 1, "child.head", "--- で囲んだ見出し部がありません");
		return fail(ST_INVALID, "%s has no head", file);
	}
	a = arena_new(1024 * 1024);
	st = a ? yaml_read(a, file, head, 2, &root, ps) : ST_NOMEM;
	if (st)
		goto out;
	if (!span_is(ymap_text(root, "karte"), "1"))
		problem_add(ps, file, 2, 1, "child.format", "karte: 1 ではじめてください");
	TEXT(root, "child", out->row.id);
	TEXT(root, "name", out->row.name);
	TEXT(root, "kana", out->row.kana);
	TEXT(root, "born", out->row.born);
	TEXT(root, "sex", out->row.sex);
	read_guardians(out, root, file, ps);
	read_enrolments(out, root, file, ps);
	read_protections(out, root, file, ps);
	ymap_unknown(root, file, ps);
	child_check(out, ps);
	if (ps->errors > before)
		st = fail(ST_INVALID, "%s is wrong", file);

out:
	arena_free(a);
	return st;
}

static void put(struct buf *out, const char *key, const char *value, bool plain)
{
	buf_addf(out, "%s: ", key);
	yaml_put(out, span_of(value), false, plain);
	buf_addc(out, '\n');
}

static void write_guardian(const struct guardian *g, struct buf *out)
{
	buf_addf(out, "  - {account: \"%s\", relation: %s", g->account, g->relation);
	if (g->suspended[0])
		buf_addf(out, ", suspended: %s", g->suspended);
	buf_adds(out, "}\n");
}

static void write_enrolment(const struct enrolment *e, struct buf *out)
{
	buf_addf(out, "  - {institution: \"%s\", from: %s", e->institution, e->since);
	if (e->until[0])
		buf_addf(out, ", to: %s", e->until);
	if (e->class[0]) {
		buf_adds(out, ", class: ");
		yaml_put(out, span_of(e->class), true, false);
	}
	buf_adds(out, "}\n");
}

static void write_protection(const struct protection *p, struct buf *out)
{
	buf_addf(out, "  - {guardian: \"%s\", kind: %s, value: ", p->guardian, p->kind);
	yaml_put(out, span_of(p->value), true, false);
	buf_adds(out, "}\n");
}

void child_write(const struct child *c, struct buf *out)
{
	buf_adds(out, "---\nkarte: 1\n");
	put(out, "child", c->row.id, true);
	put(out, "name", c->row.name, false);
	put(out, "kana", c->row.kana, false);
	put(out, "born", c->row.born, true);
	put(out, "sex", c->row.sex, true);
	if (c->guardian_count)
		buf_adds(out, "guardians:\n");
	for (size_t i = 0; i < c->guardian_count; i++)
		write_guardian(&c->guardians[i], out);
	if (c->enrolment_count)
		buf_adds(out, "enrolments:\n");
	for (size_t i = 0; i < c->enrolment_count; i++)
		write_enrolment(&c->enrolments[i], out);
	if (c->protection_count)
		buf_adds(out, "protections:\n");
	for (size_t i = 0; i < c->protection_count; i++)
		write_protection(&c->protections[i], out);
	buf_adds(out, "---\n");
}
