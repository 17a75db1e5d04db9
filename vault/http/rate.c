#include "vault/http/rate.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum { SLOTS = 4096 };

/* In thousandths of a token, so that time can be counted in milliseconds. */
struct bucket {
	uint64_t whose;
	int64_t at;
	int64_t tokens;
};

struct rate {
	pthread_mutex_t mutex;
	uint64_t key; /* nobody can choose addresses that share a bucket */
	int64_t burst, per_minute;
	struct bucket bucket[SLOTS];
};

enum status rate_new(struct rate **out, unsigned burst, unsigned per_minute)
{
	struct rate *r = calloc(1, sizeof *r);

	*out = r;
	if (!r)
		return fail(ST_NOMEM, "no memory for counting requests");
	pthread_mutex_init(&r->mutex, NULL);
	if (getrandom(&r->key, sizeof r->key, 0) != sizeof r->key)
		r->key = (uint64_t)(uintptr_t)r;
	r->burst = (int64_t)burst * 1000;
	r->per_minute = per_minute;
	return ST_OK;
}

void rate_free(struct rate *r)
{
	if (!r)
		return;
	pthread_mutex_destroy(&r->mutex);
	free(r);
}

/* FNV-1a over the key and the address, then spread; never 0, which is an empty bucket. */
static uint64_t hash_of(const struct rate *r, const char *peer)
{
	unsigned char bytes[16] = {0};
	uint64_t h = UINT64_C(14695981039346656037) ^ r->key;
	size_t n = 4;

	if (inet_pton(AF_INET, peer, bytes) != 1) {
		n = 8;
		if (inet_pton(AF_INET6, peer, bytes) != 1)
			memset(bytes, 0, sizeof bytes);
	}
	for (size_t i = 0; i < n; i++)
		h = (h ^ bytes[i]) * UINT64_C(1099511628211);
	h ^= h >> 33;
	h *= UINT64_C(0xff51afd7ed558ccd);
	h ^= h >> 33;
	return h ? h : 1;
}

long rate_take(struct rate *r, const char *peer, int64_t now)
{
	uint64_t whose = hash_of(r, peer);
	struct bucket *b = &r->bucket[whose % SLOTS];
	long wait = 0;

	pthread_mutex_lock(&r->mutex);
	if (b->whose != whose)
		*b = (struct bucket){whose, now, r->burst};
	/* a token each 60000 / per_minute ms: so many thousandths a millisecond */
	b->tokens += (now - b->at) * r->per_minute / 60;
	b->at = now;
	if (b->tokens > r->burst)
		b->tokens = r->burst;
	if (b->tokens >= 1000)
		b->tokens -= 1000;
	else
		wait = (long)((1000 - b->tokens) * 60 / r->per_minute / 1000 + 1);
	pthread_mutex_unlock(&r->mutex);
	return wait;
}

int64_t rate_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
