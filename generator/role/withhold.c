#include "generator/role/withhold.h"

#include "generator/base/day.h"
#include "generator/base/text.h"
#include "generator/base/utf8.h"
#include "generator/sheet/markdown.h"

enum {
	WORDS_MEMORY = 1024 * 1024,
	PROSE_MEMORY = 64 * 1024 * 1024,
	KEY_MAX = 16 * 1024 * 1024,
	WORD_LEAST = 2, /* characters of a word that is looked for */
	URLS_DEEP = 64,
};

/* One look: the folded words, and the folded text of one part, its pieces ended by line ends, of
   which no key has any. */
struct look {
	struct arena *arena;
	struct span *words;
	size_t nwords;
	struct buf text;
	enum status st; /* the first failure */
};

/* ---- the words -------------------------------------------------------------------------- */

static enum status add_word(struct look *l, struct span word)
{
	struct span key;

	if (utf8_check(word) != word.n)
		return fail(ST_INVALID, "a word to be withheld is not UTF-8");
	buf_cut(&l->text, 0);
	text_search_key(word, &l->text);
	if (l->text.st || utf8_count(buf_span(&l->text)) < WORD_LEAST)
		return l->text.st;
	key = arena_copy(l->arena, buf_span(&l->text));
	if (!key.p)
		return ST_NOMEM;
	l->words[l->nwords++] = key;
	return ST_OK;
}

static enum status look_init(struct look *l, const struct span *words, size_t n)
{
	enum status st = ST_OK;

	*l = (struct look){.arena = arena_new(WORDS_MEMORY)};
	buf_init(&l->text, KEY_MAX);
	if (l->arena)
		l->words = arena_array(l->arena, n, sizeof *l->words);
	if (!l->words)
		return ST_NOMEM;
	for (size_t i = 0; i < n && !st; i++)
		st = add_word(l, words[i]);
	return st;
}

static void look_clear(struct look *l)
{
	arena_free(l->arena);
	buf_clear(&l->text);
}

/* Is there a word in what was added since the last time?  If that cannot be told, yes. */
static bool found(struct look *l)
{
	struct span text = buf_span(&l->text);
	bool any = false;

	if (l->text.st && !l->st)
		l->st = l->text.st;
	for (size_t i = 0; i < l->nwords && !any; i++)
		any = span_find(text, l->words[i]) >= 0;
	buf_cut(&l->text, 0);
	return any || l->st;
}

/* ---- visible texts ---------------------------------------------------------------------- */

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef", *at;

	at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c) : NULL;
	return at ? (int)(at - digits) : -1;
}

/* The bytes that a browser makes of %XX, as far as they are text. */
static void add_undone(struct look *l, struct span s)
{
	struct buf bytes;
	struct span rest;

	buf_init(&bytes, KEY_MAX);
	for (size_t i = 0; i < s.n; i++) {
		int hi = s.p[i] == '%' && i + 2 < s.n ? hex_digit(s.p[i + 1]) : -1;
		int lo = hi >= 0 ? hex_digit(s.p[i + 2]) : -1;

		buf_addc(&bytes, lo >= 0 ? (char)(hi * 16 + lo) : s.p[i]);
		i += lo >= 0 ? 2 : 0;
	}
	for (rest = buf_span(&bytes); rest.n;) {
		size_t good = utf8_check(rest), next = good < rest.n ? good + 1 : good;

		text_search_key(span_make(rest.p, good), &l->text);
		rest = span_make(rest.p + next, rest.n - next);
	}
	buf_addc(&l->text, '\n');
	if (bytes.st && !l->st)
		l->st = bytes.st;
	buf_clear(&bytes);
}

static void add_piece(struct look *l, struct span s)
{
	text_search_key(s, &l->text);
	buf_addc(&l->text, '\n');
	if (s.n && memchr(s.p, '%', s.n))
		add_undone(l, s);
}

static void add_urls(struct look *l, const struct md_node *n, int deep)
{
	if (n->kind == MD_LINK)
		add_piece(l, n->url);
	for (const struct md_node *c = n->first; c && deep > 0; c = c->next)
		add_urls(l, c, deep - 1);
}

/* What cannot be parsed is shown as it was typed. */
static void add_prose(struct look *l, struct span text)
{
	struct arena *a = arena_new(PROSE_MEMORY);
	struct md_node *n = NULL;
	struct buf plain;
	enum status st = a ? md_parse(a, text, MD_MAX_BYTES, &n) : ST_NOMEM;

	buf_init(&plain, KEY_MAX);
	if (!st) {
		md_plain(n, &plain);
		add_piece(l, buf_span(&plain));
		add_urls(l, n, URLS_DEEP);
		st = plain.st;
	}
	add_piece(l, text);
	if ((st == ST_NOMEM || plain.st) && !l->st)
		l->st = st;
	buf_clear(&plain);
	arena_free(a);
}

static void add_date(struct look *l, struct span text)
{
	struct day d;
	char said[DAY_TEXT];

	add_piece(l, text);
	if (!day_parse(text, &d))
		return;
	day_long(d, said);
	add_piece(l, span_of(said));
}

static struct span shown_text(const struct field *f, struct span text)
{
	const struct choice *c = NULL;

	if (f->kind == F_CHOICE || f->kind == F_CHOICES)
		c = field_choice(f, text);
	return c ? c->label : text;
}

static void add_text(struct look *l, const struct field *f, struct span text)
{
	switch (f->kind) {
	case F_FLAG:
		break;
	case F_PROSE:
		add_prose(l, text);
		break;
	case F_DATE:
		add_date(l, text);
		break;
	default:
		add_piece(l, shown_text(f, text));
	}
}

/* An address may be spread over columns: the cells also side by side. */
static void add_row(struct look *l, const struct field *f, const struct value *row)
{
	for (size_t c = 0; c < f->ncolumns; c++)
		add_text(l, &f->columns[c], row[c].text);
	for (size_t c = 0; c < f->ncolumns; c++)
		if (f->columns[c].kind != F_FLAG)
			text_search_key(shown_text(&f->columns[c], row[c].text), &l->text);
	buf_addc(&l->text, '\n');
}

static void add_value(struct look *l, const struct field *f, const struct value *v)
{
	for (size_t i = 0; i < v->nrows; i++)
		add_row(l, f, v->rows[i]);
	for (size_t i = 0; i < v->nitems; i++)
		add_text(l, f, v->items[i]);
	if (v->text.n)
		add_text(l, f, v->text);
}

/* ---- the parts of a sheet --------------------------------------------------------------- */

static void look_at_fields(struct look *l, const struct sheet *s, struct withheld *out)
{
	const struct sheet_type *t = sheet_type(s);

	for (size_t i = 0; i < t->nsections; i++)
		for (size_t j = 0; j < t->sections[i].nfields; j++) {
			const struct field *f = &t->sections[i].fields[j];
			const struct value *v = sheet_value(s, f);

			if (!v || f->kind == F_COMPUTED)
				continue;
			add_value(l, f, v);
			out->fields[f->index] = found(l);
		}
}

static void spread_to_results(const struct sheet_type *t, struct withheld *out)
{
	for (size_t i = 0; i < t->nsections; i++)
		for (size_t j = 0; j < t->sections[i].nfields; j++) {
			const struct field *f = &t->sections[i].fields[j];

			for (size_t k = 0; f->kind == F_COMPUTED && k < f->nof; k++)
				if (out->fields[f->of[k]->index])
					out->fields[f->index] = true;
		}
}

static bool is_word(struct look *l, struct span id)
{
	bool is = false;

	text_search_key(id, &l->text);
	for (size_t i = 0; i < l->nwords; i++)
		is = is || span_eq(buf_span(&l->text), l->words[i]);
	if (l->text.st && !l->st)
		l->st = l->text.st;
	buf_cut(&l->text, 0);
	return is;
}

enum status withhold(struct withheld *out, const struct sheet *s, const struct span *words,
		     size_t nwords)
{
	struct look l;
	enum status st;

	*out = (struct withheld){.title = false};
	if (nwords == 0)
		return ST_OK;
	st = look_init(&l, words, nwords);
	buf_cut(&l.text, 0);
	if (!st) {
		add_piece(&l, sheet_title(s));
		out->title = found(&l);
		out->institution = is_word(&l, sheet_institution(s));
		look_at_fields(&l, s, out);
		spread_to_results(sheet_type(s), out);
		st = l.st;
	}
	look_clear(&l);
	return st;
}
