#include "vault/auth/challenge.h"

#include <pthread.h>
#include <sodium.h>

enum {
	RAW = 32,
	TIME = 8,
	PLAIN = 16, /* time and random bits */
	USED_MAX = 4096,
};

static const unsigned char tag[] = "karte challenge 1";

/* A keyed hash over length and bytes of each part, so that no two lists of parts look the same. */
static void put(crypto_generichash_state *h, const void *p, size_t n)
{
	const uint64_t len = n;

	crypto_generichash_update(h, (const unsigned char *)&len, sizeof len);
	crypto_generichash_update(h, p, n);
}

static void hash(unsigned char *out, size_t n, const struct challenge_for *f, const char *what,
		 const unsigned char plain[static PLAIN])
{
	crypto_generichash_state h;

	crypto_generichash_init(&h, f->key, CHALLENGE_KEY, n);
	put(&h, tag, sizeof tag - 1);
	put(&h, what, strlen(what));
	put(&h, f->purpose, strlen(f->purpose));
	put(&h, f->bound, CHALLENGE_BOUND);
	put(&h, plain, PLAIN);
	crypto_generichash_final(&h, out, n);
	sodium_memzero(&h, sizeof h);
}

static void seal(unsigned char raw[static RAW], const struct challenge_for *f)
{
	unsigned char mac[RAW];

	hash(mac, sizeof mac, f, "mac", raw);
	memcpy(raw + PLAIN, mac, RAW - PLAIN);
}

static bool decode(struct span text, unsigned char raw[static RAW])
{
	size_t n = 0;

	return text.p && text.n == CHALLENGE_TEXT - 1 &&
	       sodium_base642bin(raw, RAW, text.p, text.n, NULL, &n, NULL,
				 sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
	       n == RAW;
}

static int64_t time_of(const unsigned char raw[static RAW])
{
	uint64_t t = 0;

	for (int i = 0; i < TIME; i++)
		t = t << 8 | raw[i];
	return (int64_t)t;
}

void challenge_new(char out[static CHALLENGE_TEXT], const struct challenge_for *f, int64_t now)
{
	unsigned char raw[RAW];

	for (int i = 0; i < TIME; i++)
		raw[i] = (unsigned char)((uint64_t)now >> (8 * (TIME - 1 - i)));
	randombytes_buf(raw + TIME, PLAIN - TIME);
	seal(raw, f);
	sodium_bin2base64(out, CHALLENGE_TEXT, raw, sizeof raw,
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool challenge_good(struct span text, const struct challenge_for *f, int64_t now, long seconds)
{
	unsigned char given[RAW], right[RAW];

	if (!decode(text, given))
		return false;
	memcpy(right, given, RAW);
	seal(right, f);
	if (sodium_memcmp(given, right, RAW) != 0)
		return false;
	return time_of(given) <= now && now - time_of(given) <= seconds;
}

/* ---- once ---------------------------------------------------------------------------------- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	unsigned char raw[RAW];
	int64_t until; /* 0: free */
} used[USED_MAX];

enum status challenge_use(struct span text, int64_t now)
{
	unsigned char raw[RAW];
	enum status st = ST_OK;
	int room = -1;

	if (!decode(text, raw))
		return fail(ST_INVALID, "not a challenge");
	pthread_mutex_lock(&lock);
	for (int i = 0; i < USED_MAX && !st; i++) {
		if (used[i].until < now)
			room = room < 0 ? i : room;
		else if (memcmp(used[i].raw, raw, RAW) == 0)
			st = ST_EXISTS;
	}
	if (!st && room < 0)
		st = ST_BUSY;
	if (!st) {
		memcpy(used[room].raw, raw, RAW);
		used[room].until = now + CHALLENGE_SECONDS;
	}
	pthread_mutex_unlock(&lock);
	if (st == ST_EXISTS)
		return fail(st, "the challenge was used already");
	return st ? fail(st, "too many challenges at a time") : st;
}

void challenge_secret(unsigned char *out, size_t n, struct span text, const struct challenge_for *f)
{
	unsigned char raw[RAW] = {0}, bytes[CHALLENGE_SECRET_MAX];

	decode(text, raw);
	hash(bytes, sizeof bytes, f, "secret", raw);
	memcpy(out, bytes, n < sizeof bytes ? n : sizeof bytes);
	sodium_memzero(bytes, sizeof bytes);
}
