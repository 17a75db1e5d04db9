#include "generator/base/utf8.h"
#include "generator/render/dev_pdf_impl.h"

#include <stdlib.h>

static uint32_t hash(const struct pdf_cid *c)
{
	uint32_t h = c->glyph * 0x9e3779b1u;

	for (int i = 0; i < c->nchars; i++)
		h = (h ^ c->chars[i]) * 0x85ebca6bu;
	return h ^ h >> 15;
}

static bool same(const struct pdf_cid *a, const struct pdf_cid *b)
{
	return a->glyph == b->glyph && a->nchars == b->nchars &&
	       memcmp(a->chars, b->chars, sizeof a->chars) == 0;
}

static void insert(struct pdf_codes *c, size_t i)
{
	size_t at = hash(&c->list[i]) & (c->slots - 1);

	while (c->table[at])
		at = (at + 1) & (c->slots - 1);
	c->table[at] = (uint16_t)(i + 1);
}

static bool more_slots(struct pdf_codes *c)
{
	size_t slots = c->slots ? c->slots * 2 : 512;
	uint16_t *table = calloc(slots, sizeof *table);

	if (!table) {
		fail(ST_NOMEM, "no memory for a font");
		return false;
	}
	free(c->table);
	c->table = table;
	c->slots = slots;
	for (size_t i = 0; i < c->n; i++)
		insert(c, i);
	return true;
}

unsigned pdf_codes_find(struct pdf_codes *c, const struct glyph *g, struct span text)
{
	struct span said = span_make(text.p + g->at, g->len);
	struct pdf_cid want = {.glyph = g->id, .advance = g->advance};

	while (said.n && want.nchars < PDF_CID_CHARS)
		want.chars[want.nchars++] = utf8_next(&said);
	if (want.nchars == 0)
		want.chars[want.nchars++] = 0x200b; /* the second glyph of a single character */
	if (2 * c->n >= c->slots && !more_slots(c))
		return 0;
	for (size_t at = hash(&want) & (c->slots - 1); c->table[at]; at = (at + 1) & (c->slots - 1))
		if (same(&c->list[c->table[at] - 1], &want))
			return c->table[at];
	if (c->n == PDF_CID_MAX) {
		fail(ST_TOOBIG, "more than %d different characters", PDF_CID_MAX);
		return 0;
	}
	if (!pdf_room(&c->list, &c->cap, c->n, sizeof *c->list))
		return 0;
	c->list[c->n] = want;
	insert(c, c->n);
	return (unsigned)++c->n;
}

void pdf_codes_clear(struct pdf_codes *c)
{
	free(c->list);
	free(c->table);
	*c = (struct pdf_codes){0};
}
