#include "generator/sheet/yaml.h"

#include "generator/base/utf8.h"
#include "generator/sheet/yaml_int.h"

#include <stdlib.h>
#include <yaml.h>

/* A collection that is being read. */
struct level {
	struct ynode *node, *last;
	struct span key; /* of the value that comes next; absent while a key is expected */
	int key_line, key_col;
};

struct reader {
	struct arena *a;
	const char *file;
	struct problems *ps;
	int first_line;
	struct level stack[YAML_MAX_DEPTH];
	size_t depth;
	size_t nodes;
	bool documents; /* has one begun */
	bool wrong;	/* something was reported that does not end the reading */
	struct ynode *root;
};

static enum status invalid(const struct reader *r)
{
	return fail(ST_INVALID, "%s is no valid YAML", r->file);
}

static int line_of(const struct reader *r, yaml_mark_t m)
{
	return (int)m.line + r->first_line;
}

static int col_of(yaml_mark_t m)
{
	return (int)m.column + 1;
}

static enum status refuse(struct reader *r, yaml_mark_t at, const char *code, const char *text)
{
	problem_add(r->ps, r->file, line_of(r, at), col_of(at), code, "%s", text);
	return invalid(r);
}

/* ---- the tree ----------------------------------------------------------------------------- */

static struct level *top(struct reader *r)
{
	return r->depth ? &r->stack[r->depth - 1] : NULL;
}

/* Hangs a node below the collection that is being read, or makes it the root. */
static void hang(struct reader *r, struct ynode *n)
{
	struct level *l = top(r);

	if (!l) {
		r->root = n;
		return;
	}
	if (l->node->kind == Y_MAP) {
		n->key = l->key;
		n->key_line = l->key_line;
		n->key_col = l->key_col;
		l->key = SPAN_NONE;
	}
	if (l->last)
		l->last->next = n;
	else
		l->node->first = n;
	l->last = n;
	l->node->count++;
}

static enum status new_node(struct reader *r, enum ynode_kind kind, yaml_mark_t at,
			    struct ynode **out)
{
	if (++r->nodes > YAML_MAX_NODES)
		return refuse(r, at, "yaml.too-many",
			      "項目が多すぎます。ファイルを分けてください。");
	*out = arena_alloc(r->a, sizeof **out);
	if (!*out)
		return ST_NOMEM;
	**out = (struct ynode){.kind = kind, .line = line_of(r, at), .col = col_of(at)};
	return ST_OK;
}

static bool expects_key(struct reader *r)
{
	struct level *l = top(r);

	return l && l->node->kind == Y_MAP && !l->key.p;
}

static enum status take_key(struct reader *r, struct span text, yaml_mark_t at)
{
	struct level *l = top(r);

	if (text.n == 0)
		return refuse(r, at, "yaml.key",
			      "キー（「:」の前の名前）が空です。名前を書いてください。");
	l->key = arena_copy(r->a, text);
	l->key_line = line_of(r, at);
	l->key_col = col_of(at);
	return l->key.p ? ST_OK : ST_NOMEM;
}

static enum status take_scalar(struct reader *r, const yaml_event_t *ev)
{
	struct span text = span_make((const char *)ev->data.scalar.value, ev->data.scalar.length);
	bool quoted = ev->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	struct ynode *n = NULL;
	enum status st;

	if (utf8_check(text) != text.n) /* the escape for NUL */
		return refuse(r, ev->start_mark, "yaml.character",
			      "使えない文字（U+0000）があります。消してください。");
	if (expects_key(r))
		return take_key(r, text, ev->start_mark);
	st = new_node(r, Y_TEXT, ev->start_mark, &n);
	if (st)
		return st;
	if (!quoted && span_is(text, "~"))
		text = SPAN("");
	n->quoted = quoted;
	n->text = arena_copy(r->a, text);
	if (!n->text.p)
		return ST_NOMEM;
	hang(r, n);
	return ST_OK;
}

static enum status open_level(struct reader *r, enum ynode_kind kind, yaml_mark_t at)
{
	struct ynode *n = NULL;
	enum status st;

	if (expects_key(r))
		return refuse(r, at, "yaml.key",
			      "キー（「:」の前の名前）には、文字だけを書いてください。");
	if (r->depth == YAML_MAX_DEPTH)
		return refuse(r, at, "yaml.too-deep",
			      "入れ子が深すぎます。書き方を見直してください。");
	st = new_node(r, kind, at, &n);
	if (st)
		return st;
	hang(r, n);
	r->stack[r->depth++] = (struct level){.node = n};
	return ST_OK;
}

/* By key, then by place, so that of two equal keys the later one comes second. */
static int by_key(const void *pa, const void *pb)
{
	const struct ynode *a = *(struct ynode *const *)pa, *b = *(struct ynode *const *)pb;
	int d = span_cmp(a->key, b->key);

	if (d)
		return d;
	return a->key_line != b->key_line ? a->key_line - b->key_line : a->key_col - b->key_col;
}

static enum status check_duplicates(struct reader *r, const struct ynode *map)
{
	const struct ynode **sorted = arena_array(r->a, map->count, sizeof(struct ynode *));
	size_t i = 0;

	if (!sorted)
		return ST_NOMEM;
	for (const struct ynode *n = map->first; n; n = n->next)
		sorted[i++] = n;
	qsort(sorted, i, sizeof *sorted, by_key);
	for (i = 1; i < map->count; i++) {
		const struct ynode *n = sorted[i];

		if (!span_eq(n->key, sorted[i - 1]->key))
			continue;
		r->wrong = true;
		problem_add(r->ps, r->file, n->key_line, n->key_col, "yaml.duplicate-key",
			    "キー『%.*s』は%d行目にもあります。どちらかを消してください。",
			    SPAN_ARG(n->key), sorted[i - 1]->key_line);
	}
	return ST_OK;
}

static enum status close_level(struct reader *r)
{
	struct ynode *n = r->stack[--r->depth].node;

	return n->kind == Y_MAP && n->count > 1 ? check_duplicates(r, n) : ST_OK;
}

/* ---- events ------------------------------------------------------------------------------- */

static enum status begin_document(struct reader *r, const yaml_event_t *ev)
{
	if (r->documents)
		return refuse(r, ev->start_mark, "yaml.documents",
			      "「---」で区切った2つ目の文書があります。1つにしてください。");
	if (ev->data.document_start.version_directive ||
	    ev->data.document_start.tag_directives.start !=
		ev->data.document_start.tag_directives.end)
		return refuse(r, ev->start_mark, "yaml.directive",
			      "「%」で始まる指示は使えません。消してください。");
	r->documents = true;
	return ST_OK;
}

/* What makes a small file mean something large or something foreign. */
static enum status refuse_features(struct reader *r, yaml_mark_t at, const yaml_char_t *anchor,
				   const yaml_char_t *tag)
{
	if (anchor)
		return refuse(
		    r, at, "yaml.anchor",
		    "「&」の目印は使えません。「&」で始まる文字は引用符で囲んでください。");
	if (tag)
		return refuse(r, at, "yaml.tag",
			      "「!」の型は使えません。「!」で始まる文字は引用符で囲んでください。");
	return ST_OK;
}

static enum status take(struct reader *r, const yaml_event_t *ev)
{
	enum status st;

	switch (ev->type) {
	case YAML_DOCUMENT_START_EVENT:
		return begin_document(r, ev);
	case YAML_ALIAS_EVENT:
		return refuse(
		    r, ev->start_mark, "yaml.alias",
		    "「*」の参照は使えません。「*」で始まる文字は引用符で囲んでください。");
	case YAML_SCALAR_EVENT:
		st =
		    refuse_features(r, ev->start_mark, ev->data.scalar.anchor, ev->data.scalar.tag);
		return st ? st : take_scalar(r, ev);
	case YAML_SEQUENCE_START_EVENT:
		st = refuse_features(r, ev->start_mark, ev->data.sequence_start.anchor,
				     ev->data.sequence_start.tag);
		return st ? st : open_level(r, Y_LIST, ev->start_mark);
	case YAML_MAPPING_START_EVENT:
		st = refuse_features(r, ev->start_mark, ev->data.mapping_start.anchor,
				     ev->data.mapping_start.tag);
		return st ? st : open_level(r, Y_MAP, ev->start_mark);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return close_level(r);
	default:
		return ST_OK;
	}
}

/* ---- libyaml's own errors ----------------------------------------------------------------- */

/* Indenting by tabs is the usual mistake, and libyaml has several messages for it. */
static bool is_tab(struct span bytes, size_t index)
{
	while (bytes.n && index-- > 0)
		utf8_next(&bytes);
	return bytes.n && bytes.p[0] == '\t';
}

static enum status report_syntax(const struct reader *r, const yaml_parser_t *p, struct span bytes)
{
	int line = line_of(r, p->problem_mark), from = line_of(r, p->context_mark);
	const char *text = is_tab(bytes, p->problem_mark.index) ? YAML_TAB : p->problem;

	if (p->error == YAML_MEMORY_ERROR)
		return fail(ST_NOMEM, "no memory to read YAML");
	text = yaml_explain(text);
	if (p->context && from < line)
		problem_add(r->ps, r->file, line, col_of(p->problem_mark), "yaml.syntax",
			    "%s（%d行目から始まる部分）", text, from);
	else
		problem_add(r->ps, r->file, line, col_of(p->problem_mark), "yaml.syntax", "%s",
			    text);
	return invalid(r);
}

/* ---- reading ------------------------------------------------------------------------------ */

static enum status read_events(struct reader *r, struct span bytes)
{
	yaml_parser_t parser;
	yaml_event_t ev;
	enum status st = ST_OK;
	bool end = false;

	if (!yaml_parser_initialize(&parser))
		return fail(ST_NOMEM, "no memory to read YAML");
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)(bytes.p ? bytes.p : ""),
				     bytes.n);
	while (!st && !end) {
		if (!yaml_parser_parse(&parser, &ev)) {
			st = report_syntax(r, &parser, bytes);
			break;
		}
		end = ev.type == YAML_STREAM_END_EVENT;
		st = take(r, &ev);
		yaml_event_delete(&ev);
	}
	yaml_parser_delete(&parser);
	return st;
}

enum status yaml_read(struct arena *a, const char *file, struct span bytes, int first_line,
		      struct ynode **out, struct problems *ps)
{
	struct reader r = {.a = a, .file = file, .ps = ps, .first_line = first_line};
	enum status st;

	*out = NULL;
	if (bytes.n > YAML_MAX_BYTES) {
		problem_add(ps, file, 0, 0, "yaml.too-big",
			    "ファイルが大きすぎます。%d KBまでにしてください。",
			    YAML_MAX_BYTES / 1024);
		return fail(ST_TOOBIG, "%s has more than %d bytes", file, YAML_MAX_BYTES);
	}
	if (first_line == 1 && span_starts(bytes, SPAN("\xef\xbb\xbf")))
		bytes = span_make(bytes.p + 3, bytes.n - 3);
	st = yaml_check(file, bytes, first_line, ps);
	if (!st)
		st = read_events(&r, bytes);
	if (st)
		return st;
	if (!r.root) {
		problem_add(ps, file, first_line, 1, "yaml.empty",
			    "内容がありません。必要な項目を書いてください。");
		return invalid(&r);
	}
	if (r.wrong)
		return invalid(&r);
	*out = r.root;
	return ST_OK;
}
