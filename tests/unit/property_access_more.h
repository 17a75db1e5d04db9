/* The pages around a child and its sheets, as one account sees them. */
#ifndef KARTE_TESTS_UNIT_PROPERTY_ACCESS_MORE_H
#define KARTE_TESTS_UNIT_PROPERTY_ACCESS_MORE_H

#include "tests/unit/property_access_look.h"

/* Shown or refused: nothing beyond `most`, and neither without its record. */
static inline void expect_within(const char *path, const struct marks *most)
{
	static struct marks shown, own;
	int status = get(path);

	marks_of_answer(&shown);
	if (status == 200) {
		if (marks_beyond(&shown, most))
			wrong(path, "shows %s", marks_beyond(&shown, most));
		if (!record_of("read", "allow", 0))
			wrong(path, "not recorded as a look");
		return;
	}
	own.count = 0;
	add_account(&own, now_at.who);
	if (status != 404 && status != 303)
		wrong(path, "%d", status);
	if (status == 404 && records_of("access", "deny") != 1)
		wrong(path, "%zu records of the refusal", records_of("access", "deny"));
	if (marks_beyond(&shown, &own))
		wrong(path, "%d, but shows %s", status, marks_beyond(&shown, &own));
	tally.refused += status == 404;
}

/* ---- one sheet ------------------------------------------------------------------------------- */

static inline bool is_writable(const struct view *v, struct span section)
{
	for (size_t i = 0; v && i < view_sections(v); i++)
		if (span_eq(view_section(v, i)->section->id, section))
			return view_section(v, i)->writable;
	return false;
}

/* Beside the fields stands what other sheets say, as far as this account reads them. */
static inline void look_at_section(const struct sheet_fact *s, const struct decision *d,
				   const struct view *v, struct span section)
{
	static struct marks least, most;
	char path[PATH_ROOM], rest[128];

	snprintf(rest, sizeof rest, "/edit/%.*s", SPAN_ARG(section));
	sheet_path_of(path, s, rest);
	begin_marks(&least, &most);
	add_view(&most, v);
	add_sheets(&most, true);
	if (!v)
		expect_refused(path, d->allow ? "redacted" : reason_name(d->reason));
	else if (!is_writable(v, section))
		expect_refused(path, "nothing-to-write");
	else
		expect_shown(path, &least, &most, NULL);
}

static inline void look_at_writing(const struct sheet_fact *s)
{
	static struct marks least, most;
	struct decision d = decide_sheet(&now_at, ACT_SHEET_WRITE, s);
	struct view *v = view_of(&now_at, &d, s, s->versions - 1);
	char path[PATH_ROOM];

	for (size_t i = 0; i < s->type->nsections; i++)
		look_at_section(s, &d, v, s->type->sections[i].id);
	begin_marks(&least, &most);
	add_view(&most, v);
	sheet_path_of(path, s, "/edit");
	if (!v)
		expect_refused(path, d.allow ? "redacted" : reason_name(d.reason));
	else if (!view_writable(v))
		expect_refused(path, "nothing-to-write");
	else
		expect_shown(path, &least, &most, reason_name(d.reason));
	sheet_path_of(path, s, "/check");
	expect_within(path, &most);
	view_free(v);
}

/* On paper alone: this sheet, or nothing at all. */
static inline void look_at_print(const struct sheet_fact *s, bool child)
{
	static struct marks least, most;
	struct decision d = decide_sheet(&now_at, ACT_SHEET_READ, s);
	struct view *v = view_of(&now_at, &d, s, s->versions - 1);
	char path[PATH_ROOM];

	snprintf(path, sizeof path, "/children/%s/karte.pdf?s=%.*s/%s", now_at.child->child.row.id,
		 SPAN_ARG(s->type->id), s->id);
	begin_marks(&least, &most);
	add_view(&least, v);
	add_view(&most, v);
	if (child && v)
		expect_shown(path, &least, &most, NULL);
	else
		expect_within(path, &(struct marks){.count = 0});
	view_free(v);
}

/* ---- one child ------------------------------------------------------------------------------- */

static inline void look_at_page(const char *rest, const struct decision *d,
				const struct marks *least, const struct marks *most)
{
	char path[PATH_ROOM];

	snprintf(path, sizeof path, "/children/%s%s", now_at.child->child.row.id, rest);
	if (d->allow)
		expect_shown(path, least, most, reason_name(d->reason));
	else
		expect_refused(path, reason_name(d->reason));
}

static inline void look_around(void)
{
	static const char *const loose[] = {"/consents", "/handover", "/handover/new", "/files",
					    "/growth.pdf"};
	const size_t files = 3; /* given for several children at once */
	static struct marks least, most, around, name;
	struct decision d = decide_child(&now_at, ACT_CHILD_READ);
	char path[PATH_ROOM];

	begin_marks(&least, &most);
	name = least;
	add_sheets(&least, false);
	add_sheets(&most, false);
	around = most;
	add_siblings(&around);
	look_at_page("/timeline", &d, &least, &most);
	look_at_page("/print", &d, &least, &most);
	look_at_page("/growth", &d, &name, &most);
	for (size_t i = 0; i < sizeof loose / sizeof *loose; i++) {
		snprintf(path, sizeof path, "/children/%s%s", now_at.child->child.row.id, loose[i]);
		expect_within(path, i == files ? &around : &most);
	}
	for (size_t i = 0; i < now_at.child->nsheets; i++) {
		look_at_writing(&now_at.child->sheets[i]);
		look_at_print(&now_at.child->sheets[i], d.allow);
	}
}

#endif
