/* The whole proof: what is looked at, taken down under the lock, and the order of the parts. */
#include "vault/journal/verify_impl.h"

#include "generator/base/file.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[FINDING_CODES] = {
    [FINDING_KEY] = "key",     [FINDING_CHECKPOINT] = "checkpoint",
    [FINDING_SHORT] = "short", [FINDING_ROOT] = "root",
    [FINDING_TAIL] = "tail",   [FINDING_LINE] = "line",
    [FINDING_BODY] = "body",   [FINDING_ORDER] = "order",
    [FINDING_EXTRA] = "extra", [FINDING_MISSING] = "missing",
    [FINDING_TIME] = "time",   [FINDING_PLACE] = "place",
    [FINDING_TILE] = "tile",   [FINDING_PROMISE] = "promise",
    [FINDING_FORK] = "fork",   [FINDING_LAG] = "lag",
};

const char *journal_finding_name(enum journal_finding_code code)
{
	return (unsigned)code < FINDING_CODES ? names[code] : "unknown";
}

void finding(struct run *r, enum journal_finding_code code, uint64_t n, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	r->proof->findings++;
	if (!r->report)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	r->report(r->ctx, &(struct journal_finding){code, n, text});
}

/* ---- tail and seal ---- */

static enum status tail_line(void *ctx, int class, struct span line, uint64_t n, int64_t t)
{
	struct run *r = ctx;

	if (n < r->base)
		return ST_OK;
	if (n != r->base + r->tail_count)
		return fail(ST_CORRUPT, "the journal's tail has a gap before record %llu",
			    (unsigned long long)n);
	if (r->tail_count == r->tail_cap) {
		size_t cap = r->tail_cap ? 2 * r->tail_cap : 1024;
		struct in_tail *more = reallocarray(r->tail, cap, sizeof *more);
		if (!more)
			return fail(ST_NOMEM, "no memory for the journal's tail");
		r->tail = more;
		r->tail_cap = cap;
	}
	r->tail[r->tail_count++] = (struct in_tail){hash_leaf(line), t, class};
	return ST_OK;
}

static enum status look_at_tail(struct run *r)
{
	char path[PATH_MAX];
	struct buf bytes;
	size_t good = 0;
	enum status st;

	snprintf(path, sizeof path, "%s/tail", r->j->dir);
	buf_init(&bytes, 2u * TAIL_MAX);
	st = file_read(path, &bytes);
	if (!st)
		st = tail_parse(buf_span(&bytes), tail_line, r, &good);
	if (!st && good < bytes.len)
		finding(r, FINDING_LAG, NO_RECORD, "tail ends in %zu bytes of an unfinished batch",
			bytes.len - good);
	if (st == ST_CORRUPT || st == ST_NOTFOUND || st == ST_TOOBIG) {
		finding(r, FINDING_TAIL, NO_RECORD, "%s", fail_why());
		st = ST_OK;
	}
	buf_clear(&bytes);
	return st;
}

static enum status look_at_seal(struct run *r)
{
	struct seal s;
	enum status st = sealed_read(r->j->dir, &s);

	r->base = s.size;
	if (st == ST_CORRUPT || st == ST_NOTFOUND) {
		finding(r, FINDING_TAIL, NO_RECORD, "%s", fail_why());
		r->base = r->has_checkpoint ? r->checkpoint.size : 0;
		st = ST_OK;
	}
	return st;
}

/* ---- checkpoint and promises ---- */

static enum status look_at_checkpoint(struct run *r)
{
	bool key = r->j->key.vkey[0] != '\0';
	enum status st;

	if (!key)
		finding(r, FINDING_KEY, NO_RECORD, "key.pub is missing or no key");
	st = checkpoint_read(r->j->dir, key ? &r->j->key : NULL, NULL, &r->checkpoint);
	r->has_checkpoint = !st;
	if (st != ST_CORRUPT)
		return st;
	finding(r, FINDING_CHECKPOINT, NO_RECORD, "%s", fail_why());
	return ST_OK;
}

static int by_size(const void *a, const void *b)
{
	const struct journal_promise *x = a, *y = b;

	return (x->size > y->size) - (x->size < y->size);
}

/* Who appends holds a promise of its own: what it has in memory. */
static enum status take_promises(struct run *r, const struct journal_promise *promises,
				 size_t count)
{
	const struct journal *j = r->j;
	struct hash root;

	r->promise = calloc(count + 1, sizeof *r->promise);
	if (!r->promise)
		return fail(ST_NOMEM, "no memory for %zu checkpoints", count);
	if (count)
		memcpy(r->promise, promises, count * sizeof *promises);
	r->promises = count;
	if (j->mode == JOURNAL_WRITE && !j->stale) {
		struct journal_promise *own = &r->promise[r->promises++];

		root = tree_root(&j->tree);
		own->size = j->tree.size;
		own->root_len = sizeof root.b;
		memcpy(own->root, root.b, sizeof root.b);
	}
	qsort(r->promise, r->promises, sizeof *r->promise, by_size);
	return ST_OK;
}

/* ---- the run ---- */

enum status verify_snapshot(struct run *r, const struct journal_promise *promises, size_t count)
{
	enum status st = journal_enter_raw(r->j);

	if (st)
		return st;
	st = look_at_checkpoint(r);
	if (!st)
		st = look_at_seal(r);
	if (!st)
		st = look_at_tail(r);
	if (!st)
		st = body_list_read(&r->bodies, r->j->dir);
	if (!st)
		st = take_promises(r, promises, count);
	journal_leave(r->j);
	r->size = r->base + r->tail_count;
	return st;
}

static enum status make_room(struct run *r)
{
	size_t n = (size_t)r->size + 1;

	r->known = calloc(n, sizeof *r->known);
	r->leaf = calloc(n, sizeof *r->leaf);
	r->t = calloc(n, sizeof *r->t);
	if (!r->known || !r->leaf || !r->t)
		return fail(ST_NOMEM, "no memory to verify %zu records", n);
	return ST_OK;
}

static void check_length(struct run *r)
{
	if (r->has_checkpoint && r->checkpoint.size > r->size) {
		finding(r, FINDING_SHORT, r->size,
			"there are %llu records, the published checkpoint says %llu",
			(unsigned long long)r->size, (unsigned long long)r->checkpoint.size);
		r->has_checkpoint = false;
	}
	if (r->bodies.foreign)
		finding(r, FINDING_PLACE, NO_RECORD, "bodies holds %zu foreign names",
			r->bodies.foreign);
}

void verify_clear(struct run *r)
{
	body_list_clear(&r->bodies);
	free(r->tail);
	free(r->promise);
	free(r->known);
	free(r->leaf);
	free(r->t);
	free(r->pruned);
}

enum status journal_verify(struct journal *j, const struct journal_promise *promises, size_t count,
			   journal_report *report, void *ctx, struct journal_proof *proof)
{
	struct journal_proof mine;
	struct run r = {.j = j, .report = report, .ctx = ctx, .proof = proof ? proof : &mine};
	int hold;
	enum status st = journal_hold(j, &hold);

	*r.proof = (struct journal_proof){0};
	if (!st)
		st = verify_snapshot(&r, promises, count);
	if (!st)
		st = make_room(&r);
	if (!st) {
		r.proof->size = r.size;
		check_length(&r);
		st = verify_bodies(&r);
	}
	journal_release(&hold);
	if (!st)
		st = verify_tree(&r);
	if (!st && r.proof->findings)
		st = fail(ST_CORRUPT, "the journal does not hold: %llu findings",
			  (unsigned long long)r.proof->findings);
	verify_clear(&r);
	return st;
}
