#include "vault/flow/cache.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

enum { BUCKETS = 1024 };

struct entry {
	struct entry *chain;	     /* in its bucket */
	struct entry *newer, *older; /* in order of use */
	size_t key_len, len;
	char bytes[]; /* the key, then the content */
};

struct cache {
	pthread_mutex_t lock;
	struct entry *bucket[BUCKETS];
	struct entry *newest, *oldest;
	size_t used, max;
};

enum status cache_new(struct cache **out, size_t max)
{
	struct cache *c = calloc(1, sizeof *c);

	*out = c;
	if (!c)
		return fail(ST_NOMEM, "no memory for the cache");
	c->max = max;
	pthread_mutex_init(&c->lock, NULL);
	return ST_OK;
}

void cache_free(struct cache *c)
{
	struct entry *older;

	if (!c)
		return;
	for (struct entry *e = c->newest; e; e = older) {
		older = e->older;
		free(e);
	}
	pthread_mutex_destroy(&c->lock);
	free(c);
}

/* FNV-1a; the key is compared whole, so a collision costs only time. */
static unsigned hash(struct span key)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < key.n; i++)
		h = (h ^ (unsigned char)key.p[i]) * 16777619u;
	return h % BUCKETS;
}

static struct entry *find(struct cache *c, struct span key)
{
	struct entry *e = c->bucket[hash(key)];

	while (e && !(e->key_len == key.n && memcmp(e->bytes, key.p, key.n) == 0))
		e = e->chain;
	return e;
}

static void unlink_order(struct cache *c, struct entry *e)
{
	*(e->newer ? &e->newer->older : &c->newest) = e->older;
	*(e->older ? &e->older->newer : &c->oldest) = e->newer;
}

static void make_newest(struct cache *c, struct entry *e)
{
	e->newer = NULL;
	e->older = c->newest;
	*(c->newest ? &c->newest->newer : &c->oldest) = e;
	c->newest = e;
}

static void drop(struct cache *c, struct entry *e)
{
	struct entry **at = &c->bucket[hash(span_make(e->bytes, e->key_len))];

	while (*at != e)
		at = &(*at)->chain;
	*at = e->chain;
	unlink_order(c, e);
	c->used -= sizeof *e + e->key_len + e->len;
	free(e);
}

bool cache_get(struct cache *c, struct span key, struct buf *out)
{
	struct entry *e;

	pthread_mutex_lock(&c->lock);
	e = find(c, key);
	if (e) {
		unlink_order(c, e);
		make_newest(c, e);
		buf_add(out, e->bytes + e->key_len, e->len);
	}
	pthread_mutex_unlock(&c->lock);
	return e != NULL;
}

static void insert(struct cache *c, struct span key, struct span bytes)
{
	struct entry *e = malloc(sizeof *e + key.n + bytes.n);
	struct entry **bucket = &c->bucket[hash(key)];

	if (!e)
		return;
	*e = (struct entry){.chain = *bucket, .key_len = key.n, .len = bytes.n};
	memcpy(e->bytes, key.p, key.n);
	if (bytes.n)
		memcpy(e->bytes + key.n, bytes.p, bytes.n);
	*bucket = e;
	make_newest(c, e);
	c->used += sizeof *e + key.n + bytes.n;
}

void cache_put(struct cache *c, struct span key, struct span bytes)
{
	size_t need = sizeof(struct entry) + key.n + bytes.n;

	if (need > c->max / 8)
		return;
	pthread_mutex_lock(&c->lock);
	if (!find(c, key)) {
		/* drop moves c->oldest on, which the analyser does not see */
		while (c->oldest && c->used + need > c->max)
			drop(c, c->oldest); /* NOLINT(clang-analyzer-unix.Malloc) */
		insert(c, key, bytes);
	}
	pthread_mutex_unlock(&c->lock);
}

void cache_empty(struct cache *c)
{
	pthread_mutex_lock(&c->lock);
	/* drop moves c->oldest on, which the analyser does not see */
	while (c->oldest)
		drop(c, c->oldest); /* NOLINT(clang-analyzer-unix.Malloc) */
	pthread_mutex_unlock(&c->lock);
}
