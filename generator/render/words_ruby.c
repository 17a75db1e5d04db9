#include "generator/base/utf8.h"
#include "generator/render/escape.h"
#include "generator/render/words_int.h"

enum { RUN_WORDS = 32, NAME_PARTS = 8 };

/* ---- text ----------------------------------------------------------------------------------- */

struct found {
	const struct reading_entry *e[RUN_WORDS];
	size_t n, bytes; /* that they cover: the run, and kana behind it */
};

static size_t run_of(struct span text)
{
	size_t all = text.n, kanji = 0;

	while (text.n && is_kanji(utf8_next(&text)))
		kanji = all - text.n;
	return kanji;
}

static size_t letters(struct span s, size_t n)
{
	return utf8_count(span_make(s.p, n));
}

/* The longest word of the lists with which the text begins. */
static const struct reading_entry *longest(const struct words *w, struct span text, bool counted,
					   bool alone, bool meant_only)
{
	for (const struct reading_entry *e = w->bucket[words_bucket(text)]; e; e = e->next)
		if (span_starts(text, e->word) && e->counter == counted && (alone || !e->single) &&
		    (e->meant || !meant_only))
			return e;
	return NULL;
}

/* Covers a run of kanji of `run` bytes, and perhaps kana behind it; false: not all of it. */
static bool cover(const struct words *w, struct span text, size_t run, bool counted, bool meant,
		  struct found *out)
{
	bool one = letters(text, run) == 1;

	out->n = 0;
	for (out->bytes = 0; out->bytes < run;) {
		struct span rest = span_make(text.p + out->bytes, text.n - out->bytes);
		bool count = counted && out->bytes == 0;
		const struct reading_entry *e = longest(w, rest, count, one || count, meant);

		/* 年 behind a digit: the run must be no longer than the word */
		if (!e || out->n == RUN_WORDS || (count && e->single && !one))
			return false;
		out->e[out->n++] = e;
		out->bytes += e->word.n;
	}
	return true;
}

static void put_ruby(struct buf *out, struct span base, struct span reading)
{
	buf_adds(out, "<ruby>");
	buf_addspan(out, base);
	buf_adds(out, "<rt>");
	escape_text(out, reading);
	buf_adds(out, "</rt></ruby>");
}

static void put_found(struct buf *out, struct span text, const struct found *f)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct reading_entry *e = f->e[i];

		put_ruby(out, span_make(text.p, e->stem), e->stem_reading);
		buf_add(out, text.p + e->stem, e->word.n - e->stem);
		text = span_make(text.p + e->word.n, text.n - e->word.n);
	}
}

static bool is_digit(uint32_t cp)
{
	return (cp >= '0' && cp <= '9') || (cp >= 0xff10 && cp <= 0xff19);
}

/* Text between two tags; what is escaped in it is ASCII and no matter here. */
static void put_text(const struct words *w, struct span text, bool meant, struct buf *out)
{
	struct found f;
	bool digit = false;

	while (text.n) {
		size_t run = run_of(text);
		struct span rest = text;

		if (run && cover(w, text, run, digit, meant, &f)) {
			put_found(out, text, &f);
			run = f.bytes;
			digit = false;
		} else if (run) {
			buf_add(out, text.p, run);
			digit = false;
		} else {
			digit = is_digit(utf8_next(&rest));
			run = text.n - rest.n;
			buf_add(out, text.p, run);
		}
		text = span_make(text.p + run, text.n - run);
	}
}

/* ---- tags ----------------------------------------------------------------------------------- */

struct tag_seen {
	struct span name, whole; /* without < and > */
	bool closing;
};

/* Where the element began that changes the rule, and how deep its own kind is within. */
struct within {
	struct span name;
	size_t depth;
};

static bool in_list(struct span name, const char *const *list)
{
	for (; *list; list++)
		if (span_is(name, *list))
			return true;
	return false;
}

static bool is_void(struct span name)
{
	static const char *const list[] = {"area", "br",   "col",    "hr",  "img", "input",
					   "link", "meta", "source", "wbr", NULL};

	return in_list(name, list);
}

static bool is_shut(const struct tag_seen *t)
{
	static const char *const list[] = {"title",  "script", "style", "textarea",
					   "select", "svg",    "ruby",	NULL};

	return in_list(t->name, list) || span_find(t->whole, SPAN(" translate=\"no\"")) >= 0;
}

static bool is_peoples(const struct tag_seen *t)
{
	static const char *const list[] = {"td", "dd", "ins", "del", NULL};

	return in_list(t->name, list) || span_find(t->whole, SPAN(" class=\"prose\"")) >= 0;
}

/* Reads a tag from its < on; the number of its bytes, 0 if it does not end. */
static size_t read_tag(struct span html, struct tag_seen *out)
{
	size_t i = 1, from;
	char quote = '\0';

	out->closing = i < html.n && html.p[i] == '/';
	i += out->closing;
	for (from = i; i < html.n && ((html.p[i] | 32) >= 'a' && (html.p[i] | 32) <= 'z'); i++)
		;
	if (i < html.n && html.p[i] >= '0' && html.p[i] <= '9')
		i++;
	out->name = span_make(html.p + from, i - from);
	for (; i < html.n && (quote || html.p[i] != '>'); i++)
		if (quote ? html.p[i] == quote : html.p[i] == '"' || html.p[i] == '\'')
			quote = quote ? '\0' : html.p[i];
	out->whole = span_make(html.p, i);
	return i < html.n ? i + 1 : 0;
}

/* Follows the element: true while inside of it. */
static void follow(struct within *in, const struct tag_seen *t, bool begins)
{
	if (in->depth == 0) {
		if (begins && !t->closing && !is_void(t->name))
			*in = (struct within){t->name, 1};
	} else if (span_eq(t->name, in->name)) {
		in->depth = t->closing ? in->depth - 1 : in->depth + 1;
	}
}

void words_ruby(const struct words *w, struct span html, struct buf *out)
{
	struct within shut = {.depth = 0}, peoples = {.depth = 0};
	struct tag_seen t;

	while (html.n) {
		size_t n = 0;

		if (html.p[0] == '<') {
			n = read_tag(html, &t);
			if (!n)
				n = html.n;
			buf_add(out, html.p, n);
			follow(&shut, &t, is_shut(&t));
			follow(&peoples, &t, is_peoples(&t));
		} else {
			const char *end = memchr(html.p, '<', html.n);

			n = end ? (size_t)(end - html.p) : html.n;
			if (shut.depth)
				buf_add(out, html.p, n);
			else
				put_text(w, span_make(html.p, n), peoples.depth > 0, out);
		}
		html = span_make(html.p + n, html.n - n);
	}
}

/* ---- names ---------------------------------------------------------------------------------- */

/* Parts between spaces, of either width. */
static size_t parts_of(struct span s, struct span part[static NAME_PARTS])
{
	size_t n = 0;
	const char *from = s.p;
	struct span rest = s;

	while (rest.n && n < NAME_PARTS) {
		const char *at = rest.p;
		uint32_t cp = utf8_next(&rest);

		if (cp == ' ' || cp == 0x3000) {
			part[n++] = span_make(from, (size_t)(at - from));
			from = rest.p;
		}
	}
	if (n < NAME_PARTS)
		part[n++] = span_make(from, (size_t)(s.p + s.n - from));
	return n;
}

static void put_name(struct buf *out, struct span name, struct span kana)
{
	if (!run_of(name) || !kana.n) {
		escape_text(out, name);
		return;
	}
	buf_adds(out, "<ruby>");
	escape_text(out, name);
	buf_adds(out, "<rt>");
	escape_text(out, kana);
	buf_adds(out, "</rt></ruby>");
}

void words_ruby_name(struct span name, struct span kana, struct buf *out)
{
	struct span n[NAME_PARTS], k[NAME_PARTS];
	size_t parts = parts_of(name, n);

	if (parts < 2 || parts == NAME_PARTS || parts_of(kana, k) != parts) {
		put_name(out, name, kana);
		return;
	}
	for (size_t i = 0; i < parts; i++) {
		const char *end = n[i].p + n[i].n;

		put_name(out, n[i], k[i]);
		if (i + 1 < parts) /* the space as it was typed */
			buf_add(out, end, (size_t)(n[i + 1].p - end));
	}
}
