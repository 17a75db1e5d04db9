/*
 * The administrator's page about one child: master data, stays, guardians, what is kept from whom.
 * One page, many small forms, each with its own address below /admin/children/C; a form that is
 * refused comes back open, with what was typed and why.
 */
#ifndef KARTE_PAGE_ADMIN_CHILD_H
#define KARTE_PAGE_ADMIN_CHILD_H

#include "vault/flow/children.h"
#include "vault/page/frame.h"
#include "vault/page/lists.h"
#include "vault/page/widgets.h"

struct admin_child {
	struct page *p;
	struct html *h;
	struct child_row row;
	const char *failed; /* the form that was sent and refused: "enrol"; NULL: none */
	const char *error;  /* why */
};

/* Shows the page; failed and error may be NULL. */
enum status admin_child_show(struct page *p, int status, const char *failed, const char *error);

/* The parts of the page, in their order. */
enum status admin_child_stays(struct admin_child *a);
enum status admin_child_guardians(struct admin_child *a);
enum status admin_child_protections(struct admin_child *a);
enum status admin_child_changes(struct admin_child *a);

/* ---- forms -------------------------------------------------------------------------------- */

/* The place of the form that was refused: id of what the mistake above leads to. */
#define ADMIN_REFUSED "refused"

/* A heading above buttons that are forms of their own, named so when they are refused. */
void admin_heading(struct admin_child *a, const char *text, const char *path);
/*
 * Begins a form to /admin/children/C/PATH that unfolds below a line; it is open if it was refused.
 * End it with admin_form_end.
 */
void admin_form_begin(struct admin_child *a, const char *path, const char *line);
void admin_form_end(struct admin_child *a, const char *button, const char *kind);
/* What stands in a field of a form: what was typed if this form was refused, else `now`. */
struct span admin_typed(const struct admin_child *a, const char *path, const char *field,
			struct span now);
/* A line with the optional reason, which only administrators see. */
void admin_reason_field(struct admin_child *a, const char *path, const char *field);
/* A choice among the institutions that are open. */
enum status admin_institution_field(struct admin_child *a, const struct field_look *look,
				    struct span value);

/* ---- what a form does --------------------------------------------------------------------- */

struct admin_change {
	struct actor actor;
	struct child_task task;
	bool ready;
};
/* The child is there (ST_NOTFOUND), the person can sign; reason: the field's name or NULL. */
enum status admin_change_begin(struct page *p, struct admin_change *c, const char *reason);
/* Back to the page: with ST_OK by a redirect, else with the form and why. */
enum status admin_change_end(struct page *p, struct admin_change *c, const char *path,
			     enum status st);
/* Copies a field of the form, trimmed; ST_INVALID, said with its label, if it is too long. */
enum status admin_text(struct page *p, const char *field, const char *label, char *out, size_t cap);
/* The same for a day, however it was typed, as YYYY-MM-DD; an empty field stays empty. */
enum status admin_day(struct page *p, const char *field, const char *label,
		      char out[static DAY_ROOM]);
/* Name, kana, birth date and sex of a form, each of which is needed. */
enum status admin_row(struct page *p, struct child_row *out);

extern const struct field_choice admin_sexes[];
extern const struct field_choice admin_relations[];
extern const struct field_choice admin_kinds[]; /* of protections */
enum { ADMIN_SEXES = 4, ADMIN_RELATIONS = 5, ADMIN_KINDS = 4 };
/* The label of a choice, or the value itself. */
const char *admin_label(const struct field_choice *choices, size_t count, const char *value);

/* Since when, or from when, a guardian's right rests; nothing if it does not. */
void admin_suspended(struct html *h, const struct guardian *g, int64_t now);

/* A record of the journal's class admin; child may be absent. */
enum status admin_record(struct page *p, const char *event, struct span child, int shown);

#endif
