#include "generator/render/pages.h"

#include "generator/base/utf8.h"
#include "generator/render/print.h"

/* The text as one letter after the other: digits, '-', ',' and 0 at the end; -1 for any other. */
static int next_letter(struct span *text)
{
	while (text->n) {
		uint32_t c = utf8_next(text);

		if (c == ' ' || c == '\t' || c == 0x3000)
			continue;
		if (c >= '0' && c <= '9')
			return (int)c;
		if (c >= 0xff10 && c <= 0xff19) /* full-width digits */
			return (int)(c - 0xff10) + '0';
		if (c == ',' || c == 0xff0c || c == 0x3001)
			return ',';
		if (c == '-' || c == 0x2010 || c == 0x2013 || c == 0x2212 || c == 0xff0d ||
		    c == 0x30fc || c == 0x301c || c == 0xff5e || c == '~')
			return '-';
		return -1;
	}
	return 0;
}

/* A range that says how it begins, ends, or both. */
static bool add_range(struct page_ranges *out, long from, long to, bool dash)
{
	struct page_range r = {from, to};

	if (!from && !to)
		return false;
	if (!dash)
		r.to = from;
	else if (!to)
		r.to = PRINT_PAGES_MAX;
	if (!from)
		r.from = 1;
	if (r.from > r.to || r.to > PRINT_PAGES_MAX || out->n == PAGES_RANGES_MAX)
		return false;
	out->r[out->n++] = r;
	return true;
}

/* Appends a digit to the number; a page 0 has no number. */
static bool add_digit(long *number, int digit)
{
	*number = *number * 10 + (digit - '0');
	return *number > 0 && *number <= PRINT_PAGES_MAX;
}

bool page_ranges_parse(struct span text, struct page_ranges *out)
{
	long side[2] = {0, 0};
	bool dash = false, any = false;
	int c;

	*out = (struct page_ranges){.n = 0};
	if (text.n > PAGES_TEXT_MAX || utf8_check(text) != text.n)
		return false;
	do {
		c = next_letter(&text);
		if (c < 0 || (c == '-' && dash))
			return false;
		if (!c && !any)
			return true; /* nothing but spaces */
		any = true;
		if (c >= '0' && c <= '9') {
			if (!add_digit(&side[dash], c))
				return false;
		} else if (c == '-') {
			dash = true;
		} else {
			if (!add_range(out, side[0], side[1], dash))
				return false;
			side[0] = side[1] = 0;
			dash = false;
		}
	} while (c);
	return true;
}

bool page_ranges_has(const struct page_ranges *r, size_t n)
{
	if (r->n == 0)
		return true;
	for (size_t i = 0; i < r->n; i++)
		if (n >= (size_t)r->r[i].from && n <= (size_t)r->r[i].to)
			return true;
	return false;
}
