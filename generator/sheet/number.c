#include "generator/sheet/number.h"

#include "generator/base/utf8.h"

#include <math.h>

enum { DIGITS_MAX = 15 }; /* what a double holds exactly */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

void number_narrow(struct span in, struct buf *out)
{
	while (in.n) {
		uint32_t cp = utf8_next(&in);

		if (cp >= 0xff01 && cp <= 0xff5e)
			cp -= 0xff01 - '!';
		else if (cp == 0x3000)
			cp = ' ';
		else if (cp == 0x2212)
			cp = '-';
		utf8_put(out, cp);
	}
}

/* Takes the unit off the end; "cm" also when it was typed in full width. */
static void drop_unit(struct buf *text, struct span unit)
{
	struct span s = span_trim(buf_span(text));
	struct buf narrow;

	buf_init(&narrow, 1024);
	number_narrow(unit, &narrow);
	if (narrow.len && span_ends(s, buf_span(&narrow)))
		buf_cut(text, (size_t)(s.p - buf_str(text)) + s.n - narrow.len);
	buf_clear(&narrow);
}

/* Digits before the point; a comma stands before every three of them or nowhere. */
static bool take_whole(struct span *s, bool typed, struct buf *out)
{
	size_t group = 0;
	bool commas = false;

	for (; s->n && (is_digit(s->p[0]) || (typed && s->p[0] == ',')); s->p++, s->n--) {
		if (s->p[0] == ',') {
			if (group == 0 || (commas ? group != 3 : group > 3))
				return false;
			commas = true;
			group = 0;
			continue;
		}
		group++;
		if (s->p[0] != '0' || out->len)
			buf_addc(out, s->p[0]);
	}
	return !commas || group == 3;
}

static void take_fraction(struct span *s, struct buf *out)
{
	for (; s->n && is_digit(s->p[0]); s->p++, s->n--)
		buf_addc(out, s->p[0]);
	while (out->len && out->data[out->len - 1] == '0')
		buf_cut(out, out->len - 1);
}

static bool read_plain(struct span s, bool typed, struct buf *out)
{
	bool minus = s.n && s.p[0] == '-', point = false;
	size_t length;
	struct buf whole, fraction;
	bool good;

	buf_init(&whole, 64);
	buf_init(&fraction, 64);
	if (minus || (typed && s.n && s.p[0] == '+'))
		s = span_make(s.p + 1, s.n - 1);
	length = s.n;
	good = take_whole(&s, typed, &whole) && (typed || s.n < length);
	if (good && s.n && s.p[0] == '.') {
		point = true;
		s = span_make(s.p + 1, s.n - 1);
		good = typed || s.n > 0;
		take_fraction(&s, &fraction);
	}
	good = good && s.n == 0 && length > (point ? 1u : 0u) && !whole.st && !fraction.st &&
	       whole.len + fraction.len <= DIGITS_MAX;
	if (good) {
		if (minus && whole.len + fraction.len)
			buf_addc(out, '-');
		buf_adds(out, whole.len ? buf_str(&whole) : "0");
		if (fraction.len)
			buf_addf(out, ".%s", buf_str(&fraction));
	}
	buf_clear(&whole);
	buf_clear(&fraction);
	return good;
}

bool number_read(struct span in, bool typed, struct span unit, struct buf *canonical)
{
	struct buf text;
	bool good;

	buf_init(&text, 200);
	if (typed) {
		number_narrow(in, &text);
		if (unit.n && !text.st)
			drop_unit(&text, unit);
	} else {
		buf_addspan(&text, in);
	}
	good = !text.st && read_plain(span_trim(buf_span(&text)), typed, canonical);
	buf_clear(&text);
	return good;
}

int number_decimals(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '.')
			return (int)(s.n - i - 1);
	return 0;
}

/* Digits and power of ten are exact in a double, so their quotient is the nearest one. */
double number_value(struct span s)
{
	double digits = 0, scale = 1;
	bool point = false;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.')
			point = true;
		if (!is_digit(s.p[i]))
			continue;
		digits = digits * 10 + (s.p[i] - '0');
		scale *= point ? 10 : 1;
	}
	return (s.n && s.p[0] == '-' ? -digits : digits) / scale;
}

void number_put(double v, int decimals, struct buf *out)
{
	long long scale = 1, n;
	double scaled;

	for (int i = 0; i < decimals; i++)
		scale *= 10;
	scaled = round(v * (double)scale);
	if (!(fabs(scaled) < 9e18)) {
		buf_adds(out, "0");
		return;
	}
	n = (long long)scaled;
	if (n < 0)
		buf_addc(out, '-');
	n = n < 0 ? -n : n;
	buf_addf(out, "%lld", n / scale);
	if (n % scale) {
		buf_addf(out, ".%0*lld", decimals, n % scale);
		while (out->len && out->data[out->len - 1] == '0')
			buf_cut(out, out->len - 1);
	}
}
