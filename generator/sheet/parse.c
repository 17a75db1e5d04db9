/* Reading a sheet file: its frame and its head. */
#include "generator/sheet/parse_impl.h"

#include "generator/base/path.h"
#include "generator/base/utf8.h"

#include <stdarg.h>
#include <stdio.h>

enum { TMP_MEMORY = 64 * 1024 * 1024, VERSION_MAX = 9999 };

/* ---- the frame -------------------------------------------------------------------------- */

/* The three parts of a file. */
struct frame {
	struct span head, body;
	int body_line; /* of the first line behind the head */
};

static void place_of(struct span bytes, size_t at, int *line, int *col)
{
	size_t from = 0;

	*line = 1;
	for (size_t i = 0; i < at; i++)
		if (bytes.p[i] == '\n') {
			++*line;
			from = i + 1;
		}
	*col = (int)utf8_count(span_make(bytes.p + from, at - from)) + 1;
}

/* Only text with LF line ends, of a bounded size, is looked at any further. */
static bool check_bytes(struct parser *p, struct span bytes)
{
	size_t at = utf8_check(bytes);
	const char *cr = bytes.n ? memchr(bytes.p, '\r', at) : NULL;
	const char *code = "sheet.utf8",
		   *text = "UTF-8の文字ではありません。UTF-8で保存してください。";
	int line, col;

	if (bytes.n > SHEET_MAX_BYTES) {
		problem_add(p->ps, p->file, 0, 0, "sheet.too-big",
			    "ファイルが大きすぎます。%d KBまでにしてください。",
			    SHEET_MAX_BYTES / 1024);
		return false;
	}
	if (cr) {
		at = (size_t)(cr - bytes.p);
		code = "sheet.line-end";
		text = "行の終わりにCRがあります。改行をLFだけにしてください。";
	} else if (at < bytes.n && bytes.p[at] == '\0') {
		code = "sheet.nul";
		text = "NULの文字があります。消してください。";
	}
	if (at == bytes.n)
		return true;
	place_of(bytes, at, &line, &col);
	problem_add(p->ps, p->file, line, col, code, "%s", text);
	return false;
}

/* A head between two lines of ---, then the body. */
static bool split(struct parser *p, struct span bytes, struct frame *out)
{
	struct span rest = bytes, line = span_cut(&rest, '\n');
	const char *from = rest.p;

	if (!span_is(line, "---") || !rest.p) {
		problem_add(
		    p->ps, p->file, 1, 1, "sheet.head",
		    "1行目を「---」だけにして、その下に見出し（karte: 1 など）を書いてください。");
		return false;
	}
	for (out->body_line = 3; rest.p; out->body_line++) {
		const char *at = rest.p;

		line = span_cut(&rest, '\n');
		if (!span_is(line, "---"))
			continue;
		out->head = span_make(from, (size_t)(at - from));
		out->body = rest.p ? rest : SPAN("");
		return true;
	}
	problem_add(p->ps, p->file, 1, 1, "sheet.head-open",
		    "見出しが終わっていません。見出しの下に「---」だけの行を入れてください。");
	return false;
}

/* ---- the head --------------------------------------------------------------------------- */

/* The text of a key that must be there; SPAN_NONE after a report. */
static struct span need_text(struct parser *p, struct ynode *head, const char *key)
{
	const struct ynode *n = ymap_get(head, key);

	if (n && n->kind == Y_TEXT && n->text.n)
		return n->text;
	if (n)
		problem_add(p->ps, p->file, n->line, n->col, "head.kind",
			    "「%s」には1行の文字を書いてください。", key);
	else
		problem_add(p->ps, p->file, 2, 1, "head.missing",
			    "見出しに「%s」がありません。書き足してください。", key);
	return SPAN_NONE;
}

__attribute__((format(printf, 5, 6))) static void
wrong(struct parser *p, struct ynode *head, const char *key, const char *code, const char *fmt, ...)
{
	const struct ynode *n = ymap_get(head, key);
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	problem_add(p->ps, p->file, n ? n->line : 0, n ? n->col : 0, code, "%s", text);
}

static void read_format(struct parser *p, struct ynode *head)
{
	struct span s = need_text(p, head, "karte");

	if (s.p && !span_is(s, "1"))
		wrong(p, head, "karte", "head.karte",
		      "この版のカルテは読めません。「karte: 1」にしてください。");
}

static const struct sheet_type *read_type(struct parser *p, struct ynode *head,
					  const struct types *types)
{
	struct span id = need_text(p, head, "type"), number = need_text(p, head, "type-version");
	const struct sheet_type *t;
	long version = 0;

	if (!id.p || !number.p)
		return NULL;
	if (!types_find(types, id, 0)) {
		wrong(p, head, "type", "head.type", "「%.*s」というシートの種類はありません。",
		      SPAN_ARG(id));
		return NULL;
	}
	t = span_number(number, VERSION_MAX, &version) && version > 0
		? types_find(types, id, (int)version)
		: NULL;
	if (!t)
		wrong(p, head, "type-version", "head.type-version",
		      "シートの種類「%.*s」に版「%.*s」はありません。", SPAN_ARG(id),
		      SPAN_ARG(number));
	return t;
}

/* The type is known already: the file must name just this one. */
static const struct sheet_type *expect_type(struct parser *p, struct ynode *head,
					    const struct sheet_type *t)
{
	struct span id = need_text(p, head, "type"), number = need_text(p, head, "type-version");
	long version = 0;

	if (span_eq(id, t->id) && span_number(number, VERSION_MAX, &version) &&
	    version == t->version)
		return t;
	wrong(p, head, "type", "head.type", "シートの種類が変わっています。");
	return NULL;
}

static enum status keep(struct parser *p, struct span s, struct span *out)
{
	*out = arena_copy(p->sheet->arena, s);
	return out->p ? ST_OK : ST_NOMEM;
}

static enum status read_id(struct parser *p, struct ynode *head)
{
	struct span s = need_text(p, head, "id");

	if (!s.p)
		return ST_OK;
	if (!path_id(s) || !period_id(p->sheet->type->period, s)) {
		wrong(p, head, "id", "head.id",
		      "id「%.*s」はこの種類のシートに合いません。シートの期間に合わせてください。",
		      SPAN_ARG(s));
		return ST_OK;
	}
	return keep(p, s, &p->sheet->id);
}

/* child, or institution: wanted, optional, or not to be there at all. */
static enum status read_owner(struct parser *p, struct ynode *head, const char *key, bool wanted,
			      bool allowed, bool (*good)(struct span), struct span *out)
{
	const struct ynode *n = ymap_get(head, key);
	struct span s;

	if (!n && !wanted)
		return ST_OK;
	s = need_text(p, head, key);
	if (!s.p)
		return ST_OK;
	if (!allowed) {
		wrong(p, head, key, "head.owner", "この種類のシートに「%s」は書けません。", key);
		return ST_OK;
	}
	if (!good(s)) {
		wrong(p, head, key, "head.owner", "「%s」に「%.*s」というidは使えません。", key,
		      SPAN_ARG(s));
		return ST_OK;
	}
	return keep(p, s, out);
}

static enum status read_title(struct parser *p, struct ynode *head)
{
	const struct ynode *n = ymap_get(head, "title");
	struct span s = need_text(p, head, "title");
	struct value_place at = {.file = p->file};
	enum status st;

	if (!s.p)
		return ST_OK;
	at.line = n->line;
	at.col = n->col;
	st = sheet_read_title(p->sheet->arena, s, at, &p->sheet->title, p->ps);
	if (!st && p->sheet->title.n == 0)
		wrong(p, head, "title", "head.kind", "「title」には1行の文字を書いてください。");
	return parse_go_on(st);
}

static void read_status(struct parser *p, struct ynode *head)
{
	struct span s = need_text(p, head, "status");
	enum sheet_status status;

	if (!s.p)
		return;
	if (!sheet_status_find(s, &status) || sheet_set_status(p->sheet, status))
		wrong(p, head, "status", "head.status",
		      "この種類のシートに「%.*s」という状態はありません。", SPAN_ARG(s));
}

static enum status read_head(struct parser *p, struct ynode *head)
{
	const struct sheet_type *t = p->sheet->type;
	bool child = sheet_needs_child(t);
	enum status st = read_id(p, head);

	if (!st)
		st = read_owner(p, head, "child", child, child, path_child, &p->sheet->child);
	if (!st)
		st = read_title(p, head);
	if (!st)
		st = read_owner(p, head, "institution", sheet_needs_institution(t), true, path_id,
				&p->sheet->institution);
	if (!st)
		read_status(p, head);
	if (!st)
		st = parse_values(p, ymap_get(head, "values"));
	if (!st)
		ymap_unknown(head, p->file, p->ps);
	return st;
}

/* ---- the whole -------------------------------------------------------------------------- */

/* One of types and only is given. */
static enum status read_frame(struct parser *p, const struct frame *f, const struct types *types,
			      const struct sheet_type *only)
{
	struct ynode *head = NULL;
	const struct sheet_type *t;
	enum status st = yaml_read(p->tmp, p->file, f->head, 2, &head, p->ps);

	if (st)
		return st == ST_TOOBIG ? ST_OK : parse_go_on(st);
	if (head->kind != Y_MAP) {
		problem_add(p->ps, p->file, head->line, head->col, "head.kind",
			    "見出しは「karte: 1」のように、名前と値を並べて書いてください。");
		return ST_OK;
	}
	read_format(p, head);
	t = only ? expect_type(p, head, only) : read_type(p, head, types);
	if (!t)
		return ST_OK;
	st = sheet_make(&p->sheet, t);
	if (!st)
		st = read_head(p, head);
	return st ? st : parse_body(p, f->body, f->body_line);
}

static enum status parse(struct sheet **out, const char *file, struct span bytes,
			 const struct types *types, const struct sheet_type *only,
			 struct problems *ps)
{
	struct problems own;
	struct parser p = {.file = file, .ps = ps ? ps : &own, .tmp = arena_new(TMP_MEMORY)};
	enum status st = p.tmp ? ST_OK : ST_NOMEM;
	struct frame f = {.body_line = 0};
	size_t before;

	*out = NULL;
	problems_init(&own);
	before = p.ps->errors;
	if (!st && check_bytes(&p, bytes) && split(&p, bytes, &f))
		st = read_frame(&p, &f, types, only);
	if (!st && p.ps->errors > before)
		st = fail(ST_INVALID, "%zu errors in %s", p.ps->errors - before, file);
	if (st)
		sheet_free(p.sheet);
	else
		*out = p.sheet;
	arena_free(p.tmp);
	problems_clear(&own);
	return st;
}

enum status sheet_parse(struct sheet **out, const char *file, struct span bytes,
			const struct types *types, struct problems *ps)
{
	return parse(out, file, bytes, types, NULL, ps);
}

enum status sheet_parse_as(struct sheet **out, const char *file, struct span bytes,
			   const struct sheet_type *type, struct problems *ps)
{
	return parse(out, file, bytes, NULL, type, ps);
}
