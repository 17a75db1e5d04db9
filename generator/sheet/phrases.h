/*
 * Phrases that help with writing: content/masters/phrases.yaml, karte-phrases(5).  Each list says
 * for which fields it is.
 */
#ifndef KARTE_SHEET_PHRASES_H
#define KARTE_SHEET_PHRASES_H

#include "generator/sheet/type.h"

struct phrases;

enum { PHRASES_LISTS = 500, PHRASES_SHOWN = 60, PHRASE_CHARS = 200 };

/* The file of a folder of content; an empty list if there is none. */
enum status phrases_load(struct phrases **out, const char *content, struct problems *ps);
void phrases_free(struct phrases *p);

/* Those for a field of a type, in the order of the file, at most PHRASES_SHOWN; how many.  The
   spans are those of p.  p may be NULL. */
size_t phrases_for(const struct phrases *p, struct span type, const struct field *f,
		   struct span out[static PHRASES_SHOWN]);

#endif
