/* The journal's part of the proof. */
#include "vault/flow/verify_impl.h"

#include "vault/flow/known.h"
#include "vault/journal/journal.h"
#include "vault/journal/proof.h"

#include <stdio.h>
#include <stdlib.h>

_Static_assert((int)VERIFY_ROOT == (int)sizeof(((struct journal_proof *)0)->root) &&
		   (int)VERIFY_NODES == (int)sizeof(((struct journal_proof *)0)->node),
	       "sizes of verify.h");

enum { CHECKPOINTS_MAX = 1000 };

static void told(void *ctx, const struct journal_finding *f)
{
	struct verify_run *r = ctx;
	char code[64];

	snprintf(code, sizeof code, "journal.%s", journal_finding_name(f->code));
	found_add(&r->journal, code, "", "%s", f->text);
}

/* A note ends in a line end, which shells take away. */
static enum status parse(const char *text, struct journal_promise *out)
{
	struct buf note;
	enum status st;

	buf_init(&note, 64 * 1024);
	buf_addf(&note, "%s\n", text);
	st = note.st ? note.st : journal_promise_parse(buf_span(&note), out);
	buf_clear(&note);
	return st ? fail(ST_USAGE, "チェックポイントの形ではありません: %s", text) : ST_OK;
}

/* Going on from an earlier run does not look at what is older; hashes tell whether that is kept. */
static bool kept_before(const struct verify_run *r, const struct journal_promise *p)
{
	return r->base && p->size < r->base->size && journal_keeps(r->app->journal, p) == ST_OK;
}

/* What a reader gives, and what is known outside. */
static enum status promises_of(const struct verify_run *r, struct journal_promise **out,
			       size_t *count)
{
	const struct verify_options *o = r->o;
	struct known here[KNOWN_MAX];
	size_t known = known_here(r->app, here);
	enum status st = ST_OK;

	*count = 0;
	*out = NULL;
	while (o->checkpoints && o->checkpoints[*count])
		++*count;
	if (*count > CHECKPOINTS_MAX)
		return fail(ST_USAGE, "チェックポイントは%d個までです", CHECKPOINTS_MAX);
	*out = calloc(*count + known + 1, sizeof **out);
	if (!*out)
		return fail(ST_NOMEM, "no memory for %zu checkpoints", *count);
	for (size_t i = 0; i < *count && !st; i++)
		st = parse(o->checkpoints[i], &(*out)[i]);
	for (size_t i = 0; i < known && !st; i++)
		if (!kept_before(r, &here[i].promise))
			(*out)[(*count)++] = here[i].promise;
	return st;
}

static void take(struct verify_run *r, const struct journal_proof *p)
{
	struct verify_base *b = &r->result->proved;

	r->size = b->size = p->size;
	r->last_t = b->t = p->t;
	memcpy(b->root, p->root, sizeof b->root);
	memcpy(b->nodes, p->node, sizeof b->nodes);
	r->result->records = p->size;
	memcpy(r->result->root, p->root, sizeof r->result->root);
}

enum status verify_journal(struct verify_run *r)
{
	struct journal_promise *promises;
	struct journal_proof proof = {0};
	size_t count;
	enum status st = promises_of(r, &promises, &count);

	if (!st)
		st = journal_verify(r->app->journal, promises, count, told, r, &proof);
	free(promises);
	take(r, &proof);
	return st == ST_CORRUPT ? ST_OK : st;
}

enum status verify_journal_since(struct verify_run *r)
{
	struct journal_proof before = {.size = r->base->size, .t = r->base->t}, proof = {0};
	struct journal_promise *promises;
	size_t count;
	enum status st = promises_of(r, &promises, &count);

	memcpy(before.root, r->base->root, sizeof before.root);
	memcpy(before.node, r->base->nodes, sizeof before.node);
	r->size = UINT64_MAX;
	if (!st)
		st = journal_verify_since(r->app->journal, &before, promises, count,
					  verify_take_record, r, &proof);
	free(promises);
	if (!st)
		st = r->st;
	if (!st)
		take(r, &proof);
	return st;
}
