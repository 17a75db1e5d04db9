#include "generator/sheet/phrases.h"

#include "generator/base/file.h"
#include "generator/base/text.h"
#include "generator/sheet/yaml.h"

#include <stdio.h>

enum { PHRASES_MEMORY = 8 * 1024 * 1024, PHRASES_BYTES = 512 * 1024 };

struct phrases {
	struct arena *arena;
	struct ynode *lists; /* maps of for: and texts:, looked at when it was read */
};

void phrases_free(struct phrases *p)
{
	if (p)
		arena_free(p->arena);
}

static void wrong(struct problems *ps, const char *file, const struct ynode *n, const char *text)
{
	problem_add(ps, file, n->line, n->col, "phrases.list", "%s", text);
}

static void check_texts(struct problems *ps, const char *file, const struct ynode *list,
			const char *what)
{
	if (list->kind != Y_LIST || !list->count)
		wrong(ps, file, list, what);
	for (const struct ynode *t = list->first; t && list->kind == Y_LIST; t = t->next)
		if (t->kind != Y_TEXT || !t->text.n || text_graphemes(t->text) > PHRASE_CHARS)
			wrong(ps, file, t, "200字までの文を書いてください。");
}

static void check_list(struct problems *ps, const char *file, struct ynode *l)
{
	struct ynode *whom = ymap_get(l, "for"), *texts = ymap_get(l, "texts");

	if (!whom || !texts) {
		wrong(ps, file, l, "for と texts が要ります。");
		return;
	}
	check_texts(ps, file, whom, "for は、どの欄のためかの一覧です。");
	check_texts(ps, file, texts, "texts は、文の一覧です。");
	ymap_unknown(l, file, ps);
}

static enum status check(struct problems *ps, const char *file, struct ynode *root,
			 struct ynode **lists)
{
	size_t before = ps->errors;

	*lists = ymap_get(root, "phrases");
	if (root->kind != Y_MAP || !*lists || (*lists)->kind != Y_LIST) {
		wrong(ps, file, root, "phrases: の下に、一覧を書いてください。");
		return fail(ST_INVALID, "%s: not a list of phrases", file);
	}
	ymap_unknown(root, file, ps);
	if ((*lists)->count > PHRASES_LISTS)
		wrong(ps, file, *lists, "一覧は500までです。");
	for (struct ynode *l = (*lists)->first; l; l = l->next)
		check_list(ps, file, l);
	return ps->errors == before ? ST_OK : fail(ST_INVALID, "%s has mistakes", file);
}

/* ST_INVALID with problems (codes phrases.*, yaml.*).  Free with phrases_free. */
static enum status phrases_read(struct phrases **out, const char *file, struct span bytes,
				struct problems *ps)
{
	struct arena *a = arena_new(PHRASES_MEMORY);
	struct phrases *p = a ? arena_alloc(a, sizeof *p) : NULL;
	struct ynode *root = NULL;
	enum status st = p ? yaml_read(a, file, bytes, 1, &root, ps) : ST_NOMEM;

	*out = NULL;
	if (!st)
		st = check(ps, file, root, &p->lists);
	if (st) {
		arena_free(a);
		return st;
	}
	p->arena = a;
	*out = p;
	return ST_OK;
}

enum status phrases_load(struct phrases **out, const char *content, struct problems *ps)
{
	struct buf path, bytes;
	enum status st;

	*out = NULL;
	buf_init(&path, 8192);
	buf_init(&bytes, PHRASES_BYTES);
	buf_addf(&path, "%s/masters/phrases.yaml", content);
	st = path.st ? path.st : file_read(buf_str(&path), &bytes);
	if (!st)
		st = phrases_read(out, buf_str(&path), buf_span(&bytes), ps);
	else if (st == ST_NOTFOUND)
		st = phrases_read(out, buf_str(&path), SPAN("phrases: []\n"), ps);
	buf_clear(&path);
	buf_clear(&bytes);
	return st;
}

/* "fact:ID", "TYPE", "TYPE/SECTION" or "TYPE/SECTION/FIELD" */
static bool is_for(struct span whom, struct span type, const struct field *f)
{
	if (span_starts(whom, SPAN("fact:")))
		return f->fact.n && span_eq(span_make(whom.p + 5, whom.n - 5), f->fact);
	if (!span_eq(span_cut(&whom, '/'), type))
		return false;
	if (whom.p && !span_eq(span_cut(&whom, '/'), f->section->id))
		return false;
	return !whom.p || span_eq(whom, f->id);
}

/* Without marking it: many threads read at once. */
static const struct ynode *under(const struct ynode *map, const char *key)
{
	const struct ynode *n = map->first;

	while (!span_is(n->key, key))
		n = n->next;
	return n;
}

size_t phrases_for(const struct phrases *p, struct span type, const struct field *f,
		   struct span out[static PHRASES_SHOWN])
{
	size_t n = 0;

	for (const struct ynode *l = p ? p->lists->first : NULL; l; l = l->next) {
		bool ours = false;

		for (const struct ynode *w = under(l, "for")->first; w && !ours; w = w->next)
			ours = is_for(w->text, type, f);
		for (const struct ynode *t = under(l, "texts")->first; ours && t; t = t->next)
			if (n < PHRASES_SHOWN)
				out[n++] = t->text;
	}
	return n;
}
