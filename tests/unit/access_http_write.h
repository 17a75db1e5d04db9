/* Writing a sheet: the forms, what comes of them, and the steps on its way. */
#ifndef KARTE_TESTS_UNIT_ACCESS_HTTP_WRITE_H
#define KARTE_TESTS_UNIT_ACCESS_HTTP_WRITE_H

#include "tests/unit/access_http_ask.h"

/* Why nothing can be written although the row allows it; NULL: something can. */
static inline const char *why_not(const struct sight *s, uint32_t here)
{
	return !s->any ? "redacted" : !(s->writable & here) ? "nothing-to-write" : NULL;
}

/* The version of what is typed into forms: of the whole sheet, of one section. */
#define WRITTEN '4'
#define WRITTEN_ALONE '6'

/* ---- forms ----------------------------------------------------------------------------------- */

/* The section of this request; all, where it is of the whole sheet. */
static inline uint32_t asked_section(const struct asked *q)
{
	return strstr(q->route->route.pattern, ":section") &&
		       q->section < (int)q->r->type->nsections
		   ? 1u << q->section
		   : ~0u;
}

static inline void expect_look(const struct asked *q, const char *event, size_t told)
{
	const struct noted *n;

	if (looks_as(event) != 1 || looks_as("sheet.told") != told ||
	    records_of("read", "allow") != 1 + told)
		wrong(q, "%zu looks, %zu of another sheet", looks_as(event),
		      looks_as("sheet.told"));
	for (size_t i = 0; (n = record_of("read", "allow", i)); i++)
		if (strcmp(n->reason, q->r->reason) != 0 && strcmp(n->event, event) == 0)
			wrong(q, "the look is recorded for \"%s\"", n->reason);
}

/* Beside a section stands what the sheet of the year before says there, if that may be read; of
   any other the title, to copy from. */
static inline size_t add_beside(struct marks *least, struct marks *most, const struct asked *q)
{
	const int other = 1 - q->sheet;
	const uint32_t there = sight_to_read(q->r, other).sections & asked_section(q);

	if (there)
		add_title(most, q->r, other);
	if (!there || q->sheet == 0)
		return 0;
	add_title(least, q->r, other);
	add_stored(least, q->r, other, there);
	add_stored(most, q->r, other, there);
	return 1;
}

/* The form has what may be written and nothing of what may not be seen. */
static inline void see_form(struct asked *q)
{
	static struct marks shown;
	const struct sight sight = sight_of(q->r, q->sheet);
	const uint32_t here = asked_section(q);
	const bool one = here != ~0u;
	struct marks most = {.count = 0}, least = {.count = 0};
	size_t told = 0;

	if (why_not(&sight, here)) {
		expect_refused(q, why_not(&sight, here));
		return;
	}
	expect_let_in(q);
	add_stored(&least, q->r, q->sheet, sight.writable & here);
	add_stored(&most, q->r, q->sheet, one ? here : sight.sections);
	add_name(&most, q->r);
	add_title(&most, q->r, q->sheet);
	if (one)
		told = add_beside(&least, &most, q);
	marks_of_answer(&shown);
	if (reply.a.status != 200 || marks_beyond(&shown, &most) || marks_beyond(&least, &shown))
		wrong(q, "%d, the form is another: shows %s, lacks %s", reply.a.status,
		      marks_beyond(&shown, &most), marks_beyond(&least, &shown));
	expect_look(q, "sheet.edit", told);
}

/* The list of sections has no content but of those that others write; a household sees its own. */
static inline void see_edit_list(struct asked *q)
{
	const struct sight sight = sight_of(q->r, q->sheet);
	struct marks want = {.count = 0};

	if (why_not(&sight, ~0u)) {
		expect_refused(q, why_not(&sight, ~0u));
		return;
	}
	add_name(&want, q->r);
	add_title(&want, q->r, q->sheet);
	if (q->r->role != ROLE_HOUSEHOLD)
		add_stored(&want, q->r, q->sheet, sight.sections & ~sight.writable);
	expect_shown(q, &want, "sheet.edit", q->r->reason);
}

static inline uint32_t sections_to_fill(const struct asked *q)
{
	uint32_t sections = asked_section(q);

	if (q->r->allow)
		sections &= sight_of(q->r, q->sheet).writable;
	return sections ? sections : 1;
}

static inline char version_to_fill(const struct asked *q)
{
	return asked_section(q) == ~0u ? WRITTEN : WRITTEN_ALONE;
}

static inline void add_base(struct asked *q)
{
	struct sheet_row now;

	assert_ok(sheet_row_get(app->db, span_of(q->r->child), q->r->type->id,
				span_of(sheets[q->sheet].id), &now));
	buf_addf(&q->body, "&base=%s", now.version);
}

/* A form as the page gives it: with every field that may be written (or, for the refused, one). */
static inline void fill_form(struct asked *q)
{
	const struct row *r = q->r;

	if (!r->written)
		return;
	add_base(q);
	buf_adds(&q->body, "&reason=naosu");
	for (unsigned i = 0; i < r->type->nsections; i++)
		if (sections_to_fill(q) & 1u << i)
			buf_addf(&q->body, "&f.%.*s=%s",
				 SPAN_ARG(r->type->sections[i].fields[0].id),
				 mark_text(r->line, sheets[q->sheet].letter, (char)('a' + i),
					   version_to_fill(q)));
}

/* ---- what is stored -------------------------------------------------------------------------- */

/* What was written, and the rest as it was. */
static inline void expect_stored(const struct asked *q)
{
	static struct marks stored;
	const struct row *r = q->r;
	struct marks want = {.count = 0};
	struct buf path, text;
	struct repo *repo;

	buf_init(&path, 256);
	buf_init(&text, 1 << 20);
	sheet_path(r->type->id, span_of(sheets[q->sheet].id), &path);
	assert_ok(child_repo(&repo, app, span_of(r->child)));
	assert_ok(repo_read(repo, NULL, buf_str(&path), &text));
	stored.count = 0;
	marks_find(&stored, buf_span(&text));
	add_title(&want, r, q->sheet);
	add_stored(&want, r, q->sheet, ~0u);
	if (marks_beyond(&stored, &want) || marks_beyond(&want, &stored))
		wrong(q, "something else is stored");
	repo_close(repo);
	buf_clear(&path);
	buf_clear(&text);
}

static inline void set_stored(struct asked *q, uint32_t sections, char version)
{
	for (unsigned i = 0; i < q->r->type->nsections; i++)
		if (sections & 1u << i)
			q->r->stored[q->sheet][i] = version;
}

static inline void expect_change(struct asked *q, uint32_t sections, char version)
{
	bool changes = false;

	for (unsigned i = 0; i < q->r->type->nsections; i++)
		changes = changes || (sections & 1u << i && q->r->stored[q->sheet][i] != version);
	set_stored(q, sections, version);
	expect_let_in(q);
	tally.written++;
	if (reply.a.status != 303 || records_of("change", "allow") != changes)
		wrong(q, "%d, %zu changes: not saved", reply.a.status,
		      records_of("change", "allow"));
	expect_stored(q);
}

static inline void write_sheet(struct asked *q)
{
	const struct sight sight = sight_of(q->r, q->sheet);
	const uint32_t here = asked_section(q);

	if (why_not(&sight, here)) {
		expect_refused(q, why_not(&sight, here));
		expect_stored(q);
		return;
	}
	expect_change(q, sight.writable & here, version_to_fill(q));
}

/* Back to the first version, as far as this reader may write. */
static inline void restore(struct asked *q)
{
	const struct sight sight = sight_of(q->r, q->sheet);

	if (!sight.writable) {
		/* allowed by the row, but the gate leaves nothing to put back */
		expect_refused(q, "nothing-to-write");
		expect_stored(q);
		return;
	}
	expect_change(q, sight.writable, (char)('1' + q->version));
}

/* ---- steps ----------------------------------------------------------------------------------- */

/* Steps are for those who write the type as their own, whatever section is theirs beside. */
static inline bool takes_steps(const struct asked *q)
{
	const struct row *r = q->r;
	const struct decision d = decision_of(r);

	return r->account.staff && d.relation == REL_OWN && !d.read_only &&
	       role_in(r->role, r->type->writers) && sight_of(r, q->sheet).any;
}

static inline bool is_final(const struct asked *q)
{
	return strcmp(sheets[q->sheet].status, "final") == 0;
}

/* A step that does not start where the sheet is: nothing moves. */
static inline void fill_step(struct asked *q)
{
	buf_addf(&q->body, "&step=%s&comment=naosu", is_final(q) ? "submit" : "revise");
	if (q->r->written)
		add_base(q);
}

static inline void take_step(struct asked *q)
{
	/* who may write a section only, takes no step with the sheet */
	expect_refused(q, takes_steps(q) ? "no-step" : "not-a-writer");
	expect_stored(q);
}

/* What is final has nothing that leads on: there is the sheet instead. */
static inline void see_check(struct asked *q)
{
	struct marks want = {.count = 0};

	if (!takes_steps(q)) {
		expect_refused(q, "not-a-writer");
		return;
	}
	if (is_final(q)) {
		expect_let_in(q);
		if (reply.a.status != 303 || records_of("read", "allow"))
			wrong(q, "%d to \"%s\"", reply.a.status, reply.to);
		return;
	}
	add_name(&want, q->r);
	add_title(&want, q->r, q->sheet);
	add_stored(&want, q->r, q->sheet, sight_of(q->r, q->sheet).sections);
	expect_shown(q, &want, "sheet.check", q->r->reason);
}

/* ---- a new one ------------------------------------------------------------------------------- */

/* A new one is made by whom the type names, and stands as an empty draft. */
static inline void make_sheet(struct asked *q)
{
	if (!role_in(q->r->role, q->r->type->writers)) {
		expect_refused(q, "not-a-writer");
		return;
	}
	expect_let_in(q);
	tally.written++;
	if (reply.a.status != 303 || !strstr(reply.to, "/2024/edit") ||
	    records_of("change", "allow") != 1)
		wrong(q, "%d to \"%s\": not made", reply.a.status, reply.to);
}

#endif
