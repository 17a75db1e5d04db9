/* Reading a handover with its answers, and what of it is in force. */
#include "vault/flow/children_impl.h"
#include "vault/flow/handover.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- what is agreed to ---------------------------------------------------------------------- */

struct gather {
	struct repo *repo;
	struct arena *a;
	struct handover *h;
	const struct child *child;
};

/* Whose answer counts: a guardian whose right does not rest. */
static bool is_guardian(const struct child *c, struct span account)
{
	for (size_t i = 0; i < c->guardian_count; i++)
		if (span_is(account, c->guardians[i].account))
			return !c->guardians[i].suspended[0];
	return false;
}

/* The sections of a that are in b too, in a's order. */
static enum status both(struct arena *a, struct span x, struct span y, struct span *out)
{
	struct buf b;
	enum status st;

	buf_init(&b, HANDOVER_FILE);
	while (x.n) {
		struct span one = span_cut(&x, ',');

		if (!one.n || !handover_lists(y, one))
			continue;
		if (b.len)
			buf_addc(&b, ',');
		buf_addspan(&b, one);
	}
	*out = arena_copy(a, buf_span(&b));
	st = b.st ? b.st : out->p ? ST_OK : ST_NOMEM;
	buf_clear(&b);
	return st;
}

/* An answer is about the version that was shown; of a sheet that it does not name it says nothing.
 */
static enum status weigh(struct gather *g, const struct handover *answer)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < g->h->nsheets && !st; i++)
		for (size_t k = 0; k < answer->nsheets && !st; k++) {
			struct handover_sheet *s = &g->h->sheets[i];
			const struct handover_sheet *said = &answer->sheets[k];

			if (!span_eq(s->type, said->type) || !span_eq(s->id, said->id) ||
			    !span_eq(s->version, said->version))
				continue;
			st =
			    both(g->a, s->answered ? s->agreed : s->asked, said->asked, &s->agreed);
			s->answered = true;
		}
	return st;
}

static enum status one_answer(void *arg, const struct repo_entry *e)
{
	struct gather *g = arg;
	struct handover answer = {.nsheets = 0};
	struct handover_answer *to;
	struct span account = e->name;
	struct buf text;
	enum status st;

	if (e->dir || !span_ends(account, SPAN(".md")))
		return ST_OK;
	if (g->h->nanswers == HANDOVER_ANSWERS)
		return fail(ST_CORRUPT, "too many answers about a handover");
	account.n -= 3;
	buf_init(&text, HANDOVER_FILE);
	st = repo_read_blob(g->repo, &e->id, &text);
	if (!st)
		st = handover_answer_parse(g->a, buf_span(&text), &answer);
	buf_clear(&text);
	if (st || !span_eq(answer.id, g->h->id) || !span_eq(answer.asked_by, account))
		return st == ST_CORRUPT ? ST_OK : st;
	to = &g->h->answers[g->h->nanswers++];
	*to = (struct handover_answer){answer.asked_by, answer.asked_at,
				       is_guardian(g->child, account)};
	return to->counts ? weigh(g, &answer) : ST_OK;
}

static enum status load_answers(struct gather *g, const struct oid *at)
{
	char dir[64];
	enum status st;

	g->h->answers = arena_array(g->a, HANDOVER_ANSWERS, sizeof *g->h->answers);
	if (!g->h->answers)
		return ST_NOMEM;
	snprintf(dir, sizeof dir, "handovers/%.*s", SPAN_ARG(g->h->id));
	st = repo_list(g->repo, at, dir, one_answer, g);
	return st == ST_NOTFOUND ? ST_OK : st;
}

/* ---- one ------------------------------------------------------------------------------------ */

static enum status read_file(struct repo *repo, const struct oid *at, struct span child,
			     struct span id, struct arena *a, struct handover *out)
{
	char path[64];
	struct buf text;
	enum status st;

	if (!path_id(id))
		return fail(ST_NOTFOUND, "no such handover");
	snprintf(path, sizeof path, "handovers/%.*s.md", SPAN_ARG(id));
	buf_init(&text, HANDOVER_FILE);
	st = repo_read(repo, at, path, &text);
	if (!st)
		st = handover_parse(a, buf_span(&text), out);
	if (!st && (!span_eq(out->id, id) || !span_eq(out->child, child)))
		st = fail(ST_CORRUPT, "%s is another handover", path);
	buf_clear(&text);
	return st;
}

enum status handover_load(struct repo *repo, const struct oid *at, struct span child,
			  struct span id, struct arena *a, struct handover *out)
{
	struct child *c = malloc(sizeof *c);
	struct gather g = {repo, a, out, c};
	enum status st = c ? child_read(repo, at, child, c) : fail(ST_NOMEM, "no memory");

	if (!st)
		st = read_file(repo, at, child, id, a, out);
	if (!st)
		st = load_answers(&g, at);
	free(c);
	return st;
}

/* ---- all ------------------------------------------------------------------------------------ */

struct ids {
	struct arena *a;
	struct span *list;
	size_t n;
};

static enum status one_id(void *arg, const struct repo_entry *e)
{
	struct ids *ids = arg;

	if (e->dir || !span_ends(e->name, SPAN(".md")) || ids->n == HANDOVER_OF_CHILD)
		return ST_OK;
	ids->list[ids->n] = arena_copy(ids->a, span_make(e->name.p, e->name.n - 3));
	return ids->list[ids->n++].p ? ST_OK : ST_NOMEM;
}

enum status handover_ids(struct repo *repo, const struct oid *at, struct arena *a,
			 struct span **out, size_t *n)
{
	struct ids ids = {a, arena_array(a, HANDOVER_OF_CHILD, sizeof *ids.list), 0};
	enum status st = ids.list ? repo_list(repo, at, "handovers", one_id, &ids) : ST_NOMEM;

	*out = ids.list;
	*n = ids.n;
	return st == ST_NOTFOUND ? ST_OK : st;
}

/* ---- what is in force ----------------------------------------------------------------------- */

struct span handover_shown(const struct handover_sheet *s, struct arena *a)
{
	struct span out;

	return both(a, s->opened, s->agreed, &out) ? SPAN("") : out;
}

bool handover_is_open(const struct handover *h, const char *today, struct arena *a)
{
	struct span day = span_of(today);

	if (h->state != HANDOVER_IS_OPEN || span_cmp(h->since, day) > 0 ||
	    span_cmp(day, h->until) > 0)
		return false;
	for (size_t i = 0; i < h->nsheets; i++)
		if (handover_shown(&h->sheets[i], a).n)
			return true;
	return false;
}
