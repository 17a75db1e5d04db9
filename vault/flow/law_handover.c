/* Handovers before the law: whose step it is, and that the file says just that. */
#include "generator/role/redact.h"
#include "vault/flow/handover.h"
#include "vault/flow/law_impl.h"
#include "vault/flow/read_sheet.h"

#include <stdio.h>

enum { MOMENT_BEHIND = 600, MOMENT_AHEAD = 120 };

struct handing {
	struct deed *d;
	struct handover was, is; /* was: with the answers; of handover.ask empty */
	struct decision decision;
	enum handover_side side;
	char today[DAY_TEXT];
};

/* ---- reading -------------------------------------------------------------------------------- */

static enum status read_new(struct deed *d, struct handover *out)
{
	struct buf text;
	enum status st;

	buf_init(&text, HANDOVER_FILE);
	st = deed_blob(d, &d->paths[0].after, &text);
	if (!st)
		st = handover_parse(d->arena, buf_span(&text), out);
	buf_clear(&text);
	if (st != ST_CORRUPT && st != ST_INVALID)
		return st;
	accuse(d, "law.relation", "%.*s cannot be read", SPAN_ARG(d->paths[0].path));
	return ST_INVALID;
}

/* handovers/ID… */
static struct span id_of(const struct deed *d)
{
	struct span rest = d->paths[0].path;

	span_cut(&rest, '/');
	rest = span_cut(&rest, '/');
	return span_ends(rest, SPAN(".md")) ? span_make(rest.p, rest.n - 3) : rest;
}

/* Does it open the child to the institution of who did it? */
static bool opens_to_me(const struct handing *h)
{
	return h->d->who.staff && !h->was.outside.n && span_is(h->was.to, h->d->who.institution) &&
	       handover_is_open(&h->was, h->today, h->d->arena);
}

/* What was there, the decision, and which side this person is on. */
static enum status begin(struct handing *h, bool there)
{
	struct deed *d = h->d;
	struct law_matter m = {.made = false};
	struct shield shield;
	enum status st = ST_OK;

	day_iso(d->day, h->today);
	if (there)
		st = handover_load(d->w->repo, &d->parent, span_of(d->w->name.id), id_of(d),
				   d->arena, &h->was);
	if (st == ST_NOTFOUND || st == ST_CORRUPT) {
		accuse(d, "law.relation", "there was no handover %.*s", SPAN_ARG(id_of(d)));
		return ST_INVALID;
	}
	if (st)
		return st;
	if (there && opens_to_me(h))
		m.handover = h->was.id;
	st = deed_decide(d, ACT_CHILD_READ, &m, &h->decision);
	if (st || !h->decision.allow)
		return st ? st : ST_INVALID;
	if (!there)
		return ST_OK;
	st = law_shield(d, &d->who, &shield);
	if (!st)
		h->side =
		    handover_side(&h->was, &d->who, &h->decision, &shield, h->today, d->arena);
	shield_clear(&shield);
	return st;
}

static void check_moment(struct deed *d, struct span by, int64_t at)
{
	if (!span_eq(by, d->account))
		accuse(d, "law.relation", "the step is in the name of \"%.*s\"", SPAN_ARG(by));
	if (at < d->t - MOMENT_BEHIND || at > d->t + MOMENT_AHEAD)
		accuse(d, "law.relation", "its time is not that of its record");
}

static void wrong(struct deed *d, const char *what)
{
	accuse(d, "law.relation", "%s", what);
}

/* ---- asking --------------------------------------------------------------------------------- */

static const char *why_not(const struct sheet_type *t, struct span id, enum role receiver)
{
	const struct section *s = type_section(t, id);

	if (!s)
		return "is no section of its type";
	if (t->sharing == SHARING_NONE || s->unshared)
		return "goes to no other institution";
	if (!section_readable(t, s, receiver))
		return "is not read by the receiver";
	return section_readable(t, s, ROLE_HOUSEHOLD) ? NULL : "is not read by guardians";
}

static void check_sections(struct deed *d, const struct handover_sheet *s,
			   const struct sheet_type *t, enum role receiver)
{
	struct span rest = s->asked;

	while (rest.n) {
		struct span one = span_cut(&rest, ',');
		const char *why = why_not(t, one, receiver);

		if (why)
			accuse(d, "law.relation", "section %.*s of %.*s/%.*s %s", SPAN_ARG(one),
			       SPAN_ARG(s->type), SPAN_ARG(s->id), why);
	}
}

/* Is the sheet at the version that is named as it is now? */
static enum status is_newest(struct deed *d, const struct handover_sheet *s, struct oid *now,
			     bool *out)
{
	struct oid version, then;
	struct buf path;
	bool ours = false;
	enum status st = ST_OK;

	*out = false;
	buf_init(&path, 256);
	sheet_path(s->type, s->id, &path);
	if (oid_parse(s->version, &version))
		st = history_contains(d->w->repo, &version, &ours);
	if (!st && ours)
		st = repo_blob_id(d->w->repo, &version, buf_str(&path), &then);
	if (!st && ours)
		st = repo_blob_id(d->w->repo, &d->parent, buf_str(&path), now);
	*out = !st && ours && oid_eq(&then, now);
	buf_clear(&path);
	return st == ST_NOTFOUND ? ST_OK : st;
}

static enum status check_sheet(struct deed *d, const struct handover_sheet *s, enum role receiver)
{
	struct law_path p = {.kind = CHANGE_EDITED};
	struct sheet *sheet = NULL;
	struct buf path;
	bool newest = false;
	enum status st = is_newest(d, s, &p.before, &newest);

	if (st)
		return st;
	if (!newest) {
		accuse(d, "law.relation", "%.*s/%.*s is not at the version named",
		       SPAN_ARG(s->type), SPAN_ARG(s->id));
		return ST_OK;
	}
	buf_init(&path, 256);
	sheet_path(s->type, s->id, &path);
	p.path = arena_copy(d->arena, buf_span(&path));
	buf_clear(&path);
	st = law_sheet(d, &p, false, "law.relation", &sheet);
	if (st || !sheet)
		return st;
	if (sheet_status(sheet) != SHEET_FINAL ||
	    !law_own(d->law, &d->who, sheet_institution(sheet), d->at))
		accuse(d, "law.relation", "%.*s/%.*s is no final sheet of the giver's",
		       SPAN_ARG(s->type), SPAN_ARG(s->id));
	if (s->opened.n)
		wrong(d, "it opens what nobody agreed to yet");
	check_sections(d, s, sheet_type(sheet), receiver);
	return ST_OK;
}

static enum role receiver_of(struct deed *d, const struct handover *h)
{
	const struct institution *to = law_row(d->law, LAW_INSTITUTION, h->to, d->at);

	if (h->outside.n)
		return h->kind;
	if (!to || span_is(h->to, d->who.institution))
		accuse(d, "law.relation", "the receiver %.*s is no other institution",
		       SPAN_ARG(h->to));
	return to ? to->kind : ROLE_NOBODY;
}

static enum status check_ask(struct handing *h)
{
	struct deed *d = h->d;
	const struct handover *is = &h->is;
	enum role receiver = receiver_of(d, is);
	enum status st = ST_OK;

	check_moment(d, is->asked_by, is->asked_at);
	if (!handover_gives(&d->who, &h->decision) || !span_is(is->from, d->who.institution))
		wrong(d, "who asks is no staff of the child's institution that gives");
	if (!span_eq(is->id, id_of(d)) || !span_is(is->child, d->w->name.id))
		wrong(d, "the file is of another handover");
	if (is->state != HANDOVER_ASKED || is->opened_at || is->closed_at || is->confirmed_at ||
	    is->nwords || is->npackages)
		wrong(d, "a new handover goes further than asking");
	for (size_t i = 0; i < is->nsheets && !st; i++)
		st = check_sheet(d, &is->sheets[i], receiver);
	return st;
}

/* ---- steps ---------------------------------------------------------------------------------- */

/* Takes out of the new file what the step puts in; the rest must be what was there. */
static void undo_open(struct handing *h, struct handover *back)
{
	back->state = h->was.state;
	back->opened_by = h->was.opened_by;
	back->opened_at = h->was.opened_at;
	for (size_t i = 0; i < back->nsheets && i < h->was.nsheets; i++)
		back->sheets[i].opened = h->was.sheets[i].opened;
}

static void undo_close(struct handing *h, struct handover *back)
{
	back->state = h->was.state;
	back->closed_by = h->was.closed_by;
	back->closed_at = h->was.closed_at;
}

static void undo_confirm(struct handing *h, struct handover *back)
{
	back->confirmed_by = h->was.confirmed_by;
	back->confirmed_at = h->was.confirmed_at;
}

static void undo_word(struct handing *h, struct handover *back)
{
	back->nwords = h->was.nwords;
}

static void undo_package(struct handing *h, struct handover *back)
{
	back->npackages = h->was.npackages;
}

static bool all_listed(struct span of, struct span in)
{
	while (of.n)
		if (!handover_lists(in, span_cut(&of, ',')))
			return false;
	return true;
}

static enum status check_open(struct handing *h)
{
	struct deed *d = h->d;
	struct oid now;
	bool newest, any = false;
	enum status st = ST_OK;

	check_moment(d, h->is.opened_by, h->is.opened_at);
	if (h->was.state != HANDOVER_ASKED || h->is.state != HANDOVER_IS_OPEN)
		wrong(d, "it opens a handover that does not wait for it");
	if (span_cmp(h->was.until, span_of(h->today)) < 0)
		wrong(d, "it opens a handover whose last day has passed");
	for (size_t i = 0; i < h->is.nsheets && i < h->was.nsheets && !st; i++) {
		const struct handover_sheet *s = &h->is.sheets[i];

		any = any || s->opened.n;
		if (!all_listed(s->opened, h->was.sheets[i].agreed))
			accuse(d, "law.consent", "it opens sections of %.*s/%.*s without agreement",
			       SPAN_ARG(s->type), SPAN_ARG(s->id));
		st = s->opened.n ? is_newest(d, s, &now, &newest) : ST_OK;
		if (!st && s->opened.n && !newest)
			accuse(d, "law.consent",
			       "%.*s/%.*s was written anew since it was agreed to",
			       SPAN_ARG(s->type), SPAN_ARG(s->id));
	}
	if (!any)
		wrong(d, "it opens nothing");
	return st;
}

static enum status check_close(struct handing *h)
{
	check_moment(h->d, h->is.closed_by, h->is.closed_at);
	if (h->was.state == HANDOVER_CLOSED || h->is.state != HANDOVER_CLOSED)
		wrong(h->d, "it closes what is not open");
	return ST_OK;
}

static enum status check_confirm(struct handing *h)
{
	check_moment(h->d, h->is.confirmed_by, h->is.confirmed_at);
	if (h->was.confirmed_at)
		wrong(h->d, "it was confirmed before");
	return ST_OK;
}

static enum status check_word(struct handing *h)
{
	const struct handover_word *last = &h->is.words[h->was.nwords];

	if (h->is.nwords != h->was.nwords + 1)
		wrong(h->d, "it does not add one feedback");
	else
		check_moment(h->d, last->by, last->at);
	return ST_OK;
}

static enum status check_package(struct handing *h)
{
	const struct handover_package *last = &h->is.packages[h->was.npackages];
	struct span day = span_of(h->today);

	if (h->was.state != HANDOVER_IS_OPEN || span_cmp(h->was.since, day) > 0 ||
	    span_cmp(h->was.until, day) < 0)
		wrong(h->d, "it gives out what is not open on that day");
	if (h->is.npackages != h->was.npackages + 1)
		wrong(h->d, "it does not add one package");
	else
		check_moment(h->d, last->by, last->at);
	return ST_OK;
}

static const struct step {
	const char *action;
	enum handover_side side;
	void (*undo)(struct handing *h, struct handover *back);
	enum status (*check)(struct handing *h);
} steps[] = {
    {"handover.open", HANDOVER_GIVER, undo_open, check_open},
    {"handover.close", HANDOVER_GIVER, undo_close, check_close},
    {"handover.confirm", HANDOVER_RECEIVER, undo_confirm, check_confirm},
    {"handover.feedback", HANDOVER_RECEIVER, undo_word, check_word},
    {"handover.package", HANDOVER_GIVER, undo_package, check_package},
};

static enum status check_rest(struct handing *h, const struct step *s)
{
	struct handover back = h->is;
	struct buf was, is;
	enum status st;

	back.sheets = arena_array(h->d->arena, HANDOVER_SHEETS, sizeof *back.sheets);
	if (!back.sheets)
		return ST_NOMEM;
	memcpy(back.sheets, h->is.sheets, h->is.nsheets * sizeof *back.sheets);
	s->undo(h, &back);
	buf_init(&was, HANDOVER_FILE);
	buf_init(&is, HANDOVER_FILE);
	handover_write(&h->was, &was);
	handover_write(&back, &is);
	st = was.st ? was.st : is.st;
	if (!st && !span_eq(buf_span(&was), buf_span(&is)))
		wrong(h->d, "the file changes more than this step does");
	buf_clear(&was);
	buf_clear(&is);
	return st;
}

static enum status check_step(struct handing *h, const struct step *s)
{
	if (h->side != s->side ||
	    (s->side == HANDOVER_GIVER && !handover_gives(&h->d->who, &h->decision)))
		wrong(h->d, s->side == HANDOVER_GIVER
				? "this is the giver's step"
				: "this is the receiver's step, while something is open to it");
	return s->check(h);
}

enum status law_handover(struct deed *d)
{
	bool asks = strcmp(d->action, "handover.ask") == 0;
	struct handing *h = arena_alloc(d->arena, sizeof *h);
	enum status st;

	if (!h)
		return ST_NOMEM;
	h->d = d;
	st = read_new(d, &h->is);
	if (!st)
		st = begin(h, !asks);
	if (!st && asks)
		st = check_ask(h);
	for (size_t i = 0; !st && !asks && i < sizeof steps / sizeof *steps; i++)
		if (strcmp(d->action, steps[i].action) == 0) {
			st = check_step(h, &steps[i]);
			if (!st)
				st = check_rest(h, &steps[i]);
		}
	return st == ST_INVALID ? ST_OK : st; /* it was accused */
}

/* ---- a guardian answers --------------------------------------------------------------------- */

static const struct handover_sheet *find_sheet(const struct handover *h,
					       const struct handover_sheet *s)
{
	for (size_t i = 0; i < h->nsheets; i++)
		if (span_eq(h->sheets[i].type, s->type) && span_eq(h->sheets[i].id, s->id) &&
		    span_eq(h->sheets[i].version, s->version))
			return &h->sheets[i];
	return NULL;
}

static void check_answer(struct handing *h)
{
	struct deed *d = h->d;
	bool agrees = false;
	char file[128];

	snprintf(file, sizeof file, "handovers/%.*s/%.*s.md", SPAN_ARG(h->was.id),
		 SPAN_ARG(d->account));
	if (!span_is(d->paths[0].path, file) || !span_eq(h->is.id, h->was.id) ||
	    !span_eq(h->is.asked_by, d->account))
		accuse(d, "law.consent", "%.*s is no answer of %.*s", SPAN_ARG(d->paths[0].path),
		       SPAN_ARG(d->account));
	if (h->was.state == HANDOVER_CLOSED)
		accuse(d, "law.consent", "it answers a handover that was closed");
	for (size_t i = 0; i < h->is.nsheets; i++) {
		const struct handover_sheet *s = &h->is.sheets[i], *asked = find_sheet(&h->was, s);

		agrees = agrees || s->asked.n;
		if (!asked || !all_listed(s->asked, asked->asked))
			accuse(d, "law.consent", "it agrees to what of %.*s/%.*s was not asked",
			       SPAN_ARG(s->type), SPAN_ARG(s->id));
	}
	if (agrees != (strcmp(d->action, "consent.give") == 0))
		accuse(d, "law.consent", "the answer is not what the action says");
}

enum status law_handover_say(struct deed *d)
{
	struct handing *h = arena_alloc(d->arena, sizeof *h);
	struct buf text;
	enum status st;

	if (!h)
		return ST_NOMEM;
	h->d = d;
	buf_init(&text, HANDOVER_FILE);
	st = deed_blob(d, &d->paths[0].after, &text);
	if (!st)
		st = handover_answer_parse(d->arena, buf_span(&text), &h->is);
	buf_clear(&text);
	if (st == ST_CORRUPT || st == ST_INVALID) {
		accuse(d, "law.consent", "%.*s cannot be read", SPAN_ARG(d->paths[0].path));
		return ST_OK;
	}
	if (!st)
		st = begin(h, true);
	if (!st && h->side != HANDOVER_FAMILY)
		accuse(d, "law.consent", "the handover is not before this guardian");
	if (!st)
		check_answer(h);
	return st == ST_INVALID ? ST_OK : st;
}
