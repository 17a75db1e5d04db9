#include "vault/http/watch.h"

#include <limits.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

enum {
	TICK_MS = 250,
	SEND_BYTES_PER_MS = 64,
	SMOOTHING = 4,	 /* ticks over which a pace is taken: a second */
	STALE_PARTS = 4, /* of header_seconds: from then on a newcomer is not spared any more */
	LEAVING = WATCH_SEND + 1, /* shut down */
};

/* How fast a body or an answer moves, as the watching thread sees it. */
struct pace {
	int phase; /* whose pace it is, and when that began */
	long since, bytes, per_second;
};

struct watched {
	struct watched *prev, *next;
	int fd;
	atomic_int phase;
	atomic_long deadline; /* ms of the monotonic clock */
	atomic_long since;    /* when the phase began */
	atomic_size_t got;    /* bytes of the body so far */
	struct pace pace;     /* guarded by the lock */
};

struct watch {
	struct watch_limits limits;
	pthread_t thread;
	pthread_mutex_t lock; /* guards the list, the paces, leaving and ending */
	pthread_cond_t wake;
	struct watched *first;
	size_t leaving;
	bool ending;
};

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000L + t.tv_nsec / 1000000L;
}

/* ---- shutting down -------------------------------------------------------------------------- */

/* Only if it is still in the phase that it was judged by: its thread may just begin to answer. */
static bool shut(struct watch *w, struct watched *c, int phase)
{
	const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
	int was = phase;

	if (!atomic_compare_exchange_strong(&c->phase, &phase, LEAVING))
		return false;
	w->leaving++;
	/* Half an answer is of no use: the system need not keep it until it is read. */
	if (was == WATCH_SEND)
		setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	shutdown(c->fd, SHUT_RDWR);
	return true;
}

static bool is_late(const struct watch *w, struct watched *c, int phase, long now)
{
	long ms = now - atomic_load(&c->since);

	if (phase == WATCH_ANSWER || phase == LEAVING)
		return false;
	if (now > atomic_load(&c->deadline))
		return true;
	return phase == WATCH_BODY && ms > w->limits.header_seconds * 1000L &&
	       (long)(atomic_load(&c->got) / w->limits.body_rate) < ms / 1000;
}

/* ---- how fast they are ---------------------------------------------------------------------- */

/* Bytes of answers that the other end has confirmed.  What lies in the system's buffers says
   nothing; 0 for what is not TCP. */
static long confirmed(int fd)
{
	struct tcp_info info = {0};
	socklen_t len = sizeof info;

	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) ? 0 : (long)info.tcpi_bytes_acked;
}

static bool is_paced(struct watched *c, int phase)
{
	return c->pace.phase == phase && c->pace.since == atomic_load(&c->since);
}

static void measure(struct watched *c, int phase)
{
	struct pace *p = &c->pace;
	long bytes, now;

	if (phase != WATCH_BODY && phase != WATCH_SEND)
		return;
	bytes = phase == WATCH_BODY ? (long)atomic_load(&c->got) : confirmed(c->fd);
	if (is_paced(c, phase)) {
		now = bytes > p->bytes ? (bytes - p->bytes) * 1000 / TICK_MS : 0;
		p->per_second += (now - p->per_second) / SMOOTHING;
	} else {
		*p = (struct pace){phase, atomic_load(&c->since), 0, WATCH_CREDIT};
	}
	p->bytes = bytes;
}

static void look_at_all(struct watch *w)
{
	long now = now_ms();

	for (struct watched *c = w->first; c; c = c->next) {
		int phase = atomic_load(&c->phase);

		measure(c, phase);
		if (is_late(w, c, phase, now))
			shut(w, c, phase);
	}
}

static void *watch_loop(void *p)
{
	struct watch *w = p;
	struct timespec t;

	pthread_mutex_lock(&w->lock);
	while (!w->ending) {
		long until = now_ms() + TICK_MS;

		look_at_all(w);
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
	w->leaving -= atomic_load(&c->phase) == LEAVING;
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
	case WATCH_SEND:
		return w->limits.total_seconds * 1000L + (long)(size / SEND_BYTES_PER_MS);
	case WATCH_ANSWER:
		break;
	}
	return LONG_MAX;
}

bool watch_phase(struct watch *w, struct watched *c, enum watch_phase phase, size_t size)
{
	int was = atomic_load(&c->phase);
	long now = now_ms(), time = time_for(w, phase, size);

	if (phase == WATCH_BODY)
		atomic_store(&c->got, 0);
	if (phase != WATCH_HEADERS || was != WATCH_NEW) {
		atomic_store(&c->since, now);
		atomic_store(&c->deadline, time == LONG_MAX ? LONG_MAX : now + time);
	}
	return was != LEAVING && atomic_compare_exchange_strong(&c->phase, &was, (int)phase);
}

void watch_got(struct watched *c, size_t bytes)
{
	atomic_fetch_add(&c->got, bytes);
}

/* ---- making room ---------------------------------------------------------------------------- */

struct candidate {
	struct watched *c;
	int phase;
	long since, per_second;
};

struct choice {
	struct candidate newcomer, talker; /* the oldest, the slowest */
	size_t newcomers, all;
};

static bool is_newcomer(int phase)
{
	return phase == WATCH_NEW || phase == WATCH_IDLE || phase == WATCH_HEADERS;
}

static bool is_worse(const struct candidate *a, const struct candidate *b)
{
	if (!b->c || a->per_second != b->per_second)
		return !b->c || a->per_second < b->per_second;
	return a->since < b->since;
}

static void consider(struct choice *choice, struct watched *c)
{
	struct candidate a = {c, atomic_load(&c->phase), atomic_load(&c->since), 0};
	struct candidate *worst = is_newcomer(a.phase) ? &choice->newcomer : &choice->talker;

	if (a.phase == LEAVING)
		return;
	choice->all++;
	if (a.phase == WATCH_ANSWER)
		return;
	if (is_newcomer(a.phase))
		choice->newcomers++;
	else
		a.per_second = is_paced(c, a.phase) ? c->pace.per_second : WATCH_CREDIT;
	if (is_worse(&a, worst))
		*worst = a;
}

static struct candidate choose(const struct watch *w)
{
	long stale = now_ms() - w->limits.header_seconds * 1000L / STALE_PARTS;
	struct choice choice = {0};

	for (struct watched *c = w->first; c; c = c->next)
		consider(&choice, c);
	if (choice.newcomer.c && (!choice.talker.c || choice.newcomer.since < stale ||
				  choice.newcomers > choice.all / 2))
		return choice.newcomer;
	return choice.talker;
}

bool watch_make_room(struct watch *w)
{
	struct candidate a;

	pthread_mutex_lock(&w->lock);
	do
		a = choose(w);
	while (a.c && !shut(w, a.c, a.phase)); /* it has just gone on */
	pthread_mutex_unlock(&w->lock);
	return a.c;
}

size_t watch_leaving(struct watch *w)
{
	size_t n;

	pthread_mutex_lock(&w->lock);
	n = w->leaving;
	pthread_mutex_unlock(&w->lock);
	return n;
}

size_t watch_close_idle(struct watch *w)
{
	size_t busy = 0;

	pthread_mutex_lock(&w->lock);
	for (struct watched *c = w->first; c; c = c->next) {
		int phase = atomic_load(&c->phase);

		if (phase == WATCH_NEW || phase == WATCH_IDLE)
			busy += !shut(w, c, phase);
		else
			busy += phase != LEAVING;
	}
	pthread_mutex_unlock(&w->lock);
	return busy;
}
