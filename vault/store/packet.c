#include "vault/store/packet.h"

struct span cut(struct span *s, size_t n)
{
	struct span front = span_make(s->p, n);

	if (!s->p || n > s->n) {
		*s = SPAN_NONE;
		return SPAN_NONE;
	}
	*s = span_make(s->p + n, s->n - n);
	return front;
}

unsigned long cut_number(struct span *s, size_t n)
{
	struct span bytes = cut(s, n);
	unsigned long value = 0;

	for (size_t i = 0; i < bytes.n && bytes.p; i++)
		value = value << 8 | (unsigned char)bytes.p[i];
	return value;
}

/* The length before a new packet or a subpacket; first bytes between two_max and 255 are wrong. */
static size_t cut_length(struct span *s, unsigned long two_max)
{
	unsigned long first = cut_number(s, 1);

	if (first < 192)
		return first;
	if (first <= two_max)
		return ((first - 192) << 8) + cut_number(s, 1) + 192;
	if (first < 255)
		*s = SPAN_NONE;
	return cut_number(s, 4);
}

struct span cut_packet(struct span *s, unsigned long *tag)
{
	enum { IS_PACKET = 0x80, IS_NEW = 0x40, NO_LENGTH = 3, NEW_TWO_MAX = 223 };
	unsigned long head = cut_number(s, 1);
	size_t n;

	if (!(head & IS_PACKET) || (!(head & IS_NEW) && (head & 3) == NO_LENGTH))
		*s = SPAN_NONE;
	*tag = head & IS_NEW ? head & 0x3f : head >> 2 & 0x0f;
	n = head & IS_NEW ? cut_length(s, NEW_TWO_MAX) : cut_number(s, 1ul << (head & 3));
	return cut(s, n);
}

bool cut_mpi(struct span *s, unsigned char *out, size_t n)
{
	size_t bits = cut_number(s, 2);
	struct span bytes = cut(s, (bits + 7) / 8);

	if (!bytes.n || bytes.n > n || (unsigned char)bytes.p[0] >> (bits - 1) % 8 != 1)
		return false;
	memset(out, 0, n);
	memcpy(out + n - bytes.n, bytes.p, bytes.n);
	return true;
}

bool cut_signature(struct span *body, struct signature *out)
{
	const char *begin = body->p;
	unsigned long version = cut_number(body, 1);

	out->type = cut_number(body, 1);
	out->algorithm = cut_number(body, 1);
	out->hash = cut_number(body, 1);
	out->hashed = cut(body, cut_number(body, 2));
	if (!body->p || version != OPENPGP_V4)
		return false;
	out->covered = span_make(begin, (size_t)(body->p - begin));
	out->unhashed = cut(body, cut_number(body, 2));
	out->left = cut(body, 2);
	return body->p;
}

bool cut_subpacket(struct span *area, struct subpacket *out)
{
	enum { TWO_MAX = 254, CRITICAL = 0x80 };
	size_t n;

	if (!area->n)
		return false;
	n = cut_length(area, TWO_MAX);
	out->body = cut(area, n);
	out->type = cut_number(&out->body, 1);
	out->critical = out->type & CRITICAL;
	out->type &= ~(unsigned long)CRITICAL;
	if (!out->body.p)
		*area = SPAN_NONE;
	return area->p;
}
