/* The registry in time: how it was before a record. */
#include "generator/base/day.h"
#include "vault/flow/law_impl.h"

static int compare(const struct law_moment *m, enum law_kind kind, struct span id, uint64_t at)
{
	int d = (int)m->kind - (int)kind;

	if (!d)
		d = span_cmp(span_of(m->id), id);
	return d ? d : m->n < at ? -1 : 1;
}

/* How many moments lie before the place of (kind, id, at). */
static size_t place(const struct law *law, enum law_kind kind, struct span id, uint64_t at)
{
	size_t low = 0, high = law->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (compare(&law->moments[mid], kind, id, at) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const void *law_row(const struct law *law, enum law_kind kind, struct span id, uint64_t at)
{
	size_t i = place(law, kind, id, at);
	const struct law_moment *m = i ? &law->moments[i - 1] : NULL;

	return m && m->kind == kind && span_is(id, m->id) ? m->row : NULL;
}

enum status law_each(const struct law *law, enum law_kind kind, uint64_t at,
		     enum status (*each)(void *ctx, const void *row), void *ctx)
{
	size_t i = place(law, kind, SPAN(""), 0);
	enum status st = ST_OK;

	while (!st && i < law->count && law->moments[i].kind == kind) {
		const char *id = law->moments[i].id;
		const void *row = NULL;

		for (; i < law->count && law->moments[i].kind == kind &&
		       strcmp(law->moments[i].id, id) == 0;
		     i++)
			if (law->moments[i].n < at)
				row = law->moments[i].row;
		if (row)
			st = each(ctx, row);
	}
	return st;
}

bool law_account(const struct law *law, struct span id, uint64_t at, struct account *out)
{
	const struct account *a = law_row(law, LAW_ACCOUNT, id, at);
	const struct institution *i;

	if (!a)
		return false;
	*out = *a;
	i = a->staff ? law_row(law, LAW_INSTITUTION, span_of(a->institution), at) : NULL;
	if (a->staff)
		out->role = i ? i->kind : ROLE_NOBODY;
	if (i) {
		memcpy(out->institution_closed, i->closed, sizeof i->closed);
		out->by_class = i->by_class;
	}
	return true;
}

const struct types *law_types(const struct law *law, uint64_t at)
{
	const struct types *ts = law_row(law, LAW_TYPES, SPAN(""), at);

	return ts ? ts : law->first;
}

struct policy law_policy(const struct law *law, uint64_t at)
{
	const struct policy *p = law_row(law, LAW_POLICY, SPAN(""), at);
	struct policy out;

	policy_default(&out);
	return p ? *p : out;
}

uint64_t law_back(const struct law *law, uint64_t n, int64_t since)
{
	size_t i = law->nchanges;

	while (i && law->changes[i - 1].n >= n)
		i--;
	return i && law->changes[i - 1].t > since ? law->changes[i - 1].n : n;
}

enum { MERGERS = 8 };

bool law_own(const struct law *law, const struct account *a, struct span institution, uint64_t at)
{
	if (!a->staff || !a->institution[0])
		return false;
	for (int n = 0; n < MERGERS && institution.n; n++) {
		const struct institution *i;

		if (span_is(institution, a->institution))
			return true;
		i = law_row(law, LAW_INSTITUTION, institution, at);
		institution = i ? span_of(i->into) : SPAN_NONE;
	}
	return false;
}

bool law_said(const struct law *law, const char *event, struct span account, struct span object,
	      uint64_t n, int64_t t)
{
	if (t <= law->words_since)
		return true;
	for (size_t i = 0; i < law->nwords && law->words[i].n < n; i++) {
		const struct law_word *w = &law->words[i];

		if (strcmp(w->event, event) == 0 && (!account.n || span_is(account, w->account)) &&
		    span_starts(span_of(w->object), object))
			return true;
	}
	return false;
}

bool law_opened(const struct law *law, struct span account, struct span child, struct span paper,
		uint64_t n, int64_t t)
{
	if (t <= law->words_since)
		return true;
	for (size_t i = 0; i < law->nwords && law->words[i].n < n; i++) {
		const struct law_word *w = &law->words[i];

		if (strcmp(w->event, "consent.scan") == 0 && span_is(account, w->account) &&
		    span_is(child, w->child) && span_is(paper, w->object))
			return true;
	}
	return false;
}

bool law_paper_rule(const struct law *law, uint64_t at)
{
	return law->paper_rule && law->paper_rule <= at;
}
