#include "generator/render/device.h"

#include "generator/base/utf8.h"

static void note_missing(struct device *d, uint32_t cp)
{
	size_t i = 0;

	while (i < d->nmissing && d->missing[i] < cp)
		i++;
	if (d->nmissing == DEVICE_MISSING_MAX || (i < d->nmissing && d->missing[i] == cp))
		return;
	memmove(d->missing + i + 1, d->missing + i, (d->nmissing - i) * sizeof *d->missing);
	d->missing[i] = cp;
	d->nmissing++;
}

void device_take(struct device *d, struct span text, const struct glyphs *g, uint16_t *advance)
{
	for (size_t i = 0; i < g->n; i++) {
		const struct glyph *glyph = &g->list[i];
		struct span at = span_make(text.p + glyph->at, glyph->len);

		/* Several glyphs of one cluster may begin at its last byte. */
		if (glyph->at < text.n)
			advance[glyph->at] = (uint16_t)(advance[glyph->at] + glyph->advance);
		if (glyph->missing && at.n)
			note_missing(d, utf8_next(&at));
	}
}
