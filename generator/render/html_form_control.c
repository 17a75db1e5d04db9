#include "generator/render/html_form_int.h"

#include "generator/base/day.h"
#include "generator/base/utf8.h"

/* One control: what every kind needs. */
struct control {
	struct form *form;
	const struct field *field;
	const char *name;
	const char *labels; /* in a table */
	struct span value;  /* as it is edited */
};

/* A stored scalar as it is edited: a date as 令和8年4月1日. */
static void form_edit_text(struct buf *out, const struct field *field, struct span text)
{
	struct day d;
	char said[DAY_TEXT];

	if (field->kind == F_DATE && day_parse(text, &d)) {
		day_era(d, said);
		buf_adds(out, said);
	} else if (field->kind == F_TIME) {
		say_scalar(out, field, text, NULL);
	} else if (text.p) {
		buf_addspan(out, text);
	}
}

/* Has the field a hint of its own, or one that its kind always has? */
static bool has_hint(const struct field *f)
{
	return f->hint.n > 0 || f->kind == F_DATE || f->kind == F_TIME;
}

static void put_common(const struct control *c)
{
	struct html *h = c->form->h;

	html_attrs(h, "id", c->name);
	html_attrs(h, "name", c->name);
	html_attrs(h, "aria-labelledby", c->labels);
	html_described(h, c->form->fill->problems, c->name, !c->labels && has_hint(c->field));
}

/* Widths say how much is expected. */
static const char *width_class(const struct field *f)
{
	switch (f->kind) {
	case F_NUMBER:
	case F_TIME:
		return "input width-s";
	case F_DATE:
		return "input width-m";
	case F_TEXT:
		return f->max_chars <= 20 ? "input width-m" : "input";
	default:
		return "input";
	}
}

static void put_input(const struct control *c)
{
	const struct field *f = c->field;
	struct html *h = c->form->h;

	html_open(h, "input");
	html_attrs(h, "type", "text");
	html_class(h, width_class(f));
	if (f->kind == F_NUMBER)
		html_attrs(h, "inputmode", f->decimals > 0 ? "decimal" : "numeric");
	html_attrs(h, "autocomplete", "off");
	put_common(c);
	html_attr(h, "value", c->value);
	if (f->unit.n > 0 && !c->labels)
		html_leaf_class(h, "span", "unit", f->unit);
}

static void put_counter(const struct control *c)
{
	struct html *h = c->form->h;

	html_open(h, "p");
	html_class(h, "counter");
	html_attrf(h, "data-for", "%s", c->name);
	html_attrs(h, "data-left", "あと{n}字");
	html_attrs(h, "data-over", "{n}字 多くなっています");
	html_textf(h, "%zu字まで", c->field->max_chars);
	html_close(h);
}

enum { ROWS_MIN = 3, ROWS_EMPTY = 6, ROWS_MAX = 14, ROW_BYTES = 3 * 36 };

/* Room for what stands there and a line more; empty, a few lines that say how much is expected, so
   that a long form stays short. */
static size_t textarea_rows(const struct control *c)
{
	size_t asked = c->field->max_chars / 200, rows = 2 + c->value.n / ROW_BYTES;

	for (size_t i = 0; i < c->value.n; i++)
		rows += c->value.p[i] == '\n';
	asked = asked < ROWS_MIN ? ROWS_MIN : asked > ROWS_EMPTY ? ROWS_EMPTY : asked;
	return rows < asked ? asked : rows > ROWS_MAX ? ROWS_MAX : rows;
}

static void put_textarea(const struct control *c)
{
	struct html *h = c->form->h;

	html_open(h, "textarea");
	html_class(h, "input");
	html_attrf(h, "rows", "%zu", textarea_rows(c));
	html_attrs(h, "autocomplete", "off");
	html_attrf(h, "data-max", "%zu", c->field->max_chars);
	put_common(c);
	html_text(h, c->value);
	html_close(h);
	put_counter(c);
}

static void put_option(struct html *h, struct span value, struct span label, bool chosen)
{
	html_open(h, "option");
	html_attr(h, "value", value);
	html_flag(h, "selected", chosen);
	html_text(h, label);
	html_close(h);
}

/* A list to choose from.  A value that is not in it stays, so that saving does not lose it. */
static void put_select(const struct control *c, const struct choice *list, size_t count)
{
	struct html *h = c->form->h;
	bool found = c->value.n == 0;

	html_open(h, "select");
	html_class(h, "input");
	html_attrs(h, "autocomplete", "off");
	put_common(c);
	put_option(h, SPAN(""), c->labels ? SPAN("―") : SPAN("（えらんでいません）"), false);
	for (size_t i = 0; i < count; i++) {
		bool chosen = span_eq(list[i].id, c->value);

		put_option(h, list[i].id, list[i].label, chosen);
		found = found || chosen;
	}
	if (!found) {
		struct buf said;

		buf_init(&said, 4096);
		say_scalar(&said, c->field, c->value, c->form->fill->names);
		put_option(h, c->value, buf_span(&said), true);
		buf_clear(&said);
	}
	html_close(h);
}

/* An unchecked box sends nothing: the empty value beside it says that it was in the form. */
static void put_flag(const struct control *c)
{
	struct html *h = c->form->h;

	html_hidden(h, c->name, SPAN(""));
	html_open(h, "input");
	html_attrs(h, "type", "checkbox");
	put_common(c);
	html_attrs(h, "value", "true");
	html_flag(h, "checked", span_is(c->value, "true"));
}

static void put_control(const struct control *c)
{
	const struct form_fill *fill = c->form->fill;

	switch (c->field->kind) {
	case F_PROSE:
		put_textarea(c);
		break;
	case F_FLAG:
		put_flag(c);
		break;
	case F_CHOICE:
		put_select(c, c->field->choices, c->field->nchoices);
		break;
	case F_INSTITUTION:
		if (fill->institutions)
			put_select(c, fill->institutions, fill->ninstitutions);
		else
			put_input(c);
		break;
	case F_FILE:
		if (fill->files)
			put_select(c, fill->files, fill->nfiles);
		else
			put_input(c);
		break;
	default:
		put_input(c);
	}
}

/* A flag came in as its empty companion and, if checked, as "true": the checked one counts. */
static struct span sent_value(const struct form *f, const struct field *field, const char *name)
{
	if (field->kind == F_FLAG)
		return form_sent_has(f, name, SPAN("true")) ? SPAN("true") : SPAN("");
	return form_sent(f, name);
}

void form_control(struct form *f, const struct field *field, const char *name,
		  const struct value *v, const char *labels)
{
	struct control c = {f, field, name, labels, SPAN("")};
	struct buf text;

	buf_init(&text, 1024 * 1024);
	if (f->sent) {
		c.value = sent_value(f, field, name);
	} else {
		form_edit_text(&text, field, v ? v->text : SPAN_NONE);
		c.value = buf_span(&text);
	}
	put_control(&c);
	buf_clear(&text);
}

static bool is_chosen(const struct form *f, const char *name, const struct value *v, struct span id)
{
	if (f->sent)
		return form_sent_has(f, name, id);
	for (size_t i = 0; v && i < v->nitems; i++)
		if (span_eq(v->items[i], id))
			return true;
	return false;
}

enum { SENTENCE = 24 }; /* choices of more characters stand one below the other */

static const char *checks_class(const struct field *field)
{
	for (size_t i = 0; i < field->nchoices; i++)
		if (utf8_count(field->choices[i].label) > SENTENCE)
			return "checks sentences";
	return "checks";
}

void form_checkboxes(struct form *f, const struct field *field, const char *name,
		     const struct value *v)
{
	struct html *h = f->h;

	html_hidden(h, name, SPAN(""));
	html_open(h, "ul");
	html_class(h, checks_class(field));
	for (size_t i = 0; i < field->nchoices; i++) {
		const struct choice *c = &field->choices[i];

		html_open(h, "li");
		html_open(h, "label");
		html_class(h, "check");
		html_open(h, "input");
		html_attrs(h, "type", "checkbox");
		/* The first one is where a link from the summary of problems leads. */
		html_attrs(h, "id", i == 0 ? name : NULL);
		html_attrs(h, "name", name);
		html_attr(h, "value", c->id);
		html_flag(h, "checked", is_chosen(f, name, v, c->id));
		html_text(h, c->label);
		html_close_to(h, "li");
	}
	html_close(h);
}
