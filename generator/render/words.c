#include "generator/base/file.h"
#include "generator/base/path.h"
#include "generator/base/utf8.h"
#include "generator/render/words_int.h"
#include "generator/sheet/yaml.h"

#include <limits.h>
#include <stdlib.h>

enum { MEMORY_MAX = 8 * 1024 * 1024 };

bool is_kanji(uint32_t cp)
{
	return (cp >= 0x4e00 && cp <= 0x9fff) || (cp >= 0x3400 && cp <= 0x4dbf) ||
	       (cp >= 0xf900 && cp <= 0xfaff) || (cp >= 0x20000 && cp <= 0x3ffff) || cp == 0x3005;
}

unsigned words_bucket(struct span word)
{
	return word.n ? utf8_next(&word) % WORD_BUCKETS : 0;
}

/* ---- readings ------------------------------------------------------------------------------- */

enum { KANA_BYTES = 3 };

/* The last letter, if it has the length of kana; katakana as hiragana.  0: another. */
static uint32_t last_kana(struct span s)
{
	struct span end;
	uint32_t cp;

	if (s.n < KANA_BYTES || ((unsigned char)s.p[s.n - KANA_BYTES] & 0xf0) != 0xe0)
		return 0;
	end = span_make(s.p + s.n - KANA_BYTES, KANA_BYTES);
	cp = utf8_next(&end);
	if (is_kanji(cp))
		return 0;
	return cp >= 0x30a1 && cp <= 0x30f6 ? cp - 0x60 : cp;
}

/* How many bytes at their ends are the same kana: 見る and みる share る. */
static size_t shared_end(struct span a, struct span b)
{
	size_t n = 0;

	while (last_kana(a) && last_kana(a) == last_kana(b)) {
		a.n -= KANA_BYTES;
		b.n -= KANA_BYTES;
		n += KANA_BYTES;
	}
	return n;
}

static size_t count_kanji(struct span s)
{
	size_t n = 0;

	while (s.n)
		n += is_kanji(utf8_next(&s));
	return n;
}

static void sort_in(struct reading_entry **at, struct reading_entry *e)
{
	while (*at && (*at)->word.n >= e->word.n)
		at = &(*at)->next;
	e->next = *at;
	*at = e;
}

static enum status add_reading(struct words *w, struct span word, struct span reading, bool meant)
{
	struct reading_entry *e = arena_array(w->arena, 1, sizeof *e);
	size_t kana;

	if (!e)
		return ST_NOMEM;
	if (word.n > 1 && word.p[0] == '0') {
		e->counter = true;
		word = span_make(word.p + 1, word.n - 1);
	}
	kana = shared_end(word, reading);
	e->word = word;
	e->reading = reading;
	e->stem = word.n - kana;
	e->stem_reading = span_make(reading.p, reading.n - kana);
	e->meant = meant;
	e->single = count_kanji(word) == 1;
	if (e->stem && e->stem_reading.n && count_kanji(word))
		sort_in(&w->bucket[words_bucket(word)], e);
	return ST_OK;
}

/* ---- the two files -------------------------------------------------------------------------- */

static enum status wrong(struct problems *ps, const char *file, const struct ynode *n)
{
	problem_add(ps, file, n ? n->line : 1, n ? n->col : 1, "words.form",
		    "a list of term, reading and plain; or a map of words and readings");
	return fail(ST_INVALID, "%s is wrong", file);
}

static enum status take_meant(struct words *w, const char *file, struct ynode *root,
			      struct problems *ps)
{
	enum status st = ST_OK;

	if (root->kind != Y_LIST || root->count > WORDS_MAX)
		return wrong(ps, file, root);
	w->meant = arena_array(w->arena, root->count + 1, sizeof *w->meant);
	if (!w->meant)
		return ST_NOMEM;
	for (struct ynode *n = root->first; n && !st; n = n->next) {
		struct word_meant m = {ymap_text(n, "term"), ymap_text(n, "reading"),
				       ymap_text(n, "plain")};
		if (n->kind != Y_MAP || !m.term.n || !m.reading.n || !m.plain.n)
			return wrong(ps, file, n);
		w->meant[w->nmeant++] = m;
		st = add_reading(w, m.term, m.reading, true);
	}
	return st;
}

static enum status take_readings(struct words *w, const char *file, struct ynode *root,
				 struct problems *ps)
{
	enum status st = ST_OK;

	if (root->kind != Y_MAP || root->count > WORDS_MAX)
		return wrong(ps, file, root);
	for (struct ynode *n = root->first; n && !st; n = n->next)
		st = n->kind == Y_TEXT && n->key.n && n->text.n
			 ? add_reading(w, n->key, n->text, false)
			 : wrong(ps, file, n);
	return st;
}

static enum status load(struct words *w, const char *dir, const char *name,
			enum status (*take)(struct words *, const char *, struct ynode *,
					    struct problems *),
			struct problems *ps)
{
	struct buf path, text;
	struct ynode *root;
	enum status st;

	buf_init(&path, PATH_MAX);
	buf_init(&text, YAML_MAX_BYTES);
	path_join(&path, dir, name);
	st = file_read(buf_str(&path), &text);
	if (!st)
		st = yaml_read(w->arena, buf_str(&path), arena_copy(w->arena, buf_span(&text)), 1,
			       &root, ps);
	if (!st)
		st = take(w, buf_str(&path), root, ps);
	buf_clear(&path);
	buf_clear(&text);
	return st == ST_NOTFOUND ? ST_OK : st;
}

enum status words_load(struct words **out, const char *dir, struct problems *ps)
{
	struct words *w = calloc(1, sizeof *w);
	enum status st;

	*out = NULL;
	if (w)
		w->arena = arena_new(MEMORY_MAX);
	if (!w || !w->arena) {
		free(w);
		return fail(ST_NOMEM, "no memory for the words");
	}
	st = load(w, dir, "words.yaml", take_meant, ps);
	if (!st)
		st = load(w, dir, "ruby.yaml", take_readings, ps);
	if (st)
		words_free(w);
	else
		*out = w;
	return st;
}

void words_free(struct words *w)
{
	if (w)
		arena_free(w->arena);
	free(w);
}

size_t words_count(const struct words *w)
{
	return w->nmeant;
}

const struct word_meant *words_at(const struct words *w, size_t i)
{
	return &w->meant[i];
}

/* The longest term with which the text begins; nmeant: none. */
static size_t term_at(const struct words *w, struct span text)
{
	size_t best = w->nmeant;

	for (size_t i = 0; i < w->nmeant; i++)
		if (span_starts(text, w->meant[i].term) &&
		    (best == w->nmeant || w->meant[i].term.n > w->meant[best].term.n))
			best = i;
	return best;
}

void words_find(const struct words *w, struct span text, bool *found)
{
	memset(found, 0, w->nmeant * sizeof *found);
	while (text.n) {
		size_t i = term_at(w, text), n;
		struct span rest = text;

		utf8_next(&rest);
		n = i < w->nmeant ? w->meant[i].term.n : text.n - rest.n;
		if (i < w->nmeant)
			found[i] = true;
		text = span_make(text.p + n, text.n - n);
	}
}
