/* Repositories side by side: a few threads take one after the other. */
#include "vault/flow/verify_impl.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PROGRESS_STEP = 64 };

/* ---- findings ------------------------------------------------------------------------------- */

void found_add(struct found *f, const char *code, const char *version, const char *fmt, ...)
{
	char text[512];
	struct found_one *one;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (f->count == f->cap) {
		size_t cap = f->cap ? 2 * f->cap : 8;
		struct found_one *more = reallocarray(f->list, cap, sizeof *more);

		if (!more) {
			f->full = true;
			return;
		}
		f->list = more;
		f->cap = cap;
	}
	one = &f->list[f->count++];
	*one = (struct found_one){.text = strdup(text)};
	snprintf(one->code, sizeof one->code, "%s", code);
	snprintf(one->version, sizeof one->version, "%s", version);
}

void found_clear(struct found *f)
{
	for (size_t i = 0; i < f->count; i++)
		free(f->list[i].text);
	free(f->list);
	*f = (struct found){NULL, 0, 0, false};
}

/* ---- progress ------------------------------------------------------------------------------- */

void verify_progress(struct verify_run *r, size_t more)
{
	size_t before;

	pthread_mutex_lock(&r->lock);
	before = r->done;
	r->done = r->done + more > r->total ? r->total : r->done + more;
	if (r->o->progress &&
	    (!before || before / PROGRESS_STEP != r->done / PROGRESS_STEP || r->done == r->total))
		r->o->progress(r->o->progress_ctx, r->done, r->total);
	pthread_mutex_unlock(&r->lock);
}

/* ---- threads -------------------------------------------------------------------------------- */

struct pool {
	struct verify_run *r;
	struct subject **order; /* those with most to do first, so that none is left at the end */
	size_t count, next;
	pthread_mutex_t lock; /* over next */
};

static struct subject *next_subject(struct pool *p)
{
	struct subject *s;

	pthread_mutex_lock(&p->lock);
	s = p->next < p->count ? p->order[p->next++] : NULL;
	pthread_mutex_unlock(&p->lock);
	return s;
}

static void *work(void *arg)
{
	struct pool *p = arg;
	struct subject *s;

	while ((s = next_subject(p)))
		verify_repository(p->r, s);
	return NULL;
}

static int by_work(const void *a, const void *b)
{
	const struct subject *x = *(struct subject *const *)a, *y = *(struct subject *const *)b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return strcmp(x->text, y->text);
}

static unsigned threads_wanted(const struct verify_run *r, size_t work_count)
{
	long n = r->o->threads ? (long)r->o->threads : sysconf(_SC_NPROCESSORS_ONLN);

	if (n < 1)
		n = 1;
	if (n > VERIFY_THREADS_MAX)
		n = VERIFY_THREADS_MAX;
	return (size_t)n > work_count ? (unsigned)work_count : (unsigned)n;
}

bool verify_wanted(const struct verify_run *r, const struct subject *s)
{
	if (!r->o->child.n || (s->named && s->name.kind == REPO_REGISTRY))
		return true;
	return s->named && s->name.kind == REPO_CHILD && span_is(r->o->child, s->name.id);
}

void verify_all(struct verify_run *r)
{
	struct pool p = {.r = r, .lock = PTHREAD_MUTEX_INITIALIZER};
	pthread_t thread[VERIFY_THREADS_MAX];
	unsigned n = 0, wanted;

	p.order = calloc(r->subject_count + 1, sizeof(struct subject *));
	if (!p.order) {
		r->st = fail(ST_NOMEM, "no memory for the repositories");
		return;
	}
	for (size_t i = 1; i < r->subject_count; i++)
		if (verify_wanted(r, r->subjects[i]))
			p.order[p.count++] = r->subjects[i];
	if (p.count)
		qsort(p.order, p.count, sizeof(struct subject *), by_work);
	wanted = threads_wanted(r, p.count);
	/* this thread is one of them; fewer than wanted will do, too */
	while (n + 1 < wanted && !pthread_create(&thread[n], NULL, work, &p))
		n++;
	work(&p);
	while (n > 0)
		pthread_join(thread[--n], NULL);
	free(p.order);
}
