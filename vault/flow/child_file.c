#include "vault/flow/child_file.h"

#include "generator/base/day.h"
#include "generator/base/text.h"
#include "generator/base/utf8.h"
#include "generator/sheet/yaml.h"

enum { NAME_CHARS = 64 };

static bool one_of(struct span s, const char *const *names)
{
	for (; *names; names++)
		if (span_is(s, *names))
			return true;
	return false;
}

static const char *const sexes[] = {"female", "male", "other", "unknown", NULL};
static const char *const relations[] = {"mother", "father", "grandparent", "foster", "other", NULL};

static bool is_line(struct span s)
{
	if (s.n == 0 || utf8_check(s) != s.n || text_graphemes(s) > NAME_CHARS)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return true;
}

static bool is_day(struct span s)
{
	struct day d;

	return day_parse(s, &d);
}

static void check_enrolment(const struct enrolment *e, struct problems *ps)
{
	if (!path_id(span_of(e->institution)))
		problem_add(ps, "", 0, 0, "child.institution", "機関の番号「%s」が正しくありません",
			    e->institution);
	if (!is_day(span_of(e->since)) || (e->until[0] && !is_day(span_of(e->until))) ||
	    (e->until[0] && strcmp(e->until, e->since) < 0))
		problem_add(ps, "", 0, 0, "child.enrolment",
			    "在籍の日付（%s から %s まで）を確かめてください", e->since, e->until);
}

bool child_check(const struct child *c, struct problems *ps)
{
	size_t before = ps->errors;

	if (!path_child(span_of(c->row.id)))
		problem_add(ps, "", 0, 0, "child.id", "子どもの番号が正しくありません");
	if (!is_line(span_of(c->row.name)) || !is_line(span_of(c->row.kana)))
		problem_add(ps, "", 0, 0, "child.name",
			    "氏名とふりがなを、それぞれ%d字までの1行で書いてください", NAME_CHARS);
	if (!is_day(span_of(c->row.born)))
		problem_add(ps, "", 0, 0, "child.born",
			    "生年月日「%s」は、実際にある日付を 2020-04-01 の形で書いてください",
			    c->row.born);
	if (!one_of(span_of(c->row.sex), sexes))
		problem_add(ps, "", 0, 0, "child.sex",
			    "性別は female、male、other、unknown のどれかで書いてください");
	for (size_t i = 0; i < c->enrolment_count; i++)
		check_enrolment(&c->enrolments[i], ps);
	for (size_t i = 0; i < c->guardian_count; i++)
		if (!path_id(span_of(c->guardians[i].account)) ||
		    !one_of(span_of(c->guardians[i].relation), relations))
			problem_add(
			    ps, "", 0, 0, "child.guardian",
			    "保護者「%s」の続柄は mother、father、grandparent、foster、other "
			    "のどれかで書いてください",
			    c->guardians[i].account);
	return ps->errors == before;
}

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

static void read_lists(struct child *c, struct ynode *root, const char *file, struct problems *ps)
{
	struct ynode *n = first_entry(root, "enrolments", CHILD_ENROLMENTS_MAX, file, ps);

	for (; n; n = n->next) {
		struct enrolment *e = &c->enrolments[c->enrolment_count++];
		copy_text(n, "institution", e->institution, sizeof e->institution, file, ps);
		copy_text(n, "from", e->since, sizeof e->since, file, ps);
		copy_text(n, "to", e->until, sizeof e->until, file, ps);
		ymap_unknown(n, file, ps);
	}
	n = first_entry(root, "guardians", CHILD_GUARDIANS_MAX, file, ps);
	for (; n; n = n->next) {
		struct guardian *g = &c->guardians[c->guardian_count++];
		copy_text(n, "account", g->account, sizeof g->account, file, ps);
		copy_text(n, "relation", g->relation, sizeof g->relation, file, ps);
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
	copy_text(root, "child", out->row.id, sizeof out->row.id, file, ps);
	copy_text(root, "name", out->row.name, sizeof out->row.name, file, ps);
	copy_text(root, "kana", out->row.kana, sizeof out->row.kana, file, ps);
	copy_text(root, "born", out->row.born, sizeof out->row.born, file, ps);
	copy_text(root, "sex", out->row.sex, sizeof out->row.sex, file, ps);
	read_lists(out, root, file, ps);
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
		buf_addf(out, "  - {account: \"%s\", relation: %s}\n", c->guardians[i].account,
			 c->guardians[i].relation);
	if (c->enrolment_count)
		buf_adds(out, "enrolments:\n");
	for (size_t i = 0; i < c->enrolment_count; i++) {
		const struct enrolment *e = &c->enrolments[i];
		buf_addf(out, "  - {institution: \"%s\", from: %s", e->institution, e->since);
		if (e->until[0])
			buf_addf(out, ", to: %s", e->until);
		buf_adds(out, "}\n");
	}
	buf_adds(out, "---\n");
}
