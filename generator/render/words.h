/*
 * Masters of words: difficult ones with their explanation (words.yaml), and how words are read
 * (ruby.yaml, and the difficult ones).
 */
#ifndef KARTE_RENDER_WORDS_H
#define KARTE_RENDER_WORDS_H

#include "generator/base/buf.h"
#include "generator/sheet/problem.h"

struct words;

enum { WORDS_MAX = 2000 };

struct word_meant {
	struct span term, reading, plain;
};

/*
 * Reads DIR/words.yaml (a list of maps: term, reading, plain) and DIR/ruby.yaml (a map: word to
 * reading).  A file that is not there is an empty list.  ST_INVALID with problems; free with
 * words_free.  Read-only once loaded.
 */
enum status words_load(struct words **out, const char *dir, struct problems *ps);
void words_free(struct words *w);

/* The difficult words, in the order of the file. */
size_t words_count(const struct words *w);
const struct word_meant *words_at(const struct words *w, size_t i);

/* Which of them stand in a text: found has words_count places.  What is part of a longer one does
   not count there. */
void words_find(const struct words *w, struct span text, bool *found);

/*
 * A page with readings above the kanji, <ruby>見<rt>み</rt></ruby>る: appends html to out, changed
 * in its text only.  html is a whole page or a piece that this program has rendered.
 *
 * - A run of kanji gets readings only if the lists cover all of it (see ruby.yaml): no guesses.
 * - Never inside a tag, nor in title, script, style, textarea, select, svg, ruby, and elements with
 *   translate="no" (names).
 * - In what people wrote (.prose, td, dd, ins, del) only the difficult words, whose reading is not
 *   a matter of the sentence.
 *
 * Without its <rt> the text is the same as before, byte for byte.
 */
void words_ruby(const struct words *w, struct span html, struct buf *out);

/*
 * A name with its reading above: part by part where both have as many parts, else as a whole.
 * Escaped.
 */
void words_ruby_name(struct span name, struct span kana, struct buf *out);

#endif
