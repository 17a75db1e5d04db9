#include "vault/http/server_impl.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	STACK_BYTES = 1024 * 1024, /* pages make PDFs; only what is touched costs */
	DRAIN_MS = 2000,
	TALKERS_MIN = 2,
	TALKERS_MAX = 16,
	/* Places besides `connections` for those that are shut down and not gone yet: a part of
	   them, and a few.  While these last, nobody waits to be accepted. */
	RESERVE_PART = 16,
	RESERVE_LEAST = 4,
};

/* ---- sharing out the clients ---------------------------------------------------------------- */

/* Talking is encrypting: more threads than processors would only wait for each other. */
static unsigned talkers(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < TALKERS_MIN ? TALKERS_MIN : n > TALKERS_MAX ? TALKERS_MAX : (unsigned)n;
}

/* The worker with the fewest clients; several clients in a row go round. */
static struct worker *pick(struct server *s)
{
	struct worker *best = &s->workers[s->next % s->count];

	for (unsigned i = 1; i < s->count; i++) {
		struct worker *w = &s->workers[(s->next + i) % s->count];

		if (atomic_load(&w->clients) < atomic_load(&best->clients))
			best = w;
	}
	return best;
}

static size_t clients(struct server *s)
{
	size_t n = 0;

	for (unsigned i = 0; i < s->count; i++)
		n += atomic_load(&s->workers[i].clients);
	return n;
}

/* When all places are taken, one of those who have them must go, now. */
static bool has_room(void *ctx)
{
	struct server *s = ctx;

	if (clients(s) >= s->connections + watch_leaving(s->watch))
		watch_make_room(s->watch);
	return atomic_load(&pick(s)->clients) < s->worker_max;
}

static void take(void *ctx, int fd, const struct sockaddr *addr, socklen_t len)
{
	struct server *s = ctx;
	struct worker *w = pick(s);

	s->next = (unsigned)(w - s->workers) + 1;
	worker_take(w, fd, addr, len);
}

/* ---- starting and stopping ------------------------------------------------------------------ */

static unsigned or_default(unsigned given, unsigned value)
{
	return given ? given : value;
}

static enum status start_workers(struct server *s, const struct server_options *o)
{
	enum status st = ST_OK;

	for (unsigned i = 0; i < s->count && !st; i++) {
		s->workers[i].server = s;
		st = worker_start(&s->workers[i], o);
	}
	return st;
}

static struct watch_limits limits_of(const struct server_options *o)
{
	return (struct watch_limits){
	    .header_seconds = or_default(o->header_seconds, 10),
	    .idle_seconds = or_default(o->idle_seconds, 30),
	    .total_seconds = or_default(o->total_seconds, 60),
	    .body_rate = or_default(o->body_rate, 1024),
	};
}

static enum status prepare_tls(struct server *s, const struct server_options *o)
{
	enum status st;

	if (o->plain)
		return ST_OK;
	if (!o->cert || !o->key)
		return fail(ST_CONFIG, "certificate or key is missing");
	st = tls_check(span_of(o->cert), span_of(o->key));
	return st ? st : tls_tickets_new(&s->tickets);
}

static unsigned with_reserve(unsigned n)
{
	return n + n / RESERVE_PART + RESERVE_LEAST;
}

static enum status trust(struct server *s, const struct server_options *o)
{
	return proxies_read(&s->proxies, span_of(o->proxies)) ? ST_CONFIG : ST_OK;
}

static struct server *server_new(const struct server_options *o, server_answer *answer_fn,
				 void *ctx)
{
	static const char *const forms_only[] = {"application/x-www-form-urlencoded", NULL};
	unsigned count = talkers();
	struct server *s = calloc(1, sizeof *s + count * sizeof *s->workers);

	if (!s)
		return NULL;
	s->answer = answer_fn;
	s->ctx = ctx;
	s->prompt = o->prompt;
	s->plan = o->plan;
	s->incoming = o->incoming ? strdup(o->incoming) : NULL;
	s->broken = o->broken;
	s->body_max = o->body_max ? o->body_max : 2 * 1024 * 1024;
	s->types = o->types ? o->types : forms_only;
	s->any_type = o->any_type;
	s->exact = worker_is_exact();
	s->count = count;
	s->connections = or_default(o->connections, 800);
	s->worker_max = (with_reserve(s->connections) + count - 1) / count;
	return s;
}

enum status server_start(struct server **out, const struct server_options *options,
			 server_answer *answer_fn, void *ctx)
{
	struct server *s = server_new(options, answer_fn, ctx);
	enum status st = s ? ST_OK : fail(ST_NOMEM, "no memory for a server");

	*out = NULL;
	if (!st)
		st = trust(s, options);
	if (!st)
		st = prepare_tls(s, options);
	if (!st)
		st = listener_new(&s->listener, options->address ? options->address : "127.0.0.1",
				  options->port);
	if (!st)
		st = watch_new(&s->watch, limits_of(options));
	if (!st)
		st = pool_new(&s->pool, or_default(options->threads, 64), STACK_BYTES,
			      worker_answer, s);
	if (!st)
		st = start_workers(s, options);
	if (!st)
		st = listener_start(s->listener, (struct listener_calls){has_room, take, s});
	if (st)
		server_stop(s);
	else
		*out = s;
	return st;
}

unsigned server_port(const struct server *s)
{
	return listener_port(s->listener);
}

static void drain(struct server *s)
{
	const struct timespec pause = {0, 10 * 1000 * 1000};

	for (int ms = 0; watch_close_idle(s->watch) && ms < DRAIN_MS; ms += 10)
		nanosleep(&pause, NULL);
}

void server_stop(struct server *s)
{
	if (!s)
		return;
	atomic_store(&s->stopping, true);
	listener_free(s->listener);
	if (s->watch)
		drain(s);
	pool_free(s->pool); /* answers what is waiting: nothing may be suspended below */
	while (atomic_load(&s->waiting))
		nanosleep(&(struct timespec){0, 1000 * 1000}, NULL);
	for (unsigned i = 0; i < s->count; i++)
		worker_stop(&s->workers[i]);
	watch_free(s->watch);
	tls_tickets_free(s->tickets);
	free(s->incoming);
	free(s);
}
