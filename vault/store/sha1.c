#include "vault/store/sha1.h"

#include <stdint.h>

enum { BLOCK = 64, ROUNDS = 80 };

struct sum {
	uint32_t h[5];
	unsigned char block[BLOCK];
	size_t used, total;
};

static uint32_t turn(uint32_t x, int n)
{
	return x << n | x >> (32 - n);
}

static uint32_t mix(int round, const uint32_t v[static 5])
{
	if (round < 20)
		return ((v[1] & v[2]) | (~v[1] & v[3])) + 0x5A827999;
	if (round < 40)
		return (v[1] ^ v[2] ^ v[3]) + 0x6ED9EBA1;
	if (round < 60)
		return ((v[1] & v[2]) | (v[1] & v[3]) | (v[2] & v[3])) + 0x8F1BBCDC;
	return (v[1] ^ v[2] ^ v[3]) + 0xCA62C1D6;
}

static void take_block(struct sum *s)
{
	uint32_t w[ROUNDS], v[5];

	for (int i = 0; i < 16; i++)
		w[i] = (uint32_t)s->block[4 * i] << 24 | (uint32_t)s->block[4 * i + 1] << 16 |
		       (uint32_t)s->block[4 * i + 2] << 8 | s->block[4 * i + 3];
	for (int i = 16; i < ROUNDS; i++)
		w[i] = turn(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	memcpy(v, s->h, sizeof v);
	for (int i = 0; i < ROUNDS; i++) {
		uint32_t next = turn(v[0], 5) + mix(i, v) + v[4] + w[i];

		v[4] = v[3];
		v[3] = v[2];
		v[2] = turn(v[1], 30);
		v[1] = v[0];
		v[0] = next;
	}
	for (int i = 0; i < 5; i++)
		s->h[i] += v[i];
	s->used = 0;
}

static void add_byte(struct sum *s, unsigned char c)
{
	s->block[s->used++] = c;
	if (s->used == BLOCK)
		take_block(s);
}

static void add(struct sum *s, struct span bytes)
{
	for (size_t i = 0; i < bytes.n; i++)
		add_byte(s, (unsigned char)bytes.p[i]);
	s->total += bytes.n;
}

void sha1_two(struct span head, struct span body, unsigned char out[static SHA1_LEN])
{
	struct sum s = {.h = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0}};
	uint64_t bits;

	add(&s, head);
	add(&s, body);
	bits = (uint64_t)s.total * 8;
	add_byte(&s, 0x80);
	while (s.used != BLOCK - 8)
		add_byte(&s, 0);
	for (int i = 0; i < 8; i++)
		add_byte(&s, (unsigned char)(bits >> (56 - 8 * i)));
	for (size_t i = 0; i < SHA1_LEN; i++)
		out[i] = (unsigned char)(s.h[i / 4] >> (24 - 8 * (i % 4)));
}
