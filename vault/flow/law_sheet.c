/* Sheets before the law: may this person write what changed, and take this step? */
#include "vault/flow/law_sheet.h"
#include "generator/sheet/convert.h"
#include "generator/sheet/merge.h"
#include "generator/sheet/workflow.h"
#include "vault/flow/decide.h"

#include <stdlib.h>

/* ---- the gate ------------------------------------------------------------------------------- */

static struct law_matter matter_of(const struct sheet *s, bool made)
{
	return (struct law_matter){.type = sheet_type(s)->id,
				   .id = sheet_id(s),
				   .institution = sheet_institution(s),
				   .made = made};
}

/* Which fields this person may write, by field->index; none if nothing may be seen. */
static enum status gate(struct deed *d, const struct decision *dec, const struct sheet *s,
			bool *may)
{
	struct view *v = NULL;
	struct shield shield;
	struct gate g;
	enum status st = law_shield(d, &d->who, &shield);

	gate_open(&g, dec, shield.words, shield.nwords);
	if (!st)
		st = redact_for(&v, s, &g.reader);
	if (!st)
		view_may_write(v, may);
	view_free(v);
	shield_clear(&shield);
	return st == ST_DENIED ? ST_OK : st;
}

static void accuse_fields(struct deed *d, const struct sheet *after, const bool *changed,
			  const bool *may)
{
	const struct sheet_type *t = sheet_type(after);

	for (size_t i = 0; i < t->nsections; i++)
		for (size_t k = 0; k < t->sections[i].nfields; k++) {
			const struct field *f = &t->sections[i].fields[k];

			if (changed[f->index] && !may[f->index])
				accuse(d, "law.write",
				       "the role %s might not write %.*s of section %.*s of "
				       "%.*s/%.*s in state %s",
				       role_name(d->who.role), SPAN_ARG(f->id),
				       SPAN_ARG(t->sections[i].id), SPAN_ARG(t->id),
				       SPAN_ARG(sheet_id(after)),
				       sheet_status_name(sheet_status(after)));
		}
}

/* before NULL, or of another version of the type: what an empty sheet allows. */
static enum status check_fields(struct deed *d, const struct decision *dec,
				const struct sheet *before, const struct sheet *after)
{
	const struct sheet_type *t = sheet_type(after);
	bool changed[TYPE_FIELDS_MAX] = {false}, may[TYPE_FIELDS_MAX] = {false};
	struct sheet *empty = NULL;
	enum status st = ST_OK;

	if (!before || sheet_type(before) != t)
		st = sheet_new(&empty, t, sheet_id(after), sheet_child(after),
			       sheet_institution(after), NULL);
	if (!st) {
		before = empty ? empty : before;
		sheet_changed(before, after, changed);
		st = memchr(changed, 1, sizeof changed) ? gate(d, dec, before, may) : ST_OK;
	}
	if (!st)
		accuse_fields(d, after, changed, may);
	sheet_free(empty);
	return st;
}

/* Its file says whose and which it is. */
static bool names_itself(struct deed *d, const struct sheet *s)
{
	struct span name = law_sheet_name(d->paths[law_sheet_path(d)].path);
	struct span type = span_cut(&name, '/');

	if (span_eq(type, sheet_type(s)->id) && span_eq(name, sheet_id(s)) &&
	    span_is(sheet_child(s), d->w->name.id))
		return true;
	accuse(d, "law.write", "the file is of sheet %.*s/%.*s of %.*s",
	       SPAN_ARG(sheet_type(s)->id), SPAN_ARG(sheet_id(s)), SPAN_ARG(sheet_child(s)));
	return false;
}

static enum status both_sheets(struct deed *d, struct sheet **before, struct sheet **after)
{
	const struct law_path *p = &d->paths[law_sheet_path(d)];
	enum status st = law_sheet(d, p, false, "law.write", before);

	*after = NULL;
	if (!st && *before)
		st = law_sheet(d, p, true, "law.write", after);
	return st;
}

/* ---- making, saving ------------------------------------------------------------------------- */

enum status law_sheet_create(struct deed *d)
{
	const struct law_path *p = &d->paths[law_sheet_path(d)];
	struct law_matter m;
	struct sheet *s = NULL;
	struct decision dec;
	enum status st = law_sheet(d, p, true, "law.write", &s);

	if (st || !s || !names_itself(d, s))
		return st;
	m = matter_of(s, true);
	if (!span_is(sheet_institution(s), d->who.institution))
		accuse(d, "law.write", "the sheet is made for %.*s, not for the own institution",
		       SPAN_ARG(sheet_institution(s)));
	if (!role_in(d->who.role, sheet_type(s)->writers))
		accuse(d, "law.write", "the role %s makes no sheets of type %.*s",
		       role_name(d->who.role), SPAN_ARG(sheet_type(s)->id));
	st = deed_decide(d, ACT_SHEET_WRITE, &m, &dec);
	return st || !dec.allow ? st : check_fields(d, &dec, NULL, s);
}

static void check_head(struct deed *d, const struct sheet *before, const struct sheet *after)
{
	if (!span_eq(sheet_institution(before), sheet_institution(after)))
		accuse(d, "law.write", "the sheet goes from %.*s to %.*s",
		       SPAN_ARG(sheet_institution(before)), SPAN_ARG(sheet_institution(after)));
	if (d->who.role == ROLE_HOUSEHOLD && !span_eq(sheet_title(before), sheet_title(after)))
		accuse(d, "law.write", "its title is not a household's to change");
	if (sheet_status(before) != sheet_status(after))
		accuse(d, "law.workflow", "saving takes it from %s to %s",
		       sheet_status_name(sheet_status(before)),
		       sheet_status_name(sheet_status(after)));
}

static void check_reason(struct deed *d, const struct sheet *before, const struct sheet *after)
{
	bool changed[TYPE_FIELDS_MAX] = {false};

	if (d->v->reason.n || !reason_needed(sheet_status(before)) ||
	    strcmp(d->action, "sheet.save") != 0 || sheet_type(before) != sheet_type(after))
		return;
	sheet_changed(before, after, changed);
	if (memchr(changed, 1, sizeof changed))
		accuse(d, "law.workflow", "a final sheet is changed without a reason");
}

enum status law_sheet_save(struct deed *d)
{
	struct sheet *before, *after;
	struct law_matter m;
	struct decision dec;
	enum status st = both_sheets(d, &before, &after);

	if (st || !after || !names_itself(d, after))
		return st;
	check_head(d, before, after);
	check_reason(d, before, after);
	m = matter_of(before, false);
	st = deed_decide(d, ACT_SHEET_WRITE, &m, &dec);
	return st || !dec.allow ? st : check_fields(d, &dec, before, after);
}

/* Carried over to another version of its type, and nothing else. */
enum status law_sheet_migrate(struct deed *d)
{
	struct sheet *before, *after, *made = NULL;
	struct buf want, is;
	struct problems ps;
	enum status st = both_sheets(d, &before, &after);

	if (st || !after || !names_itself(d, after))
		return st;
	problems_init(&ps);
	buf_init(&want, SHEET_MAX_BYTES);
	buf_init(&is, SHEET_MAX_BYTES);
	st = sheet_convert(&made, before, sheet_type(after), "", &ps);
	if (!st)
		st = sheet_write(made, &want);
	if (!st)
		st = sheet_write(after, &is);
	if (st == ST_INVALID || (!st && !span_eq(buf_span(&want), buf_span(&is)))) {
		accuse(d, "law.write", "the sheet is not what version %d of its type makes of it",
		       sheet_type(after)->version);
		st = ST_OK;
	}
	sheet_free(made);
	buf_clear(&want);
	buf_clear(&is);
	problems_clear(&ps);
	return st;
}

/* ---- steps ---------------------------------------------------------------------------------- */

static bool is_writer(const struct account *a, const struct decision *dec,
		      const struct sheet_type *t)
{
	return dec->allow && dec->relation == REL_OWN && !dec->read_only && a->staff &&
	       role_in(a->role, t->writers);
}

struct second {
	struct deed *d;
	const struct sheet *sheet;
	const char *institution, *own; /* of the sheet, and of who takes the step */
	bool found;
	char who[ID_MAX + 1];
};

static enum status could(void *ctx, const void *row)
{
	struct second *s = ctx;
	const struct account *listed = row;
	const struct law_matter m = matter_of(s->sheet, false);
	struct account a;
	struct decision dec;
	enum status st;

	if (s->found || !listed->staff || !listed->key[0] || listed->disabled ||
	    (strcmp(listed->institution, s->institution) != 0 &&
	     strcmp(listed->institution, s->own) != 0) ||
	    strcmp(listed->id, s->d->who.id) == 0 ||
	    !law_account(s->d->law, span_of(listed->id), s->d->at, &a))
		return ST_OK;
	st = law_decide(s->d, &a, ACT_SHEET_WRITE, &m, &dec);
	s->found = !st && is_writer(&a, &dec, sheet_type(s->sheet));
	if (s->found)
		memcpy(s->who, a.id, sizeof a.id);
	return st;
}

/* Who put a sheet forward reviews it only if nobody else could, and says so. */
static enum status check_second(struct deed *d, const struct sheet *before, bool wanted)
{
	bool alone = span_is(version_trailer(d->v, "Karte-Review"), "alone");
	char wrote[ID_MAX + 1];
	struct second s = {d, before, wrote, d->who.institution, false, ""};
	enum status st;

	if (alone && !wanted)
		accuse(d, "law.review", "Karte-Review: alone, where no second person is needed");
	if (wanted && !alone)
		accuse(d, "law.review", "who submitted the sheet reviews it");
	if (!wanted || !alone)
		return ST_OK;
	span_copy(sheet_institution(before), wrote, sizeof wrote);
	st = law_each(d->law, LAW_ACCOUNT, d->at, could, &s);
	if (!st && s.found)
		accuse(d, "law.review", "Karte-Review: alone, but %s could have reviewed it",
		       s.who);
	return st;
}

static enum status check_taker(struct deed *d, const struct sheet *before, enum step step)
{
	const struct sheet_type *t = sheet_type(before);
	enum sheet_status from = sheet_status(before), to;
	char owner[ID_MAX + 1];
	struct step_taker taker = {.writer = true, .alone = true};
	bool wanted;
	enum status st = law_owner(d, t, owner);

	if (st)
		return st;
	taker.submitted = strcmp(owner, d->who.id) == 0;
	wanted = taker.submitted && step_wants_second(t->workflow, from, step);
	if (!step_allowed(t->workflow, from, step, &taker, &to))
		accuse(d, "law.workflow", "%s is not for who %s it (%s)", step_name(step),
		       taker.submitted ? "submitted" : "did not submit", owner);
	return check_second(d, before, wanted);
}

/* A step changes the state and nothing else. */
static void check_only_state(struct deed *d, const struct sheet *before, const struct sheet *after)
{
	bool changed[TYPE_FIELDS_MAX] = {false};

	if (sheet_type(before) == sheet_type(after))
		sheet_changed(before, after, changed);
	if (sheet_type(before) != sheet_type(after) || memchr(changed, 1, sizeof changed) ||
	    !span_eq(sheet_title(before), sheet_title(after)) ||
	    !span_eq(sheet_institution(before), sheet_institution(after)))
		accuse(d, "law.write", "the step changes what the sheet says");
}

static enum status check_whole(struct deed *d, const struct sheet *after, enum step step)
{
	struct problems ps;
	enum status st;

	if (!step_leads_on(step))
		return ST_OK;
	problems_init(&ps);
	st = sheet_check(after, "", &ps);
	if (st == ST_INVALID) {
		accuse(d, "law.workflow", "the sheet goes on although it is not complete: %s",
		       ps.count ? ps.list[0].code : "");
		st = ST_OK;
	}
	problems_clear(&ps);
	return st;
}

static enum status check_agreed(struct deed *d, const struct sheet *before, enum step step)
{
	char digest[CONSENT_DIGEST];
	struct law_book *b = NULL;
	enum status st;

	if (step != STEP_FINALISE || sheet_status(before) != SHEET_CONSENT)
		return ST_OK;
	st = consent_digest(before, digest);
	if (!st)
		st = law_book(d, &b);
	if (!st && consent_of_making(&b->book, sheet_type(before)->id, sheet_id(before),
				     span_of(digest), d->day) != CONSENT_AGREED)
		accuse(d, "law.consent", "it becomes final without the guardians' agreement");
	law_book_end(b);
	return st;
}

static enum status check_step(struct deed *d, enum step step, const struct sheet *before,
			      const struct sheet *after)
{
	const struct law_matter m = matter_of(before, false);
	const struct sheet_type *t = sheet_type(before);
	enum sheet_status to = SHEET_DRAFT;
	struct decision dec;
	enum status st;

	check_only_state(d, before, after);
	if (!step_leads(t->workflow, sheet_status(before), step, &to) ||
	    sheet_status(after) != to) {
		accuse(d, "law.workflow", "%s does not lead from %s to %s in this type",
		       step_name(step), sheet_status_name(sheet_status(before)),
		       sheet_status_name(sheet_status(after)));
		return ST_OK;
	}
	if (step_needs_comment(step) && !d->v->reason.n)
		accuse(d, "law.workflow", "%s without saying why", step_name(step));
	st = deed_decide(d, ACT_SHEET_WRITE, &m, &dec);
	if (st || !dec.allow)
		return st;
	if (!is_writer(&d->who, &dec, t)) {
		accuse(d, "law.relation", "the sheet is not this person's own to lead on");
		return ST_OK;
	}
	st = check_taker(d, before, step);
	if (!st)
		st = check_whole(d, after, step);
	return st ? st : check_agreed(d, before, step);
}

enum status law_sheet_step(struct deed *d)
{
	struct span name = span_of(d->action);
	struct sheet *before, *after;
	enum step step;
	enum status st = both_sheets(d, &before, &after);

	span_cut(&name, '.');
	if (st || !after || !names_itself(d, after) || !step_find(name, &step))
		return st;
	st = check_step(d, step, before, after);
	return st || step != STEP_ASK ? st : law_consent_ask(d);
}
