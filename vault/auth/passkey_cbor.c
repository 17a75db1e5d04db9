#include "vault/auth/passkey_cbor.h"

enum major { NUMBER, NEGATIVE, BYTES, TEXT, LIST, MAP, TAG, SIMPLE };
enum { FALSE = 20, TRUE = 21, NIL = 22 };

/* The head of an item: its kind and its number, in the shortest form. */
static bool take_head(struct span *in, enum major *major, uint64_t *value)
{
	const unsigned char *p = (const unsigned char *)in->p;
	unsigned info;
	size_t more;

	if (!in->n)
		return false;
	*major = p[0] >> 5;
	info = p[0] & 31;
	if (info > 27)
		return false;
	more = info < 24 ? 0 : (size_t)1 << (info - 24);
	if (in->n - 1 < more)
		return false;
	*value = more ? 0 : info;
	for (size_t i = 1; i <= more; i++)
		*value = *value << 8 | p[i];
	*in = span_make(in->p + 1 + more, in->n - 1 - more);
	return more == 0 || (more == 1 ? *value >= 24 : *value >> (4 * more) != 0);
}

static bool take_string(struct span *in, enum major wanted, struct span *out)
{
	enum major major;
	uint64_t n;

	if (!take_head(in, &major, &n) || major != wanted || n > in->n)
		return false;
	*out = span_make(in->p, (size_t)n);
	*in = span_make(in->p + n, in->n - (size_t)n);
	return true;
}

bool cbor_take_bytes(struct span *in, struct span *out)
{
	return take_string(in, BYTES, out);
}

bool cbor_take_text(struct span *in, struct span *out)
{
	return take_string(in, TEXT, out);
}

bool cbor_take_number(struct span *in, int64_t *out)
{
	enum major major;
	uint64_t n;

	if (!take_head(in, &major, &n) || (major != NUMBER && major != NEGATIVE) || n > INT64_MAX)
		return false;
	*out = major == NUMBER ? (int64_t)n : -1 - (int64_t)n;
	return true;
}

bool cbor_take_bool(struct span *in, bool *out)
{
	enum major major;
	uint64_t n;

	if (!take_head(in, &major, &n) || major != SIMPLE || (n != FALSE && n != TRUE))
		return false;
	*out = n == TRUE;
	return true;
}

/* Every item has a byte at least, so no count larger than what is left is believed. */
static bool skip(struct span *in, unsigned depth)
{
	enum major major;
	uint64_t n;

	if (depth > CBOR_DEPTH || !take_head(in, &major, &n))
		return false;
	switch (major) {
	case NUMBER:
	case NEGATIVE:
		return true;
	case BYTES:
	case TEXT:
		if (n > in->n)
			return false;
		*in = span_make(in->p + n, in->n - (size_t)n);
		return true;
	case LIST:
	case MAP:
		if (n > in->n)
			return false;
		for (n *= major == MAP ? 2 : 1; n; n--)
			if (!skip(in, depth + 1))
				return false;
		return true;
	case SIMPLE:
		return n >= FALSE && n <= NIL;
	case TAG:
		break;
	}
	return false;
}

static bool take_any(struct span *in, struct span *out)
{
	const char *from = in->p;

	if (!skip(in, 1))
		return false;
	*out = span_make(from, (size_t)(in->p - from));
	return true;
}

bool cbor_take_map(struct span *in, struct span *out, uint64_t *pairs)
{
	struct span head;
	enum major major;

	if (!take_any(in, out))
		return false;
	head = *out;
	return take_head(&head, &major, pairs) && major == MAP;
}

bool cbor_find(struct span map, struct span key, struct span *value)
{
	struct span name, item;
	enum major major;
	uint64_t n;

	*value = SPAN_NONE;
	if (!take_head(&map, &major, &n) || major != MAP)
		return false;
	for (; n; n--) {
		if (!take_any(&map, &name) || !take_any(&map, &item))
			return false;
		if (!span_eq(name, key))
			continue;
		if (value->p)
			return false;
		*value = item;
	}
	return true;
}
