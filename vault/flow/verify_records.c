/* What the journal says of each repository, and what there is on the disk. */
#include "vault/flow/verify_impl.h"

#include "vault/journal/journal.h"

#include <stdlib.h>

enum { FIRST_PLACES = 256 };

/* ---- repositories by name ------------------------------------------------------------------- */

static size_t place_of(const struct verify_run *r, struct span text)
{
	uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */
	size_t i;

	for (i = 0; i < text.n; i++)
		h = (h ^ (unsigned char)text.p[i]) * UINT64_C(1099511628211);
	for (i = (size_t)h & (r->place_count - 1); r->places[i]; i = (i + 1) & (r->place_count - 1))
		if (span_is(text, r->places[i]->text))
			break;
	return i;
}

static bool more_places(struct verify_run *r)
{
	size_t count = r->place_count ? 2 * r->place_count : FIRST_PLACES;
	struct subject **list = reallocarray(r->subjects, count, sizeof(struct subject *));
	struct subject **places;

	if (!list)
		return false;
	r->subjects = list;
	places = calloc(count, sizeof(struct subject *));
	if (!places)
		return false;
	free(r->places);
	r->places = places;
	r->place_count = count;
	for (size_t i = 0; i < r->subject_count; i++)
		r->places[place_of(r, span_of(r->subjects[i]->text))] = r->subjects[i];
	return true;
}

struct subject *verify_subject(struct verify_run *r, struct span text)
{
	struct subject *s;
	size_t i;

	if (2 * r->subject_count >= r->place_count && !more_places(r))
		return NULL;
	i = place_of(r, text);
	if (r->places[i])
		return r->places[i];
	s = calloc(1, sizeof *s);
	if (!s)
		return NULL;
	span_copy(text, s->text, sizeof s->text);
	s->named = !repo_name_parse(text, &s->name);
	r->places[i] = r->subjects[r->subject_count++] = s;
	return s;
}

void verify_forget_records(struct verify_run *r)
{
	for (size_t i = 0; i < r->subject_count; i++) {
		found_clear(&r->subjects[i]->found);
		free(r->subjects[i]->log);
		free(r->subjects[i]);
	}
	free(r->subjects);
	free(r->places);
	r->subjects = r->places = NULL;
	r->subject_count = r->place_count = 0;
	arena_free(r->arena);
	r->arena = NULL;
}

/* ---- records -------------------------------------------------------------------------------- */

static struct logged *new_logged(struct subject *s)
{
	if (s->count == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 8;
		struct logged *more = reallocarray(s->log, cap, sizeof *more);

		if (!more)
			return NULL;
		s->log = more;
		s->cap = cap;
	}
	return &s->log[s->count++];
}

static struct span keep(struct verify_run *r, struct span text)
{
	return text.p ? arena_copy(r->arena, text) : SPAN_NONE;
}

static bool take_change(struct verify_run *r, struct subject *s, const struct record *rec)
{
	struct logged *l = new_logged(s);

	if (!l)
		return false;
	*l = (struct logged){.n = rec->n,
			     .t = rec->t,
			     .request = keep(r, rec->request),
			     .account = keep(r, rec->account),
			     .event = keep(r, rec->event),
			     .role = keep(r, rec->role),
			     .institution = keep(r, rec->institution),
			     .child = keep(r, rec->child)};
	span_copy(rec->sha256, l->sha256, sizeof l->sha256);
	l->has_old = oid_parse(rec->old, &l->old);
	oid_parse(rec->new_, &l->new_id);
	return true;
}

bool verify_take_record(void *ctx, const struct record *rec, struct span line)
{
	struct verify_run *r = ctx;
	bool change = rec->class && strcmp(rec->class, "change") == 0;
	bool removal = !change && span_is(rec->event, "retention.remove");
	struct subject *s;

	(void)line;
	if (rec->n >= r->size)
		return false; /* it came after the journal was looked at */
	if (!change && !removal)
		return true;
	s = verify_subject(r, rec->repository);
	if (s && removal) {
		s->removed = true;
		s->removed_n = rec->n;
		oid_parse(rec->object, &s->removed_head);
	}
	if (!s || (change && !take_change(r, s, rec)))
		r->st = fail(ST_NOMEM, "no memory for the journal's records");
	return r->st == ST_OK;
}

enum status verify_load_records(struct verify_run *r)
{
	static const struct journal_filter filters[] = {
	    {.class = "change"},
	    {.class = "system", .event = {"retention.remove", 16}},
	};
	enum status st = ST_OK;

	for (size_t i = 0; i < 2 && !st; i++) {
		st = journal_scan(r->app->journal, &filters[i], verify_take_record, r);
		if (!st)
			st = r->st;
		if (st == ST_CORRUPT)
			st = ST_OK; /* the proof of the journal has told it */
	}
	return st;
}

/* ---- later ---------------------------------------------------------------------------------- */

struct later {
	struct verify_run *r;
	const struct subject *of;
	struct subject *to;
	enum status st;
};

static bool take_later(void *ctx, const struct record *rec, struct span line)
{
	struct later *l = ctx;
	struct logged *log;

	(void)line;
	if (rec->n < l->r->size)
		return false;
	if (!span_is(rec->repository, l->of->text))
		return true;
	log = new_logged(l->to);
	if (!log) {
		l->st = ST_NOMEM;
		return false;
	}
	*log = (struct logged){.n = rec->n, .t = rec->t};
	log->has_old = oid_parse(rec->old, &log->old);
	oid_parse(rec->new_, &log->new_id);
	return true;
}

/* Newest first. */
enum status verify_later(struct verify_run *r, const struct subject *s, struct subject *later)
{
	struct later l = {r, s, later, ST_OK};
	struct journal_filter f = {.class = "change", .from = r->last_t, .newest_first = true};
	enum status st = journal_scan(r->app->journal, &f, take_later, &l);

	return st == ST_CORRUPT ? ST_OK : st ? st : l.st;
}

/* ---- the disk ------------------------------------------------------------------------------- */

static enum status on_disk(void *arg, const struct repo_name *name)
{
	struct verify_run *r = arg;
	char text[REPO_TEXT];
	struct subject *s;

	repo_name_text(name, text);
	s = verify_subject(r, span_of(text));
	if (!s)
		return fail(ST_NOMEM, "no memory for the repositories");
	s->on_disk = true;
	return ST_OK;
}

static int by_name(const void *a, const void *b)
{
	const struct subject *x = *(struct subject *const *)a, *y = *(struct subject *const *)b;
	int dx = x->name.kind != REPO_REGISTRY || !x->named;
	int dy = y->name.kind != REPO_REGISTRY || !y->named;

	return dx != dy ? dx - dy : strcmp(x->text, y->text);
}

static int by_text(const void *key, const void *head)
{
	return strcmp(key, ((const struct verify_head *)head)->repository);
}

static enum status name_proved(struct verify_run *r)
{
	const struct verify_base *b = r->base;

	for (size_t i = 0; b && i < b->count; i++)
		if (!verify_subject(r, span_of(b->heads[i].repository)))
			return fail(ST_NOMEM, "no memory for the repositories");
	for (size_t i = 0; b && b->count && i < r->subject_count; i++)
		r->subjects[i]->base =
		    bsearch(r->subjects[i]->text, b->heads, b->count, sizeof *b->heads, by_text);
	return ST_OK;
}

enum status verify_load_disk(struct verify_run *r)
{
	enum status st = ST_OK;

	if (!verify_subject(r, SPAN("registry")))
		return fail(ST_NOMEM, "no memory for the repositories");
	for (int kind = 0; kind < REPO_KINDS && !st; kind++)
		st = store_each(r->app->store, (enum repo_kind)kind, on_disk, r);
	if (!st)
		st = name_proved(r);
	if (!st)
		qsort(r->subjects, r->subject_count, sizeof(struct subject *), by_name);
	return st;
}
