/* The journal's words, as people read them. */
#ifndef KARTE_PAGE_WORDS_H
#define KARTE_PAGE_WORDS_H

#include "generator/base/span.h"

struct word {
	const char *id, *label;
};
extern const struct word word_events[];
extern const size_t word_event_count;

/* 「シートを読んだ」; NULL: a word that is not known is shown as it was recorded. */
const char *word_of_event(struct span event);
/* 「担当の機関」, why something was allowed or refused; NULL as above. */
const char *word_of_reason(struct span reason);

#endif
