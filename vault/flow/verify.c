#include "vault/flow/verify_impl.h"

#include "vault/journal/journal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void verify_tell(struct verify_run *r, const char *code, const char *repository,
		 const char *version, const char *fmt, ...)
{
	char text[512];
	struct verify_finding f = {code, repository, version, text};
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	r->result->findings++;
	r->tell(r->ctx, &f);
}

static void journal_finding(void *ctx, const struct journal_finding *f)
{
	struct verify_run *r = ctx;
	char code[64];

	snprintf(code, sizeof code, "journal.%s", journal_finding_name(f->code));
	verify_tell(r, code, "journal", "", "%s", f->text);
}

/* A note ends in a line end, which shells take away. */
static enum status parse_promise(const char *text, struct journal_promise *out)
{
	struct buf note;
	enum status st;

	buf_init(&note, 64 * 1024);
	buf_addf(&note, "%s\n", text);
	st = note.st ? note.st : journal_promise_parse(buf_span(&note), out);
	buf_clear(&note);
	return st ? fail(ST_USAGE, "チェックポイントの形ではありません: %s", text) : ST_OK;
}

static enum status check_journal(struct verify_run *r)
{
	struct journal_promise promise;
	struct journal_proof proof = {0};
	size_t promises = r->o->checkpoint ? 1 : 0;
	enum status st = promises ? parse_promise(r->o->checkpoint, &promise) : ST_OK;

	if (st)
		return st;
	st = journal_verify(r->app->journal, promises ? &promise : NULL, promises, journal_finding,
			    r, &proof);
	r->result->records = proof.size;
	return st == ST_CORRUPT ? ST_OK : st;
}

/* ---- the change records ------------------------------------------------------------------- */

static bool collect(void *ctx, const struct record *rec, struct span line)
{
	struct verify_run *r = ctx;
	struct logged *grown, *l;

	(void)line;
	if (r->logged_count == r->logged_cap) {
		size_t cap = r->logged_cap ? r->logged_cap * 2 : 1024;
		grown = realloc(r->logged, cap * sizeof *grown);
		if (!grown) {
			r->st = fail(ST_NOMEM, "no memory for %zu records", cap);
			return false;
		}
		r->logged = grown;
		r->logged_cap = cap;
	}
	l = &r->logged[r->logged_count++];
	*l = (struct logged){.t = rec->t};
	span_copy(rec->repository, l->repository, sizeof l->repository);
	span_copy(rec->sha256, l->sha256, sizeof l->sha256);
	span_copy(rec->request, l->request, sizeof l->request);
	span_copy(rec->account, l->account, sizeof l->account);
	span_copy(rec->event, l->event, sizeof l->event);
	l->has_old = oid_parse(rec->old, &l->old);
	oid_parse(rec->new_, &l->new_id);
	return true;
}

/* Stable: the journal's order is kept within a repository. */
struct place {
	size_t index;
	const struct logged *l;
};

static int by_repository(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int d = strcmp(x->l->repository, y->l->repository);

	return d ? d : (x->index > y->index) - (x->index < y->index);
}

static enum status sort_logged(struct verify_run *r)
{
	size_t n = r->logged_count;
	struct place *places = calloc(n ? n : 1, sizeof *places);
	struct logged *sorted = calloc(n ? n : 1, sizeof *sorted);

	if (!places || !sorted) {
		free(places);
		free(sorted);
		return fail(ST_NOMEM, "no memory to sort %zu records", n);
	}
	for (size_t i = 0; i < n; i++)
		places[i] = (struct place){i, &r->logged[i]};
	qsort(places, n, sizeof *places, by_repository);
	for (size_t i = 0; i < n; i++)
		sorted[i] = *places[i].l;
	free(places);
	free(r->logged);
	r->logged = sorted;
	return ST_OK;
}

static enum status load_logged(struct verify_run *r)
{
	struct journal_filter changes = {.class = "change"};
	enum status st = journal_scan(r->app->journal, &changes, collect, r);

	if (!st)
		st = r->st;
	if (st == ST_CORRUPT)
		st = ST_OK; /* check_journal has told it */
	return st ? st : sort_logged(r);
}

/* ---- repositories ------------------------------------------------------------------------- */

static enum status one(void *arg, const struct repo_name *name)
{
	return verify_repository(arg, name);
}

/* A repository that the journal knows and the disk does not. */
static void tell_missing(struct verify_run *r)
{
	for (size_t i = 0; i < r->logged_count; i++) {
		const struct logged *l = &r->logged[i];
		struct repo_name name;

		if (i && strcmp(l->repository, r->logged[i - 1].repository) == 0)
			continue;
		if (repo_name_parse(span_of(l->repository), &name) ||
		    !repo_exists(r->app->store, &name))
			verify_tell(r, "repository.missing", l->repository, "",
				    "the journal has changes of it, but it is not there");
	}
}

static enum status check_repositories(struct verify_run *r)
{
	struct repo_name name = {.kind = REPO_REGISTRY};
	enum status st = verify_repository(r, &name);

	if (!st && r->o->child.n) {
		st = repo_name_make(&name, REPO_CHILD, SPAN_NONE, r->o->child);
		return st ? fail(ST_USAGE, "子どもの番号が正しくありません")
			  : verify_repository(r, &name);
	}
	for (int kind = REPO_CHILD; kind < REPO_KINDS && !st; kind++)
		st = store_each(r->app->store, (enum repo_kind)kind, one, r);
	if (!st)
		tell_missing(r);
	return st;
}

enum status verify_vault(struct app *app, const struct verify_options *o,
			 void (*tell)(void *ctx, const struct verify_finding *f), void *ctx,
			 struct verify_result *result)
{
	struct verify_run r = {.app = app, .o = o, .tell = tell, .ctx = ctx, .result = result};
	enum status st;

	*result = (struct verify_result){.findings = 0};
	st = check_journal(&r);
	if (!st)
		st = load_logged(&r);
	if (!st)
		st = verify_load_keys(&r);
	if (!st)
		st = check_repositories(&r);
	free(r.logged);
	free(r.keys);
	if (st)
		return st;
	return result->findings ? fail(ST_CORRUPT, "%zu findings", result->findings) : ST_OK;
}
