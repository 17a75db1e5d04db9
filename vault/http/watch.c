#include "vault/http/watch.h"

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

enum { TICK_MS = 250, SEND_BYTES_PER_MS = 64 };

struct watched {
	struct watched *prev, *next;
	int fd;
	atomic_int phase;
	atomic_long deadline; /* ms of the monotonic clock */
	atomic_long since;    /* when the body began */
	atomic_size_t got;    /* bytes of the body so far */
};

struct watch {
	struct watch_limits limits;
	pthread_t thread;
	pthread_mutex_t lock; /* guards the list and ending */
	pthread_cond_t wake;
	struct watched *first;
	bool ending;
};

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}

static bool is_slow_body(const struct watch *w, struct watched *c, long now)
{
	long ms = now - atomic_load(&c->since);

	return atomic_load(&c->phase) == WATCH_BODY && ms > w->limits.header_seconds * 1000L &&
	       (long)(atomic_load(&c->got) / w->limits.body_rate) < ms / 1000;
}

static void shut_late(struct watch *w)
{
	long now = now_ms();

	for (struct watched *c = w->first; c; c = c->next)
		if (now > atomic_load(&c->deadline) || is_slow_body(w, c, now))
			shutdown(c->fd, SHUT_RDWR);
}

static void *watch_loop(void *p)
{
	struct watch *w = p;
	struct timespec t;

	pthread_mutex_lock(&w->lock);
	while (!w->ending) {
		long until = now_ms() + TICK_MS;

		shut_late(w);
		t = (struct timespec){until / 1000, until % 1000 * 1000000L};
		pthread_cond_timedwait(&w->wake, &w->lock, &t);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

enum status watch_new(struct watch **out, struct watch_limits limits)
{
	struct watch *w = calloc(1, sizeof *w);
	pthread_condattr_t attr;

	*out = NULL;
	if (!w)
		return fail(ST_NOMEM, "no memory for deadlines");
	w->limits = limits;
	pthread_mutex_init(&w->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&w->wake, &attr);
	pthread_condattr_destroy(&attr);
	if (pthread_create(&w->thread, NULL, watch_loop, w) != 0) {
		pthread_cond_destroy(&w->wake);
		pthread_mutex_destroy(&w->lock);
		free(w);
		return fail(ST_IO, "cannot start the thread of deadlines");
	}
	*out = w;
	return ST_OK;
}

void watch_free(struct watch *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->ending = true;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	pthread_cond_destroy(&w->wake);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

struct watched *watch_add(struct watch *w, int fd)
{
	struct watched *c = calloc(1, sizeof *c);

	if (!c)
		return NULL;
	c->fd = fd;
	watch_phase(w, c, WATCH_NEW, 0);
	pthread_mutex_lock(&w->lock);
	c->next = w->first;
	if (c->next)
		c->next->prev = c;
	w->first = c;
	pthread_mutex_unlock(&w->lock);
	return c;
}

void watch_remove(struct watch *w, struct watched *c)
{
	if (!c)
		return;
	pthread_mutex_lock(&w->lock);
	if (c->next)
		c->next->prev = c->prev;
	if (c->prev)
		c->prev->next = c->next;
	else
		w->first = c->next;
	pthread_mutex_unlock(&w->lock);
	free(c);
}

static long time_for(const struct watch *w, enum watch_phase phase, size_t size)
{
	switch (phase) {
	case WATCH_NEW:
	case WATCH_HEADERS:
		return w->limits.header_seconds * 1000L;
	case WATCH_IDLE:
		return w->limits.idle_seconds * 1000L;
	case WATCH_BODY:
		return w->limits.total_seconds * 1000L;
	case WATCH_SEND:
		return w->limits.total_seconds * 1000L + (long)(size / SEND_BYTES_PER_MS);
	case WATCH_ANSWER:
		break;
	}
	return LONG_MAX;
}

void watch_phase(struct watch *w, struct watched *c, enum watch_phase phase, size_t size)
{
	bool fresh = phase == WATCH_HEADERS && atomic_load(&c->phase) == WATCH_NEW;
	long now = now_ms(), time = time_for(w, phase, size);

	if (phase == WATCH_BODY) {
		atomic_store(&c->got, 0);
		atomic_store(&c->since, now);
	}
	if (!fresh)
		atomic_store(&c->deadline, time == LONG_MAX ? LONG_MAX : now + time);
	atomic_store(&c->phase, phase);
}

void watch_got(struct watched *c, size_t bytes)
{
	atomic_fetch_add(&c->got, bytes);
}

size_t watch_close_idle(struct watch *w)
{
	size_t busy = 0;

	pthread_mutex_lock(&w->lock);
	for (struct watched *c = w->first; c; c = c->next) {
		int phase = atomic_load(&c->phase);

		if (phase == WATCH_NEW || phase == WATCH_IDLE)
			shutdown(c->fd, SHUT_RDWR);
		else
			busy++;
	}
	pthread_mutex_unlock(&w->lock);
	return busy;
}
