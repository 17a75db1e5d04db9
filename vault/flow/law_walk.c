/* One repository before the law, commit by commit. */
#include "vault/flow/law_impl.h"

#include "vault/flow/children_impl.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	REGISTRY_SECONDS = 15, /* so much earlier somebody may have looked at the registry, … */
	CHANGES_BACK = 32,     /* … before at most so many of its changes */
	DAY_SECONDS = 600,     /* and begun to send what was recorded the day after */
	DEED_MEMORY = 64 * 1024 * 1024,
};

void accuse(struct deed *d, const char *code, const char *fmt, ...)
{
	char what[DEED_TEXT - 160];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	if (d->nfindings == DEED_FINDINGS)
		return;
	d->findings[d->nfindings].code = code;
	snprintf(d->findings[d->nfindings++].text, DEED_TEXT, "%s by %s: %s", d->action,
		 d->who_text, what);
}

/* ---- what is there -------------------------------------------------------------------------- */

static enum status read_child(struct law_walk *w, const struct oid *at)
{
	enum status st = ST_OK;

	if (!w->child)
		w->child = malloc(sizeof *w->child);
	if (!w->child)
		return fail(ST_NOMEM, "no memory for a child");
	st = child_read(w->repo, at, span_of(w->name.id), w->child);
	w->has_child = !st;
	w->child_at = *at;
	return st == ST_NOTFOUND || st == ST_CORRUPT ? ST_OK : st;
}

enum status deed_child(struct deed *d, const struct child **out)
{
	struct law_walk *w = d->w;
	enum status st = ST_OK;

	*out = NULL;
	if (!d->has_parent)
		return ST_NOTFOUND;
	if (!w->child || !oid_eq(&w->child_at, &d->parent))
		st = read_child(w, &d->parent);
	if (st)
		return st;
	*out = w->has_child ? w->child : NULL;
	return w->has_child ? ST_OK : ST_NOTFOUND;
}

enum status deed_blob(struct deed *d, const struct oid *blob, struct buf *out)
{
	enum status st;

	buf_cut(out, 0);
	st = repo_read_blob(d->w->repo, blob, out);
	return st == ST_TOOBIG ? ST_INVALID : st;
}

/* ---- paths ---------------------------------------------------------------------------------- */

static enum status note_path(void *arg, const struct changed_path *c)
{
	struct deed *d = arg;
	struct law_path *more = d->paths;
	size_t n = d->npaths;

	if (!(n & (n - 1))) {
		more = arena_array(d->arena, n ? 2 * n : 1, sizeof *more);
		if (more && n)
			memcpy(more, d->paths, n * sizeof *more);
	}
	if (!more)
		return ST_NOMEM;
	d->paths = more;
	more[n] = (struct law_path){arena_copy(d->arena, c->path), c->kind, c->before, c->after};
	d->npaths++;
	return more[n].path.p ? ST_OK : ST_NOMEM;
}

/* "*" stands for at least one character that is no "/". */
static bool fits(struct span path, const char *pattern)
{
	size_t i = 0;

	for (; *pattern; pattern++) {
		size_t end = i;

		if (*pattern != '*') {
			if (i == path.n || path.p[i++] != *pattern)
				return false;
			continue;
		}
		while (end < path.n && path.p[end] != '/')
			end++;
		for (size_t k = end; k > i; k--)
			if (fits(span_make(path.p + k, path.n - k), pattern + 1))
				return true;
		return false;
	}
	return i == path.n;
}

static unsigned bit_of(enum change_kind k)
{
	static const unsigned bits[] = {
	    [CHANGE_ADDED] = CAN_ADD, [CHANGE_EDITED] = CAN_EDIT, [CHANGE_REMOVED] = CAN_REMOVE};

	return bits[k];
}

static const char *const done[] = {
    [CHANGE_ADDED] = "adds", [CHANGE_EDITED] = "changes", [CHANGE_REMOVED] = "removes"};

static void check_paths(struct deed *d)
{
	size_t counts[RULE_TOUCHES] = {0};

	for (size_t i = 0; i < d->npaths; i++) {
		const struct law_path *p = &d->paths[i];
		bool found = false;

		for (size_t k = 0; k < RULE_TOUCHES && d->rule->touch[k].path && !found; k++) {
			const struct law_touch *t = &d->rule->touch[k];

			found = (t->kinds & bit_of(p->kind)) && fits(p->path, t->path);
			counts[k] += found;
		}
		if (!found)
			accuse(d, "law.paths", "it %s %.*s, which this action does not",
			       done[p->kind], SPAN_ARG(p->path));
	}
	for (size_t k = 0; k < RULE_TOUCHES && d->rule->touch[k].path; k++)
		if (counts[k] < d->rule->touch[k].least || counts[k] > d->rule->touch[k].most)
			accuse(d, "law.paths", "it touches %zu files of %s", counts[k],
			       d->rule->touch[k].path);
	if (!d->npaths)
		accuse(d, "law.paths", "it changes nothing");
}

/* Of a sheet the trailer names the file. */
static void check_names(struct deed *d)
{
	struct span child = version_trailer(d->v, "Karte-Child");
	struct span sheet = version_trailer(d->v, "Karte-Sheet");

	if (d->w->name.kind == REPO_CHILD && !span_is(child, d->w->name.id))
		accuse(d, "law.paths", "Karte-Child is %.*s in the repository of %s",
		       SPAN_ARG(child), d->w->name.id);
	for (size_t i = 0; i < d->npaths; i++) {
		struct span name = law_sheet_name(d->paths[i].path);

		if (name.p && !span_eq(name, sheet))
			accuse(d, "law.paths", "Karte-Sheet is %.*s, but it writes %.*s",
			       SPAN_ARG(sheet), SPAN_ARG(d->paths[i].path));
	}
}

/* ---- who ------------------------------------------------------------------------------------ */

/* The trailers must say of the person what the registry said then. */
static void check_role(struct deed *d)
{
	struct span role = version_trailer(d->v, "Karte-Role");
	struct span institution = version_trailer(d->v, "Karte-Institution");
	struct span must = d->who.staff ? span_of(d->who.institution) : SPAN_NONE;

	if (!span_is(role, role_name(d->who.role)))
		accuse(d, "law.role", "Karte-Role is %.*s, the registry had %s", SPAN_ARG(role),
		       role_name(d->who.role));
	if (!span_eq(institution, must))
		accuse(d, "law.role", "Karte-Institution is \"%.*s\", the registry had \"%.*s\"",
		       SPAN_ARG(institution), SPAN_ARG(must));
}

static bool find_who(struct deed *d)
{
	d->operator= span_starts(d->account, SPAN("os:"));
	if (d->operator) {
		d->who = (struct account){.role = ROLE_ADMIN};
		span_copy(d->account, d->who.id, sizeof d->who.id);
		return true;
	}
	if (law_account(d->law, d->account, d->at, &d->who))
		return true;
	accuse(d, "law.account", "the registry had no such account then");
	return false;
}

/* An account that is stopped or has ended does nothing, whatever the action. */
static void check_account(struct deed *d)
{
	const struct decision dec = access_decide(ACT_HOME, &(struct facts){
								.policy = &d->policy,
								.today = d->day,
								.known = true,
								.disabled = d->who.disabled,
								.role = d->who.role,
							    });
	char today[DAY_TEXT];

	day_iso(d->day, today);
	if (!dec.allow)
		accuse(d, "law.account", "the account was %s", reason_name(dec.reason));
	else if (d->who.until[0] && strcmp(d->who.until, today) < 0)
		accuse(d, "law.account", "the account had ended on %s", d->who.until);
	else if (d->who.institution_closed[0] && strcmp(d->who.institution_closed, today) < 0)
		accuse(d, "law.account", "its institution had closed on %s",
		       d->who.institution_closed);
}

/* Is it somebody who may do such things at all? */
static bool check_kind(struct deed *d)
{
	size_t before = d->nfindings;

	if (d->operator) {
		if (d->rule->who == WHO_PERSON)
			accuse(d, "law.operator", "only a person with their own key may do this");
		return d->nfindings == before;
	}
	check_account(d);
	if (d->rule->who == WHO_OPERATOR)
		accuse(d, "law.operator", "only the vault itself does this");
	if (d->rule->who == WHO_ADMIN && d->who.role != ROLE_ADMIN)
		accuse(d, d->w->name.kind == REPO_REGISTRY ? "law.registry" : "law.relation",
		       "only an administrator may do this, not the role %s",
		       role_name(d->who.role));
	return d->nfindings == before;
}

/* ---- judging -------------------------------------------------------------------------------- */

static enum status judge(struct deed *d)
{
	enum status st = ST_OK;
	bool known;

	d->nfindings = 0;
	d->policy = law_policy(d->law, d->at);
	d->types = law_types(d->law, d->at);
	known = find_who(d);
	if (known)
		check_role(d);
	if (!d->rule) {
		accuse(d, "law.action", "there is no such action in %s", d->w->repository);
		return ST_OK;
	}
	check_paths(d);
	check_names(d);
	/* what touches other files than its own has no content that could be judged */
	if (known && check_kind(d) && !d->nfindings)
		st = d->rule->check(d);
	return st ? st : law_file_bytes(d);
}

/* On a day, by the registry as it was a little earlier, change by change. */
static enum status judge_back(struct deed *d, struct day day)
{
	const int64_t since = d->t - REGISTRY_SECONDS;
	uint64_t before = law_back(d->law, d->at, since);
	enum status st = ST_OK;

	d->day = day;
	for (int i = 0; i < CHANGES_BACK && !st && d->nfindings && before != d->at; i++) {
		d->at = before;
		st = judge(d);
		before = law_back(d->law, d->at, since);
	}
	return st;
}

static enum status judge_earlier(struct deed *d)
{
	const struct day day = day_jst(d->t), eve = day_jst(d->t - DAY_SECONDS);
	enum status st = judge_back(d, day);

	if (st || !d->nfindings || day_cmp(day, eve) == 0)
		return st;
	d->at = d->n;
	d->day = eve;
	st = judge(d);
	return st || !d->nfindings ? st : judge_back(d, eve);
}

static enum status judge_all(struct deed *d)
{
	struct deed *first;
	enum status st;

	d->at = d->n;
	d->day = day_jst(d->t);
	st = judge(d);
	if (st || !d->nfindings)
		return st;
	first = malloc(sizeof *first);
	if (!first)
		return fail(ST_NOMEM, "no memory for the law");
	*first = *d;
	st = judge_earlier(d);
	if (!st && d->nfindings)
		*d = *first;
	free(first);
	return st;
}

static void tell_all(const struct deed *d, law_tell *tell, void *ctx)
{
	char version[OID_HEX];

	oid_hex(&d->v->id, version);
	for (size_t i = 0; i < d->nfindings; i++)
		tell(ctx, &(struct law_finding){d->findings[i].code, d->w->repository, version,
						d->findings[i].text});
}

/* child.md of this version, if it did not change, is that of the parent. */
static void go_on(struct deed *d)
{
	struct law_walk *w = d->w;
	bool changed = false;

	for (size_t i = 0; i < d->npaths; i++)
		changed = changed || span_is(d->paths[i].path, "child.md");
	if (w->child && d->has_parent && oid_eq(&w->child_at, &d->parent) && !changed)
		w->child_at = d->v->id;
	law_follow(d);
}

enum status law_commit(struct law_walk *w, const struct version *v, uint64_t n, int64_t t,
		       law_tell *tell, void *ctx)
{
	struct deed *d = malloc(sizeof *d);
	enum status st;

	if (!d)
		return fail(ST_NOMEM, "no memory for the law");
	d->w = w;
	d->law = w->law;
	d->v = v;
	d->rule = law_rule(version_trailer(v, "Karte-Action"), w->name.kind);
	d->account = version_trailer(v, "Karte-Account");
	span_copy(d->account, d->who_text, sizeof d->who_text);
	if (!span_copy(version_trailer(v, "Karte-Action"), d->action, sizeof d->action))
		d->action[0] = '\0';
	d->has_parent = v->parent_count > 0;
	if (d->has_parent)
		d->parent = v->parents[0];
	d->n = n;
	d->t = t;
	d->paths = NULL;
	d->npaths = d->nfindings = 0;
	d->arena = arena_new(DEED_MEMORY);
	st = d->arena ? commit_changed_paths(w->repo, &v->id, note_path, d) : ST_NOMEM;
	if (!st)
		st = judge_all(d);
	if (!st) {
		tell_all(d, tell, ctx);
		go_on(d);
	}
	arena_free(d->arena);
	free(d);
	return st;
}

/* ---- the walk ------------------------------------------------------------------------------- */

enum status law_begin(struct law_walk **out, const struct law *law, struct repo *repo,
		      const struct repo_name *name, const struct oid *after)
{
	struct law_walk *w = calloc(1, sizeof *w);

	*out = w;
	if (!w)
		return fail(ST_NOMEM, "no memory for the law");
	*w = (struct law_walk){.law = law, .repo = repo, .name = *name, .from_first = !after};
	repo_name_text(name, w->repository);
	return ST_OK;
}

void law_end(struct law_walk *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->nkept; i++)
		sheet_free(w->kept[i].sheet);
	sheet_free(w->after.sheet);
	free(w->kept);
	free(w->child);
	free(w);
}
