/* What the words_*.c files share. */
#ifndef KARTE_RENDER_WORDS_INT_H
#define KARTE_RENDER_WORDS_INT_H

#include "generator/base/arena.h"
#include "generator/render/words.h"

#include <stdint.h>

enum { WORD_BUCKETS = 512 };

struct reading_entry {
	struct span word, reading; /* without the 0 */
	struct span stem_reading;  /* of the kanji, without the kana that both end with */
	size_t stem;		   /* bytes of the word that it stands above */
	bool counter;		   /* behind a digit only */
	bool meant;		   /* a difficult word */
	bool single;		   /* has one kanji */
	struct reading_entry *next;
};

struct words {
	struct arena *arena;
	struct word_meant *meant;
	size_t nmeant;
	struct reading_entry *bucket[WORD_BUCKETS]; /* by the first code point, longest first */
};

unsigned words_bucket(struct span word);
bool is_kanji(uint32_t cp);

#endif
