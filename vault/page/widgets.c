#include "vault/page/widgets.h"

#include "generator/base/day.h"

#include <stdio.h>

enum { REF_MAX = 160 };

void form_begin(struct html *h, const struct page *p, const char *action)
{
	html_open(h, "form");
	html_attrs(h, "method", "post");
	html_attrs(h, "action", action);
	html_flag(h, "novalidate", true);
	html_flag(h, "data-guard", true);
	frame_csrf(h, p);
}

/* ---- fields ------------------------------------------------------------------------------- */

static void put_required(struct html *h, const struct field_look *f)
{
	if (!f->required)
		return;
	html_texts(h, " ");
	html_leaf_class(h, "span", "required", SPAN("※必須"));
}

static void put_hint(struct html *h, const struct field_look *f)
{
	if (f->hint) {
		html_open(h, "p");
		html_class(h, "hint");
		html_attrf(h, "id", "%s-hint", f->id);
		html_texts(h, f->hint);
		html_close(h);
	}
	if (f->error) {
		html_open(h, "p");
		html_class(h, "error-text");
		html_attrf(h, "id", "%s-error", f->id);
		html_texts(h, f->error);
		html_close(h);
	}
}

static void field_begin(struct html *h, const struct field_look *f)
{
	html_open(h, "div");
	html_class(h, f->error ? "field field-error" : "field");
}

static void put_label(struct html *h, const struct field_look *f)
{
	html_open(h, "label");
	html_attrs(h, "for", f->id);
	html_texts(h, f->label);
	put_required(h, f);
	html_close(h);
	put_hint(h, f);
}

/* What a control says of its hint and its mistake. */
static void put_described(struct html *h, const struct field_look *f)
{
	char refs[REF_MAX];

	if (f->error)
		html_attrs(h, "aria-invalid", "true");
	if (!f->hint && !f->error)
		return;
	snprintf(refs, sizeof refs, "%s%s%s%s%s", f->hint ? f->id : "", f->hint ? "-hint" : "",
		 f->hint && f->error ? " " : "", f->error ? f->id : "", f->error ? "-error" : "");
	html_attrs(h, "aria-describedby", refs);
}

static void put_name(struct html *h, const struct field_look *f)
{
	char cls[32];

	snprintf(cls, sizeof cls, "input%s%s", f->width ? " width-" : "", f->width ? f->width : "");
	html_class(h, cls);
	html_attrs(h, "id", f->id);
	html_attrs(h, "name", f->id);
	put_described(h, f);
}

void field_file(struct html *h, const char *id, const char *described_by, const char *error)
{
	const struct field_look f = {.id = id, .label = "ファイル", .error = error};

	field_begin(h, &f);
	put_label(h, &f);
	html_open(h, "input");
	html_attrs(h, "type", "file");
	html_class(h, "input");
	html_attrs(h, "id", id);
	html_attrs(h, "name", id);
	html_attrs(h, "accept",
		   ".pdf,.jpg,.jpeg,.png,.webp,.heic,.heif,.docx,.xlsx,.pptx,.odt,.ods,.odp,.txt,"
		   ".csv");
	html_attrs(h, "aria-invalid", error ? "true" : NULL);
	if (error)
		html_attrf(h, "aria-describedby", "%s-error%s%s", id, described_by ? " " : "",
			   described_by ? described_by : "");
	else
		html_attrs(h, "aria-describedby", described_by);
	html_close(h);
}

void field_text(struct html *h, const struct field_look *f, struct span value)
{
	bool secret = f->type && strcmp(f->type, "password") == 0;

	field_begin(h, f);
	put_label(h, f);
	html_open(h, "input");
	html_attrs(h, "type", f->type ? f->type : "text");
	put_name(h, f);
	html_attrs(h, "autocomplete", f->autocomplete ? f->autocomplete : "off");
	html_attrs(h, "inputmode", f->inputmode);
	if (secret || f->autocomplete) {
		html_attrs(h, "autocapitalize", "none");
		html_attrs(h, "spellcheck", "false");
	}
	if (secret)
		html_attrs(h, "data-show", "パスワードを表示する");
	else
		html_attr(h, "value", value.p ? value : SPAN(""));
	html_close(h);
}

void field_area(struct html *h, const struct field_look *f, int rows, struct span value)
{
	field_begin(h, f);
	put_label(h, f);
	html_open(h, "textarea");
	put_name(h, f);
	html_attrf(h, "rows", "%d", rows);
	html_attrs(h, "autocomplete", "off");
	html_text(h, value);
	html_close(h);
	html_close(h);
}

void field_tick(struct html *h, const struct field_look *f, bool on)
{
	field_begin(h, f);
	html_open(h, "label");
	html_class(h, "check");
	html_open(h, "input");
	html_attrs(h, "type", "checkbox");
	html_attrs(h, "id", f->id);
	html_attrs(h, "name", f->id);
	html_attrs(h, "value", "true");
	html_flag(h, "checked", on);
	put_described(h, f);
	html_open(h, "span");
	html_texts(h, f->label);
	html_close(h);
	html_close(h);
	put_hint(h, f);
	html_close(h);
}

void field_select(struct html *h, const struct field_look *f, const struct field_choice *choices,
		  size_t count, struct span value)
{
	field_begin(h, f);
	put_label(h, f);
	html_open(h, "select");
	put_name(h, f);
	for (size_t i = 0; i < count; i++) {
		html_open(h, "option");
		html_attrs(h, "value", choices[i].value);
		html_flag(h, "selected", span_is(value.p ? value : SPAN(""), choices[i].value));
		html_texts(h, choices[i].label);
		html_close(h);
	}
	html_close(h);
	html_close(h);
}

void field_radios(struct html *h, const struct field_look *f, const struct field_choice *choices,
		  size_t count, struct span value)
{
	field_begin(h, f);
	html_open(h, "fieldset");
	html_open(h, "legend");
	html_texts(h, f->label);
	put_required(h, f);
	html_close(h);
	put_hint(h, f);
	html_open(h, "div");
	html_class(h, "checks");
	for (size_t i = 0; i < count; i++) {
		html_open(h, "label");
		html_class(h, "check");
		html_open(h, "input");
		html_attrs(h, "type", "radio");
		html_attrf(h, "id", i ? "%s-%zu" : "%s", f->id, i);
		html_attrs(h, "name", f->id);
		html_attrs(h, "value", choices[i].value);
		html_flag(h, "checked", span_is(value, choices[i].value));
		put_described(h, f);
		html_leafs(h, "span", choices[i].label);
		html_close(h);
	}
	html_close(h);
	html_close(h);
	html_close(h);
}

/* ---- buttons ------------------------------------------------------------------------------ */

void form_button(struct html *h, const char *label, const char *kind)
{
	char cls[48];

	snprintf(cls, sizeof cls, "button%s%s", *kind ? " button-" : "", kind);
	html_open(h, "div");
	html_class(h, "actions");
	html_open(h, "button");
	html_attrs(h, "type", "submit");
	html_class(h, cls);
	html_texts(h, label);
	html_close(h);
	html_close(h);
}

void button_form(struct html *h, const struct page *p, const char *action, const char *label,
		 const char *kind)
{
	char cls[48];

	snprintf(cls, sizeof cls, "button%s%s", *kind ? " button-" : "", kind);
	html_open(h, "form");
	html_class(h, "inline");
	html_attrs(h, "method", "post");
	html_attrs(h, "action", action);
	frame_csrf(h, p);
	html_open(h, "button");
	html_attrs(h, "type", "submit");
	html_class(h, cls);
	html_texts(h, label);
	html_close(h);
	html_close(h);
}

/* ---- facts -------------------------------------------------------------------------------- */

void facts_begin(struct html *h)
{
	html_open(h, "dl");
	html_class(h, "values");
}

void fact_text(struct html *h, const char *label, struct span value)
{
	html_open(h, "div");
	html_leafs(h, "dt", label);
	html_leaf(h, "dd", value.n ? value : SPAN("—"));
	html_close(h);
}

void fact_day(struct html *h, const char *label, const char *iso, const char *none)
{
	char text[DAY_TEXT];
	struct day d;

	if (day_parse(span_of(iso), &d)) {
		day_long(d, text);
		fact_text(h, label, span_of(text));
	} else {
		fact_text(h, label, span_of(none));
	}
}

void error_box(struct html *h, const char *text)
{
	html_open(h, "div");
	html_class(h, "error-summary");
	html_attrs(h, "id", "form-error");
	html_attrs(h, "role", "alert");
	html_attrs(h, "tabindex", "-1");
	html_leafs(h, "p", text);
	html_close(h);
}
