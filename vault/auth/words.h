/* Words that guessable passwords are made of: what people choose, and what this service is about.
 */
#ifndef KARTE_AUTH_WORDS_H
#define KARTE_AUTH_WORDS_H

/* Ends with NULL; Latin letters are lower case. */
extern const char *const common_words[];

#endif
