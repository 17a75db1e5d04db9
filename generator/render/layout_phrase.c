#include "generator/base/utf8.h"
#include "generator/render/layout.h"

#include <math.h>

/*
 * Where a short Japanese label is best broken: a phrase ends where hiragana end and kanji or
 * katakana begin (個別の|支援の|合計), and where the script changes otherwise.
 */
enum script { HIRAGANA, KATAKANA, KANJI, OTHER };

static enum script script_of(uint32_t cp)
{
	if (cp >= 0x3041 && cp <= 0x309f)
		return HIRAGANA;
	if (cp >= 0x30a1 && cp <= 0x30ff)
		return KATAKANA;
	if ((cp >= 0x3400 && cp <= 0x9fff) || (cp >= 0xf900 && cp <= 0xfaff) || cp == 0x3005 ||
	    cp >= 0x20000)
		return KANJI;
	return OTHER;
}

static uint32_t before(struct span t, size_t at)
{
	size_t from = at - 1;

	while (from > 0 && ((unsigned char)t.p[from] & 0xc0) == 0x80)
		from--;
	t = span_make(t.p + from, at - from);
	return utf8_next(&t);
}

static bool phrase_ends(struct span t, size_t at)
{
	struct span rest = span_make(t.p + at, t.n - at);
	enum script left, right;

	if (rest.n == 0 || at == 0)
		return true;
	left = script_of(before(t, at));
	right = script_of(utf8_next(&rest));
	return left == OTHER || (left != right && right != HIRAGANA);
}

static double width_of(const struct para *p, size_t from, size_t to)
{
	double sum = 0;

	for (size_t i = from; i < to; i++)
		sum += p->advance[i] * p->size / 1000;
	return sum;
}

/* Keeps, of the breaks first .. end - 1 of one phrase, those that part it evenly. */
static size_t keep_even(struct para *p, size_t first, size_t end, size_t from, double width,
			size_t kept)
{
	double whole = width_of(p, from, p->breaks[end - 1]), parts = ceil(whole / width);
	double part = whole / parts - 0.6 * p->size;

	for (size_t i = first; i < end; i++) {
		bool enough = parts > 1 && width_of(p, from, p->breaks[i]) > part;

		if (!enough && i + 1 < end)
			continue;
		from = p->breaks[i];
		p->breaks[kept++] = from;
		parts--;
	}
	return kept;
}

void para_phrases(struct para *p, double width)
{
	size_t kept = 0, first = 0, from = 0;

	for (size_t i = 0; i < p->nbreaks; i++) {
		size_t at = p->breaks[i];

		if (!phrase_ends(p->text, at))
			continue;
		if (width_of(p, from, at) <= width)
			p->breaks[kept++] = at;
		else
			kept = keep_even(p, first, i + 1, from, width, kept);
		first = i + 1;
		from = at;
	}
	p->nbreaks = kept;
}
