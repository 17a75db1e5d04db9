/* The body: sections and prose fields under their headings. */
#include "generator/sheet/parse_impl.h"

#include "generator/sheet/markdown.h"

#include <stdarg.h>
#include <stdio.h>

struct body {
	struct parser *p;
	struct span text;
	int first_line; /* in the file */
	size_t *starts; /* of each line, and the end */
	int nlines;
	bool *seen_section; /* by position in the type */
	bool *seen_field;   /* by field->index */
	const struct section *section;
	const struct field *field;
	bool skip; /* below a heading that was refused: its text is not refused again */
};

static enum status find_lines(struct body *b)
{
	size_t n = 1;

	for (size_t i = 0; i < b->text.n; i++)
		n += b->text.p[i] == '\n';
	b->starts = arena_array(b->p->tmp, n + 1, sizeof *b->starts);
	if (!b->starts)
		return ST_NOMEM;
	b->nlines = (int)n;
	b->starts[n] = b->text.n;
	n = 1;
	for (size_t i = 0; i < b->text.n; i++)
		if (b->text.p[i] == '\n')
			b->starts[n++] = i + 1;
	return ST_OK;
}

/* The text from one line to before another, both counted from 1 in the body. */
static struct span lines_between(const struct body *b, int from, int to)
{
	size_t begin = b->starts[from > b->nlines ? b->nlines : from - 1];
	size_t end = b->starts[to > b->nlines ? b->nlines : to - 1];

	return span_make(b->text.p + begin, end > begin ? end - begin : 0);
}

static int file_line(const struct body *b, int line)
{
	return b->first_line + line - 1;
}

__attribute__((format(printf, 4, 5))) static void wrong(struct body *b, const struct md_heading *h,
							const char *code, const char *fmt, ...)
{
	struct span line = lines_between(b, h->line, h->line + 1);
	char text[400];
	va_list ap;
	int col = 1;

	while (line.n && line.p[0] == ' ') {
		line = span_make(line.p + 1, line.n - 1);
		col++;
	}
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	problem_add(b->p->ps, b->p->file, file_line(b, h->line), col, code, "%s", text);
}

/* ---- headings --------------------------------------------------------------------------- */

static const struct section *section_titled(const struct sheet_type *t, struct span title)
{
	for (size_t i = 0; i < t->nsections; i++)
		if (span_eq(t->sections[i].name, title))
			return &t->sections[i];
	return NULL;
}

static const struct field *prose_labelled(const struct section *sec, struct span label)
{
	for (size_t i = 0; i < sec->nfields; i++)
		if (span_eq(sec->fields[i].name, label) && sec->fields[i].kind == F_PROSE)
			return &sec->fields[i];
	return NULL;
}

static bool any_labelled(const struct sheet_type *t, struct span label, bool prose)
{
	for (size_t i = 0; i < t->nsections; i++)
		for (size_t j = 0; j < t->sections[i].nfields; j++) {
			const struct field *f = &t->sections[i].fields[j];

			if (span_eq(f->name, label) && (f->kind == F_PROSE) == prose)
				return true;
		}
	return false;
}

static void open_section(struct body *b, const struct md_heading *h)
{
	const struct sheet_type *t = b->p->sheet->type;

	b->field = NULL;
	b->section = section_titled(t, h->text);
	b->skip = true;
	if (!b->section) {
		wrong(b, h, "body.section", "このシートに「%.*s」という区分はありません。",
		      SPAN_ARG(h->text));
	} else if (b->seen_section[b->section - t->sections]) {
		wrong(b, h, "body.section-twice",
		      "区分「%.*s」が2回あります。1つにまとめてください。", SPAN_ARG(h->text));
	} else {
		b->seen_section[b->section - t->sections] = true;
		b->skip = false;
	}
}

/* Says why a heading is no field of its section. */
static void refuse_field(struct body *b, const struct md_heading *h)
{
	const struct sheet_type *t = b->p->sheet->type;

	if (any_labelled(t, h->text, true))
		wrong(b, h, "body.field-place", "欄「%.*s」は、この区分の欄ではありません。",
		      SPAN_ARG(h->text));
	else if (any_labelled(t, h->text, false))
		wrong(b, h, "body.field-kind",
		      "「%.*s」は文章の欄ではありません。見出しのvaluesに書いてください。",
		      SPAN_ARG(h->text));
	else
		wrong(b, h, "body.field", "このシートに「%.*s」という欄はありません。",
		      SPAN_ARG(h->text));
}

static void open_field(struct body *b, const struct md_heading *h)
{
	bool refused = b->skip && !b->section; /* an unknown section: said already */

	b->field = NULL;
	b->skip = true;
	if (!b->section) {
		if (!refused)
			wrong(b, h, "body.field-place",
			      "欄「%.*s」の上に、区分の見出し（##）がありません。",
			      SPAN_ARG(h->text));
		return;
	}
	b->field = prose_labelled(b->section, h->text);
	if (!b->field) {
		refuse_field(b, h);
	} else if (b->seen_field[b->field->index]) {
		wrong(b, h, "body.field-twice", "欄「%.*s」が2回あります。1つにまとめてください。",
		      SPAN_ARG(h->text));
		b->field = NULL;
	} else {
		b->seen_field[b->field->index] = true;
		b->skip = false;
	}
}

static void open_heading(struct body *b, const struct md_heading *h)
{
	if (h->level == 2) {
		open_section(b, h);
	} else if (h->level == 3) {
		open_field(b, h);
	} else {
		wrong(b, h, "body.heading",
		      "見出し「%.*s」は使えません。区分は##、欄は###、文章の中では####"
		      "にしてください。",
		      SPAN_ARG(h->text));
		b->skip = true;
	}
}

/* ---- text ------------------------------------------------------------------------------- */

/* Leaves out blank lines at both ends; *line follows the beginning. */
static struct span without_blank_lines(struct span s, int *line)
{
	size_t from = 0;

	for (size_t i = 0; i < s.n && strchr(" \t\n", s.p[i]); i++)
		if (s.p[i] == '\n') {
			from = i + 1;
			++*line;
		}
	s = span_make(s.p + from, s.n - from);
	s.n = span_trim(s).n ? (size_t)(span_trim(s).p - s.p) + span_trim(s).n : 0;
	return s;
}

static enum status take_text(struct body *b, int from, int to)
{
	int line = from;
	struct span text = without_blank_lines(lines_between(b, from, to), &line);
	struct value_place at = {.file = b->p->file, .line = file_line(b, line), .col = 1};
	struct sheet *s = b->p->sheet;
	struct value *v;

	if (text.n == 0 || b->skip)
		return ST_OK;
	if (!b->field) {
		problem_add(b->p->ps, at.file, at.line, at.col, "body.text",
			    "ここの文章は、どの欄のものでもありません。欄の見出し（###"
			    "）の下に書いてください。");
		return ST_OK;
	}
	v = s->values[b->field->index] = arena_alloc(s->arena, sizeof *v);
	if (!v)
		return ST_NOMEM;
	v->line = at.line;
	v->col = at.col;
	return parse_go_on(value_read(s->arena, b->field, text, false, at, &v->text, b->p->ps));
}

static enum status walk(struct body *b, const struct md_heading *list, size_t n)
{
	enum status st = ST_OK;
	int from = 1;

	for (size_t i = 0; i < n && !st; i++) {
		if (list[i].level > 3)
			continue;
		st = take_text(b, from, list[i].line);
		open_heading(b, &list[i]);
		from = list[i].end_line + 1;
	}
	return st ? st : take_text(b, from, b->nlines + 1);
}

static enum status refuse_body(struct parser *p, int line)
{
	problem_add(p->ps, p->file, line, 1, "body.markdown",
		    "本文のここまでで、箇条書きや引用の重なりが深すぎるか、記号が多すぎます。"
		    "減らしてください。");
	return ST_OK;
}

enum status parse_body(struct parser *p, struct span text, int first_line)
{
	const struct sheet_type *t = p->sheet->type;
	struct body b = {.p = p, .text = text, .first_line = first_line};
	struct md_heading *list = NULL;
	enum status st;
	size_t n = 0;
	int line = 1;

	st = md_guard(text, MD_MAX_BODY, &line);
	if (!st)
		st = md_headings(p->tmp, text, MD_MAX_BODY, &list, &n);
	if (st == ST_TOOBIG)
		return refuse_body(p, file_line(&b, line));
	if (!st)
		st = find_lines(&b);
	if (st)
		return st;
	b.seen_section = arena_array(p->tmp, t->nsections, sizeof *b.seen_section);
	b.seen_field = arena_array(p->tmp, t->nfields, sizeof *b.seen_field);
	return b.seen_section && b.seen_field ? walk(&b, list, n) : ST_NOMEM;
}
