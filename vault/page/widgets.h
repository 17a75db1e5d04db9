/* Parts of forms that pages share: fields with label, hint and mistake, buttons, lists of facts. */
#ifndef KARTE_PAGE_WIDGETS_H
#define KARTE_PAGE_WIDGETS_H

#include "vault/page/frame.h"

/* Begins a POST form to a path of this server, with the csrf field; close it with html_close. */
void form_begin(struct html *h, const struct page *p, const char *action);

struct field_look {
	const char *id; /* also its name in the form */
	const char *label;
	const char *hint;	  /* below the label; NULL: none */
	const char *error;	  /* in Japanese; NULL: none */
	const char *width;	  /* "s" "m" "l"; NULL: whole */
	const char *type;	  /* NULL: text; "password" "date" "number" "search" … */
	const char *autocomplete; /* NULL: off */
	const char *inputmode;	  /* NULL: none */
	bool required;
};
/* A field of one line, of several, a tick; value is what stands in it. */
void field_text(struct html *h, const struct field_look *f, struct span value);
void field_area(struct html *h, const struct field_look *f, int rows, struct span value);
void field_tick(struct html *h, const struct field_look *f, bool on);

/* Where one file is chosen; described_by: the id of a text about all of them, or NULL. */
void field_file(struct html *h, const char *id, const char *described_by, const char *error);

/* A choice of one of several; value "" is allowed. */
struct field_choice {
	const char *value;
	const char *label;
};
void field_select(struct html *h, const struct field_look *f, const struct field_choice *choices,
		  size_t count, struct span value);
void field_radios(struct html *h, const struct field_look *f, const struct field_choice *choices,
		  size_t count, struct span value);

/* The button at the end of a form: kind "" (main), "secondary", "danger". */
void form_button(struct html *h, const char *label, const char *kind);
/* A form that is only a button. */
void button_form(struct html *h, const struct page *p, const char *action, const char *label,
		 const char *kind);

/* A list of facts: begin, facts, html_close. */
void facts_begin(struct html *h);
void fact_text(struct html *h, const char *label, struct span value);
void fact_day(struct html *h, const char *label, const char *iso, const char *none);

/* A mistake that a flow reported (fail_why(), in Japanese) above a form. */
void error_box(struct html *h, const char *text);

#endif
