/* What each page shows or does for a row that is allowed. */
#ifndef KARTE_TESTS_UNIT_ACCESS_HTTP_PAGES_H
#define KARTE_TESTS_UNIT_ACCESS_HTTP_PAGES_H

#include "tests/unit/access_http_child.h"

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
	add_siblings(&want, q->r);
	expect_shown(q, &want, "child.read", q->r->reason);
	snprintf(form, sizeof form, "action=\"/children/%s/sheets\"", q->r->child);
	expect_way(q, form, role_makes_sheets(q->r) && !cell_is(q->r, MODE, "ro"));
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
	if (!n || strcmp(n->reason, q->r->account.staff ? "break-glass" : "admin-reads") != 0)
		wrong(q, "that the door opened is not recorded");
	if (ask(&q->r->caller, karte, SPAN_NONE) != 200)
		wrong(q, "the door is not open");
}

/* Only a change that there is can be opened; the child's own pages stay shut. */
static inline void open_audit(struct asked *q)
{
	const struct noted *n = record_of("access", "allow", 0);
	char karte[64], content[PATH_ROOM + 16];

	expect_let_in(q);
	if (!q->r->written) {
		if (reply.a.status != 404 || n)
			wrong(q, "%d, and no such change", reply.a.status);
		return;
	}
	snprintf(content, sizeof content, "%s/content", q->path);
	if (reply.a.status != 303 || strcmp(reply.to, content) != 0)
		wrong(q, "%d to \"%s\"", reply.a.status, reply.to);
	if (!n || strcmp(n->reason, "audit-reads") != 0)
		wrong(q, "that the door opened is not recorded");
	if (ask(&q->r->caller, content, SPAN_NONE) != 200)
		wrong(q, "the door is not open");
	snprintf(karte, sizeof karte, "/children/%s", q->r->child);
	if (ask(&q->r->caller, karte, SPAN_NONE) != 404)
		wrong(q, "the child's own page is open");
}

/* What was written, for an auditor with a reason. */
static inline void see_audit_content(struct asked *q)
{
	const struct noted *n = record_of("read", "allow", 0);

	expect_let_in(q);
	if (!q->r->written) {
		if (reply.a.status != 404)
			wrong(q, "%d, and no such change", reply.a.status);
		return;
	}
	if (reply.a.status != 200 || records_of("read", "allow") != 1 ||
	    strcmp(n->event, "audit.content") != 0 || strcmp(n->reason, "glass") != 0)
		wrong(q, "%d, recorded as %s", reply.a.status, n ? n->event : "-");
}

/* No row with a list has a way in. */
static inline void see_no_way_in(struct asked *q)
{
	expect_refused(q, "no-rule");
}

/* ---- pages of one's own and of an institution ------------------------------------------------ */

static inline void see_drafts(struct asked *q)
{
	const struct marks none = {.count = 0};

	expect_shown(q, &none, "drafts", q->r->reason);
}

/* To several families: for staff alone. */
static inline void see_releases(struct asked *q)
{
	if (!q->r->account.staff) {
		expect_refused(q, "not-yours");
		return;
	}
	expect_let_in(q);
	if (reply.a.status != (q->route->handler == page_release_create ? 422 : 200))
		wrong(q, "%d", reply.a.status);
}

/* There is none. */
static inline void see_release(struct asked *q)
{
	expect_refused(q, q->r->account.staff ? "no-release" : "not-yours");
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
