/* What each page shows or does for a row that is allowed. */
#ifndef KARTE_TESTS_UNIT_ACCESS_HTTP_PAGES_H
#define KARTE_TESTS_UNIT_ACCESS_HTTP_PAGES_H

#include "tests/unit/access_http_ask.h"

#define OPEN_REASON                                                                                \
	"%E7%81%BD%E5%AE%B3%E3%81%AE%E3%81%A8%E3%81%8D%E3%81%AE%E5%AE%89%E5%90%A6%E3%81%AE%E7%A2%" \
	"BA%E8%AA%8D"

#define KANA "%E3%81%B2%E3%82%87%E3%81%86" /* ひょう */

/* ---- the karte ------------------------------------------------------------------------------- */

/* May the role make sheets of some type? */
static inline bool role_makes_sheets(const struct row *r)
{
	for (size_t i = 0; i < types_count(app->types); i++)
		if (role_in(r->role, types_at(app->types, i)->writers))
			return r->account.staff;
	return false;
}

static inline void see_karte(struct asked *q)
{
	struct marks want = {.count = 0};
	char form[64];

	/* a row about a child alone has sheets only to show that they are hidden */
	add_name(&want, q->r);
	expect_shown(q, &want, "child.read", q->r->reason);
	snprintf(form, sizeof form, "action=\"/children/%s/sheets\"", q->r->child);
	expect_way(q, form, role_makes_sheets(q->r) && !cell_is(q->r, MODE, "ro"));
}

static inline void see_accesses(struct asked *q)
{
	struct marks want = {.count = 0};

	add_name(&want, q->r);
	expect_shown(q, &want, "child.accesses", q->r->reason);
}

/* There are none; a new one is for staff of an institution where the child is or was, and for the
   board. */
static inline void see_handover(struct asked *q)
{
	static const char *const giving[] = {"enrolled", "left", "oversight"};
	page_handler *h = q->route->handler;
	struct marks want = {.count = 0};
	bool gives = false;

	for (size_t i = 0; i < sizeof giving / sizeof *giving; i++)
		gives = gives || cell_is(q->r, REASON, giving[i]);
	gives = gives && q->r->account.staff;
	add_name(&want, q->r);
	if (h == page_handovers) {
		expect_shown(q, &want, "handover.list", q->r->reason);
		expect_way(q, "/handover/new\"", gives);
	} else if (h == page_handover_new || h == page_handover_ask) {
		if (!gives)
			expect_refused(q, "no-rule");
		else
			expect_let_in(q);
		if (gives && reply.a.status != (h == page_handover_new ? 200 : 422))
			wrong(q, "%d", reply.a.status);
	} else {
		expect_refused(q, "no-handover");
	}
}

/* ---- one sheet ------------------------------------------------------------------------------- */

struct sheet_page {
	page_handler *handler;
	const char *event;
	bool content; /* or only its title */
	bool old;     /* with the version before, or what became of it */
};
static const struct sheet_page sheet_pages[] = {
    {page_sheet, "sheet.read", true, false},	   {page_sheet_pdf, "sheet.pdf", true, false},
    {page_history, "sheet.history", false, false}, {page_version, "sheet.version", true, true},
    {page_version_pdf, "sheet.pdf", true, true},
};

/* Whom a handover lets in reads what was handed over, and not how it came to be. */
static inline bool is_handed(const struct row *r)
{
	return cell_is(r, REASON, "handover");
}

/* A version's own page also says what changed since the version before. */
static inline void add_content(struct marks *want, const struct asked *q,
			       const struct sheet_page *page, uint32_t sections)
{
	const int version = page->old ? q->version : q->r->newest - 1;

	add_sections(want, q->r, q->sheet, sections, (char)('1' + version));
	if (page->handler == page_version && version == 1)
		add_sections(want, q->r, q->sheet, sections, '1');
}

static inline void see_sheet(struct asked *q, const struct sheet_page *page)
{
	struct sight sight = sight_of(q->r, q->sheet);
	struct marks want = {.count = 0};
	char edit[PATH_ROOM + 8];

	if (is_handed(q->r) && (page->old || page->handler == page_history)) {
		expect_refused(q, "no-version");
		return;
	}
	if (!sight.any) {
		expect_refused(q, "redacted");
		return;
	}
	add_name(&want, q->r);
	add_title(&want, q->r, q->sheet);
	if (page->content)
		add_content(&want, q, page, sight.sections);
	expect_shown(q, &want, page->event, q->r->reason);
	snprintf(edit, sizeof edit, "%s/edit\"", q->path);
	if (page->handler == page_sheet)
		expect_way(q, edit, sight.writable != 0);
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Why nothing can be written although the row allows it; NULL: something can. */
static inline const char *why_not(const struct sight *s)
{
	return !s->any ? "redacted" : !s->writable ? "nothing-to-write" : NULL;
}

#define WRITTEN '4' /* the version of what is typed into forms */

static inline char newest_of(const struct asked *q)
{
	return (char)('0' + q->r->newest);
}

/* The form has what may be written and nothing of what may not be seen. */
static inline void see_form(struct asked *q)
{
	static struct marks shown;
	struct sight sight = sight_of(q->r, q->sheet);
	struct marks most = {.count = 0}, least = {.count = 0};
	const struct noted *n = record_of("read", "allow", 0);

	if (why_not(&sight)) {
		expect_refused(q, why_not(&sight));
		return;
	}
	expect_let_in(q);
	add_sections(&least, q->r, q->sheet, sight.writable, newest_of(q));
	add_sections(&most, q->r, q->sheet, sight.sections, newest_of(q));
	add_name(&most, q->r);
	add_title(&most, q->r, q->sheet);
	marks_of_answer(&shown);
	if (reply.a.status != 200 || marks_beyond(&shown, &most) || marks_beyond(&least, &shown))
		wrong(q, "%d, the form is another", reply.a.status);
	if (records_of("read", "allow") != 1 || strcmp(n->event, "sheet.edit") != 0 ||
	    strcmp(n->reason, q->r->reason) != 0)
		wrong(q, "the look at the form is recorded as %s for \"%s\"", n ? n->event : "-",
		      n ? n->reason : "-");
}

/* A form as the page gives it: with every field that may be written (or, for the refused, one). */
static inline void fill_form(struct asked *q)
{
	const struct row *r = q->r;
	uint32_t sections = 1;

	if (!r->written)
		return;
	if (r->allow)
		sections = sight_of(r, q->sheet).writable;
	if (!sections)
		sections = 1;
	buf_addf(&q->body, "&base=%s&reason=", r->versions[q->sheet][r->newest - 1].id);
	for (unsigned i = 0; i < r->type->nsections; i++)
		if (sections & 1u << i)
			buf_addf(
			    &q->body, "&f.%.*s=%s", SPAN_ARG(r->type->sections[i].fields[0].id),
			    mark_text(r->line, sheets[q->sheet].letter, (char)('a' + i), WRITTEN));
}

/* What is stored now: what was written, and the rest as it was. */
static inline void expect_stored(const struct asked *q, uint32_t written)
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
	add_sections(&want, r, q->sheet, written, WRITTEN);
	add_sections(&want, r, q->sheet, ~written, newest_of(q));
	if (marks_beyond(&stored, &want) || marks_beyond(&want, &stored))
		wrong(q, "something else is stored");
	repo_close(repo);
	buf_clear(&path);
	buf_clear(&text);
}

static inline void write_sheet(struct asked *q)
{
	struct sight sight = sight_of(q->r, q->sheet);

	if (why_not(&sight)) {
		expect_refused(q, why_not(&sight));
		expect_stored(q, 0);
		return;
	}
	expect_let_in(q);
	tally.written++;
	if (reply.a.status != 303 || records_of("change", "allow") != 1)
		wrong(q, "%d, %zu changes: not saved", reply.a.status,
		      records_of("change", "allow"));
	expect_stored(q, sight.writable);
}

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

/* ---- being let in ---------------------------------------------------------------------------- */

static inline void open_child(struct asked *q)
{
	const struct noted *n = record_of("access", "allow", 0);
	char karte[64];

	expect_let_in(q);
	snprintf(karte, sizeof karte, "/children/%s", q->r->child);
	if (q->route->handler == page_child_open) {
		if (reply.a.status != 200)
			wrong(q, "%d", reply.a.status);
		return;
	}
	if (reply.a.status != 303 || strcmp(reply.to, karte) != 0)
		wrong(q, "%d to \"%s\"", reply.a.status, reply.to);
	if (!n || strcmp(n->reason, q->r->account.staff ? "break-glass" : "admin-reads") != 0 ||
	    records_of("system", "allow") != 1)
		wrong(q, "that the door opened is not recorded");
	if (ask(&q->r->caller, karte, SPAN_NONE) != 200)
		wrong(q, "the door is not open");
}

/* ---- lists ----------------------------------------------------------------------------------- */

/*
 * Is the child in the lists of this person?  Exactly if its karte may be read; but whom a reason
 * opened is not looked for by a list.
 */
static inline void look_in_list(struct asked *q, const char *path, const char *event,
				const char *reason, bool may)
{
	static struct marks shown;
	const char *name = mark_of(q->r->line, 'n', 'n', '0');
	const struct noted *n;
	bool there;

	ask(&q->r->caller, path, SPAN_NONE);
	tally.requests++;
	n = record_of("read", "allow", 0);
	marks_of_answer(&shown);
	there = marks_have(&shown, name);
	if (reply.a.status != 200 || there != may)
		wrong(q, "%s: %d, the child is %s it", path, reply.a.status,
		      there ? "in" : "not in");
	if (records_of("read", "allow") != 1 || strcmp(n->event, event) != 0 ||
	    strcmp(n->reason, reason) != 0)
		wrong(q, "%s: recorded as %s for %s", path, n ? n->event : "-",
		      n ? n->reason : "-");
}

static inline void look_in_lists(struct asked *q, bool may)
{
	const struct row *r = q->r;
	char path[128];

	if (is_nobody(r) || cell_is(r, ACCOUNT, "weak") || !cell_is(r, CHILD, "there") ||
	    (r->role != ROLE_HOUSEHOLD && !r->account.staff))
		return;
	if (may && cell_is(r, REASON, "glass")) {
		tally.by_glass++;
		return;
	}
	snprintf(path, sizeof path, "/children?q=%s%%20%04u", KANA, r->line);
	look_in_list(q, path, "child.list", "role", may);
	if (r->role == ROLE_HOUSEHOLD)
		look_in_list(q, "/", "home", "own-pages", may);
}

#endif
