#include "vault/journal/proof.h"

#include "vault/journal/note.h"

#include <sodium.h>

/* ---- making --------------------------------------------------------------------------------- */

/* The largest power of two below n, as an exponent; n > 1. */
static unsigned split(uint64_t n)
{
	unsigned k = 0;

	while (k < 62 && (UINT64_C(2) << k) < n)
		k++;
	return k;
}

/* MTH(D[from:from + n]) where from is a multiple of every power of two up to n. */
static enum status range(uint64_t from, uint64_t n, proof_node *node, void *ctx, struct hash *out)
{
	struct hash left, right;
	unsigned k;
	enum status st;

	if (n == 0) {
		*out = hash_empty();
		return ST_OK;
	}
	if ((n & (n - 1)) == 0) {
		for (k = 0; n >> k != 1; k++)
			continue;
		return node(ctx, k, from >> k, out);
	}
	k = split(n);
	st = node(ctx, k, from >> k, &left);
	if (!st)
		st = range(from + (UINT64_C(1) << k), n - (UINT64_C(1) << k), node, ctx, &right);
	if (!st)
		*out = hash_node(&left, &right);
	return st;
}

enum status proof_root(uint64_t size, proof_node *node, void *ctx, struct hash *out)
{
	return range(0, size, node, ctx, out);
}

/* The hash of D[from:from + n] goes in front of those of the way down: see reverse(). */
static enum status push(struct proof *p, uint64_t from, uint64_t n, proof_node *node, void *ctx)
{
	if (p->count == PROOF_MAX)
		return fail(ST_TOOBIG, "a tree of this size has no proof");
	return range(from, n, node, ctx, &p->h[p->count++]);
}

/* Found from the root down, written from the leaf up. */
static void reverse(struct proof *p)
{
	for (unsigned i = 0; i < p->count / 2; i++) {
		struct hash h = p->h[i];

		p->h[i] = p->h[p->count - 1 - i];
		p->h[p->count - 1 - i] = h;
	}
}

enum status proof_inclusion(uint64_t n, uint64_t size, proof_node *node, void *ctx,
			    struct proof *out)
{
	uint64_t from = 0, left;
	enum status st = ST_OK;

	out->count = 0;
	if (n >= size || size > INT64_MAX)
		return fail(ST_INVALID, "record %llu is not among the first %llu",
			    (unsigned long long)n, (unsigned long long)size);
	while (size > 1 && !st) {
		left = UINT64_C(1) << split(size);
		if (n - from < left) {
			st = push(out, from + left, size - left, node, ctx);
			size = left;
		} else {
			st = push(out, from, left, node, ctx);
			from += left;
			size -= left;
		}
	}
	reverse(out);
	return st;
}

/* SUBPROOF(m, D[from:from + n], b) of RFC 6962 section 2.1.2. */
enum status proof_consistency(uint64_t from, uint64_t to, proof_node *node, void *ctx,
			      struct proof *out)
{
	uint64_t begin = 0, n = to, m = from, left;
	bool whole = true; /* the subtree is the old tree itself, whose root is known */
	enum status st = ST_OK;

	out->count = 0;
	if (from > to || to > INT64_MAX)
		return fail(ST_INVALID, "%llu records are not the beginning of %llu",
			    (unsigned long long)from, (unsigned long long)to);
	if (from == 0 || from == to)
		return ST_OK;
	while (m != n && !st) {
		left = UINT64_C(1) << split(n);
		if (m <= left) {
			st = push(out, begin + left, n - left, node, ctx);
			n = left;
		} else {
			st = push(out, begin, left, node, ctx);
			begin += left;
			n -= left;
			m -= left;
			whole = false;
		}
	}
	if (!whole && !st)
		st = push(out, begin, n, node, ctx);
	reverse(out);
	return st;
}

/* ---- checking ------------------------------------------------------------------------------- */

bool proof_inclusion_holds(const struct hash *leaf, uint64_t n, uint64_t size,
			   const struct proof *proof, const struct hash *root)
{
	uint64_t fn = n, sn = size - 1;
	struct hash r = *leaf;

	if (n >= size)
		return false;
	for (unsigned i = 0; i < proof->count; i++) {
		if (sn == 0)
			return false;
		if ((fn & 1) || fn == sn) {
			r = hash_node(&proof->h[i], &r);
			while (fn && !(fn & 1)) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			r = hash_node(&r, &proof->h[i]);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && hash_eq(&r, root);
}

/* RFC 9162 section 2.1.4.2, steps 3 to 9; `first` is the hash with which the way begins. */
static bool climb(uint64_t fn, uint64_t sn, struct hash first, const struct hash *h, unsigned count,
		  const struct hash *from_root, const struct hash *to_root)
{
	struct hash fr = first, sr = first;

	while (fn & 1) {
		fn >>= 1;
		sn >>= 1;
	}
	for (unsigned i = 0; i < count; i++) {
		if (sn == 0)
			return false;
		if ((fn & 1) || fn == sn) {
			fr = hash_node(&h[i], &fr);
			sr = hash_node(&h[i], &sr);
			while (fn && !(fn & 1)) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			sr = hash_node(&sr, &h[i]);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && hash_eq(&fr, from_root) && hash_eq(&sr, to_root);
}

bool proof_consistency_holds(uint64_t from, const struct hash *from_root, uint64_t to,
			     const struct hash *to_root, const struct proof *proof)
{
	struct hash empty = hash_empty();

	if (from > to)
		return false;
	if (from == to)
		return proof->count == 0 && hash_eq(from_root, to_root);
	if (from == 0)
		return proof->count == 0 && hash_eq(from_root, &empty);
	if (proof->count == 0)
		return false;
	if ((from & (from - 1)) == 0)
		return climb(from - 1, to - 1, *from_root, proof->h, proof->count, from_root,
			     to_root);
	return climb(from - 1, to - 1, proof->h[0], proof->h + 1, proof->count - 1, from_root,
		     to_root);
}

/* ---- text ----------------------------------------------------------------------------------- */

void proof_write(struct buf *out, const struct proof *p)
{
	char text[64];

	for (unsigned i = 0; i < p->count; i++) {
		buf_adds(out, sodium_bin2base64(text, sizeof text, p->h[i].b, sizeof p->h[i].b,
						sodium_base64_VARIANT_ORIGINAL));
		buf_addc(out, '\n');
	}
}

enum status proof_read_line(struct proof *p, struct span line)
{
	struct hash h;
	size_t n = 0;
	const char *end;

	if (p->count == PROOF_MAX)
		return fail(ST_TOOBIG, "a proof has at most %d hashes", PROOF_MAX);
	if (!line.n || !note_is_base64(line) ||
	    sodium_base642bin(h.b, sizeof h.b, line.p, line.n, NULL, &n, &end,
			      sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    n != sizeof h.b || end != line.p + line.n)
		return fail(ST_INVALID, "a line of the proof is no hash");
	p->h[p->count++] = h;
	return ST_OK;
}
