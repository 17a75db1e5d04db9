/* The run as a whole: the journal, the registry, all others; then what was found, in order. */
#include "vault/flow/law.h"
#include "vault/flow/verify_impl.h"
#include "vault/journal/journal.h"

#include <stdio.h>
#include <stdlib.h>

static const size_t TEXTS_MAX = (size_t)4 << 30;

void verify_base_clear(struct verify_base *b)
{
	free(b->heads);
	*b = (struct verify_base){.size = 0};
}

/* ---- the parts ------------------------------------------------------------------------------ */

static enum status read_journal(struct verify_run *r)
{
	enum status st;

	r->arena = arena_new(TEXTS_MAX);
	if (!r->arena)
		return ST_NOMEM;
	if (r->base)
		return verify_journal_since(r);
	st = verify_journal(r);
	return st ? st : verify_load_records(r);
}

static void count_work(struct verify_run *r)
{
	r->done = r->total = 0;
	for (size_t i = 0; i < r->subject_count; i++)
		if (verify_wanted(r, r->subjects[i]))
			r->total += 1 + r->subjects[i]->count;
}

/* A child that was asked for and that nobody knows. */
static enum status ask_child(struct verify_run *r)
{
	struct repo_name name;
	char text[REPO_TEXT];

	if (!r->o->child.n)
		return ST_OK;
	if (repo_name_make(&name, REPO_CHILD, SPAN_NONE, r->o->child))
		return fail(ST_USAGE, "子どもの番号が正しくありません");
	repo_name_text(&name, text);
	return verify_subject(r, span_of(text)) ? ST_OK : fail(ST_NOMEM, "no memory");
}

static enum status look_at_all(struct verify_run *r)
{
	enum status st = ask_child(r);

	if (!st)
		st = read_journal(r);
	if (!st)
		st = verify_load_disk(r);
	if (!st)
		st = verify_law_load(r);
	if (st)
		return st;
	count_work(r);
	verify_repository(r, r->subjects[0]);
	if (!r->subjects[0]->st)
		verify_all(r);
	return r->st;
}

/* ---- what came of it ------------------------------------------------------------------------ */

static enum status sum_up(struct verify_run *r)
{
	struct verify_result *out = r->result;

	out->findings = r->journal.count;
	for (size_t i = 0; i < r->subject_count; i++) {
		const struct subject *s = r->subjects[i];

		if (!verify_wanted(r, s))
			continue;
		if (s->st)
			return fail(s->st, "%s: %s", s->text, s->why);
		if (s->found.full || r->journal.full)
			return fail(ST_NOMEM, "no memory for what was found");
		out->repositories++;
		out->commits += s->commits;
		out->signatures += s->signatures;
		out->findings += s->found.count;
		for (size_t k = 0; k < VERIFY_STATES; k++)
			out->states[k] += s->states[k];
	}
	return ST_OK;
}

static int by_repository(const void *a, const void *b)
{
	return strcmp(((const struct verify_head *)a)->repository,
		      ((const struct verify_head *)b)->repository);
}

/* What the next proof can go on from. */
static enum status keep_heads(struct verify_run *r)
{
	struct verify_base *b = &r->result->proved;

	if (r->result->findings || r->o->child.n) {
		b->size = 0;
		return ST_OK;
	}
	b->heads = calloc(r->subject_count + 1, sizeof *b->heads);
	if (!b->heads)
		return fail(ST_NOMEM, "no memory for the heads");
	for (size_t i = 0; i < r->subject_count; i++) {
		const struct subject *s = r->subjects[i];
		struct verify_head *h = &b->heads[b->count];

		if (!s->born && !s->removed)
			continue;
		memcpy(h->repository, s->text, sizeof h->repository);
		h->removed = s->removed;
		h->head = s->removed ? s->removed_head : s->head;
		b->count++;
	}
	qsort(b->heads, b->count, sizeof *b->heads, by_repository);
	return ST_OK;
}

static void tell_one(const struct found *found, const char *repository,
		     void (*tell)(void *ctx, const struct verify_finding *f), void *ctx)
{
	for (size_t i = 0; i < found->count; i++) {
		const struct found_one *o = &found->list[i];

		tell(ctx, &(struct verify_finding){o->code, repository, o->version,
						   o->text ? o->text : "(no memory for its text)"});
	}
}

static void tell_all(const struct verify_run *r,
		     void (*tell)(void *ctx, const struct verify_finding *f), void *ctx)
{
	tell_one(&r->journal, "journal", tell, ctx);
	for (size_t i = 0; i < r->subject_count; i++)
		if (verify_wanted(r, r->subjects[i]))
			tell_one(&r->subjects[i]->found, r->subjects[i]->text, tell, ctx);
}

/* ---- once, or once more --------------------------------------------------------------------- */

static void forget(struct verify_run *r)
{
	verify_forget_records(r);
	verify_keys_clear(&r->keys);
	law_free(r->law);
	r->law = NULL;
	found_clear(&r->journal);
	verify_base_clear(&r->result->proved);
	*r->result = (struct verify_result){.full = false};
	r->st = ST_OK;
}

static enum status attempt(struct verify_run *r)
{
	enum status st = look_at_all(r);

	if (!st)
		st = sum_up(r);
	r->result->full = !r->base;
	return st ? st : keep_heads(r);
}

/* From what was proved before; whatever is odd there is looked at by a full run, which names it. */
static enum status attempt_since(struct verify_run *r, char *why, size_t cap)
{
	enum status st = attempt(r);

	*why = '\0';
	if (!st && !r->result->findings)
		return ST_OK;
	if (st && st != ST_STALE && st != ST_CORRUPT)
		return st;
	snprintf(why, cap, "%s", st ? fail_why() : "something new is not as it should be");
	forget(r);
	r->base = NULL;
	return ST_STALE;
}

enum status verify_vault(struct app *app, const struct verify_options *o,
			 void (*tell)(void *ctx, const struct verify_finding *f), void *ctx,
			 struct verify_result *result)
{
	struct verify_run r = {.app = app,
			       .o = o,
			       .result = result,
			       .base = o->child.n || !o->base || !o->base->size ? NULL : o->base,
			       .lock = PTHREAD_MUTEX_INITIALIZER};
	char why[sizeof result->why_full] = "";
	int hold; /* what the journal's proof saw is there when the law asks for it */
	enum status st = journal_hold(app->journal, &hold);

	*result = (struct verify_result){.full = false};
	if (st)
		return st;
	st = ST_STALE;
	if (r.base)
		st = attempt_since(&r, why, sizeof why);
	if (st == ST_STALE) {
		st = attempt(&r);
		memcpy(result->why_full, why, sizeof why);
	}
	journal_release(&hold);
	if (!st)
		tell_all(&r, tell, ctx);
	verify_forget_records(&r);
	verify_keys_clear(&r.keys);
	law_free(r.law);
	found_clear(&r.journal);
	if (st)
		return st;
	return result->findings ? fail(ST_CORRUPT, "%zu findings", result->findings) : ST_OK;
}
